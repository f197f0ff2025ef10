//! A claimant's record over HTTP: what came of its claims and of its sign-ups, in all or in a time.

use super::{
    caller::Caller,
    extract::{Path, Query},
    shared::hours,
    statistics::Satisfaction,
};
use crate::{app::claimant as work, openapi::ReadProblems, problem::Failure, routes::Routes};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    claim::{Method, Status},
    claimant::Claimant,
    honour::Span,
    id::ClaimantId,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{claimant::Record, sign_up::Served};

/// What others confirmed: the resident's word was taken by somebody who neither acts for the claimant nor brought it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ByOthers {
    /// Wishes, each once.
    wishes: i64,
    /// Person-hours.
    hours: f64,
    /// Worth of what was brought, in fen.
    value_fen: i64,
    /// Claims confirmed by a call.
    call: i64,
    /// By a witness.
    witness: i64,
    /// By the code on the resident's card, typed in by others.
    code: i64,
}

impl ByOthers {
    fn of(record: &Record) -> Self {
        let by = |method: Method| record.methods.get(&method).copied().unwrap_or_default();
        Self {
            wishes: record.by_others.wishes,
            hours: hours(record.by_others.quarter_hours),
            value_fen: record.by_others.value_fen,
            call: by(Method::Call),
            witness: by(Method::Witness),
            code: by(Method::Code),
        }
    }
}

/// What came of a claimant's claims: facts, counted from the claims themselves.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClaimantRecord {
    /// Whose record.
    claimant_id: ClaimantId,
    /// The name others see.
    display_name: String,
    /// The moment that it is of.
    as_of: Instant,
    /// The first day that was asked for; absent for the whole time.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// The last day that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
    /// In hand now: to be answered, to be brought, or brought and not confirmed yet.
    open: i64,
    /// Confirmed by the resident's word in that time, as are the others below.
    confirmed: i64,
    /// What of it others confirmed: what honours rest on.
    by_others: ByOthers,
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
    fn of(
        (claimant, record, served): (Claimant, Record, Served),
        asked: &RecordTime,
        as_of: Instant,
    ) -> Self {
        let count = |status: Status| record.claims.get(&status).copied().unwrap_or_default();
        Self {
            claimant_id: claimant.id,
            display_name: claimant.profile.display_name,
            as_of,
            from: asked.from,
            to: asked.to,
            by_others: ByOthers::of(&record),
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

/// Of which days a record is; of all where nothing is said.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RecordTime {
    /// The first day, in China.
    from: Option<NaiveDate>,
    /// The last day.
    to: Option<NaiveDate>,
}

/// What came of a claimant's claims and sign-ups, in all or in a time. For those who act for it, and for who coordinates above it.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant."), RecordTime),
    responses((status = 200, description = "The record", body = ClaimantRecord), ReadProblems),
)]
#[get("/claimants/{id}/record")]
async fn get_claimant_record(
    caller: Caller,
    id: Path<ClaimantId>,
    asked: Query<RecordTime>,
) -> Result<HttpResponse, Failure> {
    let (asked, all) = (asked.0, Span::always());
    let span = Span::of(asked.from.unwrap_or(all.from), asked.to.unwrap_or(all.to), "to")?;
    let record = caller
        .read(move |tx, cx| {
            let found = work::record(tx, cx, id.0, span)?;
            Ok(ClaimantRecord::of(found, &asked, cx.now))
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(record))
}

/// Mounts the operation.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_claimant_record);
}
