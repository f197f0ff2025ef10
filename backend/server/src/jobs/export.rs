//! Files that were asked for: one at a time, each read by its asker's rights, written beside the async threads and kept in a short write.

use super::steps;
use crate::{
    app::{
        Context,
        export::making::{self, Made, Next, Work},
    },
    problem::Failure,
    sheet,
    state::State,
};
use std::sync::Arc;
use store::Conn;

/// Looks again and again, until the server is about to stop; what was begun and not kept, another server makes.
pub async fn run(state: State) {
    steps::look_on(state, "export", round).await;
}

/// Makes what waits. How many ended, with a file or without.
///
/// # Errors
/// The first failure: that one is made again once its lease is over. The others were made all the same.
pub(super) async fn round(state: &State, cx: &Context) -> Result<usize, Failure> {
    let (mut ended, mut failed) = (0, None);
    while !state.is_draining() {
        let at = cx.clone();
        match state.db.write(move |tx: &mut Conn| making::next(tx, &at)).await? {
            Next::Nothing => break,
            Next::Ended => ended += 1,
            Next::Make(work) => match make(state, cx, Arc::new(*work)).await {
                Ok(done) => ended += usize::from(done),
                Err(failure) => {
                    failed.get_or_insert(failure);
                }
            },
        }
    }
    failed.map_or(Ok(ended), Err)
}

async fn make(state: &State, cx: &Context, work: Arc<Work>) -> Result<bool, Failure> {
    let cx = cx.clone();
    match file(state, Arc::clone(&work)).await {
        Ok(made) => {
            let made = Arc::new(made);
            state.db.write(move |tx: &mut Conn| making::keep(tx, &cx, &work, &made)).await
        }
        Err(failure) => match making::refused(&failure) {
            Some(code) => state.db.write(move |tx: &mut Conn| making::give_up(tx, &cx, &work, code)).await,
            None => Err(failure),
        },
    }
}

async fn file(state: &State, work: Arc<Work>) -> Result<Made, Failure> {
    let reading = Arc::clone(&work);
    let (register, people) = state.db.read_slow(move |tx: &mut Conn| making::read(tx, &reading)).await?;
    sheet::aside(move || making::write(&work, &register, people)).await
}
