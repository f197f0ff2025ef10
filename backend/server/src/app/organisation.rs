//! The tree of organisations: entering, changing, moving and removing them.
//!
//! Changes of the shape hold the root of the tree, so that two moves at once cannot make a circle.

use super::{
    Context, event,
    event::{About, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    event::{Kind as Change, Subject as EventSubject},
    id::OrganisationId,
    membership::Role,
    organisation::{Kind, Level, Organisation, Profile},
    publication::may_be_named,
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use store::{
    Conn, StoreError,
    event::Event,
    organisation::{Filter, Line, Node},
};

/// An organisation to which the caller may do `act`, with its superiors.
///
/// # Errors
/// As the access table says; `stale` when the caller saw another version.
pub fn open(tx: &mut Conn, cx: &Context, act: Act, id: OrganisationId, seen: &Seen) -> Result<Line, Failure> {
    let line = found(store::organisation::line(tx, id)?)?;
    match cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() }) {
        // Those below know that it exists.
        Err(Failure::Refused(refusal))
            if refusal.code == Code::NotFound && superiors(tx, cx)?.contains(&id) =>
        {
            Err(Code::Forbidden.into())
        }
        verdict => verdict,
    }?;
    seen.check(itself(&line)?.version)?;
    Ok(line)
}

/// [`open`] for a change: nobody else changes the organisation until the transaction ends.
///
/// # Errors
/// As [`open`].
pub fn open_to_change(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: OrganisationId,
    seen: &Seen,
) -> Result<Line, Failure> {
    cx.user()?;
    store::organisation::hold(tx, id)?;
    open(tx, cx, act, id, seen)
}

/// The organisation that a line begins with.
///
/// # Errors
/// `not_found` where it has none, which no line has.
pub fn itself(line: &Line) -> Result<&Organisation, Failure> {
    found(line.nodes().first().map(|node| &node.organisation))
}

/// Where the caller has a role, and the superiors of these.
pub(super) fn superiors(tx: &mut Conn, cx: &Context) -> Result<Vec<OrganisationId>, Failure> {
    Ok(store::organisation::above(tx, &cx.actor.roots(Role::ALL))?)
}

/// An organisation to look at: of the caller's subtrees, or above them.
///
/// # Errors
/// `not_found` for others.
pub fn see(tx: &mut Conn, cx: &Context, id: OrganisationId) -> Result<Organisation, Failure> {
    cx.user()?;
    if superiors(tx, cx)?.contains(&id) {
        return Ok(found(store::organisation::load(tx, id)?)?.organisation);
    }
    let line = open(tx, cx, Act::GetOrganisation, id, &Seen::Any)?;
    Ok(itself(&line)?.clone())
}

/// The caller's subtrees, and what stands above them.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Node>, Failure> {
    cx.allow(Act::ListOrganisations, &Subject::default())?;
    filter.roots = cx.actor.roots(Role::ALL);
    filter.also = superiors(tx, cx)?;
    Ok(store::organisation::list(tx, &filter, rows)?)
}

/// Keeps the shape of the tree in which `id` stands until the transaction ends.
fn hold_tree(tx: &mut Conn, cx: &Context, id: OrganisationId) -> Result<(), Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, id)?)?;
    match line.ids().last() {
        Some(root) => Ok(store::organisation::hold(tx, *root)?),
        None => Ok(()),
    }
}

/// A refusal of the parent, which is a field of the request and not what its address names.
fn at_parent(failure: Failure) -> Failure {
    match failure {
        Failure::Refused(refusal) if refusal.code == Code::NotFound => {
            Refusal::field(Code::NotFound, "/parent_id", Fault::Unknown).into()
        }
        other => other,
    }
}

/// Enters an organisation below another.
///
/// # Errors
/// As the access table says of the parent; `invalid`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    parent: OrganisationId,
    profile: Profile,
) -> Result<Organisation, Failure> {
    hold_tree(tx, cx, parent).map_err(at_parent)?;
    let line = open(tx, cx, Act::CreateOrganisation, parent, &Seen::Any).map_err(at_parent)?;
    enter(tx, cx, &line, profile)
}

/// The same below the first of `line`, the shape of whose tree is held, where whoever acts was asked already.
///
/// # Errors
/// `invalid`.
pub(super) fn enter(
    tx: &mut Conn,
    cx: &Context,
    line: &Line,
    profile: Profile,
) -> Result<Organisation, Failure> {
    let above = itself(line)?;
    profile.validate(Some(above))?;
    let parent = above.id;
    let made =
        Organisation { id: cx.ids.make(), version: 1, profile, parent_id: Some(parent), created_at: cx.now };
    store::organisation::insert(tx, &made)?;
    let data = facts([
        ("name", json!(made.profile.name)),
        ("level", json!(made.profile.level)),
        ("parent_id", json!(parent)),
    ]);
    event::of(tx, cx, Change::OrganisationCreated, About::organisation(made.id, 0), data)?;
    Ok(made)
}

/// What to change; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// The name.
    pub name: Option<String>,
    /// What sort it is.
    pub kind: Option<Kind>,
    /// Where in the tree it stands.
    pub level: Option<Level>,
    /// The division code, or none.
    pub region_code: Option<Option<String>>,
    /// Below whom.
    pub parent_id: Option<OrganisationId>,
}

