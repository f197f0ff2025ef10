//! A simulated year: five thousand wishes over a tree of three hundred organisations, by people who review late,
//! vanish, decline, deliver badly, give back and forget. Each night three processes do what is due at once, and on
//! some nights they are killed at a random moment. After each night every wish that has not ended must have its
//! holder and a time ahead of it, or stand on the red list; and nothing may have been done twice.

mod cast;
mod people;

use super::{copies::Sql, node::Home};
use diesel::{QueryableByName, sql_types::BigInt};
use domain::{access::Actor, time::Instant};
use people::Tally;
use proptest::{
    prelude::RngExt,
    test_runner::{RngAlgorithm, TestRng},
};
use server::{State, ambient::Clock, app::Context, config::Config};
use std::{process::Stdio, time::Duration};
use tests::Kind;

const WISHES: i64 = 5_000;
const DAYS: i64 = 365;

/// Nobody collects in the last weeks, so that most wishes come to their end.
const COLLECTING_DAYS: i64 = 330;

/// Wednesday, 1 January 2025, nine in the morning in China.
const FIRST_MORNING: &str = "2025-01-01T01:00:00Z";
const EVENING_SECONDS: i64 = 14 * 3600;

/// How many do what is due at the same time.
const PROCESSES: usize = 3;

/// A killed process' lease is over by then.
const LEASE_OVER_SECONDS: i64 = 61;

/// How often everything stored is held against every invariant; what a night must leave is looked at each night.
const DAYS_PER_CHECK: i64 = 7;

/// What was counted on one database.
pub struct Outcome {
    kind: Kind,
    tally: Tally,
    ended: i64,
    red: i64,
    by_time: i64,
    twice: i64,
    orphans: i64,
    left: i64,
    kills: usize,
    checks: i64,
    unsound: Vec<String>,
    took: Duration,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(sql: &mut Sql, what: &str) -> i64 {
    sql.rows::<Count>(&format!("SELECT count(*) AS count FROM {what}"))[0].count
}

/// Lives it on one database.
pub async fn run(kind: Kind) -> Outcome {
    let began = std::time::Instant::now();
    let home = Home::new(kind, &[]);
    let first: Instant = FIRST_MORNING.parse().expect("an instant");
    // The keys are those that the program keeps in the folder.
    let config = Config {
        data_dir: home.folder.clone(),
        secret_key: None,
        key_encryption_keys: None,
        ..tests::config(&home.database)
    };
    let state = tests::opened(config, Clock::fixed(first));
    state.db.migrate().await.expect("migrations");
    let cx = Context::new(&state, Actor::default());
    state.db.write(move |tx| cast::enter(tx, &cx)).await.expect("the cast");
    let mut sql = Sql::open(&home.database.url);
    let mut chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut year = Outcome::new(kind);
    let mut collected = 0;
    for day in 0..DAYS {
        state.clock.set(first.plus_days(day));
        let by_today = (WISHES * (day + 1) / COLLECTING_DAYS).min(WISHES);
        let new = usize::try_from(by_today - collected).expect("a few");
        collected = by_today;
        people::live_a_day(&state, &mut sql, &mut chance, new, &mut year.tally).await;
        let evening = first.plus_days(day).plus_seconds(EVENING_SECONDS);
        year.kills += night(&home, evening, &mut chance).await;
        let now = evening.plus_seconds(LEASE_OVER_SECONDS).micros();
        year.orphans += count(&mut sql, &format!("wishes WHERE {ORPHANED} AND NOT (due_at > {now})"));
        year.left += count(&mut sql, "jobs");
        if day % DAYS_PER_CHECK == 0 || day + 1 == DAYS {
            year.check(&state).await;
        }
    }
    year.ended = count(&mut sql, "wishes WHERE ended_at IS NOT NULL");
    year.red = count(&mut sql, "wishes WHERE red_listed_since IS NOT NULL AND ended_at IS NULL");
    year.by_time = count(&mut sql, "events WHERE actor_id IS NULL");
    year.twice = count(&mut sql, TWICE);
    year.took = began.elapsed();
    year
}

/// Of wishes without an end: those that nothing but a time ahead would save from being forgotten.
const ORPHANED: &str = "status NOT IN ('fulfilled', 'declined', 'withdrawn') AND red_listed_since IS NULL";

/// What time did to the same thing at the same moment more than once.
const TWICE: &str = "(SELECT count(*) AS n FROM events WHERE actor_id IS NULL \
    GROUP BY subject_id, kind, at, data HAVING count(*) > 1) AS twice";

/// Does what is due in the evening by three processes at once, of which some are killed; then once more, when
/// whatever a killed one had taken is free again. How many were killed.
async fn night(home: &Home, evening: Instant, chance: &mut TestRng) -> usize {
    let mut kills = 0;
    let as_of = evening.to_string();
    let begin = |_| home.command(&["run-jobs", "--as-of", &as_of]).stdout(Stdio::null()).spawn();
    let mut running: Vec<_> = (0..PROCESSES).map(|number| begin(number).expect("a process")).collect();
    if chance.random_bool(0.2) {
        tokio::time::sleep(Duration::from_millis(chance.random_range(5..150))).await;
        let victims = if chance.random_bool(0.3) { PROCESSES } else { 1 };
        for child in running.iter_mut().take(victims) {
            child.kill().expect("a process to kill");
            kills += 1;
        }
    }
    for (place, mut child) in running.into_iter().enumerate() {
        let status = child.wait().expect("a process that ended");
        assert!(status.success() || place < kills, "run-jobs: {status}");
    }
    let again = evening.plus_seconds(LEASE_OVER_SECONDS).to_string();
    home.run(&["run-jobs", "--as-of", &again]).expect("run-jobs");
    kills
}

impl Outcome {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            tally: Tally::default(),
            ended: 0,
            red: 0,
            by_time: 0,
            twice: 0,
            orphans: 0,
            left: 0,
            kills: 0,
            checks: 0,
            unsound: Vec::new(),
            took: Duration::ZERO,
        }
    }

    async fn check(&mut self, state: &State) {
        let vault = state.vault.clone();
        let report =
            state.db.read_slow(move |tx| server::app::check::check(tx, &vault)).await.expect("a check");
        self.checks += 1;
        self.unsound.extend(report.findings);
    }

    /// Nothing orphaned, nothing twice, nothing left, nothing unsound.
    pub fn is_clean(&self) -> bool {
        self.twice == 0 && self.orphans == 0 && self.left == 0 && self.unsound.is_empty()
    }
}

/// Prints what was counted.
pub fn print(year: &Outcome) {
    let Outcome { kind, tally, ended, red, by_time, twice, orphans, left, kills, checks, unsound, took } =
        year;
    println!(
        "\nA year on {kind:?}: {WISHES} wishes, {DAYS} nights of {PROCESSES} processes, {kills} of them killed"
    );
    println!("- acts of people: {}; refused: {:?}", tally.done, tally.refused);
    println!("- done by time alone: {by_time}; twice: {twice}; orphaned: {orphans}; jobs left: {left}");
    println!("- at the end: {ended} wishes ended, {red} on the red list");
    println!("- checks: {checks}, findings: {}", unsound.len());
    unsound.iter().take(5).for_each(|finding| println!("  {finding}"));
    println!("- took {} s", took.as_secs());
}
