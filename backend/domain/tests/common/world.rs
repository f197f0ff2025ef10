//! The world: it loads what a command is about, asks the rules, and keeps the answer.

use super::{
    Command, Life,
    cast::{CITY, COLLECTOR, COORDINATOR, REVIEWER, VILLAGE, chain, claimants, terms, user_of},
    sweep,
};
use domain::{
    claim::{Answer, Ask, Claim, Delivery, Method, Route},
    claimant::Claimant,
    escalation::{Cause, Escalation, Status as EscalationStatus},
    id::{BeneficiaryId, ClaimId, ClaimantId, UserId, WishId},
    policy::Terms,
    publication::{Release, Shown},
    refusal::{Code, Refusal},
    reopening::{Reopening, Trouble},
    time::Instant,
    wish::{Channel, Content, Ending, Review, Share, Source, ToldBy, Unit, Wish},
};
use uuid::Uuid;

/// Everything there is, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    pub now: Instant,
    pub lives: Vec<Life>,
    pub claimants: Vec<Claimant>,
    /// Claims that came back to their claimants, who may have their hands full.
    pub reopened: Vec<ClaimId>,
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

/// More wishes than this are not under way at once.
const WISHES: usize = 3;

impl World {
    pub fn new() -> Self {
        let now = Instant::from_micros(1_795_000_000_000_000);
        Self { now, lives: Vec::new(), claimants: claimants(now), reopened: Vec::new(), made: 1000 }
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
            Command::Review { wish, decision, by_collector, fits, consent, note, wide } => {
                let review = Review {
                    decision,
                    urgent: true,
                    feasible: fits,
                    practical: true,
                    note: note.then(|| "请补充".into()),
                    by: if by_collector { COLLECTOR } else { REVIEWER },
                    at: now,
                };
                let audience = wide.then_some(CITY);
                self.wish(wish, |wish, terms| wish.decide(review, release(consent), audience, terms))
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
            Command::Accept { claim } => {
                self.claim(claim, |claim, wish, by, terms| claim.accept(wish, by, terms))
            }
            Command::Decline { claim } => {
                self.claim(claim, |claim, wish, _, terms| claim.decline(wish, "没空", terms))
            }
            Command::Release { claim } => {
                self.claim(claim, |claim, wish, _, terms| claim.release(wish, "买不到", terms))
            }
            Command::Contact { claim } => {
                self.claim(claim, |claim, wish, _, terms| claim.contact(wish, terms))
            }
            Command::Deliver { claim } => self.claim(claim, |claim, wish, by, terms| {
                let note = Some("送到了".into());
                let delivery = Delivery {
                    note,
                    items: vec![],
                    quarter_hours: None,
                    attachment_ids: vec![],
                    by,
                    at: now,
                };
                claim.deliver(wish, delivery, terms)
            }),
            Command::Confirm { claim, accepted, method, own, knows } => {
                self.confirm(claim, accepted, method, own, knows)
            }
            Command::Reopen { claim, take_back } => self.reopen(claim, take_back),
            Command::Escalate { wish } => {
                let cause = Cause::Asked { by: COORDINATOR, reason: "办不了".into() };
                let place = self.wish_place(wish)?;
                self.lives.get_mut(place).map(|life| life.escalate(id, cause, now))
            }
            Command::AcceptEscalation { escalation } => self.answer(escalation, |up, wish| {
                let (line, terms) = (chain(up.to_id), terms(up.to_id, now));
                up.accept(wish, COORDINATOR, &line, &terms)
            }),
            Command::ReturnEscalation { escalation } => self.answer(escalation, |up, wish| {
                let terms = terms(wish.holder_id, now);
                up.give_back(wish, COORDINATOR, "请联系残联", &terms)
            }),
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
        if self.lives.iter().filter(|life| !life.wish.status().has_ended()).count() >= WISHES {
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
        let (now, place) = (self.now, self.wish_place(n)?);
        let life = self.lives.get_mut(place)?;
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
        let (number, claimant) = (claimant, self.claimants.get(claimant)?.clone());
        let by = if route == Route::Dispatch { COORDINATOR } else { self.acts_for(claimant.id)? };
        let live_claims = self.live_claims(claimant.id);
        let (now, place) = (self.now, self.wish_place(n)?);
        let life = self.lives.get_mut(place)?;
        let shares = shares_asked(&life.wish.content, number, quantity);
        let ask = Ask {
            id: ClaimId(id),
            claimant: &claimant,
            route,
            quantity,
            shares: &shares,
            by,
            in_audience: chain(claimant.organisation_id).contains(&life.wish.audience_id),
            holds_one: life.claims.iter().any(|c| c.claimant_id == claimant.id && c.status().is_live()),
            live_claims,
            most_claims: None,
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
        act: impl FnOnce(Claim, Wish, UserId, &Terms) -> Result<(Wish, Claim), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let (now, (place, claim)) = (self.now, self.claim_place(n)?);
        let by = self.acts_for(self.lives.get(place)?.claims.get(claim)?.claimant_id)?;
        let life = self.lives.get_mut(place)?;
        life.change(claim, now, |claim, wish, terms| act(claim, wish, by, terms))
    }

    fn confirm(
        &mut self,
        n: usize,
        accepted: bool,
        method: Method,
        own: bool,
        knows: bool,
    ) -> Option<Result<(), Refusal>> {
        let code_hash = (method == Method::Code).then(|| if knows { "right" } else { "wrong" }.to_owned());
        let (now, (place, _)) = (self.now, self.claim_place(n)?);
        let confirmed = self.claim(n, |claim, wish, by, terms| {
            let by = if own { by } else { COORDINATOR };
            let note = (!accepted).then(|| "坏的".into());
            let answer = Answer { accepted, method, code_hash, note, by, for_claimant: own };
            claim.confirm(wish, &answer, terms)
        })?;
        if confirmed.as_ref().is_err_and(|refusal| refusal.code == Code::WrongCode) {
            let life = self.lives.get_mut(place)?;
            life.wish = life.wish.clone().count_wrong_code(now);
        }
        Some(confirmed)
    }

    fn reopen(&mut self, n: usize, take_back: bool) -> Option<Result<(), Refusal>> {
        let (place, claim) = self.claim_place(n)?;
        let life = self.lives.get(place)?;
        if let Err(code) = life.wish.check_reopenable() {
            return Some(Err(code.into()));
        }
        let (id, of) = life.claims.get(claim).map(|claim| (claim.id, claim.claimant_id))?;
        let holds_another = life.claims.iter().any(|one| one.claimant_id == of && one.status().is_live());
        let asked =
            Reopening {
                trouble: Trouble::DoesNotWork, note: "没有声音".into(), take_back, holds_another
            };
        let done = self.claim(n, |claim, wish, _, terms| claim.reopen(wish, &asked, terms))?;
        self.reopened.extend(done.is_ok().then_some(id));
        Some(done)
    }

    fn answer(
        &mut self,
        n: usize,
        act: impl FnOnce(Escalation, Wish) -> Result<(Wish, Escalation), Refusal>,
    ) -> Option<Result<(), Refusal>> {
        let (now, (place, escalation)) = (self.now, self.escalation_place(n)?);
        self.lives.get_mut(place)?.answer(escalation, now, act)
    }

    /// Those of them that it asked for, or was asked for: what was reopened came back unasked.
    pub fn chosen_claims(&self, of: ClaimantId) -> i64 {
        let claims = self.lives.iter().flat_map(|life| &life.claims);
        let chosen = claims.filter(|claim| !self.reopened.contains(&claim.id));
        chosen.map(|claim| i64::from(claim.claimant_id == of && claim.status().is_live())).sum()
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

    /// Which wish a command means by `n`: its place in [`World::lives`].
    pub fn wish_place(&self, n: usize) -> Option<usize> {
        let all = self.lives.iter().enumerate();
        pick(n, all.map(|(place, life)| (!life.wish.status().has_ended(), place)))
    }

    /// Which claim a command means by `n`: the place of its wish, and its own there.
    pub fn claim_place(&self, n: usize) -> Option<(usize, usize)> {
        let all = self.lives.iter().enumerate().flat_map(|(life, of)| {
            of.claims.iter().enumerate().map(move |(place, claim)| (claim.status().is_live(), (life, place)))
        });
        pick(n, all.rev())
    }

    /// Which escalation a command means by `n`: the place of its wish, and its own there.
    pub fn escalation_place(&self, n: usize) -> Option<(usize, usize)> {
        let all = self.lives.iter().enumerate().flat_map(|(life, of)| {
            let pending = |up: &Escalation| up.status() == EscalationStatus::Pending;
            of.escalations.iter().enumerate().map(move |(place, up)| (pending(up), (life, place)))
        });
        pick(n, all.rev())
    }

    pub fn next_id(&mut self) -> Uuid {
        self.made += 1;
        Uuid::from_u128(self.made)
    }
}

/// The n-th of those that come first, then of the rest; beyond them all it begins again.
fn pick<T>(n: usize, all: impl Iterator<Item = (bool, T)>) -> Option<T> {
    let (first, rest): (Vec<_>, Vec<_>) = all.partition(|(first, _)| *first);
    let n = n.checked_rem(first.len() + rest.len())?;
    first.into_iter().chain(rest).nth(n).map(|(_, place)| place)
}

/// Which of the named shares a claimant asks for: every other one the last, and the rest whichever are free.
pub fn shares_asked(of: &Content, claimant: usize, quantity: i64) -> Vec<u8> {
    let named = i64::try_from(of.shares.len()).unwrap_or_default();
    let last = named.saturating_sub(quantity).saturating_add(1).max(1)..=named;
    last.filter(|_| claimant % 2 == 1).filter_map(|number| u8::try_from(number).ok()).collect()
}

/// What is written down in a wish.
pub fn content(quantity: i64) -> Content {
    Content {
        title: "一台电视机".into(),
        details: None,
        public_summary: "独居老人盼一台电视机。".into(),
        category: "thing".into(),
        skill: None,
        quantity,
        shares: named(quantity),
        unit: Unit::Item,
        estimated_cost_fen: None,
        needed_by: None,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Myself,
        told_by_note: None,
    }
}

/// What is wished for four times is four things.
fn named(quantity: i64) -> Vec<Share> {
    let titles: &[&str] =
        if quantity == 4 { &["电视机", "机顶盒", "天线", "装好调好"] } else { &[] };
    titles.iter().map(|title| Share::named(title)).collect()
}

/// Everything that publishing asks for, but perhaps the consent.
fn release(agreed: bool) -> Release {
    Release { agreed, cleared: Ok(()), shown: Shown::default(), shared: false }
}
