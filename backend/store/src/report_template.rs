//! Report templates: the sheet that an organisation's reports fill, and those of all below it that have none of their own.

use crate::{
    Conn, StoreResult,
    column::{json, json_text, word},
    schema::{organisation_closure, report_templates},
};
use diesel::prelude::*;
use domain::{id::OrganisationId, report_template::Template, time::Instant};

/// A template's columns but for its file.
type Columns = (String, String, String, String);

const COLUMNS: (
    report_templates::organisation_id,
    report_templates::file_name,
    report_templates::places,
    report_templates::fields,
) = (
    report_templates::organisation_id,
    report_templates::file_name,
    report_templates::places,
    report_templates::fields,
);

fn template((id, file_name, places, fields): Columns) -> StoreResult<(OrganisationId, Template)> {
    Ok((word(&id)?, Template { file_name, places: json(&places)?, fields: json(&fields)? }))
}

/// The template that holds for an organisation, with whose it is: its own, or that of the nearest superior that has one.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn holding(conn: &mut Conn, of: OrganisationId) -> StoreResult<Option<(OrganisationId, Template)>> {
    let row: Option<Columns> = organisation_closure::table
        .inner_join(
            report_templates::table
                .on(report_templates::organisation_id.eq(organisation_closure::ancestor_id)),
        )
        .filter(organisation_closure::descendant_id.eq(of.to_string()))
        .order(organisation_closure::depth.asc())
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(template).transpose()
}

/// An organisation's own template.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn own(conn: &mut Conn, of: OrganisationId) -> StoreResult<Option<Template>> {
    let row: Option<Columns> =
        report_templates::table.find(of.to_string()).select(COLUMNS).first(conn).optional()?;
    Ok(row.map(template).transpose()?.map(|(_, template)| template))
}

/// Its file, as it was sent.
///
/// # Errors
/// When the database does not answer.
pub fn content(conn: &mut Conn, of: OrganisationId) -> StoreResult<Option<Vec<u8>>> {
    let found = report_templates::table.find(of.to_string()).select(report_templates::content).first(conn);
    Ok(found.optional()?)
}

/// Keeps an organisation's template in place of the one before.
///
/// # Errors
/// When the database refuses.
pub fn put(
    conn: &mut Conn,
    of: OrganisationId,
    template: &Template,
    content: &[u8],
    now: Instant,
) -> StoreResult<()> {
    diesel::delete(report_templates::table.find(of.to_string())).execute(conn)?;
    diesel::insert_into(report_templates::table)
        .values((
            report_templates::organisation_id.eq(of.to_string()),
            report_templates::file_name.eq(&template.file_name),
            report_templates::content.eq(content),
            report_templates::places.eq(json_text(&template.places)?),
            report_templates::fields.eq(json_text(&template.fields)?),
            report_templates::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Says what fills the cells of an organisation's own template.
///
/// # Errors
/// When the database refuses.
pub fn set_fields(conn: &mut Conn, of: OrganisationId, template: &Template, now: Instant) -> StoreResult<()> {
    diesel::update(report_templates::table.find(of.to_string()))
        .set((
            report_templates::fields.eq(json_text(&template.fields)?),
            report_templates::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}
