//! What was sent to webhooks, over HTTP: each message, each time, what was answered; and sending it once more. No bodies.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, Listing, Page, Paging, Path},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::webhook as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    access::Act,
    id::{ClaimId, WebhookDeliveryId, WebhookId, WishId},
    time::Instant,
    webhook::{Outcome, State, Trouble},
};
use serde::{Deserialize, Serialize};
use store::webhook::{
    delivery::Delivery as Stored,
    log::{self, Attempt as Logged, Which},
};

/// One time that a message was sent.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WebhookAttempt)]
struct Attempt {
    /// When.
    at: Instant,
    /// How long it took, in milliseconds.
    took_ms: i64,
    /// With which HTTP status it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples(204))]
    status: Option<u16>,
    /// Why it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    trouble: Option<Trouble>,
}

impl From<&Logged> for Attempt {
    fn from(logged: &Logged) -> Self {
        let (status, trouble) = match logged.outcome {
            Outcome::Answered(status, _) => (Some(status), None),
            Outcome::Silent(trouble) => (None, Some(trouble)),
        };
        Self { at: logged.at, took_ms: logged.took_ms, status, trouble }
    }
}

/// A message to a webhook.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = WebhookDelivery)]
pub(super) struct Delivery {
    /// Its id.
    id: WebhookDeliveryId,
    /// The id of the message, in the header `webhook-id`: that of the event, however often it is sent.
    message_id: String,
    /// The kind of the event, or `ping`.
    kind: String,
    /// To which wish it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    wish_id: Option<WishId>,
    /// The n-th change of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// The state of the wish after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Which claim of the platform's own it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// When it happened.
    at: Instant,
    /// How far it is.
    state: State,
    /// When it is sent, or sent again, at the earliest; absent where it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_at: Option<Instant>,
    /// When it arrived, or was given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Each time that it was sent, in order.
    attempts: Vec<Attempt>,
}

impl Delivery {
    /// As it is shown, with its own among these attempts.
    pub(super) fn of(stored: Stored, attempts: &[(WebhookDeliveryId, Logged)]) -> Self {
        let own = attempts.iter().filter(|(of, _)| *of == stored.id);
        Self {
            id: stored.id,
            message_id: stored.message_id,
            kind: stored.kind,
            wish_id: stored.wish_id,
            number: stored.number,
            status: stored.status,
            claim_id: stored.claim_id,
            at: stored.at,
            state: stored.state,
            run_at: stored.ended_at.is_none().then_some(stored.run_at),
            ended_at: stored.ended_at,
            attempts: own.map(|(_, attempt)| attempt.into()).collect(),
        }
    }
}

/// What narrows the list of messages down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryFilter {
    /// Of this state.
    state: Option<State>,
}

/// The messages to a webhook, newest first. They stand here for 30 days after they ended.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook."), DeliveryFilter, Paging),
    responses((status = 200, description = "A page", body = Page<Delivery>), ReadProblems),
)]
#[get("/webhooks/{id}/deliveries")]
async fn list_webhook_deliveries(
    caller: Caller,
    id: Path<WebhookId>,
    list: Listing<DeliveryFilter>,
) -> Result<HttpResponse, Failure> {
    let (which, rows) = ((list.filter.state, list.after()?), list.rows());
    let found = caller
        .read(move |tx, cx| {
            let webhook = work::see(tx, cx, Act::ListWebhookDeliveries, id.0)?;
            let found = log::list(tx, webhook.id, which, rows)?;
            let attempts = log::attempts(tx, &found)?;
            Ok(found.into_iter().map(|one| Delivery::of(one, &attempts)).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Sends a message that has ended once more, under the same `webhook-id`.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookDeliveryId, Path, description = "The message.")),
    request_body = Nothing,
    responses((status = 200, description = "Planned", body = Delivery), Problems),
)]
#[post("/webhook-deliveries/{id}/replay")]
async fn replay_webhook_delivery(
    caller: Caller,
    id: Path<WebhookDeliveryId>,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let again = work::replay_one(tx, cx, id.0)?;
            let attempts = log::attempts(tx, std::slice::from_ref(&again))?;
            Reply::ok(&Delivery::of(again, &attempts))
        })
        .await
}

/// Which messages to send once more.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Replay {
    /// Of what happened at this time or later.
    since: Instant,
    /// And before this one; now when absent.
    until: Option<Instant>,
    /// Only those that were given up.
    #[serde(default)]
    #[schema(required = false)]
    failed_only: bool,
}

/// What a replay came to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Replayed {
    /// So many messages are sent once more.
    replayed: usize,
}

/// Sends the messages of a time once more that have ended and stand in the list, each under the same `webhook-id`. What still
/// waits is sent as it was.
#[utoipa::path(
    tag = "webhooks",
    security(("bearer" = []), ("platform_key" = ["webhooks:manage"])),
    params(("id" = WebhookId, Path, description = "The webhook.")),
    request_body = Replay,
    responses((status = 200, description = "Planned", body = Replayed), Problems),
)]
#[post("/webhooks/{id}/replays")]
async fn replay_webhook(
    caller: Caller,
    id: Path<WebhookId>,
    idem: Idempotency,
    body: Body<Replay>,
) -> Result<HttpResponse, Failure> {
    let Replay { since, until, failed_only } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let until = until.unwrap_or_else(|| cx.now.plus_seconds(1));
            let replayed = work::replay(tx, cx, id.0, Which::Of(since, until, failed_only))?;
            Reply::ok(&Replayed { replayed })
        })
        .await
}

/// Mounts the operations on messages.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_webhook_deliveries).service(replay_webhook_delivery).service(replay_webhook);
}
