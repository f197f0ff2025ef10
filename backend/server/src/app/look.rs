//! Looking at a child under 14: who asks for it, who lets them, and whether they may just now.

use super::{
    Context,
    beneficiary::{may, open, record},
    claim,
    event::{Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Purpose},
    claim::Status as ClaimStatus,
    event::Kind,
    id::{BeneficiaryId, ClaimId, LookRequestId},
    look::{LookPurpose, LookRequest, State, validate_reason},
    membership::Role,
    note::Note,
    refusal::Code,
};
use serde_json::{Value, json};
use store::{Conn, StoreError, look::Filter};

/// What somebody wants to look for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What for.
    pub purpose: LookPurpose,
    /// Why just now.
    pub reason: String,
}

/// Asks to look at the whole record of a child.
///
/// # Errors
/// As the access table says; `stale`; `invalid`; `approval_not_needed`, `request_pending`,
/// `no_child_officer`, `beneficiary_erased`.
pub fn request(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    wanted: &Wanted,
) -> Result<LookRequest, Failure> {
    let mut resident = open(tx, cx, Act::CreateLookRequest, id, seen)?;
    ask(tx, cx, &mut resident, None, wanted)
}

/// Asks, for a claimant, to look at what the delivery of an active claim needs.
///
/// # Errors
/// As [`request`]; `wrong_claim_status` unless active; `consent_missing`.
pub fn request_delivery(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    wanted: &Wanted,
) -> Result<LookRequest, Failure> {
    // Not held: an erasure takes the resident first and the wish then, and so do we.
    let taken = claim::see(tx, cx, id)?;
    cx.allow(Act::CreateDeliveryLookRequest, &Subject { known: false, ..taken.subject() })?;
    if taken.claim.status() != ClaimStatus::Active {
        return Err(Code::WrongClaimStatus.into());
    }
    let child = taken.held.wish.beneficiary_id;
    let mut resident = found(store::beneficiary::load_to_change(tx, &cx.vault, child)?)?;
    if !resident.agreed(Purpose::ShareWithClaimant, cx.now.date()) {
        return Err(Code::ConsentMissing.into());
    }
    ask(tx, cx, &mut resident, Some(id), wanted)
}

fn ask(
    tx: &mut Conn,
    cx: &Context,
    resident: &mut Beneficiary,
    claim_id: Option<ClaimId>,
    wanted: &Wanted,
) -> Result<LookRequest, Failure> {
    validate_reason(&wanted.reason)?;
    let user = cx.user()?;
    if !resident.known()?.0.needs_approval(cx.now.date()) {
        return Err(Code::ApprovalNotNeeded.into());
    }
    let line = found(store::organisation::line(tx, resident.organisation_id)?)?;
    if !store::look::has_other_officer(tx, line.ids(), user)? {
        return Err(Code::NoChildOfficer.into());
    }
    let asked = store::look::of_user(tx, resident.id, user)?;
    if asked.iter().any(|one| one.state == State::Pending) {
        return Err(Code::RequestPending.into());
    }
    let request = LookRequest {
        id: cx.ids.make(),
        version: 1,
        beneficiary_id: resident.id,
        claim_id,
        requested_by: user,
        purpose: wanted.purpose,
        reason: Note::from(wanted.reason.trim()),
        state: State::Pending,
        created_at: cx.now,
    };
    store::look::insert(tx, &cx.vault, &request).map_err(pending)?;
    record(tx, cx, Kind::LookRequested, resident, about(&request, []))?;
    Ok(request)
}

/// The same was asked at the same moment.
fn pending(error: StoreError) -> Failure {
    match error.is_unique("look_requests", &["beneficiary_id", "requested_by"]) {
        true => Code::RequestPending.into(),
        false => error.into(),
    }
}

fn about<const N: usize>(request: &LookRequest, more: [(&str, Value); N]) -> Facts {
    let mut all = facts([
        ("request_id", json!(request.id)),
        ("requested_by", json!(request.requested_by)),
        ("claim_id", json!(request.claim_id)),
        ("purpose", json!(request.purpose)),
    ]);
    all.extend(facts(more));
    all
}

