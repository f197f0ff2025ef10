//! A claimant's record over HTTP: what came of its claims and of its sign-ups.

use super::{caller::Caller, extract::Path, shared::hours, statistics::Satisfaction};
use crate::{app::claimant as work, openapi::ReadProblems, problem::Failure};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{claim::Status, claimant::Claimant, id::ClaimantId, time::Instant};
use serde::Serialize;
use store::{claimant::Record, sign_up::Served};
use utoipa_actix_web::service_config::ServiceConfig;

/// What came of a claimant's claims: facts, counted from the claims themselves.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClaimantRecord {
    /// Whose record.
    claimant_id: ClaimantId,
    /// The name others see.
    display_name: String,
    /// The moment that it is of.
    as_of: Instant,
    /// In hand: to be answered, to be brought, or brought and not confirmed yet.
    open: i64,
    /// Confirmed by the resident's word.
    confirmed: i64,
    /// Given back.
    released: i64,
    /// Run over their time.
    lapsed: i64,
    /// Dispatches that were not accepted.
    declined: i64,
    /// Confirmed once, and taken back since it did not arrive or does not work.
    taken_back: i64,
    /// Worth of what was confirmed, in fen.
    value_fen: i64,
    /// Person-hours of what was confirmed.
    hours: f64,
    /// What came of its sign-ups for posts and projects.
    served: ServedRecord,
    /// What the residents said whose wishes it helped to fulfil.
    satisfaction: Satisfaction,
}

/// What came of a claimant's sign-ups, in people. Hours of a post that served a wish are among the claims' hours too.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ServedRecord {
    /// Who came.
    came: i64,
    /// Places that were taken and stayed empty.
    no_shows: i64,
    /// Places of which nobody counted who came.
    unmarked: i64,
    /// Hours of those who came.
    hours: f64,
}

impl ClaimantRecord {
    fn of((claimant, record, served): (Claimant, Record, Served), as_of: Instant) -> Self {
        let count = |status: Status| record.claims.get(&status).copied().unwrap_or_default();
        Self {
            claimant_id: claimant.id,
            display_name: claimant.profile.display_name,
            as_of,
            open: count(Status::Proposed) + count(Status::Active) + count(Status::Delivered),
            confirmed: count(Status::Confirmed),
            released: count(Status::Released),
            lapsed: count(Status::Lapsed),
            declined: count(Status::Declined),
            taken_back: count(Status::TakenBack),
            value_fen: record.value_fen,
            hours: hours(record.quarter_hours),
            served: ServedRecord {
                came: served.came,
                no_shows: served.no_shows,
                unmarked: served.unmarked,
                hours: hours(served.quarter_hours),
            },
            satisfaction: Satisfaction::of(record.fulfilled, &record.ratings.into_iter().collect()),
        }
    }
}

/// What came of a claimant's claims. For those who act for it, and for who coordinates above it.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant.")),
    responses((status = 200, description = "The record", body = ClaimantRecord), ReadProblems),
)]
#[get("/claimants/{id}/record")]
async fn get_claimant_record(caller: Caller, id: Path<ClaimantId>) -> Result<HttpResponse, Failure> {
    let record = caller
        .read(move |tx, cx| {
            let found = work::record(tx, cx, id.0)?;
            Ok(ClaimantRecord::of(found, cx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(record))
}

/// Mounts the operation.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(get_claimant_record);
}
