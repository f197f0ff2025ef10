//! Looks at what identifies a resident: what each is for, and, where it is a child under 14, with whose
//! approval.
//!
//! Owns the purposes of a look and the life of a request: pending, then approved for at most a day, or
//! declined. Must not know who may answer: that is the access table's.

use crate::{
    beneficiary::{GUARDIAN_ALONE_BELOW, GUARDIAN_TOO_BELOW, Person},
    id::{BeneficiaryId, ClaimId, LookRequestId, UserId},
    note::{Note, Notes},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

words! {
    /// Why somebody looks at what identifies a resident (PIPL art. 6: a clear purpose). A word and not a
    /// text: it is kept in the history, which outlives the resident's data.
    pub enum LookPurpose {
        /// 上门走访、核实
        Visit = "visit",
        /// 电话联系
        Contact = "contact",
        /// 送达
        Deliver = "deliver",
        /// 回访
        FollowUp = "follow_up",
        /// 审核
        Review = "review",
        /// 更正资料
        Correct = "correct",
        /// 转介求助
        Refer = "refer",
        /// 本人或监护人要查阅
        Access = "access",
        /// 紧急情况
        Emergency = "emergency",
        /// 监督检查
        Inspect = "inspect",
    }
}

words! {
    /// How young somebody is, as far as the law asks for more: the figures of the yearly audit of minors'
    /// data are counted by it, also when who it was is erased.
    pub enum MinorBand {
        /// 未满 14 岁
        Under14 = "under_14",
        /// 14 到 17 岁
        From14To17 = "from_14_to_17",
    }
}

words! {
    /// Where a request to look stands.
    #[schema(as = LookRequestStatus)]
    pub enum Status {
        /// 等答复
        Pending = "pending",
        /// 同意了
        Approved = "approved",
        /// 没同意
        Declined = "declined",
    }
}

/// The longest that an approval holds.
pub const APPROVAL_HOURS: u16 = 24;

/// A request to look at a child under 14 (儿童个人信息网络保护规定 art. 15: staff access is approved by who
/// answers for children's data, or whom they named).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRequest {
    /// Its id.
    pub id: LookRequestId,
    /// Counts its changes.
    pub version: i64,
    /// The child.
    pub beneficiary_id: BeneficiaryId,
    /// For the delivery of this claim alone; otherwise for the whole record.
    pub claim_id: Option<ClaimId>,
    /// Who asks, and alone may look.
    pub requested_by: UserId,
    /// What for.
    pub purpose: LookPurpose,
    /// Why just now, in words for who answers.
    pub reason: Note,
    /// Where it stands.
    pub state: State,
    /// When it was asked.
    pub created_at: Instant,
}

/// The answer to a request, if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Waits.
    Pending,
    /// The one who asked may look until then.
    Approved {
        /// By whom.
        by: UserId,
        /// When.
        at: Instant,
        /// Until when.
        until: Instant,
    },
    /// They may not.
    Declined {
        /// By whom.
        by: UserId,
        /// When.
        at: Instant,
        /// Why, in words for who asked.
        reason: Note,
    },
}

impl Notes for LookRequest {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let mut notes = vec![("reason", &mut self.reason)];
        if let State::Declined { reason, .. } = &mut self.state {
            notes.push(("answer", reason));
        }
        notes
    }
}

impl LookRequest {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Pending => Status::Pending,
            State::Approved { .. } => Status::Approved,
            State::Declined { .. } => Status::Declined,
        }
    }

    /// Lets the one who asked look for some hours.
    ///
    /// # Errors
    /// `own_request`; `request_answered`; `invalid` for more than a day.
    pub fn approve(self, by: UserId, hours: u16, now: Instant) -> Result<Self, Refusal> {
        self.may_answer(by)?;
        let mut faults = Faults::default();
        faults.check((1..=APPROVAL_HOURS).contains(&hours), "/hours", Fault::OutOfRange);
        faults.finish()?;
        let until = now.plus_seconds(i64::from(hours).saturating_mul(3600));
        Ok(Self { state: State::Approved { by, at: now, until }, ..self })
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// `own_request`; `request_answered`; `invalid` without a reason.
    pub fn decline(self, by: UserId, reason: &str, now: Instant) -> Result<Self, Refusal> {
        self.may_answer(by)?;
        let mut faults = Faults::default();
        faults.text("/reason", reason, 2, 200);
        faults.finish()?;
        Ok(Self { state: State::Declined { by, at: now, reason: reason.trim().into() }, ..self })
    }

    /// Nobody answers what they asked themselves, and an answer stands.
    fn may_answer(&self, by: UserId) -> Result<(), Refusal> {
        if by == self.requested_by {
            return Err(Code::OwnRequest.into());
        }
        match self.state {
            State::Pending => Ok(()),
            State::Approved { .. } | State::Declined { .. } => Err(Code::RequestAnswered.into()),
        }
    }

    /// Whether it lets `user` look now: at the whole record, or for the delivery of `claim`.
    #[must_use]
    pub fn allows(&self, user: UserId, claim: Option<ClaimId>, now: Instant) -> bool {
        let State::Approved { until, .. } = self.state else { return false };
        now < until && self.requested_by == user && self.claim_id == claim
    }
}

