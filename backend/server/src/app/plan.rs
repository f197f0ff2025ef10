//! Plans (派单计划): proposed, changed by hand, sent in one act, and planned anew where they do not hold any more.
//!
//! Making one reads much and computes, and holds nothing meanwhile; what was proposed is then entered in a short
//! transaction. That a proposal may be out of date when it is sent is no harm: each dispatch asks the rules again.

mod ground;
mod making;
mod sending;

pub use making::{Anew, NewPlan, Proposed, propose, propose_anew};
pub use sending::send;

use super::{
    Context, event,
    event::{About, facts},
    fit::{asked, offers},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    event::Kind,
    fit::{Obstacle, Why},
    id::{ClaimantId, OrganisationId, PlanId, PlanLineId},
    membership::Role,
    plan::{Gap, load_cost},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::{
    Conn,
    plan::{Line, Member, Plan},
};

/// A plan, who may be asked, and what it comes to.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The plan.
    pub plan: Plan,
    /// Who may be asked.
    pub members: Vec<Member>,
    /// What it comes to.
    pub sum: Sum,
}

/// What the lines of a plan come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many lines.
    pub lines: usize,
    /// How many of them somebody is to bring.
    pub covered: usize,
    /// How many were sent.
    pub sent: usize,
    /// How many a person decided.
    pub by_hand: usize,
    /// How many households.
    pub households: usize,
    /// How many of them are wholly covered.
    pub households_covered: usize,
    /// The points of fitting.
    pub fit: i64,
    /// What it costs besides that some carry more than others.
    pub load: i64,
    /// For how many households, or lines where households may be split, each claimant is asked.
    pub loads: HashMap<ClaimantId, u32>,
}

impl Sum {
    fn of(plan: &Plan, members: &[Member], lines: &[Line]) -> Self {
        let households: HashSet<i64> = lines.iter().map(|line| line.household).collect();
        let open: HashSet<i64> =
            lines.iter().filter(|line| line.claimant_id.is_none()).map(|line| line.household).collect();
        let mut carried: HashSet<(ClaimantId, i64)> = HashSet::new();
        let mut loads: HashMap<ClaimantId, u32> = HashMap::new();
        for line in lines {
            let Some(claimant) = line.claimant_id else { continue };
            if !plan.options.whole_households || carried.insert((claimant, line.household)) {
                let load = loads.entry(claimant).or_default();
                *load = load.saturating_add(1);
            }
        }
        let load = |member: &Member| {
            let taken = loads.get(&member.claimant_id).copied().unwrap_or_default();
            load_cost(plan.step, member.held, taken)
        };
        Self {
            lines: lines.len(),
            covered: lines.iter().filter(|line| line.claimant_id.is_some()).count(),
            sent: lines.iter().filter(|line| line.claim_id.is_some()).count(),
            by_hand: lines.iter().filter(|line| line.by_hand).count(),
            households: households.len(),
            households_covered: households.len() - open.len(),
            fit: lines.iter().map(|line| line.cost).sum(),
            load: members.iter().map(load).sum(),
            loads,
        }
    }

    /// What it costs in all.
    #[must_use]
    pub const fn cost(&self) -> i64 {
        self.fit.saturating_add(self.load)
    }
}

fn may(tx: &mut Conn, cx: &Context, act: Act, plan: &Plan) -> Result<(), Failure> {
    let line = found(store::organisation::line(tx, plan.organisation_id)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })
}

fn whole(tx: &mut Conn, plan: Plan) -> Result<Whole, Failure> {
    let members = store::plan::members(tx, plan.id)?;
    let lines = store::plan::lines(tx, plan.id)?;
    Ok(Whole { sum: Sum::of(&plan, &members, &lines), plan, members })
}

/// One plan.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: PlanId) -> Result<Whole, Failure> {
    cx.user()?;
    let plan = found(store::plan::load(tx, id)?)?;
    may(tx, cx, Act::GetPlan, &plan)?;
    whole(tx, plan)
}

/// Plans of the subtrees where the caller plans, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, before: Option<PlanId>, rows: i64) -> Result<Vec<Plan>, Failure> {
    cx.allow(Act::ListPlans, &Subject::default())?;
    let roots = cx.actor.roots(&[Role::Coordinator, Role::Admin, Role::Auditor]);
    Ok(store::plan::list(tx, &roots, before, rows)?)
}

