//! Escalations over HTTP: the way up, and the superior's answer.

use super::{
    caller::Caller,
    claim_view::{Claim, claims, said},
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::{OrgRef, UserRef},
    wish::Nothing,
};
use crate::{
    app::{self, claim::NewClaim, names::Names},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    calendar::Calendar,
    escalation::{Escalation as Domain, State, Status},
    id::{BeneficiaryId, ClaimantId, EscalationId, OrganisationId, WishId},
    time::Instant,
    wish::Status as WishStatus,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Conn, StoreError, escalation::Filter, wish::Line};

/// The wish that went up, in one line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EscalatedWish {
    /// Its id.
    id: WishId,
    /// The wish in one line.
    title: String,
    /// Where it stands.
    status: WishStatus,
    /// How much is asked.
    quantity: i64,
    /// Promised so far.
    reserved: i64,
    /// The township, or the first level above.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// A guess of the whole cost, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated_cost_fen: Option<i64>,
}

impl EscalatedWish {
    fn of(row: &Line) -> Result<Self, Failure> {
        Ok(Self {
            id: row.id.parse().map_err(StoreError::corrupt)?,
            title: row.title.clone(),
            status: row.status.parse().map_err(StoreError::corrupt)?,
            quantity: row.quantity,
            reserved: row.reserved,
            place: row.place.clone(),
            estimated_cost_fen: row.estimated_cost_fen,
        })
    }
}

/// A wish on its way one level up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Escalation {
    /// Its id.
    id: EscalationId,
    /// Which wish.
    wish: EscalatedWish,
    /// Who held it.
    from: OrgRef,
    /// Who is asked.
    to: OrgRef,
    /// Why it goes up; absent where it ran over its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Who sent it up; absent where time did.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<UserRef>,
    /// Where it stands.
    status: Status,
    /// Answer by, while it is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
    /// Its time has passed.
    overdue: bool,
    /// What the superior said, when it was returned or handed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<String>,
    /// To whom it was handed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    rerouted_to: Option<OrgRef>,
    /// Who answered; absent where time did.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<UserRef>,
    /// How many working days it waited for an answer, until now where it still does.
    waited_days: u16,
    /// The same by the clock, in seconds.
    waited_seconds: i64,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// Counts its changes.
    version: i64,
    /// When it was sent up.
    created_at: Instant,
}

fn see_all(tx: &mut Conn, cx: &app::Context, mut list: Vec<Domain>) -> Result<Vec<Escalation>, Failure> {
    let names = Names::default()
        .organisations(
            tx,
            list.iter().flat_map(|one| [one.from_id, one.to_id].into_iter().chain(rerouted(one))),
        )?
        .users(tx, list.iter().flat_map(|one| one.by.into_iter().chain(one.answered_by())))?;
    let calendar = cx.calendar(tx)?;
    let ids: Vec<WishId> = list.iter().map(|one| one.wish_id).collect();
    let rows: HashMap<String, Line> =
        store::wish::lines(tx, &ids)?.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut of: HashMap<WishId, BeneficiaryId> = HashMap::with_capacity(rows.len());
    for row in rows.values() {
        let beneficiary = row.beneficiary_id.parse().map_err(StoreError::corrupt)?;
        of.insert(row.id.parse().map_err(StoreError::corrupt)?, beneficiary);
    }
    let closed = list.iter_mut().filter_map(|one| of.get(&one.wish_id).map(|of| (one, *of)));
    store::escalation::open_notes(tx, &cx.vault, closed)?;
    let shown = list.into_iter().filter_map(|one| {
        let row = rows.get(&one.wish_id.to_string())?;
        Some(EscalatedWish::of(row).map(|wish| shape(one, wish, &names, (cx.now, &calendar))))
    });
    shown.collect()
}

fn rerouted(one: &Domain) -> Option<OrganisationId> {
    match one.state {
        State::Rerouted { to, .. } => Some(to),
        _ => None,
    }
}

fn shape(
    one: Domain,
    wish: EscalatedWish,
    names: &Names,
    (now, calendar): (Instant, &Calendar),
) -> Escalation {
    let status = one.status();
    let (waited_days, waited_seconds) = one.waited(now, calendar);
    let (due_at, instruction) = match &one.state {
        State::Pending { due_at } => (Some(*due_at), None),
        State::Returned { instruction, .. } => (None, said(Some(instruction))),
        State::Rerouted { reason, .. } => (None, said(Some(reason))),
        State::Accepted { .. } | State::Superseded { .. } | State::Resolved { .. } => (None, None),
    };
    Escalation {
        id: one.id,
        wish,
        from: OrgRef::of(one.from_id, names),
        to: OrgRef::of(one.to_id, names),
        reason: said(one.reason.as_ref()),
        by: one.by.map(|by| UserRef::of(by, names)),
        status,
        due_at,
        overdue: due_at.is_some_and(|due| due < now),
        instruction,
        rerouted_to: rerouted(&one).map(|to| OrgRef::of(to, names)),
        answered_by: one.answered_by().map(|by| UserRef::of(by, names)),
        waited_days,
        waited_seconds,
        answered_at: one.answered_at(),
        version: one.version,
        created_at: one.created_at,
    }
}

