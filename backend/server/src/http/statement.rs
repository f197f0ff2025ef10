//! Statements over HTTP: the body of an upload is the file itself; what differs is listed, and settled by those who keep the books.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path, Query, SheetUpload},
    reply::Reply,
    statement_view::{Statement, StatementDifference, differences, shape},
};
use crate::{
    app::ledger::statement::{self as work, Read},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
    sheet,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post, web::Bytes};
use base16ct::lower::encode_string as hex;
use chrono::NaiveDate;
use domain::{
    access::Act,
    id::{PoolId, StatementId},
    ledger::statement::{
        Arranged, MOST_ROWS, Outcome, Said, Unread,
        format::{Column, Format, Head},
    },
    refusal::{Code, Fault},
    time::Instant,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::ledger::statement::difference::Wanted;

const VIEW: &str = "full";

/// The largest file, in bytes.
const MAX_BYTES: usize = 20 * 1024 * 1024;

/// The file itself.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "named in the document only")]
struct StatementFile(Vec<u8>);

/// What a file says of itself.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatementQuery {
    /// Of which pool: of the platform's organisation, or one below.
    pool_id: PoolId,
    /// How it is written: `wishlight` unless said otherwise.
    format: Option<Format>,
    /// The first day that it is of, in China.
    from: NaiveDate,
    /// The last. A year at most.
    to: NaiveDate,
    /// How many donations it should hold; refunds are not counted.
    #[param(minimum = 0)]
    count: i64,
    /// Their sum, in fen, before refunds.
    #[param(minimum = 0)]
    total_fen: i64,
}

impl From<StatementQuery> for Said {
    fn from(query: StatementQuery) -> Self {
        let StatementQuery { pool_id, format, from, to, count, total_fen } = query;
        Self { pool_id, format: format.unwrap_or(Format::Wishlight), from, to, count, total_fen }
    }
}

/// Reads a file. Takes long: for beside the async threads.
fn read(bytes: &Bytes, said: Said, digest: &[u8; 32], now: Instant) -> Result<Read, Failure> {
    let (mut rows, mut unread, mut last) = (Vec::new(), Vec::new(), 0);
    let mut head: Option<Head<'_>> = None;
    sheet::records(bytes, |record| {
        let Some(head) = head.as_mut() else {
            head = Some(Head::read(&said, record.cells, now)?);
            return Ok(());
        };
        last = record.number;
        if rows.len().saturating_add(unread.len()) >= MOST_ROWS {
            return Err(Code::StatementTooLong.into());
        }
        if record.cut_off {
            let (column, fault) = (Column::Row, Fault::CutOff);
            unread.push(Unread { number: last, external_id: None, column, fault });
            return Ok(());
        }
        match head.row(last, record.cells) {
            Ok(row) => rows.push(row),
            Err(one) => unread.push(one),
        }
        Ok(())
    })?;
    if head.is_none() {
        return Err(Code::StatementColumns.into());
    }
    let about = format!(
        "{} {} {} {} {} {}",
        said.pool_id, said.format, said.from, said.to, said.count, said.total_fen
    );
    let whole = Sha256::new().chain_update(digest).chain_update(about).finalize();
    let arranged = Arranged::of(rows, unread);
    Ok(Read { said, arranged, last, file_hash: hex(digest), digest: hex(&whole) })
}