/// A request that the caller may answer by `act`, with its child, whom nobody else changes meanwhile.
fn open_request(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: LookRequestId,
    seen: &Seen,
) -> Result<(LookRequest, Beneficiary), Failure> {
    cx.user()?;
    let child = found(store::look::load(tx, id)?)?.beneficiary_id;
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, child)?)?;
    may(tx, cx, act, resident.organisation_id)?;
    // Read again under the child's lock: two officers who answer at once stand in line.
    let request = found(store::look::load(tx, id)?)?;
    seen.check(request.version)?;
    resident.known()?;
    Ok((request, resident))
}

/// The officer lets the one who asked look for some hours.
///
/// # Errors
/// As the access table says; `stale`; `own_request`, `request_answered`; `invalid` for more than a day.
pub fn approve(
    tx: &mut Conn,
    cx: &Context,
    id: LookRequestId,
    seen: &Seen,
    hours: u16,
) -> Result<LookRequest, Failure> {
    let (request, resident) = open_request(tx, cx, Act::ApproveLookRequest, id, seen)?;
    let answered = request.approve(cx.user()?, hours, cx.now)?;
    let until = match answered.state {
        State::Approved { until, .. } => json!(until),
        State::Pending | State::Declined { .. } => Value::Null,
    };
    answer(tx, cx, Kind::LookApproved, answered, resident, [("until", until)])
}

/// The officer says no, and why.
///
/// # Errors
/// As [`approve`]; `invalid` without a reason.
pub fn decline(
    tx: &mut Conn,
    cx: &Context,
    id: LookRequestId,
    seen: &Seen,
    reason: &str,
) -> Result<LookRequest, Failure> {
    let (request, resident) = open_request(tx, cx, Act::DeclineLookRequest, id, seen)?;
    let answered = request.decline(cx.user()?, reason, cx.now)?;
    answer(tx, cx, Kind::LookDeclined, answered, resident, [])
}

fn answer<const N: usize>(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    answered: LookRequest,
    mut resident: Beneficiary,
    more: [(&str, Value); N],
) -> Result<LookRequest, Failure> {
    store::look::save(tx, &cx.vault, &answered)?;
    record(tx, cx, kind, &mut resident, about(&answered, more))?;
    Ok(LookRequest { version: answered.version.saturating_add(1), ..answered })
}

/// The approval under which the caller may look at this resident now: none where none is needed.
///
/// # Errors
/// `approval_required` for a child under 14 without a live one; `beneficiary_erased`.
pub fn approval(
    tx: &mut Conn,
    cx: &Context,
    resident: &Beneficiary,
    claim: Option<ClaimId>,
) -> Result<Option<LookRequestId>, Failure> {
    let (person, _) = resident.known()?;
    if !person.needs_approval(cx.now.date()) {
        return Ok(None);
    }
    let live = store::look::live(tx, resident.id, cx.user()?, claim, cx.now)?;
    live.map(Some).ok_or_else(|| Code::ApprovalRequired.into())
}

/// What the record of a look says: what for, under which approval, and how young the resident is, which
/// the yearly audit counts by.
pub fn facts_of(
    cx: &Context,
    resident: &Beneficiary,
    purpose: LookPurpose,
    approval: Option<LookRequestId>,
) -> Result<Facts, Failure> {
    let (person, _) = resident.known()?;
    Ok(facts([
        ("purpose", json!(purpose)),
        ("request_id", json!(approval)),
        ("minor", json!(person.minor_band(cx.now.date()))),
    ]))
}

/// The requests that the caller answers, and those that they made; newest first, with their texts.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<LookRequest>, Failure> {
    cx.allow(Act::ListLookRequests, &Subject::default())?;
    filter.roots = cx.actor.roots(&[Role::ChildOfficer]);
    filter.user = Some(cx.user()?);
    Ok(store::look::list(tx, &filter, rows)?)
}