/// Checks what a request says.
///
/// # Errors
/// `invalid` without a reason.
pub fn validate_reason(reason: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 2, 200);
    faults.finish()
}

impl Person {
    /// The date of birth; where only the identity number is known, what that says (GB 11643: digits 7 to
    /// 14).
    #[must_use]
    pub fn born(&self) -> Option<NaiveDate> {
        let of_number = || {
            let digits = self.id_number.as_deref()?.get(6..14)?;
            NaiveDate::parse_from_str(digits, "%Y%m%d").ok()
        };
        self.birth_date.or_else(of_number)
    }

    /// How young, on `today`; none from 18 on, and where nobody knows.
    #[must_use]
    pub fn minor_band(&self, today: NaiveDate) -> Option<MinorBand> {
        match today.years_since(self.born()?)? {
            age if age < GUARDIAN_ALONE_BELOW => Some(MinorBand::Under14),
            age if age < GUARDIAN_TOO_BELOW => Some(MinorBand::From14To17),
            _ => None,
        }
    }

    /// Whether a look needs an approval: under 14.
    #[must_use]
    pub fn needs_approval(&self, today: NaiveDate) -> bool {
        self.minor_band(today) == Some(MinorBand::Under14)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn asked() -> LookRequest {
        LookRequest {
            id: LookRequestId(Uuid::nil()),
            version: 1,
            beneficiary_id: BeneficiaryId(Uuid::nil()),
            claim_id: None,
            requested_by: user(1),
            purpose: LookPurpose::Visit,
            reason: "约好周三上门".into(),
            state: State::Pending,
            created_at: Instant::from_micros(0),
        }
    }

    fn person(born: Option<&str>, number: Option<&str>) -> Person {
        Person {
            name: "小某".into(),
            phone: None,
            address: None,
            id_number: number.map(str::to_owned),
            birth_date: born.map(|born| born.parse().unwrap()),
        }
    }

    #[test]
    fn an_approval_holds_for_a_day_for_the_one_who_asked() {
        let now = Instant::from_micros(5);
        let granted = asked().approve(user(2), 24, now).unwrap();
        let last = now.plus_seconds(24 * 3600 - 1);
        assert!(granted.allows(user(1), None, last));
        assert!(!granted.allows(user(1), None, last.plus_seconds(1)), "a day is over");
        assert!(!granted.allows(user(3), None, now), "somebody else");
        assert!(!granted.allows(user(1), Some(ClaimId(Uuid::nil())), now), "another scope");
        assert!(!asked().allows(user(1), None, now));
        for hours in [0, 25] {
            assert_eq!(asked().approve(user(2), hours, now).unwrap_err().code, Code::Invalid);
        }
    }

    #[test]
    fn nobody_answers_their_own_request_and_an_answer_stands() {
        let now = Instant::from_micros(5);
        assert_eq!(asked().approve(user(1), 1, now).unwrap_err().code, Code::OwnRequest);
        assert_eq!(asked().decline(user(1), "不必看", now).unwrap_err().code, Code::OwnRequest);
        let declined = asked().decline(user(2), "打电话就够", now).unwrap();
        assert_eq!(declined.clone().approve(user(3), 1, now).unwrap_err().code, Code::RequestAnswered);
        assert!(!declined.allows(user(1), None, now));
        assert_eq!(asked().decline(user(2), " ", now).unwrap_err().code, Code::Invalid);
    }

    #[test]
    fn the_fourteenth_birthday_is_the_first_day_without() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let child = person(Some("2012-11-24"), None);
        assert!(child.needs_approval(day("2026-11-23")));
        assert!(!child.needs_approval(day("2026-11-24")));
        assert_eq!(child.minor_band(day("2030-11-23")), Some(MinorBand::From14To17));
        assert_eq!(child.minor_band(day("2030-11-24")), None);
        assert!(!person(None, None).needs_approval(day("2026-11-23")), "nobody knows");
        assert!(person(None, Some("431202201503070012")).needs_approval(day("2026-11-23")), "by the number");
    }
}
