//! Circles (圈子): the claimants of an organisation, as whoever wants to join one sees it. What is public of an
//! organisation here is its name and place, what its list of skills and kinds says, and that it takes applications.

use super::{
    Context, event,
    event::{About, Facts},
    found,
    organisation::{itself, open_to_change},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    category::Category,
    event::Kind,
    id::OrganisationId,
    refusal::Code,
    skill::Skill,
};
use store::Conn;

/// How many places a circle names.
const MOST_PLACES: i64 = 60;

/// A circle that can be joined.
#[derive(Debug, Clone)]
pub struct Circle {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// The names of those above it, the nearest first.
    pub above: Vec<String>,
}

/// What can be said when one joins it.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The circle.
    pub circle: Circle,
    /// What one can do.
    pub skills: Vec<Skill>,
    /// Which kinds of wish one takes.
    pub categories: Vec<Category>,
    /// Where one goes: division code and name.
    pub places: Vec<(String, String)>,
}

fn circle(tx: &mut Conn, id: OrganisationId) -> Result<Circle, Failure> {
    let line = found(store::organisation::line(tx, id)?)?;
    let mut names = line.nodes().iter().map(|node| node.organisation.profile.name.clone());
    let name = names.next().unwrap_or_default();
    Ok(Circle { id, name, above: names.collect() })
}

/// The circles that take applications, in the order in which they were entered.
///
/// # Errors
/// When the database does not answer.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    name: Option<&str>,
    after: Option<OrganisationId>,
    rows: i64,
) -> Result<Vec<Circle>, Failure> {
    cx.allow(Act::ListCircles, &Subject::default())?;
    let ids = store::application::circles(tx, name, after, rows)?;
    ids.into_iter().map(|id| circle(tx, id)).collect()
}

/// One of them, with what can be chosen.
///
/// # Errors
/// `not_found` also for an organisation that takes no applications.
pub fn see(tx: &mut Conn, cx: &Context, id: OrganisationId) -> Result<Choices, Failure> {
    cx.allow(Act::GetCircle, &Subject::default())?;
    if !store::application::admits(tx, id)? {
        return Err(Code::NotFound.into());
    }
    let mut skills = store::skill::effective(tx, id)?;
    skills.retain(|skill| skill.label.active);
    let mut categories = store::category::effective(tx, id)?;
    categories.retain(|category| category.label.active);
    let places = store::application::places(tx, id, MOST_PLACES)?;
    Ok(Choices { circle: circle(tx, id)?, skills, categories, places })
}

/// Opens a circle to applications, or closes it. Those that wait stay.
///
/// # Errors
/// As the access table says; `stale`.
pub fn put(
    tx: &mut Conn,
    cx: &Context,
    id: OrganisationId,
    seen: &Seen,
    admits: bool,
) -> Result<(), Failure> {
    let line = open_to_change(tx, cx, Act::PutCircle, id, seen)?;
    if store::application::admits(tx, id)? == admits {
        return Ok(());
    }
    let at = itself(&line)?;
    store::application::set_admits(tx, id, admits)?;
    store::organisation::touch(tx, at, cx.now)?;
    let kind = if admits { Kind::CircleOpened } else { Kind::CircleClosed };
    event::of(tx, cx, kind, About::organisation(id, at.version), Facts::new())
}
