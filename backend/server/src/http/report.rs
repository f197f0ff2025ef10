//! Reports over HTTP: figures of a period, frozen.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    figure::window,
    reply::Reply,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, found, names::Names, report as work},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    id::{OrganisationId, ReportId},
    report::{Frozen, Report as Domain},
    tally::Month,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// Figures of a period as they were frozen (定稿). They never change; who corrects them freezes the next edition.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Report {
    /// Its id.
    id: ReportId,
    /// Of this organisation and all below it.
    organisation: OrgRef,
    /// Which of the organisation's.
    number: i64,
    /// The first month.
    #[schema(value_type = String, examples("2026-01"))]
    from: Month,
    /// The last month.
    #[schema(value_type = String, examples("2026-10"))]
    to: Month,
    /// Which of these months.
    edition: i64,
    /// SHA-256, in hex, over what it says and the hash of the organisation's report before.
    hash: String,
    /// The hash of the report before; empty for the first.
    previous_hash: String,
    /// Whether it still says what was frozen.
    holds: bool,
    /// Who froze it.
    created_by: UserRef,
    /// When.
    created_at: Instant,
    /// The figures.
    figures: Vec<Frozen>,
    /// The edition before, and what this one tells otherwise; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<Comparison>,
}

/// What an edition tells otherwise than the one before.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Comparison {
    /// The edition before.
    with: ReportId,
    /// What is told otherwise.
    differences: Vec<FigureDifference>,
}

/// A figure that a later edition tells otherwise.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FigureDifference {
    /// The id of its definition.
    id: String,
    /// What it was; absent where it was not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Frozen>,
    /// What it is; absent where it is not told any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<Frozen>,
}

fn shape(tx: &mut Conn, list: Vec<Domain>) -> Result<Vec<Report>, Failure> {
    let names = Names::default()
        .organisations(tx, list.iter().map(|one| one.organisation_id))?
        .users(tx, list.iter().map(|one| one.created_by))?;
    let one = |of: Domain| {
        let compared = work::compared(tx, &of)?.map(|(with, differences)| Comparison {
            with,
            differences: differences
                .into_iter()
                .map(|one| FigureDifference { id: one.id, before: one.before, now: one.now })
                .collect(),
        });
        Ok(Report {
            id: of.id,
            organisation: OrgRef::of(of.organisation_id, &names),
            number: of.number,
            from: of.window.from,
            to: of.window.to,
            edition: of.edition,
            holds: work::holds(&of),
            figures: work::figures(&of)?,
            hash: of.hash,
            previous_hash: of.previous_hash,
            created_by: UserRef::of(of.created_by, &names),
            created_at: of.created_at,
            compared,
        })
    };
    list.into_iter().map(one).collect()
}

fn one(tx: &mut Conn, report: Domain) -> Result<Report, Failure> {
    found(shape(tx, vec![report])?.pop())
}

/// A period to freeze.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReport {
    /// The first month, in China.
    #[schema(value_type = String, examples("2026-01"))]
    from: Month,
    /// The last month; it has to be over.
    #[schema(value_type = String, examples("2026-10"))]
    to: Month,
}

/// Freezes the figures of a period that is over. Where the same months were frozen before, it is their next edition, and it
/// says what it tells otherwise.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewReport,
    responses((status = 201, body = Report), Problems),
)]
#[post("/organisations/{id}/reports")]
async fn create_report(
    caller: Caller,
    id: Path<OrganisationId>,
    idem: Idempotency,
    body: Body<NewReport>,
) -> Result<HttpResponse, Failure> {
    let NewReport { from, to } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, id.0, window(from, to, "/to")?)?;
            let shown = one(tx, made)?;
            Reply::created(format!("/reports/{}", shown.id), &shown)
        })
        .await
}

/// What an organisation froze, newest first.
#[utoipa::path(
    tag = "statistics",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, body = Page<Report>), ReadProblems),
)]
#[get("/organisations/{id}/reports")]
async fn list_reports(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, before, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |one| one.number, |one| one)
}

/// One report.
#[utoipa::path(tag = "statistics", responses((status = 200, body = Report), ReadProblems))]
#[get("/reports/{id}")]
async fn get_report(caller: Caller, id: Path<ReportId>) -> Result<HttpResponse, Failure> {
    let work = move |tx: &mut Conn, cx: &Context| {
        let report = work::see(tx, cx, id.0)?;
        one(tx, report)
    };
    let shown = caller.read(work).await?;
    Ok(HttpResponse::Ok().json(shown))
}

/// Mounts the reports.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_reports).service(create_report).service(get_report);
}
