//! Webhooks over HTTP, for the administrators of a platform's organisation and for the platform itself.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Path},
    organisation::not_null,
    reply::Reply,
    webhook_delivery::Delivery,
    wish::Nothing,
};
use crate::{
    ambient, app,
    app::webhook::{self as work, Means},
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::{Failure, Internal},
    routes::Routes,
    state::State,
    webhook_keys::shown,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use domain::{
    access::Act,
    event::Kind,
    id::{PlatformId, WebhookId},
    time::Instant,
    webhook::{Off, Profile, Webhook as Domain},
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// Where a platform is told of changes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Webhook {
    /// Its id.
    id: WebhookId,
    /// Whom.
    platform_id: PlatformId,
    /// Where to.
    url: String,
    /// Of what; of everything that `list_shared_events` tells when empty.
    kinds: Vec<Kind>,
    /// Messages are sent.
    active: bool,
    /// Since when they are not.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_since: Option<Instant>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_because: Option<Off>,
    /// Nothing arrived since.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing_since: Option<Instant>,
    /// Until when messages are signed with the secret before the last one as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_secret_until: Option<Instant>,
    /// So many messages are planned and have not arrived; up to 1000, what comes after them waits in the feed.
    waiting: i64,
    /// Counts its changes.
    version: i64,
    /// When it was entered.
    created_at: Instant,
}

fn shape(tx: &mut Conn, now: Instant, list: Vec<Domain>) -> Result<Vec<Webhook>, Failure> {
    let waiting = work::waiting(tx, &list)?;
    let one = |(one, waiting): (Domain, i64)| {
        let (off_since, off_because) = one.off.unzip();
        let old_secret_until = one.old_secret.map(|(_, until)| until).filter(|until| now < *until);
        Webhook {
            id: one.id,
            platform_id: one.platform_id,
            url: one.profile.url,
            kinds: one.profile.kinds,
            active: off_since.is_none(),
            off_since,
            off_because,
            failing_since: one.failing_since,
            old_secret_until,
            waiting,
            version: one.version,
            created_at: one.created_at,
        }
    };
    Ok(list.into_iter().zip(waiting).map(one).collect())
}

fn one(tx: &mut Conn, now: Instant, webhook: Domain) -> Result<Webhook, Failure> {
    app::found(shape(tx, now, vec![webhook])?.pop())
}

fn means(state: &State) -> Means {
    Means { outgoing: state.outgoing.clone(), keys: state.webhook_keys.clone() }
}

fn new_secret() -> Result<String, Internal> {
    ambient::random::<32>().map(shown).map_err(|error| Internal::caused("a webhook's secret", &error))
}

/// The webhooks of a platform; five at most.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Webhooks {
    /// Oldest first.
    items: Vec<Webhook>,
}

/// The webhooks of a platform.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = PlatformId, Path, description = "The platform.")),
    responses((status = 200, description = "All of them", body = Webhooks), ReadProblems),
)]
#[get("/platforms/{id}/webhooks")]
async fn list_webhooks(caller: Caller, id: Path<PlatformId>) -> Result<HttpResponse, Failure> {
    let items = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0)?;
            shape(tx, cx.now, found)
        })
        .await?;
    Reply::ok(&Webhooks { items })?.respond(false)
}

/// A webhook to enter.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    /// Where to: https, a public name, port 443, no credentials.
    #[schema(min_length = 1, max_length = 500, examples("https://platform.example.org/wishlight"))]
    url: String,
    /// Of what: kinds that `list_shared_events` tells; of all of them when empty.
    #[serde(default)]
    #[schema(required = false, examples(json!(["wish_shared", "wish_unshared"])))]
    kinds: Vec<Kind>,
}

/// A webhook with its new secret; shown once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MadeSecret {
    /// What its messages are signed with. Only who made it ever sees it.
    #[schema(examples("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="))]
    secret: String,
    /// The webhook.
    webhook: Webhook,
}

