//! What time does: claimants are reminded, shares lapse, unanswered escalations go further up, wishes that ran over their time go
//! up ([`queue`]); and, each time, what is old goes ([`chores`]). Beside them letters are sent ([`mail`]), platforms told ([`webhook`]), sheets let in ([`import`]), statements held against the
//! books ([`statement`]), files made ([`export`]) and figures counted ([`tally`]). Every piece is one unit of work that asks
//! the rules again, so that early, late, double or broken runs are harmless, and any number of server
//! processes may run them.

mod chores;
mod export;
mod import;
mod mail;
mod queue;
mod statement;
mod steps;
mod tally;
mod webhook;

pub use export::run as run_exports;
pub use import::run as run_imports;
pub use mail::run as run_mail;
pub use statement::run as run_statements;
pub use tally::run as run_tally;
pub use webhook::run as run_webhooks;

use crate::{
    app::{self, Context},
    observe,
    problem::Failure,
    state::State,
};
use domain::{access::Actor, job::Kind, refusal::Code, time::Instant};
use queue::Pace;
use std::time::Duration;

/// How often a server looks for what is due.
const EVERY: Duration = Duration::from_secs(5);

/// Chores are done with every so many looks.
const LOOKS_PER_CHORES: u64 = 6;

/// A clock that is wrong by more than this, in seconds, is reported.
const SKEW_SECONDS: i64 = 5;

/// What a sweep did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Claims that ran over their time.
    pub lapsed: usize,
    /// Escalations that went further up.
    pub superseded: usize,
    /// Wishes that went up, or on the red list.
    pub escalated: usize,
    /// Claimants who were reminded of a time.
    pub reminded: usize,
    /// Residents whose consents must be asked anew.
    pub consents_due: usize,
    /// Pairings of which time told something: a visit due soon or missed, a proposal that nobody answered.
    pub pairings_told: usize,
    /// Letters that the mail server took.
    pub mailed: usize,
    /// Messages that webhooks took.
    pub told: usize,
    /// Campaigns that opened or closed.
    pub campaigns_turned: usize,
    /// Claimants whose suspension was over.
    pub claimants_reinstated: usize,
    /// Emergency calls whose last household was served.
    pub calls_served: usize,
    /// Posts that ended after their last shift.
    pub posts_ended: usize,
    /// Sign-ups of which nobody counted who came, in time.
    pub sign_ups_unmarked: usize,
    /// Imports all of whose rows are in, or that stopped by themselves.
    pub imports_ended: usize,
    /// Statements all of which were held against the books.
    pub statements_ended: usize,
    /// Files that were made, or that there is a reason not to make.
    pub exports_ended: usize,
    /// Tries that failed; they are tried again.
    pub failed: usize,
}

impl Swept {
    const fn count(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::ClaimDue => &mut self.lapsed,
            Kind::EscalationDue => &mut self.superseded,
            Kind::WishDue => &mut self.escalated,
            Kind::ClaimReminder => &mut self.reminded,
        }
    }

    const fn with(&mut self, done: chores::Done) {
        self.consents_due = done.consents_due;
        self.pairings_told = done.pairings_told;
        self.campaigns_turned = done.campaigns_turned;
        self.claimants_reinstated = done.claimants_reinstated;
        self.calls_served = done.calls_served;
        self.posts_ended = done.posts_ended;
        self.sign_ups_unmarked = done.sign_ups_unmarked;
    }
}

/// Does all that is due at `now`, and the chores.
///
/// # Errors
/// When the database does not answer; what was done so far stays done.
pub async fn sweep(state: &State, now: Instant) -> Result<Swept, Failure> {
    let cx = Context::new(state, Actor::default()).at(now);
    let mut swept = queue::drain(state, &cx, Pace::Full).await?;
    swept.with(chores::all(state, &cx).await?);
    app::event::place(state).await?;
    app::tally::fold(state).await?;
    swept.imports_ended = import::round(state, &cx).await?;
    swept.statements_ended = statement::round(state, &cx).await?;
    swept.exports_ended = export::round(state, &cx).await?;
    let letters = mail::round(state, &cx).await?;
    swept.mailed = letters.sent;
    swept.failed = swept.failed.saturating_add(letters.failed);
    swept.told = webhook::round(state, &cx).await?.told;
    Ok(swept)
}

/// [`sweep`] as of a time that an operator names.
///
/// # Errors
/// `past_run` when jobs have run as of a later time: what was done then cannot be done before.
pub async fn sweep_as_of(state: &State, now: Instant) -> Result<Swept, Failure> {
    let ran_until = state.db.read(|tx| Ok::<_, Failure>(store::job::ran_until(tx)?)).await?;
    if now < ran_until {
        return Err(Code::PastRun.into());
    }
    sweep(state, now).await
}

/// Looks again and again, until the server is about to stop; then what was begun is ended first.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for look in 0_u64.. {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        let with_chores = look.is_multiple_of(LOOKS_PER_CHORES);
        if let Err(failure) = once(&state, with_chores).await {
            observe::job_failed("look");
            tracing::error!(error = failure.internal(), "the sweep failed; it is tried again");
        }
    }
}

async fn once(state: &State, with_chores: bool) -> Result<(), Failure> {
    let cx = Context::new(state, Actor::default()).at(shared_time(state).await?);
    // On SQLite there is one writer for what time does and what people do; PostgreSQL has one for each.
    let pace = if state.db.commits().is_some() { Pace::Gentle } else { Pace::Full };
    let mut swept = queue::drain(state, &cx, pace).await?;
    if with_chores {
        swept.with(chores::all(state, &cx).await?);
    }
    app::event::place(state).await?;
    if swept != Swept::default() {
        tracing::info!(?swept, "swept");
    }
    let figures = state.db.read(|tx| Ok::<_, Failure>(store::job::figures(tx)?)).await?;
    observe::queue(&figures, cx.now);
    Ok(())
}

/// The time that all servers of one database share, so that a clock that is wrong neither does things early
/// nor late. This machine's own, where the database has none.
async fn shared_time(state: &State) -> Result<Instant, Failure> {
    let shared = state.db.read(|tx| Ok::<_, Failure>(store::job::clock(tx)?)).await?;
    let own = state.clock.now();
    let Some(shared) = shared else { return Ok(own) };
    let skew = own.micros().saturating_sub(shared.micros());
    observe::skew(skew);
    if skew.abs() > SKEW_SECONDS * 1_000_000 {
        tracing::warn!(seconds = skew / 1_000_000, "this server's clock differs from the database's; set it");
    }
    Ok(shared)
}
