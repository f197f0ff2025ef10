//! The working days of a year over HTTP.

use super::{
    caller::Caller,
    extract::{Body, IfMatch, Path},
    reply::Reply,
};
use crate::{
    app::calendar as work,
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, put};
use chrono::NaiveDate;
use domain::{
    calendar::{Day, Year},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// A day that is not what its place in the week says.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CalendarDay {
    /// Which.
    #[schema(examples("2026-02-16"))]
    date: NaiveDate,
    /// True for a weekend day that is worked (调休), false for a weekday off.
    working: bool,
    /// Because of what.
    #[schema(min_length = 1, max_length = 20, examples("春节"))]
    name: String,
}

/// The working days of a year: Monday to Friday, but for these days.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CalendarYear {
    /// Which.
    year: i32,
    /// Somebody has entered its days. Where nobody has, times in it are counted by weekends alone.
    known: bool,
    /// The notice that they are from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("国办发明电〔2025〕7号"))]
    source: Option<String>,
    /// What differs from the week, in order.
    days: Vec<CalendarDay>,
    /// The caller may set it.
    changeable: bool,
    /// Counts its changes; 0 before the first.
    version: i64,
    /// When somebody last changed it; absent as it came with the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<Instant>,
}

impl CalendarYear {
    fn of(year: Year, changeable: bool) -> Self {
        let known = year.is_known();
        let day = |Day { date, working, name }| CalendarDay { date, working, name };
        Self {
            year: year.year,
            known,
            source: Some(year.source).filter(|_| known),
            days: year.days.into_iter().map(day).collect(),
            changeable,
            version: year.version,
            changed_at: year.changed_at,
        }
    }

    const fn view(&self) -> &'static str {
        if self.changeable { "calendar.admin" } else { "calendar" }
    }
}

/// The working days of a year, for every organisation alike.
#[utoipa::path(
    tag = "organisations",
    params(("year" = i32, Path, description = "The year, 2000 to 2100.")),
    responses((status = 200, description = "The year", body = CalendarYear), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/calendar/{year}")]
async fn get_calendar(req: HttpRequest, caller: Caller, year: Path<i32>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| Ok(CalendarYear::of(work::see(tx, cx, year.0)?, work::may_put(tx, cx)?)))
        .await?;
    Ok(etag::answer(&req, shown.version, shown.view(), Keep::Private, &shown))
}

/// The whole table of a year.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCalendarYear {
    /// The notice that it is from.
    #[schema(min_length = 1, max_length = 100, examples("国办发明电〔2025〕7号"))]
    source: String,
    /// What differs from the week: each day of the year once at most.
    #[schema(min_items = 1, max_items = 100)]
    days: Vec<CalendarDay>,
}

/// Sets the working days of a year, for the whole installation; for administrators at the root of a tree.
/// Times that were told already stay as they are.
#[utoipa::path(
    tag = "organisations",
    params(("year" = i32, Path, description = "The year, 2000 to 2100.")),
    request_body = NewCalendarYear,
    responses((status = 200, description = "The year now", body = CalendarYear), Problems),
)]
#[put("/calendar/{year}")]
async fn put_calendar(
    caller: Caller,
    year: Path<i32>,
    seen: IfMatch,
    body: Body<NewCalendarYear>,
) -> Result<HttpResponse, Failure> {
    let day = |CalendarDay { date, working, name }| Day { date, working, name: name.trim().to_owned() };
    let days = body.value.days.into_iter().map(day).collect();
    let table = Year { source: body.value.source, days, ..Year::unknown(year.0) };
    caller
        .change(None, move |tx, cx| {
            let shown = CalendarYear::of(work::put(tx, cx, &seen.0, table.clone())?, true);
            Ok(Reply::ok(&shown)?.tagged(shown.version, shown.view()))
        })
        .await
}

/// Mounts the calendar.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_calendar).service(put_calendar);
}
