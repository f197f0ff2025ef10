//! Sums that a dashboard reads: over each organisation and all below it, by measure, month and part.
//!
//! What each wish, resident and household is counted as is kept beside the sums. Who follows the feed derives that anew for
//! those that were touched, and adds the difference to each organisation above: so counting one twice adds nothing, and what
//! was counted can be compared with what is there. All of it stands under the lock of the cursor, also moving a subtree.

mod facts;
mod touched;

pub use facts::{Subject, of_organisation, subjects};
pub use touched::{Touched, touched};

use crate::{
    Conn, StoreResult,
    column::{json_text, word},
    dialect,
    schema::{events, organisation_closure, organisations, tallies, tally_cursor, tally_shares},
};
use diesel::{connection::DefaultLoadingMode, dsl::exists, prelude::*};
use domain::{
    id::OrganisationId,
    tally::{Cell, Measure, Share, Window},
    time::Instant,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many ids are asked for in one statement: an organisation may have more of its own than a statement takes.
const STRETCH: usize = 500;

/// Sums by cell.
pub type Sums = BTreeMap<Cell, i64>;

/// Keeps everybody else from counting, and from moving a subtree, until the transaction ends; tells how far in the feed it
/// is counted.
///
/// # Errors
/// `Busy` when another holds it too long.
pub fn hold(conn: &mut Conn) -> StoreResult<i64> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(tally_cursor::table.find(1)).set(tally_cursor::id.eq(1)).execute(conn)?;
    position(conn)
}

/// How far in the feed it is counted.
///
/// # Errors
/// When the database does not answer.
pub fn position(conn: &mut Conn) -> StoreResult<i64> {
    Ok(tally_cursor::table.find(1).select(tally_cursor::position).first(conn)?)
}

/// Moves on in the feed.
///
/// # Errors
/// When the database refuses.
pub fn advance(conn: &mut Conn, position: i64) -> StoreResult<()> {
    diesel::update(tally_cursor::table.find(1)).set(tally_cursor::position.eq(position)).execute(conn)?;
    Ok(())
}

/// Until when everything is counted; none where nothing waits.
///
/// # Errors
/// When the database does not answer.
pub fn counted_to(conn: &mut Conn) -> StoreResult<Option<Instant>> {
    let position = position(conn)?;
    let later = events::position.is_null().or(events::position.gt(position));
    if !diesel::select(exists(events::table.filter(later))).get_result::<bool>(conn)? {
        return Ok(None);
    }
    let last = events::table.filter(events::position.le(position)).order(events::position.desc());
    let at: Option<i64> = last.select(events::at).first(conn).optional()?;
    Ok(Some(Instant::from_micros(at.unwrap_or_default())))
}

/// Counts subjects as what they are now; those of `ids` that are not among them are counted no more. How many were
/// counted as something else.
///
/// # Errors
/// When the database refuses.
pub fn count(conn: &mut Conn, ids: &[String], now: &[Subject]) -> StoreResult<usize> {
    let mut before = shares(conn, ids)?;
    let mut changed: HashMap<(String, Cell), i64> = HashMap::new();
    let mut add = |organisation: &str, cells: &[(Cell, i64)], sign: i64| {
        for (cell, amount) in cells {
            *changed.entry((organisation.to_owned(), cell.clone())).or_default() += sign * amount;
        }
    };
    let mut written = Vec::new();
    for subject in now {
        let old = before.remove(&subject.id);
        if old.as_ref().is_some_and(|(at, share)| *at == subject.organisation_id && *share == subject.share) {
            continue;
        }
        if let Some((at, share)) = &old {
            add(at, &share.0, -1);
        }
        add(&subject.organisation_id, &subject.share.0, 1);
        written.push((&subject.id, &subject.organisation_id, text(&subject.share)?));
    }
    for (at, share) in before.values() {
        add(at, &share.0, -1);
    }
    let gone: Vec<&String> = before.keys().collect();
    for stretch in gone.chunks(STRETCH) {
        let gone = tally_shares::table.filter(tally_shares::subject_id.eq_any(stretch));
        diesel::delete(gone).execute(conn)?;
    }
    if !written.is_empty() {
        dialect::write_shares(conn, &json_text(&written)?)?;
    }
    let others = written.len().saturating_add(gone.len());
    carry(conn, changed)?;
    Ok(others)
}

