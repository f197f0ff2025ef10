//! Platforms and their keys, and the wishes that are shared with them.

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, one_row, word},
    organisation::subtree,
    schema::{directory, platform_keys, platform_mandates, platforms, wishes},
    wish::PublicRow,
};
use diesel::prelude::*;
use domain::{
    id::{OrganisationId, PlatformId, PlatformKeyId, WishId},
    platform::{Key, Platform, Profile},
    platform_claim::Mandate,
    time::Instant,
    wish::Status,
};
use std::collections::HashMap;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = platforms)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    name: String,
    scopes: String,
    networks: String,
    active: bool,
    created_at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = platform_keys, treat_none_as_default_value = false, treat_none_as_null = true)]
struct KeyRow {
    id: String,
    platform_id: String,
    digest: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = platform_mandates)]
struct MandateRow {
    platform_id: String,
    claimant_id: String,
    hand_id: String,
    most_open: i64,
    most_open_of_user: i64,
    most_in_day: i64,
}

impl TryFrom<MandateRow> for Mandate {
    type Error = crate::StoreError;

    fn try_from(row: MandateRow) -> StoreResult<Self> {
        Ok(Self {
            claimant_id: word(&row.claimant_id)?,
            most_open: row.most_open,
            most_open_of_user: row.most_open_of_user,
            most_in_day: row.most_in_day,
        })
    }
}

impl KeyRow {
    fn of(platform: PlatformId, key: &Key) -> Self {
        Self {
            id: key.id.to_string(),
            platform_id: platform.to_string(),
            digest: key.digest.clone(),
            created_at: key.created_at.micros(),
            expires_at: key.expires_at.micros(),
            last_used_at: key.last_used_at.map(Instant::micros),
            revoked_at: key.revoked_at.map(Instant::micros),
        }
    }
}

impl TryFrom<KeyRow> for Key {
    type Error = crate::StoreError;

    fn try_from(row: KeyRow) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            digest: row.digest,
            created_at: instant(row.created_at),
            expires_at: instant(row.expires_at),
            last_used_at: row.last_used_at.map(instant),
            revoked_at: row.revoked_at.map(instant),
        })
    }
}

/// Platforms with what is kept of them in other tables.
fn whole(conn: &mut Conn, rows: Vec<Row>) -> StoreResult<Vec<Platform>> {
    let ids: Vec<&String> = rows.iter().map(|row| &row.id).collect();
    let mandates: Vec<MandateRow> = platform_mandates::table
        .filter(platform_mandates::platform_id.eq_any(ids.clone()))
        .select(MandateRow::as_select())
        .load(conn)?;
    let keys: Vec<KeyRow> = platform_keys::table
        .filter(platform_keys::platform_id.eq_any(ids))
        .order(platform_keys::id.asc())
        .select(KeyRow::as_select())
        .load(conn)?;
    let mut platforms = Vec::with_capacity(rows.len());
    for row in rows {
        platforms.push(Platform {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            profile: Profile {
                name: row.name,
                scopes: json(&row.scopes)?,
                networks: json(&row.networks)?,
                active: row.active,
                claims: None,
            },
            hand: None,
            keys: Vec::new(),
            created_at: instant(row.created_at),
        });
    }
    for row in mandates {
        let of: PlatformId = word(&row.platform_id)?;
        if let Some(platform) = platforms.iter_mut().find(|platform| platform.id == of) {
            platform.hand = Some(word(&row.hand_id)?);
            platform.profile.claims = Some(row.try_into()?);
        }
    }
    for row in keys {
        let of: PlatformId = word(&row.platform_id)?;
        if let Some(platform) = platforms.iter_mut().find(|platform| platform.id == of) {
            platform.keys.push(row.try_into()?);
        }
    }
    Ok(platforms)
}

/// One platform.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PlatformId) -> StoreResult<Option<Platform>> {
    let row: Option<Row> =
        platforms::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    Ok(whole(conn, row.into_iter().collect())?.pop())
}

