//! The ledger (善款账): where money given for wishes is, in fen, by double entry.
//!
//! Owns the accounts, what moves money between them, and how it is put right: by a reversal, never by an edit. A
//! transaction says what moved; its entries follow from that, so one that does not sum to zero cannot be made. The
//! product takes no money itself: what came in is what a platform reported.

mod allocation;
mod donation;
mod money;
mod pool;
mod reversal;
mod share;
pub mod statement;

pub use allocation::{Allocation, Evidence, Purchase, Status as AllocationStatus, Wanted};
pub use donation::{CURRENCY, Donation, Report, check_external_id};
pub use money::Yuan;
pub use pool::{Pool, Profile};
pub use reversal::{Reason, Reversed, Touched, reverse};
pub use share::{Bought, shares};

use crate::{
    id::{AllocationId, DonationId, PlatformId, PoolId, TransactionId, UserId},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use uuid::Uuid;

/// An amount of money in fen, from one fen to ten billion yuan. What moved has no sign: from where to where says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Fen(i64);

impl TryFrom<i64> for Fen {
    type Error = &'static str;

    fn try_from(fen: i64) -> Result<Self, Self::Error> {
        Self::of(fen).ok_or("no amount of money")
    }
}

impl From<Fen> for i64 {
    fn from(fen: Fen) -> Self {
        fen.0
    }
}

impl Fen {
    /// The most that one transaction moves.
    pub const MOST: i64 = 1_000_000_000_000;

    /// The amount, where it is one.
    #[must_use]
    pub fn of(fen: i64) -> Option<Self> {
        (1..=Self::MOST).contains(&fen).then_some(Self(fen))
    }

    /// The amount that a field of a request names.
    ///
    /// # Errors
    /// `invalid`: nothing, less, or more than is ever moved at once.
    pub fn asked(fen: i64, pointer: &str) -> Result<Self, Refusal> {
        Self::of(fen).ok_or_else(|| Refusal::field(Code::Invalid, pointer, Fault::OutOfRange))
    }

    /// In fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

words! {
    /// What a transaction does.
    #[schema(as = LedgerKind)]
    pub enum Kind {
        /// A platform reported a donation.
        Received = "received",
        /// A platform gave back a part of one, or all.
        Refunded = "refunded",
        /// Set aside for a wish.
        Allocated = "allocated",
        /// What was set aside and not needed came back.
        Released = "released",
        /// Spent for a wish.
        Spent = "spent",
    }
}

words! {
    /// A kind of account.
    #[schema(as = LedgerAccount)]
    pub enum AccountKind {
        /// What a platform brought: below zero by that.
        Platform = "platform",
        /// What a pool can still set aside.
        Pool = "pool",
        /// What is set aside for a wish and not spent.
        Allocation = "allocation",
        /// What was spent of that.
        Spent = "spent",
    }
}

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What a platform brought.
    Platform(PlatformId),
    /// What a pool can still set aside.
    Pool(PoolId),
    /// What is set aside for a wish.
    Allocation(AllocationId),
    /// What was spent of it.
    Spent(AllocationId),
}

impl Account {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::Platform(_) => AccountKind::Platform,
            Self::Pool(_) => AccountKind::Pool,
            Self::Allocation(_) => AccountKind::Allocation,
            Self::Spent(_) => AccountKind::Spent,
        }
    }

    /// Whose it is.
    #[must_use]
    pub const fn id(self) -> Uuid {
        match self {
            Self::Platform(id) => id.0,
            Self::Pool(id) => id.0,
            Self::Allocation(id) | Self::Spent(id) => id.0,
        }
    }
}

/// One side of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Of which account.
    pub account: Account,
    /// Into it; out of it where it is below zero.
    pub amount_fen: i64,
}

/// What a transaction is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// A donation came in.
    Received(PlatformId, DonationId),
    /// A part of it went back.
    Refunded(PlatformId, DonationId),
    /// Money was set aside.
    Allocated(AllocationId),
    /// And came back.
    Released(AllocationId),
    /// Or was spent.
    Spent(AllocationId),
}

impl Movement {
    /// In a word.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Received(..) => Kind::Received,
            Self::Refunded(..) => Kind::Refunded,
            Self::Allocated(_) => Kind::Allocated,
            Self::Released(_) => Kind::Released,
            Self::Spent(_) => Kind::Spent,
        }
    }

    /// From which account to which.
    const fn accounts(self, pool: PoolId) -> (Account, Account) {
        match self {
            Self::Received(platform, _) => (Account::Platform(platform), Account::Pool(pool)),
            Self::Refunded(platform, _) => (Account::Pool(pool), Account::Platform(platform)),
            Self::Allocated(of) => (Account::Pool(pool), Account::Allocation(of)),
            Self::Released(of) => (Account::Allocation(of), Account::Pool(pool)),
            Self::Spent(of) => (Account::Allocation(of), Account::Spent(of)),
        }
    }

    /// The donation that it is about.
    #[must_use]
    pub const fn donation(self) -> Option<DonationId> {
        match self {
            Self::Received(_, id) | Self::Refunded(_, id) => Some(id),
            _ => None,
        }
    }

    /// The allocation that it is about.
    #[must_use]
    pub const fn allocation(self) -> Option<AllocationId> {
        match self {
            Self::Allocated(id) | Self::Released(id) | Self::Spent(id) => Some(id),
            _ => None,
        }
    }

    /// The platform that reported it.
    #[must_use]
    pub const fn platform(self) -> Option<PlatformId> {
        match self {
            Self::Received(id, _) | Self::Refunded(id, _) => Some(id),
            _ => None,
        }
    }
}

/// A transaction's id, when it is written down, and who does: nobody where a platform reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its id.
    pub id: TransactionId,
    /// Who.
    pub by: Option<UserId>,
    /// When.
    pub at: Instant,
}

/// Money moved. Written once and never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transaction {
    /// Its id, when it was written down, and by whom.
    pub stamp: Stamp,
    /// In the books of which pool.
    pub pool_id: PoolId,
    /// What moved.
    pub movement: Movement,
    /// How much.
    pub amount: Fen,
    /// Moves back what this one moved, and why.
    pub reverses: Option<(TransactionId, Reason)>,
}

impl Transaction {
    const fn new(stamp: Stamp, pool_id: PoolId, movement: Movement, amount: Fen) -> Self {
        Self { stamp, pool_id, movement, amount, reverses: None }
    }

    /// Both sides of it; they sum to zero, since both are this one amount.
    #[must_use]
    pub fn entries(&self) -> [Entry; 2] {
        let (from, to) = self.movement.accounts(self.pool_id);
        let (from, to) = if self.reverses.is_some() { (to, from) } else { (from, to) };
        let amount_fen = self.amount.get();
        [Entry { account: from, amount_fen: amount_fen.saturating_neg() }, Entry { account: to, amount_fen }]
    }

    /// What it brings into `account`.
    fn change_of(&self, account: Account) -> i64 {
        let own = self.entries().into_iter().filter(|entry| entry.account == account);
        own.map(|entry| entry.amount_fen).sum()
    }
}

/// A balance after a transaction: never below zero, and never more than can be counted.
fn after(balance: i64, change: i64, code: Code) -> Result<i64, Refusal> {
    balance.checked_add(change).filter(|balance| *balance >= 0).ok_or_else(|| code.into())
}
