//! The columns of a wish, and the value they make.

use crate::{
    StoreResult,
    column::{date_text, instant, json, json_text, optional_word, required, word},
    schema::wishes,
    sealed::{kept, optional_column},
};
use diesel::prelude::*;
use domain::{
    policy::Effective,
    publication::Shown,
    time::Instant,
    wish::{Card, Content, Counts, Share, Stage, Status, Wish},
};
use std::cell::RefCell;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = wishes, treat_none_as_default_value = false)]
pub struct Identity {
    pub id: String,
    pub version: i64,
    pub beneficiary_id: String,
    pub origin_id: String,
    pub split_from: Option<String>,
    pub collected_by: String,
    pub created_at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct ContentColumns {
    title: String,
    details: Option<String>,
    public_summary: String,
    category: String,
    skill: Option<String>,
    quantity: i64,
    unit: String,
    estimated_cost_fen: Option<i64>,
    needed_by: Option<String>,
    channel: String,
    told_by: String,
    told_by_note: Option<String>,
}

/// What has indexes of its own: where it stands in the tree, on the map and in its life, and until when.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct IndexedColumns {
    pub holder_id: String,
    pub audience_id: String,
    pub shown_region_code: Option<String>,
    pub status: String,
    pub red_listed_since: Option<i64>,
    pub due_at: Option<i64>,
    pub shared_since: Option<i64>,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct StateColumns {
    submitted_at: Option<i64>,
    published_at: Option<i64>,
    open_until: Option<i64>,
    fulfilled_at: Option<i64>,
    ended_at: Option<i64>,
    reserved: i64,
    delivered: i64,
    confirmed: i64,
    shares: Option<String>,
    review: Option<String>,
    ending: Option<String>,
    pending_escalation_id: Option<String>,
    policy: Option<String>,
    card_hash: Option<String>,
    card_tries_left: Option<i32>,
    rated: bool,
    hidden_since: Option<i64>,
    paused_until: Option<String>,
    paused_days: i32,
    shown_place: Option<String>,
    shown_age_band: Option<String>,
    updated_at: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = wishes)]
pub struct Row {
    #[diesel(embed)]
    identity: Identity,
    #[diesel(embed)]
    content: ContentColumns,
    #[diesel(embed)]
    indexed: IndexedColumns,
    #[diesel(embed)]
    state: StateColumns,
}

impl ContentColumns {
    pub fn of(content: &Content) -> StoreResult<Self> {
        Ok(Self {
            title: content.title.clone(),
            details: optional_column(content.details.as_ref())?,
            public_summary: content.public_summary.clone(),
            category: content.category.clone(),
            skill: content.skill.clone(),
            quantity: content.quantity,
            unit: content.unit.to_string(),
            estimated_cost_fen: content.estimated_cost_fen,
            needed_by: content.needed_by.map(date_text),
            channel: content.channel.to_string(),
            told_by: content.told_by.to_string(),
            told_by_note: optional_column(content.told_by_note.as_ref())?,
        })
    }
}

impl TryFrom<ContentColumns> for Content {
    type Error = crate::StoreError;

    fn try_from(row: ContentColumns) -> StoreResult<Self> {
        Ok(Self {
            title: row.title,
            details: row.details.map(kept),
            public_summary: row.public_summary,
            category: row.category,
            skill: row.skill,
            quantity: row.quantity,
            // They are kept with the counters, since claims take them.
            shares: Vec::new(),
            unit: word(&row.unit)?,
            estimated_cost_fen: row.estimated_cost_fen,
            needed_by: optional_word(row.needed_by.as_deref())?,
            channel: word(&row.channel)?,
            told_by: word(&row.told_by)?,
            told_by_note: row.told_by_note.map(kept),
        })
    }
}

impl IndexedColumns {
    pub fn of(wish: &Wish) -> Self {
        Self {
            holder_id: wish.holder_id.to_string(),
            audience_id: wish.audience_id.to_string(),
            shown_region_code: wish.shown.region_code.clone(),
            status: wish.status().to_string(),
            red_listed_since: wish.red_listed_since.map(Instant::micros),
            due_at: wish.due_at.map(Instant::micros),
            shared_since: wish.shared_since.map(Instant::micros),
        }
    }
}