/// The names of platforms.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn names(conn: &mut Conn, of: &[PlatformId]) -> StoreResult<HashMap<PlatformId, String>> {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String)> = platforms::table
        .filter(platforms::id.eq_any(of))
        .select((platforms::id, platforms::name))
        .load(conn)?;
    rows.into_iter().map(|(id, name)| Ok((word(&id)?, name))).collect()
}

/// The platform that a key is of.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_key(conn: &mut Conn, key: PlatformKeyId) -> StoreResult<Option<Platform>> {
    let row: Option<Row> = platforms::table
        .inner_join(platform_keys::table)
        .filter(platform_keys::id.eq(key.to_string()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(whole(conn, row.into_iter().collect())?.pop())
}

/// One platform, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: PlatformId) -> StoreResult<Option<Platform>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(platforms::table.find(id.to_string()))
        .set(platforms::version.eq(platforms::version))
        .execute(conn)?;
    load(conn, id)
}

/// Whether an organisation lets a platform in.
///
/// # Errors
/// When the database does not answer.
pub fn any_active(conn: &mut Conn, at: OrganisationId) -> StoreResult<bool> {
    let active = platforms::organisation_id.eq(at.to_string()).and(platforms::active);
    Ok(diesel::select(diesel::dsl::exists(platforms::table.filter(active))).get_result(conn)?)
}

/// The platforms of an organisation's subtree, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    within: OrganisationId,
    before: Option<PlatformId>,
    limit: i64,
) -> StoreResult<Vec<Platform>> {
    let mut query = platforms::table.filter(platforms::organisation_id.eq_any(subtree(within))).into_boxed();
    if let Some(before) = before {
        query = query.filter(platforms::id.lt(before.to_string()));
    }
    let rows = query.order(platforms::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    whole(conn, rows)
}

/// Enters a platform.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, platform: &Platform) -> StoreResult<()> {
    let Profile { name, scopes, networks, active, .. } = &platform.profile;
    let row = Row {
        id: platform.id.to_string(),
        version: 1,
        organisation_id: platform.organisation_id.to_string(),
        name: name.clone(),
        scopes: json_text(scopes)?,
        networks: json_text(networks)?,
        active: *active,
        created_at: platform.created_at.micros(),
    };
    diesel::insert_into(platforms::table).values(&row).execute(conn)?;
    save_mandate(conn, platform)
}

fn save_mandate(conn: &mut Conn, platform: &Platform) -> StoreResult<()> {
    let (Some(mandate), Some(hand)) = (&platform.profile.claims, platform.hand) else { return Ok(()) };
    let row = MandateRow {
        platform_id: platform.id.to_string(),
        claimant_id: mandate.claimant_id.to_string(),
        hand_id: hand.to_string(),
        most_open: mandate.most_open,
        most_open_of_user: mandate.most_open_of_user,
        most_in_day: mandate.most_in_day,
    };
    let known = platform_mandates::table.find(platform.id.to_string());
    if diesel::update(known).set(&row).execute(conn)? == 0 {
        diesel::insert_into(platform_mandates::table).values(&row).execute(conn)?;
    }
    Ok(())
}

/// Saves a platform, its keys and in whose name it claims; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, platform: &Platform) -> StoreResult<()> {
    let Profile { name, scopes, networks, active, .. } = &platform.profile;
    let changed = diesel::update(
        platforms::table
            .filter(platforms::id.eq(platform.id.to_string()))
            .filter(platforms::version.eq(platform.version)),
    )
    .set((
        platforms::version.eq(platform.version.saturating_add(1)),
        platforms::name.eq(name),
        platforms::scopes.eq(json_text(scopes)?),
        platforms::networks.eq(json_text(networks)?),
        platforms::active.eq(active),
    ))
    .execute(conn)?;
    one_row(changed)?;
    save_mandate(conn, platform)?;
    for key in &platform.keys {
        let row = KeyRow::of(platform.id, key);
        let known = diesel::update(platform_keys::table.find(key.id.to_string()))
            .set(platform_keys::revoked_at.eq(row.revoked_at))
            .execute(conn)?;
        if known == 0 {
            diesel::insert_into(platform_keys::table).values(&row).execute(conn)?;
        }
    }
    Ok(())
}

