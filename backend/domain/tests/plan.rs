//! Plans: whole households, skills that nobody has, loads that differ by one, and all covered whenever all can be.

#![expect(clippy::indexing_slicing, reason = "tests")]

use domain::{
    claimant::Kind,
    fit::{Need, Offer, Path, skill},
    id::{ClaimantId, OrganisationId, UserId},
    plan::{Balance, Gap, Options, Wanted, gap, propose},
};
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

fn org(n: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(n))
}

fn path(ids: &[u128]) -> Path {
    ids.iter().map(|id| org(*id)).collect()
}

/// A wish of community 2 of county 1, for claimants of the county.
fn wanted(household: u128) -> Wanted {
    let need = Need {
        audience: org(1),
        circles: Vec::new(),
        path: path(&[1, 2]),
        region_code: Some("431227".to_owned()),
        category: "thing".to_owned(),
        skill: None,
        collected_by: UserId(Uuid::from_u128(90)),
        not_for: Vec::new(),
    };
    Wanted { need, shares: 1, weight: 0, household: Uuid::from_u128(household) }
}

/// A branch of the county with room for some wishes.
fn branch(n: u128, room: u32) -> Offer {
    Offer {
        claimant_id: ClaimantId(Uuid::from_u128(n)),
        kind: Kind::Unit,
        user_id: None,
        active: true,
        path: path(&[1, 100 + n]),
        region_codes: Vec::new(),
        categories: Vec::new(),
        skills: Vec::new(),
        done: HashMap::new(),
        held: 0,
        room,
        owes: 0,
    }
}

const EVEN: Options = Options { whole_households: true, balance: Balance::Even };

fn loads(lines: &[Vec<usize>], offers: usize) -> Vec<usize> {
    let mut loads = vec![0; offers];
    lines.iter().flatten().for_each(|offer| loads[*offer] += 1);
    loads
}

#[test]
fn fifty_three_households_and_thirty_six_branches() {
    let mut all: Vec<Wanted> = (0..53).map(wanted).collect();
    for (n, asked) in all.iter_mut().enumerate() {
        asked.need.category = ["thing", "company", "study"][n % 3].to_owned();
        asked.need.path = path(&[1, 100 + (n as u128 * 7) % 36]);
    }
    let mut offers: Vec<Offer> = (0..36).map(|n| branch(n, 10)).collect();
    for (n, offer) in offers.iter_mut().enumerate() {
        offer.categories = if n % 4 == 0 { vec!["study".to_owned()] } else { Vec::new() };
    }
    let plan = propose(&all, &offers, EVEN);
    assert!(plan.optimal && plan.lines.iter().all(|line| line.len() == 1), "nobody is left");
    let loads = loads(&plan.lines, 36);
    assert!(loads.iter().all(|load| [1, 2].contains(load)), "nobody is overloaded: {loads:?}");
    let near = all.iter().zip(&plan.lines).filter(|(asked, line)| asked.need.path == offers[line[0]].path);
    assert!(near.count() >= 40, "and most stay where they are");
}

#[test]
fn who_holds_much_already_is_given_less() {
    let mut offers = vec![branch(1, 10), branch(2, 10), branch(3, 10)];
    offers[0].held = 4;
    let all: Vec<Wanted> = (0..6).map(wanted).collect();
    let plan = propose(&all, &offers, EVEN);
    assert_eq!(loads(&plan.lines, 3), [0, 3, 3]);
}

#[test]
fn a_skill_that_nobody_has_is_named_and_the_rest_is_planned() {
    let mut all: Vec<Wanted> = (0..3).map(wanted).collect();
    all[0].need.skill = Some(skill(" 电工 "));
    all[1].need.skill = Some(skill("护士"));
    let mut offers = vec![branch(1, 10), branch(2, 10)];
    offers[1].skills = vec![skill("护士")];
    let plan = propose(&all, &offers, EVEN);
    assert_eq!((plan.lines[0].len(), &plan.lines[1], plan.lines[2].len()), (0, &vec![1], 1));
    assert_eq!(gap(&all[0], &[&all[0]], &offers), Gap::SkillNobodyHas);
}

