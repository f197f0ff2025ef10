//! Wishes: the whole value, and the narrower rows that lists show.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, json, json_text, one_row, optional_word, required, word},
    data_key, dialect,
    schema::{organisation_closure, wishes},
    sealed::{self, At, kept, optional_column},
    search::{Query as Search, index_terms},
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    time::Instant,
    wish::{Card, Content, Counts, Stage, Status, Wish},
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = wishes, treat_none_as_default_value = false)]
struct Identity {
    id: String,
    version: i64,
    beneficiary_id: String,
    origin_id: String,
    collected_by: String,
    created_at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_default_value = false, treat_none_as_null = true)]
struct ContentColumns {
    title: String,
    details: Option<String>,
    public_summary: String,
    category: String,
    quantity: i64,
    unit: String,
    estimated_cost_fen: Option<i64>,
    needed_by: Option<String>,
    channel: String,
    told_by: String,
    told_by_note: Option<String>,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = wishes, treat_none_as_default_value = false, treat_none_as_null = true)]
struct StateColumns {
    holder_id: String,
    audience_id: String,
    status: String,
    submitted_at: Option<i64>,
    published_at: Option<i64>,
    open_until: Option<i64>,
    fulfilled_at: Option<i64>,
    ended_at: Option<i64>,
    reserved: i64,
    delivered: i64,
    confirmed: i64,
    review: Option<String>,
    ending: Option<String>,
    pending_escalation_id: Option<String>,
    red_listed_since: Option<i64>,
    due_at: Option<i64>,
    card_hash: Option<String>,
    card_tries_left: Option<i32>,
    rated: bool,
    updated_at: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = wishes)]
struct Row {
    #[diesel(embed)]
    identity: Identity,
    #[diesel(embed)]
    content: ContentColumns,
    #[diesel(embed)]
    state: StateColumns,
}

impl ContentColumns {
    fn of(content: &Content) -> StoreResult<Self> {
        Ok(Self {
            title: content.title.clone(),
            details: optional_column(content.details.as_ref())?,
            public_summary: content.public_summary.clone(),
            category: content.category.clone(),
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
            quantity: row.quantity,
            unit: word(&row.unit)?,
            estimated_cost_fen: row.estimated_cost_fen,
            needed_by: optional_word(row.needed_by.as_deref())?,
            channel: word(&row.channel)?,
            told_by: word(&row.told_by)?,
            told_by_note: row.told_by_note.map(kept),
        })
    }
}

