//! Plans: each with who may be asked, and its lines.

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, word},
    organisation::subtrees,
    schema::{claims, plan_claimants, plan_lines, plans},
};
use diesel::prelude::*;
use domain::{
    claim::Status as ClaimStatus,
    fit::Reason,
    id::{ClaimId, ClaimantId, OrganisationId, PlanId, PlanLineId, UserId, WishId},
    plan::{Gap, Options, Status},
    time::Instant,
};
use std::collections::HashMap;

/// A plan, without its lines.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// Counts its changes.
    pub version: i64,
    /// Whose plan it is.
    pub organisation_id: OrganisationId,
    /// What people call it.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// How it was made.
    pub options: Options,
    /// What each further line of a claimant costs more than the one before.
    pub step: i32,
    /// What was proposed could not cost less.
    pub optimal: bool,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// When it was last sent.
    pub sent_at: Option<Instant>,
}

/// Who may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub claimant_id: ClaimantId,
    /// How many claims it held when it was planned, beside what the plan sent.
    pub held: u32,
    /// How many more it could take.
    pub room: u32,
}

/// One share of a wish, and who is to bring it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: PlanLineId,
    /// Of which wish.
    pub wish_id: WishId,
    /// The number of its household within the plan, from 1.
    pub household: i64,
    /// How much of it.
    pub quantity: i64,
    /// Who brings it.
    pub claimant_id: Option<ClaimantId>,
    /// A person decided so.
    pub by_hand: bool,
    /// The points of fitting.
    pub cost: i64,
    /// The same in words.
    pub reasons: Vec<Reason>,
    /// Why nobody does.
    pub gap: Option<Gap>,
    /// The claim, once it was sent.
    pub claim_id: Option<ClaimId>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plans, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    title: String,
    status: String,
    options: String,
    step: i64,
    optimal: bool,
    created_by: String,
    created_at: i64,
    updated_at: i64,
    sent_at: Option<i64>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_lines, treat_none_as_default_value = false)]
struct LineRow {
    id: String,
    plan_id: String,
    wish_id: String,
    household: i64,
    quantity: i64,
    claimant_id: Option<String>,
    by_hand: bool,
    cost: i64,
    reasons: String,
    gap: Option<String>,
    claim_id: Option<String>,
}

impl TryFrom<Row> for Plan {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            title: row.title,
            status: word(&row.status)?,
            options: json(&row.options)?,
            step: i32::try_from(row.step).map_err(crate::StoreError::corrupt)?,
            optimal: row.optimal,
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            sent_at: row.sent_at.map(instant),
        })
    }
}

impl TryFrom<LineRow> for Line {
    type Error = crate::StoreError;

    fn try_from(row: LineRow) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            wish_id: word(&row.wish_id)?,
            household: row.household,
            quantity: row.quantity,
            claimant_id: optional_word(row.claimant_id.as_deref())?,
            by_hand: row.by_hand,
            cost: row.cost,
            reasons: json(&row.reasons)?,
            gap: optional_word(row.gap.as_deref())?,
            claim_id: optional_word(row.claim_id.as_deref())?,
        })
    }
}

/// One plan.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PlanId) -> StoreResult<Option<Plan>> {
    let row: Option<Row> =
        plans::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One plan, that nobody else changes until this transaction ends. Before any wish is held.
///
/// # Errors
/// `Busy` when another holds it too long.
pub fn load_to_change(conn: &mut Conn, id: PlanId) -> StoreResult<Option<Plan>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(plans::table.find(id.to_string())).set(plans::version.eq(plans::version)).execute(conn)?;
    load(conn, id)
}

