//! Webhooks: who says where a platform is told, what one message says at the moment that it goes, and what follows from
//! how it was taken.

use super::{
    Context, event,
    event::{About, facts},
    found, platform,
};
use crate::{etag::Seen, outgoing::Outgoing, problem::Failure, webhook_keys::WebhookKeys};
use domain::{
    access::{Act, Subject},
    event::Kind,
    id::{OrganisationId, PlatformId, WebhookDeliveryId, WebhookId},
    refusal::{Code, Fault, Refusal},
    webhook::{Off, Profile, State as Stage, Then, WINDOW, Webhook},
};
use serde_json::{Value, json};
use store::{
    Conn,
    webhook::{
        Target,
        delivery::{self, Delivery},
        log::{self, Attempt, Which},
    },
};

/// So many places of the feed are looked at in one step, so that a long way without anything to tell keeps nobody waiting.
const STRIDE: i64 = 2000;

/// So many messages are planned at once.
const PLANNED: i64 = 200;

/// What it takes to enter a webhook beside the rules: which addresses are called, and how secrets are sealed.
#[derive(Clone)]
pub struct Means {
    /// Asked whether an address is one that is ever called.
    pub outgoing: Outgoing,
    /// Seals secrets.
    pub keys: WebhookKeys,
}

impl Means {
    fn check(&self, url: &str) -> Result<(), Failure> {
        let refused = |_| Refusal::field(Code::Invalid, "/url", Fault::NotCalled);
        Ok(self.outgoing.check(url).map_err(refused)?)
    }
}

/// The organisation of a platform, where the caller may: as the access table says at it, or as the platform itself.
fn may(tx: &mut Conn, cx: &Context, act: Act, id: PlatformId) -> Result<OrganisationId, Failure> {
    if let Some(program) = &cx.actor.platform {
        cx.allow(act, &Subject::default())?;
        // What another platform has does not exist for it.
        return if program.id == id { Ok(program.organisation_id) } else { Err(Code::NotFound.into()) };
    }
    cx.user()?;
    let platform = found(store::platform::load(tx, id)?)?;
    platform::may(tx, cx, act, platform.organisation_id)?;
    Ok(platform.organisation_id)
}

fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    webhook: &Webhook,
    (at, because): (OrganisationId, Option<Off>),
) -> Result<(), Failure> {
    let about = About::webhook(webhook.id, webhook.version, at);
    // That a platform did it itself is said; which key it had stands in no event.
    let by = cx.actor.platform.as_ref().map_or(Value::Null, |program| json!(program.id));
    let because = because.map_or(Value::Null, |because| json!(because));
    let data = [("platform_id", json!(webhook.platform_id)), ("by_platform", by), ("because", because)];
    event::of(tx, cx, kind, about, facts(data))
}

fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut webhook: Webhook,
    at: (OrganisationId, Option<Off>),
) -> Result<Webhook, Failure> {
    store::webhook::save(tx, &webhook)?;
    record(tx, cx, kind, &webhook, at)?;
    webhook.version = webhook.version.saturating_add(1);
    Ok(webhook)
}

/// Enters a webhook, which is told of what happens from now on.
///
/// # Errors
/// As the access table says; `invalid`, also for an address that is never called; `too_many_webhooks`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    means: &Means,
    id: PlatformId,
    (profile, secret): (Profile, &str),
) -> Result<Webhook, Failure> {
    let at = may(tx, cx, Act::CreateWebhook, id)?;
    means.check(&profile.url)?;
    // Held until the end, so that two that come at once count each other.
    found(store::platform::load_to_change(tx, id)?)?;
    let others = store::webhook::of_platform(tx, id)?.len();
    let own = cx.ids.make();
    let sealed = (means.keys.seal(own, secret)?, store::event::last_position(tx)?);
    let mut webhook = Webhook::new(own, (id, others), profile, sealed, cx.now)?;
    store::webhook::insert(tx, &webhook)?;
    record(tx, cx, Kind::WebhookCreated, &webhook, (at, None))?;
    webhook.version = 1;
    Ok(webhook)
}

/// The webhooks of a platform, oldest first.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, id: PlatformId) -> Result<Vec<Webhook>, Failure> {
    may(tx, cx, Act::ListWebhooks, id)?;
    Ok(store::webhook::of_platform(tx, id)?)
}

/// One webhook.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: WebhookId) -> Result<Webhook, Failure> {
    let webhook = found(store::webhook::load(tx, id)?)?;
    may(tx, cx, act, webhook.platform_id)?;
    Ok(webhook)
}

fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: WebhookId,
    seen: &Seen,
) -> Result<(Webhook, OrganisationId), Failure> {
    let webhook = found(store::webhook::load_to_change(tx, id)?)?;
    let at = may(tx, cx, act, webhook.platform_id)?;
    seen.check(webhook.version)?;
    Ok((webhook, at))
}

/// Changes where, or of what, a platform is told, or turns it on or off. What waits is sent anew when it is turned on.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    means: &Means,
    (id, seen): (WebhookId, &Seen),
    (change, on): (impl FnOnce(&mut Profile), Option<bool>),
) -> Result<Webhook, Failure> {
    let (mut webhook, at) = open(tx, cx, Act::UpdateWebhook, id, seen)?;
    let mut profile = webhook.profile.clone();
    change(&mut profile);
    if profile.url != webhook.profile.url {
        means.check(&profile.url)?;
    }
    webhook = webhook.change(profile)?;
    match on {
        Some(true) if webhook.off.is_some() => {
            delivery::wake(tx, id, cx.now)?;
            webhook = webhook.switch_on();
        }
        Some(false) => webhook = webhook.switch_off(Off::ByHand, cx.now),
        _ => {}
    }
    save(tx, cx, Kind::WebhookUpdated, webhook, (at, None))
}

/// Signs with another secret from now on, and for a day with the one before as well.
///
/// # Errors
/// As the access table says; `stale`.
pub fn rotate(
    tx: &mut Conn,
    cx: &Context,
    means: &Means,
    (id, seen): (WebhookId, &Seen),
    secret: &str,
) -> Result<Webhook, Failure> {
    let (webhook, at) = open(tx, cx, Act::RotateWebhookSecret, id, seen)?;
    let sealed = means.keys.seal(id, secret)?;
    save(tx, cx, Kind::WebhookSecretRotated, webhook.rotate(sealed, cx.now), (at, None))
}

/// Removes a webhook. What waits is sent no more; the log goes when its time is over.
///
/// # Errors
/// As the access table says; `stale`.
pub fn remove(tx: &mut Conn, cx: &Context, id: WebhookId, seen: &Seen) -> Result<(), Failure> {
    let (webhook, at) = open(tx, cx, Act::DeleteWebhook, id, seen)?;
    delivery::drop_waiting(tx, id, cx.now)?;
    save(tx, cx, Kind::WebhookRemoved, webhook.remove(cx.now), (at, None))?;
    Ok(())
}

/// One that is on: nothing is sent to others.
fn on(webhook: Webhook) -> Result<Webhook, Failure> {
    if webhook.off.is_some() { Err(Code::WebhookOff.into()) } else { Ok(webhook) }
}

/// Plans a test.
///
/// # Errors
/// As the access table says; `webhook_off`.
pub fn ping(tx: &mut Conn, cx: &Context, id: WebhookId) -> Result<Delivery, Failure> {
    let webhook = on(see(tx, cx, Act::PingWebhook, id)?)?;
    Ok(delivery::plan_ping(tx, webhook.id, cx.ids.make(), cx.now)?)
}

/// Sends a message that has ended once more.
///
/// # Errors
/// As the access table says; `webhook_off`; `wrong_job_status` where it has not ended.
pub fn replay_one(tx: &mut Conn, cx: &Context, id: WebhookDeliveryId) -> Result<Delivery, Failure> {
    let known = found(delivery::load(tx, id)?)?;
    let webhook = on(see(tx, cx, Act::ReplayWebhookDelivery, known.webhook_id)?)?;
    if log::replay(tx, webhook.id, Which::One(id), cx.now)? == 0 {
        return Err(Code::WrongJobStatus.into());
    }
    found(delivery::load(tx, id)?)
}

/// Sends messages of a time once more. Tells how many.
///
/// # Errors
/// As the access table says; `webhook_off`.
pub fn replay(tx: &mut Conn, cx: &Context, id: WebhookId, which: Which) -> Result<usize, Failure> {
    let webhook = on(see(tx, cx, Act::ReplayWebhook, id)?)?;
    Ok(log::replay(tx, webhook.id, which, cx.now)?)
}

