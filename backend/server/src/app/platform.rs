//! Platforms: who lets them in and out, their keys, and what is shared with them.

use super::{
    Context, event,
    event::{About, Piece, facts},
    found,
    program::program,
};
use crate::{etag::Seen, platform_key::PlatformKey, problem::Failure};
use domain::{
    access::{Act, Subject},
    claimant::Kind as Claims,
    event::Kind,
    id::{ClaimantId, OrganisationId, PlatformId, PlatformKeyId, WishId},
    organisation::Level,
    platform::{Platform, Profile, TOLD},
    publication::may_be_named,
    refusal::{Code, Fault, Refusal},
};
use serde_json::{Value, json};
use store::{
    Conn,
    event::Event,
    platform::{Shared, SharedFilter},
    user::User,
};

/// Refuses what the access table does not allow at an organisation; gives the level that it is of.
///
/// # Errors
/// As the access table says.
pub(super) fn may(tx: &mut Conn, cx: &Context, act: Act, at: OrganisationId) -> Result<Level, Failure> {
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })?;
    Ok(line.level())
}

/// Enters a platform.
///
/// # Errors
/// As the access table says; `place_too_fine` below the county; `invalid`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    profile: Profile,
) -> Result<Platform, Failure> {
    cx.user()?;
    if !may_be_named(may(tx, cx, Act::CreatePlatform, at)?) {
        return Err(Code::PlaceTooFine.into());
    }
    let mut platform = entrust(tx, cx, Platform::new(cx.ids.make(), at, profile, cx.now)?, None)?;
    store::platform::insert(tx, &platform)?;
    record(tx, cx, Kind::PlatformCreated, &platform, Value::Null)?;
    platform.version = 1;
    Ok(platform)
}

/// The platforms of the subtrees where the caller may see them, newest first.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    within: OrganisationId,
    before: Option<PlatformId>,
    rows: i64,
) -> Result<Vec<Platform>, Failure> {
    cx.user()?;
    may(tx, cx, Act::ListPlatforms, within)?;
    Ok(store::platform::list(tx, within, before, rows)?)
}

/// One platform.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: PlatformId) -> Result<Platform, Failure> {
    cx.user()?;
    let platform = found(store::platform::load(tx, id)?)?;
    may(tx, cx, Act::GetPlatform, platform.organisation_id)?;
    Ok(platform)
}

fn open(tx: &mut Conn, cx: &Context, act: Act, id: PlatformId, seen: &Seen) -> Result<Platform, Failure> {
    cx.user()?;
    let platform = found(store::platform::load_to_change(tx, id)?)?;
    may(tx, cx, act, platform.organisation_id)?;
    seen.check(platform.version)?;
    Ok(platform)
}

fn record(tx: &mut Conn, cx: &Context, kind: Kind, platform: &Platform, key: Value) -> Result<(), Failure> {
    let about = About::platform(platform.id, platform.version, platform.organisation_id);
    let claimant = platform.profile.claims.as_ref().map(|mandate| mandate.claimant_id);
    let name = json!(platform.profile.name);
    event::of(tx, cx, kind, about, facts([("name", name), ("key_id", key), ("claimant_id", json!(claimant))]))
}

fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut platform: Platform,
    key: Value,
) -> Result<Platform, Failure> {
    store::platform::save(tx, &platform)?;
    record(tx, cx, kind, &platform, key)?;
    platform.version = platform.version.saturating_add(1);
    Ok(platform)
}

/// Changes what an administrator sets of a platform.
///
/// # Errors
/// As the access table says; `stale`; `place_too_fine` where an organisation that is below the county by now would let
/// it in again; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: PlatformId,
    seen: &Seen,
    change: impl FnOnce(&mut Profile),
) -> Result<Platform, Failure> {
    let platform = open(tx, cx, Act::UpdatePlatform, id, seen)?;
    let mut profile = platform.profile.clone();
    change(&mut profile);
    if profile.active && !may_be_named(may(tx, cx, Act::UpdatePlatform, platform.organisation_id)?) {
        return Err(Code::PlaceTooFine.into());
    }
    let before = platform.profile.claims.as_ref().map(|mandate| mandate.claimant_id);
    let changed = entrust(tx, cx, platform.change(profile)?, before)?;
    save(tx, cx, Kind::PlatformUpdated, changed, Value::Null)
}

