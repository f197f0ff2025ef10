//! The second factor of a sign-in: entered, confirmed, used, and taken away by an administrator.

use super::{
    Context,
    disabling::within_reach,
    event::{Facts, facts},
    found,
    organisation::open_to_change,
    session::{Client, SignedIn, Tries, begin_session, record, signed_in, stamp},
};
use crate::{
    etag::Seen,
    problem::{Failure, Internal},
    state::State,
    totp::{SecondFactors, step_of},
};
use base16ct::lower::encode_string as hex;
use domain::{
    access::{Act, Actor, Subject},
    event::Kind,
    id::{MembershipId, OrganisationId, SessionId},
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use std::net::IpAddr;
use store::{
    Conn, second_factor,
    user::{Session, User},
};

/// The code given is not right.
#[must_use]
pub fn wrong_code() -> Refusal {
    Refusal::field(Code::Invalid, "/code", Fault::Wrong)
}

/// Keeps a new secret for a user whose password was checked.
///
/// # Errors
/// `unauthenticated`; `totp_enrolled` where there is a confirmed one.
pub fn enrol(tx: &mut Conn, cx: &Context, sealed: &str) -> Result<(), Failure> {
    cx.allow(Act::EnrolTotp, &Subject::default())?;
    let user = cx.user()?;
    if second_factor::is_confirmed(tx, user)? {
        return Err(Code::TotpEnrolled.into());
    }
    Ok(second_factor::begin(tx, user, sealed, cx.now)?)
}

/// Confirms the secret by a code of it. Gives recovery codes, or none where the code is not right; then
/// it is counted as a failure.
///
/// # Errors
/// `unauthenticated`; `too_many_attempts`; `invalid` where no secret waits to be confirmed.
pub fn confirm(
    tx: &mut Conn,
    cx: &Context,
    keys: &SecondFactors,
    (code, from): (&str, IpAddr),
    session: Option<SessionId>,
) -> Result<Option<Vec<String>>, Failure> {
    cx.allow(Act::ConfirmTotp, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    let tries = Tries::of(&user.username, from);
    tries.check(tx, cx.now)?;
    let factor =
        second_factor::load(tx, user.id)?.filter(|factor| !factor.confirmed).ok_or_else(wrong_code)?;
    let secret = opened(keys, &user, &factor.secret)?;
    let Some(step) = step_of(&secret, code, cx.now, factor.last_step) else {
        tries.count(tx, cx.now)?;
        return Ok(None);
    };
    let codes = SecondFactors::recovery_codes()?;
    let hashes: Vec<String> = codes.iter().map(|code| keys.recovery_hash(user.id, code)).collect();
    second_factor::confirm(tx, user.id, &hashes, cx.now)?;
    second_factor::use_step(tx, user.id, step)?;
    if let Some(session) = session {
        second_factor::strengthen(tx, session)?;
        // The others were begun with the password alone.
        store::user::end_sessions_of(tx, user.id, Some(session), cx.now)?;
    }
    store::user::save(tx, &user, cx.now)?;
    record(tx, cx, &user, Kind::TotpEnrolled, Facts::new())?;
    Ok(Some(codes))
}

fn opened(keys: &SecondFactors, user: &User, sealed: &str) -> Result<Vec<u8>, Failure> {
    keys.open(user.id, sealed).ok_or_else(|| Internal::new("a sealed secret does not open").into())
}

/// The second step of a sign-in: a code of the program, or a recovery code.
///
/// # Errors
/// `unauthenticated` for a ticket that is not good; `invalid` for a wrong code; `too_many_attempts`.
pub async fn sign_in(state: &State, client: Client, ticket: &str, code: String) -> Result<SignedIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let ticket = state.second_factors.read(ticket, now).ok_or(Code::Unauthenticated)?;
    let token = state.tokens.refresh()?;
    let digest = hex(&token.digest);
    let keys = state.second_factors.clone();
    let work = move |tx: &mut Conn| -> Result<Option<(User, Session, domain::time::Instant)>, Failure> {
        let user = store::user::load(tx, ticket.user)?.filter(|user| !user.disabled);
        let user = user.filter(|user| user.security_stamp == ticket.stamp).ok_or(Code::Unauthenticated)?;
        let tries = Tries::of(&user.username, client.from);
        tries.check(tx, now)?;
        let Some(user) = prove(tx, &cx, &keys, user, &code)? else {
            // Kept, though it is refused.
            tries.count(tx, now)?;
            tracing::warn!(user = %ticket.user, "the second step of a sign-in was refused");
            return Ok(None);
        };
        tries.forget(tx)?;
        let (session, until) = begin_session(tx, &cx, &user, (&digest, &client), true)?;
        Ok(Some((user, session, until)))
    };
    let (user, session, until) = state.db.write(work).await?.ok_or_else(wrong_code)?;
    signed_in(state, &user, &session, (token, until), now)
}

fn prove(
    tx: &mut Conn,
    cx: &Context,
    keys: &SecondFactors,
    mut user: User,
    code: &str,
) -> Result<Option<User>, Failure> {
    let factor = second_factor::load(tx, user.id)?.filter(|factor| factor.confirmed);
    let factor = factor.ok_or(Code::Unauthenticated)?;
    let secret = opened(keys, &user, &factor.secret)?;
    if let Some(step) = step_of(&secret, code, cx.now, factor.last_step) {
        return Ok(second_factor::use_step(tx, user.id, step)?.then_some(user));
    }
    if !second_factor::use_recovery(tx, user.id, &keys.recovery_hash(user.id, code), cx.now)? {
        return Ok(None);
    }
    store::user::save(tx, &user, cx.now)?;
    let actor = Actor { user: Some(user.id), ..Actor::default() };
    record(tx, &cx.acting_as(actor), &user, Kind::RecoveryCodeUsed, Facts::new())?;
    user.version = user.version.saturating_add(1);
    Ok(Some(user))
}

/// An administrator takes away the second factor of a member who lost it; all their sessions end.
///
/// # Errors
/// As the access table says; `forbidden` where the member has a role beyond the administrator's reach;
/// `not_found` where there is nothing to take.
pub fn reset(tx: &mut Conn, cx: &Context, at: OrganisationId, id: MembershipId) -> Result<(), Failure> {
    open_to_change(tx, cx, Act::ResetTotp, at, &Seen::Any)?;
    let membership = found(store::user::membership(tx, at, id)?)?;
    let mut user = within_reach(tx, cx, membership.user_id)?;
    if !second_factor::remove(tx, user.id)? {
        return Err(Code::NotFound.into());
    }
    user.security_stamp = stamp(cx);
    store::user::save(tx, &user, cx.now)?;
    store::user::end_sessions_of(tx, user.id, None, cx.now)?;
    record(tx, cx, &user, Kind::TotpReset, facts([("membership_id", json!(id))]))
}