/// Some lines of a plan.
///
/// # Errors
/// As the access table says.
pub fn lines(
    tx: &mut Conn,
    cx: &Context,
    id: PlanId,
    after: Option<PlanLineId>,
    rows: i64,
) -> Result<Vec<Line>, Failure> {
    cx.user()?;
    let plan = found(store::plan::load(tx, id)?)?;
    may(tx, cx, Act::ListPlanLines, &plan)?;
    Ok(store::plan::lines_after(tx, id, after, rows)?)
}

/// Enters what was proposed.
///
/// # Errors
/// As the access table says.
pub fn create(tx: &mut Conn, cx: &Context, proposed: Proposed) -> Result<Whole, Failure> {
    let Proposed { mut plan, members, lines } = proposed;
    may(tx, cx, Act::CreatePlan, &plan)?;
    plan.id = cx.ids.make();
    plan.created_by = cx.user()?;
    store::plan::insert(tx, &plan)?;
    store::plan::replace_members(tx, plan.id, &members)?;
    store::plan::insert_lines(tx, plan.id, &lines)?;
    record(tx, cx, Kind::PlanCreated, &plan, lines.len())?;
    plan.version = plan.version.saturating_add(1);
    Ok(Whole { sum: Sum::of(&plan, &members, &lines), plan, members })
}

/// Enters what was proposed anew.
///
/// # Errors
/// As the access table says; `stale` when the plan changed meanwhile.
pub fn replan(tx: &mut Conn, cx: &Context, seen: &Seen, anew: Anew) -> Result<Whole, Failure> {
    let Anew { mut plan, members, gone, new } = anew;
    let now = open(tx, cx, Act::ReplanPlan, plan.id, seen)?;
    Seen::Versions(vec![plan.version]).check(now.version)?;
    store::plan::delete_lines(tx, &gone)?;
    store::plan::insert_lines(tx, plan.id, &new)?;
    store::plan::replace_members(tx, plan.id, &members)?;
    save(tx, cx, Kind::PlanRenewed, &mut plan, new.len())?;
    whole(tx, plan)
}

/// A plan that the caller may change by `act`, held until the transaction ends.
fn open(tx: &mut Conn, cx: &Context, act: Act, id: PlanId, seen: &Seen) -> Result<Plan, Failure> {
    cx.user()?;
    let plan = found(store::plan::load_to_change(tx, id)?)?;
    may(tx, cx, act, &plan)?;
    seen.check(plan.version)?;
    Ok(plan)
}

fn save(tx: &mut Conn, cx: &Context, kind: Kind, plan: &mut Plan, lines: usize) -> Result<(), Failure> {
    plan.updated_at = cx.now;
    store::plan::save(tx, plan)?;
    record(tx, cx, kind, plan, lines)?;
    plan.version = plan.version.saturating_add(1);
    Ok(())
}

fn record(tx: &mut Conn, cx: &Context, kind: Kind, plan: &Plan, lines: usize) -> Result<(), Failure> {
    let about = About::plan(plan.id, plan.version, plan.organisation_id);
    let data =
        facts([("plan_id", json!(plan.id)), ("lines", json!(lines)), ("plan_status", json!(plan.status))]);
    event::of(tx, cx, kind, about, data)
}

/// Who is to bring a line instead.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// This claimant of the plan, or nobody.
    pub claimant_id: Option<ClaimantId>,
    /// With all lines of its household.
    pub whole_household: bool,
}

