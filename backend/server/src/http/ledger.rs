//! Every transaction of a pool over HTTP: the list, the auditor's file, and putting right what was written down wrongly.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    honour::CsvFile,
    reply::Reply,
};
use crate::{
    app::{
        ledger::{self as work, books, reversal},
        names::Names,
    },
    csv::Table,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    post,
};
use domain::{
    id::{AllocationId, AttachmentId, DonationId, PoolId, TransactionId},
    ledger::{Account, Evidence, Kind, Reason, Transaction},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::ledger::journal::Line;

/// Money moved (记账凭证). Never changed: what is wrong is reversed by another.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LedgerTransaction {
    /// Its id.
    id: TransactionId,
    /// What moved.
    kind: Kind,
    /// How much, in fen.
    amount_fen: i64,
    /// About which donation.
    #[serde(skip_serializing_if = "Option::is_none")]
    donation_id: Option<DonationId>,
    /// About which allocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_id: Option<AllocationId>,
    /// Moves back what this one moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    reverses: Option<TransactionId>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    /// It was moved back by this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    reversed_by: Option<TransactionId>,
    /// The picture that shows what was bought.
    #[serde(skip_serializing_if = "Option::is_none")]
    attachment_id: Option<AttachmentId>,
    /// The number of the invoice that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice_number: Option<String>,
    /// When it was written down.
    at: Instant,
}

impl LedgerTransaction {
    fn of(of: &Transaction) -> Self {
        Self {
            id: of.stamp.id,
            kind: of.movement.kind(),
            amount_fen: of.amount.get(),
            donation_id: of.movement.donation(),
            allocation_id: of.movement.allocation(),
            reverses: of.reverses.map(|(id, _)| id),
            reason: of.reverses.map(|(_, reason)| reason),
            reversed_by: None,
            attachment_id: None,
            invoice_number: None,
            at: of.stamp.at,
        }
    }
}

impl From<Line> for LedgerTransaction {
    fn from(line: Line) -> Self {
        let (attachment_id, invoice_number) = match line.evidence {
            Some(Evidence::Picture(id)) => (Some(id), None),
            Some(Evidence::Invoice(number)) => (None, Some(number)),
            None => (None, None),
        };
        let reversed_by = line.reversed_by;
        Self { reversed_by, attachment_id, invoice_number, ..Self::of(&line.transaction) }
    }
}

/// The transactions of a pool, newest first.
#[utoipa::path(
    tag = "ledger",
    params(Paging),
    responses((status = 200, body = Page<LedgerTransaction>), ReadProblems),
)]
#[get("/pools/{id}/transactions")]
async fn list_transactions(
    caller: Caller,
    id: Path<PoolId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller.read(move |tx, cx| work::transactions(tx, cx, id.0, before, rows)).await?;
    list.answer(found, |one| one.transaction.stamp.id, LedgerTransaction::from)
}

/// Why a transaction is reversed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReversal {
    /// In a word.
    reason: Reason,
}

/// Reverses a transaction, once: another moves back what it moved. What has moved on since cannot be (409 `pool_short`,
/// `allocation_short`): reverse that first.
#[utoipa::path(
    tag = "ledger",
    request_body = NewReversal,
    responses((status = 201, body = LedgerTransaction), Problems),
)]
#[post("/ledger/transactions/{id}/reverse")]
async fn reverse_transaction(
    caller: Caller,
    id: Path<TransactionId>,
    idem: Idempotency,
    body: Body<NewReversal>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let moved = reversal::reverse(tx, cx, id.0, reason)?;
            Reply::created(format!("/pools/{}/transactions", moved.pool_id), &LedgerTransaction::of(&moved))
        })
        .await
}

/// The heads of the file.
const HEADS: [&str; 13] = [
    "凭证号 Transaction",
    "时间 At",
    "事项 Kind",
    "入池（元） Into the pool (yuan)",
    "出池（元） Out of the pool (yuan)",
    "池中余额（元） Balance (yuan)",
    "金额（元） Amount (yuan)",
    "捐赠 Donation",
    "平台退款号 Refund at the platform",
    "拨付 Allocation",
    "凭据 Evidence",
    "冲销哪一笔和原因 Reverses, and why",
    "经办人 By",
];

/// Fen as yuan; nothing where nothing moved that way. Out of a pool has a column of its own, since a cell that begins with
/// a minus is a text.
fn yuan(fen: i64) -> String {
    if fen > 0 { format!("{}.{:02}", fen / 100, fen % 100) } else { String::new() }
}

fn kind(of: Kind) -> &'static str {
    match of {
        Kind::Received => "收到捐赠 received",
        Kind::Refunded => "退款 refunded",
        Kind::Allocated => "拨付 allocated",
        Kind::Released => "拨付退回 released",
        Kind::Spent => "支出 spent",
    }
}

fn file(lines: &[Line], names: &Names) -> String {
    let mut table = Table::new(&HEADS);
    let mut balance: i64 = 0;
    for line in lines {
        let of = &line.transaction;
        let pool = Account::Pool(of.pool_id);
        let own = of.entries().into_iter().filter(|entry| entry.account == pool);
        let into: i64 = own.map(|entry| entry.amount_fen).sum();
        balance = balance.saturating_add(into);
        let evidence = match &line.evidence {
            Some(Evidence::Picture(id)) => format!("照片 picture {id}"),
            Some(Evidence::Invoice(number)) => format!("发票 invoice {number}"),
            None => String::new(),
        };
        let text = |id: Option<String>| id.unwrap_or_default();
        table.row(&[
            of.stamp.id.to_string(),
            of.stamp.at.to_string(),
            kind(of.movement.kind()).to_owned(),
            yuan(into),
            yuan(into.saturating_neg()),
            format!("{}.{:02}", balance / 100, balance % 100),
            yuan(of.amount.get()),
            text(of.movement.donation().map(|id| id.to_string())),
            line.external_id.clone().unwrap_or_default(),
            text(of.movement.allocation().map(|id| id.to_string())),
            evidence,
            text(of.reverses.map(|(id, reason)| format!("{id} {reason}"))),
            of.stamp.by.map_or_else(String::new, |by| names.user(by).to_owned()),
        ]);
    }
    table.finish()
}

/// Every transaction of a pool as a file for a spreadsheet, the oldest first, with the balance after each. Amounts are in
/// yuan; no donor and no resident is in it.
#[utoipa::path(
    tag = "ledger",
    responses((status = 200, description = "The file", body = CsvFile, content_type = "text/csv"), ReadProblems),
)]
#[get("/pools/{id}/ledger.csv")]
async fn get_ledger_file(caller: Caller, id: Path<PoolId>) -> Result<HttpResponse, Failure> {
    let text = caller
        .read_slow(move |tx, cx| {
            let (lines, names) = books::all(tx, cx, id.0)?;
            Ok(file(&lines, &names))
        })
        .await?;
    let name = format!("attachment; filename=\"ledger-{}.csv\"", id.0);
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(text))
}

/// Mounts the operations on transactions.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_transactions).service(reverse_transaction).service(get_ledger_file);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_are_written_as_yuan() {
        for (fen, text) in [(0, ""), (5, "0.05"), (-5, ""), (123_456, "1234.56"), (100, "1.00")] {
            assert_eq!(yuan(fen), text);
        }
    }
}
