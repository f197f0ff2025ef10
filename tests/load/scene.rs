//! One database: filled, then measured task by task.

use super::{
    Asked,
    copies::Sql,
    generator::{Load, Served, send},
    meter::{Reading, memory},
    node::{Home, Node, bound, built, free_port},
    pgbench,
    report::{Figures, Program, Report, Row, Task, median},
    stock::Stock,
};
use diesel::{QueryableByName, sql_types::BigInt};
use std::{
    rc::Rc,
    time::{Duration, Instant},
};
use tests::Kind;

const WARM_UP: Duration = Duration::from_millis(700);
const STARTS: usize = 5;
const WALL: &str = "/api/v1/wishes?limit=20";

/// The database, what serves it, and what there is to ask for.
pub struct Scene<'a> {
    /// What to measure, and for how long.
    pub asked: &'a Asked,
    stock: Rc<Stock>,
    /// A connection of its own.
    pub sql: Sql,
    ours: Node,
    bare: Node,
    claims: usize,
    /// Claims answered with 503: whether they were made is not known.
    unknown: usize,
}

/// Measures everything on one database.
pub async fn measure(kind: Kind, asked: &Asked, report: &mut Report) {
    let home = Home::new(kind, &[("LOG_LEVEL", "info")]);
    let port = free_port();
    let mut ours = home.start(port);
    ours.ready("/healthz/ready").await;
    let began = Instant::now();
    let stock = Rc::new(Stock::fill(&home, &ours, asked.wishes).await);
    eprintln!("{kind:?}: {} wishes in {} s", asked.wishes, began.elapsed().as_secs());
    let mut firsts = Vec::new();
    for _ in 0..STARTS {
        ours.kill();
        ours = home.start(port);
        firsts.push(ours.ready(WALL).await.as_secs_f64() * 1000.0);
    }
    let mut bare = start_bare(&home, &stock);
    bare.ready(WALL).await;
    let sql = Sql::open(&home.database.url);
    let mut scene = Scene { asked, stock, sql, ours, bare, claims: 0, unknown: 0 };
    let wanted = |task: &&Task| asked.wants(task.name());
    for task in [Task::Wall, Task::Filtered, Task::One, Task::Claim].iter().filter(wanted).copied() {
        report.rows.extend(scene.compare(kind, task, &home).await);
    }
    let alone: &[Task] = match kind {
        Kind::Sqlite => &[Task::Suggestions, Task::Claim],
        Kind::Postgres => &[Task::Suggestions],
    };
    for task in alone.iter().filter(wanted).copied() {
        let figures = scene.run(task, Program::Ours, 1, Duration::from_secs(asked.seconds)).await;
        report.rows.push(Row { kind, task, program: Program::OneAtATime, figures });
    }
    if asked.wants("sweep") {
        report.sweeps.push(scene.sweeps(kind).await);
    }
    scene.count_claims();
    for (program, node) in [(Program::Ours, &scene.ours), (Program::Bare, &scene.bare)] {
        report.memory.push((kind, program, memory(node.child.id())));
    }
    report.firsts.push((kind, median(firsts)));
}

fn start_bare(home: &Home, stock: &Stock) -> Node {
    let address = format!("127.0.0.1:{}", free_port());
    let mut command = bound(&built("bare"));
    command.args([&home.database.url, &address, &stock.claimer]);
    Node::spawn(command, address)
}

