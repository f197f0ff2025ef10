//! How a call is published, and how more wishes are added to one that runs: they are taken in, its circles written to, all in
//! one act or not at all.

use super::{Followed, record, within};
use crate::{
    app::{
        Context, event,
        event::{About, facts},
        found, wish,
        wish::Verdict,
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    emergency::{Content, EmergencyCall, MOST_WISHES},
    event::Kind,
    id::{EmergencyCallId, OrganisationId, UserId, WishId},
    mail,
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
    wish::{Decision, Status},
};
use serde_json::json;
use std::collections::HashSet;
use store::Conn;

/// A call to publish.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Who calls.
    pub organisation_id: OrganisationId,
    /// What it says.
    pub content: Content,
    /// What is to be in it.
    pub wishes: Vec<WishId>,
    /// Those among them that wait for review pass it by this act: urgent, feasible and practical.
    pub publish_submitted: bool,
}

/// Publishes a call: each wish is opened to the circles and is claimed by the call's time or goes up, wishes that wait for
/// review are published where that is asked, and who acts for a claimant of the circles gets one letter. All of it, or
/// nothing.
///
/// # Errors
/// As the access table says; what [`EmergencyCall::publish`] refuses; `invalid` for a circle where the caller does not
/// coordinate, a wish that the organisation's subtree does not hold, or one twice; else what the first of the wishes was
/// refused for, with the place of each that was.
pub fn publish(tx: &mut Conn, cx: &Context, new: &NewCall) -> Result<Followed, Failure> {
    let by = cx.user()?;
    let at = new.organisation_id;
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(Act::PublishEmergencyCall, &within(&line))?;
    let call =
        EmergencyCall::publish((cx.ids.make(), at), new.content.clone(), new.wishes.len(), by, cx.now)?;
    check_circles(tx, cx, &call)?;
    check_once(&new.wishes, HashSet::new())?;
    // All wishes are held in one order, so that two such acts cannot wait for each other.
    let ids: Vec<String> = new.wishes.iter().map(ToString::to_string).collect();
    store::dialect::lock_wishes(tx, &ids)?;
    take_all(tx, cx, &call, &new.wishes, new.publish_submitted)?;
    store::emergency::insert(tx, &call, &new.wishes)?;
    let letters = write_to(tx, cx, &call)?;
    let about = About::emergency_call(call.id, 0, at);
    let data = facts([
        ("wishes", json!(new.wishes.len())),
        ("circles", json!(call.content.circles.len())),
        ("letters", json!(letters)),
    ]);
    event::of(tx, cx, Kind::EmergencyCallPublished, about, data)?;
    Followed::of(tx, call)
}

/// Wishes to add to a call that runs.
#[derive(Debug, Clone)]
pub struct More {
    /// What is to be in it beside what is.
    pub wishes: Vec<WishId>,
    /// Those among them that wait for review pass it by this act: urgent, feasible and practical.
    pub publish_submitted: bool,
}

/// Adds wishes to a call that runs, under what holds when one is published. Who was called since then gets the letter, and
/// nobody a second one. All of it, or nothing.
///
/// # Errors
/// As the access table says; `forbidden` where the caller does not coordinate in all circles of the call; `stale`; what
/// [`EmergencyCall::extend`] refuses; as [`publish`] of the wishes, and `duplicate` for one that is in it already.
pub fn extend(
    tx: &mut Conn,
    cx: &Context,
    id: EmergencyCallId,
    seen: &Seen,
    more: &More,
) -> Result<Followed, Failure> {
    cx.user()?;
    let known = found(store::emergency::load(tx, id)?)?;
    let line = found(store::organisation::line(tx, known.organisation_id)?)?;
    cx.allow(Act::AddCalledWishes, &within(&line))?;
    check_circles(tx, cx, &known).map_err(|failure| match failure {
        Failure::Refused(_) => Code::Forbidden.into(),
        failure => failure,
    })?;
    // The wishes are held before the call, as by whoever splits one of them.
    let ids: Vec<String> = more.wishes.iter().take(MOST_WISHES).map(ToString::to_string).collect();
    store::dialect::lock_wishes(tx, &ids)?;
    let call = found(store::emergency::load_to_change(tx, id)?)?;
    seen.check(call.version)?;
    let held = store::emergency::wishes_of(tx, id)?;
    let mut call = call.extend(held.len(), more.wishes.len())?;
    check_once(&more.wishes, held)?;
    take_all(tx, cx, &call, &more.wishes, more.publish_submitted)?;
    store::emergency::place_all(tx, id, &more.wishes)?;
    let letters = write_to(tx, cx, &call)?;
    let data = facts([("wishes", json!(more.wishes.len())), ("letters", json!(letters))]);
    record(tx, cx, Kind::EmergencyCallExtended, &mut call, data)?;
    Followed::of(tx, call)
}

