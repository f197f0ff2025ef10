//! A database for one test, gone with it.

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_types::Text,
};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database on the server that `TEST_DATABASE_URL` names.
    Postgres,
}

/// A new, empty database.
#[derive(Debug)]
pub struct Database {
    /// Its URL.
    pub url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(PathBuf),
    Server { name: String },
}

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Database {
    /// Creates one.
    pub fn create(kind: Kind) -> Self {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("wishlight_{}_{count}", std::process::id());
        match kind {
            Kind::Sqlite => {
                let folder = std::env::temp_dir().join(name);
                std::fs::create_dir_all(&folder).expect("a folder");
                Self {
                    url: format!("sqlite://{}/wishlight.db", folder.display()),
                    place: Place::Folder(folder),
                }
            }
            Kind::Postgres => {
                execute(&format!("CREATE DATABASE {name}"));
                let (server, _) = server_url();
                Self { url: format!("{server}/{name}"), place: Place::Server { name } }
            }
        }
    }
}

impl Database {
    /// Which.
    pub fn kind(&self) -> Kind {
        match self.place {
            Place::Folder(_) => Kind::Sqlite,
            Place::Server { .. } => Kind::Postgres,
        }
    }

    /// No organisation stands in it yet.
    pub fn is_empty(&self) -> bool {
        self.names("SELECT name FROM organisations LIMIT 1").is_empty()
    }

    /// Everything stored, as bytes: the file and its logs, or every row of every table.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.place {
            Place::Folder(folder) => {
                let files = std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file"));
                files.flat_map(|file| std::fs::read(file.path()).unwrap_or_default()).collect()
            }
            Place::Server { .. } => pg_dump(&self.url, &["--inserts"]),
        }
    }
}

/// All rows of a database, to be put into another that has the same tables: a file, or statements.
#[derive(Debug)]
pub struct Kept(Vec<u8>);

impl Database {
    /// Keeps all rows as they are now.
    pub fn keep(&self) -> Kept {
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.join("kept.db");
                self.execute(&format!("VACUUM INTO '{}'", file.display()));
                Kept(std::fs::read(file).expect("a copy"))
            }
            Place::Server { .. } => {
                let dump = pg_dump(&self.url, &["--data-only", "--inserts", "--rows-per-insert=500"]);
                let dump = String::from_utf8(dump).expect("UTF-8");
                // Lines that begin with a backslash are for psql.
                let statements: Vec<&str> = dump.lines().filter(|line| !line.starts_with('\\')).collect();
                Kept(statements.join("\n").into_bytes())
            }
        }
    }

    /// From now on it holds these rows and no others.
    pub fn fill(&self, Kept(kept): &Kept) {
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.join("kept.db");
                std::fs::write(&file, kept).expect("a copy");
                // What full-text search keeps beside its table follows the rows by itself; there are none yet.
                let tables = self.names(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'wish_search%'",
                );
                let each = |table: String| {
                    format!("DELETE FROM main.{table}; INSERT INTO main.{table} SELECT * FROM kept.{table};")
                };
                let copy: String = tables.into_iter().map(each).collect();
                self.execute(&format!(
                    "PRAGMA foreign_keys = OFF; ATTACH '{}' AS kept; BEGIN IMMEDIATE; {copy} COMMIT; DETACH kept;",
                    file.display()
                ));
                std::fs::remove_file(&file).expect("a copy");
            }
            Place::Server { .. } => {
                let tables =
                    self.names("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'");
                let rows = String::from_utf8_lossy(kept);
                // Rows come in the order of the tables' names: foreign keys and triggers are asked nothing.
                self.execute(&format!(
                    "BEGIN; SET LOCAL session_replication_role = replica; TRUNCATE {}; {rows} COMMIT;",
                    tables.join(", ")
                ));
            }
        }
    }

    fn execute(&self, sql: &str) {
        self.connected(|conn| conn.batch_execute(sql), |conn| conn.batch_execute(sql)).expect("statements");
    }

    fn names(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            name: String,
        }
        let query = diesel::sql_query(sql);
        let rows =
            self.connected(|conn| query.clone().load::<Row>(conn), |conn| query.clone().load::<Row>(conn));
        rows.expect("names").into_iter().map(|row| row.name).collect()
    }

    fn connected<T>(
        &self,
        sqlite: impl FnOnce(&mut SqliteConnection) -> T,
        postgres: impl FnOnce(&mut PgConnection) -> T,
    ) -> T {
        match &self.place {
            Place::Folder(_) => sqlite(
                &mut SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).expect("a file"),
            ),
            Place::Server { .. } => postgres(&mut PgConnection::establish(&self.url).expect("PostgreSQL")),
        }
    }
}

/// What `pg_dump` says of a database.
pub fn pg_dump(url: &str, options: &[&str]) -> Vec<u8> {
    let dump = std::process::Command::new("pg_dump").args(options).arg(url).output().expect("pg_dump");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    dump.stdout
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Server { name } => execute(&format!("DROP DATABASE {name} WITH (FORCE)")),
        }
    }
}

/// The server's URL without a database, and the database to connect to first.
fn server_url() -> (String, String) {
    let url = std::env::var("TEST_DATABASE_URL")
        .expect("TEST_DATABASE_URL names a PostgreSQL server: run `make test`, or tests/tools/with-postgres.sh COMMAND");
    let (server, database) = url.rsplit_once('/').expect("a URL with a database");
    (server.to_owned(), database.to_owned())
}

fn execute(sql: &str) {
    let (server, database) = server_url();
    let mut conn = PgConnection::establish(&format!("{server}/{database}")).expect("PostgreSQL");
    diesel::sql_query(sql).execute(&mut conn).expect(sql);
}
