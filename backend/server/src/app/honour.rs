//! Who brought how much, by the word of others: the list for commendations, its file, and the leaderboard of units, which an
//! organisation shows only where it says so.

use super::{
    Context, event,
    event::{About, Facts, facts},
    found,
    organisation::{itself, open_to_change, superiors},
};
use crate::{etag::Seen, problem::Failure};
use chrono::Months;
use domain::{
    access::{Act, Subject},
    claimant::Kind as ClaimantKind,
    event::Kind,
    honour::Span,
    id::{ExportId, OrganisationId},
    refusal::Code,
    time::next_day,
};
use serde_json::json;
use store::{
    Conn,
    honour::{After, Filter, Row},
};

/// So many months a leaderboard looks back.
const MONTHS: Months = Months::new(12);

/// So many rows of a file are read at once.
const STRETCH: i64 = 500;

fn allow(tx: &mut Conn, cx: &Context, act: Act, at: OrganisationId) -> Result<(), Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })
}

/// Claimants below an organisation of whom others confirmed something in a time, most wishes first.
///
/// # Errors
/// As the access table says.
pub fn commendations(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    span: Span,
    after: Option<After>,
    rows: i64,
) -> Result<Vec<Row>, Failure> {
    allow(tx, cx, Act::ListCommendations, at)?;
    Ok(store::honour::list(tx, &Filter { root: at, span, kind: None, after }, rows)?)
}

/// All of them, to be taken out as a file; that is recorded.
///
/// # Errors
/// As the access table says.
pub fn export(tx: &mut Conn, cx: &Context, at: OrganisationId, span: Span) -> Result<Vec<Row>, Failure> {
    allow(tx, cx, Act::ExportCommendations, at)?;
    let (mut all, mut filter) = (Vec::new(), Filter { root: at, span, kind: None, after: None });
    loop {
        let found = store::honour::list(tx, &filter, STRETCH)?;
        let Some(last) = found.last() else { break };
        filter.after = Some(place(last));
        all.extend(found);
    }
    let data = facts([("from", json!(span.from)), ("to", json!(span.to)), ("rows", json!(all.len()))]);
    event::of(tx, cx, Kind::CommendationsExported, About::export(cx.ids.make::<ExportId>(), 0, at), data)?;
    Ok(all)
}

/// Where a list goes on after this one.
#[must_use]
pub const fn place(row: &Row) -> After {
    (row.outcomes.wishes, row.outcomes.quarter_hours, row.claimant_id)
}

/// The last twelve months, up to today.
#[must_use]
pub fn last_year(cx: &Context) -> Span {
    let to = cx.now.date();
    Span { from: to.checked_sub_months(MONTHS).map_or(to, next_day), to }
}

/// Units below an organisation of which others confirmed something in the last twelve months, most wishes first; for whoever
/// has a role in it, above it or below it.
///
/// # Errors
/// As the access table says; `leaderboard_off`.
pub fn leaderboard(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    after: Option<After>,
    rows: i64,
) -> Result<Vec<Row>, Failure> {
    cx.user()?;
    if !superiors(tx, cx)?.contains(&at) {
        allow(tx, cx, Act::GetLeaderboard, at)?;
    }
    if !store::honour::shows(tx, at)? {
        return Err(Code::LeaderboardOff.into());
    }
    let filter = Filter { root: at, span: last_year(cx), kind: Some(ClaimantKind::Unit), after };
    Ok(store::honour::list(tx, &filter, rows)?)
}

/// Shows a leaderboard, or does not any more.
///
/// # Errors
/// As the access table says; `stale`.
pub fn show(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    seen: &Seen,
    shows: bool,
) -> Result<(), Failure> {
    let line = open_to_change(tx, cx, Act::PutLeaderboard, at, seen)?;
    if store::honour::shows(tx, at)? == shows {
        return Ok(());
    }
    let of = itself(&line)?;
    store::honour::set_shows(tx, at, shows)?;
    store::organisation::touch(tx, of, cx.now)?;
    let kind = if shows { Kind::LeaderboardOpened } else { Kind::LeaderboardClosed };
    event::of(tx, cx, kind, About::organisation(at, of.version), Facts::new())
}
