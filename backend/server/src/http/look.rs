//! Requests to look at a child under 14, and their answers, over HTTP.

use super::{
    caller::Caller,
    claim_view::said,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{self, Context, look as work, names::Names},
    etag::Keep,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, HeaderValue},
    post,
};
use domain::{
    beneficiary::mask_name,
    id::{BeneficiaryId, ClaimId, ClaimantId, LookRequestId},
    look::{APPROVAL_HOURS, LookPurpose, LookRequest as Domain, State, Status},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{Conn, look::Filter};

/// What somebody wants to look for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLookRequest {
    /// What for.
    purpose: LookPurpose,
    /// Why just now, in words for the officer; sealed with the child's data.
    #[schema(min_length = 2, max_length = 200, examples("约好周三上门，要核对地址"))]
    reason: String,
}

impl NewLookRequest {
    fn wanted(self) -> work::Wanted {
        work::Wanted { purpose: self.purpose, reason: self.reason }
    }
}

/// The child that is asked about, masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LookSubject {
    /// Its id.
    id: BeneficiaryId,
    /// The first character of the name; empty of one who was erased.
    #[schema(examples("李**"))]
    name: String,
}

/// A request to look at a child under 14.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LookRequest {
    /// Its id.
    id: LookRequestId,
    /// The child, masked; not told to a claimant.
    #[serde(skip_serializing_if = "Option::is_none")]
    beneficiary: Option<LookSubject>,
    /// Who looks after the child.
    organisation: OrgRef,
    /// For the delivery of this claim alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// The claimant of that claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<String>,
    /// Who asks, and alone may look.
    requested_by: UserRef,
    /// The caller asked it.
    own: bool,
    /// What for.
    purpose: LookPurpose,
    /// Why just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Where it stands.
    status: Status,
    /// The one who asked may look now.
    live: bool,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<UserRef>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<Instant>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Until when the approval holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Instant>,
    /// Counts its changes.
    version: i64,
    /// When it was asked.
    created_at: Instant,
}

/// What is read for all requests of an answer at once.
struct Beside {
    names: Names,
    people: HashMap<BeneficiaryId, LookSubject>,
    places: HashMap<BeneficiaryId, domain::id::OrganisationId>,
    claimants: HashMap<ClaimId, ClaimantId>,
}

fn beside(tx: &mut Conn, cx: &Context, list: &[Domain]) -> Result<Beside, Failure> {
    let of: Vec<BeneficiaryId> = list.iter().map(|one| one.beneficiary_id).collect();
    let people = store::beneficiary::glimpses(tx, &cx.vault, &of)?.into_iter().map(|(id, seen)| {
        (id, LookSubject { id, name: seen.name.as_deref().map(mask_name).unwrap_or_default() })
    });
    let people = people.collect();
    let mut places = HashMap::with_capacity(of.len());
    for id in of {
        places.insert(id, app::found(store::beneficiary::organisation(tx, id)?)?);
    }
    let mut claimants = HashMap::new();
    for claim in list.iter().filter_map(|one| one.claim_id) {
        claimants.insert(claim, app::found(store::claim::load(tx, claim)?)?.claimant_id);
    }
    let answered = list.iter().filter_map(|one| match one.state {
        State::Approved { by, .. } | State::Declined { by, .. } => Some(by),
        State::Pending => None,
    });
    let names = Names::default()
        .organisations(tx, places.values().copied())?
        .users(tx, list.iter().map(|one| one.requested_by).chain(answered))?
        .claimants(tx, claimants.values().copied())?;
    Ok(Beside { names, people, places, claimants })
}

fn see_all(tx: &mut Conn, cx: &Context, mut list: Vec<Domain>) -> Result<Vec<LookRequest>, Failure> {
    store::look::open_notes(tx, &cx.vault, &mut list)?;
    let mut beside = beside(tx, cx, &list)?;
    list.into_iter().map(|one| shape(one, cx, &mut beside)).collect()
}

fn shape(one: Domain, cx: &Context, beside: &mut Beside) -> Result<LookRequest, Failure> {
    let (status, own) = (one.status(), cx.actor.user == Some(one.requested_by));
    let (by, at, answer, until) = match &one.state {
        State::Pending => (None, None, None, None),
        State::Approved { by, at, until } => (Some(*by), Some(*at), None, Some(*until)),
        State::Declined { by, at, reason } => (Some(*by), Some(*at), said(Some(reason)), None),
    };
    let names = &beside.names;
    // A claimant knows a wish and not whose it is.
    let for_claimant = own && one.claim_id.is_some();
    let known = beside.people.get(&one.beneficiary_id).filter(|_| !for_claimant);
    let claimant = one.claim_id.and_then(|claim| beside.claimants.get(&claim));
    Ok(LookRequest {
        id: one.id,
        beneficiary: known.map(|child| LookSubject { id: child.id, name: child.name.clone() }),
        organisation: OrgRef::of(app::found(beside.places.get(&one.beneficiary_id).copied())?, names),
        claim_id: one.claim_id,
        claimant: claimant
            .and_then(|id| names.claimant(*id))
            .map(|claimant| claimant.profile.display_name.clone()),
        requested_by: UserRef::of(one.requested_by, names),
        own,
        purpose: one.purpose,
        reason: said(Some(&one.reason)),
        status,
        live: until.is_some_and(|until| cx.now < until),
        answered_by: by.map(|by| UserRef::of(by, names)),
        answered_at: at,
        answer,
        expires_at: until,
        version: one.version,
        created_at: one.created_at,
    })
}

