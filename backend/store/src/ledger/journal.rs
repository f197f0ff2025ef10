//! Every transaction with its entries. Rows are added, and the database lets nobody change or remove them.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, optional_word, required, word},
    dialect::ROWS_AT_ONCE,
    on_each,
    schema::{ledger_entries, ledger_transactions, spendings},
};
use diesel::prelude::*;
use domain::{
    id::{AllocationId, DonationId, PlatformId, PoolId, TransactionId},
    ledger::{Entry, Evidence, Fen, Kind, Movement, Purchase, Stamp, Transaction},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_transactions, treat_none_as_default_value = false)]
struct Row {
    id: String,
    pool_id: String,
    kind: String,
    amount_fen: i64,
    donation_id: Option<String>,
    allocation_id: Option<String>,
    reverses: Option<String>,
    reason: Option<String>,
    by_id: Option<String>,
    platform_id: Option<String>,
    external_id: Option<String>,
    month: String,
    at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = spendings, treat_none_as_default_value = false)]
struct SpendingRow {
    transaction_id: String,
    allocation_id: String,
    attachment_id: Option<String>,
    invoice_number: Option<String>,
    held_fen: i64,
}

fn movement(row: &Row) -> StoreResult<Movement> {
    let donation = || -> StoreResult<(PlatformId, DonationId)> {
        let platform = required(row.platform_id.as_deref(), "the platform of a donation")?;
        let donation = required(row.donation_id.as_deref(), "the donation of a transaction")?;
        Ok((word(platform)?, word(donation)?))
    };
    let allocation = || -> StoreResult<AllocationId> {
        word(required(row.allocation_id.as_deref(), "the allocation of a transaction")?)
    };
    Ok(match word::<Kind>(&row.kind)? {
        Kind::Received => donation().map(|(platform, id)| Movement::Received(platform, id))?,
        Kind::Refunded => donation().map(|(platform, id)| Movement::Refunded(platform, id))?,
        Kind::Allocated => Movement::Allocated(allocation()?),
        Kind::Released => Movement::Released(allocation()?),
        Kind::Spent => Movement::Spent(allocation()?),
    })
}

impl TryFrom<Row> for Transaction {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let reverses: Option<TransactionId> = optional_word(row.reverses.as_deref())?;
        let reason = optional_word(row.reason.as_deref())?;
        Ok(Self {
            stamp: Stamp {
                id: word(&row.id)?,
                by: optional_word(row.by_id.as_deref())?,
                at: instant(row.at),
            },
            pool_id: word(&row.pool_id)?,
            movement: movement(&row)?,
            amount: required(Fen::of(row.amount_fen), "the amount of a transaction")?,
            reverses: reverses.zip(reason),
        })
    }
}

/// Writes a transaction down, with both its entries; `external_id` is the platform's own number for a refund.
///
/// # Errors
/// `Unique` on `reverses` where that was reversed already.
pub fn post(conn: &mut Conn, of: &Transaction, external_id: Option<&str>) -> StoreResult<()> {
    diesel::insert_into(ledger_transactions::table).values(&row(of, external_id)).execute(conn)?;
    let id = of.stamp.id.to_string();
    for entry in of.entries() {
        diesel::insert_into(ledger_entries::table).values(&side(&id, entry)).execute(conn)?;
    }
    Ok(())
}

/// [`post`] for many donations.
///
/// # Errors
/// When the database refuses.
pub fn post_all(conn: &mut Conn, all: &[Transaction]) -> StoreResult<()> {
    for part in all.chunks(ROWS_AT_ONCE) {
        let rows: Vec<Row> = part.iter().map(|of| row(of, None)).collect();
        let both = rows.iter().zip(part).flat_map(|(row, of)| of.entries().map(|entry| side(&row.id, entry)));
        let sides: Vec<_> = both.collect();
        let new = diesel::insert_into(ledger_transactions::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
        let new = diesel::insert_into(ledger_entries::table);
        on_each!(conn, c => new.values(&sides).execute(c))?;
    }
    Ok(())
}

#[derive(Debug, Insertable)]
#[diesel(table_name = ledger_entries)]
struct Side<'a> {
    transaction_id: &'a str,
    account_kind: &'static str,
    account_id: String,
    amount_fen: i64,
}

fn side(transaction_id: &str, of: Entry) -> Side<'_> {
    Side {
        transaction_id,
        account_kind: of.account.kind().as_str(),
        account_id: of.account.id().to_string(),
        amount_fen: of.amount_fen,
    }
}

fn row(of: &Transaction, external_id: Option<&str>) -> Row {
    Row {
        id: of.stamp.id.to_string(),
        pool_id: of.pool_id.to_string(),
        kind: of.movement.kind().to_string(),
        amount_fen: of.amount.get(),
        donation_id: of.movement.donation().map(|id| id.to_string()),
        allocation_id: of.movement.allocation().map(|id| id.to_string()),
        reverses: of.reverses.map(|(id, _)| id.to_string()),
        reason: of.reverses.map(|(_, reason)| reason.to_string()),
        by_id: of.stamp.by.map(|id| id.to_string()),
        platform_id: of.movement.platform().map(|id| id.to_string()),
        external_id: external_id.map(str::to_owned),
        month: of.stamp.at.date().format("%Y-%m").to_string(),
        at: of.stamp.at.micros(),
    }
}

