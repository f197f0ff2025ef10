//! Referrals (转介): a deeper need met on the way, handed to whoever can answer it, and tracked until they do.
//!
//! Owns the life of a referral. Who brings a thing or visits may note a need; the staff who look after the resident hand
//! it on, once the resident agreed to that: an organisation that gives personal data to another tells the person to
//! whom and what for, and asks for a consent of its own (Personal Information Protection Law, art. 23).

use crate::{
    id::{BeneficiaryId, ClaimId, ClaimantId, OrganisationId, PairingId, ReferralId, UserId},
    note::{Note, Notes},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

/// So many working days the staff have to hand on what was noted.
pub const SEND_DAYS: u16 = 3;

/// So many working days an office has to answer, where none are named.
pub const ANSWER_DAYS: u16 = 15;

/// An answer is due so many days later at most.
pub const LATEST_DAYS: i64 = 90;

/// The longest text, in characters.
pub const MOST_CHARACTERS: usize = 1000;

words! {
    /// Where a referral stands.
    #[schema(as = ReferralStatus)]
    pub enum Status {
        /// 待转出
        Noted = "noted",
        /// 等答复
        Sent = "sent",
        /// 已答复
        Answered = "answered",
        /// 不办了
        Closed = "closed",
    }
}

words! {
    /// What came of it.
    #[schema(as = ReferralOutcome)]
    pub enum Outcome {
        /// 办成了
        Granted = "granted",
        /// 用别的办法帮上了
        Helped = "helped",
        /// 不符合条件
        NotEntitled = "not_entitled",
    }
}

/// Where the need was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    /// By the staff who look after the resident.
    AtDesk,
    /// On a visit.
    Visiting(PairingId, ClaimantId),
    /// When something was brought.
    Bringing(ClaimId, ClaimantId),
}

impl Met {
    /// The claimant that met it.
    #[must_use]
    pub const fn claimant_id(self) -> Option<ClaimantId> {
        match self {
            Self::AtDesk => None,
            Self::Visiting(_, claimant) | Self::Bringing(_, claimant) => Some(claimant),
        }
    }
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// An organisation of the tree, which answers here.
    Organisation(OrganisationId),
    /// An office outside, whose answer the staff write down.
    Office(String),
}

/// A referral on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// To whom.
    pub to: Addressee,
    /// The day on which the resident, or for a minor the guardian, agreed that they are told.
    pub agreed_on: NaiveDate,
    /// Who handed it on.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

/// Where a referral stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Somebody met the need; nobody outside knows of it.
    Noted {
        /// To be handed on by then.
        send_by: Instant,
    },
    /// Handed on.
    Sent {
        /// To whom, and since when.
        errand: Errand,
        /// To be answered by then.
        answer_by: Instant,
    },
    /// Answered.
    Answered {
        /// To whom it went.
        errand: Errand,
        /// What came of it.
        outcome: Outcome,
        /// What they said.
        answer: Note,
        /// Who wrote it down.
        by: UserId,
        /// When.
        at: Instant,
    },
    /// Nobody follows it any more.
    Closed {
        /// To whom it went, if it did.
        errand: Option<Errand>,
        /// Why.
        reason: Note,
        /// Who closed it; nobody where the resident was erased.
        by: Option<UserId>,
        /// When.
        at: Instant,
    },
}

/// A need handed to whoever can answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// Counts its changes.
    pub version: i64,
    /// Who looks after the resident, and follows it.
    pub organisation_id: OrganisationId,
    /// Whose need it is.
    pub beneficiary_id: BeneficiaryId,
    /// Where it was met.
    pub met: Met,
    /// The benefit of the list that may be owed.
    pub benefit: Option<String>,
    /// What is needed.
    pub need: Note,
    /// Where it stands.
    pub state: State,
    /// Who noted it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

/// A need to note.
#[derive(Debug, Clone)]
pub struct NewReferral {
    /// Its id.
    pub id: ReferralId,
    /// Who looks after the resident.
    pub organisation_id: OrganisationId,
    /// The resident.
    pub beneficiary_id: BeneficiaryId,
    /// Where it was met.
    pub met: Met,
    /// The benefit of the list that may be owed.
    pub benefit: Option<String>,
    /// What is needed.
    pub need: String,
    /// Who notes it.
    pub by: UserId,
}

