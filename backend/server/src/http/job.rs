//! What came due and is not done, over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::job as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    id::{JobId, WishId},
    job::Kind,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::job::{Filter, Job as Domain};
use uuid::Uuid;

/// Something that came due and is not done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Job {
    /// Its id.
    id: JobId,
    /// What came due.
    kind: Kind,
    /// The id of the claim, the escalation or the wish.
    subject_id: Uuid,
    /// The wish that it is about.
    wish_id: WishId,
    /// Since when it is due.
    due_at: Instant,
    /// When it is tried next; absent where it was laid aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_at: Option<Instant>,
    /// How often it was tried.
    tries: i32,
    /// The code of the last failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Since when it is laid aside: it failed too often, and waits for somebody to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    laid_aside_at: Option<Instant>,
}

impl From<Domain> for Job {
    fn from(job: Domain) -> Self {
        Self {
            id: job.id,
            kind: job.due.kind,
            subject_id: job.due.subject_id,
            wish_id: job.due.wish_id,
            due_at: job.due.due_at,
            run_at: job.dead_at.is_none().then_some(job.run_at),
            tries: job.tries,
            failure: job.failure,
            laid_aside_at: job.dead_at,
        }
    }
}

/// What narrows the list of jobs down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct JobFilter {
    /// Only those laid aside, or only those that are not.
    laid_aside: Option<bool>,
}

/// What came due on wishes of the organisations that I administer or audit, and is not done; newest first.
#[utoipa::path(tag = "jobs", params(JobFilter, Paging), responses((status = 200, body = Page<Job>), ReadProblems))]
#[get("/jobs")]
async fn list_jobs(caller: Caller, list: Listing<JobFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter { dead: list.filter.laid_aside, before: list.after()?, ..Filter::default() };
    let rows = list.rows();
    let found = caller.read(move |tx, cx| work::list(tx, cx, filter, rows)).await?;
    list.answer(found, |job| job.id, Job::from)
}

/// Tries again what was laid aside.
#[utoipa::path(tag = "jobs", request_body = Nothing, responses((status = 200, body = Job), Problems))]
#[post("/jobs/{id}/retry")]
async fn retry_job(
    caller: Caller,
    id: Path<JobId>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| Reply::ok(&Job::from(work::retry(tx, cx, id.0)?)))
        .await
}

/// Mounts the operations on jobs.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_jobs).service(retry_job);
}
