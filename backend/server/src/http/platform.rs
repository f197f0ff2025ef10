//! Platforms and their keys over HTTP, for the administrators of their organisations.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    platform_mandate::{NewPlatformMandate, PlatformMandate},
    reply::Reply,
    shared::OrgRef,
    wish::Nothing,
};
use crate::{
    ambient,
    app::{self, Context, names::Names, platform as work, platform_claim},
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::{Failure, Internal},
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use domain::{
    id::{OrganisationId, PlatformId, PlatformKeyId},
    platform::{Platform as Domain, Profile, Scope},
    platform_claim::Mandate,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// How many days a key lives, unless it says otherwise.
const DAYS: u16 = 180;

/// A key of a platform, without its secret.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlatformKey {
    /// Its id, which is the middle of the key.
    id: PlatformKeyId,
    /// It is good now.
    live: bool,
    /// When it was made.
    created_at: Instant,
    /// From then on it is no good.
    expires_at: Instant,
    /// When it was last used, to the hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_at: Option<Instant>,
    /// Since when it is no good, before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
}

/// A third party that reads by a program.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Platform {
    /// Its id.
    id: PlatformId,
    /// Its name.
    name: String,
    /// Whose subtree it sees.
    organisation: OrgRef,
    /// What it may do.
    scopes: Vec<Scope>,
    /// The networks that it calls from; any when empty.
    networks: Vec<String>,
    /// Its keys are good.
    active: bool,
    /// In whose name it claims for its users, how much it may, and how far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<PlatformMandate>,
    /// Its keys, oldest first.
    keys: Vec<PlatformKey>,
    /// Counts its changes.
    version: i64,
    /// When it was entered.
    created_at: Instant,
}

fn shape(tx: &mut Conn, cx: &Context, list: Vec<Domain>) -> Result<Vec<Platform>, Failure> {
    let claimants = list.iter().filter_map(|one| Some(one.profile.claims.as_ref()?.claimant_id));
    let names = Names::default()
        .organisations(tx, list.iter().map(|one| one.organisation_id))?
        .claimants(tx, claimants)?;
    let key = |key: domain::platform::Key| PlatformKey {
        id: key.id,
        live: key.is_live(cx.now),
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
    };
    let mut mandate = |id: PlatformId, mandate: Mandate| -> Result<PlatformMandate, Failure> {
        Ok(PlatformMandate::of(&mandate, platform_claim::used(tx, cx, id)?, &names))
    };
    let platform = |one: Domain| -> Result<Platform, Failure> {
        Ok(Platform {
            claims: one.profile.claims.map(|claims| mandate(one.id, claims)).transpose()?,
            id: one.id,
            name: one.profile.name,
            organisation: OrgRef::of(one.organisation_id, &names),
            scopes: one.profile.scopes,
            networks: one.profile.networks,
            active: one.profile.active,
            keys: one.keys.into_iter().map(key).collect(),
            version: one.version,
            created_at: one.created_at,
        })
    };
    list.into_iter().map(platform).collect()
}

fn one(tx: &mut Conn, cx: &Context, platform: Domain) -> Result<Platform, Failure> {
    app::found(shape(tx, cx, vec![platform])?.pop())
}

/// A platform to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlatform {
    /// Its name.
    #[schema(min_length = 1, max_length = 60, examples("某公益平台"))]
    name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// The networks that it calls from, as addresses or CIDR blocks; any when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 20, examples(json!(["192.0.2.0/24"])))]
    networks: Vec<String>,
    /// In whose name it claims for its users; must be said for `claims:write`.
    claims: Option<NewPlatformMandate>,
}

/// Enters a platform, without a key. It sees what the organisation's subtree shares with platforms; the organisation
/// is of a county or a level above.
#[utoipa::path(
    tag = "platforms",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewPlatform,
    responses((status = 201, description = "Entered", body = Platform), Problems),
)]
#[post("/organisations/{id}/platforms")]
async fn create_platform(
    caller: Caller,
    id: Path<OrganisationId>,
    idem: Idempotency,
    body: Body<NewPlatform>,
) -> Result<HttpResponse, Failure> {
    let NewPlatform { name, scopes, networks, claims } = body.value;
    let claims = claims.map(Mandate::from);
    let profile = Profile { name: name.trim().to_owned(), scopes, networks, active: true, claims };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, id.0, profile.clone())?;
            let shown = one(tx, cx, made)?;
            Ok(Reply::created(format!("/platforms/{}", shown.id), &shown)?.tagged(shown.version, "platform"))
        })
        .await
}

/// Nothing narrows it down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

/// The platforms of an organisation's subtree, newest first.
#[utoipa::path(
    tag = "platforms",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, description = "A page", body = Page<Platform>), ReadProblems),
)]
#[get("/organisations/{id}/platforms")]
async fn list_platforms(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, before, rows)?;
            shape(tx, cx, found)
        })
        .await?;
    list.answer(found, |platform| platform.id, |platform| platform)
}