/// Sends what the platform's own books say of a pool. The body is the file: CSV in UTF-8 or GB18030, each row ended by a line break, at most
/// 20 MiB and 200,000 rows. Row by row it is held against what is written down here, in the background: ask again until `status` is `done`.
/// What was not reported is booked by the rules of `POST /donations`; what differs is listed and changed nowhere; rows that do not read are
/// listed by their numbers. The same file with the same words about it is the same statement: 200, and nothing is done.
#[utoipa::path(
    tag = "ledger",
    security(("platform_key" = ["donations:write"])),
    params(StatementQuery),
    request_body(content((StatementFile = "text/csv"))),
    responses((status = 201, description = "Taken in", body = Statement), (status = 200, description = "Known", body = Statement), Problems),
)]
#[post("/platform/statements")]
async fn create_statement(
    caller: Caller,
    query: Query<StatementQuery>,
    idem: Idempotency,
    upload: SheetUpload<MAX_BYTES>,
) -> Result<HttpResponse, Failure> {
    let said = Said::from(query.0);
    let asked = said.clone();
    caller.read(move |tx, cx| work::prepare(tx, cx, &asked)).await?;
    let SheetUpload { bytes, digest, turn, .. } = upload;
    let now = caller.cx.now;
    let read = Arc::new(sheet::aside(move || read(&bytes, said, &digest, now)).await?);
    let answered = caller
        .change(idem.keyed(&Sha256::digest(&read.digest).into()), move |tx, cx| {
            let (statement, new) = work::create(tx, cx, &read)?;
            let shown = shape(tx, vec![statement])?.remove(0);
            match new {
                true => Reply::created(format!("/statements/{}", shown.id), &shown),
                false => Reply::ok(&shown),
            }
        })
        .await;
    drop(turn);
    answered
}

/// The statements of a pool, newest first: for those who keep its books all, for a platform its own.
#[utoipa::path(
    tag = "ledger",
    security(("bearer" = []), ("platform_key" = ["donations:write"])),
    params(Paging),
    responses((status = 200, body = Page<Statement>), ReadProblems),
)]
#[get("/pools/{id}/statements")]
async fn list_statements(
    caller: Caller,
    id: Path<PoolId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, before, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One statement: how far it has come, what its rows came to, and whether it holds what it says. Ask again while it runs.
#[utoipa::path(
    tag = "ledger",
    security(("bearer" = []), ("platform_key" = ["donations:write"])),
    responses((status = 200, body = Statement), ReadProblems),
)]
#[get("/statements/{id}")]
async fn get_statement(caller: Caller, id: Path<StatementId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let statement = work::see(tx, cx, Act::GetStatement, id.0)?;
            Ok(shape(tx, vec![statement])?.remove(0))
        })
        .await?;
    // It goes on without a version for each step, so there is no tag to ask by.
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// What narrows differences down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DifferenceFilter {
    /// What they came to.
    outcome: Option<Outcome>,
    /// Only those that somebody has to look at.
    #[serde(default)]
    open: bool,
}

/// What is not the same on both sides, by the numbers of the rows; what the file passes over is numbered behind them. Donations that were
/// booked are among them, as `missing_here`.
#[utoipa::path(
    tag = "ledger",
    security(("bearer" = []), ("platform_key" = ["donations:write"])),
    params(DifferenceFilter, Paging),
    responses((status = 200, body = Page<StatementDifference>), ReadProblems),
)]
#[get("/statements/{id}/differences")]
async fn list_differences(
    caller: Caller,
    id: Path<StatementId>,
    list: Listing<DifferenceFilter>,
) -> Result<HttpResponse, Failure> {
    let DifferenceFilter { outcome, open } = list.filter;
    let wanted = Wanted { outcome, open, after: list.after()?.unwrap_or_default() };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::differences(tx, cx, id.0, wanted, rows)?;
            differences(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.number, |one| one)
}

/// What came of a difference.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DifferenceSettlement {
    /// What was found; the platform reads it, so it names nobody.
    #[schema(min_length = 2, max_length = 300)]
    note: String,
}

/// Notes what somebody found of a difference, once. It moves no money: what is wrong here is reversed or reported by those whose it is.
#[utoipa::path(
    tag = "ledger",
    request_body = DifferenceSettlement,
    responses((status = 200, body = StatementDifference), Problems),
)]
#[post("/statements/{id}/differences/{number}/settle")]
async fn settle_difference(
    caller: Caller,
    path: Path<(StatementId, i64)>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<DifferenceSettlement>,
) -> Result<HttpResponse, Failure> {
    let note = body.value.note;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let settled = work::settle(tx, cx, path.0, &seen.0, &note)?;
            let shown = differences(tx, cx, vec![settled])?.remove(0);
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Mounts the operations on statements.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_statement)
        .service(list_statements)
        .service(get_statement)
        .service(list_differences)
        .service(settle_difference);
}
