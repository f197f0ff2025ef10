//! How a plan is made, and made anew: what is read for it, and what is proposed. Changes nothing.

use super::{ground::Ground, may};
use crate::{
    app::{
        Context,
        fit::{Asked, Paths, asked, offers},
        found,
    },
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    claimant::Claimant,
    fit::Offer,
    id::{ClaimantId, OrganisationId, PlanId, PlanLineId, UserId, WishId},
    plan::{self, Gap, MOST_CLAIMANTS, MOST_WISHES, Options, Status, Wanted},
    refusal::{Code, Fault, Refusal},
    wish::{Status as WishStatus, Unit},
};
use std::collections::{HashMap, HashSet};
use store::{
    Conn,
    claimant::Filter,
    fit::Candidate,
    plan::{Line, Member, Plan},
};
use uuid::Uuid;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// Whose plan it is: it covers wishes that this organisation's subtree holds.
    pub organisation_id: OrganisationId,
    /// What people call it.
    pub title: String,
    /// These wishes; all that are open when there is none.
    pub wish_ids: Vec<WishId>,
    /// Of all that are open, those of this category.
    pub category: Option<String>,
    /// These claimants; all active ones of the circle when there is none.
    pub claimant_ids: Vec<ClaimantId>,
    /// How it is made.
    pub options: Options,
}

/// A plan that is not entered yet.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// The plan.
    pub plan: Plan,
    /// Who may be asked.
    pub members: Vec<Member>,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What changes in a plan that is made anew.
#[derive(Debug, Clone)]
pub struct Anew {
    /// The plan, as it was read.
    pub plan: Plan,
    /// Who may be asked.
    pub members: Vec<Member>,
    /// The lines that go.
    pub gone: Vec<PlanLineId>,
    /// The lines that come in their place.
    pub new: Vec<Line>,
}

/// Proposes a plan.
///
/// # Errors
/// As the access table says; `invalid` for a title, wishes or claimants that cannot be planned with; `wish_not_open`
/// with the place of each wish that is not.
pub fn propose(tx: &mut Conn, cx: &Context, new: &NewPlan) -> Result<Proposed, Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, new.organisation_id)?)?;
    cx.allow(Act::CreatePlan, &Subject { holder: line.ids(), ..Subject::default() })?;
    plan::validate(&new.title, new.wish_ids.len().max(1), new.claimant_ids.len().max(1))?;
    let rows = wishes(tx, new)?;
    let claimants = claimants(tx, cx, new)?;
    plan::validate(&new.title, rows.len(), claimants.len())?;
    let (asked, offers) = (asked(tx, rows)?, offers(tx, claimants, cx.now, &[new.organisation_id])?);
    let work = Work { cx, asked: &asked, offers: &offers, options: new.options, numbers: HashMap::new() };
    let all: Vec<(usize, i64)> = asked.iter().enumerate().map(|(at, one)| (at, one.row.remaining)).collect();
    let (lines, step, optimal) = work.lines(&all);
    let plan = Plan {
        id: PlanId(Uuid::nil()),
        version: 0,
        organisation_id: new.organisation_id,
        title: new.title.trim().to_owned(),
        status: Status::Draft,
        options: new.options,
        step,
        optimal,
        created_by: UserId(Uuid::nil()),
        created_at: cx.now,
        updated_at: cx.now,
        sent_at: None,
    };
    Ok(Proposed { plan, members: offers.iter().map(member).collect(), lines })
}

fn member(offer: &Offer) -> Member {
    Member { claimant_id: offer.claimant_id, held: offer.held, room: offer.room }
}

