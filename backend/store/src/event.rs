//! Events: appended with the change, numbered per subject, placed in the feed after commit.
//!
//! Why after commit: a number drawn inside a transaction says nothing about when it commits, so a
//! reader could pass a number whose event is not there yet. `place` gives positions to what is
//! committed, one caller at a time, in the order of `seq`. A change that saw another's effect was
//! made after that one committed, and so has the larger `seq` or is placed later: causes stand first.

use crate::{
    Conn, StoreResult,
    audit::{Chains, Seal},
    column::{instant, json, json_text, optional_word, required, word},
    dialect,
    merge::records,
    on_each,
    organisation::{subtree, subtrees},
    platform_claim,
    schema::{claims, events, export_people, platform_claims, wishes},
};
use diesel::{dsl::exists, prelude::*, sql_types::Text};
use domain::{
    event::{Kind, Subject},
    id::{BeneficiaryId, EventId, OrganisationId, PlatformId, UserId},
    time::Instant,
};
use serde_json::{Map, Value};
use std::ops::Range;

/// A change, as recorded.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What it is about.
    pub subject: Subject,
    /// Which one.
    pub subject_id: String,
    /// The n-th change of it.
    pub number: i64,
    /// What changed.
    pub kind: Kind,
    /// When.
    pub at: Instant,
    /// Who; none where time or the system did.
    pub actor: Option<UserId>,
    /// The organisation that answered for it then.
    pub organisation_id: OrganisationId,
    /// The organisation that it came from.
    pub origin_id: OrganisationId,
    /// The state before.
    pub from_status: Option<String>,
    /// The state after.
    pub to_status: Option<String>,
    /// More facts; never personal data.
    pub data: Map<String, Value>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) subject_id: String,
    pub(crate) number: i64,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) actor_id: Option<String>,
    pub(crate) organisation_id: String,
    pub(crate) origin_id: String,
    pub(crate) from_status: Option<String>,
    pub(crate) to_status: Option<String>,
    pub(crate) data: String,
}

impl Row {
    fn of(event: &Event) -> StoreResult<Self> {
        Ok(Self {
            id: event.id.to_string(),
            subject: event.subject.to_string(),
            subject_id: event.subject_id.clone(),
            number: event.number,
            kind: event.kind.to_string(),
            at: event.at.micros(),
            actor_id: event.actor.map(|id| id.to_string()),
            organisation_id: event.organisation_id.to_string(),
            origin_id: event.origin_id.to_string(),
            from_status: event.from_status.clone(),
            to_status: event.to_status.clone(),
            data: json_text(&event.data)?,
        })
    }
}

impl TryFrom<Row> for Event {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            subject: word(&row.subject)?,
            subject_id: row.subject_id,
            number: row.number,
            kind: word(&row.kind)?,
            at: instant(row.at),
            actor: optional_word(row.actor_id.as_deref())?,
            organisation_id: word(&row.organisation_id)?,
            origin_id: word(&row.origin_id)?,
            from_status: row.from_status,
            to_status: row.to_status,
            data: json(&row.data)?,
        })
    }
}

/// Records a change, in the transaction that makes it.
///
/// # Errors
/// `Unique` when this change of this subject was recorded already.
pub fn append(conn: &mut Conn, event: &Event) -> StoreResult<()> {
    let new = diesel::insert_into(events::table).values(Row::of(event)?);
    on_each!(conn, c => new.execute(c))?;
    Ok(())
}

