//! Statements: taken in once, shown to the platform that sent them and to those who keep the books, and what differs settled by a
//! person. Holding them against the books is [`reconciling`](super::reconciling)'s.

use super::{allow, unknown};
use crate::{
    app::{
        Context, event,
        event::{About, facts},
        found,
        program::program,
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    event::Kind,
    id::{PoolId, StatementId},
    ledger::statement::{Arranged, Difference, Outcome, Row, RowKind, Said, Statement, Status, Unread},
    refusal::Code,
};
use serde_json::json;
use store::{
    Conn,
    ledger::statement::{self as kept, Part, difference::Wanted},
};

/// So many rows are one transaction. On SQLite others wait that long to write.
const GIFTS_AT_ONCE: usize = 1000;

/// So many refunds: each is entered by itself.
const REFUNDS_AT_ONCE: usize = 200;

/// A file that was read, and is not entered yet.
#[derive(Debug, Clone)]
pub struct Read {
    /// What it says of itself.
    pub said: Said,
    /// Its rows.
    pub arranged: Arranged,
    /// The number of its last row.
    pub last: i64,
    /// SHA-256 of it.
    pub file_hash: String,
    /// SHA-256 of it and of what is said of it.
    pub digest: String,
}

/// What a program may send a statement of, before its file is read.
///
/// # Errors
/// As the access table says; `invalid` also for a pool that is not in the platform's reach.
pub fn prepare(tx: &mut Conn, cx: &Context, said: &Said) -> Result<(), Failure> {
    let by = program(cx, Act::CreateStatement)?;
    said.validate(cx.now)?;
    let pool = store::ledger::pool::load(tx, said.pool_id)?.ok_or_else(|| unknown("pool_id"))?;
    let line = found(store::organisation::line(tx, pool.organisation_id)?)?;
    if line.ids().contains(&by.organisation_id) { Ok(()) } else { Err(unknown("pool_id").into()) }
}

/// Takes a statement in; the same file with the same words about it is the statement that it was, and nothing is done.
/// Tells whether it is new.
///
/// # Errors
/// As [`prepare`].
pub fn create(tx: &mut Conn, cx: &Context, read: &Read) -> Result<(Statement, bool), Failure> {
    prepare(tx, cx, &read.said)?;
    let by = program(cx, Act::CreateStatement)?.id;
    // Two that come at once stand in line here.
    found(store::platform::load_to_change(tx, by)?)?;
    if let Some(before) = kept::sent_before(tx, by, &read.digest)? {
        return Ok((before, false));
    }
    let pool = found(store::ledger::pool::load(tx, read.said.pool_id)?)?;
    let mut statement = Statement {
        id: cx.ids.make(),
        version: 1,
        platform_id: by,
        organisation_id: pool.organisation_id,
        said: read.said.clone(),
        file_hash: read.file_hash.clone(),
        found: read.arranged.donations(),
        repeated: read.arranged.repeated,
        status: Status::Running,
        counted: Vec::new(),
        numbered: read.last,
        created_at: cx.now,
        done_at: None,
    };
    let mut apart = Vec::with_capacity(read.arranged.unread.len());
    for one in &read.arranged.unread {
        statement.count(None, Outcome::Unreadable, 0);
        apart.push(unread(statement.id, one));
    }
    kept::insert(tx, &statement, &read.digest)?;
    kept::insert_parts(tx, statement.id, &parts(&read.arranged.rows))?;
    kept::difference::insert(tx, &apart)?;
    record(tx, cx, Kind::StatementSent, &statement, 0)?;
    Ok((statement, true))
}

fn unread(statement_id: StatementId, of: &Unread) -> Difference {
    Difference {
        statement_id,
        number: of.number,
        version: 1,
        kind: None,
        outcome: Outcome::Unreadable,
        external_id: of.external_id.clone(),
        amount_fen: None,
        here_fen: None,
        donation_id: None,
        column: Some(of.column),
        reason: Some(of.fault.as_str().to_owned()),
        settled: None,
    }
}

/// Rows in parts, each with the numbers between which they lie: what the file passes over of one kind lies in one of them, also
/// where the file says nothing of that kind.
fn parts(rows: &[Row]) -> Vec<Part> {
    let (gifts, refunds) = rows.split_at(rows.partition_point(|row| row.kind == RowKind::Donation));
    let mut all: Vec<Part> = Vec::new();
    for (kind, rows, at_once) in
        [(RowKind::Donation, gifts, GIFTS_AT_ONCE), (RowKind::Refund, refunds, REFUNDS_AT_ONCE)]
    {
        let mut some: Vec<&[Row]> = rows.chunks(at_once).collect();
        if some.is_empty() {
            some.push(&[]);
        }
        let mut after = None;
        let last = some.len().saturating_sub(1);
        for (at, rows) in some.into_iter().enumerate() {
            let upto = rows.last().map(|row| row.external_id.clone()).filter(|_| at < last);
            let number = i64::try_from(all.len()).unwrap_or(i64::MAX);
            all.push(Part { number, kind, after, upto: upto.clone(), rows: rows.to_vec() });
            after = upto;
        }
    }
    all
}

/// Writes the event of a statement that was at `version`.
pub(super) fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    of: &Statement,
    version: i64,
) -> Result<(), Failure> {
    let told = facts([
        ("pool_id", json!(of.said.pool_id)),
        ("platform_id", json!(of.platform_id)),
        ("file_sha256", json!(of.file_hash)),
        ("counted", json!(of.counted)),
    ]);
    event::of(tx, cx, kind, About::statement(of.id, version, of.organisation_id), told)
}

