//! Deliveries over HTTP: to whom it goes, what was brought, and the resident's word on it.

use super::{
    caller::Caller,
    claim::{ClaimList, answer},
    claim_view::{Claim, claims},
    extract::{Body, Idempotency, IfMatchOptional, Path},
    reply::Reply,
    shared::quarters,
};
use crate::{
    app::{
        self,
        delivery::{Confirmed, Word},
    },
    openapi::Problems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, post};
use domain::{
    claim::{Delivery, Item, Method, Packs},
    id::{AttachmentId, ClaimId},
    look::LookPurpose,
    refusal::{Code, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What was brought or done; at least one of the three.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDelivery {
    /// In the claimant's words.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// What was brought, also more than was asked.
    #[serde(default)]
    #[schema(max_items = 50)]
    items: Vec<Item>,
    /// Person-hours spent, to the quarter.
    #[schema(minimum = 0.25, maximum = 10_000)]
    hours: Option<f64>,
    /// Pictures that show it, uploaded to this claim before; each once.
    #[serde(default)]
    #[schema(max_items = 12)]
    attachment_ids: Vec<AttachmentId>,
}

/// Person-hours of a report, in quarters.
pub(super) fn quarter_hours(hours: Option<f64>) -> Result<Option<i32>, Refusal> {
    hours.map(|hours| quarters(hours, 0.25..=10_000.0)).transpose()
}

/// Reports what was brought or done.
#[utoipa::path(tag = "claims", request_body = NewDelivery, responses((status = 201, body = Claim), Problems))]
#[post("/claims/{id}/deliveries")]
async fn deliver_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewDelivery>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    let quarter_hours = quarter_hours(new.hours)?;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let delivery = Delivery {
                note: new.note.clone().map(Into::into),
                items: new.items.clone(),
                quarter_hours,
                attachment_ids: new.attachment_ids.clone(),
                by: cx.user()?,
                at: cx.now,
            };
            let taken = app::delivery::deliver(tx, cx, id.0, &seen.0, delivery)?;
            answer(tx, cx, taken, true)
        })
        .await
}

/// One of those for whom something was brought.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Recipient {
    /// The claim on their wish.
    claim_id: ClaimId,
    /// What was brought to this one alone, beside what all receive.
    #[serde(default)]
    #[schema(max_items = 50)]
    items: Vec<Item>,
}

/// What was brought for several claims in one act: the same for each, and to each its own.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPacks {
    /// In the claimant's words; the same for all.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// What all receive, each as much: the quantities and values are those of all together.
    #[serde(default)]
    #[schema(max_items = 50)]
    items: Vec<Item>,
    /// Person-hours spent on all together, to the quarter.
    #[schema(minimum = 0.25, maximum = 10_000)]
    hours: Option<f64>,
    /// For whom; each once.
    #[schema(min_items = 1, max_items = 100)]
    claims: Vec<Recipient>,
}

/// Reports what was brought for several claims: all, or none (礼包，一人一份).
#[utoipa::path(tag = "claims", request_body = NewPacks, responses((status = 201, body = ClaimList), Problems))]
#[post("/deliveries")]
async fn deliver_claims(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPacks>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    let quarter_hours = quarter_hours(new.hours)?;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let packs = Packs {
                note: new.note.clone().map(Into::into),
                items: new.items.clone(),
                quarter_hours,
                recipients: new.claims.iter().cloned().map(|to| (to.claim_id, to.items)).collect(),
                by: cx.user()?,
                at: cx.now,
            };
            let delivered = app::delivery::deliver_many(tx, cx, packs)?;
            Reply::created("/claims".to_owned(), &ClaimList { items: claims(tx, cx, delivered)? })
        })
        .await
}

/// The resident's word on a delivery.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConfirmation {
    /// It arrived and works; otherwise it goes back with the note.
    accepted: bool,
    /// How the word was taken.
    method: Method,
    /// The code on the resident's card, for `code`.
    #[schema(pattern = "^[0-9]{6}$")]
    code: Option<String>,
    /// Why it goes back.
    #[schema(max_length = 1000)]
    note: Option<String>,
}

/// Takes the resident's word: it arrived, or it goes back.
#[utoipa::path(tag = "claims", request_body = NewConfirmation, responses((status = 201, body = Claim), Problems))]
#[post("/claims/{id}/confirmation")]
async fn confirm_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewConfirmation>,
) -> Result<HttpResponse, Failure> {
    let NewConfirmation { accepted, method, code, note } = body.value;
    let word = Word { accepted, method, code, note };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            match app::delivery::confirm(tx, cx, id.0, &seen.0, &word)? {
                Confirmed::Done(taken) => answer(tx, cx, *taken, true),
                Confirmed::WrongCode => Ok(Reply::refused(Code::WrongCode)),
            }
        })
        .await
}

/// Why the details are needed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryPurpose {
    /// Recorded with the look.
    purpose: LookPurpose,
}

/// Whom to bring it to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DeliveryDetails {
    /// The resident's name.
    name: String,
    /// The resident's phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The resident's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The private part of the wish.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
    /// Do not keep them longer.
    expires_at: Instant,
}

/// Shows a claimant with an active claim whom to bring it to; each look is recorded.
#[utoipa::path(tag = "claims", request_body = DeliveryPurpose, responses((status = 200, body = DeliveryDetails), Problems))]
#[post("/claims/{id}/delivery-details")]
async fn reveal_delivery_details(
    caller: Caller,
    id: Path<ClaimId>,
    body: Body<DeliveryPurpose>,
) -> Result<HttpResponse, Failure> {
    // Personal data is not stored with a key's answer: asking again is another look.
    caller
        .change(None, move |tx, cx| {
            let seen = app::delivery::delivery_details(tx, cx, id.0, body.value.purpose)?;
            Reply::ok(&DeliveryDetails {
                name: seen.person.name,
                phone: seen.person.phone,
                address: seen.person.address,
                details: seen.details,
                expires_at: seen.until,
            })
        })
        .await
}

/// Mounts the operations on deliveries.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(deliver_claim)
        .service(deliver_claims)
        .service(confirm_claim)
        .service(reveal_delivery_details);
}
