//! The ladder (上报、提级): a wish that its holder cannot meet, or that ran over its time, goes one level
//! up, until the root, where it stands on the red list (兜底).

use crate::{
    calendar::Calendar,
    id::{EscalationId, OrganisationId, UserId, WishId},
    note::{Note, Notes},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Stage, Wish},
};

words! {
    /// Where an escalation stands.
    #[schema(as = EscalationStatus)]
    pub enum Status {
        /// 待接
        Pending = "pending",
        /// 已接
        Accepted = "accepted",
        /// 已办结
        Resolved = "resolved",
        /// 已退回
        Returned = "returned",
        /// 已转上级
        Superseded = "superseded",
        /// 已转办
        Rerouted = "rerouted",
    }
}

/// Where an escalation stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Waits for the superior's answer.
    Pending {
        /// Answer by.
        due_at: Instant,
    },
    /// The superior took the wish.
    Accepted {
        /// When.
        at: Instant,
        /// Who; none where it fell to the root by time.
        by: Option<UserId>,
    },
    /// The superior gave it back with an instruction.
    Returned {
        /// When.
        at: Instant,
        /// Who.
        by: UserId,
        /// What to do.
        instruction: Note,
    },
    /// Ran over its time and went one level further up.
    Superseded {
        /// When.
        at: Instant,
    },
    /// The superior handed the wish to another of its own, who is in charge of it.
    Rerouted {
        /// When.
        at: Instant,
        /// Who.
        by: UserId,
        /// To whom.
        to: OrganisationId,
        /// Why.
        reason: Note,
    },
    /// The wish has ended.
    Resolved {
        /// When.
        at: Instant,
        /// When the superior had taken it, and who; none where it still waited.
        taken: Option<(Instant, Option<UserId>)>,
    },
}

/// A wish on its way one level up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Its id.
    pub id: EscalationId,
    /// Counts its changes.
    pub version: i64,
    /// Which wish.
    pub wish_id: WishId,
    /// Who held it.
    pub from_id: OrganisationId,
    /// Who is asked.
    pub to_id: OrganisationId,
    /// Why it goes up; none where it ran over its time.
    pub reason: Option<Note>,
    /// Who sent it up; none where time did.
    pub by: Option<UserId>,
    /// Where it stands.
    pub state: State,
    /// When it was sent up.
    pub created_at: Instant,
}

/// Who sends a wish up, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The holder cannot meet it.
    Asked {
        /// Who says so.
        by: UserId,
        /// Why.
        reason: String,
    },
    /// It ran over its time.
    Overdue,
}

/// What happens to a wish, or an escalation, that ran over its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Risen {
    /// It waits for the next superior.
    Up(Box<Escalation>),
    /// There is no further superior: it stands on the red list.
    RedListed,
}

impl Escalation {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Pending { .. } => Status::Pending,
            State::Accepted { .. } => Status::Accepted,
            State::Returned { .. } => Status::Returned,
            State::Superseded { .. } => Status::Superseded,
            State::Rerouted { .. } => Status::Rerouted,
            State::Resolved { .. } => Status::Resolved,
        }
    }

    /// When it was answered, by somebody or by time; none while it is pending.
    #[must_use]
    pub const fn answered_at(&self) -> Option<Instant> {
        match self.state {
            State::Pending { .. } => None,
            State::Resolved { at, taken } => Some(match taken {
                Some((taken, _)) => taken,
                None => at,
            }),
            State::Accepted { at, .. }
            | State::Returned { at, .. }
            | State::Superseded { at }
            | State::Rerouted { at, .. } => Some(at),
        }
    }

    /// Who answered it; none while it is pending, and where time did.
    #[must_use]
    pub const fn answered_by(&self) -> Option<UserId> {
        match self.state {
            State::Accepted { by, .. } | State::Resolved { taken: Some((_, by)), .. } => by,
            State::Returned { by, .. } | State::Rerouted { by, .. } => Some(by),
            State::Pending { .. } | State::Superseded { .. } | State::Resolved { taken: None, .. } => None,
        }
    }

    /// How long it waited for an answer until `now`: in working days after the day it was sent up, and in
    /// seconds.
    #[must_use]
    pub fn waited(&self, now: Instant, calendar: &Calendar) -> (u16, i64) {
        let until = self.answered_at().unwrap_or(now);
        let seconds = until.micros().saturating_sub(self.created_at.micros()) / 1_000_000;
        (calendar.between(self.created_at.date(), until.date()), seconds)
    }
}

