//! Claims of platforms for their users, over HTTP: made, listed, contacted, delivered, given back. Of the resident nothing is told.

use super::{
    caller::Caller,
    claim::Reason,
    delivery::quarter_hours,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::platform_claim::{self as work, Brought, Promised},
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::{
    claim::{Item, State, Status},
    id::{ClaimId, WishId},
    platform_claim::Request,
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::platform_claim::Filter;

/// A claim that a platform made for one of its users.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlatformClaim {
    /// Its id.
    id: ClaimId,
    /// The platform's own number for it.
    external_id: String,
    /// Of which wish.
    wish_id: WishId,
    /// How much.
    quantity: i64,
    /// Where it stands.
    status: Status,
    /// Say by then that somebody was contacted, or it lapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_by: Option<Instant>,
    /// Deliver by then, or it lapses.
    #[serde(skip_serializing_if = "Option::is_none")]
    deliver_by: Option<Instant>,
    /// When somebody was first contacted.
    #[serde(skip_serializing_if = "Option::is_none")]
    contacted_at: Option<Instant>,
    /// What was delivered was sent back: it is to be made good.
    sent_back: bool,
    /// The resident is asked by then whether it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_by: Option<Instant>,
    /// When it was confirmed, given back, lapsed or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Counts its changes; the ETag carries it too.
    version: i64,
    /// When it was made.
    created_at: Instant,
    /// When it last changed.
    updated_at: Instant,
}

impl From<Promised> for PlatformClaim {
    fn from(Promised { of, claim }: Promised) -> Self {
        let mut view = Self {
            id: claim.id,
            external_id: of.external_id,
            wish_id: claim.wish_id,
            quantity: claim.quantity,
            status: claim.status(),
            contact_by: None,
            deliver_by: None,
            contacted_at: None,
            sent_back: false,
            confirm_by: None,
            ended_at: None,
            version: claim.version,
            created_at: claim.created_at,
            updated_at: claim.updated_at,
        };
        // Reasons are words about a resident, and stay here.
        match claim.state {
            State::Proposed { .. } => {}
            State::Active { contact_by, deliver_by, contacted_at, sent_back } => {
                view.contact_by = Some(contact_by);
                view.deliver_by = Some(deliver_by);
                view.contacted_at = contacted_at;
                view.sent_back = sent_back.is_some();
            }
            State::Delivered { confirm_by, .. } => view.confirm_by = Some(confirm_by),
            State::Confirmed { at, .. }
            | State::Declined { at, .. }
            | State::Released { at, .. }
            | State::Lapsed { at }
            | State::TakenBack { at, .. } => view.ended_at = Some(at),
        }
        view
    }
}

fn answer(promised: Promised, created: bool) -> Result<Reply, Failure> {
    let claim = PlatformClaim::from(promised);
    let reply = match created {
        true => Reply::created(format!("/platform/claims/{}", claim.id), &claim)?,
        false => Reply::ok(&claim)?,
    };
    Ok(reply.tagged(claim.version, "platform-claim"))
}

/// For whom a platform claims.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlatformUser {
    /// Your own reference to the user: letters, digits and `-_.:`. No telephone or identity number.
    #[schema(min_length = 1, max_length = 64)]
    external_id: String,
    /// How the user is called. Those who answer for the wish see it.
    #[schema(min_length = 1, max_length = 40)]
    display_name: String,
}

/// A claim to make for a user.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlatformClaim {
    /// Your own number for it: letters, digits and `-_.:`. Asked for again under it, it is the same claim.
    #[schema(min_length = 1, max_length = 64)]
    external_id: String,
    /// Of which wish: one that is shared with you.
    wish_id: WishId,
    /// How much.
    #[schema(minimum = 1)]
    quantity: i64,
    /// For whom.
    user: PlatformUser,
}

impl From<NewPlatformClaim> for Request {
    fn from(new: NewPlatformClaim) -> Self {
        Self {
            external_id: new.external_id,
            wish_id: new.wish_id,
            quantity: new.quantity,
            user_external_id: new.user.external_id,
            user_display_name: new.user.display_name.trim().to_owned(),
        }
    }
}

