//! Statements and differences as they are shown, alike to the platform and to those who keep the books; who settled a difference is
//! told to these alone.

use super::shared::UserRef;
use crate::{
    app::{Context, names::Names},
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    id::{DonationId, PlatformId, PoolId, StatementId},
    ledger::statement::{
        Counted, Difference, Outcome, RowKind, Statement as Domain, Status,
        format::{Column, Format},
    },
    time::Instant,
};
use serde::Serialize;
use std::collections::HashMap;
use store::Conn;

/// How many rows came to one thing.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StatementCount {
    /// What they tell of; left out where they do not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<RowKind>,
    /// What they came to.
    outcome: Outcome,
    /// How many.
    count: i64,
    /// How much together, in fen: as the file says, or as is written down here where it says nothing.
    amount_fen: i64,
}

impl From<Counted> for StatementCount {
    fn from(of: Counted) -> Self {
        Self { kind: of.kind, outcome: of.outcome, count: of.count, amount_fen: of.amount_fen }
    }
}

/// How many donations, and how much.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct StatementTotal {
    /// How many.
    count: i64,
    /// How much, in fen.
    total_fen: i64,
}

/// What a platform's own books say of a pool, held against what is written down here.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Statement {
    /// Its id.
    pub(super) id: StatementId,
    /// Of which pool.
    pool_id: PoolId,
    /// Which platform sent it.
    platform_id: PlatformId,
    /// The name of that platform.
    platform_name: String,
    /// How it is written.
    format: Format,
    /// SHA-256 of the file.
    file_sha256: String,
    /// The first day that it is of.
    from: NaiveDate,
    /// The last.
    to: NaiveDate,
    /// Where it stands.
    status: Status,
    /// The donations that it said to hold.
    stated: StatementTotal,
    /// The donations that it holds.
    found: StatementTotal,
    /// What it holds less what it said: both are 0 where it holds what it says.
    apart: StatementTotal,
    /// What its rows came to so far.
    rows: Vec<StatementCount>,
    /// Rows that say once more what another said.
    repeated: i64,
    /// Differences that somebody has to look at.
    open: i64,
    /// When it came.
    created_at: Instant,
    /// When all of it had been held against the books.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<Instant>,
    /// Counts its changes; how far it has come is none.
    version: i64,
}

/// Statements as they are shown.
pub(super) fn shape(tx: &mut Conn, all: Vec<Domain>) -> Result<Vec<Statement>, Failure> {
    let ids: Vec<StatementId> = all.iter().map(|one| one.id).collect();
    let open: HashMap<_, _> = store::ledger::statement::difference::open(tx, &ids)?.into_iter().collect();
    let platforms: Vec<PlatformId> = all.iter().map(|one| one.platform_id).collect();
    let names = store::platform::names(tx, &platforms)?;
    let one = |of: Domain| Statement {
        id: of.id,
        pool_id: of.said.pool_id,
        platform_id: of.platform_id,
        platform_name: names.get(&of.platform_id).cloned().unwrap_or_default(),
        format: of.said.format,
        file_sha256: of.file_hash,
        from: of.said.from,
        to: of.said.to,
        status: of.status,
        stated: StatementTotal { count: of.said.count, total_fen: of.said.total_fen },
        found: StatementTotal { count: of.found.count, total_fen: of.found.amount_fen },
        apart: StatementTotal {
            count: of.found.count.saturating_sub(of.said.count),
            total_fen: of.found.amount_fen.saturating_sub(of.said.total_fen),
        },
        rows: of.counted.into_iter().map(StatementCount::from).collect(),
        repeated: of.repeated,
        open: open.get(&of.id).copied().unwrap_or_default(),
        created_at: of.created_at,
        done_at: of.done_at,
        version: of.version,
    };
    Ok(all.into_iter().map(one).collect())
}

/// A row that is not the same on both sides, or that there is on one side alone.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct StatementDifference {
    /// Its number in the file; what the file passes over is numbered behind its rows.
    pub(super) number: i64,
    /// What it tells of; left out where it does not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<RowKind>,
    /// What it came to.
    outcome: Outcome,
    /// The platform's own number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// How much the file says, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_fen: Option<i64>,
    /// How much is written down here, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    here_fen: Option<i64>,
    /// The donation that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    donation_id: Option<DonationId>,
    /// The column that does not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<Column>,
    /// Why it does not read, or which rule refused it: a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What somebody found.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// When it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_at: Option<Instant>,
    /// Who settled it; left out for a platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled_by: Option<UserRef>,
    /// Counts its changes.
    pub(super) version: i64,
}

/// Differences as they are shown to the caller.
pub(super) fn differences(
    tx: &mut Conn,
    cx: &Context,
    all: Vec<Difference>,
) -> Result<Vec<StatementDifference>, Failure> {
    let staff = cx.actor.platform.is_none();
    let people = all.iter().filter_map(|one| one.settled.as_ref()).filter(|_| staff).map(|one| one.by);
    let names = Names::default().users(tx, people.collect::<Vec<_>>())?;
    let one = |of: Difference| {
        let by = of.settled.as_ref().filter(|_| staff).map(|settled| UserRef::of(settled.by, &names));
        let (note, settled_at) = of.settled.map(|settled| (settled.note, settled.at)).unzip();
        StatementDifference {
            number: of.number,
            kind: of.kind,
            outcome: of.outcome,
            external_id: of.external_id,
            amount_fen: of.amount_fen,
            here_fen: of.here_fen,
            donation_id: of.donation_id,
            column: of.column,
            reason: of.reason,
            note,
            settled_at,
            settled_by: by,
            version: of.version,
        }
    };
    Ok(all.into_iter().map(one).collect())
}
