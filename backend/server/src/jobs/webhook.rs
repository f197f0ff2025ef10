//! Webhooks: what the feed holds next is planned for each, taken under a lease, and sent. In a round of its own; and each
//! webhook has its own task in it, so that one which hangs keeps none of the others waiting.
//!
//! The feed is the queue: a webhook knows how far in it it was told, and no more than a window of it is planned ahead. So an event
//! costs nothing where nobody is told of it, and the order is that of the feed.
//!
//! A message goes out at least once: it only ends after its receiver took it. Where a process dies in between, it goes out
//! again under the same id.

use super::shared_time;
use crate::{
    ambient,
    app::{Context, event, webhook as work},
    observe,
    outgoing::{NoAnswer, Request},
    problem::{Failure, Internal},
    state::State,
    webhook_keys::signature,
};
use domain::{
    access::Actor,
    id::WebhookId,
    time::Instant,
    webhook::{LEASE_SECONDS, Outcome, Then, Trouble},
};
use futures_util::{FutureExt as _, StreamExt as _, stream, stream::FuturesUnordered};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use std::{cell::Cell, collections::HashSet, time::Duration};
use store::webhook::{
    self as kept, Target,
    delivery::{self, Delivery},
    log::Attempt,
};

/// How often a server looks for what is to be told.
const EVERY: Duration = Duration::from_secs(1);

/// Figures are taken with every so many looks.
const LOOKS_PER_FIGURES: u64 = 10;

/// How many messages are taken under one lease: no more than can surely be sent within it.
const TAKEN: i64 = 64;

/// How many are sent to one webhook at the same time.
const AT_ONCE: usize = 16;

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    /// Messages that arrived.
    pub told: usize,
    /// Those that did not.
    pub failed: usize,
}

/// Looks again and again, until the server is about to stop.
pub async fn run(state: State) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut busy, mut working) = (HashSet::new(), FuturesUnordered::new());
    let mut looks = 0_u64;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            Some(id) = working.next(), if !working.is_empty() => {
                busy.remove(&id);
                continue;
            }
            () = state.drained() => break,
        }
        let figures = looks.is_multiple_of(LOOKS_PER_FIGURES);
        looks = looks.wrapping_add(1);
        match look(&state, figures).await {
            Ok((cx, targets)) => {
                for target in targets {
                    let id = target.webhook.id;
                    if busy.insert(id) {
                        working.push(serve(&state, cx.clone(), target).map(move |_| id));
                    }
                }
            }
            Err(failure) => failed(&failure),
        }
    }
    // What is on its way may arrive; nothing else is begun.
    while working.next().await.is_some() {}
}

fn failed(failure: &Failure) {
    observe::job_failed("webhook");
    tracing::error!(error = failure.internal(), "webhooks could not be seen to; it is tried again");
}

async fn look(state: &State, figures: bool) -> Result<(Context, Vec<Target>), Failure> {
    let cx = Context::new(state, Actor::default()).at(shared_time(state).await?);
    if figures {
        let figures = state.db.read(|tx| Ok::<_, Failure>(delivery::figures(tx)?)).await?;
        observe::webhooks(&figures, cx.now);
    }
    let targets = with_work(state, &cx).await?;
    Ok((cx, targets))
}

/// The webhooks for which there is something to do. Where there are none, nothing else is asked.
async fn with_work(state: &State, cx: &Context) -> Result<Vec<Target>, Failure> {
    let mut targets = state.db.read(|tx| Ok::<_, Failure>(kept::targets(tx)?)).await?;
    targets.retain(|target| target.told);
    if targets.is_empty() {
        return Ok(targets);
    }
    event::place(state).await?;
    let now = cx.now;
    let ask = move |tx: &mut store::Conn| {
        Ok::<_, Failure>((store::event::last_position(tx)?, delivery::due(tx, now)?))
    };
    let (last, due) = state.db.read(ask).await?;
    targets.retain(|target| {
        let behind = target.webhook.position < last;
        let rests = target.webhook.rests_until.is_some_and(|until| now < until);
        behind || (due.contains(&target.webhook.id) && !rests)
    });
    Ok(targets)
}

