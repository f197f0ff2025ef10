//! What processes cost, as Linux counts it.

use super::copies::Sql;
use diesel::{QueryableByName, sql_types::Text};
use std::{collections::HashMap, fs, time::Duration};

/// The kernel counts CPU time in hundredths of a second (USER_HZ, the same on every architecture of Linux
/// that matters here).
const TICK: Duration = Duration::from_millis(10);

#[derive(QueryableByName)]
struct Process {
    #[diesel(sql_type = Text)]
    pid: String,
}

/// CPU time so far: of the server, of PostgreSQL's processes, of the whole machine, of this program.
#[derive(Debug, Clone)]
pub struct Reading {
    server: u32,
    database: HashMap<String, u32>,
    machine: u32,
    own: u32,
}

/// CPU time between two readings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// By the server.
    pub server: Duration,
    /// By PostgreSQL.
    pub database: Duration,
    /// By others on this machine, who had no part in it.
    pub foreign: Duration,
}

impl Reading {
    /// Reads now. PostgreSQL's processes are seen where it runs on this machine.
    pub fn take(pid: u32, sql: &mut Sql) -> Self {
        let database = match sql {
            Sql::Sqlite(_) => Vec::new(),
            Sql::Postgres(_) => sql.rows::<Process>("SELECT pid::text AS pid FROM pg_stat_activity"),
        };
        Self {
            server: ticks(&pid.to_string()),
            database: database.into_iter().map(|one| (one.pid.clone(), ticks(&one.pid))).collect(),
            machine: busy(),
            own: ticks("self"),
        }
    }

    /// What was spent since `earlier`.
    pub fn since(&self, earlier: &Self) -> Spent {
        let database = self.database.iter();
        let database: u32 = database
            .map(|(pid, now)| now.saturating_sub(earlier.database.get(pid).copied().unwrap_or_default()))
            .sum();
        let server = self.server.saturating_sub(earlier.server);
        let known = server + database + self.own.saturating_sub(earlier.own);
        let foreign = self.machine.saturating_sub(earlier.machine).saturating_sub(known);
        Spent { server: TICK * server, database: TICK * database, foreign: TICK * foreign }
    }
}

/// User and system time of a process, its ended threads included.
fn ticks(pid: &str) -> u32 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold spaces.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum()
}

/// CPU time of this program so far.
pub fn own_cpu() -> Duration {
    TICK * ticks("self")
}

/// What all processors did but wait.
fn busy() -> u32 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let all = stat.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let all: Vec<u32> = all.filter_map(|field| field.parse().ok()).collect();
    // user, nice, system, (idle, iowait), irq, softirq
    [0, 1, 2, 5, 6].iter().filter_map(|field| all.get(*field)).sum()
}

/// Memory of a process at its peak, and the part of it now that is not pages of files, in MiB.
pub fn memory(pid: u32) -> (u32, u32) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib =
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse::<u32>().ok());
        kib.unwrap_or_default() / 1024
    };
    (field("VmHWM:"), field("RssAnon:"))
}