/// Enters a webhook: from now on the platform is told there what `list_shared_events` tells it, as far as its scopes
/// name `events:read`: without it nothing is sent. Each message is signed (Standard Webhooks 1.0.0).
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = PlatformId, Path, description = "The platform.")),
    request_body = NewWebhook,
    responses((status = 201, description = "Entered", body = MadeSecret), Problems),
)]
#[post("/platforms/{id}/webhooks")]
async fn create_webhook(
    caller: Caller,
    id: Path<PlatformId>,
    idem: Idempotency,
    body: Body<NewWebhook>,
) -> Result<HttpResponse, Failure> {
    let NewWebhook { url, kinds } = body.value;
    let (profile, means) = (Profile { url: url.trim().to_owned(), kinds }, means(&caller.state));
    let secret = new_secret()?;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let webhook = work::create(tx, cx, &means, id.0, (profile.clone(), &secret))?;
            let made = MadeSecret { secret: secret.clone(), webhook: one(tx, cx.now, webhook)? };
            let at = format!("/webhooks/{}", made.webhook.id);
            Ok(Reply::created(at, &made)?.tagged(made.webhook.version, "webhook"))
        })
        .await
}

/// One webhook.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    responses((status = 200, description = "It", body = Webhook), ReadProblems),
)]
#[get("/webhooks/{id}")]
async fn get_webhook(req: HttpRequest, caller: Caller, id: Path<WebhookId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, Act::GetWebhook, id.0)?;
            one(tx, cx.now, found)
        })
        .await?;
    // What waits, and that nothing arrives, do not count as changes.
    Ok(etag::answer(&req, shown.version, "webhook", Keep::Never, &shown))
}

/// What to change in a webhook (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct WebhookPatch {
    /// Where to.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 500)]
    url: Option<String>,
    /// Of what; replaces all.
    #[serde(default, deserialize_with = "not_null")]
    kinds: Option<Vec<Kind>>,
    /// Messages are sent. Turned on again, it is told everything from where it stood.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
}

impl WebhookPatch {
    fn apply(&self, profile: &mut Profile) {
        if let Some(url) = &self.url {
            url.trim().clone_into(&mut profile.url);
        }
        if let Some(kinds) = &self.kinds {
            profile.kinds.clone_from(kinds);
        }
    }
}

/// Changes a webhook.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    request_body = WebhookPatch,
    responses((status = 200, description = "Changed", body = Webhook), Problems),
)]
#[patch("/webhooks/{id}")]
async fn update_webhook(
    caller: Caller,
    id: Path<WebhookId>,
    seen: IfMatch,
    body: Body<WebhookPatch>,
) -> Result<HttpResponse, Failure> {
    let (patch, means) = (body.value, means(&caller.state));
    caller
        .change(None, move |tx, cx| {
            let change = (|profile: &mut Profile| patch.apply(profile), patch.active);
            let changed = work::update(tx, cx, &means, (id.0, &seen.0), change)?;
            let shown = one(tx, cx.now, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, "webhook"))
        })
        .await
}

/// Removes a webhook: nothing more is sent, and what waited is dropped.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    responses((status = 204, description = "Removed"), Problems),
)]
#[delete("/webhooks/{id}")]
async fn delete_webhook(caller: Caller, id: Path<WebhookId>, seen: IfMatch) -> Result<HttpResponse, Failure> {
    caller
        .change(None, move |tx, cx| {
            work::remove(tx, cx, id.0, &seen.0)?;
            Ok(Reply::none())
        })
        .await
}

/// Signs messages with a new secret from now on, and for 24 hours with the one before as well: a receiver that knows either
/// can verify them.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    request_body = Nothing,
    responses((status = 201, description = "Made", body = MadeSecret), Problems),
)]
#[post("/webhooks/{id}/secrets")]
async fn rotate_webhook_secret(
    caller: Caller,
    id: Path<WebhookId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (secret, means) = (new_secret()?, means(&caller.state));
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let webhook = work::rotate(tx, cx, &means, (id.0, &seen.0), &secret)?;
            let made = MadeSecret { secret: secret.clone(), webhook: one(tx, cx.now, webhook)? };
            let at = format!("/webhooks/{}", made.webhook.id);
            Ok(Reply::created(at, &made)?.tagged(made.webhook.version, "webhook"))
        })
        .await
}

/// Sends a message of type `ping`, to see whether it arrives.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    request_body = Nothing,
    responses((status = 201, description = "Planned", body = Delivery), Problems),
)]
#[post("/webhooks/{id}/pings")]
async fn ping_webhook(
    caller: Caller,
    id: Path<WebhookId>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let planned = Delivery::of(work::ping(tx, cx, id.0)?, &[]);
            Reply::created(format!("/webhooks/{}/deliveries", id.0), &planned)
        })
        .await
}

/// Mounts the operations on webhooks.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(list_webhooks)
        .service(create_webhook)
        .service(get_webhook)
        .service(update_webhook)
        .service(delete_webhook)
        .service(rotate_webhook_secret)
        .service(ping_webhook);
}
