//! The time rules of organisations: what holds, what was set when, and setting it.

use super::{
    Context, event,
    event::{About, facts},
    found,
    organisation::{itself, open, open_to_change},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    event::Kind,
    id::{OrganisationId, PolicyChangeId},
    policy::{Change, Policy},
};
use serde_json::json;
use store::{Conn, organisation::Line};

/// The time rules of an organisation: its line has its own and what it inherits.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: OrganisationId) -> Result<Line, Failure> {
    open(tx, cx, Act::GetPolicy, id, &Seen::Any)
}

/// Sets an organisation's own time rules. Wishes keep those that they were given.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn put(
    tx: &mut Conn,
    cx: &Context,
    id: OrganisationId,
    seen: &Seen,
    policy: &Policy,
) -> Result<Line, Failure> {
    let line = open_to_change(tx, cx, Act::PutPolicy, id, seen)?;
    policy.validate()?;
    let organisation = itself(&line)?;
    store::organisation::save_policy(tx, organisation, policy, cx.now)?;
    let change =
        Change { id: cx.ids.make(), organisation_id: id, at: cx.now, by: cx.user()?, policy: *policy };
    store::policy::insert(tx, &change)?;
    let data = facts(policy.fields().map(|(name, value)| (name, json!(value))));
    event::of(tx, cx, Kind::PolicyChanged, About::organisation(id, organisation.version), data)?;
    found(store::organisation::line(tx, id)?)
}

/// Changes of an organisation's own time rules, newest first.
///
/// # Errors
/// As the access table says.
pub fn changes(
    tx: &mut Conn,
    cx: &Context,
    id: OrganisationId,
    before: Option<PolicyChangeId>,
    rows: i64,
) -> Result<Vec<Change>, Failure> {
    open(tx, cx, Act::ListPolicyChanges, id, &Seen::Any)?;
    Ok(store::policy::list(tx, id, before, rows)?)
}
