//! The field catalogue and the schema say the same, on either database: nothing is stored of which nobody
//! said what it is, and nothing is described that is not there.

use crate::{
    common::{Fresh, outside},
    parity::{POSTGRES, SQLITE},
};
use diesel::{RunQueryDsl, sql_types::Text};
use std::collections::BTreeSet;
use store::migrate;

#[derive(Debug, diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The tables in which SQLite's full text index keeps itself hold nothing but the terms of `wish_search`.
fn stored(fresh: &Fresh, query: &str) -> BTreeSet<(String, String)> {
    migrate::run(&fresh.url).unwrap();
    let all: Vec<Column> = diesel::sql_query(query).load(&mut outside(&fresh.url)).unwrap();
    let ours =
        |one: &Column| !one.of_table.starts_with("wish_search_") && !one.of_table.starts_with("__diesel");
    all.into_iter().filter(ours).map(|one| (one.of_table, one.name)).collect()
}

fn held_against(fresh: &Fresh, query: &str) {
    let listed: BTreeSet<(String, String)> = domain::catalogue::all()
        // SQLite numbers the rows of its index by itself.
        .filter(|one| query == POSTGRES || (one.0, one.1) != ("wish_search", "number"))
        .map(|(table, column, _)| (table.to_owned(), column.to_owned()))
        .collect();
    let stored = stored(fresh, query);
    assert!(stored.len() > 200, "{} columns only", stored.len());
    let unknown: Vec<_> = stored.difference(&listed).collect();
    assert!(unknown.is_empty(), "stored, and in no class of domain/src/catalogue/columns.rs: {unknown:?}");
    let gone: Vec<_> = listed.difference(&stored).collect();
    assert!(gone.is_empty(), "in the catalogue, and not stored: {gone:?}");
}

#[test]
fn every_column_of_sqlite_has_a_class() {
    held_against(&Fresh::sqlite(), SQLITE);
}

#[test]
fn every_column_of_postgres_has_a_class() {
    let Some(postgres) = Fresh::postgres() else { return };
    held_against(&postgres, POSTGRES);
}