impl Patch {
    fn apply(&self, organisation: &mut Organisation) {
        let profile = &mut organisation.profile;
        profile.name = self.name.clone().unwrap_or_else(|| profile.name.clone());
        profile.kind = self.kind.unwrap_or(profile.kind);
        profile.level = self.level.unwrap_or(profile.level);
        profile.region_code = self.region_code.clone().unwrap_or_else(|| profile.region_code.clone());
        organisation.parent_id = self.parent_id.or(organisation.parent_id);
    }
}

/// Changes an organisation, and moves it with all below it where it gets another parent.
///
/// # Errors
/// As the access table says, of both parents where it moves; `stale`; `tree_cycle`; `invalid`; `place_too_fine` for a
/// level below the county while it lets platforms in.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: OrganisationId,
    seen: &Seen,
    patch: &Patch,
) -> Result<Organisation, Failure> {
    hold_tree(tx, cx, id)?;
    let line = open_to_change(tx, cx, Act::UpdateOrganisation, id, seen)?;
    let before = itself(&line)?;
    let mut after = before.clone();
    patch.apply(&mut after);
    let moves = after.parent_id != before.parent_id;
    let parent = match after.parent_id {
        Some(parent) if moves => Some(new_parent(tx, cx, &line, parent)?),
        _ => line.superior().map(|node| node.organisation.clone()),
    };
    after.profile.validate(parent.as_ref())?;
    check_level(tx, before, &after)?;
    store::organisation::save(tx, &after, cx.now)?;
    let data = facts([
        ("name", json!(after.profile.name)),
        ("level", json!(after.profile.level)),
        ("parent_id", json!(after.parent_id.filter(|_| moves))),
    ]);
    event::of(tx, cx, Change::OrganisationUpdated, About::organisation(id, before.version), data)?;
    after.version = after.version.saturating_add(1);
    Ok(after)
}

/// Where an organisation moves to: in the same tree, not below itself. Who moves it answers for where
/// it comes from and for where it goes.
fn new_parent(
    tx: &mut Conn,
    cx: &Context,
    line: &Line,
    parent: OrganisationId,
) -> Result<Organisation, Failure> {
    let to = open(tx, cx, Act::UpdateOrganisation, parent, &Seen::Any).map_err(at_parent)?;
    if to.ids().last() != line.ids().last() {
        return Err(at_parent(Code::NotFound.into()));
    }
    let moved = itself(line)?;
    moved.check_parent(to.ids())?;
    if let Some(from) = moved.parent_id {
        open(tx, cx, Act::UpdateOrganisation, from, &Seen::Any)?;
    }
    Ok(itself(&to)?.clone())
}

/// What stands below must not be of a higher level than what it stands below; and what became too small to let
/// platforms in has none.
fn check_level(tx: &mut Conn, before: &Organisation, after: &Organisation) -> Result<(), Failure> {
    let level = after.profile.level;
    let below = store::organisation::levels_below(tx, after.id)?;
    if below.iter().any(|lower| *lower != Level::Unit && *lower < level) {
        return Err(Refusal::field(Code::Invalid, "/level", Fault::OutOfRange).into());
    }
    let shrinks = may_be_named(before.profile.level) && !may_be_named(level);
    match shrinks && store::platform::any_active(tx, after.id)? {
        true => Err(Refusal::field(Code::PlaceTooFine, "/level", Fault::OutOfRange).into()),
        false => Ok(()),
    }
}

/// Removes an organisation that nothing hangs on.
///
/// # Errors
/// As the access table says; `stale`; `has_children`; `still_in_use`.
pub fn delete(tx: &mut Conn, cx: &Context, id: OrganisationId, seen: &Seen) -> Result<(), Failure> {
    hold_tree(tx, cx, id)?;
    let line = open_to_change(tx, cx, Act::DeleteOrganisation, id, seen)?;
    let gone = itself(&line)?;
    let uses = store::organisation::uses(tx, id)?;
    if uses.children > 0 {
        return Err(Code::HasChildren.into());
    }
    if uses.others > 0 {
        return Err(Code::StillInUse.into());
    }
    match store::organisation::delete(tx, gone) {
        // What it once was asked to answer still names it.
        Err(StoreError::ForeignKey(_)) => return Err(Code::StillInUse.into()),
        done => done?,
    }
    record_removal(tx, cx, gone)
}

/// The removal is the superior's to know: nobody has the removed one in their reach any more.
fn record_removal(tx: &mut Conn, cx: &Context, gone: &Organisation) -> Result<(), Failure> {
    let keeper = gone.parent_id.unwrap_or(gone.id);
    let event = Event {
        id: cx.ids.make(),
        subject: EventSubject::Organisation,
        subject_id: gone.id.to_string(),
        number: gone.version.saturating_add(1),
        kind: Change::OrganisationDeleted,
        at: cx.now,
        actor: cx.actor.user,
        organisation_id: keeper,
        origin_id: keeper,
        from_status: None,
        to_status: None,
        data: facts([("name", json!(gone.profile.name))]),
    };
    Ok(store::event::append(tx, &event)?)
}
