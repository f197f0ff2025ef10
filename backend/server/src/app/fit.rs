//! Suggestions (推荐): which open wishes fit a claimant, and which claimants fit a wish; and the facts that
//! suggestions and plans go by.

use super::{Context, duty, found};
use crate::problem::Failure;
use domain::{
    access::{Act, Subject},
    claimant::{Claimant, Kind},
    fit::{self, Need, Offer, Path, Reason, Unreached, Why},
    id::{ClaimantId, OrganisationId, WishId},
    time::Instant,
};
use std::{collections::HashMap, sync::Arc};
use store::{Conn, claimant::Filter, fit::Candidate, organisation::Line};

/// How many of the oldest wishes are looked at for each organisation above a claimant.
const OLDEST: i64 = 50;
/// How many of the oldest that need a skill of the claimant's.
const OLDEST_OF_SKILL: i64 = 20;
/// How many claimants are looked at on each step of the tree above a wish.
const NEAREST: i64 = 100;
/// What a skill that is needed, and there, is worth in points.
const SKILL: i32 = 30;

/// A wish, what it needs, and how long it and its household have waited.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The wish.
    pub row: Candidate,
    /// What it needs.
    pub need: Need,
    /// How long they waited.
    pub unreached: Unreached,
}

/// A wish or a claimant that fits.
#[derive(Debug, Clone)]
pub struct Suggestion<T> {
    /// It.
    pub what: T,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// What fits a claimant.
#[derive(Debug, Clone)]
pub struct ForClaimant {
    /// How many more claims it can take.
    pub room: u32,
    /// What fits, the best first.
    pub wishes: Vec<Suggestion<Candidate>>,
}

/// Open wishes that fit a claimant, within what it may claim, the best first.
///
/// # Errors
/// As the access table says; who is the claimant may always look.
pub fn of_claimant(tx: &mut Conn, cx: &Context, id: ClaimantId, most: usize) -> Result<ForClaimant, Failure> {
    let user = cx.user()?;
    let claimant = found(store::claimant::load(tx, id)?)?;
    let line = found(store::organisation::line(tx, claimant.organisation_id)?)?;
    if claimant.user_id != Some(user) {
        let subject = Subject { holder: line.ids(), claimant_user: claimant.user_id, ..Subject::default() };
        cx.allow(Act::ListClaimantSuggestions, &subject)?;
    }
    let mut rows: Vec<Candidate> = Vec::new();
    for skill in &claimant.profile.skills {
        rows.extend(store::fit::open_with_skill(tx, skill, line.ids(), OLDEST_OF_SKILL)?);
    }
    for audience in line.ids() {
        rows.extend(store::fit::open_to(tx, *audience, OLDEST)?);
    }
    let called = store::emergency::open_to(tx, line.ids(), OLDEST)?;
    rows.extend(store::fit::of_ids(tx, &called)?);
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    // What it owes makes no difference between wishes.
    let offer = found(offers(tx, vec![claimant], cx.now, &[])?.pop())?;
    let mut suitable = asked(tx, rows)?;
    suitable.retain(|asked| offer.room > 0 && asked.need.suits(&offer).is_ok());
    suitable
        .sort_by_cached_key(|asked| (points(asked, &offer) - asked.unreached.weight(cx.now), asked.row.id));
    suitable.truncate(most);
    let suggestion = |asked: Asked| {
        // How long somebody went without help is told without its figure: it is theirs.
        let waits = asked.unreached.reasons(cx.now).into_iter().map(|reason| match reason.code {
            Why::LongUnreached => Reason { figure: None, ..reason },
            _ => reason,
        });
        let reasons = asked.need.reasons(&offer).into_iter().chain(waits).collect();
        Suggestion { what: asked.row, reasons }
    };
    Ok(ForClaimant { room: offer.room, wishes: suitable.into_iter().map(suggestion).collect() })
}

fn points(asked: &Asked, offer: &Offer) -> i32 {
    i32::from(asked.need.cost(offer)) - if asked.need.skill.is_some() { SKILL } else { 0 }
}

/// Claimants that fit a wish, the best first, with what they can still take.
///
/// # Errors
/// As the access table says.
pub fn of_wish(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    most: usize,
) -> Result<Vec<Suggestion<Offer>>, Failure> {
    let held = super::wish::see(tx, cx, id)?;
    cx.allow(Act::ListWishSuggestions, &held.subject())?;
    let row = store::fit::of_ids(tx, &[id])?;
    let mut one = asked(tx, row)?;
    let Asked { need, .. } = found(one.pop())?;
    let mut near: Vec<Claimant> = Vec::new();
    for step in need.path.iter().rev() {
        let filter = Filter { roots: vec![*step], active: Some(true), ..Filter::default() };
        near.extend(store::claimant::list(tx, &filter, NEAREST)?);
        if *step == need.audience {
            break;
        }
    }
    let called: Vec<OrganisationId> = need.circles.iter().map(|circle| circle.organisation_id).collect();
    let filter = Filter { roots: called, active: Some(true), ..Filter::default() };
    near.extend(store::claimant::list(tx, &filter, NEAREST)?);
    if let Some(skill) = &held.wish.content.skill {
        let ids = store::fit::skilled(tx, skill, need.audience, NEAREST)?;
        near.extend(store::claimant::load_all(tx, &ids)?);
    }
    near.sort_by_key(|claimant| claimant.id);
    near.dedup_by_key(|claimant| claimant.id);
    let mut suitable = offers(tx, near, cx.now, &cx.actor.roots(duty::OWN))?;
    suitable.retain(|offer| offer.room > 0 && need.suits(offer).is_ok());
    // Whoever holds little comes before whoever holds much, where both fit alike.
    suitable.sort_by_cached_key(|offer| (need.cost(offer), offer.held, offer.claimant_id));
    suitable.truncate(most);
    let suggestion = |offer: Offer| {
        let free = Reason { code: Why::FreeHands, figure: Some(offer.room.into()) };
        let reasons = need.reasons(&offer).into_iter().chain([free]).collect();
        Suggestion { what: offer, reasons }
    };
    Ok(suitable.into_iter().map(suggestion).collect())
}

/// What these wishes need, and how long they waited.
///
/// # Errors
/// When the database does not answer.
pub(super) fn asked(tx: &mut Conn, rows: Vec<Candidate>) -> Result<Vec<Asked>, Failure> {
    let ids: Vec<WishId> = rows.iter().map(|row| row.id).collect();
    let mut had = store::fit::had(tx, &ids)?;
    let mut circles = store::emergency::circles_of(tx, &ids)?;
    let paths = Paths::read(tx, rows.iter().map(|row| row.origin_id))?;
    let mut households: Vec<_> = rows.iter().map(|row| row.household).collect();
    households.sort_unstable();
    households.dedup();
    let reached = store::fit::reached(tx, &households)?;
    let asked = |row: Candidate| {
        let need = Need {
            audience: row.audience_id,
            circles: circles.remove(&row.id).unwrap_or_default(),
            path: paths.of(row.origin_id),
            region_code: row.region_code.clone(),
            category: row.category.clone(),
            skill: row.skill.as_deref().map(fit::skill),
            collected_by: row.collected_by,
            not_for: had.remove(&row.id).unwrap_or_default(),
        };
        let last = reached.get(&row.household).copied();
        let unreached = Unreached { last, since: row.since };
        Asked { row, need, unreached }
    };
    Ok(rows.into_iter().map(asked).collect())
}

/// What these claimants offer, in the same order; and what units below `below` owe, which is not everybody's to know.
///
/// # Errors
/// When the database does not answer.
pub(super) fn offers(
    tx: &mut Conn,
    claimants: Vec<Claimant>,
    now: Instant,
    below: &[OrganisationId],
) -> Result<Vec<Offer>, Failure> {
    let ids: Vec<ClaimantId> = claimants.iter().map(|one| one.id).collect();
    let live = store::claimant::live_counts(tx, &ids)?;
    let mut done = store::fit::done(tx, &ids)?;
    let paths = Paths::read(tx, claimants.iter().map(|one| one.organisation_id))?;
    let units = claimants.iter().filter(|one| one.kind == Kind::Unit);
    let units = units.map(|one| (one.id, paths.of(one.organisation_id)));
    let units: Vec<_> = units.filter(|(_, path)| below.iter().any(|at| path.contains(at))).collect();
    let owed = duty::owed(tx, &units, now.date())?;
    let offer = |claimant: Claimant| {
        let active = claimant.may_take_on().is_ok();
        let profile = claimant.profile;
        let held = live.get(&claimant.id).copied().unwrap_or_default();
        let most = paths.most_claims(claimant.organisation_id).map_or(i64::MAX, i64::from);
        let room = most.min(profile.capacity.into()).saturating_sub(held).max(0);
        Offer {
            claimant_id: claimant.id,
            kind: claimant.kind,
            user_id: claimant.user_id,
            active,
            path: paths.of(claimant.organisation_id),
            region_codes: profile.region_codes,
            categories: profile.categories,
            skills: profile.skills.iter().map(|word| fit::skill(word)).collect(),
            done: done.remove(&claimant.id).unwrap_or_default(),
            held: u32::try_from(held).unwrap_or(u32::MAX),
            room: u32::try_from(room).unwrap_or(u32::MAX),
            owes: owed.get(&claimant.id).copied().unwrap_or_default(),
        }
    };
    Ok(claimants.into_iter().map(offer).collect())
}

/// The ways from the roots to some organisations, each read once.
pub(super) struct Paths {
    lines: HashMap<OrganisationId, Line>,
    paths: HashMap<OrganisationId, Path>,
}

impl Paths {
    pub(super) fn read(tx: &mut Conn, of: impl Iterator<Item = OrganisationId>) -> Result<Self, Failure> {
        let mut ids: Vec<OrganisationId> = of.collect();
        ids.sort_unstable();
        ids.dedup();
        let lines = store::organisation::lines(tx, &ids)?;
        let path = |line: &Line| line.ids().iter().rev().copied().collect::<Arc<[_]>>();
        let paths = lines.iter().map(|(id, line)| (*id, path(line))).collect();
        Ok(Self { lines, paths })
    }

    pub(super) fn of(&self, id: OrganisationId) -> Path {
        self.paths.get(&id).cloned().unwrap_or_else(|| Arc::new([]))
    }

    fn most_claims(&self, id: OrganisationId) -> Option<u16> {
        self.lines.get(&id)?.policy().most_open_claims
    }
}
