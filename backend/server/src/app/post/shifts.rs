//! The shifts of a post: each change of one is a change of its post.

use super::{Held, opened, record};
use crate::{
    app::{Context, event::facts, found, sign_up},
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    event::Kind,
    id::{PostId, ShiftId},
    post::Plan,
};
use serde_json::json;
use store::Conn;

/// Needs people at a further time.
///
/// # Errors
/// As the access table says; `stale`; what [`domain::post::Post::add`] refuses.
pub fn add(tx: &mut Conn, cx: &Context, id: PostId, seen: &Seen, plan: Plan) -> Result<Held, Failure> {
    let Held { post, line } = opened(tx, cx, Act::CreateShift, id, seen)?;
    let shift: ShiftId = cx.ids.make();
    let mut post = post.add(shift, plan, cx.now)?;
    store::post::insert_shift(tx, found(post.shift(shift))?, cx.now)?;
    record(tx, cx, Kind::ShiftAdded, &mut post, facts([("shift_id", json!(shift))]))?;
    Ok(Held { post, line })
}

/// Plans a shift otherwise.
///
/// # Errors
/// As the access table says; `stale`; what [`domain::post::Shift::revise`] refuses.
pub fn revise_shift(
    tx: &mut Conn,
    cx: &Context,
    id: ShiftId,
    seen: &Seen,
    change: impl FnOnce(&mut Plan),
) -> Result<Held, Failure> {
    let of = found(store::post::of_shift(tx, &[id])?.pop())?;
    let Held { post, line } = opened(tx, cx, Act::UpdateShift, of, seen)?;
    let mut post = post.change(id, |shift| {
        let mut plan = shift.plan.clone();
        change(&mut plan);
        shift.revise(plan, cx.now)
    })?;
    store::post::save_shift(tx, found(post.shift(id))?, cx.now)?;
    record(tx, cx, Kind::ShiftChanged, &mut post, facts([("shift_id", json!(id))]))?;
    Ok(Held { post, line })
}

/// Says that a shift does not take place: who signed up for it holds its places no more.
///
/// # Errors
/// As the access table says; `stale`; what [`domain::post::Shift::cancel`] refuses.
pub fn cancel_shift(
    tx: &mut Conn,
    cx: &Context,
    id: ShiftId,
    seen: &Seen,
    reason: &str,
) -> Result<Held, Failure> {
    let of = found(store::post::of_shift(tx, &[id])?.pop())?;
    let Held { post, line } = opened(tx, cx, Act::CancelShift, of, seen)?;
    let mut post = post.change(id, |shift| shift.cancel(reason, cx.now))?;
    sign_up::drop_cancelled(tx, cx, &mut post)?;
    record(tx, cx, Kind::ShiftCancelled, &mut post, facts([("shift_id", json!(id))]))?;
    Ok(Held { post, line })
}
