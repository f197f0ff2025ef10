//! Efforts: staff note what a wish cost them in minutes, and see what was noted.

use super::{
    Context,
    event::facts,
    found,
    wish::{held, open, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    effort::{Effort, Kind},
    event::Kind as EventKind,
    id::WishId,
};
use serde_json::json;
use store::Conn;

/// Notes the caller's minutes of one thing that a wish took, in place of what they had noted of the same; none takes that away.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn put(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    kind: Kind,
    seen: &Seen,
    minutes: i32,
) -> Result<Vec<Effort>, Failure> {
    let wish = open(tx, cx, Act::PutEffort, id, seen)?.wish;
    let by = cx.user()?;
    match Effort::minutes(minutes)? {
        Some(minutes) => {
            store::effort::put(tx, &Effort { wish_id: id, kind, minutes, by, at: cx.now })?;
        }
        None => store::effort::remove(tx, id, kind, by)?,
    }
    let data = facts([("for", json!(kind)), ("minutes", json!(minutes))]);
    save(tx, cx, EventKind::EffortNoted, &wish, wish.status(), data)?;
    Ok(store::effort::of_wish(tx, id)?)
}

/// What was noted of a wish.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Vec<Effort>, Failure> {
    let wish = found(store::wish::load(tx, id)?)?;
    let held = held(tx, wish)?;
    cx.allow(Act::ListEfforts, &held.subject())?;
    Ok(store::effort::of_wish(tx, id)?)
}
