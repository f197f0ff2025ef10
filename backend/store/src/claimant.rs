//! Claimants.

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, required, word},
    honour, on_each,
    organisation::contains,
    organisation::{subtree, subtrees},
    schema::{claimants, claims, feedback, organisation_closure, wishes},
    written::written,
};
use diesel::{
    dsl::{count_star, sql},
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use domain::{
    certificate::Ground,
    claim::{Method, Status},
    claimant::{Claimant, Profile, Standing, Suspension},
    honour::{Outcomes, Span},
    id::{ClaimantId, OrganisationId, UserId, WishId},
    time::Instant,
    wish::Status as WishStatus,
};
use std::collections::HashMap;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = claimants, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    kind: String,
    organisation_id: String,
    user_id: Option<String>,
    display_name: String,
    skills: String,
    region_codes: String,
    categories: String,
    capacity: i32,
    active: bool,
    suspended_since: Option<i64>,
    suspended_until: Option<i64>,
    suspension_reason: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn standing(&self) -> StoreResult<Standing> {
        Ok(match self.suspended_since {
            Some(since) => Standing::Suspended(Suspension {
                since: instant(since),
                until: self.suspended_until.map(instant),
                reason: required(self.suspension_reason.clone(), "suspension_reason")?,
            }),
            None if self.active => Standing::Active,
            None => Standing::Resting,
        })
    }
}

/// Since when, until when and why it is suspended.
fn suspension(standing: &Standing) -> (Option<i64>, Option<i64>, Option<String>) {
    match standing {
        Standing::Suspended(Suspension { since, until, reason }) => {
            (Some(since.micros()), until.map(Instant::micros), Some(reason.clone()))
        }
        Standing::Active | Standing::Resting => (None, None, None),
    }
}

impl TryFrom<Row> for Claimant {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            standing: row.standing()?,
            id: word(&row.id)?,
            version: row.version,
            kind: word(&row.kind)?,
            organisation_id: word(&row.organisation_id)?,
            user_id: optional_word(row.user_id.as_deref())?,
            profile: Profile {
                display_name: row.display_name,
                skills: json(&row.skills)?,
                region_codes: json(&row.region_codes)?,
                categories: json(&row.categories)?,
                capacity: row.capacity,
            },
            created_at: instant(row.created_at),
        })
    }
}

/// One claimant.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ClaimantId) -> StoreResult<Option<Claimant>> {
    let of_id = claimants::table.find(id.to_string());
    let row: Option<Row> = on_each!(conn, c => of_id.select(written!(Row)).get_result(c).optional())?;
    row.map(TryInto::try_into).transpose()
}

/// One claimant, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: ClaimantId) -> StoreResult<Option<Claimant>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(claimants::table.find(id.to_string()))
        .set(claimants::version.eq(claimants::version))
        .execute(conn)?;
    load(conn, id)
}

/// Several claimants, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[ClaimantId]) -> StoreResult<Vec<Claimant>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> =
        claimants::table.filter(claimants::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Which claimants a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// And those who are this user.
    pub user_id: Option<UserId>,
    /// In the subtree of this one.
    pub organisation_id: Option<OrganisationId>,
    /// Only those that may claim, or only those that may not.
    pub active: Option<bool>,
    /// With this in the name.
    pub name: Option<String>,
    /// Before this id: newest first.
    pub before: Option<ClaimantId>,
}

