//! Visits of pairs over HTTP.

use super::{
    caller::Caller,
    claim_view::said,
    event::NoFilter,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    pairing::spoken,
    reply::Reply,
    shared::UserRef,
};
use crate::{
    app::{Context, names::Names, visit as work},
    etag::Keep,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, HeaderValue},
    post,
};
use chrono::NaiveDate;
use domain::{
    id::{PairingId, VisitId},
    time::Instant,
    visit::{Findings, Visit as Domain},
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// What a visit found, in four fields; each is sealed with the resident's data.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVisit {
    /// The day of the visit: not before the pairing began, and not after today.
    visited_on: NaiveDate,
    /// Income.
    #[schema(max_length = 1000, examples("低保按月到账"))]
    income: Option<String>,
    /// Health.
    #[schema(max_length = 1000, examples("血压稳了，腿还疼"))]
    health: Option<String>,
    /// Treatment.
    #[schema(max_length = 1000)]
    treatment: Option<String>,
    /// Benefits.
    #[schema(max_length = 1000)]
    benefits: Option<String>,
}

impl NewVisit {
    fn said(self) -> (NaiveDate, Findings) {
        let findings = Findings {
            income: spoken(self.income),
            health: spoken(self.health),
            treatment: spoken(self.treatment),
            benefits: spoken(self.benefits),
        };
        (self.visited_on, findings)
    }
}

/// One edition of the record of a visit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct VisitEdition {
    /// Its id.
    id: VisitId,
    /// 1, and one more for each correction.
    edition: i32,
    /// The day of the visit.
    visited_on: NaiveDate,
    /// Income.
    #[serde(skip_serializing_if = "Option::is_none")]
    income: Option<String>,
    /// Health.
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<String>,
    /// Treatment.
    #[serde(skip_serializing_if = "Option::is_none")]
    treatment: Option<String>,
    /// Benefits.
    #[serde(skip_serializing_if = "Option::is_none")]
    benefits: Option<String>,
    /// Who wrote this edition.
    by: UserRef,
    /// When it was written.
    at: Instant,
}

/// A visit, as its latest edition says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Visit {
    #[serde(flatten)]
    now: VisitEdition,
    /// The editions that were corrected, the latest first.
    earlier: Vec<VisitEdition>,
}

fn edition(one: Domain, names: &Names) -> VisitEdition {
    VisitEdition {
        id: one.id,
        edition: one.edition,
        visited_on: one.visited_on,
        income: said(one.findings.income.as_ref()),
        health: said(one.findings.health.as_ref()),
        treatment: said(one.findings.treatment.as_ref()),
        benefits: said(one.findings.benefits.as_ref()),
        by: UserRef::of(one.by, names),
        at: one.at,
    }
}

pub(super) fn see_all(tx: &mut Conn, list: Vec<work::Corrected>) -> Result<Vec<Visit>, Failure> {
    let writers = list.iter().flat_map(|(one, before)| std::iter::once(one).chain(before)).map(|one| one.by);
    let names = Names::default().users(tx, writers)?;
    let shape = |(one, before): work::Corrected| Visit {
        now: edition(one, &names),
        earlier: before.into_iter().map(|one| edition(one, &names)).collect(),
    };
    Ok(list.into_iter().map(shape).collect())
}

fn created(tx: &mut Conn, _: &Context, one: work::Corrected) -> Result<Reply, Failure> {
    let of = one.0.pairing_id;
    let shown = crate::app::found(see_all(tx, vec![one])?.pop())?;
    Reply::created(format!("/pairings/{of}/visits"), &shown)
}

/// Writes a visit down; the next one is counted from it.
#[utoipa::path(tag = "pairings", request_body = NewVisit, responses((status = 201, body = Visit), Problems))]
#[post("/pairings/{id}/visits")]
async fn create_visit(
    caller: Caller,
    id: Path<PairingId>,
    idem: Idempotency,
    body: Body<NewVisit>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let (on, findings) = body.value.said();
    caller
        .change(keyed, move |tx, cx| {
            let done = work::create(tx, cx, id.0, on, findings.clone())?;
            created(tx, cx, done)
        })
        .await
}

/// Corrects the record of a visit, all of it: a further edition takes its place, and this one stays to be read. Names
/// the latest edition.
#[utoipa::path(tag = "pairings", request_body = NewVisit, responses((status = 201, body = Visit), Problems))]
#[post("/visits/{id}/correct")]
async fn correct_visit(
    caller: Caller,
    id: Path<VisitId>,
    idem: Idempotency,
    body: Body<NewVisit>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let (on, findings) = body.value.said();
    caller
        .change(keyed, move |tx, cx| {
            let done = work::correct(tx, cx, id.0, on, findings.clone())?;
            created(tx, cx, done)
        })
        .await
}

/// The visits of a pairing, the latest day first: for the staff of the holder, and for the pair while it visits and
/// the resident agrees.
#[utoipa::path(tag = "pairings", params(Paging), responses((status = 200, body = Page<Visit>), ReadProblems))]
#[get("/pairings/{id}/visits")]
async fn list_visits(
    caller: Caller,
    id: Path<PairingId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, after, rows)?;
            see_all(tx, found)
        })
        .await?;
    let mut response = list.answer(found, |one| (one.now.visited_on, one.now.id), |one| one)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    Ok(response)
}

/// Mounts the operations on visits.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(create_visit).service(correct_visit).service(list_visits);
}
