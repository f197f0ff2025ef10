//! Who came: counted by the holder's staff, and never by who acts for the claimant.

use super::{Joined, opened, record, serving};
use crate::{
    app::{
        Context,
        event::{Facts, facts},
        found, post,
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    event::Kind,
    id::SignUpId,
    refusal::Code,
    sign_up::{Correction, Status, Turnout},
    time::Instant,
};
use serde_json::json;
use store::Conn;

/// Counts who came, or counts anew and says why.
///
/// # Errors
/// As the access table says; `own_attendance`; `stale`; what [`domain::sign_up::SignUp::mark`] refuses;
/// `attendance_settled`.
pub fn mark(
    tx: &mut Conn,
    cx: &Context,
    id: SignUpId,
    seen: &Seen,
    turnout: Turnout,
    correction: Option<Correction>,
) -> Result<Joined, Failure> {
    let by = cx.user()?;
    let mut joined = opened(tx, cx, Act::MarkAttendance, id, seen)?;
    if joined.is_own(cx) {
        return Err(Code::OwnAttendance.into());
    }
    let kind = match joined.sign_up.status() {
        Status::Marked => Kind::AttendanceCorrected,
        _ => Kind::AttendanceMarked,
    };
    joined.sign_up = joined.sign_up.mark(&joined.shift, turnout, correction, (by, cx.now))?;
    if let Some(claim) = joined.sign_up.claim_id {
        serving::settle(tx, cx, claim, turnout, by)?;
    }
    let data = facts([
        ("came", json!(turnout.came)),
        ("quarter_hours", json!(turnout.quarter_hours)),
        ("reason", json!(correction)),
    ]);
    record(tx, cx, kind, joined.post.post.holder_id, &mut joined.sign_up, data)?;
    Ok(joined)
}

/// Sign-ups of which it is too late to count who came, at the context's time.
///
/// # Errors
/// When the database does not answer.
pub fn to_lapse(
    tx: &mut Conn,
    cx: &Context,
    after: Option<(Instant, SignUpId)>,
    rows: i64,
) -> Result<Vec<(Instant, SignUpId)>, Failure> {
    Ok(store::sign_up::due(tx, cx.now, after, rows)?)
}

/// Says that nobody counted who came. Early or double calls do nothing; tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn lapse(tx: &mut Conn, cx: &Context, id: SignUpId) -> Result<bool, Failure> {
    let shift = found(store::sign_up::load(tx, id)?)?.shift_id;
    let of = found(store::post::of_shift(tx, &[shift])?.pop())?;
    let (post, _) = post::open_any(tx, of)?;
    let Some(mut sign_up) = found(store::sign_up::load(tx, id)?)?.lapse(cx.now) else { return Ok(false) };
    record(tx, cx, Kind::AttendanceUnmarked, post.post.holder_id, &mut sign_up, Facts::new())?;
    Ok(true)
}