/// A platform that claims for its users does so in the name of a unit of its organisation's circle, and has an account that stands
/// for it in the history, under its name.
fn entrust(
    tx: &mut Conn,
    cx: &Context,
    mut platform: Platform,
    before: Option<ClaimantId>,
) -> Result<Platform, Failure> {
    let Some(mandate) = &platform.profile.claims else { return Ok(platform) };
    if before != Some(mandate.claimant_id) {
        let unknown = || Refusal::field(Code::Invalid, "/claims/claimant_id", Fault::Unknown);
        let claimant = store::claimant::load(tx, mandate.claimant_id)?;
        let unit = claimant.filter(|one| one.kind == Claims::Unit).ok_or_else(unknown)?;
        let line = found(store::organisation::line(tx, unit.organisation_id)?)?;
        if !line.ids().contains(&platform.organisation_id) {
            return Err(unknown().into());
        }
    }
    let known = platform.hand.map(|hand| store::user::load(tx, hand)).transpose()?.flatten();
    match known {
        Some(hand) if hand.display_name != platform.profile.name => {
            let renamed = User { display_name: platform.profile.name.clone(), ..hand };
            store::user::save(tx, &renamed, cx.now)?;
        }
        Some(_) => {}
        None => {
            let hand = hand_of(cx, &platform);
            store::user::insert(tx, &hand, cx.now)?;
            platform.hand = Some(hand.id);
        }
    }
    Ok(platform)
}

/// An account that nobody signs in with: it is shut, and no password has this hash.
fn hand_of(cx: &Context, platform: &Platform) -> User {
    User {
        id: cx.ids.make(),
        version: 1,
        username: format!("platform-{}", platform.id.0.simple()),
        display_name: platform.profile.name.clone(),
        password_hash: "!".to_owned(),
        security_stamp: "!".to_owned(),
        disabled: true,
        must_change_password: false,
    }
}

/// Makes a key of a platform, from a secret that nobody can guess.
///
/// # Errors
/// As the access table says; `stale`; `invalid`; `too_many_keys`.
pub fn add_key(
    tx: &mut Conn,
    cx: &Context,
    id: PlatformId,
    seen: &Seen,
    (secret, days): ([u8; 32], u16),
) -> Result<(Platform, PlatformKey), Failure> {
    let platform = open(tx, cx, Act::CreatePlatformKey, id, seen)?;
    let key = PlatformKey::new(cx.ids.make(), secret);
    let with = platform.add_key(key.id, cx.platform_digest(&key), days, cx.now)?;
    Ok((save(tx, cx, Kind::PlatformKeyCreated, with, json!(key.id))?, key))
}

/// Makes a key no good, from now on.
///
/// # Errors
/// As the access table says; `stale`; `not_found`; `wrong_status`.
pub fn revoke_key(
    tx: &mut Conn,
    cx: &Context,
    id: PlatformId,
    seen: &Seen,
    key: PlatformKeyId,
) -> Result<Platform, Failure> {
    let platform = open(tx, cx, Act::RevokePlatformKey, id, seen)?;
    save(tx, cx, Kind::PlatformKeyRevoked, platform.revoke_key(key, cx.now)?, json!(key))
}

/// The wishes that are shared with the caller, in the order in which they last changed.
///
/// # Errors
/// As the access table says.
pub fn shared(tx: &mut Conn, cx: &Context, filter: &SharedFilter, rows: i64) -> Result<Vec<Shared>, Failure> {
    let root = program(cx, Act::ListSharedWishes)?.organisation_id;
    Ok(store::platform::shared(tx, root, filter, rows)?)
}

/// One of them.
///
/// # Errors
/// As the access table says; `not_found` also for a wish that is not shared.
pub fn one_shared(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Shared, Failure> {
    let root = program(cx, Act::GetSharedWish)?.organisation_id;
    found(store::platform::one_shared(tx, root, id)?)
}

/// What happened to them and to the caller's own claims, with its place in the feed.
///
/// # Errors
/// As the access table says.
pub fn shared_events(tx: &mut Conn, cx: &Context, after: i64, rows: i64) -> Result<Piece<Event>, Failure> {
    let by = program(cx, Act::ListSharedEvents)?;
    let told = (by.id, by.organisation_id);
    Piece::of(tx, after, |tx, within| Ok(store::event::shared_feed(tx, told, TOLD, within, rows)?))
}