/// Claims a shared wish for a user, in the name of the claimant that the administrator named, by every rule of claims. Asked for
/// again with the same content it answers 200 and is the same claim; with other content under the same number it is 409
/// `platform_claim_differs`. Beyond what was agreed it is 429: `platform_open_limit`, `platform_user_limit`, `platform_day_limit`.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    request_body = NewPlatformClaim,
    responses((status = 201, body = PlatformClaim), (status = 200, description = "Known", body = PlatformClaim), Problems),
)]
#[post("/platform/claims")]
async fn create_platform_claim(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPlatformClaim>,
) -> Result<HttpResponse, Failure> {
    let request = Request::from(body.value);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let (promised, known) = work::create(tx, cx, &request)?;
            answer(promised, !known)
        })
        .await
}

/// What narrows the list of a platform's claims down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PlatformClaimFilter {
    /// For this user: your own reference.
    user: Option<String>,
    /// One or more states, separated by commas.
    status: Option<String>,
    /// That changed at this time or later. Ask from a minute before the last time on, and compare `version`.
    updated_since: Option<Instant>,
}

/// Your claims, in the order in which they last changed.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    params(PlatformClaimFilter, Paging),
    responses((status = 200, description = "A page", body = Page<PlatformClaim>), ReadProblems),
)]
#[get("/platform/claims")]
async fn list_platform_claims(
    caller: Caller,
    list: Listing<PlatformClaimFilter>,
) -> Result<HttpResponse, Failure> {
    let after: Option<(i64, ClaimId)> = list.after()?;
    let (user, asked) = (list.filter.user.clone(), &list.filter);
    let statuses: Result<Vec<Status>, _> =
        asked.status.iter().flat_map(|all| all.split(',')).map(str::parse).collect();
    let filter = Filter {
        user_digest: None,
        statuses: statuses.map_err(|_| Refusal::field(Code::Invalid, "status", Fault::Unknown))?,
        updated_since: asked.updated_since,
        after: after.map(|(at, id)| (Instant::from_micros(at), id)),
    };
    let rows = list.rows();
    let found = caller.read(move |tx, cx| work::list(tx, cx, filter, user.as_deref(), rows)).await?;
    list.answer(found, |one| (one.claim.updated_at.micros(), one.claim.id), PlatformClaim::from)
}

/// One of your claims.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    responses((status = 200, body = PlatformClaim), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/platform/claims/{id}")]
async fn get_platform_claim(
    req: HttpRequest,
    caller: Caller,
    id: Path<ClaimId>,
) -> Result<HttpResponse, Failure> {
    let claim = PlatformClaim::from(caller.read(move |tx, cx| work::see(tx, cx, id.0)).await?);
    Ok(etag::answer(&req, claim.version, "platform-claim", Keep::Private, &claim))
}

/// Your user has spoken with those who answer for the wish.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    request_body = Nothing,
    responses((status = 200, body = PlatformClaim), Problems),
)]
#[post("/platform/claims/{id}/contact")]
async fn contact_platform_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| answer(work::contact(tx, cx, id.0, &seen.0)?, false))
        .await
}

/// What your user brought or did; at least one of the three.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlatformDelivery {
    /// In your user's words. No names, numbers or addresses.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// What was brought, also more than was asked.
    #[serde(default)]
    #[schema(max_items = 50)]
    items: Vec<Item>,
    /// Person-hours spent, to the quarter.
    #[schema(minimum = 0.25, maximum = 10_000)]
    hours: Option<f64>,
}

/// Reports what your user brought or did. The resident is asked whether it arrived; then it is confirmed, or sent back.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    request_body = PlatformDelivery,
    responses((status = 201, body = PlatformClaim), Problems),
)]
#[post("/platform/claims/{id}/deliveries")]
async fn deliver_platform_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PlatformDelivery>,
) -> Result<HttpResponse, Failure> {
    let PlatformDelivery { note, items, hours } = body.value;
    let brought = Brought { note, items, quarter_hours: quarter_hours(hours)? };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            answer(work::deliver(tx, cx, id.0, &seen.0, brought.clone())?, true)
        })
        .await
}

/// Gives the share back.
#[utoipa::path(
    tag = "sharing",
    security(("platform_key" = ["claims:write"])),
    request_body = Reason,
    responses((status = 200, body = PlatformClaim), Problems),
)]
#[post("/platform/claims/{id}/release")]
async fn release_platform_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Reason>,
) -> Result<HttpResponse, Failure> {
    let Reason { reason } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            answer(work::release(tx, cx, id.0, &seen.0, &reason)?, false)
        })
        .await
}

/// Mounts what platforms do for their users.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_platform_claim)
        .service(list_platform_claims)
        .service(get_platform_claim)
        .service(contact_platform_claim)
        .service(deliver_platform_claim)
        .service(release_platform_claim);
}
