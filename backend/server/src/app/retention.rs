//! What is over its time goes: texts of ended wishes, applications to join a circle, and residents for whom nobody works any more. Each
//! is one unit of work that asks again, so that early, late or double runs are harmless.

use super::{
    Context, application, attachment, audit, erasure, event,
    event::{About, Facts, facts},
    found,
};
use crate::{problem::Failure, state::State};
use domain::{
    access::{Act, Actor},
    beneficiary::ErasureReason,
    event::Kind,
    id::{BeneficiaryId, OrganisationId, RetentionRunId, WishId},
    retention::{Periods, RetentionClass},
    time::Instant,
    wish::{FORGOTTEN_TITLE, Stage, Wish},
};
use serde_json::json;
use store::{
    Conn, StoreResult,
    retention::{Counts, Run, Stretch},
};

/// When the last of these wishes ended; none while one has not.
fn ended(wishes: &[Wish]) -> Option<Instant> {
    let mut last = None;
    for wish in wishes {
        let at = match wish.stage {
            Stage::Declined { at } | Stage::Withdrawn { at } => at,
            Stage::Published { fulfilled_at: Some(at), .. } => at,
            _ => return None,
        };
        last = last.max(Some(at));
    }
    last
}

/// Erases a resident all of whose wishes ended long enough ago. Tells whether it did.
///
/// # Errors
/// When the database refuses, or the resident's key is not here.
pub fn retire_resident(
    tx: &mut Conn,
    cx: &Context,
    periods: &Periods,
    id: BeneficiaryId,
) -> Result<bool, Failure> {
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, id)?)?;
    let wishes = store::wish::of_beneficiary_to_change(tx, id)?;
    let cutoff = periods.cutoff(RetentionClass::Resident, cx.now);
    let over = ended(&wishes).is_some_and(|at| at <= cutoff);
    if !over || resident.known().is_err() {
        return Ok(false);
    }
    erasure::erase_loaded(tx, cx, resident, wishes, ErasureReason::NoLongerNeeded)?;
    Ok(true)
}

/// Empties the texts of a wish that ended long enough ago. Tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn retire_wish(tx: &mut Conn, cx: &Context, periods: &Periods, id: WishId) -> Result<bool, Failure> {
    let wish = found(store::wish::load_to_change(tx, id)?)?;
    let class = match wish.stage {
        Stage::Declined { .. } => RetentionClass::DeclinedWish,
        _ => RetentionClass::EndedWish,
    };
    let over = ended(std::slice::from_ref(&wish)).is_some_and(|at| at <= periods.cutoff(class, cx.now));
    if !over || wish.content.title == FORGOTTEN_TITLE {
        return Ok(false);
    }
    erasure::forget_wish(tx, cx, wish)?;
    Ok(true)
}

/// How many of a subtree are over their time at `now`, by class. Changes nothing.
///
/// # Errors
/// When the database does not answer.
pub fn due(tx: &mut Conn, root: OrganisationId, periods: &Periods, now: Instant) -> Result<Counts, Failure> {
    let at = |class| periods.cutoff(class, now);
    let [resident, declined, ended, photo, application] = [
        RetentionClass::Resident,
        RetentionClass::DeclinedWish,
        RetentionClass::EndedWish,
        RetentionClass::Photo,
        RetentionClass::Application,
    ];
    Ok(Counts::from([
        (resident, count(tx, |tx, after| store::retention::residents(tx, root, at(resident), after))?),
        (declined, count(tx, |tx, after| store::retention::wishes(tx, root, true, at(declined), after))?),
        (ended, count(tx, |tx, after| store::retention::wishes(tx, root, false, at(ended), after))?),
        (photo, count(tx, |tx, after| store::retention::photos(tx, root, at(photo), after))?),
        (
            application,
            count(tx, |tx, after| store::retention::applications(tx, root, at(application), after))?,
        ),
    ]))
}

/// How many `find` finds, stretch by stretch.
fn count<I>(
    tx: &mut Conn,
    find: impl Fn(&mut Conn, &str) -> StoreResult<Stretch<I>>,
) -> Result<i64, Failure> {
    let (mut sum, mut next) = (0_usize, Some(String::new()));
    while let Some(after) = next {
        let stretch = find(tx, &after)?;
        (sum, next) = (sum.saturating_add(stretch.ids.len()), stretch.next);
    }
    Ok(i64::try_from(sum).unwrap_or(i64::MAX))
}

