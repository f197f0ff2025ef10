//! What residents agreed to: five purposes, each asked by itself, by whom it takes at which age.

use super::{Beneficiary, GUARDIAN_ALONE_BELOW, GUARDIAN_TOO_BELOW};
use crate::{
    id::ConsentId,
    refusal::{Fault, Faults, Refusal},
};
use chrono::NaiveDate;

words! {
    /// What a consent is for; each purpose is asked by itself (PIPL art. 14, 23, 25, 29).
    #[schema(as = ConsentPurpose)]
    pub enum Purpose {
        /// 记下来，帮着找人
        Collect = "collect",
        /// 公开心愿
        Publish = "publish",
        /// 拍照
        Photo = "photo",
        /// 告诉认领方
        ShareWithClaimant = "share_with_claimant",
        /// 告诉公益平台
        ShareWithPlatform = "share_with_platform",
    }
}

words! {
    /// Who agreed.
    #[schema(as = ConsentGivenBy)]
    pub enum GivenBy {
        /// 本人
        Myself = "self",
        /// 监护人
        Guardian = "guardian",
    }
}

words! {
    /// How a consent was taken.
    pub enum ConsentChannel {
        /// 纸质签字
        Paper = "paper",
        /// 当面口头，有见证人
        Witnessed = "witnessed",
        /// 电话录音
        Recording = "recording",
        /// 线上勾选
        Online = "online",
    }
}

/// One purpose agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// What for.
    pub purpose: Purpose,
    /// By whom.
    pub given_by: GivenBy,
    /// The guardian, where one agreed.
    pub guardian_name: Option<String>,
    /// What the guardian is to the resident.
    pub relation: Option<String>,
    /// On which day.
    pub given_on: NaiveDate,
    /// On which day it was taken back.
    pub withdrawn_on: Option<NaiveDate>,
    /// What is known of how it was taken, and how long it holds.
    pub proof: Proof,
}

/// How a consent was taken: what the resident was told, how they answered, what shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Which text was read or shown to them. At most 40 characters.
    pub text_version: Option<String>,
    /// How it was taken.
    pub channel: Option<ConsentChannel>,
    /// Where the evidence is kept: a file number, a recording. At most 200 characters.
    pub evidence: Option<String>,
    /// The last day on which it holds.
    pub expires_on: Option<NaiveDate>,
}

impl Consent {
    /// Checks a consent as it is taken down.
    ///
    /// # Errors
    /// `invalid` when a guardian is not named or the day lies ahead; pointers below `prefix`.
    pub fn validate(&self, prefix: &str, today: NaiveDate) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        let at = |field: &str| format!("{prefix}/{field}");
        faults.check(self.given_on <= today, at("given_on"), Fault::InFuture);
        if self.given_by == GivenBy::Guardian {
            faults.text(&at("guardian_name"), self.guardian_name.as_deref().unwrap_or_default(), 1, 40);
            faults.text(&at("relation"), self.relation.as_deref().unwrap_or_default(), 1, 20);
        }
        faults.optional_text(&at("text_version"), self.proof.text_version.as_deref(), 40).optional_text(
            &at("evidence"),
            self.proof.evidence.as_deref(),
            200,
        );
        let lives = self.proof.expires_on.is_none_or(|last| last >= today);
        faults.check(lives, at("expires_on"), Fault::InPast);
        faults.finish()
    }
}

impl Consent {
    /// Holds on `today`: given, not taken back, not run out.
    #[must_use]
    pub fn is_live(&self, today: NaiveDate) -> bool {
        self.stands(today) && self.proof.expires_on.is_none_or(|last| today <= last)
    }

    /// Given and not taken back, though perhaps run out.
    fn stands(&self, today: NaiveDate) -> bool {
        self.given_on <= today && self.withdrawn_on.is_none()
    }
}

impl Beneficiary {
    /// Is there a live consent for `purpose` from everybody whose consent it takes: the guardian
    /// under 14, both from 14 to 18, the resident from 18 (or when the age is not known)? What a child
    /// under 14 said is no consent of theirs later, nor does a guardian's outlive the 18th birthday. Who
    /// was erased agrees to nothing.
    #[must_use]
    pub fn agreed(&self, purpose: Purpose, today: NaiveDate) -> bool {
        let Ok((person, _)) = self.known() else { return false };
        let live = |by: GivenBy, from_age: u32| {
            self.consents.iter().any(|given| {
                let old_enough = person.age(given.given_on).is_none_or(|age| age >= from_age);
                given.purpose == purpose && given.given_by == by && given.is_live(today) && old_enough
            })
        };
        let own = || live(GivenBy::Myself, GUARDIAN_ALONE_BELOW);
        match person.age(today) {
            Some(age) if age < GUARDIAN_ALONE_BELOW => live(GivenBy::Guardian, 0),
            Some(age) if age < GUARDIAN_TOO_BELOW => live(GivenBy::Guardian, 0) && own(),
            // An adult under guardianship is spoken for by the guardian (Civil Code art. 21-23).
            _ => own() || live(GivenBy::Guardian, GUARDIAN_TOO_BELOW),
        }
    }

