//! A plan (派单计划): who is asked to bring which wishes, proposed all at once.
//!
//! As many as possible are covered; of all ways to cover so many, the one is proposed that costs least: the points of
//! [`crate::fit`] for each line, and for each claimant more with each further line, so that nobody is overloaded. When
//! not all can be covered, those whose households have gone without help for longest come first. What must hold (the
//! circle, the room in somebody's hands, the skill, the own wish) is never traded for points. [`flow`] finds the least
//! exactly; alike wishes are counted together, and nothing is left out of account.

pub mod flow;
mod stated;

use crate::{
    fit::{Need, Obstacle, Offer},
    refusal::{Fault, Faults, Refusal},
};
use flow::FORBIDDEN;
use std::collections::HashMap;
use uuid::Uuid;

words! {
    /// What weighs more: that all carry alike, or that each wish finds who fits it best.
    #[schema(as = PlanBalance)]
    pub enum Balance {
        /// 人人差不多: between any two who could take the same, loads differ by at most one
        Even = "even",
        /// 合适优先: a further wish weighs as much as some three steps in the tree
        Fit = "fit",
    }
}

words! {
    /// Where a plan stands.
    #[schema(as = PlanStatus)]
    pub enum Status {
        /// 还没发出
        Draft = "draft",
        /// 已发出
        Sent = "sent",
    }
}

words! {
    /// Why a wish is not covered by a plan.
    #[schema(as = PlanGap)]
    pub enum Gap {
        /// 要的专长没有人会
        SkillNobodyHas = "skill_nobody_has",
        /// 选的认领方都接不了
        NobodySuits = "nobody_suits",
        /// 合适的都满了
        NoRoom = "no_room",
        /// 没有一家能把这户的都接下
        HouseholdTooLarge = "household_too_large",
        /// 由人改成不派
        ByHand = "by_hand",
        /// 心愿已经不用派了
        Gone = "gone",
    }
}

/// How a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Options {
    /// All wishes of a household go to one claimant.
    pub whole_households: bool,
    /// What weighs more.
    pub balance: Balance,
}

/// A wish that is to be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What is asked.
    pub need: Need,
    /// Into how many shares it goes, each for another claimant.
    pub shares: u32,
    /// How much it matters that it is covered, see [`crate::fit::Unreached::weight`].
    pub weight: i32,
    /// Its household.
    pub household: Uuid,
}

/// Who gets what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// For each wish, the offers that its shares go to, by their place in the list; what is missing is not covered.
    pub lines: Vec<Vec<usize>>,
    /// What each further line of a claimant costs more than the one before.
    pub step: i32,
    /// Nothing costs less. False only where households of different sizes meet hands that are nearly full.
    pub optimal: bool,
}

/// The most wishes of a plan.
pub const MOST_WISHES: usize = 20_000;
/// The most claimants of a plan.
pub const MOST_CLAIMANTS: usize = 2_000;

/// Checks the title of a plan, and how much it asks.
///
/// # Errors
/// `invalid` with the fields at fault.
pub fn validate(title: &str, wishes: usize, claimants: usize) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults
        .text("/title", title, 1, 60)
        .check(wishes > 0, "/wish_ids", Fault::Required)
        .check(wishes <= MOST_WISHES, "/wish_ids", Fault::TooLong)
        .check(claimants > 0, "/claimant_ids", Fault::Required)
        .check(claimants <= MOST_CLAIMANTS, "/claimant_ids", Fault::TooLong);
    faults.finish()
}

/// What `lines` further lines cost a claimant that holds `held` claims, besides the points of each.
#[must_use]
pub fn load_cost(step: i32, held: u32, lines: u32) -> i64 {
    (0..i64::from(lines)).map(|n| i64::from(step) * (i64::from(held) + n)).sum()
}

/// Several wishes that go together: of a household, or one alone.
struct Group {
    wishes: Vec<usize>,
    shares: u32,
    weight: i32,
}

/// Proposes who takes what.
#[must_use]
pub fn propose(wanted: &[Wanted], offers: &[Offer], options: Options) -> Proposal {
    let groups = groups(wanted, options.whole_households);
    let (problem, members) = stated::problem(wanted, offers, &groups, options.balance);
    let placed = flow::solve(&problem);
    let mut of_group: Vec<Vec<usize>> = vec![Vec::new(); groups.len()];
    for ((demand, members), places) in problem.demands.iter().zip(&members).zip(placed) {
        let mut hands = places.into_iter().flat_map(|(hand, units)| (0..units).map(move |_| hand));
        match (demand.once, members.as_slice()) {
            (true, [group]) => of_group.get_mut(*group).into_iter().for_each(|of| of.extend(&mut hands)),
            _ => members.iter().zip(hands).for_each(|(group, hand)| {
                of_group.get_mut(*group).into_iter().for_each(|of| of.push(hand));
            }),
        }
    }
    let optimal = !relieve(wanted, offers, &groups, &mut of_group);
    let mut lines = vec![Vec::new(); wanted.len()];
    for (group, hands) in groups.iter().zip(of_group) {
        for wish in &group.wishes {
            lines.get_mut(*wish).into_iter().for_each(|line: &mut Vec<usize>| line.clone_from(&hands));
        }
    }
    Proposal { lines, step: problem.step, optimal }
}