/// How it is handed on.
#[derive(Debug, Clone)]
pub struct Handing {
    /// To whom.
    pub to: Addressee,
    /// When the resident agreed.
    pub agreed_on: NaiveDate,
    /// The last day for an answer; [`ANSWER_DAYS`] working days where none is named.
    pub answer_by: Option<NaiveDate>,
}

impl Referral {
    /// Notes a need; `send_by` is the end of the time for handing it on.
    ///
    /// # Errors
    /// `invalid` without words, or with more than [`MOST_CHARACTERS`].
    pub fn note(new: NewReferral, now: Instant, send_by: Instant) -> Result<Self, Refusal> {
        said("/need", &new.need)?;
        Ok(Self {
            id: new.id,
            version: 1,
            organisation_id: new.organisation_id,
            beneficiary_id: new.beneficiary_id,
            met: new.met,
            benefit: new.benefit,
            need: new.need.trim().into(),
            state: State::Noted { send_by },
            created_by: new.by,
            created_at: now,
        })
    }

    /// Hands it on; `usual` is the end of the usual time for an answer.
    ///
    /// # Errors
    /// `wrong_referral_status` unless noted; `invalid` for an agreement that lies ahead, an answer due before tomorrow or
    /// more than [`LATEST_DAYS`] days ahead, an office without a name.
    pub fn send(
        mut self,
        handing: Handing,
        by: UserId,
        now: Instant,
        usual: Instant,
    ) -> Result<Self, Refusal> {
        self.expect(Status::Noted)?;
        let Handing { to, agreed_on, answer_by } = handing;
        let today = now.date();
        let mut faults = Faults::default();
        if let Addressee::Office(name) = &to {
            faults.text("/office", name, 2, 60);
        }
        faults.check(agreed_on <= today, "/agreed_on", Fault::InFuture);
        if let Some(day) = answer_by {
            let ahead = day.signed_duration_since(today).num_days();
            faults.check(ahead > 0, "/answer_by", Fault::InPast);
            faults.check(ahead <= LATEST_DAYS, "/answer_by", Fault::OutOfRange);
        }
        faults.finish()?;
        let errand = Errand { to, agreed_on, by, at: now };
        self.state = State::Sent { errand, answer_by: answer_by.map_or(usual, Instant::end_of) };
        Ok(self)
    }

    /// Writes down what they said.
    ///
    /// # Errors
    /// `wrong_referral_status` unless sent; `invalid` without words.
    pub fn answer(
        mut self,
        outcome: Outcome,
        answer: &str,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let State::Sent { errand, .. } = &self.state else { return Err(Code::WrongReferralStatus.into()) };
        said("/answer", answer)?;
        self.state =
            State::Answered { errand: errand.clone(), outcome, answer: answer.trim().into(), by, at: now };
        Ok(self)
    }

    /// Follows it no more.
    ///
    /// # Errors
    /// `wrong_referral_status` once it is answered or closed; `invalid` without a reason.
    pub fn close(self, reason: &str, by: UserId, now: Instant) -> Result<Self, Refusal> {
        if self.due_at().is_none() {
            return Err(Code::WrongReferralStatus.into());
        }
        said("/reason", reason)?;
        Ok(self.closed(reason.trim().into(), Some(by), now))
    }

    /// The resident was erased: what waits is closed, and all that was said is gone.
    #[must_use]
    pub fn forget(self, now: Instant) -> Self {
        let mut forgotten = if self.due_at().is_some() { self.closed(Note::Gone, None, now) } else { self };
        forgotten.forget_notes();
        forgotten
    }

