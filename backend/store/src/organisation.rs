//! The organisation tree, with each organisation's own rules, and its closure: every organisation
//! with each of its superiors.

mod tree;

pub use tree::{Uses, above, hold, levels_below, uses, within};
pub(crate) use tree::{subtree, subtrees};

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, optional_word, word},
    directory, on_each,
    schema::{
        categories, directory as counters, organisation_closure, organisations, policy_changes, skills,
    },
    tally,
    written::written,
};
use diesel::prelude::*;
use domain::{
    id::OrganisationId,
    organisation::{Level, Organisation, Profile},
    policy::{Effective, Policy, resolve},
    time::Instant,
};
use std::collections::HashMap;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organisations, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    name: String,
    kind: String,
    level: String,
    region_code: Option<String>,
    parent_id: Option<String>,
    review_days: Option<i32>,
    open_days: Option<i32>,
    contact_days: Option<i32>,
    delivery_days: Option<i32>,
    confirm_days: Option<i32>,
    escalation_days: Option<i32>,
    reopen_days: Option<i32>,
    wall_households: Option<i32>,
    most_open_claims: Option<i32>,
    spot_check_percent: Option<i32>,
    pair_first_days: Option<i32>,
    created_at: i64,
    updated_at: i64,
}

/// An organisation with its own rules.
#[derive(Debug, Clone)]
pub struct Node {
    /// The organisation.
    pub organisation: Organisation,
    /// Its own rules.
    pub policy: Policy,
}

/// An organisation and its superiors, itself first, the root last.
#[derive(Debug, Clone, Default)]
pub struct Line {
    nodes: Vec<Node>,
    ids: Vec<OrganisationId>,
    calendar: Option<String>,
}

impl Line {
    fn push(&mut self, superior: Node) {
        self.ids.push(superior.organisation.id);
        self.nodes.push(superior);
    }

    /// The ids, itself first.
    #[must_use]
    pub fn ids(&self) -> &[OrganisationId] {
        &self.ids
    }

    /// The nodes, itself first.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The word of the calendar that the same statement saw; none for a line that is only to be shown.
    #[must_use]
    pub fn calendar(&self) -> Option<&str> {
        self.calendar.as_deref()
    }

    /// Its level; of an empty line, the lowest.
    #[must_use]
    pub fn level(&self) -> Level {
        self.nodes.first().map_or(Level::Unit, |node| node.organisation.profile.level)
    }

    /// The direct superior.
    #[must_use]
    pub fn superior(&self) -> Option<&Node> {
        self.nodes.get(1)
    }

    /// The rules that hold for it.
    #[must_use]
    pub fn policy(&self) -> Effective {
        resolve(self.nodes.iter().map(|node| &node.policy))
    }

    /// The name of its township, the finest place that is made public; or of the first level above.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        let town = |node: &&Node| node.organisation.profile.level <= Level::Township;
        self.nodes.iter().find(town).map(|node| node.organisation.profile.name.as_str())
    }

    /// The most exact division code of the line.
    #[must_use]
    pub fn region_code(&self) -> Option<&str> {
        self.nodes.iter().find_map(|node| node.organisation.profile.region_code.as_deref())
    }
}

fn days(value: Option<i32>) -> Option<u16> {
    value.and_then(|days| u16::try_from(days).ok())
}

impl TryFrom<Row> for Node {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let organisation = Organisation {
            id: word(&row.id)?,
            version: row.version,
            profile: Profile {
                name: row.name,
                kind: word(&row.kind)?,
                level: word(&row.level)?,
                region_code: row.region_code,
            },
            parent_id: optional_word(row.parent_id.as_deref())?,
            created_at: instant(row.created_at),
        };
        let policy = Policy {
            review_days: days(row.review_days),
            open_days: days(row.open_days),
            contact_days: days(row.contact_days),
            delivery_days: days(row.delivery_days),
            confirm_days: days(row.confirm_days),
            escalation_days: days(row.escalation_days),
            reopen_days: days(row.reopen_days),
            wall_households: days(row.wall_households),
            most_open_claims: days(row.most_open_claims),
            spot_check_percent: days(row.spot_check_percent),
            pair_first_days: days(row.pair_first_days),
        };
        Ok(Self { organisation, policy })
    }
}

/// One organisation.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: OrganisationId) -> StoreResult<Option<Node>> {
    let row: Option<Row> =
        organisations::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// An organisation and its superiors; none when there is no such organisation.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn line(conn: &mut Conn, id: OrganisationId) -> StoreResult<Option<Line>> {
    // Not by `lines`: a list of ids is not prepared once and for all.
    let upward = organisation_closure::table
        .inner_join(organisations::table.on(organisations::id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq(id.to_string()))
        .order(organisation_closure::depth.asc());
    let calendar = counters::table.select(counters::calendar).single_value();
    let rows: Vec<(Row, Option<String>)> =
        on_each!(conn, c => upward.select((written!(Row), calendar)).load(c))?;
    let mut line = Line::default();
    for (row, calendar) in rows {
        line.push(row.try_into()?);
        line.calendar = calendar;
    }
    Ok(Some(line).filter(|line| !line.ids.is_empty()))
}