impl StateColumns {
    pub fn of(wish: &Wish) -> StoreResult<Self> {
        let mut row = Self {
            submitted_at: None,
            published_at: None,
            open_until: None,
            fulfilled_at: None,
            ended_at: None,
            reserved: wish.counts.reserved,
            delivered: wish.counts.delivered,
            confirmed: wish.counts.confirmed,
            shares: Some(&wish.content.shares).filter(|all| !all.is_empty()).map(json_text).transpose()?,
            review: wish.review.as_ref().map(json_text).transpose()?,
            ending: wish.ending.as_ref().map(json_text).transpose()?,
            pending_escalation_id: wish.pending_escalation.map(|id| id.to_string()),
            policy: wish.policy.as_ref().map(json_text).transpose()?,
            card_hash: wish.card.as_ref().map(|card| card.hash.clone()),
            card_tries_left: wish.card.as_ref().map(|card| card.tries_left),
            rated: wish.rated,
            hidden_since: wish.hidden_since.map(Instant::micros),
            paused_until: wish.paused_until.map(date_text),
            paused_days: wish.paused_days.into(),
            shown_place: wish.shown.place.clone(),
            shown_age_band: wish.shown.age_band.map(|band| band.to_string()),
            updated_at: wish.updated_at.micros(),
        };
        match wish.stage {
            Stage::Draft => {}
            Stage::Submitted { at } => row.submitted_at = Some(at.micros()),
            Stage::Published { at, open_until, fulfilled_at } => {
                row.published_at = Some(at.micros());
                row.open_until = Some(open_until.micros());
                row.fulfilled_at = fulfilled_at.map(Instant::micros);
            }
            Stage::Declined { at } | Stage::Withdrawn { at } => row.ended_at = Some(at.micros()),
        }
        Ok(row)
    }

    fn stage(&self, status: Status) -> StoreResult<Stage> {
        Ok(match status {
            Status::Draft => Stage::Draft,
            Status::Submitted => {
                Stage::Submitted { at: instant(required(self.submitted_at, "submitted_at")?) }
            }
            Status::Declined => Stage::Declined { at: instant(required(self.ended_at, "ended_at")?) },
            Status::Withdrawn => Stage::Withdrawn { at: instant(required(self.ended_at, "ended_at")?) },
            Status::Open | Status::Claimed | Status::Delivered | Status::Fulfilled => Stage::Published {
                at: instant(required(self.published_at, "published_at")?),
                open_until: instant(required(self.open_until, "open_until")?),
                fulfilled_at: self.fulfilled_at.map(instant),
            },
        })
    }

    fn card(&self) -> Option<Card> {
        let (hash, tries_left) = self.card_hash.clone().zip(self.card_tries_left)?;
        Some(Card { hash, tries_left })
    }
}

thread_local! {
    /// The times that were read last, and how they are written: most wishes of a tree were given the same.
    static LAST_POLICY: RefCell<Option<(String, Effective)>> = const { RefCell::new(None) };
}

fn policy(text: &str) -> StoreResult<Effective> {
    LAST_POLICY.with_borrow_mut(|last| match last {
        Some((known, policy)) if known == text => Ok(*policy),
        _ => {
            let (_, policy) = last.insert((text.to_owned(), json(text)?));
            Ok(*policy)
        }
    })
}

/// The named shares of a wish, as they are kept.
///
/// # Errors
/// When they do not read.
pub fn shares(text: Option<&str>) -> StoreResult<Vec<Share>> {
    Ok(text.map(json).transpose()?.unwrap_or_default())
}

impl TryFrom<Row> for Wish {
    type Error = crate::StoreError;

    fn try_from(Row { identity, content, indexed, state }: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&identity.id)?,
            version: identity.version,
            beneficiary_id: word(&identity.beneficiary_id)?,
            origin_id: word(&identity.origin_id)?,
            holder_id: word(&indexed.holder_id)?,
            audience_id: word(&indexed.audience_id)?,
            split_from: optional_word(identity.split_from.as_deref())?,
            collected_by: word(&identity.collected_by)?,
            content: Content { shares: shares(state.shares.as_deref())?, ..content.try_into()? },
            stage: state.stage(word(&indexed.status)?)?,
            counts: Counts {
                reserved: state.reserved,
                delivered: state.delivered,
                confirmed: state.confirmed,
            },
            review: state.review.as_deref().map(json).transpose()?,
            ending: state.ending.as_deref().map(json).transpose()?,
            pending_escalation: optional_word(state.pending_escalation_id.as_deref())?,
            red_listed_since: indexed.red_listed_since.map(instant),
            policy: state.policy.as_deref().map(policy).transpose()?,
            due_at: indexed.due_at.map(instant),
            paused_until: optional_word(state.paused_until.as_deref())?,
            paused_days: u16::try_from(state.paused_days).map_err(crate::StoreError::corrupt)?,
            card: state.card(),
            rated: state.rated,
            shown: Shown {
                age_band: optional_word(state.shown_age_band.as_deref())?,
                place: state.shown_place,
                region_code: indexed.shown_region_code,
            },
            hidden_since: state.hidden_since.map(instant),
            shared_since: indexed.shared_since.map(instant),
            created_at: instant(identity.created_at),
            updated_at: instant(state.updated_at),
        })
    }
}
