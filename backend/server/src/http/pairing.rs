//! Pairings over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    pairing_view::{Pairing, PairingDetail, Rhythm, all, detail},
    reply::Reply,
};
use crate::{
    app::{
        Context,
        pairing::{self as work, Proposal, Tied},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use chrono::NaiveDate;
use domain::{
    id::{BeneficiaryId, ClaimantId, OrganisationId, PairingId, UserId},
    look::LookPurpose,
    note::Note,
    pairing::EndReason,
};
use serde::{Deserialize, Serialize};
use store::{Conn, pairing::Filter};

/// A tie that is proposed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPairing {
    /// The resident whose household it is; they agreed to `share_with_claimant`.
    beneficiary_id: BeneficiaryId,
    /// Who is asked.
    claimant_id: ClaimantId,
    /// How often they are to visit.
    rhythm: Rhythm,
    /// Since when the tie is, where it is older than today.
    begun_on: Option<NaiveDate>,
    /// A word to the claimant; sealed with the resident's data.
    #[schema(max_length = 500)]
    note: Option<String>,
}

fn answer(tx: &mut Conn, cx: &Context, tied: Tied, created: bool) -> Result<Reply, Failure> {
    let shown = detail(tx, cx, tied)?;
    let reply = match created {
        true => Reply::created(format!("/pairings/{}", shown.pairing.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.pairing.version, "pairing"))
}

/// Proposes to a claimant to be paired with a household (结对). The claimant accepts or declines within the time of a
/// dispatch; without an answer it lapses.
#[utoipa::path(tag = "pairings", request_body = NewPairing, responses((status = 201, body = PairingDetail), Problems))]
#[post("/pairings")]
async fn create_pairing(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPairing>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewPairing { beneficiary_id, claimant_id, rhythm, begun_on, note } = body.value;
    let (rhythm, note) = (rhythm.into(), spoken(note));
    let asked = Proposal { beneficiary_id, claimant_id, rhythm, begun_on, note };
    caller
        .change(keyed, move |tx, cx| {
            let tied = work::propose(tx, cx, asked.clone())?;
            answer(tx, cx, tied, true)
        })
        .await
}

/// What is said; nothing where it is empty.
pub(super) fn spoken(text: Option<String>) -> Option<Note> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).map(Note::from)
}

/// Which pairings a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PairingFilter {
    /// In the subtree of this organisation.
    organisation_id: Option<OrganisationId>,
    /// Of this claimant.
    claimant_id: Option<ClaimantId>,
    /// With this resident.
    beneficiary_id: Option<BeneficiaryId>,
    /// Those that are over, newest first; otherwise those that live, the longest due first.
    over: Option<bool>,
    /// Only those whose visit was missed.
    missed: Option<bool>,
    /// Only those of claimants for whom the caller acts.
    mine: Option<bool>,
}

/// Pairings that the caller may see: of own organisations, and of the claimants acted for. Those that live come in the
/// order of their due times, so that lapsed visits stand first.
#[utoipa::path(tag = "pairings", params(PairingFilter, Paging), responses((status = 200, body = Page<Pairing>), ReadProblems))]
#[get("/pairings")]
async fn list_pairings(caller: Caller, list: Listing<PairingFilter>) -> Result<HttpResponse, Failure> {
    let asked = &list.filter;
    let now = caller.cx.now;
    let filter = Filter {
        organisation: asked.organisation_id,
        claimant: asked.claimant_id,
        beneficiary: asked.beneficiary_id,
        over: asked.over.unwrap_or_default(),
        missed_at: asked.missed.unwrap_or_default().then_some(now),
        after: list.after()?,
        ..Filter::default()
    };
    let (mine, rows) = (asked.mine.unwrap_or_default(), list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, mine, rows)?;
            all(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| (one.due_at, one.id), |one| one)
}

/// One pairing.
#[utoipa::path(tag = "pairings", responses((status = 200, body = PairingDetail), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/pairings/{id}")]
async fn get_pairing(req: HttpRequest, caller: Caller, id: Path<PairingId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let tied = work::see(tx, cx, id.0)?;
            detail(tx, cx, tied)
        })
        .await?;
    Ok(etag::answer(&req, shown.pairing.version, "pairing", Keep::Never, &shown))
}

/// What may be changed of a pairing.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PairingPatch {
    /// How often the household is visited; the next visit is counted anew.
    rhythm: Rhythm,
}