/// Does all that is due at the context's time.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn round(state: &State, cx: &Context) -> Result<Round, Failure> {
    let working = with_work(state, cx).await?.into_iter().map(|target| serve(state, cx.clone(), target));
    let rounds: Vec<Round> = working.collect::<FuturesUnordered<_>>().collect().await;
    let sum = |sum: Round, one: &Round| Round {
        told: sum.told.saturating_add(one.told),
        failed: sum.failed.saturating_add(one.failed),
    };
    Ok(rounds.iter().fold(Round::default(), sum))
}

/// Sees to one webhook until nothing is left to do there. Each lease begins when its messages are taken.
async fn serve(state: &State, cx: Context, target: Target) -> Round {
    let begun = tokio::time::Instant::now();
    let (id, mut round) = (target.webhook.id, Round::default());
    while !state.is_draining() {
        let gone = i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        let cx = cx.at(cx.now.plus_seconds(gone));
        match step(state, &cx, id, &mut round).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(failure) => {
                failed(&failure);
                break;
            }
        }
    }
    round
}

/// Plans, takes and sends some. False where there was nothing.
async fn step(state: &State, cx: &Context, id: WebhookId, round: &mut Round) -> Result<bool, Failure> {
    let known = state.db.read(move |tx| Ok::<_, Failure>(kept::target(tx, id)?)).await?;
    // Whose platform may not follow events any more is sent nothing, and all of it once they may again.
    let Some(target) = known.filter(|target| target.told) else { return Ok(false) };
    let planned = plan(state, cx, &target).await?;
    let rests = target.webhook.rests_until.is_some_and(|until| cx.now < until);
    let taken = if rests { Vec::new() } else { take(state, cx, &target).await? };
    if taken.is_empty() {
        return Ok(planned);
    }
    let sending = Sending::new(state, cx, &target)?;
    let mut done = stream::iter(taken).map(|message| sending.see_to(message)).buffer_unordered(AT_ONCE);
    let (mut back, mut broken) = (Vec::new(), None);
    while let Some(done) = done.next().await {
        match done {
            Ok(Did::Told) => round.told = round.told.saturating_add(1),
            Ok(Did::Failed) => round.failed = round.failed.saturating_add(1),
            Ok(Did::Nothing(message)) => back.push(message),
            // One that could not be noted breaks off none of the others.
            Err(failure) => broken = Some(failure),
        }
    }
    drop(done);
    if !back.is_empty() {
        let now = cx.now;
        state.db.write(move |tx| Ok::<_, Failure>(delivery::release(tx, &back, now)?)).await?;
    }
    broken.map_or(Ok(true), Err)
}

async fn plan(state: &State, cx: &Context, target: &Target) -> Result<bool, Failure> {
    let (asked, id) = (target.clone(), target.webhook.id);
    let Some(stretch) = state.db.read(move |tx| work::ahead(tx, &asked)).await? else { return Ok(false) };
    let cx = cx.clone();
    state.db.write(move |tx| work::plan(tx, &cx, id, &stretch)).await
}

/// One at a time where nothing arrived of late.
async fn take(state: &State, cx: &Context, target: &Target) -> Result<Vec<Delivery>, Failure> {
    let limit = if target.webhook.failing_since.is_some() { 1 } else { TAKEN };
    let at = (target.webhook.id, (target.webhook.platform_id, target.root));
    let lease = cx.now..cx.now.plus_seconds(LEASE_SECONDS);
    state.db.write(move |tx| Ok(delivery::take(tx, at, lease.clone(), limit)?)).await
}

enum Did {
    Told,
    Failed,
    /// It was not sent, and is to be put back.
    Nothing(Delivery),
}

/// Messages to one webhook.
struct Sending<'a> {
    state: &'a State,
    cx: &'a Context,
    target: &'a Target,
    secrets: Vec<Vec<u8>>,
    within: Duration,
    /// Nothing else is begun: the receiver wants no more, or does not answer.
    stopped: Cell<bool>,
}

