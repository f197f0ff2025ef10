//! Figures: every second what happened is counted, so that a dashboard is no more than two seconds behind, and one
//! organisation is held against its wishes.

use super::shared_time;
use crate::{
    app::{Context, event, tally},
    observe,
    problem::Failure,
    state::State,
};
use domain::access::Actor;
use std::time::Duration;
use tokio::time::Instant;

/// How often a server counts.
const EVERY: Duration = Duration::from_secs(1);

/// After an organisation was found in order, no other is looked at for so many times as long as that took: with a large one
/// it takes seconds, and others want the processor, too.
const REST: u32 = 20;

/// Counts again and again, until the server is about to stop.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut verifying = Verifying { last: None, rests_until: Instant::now() };
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        if let Err(failure) = look(&state, &mut verifying).await {
            observe::job_failed("tally");
            tracing::error!(error = failure.internal(), "figures could not be counted; it is tried again");
        }
    }
}

/// Which organisation was held against its wishes last.
struct Verifying {
    last: Option<String>,
    rests_until: Instant,
}

async fn look(state: &State, verifying: &mut Verifying) -> Result<(), Failure> {
    event::place(state).await?;
    tally::fold(state).await?;
    let began = Instant::now();
    if began >= verifying.rests_until {
        let cx = Context::new(state, Actor::default()).at(shared_time(state).await?);
        let verified = tally::verify(state, &cx, verifying.last.take()).await?;
        // Where one was wrong, the next one may be.
        let rest = if matches!(verified, Some((_, true))) { 0 } else { REST };
        verifying.rests_until = Instant::now() + began.elapsed() * rest;
        verifying.last = verified.map(|(at, _)| at);
    }
    Ok(())
}