/// The wishes to plan: held in the organisation's subtree, open, and on the wall.
fn wishes(tx: &mut Conn, new: &NewPlan) -> Result<Vec<Candidate>, Failure> {
    if new.wish_ids.is_empty() {
        let most = i64::try_from(MOST_WISHES).unwrap_or(i64::MAX).saturating_add(1);
        return Ok(store::fit::open_below(tx, new.organisation_id, new.category.as_deref(), most)?);
    }
    let rows = store::fit::of_ids(tx, &new.wish_ids)?;
    let places = Paths::read(tx, rows.iter().map(|row| row.holder_id))?;
    let mut known: HashMap<WishId, &Candidate> = rows.iter().map(|row| (row.id, row)).collect();
    let mut faults = Vec::new();
    for (index, id) in new.wish_ids.iter().enumerate() {
        let at = format!("/wish_ids/{index}");
        // What was named before is not there any more.
        let Some(row) =
            known.remove(id).filter(|row| places.of(row.holder_id).contains(&new.organisation_id))
        else {
            let twice = new.wish_ids.iter().take(index).any(|other| other == id);
            let fault = if twice { Fault::Duplicate } else { Fault::Unknown };
            return Err(Refusal::field(Code::Invalid, &at, fault).into());
        };
        if !plannable(row) {
            faults.extend(Refusal::field(Code::WishNotOpen, &at, Fault::WishChanged).fields);
        }
    }
    match faults.is_empty() {
        true => Ok(rows),
        false => Err(Refusal { code: Code::WishNotOpen, fields: faults, reached: None }.into()),
    }
}

pub(super) fn plannable(row: &Candidate) -> bool {
    row.status == WishStatus::Open && !row.hidden
}

/// The claimants to plan with: those named, whom the caller may know, or all active ones of the circle.
fn claimants(tx: &mut Conn, cx: &Context, new: &NewPlan) -> Result<Vec<Claimant>, Failure> {
    if new.claimant_ids.is_empty() {
        let filter = Filter { roots: vec![new.organisation_id], active: Some(true), ..Filter::default() };
        let most = i64::try_from(MOST_CLAIMANTS).unwrap_or(i64::MAX).saturating_add(1);
        return Ok(store::claimant::list(tx, &filter, most)?);
    }
    let rows = store::claimant::load_all(tx, &new.claimant_ids)?;
    let paths = Paths::read(tx, rows.iter().map(|row| row.organisation_id))?;
    let mut known: HashMap<ClaimantId, &Claimant> = rows.iter().map(|row| (row.id, row)).collect();
    for (index, id) in new.claimant_ids.iter().enumerate() {
        let may = |row: &&Claimant| {
            let subject = Subject { holder: &paths.of(row.organisation_id), ..Subject::default() };
            cx.allow(Act::GetClaimant, &subject).is_ok()
        };
        if known.remove(id).filter(may).is_none() {
            let at = format!("/claimant_ids/{index}");
            return Err(Refusal::field(Code::Invalid, &at, Fault::Unknown).into());
        }
    }
    Ok(rows)
}

/// What lines are made of.
struct Work<'a> {
    cx: &'a Context,
    asked: &'a [Asked],
    offers: &'a [Offer],
    options: Options,
    /// The numbers that households have already.
    numbers: HashMap<Uuid, i64>,
}