impl Wish {
    /// Sends the wish to the superior of its holder; `terms` are the superior's. Without a superior a
    /// wish that ran over its time is put on the red list, and a person is told that there is none.
    ///
    /// # Errors
    /// `wrong_status` once ended; `escalation_pending`; `no_superior`; `invalid` without a reason;
    /// `wrong_status` when it is not over its time and nobody asked.
    pub fn escalate(
        mut self,
        id: EscalationId,
        superior: Option<OrganisationId>,
        cause: Cause,
        terms: &Terms,
    ) -> Result<(Self, Risen), Refusal> {
        if self.status().has_ended() {
            return Err(Code::WrongStatus.into());
        }
        if self.pending_escalation.is_some() {
            return Err(Code::EscalationPending.into());
        }
        let (by, reason) = match cause {
            Cause::Asked { by, reason } => {
                let mut faults = Faults::default();
                faults.text("/reason", &reason, 1, 1000);
                faults.finish()?;
                (Some(by), Some(Note::from(reason.trim())))
            }
            Cause::Overdue if self.is_overdue(terms.now) => (None, None),
            Cause::Overdue => return Err(Code::WrongStatus.into()),
        };
        match superior {
            Some(to) => {
                let up = self.send_up(id, to, by, reason, terms);
                Ok((self, Risen::Up(Box::new(up))))
            }
            None if by.is_some() => Err(Code::NoSuperior.into()),
            None => {
                self.red_list(terms);
                Ok((self, Risen::RedListed))
            }
        }
    }

    /// The time of its next step has passed, and it is not on the red list yet.
    #[must_use]
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.red_listed_since.is_none() && self.due_at.is_some_and(|due| due <= now)
    }

    fn send_up(
        &mut self,
        id: EscalationId,
        to: OrganisationId,
        by: Option<UserId>,
        reason: Option<Note>,
        terms: &Terms,
    ) -> Escalation {
        let due_at = terms.within(terms.policy.escalation_days);
        self.pending_escalation = Some(id);
        self.due_at = Some(due_at);
        self.updated_at = terms.now;
        Escalation {
            id,
            version: 0,
            wish_id: self.id,
            from_id: self.holder_id,
            to_id: to,
            reason,
            by,
            state: State::Pending { due_at },
            created_at: terms.now,
        }
    }

    fn red_list(&mut self, terms: &Terms) {
        self.red_listed_since = self.red_listed_since.or(Some(terms.now));
        self.due_at = Some(terms.within(terms.policy.escalation_days));
        self.updated_at = terms.now;
    }

    /// The time on the wall begins anew.
    fn renew_open(&mut self, terms: &Terms) {
        let until = self.within(|rules| rules.open_days, terms);
        if let Stage::Published { open_until, .. } = &mut self.stage {
            *open_until = until;
        }
    }

    /// `to` takes the wish: it answers for it from now on under its own `terms`, and claimants of its
    /// whole subtree may claim it; `line` is `to` and all above it. A wish that is shown to a wider circle
    /// stays shown to it: moving never takes claimants away.
    fn move_to(&mut self, to: OrganisationId, line: &[OrganisationId], terms: &Terms) {
        self.holder_id = to;
        self.policy = Some(terms.policy);
        if !line.contains(&self.audience_id) {
            self.audience_id = to;
        }
        self.pending_escalation = None;
        self.renew_open(terms);
        self.renew_due(terms);
    }
}

impl Escalation {
    /// The superior takes the wish; `line` is the superior and all above it.
    ///
    /// # Errors
    /// `escalation_answered` unless pending.
    pub fn accept(
        mut self,
        mut wish: Wish,
        by: UserId,
        line: &[OrganisationId],
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect_pending(&wish)?;
        wish.move_to(self.to_id, line, terms);
        self.state = State::Accepted { at: terms.now, by: Some(by) };
        Ok((wish, self))
    }

