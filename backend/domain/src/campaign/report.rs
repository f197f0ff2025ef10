//! What came of a campaign: counted while it is open, kept as it was once it closed.

use crate::{
    id::{ClaimantId, PledgeId},
    pledge::Amount,
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What was brought and confirmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// Wishes of which a share was brought.
    pub wishes: i64,
    /// Quarters of an hour given.
    pub quarter_hours: i64,
    /// Worth, in fen.
    pub value_fen: i64,
}

/// The figures of a campaign's wishes. A wish counts once with the parts that were split off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Not published yet.
    pub waiting: i64,
    /// Waiting for claimants.
    pub open: i64,
    /// Claimed or brought.
    pub under_way: i64,
    /// Fulfilled.
    pub fulfilled: i64,
    /// Declined or taken back.
    pub ended: i64,
    /// Residents of whom something was confirmed.
    pub people: i64,
    /// Claimants who brought something.
    pub claimants: i64,
    /// What they brought, since it opened.
    pub brought: Brought,
}

impl Figures {
    /// How many wishes belong to it: without those that were declined or taken back.
    #[must_use]
    pub const fn wishes(&self) -> i64 {
        self.waiting.saturating_add(self.open).saturating_add(self.under_way).saturating_add(self.fulfilled)
    }
}

/// What one claimant undertook, and brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeLine {
    /// The pledge.
    pub pledge_id: PledgeId,
    /// Who.
    pub claimant_id: ClaimantId,
    /// What they undertook.
    pub pledged: Amount,
    /// What they brought.
    pub brought: Brought,
}

/// All of it at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The moment.
    pub as_of: Instant,
    /// The wishes.
    pub figures: Figures,
    /// The pledges that hold, in the order in which they were made.
    pub pledges: Vec<PledgeLine>,
}