/// Claimants, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Claimant>> {
    let within = subtrees(&filter.roots);
    let user = filter.user_id.map(|id| id.to_string());
    // Without a user this compares with null, which nothing equals.
    let seen = claimants::organisation_id.eq_any(within).or(claimants::user_id.eq(user).assume_not_null());
    let mut query = claimants::table.filter(seen).into_boxed();
    if let Some(organisation) = filter.organisation_id {
        query = query.filter(claimants::organisation_id.eq_any(subtree(organisation)));
    }
    if let Some(active) = filter.active {
        query = query.filter(claimants::active.eq(active));
    }
    if let Some(name) = &filter.name {
        query = query.filter(claimants::display_name.like(contains(name)).escape('\\'));
    }
    if let Some(before) = filter.before {
        query = query.filter(claimants::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(claimants::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The claimants for whom a user acts: themselves, and those of the organisations they manage.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_user(
    conn: &mut Conn,
    user: UserId,
    managed: &[OrganisationId],
    limit: i64,
) -> StoreResult<Vec<Claimant>> {
    let within = subtrees(managed);
    let rows: Vec<Row> = claimants::table
        .filter(claimants::user_id.eq(user.to_string()).or(claimants::organisation_id.eq_any(within)))
        .order(claimants::id.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a claimant.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, claimant: &Claimant) -> StoreResult<()> {
    let (suspended_since, suspended_until, suspension_reason) = suspension(&claimant.standing);
    let row = Row {
        id: claimant.id.to_string(),
        version: 1,
        kind: claimant.kind.to_string(),
        organisation_id: claimant.organisation_id.to_string(),
        user_id: claimant.user_id.map(|id| id.to_string()),
        display_name: claimant.profile.display_name.clone(),
        skills: json_text(&claimant.profile.skills)?,
        region_codes: json_text(&claimant.profile.region_codes)?,
        categories: json_text(&claimant.profile.categories)?,
        capacity: claimant.profile.capacity,
        active: claimant.may_take_on().is_ok(),
        suspended_since,
        suspended_until,
        suspension_reason,
        created_at: claimant.created_at.micros(),
        updated_at: claimant.created_at.micros(),
    };
    diesel::insert_into(claimants::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves what people set, and whether it takes on anything new.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, claimant: &Claimant, now: Instant) -> StoreResult<()> {
    let profile = &claimant.profile;
    let (since, until, reason) = suspension(&claimant.standing);
    let changed = diesel::update(
        claimants::table
            .filter(claimants::id.eq(claimant.id.to_string()))
            .filter(claimants::version.eq(claimant.version)),
    )
    .set((
        claimants::version.eq(claimant.version.saturating_add(1)),
        claimants::display_name.eq(&profile.display_name),
        claimants::skills.eq(json_text(&profile.skills)?),
        claimants::region_codes.eq(json_text(&profile.region_codes)?),
        claimants::categories.eq(json_text(&profile.categories)?),
        claimants::capacity.eq(profile.capacity),
        claimants::active.eq(claimant.may_take_on().is_ok()),
        claimants::suspended_since.eq(since),
        claimants::suspended_until.eq(until),
        claimants::suspension_reason.eq(reason),
        claimants::updated_at.eq(now.micros()),
    ))
    .execute(conn)?;
    one_row(changed)
}

/// Claimants whose suspension is over at `now`, in the order of their times; after the last one that was looked at.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn served(
    conn: &mut Conn,
    now: Instant,
    after: Option<(Instant, ClaimantId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, ClaimantId)>> {
    let mut query = claimants::table.filter(claimants::suspended_until.lt(now.micros())).into_boxed();
    if let Some((at, id)) = after {
        let same =
            claimants::suspended_until.eq(at.micros()).and(claimants::id.gt(id.to_string()).nullable());
        query = query.filter(claimants::suspended_until.gt(at.micros()).or(same));
    }
    let rows: Vec<(Option<i64>, String)> = query
        .order((claimants::suspended_until.asc(), claimants::id.asc()))
        .limit(limit)
        .select((claimants::suspended_until, claimants::id))
        .load(conn)?;
    rows.into_iter().map(|(at, id)| Ok((instant(required(at, "suspended_until")?), word(&id)?))).collect()
}

/// The wishes on which a claimant holds a live claim.
///
/// # Errors
/// When the database does not answer.
pub fn live_claims(conn: &mut Conn, id: ClaimantId) -> StoreResult<Vec<WishId>> {
    // Not `eq_any`: a list is not prepared once and for all.
    let [proposed, active, delivered] = crate::claim::LIVE.map(|status| claims::status.eq(status));
    let live = claims::table
        .filter(claims::claimant_id.eq(id.to_string()))
        .filter(proposed.or(active).or(delivered))
        .select(claims::wish_id);
    let rows: Vec<String> = on_each!(conn, c => live.load(c))?;
    rows.iter().map(|id| word(id)).collect()
}

/// How many live claims each of these claimants holds; those without any are left out.
///
/// # Errors
/// When the database does not answer.
pub fn live_counts(conn: &mut Conn, ids: &[ClaimantId]) -> StoreResult<HashMap<ClaimantId, i64>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, i64)> = claims::table
        .filter(claims::claimant_id.eq_any(ids))
        .filter(claims::status.eq_any(crate::claim::LIVE))
        .group_by(claims::claimant_id)
        .select((claims::claimant_id, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(id, count)| Ok((word(&id)?, count))).collect()
}

/// What came of a claimant's claims.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// How many claims stand where.
    pub claims: HashMap<Status, i64>,
    /// Worth of what was confirmed, in fen.
    pub value_fen: i64,
    /// Person-hours of what was confirmed, in quarter hours.
    pub quarter_hours: i64,
    /// Fulfilled wishes that it helped to fulfil: their residents can be asked.
    pub fulfilled: i64,
    /// How many of the wishes that it helped to fulfil were rated with so many points.
    pub ratings: Ratings,
    /// What of it others confirmed.
    pub by_others: Outcomes,
    /// By how the word was taken.
    pub methods: HashMap<Method, i64>,
}

/// How many wishes were rated with so many points.
pub type Ratings = Vec<(i32, i64)>;

/// What came of the claims of one claimant in a time, and what it holds now.
///
/// # Errors
/// When the database does not answer.
pub fn record(conn: &mut Conn, id: ClaimantId, span: Span) -> StoreResult<Record> {
    let (start, end) = (span.start().micros(), span.end().micros());
    let own = || claims::table.filter(claims::claimant_id.eq(id.to_string()));
    let kept = || {
        own()
            .filter(claims::status.eq(Status::Confirmed.as_str()))
            .filter(claims::confirmed_at.between(start, end))
    };
    let ended = claims::ended_at.is_not_null().and(claims::ended_at.between(start, end).assume_not_null());
    let confirmed =
        claims::confirmed_at.is_not_null().and(claims::confirmed_at.between(start, end).assume_not_null());
    let in_hand = claims::ended_at.is_null().and(claims::confirmed_at.is_null());
    let counts: Vec<(String, i64)> = own()
        .filter(in_hand.or(ended).or(confirmed))
        .group_by(claims::status)
        .select((claims::status, count_star()))
        .load(conn)?;
    let (value_fen, quarter_hours): (Option<i64>, Option<i64>) = kept()
        .select((
            // PostgreSQL sums big integers into a numeric; the cast is the same in both.
            sql::<Nullable<BigInt>>("CAST(SUM(claims.value_fen) AS BIGINT)"),
            sql::<Nullable<BigInt>>("CAST(SUM(claims.quarter_hours) AS BIGINT)"),
        ))
        .get_result(conn)?;
    let fulfilled = wishes::table
        .filter(wishes::id.eq_any(kept().select(claims::wish_id)))
        .filter(wishes::status.eq(WishStatus::Fulfilled.as_str()))
        .count()
        .get_result(conn)?;
    let ratings = feedback::table
        .filter(feedback::wish_id.eq_any(kept().select(claims::wish_id)))
        .group_by(feedback::satisfaction)
        .select((feedback::satisfaction, count_star()))
        .load(conn)?;
    let claims = counts.into_iter().map(|(status, count)| Ok((word(&status)?, count)));
    Ok(Record {
        claims: claims.collect::<StoreResult<_>>()?,
        value_fen: value_fen.unwrap_or_default(),
        quarter_hours: quarter_hours.unwrap_or_default(),
        fulfilled,
        ratings,
        by_others: honour::outcomes(conn, id, &Ground::Span(span), span.end())?,
        methods: honour::methods(conn, id, span)?,
    })
}

/// How many active claimants belong to the subtree of each of these organisations.
///
/// # Errors
/// When the database does not answer.
pub fn counts_below(conn: &mut Conn, roots: &[OrganisationId]) -> StoreResult<HashMap<OrganisationId, i64>> {
    let roots: Vec<String> = roots.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, i64)> = organisation_closure::table
        .inner_join(claimants::table.on(claimants::organisation_id.eq(organisation_closure::descendant_id)))
        .filter(organisation_closure::ancestor_id.eq_any(roots))
        .filter(claimants::active.eq(true))
        .group_by(organisation_closure::ancestor_id)
        .select((organisation_closure::ancestor_id, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(id, count)| Ok((word(&id)?, count))).collect()
}
