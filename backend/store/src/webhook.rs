//! Webhooks of platforms: where they are told, how far in the feed, and whether anything arrives there.

pub mod delivery;
pub mod log;

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, json, json_text, one_row, word},
    schema::{platforms, webhooks},
};
use diesel::prelude::*;
use domain::{
    id::{OrganisationId, PlatformId, WebhookId},
    platform::Scope,
    time::Instant,
    webhook::{Off, Profile, Webhook},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    platform_id: String,
    url: String,
    kinds: String,
    secret: String,
    old_secret: Option<String>,
    old_until: Option<i64>,
    position: i64,
    failing_since: Option<i64>,
    rests_until: Option<i64>,
    off_since: Option<i64>,
    off_because: Option<String>,
    created_at: i64,
}

impl TryFrom<Row> for Webhook {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let off = match (row.off_since, row.off_because) {
            (Some(since), Some(because)) => Some((instant(since), word(&because)?)),
            _ => None,
        };
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            platform_id: word(&row.platform_id)?,
            profile: Profile { url: row.url, kinds: json(&row.kinds)? },
            secret: row.secret,
            old_secret: row.old_secret.zip(row.old_until.map(instant)),
            position: row.position,
            failing_since: row.failing_since.map(instant),
            rests_until: row.rests_until.map(instant),
            off,
            created_at: instant(row.created_at),
        })
    }
}

#[diesel::dsl::auto_type]
fn kept() -> _ {
    let removed: &'static str = Off::Removed.as_str();
    webhooks::off_because.is_null().or(webhooks::off_because.ne(removed))
}

/// One webhook that was not removed.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: WebhookId) -> StoreResult<Option<Webhook>> {
    let query = webhooks::table.filter(webhooks::id.eq(id.to_string())).filter(kept());
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One webhook, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or the row does not read.
pub fn load_to_change(conn: &mut Conn, id: WebhookId) -> StoreResult<Option<Webhook>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(webhooks::table.find(id.to_string()))
        .set(webhooks::version.eq(webhooks::version))
        .execute(conn)?;
    load(conn, id)
}

/// The webhooks of a platform, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_platform(conn: &mut Conn, platform: PlatformId) -> StoreResult<Vec<Webhook>> {
    let query = webhooks::table.filter(webhooks::platform_id.eq(platform.to_string())).filter(kept());
    let rows: Vec<Row> = query.order(webhooks::id.asc()).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a webhook.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, webhook: &Webhook) -> StoreResult<()> {
    let row = Row {
        id: webhook.id.to_string(),
        version: 1,
        platform_id: webhook.platform_id.to_string(),
        url: webhook.profile.url.clone(),
        kinds: json_text(&webhook.profile.kinds)?,
        secret: webhook.secret.clone(),
        old_secret: None,
        old_until: None,
        position: webhook.position,
        failing_since: None,
        rests_until: None,
        off_since: None,
        off_because: None,
        created_at: webhook.created_at.micros(),
    };
    diesel::insert_into(webhooks::table).values(row).execute(conn)?;
    Ok(())
}

/// Saves a webhook; its version grows by one. How far it was told is not part of it.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, webhook: &Webhook) -> StoreResult<()> {
    let (old_secret, old_until) = webhook.old_secret.clone().unzip();
    let (off_since, off_because) = webhook.off.unzip();
    let seen = webhooks::table
        .filter(webhooks::id.eq(webhook.id.to_string()))
        .filter(webhooks::version.eq(webhook.version));
    let changed = diesel::update(seen)
        .set((
            webhooks::version.eq(webhook.version.saturating_add(1)),
            webhooks::url.eq(&webhook.profile.url),
            webhooks::kinds.eq(json_text(&webhook.profile.kinds)?),
            webhooks::secret.eq(&webhook.secret),
            webhooks::old_secret.eq(old_secret),
            webhooks::old_until.eq(old_until.map(Instant::micros)),
            webhooks::failing_since.eq(webhook.failing_since.map(Instant::micros)),
            webhooks::rests_until.eq(webhook.rests_until.map(Instant::micros)),
            webhooks::off_since.eq(off_since.map(Instant::micros)),
            webhooks::off_because.eq(off_because.map(Off::as_str)),
        ))
        .execute(conn)?;
    one_row(changed)
}

/// A webhook that is on, of a platform that is let in.
#[derive(Debug, Clone)]
pub struct Target {
    /// It.
    pub webhook: Webhook,
    /// The organisation whose subtree the platform sees.
    pub root: OrganisationId,
    /// The platform may follow events; otherwise it is sent nothing.
    pub told: bool,
}

type TargetRow = (Row, String, String);

fn target_of((row, root, scopes): TargetRow) -> StoreResult<Target> {
    let scopes: Vec<Scope> = json(&scopes)?;
    let told = scopes.contains(&Scope::EventsRead);
    Ok(Target { webhook: row.try_into()?, root: word(&root)?, told })
}

macro_rules! targets {
    () => {
        webhooks::table
            .inner_join(platforms::table)
            .filter(webhooks::off_since.is_null())
            .filter(platforms::active.eq(true))
            .select((Row::as_select(), platforms::organisation_id, platforms::scopes))
    };
}

/// All of them.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn targets(conn: &mut Conn) -> StoreResult<Vec<Target>> {
    let rows: Vec<TargetRow> = targets!().load(conn)?;
    rows.into_iter().map(target_of).collect()
}

/// One of them, where it still is.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn target(conn: &mut Conn, id: WebhookId) -> StoreResult<Option<Target>> {
    let row: Option<TargetRow> = targets!().filter(webhooks::id.eq(id.to_string())).first(conn).optional()?;
    row.map(target_of).transpose()
}

/// Moves on how far a webhook was told. False where another was faster, or it is off: then what is in between is not this
/// caller's to plan.
///
/// # Errors
/// When the database refuses.
pub fn advance(conn: &mut Conn, id: WebhookId, from: i64, to: i64) -> StoreResult<bool> {
    let seen = webhooks::table
        .filter(webhooks::id.eq(id.to_string()))
        .filter(webhooks::position.eq(from))
        .filter(webhooks::off_since.is_null());
    Ok(diesel::update(seen).set(webhooks::position.eq(to)).execute(conn)? == 1)
}

/// Notes that something arrived.
///
/// # Errors
/// When the database refuses.
pub fn note_well(conn: &mut Conn, id: WebhookId) -> StoreResult<()> {
    let failing =
        webhooks::table.filter(webhooks::id.eq(id.to_string())).filter(webhooks::failing_since.is_not_null());
    let well = (webhooks::failing_since.eq(None::<i64>), webhooks::rests_until.eq(None::<i64>));
    diesel::update(failing).set(well).execute(conn)?;
    Ok(())
}

/// Notes that something did not, and until when nothing is to be sent.
///
/// # Errors
/// When the database refuses.
pub fn note_failure(
    conn: &mut Conn,
    id: WebhookId,
    now: Instant,
    rests_until: Option<Instant>,
) -> StoreResult<()> {
    let own = || webhooks::table.filter(webhooks::id.eq(id.to_string()));
    let first = own().filter(webhooks::failing_since.is_null());
    diesel::update(first).set(webhooks::failing_since.eq(now.micros())).execute(conn)?;
    if let Some(until) = rests_until {
        diesel::update(own()).set(webhooks::rests_until.eq(until.micros())).execute(conn)?;
    }
    Ok(())
}