/// The statements of a pool, newest first: for a platform its own.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    of: PoolId,
    before: Option<StatementId>,
    rows: i64,
) -> Result<Vec<Statement>, Failure> {
    let by = match cx.actor.platform {
        Some(_) => Some(program(cx, Act::ListStatements)?.id),
        None => {
            cx.user()?;
            let pool = found(store::ledger::pool::load(tx, of)?)?;
            allow(tx, cx, Act::ListStatements, &pool)?;
            None
        }
    };
    Ok(kept::list(tx, of, by, before, rows)?)
}

fn permit(tx: &mut Conn, cx: &Context, act: Act, of: &Statement) -> Result<(), Failure> {
    if cx.actor.platform.is_some() {
        let own = program(cx, act)?.id == of.platform_id;
        return if own { Ok(()) } else { Err(Code::NotFound.into()) };
    }
    let line = found(store::organisation::line(tx, of.organisation_id)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })
}

/// One statement.
///
/// # Errors
/// As the access table says; `not_found` for another platform's.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: StatementId) -> Result<Statement, Failure> {
    if cx.actor.platform.is_none() {
        cx.user()?;
    }
    let statement = found(kept::load(tx, id)?)?;
    permit(tx, cx, act, &statement)?;
    Ok(statement)
}

/// The differences of a statement, by their numbers.
///
/// # Errors
/// As [`see`].
pub fn differences(
    tx: &mut Conn,
    cx: &Context,
    id: StatementId,
    wanted: Wanted,
    rows: i64,
) -> Result<Vec<Difference>, Failure> {
    see(tx, cx, Act::ListDifferences, id)?;
    Ok(kept::difference::list(tx, id, wanted, rows)?)
}

/// Writes down what somebody found of a difference. It moves no money.
///
/// # Errors
/// As the access table says; `stale`; what [`Difference::settle`] refuses.
pub fn settle(
    tx: &mut Conn,
    cx: &Context,
    (id, number): (StatementId, i64),
    seen: &Seen,
    note: &str,
) -> Result<Difference, Failure> {
    let by = cx.user()?;
    let statement = found(kept::load_to_change(tx, id)?)?;
    permit(tx, cx, Act::SettleDifference, &statement)?;
    let difference = found(kept::difference::load(tx, id, number)?)?;
    seen.check(difference.version)?;
    let mut settled = difference.settle(note, by, cx.now)?;
    kept::difference::settle(tx, &settled)?;
    let version = statement.version;
    let statement = Statement { version: version.saturating_add(1), ..statement };
    kept::save(tx, &statement, version, cx.now)?;
    let told = facts([("number", json!(number)), ("outcome", json!(settled.outcome))]);
    let about = About::statement(id, version, statement.organisation_id);
    event::of(tx, cx, Kind::DifferenceSettled, about, told)?;
    settled.version = settled.version.saturating_add(1);
    Ok(settled)
}
