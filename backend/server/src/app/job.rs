//! Jobs as an administrator sees them: what waits, and what was laid aside and is to be tried again.

use super::{Context, found};
use crate::problem::Failure;
use domain::{
    access::{Act, Subject},
    id::JobId,
    membership::Role,
    refusal::Code,
};
use store::{
    Conn,
    job::{Filter, Job},
};

/// Jobs on wishes of the organisations that the caller administers or audits, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Job>, Failure> {
    cx.user()?;
    filter.roots = cx.actor.roots(&[Role::Admin, Role::Auditor]);
    Ok(store::job::list(tx, &filter, rows)?)
}

/// Puts a job that was laid aside back, with all its tries.
///
/// # Errors
/// As the access table says; `wrong_job_status` unless it is laid aside.
pub fn retry(tx: &mut Conn, cx: &Context, id: JobId) -> Result<Job, Failure> {
    let job = found(store::job::load(tx, id)?)?;
    let held = super::wish::open_any(tx, job.due.wish_id)?;
    // That the wish is public does not make its jobs so.
    cx.allow(Act::RetryJob, &Subject { known: false, ..held.subject() })?;
    if !store::job::retry(tx, id, cx.now)? {
        return Err(Code::WrongJobStatus.into());
    }
    found(store::job::load(tx, id)?)
}
