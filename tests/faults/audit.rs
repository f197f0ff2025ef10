//! What was answered, beside what is stored.

use super::{
    book::{Ask, Book, Fate},
    copies::Sql,
    node::Home,
};
use diesel::{QueryableByName, sql_types::Text};
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};
use tests::Kind;

/// What was found on one database.
#[derive(Debug)]
pub struct Audit {
    kind: Kind,
    acknowledged: usize,
    /// Requests without an answer, before they were sent again.
    pub unknown: usize,
    conflicts: usize,
    /// Acknowledged, and not stored as acknowledged.
    lost: usize,
    /// Wishes with more claimed than they ask for.
    oversold: usize,
    /// Stored, and acknowledged to nobody, though every request was answered in the end.
    ghosts: usize,
    /// Refused because somebody else had it, and nobody has it.
    in_vain: usize,
    /// Sent again with its key, and not answered alike each time.
    pub torn: usize,
    /// The middle one of all starts.
    pub restart: Duration,
    /// The whole run.
    pub took: Duration,
    /// What `wishlight check` said, where it was not content.
    unsound: Option<String>,
    /// What SQLite says of its file, where it is not `ok`.
    damaged: Option<String>,
}

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    wish_id: String,
    #[diesel(sql_type = Text)]
    claimant_id: String,
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    said: String,
}

impl Audit {
    /// Compares. No server runs.
    pub fn of(kind: Kind, book: &Book, sql: &mut Sql, home: &Home) -> Self {
        let asks = book.asks();
        let stored: Vec<Stored> = sql.rows("SELECT id, wish_id, claimant_id FROM claims");
        let oversold = sql.rows::<Said>(
            "SELECT w.id AS said FROM wishes w JOIN claims c ON c.wish_id = w.id
             GROUP BY w.id, w.quantity HAVING sum(c.quantity) > w.quantity",
        );
        let damage = match kind {
            Kind::Sqlite => sql.rows::<Said>("SELECT integrity_check AS said FROM pragma_integrity_check"),
            Kind::Postgres => Vec::new(),
        };
        let damage: Vec<String> =
            damage.into_iter().map(|row| row.said).filter(|said| said != "ok").collect();
        Self {
            kind,
            acknowledged: book.count(|fate| matches!(fate, Fate::Acknowledged(_))),
            unknown: 0,
            conflicts: book.count(|fate| *fate == Fate::Refused),
            lost: lost(&asks, &stored),
            oversold: oversold.len(),
            ghosts: ghosts(&asks, &stored),
            in_vain: in_vain(&asks, &stored),
            torn: 0,
            restart: Duration::ZERO,
            took: Duration::ZERO,
            unsound: home.run(&["check"]).err(),
            damaged: (!damage.is_empty()).then(|| damage.join("; ")),
        }
    }

    /// Nothing is wrong, and enough happened for that to mean something.
    pub fn is_clean(&self) -> bool {
        let wrong = self.lost + self.oversold + self.ghosts + self.in_vain + self.torn;
        wrong == 0 && self.unsound.is_none() && self.damaged.is_none() && self.acknowledged > 0
    }

    /// A claim taken away and a claim added were found, by this audit and by `wishlight check`.
    pub fn noticed_all(&self) -> bool {
        (self.lost, self.oversold, self.ghosts, self.in_vain) == (1, 1, 1, 1) && self.unsound.is_some()
    }
}

fn lost(asks: &[Ask], stored: &[Stored]) -> usize {
    let by_id: HashMap<&str, &Stored> = stored.iter().map(|claim| (claim.id.as_str(), claim)).collect();
    let is_lost = |ask: &&Ask| match &ask.fate {
        Fate::Acknowledged(id) => by_id
            .get(id.as_str())
            .is_none_or(|claim| (&claim.wish_id, &claim.claimant_id) != (&ask.wish, &ask.volunteer)),
        _ => false,
    };
    asks.iter().filter(is_lost).count()
}

fn ghosts(asks: &[Ask], stored: &[Stored]) -> usize {
    let told = asks.iter().filter_map(|ask| match &ask.fate {
        Fate::Acknowledged(id) => Some(id.as_str()),
        _ => None,
    });
    let told: HashSet<&str> = told.collect();
    stored.iter().filter(|claim| !told.contains(claim.id.as_str())).count()
}

fn in_vain(asks: &[Ask], stored: &[Stored]) -> usize {
    let taken: HashSet<&str> = stored.iter().map(|claim| claim.wish_id.as_str()).collect();
    asks.iter().filter(|ask| ask.fate == Fate::Refused && !taken.contains(ask.wish.as_str())).count()
}

/// One row for each database, and what `check` and SQLite said.
pub fn print(audits: &[Audit]) {
    println!(
        "| database | acked | unknown | conflicts | lost | oversold | ghosts | refused in vain | torn | check | restart median | took |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for audit in audits {
        let Audit { kind, acknowledged, unknown, conflicts, lost, oversold, ghosts, in_vain, torn, .. } =
            audit;
        let (restart, took) = (audit.restart.as_millis(), audit.took.as_secs_f64());
        let sound = if audit.unsound.is_none() && audit.damaged.is_none() { "ok" } else { "FAILED" };
        println!(
            "| {kind:?} | {acknowledged} | {unknown} | {conflicts} | {lost} | {oversold} | {ghosts} | {in_vain} | {torn} | {sound} | {restart} ms | {took:.1} s |"
        );
    }
    for audit in audits {
        let findings = audit.unsound.iter().chain(&audit.damaged);
        findings.for_each(|finding| println!("{:?}: {}", audit.kind, finding.trim_end()));
    }
}
