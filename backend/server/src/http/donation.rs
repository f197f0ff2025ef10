//! Donations over HTTP: what platforms report and hear, and what those who keep the books see.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    pool::LedgerCategory,
    reply::Reply,
};
use crate::{
    app::{
        found,
        ledger::{
            self as work,
            books::{self, Trace},
            donation::{self, Taken},
        },
    },
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use domain::{
    access::Act,
    id::{DonationId, PlatformId, PoolId},
    ledger::{CURRENCY, Donation as Domain, Report},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// So many are reported in one request.
const MOST: usize = 200;

/// What somebody gave, as a platform reported it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Donation {
    /// Its id.
    id: DonationId,
    /// Into which pool.
    pool_id: PoolId,
    /// Which platform reported it.
    platform_id: PlatformId,
    /// The platform's own number for it.
    external_id: String,
    /// How much, in fen.
    amount_fen: i64,
    /// The currency.
    #[schema(examples("CNY"))]
    currency: &'static str,
    /// How much of it was given back, in fen.
    refunded_fen: i64,
    /// When it was given.
    given_at: Instant,
    /// When it was found to be none.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_at: Option<Instant>,
    /// Counts its changes.
    version: i64,
    /// When it was reported.
    created_at: Instant,
}

impl From<Domain> for Donation {
    fn from(of: Domain) -> Self {
        Self {
            id: of.id,
            pool_id: of.pool_id,
            platform_id: of.platform_id,
            external_id: of.external_id,
            amount_fen: of.amount.get(),
            currency: CURRENCY,
            refunded_fen: of.refunded_fen,
            given_at: of.given_at,
            reversed_at: of.reversed_at,
            version: of.version,
            created_at: of.created_at,
        }
    }
}

/// A donation to report.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDonation {
    /// Into which pool: of the platform's organisation, or one below.
    pool_id: PoolId,
    /// Your own number for it: letters, digits and `-_.:`. Reported again under it, it is the same donation.
    #[schema(min_length = 1, max_length = 64)]
    external_id: String,
    /// Your own reference to who gave, which nobody else can read. No name, and no telephone or identity number.
    #[schema(max_length = 64)]
    donor_ref: Option<String>,
    /// How much, in fen: up to ten billion yuan.
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64)]
    amount_fen: i64,
    /// `CNY`.
    #[schema(examples("CNY"))]
    currency: String,
    /// When it was given.
    given_at: Instant,
}

impl From<NewDonation> for Report {
    fn from(new: NewDonation) -> Self {
        let NewDonation { pool_id, external_id, donor_ref, amount_fen, currency, given_at } = new;
        Self { pool_id, external_id, donor_ref, amount_fen, currency, given_at }
    }
}

/// Reports a donation. The product takes no money: this says what the platform took. Reported again with the same content
/// it answers 200 and is written down once; with other content under the same number it is 409 `donation_differs`.
#[utoipa::path(
    tag = "ledger",
    security(("platform_key" = ["donations:write"])),
    request_body = NewDonation,
    responses((status = 201, body = Donation), (status = 200, description = "Known", body = Donation), Problems),
)]
#[post("/donations")]
async fn create_donation(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewDonation>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = donation::report(tx, cx, Act::CreateDonation, vec![new.clone().into()])?.pop();
            let Taken { donation, known } = found(taken)??;
            let shown = Donation::from(donation);
            if known { Reply::ok(&shown) } else { Reply::created(format!("/donations/{}", shown.id), &shown) }
        })
        .await
}

/// Donations to report together.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDonations {
    /// At most 200.
    #[schema(min_items = 1, max_items = 200)]
    items: Vec<NewDonation>,
}

/// What became of one of many.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum DonationResult {
    /// It was written down.
    Received,
    /// It was reported before, with the same content.
    Known,
    /// It was not written down: `code` says why.
    Refused,
}

/// A field of a report that is at fault.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DonationFault {
    /// Where in the report: a JSON pointer.
    pointer: String,
    /// What is wrong with it.
    code: &'static str,
}

/// The answer to one of many reports, in their order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DonationAnswer {
    /// Your own number for it.
    external_id: String,
    /// What became of it.
    result: DonationResult,
    /// The donation, unless it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<DonationId>,
    /// Why it was refused; `GET /problems/{code}` says it in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<DonationFault>,
}

impl DonationAnswer {
    fn of(external_id: String, taken: Result<Taken, Refusal>) -> Self {
        match taken {
            Ok(Taken { donation, known }) => {
                let result = if known { DonationResult::Known } else { DonationResult::Received };
                Self { external_id, result, id: Some(donation.id), code: None, errors: Vec::new() }
            }
            Err(refusal) => {
                let fault = |field: domain::refusal::FieldFault| DonationFault {
                    pointer: field.pointer,
                    code: field.fault.as_str(),
                };
                let errors = refusal.fields.into_iter().map(fault).collect();
                let code = Some(refusal.code.as_str());
                Self { external_id, result: DonationResult::Refused, id: None, code, errors }
            }
        }
    }
}

