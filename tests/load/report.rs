//! The figures side by side, and what they were to be.

use super::{Asked, plan::Planned};
use std::fmt;
use tests::Kind;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// The newest 20 on the wall.
    Wall,
    /// The newest 20 open ones of a category.
    Filtered,
    /// One wish by its id.
    One,
    /// A share of a wish, signed in, with an Idempotency-Key, durable.
    Claim,
    /// The open wishes that fit a claimant best.
    Suggestions,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The server.
    Ours,
    /// The bare program.
    Bare,
    /// The server's SQL of a claim, sent by pgbench.
    Pgbench,
    /// The server, with one client, so that each answer waits for nothing else and each claim is a commit of its own.
    OneAtATime,
}

/// What a run came to, or the median of several.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    /// Requests per second.
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    /// Milliseconds.
    pub p99: f64,
    /// CPU microseconds of the server, a request.
    pub server: f64,
    /// CPU microseconds of PostgreSQL, a request.
    pub database: f64,
    /// Percent of the requests that were answered with 503.
    pub busy: f64,
    /// Percent of all processors that others used meanwhile.
    pub foreign: f64,
}

/// The figures of one program at one task on one database.
#[derive(Debug)]
pub struct Row {
    /// On which database.
    pub kind: Kind,
    /// At what.
    pub task: Task,
    /// Of which program.
    pub program: Program,
    /// The figures.
    pub figures: Figures,
}

/// What time did to what was due, first while nobody asked for anything, then while some did.
#[derive(Debug)]
pub struct Sweep {
    /// On which database.
    pub kind: Kind,
    /// How many were due.
    pub due: (u64, u64),
    /// Milliseconds for each.
    pub each: (f64, f64),
    /// The 99th percentile of a list in milliseconds, before and during the second.
    pub wall: (f64, f64),
    /// The same of a claim.
    pub claim: (f64, f64),
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub struct Report {
    /// Large plans, computed here.
    pub plans: Vec<Planned>,
    /// Tasks.
    pub rows: Vec<Row>,
    /// MiB at the peak, and of its own.
    pub memory: Vec<(Kind, Program, (u32, u32))>,
    /// What time did.
    pub sweeps: Vec<Sweep>,
    /// Milliseconds from start to first answer.
    pub firsts: Vec<(Kind, f64)>,
}

/// The middle one.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

impl Figures {
    /// Of each figure the median.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        Self {
            per_second: of(|one| one.per_second),
            p50: of(|one| one.p50),
            p99: of(|one| one.p99),
            server: of(|one| one.server),
            database: of(|one| one.database),
            busy: of(|one| one.busy),
            foreign: of(|one| one.foreign),
        }
    }
}

impl Task {
    /// By what it is asked for alone.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Filtered => "filtered",
            Self::One => "one",
            Self::Claim => "claim",
            Self::Suggestions => "suggestions",
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wall => "list 20, the wall",
            Self::Filtered => "list 20, open, one category",
            Self::One => "read one",
            Self::Claim => "claim one",
            Self::Suggestions => "what fits a claimant",
        })
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "Wishlight",
            Self::Bare => "bare",
            Self::Pgbench => "pgbench, the same SQL",
            Self::OneAtATime => "Wishlight, one client",
        })
    }
}

fn print_aim(what: String, measured: f64, unit: &str, met: bool) {
    if measured.is_nan() {
        return;
    }
    println!("| {what} | {measured:.2}{unit} | {} |", if met { "met" } else { "NOT MET" });
}

