//! One wish with its claims and its escalations: what is loaded, changed and kept together.

use super::cast::{superior, terms};
use domain::{
    claim::Claim,
    escalation::{Cause, Escalation, Risen},
    id::EscalationId,
    policy::Terms,
    refusal::Refusal,
    time::Instant,
    wish::Wish,
};
use uuid::Uuid;

/// One wish and all that hangs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    pub wish: Wish,
    pub claims: Vec<Claim>,
    pub escalations: Vec<Escalation>,
}

impl Life {
    /// Keeps a changed wish; when it has ended, its escalations are settled in the same breath.
    pub fn keep(&mut self, wish: Wish, now: Instant) {
        self.wish = wish;
        if self.wish.status().has_ended() {
            self.escalations.iter_mut().for_each(|up| *up = up.clone().resolve(now));
        }
    }

    /// Changes the claim at `place`, if there is one, under the rules of the wish's holder.
    pub fn change(
        &mut self,
        place: usize,
        now: Instant,
        act: impl FnOnce(Claim, Wish, &Terms) -> Result<(Wish, Claim), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let slot = self.claims.get_mut(place)?;
        let terms = terms(self.wish.holder_id, now);
        let changed = act(slot.clone(), self.wish.clone(), &terms).map(|(wish, claim)| {
            *slot = claim;
            wish
        });
        Some(changed.map(|wish| self.keep(wish, now)))
    }

    /// Answers the escalation at `place`, if there is one.
    pub fn answer(
        &mut self,
        place: usize,
        now: Instant,
        act: impl FnOnce(Escalation, Wish) -> Result<(Wish, Escalation), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let slot = self.escalations.get_mut(place)?;
        let answered = act(slot.clone(), self.wish.clone()).map(|(wish, up)| {
            *slot = up;
            wish
        });
        Some(answered.map(|wish| self.keep(wish, now)))
    }

    /// Sends the wish to the superior of its holder, under the superior's rules.
    pub fn escalate(&mut self, id: Uuid, cause: Cause, now: Instant) -> Result<(), Refusal> {
        let to = superior(self.wish.holder_id);
        let terms = terms(to.unwrap_or(self.wish.holder_id), now);
        let (wish, risen) = self.wish.clone().escalate(EscalationId(id), to, cause, &terms)?;
        self.escalations.extend(going_up(risen));
        self.keep(wish, now);
        Ok(())
    }

    /// Sends the escalation at `place` one level further up, under the rules of that level.
    pub fn overrun(&mut self, place: usize, id: Uuid, now: Instant) -> Option<Result<(), Refusal>> {
        let mut further = None;
        let overrun = self.answer(place, now, |up, wish| {
            let to = superior(up.to_id);
            let terms = terms(to.unwrap_or(up.to_id), now);
            let (wish, up, risen) = up.overrun(wish, EscalationId(id), to, &terms)?;
            further = going_up(risen);
            Ok((wish, up))
        });
        self.escalations.extend(further);
        overrun
    }
}

fn going_up(risen: Risen) -> Option<Escalation> {
    match risen {
        Risen::Up(up) => Some(*up),
        Risen::RedListed => None,
    }
}
