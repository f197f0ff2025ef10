//! Whom the events after a place in the feed touched, as far as it can change what they are counted as.

use crate::{
    Conn, StoreResult,
    column::{required, word},
    schema::{beneficiaries, events, merges, wishes},
};
use diesel::prelude::*;
use domain::event::{Kind, Subject};
use std::collections::BTreeSet;

/// Wishes, residents and households, by their ids.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// Wishes, and what parts were split off.
    pub wishes: BTreeSet<String>,
    /// Residents.
    pub residents: BTreeSet<String>,
    /// Households.
    pub households: BTreeSet<String>,
    /// The place of the last of the events; none where there was none, or where it has no place yet.
    pub position: Option<i64>,
    /// How many events were looked at.
    pub events: i64,
}

impl Touched {
    /// Where to go on after these events.
    ///
    /// # Errors
    /// When the last of them has no place yet.
    pub fn next(&self) -> StoreResult<i64> {
        required(self.position, "position")
    }

    /// What may be a wish, a resident or a household.
    #[must_use]
    pub fn any(ids: impl IntoIterator<Item = String>) -> Self {
        let ids: BTreeSet<String> = ids.into_iter().collect();
        Self { wishes: ids.clone(), residents: ids.clone(), households: ids, ..Self::default() }
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = &String> {
        self.wishes.iter().chain(&self.residents).chain(&self.households)
    }
}

/// Whom the next `limit` events touched; with those that have no place yet where `waiting`.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn touched(conn: &mut Conn, after: i64, waiting: bool, limit: i64) -> StoreResult<Touched> {
    let placed = events::table.filter(events::position.gt(after)).order(events::position.asc());
    let columns = (events::position, events::subject, events::subject_id, events::kind);
    let mut rows: Vec<(Option<i64>, String, String, String)> =
        placed.limit(limit).select(columns).load(conn)?;
    if waiting {
        let unplaced = events::table.filter(events::position.is_null());
        rows.extend(unplaced.limit(limit).select(columns).load::<(Option<i64>, _, _, _)>(conn)?);
    }
    let mut touched = Touched { events: i64::try_from(rows.len()).unwrap_or(limit), ..Touched::default() };
    let mut organisations = BTreeSet::new();
    for (position, subject, id, kind) in rows {
        touched.position = position;
        match word::<Subject>(&subject)? {
            Subject::Wish => _ = touched.wishes.insert(id),
            Subject::Beneficiary => _ = touched.residents.insert(id),
            // Its level is part of what its wishes are counted as; where it stands is not.
            Subject::Organisation if kind == Kind::OrganisationUpdated.as_str() => {
                organisations.insert(id);
            }
            _ => {}
        }
    }
    spread(conn, &mut touched, &organisations)?;
    Ok(touched)
}

/// A wish touches its resident and what it was split from, a resident their wishes and their household, a record that
/// was merged the one that speaks for it.
fn spread(conn: &mut Conn, touched: &mut Touched, organisations: &BTreeSet<String>) -> StoreResult<()> {
    let of: Vec<(String, Option<String>)> = wishes::table
        .filter(wishes::id.eq_any(&touched.wishes))
        .select((wishes::beneficiary_id, wishes::split_from))
        .load(conn)?;
    let theirs: Vec<String> = wishes::table
        .filter(wishes::beneficiary_id.eq_any(&touched.residents))
        .select(wishes::id)
        .load(conn)?;
    let collected: Vec<String> =
        wishes::table.filter(wishes::origin_id.eq_any(organisations)).select(wishes::id).load(conn)?;
    for (resident, whole) in of {
        touched.residents.insert(resident);
        touched.wishes.extend(whole);
    }
    let speaking: Vec<Option<String>> = beneficiaries::table
        .filter(beneficiaries::id.eq_any(&touched.residents))
        .filter(beneficiaries::merged_into.is_not_null())
        .select(beneficiaries::merged_into)
        .load(conn)?;
    touched.residents.extend(speaking.into_iter().flatten());
    touched.wishes.extend(theirs.into_iter().chain(collected));
    let households: Vec<String> = beneficiaries::table
        .filter(beneficiaries::id.eq_any(&touched.residents))
        .select(beneficiaries::household_id)
        .distinct()
        .load(conn)?;
    // A merge took a record out of its household, and its end puts it back.
    let left: Vec<String> = merges::table
        .filter(merges::merged_id.eq_any(&touched.residents))
        .select(merges::household_id)
        .load(conn)?;
    touched.households.extend(households.into_iter().chain(left));
    Ok(())
}
