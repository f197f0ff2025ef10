//! Claimants: who may be asked to fulfil wishes, what they can do and how much they take on.

use super::{
    Context, event,
    event::{About, facts},
    found, membership, skill,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claimant::{Claimant, Kind, Profile, Standing},
    event::Kind as Change,
    honour::Span,
    id::{ClaimantId, OrganisationId, UserId},
    membership::Role,
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use store::{
    Conn,
    claimant::{Filter, Record},
    organisation::Line,
    sign_up::Served,
};

/// A claimant to enter.
#[derive(Debug, Clone)]
pub struct NewClaimant {
    /// A person or a unit.
    pub kind: Kind,
    /// The organisation that it belongs to.
    pub organisation_id: OrganisationId,
    /// The user who acts for a person.
    pub username: Option<String>,
    /// What people set.
    pub profile: Profile,
}

/// Enters a claimant.
///
/// # Errors
/// As the access table says; `invalid`, also for a user of another tree; `unknown_skill`.
pub fn create(tx: &mut Conn, cx: &Context, new: NewClaimant) -> Result<Claimant, Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, new.organisation_id)?)?;
    cx.allow(Act::CreateClaimant, &Subject { holder: line.ids(), ..Subject::default() })?;
    new.profile.validate()?;
    let skills = skill::chosen_by(tx, new.organisation_id, &new.profile.skills, &[])?;
    let user_id = match &new.username {
        Some(username) => Some(user(tx, new.kind, username, &line)?),
        None => None,
    };
    let claimant = Claimant {
        id: cx.ids.make(),
        version: 1,
        kind: new.kind,
        organisation_id: new.organisation_id,
        user_id,
        profile: Profile { skills, ..new.profile },
        standing: Standing::Active,
        created_at: cx.now,
    };
    enter(tx, cx, &claimant)?;
    Ok(claimant)
}

/// Enters a claimant that was checked, and records it.
///
/// # Errors
/// When the database refuses.
pub(super) fn enter(tx: &mut Conn, cx: &Context, claimant: &Claimant) -> Result<(), Failure> {
    store::claimant::insert(tx, claimant)?;
    let about = About::claimant(claimant.id, 0, claimant.organisation_id);
    let data = facts([("claimant_id", json!(claimant.id)), ("kind", json!(claimant.kind))]);
    event::of(tx, cx, Change::ClaimantCreated, about, data)
}

/// Who acts for a person: somebody of the same tree. For a unit its managers act.
fn user(tx: &mut Conn, kind: Kind, username: &str, line: &Line) -> Result<UserId, Failure> {
    let unknown = || Refusal::field(Code::Invalid, "/username", Fault::Unknown);
    let user = store::user::by_name(tx, username)?.ok_or_else(unknown)?;
    match kind == Kind::Person && !user.disabled && membership::belongs(tx, user.id, line)? {
        true => Ok(user.id),
        false => Err(unknown().into()),
    }
}

/// Claimants of the subtrees where the caller has any role, and those who are the caller, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Claimant>, Failure> {
    cx.allow(Act::ListClaimants, &Subject::default())?;
    filter.roots = cx.actor.roots(Role::ALL);
    filter.user_id = cx.actor.user;
    Ok(store::claimant::list(tx, &filter, rows)?)
}

/// One claimant.
///
/// # Errors
/// As the access table says; who is the claimant may always look.
pub fn see(tx: &mut Conn, cx: &Context, id: ClaimantId) -> Result<Claimant, Failure> {
    let user = cx.user()?;
    let claimant = found(store::claimant::load(tx, id)?)?;
    if claimant.user_id != Some(user) {
        may(tx, cx, Act::GetClaimant, &claimant)?;
    }
    Ok(claimant)
}

/// What came of the claims of one claimant and of its sign-ups in a time, and what it holds now.
///
/// # Errors
/// As the access table says; who is the claimant may always look.
pub fn record(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimantId,
    span: Span,
) -> Result<(Claimant, Record, Served), Failure> {
    let user = cx.user()?;
    let claimant = found(store::claimant::load(tx, id)?)?;
    if claimant.user_id != Some(user) {
        may(tx, cx, Act::GetClaimantRecord, &claimant)?;
    }
    Ok((claimant, store::claimant::record(tx, id, span)?, store::sign_up::served(tx, id, span)?))
}

pub(super) fn may(tx: &mut Conn, cx: &Context, act: Act, claimant: &Claimant) -> Result<(), Failure> {
    let line = found(store::organisation::line(tx, claimant.organisation_id)?)?;
    let subject = Subject { holder: line.ids(), claimant_user: claimant.user_id, ..Subject::default() };
    cx.allow(act, &subject)
}

/// Changes what people set of a claimant; with `active`, whether it takes on anything new.
///
/// # Errors
/// As the access table says; `stale`; `invalid`; `unknown_skill`; `claimant_suspended` where `active` is said of one that is.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimantId,
    seen: &Seen,
    active: Option<bool>,
    change: impl FnOnce(&mut Profile),
) -> Result<Claimant, Failure> {
    cx.user()?;
    let mut claimant = found(store::claimant::load_to_change(tx, id)?)?;
    may(tx, cx, Act::UpdateClaimant, &claimant)?;
    seen.check(claimant.version)?;
    let before = claimant.clone();
    change(&mut claimant.profile);
    claimant.profile.validate()?;
    claimant.profile.skills =
        skill::chosen_by(tx, claimant.organisation_id, &claimant.profile.skills, &before.profile.skills)?;
    if let Some(active) = active {
        claimant = claimant.rest(!active)?;
    }
    store::claimant::save(tx, &claimant, cx.now)?;
    let about = About::claimant(id, claimant.version, claimant.organisation_id);
    claimant.version = claimant.version.saturating_add(1);
    let data = facts([("claimant_id", json!(id)), ("fields", json!(changed(&before, &claimant)))]);
    event::of(tx, cx, Change::ClaimantUpdated, about, data)?;
    Ok(claimant)
}

/// The names of the fields that differ.
fn changed(before: &Claimant, after: &Claimant) -> Vec<&'static str> {
    let active = before.standing != after.standing;
    let (before, after) = (&before.profile, &after.profile);
    let fields = [
        ("display_name", before.display_name != after.display_name),
        ("skills", before.skills != after.skills),
        ("region_codes", before.region_codes != after.region_codes),
        ("categories", before.categories != after.categories),
        ("capacity", before.capacity != after.capacity),
        ("active", active),
    ];
    fields.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}