/// Notes that a key was used. Part of no change: nothing else is.
///
/// # Errors
/// When the database refuses.
pub fn note_use(conn: &mut Conn, key: PlatformKeyId, now: Instant) -> StoreResult<()> {
    diesel::update(platform_keys::table.find(key.to_string()))
        .set(platform_keys::last_used_at.eq(now.micros()))
        .execute(conn)?;
    Ok(())
}

/// What a platform is shown of a wish beside what is on the wall.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = wishes)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct SharedRow {
    pub version: i64,
    pub shared_since: Option<i64>,
    pub updated_at: i64,
}

/// A wish as platforms see it, and the generation of the directory that it is to be shown with.
pub type Shared = (PublicRow, SharedRow, Option<i64>);

/// Which shared wishes a list shows.
#[derive(Debug, Clone, Default)]
pub struct SharedFilter {
    /// Of this state.
    pub status: Option<Status>,
    /// With this category code.
    pub category: Option<String>,
    /// That changed at this instant or later.
    pub updated_since: Option<Instant>,
    /// After this one, by when it last changed.
    pub after: Option<(Instant, WishId)>,
}

#[diesel::dsl::auto_type]
fn generation() -> _ {
    directory::table.select(directory::generation).single_value()
}

#[diesel::dsl::auto_type]
fn on_the_wall() -> _ {
    let public = Status::ALL.iter().filter(|status| status.is_public()).map(|status| status.as_str());
    let public: Vec<&'static str> = public.collect();
    wishes::shared_since.is_not_null().and(wishes::hidden_since.is_null()).and(wishes::status.eq_any(public))
}

/// The wishes that the subtree of `root` holds or collected and shares with platforms, in the order in which
/// they last changed.
///
/// # Errors
/// When the database does not answer.
pub fn shared(
    conn: &mut Conn,
    root: OrganisationId,
    filter: &SharedFilter,
    limit: i64,
) -> StoreResult<Vec<Shared>> {
    let near = wishes::holder_id.eq_any(subtree(root)).or(wishes::origin_id.eq_any(subtree(root)));
    let mut query = wishes::table.filter(on_the_wall()).filter(near).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(wishes::status.eq(status.as_str()));
    }
    if let Some(category) = &filter.category {
        query = query.filter(wishes::category.eq(category.clone()));
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(wishes::updated_at.ge(since.micros()));
    }
    if let Some((at, id)) = filter.after {
        let (at, id) = (at.micros(), id.to_string());
        let later = wishes::updated_at.gt(at).or(wishes::updated_at.eq(at).and(wishes::id.gt(id)));
        // The first half alone tells where the index is to begin.
        query = query.filter(wishes::updated_at.ge(at)).filter(later);
    }
    let rows = query
        .order((wishes::updated_at.asc(), wishes::id.asc()))
        .limit(limit)
        .select((PublicRow::as_select(), SharedRow::as_select(), generation()))
        .load(conn)?;
    Ok(rows)
}

/// One of them.
///
/// # Errors
/// When the database does not answer.
pub fn one_shared(conn: &mut Conn, root: OrganisationId, id: WishId) -> StoreResult<Option<Shared>> {
    let near = wishes::holder_id.eq_any(subtree(root)).or(wishes::origin_id.eq_any(subtree(root)));
    let row = wishes::table
        .filter(wishes::id.eq(id.to_string()))
        .filter(on_the_wall())
        .filter(near)
        .select((PublicRow::as_select(), SharedRow::as_select(), generation()))
        .first(conn)
        .optional()?;
    Ok(row)
}