impl Scene<'_> {
    /// Rounds of ours, bare, and pgbench where it has something to say; medians of each.
    async fn compare(&mut self, kind: Kind, task: Task, home: &Home) -> Vec<Row> {
        let time = Duration::from_secs(self.asked.seconds);
        let programs = [Program::Ours, Program::Bare];
        for program in programs {
            self.run(task, program, self.asked.clients, WARM_UP).await;
        }
        let mut rounds: [Vec<Figures>; 3] = Default::default();
        for _ in 0..self.asked.rounds {
            for (program, figures) in programs.iter().zip(&mut rounds) {
                figures.push(self.run(task, *program, self.asked.clients, time).await);
            }
            if kind == Kind::Postgres && task == Task::Claim {
                rounds[2].push(pgbench::claims(&home.database.url, &self.stock, time));
            }
        }
        let all = [Program::Ours, Program::Bare, Program::Pgbench];
        let measured = all.into_iter().zip(rounds).filter(|(_, rounds)| !rounds.is_empty());
        measured
            .map(|(program, rounds)| Row { kind, task, program, figures: Figures::median(&rounds) })
            .collect()
    }

    /// One run of one program.
    pub async fn run(&mut self, task: Task, program: Program, clients: usize, time: Duration) -> Figures {
        let node = if program == Program::Bare { &self.bare } else { &self.ours };
        let expects = if task == Task::Claim { 201 } else { 200 };
        let next = requests(task, &self.stock, node.address.clone());
        let load = Load { address: node.address.clone(), clients, time, expects, next };
        let before = Reading::take(node.child.id(), &mut self.sql);
        let began = Instant::now();
        let served = send(&load).await.unwrap_or_else(|error| panic!("{program:?}: {error}"));
        let took = began.elapsed();
        let spent = Reading::take(node.child.id(), &mut self.sql).since(&before);
        if task == Task::Claim {
            self.claims += served.count();
            self.unknown += served.busy;
        }
        figures(&served, spent, took)
    }

    /// What was acknowledged is what is stored.
    fn count_claims(&mut self) {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            count: i64,
        }
        // Those of pgbench have a note.
        let sql = "SELECT count(*) AS count FROM claims WHERE note IS NULL";
        let stored = self.sql.rows::<Count>(sql)[0].count;
        let stored = usize::try_from(stored).expect("a count");
        let may_be = self.claims..=self.claims + self.unknown;
        assert!(may_be.contains(&stored), "{stored} claims stored, {may_be:?} acknowledged");
    }
}

fn figures(served: &Served, spent: super::meter::Spent, took: Duration) -> Figures {
    let each = |time: Duration| time.as_secs_f64() * 1e6 / served.count().max(1) as f64;
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as f64;
    Figures {
        per_second: served.per_second(),
        p50: served.percentile(50),
        p99: served.percentile(99),
        server: each(spent.server),
        database: each(spent.database),
        busy: served.busy as f64 / (served.busy + served.count()).max(1) as f64 * 100.0,
        foreign: spent.foreign.as_secs_f64() / took.as_secs_f64() / processors * 100.0,
    }
}

/// Whole requests, one after the other. Both programs get the same; the bare one ignores who asks.
fn requests(task: Task, stock: &Rc<Stock>, address: String) -> Rc<dyn Fn() -> String> {
    let stock = Rc::clone(stock);
    let get = move |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    match task {
        Task::Wall => Rc::new(move || get(WALL)),
        Task::Filtered => Rc::new(move || get("/api/v1/wishes?status=open&category=study&limit=20")),
        Task::One => Rc::new(move || get(&format!("/api/v1/wishes/{}", stock.any_wish()))),
        Task::Suggestions => Rc::new(move || {
            let one = get(&format!("/api/v1/claimants/{}/suggestions?limit=20", stock.any_volunteer()));
            format!("{}\r\nAuthorization: Bearer {}\r\n\r\n", one.trim_end(), stock.token)
        }),
        Task::Claim => Rc::new(move || {
            let (number, wish, volunteer) = stock.next_claim();
            let body = format!(r#"{{"claimant_id":"{volunteer}","quantity":1}}"#);
            let post = get(&format!("/api/v1/wishes/{wish}/claims")).replacen("GET", "POST", 1);
            let (token, length) = (&stock.token, body.len());
            format!(
                "{}Authorization: Bearer {token}\r\nIdempotency-Key: claim-{number}\r\n\
                 Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
                post.trim_end_matches("\r\n").to_owned() + "\r\n"
            )
        }),
    }
}
