//! Min-cost flow from demands to hands, exactly: successive shortest paths with potentials, over the hands alone.
//!
//! A demand has some units to place, and a row of costs, one for each hand. A hand takes units one by one, and each
//! costs more than the one before it (a convex cost), up to its room. A unit may also be left out, at its demand's
//! price. Units are placed one at a time along the cheapest path of changes: "this goes there, what was there goes on
//! to yet another, which has room". Potentials keep every cost on the way from being negative, so that Dijkstra's
//! search finds that path; it ends at the first place that is as cheap as any. By the theory of flows the sum of
//! costs is the least possible after each unit, so also at the end (Ahuja, Magnanti, Orlin, *Network Flows*, 9.7; for
//! convex costs 14.5).
//!
//! There are few hands and many demands. A path enters a demand out of a hand and leaves it to a hand; of all that lies
//! in the first, only what costs least to move can be on a cheapest path. So the search runs over hands, with one
//! number for each pair of them, and looks at no demand at all (Kleinschmidt and Schannath, *A strongly polynomial
//! algorithm for the transportation problem*, 1995; Tokuyama and Nakano, *Efficient algorithms for the Hitchcock
//! transportation problem*, 1995). These numbers change for the hands along a path, and nowhere else. What is left out
//! never comes back: what a place costs only grows.
//!
//! Must not know what a wish or a claimant is.

#![expect(
    clippy::indexing_slicing,
    reason = "every index is made in this file, from the lengths of its own lists"
)]

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