    fn closed(mut self, reason: Note, by: Option<UserId>, at: Instant) -> Self {
        let errand = self.errand().cloned();
        self.state = State::Closed { errand, reason, by, at };
        self
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Noted { .. } => Status::Noted,
            State::Sent { .. } => Status::Sent,
            State::Answered { .. } => Status::Answered,
            State::Closed { .. } => Status::Closed,
        }
    }

    /// By when the next thing is due.
    #[must_use]
    pub const fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Noted { send_by: at } | State::Sent { answer_by: at, .. } => Some(at),
            State::Answered { .. } | State::Closed { .. } => None,
        }
    }

    /// To whom it went.
    #[must_use]
    pub const fn errand(&self) -> Option<&Errand> {
        match &self.state {
            State::Noted { .. } => None,
            State::Sent { errand, .. } | State::Answered { errand, .. } => Some(errand),
            State::Closed { errand, .. } => errand.as_ref(),
        }
    }

    /// The organisation that was asked.
    #[must_use]
    pub const fn asked(&self) -> Option<OrganisationId> {
        match self.errand() {
            Some(Errand { to: Addressee::Organisation(id), .. }) => Some(*id),
            _ => None,
        }
    }

    /// Where it must stand.
    ///
    /// # Errors
    /// `wrong_referral_status` where it stands elsewhere.
    pub fn expect(&self, status: Status) -> Result<(), Refusal> {
        if self.status() == status { Ok(()) } else { Err(Code::WrongReferralStatus.into()) }
    }
}

fn said(pointer: &str, text: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.text(pointer, text, 2, MOST_CHARACTERS);
    faults.finish()
}

impl Notes for Referral {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let mut notes = vec![("need", &mut self.need)];
        match &mut self.state {
            State::Answered { answer, .. } => notes.push(("answer", answer)),
            State::Closed { reason, .. } => notes.push(("answer", reason)),
            State::Noted { .. } | State::Sent { .. } => {}
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const BY: UserId = UserId(Uuid::nil());

    fn now() -> Instant {
        "2026-11-20T04:00:00Z".parse().unwrap()
    }

    fn noted() -> Referral {
        let new = NewReferral {
            id: ReferralId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::nil()),
            beneficiary_id: BeneficiaryId(Uuid::nil()),
            met: Met::AtDesk,
            benefit: None,
            need: " 儿子长年卧床 ".to_owned(),
            by: BY,
        };
        Referral::note(new, now(), now()).unwrap()
    }

    fn handing(answer_by: Option<&str>) -> Handing {
        Handing {
            to: Addressee::Office("县医保局".to_owned()),
            agreed_on: now().date(),
            answer_by: answer_by.map(|day| day.parse().unwrap()),
        }
    }

    fn sent() -> Referral {
        noted().send(handing(None), BY, now(), now()).unwrap()
    }

    #[test]
    fn each_step_is_taken_once_and_in_order() {
        let answered = |of: Referral| of.answer(Outcome::Granted, "批了", BY, now());
        let closed = |of: Referral| of.close("本人不想办了", BY, now());
        let done = answered(sent()).unwrap();
        let over = closed(noted()).unwrap();
        assert_eq!(
            (noted().need.text(), done.errand(), over.errand()),
            (Some("儿子长年卧床"), sent().errand(), None)
        );
        assert_eq!(closed(sent()).unwrap().errand(), sent().errand(), "who was asked stays to be read");
        for (name, refused) in [
            ("sent twice", sent().send(handing(None), BY, now(), now())),
            ("answered before it was sent", answered(noted())),
            ("answered twice", answered(done.clone())),
            ("closed after the answer", closed(done)),
            ("closed twice", closed(over)),
        ] {
            assert_eq!(refused.unwrap_err().code, Code::WrongReferralStatus, "{name}");
        }
    }

    #[test]
    fn an_answer_is_due_within_three_months_and_after_a_consent() {
        for (day, ok) in
            [("2026-11-20", false), ("2026-11-21", true), ("2027-02-18", true), ("2027-02-19", false)]
        {
            assert_eq!(noted().send(handing(Some(day)), BY, now(), now()).is_ok(), ok, "{day}");
        }
        let ahead = Handing { agreed_on: "2026-11-21".parse().unwrap(), ..handing(None) };
        let nameless = Handing { to: Addressee::Office(" ".to_owned()), ..handing(None) };
        for refused in [ahead, nameless] {
            assert_eq!(noted().send(refused, BY, now(), now()).unwrap_err().code, Code::Invalid);
        }
    }

    #[test]
    fn of_an_erased_resident_nothing_is_said_and_nothing_waits() {
        for of in [noted(), sent(), sent().answer(Outcome::Helped, "送了药", BY, now()).unwrap()] {
            let mut forgotten = of.forget(now());
            assert_eq!(forgotten.due_at(), None);
            assert!(forgotten.notes().iter().all(|(_, note)| **note == Note::Gone));
        }
    }
}
