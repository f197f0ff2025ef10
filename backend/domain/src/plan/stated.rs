//! A plan stated as a problem of flows: what each group of wishes costs each claimant, and which groups are alike.

use super::{
    Balance, Group, Wanted,
    flow::{BEYOND, Demand, FORBIDDEN, Hand, Problem},
};
use crate::{
    fit::{Need, Offer},
    id::{ClaimantId, UserId},
};
use std::collections::HashMap;
use uuid::Uuid;

/// With [`Balance::Fit`] each further line of a claimant costs as much more.
const FIT_STEP: i32 = 8;
/// A point of a household's weight against the points of fitting.
const WEIGHT: i32 = 8;

/// The problem, and which groups each of its demands stands for: those that cost the same are one.
pub(super) fn problem(
    wanted: &[Wanted],
    offers: &[Offer],
    groups: &[Group],
    balance: Balance,
) -> (Problem, Vec<Vec<usize>>) {
    let mut rows = Rows::new(offers);
    let mut demands: Vec<Demand> = Vec::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    let mut alike: HashMap<(usize, i32), usize> = HashMap::new();
    for (place, group) in groups.iter().enumerate() {
        let row = rows.of(group.wishes.iter().filter_map(|wish| wanted.get(*wish)).map(|asked| &asked.need));
        let once = group.shares > 1;
        let new = Demand { row, units: group.shares, left_out: group.weight.saturating_mul(WEIGHT), once };
        let at =
            if once { demands.len() } else { *alike.entry((row, group.weight)).or_insert(demands.len()) };
        match (demands.get_mut(at), members.get_mut(at)) {
            (Some(demand), Some(members)) => {
                demand.units = demand.units.saturating_add(1);
                members.push(place);
            }
            _ => {
                demands.push(new);
                members.push(vec![place]);
            }
        }
    }
    let costs = rows.costs;
    let most = costs.iter().copied().filter(|cost| *cost < FORBIDDEN).max().unwrap_or_default().into();
    let step = match balance {
        Balance::Even => most + 1,
        Balance::Fit => FIT_STEP,
    };
    let hands = hands(offers, groups);
    let left_out = left_out(most, step, &hands);
    demands.iter_mut().for_each(|demand| demand.left_out = left_out.saturating_add(demand.left_out));
    (Problem { demands, costs, hands, step }, members)
}

/// One row for all groups that cost the same. What differs between wishes of one kind and place is only who must not
/// have them, so that most rows are a few others added up.
struct Rows<'a> {
    offers: &'a [Offer],
    of_user: HashMap<UserId, Vec<usize>>,
    of_claimant: HashMap<ClaimantId, usize>,
    /// What a need costs that is nobody's own, and that nobody had.
    kinds: HashMap<Need, usize>,
    of_kind: Vec<Vec<u16>>,
    /// The row of several kinds, without some offers.
    known: HashMap<(Vec<usize>, Vec<usize>), usize>,
    costs: Vec<u16>,
}

impl<'a> Rows<'a> {
    fn new(offers: &'a [Offer]) -> Self {
        let mut of_user: HashMap<UserId, Vec<usize>> = HashMap::new();
        for (at, offer) in offers.iter().enumerate() {
            offer.user_id.into_iter().for_each(|user| of_user.entry(user).or_default().push(at));
        }
        let of_claimant = offers.iter().enumerate().map(|(at, offer)| (offer.claimant_id, at)).collect();
        let (kinds, of_kind, known, costs) = Default::default();
        Self { offers, of_user, of_claimant, kinds, of_kind, known, costs }
    }

    /// The row of what several needs cost together.
    fn of<'n>(&mut self, needs: impl Iterator<Item = &'n Need>) -> usize {
        let (mut kinds, mut never) = (Vec::new(), Vec::new());
        for need in needs {
            kinds.push(self.kind(need));
            never.extend(self.of_user.get(&need.collected_by).into_iter().flatten());
            never.extend(need.not_for.iter().filter_map(|id| self.of_claimant.get(id)));
        }
        kinds.sort_unstable();
        never.sort_unstable();
        never.dedup();
        let next = self.known.len();
        *self.known.entry((kinds, never)).or_insert_with_key(|(kinds, never)| {
            let mut row = vec![0_u16; self.offers.len()];
            for kind in kinds.iter().filter_map(|kind| self.of_kind.get(*kind)) {
                row.iter_mut().zip(kind).for_each(|(sum, cost)| *sum = add(*sum, *cost));
            }
            for (cost, offer) in row.iter_mut().zip(self.offers) {
                if usize::try_from(offer.room).is_ok_and(|room| kinds.len() > room) {
                    *cost = FORBIDDEN;
                }
            }
            never.iter().for_each(|at| row.get_mut(*at).into_iter().for_each(|cost| *cost = FORBIDDEN));
            self.costs.extend(row);
            next
        })
    }

    fn kind(&mut self, need: &Need) -> usize {
        let plain = Need { collected_by: UserId(Uuid::nil()), not_for: Vec::new(), ..need.clone() };
        let next = self.of_kind.len();
        *self.kinds.entry(plain).or_insert_with_key(|plain| {
            let cost = |offer| if plain.suits(offer).is_ok() { plain.cost(offer) } else { FORBIDDEN };
            self.of_kind.push(self.offers.iter().map(cost).collect());
            next
        })
    }
}

/// What is forbidden stays so, and nothing else comes to be.
fn add(sum: u16, cost: u16) -> u16 {
    if sum.max(cost) == FORBIDDEN { FORBIDDEN } else { sum.saturating_add(cost).min(FORBIDDEN - 1) }
}

/// What each can take, counted in groups: as many as would fit were they the smallest.
fn hands(offers: &[Offer], groups: &[Group]) -> Vec<Hand> {
    let shares = groups.iter().map(|group| group.shares).sum::<u32>();
    let small = |group: &&Group| group.wishes.len() == 1;
    let single: u32 = groups.iter().filter(small).map(|group| group.shares).sum();
    let mut larger: Vec<u32> =
        groups.iter().filter_map(|group| u32::try_from(group.wishes.len()).ok().filter(|n| *n > 1)).collect();
    larger.sort_unstable();
    let room = |room: u32| {
        let mut left = room.saturating_sub(single);
        let mut count = room.min(single);
        for size in &larger {
            let Some(rest) = left.checked_sub(*size) else { break };
            (left, count) = (rest, count.saturating_add(1));
        }
        count.min(shares)
    };
    offers.iter().map(|offer| Hand { held: offer.held, room: room(offer.room) }).collect()
}

/// More than any chain of changes could save: covering one more comes before everything else.
fn left_out(most: i32, step: i32, hands: &[Hand]) -> i32 {
    let top = hands.iter().map(|hand| hand.held.saturating_add(hand.room)).max().unwrap_or_default();
    let top = step.saturating_mul(i32::try_from(top).unwrap_or(i32::MAX));
    let chain = most.saturating_mul(i32::try_from(hands.len()).unwrap_or(i32::MAX).saturating_add(1));
    top.saturating_add(chain).saturating_add(1).min(BEYOND / 17)
}
