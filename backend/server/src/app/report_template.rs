//! Report templates: an office's own sheet is kept, what fills its cells is said once, and each frozen report fills it.

use super::{
    Context, event,
    event::{About, facts},
    found,
    names::Names,
    organisation::{itself, open, open_to_change},
    report,
};
use crate::{etag::Seen, problem::Failure, sheet::Fill};
use domain::{
    access::Act,
    event::Kind,
    id::{OrganisationId, ReportId},
    refusal::Code,
    report_template::{Filling, Place, Template},
};
use serde_json::json;
use std::collections::BTreeSet;
use store::{Conn, organisation::Line, report_template as kept};

/// The template that holds for an organisation, and whose it is.
///
/// # Errors
/// As the access table says.
pub fn see(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
) -> Result<Option<(OrganisationId, Template)>, Failure> {
    cx.user()?;
    open(tx, cx, Act::GetReportTemplate, at, &Seen::Any)?;
    Ok(kept::holding(tx, at)?)
}

/// Asks before a file is looked into.
///
/// # Errors
/// As the access table says.
pub fn may_put(tx: &mut Conn, cx: &Context, at: OrganisationId) -> Result<(), Failure> {
    cx.user()?;
    open(tx, cx, Act::PutReportTemplate, at, &Seen::Any).map(drop)
}

/// Keeps a sheet as an organisation's template: for it and all below it that have none of their own. What was said of a name
/// holds on.
///
/// # Errors
/// As the access table says; `stale`.
pub fn put(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    (file_name, places, content): (&str, &[Place], &[u8]),
) -> Result<(OrganisationId, Template), Failure> {
    let line = open_to_change(tx, cx, Act::PutReportTemplate, at, seen)?;
    let said = kept::holding(tx, at)?.map(|(_, template)| template.fields).unwrap_or_default();
    let categories = categories(tx, at)?;
    let has = |code: &str| categories.contains(code);
    let template = Template::of(file_name.to_owned(), places.to_vec(), &said, has);
    kept::put(tx, at, &template, content, cx.now)?;
    told(tx, cx, at, &line, &template)
}

/// Says what fills the cells of an organisation's own template.
///
/// # Errors
/// As the access table says; `stale`; `not_found` where it has none of its own; `invalid`.
pub fn say(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    fields: &[(String, Option<String>)],
) -> Result<(OrganisationId, Template), Failure> {
    let line = open_to_change(tx, cx, Act::PutReportTemplateFields, at, seen)?;
    let mut template = found(kept::own(tx, at)?)?;
    let categories = categories(tx, at)?;
    template.say(fields, |code| categories.contains(code))?;
    kept::set_fields(tx, at, &template, cx.now)?;
    told(tx, cx, at, &line, &template)
}

fn categories(tx: &mut Conn, at: OrganisationId) -> Result<BTreeSet<String>, Failure> {
    Ok(store::category::effective(tx, at)?.into_iter().map(|category| category.code).collect())
}

fn told(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    line: &Line,
    template: &Template,
) -> Result<(OrganisationId, Template), Failure> {
    let of = itself(line)?;
    store::organisation::touch(tx, of, cx.now)?;
    let counts = facts([("cells", json!(template.places.len())), ("filled", json!(template.fields.len()))]);
    event::of(tx, cx, Kind::ReportTemplateSet, About::organisation(at, of.version), counts)?;
    Ok((at, template.clone()))
}

/// A template's file, and what a report says in its cells.
///
/// # Errors
/// As the access table says; `report_template_missing`, `report_template_unfilled`.
pub fn filling(tx: &mut Conn, cx: &Context, id: ReportId) -> Result<(Vec<u8>, Vec<Fill>), Failure> {
    cx.user()?;
    let report = found(store::report::load(tx, id)?)?;
    open(tx, cx, Act::GetReportSheet, report.organisation_id, &Seen::Any)?;
    let (whose, template) = kept::holding(tx, report.organisation_id)?.ok_or(Code::ReportTemplateMissing)?;
    template.ready()?;
    let names =
        Names::default().organisations(tx, [report.organisation_id])?.users(tx, [report.created_by])?;
    let (organisation, _) = found(names.organisation(report.organisation_id))?;
    let filling = Filling {
        report: &report,
        figures: &report::figures(&report)?,
        organisation,
        compiler: names.user(report.created_by),
    };
    let fill = |place: &Place| {
        template.fields.get(&place.name).map(|field| Fill { place: place.clone(), said: filling.said(field) })
    };
    let fills = template.places.iter().filter_map(fill).collect();
    Ok((found(kept::content(tx, whose)?)?, fills))
}
