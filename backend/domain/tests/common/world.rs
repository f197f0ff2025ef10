//! The world: it loads what a command is about, asks the rules, and keeps the answer.

use super::{
    Command,
    cast::{COLLECTOR, COORDINATOR, REVIEWER, VILLAGE, chain, claimants, superior, terms, user_of},
};
use domain::{
    claim::{Answer, Ask, Claim, Delivery, Method, Route},
    claimant::Claimant,
    escalation::{Cause, Escalation, Risen, Status as EscalationStatus},
    id::{BeneficiaryId, ClaimId, ClaimantId, EscalationId, OrganisationId, UserId, WishId},
    policy::Terms,
    refusal::{Code, Refusal},
    time::Instant,
    wish::{Channel, Content, Ending, Review, Source, ToldBy, Unit, Wish},
};
use uuid::Uuid;

/// One wish and all that hangs on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    pub wish: Wish,
    pub claims: Vec<Claim>,
    pub escalations: Vec<Escalation>,
}

/// Everything there is, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    pub now: Instant,
    pub lives: Vec<Life>,
    pub claimants: Vec<Claimant>,
    made: u128,
}

/// What came of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    Refused(Code),
    /// There is no such wish, claim or escalation yet.
    NothingThere,
}

/// More wishes than this are not collected.
const WISHES: usize = 3;

impl World {
    pub fn new() -> Self {
        let now = Instant::from_micros(1_795_000_000_000_000);
        Self { now, lives: Vec::new(), claimants: claimants(now), made: 1000 }
    }

    /// Does what the command says, or leaves all as it is; a wrong code leaves one try less.
    pub fn apply(&mut self, command: &Command) -> Outcome {
        match self.attempt(command) {
            Some(Ok(())) => Outcome::Done,
            Some(Err(refusal)) => Outcome::Refused(refusal.code),
            None => Outcome::NothingThere,
        }
    }

    fn attempt(&mut self, command: &Command) -> Option<Result<(), Refusal>> {
        let (now, id) = (self.now, self.next_id());
        match *command {
            Command::Collect { quantity } => self.collect(id, quantity),
            Command::Rewrite { wish, quantity } => {
                self.wish(wish, |wish, terms| wish.rewrite(content(quantity), terms.now))
            }
            Command::Submit { wish, consent } => self.wish(wish, |wish, terms| wish.submit(consent, terms)),
            Command::Review { wish, decision, by_collector, fits, consent, note, narrow } => {
                let review = Review {
                    decision,
                    urgent: true,
                    feasible: fits,
                    practical: true,
                    note: note.then(|| "请补充".into()),
                    by: if by_collector { COLLECTOR } else { REVIEWER },
                    at: now,
                };
                let audience = narrow.then_some(VILLAGE);
                self.wish(wish, |wish, terms| wish.decide(review, consent, audience, terms))
            }
            Command::Withdraw { wish, told } => {
                let ending =
                    Ending { reason: "不需要了".into(), outcome: told.then(|| "已告知".into()) };
                self.wish(wish, |wish, terms| wish.withdraw(ending, terms))
            }
            Command::IssueCard { wish } => {
                self.wish(wish, |wish, terms| wish.issue_card("right".into(), terms.now))
            }
            Command::Rate { wish, satisfaction } => self.wish(wish, |wish, terms| {
                wish.rate(satisfaction, None, COORDINATOR, terms.now).map(|(wish, _)| wish)
            }),
            Command::Claim { wish, claimant, quantity } => {
                self.ask(id, wish, claimant, quantity, Route::SelfClaim)
            }
            Command::Dispatch { wish, claimant, quantity } => {
                self.ask(id, wish, claimant, quantity, Route::Dispatch)
            }
            Command::Accept { wish, claim } => {
                self.claim(wish, claim, |claim, wish, by, terms| claim.accept(wish, by, terms))
            }
            Command::Decline { wish, claim } => {
                self.claim(wish, claim, |claim, wish, _, terms| claim.decline(wish, "没空", terms))
            }
            Command::Release { wish, claim } => {
                self.claim(wish, claim, |claim, wish, _, terms| claim.release(wish, "买不到", terms))
            }
            Command::Contact { wish, claim } => {
                self.claim(wish, claim, |claim, wish, _, terms| claim.contact(wish, terms))
            }
            Command::Deliver { wish, claim } => self.claim(wish, claim, |claim, wish, by, terms| {
                let note = Some("送到了".into());
                let delivery = Delivery { note, items: vec![], quarter_hours: None, by, at: now };
                claim.deliver(wish, delivery, terms)
            }),
            Command::Confirm { wish, claim, accepted, method, own, knows } => {
                self.confirm(wish, claim, accepted, method, own, knows)
            }
            Command::Escalate { wish } => {
                let cause = Cause::Asked { by: COORDINATOR, reason: "办不了".into() };
                self.life(wish).map(|life| life.escalate(id, cause, now))
            }
            Command::AcceptEscalation { wish, escalation } => {
                self.life(wish)?.answer(escalation, now, |up, wish| {
                    let terms = terms(up.to_id, now);
                    up.accept(wish, COORDINATOR, &terms)
                })
            }
            Command::ReturnEscalation { wish, escalation } => {
                self.life(wish)?.answer(escalation, now, |up, wish| {
                    let terms = terms(wish.holder_id, now);
                    up.give_back(wish, COORDINATOR, "请联系残联", &terms)
                })
            }
            Command::Pass { hours } => {
                self.now = now.plus_seconds(i64::from(hours) * 3600);
                Some(Ok(()))
            }
            Command::Sweep => {
                sweep(self, now);
                Some(Ok(()))
            }
        }
    }

