//! The files of exports, sealed, and who is in them.

use crate::{
    Conn, StoreResult,
    column::word,
    dialect, on_each,
    schema::{beneficiaries, export_files, export_people, exports},
};
use diesel::prelude::*;
use domain::{
    export::Status,
    id::{BeneficiaryId, ExportId},
};
use std::collections::HashMap;

/// So many are looked up or entered by one statement.
const AT_ONCE: usize = 500;

/// Residents, each with the version that was read.
pub type People = Vec<(BeneficiaryId, i64)>;

/// Keeps a file.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, of: ExportId, content: &[u8]) -> StoreResult<()> {
    diesel::insert_into(export_files::table)
        .values((export_files::export_id.eq(of.to_string()), export_files::content.eq(content)))
        .execute(conn)?;
    Ok(())
}

/// A file, as it is kept.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, of: ExportId) -> StoreResult<Option<Vec<u8>>> {
    Ok(export_files::table.find(of.to_string()).select(export_files::content).first(conn).optional()?)
}

/// Removes a file; who was in it stays known.
///
/// # Errors
/// When the database refuses.
pub fn remove(conn: &mut Conn, of: ExportId) -> StoreResult<()> {
    diesel::delete(export_files::table.find(of.to_string())).execute(conn)?;
    Ok(())
}

/// Whether nobody of these changed since they were read: was erased, or took a consent back. They are held until the transaction ends.
///
/// # Errors
/// `Busy` when another holds one too long.
pub fn are_as_read(conn: &mut Conn, people: &People) -> StoreResult<bool> {
    for part in people.chunks(AT_ONCE) {
        let ids: Vec<String> = part.iter().map(|(id, _)| id.to_string()).collect();
        dialect::lock_residents(conn, &ids)?;
        let found: Vec<(String, i64)> = beneficiaries::table
            .filter(beneficiaries::id.eq_any(&ids))
            .select((beneficiaries::id, beneficiaries::version))
            .load(conn)?;
        let found: HashMap<String, i64> = found.into_iter().collect();
        if part.iter().zip(&ids).any(|((_, version), id)| found.get(id) != Some(version)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Notes who is in a file.
///
/// # Errors
/// When the database refuses.
pub fn insert_people(conn: &mut Conn, of: ExportId, people: &People) -> StoreResult<()> {
    let export = of.to_string();
    for part in people.chunks(AT_ONCE) {
        let row = |(id, _): &(BeneficiaryId, i64)| {
            (export_people::export_id.eq(export.clone()), export_people::beneficiary_id.eq(id.to_string()))
        };
        let rows: Vec<_> = part.iter().map(row).collect();
        let new = diesel::insert_into(export_people::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
    }
    Ok(())
}

/// The exports that have a file with this resident.
///
/// # Errors
/// When the database does not answer.
pub fn with(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<ExportId>> {
    let ids: Vec<String> = export_people::table
        .inner_join(exports::table.on(exports::id.eq(export_people::export_id)))
        .filter(export_people::beneficiary_id.eq(of.to_string()))
        .filter(exports::status.eq(Status::Ready.as_str()))
        .order(exports::id.asc())
        .select(exports::id)
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}
