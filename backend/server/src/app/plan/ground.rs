//! What a plan is made anew on: which of its lines still hold, and what is to be had in place of the others.

use super::making::plannable;
use crate::{
    app::fit::{Asked, Paths, asked, offers},
    problem::Failure,
};
use domain::{
    fit::{Obstacle, Offer},
    id::{ClaimantId, PlanLineId, WishId},
    plan::Gap,
    time::Instant,
};
use std::collections::{HashMap, HashSet};
use store::{
    Conn,
    fit::Candidate,
    plan::{Line, Plan},
};
use uuid::Uuid;

/// What is true now of the wishes and the claimants of a plan.
pub(super) struct Ground {
    pub(super) asked: Vec<Asked>,
    pub(super) offers: Vec<Offer>,
    wishes: HashMap<WishId, usize>,
    claimants: HashMap<ClaimantId, usize>,
    /// What is still to be had of each wish.
    left: Vec<i64>,
}

impl Ground {
    pub(super) fn read(tx: &mut Conn, plan: &Plan, lines: &[Line], now: Instant) -> Result<Self, Failure> {
        let mut ids: Vec<WishId> = lines.iter().map(|line| line.wish_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = store::fit::of_ids(tx, &ids)?;
        let asked = asked(tx, rows)?;
        let members = store::plan::members(tx, plan.id)?;
        let members: Vec<ClaimantId> = members.into_iter().map(|member| member.claimant_id).collect();
        let claimants = store::claimant::load_all(tx, &members)?;
        let offers = offers(tx, claimants, now, &[plan.organisation_id])?;
        let places = Paths::read(tx, asked.iter().map(|one| one.row.holder_id))?;
        let here =
            |row: &Candidate| plannable(row) && places.of(row.holder_id).contains(&plan.organisation_id);
        Ok(Self {
            wishes: asked.iter().enumerate().map(|(at, one)| (one.row.id, at)).collect(),
            claimants: offers.iter().enumerate().map(|(at, one)| (one.claimant_id, at)).collect(),
            left: asked.iter().map(|one| if here(&one.row) { one.row.remaining } else { 0 }).collect(),
            asked,
            offers,
        })
    }

    fn left(&self, wish: WishId) -> i64 {
        self.wishes.get(&wish).and_then(|at| self.left.get(*at)).copied().unwrap_or_default()
    }

    /// Which lines go on to hold, of those that may be kept. Where households stay together they are kept together.
    pub(super) fn kept(
        &self,
        plan: &Plan,
        lines: &[&Line],
        may_keep: impl Fn(&Line) -> bool,
    ) -> HashSet<PlanLineId> {
        let mut room: Vec<u32> = self.offers.iter().map(|offer| offer.room).collect();
        let mut kept: HashSet<PlanLineId> = HashSet::new();
        let mut broken: HashSet<i64> = HashSet::new();
        for line in
            lines.iter().filter(|line| line.claim_id.is_none() && self.left(line.wish_id) >= line.quantity)
        {
            let room =
                line.claimant_id.and_then(|id| self.claimants.get(&id)).and_then(|at| room.get_mut(*at));
            let room = room.filter(|room| **room > 0);
            if let Some(room) = room
                && may_keep(line)
                && self.fits(line)
            {
                *room = room.saturating_sub(1);
                kept.insert(line.id);
            } else if line.gap == Some(Gap::ByHand) {
                kept.insert(line.id);
            } else {
                broken.insert(line.household);
            }
        }
        if plan.options.whole_households {
            let split = |line: &&&Line| broken.contains(&line.household) && !line.by_hand;
            lines.iter().filter(split).for_each(|line| {
                kept.remove(&line.id);
            });
        }
        kept
    }

    /// That a skill is missing was the person's to decide.
    fn fits(&self, line: &Line) -> bool {
        let asked = self.wishes.get(&line.wish_id).and_then(|at| self.asked.get(*at));
        let offer =
            line.claimant_id.and_then(|id| self.claimants.get(&id)).and_then(|at| self.offers.get(*at));
        match asked.zip(offer).map(|(asked, offer)| asked.need.suits(offer)) {
            Some(Ok(())) => true,
            Some(Err(Obstacle::SkillMissing)) => line.by_hand,
            _ => false,
        }
    }

    /// Counts a line that stays: to its claimant, and off its wish.
    pub(super) fn settle(&mut self, line: &Line) {
        let at = self.wishes.get(&line.wish_id).copied();
        if let Some(left) = at.and_then(|at| self.left.get_mut(at)) {
            *left = left.saturating_sub(line.quantity);
        }
        let Some(claimant) = line.claimant_id else { return };
        if let Some(offer) = self.claimants.get(&claimant).and_then(|at| self.offers.get_mut(*at)) {
            offer.held = offer.held.saturating_add(1);
            offer.room = offer.room.saturating_sub(1);
        }
        if let Some(asked) = at.and_then(|at| self.asked.get_mut(at)) {
            asked.need.not_for.push(claimant);
        }
    }

    /// How much of which wish is to be planned in place of these lines.
    pub(super) fn wanted(&self, replaced: &[&Line]) -> Vec<(usize, i64)> {
        let mut wanted: HashMap<usize, i64> = HashMap::new();
        for line in replaced {
            if let Some(at) = self.wishes.get(&line.wish_id) {
                let quantity = wanted.entry(*at).or_default();
                *quantity = quantity.saturating_add(line.quantity).min(self.left(line.wish_id));
            }
        }
        let mut all: Vec<(usize, i64)> = wanted.into_iter().filter(|(_, quantity)| *quantity > 0).collect();
        all.sort_unstable();
        all
    }

    /// The numbers that the households have already.
    pub(super) fn numbers(&self, lines: &[Line]) -> HashMap<Uuid, i64> {
        let of = |line: &Line| {
            let asked = self.asked.get(*self.wishes.get(&line.wish_id)?)?;
            Some((asked.row.household, line.household))
        };
        lines.iter().filter_map(of).collect()
    }
}
