//! What time does: consents run out, what is over its time goes (once a night), shares lapse, unanswered escalations go further up, wishes that ran over their time
//! go up. Each is one unit of work that asks the rules again, so that early, late or double runs are
//! harmless, and any number of server processes may run them.

use crate::{
    app::{self, Context, claim, consent, escalation, retention},
    observe,
    problem::Failure,
    state::State,
};
use domain::{access::Actor, retention::RetentionClass, time::Instant};
use std::time::Duration;

/// How often a server looks for what is due.
const EVERY: Duration = Duration::from_secs(30);

/// How many are read at once.
const BATCH: i64 = 200;

/// How long an answer is kept for the same Idempotency-Key.
const KEEP_ANSWERS_SECONDS: i64 = 72 * 3600;

/// Failed sign-ins do not count any more after an hour; they are kept for a day.
const KEEP_TRIES_DAYS: i64 = 1;

/// What a sweep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Claims that ran over their time.
    pub lapsed: usize,
    /// Escalations that went further up.
    pub superseded: usize,
    /// Wishes that went up, or on the red list.
    pub escalated: usize,
    /// Residents whose consents must be asked anew.
    pub consents_due: usize,
}

impl Swept {
    const fn any(self) -> bool {
        self.lapsed + self.superseded + self.escalated + self.consents_due > 0
    }

    fn tell(self) {
        if self.any() {
            tracing::info!(?self, "swept");
        }
        observe::swept("claim_lapsed", self.lapsed);
        observe::swept("escalation_superseded", self.superseded);
        observe::swept("wish_escalated", self.escalated);
        observe::swept("consent_due", self.consents_due);
    }
}

/// Does all that is due at `now`. Shares are given back first, so that a wish is judged by what it
/// still lacks.
///
/// # Errors
/// When the database does not answer; what was done so far stays done.
pub async fn sweep(state: &State, now: Instant) -> Result<Swept, Failure> {
    let cx = Context::new(state, Actor::default()).at(now);
    let mut total = Swept::default();
    loop {
        let done = once(state, &cx).await?;
        total.lapsed += done.lapsed;
        total.superseded += done.superseded;
        total.escalated += done.escalated;
        if !done.any() {
            break;
        }
    }
    total.consents_due = consents(state, &cx).await?;
    let old = now.plus_seconds(-KEEP_ANSWERS_SECONDS);
    state.db.write(move |tx| Ok::<_, Failure>(store::idempotency::forget(tx, old)?)).await?;
    // Sessions tell who was signed in and when.
    let over = state.config.retention().cutoff(RetentionClass::SignIn, now);
    let rested = now.plus_days(-KEEP_TRIES_DAYS);
    state.db.write(move |tx| Ok::<_, Failure>(store::user::forget_sessions(tx, over, rested, now)?)).await?;
    let before = now.plus_days(-1).date();
    state.db.write(move |tx| Ok::<_, Failure>(store::attachment::forget_looks(tx, before)?)).await?;
    state.limits.forget_rested();
    // There is no way back from it: a sweep as of a day to come lapses claims and erases nobody early.
    for run in retention::run(state, now.min(state.clock.now()), true).await? {
        tracing::info!(tree = %run.tree_id, counts = ?run.counts, "cleaned up");
    }
    app::event::place(state).await?;
    Ok(total)
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

async fn once(state: &State, cx: &Context) -> Result<Swept, Failure> {
    let now = cx.now;
    let mut swept = Swept::default();
    let lapsing = state.db.read(move |tx| Ok::<_, Failure>(store::claim::lapsing(tx, now, BATCH)?)).await?;
    for (id, wish) in lapsing {
        let cx = cx.clone();
        swept.lapsed += usize::from(state.db.write(move |tx| claim::lapse(tx, &cx, id, wish)).await?);
    }
    let waiting =
        state.db.read(move |tx| Ok::<_, Failure>(store::escalation::overdue(tx, now, BATCH)?)).await?;
    for (id, wish) in waiting {
        let cx = cx.clone();
        swept.superseded +=
            usize::from(state.db.write(move |tx| escalation::overrun(tx, &cx, id, wish)).await?);
    }
    let overdue = state.db.read(move |tx| Ok::<_, Failure>(store::wish::overdue(tx, now, BATCH)?)).await?;
    for wish in overdue {
        let cx = cx.clone();
        swept.escalated += usize::from(state.db.write(move |tx| escalation::overdue(tx, &cx, wish)).await?);
    }
    Ok(swept)
}

/// Sweeps again and again, until the server is about to stop.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while !state.is_draining() {
        every.tick().await;
        match sweep(&state, state.clock.now()).await {
            Ok(swept) => swept.tell(),
            Err(failure) => {
                observe::sweep_failed();
                tracing::error!(error = failure.internal(), "the sweep failed; it is tried again");
            }
        }
    }
}
