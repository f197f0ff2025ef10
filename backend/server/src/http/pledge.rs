//! Pledges in campaigns over HTTP.

use super::{
    caller::Caller,
    campaign_view::{CampaignBrought, PledgeAmount},
    claim_view::ClaimantRef,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    wish::{Nothing, given},
};
use crate::{
    app::{
        Context,
        names::Names,
        pledge::{self as work, Given},
    },
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, patch, post};
use domain::{
    access::Act,
    id::{CampaignId, ClaimantId, PledgeId},
    pledge::Amount,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What a claimant undertakes in a campaign (认领承诺).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Pledge {
    /// Its id.
    id: PledgeId,
    /// In which campaign.
    campaign_id: CampaignId,
    /// Who.
    claimant: ClaimantRef,
    /// What.
    pledged: PledgeAmount,
    /// What they brought of the campaign's list since it opened.
    brought: CampaignBrought,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<Instant>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes.
    version: i64,
    /// When it was given.
    created_at: Instant,
}

fn shape(cx: &Context, one: Given) -> Pledge {
    let may = one.acts(cx).into_iter().map(Act::operation_id).collect();
    let Given { pledge, claimant, brought, .. } = one;
    let names = Names::default().with_claimant(claimant);
    Pledge {
        id: pledge.id,
        campaign_id: pledge.campaign_id,
        claimant: ClaimantRef::of(pledge.claimant_id, &names),
        pledged: pledge.amount.into(),
        brought: brought.into(),
        withdrawn_at: pledge.withdrawn_at,
        may,
        version: pledge.version,
        created_at: pledge.created_at,
    }
}

fn answer(cx: &Context, one: Given, created: bool) -> Result<Reply, Failure> {
    let shown = shape(cx, one);
    let reply = match created {
        true => Reply::created(format!("/pledges/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "pledge"))
}

/// What is undertaken; at least one of the three.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPledge {
    /// Who.
    claimant_id: ClaimantId,
    /// So many wishes.
    #[schema(minimum = 1)]
    wishes: Option<i64>,
    /// So many hours.
    #[schema(minimum = 1)]
    hours: Option<i64>,
    /// So much worth, in fen.
    #[schema(minimum = 1)]
    value_fen: Option<i64>,
}

/// A claimant joins an open campaign of its tree, once.
#[utoipa::path(tag = "campaigns", request_body = NewPledge, responses((status = 201, body = Pledge), Problems))]
#[post("/campaigns/{id}/pledges")]
async fn create_pledge(
    caller: Caller,
    id: Path<CampaignId>,
    idem: Idempotency,
    body: Body<NewPledge>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewPledge { claimant_id, wishes, hours, value_fen } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let amount = Amount { wishes, hours, value_fen };
            let made = work::create(tx, cx, id.0, claimant_id, amount)?;
            answer(cx, made, true)
        })
        .await
}

/// Pledges that hold, the oldest first: all for the campaign's hosts; for others, those of their claimants.
#[utoipa::path(tag = "campaigns", params(Paging), responses((status = 200, body = Page<Pledge>), ReadProblems))]
#[get("/campaigns/{id}/pledges")]
async fn list_pledges(
    caller: Caller,
    id: Path<CampaignId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, after, rows)?;
            Ok(found.into_iter().map(|one| shape(cx, one)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// What to change of a pledge (RFC 7396): what is absent stays, null clears.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PledgePatch {
    /// So many wishes.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    wishes: Option<Option<i64>>,
    /// So many hours.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    hours: Option<Option<i64>>,
    /// So much worth, in fen.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>, minimum = 1)]
    value_fen: Option<Option<i64>>,
}

/// Undertakes something else, while the campaign is open.
#[utoipa::path(tag = "campaigns", request_body = PledgePatch, responses((status = 200, body = Pledge), Problems))]
#[patch("/pledges/{id}")]
async fn update_pledge(
    caller: Caller,
    id: Path<PledgeId>,
    seen: IfMatch,
    body: Body<PledgePatch>,
) -> Result<HttpResponse, Failure> {
    let PledgePatch { wishes, hours, value_fen } = body.value;
    caller
        .change(None, move |tx, cx| {
            let change = |amount: &mut Amount| {
                amount.wishes = wishes.unwrap_or(amount.wishes);
                amount.hours = hours.unwrap_or(amount.hours);
                amount.value_fen = value_fen.unwrap_or(amount.value_fen);
            };
            let changed = work::change(tx, cx, id.0, &seen.0, change)?;
            answer(cx, changed, false)
        })
        .await
}

/// Takes a pledge back, while the campaign is open; the claimant may join again.
#[utoipa::path(tag = "campaigns", request_body = Nothing, responses((status = 200, body = Pledge), Problems))]
#[post("/pledges/{id}/withdraw")]
async fn withdraw_pledge(
    caller: Caller,
    id: Path<PledgeId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let withdrawn = work::withdraw(tx, cx, id.0, &seen.0)?;
            answer(cx, withdrawn, false)
        })
        .await
}

/// Mounts the operations on pledges.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(create_pledge).service(list_pledges).service(update_pledge).service(withdraw_pledge);
}
