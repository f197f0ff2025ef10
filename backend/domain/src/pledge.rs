//! Pledges (认领承诺): what a claimant undertakes to do in a campaign, while it is open.
//!
//! Owns what can be undertaken and the life of a pledge. What came of it is counted from the claimant's claims and is
//! nowhere kept twice.

use crate::{
    campaign::MOST,
    id::{CampaignId, ClaimantId, PledgeId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// What is undertaken: wishes, hours, worth, or some of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Wishes.
    pub wishes: Option<i64>,
    /// Hours.
    pub hours: Option<i64>,
    /// Worth, in fen.
    pub value_fen: Option<i64>,
}

impl Amount {
    fn validate(&self) -> Result<(), Refusal> {
        let parts = [("/wishes", self.wishes), ("/hours", self.hours), ("/value_fen", self.value_fen)];
        let mut faults = Faults::default();
        faults.check(parts.iter().any(|(_, part)| part.is_some()), "/wishes", Fault::Required);
        for (pointer, part) in parts {
            faults.check(part.is_none_or(|part| (1..=MOST).contains(&part)), pointer, Fault::OutOfRange);
        }
        faults.finish()
    }
}

/// What a claimant undertakes in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pledge {
    /// Its id.
    pub id: PledgeId,
    /// Counts its changes.
    pub version: i64,
    /// In which campaign.
    pub campaign_id: CampaignId,
    /// Who.
    pub claimant_id: ClaimantId,
    /// What.
    pub amount: Amount,
    /// When it was taken back.
    pub withdrawn_at: Option<Instant>,
    /// Who entered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

impl Pledge {
    /// Undertakes something.
    ///
    /// # Errors
    /// `invalid` where nothing is undertaken, or more than can be counted.
    pub fn make(
        (id, campaign_id, claimant_id): (PledgeId, CampaignId, ClaimantId),
        amount: Amount,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        amount.validate()?;
        let (version, withdrawn_at) = (1, None);
        Ok(Self {
            id,
            version,
            campaign_id,
            claimant_id,
            amount,
            withdrawn_at,
            created_by: by,
            created_at: now,
        })
    }

    /// Undertakes something else.
    ///
    /// # Errors
    /// `pledge_withdrawn`; `invalid`.
    pub fn change(mut self, amount: Amount) -> Result<Self, Refusal> {
        self.expect_live()?;
        amount.validate()?;
        self.amount = amount;
        Ok(self)
    }

    /// Takes it back.
    ///
    /// # Errors
    /// `pledge_withdrawn`.
    pub fn withdraw(mut self, now: Instant) -> Result<Self, Refusal> {
        self.expect_live()?;
        self.withdrawn_at = Some(now);
        Ok(self)
    }

    fn expect_live(&self) -> Result<(), Refusal> {
        if self.withdrawn_at.is_none() { Ok(()) } else { Err(Code::PledgeWithdrawn.into()) }
    }
}