    /// The superior gives the wish back with an instruction; the holder has its time anew (`terms` are
    /// the holder's).
    ///
    /// # Errors
    /// `escalation_answered` unless pending; `invalid` without an instruction.
    pub fn give_back(
        mut self,
        mut wish: Wish,
        by: UserId,
        instruction: &str,
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect_pending(&wish)?;
        let mut faults = Faults::default();
        faults.text("/instruction", instruction, 1, 1000);
        faults.finish()?;
        wish.pending_escalation = None;
        wish.renew_open(terms);
        wish.renew_due(terms);
        self.state = State::Returned { at: terms.now, by, instruction: instruction.trim().into() };
        Ok((wish, self))
    }

    /// The superior hands the wish to `to`, another of its own who is in charge of it; `line` is that one and
    /// all above it, and `terms` are that one's.
    ///
    /// # Errors
    /// `escalation_answered` unless pending; `invalid` without a reason, or back to who sent it up.
    pub fn reroute(
        mut self,
        mut wish: Wish,
        by: UserId,
        to: OrganisationId,
        reason: &str,
        line: &[OrganisationId],
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect_pending(&wish)?;
        let mut faults = Faults::default();
        faults.text("/reason", reason, 1, 1000).check(to != self.from_id, "/to_id", Fault::Unknown);
        faults.finish()?;
        let shown_to_it = line.contains(&wish.audience_id);
        wish.move_to(to, line, terms);
        if !shown_to_it {
            // The circle of both: those who were shown the wish still see it.
            wish.audience_id = self.to_id;
        }
        self.state = State::Rerouted { at: terms.now, by, to, reason: reason.trim().into() };
        Ok((wish, self))
    }

    /// The superior did not answer in time: one level further up, under that level's `terms`; at the
    /// root the wish falls to it and stands on the red list.
    ///
    /// # Errors
    /// `escalation_answered` unless pending; `wrong_status` when it is not over its time.
    pub fn overrun(
        mut self,
        mut wish: Wish,
        id: EscalationId,
        superior: Option<OrganisationId>,
        terms: &Terms,
    ) -> Result<(Wish, Self, Risen), Refusal> {
        self.expect_pending(&wish)?;
        match self.state {
            State::Pending { due_at } if due_at <= terms.now => {}
            _ => return Err(Code::WrongStatus.into()),
        }
        if let Some(to) = superior {
            self.state = State::Superseded { at: terms.now };
            let up = wish.send_up(id, to, None, self.reason.clone(), terms);
            return Ok((wish, self, Risen::Up(Box::new(up))));
        }
        wish.move_to(self.to_id, &[self.to_id], terms);
        wish.red_list(terms);
        self.state = State::Accepted { at: terms.now, by: None };
        Ok((wish, self, Risen::RedListed))
    }

    /// The wish has ended: what was accepted or still waited is settled.
    #[must_use]
    pub fn resolve(mut self, now: Instant) -> Self {
        match self.state {
            State::Pending { .. } => self.state = State::Resolved { at: now, taken: None },
            State::Accepted { at, by } => self.state = State::Resolved { at: now, taken: Some((at, by)) },
            _ => {}
        }
        self
    }

    fn expect_pending(&self, wish: &Wish) -> Result<(), Refusal> {
        let pending = self.status() == Status::Pending && wish.pending_escalation == Some(self.id);
        if pending { Ok(()) } else { Err(Code::EscalationAnswered.into()) }
    }
}

impl Notes for Escalation {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let instruction = match &mut self.state {
            State::Returned { instruction, .. } => Some(instruction),
            // Kept in the same column: what the superior said.
            State::Rerouted { reason, .. } => Some(reason),
            _ => None,
        };
        let notes = [("reason", self.reason.as_mut()), ("instruction", instruction)];
        notes.into_iter().filter_map(|(name, note)| Some((name, note?))).collect()
    }
}
