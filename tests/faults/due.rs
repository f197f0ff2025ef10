//! What time does, while servers die: twenty thousand wishes come due at once, three servers do what is due,
//! and every two seconds one of them is killed with SIGKILL and started again. Then it is counted how often
//! each wish went up.

use super::{
    copies::Sql,
    history,
    node::{Home, Node, free_port},
    village::Village,
};
use diesel::{QueryableByName, sql_types::BigInt};
use server::ambient::Clock;
use std::time::{Duration, Instant};
use tests::Kind;

const WISHES: u64 = 20_000;
const SERVERS: usize = 3;
const EVERY: Duration = Duration::from_secs(2);

/// By then it is given up: much longer than it takes.
const PATIENCE: Duration = Duration::from_secs(400);

/// A job whose taker died is free after its lease of 60 s, and must be taken within 10 s of that.
const LATE_SECONDS: f64 = 10.0;

/// What was counted on one database.
pub struct Outcome {
    kind: Kind,
    kills: usize,
    once: i64,
    more: i64,
    left: i64,
    late: f64,
    took: Duration,
    unsound: Option<String>,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn count(sql: &mut Sql, query: &str) -> i64 {
    sql.rows::<Count>(query).first().map_or(0, |row| row.count)
}

/// Runs it on one database.
pub async fn run(kind: Kind) -> Outcome {
    let home = Home::new(kind, &[]);
    prepare(&home).await;
    let mut sql = Sql::open(&home.database.url);
    let mut nodes: Vec<Node> = (0..SERVERS).map(|_| home.start(free_port())).collect();
    let (began, mut killed, mut kills, mut late) = (Instant::now(), Instant::now(), 0, 0.0_f64);
    // Killing goes on until all but the last have been done; those must then be done by who is left.
    while began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
        late = late.max(lateness(&mut sql));
        let done =
            count(&mut sql, "SELECT count(*) AS count FROM wishes WHERE pending_escalation_id IS NOT NULL");
        if done >= i64::try_from(WISHES).unwrap_or(i64::MAX) {
            break;
        }
        if killed.elapsed() >= EVERY {
            let index = kills % SERVERS;
            nodes[index].kill();
            nodes[index] = home.start(free_port());
            (killed, kills) = (Instant::now(), kills + 1);
        }
    }
    let took = began.elapsed();
    nodes.iter_mut().for_each(Node::kill);
    let per_wish = "SELECT count(*) AS n FROM events WHERE kind = 'wish_escalated' GROUP BY subject_id";
    Outcome {
        kind,
        kills,
        once: count(&mut sql, &format!("SELECT count(*) AS count FROM ({per_wish}) AS each WHERE n = 1")),
        more: count(&mut sql, &format!("SELECT count(*) AS count FROM ({per_wish}) AS each WHERE n > 1")),
        left: count(&mut sql, "SELECT count(*) AS count FROM jobs"),
        late,
        took,
        unsound: home.run(&["check"]).err(),
    }
}

/// By how many seconds the latest job is past the end of its lease.
fn lateness(sql: &mut Sql) -> f64 {
    let taken = "SELECT coalesce(min(run_at), 0) AS count FROM jobs WHERE tries > 0";
    let ended = count(sql, taken);
    let past = Clock::system().now().micros().saturating_sub(ended);
    match u64::try_from(past) {
        Ok(past) if ended > 0 => Duration::from_micros(past).as_secs_f64(),
        _ => 0.0,
    }
}

async fn prepare(home: &Home) {
    let mut node = home.start(free_port());
    node.ready("/healthz/ready").await;
    let base = format!("http://{}", node.address);
    let village = Village::found(home, &base).await;
    let wish = village.published(1).await;
    node.kill();
    let mut sql = Sql::open(&home.database.url);
    sql.copy_wishes(&wish, 1..=WISHES, &[("due_at", "1000000".to_owned())]);
    history::copy_events(&mut sql, &wish, 1..=WISHES);
}

impl Outcome {
    /// Each exactly once, and none late.
    pub fn is_clean(&self) -> bool {
        let all = i64::try_from(WISHES).unwrap_or(i64::MAX);
        self.once == all
            && self.more == 0
            && self.late <= LATE_SECONDS
            && self.left == 0
            && self.unsound.is_none()
    }
}

/// Prints what was counted.
pub fn print(outcomes: &[Outcome]) {
    println!("\n{WISHES} wishes due at once, {SERVERS} servers, one killed every 2 s\n");
    println!(
        "| database | kills | went up once | more than once | jobs left | latest past its lease s | took s | check |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---|");
    for one in outcomes {
        let Outcome { kind, kills, once, more, left, late, took, unsound } = one;
        let check = unsound.as_deref().unwrap_or("ok");
        println!(
            "| {kind:?} | {kills} | {once} | {more} | {left} | {late:.1} | {:.0} | {check} |",
            took.as_secs_f64()
        );
    }
}
