//! The key of each resident, wrapped: made with the resident, rewrapped when the operator's key
//! changes, destroyed when the resident is erased. Must not know what it seals.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row},
    on_each,
    schema::{beneficiaries, data_keys},
    written::written,
};
use diesel::prelude::*;
use domain::{id::BeneficiaryId, time::Instant};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use vault::{DataKey, Vault, WrappedKey};

/// The one version of data keys so far; part of what binds a sealed text to its place.
pub(crate) const KEY_VERSION: u32 = 1;

/// What is there to open the texts about a resident with.
#[derive(Debug)]
pub enum Held {
    /// The key.
    Key(DataKey),
    /// It was destroyed.
    Erased(Instant),
}

impl Held {
    /// The key.
    ///
    /// # Errors
    /// `Erased`.
    pub fn key(&self) -> StoreResult<&DataKey> {
        match self {
            Self::Key(key) => Ok(key),
            Self::Erased(_) => Err(StoreError::Erased),
        }
    }
}

/// A row as it is stored: what backups keep apart, and what a rotation rewrites.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = data_keys, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Row {
    pub beneficiary_id: String,
    pub kek_version: i32,
    pub wrapped: Option<String>,
    pub created_at: i64,
    pub erased_at: Option<i64>,
}

impl Row {
    fn wrapped(&self) -> StoreResult<Option<WrappedKey>> {
        let Some(text) = self.wrapped.clone() else { return Ok(None) };
        Ok(Some(WrappedKey { kek_version: version(self.kek_version)?, text }))
    }

    fn open(&self, vault: &Vault) -> StoreResult<Held> {
        match (self.wrapped()?, self.erased_at) {
            (Some(wrapped), _) => Ok(Held::Key(vault.unwrap(&self.beneficiary_id, &wrapped)?)),
            (None, Some(at)) => Ok(Held::Erased(instant(at))),
            (None, None) => Err(StoreError::corrupt("a data key that is neither there nor erased")),
        }
    }
}

fn version(stored: i32) -> StoreResult<u32> {
    u32::try_from(stored).map_err(StoreError::corrupt)
}

fn stored(version: u32) -> StoreResult<i32> {
    i32::try_from(version).map_err(StoreError::corrupt)
}

/// Draws the key of a new resident, and the row that keeps it.
pub(crate) fn draw(vault: &Vault, of: BeneficiaryId, now: Instant) -> StoreResult<(DataKey, Row)> {
    let subject = of.to_string();
    let (key, wrapped) = vault.new_key(&subject)?;
    let row = Row {
        beneficiary_id: subject,
        kek_version: stored(wrapped.kek_version)?,
        wrapped: Some(wrapped.text),
        created_at: now.micros(),
        erased_at: None,
    };
    Ok((key, row))
}

/// Keeps a row.
pub(crate) fn insert(conn: &mut Conn, row: &Row) -> StoreResult<()> {
    diesel::insert_into(data_keys::table).values(row).execute(conn)?;
    Ok(())
}

/// The key of one resident.
///
/// # Errors
/// `Locked` where the row is missing or its operator's key is not here.
pub fn load(conn: &mut Conn, vault: &Vault, of: BeneficiaryId) -> StoreResult<Held> {
    let of_id = data_keys::table.find(of.to_string());
    let row: Option<Row> = on_each!(conn, c => of_id.select(written!(Row)).get_result(c).optional())?;
    row.ok_or_else(|| missing(of))?.open(vault)
}

/// The keys of several residents.
///
/// # Errors
/// As [`load`].
pub fn load_all(
    conn: &mut Conn,
    vault: &Vault,
    of: &[BeneficiaryId],
) -> StoreResult<HashMap<BeneficiaryId, Held>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> =
        data_keys::table.filter(data_keys::beneficiary_id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    let rows: HashMap<String, Row> = rows.into_iter().map(|row| (row.beneficiary_id.clone(), row)).collect();
    let mut held = HashMap::with_capacity(of.len());
    for id in of {
        if !held.contains_key(id) {
            let row = rows.get(&id.to_string()).ok_or_else(|| missing(*id))?;
            held.insert(*id, row.open(vault)?);
        }
    }
    Ok(held)
}