/// Sets how often the household is visited.
#[utoipa::path(tag = "pairings", request_body = PairingPatch, responses((status = 200, body = PairingDetail), Problems))]
#[patch("/pairings/{id}")]
async fn update_pairing(
    caller: Caller,
    id: Path<PairingId>,
    seen: IfMatch,
    body: Body<PairingPatch>,
) -> Result<HttpResponse, Failure> {
    let rhythm = body.value.rhythm.into();
    caller
        .change(None, move |tx, cx| {
            let tied = work::set_rhythm(tx, cx, id.0, &seen.0, rhythm)?;
            answer(tx, cx, tied, false)
        })
        .await
}

/// Yes, and who visits.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PairingAcceptance {
    /// The member of the claimant who answers for the visits; the caller, where nobody is named.
    responsible_id: Option<UserId>,
}

/// The claimant accepts the pairing.
#[utoipa::path(tag = "pairings", request_body = PairingAcceptance, responses((status = 200, body = PairingDetail), Problems))]
#[post("/pairings/{id}/accept")]
async fn accept_pairing(
    caller: Caller,
    id: Path<PairingId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PairingAcceptance>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let responsible = body.value.responsible_id;
    caller
        .change(keyed, move |tx, cx| {
            let tied = work::accept(tx, cx, id.0, &seen.0, responsible)?;
            answer(tx, cx, tied, false)
        })
        .await
}

/// No, and why.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PairingRefusal {
    /// In words for who proposed it.
    #[schema(min_length = 2, max_length = 500)]
    reason: String,
}

/// The claimant declines the pairing.
#[utoipa::path(tag = "pairings", request_body = PairingRefusal, responses((status = 200, body = PairingDetail), Problems))]
#[post("/pairings/{id}/decline")]
async fn decline_pairing(
    caller: Caller,
    id: Path<PairingId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PairingRefusal>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let tied = work::decline(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, tied, false)
        })
        .await
}

/// To whom it is handed over.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHandOver {
    /// The member of the claimant who answers for the visits from now on.
    responsible_id: UserId,
    /// What they should know; sealed with the resident's data.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Somebody else of the claimant answers for the visits from now on, as when a post changes hands. Visits and notes
/// stay.
#[utoipa::path(tag = "pairings", request_body = NewHandOver, responses((status = 200, body = PairingDetail), Problems))]
#[post("/pairings/{id}/hand-over")]
async fn hand_over_pairing(
    caller: Caller,
    id: Path<PairingId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewHandOver>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let (to, note) = (body.value.responsible_id, spoken(body.value.note));
    caller
        .change(keyed, move |tx, cx| {
            let tied = work::hand_over(tx, cx, id.0, &seen.0, (to, note.clone()))?;
            answer(tx, cx, tied, false)
        })
        .await
}

/// Why it ends, and thanks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PairingEnd {
    /// Why.
    reason: EndReason,
    /// The words of thanks; both sides read them.
    #[schema(min_length = 2, max_length = 500)]
    thanks: String,
}

/// Ends a pairing with thanks. What the pair could see of the resident closes; the visits stay for the staff.
#[utoipa::path(tag = "pairings", request_body = PairingEnd, responses((status = 200, body = PairingDetail), Problems))]
#[post("/pairings/{id}/end")]
async fn end_pairing(
    caller: Caller,
    id: Path<PairingId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PairingEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let PairingEnd { reason, thanks } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let tied = work::end(tx, cx, id.0, &seen.0, (reason, &thanks))?;
            answer(tx, cx, tied, false)
        })
        .await
}

/// What for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VisitPurpose {
    /// Recorded with the look.
    purpose: LookPurpose,
}

/// Whom to visit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PairingContact {
    /// The resident's name.
    pub(super) name: String,
    /// The resident's phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<String>,
    /// The resident's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) address: Option<String>,
}

/// Shows the pair whom to visit, while it visits and the resident agrees; each look is recorded.
#[utoipa::path(tag = "pairings", request_body = VisitPurpose, responses((status = 200, body = PairingContact), Problems))]
#[post("/pairings/{id}/delivery-details")]
async fn reveal_pairing_details(
    caller: Caller,
    id: Path<PairingId>,
    body: Body<VisitPurpose>,
) -> Result<HttpResponse, Failure> {
    // Personal data is not stored with a key's answer: asking again is another look.
    caller
        .change(None, move |tx, cx| {
            let person = work::details(tx, cx, id.0, body.value.purpose)?;
            Reply::ok(&PairingContact { name: person.name, phone: person.phone, address: person.address })
        })
        .await
}

/// Mounts the operations on pairings.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_pairing)
        .service(list_pairings)
        .service(get_pairing)
        .service(update_pairing)
        .service(accept_pairing)
        .service(decline_pairing)
        .service(hand_over_pairing)
        .service(end_pairing)
        .service(reveal_pairing_details);
}