/// What became of many.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DonationAnswers {
    /// Each by itself, in the order of the request.
    items: Vec<DonationAnswer>,
}

/// Reports up to 200 donations. Each is answered by itself: one that is refused keeps none of the others back.
#[utoipa::path(
    tag = "ledger",
    security(("platform_key" = ["donations:write"])),
    request_body = NewDonations,
    responses((status = 200, body = DonationAnswers), Problems),
)]
#[post("/donations/bulk")]
async fn create_donations(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewDonations>,
) -> Result<HttpResponse, Failure> {
    let items = body.value.items;
    let fault = if items.is_empty() { Some(Fault::Required) } else { None };
    if let Some(fault) = fault.or_else(|| (items.len() > MOST).then_some(Fault::TooLong)) {
        return Err(Refusal::field(Code::Invalid, "/items", fault).into());
    }
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let reports = items.iter().cloned().map(Report::from).collect();
            let taken = donation::report(tx, cx, Act::CreateDonations, reports)?;
            let numbers = items.iter().map(|new| new.external_id.clone());
            let items = numbers.zip(taken).map(|(id, taken)| DonationAnswer::of(id, taken)).collect();
            Reply::ok(&DonationAnswers { items })
        })
        .await
}

/// A refund to report.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRefund {
    /// Your own number for it. Reported again under it, it is the same refund.
    #[schema(min_length = 1, max_length = 64)]
    external_id: String,
    /// How much, in fen; all refunds of a donation together are no more than what was given.
    #[schema(minimum = 1)]
    amount_fen: i64,
}

/// Reports that a part of a donation, or all, was given back. Money that is set aside for wishes cannot be: 409 `pool_short`.
#[utoipa::path(
    tag = "ledger",
    security(("platform_key" = ["donations:write"])),
    request_body = NewRefund,
    responses((status = 200, body = Donation), Problems),
)]
#[post("/donations/{id}/refund")]
async fn refund_donation(
    caller: Caller,
    id: Path<DonationId>,
    idem: Idempotency,
    body: Body<NewRefund>,
) -> Result<HttpResponse, Failure> {
    let NewRefund { external_id, amount_fen } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let refunded = donation::refund(tx, cx, id.0, &external_id, amount_fen)?;
            Reply::ok(&Donation::from(refunded))
        })
        .await
}

/// What a donation was part of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TracePart {
    /// Wishes of which category.
    category: LedgerCategory,
    /// The county, or a level above, where they were; nothing finer is told.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// How many wishes.
    wishes: usize,
    /// The donor's part of what was spent for them, in fen.
    amount_fen: i64,
}

/// What a donation became, to be told to who gave it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DonationTrace {
    /// Which.
    donation: Donation,
    /// The name of its pool.
    pool: String,
    /// What may be bought of the pool.
    purpose: String,
    /// What it was part of, most money first. Parts and the rest are what was given, to the fen.
    parts: Vec<TracePart>,
    /// What of it is not spent, in fen.
    unspent_fen: i64,
    /// The moment that it is of.
    as_of: Instant,
}

/// What a donation became: money in a pool is mixed, so of each purchase after it the donor's part is that of their money
/// in what the pool then held. Nobody is named, and no place finer than a county.
#[utoipa::path(
    tag = "ledger",
    security(("platform_key" = ["donations:write"])),
    responses((status = 200, body = DonationTrace), ReadProblems),
)]
#[get("/donations/{id}/trace")]
async fn get_donation_trace(caller: Caller, id: Path<DonationId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let Trace { donation, pool, parts, unspent_fen } = books::trace(tx, cx, id.0)?;
            let part = |of: books::Part| TracePart {
                category: of.category.into(),
                place: of.place,
                wishes: of.wishes,
                amount_fen: of.amount_fen,
            };
            Ok(DonationTrace {
                donation: donation.into(),
                pool: pool.profile.name,
                purpose: pool.profile.purpose,
                parts: parts.into_iter().map(part).collect(),
                unspent_fen,
                as_of: cx.now,
            })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-cache")).json(shown))
}

/// The donations of a pool, newest first. Who gave is not told: it is the platform's to know.
#[utoipa::path(tag = "ledger", params(Paging), responses((status = 200, body = Page<Donation>), ReadProblems))]
#[get("/pools/{id}/donations")]
async fn list_donations(
    caller: Caller,
    id: Path<PoolId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller.read(move |tx, cx| work::donations(tx, cx, id.0, before, rows)).await?;
    list.answer(found, |one| one.id, Donation::from)
}

/// Mounts the operations on donations.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_donation)
        .service(create_donations)
        .service(refund_donation)
        .service(get_donation_trace)
        .service(list_donations);
}
