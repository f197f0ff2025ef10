//! Claimants (认领方、圆梦人): a person, or a unit that claims.

use crate::{
    id::{ClaimantId, OrganisationId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

words! {
    /// A person or a unit.
    #[schema(as = ClaimantKind)]
    pub enum Kind {
        /// 个人
        Person = "person",
        /// 单位
        Unit = "unit",
    }
}

/// What a person may set of a claimant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name others see, 1 to 60 characters.
    pub display_name: String,
    /// What it can do, as short words; at most 20.
    pub skills: Vec<String>,
    /// Where it goes, as division codes; at most 20.
    pub region_codes: Vec<String>,
    /// The categories that it takes, by code; at most 20, and any when there is none.
    pub categories: Vec<String>,
    /// How many open claims it takes at once, 1 to 1000.
    pub capacity: i32,
}

/// Whether a claimant takes on anything new: claims, dispatches, places in plans, suggestions and waiting lists,
/// pairings, pledges. What it holds goes on in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Active,
    /// It does not wish to, for now.
    Resting,
    /// Staff of its circle do not let it, for now.
    Suspended(Suspension),
}

/// Why a claimant takes on nothing new, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspension {
    /// Since when.
    pub since: Instant,
    /// The end of its last day; none where it lasts until somebody ends it.
    pub until: Option<Instant>,
    /// Why, sealed; the claimant reads it.
    pub reason: String,
}

/// Who fulfils wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// Its id.
    pub id: ClaimantId,
    /// Counts its changes.
    pub version: i64,
    /// A person or a unit.
    pub kind: Kind,
    /// The organisation it belongs to; the managers of that organisation act for it.
    pub organisation_id: OrganisationId,
    /// The user who acts for a person.
    pub user_id: Option<UserId>,
    /// What people set.
    pub profile: Profile,
    /// Whether it takes on anything new.
    pub standing: Standing,
    /// When it was entered.
    pub created_at: Instant,
}

impl Profile {
    /// Checks the fields.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults
            .text("/display_name", &self.display_name, 1, 60)
            .check(self.skills.len() <= 20, "/skills", Fault::TooLong)
            .check(self.region_codes.len() <= 20, "/region_codes", Fault::TooLong)
            .check(self.categories.len() <= 20, "/categories", Fault::TooLong)
            .check((1..=1000).contains(&self.capacity), "/capacity", Fault::OutOfRange);
        for (i, skill) in self.skills.iter().enumerate() {
            faults.text(&format!("/skills/{i}"), skill, 1, 30);
        }
        for (i, code) in self.categories.iter().enumerate() {
            faults.text(&format!("/categories/{i}"), code, 2, 30);
        }
        for (i, code) in self.region_codes.iter().enumerate() {
            let digits = (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
            faults.check(digits, format!("/region_codes/{i}"), Fault::Format);
        }
        faults.finish()
    }
}

impl Claimant {
    /// The one answer to whether it may take on anything new.
    ///
    /// # Errors
    /// `claimant_inactive`; `claimant_suspended`.
    pub const fn may_take_on(&self) -> Result<(), Code> {
        match self.standing {
            Standing::Active => Ok(()),
            Standing::Resting => Err(Code::ClaimantInactive),
            Standing::Suspended(_) => Err(Code::ClaimantSuspended),
        }
    }

    /// Takes a rest, or ends it; by whoever acts for it.
    ///
    /// # Errors
    /// `claimant_suspended`: that is not theirs to end.
    pub fn rest(mut self, resting: bool) -> Result<Self, Refusal> {
        if let Standing::Suspended(_) = self.standing {
            return Err(Code::ClaimantSuspended.into());
        }
        self.standing = if resting { Standing::Resting } else { Standing::Active };
        Ok(self)
    }

    /// Shuts it out until the end of a day, or until somebody lets it in again. Said again, it is for other reasons or
    /// another time.
    ///
    /// # Errors
    /// `invalid` for a day that is over.
    pub fn suspend(
        mut self,
        reason: String,
        until: Option<NaiveDate>,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let mut faults = Faults::default();
        faults.check(until.is_none_or(|day| day >= now.date()), "/until", Fault::InPast);
        faults.finish()?;
        let since = match &self.standing {
            Standing::Suspended(suspension) => suspension.since,
            _ => now,
        };
        let until = until.map(Instant::end_of);
        self.standing = Standing::Suspended(Suspension { since, until, reason });
        Ok(self)
    }

    /// Lets it in again.
    ///
    /// # Errors
    /// `not_suspended`.
    pub fn reinstate(mut self) -> Result<Self, Refusal> {
        match self.standing {
            Standing::Suspended(_) => {
                self.standing = Standing::Active;
                Ok(self)
            }
            _ => Err(Code::NotSuspended.into()),
        }
    }

    /// Whether its suspension is over by time.
    #[must_use]
    pub fn has_served(&self, now: Instant) -> bool {
        let Standing::Suspended(suspension) = &self.standing else { return false };
        suspension.until.is_some_and(|until| until < now)
    }
}
