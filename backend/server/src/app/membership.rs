//! Who works where: roles given and taken, and the people who are entered on the way.
//!
//! A role counts as a change of its organisation. It acts within seconds everywhere, since each server
//! asks again who a session speaks for.

use super::{
    Context, event,
    event::{About, facts},
    found,
    organisation::{itself, open, open_to_change},
};
use crate::{etag::Seen, password::acceptable, problem::Failure};
use domain::{
    access::Act,
    event::Kind,
    id::{MembershipId, OrganisationId, UserId},
    membership::{Membership, Role, validate_user},
    organisation::Organisation,
    refusal::{Code, Fault, FieldFault, Refusal},
};
use serde_json::json;
use store::{
    Conn,
    organisation::Line,
    user::{Member, User},
};

/// A role to give, and to whom.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The name that they sign in with.
    pub username: String,
    /// The name that others see; for somebody new.
    pub display_name: Option<String>,
    /// The password hashed; for somebody new.
    pub password_hash: Option<String>,
    /// Whether it must be changed before anything else, since whoever gives it knows it.
    pub must_change_password: bool,
    /// As what.
    pub role: Role,
}

/// Whether the person must be entered first, with everything checked that can be checked before the
/// password is hashed, which takes its time.
///
/// # Errors
/// As the access table says; `invalid` for somebody new without a name or a good password.
pub fn is_new(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    username: &str,
    display_name: Option<&str>,
    password: Option<&str>,
) -> Result<bool, Failure> {
    open(tx, cx, Act::CreateMember, at, &Seen::Any)?;
    if store::user::by_name(tx, username)?.is_some() {
        return Ok(false);
    }
    let mut fields = faults_of(validate_user(username, display_name.unwrap_or_default()));
    match password {
        None => fields.push(FieldFault { pointer: "/password".to_owned(), fault: Fault::Required }),
        Some(password) => fields.extend(faults_of(acceptable("/password", password, username))),
    }
    match fields.is_empty() {
        true => Ok(true),
        false => Err(Refusal { code: Code::Invalid, fields, reached: None }.into()),
    }
}

fn faults_of(checked: Result<(), Refusal>) -> Vec<FieldFault> {
    checked.err().map(|refusal| refusal.fields).unwrap_or_default()
}

/// Gives somebody a role; enters them first where nobody has the name.
///
/// # Errors
/// As the access table says; `stale`; `username_taken` by somebody of another tree; `already_member`;
/// `invalid` for somebody new without name or password.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    new: &NewMember,
) -> Result<Member, Failure> {
    let line = open_to_change(tx, cx, Act::CreateMember, at, seen)?;
    let user = match store::user::by_name(tx, &new.username)? {
        Some(user) => known(tx, user, &line)?,
        None => person(tx, cx, new)?,
    };
    let held = store::user::roles(tx, user.id)?;
    if held.iter().any(|held| held.organisation_id == at && held.role == new.role) {
        return Err(Code::AlreadyMember.into());
    }
    let membership = Membership { id: cx.ids.make(), user_id: user.id, organisation_id: at, role: new.role };
    give(tx, cx, itself(&line)?, &membership)?;
    Ok(Member {
        membership,
        username: user.username,
        display_name: user.display_name,
        created_at: cx.now,
        disabled: user.disabled,
    })
}

/// Somebody who is there already, and of this tree.
fn known(tx: &mut Conn, user: User, line: &Line) -> Result<User, Failure> {
    if user.disabled || !belongs(tx, user.id, line)? {
        return Err(Refusal::field(Code::UsernameTaken, "/username", Fault::Duplicate).into());
    }
    Ok(user)
}

/// Whether a user was entered in the tree of `line`, has a role in it, or is a claimant there.
///
/// # Errors
/// When the database does not answer.
pub fn belongs(tx: &mut Conn, user: UserId, line: &Line) -> Result<bool, Failure> {
    let Some(root) = line.ids().last() else { return Ok(false) };
    if store::user::home(tx, user)? == Some(*root) {
        return Ok(true);
    }
    let mut places: Vec<OrganisationId> =
        store::user::roles(tx, user)?.iter().map(|held| held.organisation_id).collect();
    places.extend(
        store::claimant::of_user(tx, user, &[], 100)?.iter().map(|claimant| claimant.organisation_id),
    );
    Ok(!store::organisation::within(tx, &[*root], &places)?.is_empty())
}

fn person(tx: &mut Conn, cx: &Context, new: &NewMember) -> Result<User, Failure> {
    let display_name = new.display_name.as_deref().unwrap_or_default().trim();
    validate_user(&new.username, display_name)?;
    let Some(password_hash) = new.password_hash.clone() else {
        return Err(Refusal::field(Code::Invalid, "/password", Fault::Required).into());
    };
    let user = User {
        id: cx.ids.make(),
        version: 1,
        username: new.username.clone(),
        display_name: display_name.to_owned(),
        password_hash,
        security_stamp: super::session::stamp(cx),
        disabled: false,
        must_change_password: new.must_change_password,
    };
    enter(tx, cx, &user)?;
    Ok(user)
}

/// Enters a user.
///
/// # Errors
/// `username_taken`.
pub(super) fn enter(tx: &mut Conn, cx: &Context, user: &User) -> Result<(), Failure> {
    match store::user::insert(tx, user, cx.now) {
        Err(error) if error.is_unique("users", &["username"]) => {
            Err(Refusal::field(Code::UsernameTaken, "/username", Fault::Duplicate).into())
        }
        done => Ok(done?),
    }
}

/// Gives a role in an organisation that is held, and records it.
///
/// # Errors
/// When the database refuses.
pub(super) fn give(
    tx: &mut Conn,
    cx: &Context,
    at: &Organisation,
    membership: &Membership,
) -> Result<(), Failure> {
    store::user::add_membership(tx, membership, cx.now)?;
    let line = found(store::organisation::line(tx, at.id)?)?;
    store::user::settle(tx, membership.user_id, line.ids().last().copied().unwrap_or(at.id))?;
    store::organisation::touch(tx, at, cx.now)?;
    event::of(tx, cx, Kind::MemberAdded, About::organisation(at.id, at.version), about(membership))
}

fn about(membership: &Membership) -> event::Facts {
    facts([
        ("membership_id", json!(membership.id)),
        ("user_id", json!(membership.user_id)),
        ("role", json!(membership.role)),
    ])
}

/// Takes a role. The person stays, so that what they did keeps its name.
///
/// # Errors
/// As the access table says; `stale`; `last_admin` where nobody would be left to give roles.
pub fn delete(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    id: MembershipId,
    seen: &Seen,
) -> Result<(), Failure> {
    let line = open_to_change(tx, cx, Act::DeleteMember, at, seen)?;
    let organisation = itself(&line)?;
    let membership = found(store::user::membership(tx, at, id)?)?;
    let is_root = organisation.parent_id.is_none();
    if is_root && membership.role == Role::Admin && store::user::holders_of(tx, at, Role::Admin)? <= 1 {
        return Err(Code::LastAdmin.into());
    }
    store::user::remove_membership(tx, id)?;
    store::organisation::touch(tx, organisation, cx.now)?;
    event::of(tx, cx, Kind::MemberRemoved, About::organisation(at, organisation.version), about(&membership))
}

/// The members of one organisation, in the order in which they came.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    after: Option<MembershipId>,
    rows: i64,
) -> Result<Vec<Member>, Failure> {
    open(tx, cx, Act::ListMembers, at, &Seen::Any)?;
    Ok(store::user::members(tx, at, after, rows)?)
}
