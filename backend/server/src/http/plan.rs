//! Plans over HTTP.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    reply::Reply,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{
        names::Names,
        plan::{self as work, Change, NewPlan as Asked, Whole},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use domain::{
    fit::Reason,
    id::{ClaimId, ClaimantId, OrganisationId, PlanId, PlanLineId, WishId},
    plan::{Balance, Gap, Options, Status},
    time::Instant,
    wish::Unit,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::{
    Conn,
    plan::{Line as StoredLine, Plan as Stored},
};

/// A plan in one line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanListed {
    /// Its id.
    id: PlanId,
    /// What people call it.
    title: String,
    /// Whose plan it is.
    organisation: OrgRef,
    /// Where it stands.
    status: Status,
    /// Who made it.
    created_by: UserRef,
    /// When.
    created_at: Instant,
    /// When it was last sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Instant>,
}

/// What a plan costs, in points: the less the better.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanCost {
    /// In all.
    total: i64,
    /// For how well each line fits.
    fit: i64,
    /// For what each carries on top of what it carries already.
    load: i64,
}

/// Who may be asked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanClaimant {
    /// Who.
    claimant: ClaimantRef,
    /// How many claims it held when it was planned.
    held: u32,
    /// How many more it could take then.
    room: u32,
    /// For how many households it is asked, or for how many lines where households may be split.
    load: u32,
}

/// Who is asked to bring which wishes (派单计划).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Plan {
    /// In one line.
    #[serde(flatten)]
    listed: PlanListed,
    /// Counts its changes.
    version: i64,
    /// All wishes of a household go to one claimant.
    whole_households: bool,
    /// What weighs more.
    balance: Balance,
    /// What was proposed could not cost less. False where lines were kept, or households of different sizes met hands
    /// that are nearly full.
    optimal: bool,
    /// How many lines.
    lines: usize,
    /// How many of them somebody is to bring.
    covered: usize,
    /// How many were sent.
    sent: usize,
    /// How many a person decided.
    by_hand: usize,
    /// How many households.
    households: usize,
    /// How many of them are wholly covered.
    households_covered: usize,
    /// What it costs.
    cost: PlanCost,
    /// Who may be asked, in the order of their ids.
    claimants: Vec<PlanClaimant>,
}

/// One share of a wish, and who is to bring it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanLine {
    /// Its id.
    id: PlanLineId,
    /// Of which wish.
    wish_id: WishId,
    /// The wish in one line.
    wish_title: String,
    /// The skill that it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// The number of its household within the plan, from 1.
    household: i64,
    /// How much of it.
    quantity: i64,
    /// Of what.
    unit: Unit,
    /// Who brings it; absent where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<ClaimantRef>,
    /// A person decided so.
    by_hand: bool,
    /// The points of fitting: the less the better.
    cost: i64,
    /// Why this one, or why it matters.
    reasons: Vec<Reason>,
    /// Why nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<Gap>,
    /// The claim, once it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
}

fn listed(tx: &mut Conn, plans: Vec<Stored>) -> Result<Vec<PlanListed>, Failure> {
    let names = Names::default()
        .organisations(tx, plans.iter().map(|one| one.organisation_id))?
        .users(tx, plans.iter().map(|one| one.created_by))?;
    let one = |plan: Stored| PlanListed {
        id: plan.id,
        title: plan.title,
        organisation: OrgRef::of(plan.organisation_id, &names),
        status: plan.status,
        created_by: UserRef::of(plan.created_by, &names),
        created_at: plan.created_at,
        sent_at: plan.sent_at,
    };
    Ok(plans.into_iter().map(one).collect())
}

fn shape(tx: &mut Conn, Whole { plan, members, sum }: Whole) -> Result<Plan, Failure> {
    let names = Names::default().claimants(tx, members.iter().map(|one| one.claimant_id))?;
    let claimants = members.iter().map(|member| PlanClaimant {
        claimant: ClaimantRef::of(member.claimant_id, &names),
        held: member.held,
        room: member.room,
        load: sum.loads.get(&member.claimant_id).copied().unwrap_or_default(),
    });
    let claimants = claimants.collect();
    let Options { whole_households, balance } = plan.options;
    let (version, optimal) = (plan.version, plan.optimal);
    Ok(Plan {
        listed: crate::app::found(listed(tx, vec![plan])?.pop())?,
        version,
        whole_households,
        balance,
        optimal,
        lines: sum.lines,
        covered: sum.covered,
        sent: sum.sent,
        by_hand: sum.by_hand,
        households: sum.households,
        households_covered: sum.households_covered,
        cost: PlanCost { total: sum.cost(), fit: sum.fit, load: sum.load },
        claimants,
    })
}