#[test]
fn a_household_stays_together_or_is_left_whole() {
    let all = vec![wanted(1), wanted(1), wanted(1), wanted(2), wanted(2), wanted(3)];
    let plan = propose(&all, &[branch(1, 3), branch(2, 3)], EVEN);
    assert_eq!(plan.lines[0], plan.lines[1]);
    assert_eq!(plan.lines[1], plan.lines[2]);
    assert_eq!(plan.lines[3], plan.lines[4]);
    assert!(plan.lines.iter().all(|line| line.len() == 1));
    let small = [branch(1, 2), branch(2, 2)];
    let four = [&all[..3], &all[5..]].concat();
    let plan = propose(&four, &[branch(1, 2), Offer { path: path(&[1, 7, 8, 9]), ..branch(2, 3) }], EVEN);
    assert_eq!(
        (plan.optimal, &plan.lines[0], &plan.lines[3]),
        (true, &vec![1], &vec![0]),
        "not to the nearer without room"
    );
    let plan = propose(&all, &small, EVEN);
    assert!(plan.lines[..3].iter().all(Vec::is_empty), "three at once fit into nobody's hands");
    assert!(plan.lines[3..].iter().all(|line| line.len() == 1));
    let mut split = all.clone();
    split[0].need.skill = Some(skill("电工"));
    let one =
        |skills: &[&str]| Offer { skills: skills.iter().map(|word| skill(word)).collect(), ..branch(9, 9) };
    let household: Vec<&Wanted> = split[..3].iter().collect();
    assert_eq!(gap(&split[0], &household, &[one(&[])]), Gap::SkillNobodyHas);
    let never = Wanted {
        need: Need { not_for: vec![one(&[]).claimant_id], ..split[1].need.clone() },
        ..split[1].clone()
    };
    assert_eq!(gap(&split[0], &[&split[0], &never], &[one(&["电工"])]), Gap::HouseholdTooLarge);
    assert_eq!(gap(&split[0], &household, &[one(&["电工"])]), Gap::NoRoom);
}

#[test]
fn peach_pickers_are_as_many_different_claimants() {
    let picking = Wanted { shares: 20, ..wanted(1) };
    let offers: Vec<Offer> = (0..24).map(|n| branch(n, 5)).collect();
    let plan = propose(&[picking.clone(), wanted(2)], &offers, EVEN);
    assert_eq!((plan.lines[0].len(), plan.lines[1].len()), (20, 1));
    assert!(loads(&plan.lines, 24).iter().all(|load| *load <= 1));
    let few = propose(&[picking], &offers[..7], EVEN);
    assert_eq!(few.lines[0].len(), 7, "the places that nobody takes stay open");
}

#[test]
fn who_went_without_help_for_longest_comes_first() {
    let mut all: Vec<Wanted> = (0..4).map(wanted).collect();
    all[2].weight = 12;
    all[0].need.path = path(&[1, 101]);
    let plan = propose(&all, &[branch(1, 1)], EVEN);
    assert_eq!(plan.lines, [vec![], vec![], vec![0], vec![]], "though another is nearer");
}

#[test]
fn who_owes_wish_days_is_asked_first_but_a_little_only() {
    let mut all: Vec<Wanted> = (0..3).map(wanted).collect();
    let mut offers = vec![branch(1, 10), branch(2, 10)];
    for owes in [1, 2, 12] {
        offers[1].owes = owes;
        assert_eq!(loads(&propose(&all, &offers, EVEN).lines, 2), [1, 2], "the third goes to who owes");
    }
    all.truncate(1);
    assert_eq!(propose(&all, &offers, EVEN).lines, [[1]]);
    all[0].need.path = path(&[1, 101]);
    offers[1].path = path(&[1, 102, 103]);
    assert_eq!(propose(&all, &offers, EVEN).lines, [[0]], "but not from three steps further");
}

#[test]
fn nearness_may_weigh_more_than_equal_loads() {
    let mut all: Vec<Wanted> = (0..3).map(wanted).collect();
    all.iter_mut().for_each(|asked| asked.need.path = path(&[1, 101]));
    let far = Offer { path: path(&[1, 7, 8, 9, 10, 11]), ..branch(2, 10) };
    let offers = [branch(1, 10), far];
    let near = propose(&all, &offers, Options { balance: Balance::Fit, ..EVEN });
    assert_eq!(loads(&near.lines, 2), [3, 0]);
    assert_eq!(loads(&propose(&all, &offers, EVEN).lines, 2), [2, 1]);
}

/// How many can be covered at most, by Kuhn's augmenting paths: who asks takes a free place, or one whose holder finds
/// another.
fn coverable(may: &[Vec<usize>], rooms: &[usize]) -> usize {
    fn finds(
        one: usize,
        may: &[Vec<usize>],
        held: &mut [Vec<usize>],
        rooms: &[usize],
        seen: &mut [bool],
    ) -> bool {
        may[one].iter().any(|hand| {
            if std::mem::replace(&mut seen[*hand], true) {
                return false;
            }
            if held[*hand].len() < rooms[*hand] {
                held[*hand].push(one);
                return true;
            }
            (0..rooms[*hand]).any(|place| {
                let other = held[*hand][place];
                let moved = finds(other, may, held, rooms, seen);
                if moved {
                    held[*hand][place] = one;
                }
                moved
            })
        })
    }
    let mut held = vec![Vec::new(); rooms.len()];
    (0..may.len()).filter(|one| finds(*one, may, &mut held, rooms, &mut vec![false; rooms.len()])).count()
}

