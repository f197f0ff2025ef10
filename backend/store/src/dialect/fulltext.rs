//! The full-text index in each database. The tokens come from `search`, so that both databases
//! index and find the same: neither database's own dictionaries or locale take part.
//!
//! Expected are, on SQLite, `wish_search` as an FTS5 table
//! `fts5(terms, content='', contentless_delete=1, tokenize='ascii')`, and on PostgreSQL a table
//! `wish_search(number bigint primary key, terms tsvector)` with a GIN index on `terms`.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

use crate::conn::{Conn, MultiBackend};
use crate::search::Query;

/// Whether a wish matches a search, as a condition on a select from `wishes`.
#[derive(Debug, Clone, QueryId)]
pub struct Matches {
    sqlite: String,
    postgres: String,
}

/// The condition that a wish has every token of `query`.
#[must_use]
pub fn matches(query: &Query) -> Matches {
    // Tokens are letters and digits only; they are quoted all the same, so that no token can be
    // read as an operator (FTS5 knows AND, NEAR and others).
    let quoted = |mark: char, and: &str| {
        let tokens = query.tokens().iter().map(|t| format!("{mark}{t}{mark}"));
        tokens.collect::<Vec<_>>().join(and)
    };
    Matches { sqlite: quoted('"', " AND "), postgres: quoted('\'', " & ") }
}

impl Expression for Matches {
    type SqlType = Bool;
}

impl<QS: ?Sized> AppearsOnTable<QS> for Matches {}

impl<QS: ?Sized> SelectableExpression<QS> for Matches {}

impl<G> ValidGrouping<G> for Matches {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<Sqlite> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("wishes.number IN (SELECT rowid FROM wish_search WHERE wish_search MATCH ");
        out.push_bind_param::<Text, _>(&self.sqlite)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("wishes.number IN (SELECT number FROM wish_search WHERE terms @@ CAST(");
        out.push_bind_param::<Text, _>(&self.postgres)?;
        out.push_sql(" AS tsquery))");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for Matches {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

/// Puts the terms of a wish into the index, in place of those it had.
///
/// # Errors
/// As any write.
pub fn index_wish(conn: &mut Conn, number: i64, terms: &str) -> QueryResult<()> {
    IndexWish { number, terms: terms.to_owned() }.execute(conn).map(drop)
}

/// Takes a wish out of the index.
///
/// # Errors
/// As any write.
pub fn unindex_wish(conn: &mut Conn, number: i64) -> QueryResult<()> {
    UnindexWish { number }.execute(conn).map(drop)
}

#[derive(QueryId)]
struct IndexWish {
    number: i64,
    terms: String,
}

impl QueryFragment<Sqlite> for IndexWish {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT OR REPLACE INTO wish_search (rowid, terms) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&self.terms)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for IndexWish {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("INSERT INTO wish_search (number, terms) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.number)?;
        out.push_sql(", array_to_tsvector(string_to_array(");
        out.push_bind_param::<Text, _>(&self.terms)?;
        out.push_sql(", ' '))) ON CONFLICT (number) DO UPDATE SET terms = excluded.terms");
        Ok(())
    }
}

impl QueryFragment<MultiBackend> for IndexWish {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

impl RunQueryDsl<Conn> for IndexWish {}

#[derive(QueryId)]
struct UnindexWish {
    number: i64,
}

impl QueryFragment<Sqlite> for UnindexWish {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("DELETE FROM wish_search WHERE rowid = ");
        out.push_bind_param::<BigInt, _>(&self.number)
    }
}

impl QueryFragment<Pg> for UnindexWish {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("DELETE FROM wish_search WHERE number = ");
        out.push_bind_param::<BigInt, _>(&self.number)
    }
}

impl QueryFragment<MultiBackend> for UnindexWish {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, out)
    }
}

impl RunQueryDsl<Conn> for UnindexWish {}
