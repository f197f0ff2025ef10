//! Min-cost flow from demands to hands, exactly: successive shortest paths with potentials.
//!
//! A demand has some units to place, and a row of costs, one for each hand. A hand takes units one by one, and each
//! costs more than the one before it (a convex cost), up to its room. A unit may also be left out, at its demand's
//! price. Units are placed one at a time along the cheapest path of changes: "this goes there, what was there goes on
//! to yet another, which has room". Potentials keep every cost on the way from being negative, so that Dijkstra's
//! search finds that path; it ends at the first place that is as cheap as any. By the theory of flows the sum of
//! costs is the least possible after each unit, so also at the end (Ahuja, Magnanti, Orlin, *Network Flows*, 9.7).
//!
//! Must not know what a wish or a claimant is.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is made in this file, from the lengths of its own lists"
)]

use std::{cmp::Reverse, collections::BinaryHeap};

/// The cost of what may not be.
pub const FORBIDDEN: u16 = u16::MAX;
/// Above every sum that can come about, and still far from overflow.
pub const BEYOND: i32 = 1 << 28;

/// Some units that go to hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Which row of the costs is its own; several may share one.
    pub row: usize,
    /// How many units.
    pub units: u32,
    /// What it costs to leave one of them out.
    pub left_out: i32,
    /// No hand takes two of them.
    pub once: bool,
}

/// Somebody who takes units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// How many units it has already: the next costs as much more.
    pub held: u32,
    /// How many more it can take.
    pub room: u32,
}

/// What is to be solved; what it costs to leave a unit out is less than [`BEYOND`] / 16.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Row by row, one cost for each hand; [`FORBIDDEN`] where a unit must not go.
    pub costs: Vec<u16>,
    /// What goes somewhere.
    pub demands: Vec<Demand>,
    /// Where it goes.
    pub hands: Vec<Hand>,
    /// A unit on top of `n` others costs `n` times this.
    pub step: i32,
}

/// For each demand, how many of its units go to which hand; what is missing is left out.
pub type Placed = Vec<Vec<(usize, u32)>>;

/// Places all units, at the least cost in all.
#[must_use]
pub fn solve(problem: &Problem) -> Placed {
    let mut search = Search::new(problem);
    for (demand, asked) in problem.demands.iter().enumerate() {
        search.enter(demand);
        for _ in 0..asked.units {
            search.place(demand);
        }
    }
    let mut placed: Placed = vec![Vec::new(); problem.demands.len()];
    for (hand, taken) in search.taken.iter().enumerate() {
        for (demand, units) in taken {
            placed[*demand].push((hand, *units));
        }
    }
    placed
}

/// Where the cheapest way ends.
#[derive(Debug, Clone, Copy)]
enum End {
    AtHand(usize),
    LeftOut(usize),
}

struct Search<'a> {
    problem: &'a Problem,
    width: usize,
    /// What each hand has taken: demand and units.
    taken: Vec<Vec<(usize, u32)>>,
    load: Vec<u32>,
    /// The potentials; what is left over along an arc once they are taken into account is never negative.
    of_hand: Vec<i32>,
    of_demand: Vec<i32>,
    /// Of the search that runs: how far each hand is that is not settled, and from which demand it was reached.
    open: Vec<i32>,
    from: Vec<u32>,
    /// The potentials of those that are not settled; it cannot be gone to the others again.
    entry: Vec<i32>,
    settled: Vec<(usize, i32)>,
    /// The demands that were reached: how far, and out of which hand.
    seen: Vec<Option<(i32, usize)>>,
    reached: Vec<usize>,
    /// From how near the hands were looked at along each row.
    looked: Vec<i32>,
    later: BinaryHeap<Reverse<(i32, usize, usize)>>,
}

/// No hand: the demand that a search begins with.
const START: usize = usize::MAX;

impl<'a> Search<'a> {
    fn new(problem: &'a Problem) -> Self {
        let width = problem.hands.len();
        let mut search = Self {
            problem,
            width,
            taken: vec![Vec::new(); width],
            load: vec![0; width],
            of_hand: vec![0; width],
            of_demand: vec![0; problem.demands.len()],
            open: vec![BEYOND; width],
            from: vec![0; width],
            entry: Vec::new(),
            settled: Vec::new(),
            seen: vec![None; problem.demands.len()],
            reached: Vec::new(),
            looked: vec![
                BEYOND;
                problem.demands.iter().map(|demand| demand.row + 1).max().unwrap_or_default()
            ],
            later: BinaryHeap::new(),
        };
        for hand in 0..width {
            search.of_hand[hand] = -search.next(hand).unwrap_or_default();
        }
        search.entry.clone_from(&search.of_hand);
        search
    }