/// Cleans up one tree and records the run. Pictures go first and residents last: what is counted is then
/// what was due, and what goes with a resident is not counted twice.
async fn clean(state: &State, cx: &Context, tree: OrganisationId, nightly: bool) -> Result<Run, Failure> {
    let periods = state.config.retention();
    let cutoff = |class| periods.cutoff(class, cx.now);
    let mut counts = Counts::new();
    let old = cutoff(RetentionClass::Photo);
    let photos = move |tx: &mut Conn, after: &str| store::retention::photos(tx, tree, old, after);
    let retire = move |tx: &mut Conn, cx: &Context, id| attachment::retire(tx, cx, id, old);
    counts.insert(RetentionClass::Photo, clean_each(state, cx, photos, retire).await?);
    for class in [RetentionClass::DeclinedWish, RetentionClass::EndedWish] {
        let (declined, old) = (class == RetentionClass::DeclinedWish, cutoff(class));
        let wishes =
            move |tx: &mut Conn, after: &str| store::retention::wishes(tx, tree, declined, old, after);
        let retire = move |tx: &mut Conn, cx: &Context, id| retire_wish(tx, cx, &periods, id);
        counts.insert(class, clean_each(state, cx, wishes, retire).await?);
    }
    let old = cutoff(RetentionClass::Application);
    let asked = move |tx: &mut Conn, after: &str| store::retention::applications(tx, tree, old, after);
    let retire = move |tx: &mut Conn, cx: &Context, id| application::retire(tx, cx, &periods, id);
    counts.insert(RetentionClass::Application, clean_each(state, cx, asked, retire).await?);
    let old = cutoff(RetentionClass::Resident);
    let residents = move |tx: &mut Conn, after: &str| store::retention::residents(tx, tree, old, after);
    let retire = move |tx: &mut Conn, cx: &Context, id| retire_resident(tx, cx, &periods, id);
    counts.insert(RetentionClass::Resident, clean_each(state, cx, residents, retire).await?);
    let cx = cx.clone();
    let night = nightly.then(|| cx.now.date());
    state.db.write(move |tx| record(tx, &cx, tree, night, counts.clone())).await
}

/// Retires what `find` finds, stretch by stretch, each as a unit of work; how many went.
async fn clean_each<I: Copy + Send + 'static>(
    state: &State,
    cx: &Context,
    find: impl Fn(&mut Conn, &str) -> StoreResult<Stretch<I>> + Clone + Send + 'static,
    retire: impl Fn(&mut Conn, &Context, I) -> Result<bool, Failure> + Clone + Send + 'static,
) -> Result<i64, Failure> {
    let (mut next, mut went) = (Some(String::new()), 0);
    while let Some(after) = next {
        let find = find.clone();
        let stretch = state.db.read_slow(move |tx| Ok::<_, Failure>(find(tx, &after)?)).await?;
        for id in stretch.ids {
            let (retire, cx) = (retire.clone(), cx.clone());
            went += i64::from(state.db.write(move |tx| retire(tx, &cx, id)).await?);
        }
        next = stretch.next;
    }
    Ok(went)
}

/// Records a run, with figures and nothing else.
fn record(
    tx: &mut Conn,
    cx: &Context,
    tree: OrganisationId,
    night: Option<chrono::NaiveDate>,
    counts: Counts,
) -> Result<Run, Failure> {
    let id: RetentionRunId = cx.ids.make();
    let run = Run { id, tree_id: tree, as_of: cx.now, nightly_on: night, counts, created_at: cx.now };
    store::retention::insert(tx, &run)?;
    let mut data: Facts = facts([("as_of", json!(run.as_of))]);
    data.extend(run.counts.iter().map(|(class, count)| (class.to_string(), json!(count))));
    event::of(tx, cx, Kind::RetentionRun, About::retention_run(id, tree), data)?;
    Ok(run)
}

/// Cleans up every tree as of `now`: those of whom this night's run is not recorded yet, or all when it is
/// asked for by hand.
///
/// # Errors
/// When the database does not answer; what was done so far stays done.
pub async fn run(state: &State, now: Instant, nightly: bool) -> Result<Vec<Run>, Failure> {
    let cx = Context::new(state, Actor::default()).at(now);
    let mut runs = Vec::new();
    for tree in state.db.read(|tx| Ok::<_, Failure>(store::retention::roots(tx)?)).await? {
        let night = now.date();
        let done = move |tx: &mut Conn| Ok::<_, Failure>(store::retention::has_run(tx, tree, night)?);
        if nightly && state.db.read(done).await? {
            continue;
        }
        match clean(state, &cx, tree, nightly).await {
            Ok(run) => runs.push(run),
            // Another node was there at the same time; each unit of work asked again.
            Err(Failure::Store(error))
                if nightly && error.is_unique("retention_runs", &["tree_id", "nightly_on"]) => {}
            Err(failure) => return Err(failure),
        }
    }
    let erased = runs.iter().filter_map(|run| run.counts.get(&RetentionClass::Resident)).any(|n| *n > 0);
    if erased && let Err(error) = state.db.empty_log().await {
        tracing::warn!(%error, "the log was not emptied after a clean-up");
    }
    Ok(runs)
}

/// What would go from the caller's subtree at `now`.
///
/// # Errors
/// As the access table says.
pub fn preview(
    tx: &mut Conn,
    cx: &Context,
    asked: Option<OrganisationId>,
    periods: &Periods,
    now: Instant,
) -> Result<(OrganisationId, Counts), Failure> {
    let place = audit::place(tx, cx, Act::PreviewRetention, asked)?;
    Ok((place, due(tx, place, periods, now)?))
}

/// The runs of the caller's tree, newest first.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    asked: Option<OrganisationId>,
    before: Option<RetentionRunId>,
    rows: i64,
) -> Result<Vec<Run>, Failure> {
    let place = audit::place(tx, cx, Act::ListRetentionRuns, asked)?;
    let tree = audit::root_of(tx, place)?;
    Ok(store::retention::runs(tx, tree, (None, None), before, rows)?)
}