fn answer(tx: &mut Conn, cx: &app::Context, one: Domain, created: bool) -> Result<Reply, Failure> {
    let version = one.version;
    let shown = app::found(see_all(tx, cx, vec![one])?.pop())?;
    let reply = match created {
        true => Reply::created(format!("/escalations?wish_id={}", shown.wish.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(version, "escalation"))
}

/// Why the holder cannot meet it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEscalation {
    /// In words for the superior.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// Sends a wish to the superior of its holder (上报).
#[utoipa::path(tag = "escalations", request_body = NewEscalation, responses((status = 201, body = Escalation), Problems))]
#[post("/wishes/{id}/escalations")]
async fn escalate_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewEscalation>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = app::escalation::create(tx, cx, id.0, &seen.0, reason.clone())?;
            answer(tx, cx, made, true)
        })
        .await
}

/// The superior takes the wish: it answers for it from now on, and its whole subtree may claim it.
#[utoipa::path(tag = "escalations", request_body = Nothing, responses((status = 200, body = Escalation), Problems))]
#[post("/escalations/{id}/accept")]
async fn accept_escalation(
    caller: Caller,
    id: Path<EscalationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::escalation::accept(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, taken, false)
        })
        .await
}

/// What the holder is to do.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Instruction {
    /// In words for the holder.
    #[schema(min_length = 1, max_length = 1000)]
    instruction: String,
}

/// The superior gives the wish back with an instruction; the holder has its time anew.
#[utoipa::path(tag = "escalations", request_body = Instruction, responses((status = 200, body = Escalation), Problems))]
#[post("/escalations/{id}/return")]
async fn return_escalation(
    caller: Caller,
    id: Path<EscalationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Instruction>,
) -> Result<HttpResponse, Failure> {
    let instruction = body.value.instruction;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let back = app::escalation::give_back(tx, cx, id.0, &seen.0, &instruction)?;
            answer(tx, cx, back, false)
        })
        .await
}

/// To whom, and why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Rerouting {
    /// An organisation directly below the superior, beside the one that sent it up.
    to_id: OrganisationId,
    /// In words for both.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

/// The superior hands the wish to another of its own (转办), who is in charge of it: that one answers for it from
/// now on, with its time anew.
#[utoipa::path(tag = "escalations", request_body = Rerouting, responses((status = 200, body = Escalation), Problems))]
#[post("/escalations/{id}/reroute")]
async fn reroute_escalation(
    caller: Caller,
    id: Path<EscalationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Rerouting>,
) -> Result<HttpResponse, Failure> {
    let Rerouting { to_id, reason } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let moved = app::escalation::reroute(tx, cx, id.0, &seen.0, to_id, &reason)?;
            answer(tx, cx, moved, false)
        })
        .await
}

/// To whom the wish is proposed at once.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Adoption {
    /// Who is to fulfil it.
    claimant_id: ClaimantId,
    /// How much of it.
    #[schema(minimum = 1)]
    quantity: i64,
    /// For the claimant; private.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// What came of taking a wish and proposing it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Adopted {
    /// The escalation, accepted.
    escalation: Escalation,
    /// The claim that waits for the claimant's answer.
    claim: Claim,
}

/// The superior takes the wish and proposes it to a claimant in the same act (接下并派单): both happen, or neither.
#[utoipa::path(tag = "escalations", request_body = Adoption, responses((status = 201, body = Adopted), Problems))]
#[post("/escalations/{id}/adopt")]
async fn adopt_escalation(
    caller: Caller,
    id: Path<EscalationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Adoption>,
) -> Result<HttpResponse, Failure> {
    let Adoption { claimant_id, quantity, note } = body.value;
    let new = NewClaim { claimant_id, quantity, shares: Vec::new(), note: note.map(Into::into) };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let (taken, claim) = app::escalation::adopt(tx, cx, id.0, &seen.0, &new)?;
            let address = format!("/claims/{}", claim.id);
            let escalation = app::found(see_all(tx, cx, vec![taken])?.pop())?;
            let claim = app::found(claims(tx, cx, vec![claim])?.pop())?;
            Reply::created(address, &Adopted { escalation, claim })
        })
        .await
}

/// What narrows the list of escalations down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EscalationFilter {
    /// In this state.
    status: Option<Status>,
    /// To an organisation in the subtree of this one.
    to_id: Option<OrganisationId>,
    /// Of this wish.
    wish_id: Option<WishId>,
}

/// Escalations from or to the caller's organisations, newest first.
#[utoipa::path(tag = "escalations", params(EscalationFilter, Paging), responses((status = 200, body = Page<Escalation>), ReadProblems))]
#[get("/escalations")]
async fn list_escalations(caller: Caller, list: Listing<EscalationFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        status: list.filter.status,
        to: list.filter.to_id,
        wish: list.filter.wish_id,
        before: list.after()?,
        ..Filter::default()
    };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = app::escalation::list(tx, cx, filter, rows)?;
            see_all(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Mounts the operations on escalations.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(escalate_wish)
        .service(list_escalations)
        .service(accept_escalation)
        .service(return_escalation)
        .service(reroute_escalation)
        .service(adopt_escalation);
}
