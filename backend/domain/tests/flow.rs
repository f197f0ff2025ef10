//! The flow against every way there is; and where these are too many, against every round of changes.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]

use domain::plan::flow::{self, Demand, FORBIDDEN, Hand, Placed, Problem};
use proptest::prelude::*;

fn problems() -> impl Strategy<Value = Problem> {
    (1_usize..=4, 1_usize..=4, 0_i32..=12).prop_flat_map(|(rows, width, step)| {
        let cost = prop_oneof![4 => 0_u16..=20, 1 => Just(FORBIDDEN)];
        let demand = (0..rows, 1_u32..=3, prop_oneof![3 => 900_i32..=1100, 1 => 0_i32..=30], any::<bool>())
            .prop_map(|(row, units, left_out, once)| Demand { row, units, left_out, once });
        let hand = (0_u32..=3, 0_u32..=3).prop_map(|(held, room)| Hand { held, room });
        (
            prop::collection::vec(cost, rows * width),
            prop::collection::vec(demand, 1..=4),
            prop::collection::vec(hand, width),
        )
            .prop_map(move |(costs, demands, hands)| Problem { costs, demands, hands, step })
    })
}

/// Too many ways to try them all: ties, rows that are alike, hands that lie in a line or are only for some, rooms that
/// are exactly enough or too few, and loads that cost nothing, little, or more than everything else.
fn knotty() -> impl Strategy<Value = Problem> {
    let step = prop_oneof![Just(0), 1..=8, Just(60)];
    (1_usize..=6, 2_usize..=10, step, 0_u32..6).prop_flat_map(|(rows, width, step, kind)| {
        let cost = move |(row, hand): (usize, usize), any: u16| match kind {
            0 => any % 3,
            1 => any % 54,
            2 => u16::try_from(row.abs_diff(hand)).unwrap() * 5 + any % 2,
            3 => u16::try_from(row * hand).unwrap(),
            4 if hand > row + 1 => FORBIDDEN,
            5 if !any.is_multiple_of(3) => FORBIDDEN,
            _ => any % 20,
        };
        let left_out = prop_oneof![2 => Just(4000), 2 => 3000..=3200, 1 => 0..=90, 1 => 100_000..=100_200];
        let demand = (0..rows, 1_u32..=5, left_out, prop::bool::weighted(0.4))
            .prop_map(|(row, units, left_out, once)| Demand { row, units, left_out, once });
        let hand = (0_u32..=2, prop_oneof![3 => 0_u32..=4, 1 => 5_u32..=20])
            .prop_map(|(held, room)| Hand { held, room });
        (
            prop::collection::vec(any::<u16>(), rows * width),
            prop::collection::vec(demand, 1..=14),
            prop::collection::vec(hand, width),
        )
            .prop_map(move |(any, demands, hands)| {
                let costs = any.iter().enumerate().map(|(at, any)| cost((at / width, at % width), *any));
                Problem { costs: costs.collect(), demands, hands, step }
            })
    })
}

fn load(placed: &Placed, hand: usize) -> u32 {
    placed.iter().flatten().filter(|(at, _)| *at == hand).map(|(_, units)| units).sum()
}

/// Nobody has more than there is room for, nor twice what is there once, nor what must not be.
fn holds(problem: &Problem, placed: &Placed) -> bool {
    let width = problem.hands.len();
    let fits = |(demand, places): (&Demand, &Vec<(usize, u32)>)| {
        places.iter().map(|(_, units)| units).sum::<u32>() <= demand.units
            && places.iter().all(|(_, units)| *units == 1 || !demand.once)
            && places.iter().all(|(hand, _)| problem.costs[demand.row * width + hand] < FORBIDDEN)
    };
    (0..width).all(|hand| load(placed, hand) <= problem.hands[hand].room)
        && problem.demands.iter().zip(placed).all(fits)
}

/// Whether some round of changes costs less than nothing: what could go where, and back from where it is, as a graph
/// of demands, hands and one place for all that leaves them, searched by Bellman and Ford's rounds. A flow is the
/// cheapest exactly when there is none.
fn can_save(problem: &Problem, placed: &Placed) -> bool {
    let (demands, width) = (problem.demands.len(), problem.hands.len());
    let sink = demands + width;
    let mut arcs: Vec<(usize, usize, i64)> = Vec::new();
    for (at, (demand, places)) in problem.demands.iter().zip(placed).enumerate() {
        for hand in 0..width {
            let has = places.iter().any(|(other, _)| *other == hand);
            let cost = problem.costs[demand.row * width + hand];
            if cost < FORBIDDEN && !(has && demand.once) {
                arcs.push((at, demands + hand, cost.into()));
            }
            if has {
                arcs.push((demands + hand, at, -i64::from(cost)));
            }
        }
        arcs.push((at, sink, demand.left_out.into()));
        if places.iter().map(|(_, units)| units).sum::<u32>() < demand.units {
            arcs.push((sink, at, -i64::from(demand.left_out)));
        }
    }
    for (hand, is) in problem.hands.iter().enumerate() {
        let load = load(placed, hand);
        let nth = |n: u32| i64::from(problem.step) * i64::from(is.held + n);
        if load < is.room {
            arcs.push((demands + hand, sink, nth(load)));
        }
        if load > 0 {
            arcs.push((sink, demands + hand, -nth(load - 1)));
        }
    }
    let mut far = vec![0_i64; sink + 1];
    let round = |far: &mut Vec<i64>| {
        arcs.iter().fold(false, |nearer, (from, to, cost)| {
            let less = far[*from] + cost < far[*to];
            far[*to] = far[*to].min(far[*from] + cost);
            nearer || less
        })
    };
    (0..=sink).all(|_| round(&mut far))
}

/// Every way there is, unit by unit.
fn cheapest(problem: &Problem) -> i64 {
    fn go(problem: &Problem, demand: usize, from: usize, units: u32, placed: &mut Placed, best: &mut i64) {
        if demand == problem.demands.len() {
            *best = (*best).min(flow::cost(problem, placed));
            return;
        }
        let next = problem.demands.get(demand + 1).map_or(0, |next| next.units);
        // The units of a demand are alike: they go to hands in order, and the rest is left out.
        go(problem, demand + 1, 0, next, placed, best);
        if units == 0 {
            return;
        }
        let asked = problem.demands[demand];
        for hand in from..problem.hands.len() {
            let cost = problem.costs[asked.row * problem.hands.len() + hand];
            if cost == FORBIDDEN || load(placed, hand) >= problem.hands[hand].room {
                continue;
            }
            placed[demand].push((hand, 1));
            go(problem, demand, hand + usize::from(asked.once), units - 1, placed, best);
            placed[demand].pop();
        }
    }
    let mut best = i64::MAX;
    let mut placed = vec![Vec::new(); problem.demands.len()];
    go(problem, 0, 0, problem.demands[0].units, &mut placed, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_way_costs_less(problem in problems()) {
        let placed = flow::solve(&problem);
        prop_assert!(holds(&problem, &placed));
        prop_assert_eq!(flow::cost(&problem, &placed), cheapest(&problem));
    }

    #[test]
    fn no_change_saves_anything(problem in knotty()) {
        let placed = flow::solve(&problem);
        prop_assert!(holds(&problem, &placed));
        prop_assert!(!can_save(&problem, &placed), "{:?}", placed);
    }
}
