//! How long each step may take, in working days, and how coarse the wall is; inherited down the tree
//! field by field.

use crate::{
    calendar::Calendar,
    id::{OrganisationId, PolicyChangeId, UserId},
    refusal::{Fault, Faults, Refusal},
    time::Instant,
};
use std::sync::Arc;

/// An organisation's own rules; `None` inherits the superior's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    /// From taken in to published.
    pub review_days: Option<u16>,
    /// On the wall before it goes up.
    pub open_days: Option<u16>,
    /// From claimed to the first contact; also to answer a dispatch.
    pub contact_days: Option<u16>,
    /// From claimed to delivered.
    pub delivery_days: Option<u16>,
    /// From delivered to confirmed.
    pub confirm_days: Option<u16>,
    /// For a superior to answer an escalation.
    pub escalation_days: Option<u16>,
    /// After it was fulfilled, to say that it did not arrive or does not work.
    pub reopen_days: Option<u16>,
    /// How many households a place must have before the wall names it.
    pub wall_households: Option<u16>,
    /// How many open claims one of its claimants may hold at once.
    pub most_open_claims: Option<u16>,
    /// How many of a hundred fulfilled wishes somebody else asks about again.
    pub spot_check_percent: Option<u16>,
    /// For a household's pair to answer before anybody else is asked; 0 asks nobody first.
    pub pair_first_days: Option<u16>,
}

/// The rules that hold for an organisation, with nothing left open. In working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Effective {
    /// From taken in to published.
    pub review_days: u16,
    /// On the wall before it goes up.
    pub open_days: u16,
    /// From claimed to the first contact; also to answer a dispatch.
    pub contact_days: u16,
    /// From claimed to delivered.
    pub delivery_days: u16,
    /// From delivered to confirmed.
    pub confirm_days: u16,
    /// For a superior to answer an escalation.
    pub escalation_days: u16,
    /// After it was fulfilled, to say that it did not arrive or does not work.
    #[serde(default = "usual_reopen_days")]
    pub reopen_days: u16,
    /// How many households a place must have before the wall names it.
    #[serde(skip, default = "usual_households")]
    pub wall_households: u16,
    /// How many open claims one of its claimants may hold at once; none where nobody set a limit.
    #[serde(skip)]
    pub most_open_claims: Option<u16>,
    /// How many of a hundred fulfilled wishes somebody else asks about again.
    #[serde(skip)]
    pub spot_check_percent: u16,
    /// For a household's pair to answer before anybody else is asked; 0 asks nobody first.
    #[serde(default)]
    pub pair_first_days: u16,
}

/// What holds where nobody has set anything.
pub const DEFAULT: Effective = Effective {
    review_days: 3,
    open_days: 12,
    contact_days: 1,
    delivery_days: 10,
    confirm_days: 3,
    escalation_days: 2,
    reopen_days: 30,
    wall_households: 20,
    most_open_claims: None,
    spot_check_percent: 0,
    pair_first_days: 0,
};

/// A wish keeps the times that it was given, and not how coarse the wall is.
const fn usual_households() -> u16 {
    DEFAULT.wall_households
}

/// Of a wish that is older than this rule.
const fn usual_reopen_days() -> u16 {
    DEFAULT.reopen_days
}

/// The largest number of households that can be asked.
pub const MAX_HOUSEHOLDS: u16 = 1000;

/// The largest number of open claims that can be set.
pub const MAX_OPEN_CLAIMS: u16 = 1000;

/// The longest time that can be set, in working days.
pub const MAX_DAYS: u16 = 250;

/// A change of an organisation's own rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: PolicyChangeId,
    /// Whose rules.
    pub organisation_id: OrganisationId,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: UserId,
    /// What they were from then on.
    pub policy: Policy,
}

