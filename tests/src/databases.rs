//! A database for one test, gone with it.

use diesel::{Connection, PgConnection, RunQueryDsl};
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
