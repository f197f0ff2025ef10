//! Bringing a database to the form this program needs.
//!
//! Owns which migrations there are and when they run. The two trees have the same names. Must not
//! know what the tables mean.

use diesel::backend::Backend;
use diesel::migration::{Migration as _, MigrationSource, MigrationVersion};
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::conn::{Address, Conn};
use crate::dialect;
use crate::error::{OpenError, StoreError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

mod applied {
    diesel::table! {
        __diesel_schema_migrations (version) {
            version -> Text,
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Applies the missing migrations, oldest first; tells their versions. Safe to call from several
/// processes at once: one works, the others wait and find nothing left to do.
///
/// # Errors
/// [`OpenError::Migration`] names what failed; [`OpenError::NewerDatabase`] as when opening.
pub fn run(url: &str) -> Result<Vec<String>, OpenError> {
    let mut conn = Address::parse(url)?.connect()?;
    dialect::wait_for_others(&mut conn)?;
    // Most starts find nothing to do, and must not wait for what makes a change of tables safe.
    refuse_newer(&mut conn)?;
    if pending_on(&mut conn)?.is_empty() {
        return Ok(Vec::new());
    }
    dialect::exclusively(&mut conn, |conn| {
        refuse_newer(conn)?;
        match conn {
            Conn::Sqlite(c) => versions(c.run_pending_migrations(SQLITE)),
            Conn::Postgres(c) => versions(c.run_pending_migrations(POSTGRES)),
        }
    })
}

/// Undoes all migrations, newest first, and with them all data. For tests.
///
/// # Errors
/// As [`run`].
pub fn revert_all(url: &str) -> Result<Vec<String>, OpenError> {
    let mut conn = Address::parse(url)?.connect()?;
    dialect::wait_for_others(&mut conn)?;
    dialect::exclusively(&mut conn, |conn| match conn {
        Conn::Sqlite(c) => versions(c.revert_all_migrations(SQLITE)),
        Conn::Postgres(c) => versions(c.revert_all_migrations(POSTGRES)),
    })
}

/// The versions that [`run`] would apply.
///
/// # Errors
/// [`OpenError::Store`] when the database cannot be read.
pub fn pending(url: &str) -> Result<Vec<String>, OpenError> {
    pending_on(&mut Address::parse(url)?.connect()?)
}

fn pending_on(conn: &mut Conn) -> Result<Vec<String>, OpenError> {
    let applied = applied(conn)?;
    Ok(known(conn)?.into_iter().filter(|version| !applied.contains(version)).collect())
}

/// Refuses a database that has migrations which this program does not know.
pub(crate) fn refuse_newer(conn: &mut Conn) -> Result<(), OpenError> {
    let known = known(conn)?;
    let versions: Vec<String> =
        applied(conn)?.into_iter().filter(|version| !known.contains(version)).collect();
    if versions.is_empty() { Ok(()) } else { Err(OpenError::NewerDatabase { versions }) }
}

fn applied(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    use applied::__diesel_schema_migrations::dsl::{__diesel_schema_migrations as migrations, version};
    if !dialect::has_table(conn, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    Ok(migrations.select(version).order(version).load(conn)?)
}

fn known(conn: &Conn) -> Result<Vec<String>, OpenError> {
    match conn {
        Conn::Sqlite(_) => embedded::<diesel::sqlite::Sqlite>(SQLITE),
        Conn::Postgres(_) => embedded::<diesel::pg::Pg>(POSTGRES),
    }
}

fn embedded<DB: Backend>(source: impl MigrationSource<DB>) -> Result<Vec<String>, OpenError> {
    let migrations = source.migrations().map_err(failed)?;
    let mut versions: Vec<String> = migrations.iter().map(|m| m.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

fn versions(done: Result<Vec<MigrationVersion<'_>>, Failure>) -> Result<Vec<String>, OpenError> {
    Ok(done.map_err(failed)?.iter().map(ToString::to_string).collect())
}

fn failed(error: Failure) -> OpenError {
    OpenError::Migration(error.to_string())
}
