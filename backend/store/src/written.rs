//! Statements that Diesel would put together anew for each call, three times over, although their SQL never
//! changes: of a page of the wall that was a quarter of the time.

use crate::conn::MultiBackend;
use diesel::{
    AppearsOnTable, Expression, QueryResult, RunQueryDsl, Selectable, SelectableExpression,
    backend::Backend,
    expression::ValidGrouping,
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, QueryBuilder as _, QueryFragment, QueryId},
};
use std::sync::OnceLock;

/// The columns of a row type, to select, with their names written once: `written!(Row)`.
macro_rules! written {
    ($row:ty) => {{
        static NAMES: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        $crate::written::Written::of::<$row>(&NAMES)
    }};
}
pub(crate) use written;

/// Columns to select, and where their names are kept once written. They must hold no values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<E>(E, &'static OnceLock<String>);

/// The columns of a row type.
type Columns<R> = <R as Selectable<MultiBackend>>::SelectExpression;

impl<E> Written<E> {
    /// The columns of `R`; `names` must be of it alone.
    pub(crate) fn of<R>(names: &'static OnceLock<String>) -> Self
    where
        R: Selectable<MultiBackend, SelectExpression = E>,
    {
        let columns: Columns<R> = R::construct_selection();
        Self(columns, names)
    }
}

impl<E: QueryFragment<Pg>, DB: Backend> QueryFragment<DB> for Written<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let names = match self.1.get() {
            Some(names) => names,
            None => {
                // In PostgreSQL's quotes, which are the standard's, and SQLite reads them.
                let mut builder = PgQueryBuilder::default();
                self.0.to_sql(&mut builder, &Pg)?;
                self.1.get_or_init(|| builder.finish())
            }
        };
        out.push_sql(names);
        Ok(())
    }
}

impl<E: QueryId> QueryId for Written<E> {
    type QueryId = E::QueryId;
    const HAS_STATIC_QUERY_ID: bool = E::HAS_STATIC_QUERY_ID;
}

impl<E: Expression> Expression for Written<E> {
    type SqlType = E::SqlType;
}

impl<E: AppearsOnTable<QS>, QS: ?Sized> AppearsOnTable<QS> for Written<E> {}

impl<E: SelectableExpression<QS>, QS: ?Sized> SelectableExpression<QS> for Written<E> {}

impl<E: ValidGrouping<G>, G> ValidGrouping<G> for Written<E> {
    type IsAggregate = E::IsAggregate;
}

/// An update whose SQL follows from its type alone, so that it is prepared once: each column is set in each
/// call, to a value or to NULL. Diesel cannot know that of an update.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steady<S>(pub S);

impl<S: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Steady<S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<S: 'static> QueryId for Steady<S> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<S, C> RunQueryDsl<C> for Steady<S> {}
