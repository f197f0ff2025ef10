//! A database for one test, and the table that the tests write to.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use store::{Conn, Db, Options, StoreError, StoreResult};

diesel::table! {
    notes (id) {
        id -> Text,
        body -> Text,
        pages -> BigInt,
    }
}

/// A word that no other test of this run has, nor of another run beside it.
pub fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{:x}_{:x}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A new, empty database that goes away with this value.
pub struct Fresh {
    pub url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Server(String, String),
}

impl Fresh {
    pub fn sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("wishlight-store-{}", unique()));
        std::fs::create_dir(&folder).unwrap();
        Self { url: format!("sqlite://{}/w.db", folder.display()), place: Place::Folder(folder) }
    }

    pub fn postgres() -> Option<Self> {
        let server = std::env::var("TEST_DATABASE_URL").ok()?;
        let name = format!("store_{}", unique());
        execute(&server, &format!("CREATE DATABASE {name}"));
        let (base, _) = server.rsplit_once('/').unwrap();
        Some(Self { url: format!("{base}/{name}"), place: Place::Server(server.clone(), name) })
    }

    /// One on each database there is.
    pub fn each() -> Vec<Self> {
        std::iter::once(Self::sqlite()).chain(Self::postgres()).collect()
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Server(..))
    }

    pub fn open(&self) -> Db {
        self.open_with(Options::default())
    }

    pub fn open_with(&self, options: Options) -> Db {
        Db::open(&self.url, options).unwrap()
    }

    /// Runs SQL from outside of the store.
    pub fn execute(&self, sql: &str) {
        execute(&self.url, sql);
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Server(server, name) => {
                execute(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}

/// A connection past the store.
pub fn outside(url: &str) -> Conn {
    match url.strip_prefix("sqlite://") {
        Some(path) => {
            let mut conn = SqliteConnection::establish(path).unwrap();
            // The store may be closing the file in another thread.
            conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
            Conn::Sqlite(conn)
        }
        None => Conn::Postgres(PgConnection::establish(url).unwrap()),
    }
}

pub fn execute(url: &str, sql: &str) {
    outside(url).batch_execute(sql).unwrap();
}

/// Runs a test on a runtime of one thread, so that its tasks take turns and nothing else.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}

/// Runs a test on each database, with the notes table in it.
pub fn on_each<F: Future<Output = ()>>(options: Options, test: impl Fn(Arc<Fresh>, Db) -> F) {
    for fresh in Fresh::each() {
        let fresh = Arc::new(fresh);
        let db = fresh.open_with(options.clone());
        run(async {
            create_notes(&db).await;
            test(Arc::clone(&fresh), db).await;
        });
    }
}

pub async fn create_notes(db: &Db) {
    db.write(|conn| {
        conn.batch_execute(
            "CREATE TABLE notes (
                 id TEXT PRIMARY KEY,
                 body TEXT NOT NULL,
                 pages BIGINT NOT NULL,
                 CONSTRAINT notes_body_pages_key UNIQUE (body, pages)
             )",
        )?;
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
}

pub fn insert(conn: &mut Conn, id: &str) -> StoreResult<()> {
    // Another body each time, so that only the id can be there already.
    let body = unique();
    let row = (notes::id.eq(id), notes::body.eq(body), notes::pages.eq(1));
    diesel::insert_into(notes::table).values(row).execute(conn)?;
    Ok(())
}

pub fn ids(conn: &mut Conn) -> StoreResult<Vec<String>> {
    Ok(notes::table.select(notes::id).order(notes::id).load(conn)?)
}

pub async fn stored(db: &Db) -> Vec<String> {
    db.read(ids).await.unwrap()
}

pub async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}