    fn collect(&mut self, id: Uuid, quantity: i64) -> Option<Result<(), Refusal>> {
        if self.lives.len() >= WISHES {
            return None;
        }
        let (beneficiary_id, id) = (BeneficiaryId(id), WishId(id));
        let source = Source { id, beneficiary_id, origin_id: VILLAGE, collected_by: COLLECTOR };
        let wish = Wish::collect(source, content(quantity), &terms(VILLAGE, self.now));
        Some(wish.map(|wish| self.lives.push(Life { wish, claims: vec![], escalations: vec![] })))
    }

    fn wish(
        &mut self,
        n: usize,
        act: impl FnOnce(Wish, &Terms) -> Result<Wish, Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let now = self.now;
        let life = self.life(n)?;
        let next = act(life.wish.clone(), &terms(life.wish.holder_id, now));
        Some(next.map(|wish| life.keep(wish, now)))
    }

    fn ask(
        &mut self,
        id: Uuid,
        n: usize,
        claimant: usize,
        quantity: i64,
        route: Route,
    ) -> Option<Result<(), Refusal>> {
        let place = claimant.checked_rem(self.claimants.len())?;
        let claimant = self.claimants.get(place)?.clone();
        let by = if route == Route::Dispatch { COORDINATOR } else { user_of(place as u128) };
        let live_claims = self.live_claims(claimant.id);
        let now = self.now;
        let life = self.life(n)?;
        let ask = Ask {
            id: ClaimId(id),
            claimant: &claimant,
            route,
            quantity,
            by,
            in_audience: chain(claimant.organisation_id).contains(&life.wish.audience_id),
            holds_one: life.claims.iter().any(|c| c.claimant_id == claimant.id && c.status().is_live()),
            live_claims,
        };
        let asked = life.wish.clone().claim(&ask, None, &terms(life.wish.holder_id, now));
        Some(asked.map(|(wish, claim)| {
            life.claims.push(claim);
            life.keep(wish, now);
        }))
    }

    fn claim(
        &mut self,
        n: usize,
        claim: usize,
        act: impl FnOnce(Claim, Wish, UserId, &Terms) -> Result<(Wish, Claim), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let now = self.now;
        let life = self.lives.get(n.checked_rem(self.lives.len())?)?;
        let by = self.acts_for(life.newest_claim(claim)?.claimant_id)?;
        let life = self.life(n)?;
        life.change(claim, now, |claim, wish, terms| act(claim, wish, by, terms))
    }

    fn confirm(
        &mut self,
        n: usize,
        claim: usize,
        accepted: bool,
        method: Method,
        own: bool,
        knows: bool,
    ) -> Option<Result<(), Refusal>> {
        let code_hash = (method == Method::Code).then(|| if knows { "right" } else { "wrong" }.to_owned());
        let confirmed = self.claim(n, claim, |claim, wish, by, terms| {
            let by = if own { by } else { COORDINATOR };
            let note = (!accepted).then(|| "坏的".into());
            let answer = Answer { accepted, method, code_hash, note, by, for_claimant: own };
            claim.confirm(wish, &answer, terms)
        })?;
        if confirmed.as_ref().is_err_and(|refusal| refusal.code == Code::WrongCode) {
            let now = self.now;
            let life = self.life(n)?;
            life.wish = life.wish.clone().count_wrong_code(now);
        }
        Some(confirmed)
    }

    fn life(&mut self, n: usize) -> Option<&mut Life> {
        let place = n.checked_rem(self.lives.len())?;
        self.lives.get_mut(place)
    }

    /// Live claims that a claimant holds in all.
    pub fn live_claims(&self, of: ClaimantId) -> i64 {
        let claims = self.lives.iter().flat_map(|life| &life.claims);
        claims.map(|claim| i64::from(claim.claimant_id == of && claim.status().is_live())).sum()
    }

    /// Who acts for a claimant.
    pub fn acts_for(&self, of: ClaimantId) -> Option<UserId> {
        (0..).zip(&self.claimants).find(|(_, claimant)| claimant.id == of).map(|(n, _)| user_of(n))
    }

    fn next_id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(self.made)
    }
}

