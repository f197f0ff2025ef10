//! Campaigns, their hosts, and the wishes that belong to them. What came of one is counted in [`figures`].

mod figures;
mod host;
mod place;

pub use figures::{brought_by, figures};
pub use host::{Host, accepted_among, answer_host, hosts, invite, uninvite};
pub use place::{
    Candidate, Placed, candidates, gather_after, join, lists, place_by_hand, placed, set_gather_after,
    split_places,
};

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, json, json_text, one_row, optional_word, required, word},
    organisation::subtrees,
    schema::{campaign_hosts, campaigns},
};
use diesel::prelude::*;
use domain::{
    campaign::{Campaign, Content, HostStatus, Rule, State, Status, Targets},
    id::{CampaignId, OrganisationId},
    time::Instant,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = campaigns, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    title: String,
    theme: String,
    starts_on: String,
    ends_on: String,
    rule: Option<String>,
    target_wishes: Option<i64>,
    target_people: Option<i64>,
    target_hours: Option<i64>,
    target_value_fen: Option<i64>,
    status: String,
    due_at: Option<i64>,
    opened_at: Option<i64>,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
    report: Option<String>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

/// A rule as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct RuleText {
    categories: Vec<String>,
    age_bands: Vec<String>,
}

impl RuleText {
    fn of(rule: &Rule) -> Self {
        let age_bands = rule.age_bands.iter().map(ToString::to_string).collect();
        Self { categories: rule.categories.clone(), age_bands }
    }

    fn rule(self) -> StoreResult<Rule> {
        let age_bands = self.age_bands.iter().map(|band| word(band)).collect::<StoreResult<_>>()?;
        Ok(Rule { categories: self.categories, age_bands })
    }
}

impl Row {
    fn of(campaign: &Campaign, now: Instant) -> StoreResult<Self> {
        let Content { title, theme, starts_on, ends_on, rule, targets } = &campaign.content;
        let (ended_at, ended, report) = match &campaign.state {
            State::Draft | State::Open { .. } => (None, None, None),
            State::Closed { at, early, report, .. } => {
                (Some(at), early.as_ref().map(|(by, why)| (*by, why.clone())), Some(report))
            }
            State::Cancelled { at, by, reason } => (Some(at), Some((*by, reason.clone())), None),
        };
        Ok(Self {
            id: campaign.id.to_string(),
            version: campaign.version,
            organisation_id: campaign.organisation_id.to_string(),
            title: title.clone(),
            theme: theme.clone(),
            starts_on: date_text(*starts_on),
            ends_on: date_text(*ends_on),
            rule: rule.as_ref().map(|rule| json_text(&RuleText::of(rule))).transpose()?,
            target_wishes: targets.wishes,
            target_people: targets.people,
            target_hours: targets.hours,
            target_value_fen: targets.value_fen,
            status: campaign.status().to_string(),
            due_at: campaign.due_at().map(Instant::micros),
            opened_at: campaign.opened_at().map(Instant::micros),
            ended_at: ended_at.map(|at| at.micros()),
            ended_by: ended.as_ref().map(|(by, _)| by.to_string()),
            ended_reason: ended.map(|(_, why)| why),
            report: report.map(json_text).transpose()?,
            created_by: campaign.created_by.to_string(),
            created_at: campaign.created_at.micros(),
            updated_at: now.micros(),
        })
    }

    fn state(&self) -> StoreResult<State> {
        let opened_at = || required(self.opened_at, "opened_at").map(instant);
        let at = || required(self.ended_at, "ended_at").map(instant);
        let by = optional_word(self.ended_by.as_deref())?;
        let ended = by.zip(self.ended_reason.clone());
        Ok(match word(&self.status)? {
            Status::Draft => State::Draft,
            Status::Open => State::Open { opened_at: opened_at()? },
            Status::Closed => State::Closed {
                opened_at: opened_at()?,
                at: at()?,
                early: ended,
                report: json(required(self.report.as_deref(), "report")?)?,
            },
            Status::Cancelled => {
                let (by, reason) = required(ended, "ended_by")?;
                State::Cancelled { at: at()?, by, reason }
            }
        })
    }
}

