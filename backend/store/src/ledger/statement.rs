//! Statements of platforms, their rows that wait, and what came of those that differ ([`difference`]).

pub mod difference;

use crate::{
    Conn, StoreError, StoreResult,
    column::{date_text, instant, json, json_text, one_row, word},
    dialect::ROWS_AT_ONCE,
    on_each,
    schema::{platforms, statement_parts, statements},
};
use diesel::prelude::*;
use domain::{
    id::{PlatformId, PoolId, StatementId},
    ledger::statement::{Row as Told, RowKind, Said, Statement, Status, Sum},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = statements, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    pool_id: String,
    platform_id: String,
    organisation_id: String,
    format: String,
    from_on: String,
    to_on: String,
    said_count: i64,
    said_fen: i64,
    found_count: i64,
    found_fen: i64,
    repeated: i64,
    file_hash: String,
    status: String,
    counted: String,
    numbered: i64,
    done_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Statement {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            platform_id: word(&row.platform_id)?,
            organisation_id: word(&row.organisation_id)?,
            said: Said {
                pool_id: word(&row.pool_id)?,
                format: word(&row.format)?,
                from: word(&row.from_on)?,
                to: word(&row.to_on)?,
                count: row.said_count,
                total_fen: row.said_fen,
            },
            file_hash: row.file_hash,
            found: Sum { count: row.found_count, amount_fen: row.found_fen },
            repeated: row.repeated,
            status: word(&row.status)?,
            counted: json(&row.counted)?,
            numbered: row.numbered,
            created_at: instant(row.created_at),
            done_at: row.done_at.map(instant),
        })
    }
}

/// Enters a statement; by `digest` the same is known again.
///
/// # Errors
/// `Unique` where it was sent before.
pub fn insert(conn: &mut Conn, statement: &Statement, digest: &str) -> StoreResult<()> {
    let said = &statement.said;
    let row = Row {
        id: statement.id.to_string(),
        version: statement.version,
        pool_id: said.pool_id.to_string(),
        platform_id: statement.platform_id.to_string(),
        organisation_id: statement.organisation_id.to_string(),
        format: said.format.to_string(),
        from_on: date_text(said.from),
        to_on: date_text(said.to),
        said_count: said.count,
        said_fen: said.total_fen,
        found_count: statement.found.count,
        found_fen: statement.found.amount_fen,
        repeated: statement.repeated,
        file_hash: statement.file_hash.clone(),
        status: statement.status.to_string(),
        counted: json_text(&statement.counted)?,
        numbered: statement.numbered,
        done_at: statement.done_at.map(Instant::micros),
        created_at: statement.created_at.micros(),
        updated_at: statement.created_at.micros(),
    };
    diesel::insert_into(statements::table).values((&row, statements::digest.eq(digest))).execute(conn)?;
    Ok(())
}

/// Saves how far a statement has come, and its version as it is.
///
/// # Errors
/// `Stale` when it changed since `seen`.
pub fn save(conn: &mut Conn, statement: &Statement, seen: i64, now: Instant) -> StoreResult<()> {
    let same = statements::table
        .filter(statements::id.eq(statement.id.to_string()))
        .filter(statements::version.eq(seen));
    let set = (
        statements::version.eq(statement.version),
        statements::status.eq(statement.status.as_str()),
        statements::counted.eq(json_text(&statement.counted)?),
        statements::numbered.eq(statement.numbered),
        statements::done_at.eq(statement.done_at.map(Instant::micros)),
        statements::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(same).set(set).execute(conn)?)
}

/// One statement.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: StatementId) -> StoreResult<Option<Statement>> {
    let row: Option<Row> =
        statements::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One statement, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: StatementId) -> StoreResult<Option<Statement>> {
    // Writing what is there takes the lock of the row, on either database.
    let same = statements::version.eq(statements::version);
    diesel::update(statements::table.find(id.to_string())).set(same).execute(conn)?;
    load(conn, id)
}