/// Adds differences to their organisations and to all above them.
fn carry(conn: &mut Conn, changed: HashMap<(String, Cell), i64>) -> StoreResult<()> {
    let mut below: Vec<&String> = changed.keys().map(|(at, _)| at).collect();
    below.sort_unstable();
    below.dedup();
    let pairs: Vec<(String, String)> = organisation_closure::table
        .filter(organisation_closure::descendant_id.eq_any(below))
        .select((organisation_closure::descendant_id, organisation_closure::ancestor_id))
        .load(conn)?;
    let mut above: HashMap<String, Vec<String>> = HashMap::new();
    for (below, ancestor) in pairs {
        above.entry(below).or_default().push(ancestor);
    }
    let mut sums: BTreeMap<(&String, Cell), i64> = BTreeMap::new();
    for ((at, cell), amount) in changed.iter().filter(|(_, amount)| **amount != 0) {
        for ancestor in above.get(at).into_iter().flatten() {
            *sums.entry((ancestor, cell.clone())).or_default() += amount;
        }
    }
    add(conn, sums.into_iter().map(|((at, cell), amount)| (at.as_str(), cell, amount)))
}

fn add<'a>(conn: &mut Conn, sums: impl Iterator<Item = (&'a str, Cell, i64)>) -> StoreResult<()> {
    let rows: Vec<_> = sums
        .filter(|(.., amount)| *amount != 0)
        .map(|(at, cell, amount)| (at, cell.measure, cell.period, cell.part, amount))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    dialect::add_to_tallies(conn, &json_text(&rows)?)
}

/// The cells of a share as they are kept.
fn text(share: &Share) -> StoreResult<String> {
    let cells: Vec<_> = share.0.iter().map(|(cell, n)| (cell.measure, cell.period, &cell.part, n)).collect();
    json_text(&cells)
}

fn share(text: &str) -> StoreResult<Share> {
    let cells: Vec<(Measure, i64, String, i64)> = crate::column::json(text)?;
    let cell = |(measure, period, part, amount)| (Cell { period, measure, part }, amount);
    Ok(Share(cells.into_iter().map(cell).collect()))
}

/// What these subjects are counted as, and where.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn shares(conn: &mut Conn, ids: &[String]) -> StoreResult<BTreeMap<String, (String, Share)>> {
    let mut found = BTreeMap::new();
    for stretch in ids.chunks(STRETCH) {
        let rows: Vec<(String, String, String)> = tally_shares::table
            .filter(tally_shares::subject_id.eq_any(stretch))
            .select((tally_shares::subject_id, tally_shares::organisation_id, tally_shares::cells))
            .load(conn)?;
        for (id, at, cells) in rows {
            found.insert(id, (at, share(&cells)?));
        }
    }
    Ok(found)
}

/// What the subjects of an organisation itself, and not of those below it, add up to, and which they are.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn own(conn: &mut Conn, organisation: &str) -> StoreResult<(BTreeSet<String>, Sums)> {
    let rows = tally_shares::table
        .filter(tally_shares::organisation_id.eq(organisation))
        .select((tally_shares::subject_id, tally_shares::cells))
        .load_iter::<(String, String), DefaultLoadingMode>(conn)?;
    let (mut ids, mut sums) = (BTreeSet::new(), Sums::new());
    // One by one: a large organisation has a hundred thousand of them.
    for row in rows {
        let (id, cells) = row?;
        ids.insert(id);
        for (cell, amount) in share(&cells)?.0 {
            *sums.entry(cell).or_default() += amount;
        }
    }
    Ok((ids, sums))
}

/// The sums that are kept of an organisation and all below it; what is nothing is left out.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn kept(conn: &mut Conn, organisation: &str) -> StoreResult<Sums> {
    let rows: Vec<(String, i64, String, i64)> = tallies::table
        .filter(tallies::organisation_id.eq(organisation))
        .filter(tallies::amount.ne(0))
        .select((tallies::measure, tallies::period, tallies::part, tallies::amount))
        .load(conn)?;
    rows.into_iter()
        .map(|(measure, period, part, amount)| Ok((Cell { period, measure: word(&measure)?, part }, amount)))
        .collect()
}