impl TryFrom<Row> for Campaign {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let state = row.state()?;
        let rule: Option<RuleText> = row.rule.as_deref().map(json).transpose()?;
        let content = Content {
            title: row.title,
            theme: row.theme,
            starts_on: word(&row.starts_on)?,
            ends_on: word(&row.ends_on)?,
            rule: rule.map(RuleText::rule).transpose()?,
            targets: Targets {
                wishes: row.target_wishes,
                people: row.target_people,
                hours: row.target_hours,
                value_fen: row.target_value_fen,
            },
        };
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            content,
            state,
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One campaign.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: CampaignId) -> StoreResult<Option<Campaign>> {
    let row: Option<Row> =
        campaigns::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One campaign that nobody else changes until this transaction ends; after the wishes are held.
///
/// # Errors
/// `Busy` when another holds the row too long; as [`load`].
pub fn load_to_change(conn: &mut Conn, id: CampaignId) -> StoreResult<Option<Campaign>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(campaigns::table.find(id.to_string()))
        .set(campaigns::version.eq(campaigns::version))
        .execute(conn)?;
    load(conn, id)
}

/// Some campaigns, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[CampaignId]) -> StoreResult<Vec<Campaign>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = campaigns::table
        .filter(campaigns::id.eq_any(ids))
        .order(campaigns::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a campaign.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, campaign: &Campaign) -> StoreResult<()> {
    let row = Row::of(campaign, campaign.created_at)?;
    diesel::insert_into(campaigns::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves a campaign under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, campaign: &Campaign, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(campaign, now)?;
    row.version = campaign.version.saturating_add(1);
    let seen = campaigns::table
        .filter(campaigns::id.eq(campaign.id.to_string()))
        .filter(campaigns::version.eq(campaign.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Which campaigns a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// That an organisation of these subtrees holds, or is invited to; of any when none.
    pub roots: Option<Vec<OrganisationId>>,
    /// That stand so.
    pub status: Option<Status>,
    /// Before this id: newest first.
    pub before: Option<CampaignId>,
}

/// Campaigns, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Campaign>> {
    let mut query = campaigns::table.select(Row::as_select()).into_boxed();
    if let Some(roots) = &filter.roots {
        let held = campaign_hosts::table
            .filter(campaign_hosts::organisation_id.eq_any(subtrees(roots)))
            .filter(campaign_hosts::status.ne(HostStatus::Declined.as_str()))
            .select(campaign_hosts::campaign_id);
        query = query.filter(campaigns::id.eq_any(held));
    }
    if let Some(status) = filter.status {
        query = query.filter(campaigns::status.eq(status.as_str()));
    }
    if let Some(before) = filter.before {
        query = query.filter(campaigns::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(campaigns::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Campaigns that time opens or closes at `now`, the longest due first.
///
/// # Errors
/// When the database does not answer.
pub fn due(
    conn: &mut Conn,
    now: Instant,
    after: Option<(Instant, CampaignId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, CampaignId)>> {
    let mut query = campaigns::table.filter(campaigns::due_at.le(now.micros())).into_boxed();
    if let Some((at, id)) = after {
        let later = campaigns::due_at.gt(at.micros());
        let same = campaigns::due_at.eq(at.micros()).and(campaigns::id.gt(id.to_string()).nullable());
        query = query.filter(later.or(same));
    }
    let rows: Vec<(Option<i64>, String)> = query
        .order((campaigns::due_at.asc(), campaigns::id.asc()))
        .limit(limit)
        .select((campaigns::due_at, campaigns::id))
        .load(conn)?;
    rows.into_iter().map(|(at, id)| Ok((instant(required(at, "due_at")?), word(&id)?))).collect()
}

/// Campaigns into which wishes are still to be taken by their rule.
///
/// # Errors
/// When the database does not answer.
pub fn to_gather(conn: &mut Conn, after: Option<CampaignId>, limit: i64) -> StoreResult<Vec<CampaignId>> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let rows: Vec<String> = campaigns::table
        .filter(campaigns::gather_after.is_not_null())
        .filter(campaigns::id.gt(after))
        .order(campaigns::id.asc())
        .limit(limit)
        .select(campaigns::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}
