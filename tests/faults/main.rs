//! `make faults`: servers are killed under load, again and again, and afterwards the books are compared.
//!
//! On each database, twenty times: a server starts, sixteen clients claim wishes of one share, two of
//! them after each wish, each request with its own Idempotency-Key, and after a fraction of a second the
//! server's process is killed with SIGKILL. Then every request whose answer never came is sent again with
//! its key, and what was answered is compared with what is stored. Then twenty thousand wishes come due at
//! once, and what time does is counted while servers die (`due.rs`). Last, a year is lived (`year.rs`).
//!
//!     faults [--cycles N]     how many kills on each database (20)
//!     faults --year           the year alone
//!     faults --teeth          few kills, then claims are taken and added behind the server's back:
//!                             succeeds when all of it is noticed

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a run that cannot go on ends"
)]

mod audit;
mod book;
mod copies;
mod due;
mod history;
mod node;
mod village;
mod year;

use audit::Audit;
use book::{Book, Fate};
use copies::Sql;
use node::{Home, free_port};
use std::{
    process::ExitCode,
    rc::Rc,
    time::{Duration, Instant},
};
use tests::{Kind, client::Client};
use village::Village;

/// More than a run gets to claim.
const WISHES: u64 = 40_000;
const VOLUNTEERS: u64 = 2_000;
const CLIENTS: usize = 16;

enum Asked {
    All { cycles: u32 },
    Year,
    Teeth,
}

/// Kills enough to have something to tamper with.
const CYCLES_BEFORE_TAMPERING: u32 = 3;

const BOTH: [Kind; 2] = [Kind::Sqlite, Kind::Postgres];

fn main() -> ExitCode {
    let asked = match asked(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(what) => {
            eprintln!("faults: {what}; usage: faults [--cycles N | --year | --teeth]");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let local = tokio::task::LocalSet::new();
    let as_hoped = local.block_on(&runtime, async {
        match asked {
            Asked::All { cycles } => claims(cycles).await & due().await & year().await,
            Asked::Year => year().await,
            Asked::Teeth => teeth().await,
        }
    });
    if as_hoped { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn asked(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut asked = Asked::All { cycles: 20 };
    while let Some(argument) = arguments.next() {
        asked = match argument.as_str() {
            "--teeth" => Asked::Teeth,
            "--year" => Asked::Year,
            "--cycles" => {
                let count = arguments.next().and_then(|count| count.parse().ok());
                Asked::All { cycles: count.filter(|count| *count > 0).ok_or("--cycles wants a number")? }
            }
            other => return Err(format!("unknown: {other}")),
        }
    }
    Ok(asked)
}

/// Whether all claims came through the kills.
async fn claims(cycles: u32) -> bool {
    let mut audits = Vec::new();
    for kind in BOTH {
        audits.push(run(kind, cycles, false).await);
    }
    audit::print(&audits);
    audits.iter().all(Audit::is_clean)
}

async fn teeth() -> bool {
    let mut audits = Vec::new();
    for kind in BOTH {
        audits.push(run(kind, CYCLES_BEFORE_TAMPERING, true).await);
    }
    audit::print(&audits);
    let noticed = audits.iter().all(Audit::noticed_all);
    println!("{}", if noticed { "All that was done was noticed." } else { "Something was not noticed." });
    noticed
}

async fn due() -> bool {
    let mut outcomes = Vec::new();
    for kind in BOTH {
        outcomes.push(due::run(kind).await);
    }
    due::print(&outcomes);
    outcomes.iter().all(due::Outcome::is_clean)
}

async fn year() -> bool {
    let mut clean = true;
    for kind in BOTH {
        let outcome = year::run(kind).await;
        year::print(&outcome);
        clean &= outcome.is_clean();
    }
    clean
}

async fn run(kind: Kind, cycles: u32, tampering: bool) -> Audit {
    let began = Instant::now();
    let (home, port) = (Home::new(kind, &[]), free_port());
    let book = Rc::new(Book::new(WISHES, VOLUNTEERS));
    let claimer = prepare(&home, port).await;
    let mut restarts = Vec::new();
    for cycle in 0..cycles {
        let mut node = home.start(port);
        restarts.push(node.ready("/healthz/ready").await);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (book, claimer) = (Rc::clone(&book), claimer.clone());
                tokio::task::spawn_local(async move { while book.claim_next(&claimer).await {} })
            })
            .collect();
        // Between 0.2 and 0.8 seconds, differently each time.
        tokio::time::sleep(Duration::from_millis(200 + u64::from(cycle) * 217 % 600)).await;
        node.kill();
        for client in clients {
            client.await.expect("a client that ended in order");
        }
    }
    let unknown = book.count(|fate| matches!(fate, Fate::Unknown));
    let mut node = home.start(port);
    restarts.push(node.ready("/healthz/ready").await);
    let torn = book.ask_again(&claimer).await;
    node.kill();
    let mut sql = Sql::open(&home.database.url);
    if tampering {
        history::tamper(&book, &mut sql);
    }
    let mut audit = Audit::of(kind, &book, &mut sql, &home);
    restarts.sort_unstable();
    audit.unknown = unknown;
    audit.torn = torn;
    audit.restart = restarts[restarts.len() / 2];
    audit.took = began.elapsed();
    audit
}

/// Founds the village and puts its wishes on the wall; gives the one who claims.
async fn prepare(home: &Home, port: u16) -> Client {
    let mut node = home.start(port);
    node.ready("/healthz/ready").await;
    let base = format!("http://{}", node.address);
    let village = Village::found(home, &base).await;
    let (wish, volunteer) = (village.published(1).await, village.volunteer("志愿者").await);
    node.kill();
    let mut sql = Sql::open(&home.database.url);
    let residents = sql.copy_residents(&wish, WISHES, "organisation_id");
    sql.copy_wishes(&wish, 1..=WISHES, &[residents]);
    history::copy_events(&mut sql, &wish, 1..=WISHES);
    sql.copy_volunteers(&volunteer, 1..=VOLUNTEERS);
    Client::new(&base).with_token(&village.token)
}