    /// The purposes that must be asked anew: agreed to once and not taken back, but no longer enough;
    /// or agreed to before the 18th birthday, which everybody is asked again after.
    #[must_use]
    pub fn consents_due(&self, today: NaiveDate) -> Vec<Purpose> {
        if self.known().is_err() {
            return Vec::new();
        }
        let due = |purpose: &Purpose| {
            let of = |given: &&Consent| given.purpose == *purpose && given.stands(today);
            let asked = self.consents.iter().any(|given| of(&given));
            asked && (!self.agreed(*purpose, today) || self.only_as_a_minor(*purpose, today))
        };
        Purpose::ALL.iter().copied().filter(due).collect()
    }

    /// Grown up now, and nothing was said of `purpose` since.
    fn only_as_a_minor(&self, purpose: Purpose, today: NaiveDate) -> bool {
        let age = |on: NaiveDate| self.known().ok().and_then(|(person, _)| person.age(on));
        let grown = |on: NaiveDate| age(on).is_some_and(|age| age >= GUARDIAN_TOO_BELOW);
        let since =
            |given: &Consent| given.purpose == purpose && given.is_live(today) && grown(given.given_on);
        grown(today) && !self.consents.iter().any(since)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{resident, today},
        *,
    };

    #[test]
    fn whose_consent_it_takes_depends_on_age() {
        use GivenBy::{Guardian, Myself};
        let publish = Purpose::Publish;
        let cases: [(Option<i32>, &[GivenBy], bool); 9] = [
            (Some(2016), &[Myself], false),
            (Some(2016), &[Guardian], true),
            (Some(2010), &[Myself], false),
            (Some(2010), &[Guardian], false),
            (Some(2010), &[Guardian, Myself], true),
            (Some(1950), &[Myself], true),
            (Some(1950), &[Guardian], true),
            (None, &[Myself], true),
            (None, &[], false),
        ];
        for (born, by, expected) in cases {
            let given: Vec<_> = by.iter().map(|&by| (publish, by)).collect();
            assert_eq!(resident(born, &given).agreed(publish, today()), expected, "{born:?} {by:?}");
        }
    }

    #[test]
    fn a_consent_taken_back_or_for_another_purpose_is_none() {
        let mut one = resident(None, &[(Purpose::Publish, GivenBy::Myself)]);
        assert!(!one.agreed(Purpose::Photo, today()));
        one.consents[0].withdrawn_on = Some(today());
        assert!(!one.agreed(Purpose::Publish, today()));
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_consent_runs_out_after_its_last_day() {
        let mut one = resident(None, &[(Purpose::Publish, GivenBy::Myself)]);
        one.consents[0].proof.expires_on = Some(day(2026, 12, 31));
        assert!(one.agreed(Purpose::Publish, day(2026, 12, 31)));
        assert!(one.consents_due(day(2026, 12, 31)).is_empty());
        assert!(!one.agreed(Purpose::Publish, day(2027, 1, 1)));
        assert_eq!(one.consents_due(day(2027, 1, 1)), [Purpose::Publish]);
        assert!(one.consents[0].validate("", day(2027, 1, 1)).is_err());
    }

    #[test]
    fn at_fourteen_the_child_is_asked_and_at_eighteen_again() {
        use GivenBy::{Guardian, Myself};
        let publish = Purpose::Publish;
        let mut child = resident(None, &[(publish, Guardian), (publish, Myself)]);
        child.known_mut().unwrap().0.birth_date = Some(day(2013, 3, 1));
        for consent in &mut child.consents {
            consent.given_on = day(2026, 1, 1);
        }
        let on = |child: &Beneficiary, today| {
            (child.agreed(publish, today), !child.consents_due(today).is_empty())
        };
        assert_eq!(on(&child, day(2027, 2, 28)), (true, false));
        assert_eq!(on(&child, day(2027, 3, 1)), (false, true), "what was said at twelve is not enough");
        child.consents[1].given_on = day(2027, 3, 1);
        assert_eq!(on(&child, day(2027, 3, 1)), (true, false));
        assert_eq!(on(&child, day(2031, 2, 28)), (true, false));
        assert_eq!(on(&child, day(2031, 3, 1)), (true, true), "their own word holds, and is asked again");
        let mut spoken_for = child.clone();
        spoken_for.consents.pop();
        assert_eq!(on(&spoken_for, day(2031, 3, 1)), (false, true), "the guardian's is over");
        child.consents[1].given_on = day(2031, 3, 1);
        assert_eq!(on(&child, day(2031, 3, 1)), (true, false));
        child.consents[1].withdrawn_on = Some(day(2031, 3, 2));
        assert_eq!(on(&child, day(2031, 3, 2)), (false, true));
    }
}