/// One platform.
#[utoipa::path(
    tag = "platforms",
    params(("id" = PlatformId, Path, description = "The platform.")),
    responses((status = 200, description = "It", body = Platform), ReadProblems),
)]
#[get("/platforms/{id}")]
async fn get_platform(
    req: HttpRequest,
    caller: Caller,
    id: Path<PlatformId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            one(tx, cx, found)
        })
        .await?;
    // The uses of its keys, and their end by time, do not count as changes.
    Ok(etag::answer(&req, shown.version, "platform", Keep::Never, &shown))
}

/// What to change in a platform (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PlatformPatch {
    /// Its name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 60)]
    name: Option<String>,
    /// What it may do; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_items = 1)]
    scopes: Option<Vec<Scope>>,
    /// The networks that it calls from; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 20)]
    networks: Option<Vec<String>>,
    /// Its keys are good.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
    /// In whose name it claims for its users; replaces all of it. Without `claims:write` it makes no new ones.
    #[serde(default, deserialize_with = "not_null")]
    claims: Option<NewPlatformMandate>,
}

impl PlatformPatch {
    fn apply(&self, profile: &mut Profile) {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut profile.name);
        }
        if let Some(scopes) = &self.scopes {
            profile.scopes.clone_from(scopes);
        }
        if let Some(networks) = &self.networks {
            profile.networks.clone_from(networks);
        }
        profile.active = self.active.unwrap_or(profile.active);
        if let Some(claims) = &self.claims {
            profile.claims = Some(claims.clone().into());
        }
    }
}

/// Changes a platform. Shut out, none of its keys is good, within seconds.
#[utoipa::path(
    tag = "platforms",
    params(("id" = PlatformId, Path, description = "The platform.")),
    request_body = PlatformPatch,
    responses((status = 200, description = "Changed", body = Platform), Problems),
)]
#[patch("/platforms/{id}")]
async fn update_platform(
    caller: Caller,
    id: Path<PlatformId>,
    seen: IfMatch,
    body: Body<PlatformPatch>,
) -> Result<HttpResponse, Failure> {
    let (patch, state) = (body.value, caller.state.clone());
    let answer = caller
        .change(None, move |tx, cx| {
            let changed = work::update(tx, cx, id.0, &seen.0, |profile| patch.apply(profile))?;
            let shown = one(tx, cx, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, "platform"))
        })
        .await?;
    // Here at once; on other servers when they ask again.
    state.platforms.invalidate_all();
    Ok(answer)
}

/// A key to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlatformKey {
    /// How many days it lives; 180 when absent.
    #[schema(minimum = 1, maximum = 365)]
    days: Option<u16>,
}

/// A new key; shown once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MadeKey {
    /// The key: `Authorization: Bearer` and this. Only who made it ever sees it.
    #[schema(examples("wl_live_0190a0b0c0d0e0f0a0b0c0d0e0f0a0b0_…"))]
    key: String,
    /// Its platform, with all its keys.
    platform: Platform,
}

/// Makes a key of a platform. Two live at most: the one in use, and the one that follows it.
#[utoipa::path(
    tag = "platforms",
    params(("id" = PlatformId, Path, description = "The platform.")),
    request_body = NewPlatformKey,
    responses((status = 201, description = "Made", body = MadeKey), Problems),
)]
#[post("/platforms/{id}/keys")]
async fn create_platform_key(
    caller: Caller,
    id: Path<PlatformId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewPlatformKey>,
) -> Result<HttpResponse, Failure> {
    let days = body.value.days.unwrap_or(DAYS);
    let secret = ambient::random::<32>().map_err(|error| Internal::caused("a platform's key", &error))?;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let (platform, key) = work::add_key(tx, cx, id.0, &seen.0, (secret, days))?;
            let made = MadeKey { key: key.text(), platform: one(tx, cx, platform)? };
            Reply::created(format!("/platforms/{}", made.platform.id), &made)
        })
        .await
}

/// Makes a key no good, within seconds and for ever.
#[utoipa::path(
    tag = "platforms",
    params(("id" = PlatformId, Path, description = "The platform."), ("key_id" = PlatformKeyId, Path, description = "The key.")),
    request_body = Nothing,
    responses((status = 200, description = "Revoked", body = Platform), Problems),
)]
#[post("/platforms/{id}/keys/{key_id}/revoke")]
async fn revoke_platform_key(
    caller: Caller,
    path: Path<(PlatformId, PlatformKeyId)>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let ((id, key), state) = (path.0, caller.state.clone());
    let answer = caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let platform = work::revoke_key(tx, cx, id, &seen.0, key)?;
            let shown = one(tx, cx, platform)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, "platform"))
        })
        .await?;
    state.platforms.invalidate_all();
    Ok(answer)
}

/// Mounts the operations on platforms.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_platform)
        .service(list_platforms)
        .service(get_platform)
        .service(update_platform)
        .service(create_platform_key)
        .service(revoke_platform_key);
}
