//! Donations (捐赠): what a platform reports that somebody gave. Who gave is the platform's to know: here is at most a
//! reference that only the platform can read.

use super::{Fen, Movement, Pool, Stamp, Transaction, after};
use crate::{
    id::{DonationId, PlatformId, PoolId},
    reference::{is_personal_number, is_reference},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

/// The one currency.
pub const CURRENCY: &str = "CNY";

/// A platform's clock may be so far ahead of ours.
const AHEAD_SECONDS: i64 = 300;

/// What a platform reports of a donation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Into which pool.
    pub pool_id: PoolId,
    /// The platform's own number for it, 1 to 64 letters, digits and `-_.:`.
    pub external_id: String,
    /// The platform's own reference to who gave, which nobody else can read: the same, and no name or number of a person.
    pub donor_ref: Option<String>,
    /// How much, in fen.
    pub amount_fen: i64,
    /// `CNY`.
    pub currency: String,
    /// When it was given.
    pub given_at: Instant,
}

/// What somebody gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Donation {
    /// Its id.
    pub id: DonationId,
    /// Counts its changes.
    pub version: i64,
    /// Into which pool.
    pub pool_id: PoolId,
    /// Which platform reported it.
    pub platform_id: PlatformId,
    /// The platform's own number for it.
    pub external_id: String,
    /// The platform's own reference to who gave.
    pub donor_ref: Option<String>,
    /// How much.
    pub amount: Fen,
    /// How much of it was given back, in fen.
    pub refunded_fen: i64,
    /// When it was given.
    pub given_at: Instant,
    /// When it was found to be none.
    pub reversed_at: Option<Instant>,
    /// When it was reported.
    pub created_at: Instant,
}

/// Checks a platform's own number for something.
///
/// # Errors
/// `invalid`.
pub fn check_external_id(text: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.check(is_reference(text), "/external_id", Fault::Format);
    faults.finish()
}

impl Report {
    fn validate(&self, now: Instant) -> Result<Fen, Refusal> {
        let amount = Fen::of(self.amount_fen);
        let donor = self.donor_ref.as_deref().is_none_or(|of| is_reference(of) && !is_personal_number(of));
        let mut faults = Faults::default();
        faults
            .check(is_reference(&self.external_id), "/external_id", Fault::Format)
            .check(donor, "/donor_ref", Fault::Format)
            .check(amount.is_some(), "/amount_fen", Fault::OutOfRange)
            .check(self.currency == CURRENCY, "/currency", Fault::OtherCurrency)
            .check(self.given_at <= now.plus_seconds(AHEAD_SECONDS), "/given_at", Fault::InFuture);
        faults.finish()?;
        amount.ok_or_else(|| Code::Invalid.into())
    }
}

impl Donation {
    /// Takes a report into the books of its pool.
    ///
    /// # Errors
    /// `invalid`; `pool_closed`; `pool_short` where a pool would hold more than can be counted.
    pub fn receive(
        (id, platform_id): (DonationId, PlatformId),
        report: Report,
        pool: Pool,
        stamp: Stamp,
    ) -> Result<(Self, Pool, Transaction), Refusal> {
        let amount = report.validate(stamp.at)?;
        pool.expect_active()?;
        let moved = Transaction::new(stamp, pool.id, Movement::Received(platform_id, id), amount);
        let donation = Self {
            id,
            version: 1,
            pool_id: pool.id,
            platform_id,
            external_id: report.external_id,
            donor_ref: report.donor_ref,
            amount,
            refunded_fen: 0,
            given_at: report.given_at,
            reversed_at: None,
            created_at: stamp.at,
        };
        Ok((donation, pool.post(&moved)?, moved))
    }

    /// Reported again it must be what was reported before: then there is nothing to do.
    ///
    /// # Errors
    /// `donation_differs`.
    pub fn expect_same(&self, report: &Report) -> Result<(), Refusal> {
        let same = self.pool_id == report.pool_id
            && self.donor_ref == report.donor_ref
            && self.amount.get() == report.amount_fen
            && report.currency == CURRENCY
            && self.given_at == report.given_at;
        if same { Ok(()) } else { Err(Code::DonationDiffers.into()) }
    }

    /// What is left of it, in fen.
    #[must_use]
    pub fn kept_fen(&self) -> i64 {
        let kept = self.amount.get().saturating_sub(self.refunded_fen);
        if self.reversed_at.is_some() { 0 } else { kept }
    }

    /// Gives back a part of it, or all.
    ///
    /// # Errors
    /// `donation_reversed`; `refund_above_gift`; `pool_short` where that money is set aside or spent.
    pub fn refund(self, amount: Fen, pool: Pool, stamp: Stamp) -> Result<(Self, Pool, Transaction), Refusal> {
        if self.reversed_at.is_some() {
            return Err(Code::DonationReversed.into());
        }
        let moved = Transaction::new(stamp, pool.id, Movement::Refunded(self.platform_id, self.id), amount);
        Ok((self.post(&moved)?, pool.post(&moved)?, moved))
    }

    /// After a transaction about it.
    pub(super) fn post(mut self, of: &Transaction) -> Result<Self, Refusal> {
        if let Movement::Refunded(..) = of.movement {
            let back = of.reverses.is_some();
            let change = if back { of.amount.get().saturating_neg() } else { of.amount.get() };
            self.refunded_fen = after(self.refunded_fen, change, Code::NotReversible)?;
        }
        if self.refunded_fen > self.amount.get() {
            return Err(Code::RefundAboveGift.into());
        }
        Ok(self)
    }
}
