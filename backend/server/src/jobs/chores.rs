//! What is done every now and then, whether or not anything came due: what is kept no longer goes, consents
//! that a day may have ended are looked at, what is due of pairings is told, campaigns open, take in their wishes and
//! close, emergency calls end with their last household, suspensions and posts end, and attendance that nobody counted stays uncounted. A chore that fails does not keep the others from being done.

use crate::{
    app::{
        Context, campaign, consent, emergency, export, import, pairing, post, retention, sign_up, standing,
    },
    problem::Failure,
    state::State,
};
use domain::{retention::RetentionClass, time::Instant};
use std::fmt::Display;
use store::Conn;

/// How many residents are read at once.
const BATCH: i64 = 200;

/// How long an answer is kept for the same Idempotency-Key: a telephone whose answer was lost may come back
/// from a village without a network weeks later, and must not enter anything twice.
const KEEP_ANSWERS_DAYS: i64 = 30;

/// Failed sign-ins do not count any more after an hour; they are kept for a day.
const KEEP_TRIES_DAYS: i64 = 1;

/// Letters that were laid aside are kept for so long: their time is over on the same day.
const KEEP_MAILS_DAYS: i64 = 30;

/// What they came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Done {
    /// Residents whose consents must be asked anew.
    pub consents_due: usize,
    /// Pairings of which something was told.
    pub pairings_told: usize,
    /// Campaigns that opened or closed.
    pub campaigns_turned: usize,
    /// Claimants whose suspension was over.
    pub claimants_reinstated: usize,
    /// Emergency calls whose last household was served.
    pub calls_served: usize,
    /// Posts that ended.
    pub posts_ended: usize,
    /// Sign-ups of which nobody counted who came.
    pub sign_ups_unmarked: usize,
}

/// Does all of them.
///
/// # Errors
/// The first failure; the other chores were done all the same.
pub(super) async fn all(state: &State, cx: &Context) -> Result<Done, Failure> {
    state.limits.forget_rested();
    let forgotten = forget(state, cx).await;
    let cleaned = clean(state, cx).await;
    let due = consents(state, cx).await;
    let told = each(state, cx, "pairing", pairing::to_tell, pairing::tell).await;
    let turned = each(state, cx, "campaign", campaign::to_turn, campaign::turn).await;
    let gathered = gather(state, cx).await;
    let reinstated = each(state, cx, "suspension", standing::served, standing::end).await;
    let served = each(state, cx, "emergency call", emergency::served, emergency::end).await;
    let ended = each(state, cx, "post", post::to_end, post::end).await;
    let unmarked = each(state, cx, "sign-up", sign_up::to_lapse, sign_up::lapse).await;
    forgotten.and(cleaned).and(gathered)?;
    Ok(Done {
        consents_due: due?,
        pairings_told: told?,
        campaigns_turned: turned?,
        claimants_reinstated: reinstated?,
        calls_served: served?,
        posts_ended: ended?,
        sign_ups_unmarked: unmarked?,
    })
}

/// Answers, letters, sign-ins and the daily marks of who looked at a picture.
async fn forget(state: &State, cx: &Context) -> Result<(), Failure> {
    let now = cx.now;
    let answers = now.plus_days(-KEEP_ANSWERS_DAYS);
    state.db.write(move |tx| Ok::<_, Failure>(store::idempotency::forget(tx, answers)?)).await?;
    // Sessions tell who was signed in and when.
    let over = state.config.retention().cutoff(RetentionClass::SignIn, now);
    let rested = now.plus_days(-KEEP_TRIES_DAYS);
    state.db.write(move |tx| Ok::<_, Failure>(store::user::forget_sessions(tx, over, rested, now)?)).await?;
    let laid_aside = now.plus_days(-KEEP_MAILS_DAYS);
    state.db.write(move |tx| Ok::<_, Failure>(store::mail::forget(tx, laid_aside)?)).await?;
    let log = now.plus_days(-domain::webhook::KEEP_DAYS);
    let forget = move |tx: &mut Conn| Ok::<_, Failure>(store::webhook::log::forget(tx, log, BATCH)?);
    while state.db.write(forget).await? {}
    let (cx, at) = (cx.clone(), cx.clone());
    let over = move |tx: &mut Conn| import::going_in::empty_next(tx, &cx, BATCH);
    while state.db.write(over.clone()).await? {}
    let over = move |tx: &mut Conn| export::expire_next(tx, &at, BATCH);
    while state.db.write(over.clone()).await? {}
    let before = now.plus_days(-1).date();
    state.db.write(move |tx| Ok::<_, Failure>(store::attachment::forget_looks(tx, before)?)).await?;
    Ok(())
}

/// What is over its time, once a night. There is no way back from it: a sweep as of a day to come erases
/// nobody early.
async fn clean(state: &State, cx: &Context) -> Result<(), Failure> {
    for run in retention::run(state, cx.now.min(state.clock.now()), true).await? {
        tracing::info!(tree = %run.tree_id, counts = ?run.counts, "cleaned up");
    }
    Ok(())
}

/// Looks at each resident whose consents a day may have ended, once a day.
async fn consents(state: &State, cx: &Context) -> Result<usize, Failure> {
    let today = cx.now.date();
    let mut due = 0;
    loop {
        let waiting =
            state.db.read(move |tx| Ok::<_, Failure>(store::consent::to_check(tx, today, BATCH)?)).await?;
        if waiting.is_empty() {
            return Ok(due);
        }
        for id in waiting {
            let cx = cx.clone();
            due += usize::from(state.db.write(move |tx| consent::look(tx, &cx, id)).await?);
        }
    }
}

/// What is due by a column of its own, a stretch after the last one.
type Due<I> = fn(&mut Conn, &Context, Option<(Instant, I)>, i64) -> Result<Vec<(Instant, I)>, Failure>;

/// Does to each thing that is due what time does to it, in a unit of work of its own: one that fails keeps none of the
/// others from being done, and is tried again the next time. How many it did something to.
async fn each<I: Copy + Display + Send + 'static>(
    state: &State,
    cx: &Context,
    what: &'static str,
    due: Due<I>,
    does: fn(&mut Conn, &Context, I) -> Result<bool, Failure>,
) -> Result<usize, Failure> {
    let (mut done, mut failed, mut after) = (0, None, None);
    loop {
        let at = cx.clone();
        let due = state.db.read(move |tx| due(tx, &at, after, BATCH)).await?;
        let Some(last) = due.last() else { break };
        after = Some(*last);
        for (_, id) in due {
            let cx = cx.clone();
            match state.db.write(move |tx| does(tx, &cx, id)).await {
                Ok(did) => done += usize::from(did),
                Err(failure) => {
                    tracing::warn!(what, %id, cause = failure.internal(), "what is due could not be done");
                    failed = Some(failure);
                }
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

/// Takes into open campaigns what their rules ask for, a stretch at a time.
async fn gather(state: &State, cx: &Context) -> Result<(), Failure> {
    let mut after = None;
    loop {
        let waiting =
            state.db.read(move |tx| Ok::<_, Failure>(store::campaign::to_gather(tx, after, BATCH)?)).await?;
        let Some(last) = waiting.last() else { return Ok(()) };
        after = Some(*last);
        for id in waiting {
            let mut more = true;
            while more {
                let cx = cx.clone();
                more = state.db.write(move |tx| campaign::gather(tx, &cx, id)).await?;
            }
        }
    }
}