impl Work<'_> {
    /// The lines for so much of each of these wishes, what a further line costs, and whether nothing costs less.
    fn lines(mut self, all: &[(usize, i64)]) -> (Vec<Line>, i32, bool) {
        let all: Vec<(&Asked, i64)> =
            all.iter().filter_map(|(at, quantity)| Some((self.asked.get(*at)?, *quantity))).collect();
        let wanted: Vec<Wanted> = all.iter().map(|(asked, quantity)| self.wanted(asked, *quantity)).collect();
        let proposal = plan::propose(&wanted, self.offers, self.options);
        let mut of_household: HashMap<Uuid, Vec<&Wanted>> = HashMap::new();
        for one in &wanted {
            of_household.entry(one.household).or_default().push(one);
        }
        let mut lines = Vec::with_capacity(wanted.len());
        for (((asked, quantity), wanted), hands) in all.iter().zip(&wanted).zip(&proposal.lines) {
            let each = if wanted.shares > 1 { 1 } else { *quantity };
            let mut left = *quantity;
            for offer in hands.iter().filter_map(|hand| self.offers.get(*hand)) {
                left = left.saturating_sub(each);
                lines.push(self.line(asked, each, Ok(offer)));
            }
            if left > 0 {
                let alone = [wanted];
                let together = of_household.get(&wanted.household).map(Vec::as_slice);
                let together = together.filter(|_| self.options.whole_households && wanted.shares == 1);
                let gap = plan::gap(wanted, together.unwrap_or(&alone), self.offers);
                lines.push(self.line(asked, left, Err(gap)));
            }
        }
        (lines, proposal.step, proposal.optimal)
    }

    /// A wish for several persons goes to as many claimants; anything else goes to one whole.
    fn wanted(&self, asked: &Asked, quantity: i64) -> Wanted {
        let most = u32::try_from(self.offers.len()).unwrap_or(u32::MAX).max(1);
        let shares = match asked.row.unit {
            Unit::Person => u32::try_from(quantity).unwrap_or(u32::MAX).clamp(1, most.max(2)),
            _ => 1,
        };
        let weight = asked.unreached.weight(self.cx.now);
        Wanted { need: asked.need.clone(), shares, weight, household: asked.row.household }
    }

    fn line(&mut self, asked: &Asked, quantity: i64, of: Result<&Offer, Gap>) -> Line {
        let next = i64::try_from(self.numbers.len()).unwrap_or(i64::MAX).saturating_add(1);
        let household = *self.numbers.entry(asked.row.household).or_insert(next);
        let fits = of.map(|offer| asked.need.reasons(offer)).unwrap_or_default();
        Line {
            id: self.cx.ids.make(),
            wish_id: asked.row.id,
            household,
            quantity,
            claimant_id: of.ok().map(|offer| offer.claimant_id),
            by_hand: false,
            cost: of.map_or(0, |offer| asked.need.cost(offer).into()),
            reasons: fits.into_iter().chain(asked.unreached.reasons(self.cx.now)).collect(),
            gap: of.err(),
            claim_id: None,
        }
    }
}

/// Plans anew what of a plan does not hold any more, and what was declined or given back; with `everything`, all that
/// was not sent and was not decided by a person. What goes on to hold stays as it is.
///
/// # Errors
/// As the access table says.
pub fn propose_anew(tx: &mut Conn, cx: &Context, id: PlanId, everything: bool) -> Result<Anew, Failure> {
    cx.user()?;
    let mut plan = found(store::plan::load(tx, id)?)?;
    may(tx, cx, Act::ReplanPlan, &plan)?;
    let lines = store::plan::lines(tx, id)?;
    let answers = store::plan::answers(tx, id)?;
    let given_back = |id| answers.get(&id).is_some_and(|status| status.gave_back());
    let open: Vec<&Line> = lines.iter().filter(|line| line.claim_id.is_none_or(given_back)).collect();
    let mut ground = Ground::read(tx, &plan, &lines, cx.now)?;
    let kept = ground.kept(&plan, &open, |line| !everything || line.by_hand);
    let members: Vec<Member> = ground.offers.iter().map(member).collect();
    let (kept, replaced): (Vec<&Line>, Vec<&Line>) =
        open.into_iter().partition(|line| kept.contains(&line.id));
    kept.iter().for_each(|line| ground.settle(line));
    let all = ground.wanted(&replaced);
    let work = Work {
        cx,
        asked: &ground.asked,
        offers: &ground.offers,
        options: plan.options,
        numbers: ground.numbers(&lines),
    };
    let (mut new, step, optimal) = work.lines(&all);
    let planned: HashSet<WishId> = new.iter().map(|line| line.wish_id).collect();
    let over = replaced.iter().filter(|line| !planned.contains(&line.wish_id));
    new.extend(over.map(|line| gone(cx, line)));
    (plan.step, plan.optimal, plan.status) = (step.max(plan.step), optimal && kept.is_empty(), Status::Draft);
    Ok(Anew { plan, members, gone: replaced.iter().map(|line| line.id).collect(), new })
}

/// What need not be planned any more: claimed otherwise, moved, or ended.
fn gone(cx: &Context, line: &Line) -> Line {
    Line {
        id: cx.ids.make(),
        claimant_id: None,
        gap: Some(Gap::Gone),
        by_hand: false,
        cost: 0,
        reasons: Vec::new(),
        claim_id: None,
        ..line.clone()
    }
}