/// Sums of a window by month, the day and no time.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn read(
    conn: &mut Conn,
    of: OrganisationId,
    window: Window,
    today: i64,
) -> StoreResult<Vec<(Cell, i64)>> {
    let periods = tallies::period.between(window.from.number(), window.to.number());
    let rows: Vec<(String, i64, String, i64)> = tallies::table
        .filter(tallies::organisation_id.eq(of.to_string()))
        .filter(tallies::measure.eq_any(Measure::ALL.iter().map(|measure| measure.as_str())))
        .filter(periods.or(tallies::period.eq_any([0, today])))
        .select((tallies::measure, tallies::period, tallies::part, tallies::amount))
        .load(conn)?;
    rows.into_iter()
        .map(|(measure, period, part, amount)| Ok((Cell { period, measure: word(&measure)?, part }, amount)))
        .collect()
}

/// How many wishes were written down before a month, less those that ended before it.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn under_way_before(conn: &mut Conn, of: OrganisationId, window: Window) -> StoreResult<i64> {
    let rows: Vec<(String, i64)> = tallies::table
        .filter(tallies::organisation_id.eq(of.to_string()))
        .filter(tallies::measure.eq_any([Measure::Collected, Measure::EndedIn].map(Measure::as_str)))
        .filter(tallies::period.lt(window.from.number()))
        .select((tallies::measure, tallies::amount))
        .load(conn)?;
    let sign = |measure: &str| if measure == Measure::Collected.as_str() { 1 } else { -1 };
    Ok(rows.iter().map(|(measure, amount)| sign(measure) * amount).sum())
}

/// Sums of a window, and of no time, of each organisation directly below one.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn below(
    conn: &mut Conn,
    of: OrganisationId,
    window: Window,
    measures: &[Measure],
) -> StoreResult<Vec<(OrganisationId, Measure, String, i64)>> {
    let children: Vec<String> = organisations::table
        .filter(organisations::parent_id.eq(of.to_string()))
        .select(organisations::id)
        .load(conn)?;
    let periods = tallies::period.between(window.from.number(), window.to.number());
    let rows: Vec<(String, String, String, i64)> = tallies::table
        .filter(tallies::organisation_id.eq_any(children))
        .filter(tallies::measure.eq_any(measures.iter().map(|measure| measure.as_str())))
        .filter(periods.or(tallies::period.eq(0)))
        .select((tallies::organisation_id, tallies::measure, tallies::part, tallies::amount))
        .load(conn)?;
    rows.into_iter()
        .map(|(at, measure, part, amount)| Ok((word(&at)?, word(&measure)?, part, amount)))
        .collect()
}

/// Takes the sums of a subtree off everything above it, before it is cut off there.
///
/// # Errors
/// When the database refuses.
pub(crate) fn leave(conn: &mut Conn, root: OrganisationId) -> StoreResult<()> {
    hold(conn)?;
    dialect::carry_tallies(conn, &root.to_string(), -1)
}

/// Adds the sums of a subtree to everything above it, once it is linked there.
///
/// # Errors
/// When the database refuses.
pub(crate) fn join(conn: &mut Conn, root: OrganisationId) -> StoreResult<()> {
    dialect::carry_tallies(conn, &root.to_string(), 1)
}

/// Forgets the sums of an organisation on which nothing hangs.
///
/// # Errors
/// When the database refuses.
pub(crate) fn forget(conn: &mut Conn, id: &str) -> StoreResult<()> {
    diesel::delete(tallies::table.filter(tallies::organisation_id.eq(id))).execute(conn)?;
    Ok(())
}

/// The organisation before this one, by id; the last one where there is none yet. So those below mostly come before those
/// above.
///
/// # Errors
/// When the database does not answer.
pub fn organisation_before(conn: &mut Conn, id: Option<&str>) -> StoreResult<Option<String>> {
    let mut query =
        organisations::table.select(organisations::id).order(organisations::id.desc()).into_boxed();
    if let Some(id) = id {
        query = query.filter(organisations::id.lt(id));
    }
    Ok(query.first(conn).optional()?)
}

/// Who stands directly below an organisation.
///
/// # Errors
/// When the database does not answer.
pub fn children(conn: &mut Conn, of: &str) -> StoreResult<Vec<String>> {
    let below = organisations::table.filter(organisations::parent_id.eq(of));
    Ok(below.select(organisations::id).load(conn)?)
}

/// Adds what is missing of an organisation's sums, and takes off what is too much.
///
/// # Errors
/// When the database refuses.
pub fn mend(conn: &mut Conn, organisation: &str, difference: &Sums) -> StoreResult<()> {
    add(conn, difference.iter().map(|(cell, amount)| (organisation, cell.clone(), *amount)))
}
