//! Statements of platforms, held against the books some rows at a time.

use super::steps;
use crate::{
    app::{Context, ledger::reconciling},
    problem::Failure,
    state::State,
};

/// Looks again and again, until the server is about to stop.
pub async fn run(state: State) {
    steps::look_on(state, "statement", round).await;
}

/// Holds what runs against the books. How many ended.
///
/// # Errors
/// The first failure; what was booked stays booked, and the others went on all the same.
pub(super) async fn round(state: &State, cx: &Context) -> Result<usize, Failure> {
    let cx = cx.clone();
    steps::all(state, reconciling::running, move |tx, id| reconciling::go_on(tx, &cx, id)).await
}
