//! Suspending claimants and letting them in again, over HTTP.

use super::{
    caller::Caller,
    claimant::{Claimant, one},
    extract::{Body, Idempotency, IfMatchOptional, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{app::standing as work, openapi::Problems, problem::Failure, routes::Routes};
use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use domain::id::ClaimantId;
use serde::Deserialize;

/// Why a claimant is to take on nothing new, and until when.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSuspension {
    /// Why; the claimant reads it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The last day; until somebody lets it in again when absent.
    until: Option<NaiveDate>,
}

/// Suspends a claimant: no new claim, dispatch, place in a plan, suggestion or waiting-list call, pairing or pledge. What
/// it holds goes on. Said again, it is for other reasons or another time. Nobody suspends whom they act for.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant.")),
    request_body = NewSuspension,
    responses((status = 200, description = "Suspended", body = Claimant), Problems),
)]
#[post("/claimants/{id}/suspend")]
async fn suspend_claimant(
    caller: Caller,
    id: Path<ClaimantId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewSuspension>,
) -> Result<HttpResponse, Failure> {
    let NewSuspension { reason, until } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let changed = work::suspend(tx, cx, id.0, &seen.0, (reason.trim(), until))?;
            let shown = one(tx, cx, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, &shown.view()))
        })
        .await
}

/// Lets a claimant in again before its time.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant.")),
    request_body = Nothing,
    responses((status = 200, description = "In again", body = Claimant), Problems),
)]
#[post("/claimants/{id}/reinstate")]
async fn reinstate_claimant(
    caller: Caller,
    id: Path<ClaimantId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let changed = work::reinstate(tx, cx, id.0, &seen.0)?;
            let shown = one(tx, cx, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, &shown.view()))
        })
        .await
}

/// Mounts the operations on a claimant's standing.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(suspend_claimant).service(reinstate_claimant);
}
