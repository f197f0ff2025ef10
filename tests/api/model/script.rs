//! Which sequences are worth playing on a database, and the shortest that still shows a difference.

use super::common::{Command, Outcome, World, commands};
use domain::wish::Decision;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use std::{
    collections::{BTreeSet, HashSet},
    mem::{Discriminant, discriminant},
    time::{Duration, Instant},
};

/// In memory a sequence costs next to nothing, so that a few can be chosen of many.
const CANDIDATES: usize = 560;

/// The commands that put two wishes on the wall. Some sequences begin before these are done, so that
/// reviews come about as often as claims.
const BEGINNING: usize = 6;

/// A failing sequence is made shorter for so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// That a kind of command ended so; or that something stood in a state for the first time by it.
type Happening = (Discriminant<Command>, Outcome, String);

/// `count` sequences of those that `runner` draws: each the one in which most happens that happens in none
/// before it.
pub fn scripts(count: usize, mut runner: TestRunner) -> Vec<Vec<Command>> {
    let drawn = (0..CANDIDATES).map(|n| {
        let mut script = commands(24..=54).new_tree(&mut runner).unwrap().current();
        script.drain(n % (BEGINNING + 1)..BEGINNING);
        script
    });
    let candidates: Vec<_> = drawn.map(|script| (happenings(&script), script)).collect();
    let mut seen = HashSet::new();
    let mut choose = || {
        let (happenings, script) = candidates.iter().max_by_key(|(all, _)| all.difference(&seen).count())?;
        seen.extend(happenings.iter().cloned());
        Some(script.clone())
    };
    (0..count).filter_map(|_| choose()).collect()
}

fn happenings(script: &[Command]) -> HashSet<Happening> {
    let mut world = World::new();
    let mut before = words(&world);
    let mut all = HashSet::new();
    for command in script {
        let outcome = world.apply(command);
        let after = words(&world);
        let new = after.difference(&before).cloned().chain([String::new()]);
        all.extend(new.map(|word| (discriminant(command), outcome, word)));
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

/// Sequences that parted the implementations once, and must not again.
pub fn once_parted() -> Vec<Vec<Command>> {
    use Command as C;
    // A claimant is reminded: nothing of the wish itself has changed.
    let reminded = vec![
        C::Collect { quantity: 2 },
        C::Submit { wish: 0, consent: true },
        C::Review {
            wish: 0,
            decision: Decision::Publish,
            by_collector: false,
            fits: true,
            consent: true,
            note: false,
            wide: true,
        },
        C::Pass { hours: 420 },
        C::Claim { wish: 0, claimant: 0, quantity: 2 },
        C::Pass { hours: 33 },
        C::Sweep,
    ];
    vec![reminded]
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