impl StateColumns {
    fn of(wish: &Wish) -> StoreResult<Self> {
        let mut row = Self {
            holder_id: wish.holder_id.to_string(),
            audience_id: wish.audience_id.to_string(),
            status: wish.status().to_string(),
            submitted_at: None,
            published_at: None,
            open_until: None,
            fulfilled_at: None,
            ended_at: None,
            reserved: wish.counts.reserved,
            delivered: wish.counts.delivered,
            confirmed: wish.counts.confirmed,
            review: wish.review.as_ref().map(json_text).transpose()?,
            ending: wish.ending.as_ref().map(json_text).transpose()?,
            pending_escalation_id: wish.pending_escalation.map(|id| id.to_string()),
            red_listed_since: wish.red_listed_since.map(Instant::micros),
            due_at: wish.due_at.map(Instant::micros),
            card_hash: wish.card.as_ref().map(|card| card.hash.clone()),
            card_tries_left: wish.card.as_ref().map(|card| card.tries_left),
            rated: wish.rated,
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

    fn stage(&self) -> StoreResult<Stage> {
        Ok(match word(&self.status)? {
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

impl TryFrom<Row> for Wish {
    type Error = crate::StoreError;

    fn try_from(Row { identity, content, state }: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&identity.id)?,
            version: identity.version,
            beneficiary_id: word(&identity.beneficiary_id)?,
            origin_id: word(&identity.origin_id)?,
            holder_id: word(&state.holder_id)?,
            audience_id: word(&state.audience_id)?,
            collected_by: word(&identity.collected_by)?,
            content: content.try_into()?,
            stage: state.stage()?,
            counts: Counts {
                reserved: state.reserved,
                delivered: state.delivered,
                confirmed: state.confirmed,
            },
            review: state.review.as_deref().map(json).transpose()?,
            ending: state.ending.as_deref().map(json).transpose()?,
            pending_escalation: optional_word(state.pending_escalation_id.as_deref())?,
            red_listed_since: state.red_listed_since.map(instant),
            due_at: state.due_at.map(instant),
            card: state.card(),
            rated: state.rated,
            created_at: instant(identity.created_at),
            updated_at: instant(state.updated_at),
        })
    }
}

fn at(wish: &Wish) -> At {
    At::new("wishes", wish.id, wish.beneficiary_id)
}

/// Opens the private texts of a wish, to show them to those who may read them.
///
/// # Errors
/// `Locked` where the key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, wish: &mut Wish) -> StoreResult<()> {
    if !sealed::is_closed(wish) {
        return Ok(());
    }
    let held = data_key::load(conn, vault, wish.beneficiary_id)?;
    sealed::open(&held, &at(wish), wish)
}

/// One wish, whole; its private texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: WishId) -> StoreResult<Option<Wish>> {
    let row: Option<Row> = wishes::table
        .filter(wishes::id.eq(id.to_string()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One wish, whole, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds it too long.
pub fn load_to_change(conn: &mut Conn, id: WishId) -> StoreResult<Option<Wish>> {
    dialect::lock_wishes(conn, &[id.to_string()])?;
    load(conn, id)
}

/// Where a wish is, told from its origin when it is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Division code of the origin.
    pub region_code: Option<String>,
    /// Name of the township, the finest place that is made public.
    pub place: Option<String>,
}

/// Enters a wish.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, vault: &Vault, wish: &Wish, place: &Whereabouts) -> StoreResult<()> {
    let wish = &sealed::sealed_new(conn, vault, &at(wish), wish)?;
    let identity = Identity {
        id: wish.id.to_string(),
        version: 1,
        beneficiary_id: wish.beneficiary_id.to_string(),
        origin_id: wish.origin_id.to_string(),
        collected_by: wish.collected_by.to_string(),
        created_at: wish.created_at.micros(),
    };
    let place = (wishes::region_code.eq(&place.region_code), wishes::place.eq(&place.place));
    let number: i64 = diesel::insert_into(wishes::table)
        .values((identity, ContentColumns::of(&wish.content)?, StateColumns::of(wish)?, place))
        .returning(wishes::number)
        .get_result(conn)?;
    index(conn, number, &wish.content)
}

fn index(conn: &mut Conn, number: i64, content: &Content) -> StoreResult<()> {
    let terms = index_terms(&format!("{}\n{}", content.title, content.public_summary));
    Ok(dialect::index_wish(conn, number, &terms)?)
}

/// Saves the state of a wish; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, wish: &Wish) -> StoreResult<()> {
    let wish = sealed::sealed(conn, vault, &at(wish), wish)?;
    save_state(conn, &wish)
}

fn save_state(conn: &mut Conn, wish: &Wish) -> StoreResult<()> {
    let seen =
        wishes::table.filter(wishes::id.eq(wish.id.to_string())).filter(wishes::version.eq(wish.version));
    let set = (wishes::version.eq(wish.version.saturating_add(1)), StateColumns::of(wish)?);
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Saves the content and the state of a draft; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save_content(conn: &mut Conn, vault: &Vault, wish: &Wish) -> StoreResult<()> {
    let wish = &sealed::sealed(conn, vault, &at(wish), wish)?;
    save_state(conn, wish)?;
    let number: i64 = diesel::update(wishes::table.filter(wishes::id.eq(wish.id.to_string())))
        .set(ContentColumns::of(&wish.content)?)
        .returning(wishes::number)
        .get_result(conn)?;
    dialect::unindex_wish(conn, number)?;
    index(conn, number, &wish.content)
}

/// Saves a wish that forgot what it said, and takes it out of the search; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn forget(conn: &mut Conn, wish: &Wish) -> StoreResult<()> {
    save_state(conn, wish)?;
    let number: i64 = diesel::update(wishes::table.filter(wishes::id.eq(wish.id.to_string())))
        .set(ContentColumns::of(&wish.content)?)
        .returning(wishes::number)
        .get_result(conn)?;
    Ok(dialect::unindex_wish(conn, number)?)
}

/// The wishes of a resident, oldest first, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds one too long.
pub fn of_beneficiary_to_change(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<Wish>> {
    let of = of.to_string();
    let ids: Vec<String> =
        wishes::table.filter(wishes::beneficiary_id.eq(&of)).select(wishes::id).load(conn)?;
    dialect::lock_wishes(conn, &ids)?;
    let rows: Vec<Row> = wishes::table
        .filter(wishes::beneficiary_id.eq(&of))
        .order(wishes::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A wish as lists show it: no private text.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = wishes)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Listed {
    pub id: String,
    pub version: i64,
    pub beneficiary_id: String,
    pub origin_id: String,
    pub holder_id: String,
    pub title: String,
    pub public_summary: String,
    pub category: String,
    pub quantity: i64,
    pub unit: String,
    pub estimated_cost_fen: Option<i64>,
    pub needed_by: Option<String>,
    pub region_code: Option<String>,
    pub place: Option<String>,
    pub status: String,
    pub reserved: i64,
    pub delivered: i64,
    pub confirmed: i64,
    pub published_at: Option<i64>,
    pub open_until: Option<i64>,
    pub fulfilled_at: Option<i64>,
    pub red_listed_since: Option<i64>,
    pub due_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// Which wishes a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these states; all public ones when empty.
    pub statuses: Vec<Status>,
    /// Also those that are not public, in the subtrees of these organisations (as holder or origin).
    pub roots: Vec<OrganisationId>,
    /// With this category code.
    pub category: Option<String>,
    /// In the region with this prefix.
    pub region: Option<String>,
    /// Held in the subtree of this organisation.
    pub holder: Option<OrganisationId>,
    /// Whose time was up at this instant.
    pub overdue_at: Option<Instant>,
    /// With these words.
    pub search: Option<Search>,
    /// Before this id: newest first.
    pub before: Option<WishId>,
}

/// Wishes, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Listed>> {
    let mut query = wishes::table.select(Listed::as_select()).into_boxed();
    let asked = |status: Status| filter.statuses.is_empty() || filter.statuses.contains(&status);
    let public = Status::ALL.iter().filter(|status| status.is_public() && asked(**status));
    let public: Vec<&str> = public.map(|status| status.as_str()).collect();
    if filter.roots.is_empty() {
        query = match public.as_slice() {
            [one] => query.filter(wishes::status.eq(*one)),
            _ => query.filter(wishes::status.eq_any(public)),
        };
    } else {
        let private: Vec<&str> = filter.statuses.iter().map(|status| status.as_str()).collect();
        let roots: Vec<String> = filter.roots.iter().map(ToString::to_string).collect();
        let within = || {
            organisation_closure::table
                .filter(organisation_closure::ancestor_id.eq_any(roots.clone()))
                .select(organisation_closure::descendant_id)
        };
        let mine = wishes::holder_id.eq_any(within()).or(wishes::origin_id.eq_any(within()));
        query = query.filter(wishes::status.eq_any(public).or(mine));
        if !private.is_empty() {
            query = query.filter(wishes::status.eq_any(private));
        }
    }
    if let Some(category) = &filter.category {
        query = query.filter(wishes::category.eq(category));
    }
    if let Some(region) = &filter.region {
        // ':' is the character after '9': the end of every code with this prefix.
        query =
            query.filter(wishes::region_code.ge(region).and(wishes::region_code.lt(format!("{region}:"))));
    }
    if let Some(holder) = filter.holder {
        let below = organisation_closure::table
            .filter(organisation_closure::ancestor_id.eq(holder.to_string()))
            .select(organisation_closure::descendant_id);
        query = query.filter(wishes::holder_id.eq_any(below));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(wishes::due_at.lt(now.micros()).or(wishes::red_listed_since.is_not_null()));
        let ended = Status::ALL.iter().filter(|status| status.has_ended()).map(|status| status.as_str());
        query = query.filter(wishes::status.ne_all(ended.collect::<Vec<_>>()));
    }
    if let Some(search) = &filter.search {
        query = query.filter(dialect::matches(search));
    }
    if let Some(before) = filter.before {
        query = query.filter(wishes::id.lt(before.to_string()));
    }
    Ok(query.order(wishes::id.desc()).limit(limit).load(conn)?)
}

/// Titles and states of some wishes, in no order: id, title, status, category, unit.
///
/// # Errors
/// When the database does not answer.
pub fn titles(conn: &mut Conn, ids: &[WishId]) -> StoreResult<Vec<Listed>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Ok(wishes::table.filter(wishes::id.eq_any(ids)).select(Listed::as_select()).load(conn)?)
}

/// Wishes whose time was up at `now`, that are not on the red list and have not gone up: oldest first.
///
/// # Errors
/// When the database does not answer.
pub fn overdue(conn: &mut Conn, now: Instant, limit: i64) -> StoreResult<Vec<WishId>> {
    let rows: Vec<String> = wishes::table
        .filter(wishes::due_at.le(now.micros()))
        .filter(wishes::red_listed_since.is_null())
        .filter(wishes::pending_escalation_id.is_null())
        .order(wishes::due_at.asc())
        .limit(limit)
        .select(wishes::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}