fn answer(tx: &mut Conn, cx: &Context, one: Domain, created: bool) -> Result<Reply, Failure> {
    let version = one.version;
    let shown = app::found(see_all(tx, cx, vec![one])?.pop())?;
    let reply = match created {
        true => Reply::created("/look-requests".to_owned(), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(version, "look-request"))
}

/// Asks the child-data officer to let the caller look at a child under 14.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The child.")),
    request_body = NewLookRequest,
    responses((status = 201, description = "Asked", body = LookRequest), Problems),
)]
#[post("/beneficiaries/{id}/look-requests")]
async fn create_look_request(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewLookRequest>,
) -> Result<HttpResponse, Failure> {
    let (keyed, wanted) = (idem.keyed(&body.digest), body.value.wanted());
    caller
        .change(keyed, move |tx, cx| {
            let asked = work::request(tx, cx, id.0, &seen.0, &wanted)?;
            answer(tx, cx, asked, true)
        })
        .await
}

/// Asks the child-data officer to let a claimant see what the delivery to a child under 14 needs.
#[utoipa::path(
    tag = "claims",
    params(("id" = ClaimId, Path, description = "The active claim.")),
    request_body = NewLookRequest,
    responses((status = 201, description = "Asked", body = LookRequest), Problems),
)]
#[post("/claims/{id}/look-requests")]
async fn create_delivery_look_request(
    caller: Caller,
    id: Path<ClaimId>,
    idem: Idempotency,
    body: Body<NewLookRequest>,
) -> Result<HttpResponse, Failure> {
    let (keyed, wanted) = (idem.keyed(&body.digest), body.value.wanted());
    caller
        .change(keyed, move |tx, cx| {
            let asked = work::request_delivery(tx, cx, id.0, &wanted)?;
            answer(tx, cx, asked, true)
        })
        .await
}

/// What narrows the list of requests down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LookRequestFilter {
    /// In this state.
    status: Option<Status>,
    /// About this child.
    beneficiary_id: Option<BeneficiaryId>,
    /// For this claim.
    claim_id: Option<ClaimId>,
}

/// Requests to look at children that the caller answers as child-data officer, and those that the caller
/// made; newest first.
#[utoipa::path(
    tag = "beneficiaries",
    params(LookRequestFilter, Paging),
    responses((status = 200, description = "A page", body = Page<LookRequest>), ReadProblems),
)]
#[get("/look-requests")]
async fn list_look_requests(
    caller: Caller,
    list: Listing<LookRequestFilter>,
) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        status: list.filter.status,
        beneficiary: list.filter.beneficiary_id,
        claim: list.filter.claim_id,
        before: list.after()?,
        ..Filter::default()
    };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            see_all(tx, cx, found)
        })
        .await?;
    let mut response = list.answer(found, |one| one.id, |one| one)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    Ok(response)
}

/// For how long.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Approval {
    /// 1 to 24 hours.
    #[serde(default = "a_day")]
    #[schema(minimum = 1, maximum = 24, default = 24, required = false)]
    hours: u16,
}

const fn a_day() -> u16 {
    APPROVAL_HOURS
}

/// Lets the one who asked look, for a day at most. Nobody approves their own request.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = LookRequestId, Path, description = "The request.")),
    request_body = Approval,
    responses((status = 200, description = "Approved", body = LookRequest), Problems),
)]
#[post("/look-requests/{id}/approve")]
async fn approve_look_request(
    caller: Caller,
    id: Path<LookRequestId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Approval>,
) -> Result<HttpResponse, Failure> {
    let hours = body.value.hours;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let done = work::approve(tx, cx, id.0, &seen.0, hours)?;
            answer(tx, cx, done, false)
        })
        .await
}

/// Why not.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LookDecline {
    /// In words for the one who asked.
    #[schema(min_length = 2, max_length = 200)]
    reason: String,
}

/// Does not let the one who asked look, and says why.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = LookRequestId, Path, description = "The request.")),
    request_body = LookDecline,
    responses((status = 200, description = "Declined", body = LookRequest), Problems),
)]
#[post("/look-requests/{id}/decline")]
async fn decline_look_request(
    caller: Caller,
    id: Path<LookRequestId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<LookDecline>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let done = work::decline(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, done, false)
        })
        .await
}

/// Mounts the operations on requests to look.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_look_request)
        .service(create_delivery_look_request)
        .service(list_look_requests)
        .service(approve_look_request)
        .service(decline_look_request);
}