/// What the feed holds next for a webhook, and how far that goes; none where it was told all, or enough waits.
///
/// # Errors
/// When the database does not answer.
pub fn ahead(tx: &mut Conn, target: &Target) -> Result<Option<Stretch>, Failure> {
    let last = store::event::last_position(tx)?;
    let from = target.webhook.position;
    let room = WINDOW.saturating_sub(delivery::waiting(tx, target.webhook.id)?).min(PLANNED);
    if last <= from || room <= 0 {
        return Ok(None);
    }
    let end = last.min(from.saturating_add(STRIDE));
    let range = from..end.saturating_add(1);
    let whom = (target.webhook.platform_id, target.root);
    let told = store::event::shared_feed(tx, whom, target.webhook.kinds(), range, room)?;
    let full = i64::try_from(told.len()).unwrap_or(room) >= room;
    let to = told.last().filter(|_| full).map_or(end, |(position, _)| *position);
    Ok(Some(Stretch { from, to, told }))
}

/// A stretch of the feed.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// After this place.
    from: i64,
    /// Up to this one.
    to: i64,
    /// What is to be told of it.
    told: Vec<(i64, store::event::Event)>,
}

/// Plans what a stretch tells, in the transaction that moves on how far the webhook was told. False where another was faster.
///
/// # Errors
/// When the database refuses.
pub fn plan(tx: &mut Conn, cx: &Context, id: WebhookId, stretch: &Stretch) -> Result<bool, Failure> {
    let moved = store::webhook::advance(tx, id, stretch.from, stretch.to)?;
    if moved && !stretch.told.is_empty() {
        delivery::plan(tx, id, &stretch.told, cx.now, || cx.ids.make())?;
    }
    Ok(moved)
}

/// What a message says: what happened, to which wish, to which claim of the platform's own, when; and nothing else. It is a CloudEvent (1.0) as well.
#[must_use]
pub fn body(message: &Delivery) -> Vec<u8> {
    let mut data = serde_json::Map::new();
    let facts = [
        ("wish_id", message.wish_id.map(|id| json!(id))),
        ("number", message.number.map(|number| json!(number))),
        ("status", message.status.as_ref().map(|status| json!(status))),
        ("claim_id", message.claim_id.map(|id| json!(id))),
    ];
    for (name, value) in facts {
        value.map(|value| data.insert(name.to_owned(), value));
    }
    let envelope = json!({
        "specversion": "1.0", "id": message.message_id, "source": "/api/v1/shared/events",
        "type": message.kind, "timestamp": message.at, "data": data,
    });
    envelope.to_string().into_bytes()
}

/// Writes down how a message was taken, and what follows from it. Tells what that was, and whether the webhook was turned off.
///
/// # Errors
/// When the database refuses.
pub fn note(
    tx: &mut Conn,
    cx: &Context,
    (target, message): (&Target, &Delivery),
    attempt: &Attempt,
    chance: u8,
) -> Result<(Then, bool), Failure> {
    log::write(tx, message.id, cx.ids.make(), attempt)?;
    let id = message.webhook_id;
    let mut off = false;
    let then = attempt.outcome.then(message.tries, cx.now, chance);
    match then {
        Then::Done => {
            delivery::end(tx, message, Stage::Delivered, cx.now)?;
            if target.webhook.failing_since.is_some() {
                store::webhook::note_well(tx, id)?;
            }
        }
        // It waits with the others until somebody turns the webhook on again.
        Then::Gone => {
            delivery::put_back(tx, message, cx.now)?;
            off = give_up(tx, cx, target, Off::Gone)?;
        }
        Then::Again(next, rests_until) => {
            match next {
                Some(next) => delivery::put_back(tx, message, next)?,
                None => drop(delivery::end(tx, message, Stage::Failed, cx.now)?),
            }
            store::webhook::note_failure(tx, id, cx.now, rests_until)?;
            if target.webhook.is_given_up(cx.now) {
                off = give_up(tx, cx, target, Off::Failing)?;
            }
        }
    }
    Ok((then, off))
}

fn give_up(tx: &mut Conn, cx: &Context, target: &Target, because: Off) -> Result<bool, Failure> {
    let Some(webhook) = store::webhook::load_to_change(tx, target.webhook.id)? else { return Ok(false) };
    if webhook.off.is_some() {
        return Ok(false);
    }
    let off = webhook.switch_off(because, cx.now);
    save(tx, cx, Kind::WebhookDisabled, off, (target.root, Some(because)))?;
    Ok(true)
}

/// How many messages wait for each of these webhooks.
///
/// # Errors
/// When the database does not answer.
pub fn waiting(tx: &mut Conn, webhooks: &[Webhook]) -> Result<Vec<i64>, Failure> {
    webhooks.iter().map(|webhook| Ok(delivery::waiting(tx, webhook.id)?)).collect()
}