impl Policy {
    /// Each rule by its name.
    #[must_use]
    pub const fn fields(&self) -> [(&'static str, Option<u16>); 11] {
        [
            ("review_days", self.review_days),
            ("open_days", self.open_days),
            ("contact_days", self.contact_days),
            ("delivery_days", self.delivery_days),
            ("confirm_days", self.confirm_days),
            ("escalation_days", self.escalation_days),
            ("reopen_days", self.reopen_days),
            ("wall_households", self.wall_households),
            ("most_open_claims", self.most_open_claims),
            ("spot_check_percent", self.spot_check_percent),
            ("pair_first_days", self.pair_first_days),
        ]
    }

    /// Checks that each time set is 1 to [`MAX_DAYS`] working days (the pair's may be 0), the households 1 to
    /// [`MAX_HOUSEHOLDS`], the open claims 1 to [`MAX_OPEN_CLAIMS`], and the spot checks 0 to 100 %.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        for (name, value) in self.fields() {
            let allowed = match name {
                "wall_households" => 1..=MAX_HOUSEHOLDS,
                "most_open_claims" => 1..=MAX_OPEN_CLAIMS,
                "spot_check_percent" => 0..=100,
                "pair_first_days" => 0..=MAX_DAYS,
                _ => 1..=MAX_DAYS,
            };
            let fits = value.is_none_or(|value| allowed.contains(&value));
            faults.check(fits, format!("/{name}"), Fault::OutOfRange);
        }
        faults.finish()
    }
}

/// The rules for an organisation, from its own and its ancestors', nearest first.
#[must_use]
pub fn resolve<'a>(chain: impl IntoIterator<Item = &'a Policy>) -> Effective {
    let mut set = Policy::default();
    for policy in chain {
        set.review_days = set.review_days.or(policy.review_days);
        set.open_days = set.open_days.or(policy.open_days);
        set.contact_days = set.contact_days.or(policy.contact_days);
        set.delivery_days = set.delivery_days.or(policy.delivery_days);
        set.confirm_days = set.confirm_days.or(policy.confirm_days);
        set.escalation_days = set.escalation_days.or(policy.escalation_days);
        set.reopen_days = set.reopen_days.or(policy.reopen_days);
        set.wall_households = set.wall_households.or(policy.wall_households);
        set.most_open_claims = set.most_open_claims.or(policy.most_open_claims);
        set.spot_check_percent = set.spot_check_percent.or(policy.spot_check_percent);
        set.pair_first_days = set.pair_first_days.or(policy.pair_first_days);
    }
    Effective {
        review_days: set.review_days.unwrap_or(DEFAULT.review_days),
        open_days: set.open_days.unwrap_or(DEFAULT.open_days),
        contact_days: set.contact_days.unwrap_or(DEFAULT.contact_days),
        delivery_days: set.delivery_days.unwrap_or(DEFAULT.delivery_days),
        confirm_days: set.confirm_days.unwrap_or(DEFAULT.confirm_days),
        escalation_days: set.escalation_days.unwrap_or(DEFAULT.escalation_days),
        reopen_days: set.reopen_days.unwrap_or(DEFAULT.reopen_days),
        wall_households: set.wall_households.unwrap_or(DEFAULT.wall_households),
        most_open_claims: set.most_open_claims,
        spot_check_percent: set.spot_check_percent.unwrap_or(DEFAULT.spot_check_percent),
        pair_first_days: set.pair_first_days.unwrap_or(DEFAULT.pair_first_days),
    }
}

/// When things are due: now, under an organisation's rules and the calendar.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The time of the act.
    pub now: Instant,
    /// The rules that hold.
    pub policy: Effective,
    /// Which days are worked.
    pub calendar: Arc<Calendar>,
}

impl Terms {
    /// The end of the `days`-th working day from now.
    #[must_use]
    pub fn within(&self, days: u16) -> Instant {
        self.calendar.due(self.now, days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rule_holds_and_the_rest_is_inherited() {
        let own = Policy { open_days: Some(5), ..Policy::default() };
        let county = Policy { open_days: Some(9), contact_days: Some(2), ..Policy::default() };
        let rules = resolve([&own, &county]);
        assert_eq!((rules.open_days, rules.contact_days, rules.review_days), (5, 2, DEFAULT.review_days));
    }
}
