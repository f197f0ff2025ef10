//! Merges: which record speaks for which, who made it so, and what was known before.

use crate::{
    Conn, MultiBackend, StoreError, StoreResult,
    beneficiary::PersonColumns,
    column::{instant, json, json_text, one_row, optional_word, required, word},
    data_key,
    schema::{beneficiaries, consents, merges, pairings, referrals, wishes},
    sealed::At,
};
use diesel::prelude::*;
use domain::{
    beneficiary::Person,
    id::{BeneficiaryId, HouseholdId, MergeId},
    merge::{Known, Merge},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use vault::Vault;

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = merges)]
struct Row {
    id: String,
    version: i64,
    survivor_id: String,
    merged_id: String,
    household_id: String,
    reason: String,
    taken: String,
    merged_by: String,
    merged_at: i64,
    undone_by: Option<String>,
    undone_at: Option<i64>,
}

impl TryFrom<Row> for Merge {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let undone_by = optional_word(row.undone_by.as_deref())?;
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            survivor_id: word(&row.survivor_id)?,
            merged_id: word(&row.merged_id)?,
            household_id: word(&row.household_id)?,
            reason: word(&row.reason)?,
            taken: json(&row.taken)?,
            merged_by: word(&row.merged_by)?,
            merged_at: instant(row.merged_at),
            undone: undone_by.zip(row.undone_at.map(instant)),
        })
    }
}

/// What was known of a survivor, as it is sealed.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    name: String,
    phone: Option<String>,
    address: Option<String>,
    id_number: Option<String>,
    birth_date: Option<chrono::NaiveDate>,
    hardships: Vec<String>,
}

impl From<&Known> for Before {
    fn from(Known { person, hardships }: &Known) -> Self {
        let Person { name, phone, address, id_number, birth_date } = person.clone();
        Self { name, phone, address, id_number, birth_date, hardships: hardships.clone() }
    }
}

impl From<Before> for Known {
    fn from(Before { name, phone, address, id_number, birth_date, hardships }: Before) -> Self {
        Self { person: Person { name, phone, address, id_number, birth_date }, hardships }
    }
}

/// How many residents rows of `beneficiaries` are of: two records of one count once.
pub(crate) const RESIDENTS: &str = "COUNT(DISTINCT COALESCE(beneficiaries.merged_into, beneficiaries.id))";

fn at(merge: &Merge) -> At {
    At::new("merges", merge.id, merge.survivor_id)
}

/// A resident's record, and those that were merged into it: to be asked for as `eq_any(records(id))`. Of a record
/// that was merged itself it is that one alone.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn records(of: BeneficiaryId) -> _ {
    let id: String = of.to_string();
    let into: String = id.clone();
    beneficiaries::table
        .filter(beneficiaries::id.eq(id).or(beneficiaries::merged_into.assume_not_null().eq(into)))
        .select(beneficiaries::id)
}

