//! What is over its time, and the record of each clean-up, over HTTP.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging, Query},
    shared::OrgRef,
};
use crate::{
    app::{names::Names, retention as work},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    id::{OrganisationId, RetentionRunId},
    retention::{Periods, RetentionClass},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::retention::{Counts, Run};

/// Of one class of data.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RetentionPeriod {
    /// The class.
    class: RetentionClass,
    /// How long it is kept, in days, once its purpose is met.
    days: u32,
    /// The law asks for no less.
    floor_days: u32,
    /// By which law.
    basis: &'static str,
    /// The nightly run removes by it; otherwise it goes by itself (sign-ins), or nothing is removed (the
    /// record of looks, which is part of the chained history).
    nightly: bool,
    /// How many are over their time; absent where the run removes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
}

/// The periods, with what is over its time.
pub(super) fn periods(periods: &Periods, due: &Counts) -> Vec<RetentionPeriod> {
    let one = |class: &RetentionClass| RetentionPeriod {
        class: *class,
        days: periods.of(*class),
        floor_days: class.period().floor,
        basis: class.period().basis,
        nightly: class.is_run(),
        due: due.get(class).copied(),
    };
    RetentionClass::ALL.iter().map(one).collect()
}

/// What would go now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RetentionPreview {
    /// The subtree that was counted.
    organisation: OrgRef,
    /// At this time.
    as_of: Instant,
    /// By class.
    periods: Vec<RetentionPeriod>,
}

/// How many went, of one class.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RetentionCount {
    /// The class.
    class: RetentionClass,
    /// How many.
    count: i64,
}

/// One clean-up of a tree: figures, and nothing else.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RetentionRun {
    /// Its id.
    pub(super) id: RetentionRunId,
    /// What was over its time then went.
    as_of: Instant,
    /// The night of which it is the run; absent of one by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    nightly_on: Option<NaiveDate>,
    /// How many went, by class.
    counts: Vec<RetentionCount>,
    /// When it was done.
    created_at: Instant,
}

impl From<Run> for RetentionRun {
    fn from(run: Run) -> Self {
        let counts = run.counts.into_iter().map(|(class, count)| RetentionCount { class, count });
        Self {
            id: run.id,
            as_of: run.as_of,
            nightly_on: run.nightly_on,
            counts: counts.collect(),
            created_at: run.created_at,
        }
    }
}

/// Where, and when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PreviewAsked {
    /// The subtree; the first that I audit when absent.
    organisation_id: Option<OrganisationId>,
    /// At this time; now when absent.
    as_of: Option<Instant>,
}

/// What the clean-up would remove from a subtree, by class; nothing is changed. For auditors and
/// administrators.
#[utoipa::path(
    tag = "events",
    params(PreviewAsked),
    responses((status = 200, description = "By class", body = RetentionPreview), ReadProblems),
)]
#[get("/retention/preview")]
async fn preview_retention(caller: Caller, asked: Query<PreviewAsked>) -> Result<HttpResponse, Failure> {
    let PreviewAsked { organisation_id, as_of } = asked.0;
    let kept = caller.state.config.retention();
    let shown = caller
        .read_slow(move |tx, cx| {
            let as_of = as_of.unwrap_or(cx.now);
            let (place, due) = work::preview(tx, cx, organisation_id, &kept, as_of)?;
            let names = Names::default().organisations(tx, [place])?;
            let organisation = OrgRef::of(place, &names);
            Ok(RetentionPreview { organisation, as_of, periods: periods(&kept, &due) })
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// Of which tree.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RunsAsked {
    /// An organisation of the tree; the first that I audit when absent.
    organisation_id: Option<OrganisationId>,
}

/// The clean-ups of a tree, newest first: when, and how many of what went. For auditors and
/// administrators.
#[utoipa::path(
    tag = "events",
    params(RunsAsked, Paging),
    responses((status = 200, description = "A page", body = Page<RetentionRun>), ReadProblems),
)]
#[get("/retention/runs")]
async fn list_retention_runs(caller: Caller, list: Listing<RunsAsked>) -> Result<HttpResponse, Failure> {
    let (place, before, rows) = (list.filter.organisation_id, list.after()?, list.rows());
    let found = caller.read(move |tx, cx| work::list(tx, cx, place, before, rows)).await?;
    list.answer(found, |run| run.id, RetentionRun::from)
}

/// Mounts the operations on retention.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(preview_retention).service(list_retention_runs);
}