/// As with a review: nobody opens a wish to more than they answer for.
fn check_circles(tx: &mut Conn, cx: &Context, call: &EmergencyCall) -> Result<(), Failure> {
    let mut faults = Faults::default();
    for (index, circle) in call.content.circles.iter().enumerate() {
        let line = store::organisation::line(tx, circle.organisation_id)?;
        let may = line.is_some_and(|line| cx.allow(Act::PublishEmergencyCall, &within(&line)).is_ok());
        faults.check(may, format!("/circles/{index}/organisation_id"), Fault::Unknown);
    }
    Ok(faults.finish()?)
}

/// None of them twice, nor any of those `seen`.
fn check_once(wishes: &[WishId], mut seen: HashSet<WishId>) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    for (index, id) in wishes.iter().enumerate() {
        faults.check(seen.insert(*id), format!("/wish_ids/{index}"), Fault::Duplicate);
    }
    faults.finish()
}

/// Takes all wishes in. What some are refused for is told of all of them, under the code of the first.
fn take_all(
    tx: &mut Conn,
    cx: &Context,
    call: &EmergencyCall,
    wishes: &[WishId],
    publish_submitted: bool,
) -> Result<(), Failure> {
    let mut refused: Option<Refusal> = None;
    for (index, id) in wishes.iter().enumerate() {
        let code = match take(tx, cx, call, *id, publish_submitted) {
            Ok(()) => continue,
            Err(Failure::Refused(refusal)) => refusal.code,
            Err(failure) => return Err(failure),
        };
        let (code, fault) = match code {
            Code::NotFound => (Code::Invalid, Fault::Unknown),
            Code::WrongStatus | Code::WishNotOpen => (code, Fault::WishChanged),
            _ => (code, Fault::Refused),
        };
        let field = FieldFault { pointer: format!("/wish_ids/{index}"), fault };
        refused.get_or_insert_with(|| code.into()).fields.push(field);
    }
    refused.map_or(Ok(()), |refusal| Err(refusal.into()))
}

fn take(
    tx: &mut Conn,
    cx: &Context,
    call: &EmergencyCall,
    id: WishId,
    publish_submitted: bool,
) -> Result<(), Failure> {
    let mut held = wish::open_any(tx, id)?;
    if !held.holder.ids().contains(&call.organisation_id) {
        return Err(Code::NotFound.into());
    }
    if publish_submitted && held.wish.status() == Status::Submitted {
        let verdict = Verdict {
            decision: Decision::Publish,
            urgent: true,
            feasible: true,
            practical: true,
            note: None,
            audience_id: None,
            dismissed: Vec::new(),
        };
        held.wish = wish::review(tx, cx, id, &Seen::Any, verdict)?;
    }
    let from = held.wish.status();
    let wish = held.wish.call_for(call.content.due_at, cx.now)?;
    let data = facts([("emergency_call_id", json!(call.id)), ("due_at", json!(call.content.due_at))]);
    wish::save(tx, cx, Kind::WishCalledFor, &wish, from, data)
}

/// One letter to each who had none yet, in however many of the circles they act. Gives how many.
fn write_to(tx: &mut Conn, cx: &Context, call: &EmergencyCall) -> Result<usize, Failure> {
    let written = store::emergency::written_to(tx, call.id)?;
    let mut users: Vec<UserId> = Vec::new();
    for circle in &call.content.circles {
        users.extend(store::emergency::to_write_to(tx, *circle)?);
    }
    users.sort_unstable();
    users.dedup();
    users.retain(|user| !written.contains(user));
    for user in &users {
        let about = (mail::Kind::EmergencyCall, *user, call.id.to_string());
        store::mail::plan(tx, cx.ids.make(), about, cx.now, call.content.due_at)?;
        store::emergency::note_written(tx, call.id, *user)?;
    }
    Ok(users.len())
}