fn shape_lines(tx: &mut Conn, lines: Vec<StoredLine>) -> Result<Vec<PlanLine>, Failure> {
    let names = Names::default().claimants(tx, lines.iter().filter_map(|line| line.claimant_id))?;
    let ids: Vec<WishId> = lines.iter().map(|line| line.wish_id).collect();
    let rows = store::fit::of_ids(tx, &ids)?;
    let rows: HashMap<WishId, _> = rows.into_iter().map(|row| (row.id, row)).collect();
    let shown = |line: StoredLine| {
        let row = rows.get(&line.wish_id)?;
        Some(PlanLine {
            id: line.id,
            wish_id: line.wish_id,
            wish_title: row.title.clone(),
            skill: row.skill.clone(),
            household: line.household,
            quantity: line.quantity,
            unit: row.unit,
            claimant: line.claimant_id.map(|id| ClaimantRef::of(id, &names)),
            by_hand: line.by_hand,
            cost: line.cost,
            reasons: line.reasons,
            gap: line.gap,
            claim_id: line.claim_id,
        })
    };
    Ok(lines.into_iter().filter_map(shown).collect())
}

/// What to plan.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlan {
    /// Whose plan it is: it covers wishes that this organisation's subtree holds.
    organisation_id: OrganisationId,
    /// What people call it.
    #[schema(min_length = 1, max_length = 60, examples("春节前，一户不落"))]
    title: String,
    /// These wishes; all that are open and on the wall when absent.
    #[serde(default)]
    #[schema(required = false, max_items = 20_000)]
    wish_ids: Vec<WishId>,
    /// Of all that are open, those of this category.
    #[serde(default, deserialize_with = "not_null")]
    category: Option<String>,
    /// These claimants; all active ones of the organisation's subtree when absent.
    #[serde(default)]
    #[schema(required = false, max_items = 2_000)]
    claimant_ids: Vec<ClaimantId>,
    /// All wishes of a household go to one claimant.
    #[serde(default)]
    #[schema(required = false)]
    whole_households: bool,
    /// What weighs more; `even` when absent.
    #[serde(default, deserialize_with = "not_null")]
    balance: Option<Balance>,
}

/// Runs the change; what was refused while it was prepared is refused in it, so that a key that was answered already
/// answers again.
async fn prepared<T: Clone + Send + 'static>(
    caller: Caller,
    keyed: Option<super::extract::Keyed>,
    prepared: Result<T, Failure>,
    enter: impl Fn(&mut Conn, &crate::app::Context, T) -> Result<Reply, Failure> + Send + 'static,
) -> Result<HttpResponse, Failure> {
    let prepared = match prepared {
        Ok(value) => Ok(value),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(failure) => return Err(failure),
    };
    caller.change(keyed, move |tx, cx| enter(tx, cx, prepared.clone()?)).await
}

/// Proposes who brings which wishes (派单计划), all at once, and keeps it as a draft: nobody is asked yet. As many as
/// possible are covered, at the least cost; what nobody can bring is named.
#[utoipa::path(tag = "plans", request_body = NewPlan, responses((status = 201, body = Plan), Problems))]
#[post("/plans")]
async fn create_plan(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPlan>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewPlan { organisation_id, title, wish_ids, category, claimant_ids, whole_households, balance } =
        body.value;
    let options = Options { whole_households, balance: balance.unwrap_or(Balance::Even) };
    let asked = Asked { organisation_id, title, wish_ids, category, claimant_ids, options };
    let proposed = caller.read_slow(move |tx, cx| work::propose(tx, cx, &asked)).await;
    prepared(caller, keyed, proposed, |tx, cx, proposed| {
        let made = work::create(tx, cx, proposed)?;
        let shown = shape(tx, made)?;
        Ok(Reply::created(format!("/plans/{}", shown.listed.id), &shown)?.tagged(shown.version, "plan"))
    })
    .await
}

/// Nothing narrows it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

/// Plans of the organisations where the caller plans, newest first.
#[utoipa::path(tag = "plans", params(Paging), responses((status = 200, body = Page<PlanListed>), ReadProblems))]
#[get("/plans")]
async fn list_plans(caller: Caller, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, before, rows)?;
            listed(tx, found)
        })
        .await?;
    list.answer(found, |plan| plan.id, |plan| plan)
}

