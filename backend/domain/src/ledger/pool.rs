//! Pools (善款池): money for one purpose, raised by a qualified organisation on a platform, and kept in one organisation's
//! books here.

use super::{Account, Transaction, after};
use crate::{
    id::{CampaignId, OrganisationId, PoolId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    scan::{self, Field},
    time::Instant,
};

/// The most categories that one pool is restricted to.
const MOST_CATEGORIES: usize = 20;

/// What a pool is for, and who raises for it. Public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The campaign that it belongs to.
    pub campaign_id: Option<CampaignId>,
    /// Its name, 2 to 60 characters.
    pub name: String,
    /// What may be bought of it, 2 to 500 characters. Donors gave for this: it stays.
    pub purpose: String,
    /// Only wishes of these categories; any where there is none.
    pub categories: Vec<String>,
    /// The organisation that may raise money from the public (具有公开募捐资格的慈善组织), 2 to 100 characters.
    pub raiser: String,
    /// The platform on which it raises (互联网募捐信息平台), 2 to 100 characters.
    pub raised_on: String,
}

/// Money for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Counts its changes; what it holds is none.
    pub version: i64,
    /// In whose books.
    pub organisation_id: OrganisationId,
    /// What it is for.
    pub profile: Profile,
    /// More than this for one wish needs a second person's yes, in fen.
    pub approval_above_fen: i64,
    /// Takes donations, and sets money aside.
    pub active: bool,
    /// What can still be set aside, in fen; never below zero.
    pub balance_fen: i64,
    /// What is set aside and not spent, in fen; never below zero.
    pub allocated_fen: i64,
    /// Who opened it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

impl Profile {
    fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults
            .text("/name", &self.name, 2, 60)
            .text("/purpose", &self.purpose, 2, 500)
            .text("/raiser", &self.raiser, 2, 100)
            .text("/raised_on", &self.raised_on, 2, 100)
            .check(self.categories.len() <= MOST_CATEGORIES, "/categories", Fault::TooLong);
        for (i, category) in self.categories.iter().enumerate() {
            let twice = self.categories.iter().take(i).any(|before| before == category);
            let at = format!("/categories/{i}");
            faults.text(&at, category, 1, 40).check(!twice, at, Fault::Duplicate);
        }
        faults.finish()?;
        scan::check_public(&[
            ("/name", Field::Title, &self.name),
            ("/purpose", Field::PublicSummary, &self.purpose),
        ])
    }
}

fn check_limit(approval_above_fen: i64) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    let fits = (0..=super::Fen::MOST).contains(&approval_above_fen);
    faults.check(fits, "/approval_above_fen", Fault::OutOfRange);
    faults.finish()
}

impl Pool {
    /// Opens a pool, with nothing in it.
    ///
    /// # Errors
    /// `invalid`; `findings_unresolved` where its public texts name somebody.
    pub fn open(
        (id, organisation_id): (PoolId, OrganisationId),
        profile: Profile,
        approval_above_fen: i64,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        check_limit(approval_above_fen)?;
        profile.validate()?;
        Ok(Self {
            id,
            version: 1,
            organisation_id,
            profile,
            approval_above_fen,
            active: true,
            balance_fen: 0,
            allocated_fen: 0,
            created_by: by,
            created_at: now,
        })
    }

    /// With another limit, or closed, or opened again.
    ///
    /// # Errors
    /// `invalid`.
    pub fn change(self, approval_above_fen: i64, active: bool) -> Result<Self, Refusal> {
        check_limit(approval_above_fen)?;
        Ok(Self { approval_above_fen, active, ..self })
    }

    /// Takes in something new.
    pub(super) fn expect_active(&self) -> Result<(), Refusal> {
        if self.active { Ok(()) } else { Err(Code::PoolClosed.into()) }
    }

    /// What it holds that is not spent, in fen.
    #[must_use]
    pub const fn held_fen(&self) -> i64 {
        self.balance_fen.saturating_add(self.allocated_fen)
    }

    /// After a transaction in its books.
    ///
    /// # Errors
    /// `pool_short` where there is not so much in it.
    pub(super) fn post(mut self, of: &Transaction) -> Result<Self, Refusal> {
        self.balance_fen = after(self.balance_fen, of.change_of(Account::Pool(self.id)), Code::PoolShort)?;
        if let Some(allocation) = of.movement.allocation() {
            let change = of.change_of(Account::Allocation(allocation));
            self.allocated_fen = after(self.allocated_fen, change, Code::AllocationShort)?;
        }
        Ok(self)
    }
}