impl Report {
    /// Tables in Markdown.
    pub fn print(&self, asked: &Asked) {
        let Asked { wishes, rounds, seconds, clients, .. } = asked;
        println!("{wishes} wishes, {clients} connections, medians of {rounds} rounds of {seconds} s\n");
        println!(
            "| database | request | program | req/s | p50 ms | p99 ms | CPU us server | CPU us database | 503 | foreign |"
        );
        println!("|---|---|---|---:|---:|---:|---:|---:|---:|---:|");
        for Row { kind, task, program, figures } in &self.rows {
            let Figures { per_second, p50, p99, server, database, busy, foreign } = figures;
            // pgbench tells a mean only, and its CPU time is not read.
            let only_ours = if *program == Program::Pgbench { "(mean)" } else { "" };
            println!(
                "| {kind:?} | {task} | {program} | {per_second:.0} | {p50:.2} {only_ours} | {p99:.2} | {server:.0} | {database:.0} | {busy:.1} % | {foreign:.0} % |"
            );
        }
        println!(
            "\n| database | program | peak memory MiB | of its own (not pages of files) MiB | first answer ms |"
        );
        println!("|---|---|---:|---:|---:|");
        for (kind, program, (peak, own)) in &self.memory {
            let first = self.firsts.iter().find(|(of, _)| of == kind && *program == Program::Ours);
            let first = first.map_or_else(String::new, |(_, ms)| format!("{ms:.0}"));
            println!("| {kind:?} | {program} | {peak} | {own} | {first} |");
        }
        println!(
            "\n| database | due | ms each | due, in use | ms each | list p99 ms: before, during | claim p99 ms |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|");
        for Sweep { kind, due, each, wall, claim } in &self.sweeps {
            println!(
                "| {kind:?} | {} | {:.2} | {} | {:.2} | {:.2}, {:.2} | {:.2}, {:.2} |",
                due.0, each.0, due.1, each.1, wall.0, wall.1, claim.0, claim.1
            );
        }
        println!("\n| aim | measured | |\n|---|---:|---|");
        for Planned { what, took, peak } in &self.plans {
            let seconds = took.as_secs_f64();
            print_aim(format!("{what}: at most 2 s of one core"), seconds, " s", seconds <= 2.0);
            print_aim("and at most 500 MiB at the peak".to_owned(), f64::from(*peak), " MiB", *peak <= 500);
        }
        for kind in [Kind::Sqlite, Kind::Postgres] {
            self.print_aims(kind);
        }
    }

    fn print_aims(&self, kind: Kind) {
        let aim = |what: String, measured: f64, unit: &str, met: bool| {
            print_aim(format!("{kind:?}: {what}"), measured, unit, met);
        };
        for task in [Task::Wall, Task::Filtered, Task::One] {
            let ratio = self.ratio(kind, task, Program::Bare, |one| one.server);
            aim(format!("{task}: server's CPU at most 2.0x of bare"), ratio, "x", ratio <= 2.0);
        }
        let fits = self.rows.iter().filter(|row| (row.kind, row.task) == (kind, Task::Suggestions));
        for Row { figures, .. } in fits {
            aim(
                "what fits a claimant: p99 at most 20 ms".to_owned(),
                figures.p99,
                " ms",
                figures.p99 <= 20.0,
            );
        }
        match kind {
            Kind::Sqlite => {
                let each = self.ratio(kind, Task::Claim, Program::OneAtATime, |one| one.per_second);
                aim("claims at least 5x of one commit each".to_owned(), each, "x", each >= 5.0);
                let bare = self.ratio(kind, Task::Claim, Program::Bare, |one| one.per_second);
                println!(
                    "| {kind:?}: (claims, beside bare's, one commit each of 3 statements) | {bare:.2}x | |"
                );
            }
            Kind::Postgres => {
                let share = self.ratio(kind, Task::Claim, Program::Pgbench, |one| one.per_second) * 100.0;
                aim("claims at least 60 % of pgbench".to_owned(), share, " %", share >= 60.0);
            }
        }
        for (_, _, (peak, _)) in
            self.memory.iter().filter(|(of, program, _)| of == &kind && *program == Program::Ours)
        {
            aim("peak memory at most 120 MiB".to_owned(), f64::from(*peak), " MiB", *peak <= 120);
        }
        for Sweep { each, wall, claim, .. } in self.sweeps.iter().filter(|sweep| sweep.kind == kind) {
            let ratio = each.1 / each.0;
            aim("nine times as much due: each at most 2x, in use".to_owned(), ratio, "x", ratio <= 2.0);
            for (what, (before, during)) in [("list", wall), ("claim", claim)] {
                let ratio = during / before;
                aim(format!("p99 of a {what} while it runs at most 2x"), ratio, "x", ratio <= 2.0);
            }
        }
        for (_, first) in self.firsts.iter().filter(|(of, _)| *of == kind) {
            aim("first answer at most 300 ms after start".to_owned(), *first, " ms", *first <= 300.0);
        }
    }

    /// Ours by another's.
    fn ratio(&self, kind: Kind, task: Task, other: Program, figure: fn(&Figures) -> f64) -> f64 {
        let of = |program| {
            let row = self.rows.iter().find(|row| (row.kind, row.task, row.program) == (kind, task, program));
            row.map_or(f64::NAN, |row| figure(&row.figures))
        };
        of(Program::Ours) / of(other)
    }
}
