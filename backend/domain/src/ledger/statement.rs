//! Statements (对账单): what a platform's own books say of a pool, row by row, held against what is written down here.
//!
//! Owns what a row comes to, the sums of a run, and that a difference is settled once, by a person. What is missing here is
//! booked by the same rule as a report; what differs is shown and never changed. How files write it down is [`format`]'s.

pub mod format;

use super::{CURRENCY, Donation, Fen, Report, Transaction};
use crate::{
    id::{DonationId, OrganisationId, PlatformId, PoolId, StatementId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    scan::{self, Field},
    time::Instant,
};
use chrono::NaiveDate;
use format::{Column, Format};
use serde::{Deserialize, Serialize};

/// The most rows of one statement.
pub const MOST_ROWS: usize = 200_000;

/// The longest time that one statement is of, in days.
const MOST_DAYS: i64 = 366;

words! {
    /// Where a statement stands.
    #[schema(as = StatementStatus)]
    pub enum Status {
        /// 正在核对
        Running = "running",
        /// 核对完了
        Done = "done",
    }
}

words! {
    /// What a row tells of.
    #[schema(as = StatementRowKind)]
    pub enum RowKind {
        /// 捐赠
        Donation = "donation",
        /// 退款
        Refund = "refund",
    }
}

words! {
    /// What a row came to.
    #[schema(as = StatementOutcome)]
    pub enum Outcome {
        /// 两边一致
        Matched = "matched",
        /// 这里原来没有，这次记上了
        MissingHere = "missing_here",
        /// 金额不一样，没有改动
        AmountDiffers = "amount_differs",
        /// 记在别的善款池里，没有改动
        OtherPool = "other_pool",
        /// 这里已经冲销
        Reversed = "reversed",
        /// 报过，对账单里没有
        MissingThere = "missing_there",
        /// 记不上：规则不允许
        Refused = "refused",
        /// 这一行读不出来
        Unreadable = "unreadable",
    }
}

/// One row, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the file; the head is row 1.
    pub number: i64,
    /// What it tells of.
    pub kind: RowKind,
    /// The platform's own number for it.
    pub external_id: String,
    /// How much.
    pub amount: Fen,
    /// When it was given, or given back.
    pub given_at: Instant,
    /// A refund: the platform's own number of the donation.
    pub refund_of: Option<String>,
    /// The platform's own reference to who gave.
    pub donor_ref: Option<String>,
}

/// Why a row does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its number in the file.
    pub number: i64,
    /// The platform's own number for it, where that reads.
    pub external_id: Option<String>,
    /// The column that is at fault.
    pub column: Column,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Rows in the order in which they are held against the books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arranged {
    /// Donations before refunds, each by the platform's own numbers: so a refund may stand before its donation in the file, and
    /// what the file passes over is what lies between two of its numbers.
    pub rows: Vec<Row>,
    /// What does not read.
    pub unread: Vec<Unread>,
    /// Rows that say once more what another said.
    pub repeated: i64,
}

impl Arranged {
    /// Puts rows in order, each number once. Of two that say something different under one number the first holds.
    #[must_use]
    pub fn of(mut rows: Vec<Row>, mut unread: Vec<Unread>) -> Self {
        rows.sort_by(|a, b| (a.kind, &a.external_id, a.number).cmp(&(b.kind, &b.external_id, b.number)));
        let mut repeated: i64 = 0;
        rows.dedup_by(|next, first| {
            if (next.kind, &next.external_id) != (first.kind, &first.external_id) {
                return false;
            }
            if (next.amount, &next.refund_of) == (first.amount, &first.refund_of) {
                repeated = repeated.saturating_add(1);
            } else {
                let external_id = Some(next.external_id.clone());
                let (column, fault) = (Column::ExternalId, Fault::Duplicate);
                unread.push(Unread { number: next.number, external_id, column, fault });
            }
            true
        });
        unread.sort_by_key(|one| one.number);
        Self { rows, unread, repeated }
    }

    /// The donations that read, and their sum in fen.
    #[must_use]
    pub fn donations(&self) -> Sum {
        let gifts = self.rows.iter().filter(|row| row.kind == RowKind::Donation);
        gifts.fold(Sum::default(), |sum, row| sum.with(row.amount.get()))
    }
}

/// How many, and how much together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// How much, in fen.
    pub amount_fen: i64,
}

impl Sum {
    const fn with(self, fen: i64) -> Self {
        Self { count: self.count.saturating_add(1), amount_fen: self.amount_fen.saturating_add(fen) }
    }
}

/// How many rows came to one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// What they tell of; nothing where they do not read.
    pub kind: Option<RowKind>,
    /// What they came to.
    pub outcome: Outcome,
    /// How many.
    pub count: i64,
    /// How much together, in fen: as the file says, or as is written down here where it says nothing.
    pub amount_fen: i64,
}

/// What a statement says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Of which pool.
    pub pool_id: PoolId,
    /// How it is written.
    pub format: Format,
    /// The first day that it is of, in China.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// How many donations it should hold.
    pub count: i64,
    /// Their sum, in fen.
    pub total_fen: i64,
}

impl Said {
    /// Checks it.
    ///
    /// # Errors
    /// `invalid`.
    pub fn validate(&self, now: Instant) -> Result<(), Refusal> {
        let days = self.to.signed_duration_since(self.from).num_days();
        let mut faults = Faults::default();
        faults
            .check((0..MOST_DAYS).contains(&days), "to", Fault::OutOfRange)
            .check(self.to <= now.date(), "to", Fault::InFuture)
            .check(self.count >= 0, "count", Fault::OutOfRange)
            .check(
                (0..=Fen::MOST.saturating_mul(1000)).contains(&self.total_fen),
                "total_fen",
                Fault::OutOfRange,
            );
        faults.finish()
    }

