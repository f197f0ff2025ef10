//! A million wishes, with who may claim them: copies of one that went through the API, varied so that a
//! list meets different places, categories and states. The copies have no events.

use super::{
    copies::{Sql, WISHES_EACH, volunteer, wish},
    node::{Home, Node},
    village::Village,
};
use diesel::{QueryableByName, sql_types::BigInt};
use std::{
    cell::Cell,
    time::{Duration, Instant},
};
use tests::{client::Client, world};

/// Enough that nobody comes to hold many claims.
const VOLUNTEERS: u64 = 20_000;
/// Of each wish; so that none is full after a claim or two.
const SHARES: i64 = 100;
/// More than pgbench claims in a run.
const RESERVED: u64 = 200_000;
/// Beside the one that is founded first.
const NEIGHBOURS: usize = 19;

/// So long it may take until the figures are right.
const PATIENCE: Duration = Duration::from_secs(1200);

/// Knuth's multiplier spreads the numbers evenly.
const SPREAD: u64 = 2_654_435_761;

/// What is in the database, and which of it was used.
pub struct Stock {
    /// The token of one who may claim for every volunteer.
    pub token: String,
    /// Who that is.
    pub claimer: String,
    /// The root of the tree.
    pub organisation: String,
    wishes: u64,
    claims: Cell<u64>,
    reads: Cell<u64>,
}

impl Stock {
    /// Fills the empty database of `home`, over which `node` runs.
    pub async fn fill(home: &Home, node: &Node, wishes: u64) -> Self {
        let base = format!("http://{}", node.address);
        let village = Village::found(home, &base).await;
        let admin = Client::new(&base).sign_in("admin", world::PASSWORD).await;
        let root = admin.get("/me").await.expect(200).body["memberships"][0]["organisation"]["id"].clone();
        let root = root.as_str().expect("the root of the tree");
        for n in 0..NEIGHBOURS {
            world::organisation(&admin, root, &format!("第{n}村"), "village", "community", None).await;
        }
        let template = village.published(SHARES).await;
        let one = village.volunteer("志愿者").await;
        let manager = Client::new(&base).with_token(&village.token).get("/me").await;
        let claimer = manager.expect(200).body["user"]["id"].as_str().expect("an id").to_owned();
        let mut sql = Sql::open(&home.database.url);
        sql.copy_volunteers(&one, 1..=VOLUNTEERS);
        sql.run("CREATE TEMPORARY TABLE villages AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM organisations WHERE level = 'village'");
        let mut differs = varied(root);
        differs.push(sql.copy_residents(&template, wishes, &village_of("n.i")));
        sql.copy_wishes(&template, 1..=wishes, &differs);
        match sql {
            Sql::Postgres(_) => {
                sql.run("VACUUM (ANALYZE) wishes, claimants, beneficiaries, households, data_keys")
            }
            Sql::Sqlite(_) => sql.run("PRAGMA wal_checkpoint(TRUNCATE)"),
        };
        settle(&mut sql).await;
        let organisation = root.to_owned();
        Self {
            token: village.token,
            claimer,
            organisation,
            wishes,
            claims: Cell::new(0),
            reads: Cell::new(0),
        }
    }

    /// A wish anywhere, as by chance.
    pub fn any_wish(&self) -> String {
        self.reads.set(self.reads.get() + 1);
        wish(self.reads.get().wrapping_mul(SPREAD) % self.wishes + 1)
    }

    /// A volunteer, as by chance.
    pub fn any_volunteer(&self) -> String {
        self.reads.set(self.reads.get() + 1);
        volunteer(self.reads.get().wrapping_mul(SPREAD) % VOLUNTEERS + 1)
    }

    /// The number of a claim, an open wish and a volunteer that were not brought together before.
    pub fn next_claim(&self) -> (u64, String, String) {
        let (number, open) = (self.claims.get(), self.open());
        self.claims.set(number + 1);
        (
            number,
            wish(number % open * 2 + 1),
            volunteer((number % VOLUNTEERS + number / open) % VOLUNTEERS + 1),
        )
    }

    /// Numbers for others to claim with in the same way: the first, how many open wishes and how many
    /// volunteers they go round.
    pub fn reserve(&self) -> (u64, u64, u64) {
        let first = self.claims.get();
        self.claims.set(first + RESERVED);
        (first, self.open(), VOLUNTEERS)
    }

    const fn open(&self) -> u64 {
        self.wishes.div_ceil(2)
    }
}

/// Waits until the server has counted the copies, which nothing told it of.
async fn settle(sql: &mut Sql) {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let counted = "SELECT count(DISTINCT organisation_id) AS count FROM events WHERE kind = 'figures_mended'";
    let began = Instant::now();
    while usize::try_from(sql.rows::<Count>(counted)[0].count).expect("a count") <= NEIGHBOURS {
        assert!(began.elapsed() < PATIENCE, "the figures do not come to be right");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// One of the twenty, by a number.
fn village_of(number: &str) -> String {
    format!("(SELECT id FROM villages WHERE place = {number} % {})", NEIGHBOURS + 1)
}

/// Every second wish is open, the others are fulfilled; they lie in twenty villages and seven categories,
/// and whoever belongs to the tree may claim them.
fn varied(root: &str) -> Vec<(&'static str, String)> {
    let village = village_of(&format!("(n.i / {WISHES_EACH})"));
    let fulfilled = |then: &str, column: &str| format!("CASE n.i % 2 WHEN 1 THEN {column} ELSE {then} END");
    vec![
        ("origin_id", village.clone()),
        ("holder_id", village),
        ("audience_id", format!("'{root}'")),
        ("title", "title || ' ' || n.i".to_owned()),
        (
            "category",
            "CASE n.i % 7 WHEN 0 THEN 'thing' WHEN 1 THEN 'skill' WHEN 2 THEN 'yard' WHEN 3 THEN 'company'
             WHEN 4 THEN 'hand' WHEN 5 THEN 'study' ELSE 'health' END"
                .to_owned(),
        ),
        ("status", fulfilled("'fulfilled'", "status")),
        ("reserved", fulfilled("quantity", "reserved")),
        ("delivered", fulfilled("quantity", "delivered")),
        ("confirmed", fulfilled("quantity", "confirmed")),
        ("fulfilled_at", fulfilled("published_at", "NULL")),
        ("due_at", fulfilled("NULL", "due_at")),
    ]
}
