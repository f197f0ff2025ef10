//! The queue: what came due is planned, taken under a lease, done, and gone with what it did; what fails is
//! tried again after a pause, and laid aside for an administrator once it failed too often.

use super::Swept;
use crate::{
    ambient,
    app::{Context, claim, escalation, reminder},
    observe,
    problem::Failure,
    state::State,
};
use domain::{
    id::{ClaimId, EscalationId},
    job::{Kind, LEASE_SECONDS, MOST_TRIES, next_try},
    refusal::Code,
};
use futures_util::future::join_all;
use std::time::Duration;
use store::{
    Conn,
    job::{self, Job},
};

/// How many of each kind are planned at once.
const PLANNED: i64 = 200;

/// How many are taken under one lease: no more than can surely be done within it.
const TAKEN: i64 = 50;

/// How hard time works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Somebody waits for the end of it.
    Full,
    /// Others use the server meanwhile: in short stretches, and half of the time at most.
    Gentle,
}

impl Pace {
    /// How many run at the same time: on SQLite they share commits, and whoever else writes waits for these.
    const fn at_once(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Gentle => 2,
        }
    }
}

/// However long something took, no rest is longer.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// Does what is due at the context's time, until nothing is, or the server is about to stop.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn drain(state: &State, cx: &Context, pace: Pace) -> Result<Swept, Failure> {
    let mut swept = Swept::default();
    let mut worked = false;
    while !state.is_draining() {
        let planned = plan(state, cx).await?;
        let taken = take(state, cx).await?;
        if planned == 0 && taken.is_empty() {
            break;
        }
        worked = true;
        for jobs in taken.chunks(pace.at_once()) {
            let began = tokio::time::Instant::now();
            for (kind, did) in join_all(jobs.iter().map(|job| work(state, cx, job))).await {
                match did {
                    Ok(did) => *swept.count(kind) += usize::from(did),
                    Err(()) => swept.failed += 1,
                }
            }
            if pace == Pace::Gentle {
                tokio::time::sleep(began.elapsed().min(LONGEST_REST)).await;
            }
        }
    }
    if worked {
        let now = cx.now;
        state.db.write(move |tx| Ok::<_, Failure>(job::note_run(tx, now)?)).await?;
    }
    Ok(swept)
}

/// Plans what came due: nothing has to be written for that when a thing is given its time.
async fn plan(state: &State, cx: &Context) -> Result<usize, Failure> {
    let now = cx.now;
    let reminders = cx.clone();
    let look = move |tx: &mut Conn| {
        let mut due = job::due(tx, now, PLANNED)?;
        due.extend(reminder::due(tx, &reminders, PLANNED)?);
        Ok::<_, Failure>(due)
    };
    let due = state.db.read(look).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let ids = cx.ids.clone();
    state.db.write(move |tx| Ok(job::plan(tx, &due, now, || ids.make())?)).await
}

async fn take(state: &State, cx: &Context) -> Result<Vec<Job>, Failure> {
    let now = cx.now;
    let until = now.plus_seconds(LEASE_SECONDS);
    state.db.write(move |tx| Ok(job::take(tx, now, until, TAKEN)?)).await
}

/// Does one job, and ends it in the same transaction. Whether it did something.
async fn work(state: &State, cx: &Context, job: &Job) -> (Kind, Result<bool, ()>) {
    let kind = job.due.kind;
    let done = match job.tries > MOST_TRIES {
        // Each time before whoever took it came to an end without a word.
        true => Err(Code::Internal.into()),
        false => {
            let (cx, job) = (cx.clone(), job.clone());
            state.db.write(move |tx| act(tx, &cx, &job)).await
        }
    };
    match done {
        Ok(did) => {
            observe::job_done(kind.as_str());
            (kind, Ok(did))
        }
        Err(failure) => {
            put_back(state, cx, job, &failure).await;
            (kind, Err(()))
        }
    }
}

fn act(tx: &mut Conn, cx: &Context, job: &Job) -> Result<bool, Failure> {
    if !job::finish(tx, job)? {
        return Ok(false);
    }
    let wish = job.due.wish_id;
    let did = match job.due.kind {
        Kind::ClaimDue => claim::lapse(tx, cx, ClaimId(job.due.subject_id), wish)?,
        Kind::EscalationDue => escalation::overrun(tx, cx, EscalationId(job.due.subject_id), wish)?,
        Kind::WishDue => escalation::overdue(tx, cx, wish)?,
        Kind::ClaimReminder => reminder::remind(tx, cx, ClaimId(job.due.subject_id), wish, job.due.due_at)?,
    };
    // The rules refused what is due all the same: a person must see it.
    if !did && job::is_due(tx, &job.due)? { Err(Code::WrongStatus.into()) } else { Ok(did) }
}

async fn put_back(state: &State, cx: &Context, job: &Job, failure: &Failure) {
    let kind = job.due.kind.as_str();
    let code = failure.code().as_str();
    let [chance] = ambient::random::<1>().unwrap_or_default();
    let next = next_try(cx.now, job.tries, chance);
    observe::job_failed(kind);
    tracing::warn!(
        job = %job.id, kind, wish = %job.due.wish_id, tries = job.tries, code, cause = failure.internal(),
        laid_aside = next.is_none(), "a job failed"
    );
    let (job, now) = (job.clone(), cx.now);
    let noted = state.db.write(move |tx| Ok::<_, Failure>(job::fail(tx, &job, code, now, next)?)).await;
    if let Err(failure) = noted {
        // Its lease runs out, and it is taken again.
        tracing::warn!(cause = failure.internal(), "the failure could not be noted");
    }
}
