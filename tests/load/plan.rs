//! A large plan: as many wishes and claimants as a county has before a festival, in 300 villages of 20 towns. It is
//! computed in this program, by the rules alone: nothing is read and nothing is stored.

use super::meter::{memory, own_cpu};
use domain::{
    claimant::Kind,
    fit::{Need, Offer, Path, skill},
    id::{ClaimantId, OrganisationId, UserId},
    plan::{Balance, Options, Wanted, propose},
};
use std::{collections::HashMap, time::Duration};
use uuid::Uuid;

const WISHES: usize = 16_000;
const CLAIMANTS: usize = 1000;
const VILLAGES: usize = 300;
const TOWNS: usize = 20;
const CATEGORIES: [&str; 7] = ["thing", "skill", "yard", "company", "hand", "study", "health"];
const SKILLS: [&str; 5] = ["电工", "护士", "木工", "律师", "司机"];

/// One plan: how long it took, and what memory.
#[derive(Debug)]
pub struct Planned {
    /// What it was.
    pub what: String,
    /// CPU time of one core.
    pub took: Duration,
    /// MiB of this program at its peak, so far.
    pub peak: u32,
}

/// Plans with each way to weigh. Before anything else, so that the peak is its own.
pub fn measure() -> Vec<Planned> {
    [
        ("even loads", Balance::Even, false),
        ("nearness first", Balance::Fit, false),
        ("whole households", Balance::Even, true),
    ]
    .map(|(what, balance, whole_households)| {
        let mut dice = Dice(11);
        let offers: Vec<Offer> = (0..CLAIMANTS).map(|n| offer(&mut dice, n)).collect();
        let wanted: Vec<Wanted> = (0..WISHES).map(|n| wanted(&mut dice, n, whole_households)).collect();
        let before = own_cpu();
        let plan = propose(&wanted, &offers, Options { whole_households, balance });
        let took = own_cpu().saturating_sub(before);
        let left = plan.lines.iter().filter(|line| line.is_empty()).count();
        assert!(left < WISHES / 20, "{left} of {WISHES} wishes are left, though there are hands enough");
        let what = format!("plan of {WISHES} wishes and {CLAIMANTS} claimants, {what}");
        Planned { what, took, peak: memory(std::process::id()).0 }
    })
    .into()
}

/// Numbers as by chance, the same in each run (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % most
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

fn id(n: usize) -> Uuid {
    Uuid::from_u128(n as u128)
}

/// The county is 1, towns follow from 10, villages from 100, units from 1000.
fn path(village: usize, unit: Option<usize>) -> Path {
    let units = unit.map(|unit| 1000 + unit);
    [1, 10 + village % TOWNS, 100 + village].into_iter().chain(units).map(|n| OrganisationId(id(n))).collect()
}

fn region(village: usize) -> String {
    format!("431227{:03}{:03}", village % TOWNS, village / TOWNS)
}

fn offer(dice: &mut Dice, n: usize) -> Offer {
    let village = dice.below(VILLAGES);
    let region_codes = match dice.below(4) {
        0 => vec![region(village)],
        1 => vec![region(village)[..9].to_owned(), region(dice.below(VILLAGES))],
        _ => Vec::new(),
    };
    let kinds = if dice.one_in(3) { 1 + dice.below(3) } else { 0 };
    Offer {
        claimant_id: ClaimantId(id(n)),
        kind: if n.is_multiple_of(3) { Kind::Person } else { Kind::Unit },
        user_id: n.is_multiple_of(3).then(|| UserId(id(n))),
        active: !dice.one_in(50),
        path: path(village, dice.one_in(2).then_some(n)),
        region_codes,
        categories: (0..kinds).map(|_| dice.of(&CATEGORIES).to_owned()).collect(),
        skills: (0..dice.below(3)).map(|_| skill(dice.of(&SKILLS))).collect(),
        done: (0..dice.below(4)).map(|_| (dice.of(&CATEGORIES).to_owned(), 1)).collect::<HashMap<_, _>>(),
        held: u32::try_from(dice.below(6)).unwrap_or_default(),
        room: 10 + u32::try_from(dice.below(40)).unwrap_or_default(),
        owes: u32::try_from(dice.below(3)).unwrap_or_default(),
    }
}

/// Of two wishes each, where households stay together.
fn wanted(dice: &mut Dice, n: usize, whole_households: bool) -> Wanted {
    let household = if whole_households { n / 2 } else { n };
    let village = household * 7919 % VILLAGES;
    let audience = if dice.one_in(10) { 10 + village % TOWNS } else { 1 };
    let need = Need {
        audience: OrganisationId(id(audience)),
        circles: Vec::new(),
        path: path(village, None),
        region_code: Some(region(village)),
        category: dice.of(&CATEGORIES).to_owned(),
        skill: dice.one_in(20).then(|| skill(dice.of(&SKILLS))),
        collected_by: UserId(id(if dice.one_in(10) { dice.below(CLAIMANTS) } else { CLAIMANTS })),
        not_for: if dice.one_in(20) { vec![ClaimantId(id(dice.below(CLAIMANTS)))] } else { Vec::new() },
    };
    let shares = if dice.one_in(200) { 2 + u32::try_from(dice.below(30)).unwrap_or_default() } else { 1 };
    let weight = i32::try_from(dice.below(17)).unwrap_or_default();
    Wanted { need, shares, weight, household: id(household) }
}
