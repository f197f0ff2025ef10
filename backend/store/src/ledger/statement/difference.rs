//! What is not the same on both sides.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row, optional_word, required, word},
    dialect::ROWS_AT_ONCE,
    on_each,
    schema::statement_differences,
};
use diesel::prelude::*;
use domain::{
    id::StatementId,
    ledger::statement::{Difference, Outcome, Settled},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_differences, treat_none_as_default_value = false)]
struct Row {
    statement_id: String,
    number: i64,
    version: i64,
    kind: Option<String>,
    outcome: String,
    external_id: Option<String>,
    amount_fen: Option<i64>,
    here_fen: Option<i64>,
    donation_id: Option<String>,
    fault: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    settled_by: Option<String>,
    settled_at: Option<i64>,
}

impl From<&Difference> for Row {
    fn from(of: &Difference) -> Self {
        let settled = of.settled.as_ref();
        Self {
            statement_id: of.statement_id.to_string(),
            number: of.number,
            version: of.version,
            kind: of.kind.map(|kind| kind.to_string()),
            outcome: of.outcome.to_string(),
            external_id: of.external_id.clone(),
            amount_fen: of.amount_fen,
            here_fen: of.here_fen,
            donation_id: of.donation_id.map(|id| id.to_string()),
            fault: of.column.map(|column| column.to_string()),
            reason: of.reason.clone(),
            note: settled.map(|settled| settled.note.clone()),
            settled_by: settled.map(|settled| settled.by.to_string()),
            settled_at: settled.map(|settled| settled.at.micros()),
        }
    }
}

impl TryFrom<Row> for Difference {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let settled = row.settled_at.map(|at| {
            Ok::<_, StoreError>(Settled {
                by: word(required(row.settled_by.as_deref(), "who settled a difference")?)?,
                at: instant(at),
                note: required(row.note.clone(), "what was found of a difference")?,
            })
        });
        Ok(Self {
            statement_id: word(&row.statement_id)?,
            number: row.number,
            version: row.version,
            kind: optional_word(row.kind.as_deref())?,
            outcome: word(&row.outcome)?,
            external_id: row.external_id,
            amount_fen: row.amount_fen,
            here_fen: row.here_fen,
            donation_id: optional_word(row.donation_id.as_deref())?,
            column: optional_word(row.fault.as_deref())?,
            reason: row.reason,
            settled: settled.transpose()?,
        })
    }
}

/// Enters differences.
///
/// # Errors
/// `Unique` where a row came to something already.
pub fn insert(conn: &mut Conn, all: &[Difference]) -> StoreResult<()> {
    for part in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<Row> = part.iter().map(Row::from).collect();
        let new = diesel::insert_into(statement_differences::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
    }
    Ok(())
}

/// One difference.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, of: StatementId, number: i64) -> StoreResult<Option<Difference>> {
    let row: Option<Row> = statement_differences::table
        .find((of.to_string(), number))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Which differences are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Of rows that came to this.
    pub outcome: Option<Outcome>,
    /// Those that somebody has to look at.
    pub open: bool,
    /// Behind this number.
    pub after: i64,
}

/// Differences of a statement, by their numbers.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, of: StatementId, wanted: Wanted, limit: i64) -> StoreResult<Vec<Difference>> {
    let mut query = statement_differences::table
        .filter(statement_differences::statement_id.eq(of.to_string()))
        .filter(statement_differences::number.gt(wanted.after))
        .into_boxed();
    if let Some(outcome) = wanted.outcome {
        query = query.filter(statement_differences::outcome.eq(outcome.as_str()));
    }
    if wanted.open {
        query = query
            .filter(statement_differences::settled_at.is_null())
            .filter(statement_differences::outcome.ne(Outcome::MissingHere.as_str()));
    }
    let order = statement_differences::number.asc();
    let rows: Vec<Row> = query.order(order).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many differences of each statement somebody has to look at.
///
/// # Errors
/// When the database does not answer.
pub fn open(conn: &mut Conn, of: &[StatementId]) -> StoreResult<Vec<(StatementId, i64)>> {
    let ids: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, i64)> = statement_differences::table
        .filter(statement_differences::statement_id.eq_any(ids))
        .filter(statement_differences::settled_at.is_null())
        .filter(statement_differences::outcome.ne(Outcome::MissingHere.as_str()))
        .group_by(statement_differences::statement_id)
        .select((statement_differences::statement_id, diesel::dsl::count_star()))
        .load(conn)?;
    rows.iter().map(|(id, count)| Ok((word(id)?, *count))).collect()
}

/// Saves what somebody found of a difference under the next version.
///
/// # Errors
/// `Stale` when somebody else settled it since.
pub fn settle(conn: &mut Conn, of: &Difference) -> StoreResult<()> {
    let row = Row::from(of);
    let seen = statement_differences::table
        .find((row.statement_id, row.number))
        .filter(statement_differences::version.eq(row.version));
    let set = (
        statement_differences::version.eq(row.version.saturating_add(1)),
        statement_differences::note.eq(row.note),
        statement_differences::settled_by.eq(row.settled_by),
        statement_differences::settled_at.eq(row.settled_at),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}
