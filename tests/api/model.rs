//! Random sequences of commands on three implementations: the rules in memory, the application on
//! SQLite, the application on PostgreSQL. After every command all three say the same and hold the same.
//!
//! The application asks for more than the rules do. What it asks is given, so that only the rules decide:
//!
//! | The application asks                    | Here                                                    |
//! |-----------------------------------------|---------------------------------------------------------|
//! | a role for the act                      | everybody holds the role their acts need ([`stage`])    |
//! | to know a wish that is not on the wall  | whoever acts for a claimant is also an auditor          |
//! | a resident and a category               | each wish has a resident of its own; the root has `thing` |
//! | consents on record                      | given or withdrawn just before, as the command says     |
//! | a card's code, kept as a keyed hash     | the code is `right`; the hash itself is not compared    |
//! | a wrong code to be saved, not refused   | told as `wrong_code`, which is what a caller is told    |
//! | ids and versions                        | compared by place ([`alike`]); the world counts no versions |

mod acts;
mod alike;
#[path = "../../backend/domain/tests/common/mod.rs"]
mod common;
mod script;
mod side;
mod stage;

use alike::difference;
use common::{Command, World, must_hold};
use proptest::test_runner::TestRunner;
use script::{Parting, once_parted, scripts, shorten};
use side::{Said, Side};
use std::{
    cell::RefCell,
    time::{Duration, Instant},
};
use tests::Kind;

/// How many sequences are played, the same each time: each takes about a second. Who sets
/// `FRESH_SEQUENCES` to a number plays so many that nobody has seen yet.
const SEQUENCES: usize = 12;
/// A busy machine plays fewer: none is begun after so long for each.
const ENOUGH: Duration = Duration::from_secs(2);

#[test]
fn the_rules_and_both_databases_agree_after_every_command() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let both = async { [Side::new(Kind::Sqlite).await, Side::new(Kind::Postgres).await] };
    let sides = RefCell::new(runtime.block_on(both));
    let play = |script: &[Command]| runtime.block_on(play(script, &mut sides.borrow_mut()));
    let fresh = std::env::var("FRESH_SEQUENCES").ok().map(|count| count.parse().unwrap());
    let (count, runner) = match fresh {
        Some(count) => (count, TestRunner::default()),
        None => (SEQUENCES, TestRunner::deterministic()),
    };
    let scripts = once_parted().into_iter().chain(scripts(count, runner));
    let (start, enough) = (Instant::now(), ENOUGH * u32::try_from(count).unwrap());
    for script in scripts.take_while(|_| start.elapsed() < enough) {
        if let Err(parting) = play(&script) {
            let (script, Parting { what, .. }) = shorten(script, parting, play);
            let lines: Vec<String> = script.iter().map(|command| format!("    {command:?},")).collect();
            panic!("The shortest sequence found:\n{}\nat the end of which, {what}", lines.join("\n"));
        }
    }
    for side in sides.borrow().iter() {
        runtime.block_on(side.assert_sound());
    }
}

/// Plays one sequence on all three from the same beginning, until they part.
async fn play(script: &[Command], [sqlite, postgres]: &mut [Side; 2]) -> Result<(), Parting> {
    let mut world = World::new();
    tokio::join!(sqlite.begin(&world), postgres.begin(&world));
    for (step, command) in script.iter().enumerate() {
        let (place, now) = (acts::place(&world, command), world.now);
        let expected = Said::Outcome(world.apply(command));
        must_hold(&world);
        let said = tokio::join!(sqlite.apply(command, place, now), postgres.apply(command, place, now));
        for (side, said) in [(&*sqlite, said.0), (&*postgres, said.1)] {
            let outcome = (said != expected)
                .then(|| format!("- the rules say {expected:?}\n+ {:?} says {said:?}", side.kind));
            let held =
                || difference(&world, side).map(|lines| format!("- the rules, + {:?}\n{lines}", side.kind));
            if let Some(what) = outcome.or_else(held) {
                return Err(Parting { step, what });
            }
        }
    }
    Ok(())
}
