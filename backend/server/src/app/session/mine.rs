//! The sessions of one's own: seen, and ended where they are not one's own after all.

use crate::{app::Context, problem::Failure};
use domain::{
    access::{Act, Subject},
    id::SessionId,
    refusal::Code,
    time::Instant,
};
use store::{Conn, user::Session};

/// Where the caller is signed in, the newest first, each with when it was last renewed.
///
/// # Errors
/// `unauthenticated`.
pub fn list(tx: &mut Conn, cx: &Context) -> Result<Vec<(Session, Instant)>, Failure> {
    cx.allow(Act::ListSessions, &Subject::default())?;
    Ok(store::user::live_sessions(tx, cx.user()?, cx.now)?)
}

/// Ends a session of the caller.
///
/// # Errors
/// `unauthenticated`; `not_found` where it is somebody else's, or over.
pub fn end_own(tx: &mut Conn, cx: &Context, id: SessionId) -> Result<(), Failure> {
    cx.allow(Act::EndSession, &Subject::default())?;
    let own = store::user::session(tx, id)?.filter(|session| Some(session.user_id) == cx.actor.user);
    if own.is_none_or(|session| session.ended) {
        return Err(Code::NotFound.into());
    }
    Ok(store::user::end_session(tx, id, cx.now)?)
}

/// Ends all sessions of the caller but the one that asks.
///
/// # Errors
/// `unauthenticated`.
pub fn end_others(tx: &mut Conn, cx: &Context, keep: Option<SessionId>) -> Result<(), Failure> {
    cx.allow(Act::EndOtherSessions, &Subject::default())?;
    Ok(store::user::end_sessions_of(tx, cx.user()?, keep, cx.now)?)
}
