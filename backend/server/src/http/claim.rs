//! Claims over HTTP: shares of wishes taken, proposed, accepted, given back.

use super::{
    caller::Caller,
    claim_view::{Claim, WishLine, claims},
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::{
        self, Context,
        claim::{NewClaim as Ask, Taken},
        names::Names,
    },
    etag,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::{
    access::Act,
    export::list::Claims,
    id::{ClaimId, ClaimantId, WishId},
};
use serde::{Deserialize, Serialize};
use store::{Conn, claim::Filter};

/// One claim, with what the caller may do.
fn shown(tx: &mut Conn, cx: &Context, mut taken: Taken) -> Result<Claim, Failure> {
    let of = taken.held.wish.beneficiary_id;
    store::claim::open_notes(tx, &cx.vault, std::iter::once((&mut taken.claim, of)))?;
    let may = taken.acts(cx).into_iter().map(Act::operation_id).collect();
    let content = &taken.held.wish.content;
    let wish = WishLine {
        title: content.title.clone(),
        status: taken.held.wish.status(),
        unit: content.unit,
        shares: content.shares.clone(),
    };
    let names = Names::default().with_claimant(taken.claimant);
    Ok(Claim::of(taken.claim, &wish, &names, may))
}

/// Answers with a claim that was made or changed.
///
/// # Errors
/// When the database does not answer.
pub fn answer(tx: &mut Conn, cx: &Context, taken: Taken, created: bool) -> Result<Reply, Failure> {
    let claim = shown(tx, cx, taken)?;
    let reply = match created {
        true => Reply::created(format!("/claims/{}", claim.id), &claim)?,
        false => Reply::ok(&claim)?,
    };
    Ok(reply.tagged(claim.version, "claim"))
}

/// A share to take.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClaim {
    /// Who claims.
    claimant_id: ClaimantId,
    /// How much.
    #[schema(minimum = 1)]
    quantity: i64,
    /// Which of the named shares, by their numbers; as many as `quantity`. The first that are free when none is named.
    #[serde(default)]
    #[schema(required = false, max_items = 5, examples(json!([2])))]
    shares: Vec<u8>,
}

/// Takes a share of a wish (主动认领).
#[utoipa::path(tag = "claims", request_body = NewClaim, responses((status = 201, body = Claim), Problems))]
#[post("/wishes/{id}/claims")]
async fn create_claim(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewClaim>,
) -> Result<HttpResponse, Failure> {
    let NewClaim { claimant_id, quantity, shares } = body.value;
    let new = Ask { claimant_id, quantity, shares, note: None };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::create(tx, cx, id.0, &seen.0, &new)?;
            answer(tx, cx, taken, true)
        })
        .await
}

/// One share of several to take at once.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClaimItem {
    /// Of which wish.
    wish_id: WishId,
    /// How much.
    #[schema(minimum = 1)]
    quantity: i64,
}

/// Shares of several wishes to take in one act.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClaims {
    /// Who claims.
    claimant_id: ClaimantId,
    /// Each wish once, at most 100.
    #[schema(min_items = 1, max_items = 100)]
    items: Vec<NewClaimItem>,
}

/// The claims made in one act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClaimList {
    /// In the order of the request.
    pub items: Vec<Claim>,
}

/// Takes shares of several wishes: all, or none (1+N).
#[utoipa::path(tag = "claims", request_body = NewClaims, responses((status = 201, body = ClaimList), Problems))]
#[post("/claims")]
async fn create_claims(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewClaims>,
) -> Result<HttpResponse, Failure> {
    let NewClaims { claimant_id, items } = body.value;
    let items: Vec<(WishId, i64)> = items.into_iter().map(|item| (item.wish_id, item.quantity)).collect();
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = app::claim::create_many(tx, cx, claimant_id, &items)?;
            Reply::created(
                format!("/claims?claimant_id={claimant_id}"),
                &ClaimList { items: claims(tx, cx, made)? },
            )
        })
        .await
}

/// A share to propose to a claimant.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDispatch {
    /// To whom.
    claimant_id: ClaimantId,
    /// How much.
    #[schema(minimum = 1)]
    quantity: i64,
    /// Which of the named shares, by their numbers; as many as `quantity`. The first that are free when none is named.
    #[serde(default)]
    #[schema(required = false, max_items = 5, examples(json!([2])))]
    shares: Vec<u8>,
    /// A word to the claimant.
    #[schema(max_length = 500)]
    note: Option<String>,
}