/// Several organisations, each with its superiors, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn lines(conn: &mut Conn, ids: &[OrganisationId]) -> StoreResult<HashMap<OrganisationId, Line>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, Row)> = organisation_closure::table
        .inner_join(organisations::table.on(organisations::id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq_any(ids))
        .order(organisation_closure::depth.asc())
        .select((organisation_closure::descendant_id, Row::as_select()))
        .load(conn)?;
    let mut lines: HashMap<OrganisationId, Line> = HashMap::new();
    for (below, row) in rows {
        lines.entry(word(&below)?).or_default().push(row.try_into()?);
    }
    Ok(lines)
}

/// Several organisations, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[OrganisationId]) -> StoreResult<Vec<Node>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> =
        organisations::table.filter(organisations::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Which organisations a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// And these themselves.
    pub also: Vec<OrganisationId>,
    /// In the subtree of this one.
    pub below: Option<OrganisationId>,
    /// Directly below this one.
    pub parent_id: Option<OrganisationId>,
    /// With this in the name.
    pub name: Option<String>,
    /// After this id.
    pub after: Option<OrganisationId>,
}

/// Organisations of some subtrees, by id, which is the order in which they were entered.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Node>> {
    let also: Vec<String> = filter.also.iter().map(ToString::to_string).collect();
    let seen = organisations::id.eq_any(subtrees(&filter.roots)).or(organisations::id.eq_any(also));
    let mut query = organisations::table.filter(seen).into_boxed();
    if let Some(root) = filter.below {
        query = query.filter(organisations::id.eq_any(subtree(root)));
    }
    if let Some(parent) = filter.parent_id {
        query = query.filter(organisations::parent_id.eq(parent.to_string()));
    }
    if let Some(name) = &filter.name {
        query = query.filter(organisations::name.like(contains(name)).escape('\\'));
    }
    if let Some(after) = filter.after {
        query = query.filter(organisations::id.gt(after.to_string()));
    }
    let rows: Vec<Row> =
        query.order(organisations::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A LIKE pattern for "has this in it", with the wildcards in the text made plain.
pub(crate) fn contains(text: &str) -> String {
    let plain = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

/// Enters a new organisation below its parent.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, organisation: &Organisation) -> StoreResult<()> {
    let profile = &organisation.profile;
    let row = Row {
        id: organisation.id.to_string(),
        version: 1,
        name: profile.name.clone(),
        kind: profile.kind.to_string(),
        level: profile.level.to_string(),
        region_code: profile.region_code.clone(),
        parent_id: organisation.parent_id.map(|id| id.to_string()),
        review_days: None,
        open_days: None,
        contact_days: None,
        delivery_days: None,
        confirm_days: None,
        escalation_days: None,
        reopen_days: None,
        wall_households: None,
        most_open_claims: None,
        spot_check_percent: None,
        pair_first_days: None,
        created_at: organisation.created_at.micros(),
        updated_at: organisation.created_at.micros(),
    };
    diesel::insert_into(organisations::table).values(&row).execute(conn)?;
    directory::changed(conn)?;
    link(conn, organisation.id, 0, organisation.id)?;
    link_below(conn, organisation.id, organisation.parent_id)
}

fn link(conn: &mut Conn, above: OrganisationId, depth: i32, below: OrganisationId) -> StoreResult<()> {
    diesel::insert_into(organisation_closure::table)
        .values((
            organisation_closure::ancestor_id.eq(above.to_string()),
            organisation_closure::descendant_id.eq(below.to_string()),
            organisation_closure::depth.eq(depth),
        ))
        .execute(conn)?;
    Ok(())
}

/// Links the whole subtree of `id` below `parent` and the parent's superiors.
fn link_below(conn: &mut Conn, id: OrganisationId, parent: Option<OrganisationId>) -> StoreResult<()> {
    let Some(parent) = parent else { return Ok(()) };
    let above: Vec<(String, i32)> = organisation_closure::table
        .filter(organisation_closure::descendant_id.eq(parent.to_string()))
        .select((organisation_closure::ancestor_id, organisation_closure::depth))
        .load(conn)?;
    for (below, down) in descendants(conn, id)? {
        for (ancestor, up) in &above {
            link(conn, word(ancestor)?, up.saturating_add(down).saturating_add(1), below)?;
        }
    }
    Ok(())
}

fn descendants(conn: &mut Conn, id: OrganisationId) -> StoreResult<Vec<(OrganisationId, i32)>> {
    let rows: Vec<(String, i32)> = organisation_closure::table
        .filter(organisation_closure::ancestor_id.eq(id.to_string()))
        .select((organisation_closure::descendant_id, organisation_closure::depth))
        .load(conn)?;
    rows.into_iter().map(|(id, depth)| Ok((word(&id)?, depth))).collect()
}

/// Saves name, kind, level, region and parent; moves the subtree where the parent is another.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, organisation: &Organisation, now: Instant) -> StoreResult<()> {
    let id = organisation.id.to_string();
    let parent = organisation.parent_id.map(|id| id.to_string());
    let before: Option<Option<String>> =
        organisations::table.find(&id).select(organisations::parent_id).get_result(conn).optional()?;
    let profile = &organisation.profile;
    let changed = diesel::update(
        organisations::table
            .filter(organisations::id.eq(&id))
            .filter(organisations::version.eq(organisation.version)),
    )
    .set((
        organisations::version.eq(organisation.version.saturating_add(1)),
        organisations::name.eq(&profile.name),
        organisations::kind.eq(profile.kind.as_str()),
        organisations::level.eq(profile.level.as_str()),
        organisations::region_code.eq(&profile.region_code),
        organisations::parent_id.eq(&parent),
        organisations::updated_at.eq(now.micros()),
    ))
    .execute(conn)?;
    one_row(changed)?;
    directory::changed(conn)?;
    if before.flatten() == parent {
        return Ok(());
    }
    tally::leave(conn, organisation.id)?;
    unlink(conn, organisation.id)?;
    link_below(conn, organisation.id, organisation.parent_id)?;
    tally::join(conn, organisation.id)
}