/// 53 households and 36 claimants, hard to bring together: skills that few have, towns whose claimants alone may come, own
/// wishes, shares that were given back, and just so many hands.
fn hard_to_cover() -> impl Strategy<Value = (Vec<Wanted>, Vec<Offer>)> {
    let asked = (0_u8..8, 0_u128..6, 0_u128..60, 0_u128..40, 0_i32..=16);
    let asked = asked.prop_map(|(skilled, town, by, had, weight)| {
        let mut one = Wanted { weight, ..wanted(0) };
        one.need.skill = ["电工", "护士"].get(usize::from(skilled)).map(|word| skill(word));
        one.need.audience = org(if town < 3 { 10 + town } else { 1 });
        one.need.collected_by = UserId(Uuid::from_u128(by));
        one.need.not_for = vec![ClaimantId(Uuid::from_u128(had))];
        one
    });
    let offer = (0_u8..6, 0_u128..5, 0_u32..=3, 0_u8..12).prop_map(|(skilled, town, room, rests)| Offer {
        skills: ["电工", "护士"].get(usize::from(skilled)).map(|word| skill(word)).into_iter().collect(),
        path: path(&[1, 10 + town]),
        active: rests > 0,
        ..branch(0, room)
    });
    (prop::collection::vec(asked, 53), prop::collection::vec(offer, 36)).prop_map(|(mut all, mut offers)| {
        all.iter_mut().zip(0..).for_each(|(asked, n)| asked.household = Uuid::from_u128(n));
        for (offer, n) in offers.iter_mut().zip(1..) {
            offer.claimant_id = ClaimantId(Uuid::from_u128(n));
            offer.user_id = (n % 2 == 0).then(|| UserId(Uuid::from_u128(n)));
        }
        (all, offers)
    })
}

proptest! {
    /// Whenever all can be covered all are; and otherwise as many as can be.
    #[test]
    fn nobody_is_left_who_need_not_be((all, offers) in hard_to_cover(), even in any::<bool>()) {
        let suits = |asked: &Wanted| {
            (0..offers.len()).filter(|at| asked.need.suits(&offers[*at]).is_ok()).collect::<Vec<_>>()
        };
        let rooms: Vec<usize> = offers.iter().map(|offer| offer.room as usize).collect();
        let most = coverable(&all.iter().map(suits).collect::<Vec<_>>(), &rooms);
        let balance = if even { Balance::Even } else { Balance::Fit };
        let plan = propose(&all, &offers, Options { balance, ..EVEN });
        let covered = plan.lines.iter().filter(|line| line.len() == 1).count();
        prop_assert_eq!((covered, plan.optimal), (most, true));
    }

    /// Households of any size and hands of any room: what is proposed always holds.
    #[test]
    fn a_proposal_can_be_carried_out(
        households in prop::collection::vec((0_u128..6, 0_usize..3, 1_u32..3), 1..14),
        rooms in prop::collection::vec((0_u32..6, any::<bool>()), 1..6),
        whole in any::<bool>(),
    ) {
        let all: Vec<Wanted> = households.iter().map(|(household, word, shares)| {
            let mut asked = Wanted { shares: *shares, ..wanted(*household) };
            asked.need.skill = (*word == 0).then(|| skill("电工"));
            asked
        }).collect();
        let offers: Vec<Offer> = rooms.iter().enumerate().map(|(n, (room, skilled))| {
            Offer { skills: skilled.then(|| skill("电工")).into_iter().collect(), ..branch(n as u128, *room) }
        }).collect();
        let plan = propose(&all, &offers, Options { whole_households: whole, balance: Balance::Even });
        for (load, offer) in loads(&plan.lines, offers.len()).into_iter().zip(&offers) {
            prop_assert!(load <= offer.room as usize);
        }
        for (asked, line) in all.iter().zip(&plan.lines) {
            prop_assert!(line.len() <= asked.shares as usize);
            let mut different = line.clone();
            different.dedup();
            prop_assert_eq!(different.len(), line.len());
            prop_assert!(line.iter().all(|offer| asked.need.suits(&offers[*offer]).is_ok()));
            let same = all.iter().zip(&plan.lines).filter(|(other, _)| whole && other.shares == 1 && asked.shares == 1 && other.household == asked.household);
            prop_assert!(same.into_iter().all(|(_, other)| other == line));
        }
    }
}