    /// Whether a moment is within its days.
    #[must_use]
    pub fn covers(&self, at: Instant) -> bool {
        (self.from..=self.to).contains(&at.date())
    }
}

/// A statement, and how far it was held against the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Counts its changes; how far it has come is none.
    pub version: i64,
    /// Whose books it is from.
    pub platform_id: PlatformId,
    /// In whose books the pool is.
    pub organisation_id: OrganisationId,
    /// What it says of itself.
    pub said: Said,
    /// SHA-256 of the file.
    pub file_hash: String,
    /// The donations that the file holds.
    pub found: Sum,
    /// Rows that say once more what another said.
    pub repeated: i64,
    /// Where it stands.
    pub status: Status,
    /// What its rows came to so far.
    pub counted: Vec<Counted>,
    /// The last number that a row, or what the file passes over, was given.
    pub numbered: i64,
    /// When it came.
    pub created_at: Instant,
    /// When all of it had been held against the books.
    pub done_at: Option<Instant>,
}

impl Statement {
    /// Counts what a row came to.
    pub fn count(&mut self, kind: Option<RowKind>, outcome: Outcome, fen: i64) {
        let same = |one: &&mut Counted| one.kind == kind && one.outcome == outcome;
        match self.counted.iter_mut().find(same) {
            Some(one) => {
                one.count = one.count.saturating_add(1);
                one.amount_fen = one.amount_fen.saturating_add(fen);
            }
            None => self.counted.push(Counted { kind, outcome, count: 1, amount_fen: fen }),
        }
    }

    /// All of it was held against the books.
    #[must_use]
    pub fn finish(self, now: Instant) -> Self {
        Self { status: Status::Done, done_at: Some(now), ..self }
    }
}

impl Row {
    /// The report that it makes, where nobody made it.
    #[must_use]
    pub fn report(&self, pool_id: PoolId) -> Report {
        Report {
            pool_id,
            external_id: self.external_id.clone(),
            donor_ref: self.donor_ref.clone(),
            amount_fen: self.amount.get(),
            currency: CURRENCY.to_owned(),
            given_at: self.given_at,
        }
    }

    /// What a row of a donation comes to that is written down here.
    #[must_use]
    pub fn beside_donation(&self, pool_id: PoolId, here: &Donation) -> Outcome {
        match () {
            () if here.pool_id != pool_id => Outcome::OtherPool,
            () if here.amount != self.amount => Outcome::AmountDiffers,
            () if here.reversed_at.is_some() => Outcome::Reversed,
            () => Outcome::Matched,
        }
    }

    /// What a row of a refund comes to that is written down here; `gift` is the donation that the row names.
    ///
    /// # Errors
    /// `donation_differs` where it is of another donation here.
    pub fn beside_refund(
        &self,
        pool_id: PoolId,
        here: &Transaction,
        gift: Option<&Donation>,
    ) -> Result<Outcome, Refusal> {
        match () {
            () if here.pool_id != pool_id => Ok(Outcome::OtherPool),
            () if here.movement.donation() != gift.map(|gift| gift.id) => Err(Code::DonationDiffers.into()),
            () if here.amount != self.amount => Ok(Outcome::AmountDiffers),
            () => Ok(Outcome::Matched),
        }
    }
}

/// What somebody found of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Instant,
    /// What came of it, 2 to 300 characters.
    pub note: String,
}

/// A row that is not the same on both sides, or that there is on one side alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of which statement.
    pub statement_id: StatementId,
    /// Its number in the file; what the file passes over is numbered behind its rows.
    pub number: i64,
    /// Counts its changes.
    pub version: i64,
    /// What it tells of.
    pub kind: Option<RowKind>,
    /// What it came to.
    pub outcome: Outcome,
    /// The platform's own number for it.
    pub external_id: Option<String>,
    /// How much the file says, in fen.
    pub amount_fen: Option<i64>,
    /// How much is written down here, in fen.
    pub here_fen: Option<i64>,
    /// The donation that it is about.
    pub donation_id: Option<DonationId>,
    /// The column that is at fault.
    pub column: Option<Column>,
    /// Why it does not read, or what refused it: a code.
    pub reason: Option<String>,
    /// What somebody found of it.
    pub settled: Option<Settled>,
}

impl Difference {
    /// Whether somebody has to look at it: what was missing here and was booked is in order.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.settled.is_none() && !matches!(self.outcome, Outcome::MissingHere)
    }

    /// Somebody looked into it. Once: what was found stays.
    ///
    /// # Errors
    /// `difference_settled`; `invalid`; `findings_unresolved` where the note names somebody, since the platform reads it.
    pub fn settle(self, note: &str, by: UserId, at: Instant) -> Result<Self, Refusal> {
        if !self.is_open() {
            return Err(Code::DifferenceSettled.into());
        }
        let mut faults = Faults::default();
        faults.text("/note", note, 2, 300);
        faults.finish()?;
        let note = note.trim().to_owned();
        scan::check_public(&[("/note", Field::PublicSummary, &note)])?;
        Ok(Self { settled: Some(Settled { by, at, note }), ..self })
    }
}

#[cfg(test)]
mod tests;