struct Search<'a> {
    problem: &'a Problem,
    width: usize,
    /// What each hand has taken: demand and units.
    taken: Vec<Vec<(usize, u32)>>,
    load: Vec<u32>,
    /// Of demands of which no hand takes two: who has one.
    holders: Vec<Vec<usize>>,
    /// Row by row, for each pair of hands: what it costs more that one thing of the first goes to the second.
    moves: Vec<i32>,
    /// What it costs more that one thing of a hand is left out instead.
    leaves: Vec<i32>,
    /// The potentials; what is left over of a move once they are taken into account is never negative.
    price: Vec<i32>,
    /// Of the search that runs: how far each hand is that is not settled.
    open: Vec<i32>,
    /// The potentials of those that are not settled; it cannot be gone to the others again.
    entry: Vec<i32>,
    /// How far it is on from each hand to the nearer end: that it takes one more, or leaves one out.
    ends: Vec<i32>,
    /// The hands that are settled, in their order, and how far they were.
    settled: Vec<(usize, i32)>,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem) -> Self {
        let width = problem.hands.len();
        let mut search = Self {
            problem,
            width,
            taken: vec![Vec::new(); width],
            load: vec![0; width],
            holders: vec![Vec::new(); problem.demands.len()],
            moves: vec![BEYOND; width * width],
            leaves: vec![BEYOND; width],
            price: vec![0; width],
            open: vec![BEYOND; width],
            entry: vec![0; width],
            ends: vec![0; width],
            settled: Vec::new(),
        };
        for hand in 0..width {
            search.reprice(hand, -search.next(hand).min(BEYOND / 8));
        }
        search
    }

    /// What the next unit costs at a hand, besides its own cost; [`BEYOND`] when it is full.
    fn next(&self, hand: usize) -> i32 {
        let Hand { held, room } = self.problem.hands[hand];
        let on_top_of = i32::try_from(held + self.load[hand]).unwrap_or(i32::MAX);
        let cost = self.problem.step.saturating_mul(on_top_of).min(BEYOND / 8);
        if self.load[hand] < room { cost } else { BEYOND }
    }

    fn reprice(&mut self, hand: usize, price: i32) {
        (self.price[hand], self.entry[hand]) = (price, price);
        self.ends[hand] = price + self.next(hand).min(self.leaves[hand]);
    }

    fn row(&self, demand: usize) -> &'a [u16] {
        let row = self.problem.demands[demand].row;
        &self.problem.costs[row * self.width..(row + 1) * self.width]
    }

    /// What it costs that a unit of a demand goes to a hand; [`BEYOND`] where it must not.
    fn cost(&self, demand: usize, hand: usize) -> i32 {
        match self.row(demand)[hand] {
            FORBIDDEN => BEYOND,
            _ if self.holders[demand].contains(&hand) => BEYOND,
            cost => i32::from(cost),
        }
    }

    /// What it costs more that a demand's unit goes from one hand to another.
    fn more(&self, demand: usize, from: usize, to: usize) -> i32 {
        (self.cost(demand, to) - i32::from(self.row(demand)[from])).min(BEYOND)
    }

    /// What it costs more that a demand's unit is not with a hand, but left out.
    fn without(&self, demand: usize, hand: usize) -> i32 {
        self.problem.demands[demand].left_out - i32::from(self.row(demand)[hand])
    }

    /// Places one unit.
    fn place(&mut self, demand: usize) {
        let (best, end) = self.find(demand);
        let way = end.map(|last| self.way(demand, last, best)).unwrap_or_default();
        for (hand, far) in std::mem::take(&mut self.settled) {
            self.reprice(hand, self.price[hand] + far - best);
        }
        self.follow(&way);
        for (hand, _) in way {
            self.reprice(hand, self.price[hand]);
        }
    }

    /// How far the nearest end from a demand is, and at which hand; at none, where the unit itself is left out.
    fn find(&mut self, start: usize) -> (i32, Option<usize>) {
        for (hand, cost) in self.row(start).iter().enumerate() {
            self.open[hand] = if *cost == FORBIDDEN { BEYOND } else { i32::from(*cost) - self.price[hand] };
        }
        for hand in &self.holders[start] {
            self.open[*hand] = BEYOND;
        }
        let nearest = self.open.iter().zip(&self.ends).map(|(open, end)| open + end).min();
        let mut best = self.nearer((self.problem.demands[start].left_out, None), nearest.unwrap_or(BEYOND));
        loop {
            let far = self.open.iter().copied().min().unwrap_or(BEYOND);
            if far >= best.0 {
                return best;
            }
            let from = self.settled.len();
            let here = (0..self.width).filter(|hand| self.open[*hand] == far);
            self.settled.extend(here.map(|hand| (hand, far)));
            for (hand, _) in &self.settled[from..] {
                (self.open[*hand], self.entry[*hand]) = (BEYOND, -2 * BEYOND);
            }
            for place in from..self.settled.len() {
                let nearest = self.look(self.settled[place].0, far);
                best = self.nearer(best, nearest);
                if far >= best.0 {
                    return best;
                }
            }
        }
    }

    fn nearer(&self, best: (i32, Option<usize>), nearest: i32) -> (i32, Option<usize>) {
        if nearest >= best.0 {
            return best;
        }
        (nearest, self.open.iter().zip(&self.ends).position(|(open, end)| open + end == nearest))
    }

    /// Notes the hands to which it is nearer from this one, and tells how far the nearest end now is.
    fn look(&mut self, hand: usize, far: i32) -> i32 {
        let here = far + self.price[hand];
        let mut nearest = BEYOND;
        // Without a branch, so that it is done for several hands at a time: most of the time is spent here.
        let moves = &self.moves[hand * self.width..(hand + 1) * self.width];
        for (((open, entry), end), more) in self.open.iter_mut().zip(&self.entry).zip(&self.ends).zip(moves) {
            *open = (*open).min(here + more - entry);
            nearest = nearest.min(*open + end);
        }
        nearest
    }

    /// The way to an end at a hand, from there back to where it began: the hands, and what goes to each.
    fn way(&self, start: usize, last: usize, best: i32) -> Vec<(usize, usize)> {
        let mut way = Vec::new();
        let mut at = Some((last, best - self.ends[last]));
        while let Some((hand, far)) = at {
            let away = far + self.price[hand];
            if self.cost(start, hand) == away {
                way.push((hand, start));
                break;
            }
            // The first that matches was settled before this one.
            let mut settled = self.settled.iter();
            at = settled
                .find(|(from, far)| far + self.price[*from] + self.moves[from * self.width + hand] == away)
                .copied();
            let goes = at.and_then(|(from, _)| self.nearest(from, |demand| self.more(demand, from, hand)));
            way.extend(goes.map(|demand| (hand, demand)));
        }
        way
    }

    /// Of what a hand has taken, that with the least.
    fn nearest(&self, hand: usize, least: impl Fn(usize) -> i32) -> Option<usize> {
        self.taken[hand].iter().map(|(demand, _)| *demand).min_by_key(|demand| least(*demand))
    }

    /// Moves units along a way: to each hand what is said there, and on from it what goes to the one before.
    fn follow(&mut self, way: &[(usize, usize)]) {
        let Some((last, _)) = way.first().copied() else { return };
        let mut out = None;
        if self.next(last) <= self.leaves[last] {
            self.load[last] += 1;
        } else {
            let goes = self.nearest(last, |demand| self.without(demand, last));
            out = goes.map(|demand| (last, demand));
        }
        let onward = way.iter().zip(way.iter().skip(1)).map(|((_, demand), (from, _))| (*from, *demand));
        for (hand, demand) in onward.chain(out) {
            self.take_out(demand, hand);
        }
        for (hand, demand) in way {
            self.put_in(*demand, *hand);
        }
        for (hand, _) in way {
            self.renew(*hand);
        }
        for (_, demand) in way.iter().copied().chain(out) {
            self.renew_holders(demand, way);
        }
    }

    fn put_in(&mut self, demand: usize, hand: usize) {
        match self.taken[hand].iter_mut().find(|(other, _)| *other == demand) {
            Some((_, units)) => *units += 1,
            None => self.taken[hand].push((demand, 1)),
        }
        if self.problem.demands[demand].once {
            self.holders[demand].push(hand);
        }
    }

    fn take_out(&mut self, demand: usize, hand: usize) {
        if let Some(place) = self.taken[hand].iter().position(|(other, _)| *other == demand) {
            self.taken[hand][place].1 -= 1;
            if self.taken[hand][place].1 == 0 {
                self.taken[hand].swap_remove(place);
            }
        }
        self.holders[demand].retain(|other| *other != hand);
    }

    /// Whoever holds another unit of what moved could not give it to where one was, and cannot to where one is.
    fn renew_holders(&mut self, demand: usize, way: &[(usize, usize)]) {
        for holder in &self.holders[demand] {
            for (hand, _) in way {
                let least =
                    self.taken[*holder].iter().map(|(other, _)| self.more(*other, *holder, *hand)).min();
                self.moves[holder * self.width + hand] = least.unwrap_or(BEYOND);
            }
        }
    }

    /// Finds anew what each move away from a hand costs.
    fn renew(&mut self, hand: usize) {
        let moves = &mut self.moves[hand * self.width..(hand + 1) * self.width];
        moves.fill(BEYOND);
        self.leaves[hand] = BEYOND;
        for (demand, _) in &self.taken[hand] {
            let Demand { row, left_out, .. } = self.problem.demands[*demand];
            let row = &self.problem.costs[row * self.width..(row + 1) * self.width];
            let own = i32::from(row[hand]);
            self.leaves[hand] = self.leaves[hand].min(left_out - own);
            let holders = &self.holders[*demand];
            let kept: Vec<i32> = holders.iter().map(|holder| moves[*holder]).collect();
            for (least, cost) in moves.iter_mut().zip(row) {
                *least = (*least).min(if *cost == FORBIDDEN { BEYOND } else { i32::from(*cost) - own });
            }
            for (holder, kept) in holders.iter().zip(kept) {
                moves[*holder] = kept;
            }
        }
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