/// Proposes a share to a claimant, who accepts or declines (组织派单).
#[utoipa::path(tag = "claims", request_body = NewDispatch, responses((status = 201, body = Claim), Problems))]
#[post("/wishes/{id}/dispatches")]
async fn dispatch_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewDispatch>,
) -> Result<HttpResponse, Failure> {
    let NewDispatch { claimant_id, quantity, shares, note } = body.value;
    let new = Ask { claimant_id, quantity, shares, note: note.map(Into::into) };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::dispatch(tx, cx, id.0, &seen.0, &new)?;
            answer(tx, cx, taken, true)
        })
        .await
}

/// The claimant says yes to a dispatch.
#[utoipa::path(tag = "claims", request_body = Nothing, responses((status = 200, body = Claim), Problems))]
#[post("/claims/{id}/accept")]
async fn accept_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::accept(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, taken, false)
        })
        .await
}

/// Why not.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// In words that the other side can be told.
    #[schema(min_length = 1, max_length = 500)]
    pub(super) reason: String,
}

/// The claimant says no to a dispatch.
#[utoipa::path(tag = "claims", request_body = Reason, responses((status = 200, body = Claim), Problems))]
#[post("/claims/{id}/decline")]
async fn decline_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Reason>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::decline(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, taken, false)
        })
        .await
}

/// The claimant gives the share back.
#[utoipa::path(tag = "claims", request_body = Reason, responses((status = 200, body = Claim), Problems))]
#[post("/claims/{id}/release")]
async fn release_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Reason>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::release(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, taken, false)
        })
        .await
}

/// The claimant has spoken with the resident.
#[utoipa::path(tag = "claims", request_body = Nothing, responses((status = 200, body = Claim), Problems))]
#[post("/claims/{id}/contact")]
async fn contact_claim(
    caller: Caller,
    id: Path<ClaimId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let taken = app::claim::contact(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, taken, false)
        })
        .await
}

/// One claim.
#[utoipa::path(tag = "claims", responses((status = 200, body = Claim), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/claims/{id}")]
async fn get_claim(req: HttpRequest, caller: Caller, id: Path<ClaimId>) -> Result<HttpResponse, Failure> {
    let claim = caller
        .read(move |tx, cx| {
            let taken = app::claim::see(tx, cx, id.0)?;
            let by_sign_up = app::sign_up::made(tx, &taken)?;
            let behalf = app::platform_claim::behalf(tx, cx, &taken)?;
            let mut claim = shown(tx, cx, taken)?;
            claim.behalf = behalf.map(Into::into);
            claim.may.retain(|act| !(by_sign_up && app::sign_up::ACTS.contains(act)));
            Ok(claim)
        })
        .await?;
    Ok(etag::answer(&req, claim.version, "claim", etag::Keep::Private, &claim))
}

/// What narrows the list of claims down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ClaimFilter {
    /// Of this claimant.
    claimant_id: Option<ClaimantId>,
    /// Of this wish.
    wish_id: Option<WishId>,
    /// One or more states, separated by commas.
    status: Option<String>,
    /// Only those of claimants for whom the caller acts.
    mine: Option<bool>,
}

/// Claims that the caller may see, newest first: of the claimants acted for, and on wishes of own
/// organisations.
#[utoipa::path(tag = "claims", params(ClaimFilter, Paging), responses((status = 200, body = Page<Claim>), ReadProblems))]
#[get("/claims")]
async fn list_claims(caller: Caller, list: Listing<ClaimFilter>) -> Result<HttpResponse, Failure> {
    let asked = &list.filter;
    let words =
        Claims { claimant_id: asked.claimant_id, wish_id: asked.wish_id, status: asked.status.clone() };
    let filter = Filter { before: list.after()?, ..app::filter::claims(&words)? };
    let (mine, rows) = (asked.mine.unwrap_or_default(), list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = app::claim::list(tx, cx, filter, mine, rows)?;
            claims(tx, cx, found)
        })
        .await?;
    list.answer(found, |claim| claim.id, |claim| claim)
}

/// The claims on a wish, oldest first, for the staff of its holder and origin.
#[utoipa::path(tag = "claims", responses((status = 200, body = ClaimList), ReadProblems))]
#[get("/wishes/{id}/claims")]
async fn list_wish_claims(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let items = caller
        .read(move |tx, cx| {
            let found = app::claim::of_wish(tx, cx, id.0)?;
            claims(tx, cx, found)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ClaimList { items }))
}

/// Mounts the operations on claims.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_claim)
        .service(create_claims)
        .service(dispatch_wish)
        .service(list_claims)
        .service(list_wish_claims)
        .service(get_claim)
        .service(accept_claim)
        .service(decline_claim)
        .service(release_claim)
        .service(contact_claim);
}