/// Plans of the subtrees of `roots`, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    roots: &[OrganisationId],
    before: Option<PlanId>,
    limit: i64,
) -> StoreResult<Vec<Plan>> {
    let mut query = plans::table.filter(plans::organisation_id.eq_any(subtrees(roots))).into_boxed();
    if let Some(before) = before {
        query = query.filter(plans::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(plans::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a plan.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, plan: &Plan) -> StoreResult<()> {
    let row = Row {
        id: plan.id.to_string(),
        version: 1,
        organisation_id: plan.organisation_id.to_string(),
        title: plan.title.clone(),
        status: plan.status.to_string(),
        options: json_text(&plan.options)?,
        step: plan.step.into(),
        optimal: plan.optimal,
        created_by: plan.created_by.to_string(),
        created_at: plan.created_at.micros(),
        updated_at: plan.updated_at.micros(),
        sent_at: plan.sent_at.map(Instant::micros),
    };
    diesel::insert_into(plans::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves where a plan stands; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, plan: &Plan) -> StoreResult<()> {
    let seen = plans::table.filter(plans::id.eq(plan.id.to_string())).filter(plans::version.eq(plan.version));
    let changed = diesel::update(seen)
        .set((
            plans::version.eq(plan.version.saturating_add(1)),
            plans::status.eq(plan.status.as_str()),
            plans::step.eq(i64::from(plan.step)),
            plans::optimal.eq(plan.optimal),
            plans::updated_at.eq(plan.updated_at.micros()),
            plans::sent_at.eq(plan.sent_at.map(Instant::micros)),
        ))
        .execute(conn)?;
    one_row(changed)
}

/// Who may be asked, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn members(conn: &mut Conn, id: PlanId) -> StoreResult<Vec<Member>> {
    let rows: Vec<(String, i64, i64)> = plan_claimants::table
        .filter(plan_claimants::plan_id.eq(id.to_string()))
        .order(plan_claimants::claimant_id.asc())
        .select((plan_claimants::claimant_id, plan_claimants::held, plan_claimants::room))
        .load(conn)?;
    let count = |n: i64| u32::try_from(n).map_err(crate::StoreError::corrupt);
    let member = |(id, held, room): (String, i64, i64)| {
        Ok(Member { claimant_id: word(&id)?, held: count(held)?, room: count(room)? })
    };
    rows.into_iter().map(member).collect()
}

/// Enters anew who may be asked.
///
/// # Errors
/// When the database refuses.
pub fn replace_members(conn: &mut Conn, id: PlanId, members: &[Member]) -> StoreResult<()> {
    let id = id.to_string();
    diesel::delete(plan_claimants::table.filter(plan_claimants::plan_id.eq(&id))).execute(conn)?;
    for member in members {
        diesel::insert_into(plan_claimants::table)
            .values((
                plan_claimants::plan_id.eq(&id),
                plan_claimants::claimant_id.eq(member.claimant_id.to_string()),
                plan_claimants::held.eq(i64::from(member.held)),
                plan_claimants::room.eq(i64::from(member.room)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// All lines of a plan, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn lines(conn: &mut Conn, id: PlanId) -> StoreResult<Vec<Line>> {
    lines_after(conn, id, None, i64::MAX)
}

/// Some lines of a plan, after one of them.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn lines_after(
    conn: &mut Conn,
    id: PlanId,
    after: Option<PlanLineId>,
    limit: i64,
) -> StoreResult<Vec<Line>> {
    let mut query = plan_lines::table.filter(plan_lines::plan_id.eq(id.to_string())).into_boxed();
    if let Some(after) = after {
        query = query.filter(plan_lines::id.gt(after.to_string()));
    }
    let rows: Vec<LineRow> =
        query.order(plan_lines::id.asc()).limit(limit).select(LineRow::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters lines of a plan.
///
/// # Errors
/// When the database refuses.
pub fn insert_lines(conn: &mut Conn, id: PlanId, lines: &[Line]) -> StoreResult<()> {
    for line in lines {
        let row = LineRow {
            id: line.id.to_string(),
            plan_id: id.to_string(),
            wish_id: line.wish_id.to_string(),
            household: line.household,
            quantity: line.quantity,
            claimant_id: line.claimant_id.map(|id| id.to_string()),
            by_hand: line.by_hand,
            cost: line.cost,
            reasons: json_text(&line.reasons)?,
            gap: line.gap.map(|gap| gap.to_string()),
            claim_id: line.claim_id.map(|id| id.to_string()),
        };
        diesel::insert_into(plan_lines::table).values(&row).execute(conn)?;
    }
    Ok(())
}

/// Takes lines out of their plan.
///
/// # Errors
/// When the database refuses.
pub fn delete_lines(conn: &mut Conn, ids: &[PlanLineId]) -> StoreResult<()> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    diesel::delete(plan_lines::table.filter(plan_lines::id.eq_any(ids))).execute(conn)?;
    Ok(())
}

/// Saves who is to bring a line, and its claim.
///
/// # Errors
/// `Stale` when it is there no more.
pub fn save_line(conn: &mut Conn, line: &Line) -> StoreResult<()> {
    let changed = diesel::update(plan_lines::table.find(line.id.to_string()))
        .set((
            plan_lines::claimant_id.eq(line.claimant_id.map(|id| id.to_string())),
            plan_lines::by_hand.eq(line.by_hand),
            plan_lines::cost.eq(line.cost),
            plan_lines::reasons.eq(json_text(&line.reasons)?),
            plan_lines::gap.eq(line.gap.map(|gap| gap.to_string())),
            plan_lines::claim_id.eq(line.claim_id.map(|id| id.to_string())),
        ))
        .execute(conn)?;
    one_row(changed)
}

/// Where the claims stand that came of a plan.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn answers(conn: &mut Conn, id: PlanId) -> StoreResult<HashMap<ClaimId, ClaimStatus>> {
    let rows: Vec<(String, String)> = plan_lines::table
        .inner_join(claims::table.on(plan_lines::claim_id.eq(claims::id.nullable())))
        .filter(plan_lines::plan_id.eq(id.to_string()))
        .select((claims::id, claims::status))
        .load(conn)?;
    rows.into_iter().map(|(id, status)| Ok((word(&id)?, word(&status)?))).collect()
}
