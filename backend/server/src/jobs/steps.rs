//! What is done in steps, each a transaction: some of each in turn, so that a long one keeps no short one waiting, and so that nobody
//! who uses the server waits for either. Must not know what the steps do.

use super::shared_time;
use crate::{
    app::{Context, Step},
    observe,
    problem::Failure,
    state::State,
};
use domain::access::Actor;
use std::{collections::HashSet, hash::Hash, time::Duration};
use store::Conn;

/// How often a server looks for what is to be done.
const EVERY: Duration = Duration::from_secs(1);

/// Looks again and again, until the server is about to stop; a transaction that was begun is ended first. `name` is of the metric.
pub(super) async fn look_on(
    state: State,
    name: &'static str,
    round: impl AsyncFn(&State, &Context) -> Result<usize, Failure>,
) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        let look = async {
            let cx = Context::new(&state, Actor::default()).at(shared_time(&state).await?);
            round(&state, &cx).await
        };
        if let Err(failure) = look.await {
            observe::job_failed(name);
            tracing::error!(error = failure.internal(), name, "a round failed; it is tried again");
        }
    }
}

/// Does what `running` names, a step of each in turn. How many ended.
///
/// # Errors
/// The first failure; what was done stays done, and the others went on all the same.
pub(super) async fn all<I, R, G>(state: &State, running: R, go_on: G) -> Result<usize, Failure>
where
    I: Copy + Eq + Hash + Send + 'static,
    R: Fn(&mut Conn) -> Result<Vec<I>, Failure> + Clone + Send + 'static,
    G: Fn(&mut Conn, I) -> Result<Step, Failure> + Clone + Send + 'static,
{
    let (mut ended, mut failed, mut apart) = (0, None, HashSet::<I>::new());
    loop {
        let mut next = state.db.read(running.clone()).await?;
        next.retain(|id| !apart.contains(id));
        if next.is_empty() || state.is_draining() {
            break;
        }
        for id in next {
            let go_on = go_on.clone();
            match state.db.write(move |tx: &mut Conn| go_on(tx, id)).await {
                Ok(Step::More) => {}
                Ok(Step::Ended) => ended += 1,
                Ok(Step::Rests) => _ = apart.insert(id),
                Err(failure) => {
                    apart.insert(id);
                    failed.get_or_insert(failure);
                }
            }
        }
    }
    failed.map_or(Ok(ended), Err)
}