    /// What the next unit costs at a hand, besides its own cost; none when it is full.
    fn next(&self, hand: usize) -> Option<i32> {
        let Hand { held, room } = self.problem.hands[hand];
        let on_top_of = i32::try_from(held + self.load[hand]).unwrap_or(i32::MAX);
        (self.load[hand] < room).then(|| self.problem.step.saturating_mul(on_top_of).min(BEYOND / 8))
    }

    fn row(&self, demand: usize) -> &'a [u16] {
        let row = self.problem.demands[demand].row;
        &self.problem.costs[row * self.width..(row + 1) * self.width]
    }

    /// A demand enters with the least potential with which nothing on its arcs is negative.
    fn enter(&mut self, demand: usize) {
        let arcs = self.row(demand).iter().zip(&self.of_hand).filter(|(cost, _)| **cost < FORBIDDEN);
        let most = arcs.map(|(cost, potential)| potential - i32::from(*cost)).max();
        let left_out = -self.problem.demands[demand].left_out;
        self.of_demand[demand] = most.map_or(left_out, |most| most.max(left_out));
    }

    fn place(&mut self, demand: usize) {
        let (best, end) = self.find(demand);
        for (hand, far) in &self.settled {
            self.of_hand[*hand] += far - best;
        }
        for demand in &self.reached {
            if let Some((far, _)) = self.seen[*demand] {
                self.of_demand[*demand] += far - best;
            }
        }
        self.follow(end);
        self.forget();
    }

    /// The nearest end from a demand, and how far it is. There always is one: the unit can be left out.
    fn find(&mut self, start: usize) -> (i32, End) {
        let mut best = (i32::MAX, End::LeftOut(start));
        self.reach(start, 0, START, &mut best);
        loop {
            let hand = self.open.iter().copied().min().unwrap_or(BEYOND);
            let demand = self.later.peek().map_or(BEYOND, |Reverse((far, ..))| *far);
            let far = hand.min(demand);
            if far >= best.0 || far >= BEYOND {
                return best;
            }
            if demand <= hand {
                if let Some(Reverse((far, next, out_of))) = self.later.pop()
                    && self.seen[next].is_none()
                {
                    self.reach(next, far, out_of, &mut best);
                }
                continue;
            }
            // All hands at this distance at once; one with room for nothing more ends the search.
            let near: Vec<usize> = (0..self.width).filter(|hand| self.open[*hand] == far).collect();
            for hand in &near {
                self.end_at_hand(*hand, &mut best);
            }
            if best.0 <= far {
                return best;
            }
            for hand in near {
                self.settle(hand, far, &mut best);
            }
        }
    }

    fn end_at_hand(&self, hand: usize, best: &mut (i32, End)) {
        if let Some(next) = self.next(hand) {
            let end = self.open[hand] + self.of_hand[hand] + next;
            if end < best.0 {
                *best = (end, End::AtHand(hand));
            }
        }
    }

    /// From a hand the way goes on with what it has taken.
    fn settle(&mut self, hand: usize, far: i32, best: &mut (i32, End)) {
        (self.open[hand], self.entry[hand]) = (BEYOND, -2 * BEYOND);
        self.settled.push((hand, far));
        for place in 0..self.taken[hand].len() {
            let (demand, _) = self.taken[hand][place];
            if self.seen[demand].is_some() {
                continue;
            }
            // What lies in a hand is there for nothing more, but for what is there once and could not go there again.
            let back = match self.problem.demands[demand].once {
                true => self.of_hand[hand] - i32::from(self.row(demand)[hand]) - self.of_demand[demand],
                false => 0,
            };
            match back {
                0 => self.reach(demand, far, hand, best),
                back => self.later.push(Reverse((far + back, demand, hand))),
            }
        }
    }

    /// From a demand the way goes on to every hand, or ends by leaving it out.
    fn reach(&mut self, demand: usize, far: i32, out_of: usize, best: &mut (i32, End)) {
        self.seen[demand] = Some((far, out_of));
        self.reached.push(demand);
        let Demand { left_out, once, row, .. } = self.problem.demands[demand];
        let here = far + self.of_demand[demand];
        if here + left_out < best.0 {
            *best = (here + left_out, End::LeftOut(demand));
        }
        if once {
            self.look_once(demand, here);
        } else if here < self.looked[row] {
            self.looked[row] = here;
            self.look(demand, here);
        }
    }

    /// Notes the hands to which it is nearer from here.
    fn look(&mut self, demand: usize, here: i32) {
        let from_here = u32::try_from(demand).unwrap_or(u32::MAX);
        // Without a branch, and over lists of one length, so that it is done for several hands at a time: most of the
        // time is spent here.
        let width = self.width;
        let (row, entry) = (&self.row(demand)[..width], &self.entry[..width]);
        let (open, from) = (&mut self.open[..width], &mut self.from[..width]);
        for hand in 0..width {
            let far = if row[hand] == FORBIDDEN { BEYOND } else { here + i32::from(row[hand]) - entry[hand] };
            let nearer = far < open[hand];
            open[hand] = if nearer { far } else { open[hand] };
            from[hand] = if nearer { from_here } else { from[hand] };
        }
    }

    /// The same for a demand of which nobody takes two: no way leads to where one of its units lies already.
    fn look_once(&mut self, demand: usize, here: i32) {
        for (hand, cost) in self.row(demand).iter().enumerate().filter(|(_, cost)| **cost < FORBIDDEN) {
            let far = here + i32::from(*cost) - self.entry[hand];
            let full = || self.taken[hand].iter().any(|(other, _)| *other == demand);
            if far < self.open[hand] && !full() {
                (self.open[hand], self.from[hand]) = (far, u32::try_from(demand).unwrap_or(u32::MAX));
            }
        }
    }

    /// Moves units along the way that was found, from its end to where it began.
    fn follow(&mut self, end: End) {
        let mut hand = match end {
            End::AtHand(hand) => {
                self.load[hand] += 1;
                hand
            }
            End::LeftOut(demand) => match self.take_out(demand) {
                Some(hand) => hand,
                None => return,
            },
        };
        loop {
            let demand = usize::try_from(self.from[hand]).unwrap_or(START);
            self.put_in(demand, hand);
            match self.take_out(demand) {
                Some(next) => hand = next,
                None => return,
            }
        }
    }

    fn put_in(&mut self, demand: usize, hand: usize) {
        match self.taken[hand].iter_mut().find(|(other, _)| *other == demand) {
            Some((_, units)) => *units += 1,
            None => self.taken[hand].push((demand, 1)),
        }
    }

    /// Takes a unit out of the hand from which its demand was reached, if it was from one.
    fn take_out(&mut self, demand: usize) -> Option<usize> {
        let (_, hand) = self.seen[demand].filter(|(_, hand)| *hand != START)?;
        let place = self.taken[hand].iter().position(|(other, _)| *other == demand)?;
        self.taken[hand][place].1 -= 1;
        if self.taken[hand][place].1 == 0 {
            self.taken[hand].swap_remove(place);
        }
        Some(hand)
    }

    fn forget(&mut self) {
        self.open.fill(BEYOND);
        for demand in self.reached.drain(..) {
            self.seen[demand] = None;
            self.looked[self.problem.demands[demand].row] = BEYOND;
        }
        for (hand, _) in self.settled.drain(..) {
            self.entry[hand] = self.of_hand[hand];
        }
        self.later.clear();
    }
}

/// What a solution costs in all.
#[must_use]
pub fn cost(problem: &Problem, placed: &Placed) -> i64 {
    let width = problem.hands.len();
    let mut load = vec![0_u32; width];
    let mut sum = 0;
    for (demand, places) in problem.demands.iter().zip(placed) {
        let mut left = demand.units;
        for (hand, units) in places {
            sum += i64::from(problem.costs[demand.row * width + hand]) * i64::from(*units);
            left -= units;
            load[*hand] += units;
        }
        sum += i64::from(demand.left_out) * i64::from(left);
    }
    for (hand, load) in problem.hands.iter().zip(load) {
        sum += (0..load).map(|n| i64::from(problem.step) * i64::from(hand.held + n)).sum::<i64>();
    }
    sum
}