fn missing(of: BeneficiaryId) -> StoreError {
    StoreError::Locked(format!("resident {of} has no data key here; restore the newest keys"))
}

/// Destroys the key of a resident.
///
/// # Errors
/// `Stale` when it was destroyed already.
pub fn destroy(conn: &mut Conn, of: BeneficiaryId, now: Instant) -> StoreResult<()> {
    let living = data_keys::table.find(of.to_string()).filter(data_keys::erased_at.is_null());
    let gone = (data_keys::wrapped.eq(None::<String>), data_keys::erased_at.eq(now.micros()));
    one_row(diesel::update(living).set(gone).execute(conn)?)
}

/// The next rows after `after`, by resident.
///
/// # Errors
/// When the database does not answer.
pub fn page(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<Row>> {
    Ok(data_keys::table
        .filter(data_keys::beneficiary_id.gt(after))
        .order(data_keys::beneficiary_id.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?)
}

/// Every row.
///
/// # Errors
/// When the database does not answer.
pub fn all(conn: &mut Conn) -> StoreResult<Vec<Row>> {
    Ok(data_keys::table.order(data_keys::beneficiary_id.asc()).select(Row::as_select()).load(conn)?)
}

/// What putting a row back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// The key is back.
    Back,
    /// The resident was erased since, and must be forgotten here too.
    Erased,
    /// Nothing was to do.
    Known,
    /// There is no such resident here.
    Nobody,
}

/// Puts back a row that was kept apart. What was destroyed stays so, here and there; a key that is here
/// is not replaced.
///
/// # Errors
/// When the database refuses.
pub fn restore(conn: &mut Conn, row: &Row) -> StoreResult<Restored> {
    let id = &row.beneficiary_id;
    let resident: Option<String> =
        beneficiaries::table.find(id).select(beneficiaries::id).get_result(conn).optional()?;
    if resident.is_none() {
        return Ok(Restored::Nobody);
    }
    let here: Option<Row> = data_keys::table.find(id).select(Row::as_select()).get_result(conn).optional()?;
    match (here, row.erased_at) {
        (None, gone) => {
            insert(conn, row)?;
            Ok(if gone.is_some() { Restored::Erased } else { Restored::Back })
        }
        (Some(here), Some(at)) if here.erased_at.is_none() => {
            let gone = (data_keys::wrapped.eq(None::<String>), data_keys::erased_at.eq(at));
            diesel::update(data_keys::table.find(id)).set(gone).execute(conn)?;
            Ok(Restored::Erased)
        }
        _ => Ok(Restored::Known),
    }
}

/// Puts a key under the operator's current one, unless somebody changed it since it was read. Tells
/// whether it was rewritten.
///
/// # Errors
/// `Locked` where its operator's key is not here.
pub fn rewrap(conn: &mut Conn, vault: &Vault, row: &Row) -> StoreResult<bool> {
    let Some(wrapped) = row.wrapped()? else { return Ok(false) };
    let Some(again) = vault.rewrap(&row.beneficiary_id, &wrapped)? else { return Ok(false) };
    let seen = data_keys::table
        .find(&row.beneficiary_id)
        .filter(data_keys::kek_version.eq(row.kek_version))
        .filter(data_keys::wrapped.eq(&wrapped.text));
    let set = (data_keys::kek_version.eq(stored(again.kek_version)?), data_keys::wrapped.eq(again.text));
    Ok(diesel::update(seen).set(set).execute(conn)? == 1)
}

/// How many living keys are wrapped under each version.
///
/// # Errors
/// When the database does not answer.
pub fn versions(conn: &mut Conn) -> StoreResult<Vec<(u32, i64)>> {
    let rows: Vec<(i32, i64)> = data_keys::table
        .filter(data_keys::erased_at.is_null())
        .group_by(data_keys::kek_version)
        .order(data_keys::kek_version.asc())
        .select((data_keys::kek_version, diesel::dsl::count_star()))
        .load(conn)?;
    rows.into_iter().map(|(number, count)| Ok((version(number)?, count))).collect()
}
