//! The working days: one calendar for the whole installation, kept in memory.
//!
//! What is kept is of one word, which changes with each change of the calendar. The statement that reads
//! an organisation's rules reads the word too, so that no due time is told by days older than the rules
//! that it is told by, whichever server they were changed on. A word and not a count: a change that was
//! rolled back leaves none that a later change could use again.
//!
//! Who may change it: an administrator at the root of a tree. The notices of the State Council hold for
//! every tree, so there is one table; and a county within somebody's tree has no days of its own. Due
//! times that were told stay as they are.

use super::{Context, event, event::facts};
use crate::{etag::Seen, observe, problem::Failure};
use chrono::Datelike;
use domain::{
    access::{Act, Subject},
    calendar::{Calendar, YEARS, Year},
    event::Kind,
    id::OrganisationId,
    membership::Role,
    refusal::Code,
    time::Instant,
};
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};
use store::Conn;

/// The calendar, as it was last read.
#[derive(Debug, Clone, Default)]
pub struct Calendars(Arc<Mutex<(String, Arc<Calendar>)>>);

impl Calendars {
    /// The calendar of this word; without one, of the word that stands.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn get(&self, tx: &mut Conn, stamp: Option<&str>) -> Result<Arc<Calendar>, Failure> {
        let stamp = match stamp {
            Some(stamp) => stamp.to_owned(),
            None => store::calendar::stamp(tx)?,
        };
        let (kept, calendar) = self.kept();
        if kept == stamp {
            return Ok(calendar);
        }
        let calendar = Arc::new(Calendar::of(&store::calendar::all(tx)?));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (stamp, Arc::clone(&calendar));
        Ok(calendar)
    }

    fn kept(&self) -> (String, Arc<Calendar>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Context {
    /// The calendar as it stands.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn calendar(&self, tx: &mut Conn) -> Result<Arc<Calendar>, Failure> {
        self.calendars.get(tx, None)
    }

    /// Counts a due time in a year that has no table.
    pub(super) fn tell_unknown(&self, due: Option<Instant>) {
        let Some(date) = due.map(Instant::date) else { return };
        if !self.calendars.kept().1.knows(date) {
            observe::due_without_calendar(date.year());
        }
    }
}

/// The table of a year; one without days where nobody entered it.
///
/// # Errors
/// `not_found` for a year that can have none; when the database does not answer.
pub fn see(tx: &mut Conn, cx: &Context, year: i32) -> Result<Year, Failure> {
    cx.allow(Act::GetCalendar, &Subject::default())?;
    load(tx, year)
}

fn load(tx: &mut Conn, year: i32) -> Result<Year, Failure> {
    if !YEARS.contains(&year) {
        return Err(Code::NotFound.into());
    }
    Ok(store::calendar::load(tx, year)?.unwrap_or_else(|| Year::unknown(year)))
}

/// Whether the caller may change the calendar.
///
/// # Errors
/// When the database does not answer.
pub fn may_put(tx: &mut Conn, cx: &Context) -> Result<bool, Failure> {
    let roots = roots(tx, cx)?;
    let subject = Subject { holder: &roots, known: true, ..Subject::default() };
    Ok(cx.allow(Act::PutCalendar, &subject).is_ok())
}

/// The roots of trees at which the caller administers.
fn roots(tx: &mut Conn, cx: &Context) -> Result<Vec<OrganisationId>, Failure> {
    let held = store::organisation::load_all(tx, &cx.actor.roots(&[Role::Admin]))?;
    let root = |node: store::organisation::Node| node.organisation;
    Ok(held.into_iter().map(root).filter(|one| one.parent_id.is_none()).map(|one| one.id).collect())
}

/// Sets the whole table of a year.
///
/// # Errors
/// `forbidden` but for an administrator at the root of a tree; `stale`; `invalid`; `not_found` for a year
/// that can have no table.
pub fn put(tx: &mut Conn, cx: &Context, seen: &Seen, mut year: Year) -> Result<Year, Failure> {
    let roots = roots(tx, cx)?;
    cx.allow(Act::PutCalendar, &Subject { holder: &roots, known: true, ..Subject::default() })?;
    let before = load(tx, year.year)?;
    seen.check(before.version)?;
    year.validate()?;
    year.source = year.source.trim().to_owned();
    year.days.sort_by_key(|day| day.date);
    year.version = before.version;
    year.changed_at = Some(cx.now);
    let stamp: uuid::Uuid = cx.ids.make();
    store::calendar::save(tx, &year, &stamp.to_string())?;
    let tree = roots.first().copied().ok_or(Code::Forbidden)?;
    let data =
        facts([("year", json!(year.year)), ("source", json!(year.source)), ("days", json!(year.days.len()))]);
    let about = event::About::calendar(year.year, before.version, tree);
    event::of(tx, cx, Kind::CalendarChanged, about, data)?;
    year.version = year.version.saturating_add(1);
    Ok(year)
}