/// A person gives a line to another claimant, or to nobody. Gives the lines that changed, and what the plan cost
/// before.
///
/// # Errors
/// As the access table says; `stale`; `plan_sent`; `household_split`; `invalid` for a claimant that is not of the plan;
/// what a dispatch would refuse: `claimant_inactive`, `claimant_suspended`, `outside_audience`, `own_wish`, `already_claimed`,
/// `capacity_reached`. That a skill is missing is said in the reasons, and is the person's to decide.
pub fn change(
    tx: &mut Conn,
    cx: &Context,
    id: PlanId,
    line: PlanLineId,
    seen: &Seen,
    change: Change,
) -> Result<(Whole, Vec<Line>, i64), Failure> {
    let mut plan = open(tx, cx, Act::UpdatePlanLine, id, seen)?;
    let members = store::plan::members(tx, id)?;
    let mut lines = store::plan::lines(tx, id)?;
    let before = Sum::of(&plan, &members, &lines).cost();
    let asked_for = found(lines.iter().find(|one| one.id == line).cloned())?;
    let same = |one: &Line| one.household == asked_for.household && one.claim_id.is_none();
    let together: Vec<PlanLineId> = match change.whole_household {
        true => lines.iter().filter(|one| same(one)).map(|one| one.id).collect(),
        false => vec![line],
    };
    if asked_for.claim_id.is_some() {
        return Err(Code::PlanSent.into());
    }
    let splits =
        plan.options.whole_households && lines.iter().filter(|one| same(one)).count() > together.len();
    if splits && asked_for.claimant_id != change.claimant_id {
        return Err(Refusal::field(Code::HouseholdSplit, "/whole_household", Fault::Required).into());
    }
    let mut changed: Vec<Line> = lines.iter().filter(|one| together.contains(&one.id)).cloned().collect();
    match change.claimant_id {
        None => changed.iter_mut().for_each(leave_out),
        Some(claimant) => {
            let member = members.iter().find(|one| one.claimant_id == claimant);
            let unknown = || Refusal::field(Code::Invalid, "/claimant_id", Fault::Unknown);
            let taken =
                lines.iter().filter(|one| one.claimant_id == Some(claimant) && one.claim_id.is_none());
            let taken = taken.filter(|one| !together.contains(&one.id)).count();
            let owing = (cx.now, plan.organisation_id);
            give(tx, owing, *member.ok_or_else(unknown)?, taken, &mut changed)?;
        }
    }
    for line in &changed {
        store::plan::save_line(tx, line)?;
        lines.iter_mut().filter(|one| one.id == line.id).for_each(|one| one.clone_from(line));
    }
    save(tx, cx, Kind::PlanChanged, &mut plan, changed.len())?;
    Ok((Whole { sum: Sum::of(&plan, &members, &lines), plan, members }, changed, before))
}

fn leave_out(line: &mut Line) {
    line.claimant_id = None;
    line.gap = Some(Gap::ByHand);
    line.by_hand = true;
    line.cost = 0;
    line.reasons.clear();
}

/// Gives lines to a member of a plan of `of` that is asked for `taken` others.
fn give(
    tx: &mut Conn,
    (now, of): (Instant, OrganisationId),
    member: Member,
    taken: usize,
    lines: &mut [Line],
) -> Result<(), Failure> {
    let claimant = found(store::claimant::load(tx, member.claimant_id)?)?;
    claimant.may_take_on()?;
    let offer = found(offers(tx, vec![claimant], now, &[of])?.pop())?;
    let room = usize::try_from(offer.room).unwrap_or(usize::MAX);
    if taken.saturating_add(lines.len()) > room {
        let (limit, count) = (i64::from(offer.room), i64::try_from(taken).unwrap_or(i64::MAX));
        return Err(Refusal::limit(Code::CapacityReached, limit, count).into());
    }
    let ids: Vec<_> = lines.iter().map(|line| line.wish_id).collect();
    let rows = store::fit::of_ids(tx, &ids)?;
    let asked = asked(tx, rows)?;
    for line in lines {
        let need = &found(asked.iter().find(|one| one.row.id == line.wish_id))?.need;
        match need.suits(&offer) {
            Ok(()) | Err(Obstacle::SkillMissing) => {}
            Err(Obstacle::Inactive) => return Err(Code::ClaimantInactive.into()),
            Err(Obstacle::OutsideAudience) => return Err(Code::OutsideAudience.into()),
            Err(Obstacle::OwnWish) => return Err(Code::OwnWish.into()),
            Err(Obstacle::HadIt) => return Err(Code::AlreadyClaimed.into()),
        }
        let waits = line.reasons.iter().copied().filter(|reason| is_of_wish(reason.code));
        line.reasons = need.reasons(&offer).into_iter().chain(waits).collect();
        line.cost = need.cost(&offer).into();
        line.claimant_id = Some(offer.claimant_id);
        line.gap = None;
        line.by_hand = true;
    }
    Ok(())
}

/// A reason that stays, whoever brings it.
const fn is_of_wish(why: Why) -> bool {
    matches!(why, Why::NeverReached | Why::LongUnreached | Why::WaitsLong)
}
