//! Who brought how much by the word of others, over HTTP: the list for commendations, its file, and the leaderboard.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    event::NoFilter,
    extract::{Body, IfMatch, Listing, Page, Paging, Path},
    reply::Reply,
    shared::hours,
    statistics::Satisfaction,
};
use crate::{
    app::{honour as work, names::Names},
    csv::Table,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    post, put,
};
use chrono::NaiveDate;
use domain::{claimant::Kind, honour::Span, id::OrganisationId};
use serde::{Deserialize, Serialize};
use store::{Conn, honour::Row};

/// A claimant with what others confirmed of it in a time, and the other side of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Commendation {
    /// Who.
    claimant: ClaimantRef,
    /// Wishes, each once, whose residents' word others took.
    wishes: i64,
    /// Person-hours of these.
    hours: f64,
    /// Worth of what was brought for these, in fen.
    value_fen: i64,
    /// Claims given back in that time.
    released: i64,
    /// Claims that ran over their time.
    lapsed: i64,
    /// Claims that were confirmed once, and taken back.
    taken_back: i64,
    /// What the residents of these wishes said.
    satisfaction: Satisfaction,
}

fn shape(tx: &mut Conn, rows: Vec<Row>) -> Result<Vec<(Commendation, Row)>, Failure> {
    let names = Names::default().claimants(tx, rows.iter().map(|row| row.claimant_id))?;
    let commendation = |row: Row| {
        let shown = Commendation {
            claimant: ClaimantRef::of(row.claimant_id, &names),
            wishes: row.outcomes.wishes,
            hours: hours(row.outcomes.quarter_hours),
            value_fen: row.outcomes.value_fen,
            released: row.given_back,
            lapsed: row.lapsed,
            taken_back: row.taken_back,
            satisfaction: Satisfaction::of(row.outcomes.wishes, &row.ratings.iter().copied().collect()),
        };
        (shown, row)
    };
    Ok(rows.into_iter().map(commendation).collect())
}

/// Of which days a list of commendations is.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::IntoParams, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CommendationTime {
    /// The first day, in China.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
}

/// Claimants below an organisation of whom something was confirmed by others in a time (评优名单): most wishes first, then
/// most hours.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation."), CommendationTime, Paging),
    responses((status = 200, description = "A page", body = Page<Commendation>), ReadProblems),
)]
#[get("/organisations/{id}/commendations")]
async fn list_commendations(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<CommendationTime>,
) -> Result<HttpResponse, Failure> {
    let CommendationTime { from, to } = list.filter;
    let (span, after, rows) = (Span::of(from, to, "to")?, list.after()?, list.rows());
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::commendations(tx, cx, id.0, span, after, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |(_, row)| work::place(row), |(shown, _)| shown)
}

/// The heads of the file.
const HEADS: [&str; 11] = [
    "序号 No.",
    "认领方 Claimant",
    "类型 Kind",
    "点亮心愿 Wishes",
    "小时 Hours",
    "价值（元） Worth (yuan)",
    "还回 Given back",
    "到期 Lapsed",
    "收回 Taken back",
    "回访人数 Answered",
    "平均满意度 Mean rating",
];

fn file(rows: &[(Commendation, Row)]) -> String {
    let mut table = Table::new(&HEADS);
    for (at, (of, _)) in rows.iter().enumerate() {
        let kind = match of.claimant.kind {
            Kind::Person => "个人 person",
            Kind::Unit => "单位 unit",
        };
        let (answered, average) = of.satisfaction.answers();
        table.row(&[
            at.saturating_add(1).to_string(),
            of.claimant.display_name.clone(),
            kind.to_owned(),
            of.wishes.to_string(),
            of.hours.to_string(),
            format!("{}.{:02}", of.value_fen / 100, of.value_fen % 100),
            of.released.to_string(),
            of.lapsed.to_string(),
            of.taken_back.to_string(),
            answered.to_string(),
            average.map(|average| average.to_string()).unwrap_or_default(),
        ]);
    }
    table.finish()
}

/// A table, as text.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String)]
#[expect(dead_code, reason = "describes what is sent")]
pub(super) struct CsvFile(String);

/// The whole list as a file for a spreadsheet; each time is recorded in the history.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = CommendationTime,
    responses((status = 200, description = "The file", body = CsvFile, content_type = "text/csv"), Problems),
)]
#[post("/organisations/{id}/commendations/export")]
async fn export_commendations(
    caller: Caller,
    id: Path<OrganisationId>,
    body: Body<CommendationTime>,
) -> Result<HttpResponse, Failure> {
    let CommendationTime { from, to } = body.value;
    let (span, cx) = (Span::of(from, to, "/to")?, caller.cx);
    let work = move |tx: &mut Conn| {
        let found = work::export(tx, &cx, id.0, span)?;
        shape(tx, found)
    };
    let rows = caller.state.db.write(work).await?;
    let name = format!("attachment; filename=\"commendations-{from}-{to}.csv\"");
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(file(&rows)))
}

/// Units below an organisation by what others confirmed of them in the last twelve months, most wishes first. Off unless the
/// organisation shows it: 409 `leaderboard_off`.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, description = "A page", body = Page<Commendation>), ReadProblems),
)]
#[get("/organisations/{id}/leaderboard")]
async fn get_leaderboard(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::leaderboard(tx, cx, id.0, after, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |(_, row)| work::place(row), |(shown, _)| shown)
}

/// Whether a leaderboard is shown.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LeaderboardPut {
    /// It is shown.
    shown: bool,
}

/// Shows an organisation's leaderboard, or does not any more. If-Match names the version of the organisation, or `*`.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = LeaderboardPut,
    responses((status = 204, description = "Done"), Problems),
)]
#[put("/organisations/{id}/leaderboard")]
async fn put_leaderboard(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<LeaderboardPut>,
) -> Result<HttpResponse, Failure> {
    let shown = body.value.shown;
    caller.change(None, move |tx, cx| work::show(tx, cx, id.0, &seen.0, shown).map(|()| Reply::none())).await
}

/// Mounts them.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(list_commendations)
        .service(export_commendations)
        .service(get_leaderboard)
        .service(put_leaderboard);
}