/// One plan.
#[utoipa::path(
    tag = "plans",
    params(("id" = PlanId, Path, description = "The plan.")),
    responses((status = 200, body = Plan), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/plans/{id}")]
async fn get_plan(req: HttpRequest, caller: Caller, id: Path<PlanId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            shape(tx, found)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, "plan", Keep::Private, &shown))
}

/// The lines of a plan, in the order in which they were made.
#[utoipa::path(
    tag = "plans",
    params(("id" = PlanId, Path, description = "The plan."), Paging),
    responses((status = 200, body = Page<PlanLine>), ReadProblems),
)]
#[get("/plans/{id}/lines")]
async fn list_plan_lines(
    caller: Caller,
    id: Path<PlanId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::lines(tx, cx, id.0, after, rows)?;
            shape_lines(tx, found)
        })
        .await?;
    list.answer(found, |line| line.id, |line| line)
}

/// Who is to bring a line instead.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanLinePatch {
    /// A claimant of the plan; null for nobody.
    #[serde(deserialize_with = "super::wish::given")]
    #[schema(value_type = Option<ClaimantId>, required = true)]
    claimant_id: Option<Option<ClaimantId>>,
    /// With all lines of its household.
    #[serde(default)]
    #[schema(required = false)]
    whole_household: bool,
}

/// A plan after a person changed it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangedPlan {
    /// The plan.
    plan: Plan,
    /// What it cost before, in points.
    cost_before: i64,
    /// The lines that changed.
    lines: Vec<PlanLine>,
}

/// Gives a line to another claimant of the plan, or to nobody. If-Match names the version of the plan.
#[utoipa::path(
    tag = "plans",
    params(("id" = PlanId, Path, description = "The plan."), ("line_id" = PlanLineId, Path, description = "The line.")),
    request_body = PlanLinePatch,
    responses((status = 200, body = ChangedPlan), Problems),
)]
#[patch("/plans/{id}/lines/{line_id}")]
async fn update_plan_line(
    caller: Caller,
    path: Path<(PlanId, PlanLineId)>,
    seen: IfMatch,
    body: Body<PlanLinePatch>,
) -> Result<HttpResponse, Failure> {
    let (id, line) = path.0;
    let change =
        Change { claimant_id: body.value.claimant_id.flatten(), whole_household: body.value.whole_household };
    caller
        .change(None, move |tx, cx| {
            let (whole, lines, cost_before) = work::change(tx, cx, id, line, &seen.0, change)?;
            let shown = ChangedPlan { plan: shape(tx, whole)?, cost_before, lines: shape_lines(tx, lines)? };
            Ok(Reply::ok(&shown)?.tagged(shown.plan.version, "plan"))
        })
        .await
}

/// What to plan anew.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Replanning {
    /// All lines that were not sent and that no person decided; else only those that do not hold any more.
    #[serde(default)]
    #[schema(required = false)]
    everything: bool,
}

/// Plans anew what of a plan does not hold any more, what nobody was to bring, and what was declined or given back after it
/// was sent. What was changed by hand stays.
#[utoipa::path(
    tag = "plans",
    params(("id" = PlanId, Path, description = "The plan.")),
    request_body = Replanning,
    responses((status = 200, body = Plan), Problems),
)]
#[post("/plans/{id}/replan")]
async fn replan_plan(
    caller: Caller,
    id: Path<PlanId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Replanning>,
) -> Result<HttpResponse, Failure> {
    let (keyed, everything) = (idem.keyed(&body.digest), body.value.everything);
    let anew = caller.read_slow(move |tx, cx| work::propose_anew(tx, cx, id.0, everything)).await;
    prepared(caller, keyed, anew, move |tx, cx, anew| {
        let made = work::replan(tx, cx, &seen.0, anew)?;
        let shown = shape(tx, made)?;
        Ok(Reply::ok(&shown)?.tagged(shown.version, "plan"))
    })
    .await
}

/// Sends a plan in one act: every line that was not sent becomes a dispatch, or nothing does. Where a line does not hold any
/// more, the refusal names it.
#[utoipa::path(
    tag = "plans",
    params(("id" = PlanId, Path, description = "The plan.")),
    request_body = super::wish::Nothing,
    responses((status = 200, body = Plan), Problems),
)]
#[post("/plans/{id}/send")]
async fn send_plan(
    caller: Caller,
    id: Path<PlanId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<super::wish::Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let sent = work::send(tx, cx, id.0, &seen.0)?;
            let shown = shape(tx, sent)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, "plan"))
        })
        .await
}

/// Mounts it.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_plan)
        .service(list_plans)
        .service(get_plan)
        .service(list_plan_lines)
        .service(update_plan_line)
        .service(replan_plan)
        .service(send_plan);
}
