//! Whether a member may sign in at all: an administrator shuts somebody out, and lets them in again.

use super::{
    Context,
    event::facts,
    found,
    organisation::open_to_change,
    session::{record, stamp},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    event::Kind,
    id::{MembershipId, OrganisationId, UserId},
    membership::Role,
    refusal::Code,
};
use serde_json::json;
use store::{Conn, user::User};

/// Shuts a member out, or lets them in again. All that was signed before falls, and every session ends.
///
/// # Errors
/// As the access table says; `forbidden` for oneself, and where the member has a role beyond the
/// administrator's reach.
pub fn set(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    id: MembershipId,
    disabled: bool,
) -> Result<(), Failure> {
    let (act, kind) = match disabled {
        true => (Act::DisableMember, Kind::MemberDisabled),
        false => (Act::EnableMember, Kind::MemberEnabled),
    };
    open_to_change(tx, cx, act, at, &Seen::Any)?;
    let membership = found(store::user::membership(tx, at, id)?)?;
    let mut user = within_reach(tx, cx, membership.user_id)?;
    if cx.actor.user == Some(user.id) {
        return Err(Code::Forbidden.into());
    }
    if user.disabled == disabled {
        return Ok(());
    }
    user.disabled = disabled;
    user.security_stamp = stamp(cx);
    store::user::save(tx, &user, cx.now)?;
    store::user::end_sessions_of(tx, user.id, None, cx.now)?;
    record(tx, cx, &user, kind, facts([("membership_id", json!(id))]))
}

/// A user all of whose roles lie where the caller is an administrator: nobody acts on somebody above
/// them, though that one has a role here as well.
///
/// # Errors
/// `forbidden` for others.
pub(super) fn within_reach(tx: &mut Conn, cx: &Context, id: UserId) -> Result<User, Failure> {
    let user = found(store::user::load(tx, id)?)?;
    let mut places: Vec<OrganisationId> =
        store::user::roles(tx, user.id)?.iter().map(|held| held.organisation_id).collect();
    places.sort_unstable();
    places.dedup();
    let reach = store::organisation::within(tx, &cx.actor.roots(&[Role::Admin]), &places)?;
    if reach.len() < places.len() {
        return Err(Code::Forbidden.into());
    }
    Ok(user)
}
