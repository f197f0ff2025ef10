//! Claimants (认领方、圆梦人): a person, or a unit that claims.

use crate::{
    id::{ClaimantId, OrganisationId, UserId},
    refusal::{Fault, Faults, Refusal},
    time::Instant,
};

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
    /// It may claim.
    pub active: bool,
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
