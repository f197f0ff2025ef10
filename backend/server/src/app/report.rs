//! Freezing the figures of a period, and looking at what was frozen.

use super::{
    Context, event,
    event::{About, facts},
    figure, found,
    organisation::{open, open_to_change},
};
use crate::{
    etag::Seen,
    problem::{Failure, Internal},
};
use domain::{
    access::Act,
    event::Kind,
    id::{OrganisationId, ReportId},
    refusal::{Code, Fault, Refusal},
    report::{Difference, Frozen, Report, differences},
    tally::{Window, day},
};
use serde_json::json;
use store::Conn;

/// Freezes the figures of a period that is over: the next edition of these months.
///
/// # Errors
/// As the access table says; `invalid` for a period that is not over; `figures_unsound`.
pub fn create(tx: &mut Conn, cx: &Context, at: OrganisationId, window: Window) -> Result<Report, Failure> {
    let by = cx.user()?;
    open_to_change(tx, cx, Act::CreateReport, at, &Seen::Any)?;
    if !window.is_over(cx.now.date()) {
        return Err(Refusal::field(Code::Invalid, "/to", Fault::InFuture).into());
    }
    let read = figure::read(tx, at, window, day(cx.now.date()))?;
    let figures: Vec<Frozen> = read.counts.figures().iter().map(Frozen::from).collect();
    let last = store::report::last(tx, at)?;
    let edition = store::report::edition(tx, at, window, None)?;
    let mut report = Report {
        id: cx.ids.make(),
        organisation_id: at,
        number: last.as_ref().map_or(0, |last| last.number) + 1,
        window,
        edition: edition.map_or(0, |edition| edition.edition) + 1,
        figures: serde_json::to_string(&figures).map_err(|error| Internal::new(error.to_string()))?,
        previous_hash: last.map(|last| last.hash).unwrap_or_default(),
        hash: String::new(),
        created_by: by,
        created_at: cx.now,
    };
    report.hash = store::report::hash(&report);
    store::report::insert(tx, &report)?;
    let data = facts([
        ("from", json!(window.from)),
        ("to", json!(window.to)),
        ("edition", json!(report.edition)),
        ("hash", json!(report.hash)),
    ]);
    event::of(tx, cx, Kind::FiguresFrozen, About::report(report.id, at), data)?;
    Ok(report)
}

/// What an organisation froze, newest first.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    before: Option<i64>,
    rows: i64,
) -> Result<Vec<Report>, Failure> {
    cx.user()?;
    open(tx, cx, Act::ListReports, at, &Seen::Any)?;
    Ok(store::report::list(tx, at, before, rows)?)
}

/// One report.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: ReportId) -> Result<Report, Failure> {
    cx.user()?;
    let report = found(store::report::load(tx, id)?)?;
    open(tx, cx, Act::GetReport, report.organisation_id, &Seen::Any)?;
    Ok(report)
}

/// The figures of a report.
///
/// # Errors
/// When they do not read, which what was frozen does.
pub fn figures(report: &Report) -> Result<Vec<Frozen>, Failure> {
    Ok(serde_json::from_str(&report.figures).map_err(store::StoreError::corrupt)?)
}

/// Which edition stood before this one, and what this one tells otherwise; none for the first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn compared(tx: &mut Conn, report: &Report) -> Result<Option<(ReportId, Vec<Difference>)>, Failure> {
    let before = store::report::edition(tx, report.organisation_id, report.window, Some(report.edition))?;
    let Some(before) = before else { return Ok(None) };
    Ok(Some((before.id, differences(&figures(&before)?, &figures(report)?))))
}

/// Whether a report still says what was frozen.
#[must_use]
pub fn holds(report: &Report) -> bool {
    store::report::hash(report) == report.hash
}