/// [`append`] for many changes, in their order.
///
/// # Errors
/// As [`append`].
pub fn append_all(conn: &mut Conn, all: &[Event]) -> StoreResult<()> {
    for part in all.chunks(dialect::ROWS_AT_ONCE) {
        let rows = part.iter().map(Row::of).collect::<StoreResult<Vec<_>>>()?;
        let new = diesel::insert_into(events::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
    }
    Ok(())
}

/// The history of one subject, from its `after`-th change on, as far as it is of these kinds.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of(
    conn: &mut Conn,
    subject_id: &str,
    kinds: &[Kind],
    after: i64,
    limit: i64,
) -> StoreResult<Vec<Event>> {
    let rows: Vec<Row> = events::table
        .filter(events::subject_id.eq(subject_id))
        .filter(events::number.gt(after))
        .filter(events::kind.eq_any(kinds.iter().map(|kind| kind.as_str())))
        .order(events::number.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The recorded looks at what identifies a resident, newest first: in full or as a copy by staff, as delivery
/// details by claimants of their wishes, at pictures by either, and each taking of a file that they are in.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn looks(
    conn: &mut Conn,
    of: BeneficiaryId,
    before: Option<EventId>,
    limit: i64,
) -> StoreResult<Vec<Event>> {
    let theirs = wishes::table.filter(wishes::beneficiary_id.eq_any(records(of))).select(wishes::id);
    let shown = [
        Kind::BeneficiaryRevealed,
        Kind::BeneficiaryCopied,
        Kind::AttachmentViewed,
        Kind::PairingDetailsRevealed,
        Kind::ReferralDetailsRevealed,
    ];
    let own = events::subject_id.eq_any(records(of)).and(events::kind.eq_any(shown.map(Kind::as_str)));
    let claimants =
        events::subject_id.eq_any(theirs).and(events::kind.eq(Kind::DeliveryDetailsRevealed.as_str()));
    let files = export_people::table
        .filter(export_people::beneficiary_id.eq_any(records(of)))
        .select(export_people::export_id);
    let taken = events::subject_id.eq_any(files).and(events::kind.eq(Kind::ExportDownloaded.as_str()));
    let mut query = events::table.filter(own.or(claimants).or(taken)).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(events::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(events::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The lock that lets one caller at a time place events.
const PLACING: i64 = 0x6576_656e_7473;

/// How many events one call places.
const BATCH: i64 = 1000;

/// Gives positions in the feed to committed events that have none, and chains them; `seal` seals the heads
/// of the chains on `day`. Tells whether more may wait.
///
/// # Errors
/// When the database refuses.
pub fn place(conn: &mut Conn, day: &str, seal: Seal<'_>) -> StoreResult<bool> {
    if !dialect::try_advisory_lock(conn, PLACING)? {
        return Ok(false);
    }
    let waiting: Vec<(i64, Row)> = events::table
        .filter(events::position.is_null())
        .order(events::seq.asc())
        .limit(BATCH)
        .select((events::seq, Row::as_select()))
        .load(conn)?;
    let mut position = last_position(conn)?;
    let mut chains = Chains::default();
    let mut placed = Vec::with_capacity(waiting.len());
    for (seq, row) in &waiting {
        position = position.saturating_add(1);
        let (tree, number, hash) = chains.add(conn, row)?;
        placed.push((seq, position, tree, number, hash));
    }
    if !placed.is_empty() {
        dialect::place_events(conn, &json_text(&placed)?)?;
    }
    chains.finish(conn, day, seal)?;
    Ok(i64::try_from(waiting.len()).unwrap_or(BATCH) == BATCH)
}

/// Do committed events wait for their place?
///
/// # Errors
/// When the database does not answer.
pub fn waits(conn: &mut Conn) -> StoreResult<bool> {
    let waiting = events::table.filter(events::position.is_null());
    Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?)
}

/// Whom the feed of a platform is for: itself, and the organisation whose subtree it sees.
pub type Told = (PlatformId, OrganisationId);

/// What a platform is told of as things stand: of the wishes that the subtree shares, and of its own claims, whatever became of
/// the wish. Which claim an event is about stands in its facts, as it was written.
macro_rules! told_to {
    ($told:expr) => {{
        let (platform, root) = $told;
        let near = wishes::holder_id.eq_any(subtree(root)).or(wishes::origin_id.eq_any(subtree(root)));
        let shown =
            near.and(wishes::shared_since.is_not_null().or(events::kind.eq(Kind::WishUnshared.as_str())));
        let fact = "%\"claim_id\":\"".into_sql::<Text>().concat(platform_claims::claim_id).concat("\"%");
        let own = platform_claims::table
            .inner_join(claims::table)
            .filter(claims::wish_id.eq(events::subject_id))
            .filter(platform_claims::platform_id.eq(platform.to_string()))
            .filter(events::data.like(fact));
        shown.or(exists(own))
    }};
}

/// The feed of a platform: what happened to wishes that are shared and that the subtree holds or collected, that one is shared
/// no more, and to the platform's own claims; `within` these positions, its ends not among them. Of the facts of an event, only
/// which of its own claims it is about.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn shared_feed(
    conn: &mut Conn,
    told: Told,
    kinds: &[Kind],
    within: Range<i64>,
    limit: i64,
) -> StoreResult<Vec<(i64, Event)>> {
    let rows: Vec<(Option<i64>, Row)> = events::table
        .inner_join(wishes::table.on(wishes::id.eq(events::subject_id)))
        .filter(events::position.gt(within.start))
        .filter(events::position.lt(within.end))
        .filter(events::kind.eq_any(kinds.iter().map(|kind| kind.as_str())))
        .filter(told_to!(told))
        .order(events::position.asc())
        .limit(limit)
        .select((events::position, Row::as_select()))
        .load(conn)?;
    let event = |(position, row): (Option<i64>, Row)| Ok((required(position, "position")?, row.try_into()?));
    let mut feed: Vec<(i64, Event)> = rows.into_iter().map(event).collect::<StoreResult<_>>()?;
    let claims: Vec<&str> = feed.iter().filter_map(|(_, event)| event.claim_id()).collect();
    let own = platform_claim::own_of(conn, told.0, &claims)?;
    for (_, event) in &mut feed {
        let is_own = |fact: &Value| fact.as_str().is_some_and(|id| own.contains(id));
        event.data.retain(|name, fact| name == "claim_id" && is_own(fact));
    }
    Ok(feed)
}

/// Of these events, those that [`shared_feed`] tells as things stand now.
///
/// # Errors
/// When the database does not answer.
pub fn told_still(conn: &mut Conn, told: Told, ids: &[&str]) -> StoreResult<Vec<String>> {
    Ok(events::table
        .inner_join(wishes::table.on(wishes::id.eq(events::subject_id)))
        .filter(events::id.eq_any(ids))
        .filter(told_to!(told))
        .select(events::id)
        .load(conn)?)
}

impl Event {
    /// The claim that it is about.
    #[must_use]
    pub fn claim_id(&self) -> Option<&str> {
        self.data.get("claim_id").and_then(Value::as_str)
    }
}

/// How far events have their place in the feed.
///
/// # Errors
/// When the database does not answer.
pub fn last_position(conn: &mut Conn) -> StoreResult<i64> {
    let last: Option<Option<i64>> = events::table
        .filter(events::position.is_not_null())
        .order(events::position.desc())
        .select(events::position)
        .first(conn)
        .optional()?;
    Ok(last.flatten().unwrap_or_default())
}

/// The feed: events with their positions, `within` these, its ends not among them, that concern the subtrees of `roots`.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn feed(
    conn: &mut Conn,
    roots: &[OrganisationId],
    within: Range<i64>,
    limit: i64,
) -> StoreResult<Vec<(i64, Event)>> {
    let rows: Vec<(Option<i64>, Row)> = events::table
        .filter(events::position.gt(within.start))
        .filter(events::position.lt(within.end))
        .filter(events::organisation_id.eq_any(subtrees(roots)).or(events::origin_id.eq_any(subtrees(roots))))
        .order(events::position.asc())
        .limit(limit)
        .select((events::position, Row::as_select()))
        .load(conn)?;
    rows.into_iter().map(|(position, row)| Ok((required(position, "position")?, row.try_into()?))).collect()
}
