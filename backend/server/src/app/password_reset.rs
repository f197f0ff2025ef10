//! A new first password for a member who forgot theirs: given by an administrator who knows them, or, where nobody is
//! above, by who runs the server.

use super::{
    Context,
    disabling::within_reach,
    event::{Facts, facts},
    found,
    organisation::{open, open_to_change},
    session::{Tries, record, stamp},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    event::Kind,
    id::{MembershipId, OrganisationId},
    refusal::Code,
};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use store::{Conn, user::User};

/// Whether the caller may, asked before a password is made and hashed, which takes its time.
///
/// # Errors
/// As [`reset`].
pub fn may_reset(tx: &mut Conn, cx: &Context, at: OrganisationId, id: MembershipId) -> Result<(), Failure> {
    open(tx, cx, Act::ResetPassword, at, &Seen::Any)?;
    member(tx, cx, at, id).map(drop)
}

/// Gives a member another password, good for nothing but its own change. All that was signed before
/// falls, every session ends, and who may have linked an identity of theirs is no longer let in by it.
///
/// # Errors
/// As the access table says; `forbidden` for oneself, and where the member has a role beyond the
/// administrator's reach.
pub fn reset(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    id: MembershipId,
    hash: &str,
) -> Result<(), Failure> {
    open_to_change(tx, cx, Act::ResetPassword, at, &Seen::Any)?;
    let user = member(tx, cx, at, id)?;
    renew(tx, cx, user, hash, facts([("membership_id", json!(id))]))
}

/// The same by who has the machine, whom the access table does not know; takes the second factor away too where that is
/// asked for. The event names nobody who did it.
///
/// # Errors
/// `not_found` where nobody has this name.
pub fn by_operator(
    tx: &mut Conn,
    cx: &Context,
    username: &str,
    hash: &str,
    without_second_factor: bool,
) -> Result<(), Failure> {
    let user = found(store::user::by_name(tx, username)?)?;
    let removed = without_second_factor && store::second_factor::remove(tx, user.id)?;
    renew(tx, cx, user, hash, facts([("second_factor_removed", json!(removed))]))
}

fn renew(tx: &mut Conn, cx: &Context, mut user: User, hash: &str, mut data: Facts) -> Result<(), Failure> {
    hash.clone_into(&mut user.password_hash);
    user.must_change_password = true;
    user.security_stamp = stamp(cx);
    store::user::save(tx, &user, cx.now)?;
    store::user::end_sessions_of(tx, user.id, None, cx.now)?;
    let unlinked = store::external_identity::remove_all(tx, user.id)?;
    // Who forgot a password has failed with it.
    Tries::of(&user.username, IpAddr::V4(Ipv4Addr::UNSPECIFIED)).forget(tx)?;
    data.extend(facts([("identities_unlinked", json!(unlinked))]));
    record(tx, cx, &user, Kind::PasswordReset, data)
}

fn member(tx: &mut Conn, cx: &Context, at: OrganisationId, id: MembershipId) -> Result<User, Failure> {
    let membership = found(store::user::membership(tx, at, id)?)?;
    let user = within_reach(tx, cx, membership.user_id)?;
    match cx.actor.user == Some(user.id) {
        true => Err(Code::Forbidden.into()),
        false => Ok(user),
    }
}
