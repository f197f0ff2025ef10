//! Suspending a claimant and letting it in again, by its circle's staff or by time. What it holds goes on.

use super::{
    Context, event,
    event::{About, Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use chrono::NaiveDate;
use domain::{
    access::{Act, Subject},
    application::validate_words,
    claimant::{Claimant, Standing},
    event::Kind,
    id::ClaimantId,
    organisation::Level,
    refusal::Code,
    time::Instant,
};
use serde_json::json;
use store::Conn;

/// A claimant whose standing the caller decides. Nobody decides on whom they act for.
fn open(tx: &mut Conn, cx: &Context, act: Act, id: ClaimantId, seen: &Seen) -> Result<Claimant, Failure> {
    cx.user()?;
    let claimant = found(store::claimant::load_to_change(tx, id)?)?;
    let line = found(store::organisation::line(tx, claimant.organisation_id)?)?;
    // A unit's own staff are no more its circle's than the unit is.
    let staff = match line.ids() {
        [_, above @ ..] if line.level() == Level::Unit && !above.is_empty() => above,
        ids => ids,
    };
    let subject = Subject {
        holder: staff,
        claimant: line.ids(),
        claimant_user: claimant.user_id,
        ..Subject::default()
    };
    cx.allow(act, &subject)?;
    if cx.actor.acts_for(&subject) {
        return Err(Code::Forbidden.into());
    }
    seen.check(claimant.version)?;
    Ok(claimant)
}

fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut claimant: Claimant,
    data: Facts,
) -> Result<Claimant, Failure> {
    store::claimant::save(tx, &claimant, cx.now)?;
    let about = About::claimant(claimant.id, claimant.version, claimant.organisation_id);
    claimant.version = claimant.version.saturating_add(1);
    event::of(tx, cx, kind, about, data)?;
    Ok(claimant)
}

/// Suspends a claimant until the end of a day, or until somebody lets it in again.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn suspend(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimantId,
    seen: &Seen,
    (reason, until): (&str, Option<NaiveDate>),
) -> Result<Claimant, Failure> {
    let claimant = open(tx, cx, Act::SuspendClaimant, id, seen)?;
    validate_words("/reason", reason, true)?;
    let sealed = cx.applicants().seal_reason(id, reason)?;
    let claimant = claimant.suspend(sealed, until, cx.now)?;
    let data = facts([("claimant_id", json!(id)), ("until", json!(until))]);
    save(tx, cx, Kind::ClaimantSuspended, claimant, data)
}

/// Lets a claimant in again.
///
/// # Errors
/// As the access table says; `stale`; `not_suspended`.
pub fn reinstate(tx: &mut Conn, cx: &Context, id: ClaimantId, seen: &Seen) -> Result<Claimant, Failure> {
    let claimant = open(tx, cx, Act::ReinstateClaimant, id, seen)?.reinstate()?;
    save(tx, cx, Kind::ClaimantReinstated, claimant, facts([("claimant_id", json!(id))]))
}

/// Claimants whose time is over, in the order of their times.
///
/// # Errors
/// When the database does not answer.
pub fn served(
    tx: &mut Conn,
    cx: &Context,
    after: Option<(Instant, ClaimantId)>,
    rows: i64,
) -> Result<Vec<(Instant, ClaimantId)>, Failure> {
    Ok(store::claimant::served(tx, cx.now, after, rows)?)
}

/// Lets a claimant in again whose time is over. Tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut Conn, cx: &Context, id: ClaimantId) -> Result<bool, Failure> {
    let claimant = found(store::claimant::load_to_change(tx, id)?)?;
    if !claimant.has_served(cx.now) {
        return Ok(false);
    }
    let data = facts([("claimant_id", json!(id))]);
    save(tx, cx, Kind::ClaimantReinstated, claimant.reinstate()?, data)?;
    Ok(true)
}

/// Why a claimant is suspended, for who acts for it, who decides on it and who audits; none for others, or where it is
/// not.
///
/// # Errors
/// When the text does not open.
pub fn reason(tx: &mut Conn, cx: &Context, claimant: &Claimant) -> Result<Option<String>, Failure> {
    let Standing::Suspended(suspension) = &claimant.standing else { return Ok(None) };
    let line = found(store::organisation::line(tx, claimant.organisation_id)?)?;
    let subject = Subject { holder: line.ids(), ..Subject::default() };
    let own = claimant.user_id.is_some() && claimant.user_id == cx.actor.user;
    if !own && cx.allow(Act::GetClaimantRecord, &subject).is_err() {
        return Ok(None);
    }
    cx.applicants().open_reason(claimant.id, &suspension.reason).map(Some)
}
