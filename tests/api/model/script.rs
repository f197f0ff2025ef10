//! Which sequences are worth playing on a database, and the shortest that still shows a difference.

use super::common::{Command, Outcome, World, commands};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    collections::{BTreeSet, HashSet},
    mem::{Discriminant, discriminant},
    time::{Duration, Instant},
};

/// In memory a sequence costs next to nothing, so that one of many can be chosen.
const CANDIDATES: usize = 60;

/// A failing sequence is made shorter for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// That a kind of command ended so, and what came about for the first time in its world by it.
type Happening = (Discriminant<Command>, Outcome, BTreeSet<String>);

/// Draws sequences, each time the one in which most happens that did not happen before.
#[derive(Default)]
pub struct Scripts {
    runner: TestRunner,
    seen: HashSet<Happening>,
}

impl Scripts {
    pub fn draw(&mut self) -> Vec<Command> {
        let strategy = commands(24..=54);
        let script = |runner: &mut TestRunner| strategy.new_tree(runner).unwrap().current();
        let candidates = (0..CANDIDATES).map(|_| script(&mut self.runner));
        let all = candidates.map(|script| (happenings(&script), script));
        let (happenings, script) = all.max_by_key(|(all, _)| all.difference(&self.seen).count()).unwrap();
        self.seen.extend(happenings);
        script
    }
}

fn happenings(script: &[Command]) -> HashSet<Happening> {
    let mut world = World::new();
    let mut before = words(&world);
    let mut all = HashSet::new();
    for command in script {
        let outcome = world.apply(command);
        let after = words(&world);
        all.insert((discriminant(command), outcome, after.difference(&before).cloned().collect()));
        before.extend(after);
    }
    all
}

/// The states in which something stands.
fn words(world: &World) -> BTreeSet<String> {
    let of_a_life = world.lives.iter().flat_map(|life| {
        let claims = life.claims.iter().map(|claim| format!("claim {}", claim.status()));
        let ups = life.escalations.iter().map(|up| format!("escalation {}", up.status()));
        let red = life.wish.red_listed_since.map(|_| "red list".to_owned());
        claims.chain(ups).chain(red).chain([format!("wish {}", life.wish.status())])
    });
    of_a_life.collect()
}

/// Where a sequence parts the implementations, and how.
pub struct Parting {
    pub step: usize,
    pub what: String,
}

/// Leaves out what the difference does not need, from the end to the beginning, again and again until
/// nothing more can go.
pub fn shorten(
    mut script: Vec<Command>,
    mut parting: Parting,
    play: impl Fn(&[Command]) -> Result<(), Parting>,
) -> (Vec<Command>, Parting) {
    let start = Instant::now();
    loop {
        script.truncate(parting.step + 1);
        let length = script.len();
        for place in (0..length).rev() {
            let mut shorter = script.clone();
            // One that failed early took more with it.
            if place >= shorter.len() || start.elapsed() > PATIENCE {
                continue;
            }
            shorter.remove(place);
            if let Err(still) = play(&shorter) {
                shorter.truncate(still.step + 1);
                (script, parting) = (shorter, still);
            }
        }
        if script.len() == length {
            return (script, parting);
        }
    }
}
