//! Where the caller is told what waits for them: asked for, proved by a code, taken away. Nobody else's address is
//! looked at for it, so that nobody learns who uses one.

use super::{Context, event::Facts, found, session::record};
use crate::{email::EmailKeys, etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    email::Email,
    event::Kind as Event,
    id::MailId,
    mail::Kind,
    refusal::Code,
};
use store::{Conn, user::User};

/// What there is of the caller.
///
/// # Errors
/// `unauthenticated`.
pub fn see(tx: &mut Conn, cx: &Context) -> Result<Email, Failure> {
    cx.allow(Act::GetMyEmail, &Subject::default())?;
    Ok(store::email::load(tx, cx.user()?)?)
}

/// Notes where a user, whose password was checked, wants to be told, and plans the letter with the code.
///
/// # Errors
/// `stale`; `too_many_attempts` with how long to wait for another code.
pub fn ask(tx: &mut Conn, cx: &Context, seen: &Seen, sealed: &str) -> Result<Email, Failure> {
    cx.allow(Act::PutMyEmail, &Subject::default())?;
    let email = store::email::load(tx, cx.user()?)?;
    seen.check(email.version)?;
    let id: MailId = cx.ids.make();
    let email = email.ask(sealed.to_owned(), id, cx.now).map_err(|seconds| Failure::RetryAfter {
        code: Code::TooManyAttempts,
        seconds: u64::try_from(seconds).unwrap_or(1),
    })?;
    let until = email.to_prove(cx.now)?.until;
    store::mail::plan(tx, id, (Kind::Code, email.user_id, id.to_string()), cx.now, until)?;
    save(tx, cx, email)
}

/// Confirms the address by its code. None where the code is not right: that is kept, though it is refused.
///
/// # Errors
/// `email_code_over`; `stale` where the same is tried twice at once.
pub fn confirm(tx: &mut Conn, cx: &Context, keys: &EmailKeys, code: &str) -> Result<Option<Email>, Failure> {
    cx.allow(Act::ConfirmMyEmail, &Subject::default())?;
    let email = store::email::load(tx, cx.user()?)?;
    let right = keys.is_code(email.user_id, email.to_prove(cx.now)?.code_id, code);
    let email = save(tx, cx, email.tried(right, cx.now)?)?;
    if !right {
        return Ok(None);
    }
    // The first digest is the next day's: whoever sets this up has the pages before them.
    store::email::tell(tx, email.user_id, cx.now.date())?;
    changed(tx, cx, Event::EmailConfirmed)?;
    Ok(Some(email))
}

/// Takes the address away, and what was to be sent to it.
///
/// # Errors
/// `not_found` where there is none; `stale`.
pub fn remove(tx: &mut Conn, cx: &Context, seen: &Seen) -> Result<(), Failure> {
    cx.allow(Act::DeleteMyEmail, &Subject::default())?;
    let email = store::email::load(tx, cx.user()?)?;
    seen.check(email.version)?;
    let counted = email.confirmed.is_some();
    let email = save(tx, cx, email.remove()?)?;
    store::mail::remove_all(tx, email.user_id)?;
    if counted { changed(tx, cx, Event::EmailRemoved) } else { Ok(()) }
}

fn save(tx: &mut Conn, cx: &Context, email: Email) -> Result<Email, Failure> {
    store::email::save(tx, &email, cx.now)?;
    Ok(Email { version: email.version.saturating_add(1), ..email })
}

/// The event holds no address: it is kept for long, and read by others.
fn changed(tx: &mut Conn, cx: &Context, kind: Event) -> Result<(), Failure> {
    let user: User = found(store::user::load(tx, cx.user()?)?)?;
    store::user::save(tx, &user, cx.now)?;
    record(tx, cx, &user, kind, Facts::new())
}
