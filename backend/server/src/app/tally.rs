//! Keeps the sums that dashboards read: counts what the feed tells, and holds them against what is there.

use super::{
    Context, event,
    event::{About, facts},
};
use crate::{observe, problem::Failure, state::State};
use domain::{event::Kind, id::RecountId};
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    Conn,
    tally::{self as kept, Subject, Sums, Touched},
};

/// How many events are counted in one transaction.
const BATCH: i64 = 200;

/// How many subjects are looked at, or counted again, at a time.
const STRETCH: usize = 500;

/// More events than this are not looked through to tell what is wrong from what is only late.
pub const MOST_UNCOUNTED: i64 = 10_000;

/// Counts all that has its place in the feed.
///
/// # Errors
/// When the database refuses.
pub async fn fold(state: &State) -> Result<(), Failure> {
    while let Some(news) = state.db.read(news).await? {
        state.db.write(move |tx| take_in(tx, &news)).await?;
    }
    Ok(())
}

/// What was touched after a place in the feed, and what it is now.
struct News {
    after: i64,
    touched: Touched,
    now: Vec<Subject>,
}

/// Looked up before anybody waits for it to be written: what changes meanwhile has its event later in the feed, and is
/// looked up again.
fn news(tx: &mut Conn) -> Result<Option<News>, Failure> {
    let after = kept::position(tx)?;
    let touched = kept::touched(tx, after, false, BATCH)?;
    if touched.events == 0 {
        return Ok(None);
    }
    let now = kept::subjects(tx, &touched)?;
    Ok(Some(News { after, touched, now }))
}

fn take_in(tx: &mut Conn, News { after, touched, now }: &News) -> Result<(), Failure> {
    if kept::hold(tx)? != *after {
        // Another server counted them.
        return Ok(());
    }
    let ids: Vec<String> = touched.ids().cloned().collect();
    kept::count(tx, &ids, now)?;
    Ok(kept::advance(tx, touched.next()?)?)
}

/// Counts these as what they are now; tells how many of them were counted as something else.
fn recount(tx: &mut Conn, of: &Touched) -> Result<usize, Failure> {
    let ids: Vec<String> = of.ids().cloned().collect();
    let now = kept::subjects(tx, of)?;
    Ok(kept::count(tx, &ids, &now)?)
}

/// What changed since it was counted, also what has no place in the feed yet; none where that is too much to look through.
///
/// # Errors
/// When the database does not answer.
pub fn uncounted(tx: &mut Conn) -> Result<Option<BTreeSet<String>>, Failure> {
    let from = kept::position(tx)?;
    let touched = kept::touched(tx, from, true, MOST_UNCOUNTED)?;
    Ok((touched.events < MOST_UNCOUNTED).then(|| touched.ids().cloned().collect()))
}

/// What is wrong about an organisation's sums.
#[derive(Debug, Default)]
pub struct Faults {
    /// Wishes, residents and households of its own that are counted as what they are not.
    pub subjects: Vec<String>,
    /// By how much its sums differ from those of its own and of those directly below it.
    pub missing: Sums,
}

impl Faults {
    fn any(&self) -> bool {
        !self.subjects.is_empty() || !self.missing.is_empty()
    }
}

/// Holds an organisation's sums against its wishes and against those below it; of what is in `late` nothing is said, nor of
/// any wish where that is none.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn faults(tx: &mut Conn, at: &str, late: Option<&BTreeSet<String>>) -> Result<Faults, Failure> {
    let mut faults = Faults { missing: missing(tx, at)?, ..Faults::default() };
    let Some(late) = late else { return Ok(faults) };
    // What is counted here may be nowhere any more.
    let mut ids = kept::of_organisation(tx, at)?;
    ids.append(&mut kept::own(tx, at)?.0);
    let ids: Vec<String> = ids.into_iter().filter(|id| !late.contains(id)).collect();
    for stretch in ids.chunks(STRETCH) {
        let mut counted = kept::shares(tx, stretch)?;
        for now in kept::subjects(tx, &Touched::any(stretch.iter().cloned()))? {
            if counted.remove(&now.id) != Some((now.organisation_id, now.share)) {
                faults.subjects.push(now.id);
            }
        }
        faults.subjects.extend(counted.into_keys());
    }
    Ok(faults)
}

fn missing(tx: &mut Conn, at: &str) -> Result<Sums, Failure> {
    let mut missing = kept::own(tx, at)?.1;
    for child in kept::children(tx, at)? {
        for (cell, amount) in kept::kept(tx, &child)? {
            *missing.entry(cell).or_default() += amount;
        }
    }
    for (cell, amount) in kept::kept(tx, at)? {
        *missing.entry(cell).or_default() -= amount;
    }
    missing.retain(|_, amount| *amount != 0);
    Ok(missing)
}

/// Holds the organisation before this one against its wishes and against those below it, and puts right what is wrong, which
/// is recorded. Tells which it was, and whether it was wrong: again and again, it is all of them in a circle.
///
/// # Errors
/// When the database refuses.
pub async fn verify(
    state: &State,
    cx: &Context,
    last: Option<String>,
) -> Result<Option<(String, bool)>, Failure> {
    let look = move |tx: &mut Conn| {
        let Some(at) = kept::organisation_before(tx, last.as_deref())? else { return Ok(None) };
        let late = uncounted(tx)?;
        let faults = faults(tx, &at, late.as_ref())?;
        Ok::<_, Failure>(Some((at, faults)))
    };
    let Some((at, faults)) = state.db.read_slow(look).await? else { return Ok(None) };
    let mended = faults.any() && put_right(state, cx, &at, &faults.subjects).await?;
    if mended {
        observe::figures_mended();
        tracing::error!(organisation = at, "figures were not what the wishes say; they are put right");
    }
    Ok(Some((at, mended)))
}

/// A stretch at a time, so that others may write between: each is whole by itself.
async fn put_right(state: &State, cx: &Context, at: &str, subjects: &[String]) -> Result<bool, Failure> {
    let mut mended = 0;
    for stretch in subjects.chunks(STRETCH) {
        let stretch = Touched::any(stretch.iter().cloned());
        let again = move |tx: &mut Conn| {
            kept::hold(tx)?;
            recount(tx, &stretch)
        };
        mended += state.db.write(again).await?;
    }
    let (cx, at) = (cx.clone(), at.to_owned());
    state.db.write(move |tx| put_sums_right(tx, &cx, &at, mended)).await
}

fn put_sums_right(tx: &mut Conn, cx: &Context, at: &str, mended: usize) -> Result<bool, Failure> {
    kept::hold(tx)?;
    let missing = missing(tx, at)?;
    kept::mend(tx, at, &missing)?;
    if mended == 0 && missing.is_empty() {
        return Ok(false);
    }
    let organisation = at.parse().map_err(store::StoreError::corrupt)?;
    let about = About::recount(cx.ids.make::<RecountId>(), organisation);
    let data = facts([("subjects", json!(mended)), ("sums", json!(missing.len()))]);
    event::of(tx, cx, Kind::FiguresMended, about, data)?;
    Ok(true)
}
