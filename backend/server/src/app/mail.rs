//! Letters: who is written to today, what a letter says at the moment that it goes, and those that were laid aside
//! as an administrator sees them.

use super::{Context, emergency, found, task};
use crate::{
    email::EmailKeys,
    mailer::Outgoing,
    problem::{Failure, Internal},
};
use chrono::NaiveDate;
use domain::{
    access::{Act, Actor, Subject},
    email::Email,
    emergency::Status,
    id::{EmergencyCallId, MailId, UserId},
    mail::{Kind, Letter, call_letter, code_letter, digest_day, digest_letter, digest_until},
    membership::Role,
    refusal::Code,
};
use store::{
    Conn,
    mail::{Filter, Mail},
};

/// Who is to be told of which day, where it is time: up to `limit` people.
///
/// # Errors
/// When the database does not answer.
pub fn due(tx: &mut Conn, cx: &Context, limit: i64) -> Result<Option<(NaiveDate, Vec<UserId>)>, Failure> {
    let Some(day) = digest_day(&*cx.calendar(tx)?, cx.now) else { return Ok(None) };
    let users = store::email::to_tell(tx, day, limit)?;
    Ok((!users.is_empty()).then_some((day, users)))
}

/// Plans the digests of a day. That a person is told of it is noted in the same transaction, so that of two who look at
/// once one writes.
///
/// # Errors
/// When the database refuses.
pub fn plan(tx: &mut Conn, cx: &Context, day: NaiveDate, users: &[UserId]) -> Result<(), Failure> {
    for user in users {
        if store::email::tell(tx, *user, day)? {
            let about = (Kind::Digest, *user, day.to_string());
            store::mail::plan(tx, cx.ids.make(), about, cx.now, digest_until(day))?;
        }
    }
    Ok(())
}

/// The letter as it goes out now; none where it is wanted no more, or nothing waits.
///
/// # Errors
/// When the database does not answer, or an address does not open.
pub fn write(
    tx: &mut Conn,
    cx: &Context,
    keys: &EmailKeys,
    mail: &Mail,
    site: &str,
) -> Result<Option<Outgoing>, Failure> {
    let user = store::user::load(tx, mail.user_id)?.filter(|user| !user.disabled);
    if user.is_none() {
        return Ok(None);
    }
    let email = store::email::load(tx, mail.user_id)?;
    let written = match mail.kind {
        Kind::Code => code(cx, keys, mail, &email),
        Kind::Digest => digest(tx, cx, &email, site)?,
        Kind::EmergencyCall => called(tx, mail, &email, site)?,
    };
    let Some((address, letter)) = written else { return Ok(None) };
    let to = keys.open(mail.user_id, address)?;
    let name = keys.letter_id(mail.kind, mail.user_id, &mail.about);
    Ok(Some(Outgoing { to, name, letter, at: cx.now }))
}

/// Where another code was asked for since, this one is good for nothing.
fn code<'a>(cx: &Context, keys: &EmailKeys, mail: &Mail, email: &'a Email) -> Option<(&'a str, Letter)> {
    let pending = email.to_prove(cx.now).ok().filter(|pending| pending.code_id.to_string() == mail.about)?;
    Some((&pending.address, code_letter(&keys.code(email.user_id, pending.code_id))))
}

fn digest<'a>(
    tx: &mut Conn,
    cx: &Context,
    email: &'a Email,
    site: &str,
) -> Result<Option<(&'a str, Letter)>, Failure> {
    let Some((address, _)) = &email.confirmed else { return Ok(None) };
    let user = email.user_id;
    let actor = Actor::person(user, store::user::roles(tx, user)?);
    let counts = task::count(tx, &cx.acting_as(actor))?;
    let waiting: Vec<_> = counts.kinds.iter().map(|(kind, count)| (*kind, count.count, count.more)).collect();
    Ok((!waiting.is_empty()).then(|| (address.as_str(), digest_letter(&waiting, site))))
}

/// Of a call that is over, or where everybody has somebody by now, nobody is told.
fn called<'a>(
    tx: &mut Conn,
    mail: &Mail,
    email: &'a Email,
    site: &str,
) -> Result<Option<(&'a str, Letter)>, Failure> {
    let Some((address, _)) = &email.confirmed else { return Ok(None) };
    let id: EmergencyCallId = mail.about.parse().map_err(store::StoreError::corrupt)?;
    let call = store::emergency::load(tx, id)?.filter(|call| call.status() == Status::Open);
    let Some(call) = call else { return Ok(None) };
    let waiting = emergency::report(tx, id)?.waiting();
    let page = format!("{site}/account/emergency/{id}");
    let letter = (waiting > 0).then(|| call_letter(waiting, call.content.due_at.date(), &page));
    Ok(letter.map(|letter| (address.as_str(), letter)))
}

/// A letter, and the name of whom it is to.
pub type Named = (Mail, String);

/// Letters to members of the organisations that the caller administers or audits, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Named>, Failure> {
    cx.user()?;
    filter.roots = cx.actor.roots(&[Role::Admin, Role::Auditor]);
    let mails = store::mail::list(tx, &filter, rows)?;
    let ids: Vec<UserId> = mails.iter().map(|mail| mail.user_id).collect();
    let names = store::user::display_names(tx, &ids)?;
    let named = |mail: Mail| {
        let name = names.iter().find(|(id, _)| *id == mail.user_id).map(|(_, name)| name.clone());
        name.map(|name| (mail, name)).ok_or_else(|| Internal::new("a letter to nobody").into())
    };
    mails.into_iter().map(named).collect()
}

/// Puts a letter that was laid aside back, with all its tries.
///
/// # Errors
/// As the access table says, wherever the member holds a role; `wrong_job_status` unless it is laid aside;
/// `mail_over` where it would be of no use any more.
pub fn retry(tx: &mut Conn, cx: &Context, id: MailId) -> Result<Named, Failure> {
    let mail = found(store::mail::load(tx, id)?)?;
    allow(tx, cx, mail.user_id)?;
    if mail.until <= cx.now {
        return Err(Code::MailOver.into());
    }
    if !store::mail::retry(tx, id, cx.now)? {
        return Err(Code::WrongJobStatus.into());
    }
    let again = found(store::mail::load(tx, id)?)?;
    let name = found(store::user::load(tx, again.user_id)?)?.display_name;
    Ok((again, name))
}

/// The best that the access table says of any place where the member holds a role.
fn allow(tx: &mut Conn, cx: &Context, member: UserId) -> Result<(), Failure> {
    cx.user()?;
    let mut verdict = Err(Code::NotFound.into());
    for held in store::user::roles(tx, member)? {
        let line = found(store::organisation::line(tx, held.organisation_id)?)?;
        match cx.allow(Act::RetryMail, &Subject { holder: line.ids(), ..Subject::default() }) {
            Ok(()) => return Ok(()),
            Err(Failure::Refused(refusal)) if refusal.code == Code::NotFound => {}
            Err(other) => verdict = Err(other),
        }
    }
    verdict
}