impl Life {
    /// Keeps a changed wish; when it has ended, its escalations are settled in the same breath.
    fn keep(&mut self, wish: Wish, now: Instant) {
        self.wish = wish;
        if self.wish.status().has_ended() {
            self.escalations.iter_mut().for_each(|up| *up = up.clone().resolve(now));
        }
    }

    fn newest_claim(&self, n: usize) -> Option<&Claim> {
        self.claims.iter().rev().nth(n.checked_rem(self.claims.len())?)
    }

    fn change(
        &mut self,
        n: usize,
        now: Instant,
        act: impl FnOnce(Claim, Wish, &Terms) -> Result<(Wish, Claim), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let n = n.checked_rem(self.claims.len())?;
        let terms = terms(self.wish.holder_id, now);
        let wish = self.wish.clone();
        let slot = self.claims.iter_mut().rev().nth(n)?;
        let changed = act(slot.clone(), wish, &terms).map(|(wish, claim)| {
            *slot = claim;
            wish
        });
        Some(changed.map(|wish| self.keep(wish, now)))
    }

    fn answer(
        &mut self,
        n: usize,
        now: Instant,
        act: impl FnOnce(Escalation, Wish) -> Result<(Wish, Escalation), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let n = n.checked_rem(self.escalations.len())?;
        let slot = self.escalations.iter_mut().rev().nth(n)?;
        let answered = act(slot.clone(), self.wish.clone()).map(|(wish, up)| {
            *slot = up;
            wish
        });
        Some(answered.map(|wish| self.keep(wish, now)))
    }

    fn escalate(&mut self, id: Uuid, cause: Cause, now: Instant) -> Result<(), Refusal> {
        let to = superior(self.wish.holder_id);
        let terms = terms(to.unwrap_or(self.wish.holder_id), now);
        let (wish, risen) = self.wish.clone().escalate(EscalationId(id), to, cause, &terms)?;
        if let Risen::Up(up) = risen {
            self.escalations.push(up);
        }
        self.keep(wish, now);
        Ok(())
    }

    fn overrun(&mut self, n: usize, id: Uuid, now: Instant) -> Result<(), Refusal> {
        let Some(slot) = self.escalations.get_mut(n) else { return Ok(()) };
        let to: Option<OrganisationId> = superior(slot.to_id);
        let terms = terms(to.unwrap_or(slot.to_id), now);
        let (wish, up, risen) = slot.clone().overrun(self.wish.clone(), EscalationId(id), to, &terms)?;
        *slot = up;
        if let Risen::Up(up) = risen {
            self.escalations.push(up);
        }
        self.keep(wish, now);
        Ok(())
    }

    fn is_over_its_time(&self, up: &Escalation, now: Instant) -> bool {
        up.status() == EscalationStatus::Pending && self.wish.due_at.is_some_and(|due| due <= now)
    }
}

/// Does what time has made due, in the order that is right, and says how much it did:
///
/// 1. claims lapse: their shares are free, and the wish's own time may begin anew, so what it is
///    still waiting for is known before it is asked whether it waited too long;
/// 2. an escalation that nobody answered goes one level further up, or falls to the root;
/// 3. a wish over its time of which no escalation is pending goes one level up, or on the red list.
///
/// Whatever goes up is due later than now, so one sweep lifts a wish by one level however long
/// nobody swept, and a second sweep at the same time finds nothing.
///
/// # Panics
/// When the rules refuse what they themselves call due.
pub fn sweep(world: &mut World, now: Instant) -> usize {
    world.now = world.now.max(now);
    let now = world.now;
    let mut done = 0;
    let mut must = |outcome: Result<(), Refusal>| {
        assert_eq!(outcome, Ok(()), "what is due is not refused");
        done += 1;
    };
    for n in 0..world.lives.len() {
        let (first, second) = (world.next_id(), world.next_id());
        let Some(life) = world.lives.get_mut(n) else { continue };
        for back in 0..life.claims.len() {
            if life.newest_claim(back).and_then(Claim::lapses_at).is_some_and(|at| at <= now) {
                life.change(back, now, |claim, wish, terms| claim.lapse(wish, terms))
                    .into_iter()
                    .for_each(&mut must);
            }
        }
        if let Some(pending) = life.escalations.iter().position(|up| life.is_over_its_time(up, now)) {
            must(life.overrun(pending, first, now));
        }
        if life.wish.pending_escalation.is_none() && life.wish.is_overdue(now) {
            must(life.escalate(second, Cause::Overdue, now));
        }
    }
    done
}

fn content(quantity: i64) -> Content {
    Content {
        title: "一台电视机".into(),
        details: None,
        public_summary: "独居老人盼一台电视机。".into(),
        category: "thing".into(),
        quantity,
        unit: Unit::Item,
        estimated_cost_fen: None,
        needed_by: None,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Myself,
        told_by_note: None,
    }
}