/// Cuts the subtree of `id` from everything above it.
fn unlink(conn: &mut Conn, id: OrganisationId) -> StoreResult<()> {
    let below: Vec<String> = descendants(conn, id)?.into_iter().map(|(id, _)| id.to_string()).collect();
    diesel::delete(
        organisation_closure::table
            .filter(organisation_closure::descendant_id.eq_any(&below))
            .filter(organisation_closure::ancestor_id.ne_all(&below)),
    )
    .execute(conn)?;
    Ok(())
}

/// Counts a change that another table holds: a member, a category.
///
/// # Errors
/// `Stale` when it changed since.
pub fn touch(conn: &mut Conn, organisation: &Organisation, now: Instant) -> StoreResult<()> {
    let changed = diesel::update(
        organisations::table
            .filter(organisations::id.eq(organisation.id.to_string()))
            .filter(organisations::version.eq(organisation.version)),
    )
    .set((
        organisations::version.eq(organisation.version.saturating_add(1)),
        organisations::updated_at.eq(now.micros()),
    ))
    .execute(conn)?;
    one_row(changed)?;
    directory::changed(conn)
}

/// Saves an organisation's own rules.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save_policy(
    conn: &mut Conn,
    organisation: &Organisation,
    policy: &Policy,
    now: Instant,
) -> StoreResult<()> {
    let days = |value: Option<u16>| value.map(i32::from);
    touch(conn, organisation, now)?;
    let changed = diesel::update(organisations::table.find(organisation.id.to_string()))
        .set((
            organisations::review_days.eq(days(policy.review_days)),
            organisations::open_days.eq(days(policy.open_days)),
            organisations::contact_days.eq(days(policy.contact_days)),
            organisations::delivery_days.eq(days(policy.delivery_days)),
            organisations::confirm_days.eq(days(policy.confirm_days)),
            organisations::escalation_days.eq(days(policy.escalation_days)),
            organisations::reopen_days.eq(days(policy.reopen_days)),
            organisations::wall_households.eq(days(policy.wall_households)),
            organisations::most_open_claims.eq(days(policy.most_open_claims)),
            organisations::spot_check_percent.eq(days(policy.spot_check_percent)),
            organisations::pair_first_days.eq(days(policy.pair_first_days)),
        ))
        .execute(conn)?;
    one_row(changed)
}

/// Removes an organisation that nothing hangs on.
///
/// # Errors
/// `Stale` when it changed since; `ForeignKey` when something hangs on it after all.
pub fn delete(conn: &mut Conn, organisation: &Organisation) -> StoreResult<()> {
    let id = organisation.id.to_string();
    diesel::delete(categories::table.filter(categories::organisation_id.eq(&id))).execute(conn)?;
    diesel::delete(skills::table.filter(skills::organisation_id.eq(&id))).execute(conn)?;
    diesel::delete(policy_changes::table.filter(policy_changes::organisation_id.eq(&id))).execute(conn)?;
    tally::forget(conn, &id)?;
    diesel::delete(organisation_closure::table.filter(organisation_closure::descendant_id.eq(&id)))
        .execute(conn)?;
    let removed = diesel::delete(
        organisations::table
            .filter(organisations::id.eq(&id))
            .filter(organisations::version.eq(organisation.version)),
    )
    .execute(conn)?;
    one_row(removed)?;
    directory::changed(conn)
}