/// What goes together. Of a wish that several share no household is made: the shares go to different claimants.
fn groups(wanted: &[Wanted], whole_households: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut of_household: HashMap<Uuid, usize> = HashMap::new();
    for (wish, asked) in wanted.iter().enumerate() {
        let new = Group { wishes: vec![wish], shares: asked.shares, weight: asked.weight };
        if !whole_households || asked.shares > 1 {
            groups.push(new);
            continue;
        }
        let place = *of_household.entry(asked.household).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => {
                group.wishes.push(wish);
                group.weight = group.weight.max(asked.weight);
            }
            None => groups.push(new),
        }
    }
    groups
}

/// What several wishes cost one claimant together.
fn together(needs: &[Need], offer: &Offer) -> u16 {
    let fits = usize::try_from(offer.room).is_ok_and(|room| needs.len() <= room);
    match fits && needs.iter().all(|need| need.suits(offer).is_ok()) {
        true => needs.iter().map(|need| need.cost(offer)).fold(0, u16::saturating_add).min(FORBIDDEN - 1),
        false => FORBIDDEN,
    }
}

/// Counted in groups, a hand may hold more wishes than it has room for, where households differ in size. Then some
/// go to the cheapest of those with room, or are left out. Tells whether anything had to be moved.
fn relieve(wanted: &[Wanted], offers: &[Offer], groups: &[Group], of_group: &mut [Vec<usize>]) -> bool {
    let size = |group: usize| groups.get(group).map_or(0, |group| group.wishes.len());
    let mut left: Vec<i64> = offers.iter().map(|offer| i64::from(offer.room)).collect();
    let mut of_hand: Vec<Vec<usize>> = vec![Vec::new(); offers.len()];
    for (group, hands) in of_group.iter().enumerate() {
        for hand in hands {
            left.get_mut(*hand)
                .into_iter()
                .for_each(|left| *left -= i64::try_from(size(group)).unwrap_or(i64::MAX));
            of_hand.get_mut(*hand).into_iter().for_each(|of| of.push(group));
        }
    }
    let mut homeless = Vec::new();
    for (left, groups) in left.iter_mut().zip(&mut of_hand) {
        groups.sort_by_key(|group| size(*group));
        while *left < 0 && !groups.is_empty() {
            // The smallest that makes enough room, or the largest.
            let enough =
                groups.iter().position(|group| i64::try_from(size(*group)).is_ok_and(|size| size >= -*left));
            let group = groups.remove(enough.unwrap_or(groups.len() - 1));
            *left += i64::try_from(size(group)).unwrap_or(i64::MAX);
            homeless.push(group);
        }
    }
    let moved = !homeless.is_empty();
    homeless.sort_by_key(|group| std::cmp::Reverse(size(*group)));
    for group in homeless {
        let wishes = groups.get(group).map(|group| group.wishes.as_slice()).unwrap_or_default();
        let needs: Vec<Need> =
            wishes.iter().filter_map(|wish| wanted.get(*wish)).map(|asked| asked.need.clone()).collect();
        let asked = i64::try_from(needs.len()).unwrap_or(i64::MAX);
        let with_room =
            offers.iter().enumerate().filter(|(hand, _)| left.get(*hand).is_some_and(|left| *left >= asked));
        let best = with_room.map(|(hand, offer)| (together(&needs, offer), hand)).min();
        let best = best.filter(|(cost, _)| *cost < FORBIDDEN).map(|(_, hand)| hand);
        best.and_then(|hand| left.get_mut(hand)).into_iter().for_each(|left| *left -= asked);
        of_group.get_mut(group).into_iter().for_each(|of| *of = best.into_iter().collect());
    }
    moved
}

/// Why a wish was not covered, which goes together with `household`, itself among them.
#[must_use]
pub fn gap(asked: &Wanted, household: &[&Wanted], offers: &[Offer]) -> Gap {
    let met: Vec<Result<(), Obstacle>> = offers.iter().map(|offer| asked.need.suits(offer)).collect();
    if !met.contains(&Ok(())) {
        let skill = met.contains(&Err(Obstacle::SkillMissing));
        return if skill { Gap::SkillNobodyHas } else { Gap::NobodySuits };
    }
    let all = |offer: &Offer| household.iter().all(|asked| asked.need.suits(offer).is_ok());
    if offers.iter().any(all) { Gap::NoRoom } else { Gap::HouseholdTooLarge }
}
