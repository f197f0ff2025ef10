//! Letters: planned where it is time, taken under a lease, sent, and gone. In a round of its own, so that a mail server
//! that does not answer keeps nothing waiting but letters.
//!
//! A letter goes out at least once: it is only gone after the mail server took it. Where a process dies in between, or the
//! mail server's last word is lost, it goes out again under the same name.

use super::{EVERY, shared_time};
use crate::{
    ambient,
    app::{Context, mail as work},
    mailer::{Mailer, NotSent},
    observe,
    problem::Failure,
    state::State,
};
use domain::{
    access::Actor,
    mail::{LEASE_SECONDS, Trouble, next_try},
};
use futures_util::{StreamExt as _, stream};
use store::mail::{self, Mail};

/// How many digests are planned at once.
const PLANNED: i64 = 200;

/// How many letters are taken under one lease: no more than can surely be sent within it.
const TAKEN: i64 = 20;

/// How many are sent at the same time: mail servers count connections.
const AT_ONCE: usize = 4;

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    /// Letters that the mail server took.
    pub sent: usize,
    /// Those that were not.
    pub failed: usize,
}

/// Looks again and again, until the server is about to stop. Ends at once where no mail server is configured.
pub async fn run(state: State) {
    if state.mailer.is_none() {
        return;
    }
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = state.drained() => return,
        }
        match once(&state).await {
            Ok(round) if round == Round::default() => {}
            Ok(round) => tracing::info!(?round, "letters"),
            Err(failure) => {
                observe::job_failed("mail");
                tracing::error!(
                    error = failure.internal(),
                    "letters could not be seen to; it is tried again"
                );
            }
        }
    }
}

async fn once(state: &State) -> Result<Round, Failure> {
    round(state, &Context::new(state, Actor::default()).at(shared_time(state).await?)).await
}

/// Plans and sends what is due at the context's time. Sending takes its time, so each lease begins when its letters are taken
/// and not with the round: a letter whose lease is over is another's to send.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn round(state: &State, cx: &Context) -> Result<Round, Failure> {
    let mut round = Round::default();
    let Some(mailer) = &state.mailer else { return Ok(round) };
    let begun = tokio::time::Instant::now();
    plan(state, cx).await?;
    while !state.is_draining() {
        let gone = i64::try_from(begun.elapsed().as_secs()).unwrap_or(i64::MAX);
        let cx = &cx.at(cx.now.plus_seconds(gone));
        let (now, until) = (cx.now, cx.now.plus_seconds(LEASE_SECONDS));
        let taken = state.db.write(move |tx| Ok::<_, Failure>(mail::take(tx, now, until, TAKEN)?)).await?;
        if taken.is_empty() {
            break;
        }
        let mut done =
            stream::iter(taken).map(|mail| see_to(state, mailer, cx, mail)).buffer_unordered(AT_ONCE);
        // One that could not be noted breaks off none of the others, which the mail server may have by now.
        let mut broken = None;
        while let Some(done) = done.next().await {
            match done {
                Ok(Some(true)) => round.sent = round.sent.saturating_add(1),
                Ok(Some(false)) => round.failed = round.failed.saturating_add(1),
                Ok(None) => {}
                Err(failure) => broken = Some(failure),
            }
        }
        if let Some(failure) = broken {
            return Err(failure);
        }
    }
    Ok(round)
}

async fn plan(state: &State, cx: &Context) -> Result<(), Failure> {
    loop {
        let at = cx.clone();
        let due = state.db.read(move |tx| work::due(tx, &at, PLANNED)).await?;
        let Some((day, users)) = due else { return Ok(()) };
        let at = cx.clone();
        state.db.write(move |tx| work::plan(tx, &at, day, &users)).await?;
    }
}

/// Whether it was sent; none where it was wanted no more, or the server is about to stop: then another has it when its
/// lease is over.
async fn see_to(state: &State, mailer: &Mailer, cx: &Context, mail: Mail) -> Result<Option<bool>, Failure> {
    if state.is_draining() {
        return Ok(None);
    }
    let sent = send(state, mailer, cx, &mail).await;
    match sent {
        Ok(sent) => {
            observe::job_done("mail");
            state.db.write(move |tx| Ok::<_, Failure>(mail::finish(tx, &mail)?)).await?;
            Ok(sent.then_some(true))
        }
        Err(why) => {
            put_back(state, cx, mail, why).await?;
            Ok(Some(false))
        }
    }
}

/// False where it was wanted no more.
async fn send(state: &State, mailer: &Mailer, cx: &Context, mail: &Mail) -> Result<bool, NotSent> {
    let no = |trouble| NotSent { trouble, reply: None };
    if mail.until <= cx.now {
        return Err(no(Trouble::TooLate));
    }
    let (at, keys, own, site) =
        (cx.clone(), state.email_keys.clone(), mail.clone(), mailer.site().to_owned());
    let written = state.db.read_slow(move |tx| work::write(tx, &at, &keys, &own, &site)).await;
    let written = written.map_err(|failure| {
        tracing::warn!(mail = %mail.id, cause = failure.internal(), "a letter could not be written");
        no(Trouble::Internal)
    })?;
    match written {
        Some(letter) => mailer.send(letter).await.map(|()| true),
        None => Ok(false),
    }
}

async fn put_back(state: &State, cx: &Context, mail: Mail, why: NotSent) -> Result<(), Failure> {
    let [chance] = ambient::random::<1>().unwrap_or_default();
    let next = next_try(cx.now, mail.tries, why.trouble, mail.until, chance);
    observe::job_failed("mail");
    tracing::warn!(
        mail = %mail.id, kind = %mail.kind, tries = mail.tries, trouble = %why.trouble, reply = ?why.reply,
        laid_aside = next.is_none(), "a letter was not sent"
    );
    let now = cx.now;
    state
        .db
        .write(move |tx| Ok::<_, Failure>(mail::fail(tx, &mail, (why.trouble, why.reply), now, next)?))
        .await
}