/// The record that speaks for a resident, and after it those that were merged into it.
///
/// # Errors
/// When the database does not answer.
pub fn all_of(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<BeneficiaryId>> {
    let standing = standing(conn, of)?;
    let mut all = vec![standing];
    let merged: Vec<String> = beneficiaries::table
        .filter(beneficiaries::merged_into.eq(standing.to_string()))
        .order(beneficiaries::id.asc())
        .select(beneficiaries::id)
        .load(conn)?;
    for id in merged {
        all.push(word(&id)?);
    }
    Ok(all)
}

/// The record that speaks for this one: itself, unless it was merged.
///
/// # Errors
/// When the database does not answer.
pub fn standing(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<BeneficiaryId> {
    let into: Option<Option<String>> = beneficiaries::table
        .find(of.to_string())
        .select(beneficiaries::merged_into)
        .get_result(conn)
        .optional()?;
    Ok(optional_word(into.flatten().as_deref())?.unwrap_or(of))
}

/// What changes with any record of a resident: nothing where there is only one, whose version says it.
///
/// # Errors
/// When the database does not answer.
pub fn stamp(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Option<i64>> {
    let standing = standing(conn, of)?.to_string();
    let versions: Vec<i64> = beneficiaries::table
        .filter(
            beneficiaries::id.eq(&standing).or(beneficiaries::merged_into.assume_not_null().eq(&standing)),
        )
        .select(beneficiaries::version)
        .load(conn)?;
    Ok((versions.len() > 1).then(|| versions.iter().sum()))
}

/// Keeps others from changing these residents until the transaction ends; always in the order of their ids, so that
/// two who merge them the other way round wait for each other and not for ever.
///
/// # Errors
/// `Busy` when another holds one too long.
pub fn hold(conn: &mut Conn, both: [BeneficiaryId; 2]) -> StoreResult<()> {
    let mut both = both.map(|id| id.to_string());
    both.sort_unstable();
    for id in both {
        // Writing what is there takes the lock of the row, on either database.
        diesel::update(beneficiaries::table.find(id))
            .set(beneficiaries::version.eq(beneficiaries::version))
            .execute(conn)?;
    }
    Ok(())
}

/// Enters a merge, with what was known of the survivor before.
///
/// # Errors
/// `Unique` on `merged_id` where the record is part of another already; `Erased`.
pub fn insert(conn: &mut Conn, vault: &Vault, merge: &Merge, before: &Known) -> StoreResult<()> {
    let held = data_key::load(conn, vault, merge.survivor_id)?;
    let before = at(merge).seal(held.key()?, "before", &json_text(&Before::from(before))?, vault.random())?;
    diesel::insert_into(merges::table)
        .values((
            merges::id.eq(merge.id.to_string()),
            merges::version.eq(merge.version),
            merges::survivor_id.eq(merge.survivor_id.to_string()),
            merges::merged_id.eq(merge.merged_id.to_string()),
            merges::household_id.eq(merge.household_id.to_string()),
            merges::reason.eq(merge.reason.as_str()),
            merges::taken.eq(json_text(&merge.taken)?),
            merges::before.eq(before),
            merges::merged_by.eq(merge.merged_by.to_string()),
            merges::merged_at.eq(merge.merged_at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// One merge, and what was known of the survivor before it.
///
/// # Errors
/// When the database does not answer, or a row does not read; `Erased` where the resident was.
pub fn load_before(conn: &mut Conn, vault: &Vault, merge: &Merge) -> StoreResult<Known> {
    let sealed: Option<String> =
        merges::table.find(merge.id.to_string()).select(merges::before).get_result(conn)?;
    let held = data_key::load(conn, vault, merge.survivor_id)?;
    let text = at(merge).open(held.key()?, "before", &required(sealed, "before")?)?;
    Ok(json::<Before>(&text)?.into())
}

/// One merge.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: MergeId) -> StoreResult<Option<Merge>> {
    let row: Option<Row> =
        merges::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The merges that a record is or was part of, on either side, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of(conn: &mut Conn, id: BeneficiaryId, limit: i64) -> StoreResult<Vec<Merge>> {
    let id = id.to_string();
    let rows: Vec<Row> = merges::table
        .filter(merges::survivor_id.eq(&id).or(merges::merged_id.eq(&id)))
        .order(merges::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The merge that a record is part of now.
///
/// # Errors
/// As [`of`].
pub fn live(conn: &mut Conn, merged: BeneficiaryId) -> StoreResult<Option<Merge>> {
    let row: Option<Row> = merges::table
        .filter(merges::merged_id.eq(merged.to_string()))
        .filter(merges::undone_at.is_null())
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Saves that a merge is undone.
///
/// # Errors
/// `Stale` when it was meanwhile.
pub fn save(conn: &mut Conn, merge: &Merge) -> StoreResult<()> {
    let seen = merges::table
        .find(merge.id.to_string())
        .filter(merges::version.eq(merge.version))
        .filter(merges::undone_at.is_null());
    let set = (
        merges::version.eq(merge.version.saturating_add(1)),
        merges::undone_by.eq(merge.undone.map(|(by, _)| by.to_string())),
        merges::undone_at.eq(merge.undone.map(|(_, at)| at.micros())),
        merges::before.eq(None::<String>),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Points a record at its survivor, in whose household it is then. It is found by nothing of its own any more, and
/// its consents are asked about with the survivor's; what is sealed of it stays. Its version grows by one.
///
/// # Errors
/// `Stale` when it changed since, or is part of another.
pub fn point(
    conn: &mut Conn,
    (merged, version): (BeneficiaryId, i64),
    (survivor, household): (BeneficiaryId, HouseholdId),
    now: Instant,
) -> StoreResult<()> {
    let seen = beneficiaries::table
        .find(merged.to_string())
        .filter(beneficiaries::version.eq(version))
        .filter(beneficiaries::merged_into.is_null());
    let set = (
        beneficiaries::version.eq(version.saturating_add(1)),
        beneficiaries::merged_into.eq(survivor.to_string()),
        beneficiaries::household_id.eq(household.to_string()),
        beneficiaries::phone_index.eq(None::<String>),
        beneficiaries::id_number_index.eq(None::<String>),
        beneficiaries::consent_due_on.eq(None::<String>),
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Lets a record speak for itself again, in the household that it was of, found by what is sealed of it. Its version
/// grows by one.
///
/// # Errors
/// `Stale` when it changed since; `Unique` on `id_number_index` where somebody else has the number by now; `Erased`.
pub fn release(
    conn: &mut Conn,
    vault: &Vault,
    (merge, version): (&Merge, i64),
    own: &Known,
    now: Instant,
) -> StoreResult<()> {
    let held = data_key::load(conn, vault, merge.merged_id)?;
    let at = crate::beneficiary::organisation(conn, merge.merged_id)?;
    let tree = crate::beneficiary::tree_of(conn, required(at, "organisation_id")?)?;
    let columns = PersonColumns::of(vault, held.key()?, tree, merge.merged_id, &own.person, &own.hardships)?;
    let seen = beneficiaries::table
        .find(merge.merged_id.to_string())
        .filter(beneficiaries::version.eq(version))
        .filter(beneficiaries::merged_into.eq(merge.survivor_id.to_string()));
    let set = (
        beneficiaries::version.eq(version.saturating_add(1)),
        beneficiaries::merged_into.eq(None::<String>),
        beneficiaries::household_id.eq(merge.household_id.to_string()),
        columns,
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Empties what was known before the merges that a resident is or was part of, who is erased.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let theirs = merges::table.filter(merges::survivor_id.eq(of.to_string()));
    diesel::update(theirs).set(merges::before.eq(None::<String>)).execute(conn)?;
    Ok(())
}

/// How much of each kind hangs on a record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as what is counted")]
pub struct Belongings {
    pub wishes: i64,
    pub consents: i64,
    pub pairings: i64,
    pub referrals: i64,
}

macro_rules! counted {
    ($conn:expr, $table:ident, $of:expr, $since:expr) => {{
        let mut query = $table::table
            .filter($table::beneficiary_id.eq($of.to_string()))
            .count()
            .into_boxed::<MultiBackend>();
        if let Some(since) = $since {
            query = query.filter($table::created_at.gt(since.micros()));
        }
        query.get_result($conn)?
    }};
}

/// How much hangs on a record itself; after an instant, how much came since.
///
/// # Errors
/// When the database does not answer.
pub fn belongings(conn: &mut Conn, of: BeneficiaryId, since: Option<Instant>) -> StoreResult<Belongings> {
    Ok(Belongings {
        wishes: counted!(conn, wishes, of, since),
        consents: counted!(conn, consents, of, since),
        pairings: counted!(conn, pairings, of, since),
        referrals: counted!(conn, referrals, of, since),
    })
}
