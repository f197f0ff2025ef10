//! Changing the key that wraps the data keys, while everybody works. Only wrapped keys are rewritten;
//! what they seal stays as it is. Each batch is a unit of work and each row a compare-and-set, so the
//! work may stop anywhere, be begun again, and run beside itself.

use crate::{problem::Failure, state::State};
use std::sync::Arc;
use store::{Conn, data_key};

/// How many keys one unit of work rewraps.
pub const BATCH: i64 = 200;

/// How many living keys are wrapped under each version.
///
/// # Errors
/// When the database does not answer.
pub async fn versions(state: &State) -> Result<Vec<(u32, i64)>, Failure> {
    state.db.read_slow(|tx| Ok::<_, Failure>(data_key::versions(tx)?)).await
}

/// Puts every data key under the current key; tells how many were not.
///
/// # Errors
/// When the database refuses, or a key that is still used is not here.
pub async fn rewrap(state: &State, batch: i64) -> Result<u64, Failure> {
    let mut rewrapped: u64 = 0;
    let mut after = String::new();
    loop {
        let from = after.clone();
        let page = state.db.read_slow(move |tx| Ok::<_, Failure>(data_key::page(tx, &from, batch)?)).await?;
        let Some(last) = page.last() else { return Ok(rewrapped) };
        after.clone_from(&last.beneficiary_id);
        let (page, vault) = (Arc::new(page), state.vault.clone());
        let work = move |tx: &mut Conn| {
            let mut changed: u64 = 0;
            for row in page.iter() {
                changed += u64::from(data_key::rewrap(tx, &vault, row)?);
            }
            Ok::<_, Failure>(changed)
        };
        rewrapped += state.db.write(work).await?;
    }
}
