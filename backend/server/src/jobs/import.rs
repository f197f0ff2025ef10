//! Sheets that were let in: some rows at a time, so that nobody who uses the server waits for a village's list.

use super::shared_time;
use crate::{
    app::{Context, import::going_in},
    observe,
    problem::Failure,
    state::State,
};
use domain::{access::Actor, id::ImportId};
use std::{collections::HashMap, time::Duration};
use store::Conn;

/// How often a server looks for sheets to let in.
const EVERY: Duration = Duration::from_secs(1);

/// So many rows are one transaction. On SQLite others wait that long to write.
const AT_ONCE: i64 = 50;

/// Looks again and again, until the server is about to stop; a transaction that was begun is ended first.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        if let Err(failure) = look(&state).await {
            observe::job_failed("import");
            tracing::error!(error = failure.internal(), "rows could not be let in; it is tried again");
        }
    }
}

async fn look(state: &State) -> Result<(), Failure> {
    let cx = Context::new(state, Actor::default()).at(shared_time(state).await?);
    round(state, &cx).await.map(drop)
}

/// Lets in what runs: some rows of each in turn, so that a long sheet keeps no short one waiting. How many ended.
///
/// # Errors
/// The first failure; what went in stays in, and the others went on all the same.
pub(super) async fn round(state: &State, cx: &Context) -> Result<usize, Failure> {
    let (mut ended, mut failed) = (0, HashMap::<ImportId, Failure>::new());
    loop {
        let mut running = state.db.read(going_in::running).await?;
        running.retain(|id| !failed.contains_key(id));
        if running.is_empty() || state.is_draining() {
            break;
        }
        for id in running {
            let cx = cx.clone();
            let next = move |tx: &mut Conn| going_in::go_on(tx, &cx, id, AT_ONCE);
            match state.db.write(next).await {
                Ok(more) => ended += usize::from(!more),
                Err(failure) => drop(failed.insert(id, failure)),
            }
        }
    }
    failed.into_values().next().map_or(Ok(ended), Err)
}
