//! Sheets that were let in: some rows at a time, so that nobody who uses the server waits for a village's list.

use super::steps;
use crate::{
    app::{Context, import::going_in},
    problem::Failure,
    state::State,
};

/// So many rows are one transaction. On SQLite others wait that long to write.
const AT_ONCE: i64 = 50;

/// Looks again and again, until the server is about to stop.
pub async fn run(state: State) {
    steps::look_on(state, "import", round).await;
}

/// Lets in what runs. How many ended.
///
/// # Errors
/// The first failure; what went in stays in, and the others went on all the same.
pub(super) async fn round(state: &State, cx: &Context) -> Result<usize, Failure> {
    let cx = cx.clone();
    steps::all(state, going_in::running, move |tx, id| going_in::go_on(tx, &cx, id, AT_ONCE)).await
}
