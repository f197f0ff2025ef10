//! What everybody sees of posts: no place finer than a county, and the holder's name only to its circle and its staff,
//! or where it is a county or above.

use super::{Held, held_all, known};
use crate::{
    app::{Context, found},
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    id::{OrganisationId, PostId},
    post::{Kind, Status},
    publication::may_be_named,
    refusal::Code,
    time::Instant,
};
use store::{Conn, post::Filter};

/// A post as everybody sees it.
#[derive(Debug)]
pub struct Shown {
    /// The post.
    pub held: Held,
    /// Whether the caller is told who holds it.
    pub named: bool,
}

/// Which posts are asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this category.
    pub category: Option<String>,
    /// Below a county, or a level above, whose division code begins so.
    pub region: Option<String>,
    /// With a shift on this day or later.
    pub from: Option<NaiveDate>,
    /// With a shift on this day or earlier.
    pub to: Option<NaiveDate>,
}

/// Open posts, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn page(
    tx: &mut Conn,
    cx: &Context,
    asked: Asked,
    before: Option<PostId>,
    rows: i64,
) -> Result<Vec<Shown>, Failure> {
    let filter = Filter {
        roots: None,
        status: Some(Status::Open),
        kind: asked.kind,
        category: asked.category,
        region: asked.region,
        from: asked.from.map(Instant::start_of),
        to: asked.to.map(Instant::end_of),
        before,
    };
    let found = store::post::list(tx, &filter, rows)?;
    let held = held_all(tx, found)?;
    shown_all(tx, cx, held)
}

/// A post that is open, or was until it ended.
///
/// # Errors
/// `not_found` for one that is prepared, or does not take place.
pub fn shown(tx: &mut Conn, cx: &Context, id: PostId) -> Result<Shown, Failure> {
    let held = found(known(tx, &[id])?.pop())?;
    match held.post.status().is_public() {
        true => found(shown_all(tx, cx, vec![held])?.pop()),
        false => Err(Code::NotFound.into()),
    }
}

fn shown_all(tx: &mut Conn, cx: &Context, all: Vec<Held>) -> Result<Vec<Shown>, Failure> {
    let circles = circles(tx, cx)?;
    let show = |held: Held| {
        let wide = may_be_named(held.line.level());
        let own = circles.contains(&held.post.content.audience_id) || cx.actor.reads(&held.subject());
        Shown { named: wide || own, held }
    };
    Ok(all.into_iter().map(show).collect())
}

/// One person is so many claimants at most, as far as circles go.
const MOST_SELVES: i64 = 100;

/// The organisations in whose circles the caller is.
fn circles(tx: &mut Conn, cx: &Context) -> Result<Vec<OrganisationId>, Failure> {
    let Some(user) = cx.actor.user else { return Ok(Vec::new()) };
    let mut homes: Vec<OrganisationId> = cx.actor.roles.iter().map(|held| held.organisation_id).collect();
    homes.extend(
        store::claimant::of_user(tx, user, &[], MOST_SELVES)?.into_iter().map(|one| one.organisation_id),
    );
    Ok(store::organisation::above(tx, &homes)?)
}
