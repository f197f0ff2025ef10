//! A list of columns whose SQL is written once. Diesel writes the names of a statement that is put together
//! at run time anew for each call, three times over; of a page of the wall that was a quarter of the time.

use crate::conn::MultiBackend;
use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::ValidGrouping,
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, QueryBuilder as _, QueryFragment},
};
use std::sync::OnceLock;

/// Columns to select, and where their names are kept once written. Must hold no values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<E>(pub E, pub &'static OnceLock<String>);

impl<E: QueryFragment<Pg>> QueryFragment<MultiBackend> for Written<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
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

impl<E: Expression> Expression for Written<E> {
    type SqlType = E::SqlType;
}

impl<E: AppearsOnTable<QS>, QS: ?Sized> AppearsOnTable<QS> for Written<E> {}

impl<E: SelectableExpression<QS>, QS: ?Sized> SelectableExpression<QS> for Written<E> {}

impl<E: ValidGrouping<G>, G> ValidGrouping<G> for Written<E> {
    type IsAggregate = E::IsAggregate;
}
