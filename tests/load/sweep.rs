//! What time does to a million wishes: how long what is due takes, and what those notice who use the server
//! meanwhile. Nothing else is looked at: the time must follow what is due, and not what is stored.

use super::{
    copies::wish,
    report::{Program, Sweep, Task},
    scene::Scene,
};
use diesel::{QueryableByName, sql_types::BigInt};
use std::time::{Duration, Instant};
use tests::Kind;

/// How many use the server meanwhile.
const CLIENTS: usize = 2;
/// For so long each is measured at a time.
const SLICE: Duration = Duration::from_millis(1500);
const LOOK: Duration = Duration::from_millis(20);
/// By then it is given up: much longer than it takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// The time of what is overdue here: no other wish has it.
const DUE: i64 = 1_000_000;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Scene<'_> {
    /// A tenth of a percent comes due while nobody asks for anything, then nearly a percent while some do.
    pub async fn sweeps(&mut self, kind: Kind) -> Sweep {
        let (few, many) = (self.asked.wishes / 1000, self.asked.wishes * 9 / 1000);
        // Of every two wishes one is open; those with the highest numbers nobody claims.
        let last = self.asked.wishes;
        let alone = self.sweep_alone(last - 2 * few, last).await;
        let quiet = [self.p99(Task::Wall).await, self.p99(Task::Claim).await];
        self.make_due(last - 2 * few - 2 * many, last - 2 * few - 1);
        self.begun(many).await;
        let (began, mut during) = (Instant::now(), [0.0_f64; 2]);
        while self.left() > 0 && began.elapsed() < PATIENCE {
            for (worst, task) in during.iter_mut().zip([Task::Wall, Task::Claim]) {
                let p99 = self.p99(task).await;
                // What was measured after its end says nothing.
                if self.left() > 0 || *worst == 0.0 {
                    *worst = worst.max(p99);
                }
            }
        }
        let each = |took: Duration, due: u64| took.as_secs_f64() * 1000.0 / due.max(1) as f64;
        Sweep {
            kind,
            due: (few, many),
            each: (each(alone, few), each(began.elapsed(), many)),
            wall: (quiet[0], during[0]),
            claim: (quiet[1], during[1]),
        }
    }

    async fn sweep_alone(&mut self, first: u64, last: u64) -> Duration {
        self.make_due(first, last);
        let due = u64::try_from(self.left()).expect("a count");
        self.begun(due).await;
        let began = Instant::now();
        while self.left() > 0 && began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK).await;
        }
        began.elapsed()
    }

    fn make_due(&mut self, first: u64, last: u64) {
        let (first, last) = (wish(first), wish(last));
        let open = format!("id BETWEEN '{first}' AND '{last}' AND status = 'open'");
        self.sql.run(&format!("UPDATE wishes SET due_at = {DUE} WHERE {open}"));
    }

    /// How many are overdue and have not gone up yet.
    fn left(&mut self) -> i64 {
        let overdue = format!("due_at = {DUE} AND pending_escalation_id IS NULL");
        self.sql.rows::<Count>(&format!("SELECT count(*) AS count FROM wishes WHERE {overdue}"))[0].count
    }

    /// Waits until the server has seen it.
    async fn begun(&mut self, due: u64) {
        let began = Instant::now();
        while self.left() >= i64::try_from(due).expect("a count") && began.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn p99(&mut self, task: Task) -> f64 {
        self.run(task, Program::Ours, CLIENTS, SLICE).await.p99
    }
}
