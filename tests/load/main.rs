//! `make bench`: what the server does in a second and what that costs, beside a bare program in the same
//! run (`bare.rs`), on both databases, on a million wishes; and first a large plan, by itself.
//!
//!     bench [--wishes N] [--rounds N] [--seconds N] [--clients N] [--only PART]
//!
//!     bench --statement ROWS
//!
//!     bench --import ROWS
//!
//! Rounds alternate: ours, bare, ours, bare; the figures are medians of the rounds. CPU time is the measure
//! to judge by: generator, servers and database share one machine, and requests per second move with
//! whatever else it does. How much that was stands in the column `foreign`, as a share of all processors.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot run ends"
)]

#[path = "../faults/copies.rs"]
mod copies;
mod generator;
mod import;
mod meter;
#[path = "../faults/node.rs"]
mod node;
mod pgbench;
mod plan;
mod report;
mod scene;
mod statement;
mod stock;
mod sweep;
#[path = "../faults/village.rs"]
mod village;

use report::Report;
use std::process::ExitCode;
use tests::Kind;

const PARTS: [&str; 7] = ["plan", "wall", "filtered", "one", "claim", "suggestions", "sweep"];

/// What to measure, and for how long.
#[derive(Debug, Clone)]
pub struct Asked {
    wishes: u64,
    rounds: usize,
    seconds: u64,
    clients: usize,
    /// One part alone, by its name.
    only: Option<String>,
}

impl Asked {
    /// Whether a part is asked for.
    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

fn main() -> ExitCode {
    if let Some(rows) = statement::asked("--statement") {
        return on_both(async |kind| statement::measure(kind, rows).await);
    }
    if let Some(rows) = statement::asked("--import") {
        return on_both(async |kind| import::measure(kind, rows).await);
    }
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!(
                "bench: {what}; usage: bench [--wishes N] [--rounds N] [--seconds N] [--clients N] [--only plan|wall|filtered|one|claim|suggestions|sweep]"
            );
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    let plans = if asked.wants("plan") { plan::measure() } else { Vec::new() };
    let mut report = Report { plans, ..Report::default() };
    let report = local.block_on(&runtime, async {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            scene::measure(kind, &asked, &mut report).await;
        }
        report
    });
    report.print(&asked);
    ExitCode::SUCCESS
}

fn on_both(measure: impl AsyncFn(Kind)) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    tokio::task::LocalSet::new().block_on(&runtime, async {
        for kind in [Kind::Sqlite, Kind::Postgres] {
            measure(kind).await;
        }
    });
    ExitCode::SUCCESS
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked { wishes: 1_000_000, rounds: 3, seconds: 3, clients: 64, only: None };
    while let Some(name) = arguments.next() {
        if name == "--only" {
            asked.only = arguments.next();
            asked.only.as_deref().filter(|part| PARTS.contains(part)).ok_or("--only wants a part")?;
            continue;
        }
        let number: Option<u64> = arguments.next().and_then(|number| number.parse().ok()).filter(|n| *n > 0);
        let number = number.ok_or_else(|| format!("{name} wants a number"))?;
        let small = usize::try_from(number).map_err(|error| error.to_string())?;
        match name.as_str() {
            "--wishes" => asked.wishes = number,
            "--rounds" => asked.rounds = small,
            "--seconds" => asked.seconds = number,
            "--clients" => asked.clients = small,
            _ => return Err(format!("unknown: {name}")),
        }
    }
    Ok(asked)
}
