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

/// How often a server counts.
const EVERY: Duration = Duration::from_secs(1);

/// Counts again and again, until the server is about to stop.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut verified = None;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        if let Err(failure) = look(&state, &mut verified).await {
            observe::job_failed("tally");
            tracing::error!(error = failure.internal(), "figures could not be counted; it is tried again");
        }
    }
}

async fn look(state: &State, verified: &mut Option<String>) -> Result<(), Failure> {
    event::place(state).await?;
    tally::fold(state).await?;
    let cx = Context::new(state, Actor::default()).at(shared_time(state).await?);
    *verified = tally::verify(state, &cx, verified.take()).await?;
    Ok(())
}
