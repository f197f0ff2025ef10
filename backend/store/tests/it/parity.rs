//! Both trees of migrations lead to the same place: the same names, the same tables, the same columns.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use store::migrate;

use crate::common::{Fresh, outside};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

/// A key is never null, SQLite's row id is as wide as a bigint, whatever its table says, and bytes have
/// another name there.
pub const SQLITE: &str = "
    SELECT t.name AS of_table, c.name AS name,
           CASE WHEN c.pk AND c.type = 'INTEGER' THEN 'bigint'
                WHEN c.type = 'BLOB' THEN 'bytea' ELSE lower(c.type) END AS kind,
           NOT (c.\"notnull\" OR c.pk) AS nullable
    FROM sqlite_schema t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

pub const POSTGRES: &str = "
    SELECT table_name::text AS of_table, column_name::text AS name, data_type::text AS kind,
           is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = current_schema()";

#[test]
fn the_migrations_have_the_same_names_and_a_way_back() {
    let [sqlite, postgres] = ["sqlite", "postgres"].map(names);
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

fn names(tree: &str) -> BTreeSet<String> {
    let folder = format!("{}/migrations/{tree}", env!("CARGO_MANIFEST_DIR"));
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: std::path::PathBuf| {
        assert!(path.join("up.sql").is_file() && path.join("down.sql").is_file(), "{}", path.display());
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    folders.map(name).collect()
}

#[test]
fn the_tables_and_columns_are_the_same() {
    let Some(postgres) = Fresh::postgres() else { return };
    let (sqlite, postgres) = (columns(&Fresh::sqlite(), SQLITE), columns(&postgres, POSTGRES));
    let only = |of: &BTreeSet<Column>, other: &BTreeSet<Column>| -> Vec<String> {
        of.difference(other).map(|column| format!("{column:?}")).collect()
    };
    assert!(sqlite.len() > 100, "{} columns only", sqlite.len());
    assert_eq!(only(&sqlite, &postgres), Vec::<String>::new(), "on SQLite only");
    assert_eq!(only(&postgres, &sqlite), Vec::<String>::new(), "on PostgreSQL only");
}

/// All but the search index, which each database keeps in its own way, and the list of migrations done,
/// which is not ours.
fn columns(fresh: &Fresh, query: &str) -> BTreeSet<Column> {
    migrate::run(&fresh.url).unwrap();
    let all: Vec<Column> = diesel::sql_query(query).load(&mut outside(&fresh.url)).unwrap();
    let ours =
        |column: &Column| !["wish_search", "__diesel"].iter().any(|not| column.of_table.starts_with(not));
    all.into_iter().filter(ours).collect()
}

#[derive(Debug, QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    of_table: String,
    #[diesel(sql_type = Text)]
    name: String,
}

const SQLITE_INDEXES: &str =
    "SELECT tbl_name AS of_table, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";

/// Those that no constraint made.
const POSTGRES_INDEXES: &str = "
    SELECT tablename::text AS of_table, indexname::text AS name FROM pg_indexes
    WHERE schemaname = current_schema()
      AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))";

/// A table that SQLite builds anew, to change a check, has lost its indexes.
#[test]
fn the_indexes_are_the_same() {
    let Some(postgres) = Fresh::postgres() else { return };
    let (sqlite, postgres) =
        (indexes(&Fresh::sqlite(), SQLITE_INDEXES), indexes(&postgres, POSTGRES_INDEXES));
    assert!(sqlite.len() > 30, "{} indexes only", sqlite.len());
    assert_eq!(sqlite, postgres);
}

fn indexes(fresh: &Fresh, query: &str) -> BTreeSet<String> {
    migrate::run(&fresh.url).unwrap();
    let all: Vec<Index> = diesel::sql_query(query).load(&mut outside(&fresh.url)).unwrap();
    let ours = |index: &Index| !index.of_table.starts_with("wish_search");
    all.into_iter().filter(ours).map(|index| format!("{}: {}", index.of_table, index.name)).collect()
}