/// Notes what a transaction bought.
///
/// # Errors
/// When the database refuses.
pub fn note_purchase(conn: &mut Conn, of: &Transaction, purchase: &Purchase) -> StoreResult<()> {
    let (picture, invoice) = match &purchase.evidence {
        Evidence::Picture(id) => (Some(id.to_string()), None),
        Evidence::Invoice(number) => (None, Some(number.clone())),
    };
    let allocation = required(of.movement.allocation(), "the allocation of a purchase")?;
    let row = SpendingRow {
        transaction_id: of.stamp.id.to_string(),
        allocation_id: allocation.to_string(),
        attachment_id: picture,
        invoice_number: invoice,
        held_fen: purchase.held_fen,
    };
    diesel::insert_into(spendings::table).values(&row).execute(conn)?;
    Ok(())
}

/// One transaction.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: TransactionId) -> StoreResult<Option<Transaction>> {
    let row: Option<Row> =
        ledger_transactions::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// What reversed a transaction.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn reversal(conn: &mut Conn, of: TransactionId) -> StoreResult<Option<TransactionId>> {
    let id: Option<String> = ledger_transactions::table
        .filter(ledger_transactions::reverses.eq(of.to_string()))
        .select(ledger_transactions::id)
        .first(conn)
        .optional()?;
    id.as_deref().map(word).transpose()
}

/// The next `limit` transactions of all pools after `after`, by id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub(crate) fn after(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<Transaction>> {
    let rows: Vec<Row> = ledger_transactions::table
        .filter(ledger_transactions::id.gt(after))
        .order(ledger_transactions::id.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The refund that a platform reported under this number of its own.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn refund(conn: &mut Conn, by: PlatformId, external_id: &str) -> StoreResult<Option<Transaction>> {
    let row: Option<Row> = ledger_transactions::table
        .filter(ledger_transactions::platform_id.eq(by.to_string()))
        .filter(ledger_transactions::external_id.eq(external_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Refunds by the numbers under which a platform reported them.
pub type Refunds = Vec<(String, Transaction)>;

fn numbered(rows: Vec<Row>) -> StoreResult<Refunds> {
    let one = |row: Row| {
        let number = required(row.external_id.clone(), "the platform's number of a refund")?;
        Ok((number, row.try_into()?))
    };
    rows.into_iter().map(one).collect()
}

/// The refunds that a platform reported under these numbers of its own.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn refunds(conn: &mut Conn, by: PlatformId, external_ids: &[&str]) -> StoreResult<Refunds> {
    let rows: Vec<Row> = ledger_transactions::table
        .filter(ledger_transactions::platform_id.eq(by.to_string()))
        .filter(ledger_transactions::external_id.eq_any(external_ids))
        .select(Row::as_select())
        .load(conn)?;
    numbered(rows)
}

/// Some of the refunds that a platform reported of a pool within a time: those whose numbers lie between two, in their order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn refunds_between(
    conn: &mut Conn,
    (of, by): (PoolId, PlatformId),
    (from, until): (Instant, Instant),
    (after, upto): (Option<&str>, Option<&str>),
    limit: i64,
) -> StoreResult<Refunds> {
    let mut query = ledger_transactions::table
        .filter(ledger_transactions::platform_id.eq(by.to_string()))
        .filter(ledger_transactions::pool_id.eq(of.to_string()))
        .filter(ledger_transactions::external_id.is_not_null())
        .filter(ledger_transactions::at.between(from.micros(), until.micros()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(ledger_transactions::external_id.gt(after));
    }
    if let Some(upto) = upto {
        query = query.filter(ledger_transactions::external_id.le(upto));
    }
    let order = ledger_transactions::external_id.asc();
    numbered(query.order(order).limit(limit).select(Row::as_select()).load(conn)?)
}

/// A transaction with what it bought, by what number the platform knows it, and what reversed it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The transaction.
    pub transaction: Transaction,
    /// What it bought.
    pub evidence: Option<Evidence>,
    /// The platform's own number for a refund.
    pub external_id: Option<String>,
    /// What reversed it.
    pub reversed_by: Option<TransactionId>,
}

/// The transactions of a pool before one of them, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: PoolId,
    before: Option<TransactionId>,
    limit: i64,
) -> StoreResult<Vec<Line>> {
    let mut query =
        ledger_transactions::table.filter(ledger_transactions::pool_id.eq(of.to_string())).into_boxed();
    if let Some(before) = before {
        query = query.filter(ledger_transactions::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(ledger_transactions::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    let ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    let bought: Vec<SpendingRow> = spendings::table
        .filter(spendings::transaction_id.eq_any(&ids))
        .select(SpendingRow::as_select())
        .load(conn)?;
    let reversed: Vec<(Option<String>, String)> = ledger_transactions::table
        .filter(ledger_transactions::reverses.eq_any(&ids))
        .select((ledger_transactions::reverses, ledger_transactions::id))
        .load(conn)?;
    let line = |row: Row| {
        let purchase = bought.iter().find(|one| one.transaction_id == row.id);
        let reversal = reversed.iter().find(|(of, _)| of.as_ref() == Some(&row.id));
        Ok(Line {
            evidence: purchase.map(evidence).transpose()?,
            reversed_by: reversal.map(|(_, id)| word(id)).transpose()?,
            external_id: row.external_id.clone(),
            transaction: row.try_into()?,
        })
    };
    rows.into_iter().map(line).collect()
}

fn evidence(row: &SpendingRow) -> StoreResult<Evidence> {
    match (&row.attachment_id, &row.invoice_number) {
        (Some(id), _) => Ok(Evidence::Picture(word(id)?)),
        (None, number) => Ok(Evidence::Invoice(required(number.clone(), "the evidence of a purchase")?)),
    }
}