impl<'a> Sending<'a> {
    fn new(state: &'a State, cx: &'a Context, target: &'a Target) -> Result<Self, Failure> {
        let webhook = &target.webhook;
        let open = |sealed| state.webhook_keys.open(webhook.id, sealed);
        let secrets = webhook.live_secrets(cx.now).into_iter().map(open).collect::<Result<_, _>>()?;
        let within = Duration::from_secs(state.config.webhook_timeout_seconds.into());
        Ok(Self { state, cx, target, secrets, within, stopped: Cell::new(false) })
    }

    async fn see_to(&self, message: Delivery) -> Result<Did, Failure> {
        if self.stopped.get() || self.state.is_draining() {
            return Ok(Did::Nothing(message));
        }
        let begun = tokio::time::Instant::now();
        let outcome = self.send(&message).await?;
        let took_ms = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let attempt = Attempt { at: self.cx.now, took_ms, outcome };
        let [chance] = ambient::random::<1>().unwrap_or_default();
        let (cx, target, sent) = (self.cx.clone(), self.target.clone(), message.clone());
        if !matches!(outcome, Outcome::Answered(200..=299, _)) {
            self.stopped.set(!matches!(outcome.then(message.tries, cx.now, chance), Then::Again(_, None)));
        }
        let note = move |tx: &mut store::Conn| work::note(tx, &cx, (&target, &sent), &attempt, chance);
        let (then, off) = self.state.db.write(note).await?;
        observe::webhook_tried(then == Then::Done);
        if off {
            observe::webhook_off();
        }
        if then == Then::Done {
            return Ok(Did::Told);
        }
        let (webhook, tries) = (self.target.webhook.id, message.tries);
        tracing::info!(%webhook, delivery = %message.id, tries, ?outcome, off, "a message was not taken");
        Ok(Did::Failed)
    }

    async fn send(&self, message: &Delivery) -> Result<Outcome, Failure> {
        let body = work::body(message);
        let timestamp = self.cx.now.micros().div_euclid(1_000_000);
        let signed = signature(&self.secrets, &message.message_id, timestamp, &body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in [
            ("webhook-id", message.message_id.as_str()),
            ("webhook-timestamp", &timestamp.to_string()),
            ("webhook-signature", &signed),
        ] {
            let value = HeaderValue::from_str(value);
            headers.insert(name, value.map_err(|error| Internal::caused("a webhook's headers", &error))?);
        }
        let url = self.target.webhook.profile.url.clone();
        let request = Request { method: Method::POST, url, headers, body };
        Ok(match self.state.outgoing.tell(request, self.within).await {
            Ok((status, headers)) => Outcome::Answered(status, wished_pause(&headers, self.cx.now)),
            Err(NoAnswer::Refused(_)) => Outcome::Silent(Trouble::NotCalled),
            Err(NoAnswer::TimedOut) => Outcome::Silent(Trouble::TimedOut),
            Err(NoAnswer::NoTls) => Outcome::Silent(Trouble::Internal),
            Err(NoAnswer::Failed(_) | NoAnswer::TooLong) => Outcome::Silent(Trouble::NotReached),
        })
    }
}

/// Retry-After, in seconds: a number, or a date (RFC 9110, 10.2.3).
fn wished_pause(headers: &HeaderMap, now: Instant) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some(Instant::from(date.to_utc()).micros().saturating_sub(now.micros()) / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wished_pause_is_a_number_or_a_date() {
        let now: Instant = "2026-11-20T08:00:00Z".parse().unwrap();
        let pause = |text: &'static str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(text))]);
            wished_pause(&headers, now)
        };
        assert_eq!(pause("120"), Some(120));
        assert_eq!(pause("Fri, 20 Nov 2026 08:02:00 GMT"), Some(120));
        assert_eq!(pause("soon"), None);
        assert_eq!(wished_pause(&HeaderMap::new(), now), None);
    }
}