/// The statement that a platform sent before, by its digest.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn sent_before(conn: &mut Conn, by: PlatformId, digest: &str) -> StoreResult<Option<Statement>> {
    let row: Option<Row> = statements::table
        .filter(statements::platform_id.eq(by.to_string()))
        .filter(statements::digest.eq(digest))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The statements of a pool, newest first; of one platform alone where it is named.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: PoolId,
    by: Option<PlatformId>,
    before: Option<StatementId>,
    limit: i64,
) -> StoreResult<Vec<Statement>> {
    let mut query = statements::table.filter(statements::pool_id.eq(of.to_string())).into_boxed();
    if let Some(by) = by {
        query = query.filter(statements::platform_id.eq(by.to_string()));
    }
    if let Some(before) = before {
        query = query.filter(statements::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(statements::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The statements that are being held against the books, of platforms that are let in.
///
/// # Errors
/// When the database does not answer.
pub fn running(conn: &mut Conn) -> StoreResult<Vec<StatementId>> {
    let ids: Vec<String> = statements::table
        .inner_join(platforms::table.on(platforms::id.eq(statements::platform_id)))
        .filter(statements::status.eq(Status::Running.as_str()))
        .filter(platforms::active)
        .order(statements::id.asc())
        .select(statements::id)
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}

/// Rows that wait, and between which numbers of the platform they lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The parts are taken in the order of their numbers.
    pub number: i64,
    /// What its rows tell of.
    pub kind: RowKind,
    /// Behind this number; from the first on where there is none.
    pub after: Option<String>,
    /// Up to this number; to the last where there is none.
    pub upto: Option<String>,
    /// The rows, by the platform's own numbers.
    pub rows: Vec<Told>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = statement_parts, treat_none_as_default_value = false)]
struct PartRow {
    statement_id: String,
    number: i64,
    kind: String,
    after_id: Option<String>,
    upto_id: Option<String>,
    rows: String,
}

/// Enters the rows of a statement.
///
/// # Errors
/// When the database refuses.
pub fn insert_parts(conn: &mut Conn, of: StatementId, parts: &[Part]) -> StoreResult<()> {
    let row = |part: &Part| {
        Ok(PartRow {
            statement_id: of.to_string(),
            number: part.number,
            kind: part.kind.to_string(),
            after_id: part.after.clone(),
            upto_id: part.upto.clone(),
            rows: json_text(&part.rows)?,
        })
    };
    for some in parts.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(row).collect::<StoreResult<Vec<_>>>()?;
        let new = diesel::insert_into(statement_parts::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
    }
    Ok(())
}

/// The part of a statement that is next.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn next_part(conn: &mut Conn, of: StatementId) -> StoreResult<Option<Part>> {
    let row: Option<PartRow> = statement_parts::table
        .filter(statement_parts::statement_id.eq(of.to_string()))
        .order(statement_parts::number.asc())
        .select(PartRow::as_select())
        .first(conn)
        .optional()?;
    let part = |row: PartRow| {
        Ok(Part {
            number: row.number,
            kind: word(&row.kind)?,
            after: row.after_id,
            upto: row.upto_id,
            rows: json(&row.rows)?,
        })
    };
    row.map(part).transpose()
}

/// A part was looked at up to a number of the platform; its rows still wait.
///
/// # Errors
/// `Stale` when it is gone.
pub fn move_part(conn: &mut Conn, of: StatementId, number: i64, after: &str) -> StoreResult<()> {
    let part = statement_parts::table.find((of.to_string(), number));
    one_row(diesel::update(part).set(statement_parts::after_id.eq(after)).execute(conn)?)
}

/// A part was held against the books: what its rows say is kept no longer.
///
/// # Errors
/// `Stale` when it is gone already.
pub fn remove_part(conn: &mut Conn, of: StatementId, number: i64) -> StoreResult<()> {
    one_row(diesel::delete(statement_parts::table.find((of.to_string(), number))).execute(conn)?)
}
