//! Signing in and out, and who a session speaks for.
//!
//! A session is a family of refresh tokens, of which one lives at a time: each use retires it for its
//! successor. A retired one that comes back late was stolen, or its thief was faster, so the whole
//! family falls.

mod tries;

pub use tries::Tries;

use super::{Context, event::Facts, found};
use crate::{
    password::Checked,
    problem::Failure,
    state::State,
    token::{Claims, RefreshToken},
};
use domain::{
    access::{Act, Actor, Subject},
    claimant::Claimant,
    event::{Kind, Subject as EventSubject},
    id::{OrganisationId, SessionId, UserId},
    membership::Role,
    refusal::Code,
    time::Instant,
};
use std::net::IpAddr;
use store::{
    Conn,
    event::Event,
    user::{Session, User},
};

/// A session ends after so many days, whatever happens.
const LIFE_DAYS: i64 = 30;
/// And after so many days without use.
const IDLE_DAYS: i64 = 7;
/// For so long a retired token still gives its successor: the answer may have been lost on the way.
const GRACE_SECONDS: i64 = 10;

/// Who an access token speaks for now.
///
/// # Errors
/// `session_ended` where the session is over; `unauthenticated` where the token must be renewed, or the
/// user may not sign in.
pub fn authenticate(tx: &mut Conn, claims: &Claims, now: Instant) -> Result<Actor, Failure> {
    let session = store::user::session(tx, claims.sid)?.ok_or(Code::Unauthenticated)?;
    if session.ended || session.expires_at <= now {
        return Err(Code::SessionEnded.into());
    }
    let user = store::user::load(tx, claims.sub)?.ok_or(Code::Unauthenticated)?;
    if session.user_id != user.id || user.disabled || user.security_stamp != claims.stamp {
        return Err(Code::Unauthenticated.into());
    }
    Ok(Actor { user: Some(user.id), roles: store::user::roles(tx, user.id)? })
}

/// A stamp for a user's tokens: another one makes all before it void.
#[must_use]
pub fn stamp(cx: &Context) -> String {
    cx.ids.make::<uuid::Uuid>().to_string()
}

/// What somebody who signed in is given.
pub struct SignedIn {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
    /// How long that is good for.
    pub refresh_seconds: i64,
}

/// Signs somebody in. An unknown name takes as long as a wrong password. What is tried at the same
/// moment gets past the count of failures, but not past the short queue of hashes.
///
/// # Errors
/// `wrong_credentials`; `too_many_attempts`.
pub async fn sign_in(
    state: &State,
    from: IpAddr,
    username: String,
    password: String,
) -> Result<SignedIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let tries = Tries::of(&username, from);
    let asked = tries.clone();
    let user = state
        .db
        .read(move |tx| asked.check(tx, now).and_then(|()| Ok(store::user::by_name(tx, &username)?)))
        .await?;
    let user = user.filter(|user: &User| !user.disabled);
    let checked =
        state.passwords.check(password.clone(), user.as_ref().map(|user| user.password_hash.clone())).await?;
    let (Some(user), true) = (user, checked != Checked::Wrong) else {
        state.db.write(move |tx| tries.count(tx, now)).await?;
        return Err(Code::WrongCredentials.into());
    };
    let rehashed = match checked {
        Checked::RightButOld => Some(state.passwords.hash(password).await?),
        Checked::Right | Checked::Wrong => None,
    };
    let token = state.tokens.refresh()?;
    let digest = hex(&token.digest);
    let begun = move |tx: &mut Conn| {
        tries.forget(tx)?;
        begin(tx, &cx, &user, rehashed.as_deref(), &digest)
    };
    let (user, session) = state.db.write(begun).await?;
    signed_in(state, &user, &session, token, now)
}

fn begin(
    tx: &mut Conn,
    cx: &Context,
    seen: &User,
    rehashed: Option<&str>,
    digest: &str,
) -> Result<(User, Session), Failure> {
    let user = store::user::load(tx, seen.id)?.ok_or(Code::WrongCredentials)?;
    if user.disabled || user.password_hash != seen.password_hash {
        // It was changed while the old one was being checked.
        return Err(Code::WrongCredentials.into());
    }
    if let Some(new) = rehashed {
        store::user::rehash(tx, user.id, &seen.password_hash, new)?;
    }
    let session = Session {
        id: cx.ids.make(),
        user_id: user.id,
        expires_at: cx.now.plus_days(LIFE_DAYS),
        ended: false,
    };
    store::user::begin_session(tx, &session, cx.now)?;
    store::user::add_refresh_token(tx, digest, session.id, idle_end(&session, cx.now), cx.now)?;
    Ok((user, session))
}

fn idle_end(session: &Session, now: Instant) -> Instant {
    session.expires_at.min(now.plus_days(IDLE_DAYS))
}

fn signed_in(
    state: &State,
    user: &User,
    session: &Session,
    token: RefreshToken,
    now: Instant,
) -> Result<SignedIn, Failure> {
    let access = state.tokens.issue(user.id, session.id, &user.security_stamp, now)?;
    let micros = idle_end(session, now).micros().saturating_sub(now.micros());
    Ok(SignedIn { access, refresh: token.token, refresh_seconds: micros.div_euclid(1_000_000) })
}

/// What came of presenting a refresh token.
enum Renewal {
    /// Its successor is good.
    Renewed(User, Session),
    /// It was retired long ago: the session is over, which must be kept though it is refused.
    Reused(Session),
}

/// Exchanges a refresh token for its successor and a new access token.
///
/// # Errors
/// `unauthenticated` for what is no token of ours; `session_ended`.
pub async fn renew(state: &State, token: &str) -> Result<SignedIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let digest = state.tokens.refresh_digest(token).ok_or(Code::Unauthenticated)?;
    let successor = state.tokens.refresh_after(&digest);
    let (old, new) = (hex(&digest), hex(&successor.digest));
    match state.db.write(move |tx| exchange(tx, &old, &new, now)).await? {
        Renewal::Renewed(user, session) => signed_in(state, &user, &session, successor, now),
        Renewal::Reused(session) => {
            tracing::warn!(session = %session.id, user = %session.user_id, "a retired refresh token came back: session ended");
            Err(Code::SessionEnded.into())
        }
    }
}

fn exchange(tx: &mut Conn, old: &str, new: &str, now: Instant) -> Result<Renewal, Failure> {
    let token = store::user::refresh_token(tx, old)?.ok_or(Code::Unauthenticated)?;
    let session = store::user::session(tx, token.session_id)?.ok_or(Code::SessionEnded)?;
    let user =
        store::user::load(tx, session.user_id)?.filter(|user| !user.disabled).ok_or(Code::SessionEnded)?;
    if session.ended || session.expires_at <= now || token.expires_at <= now {
        return Err(Code::SessionEnded.into());
    }
    if token.retired_at.is_some_and(|at| at.plus_seconds(GRACE_SECONDS) < now) {
        store::user::end_session(tx, session.id, now)?;
        return Ok(Renewal::Reused(session));
    }
    // Of those who present it at once one retires it; all are given the same successor.
    store::user::retire_refresh_token(tx, old, now)?;
    store::user::add_refresh_token(tx, new, session.id, idle_end(&session, now), now)?;
    Ok(Renewal::Renewed(user, session))
}

/// Ends the session of a refresh token, or of an access token. What speaks for none ends none.
///
/// # Errors
/// When the database refuses.
pub async fn sign_out(state: &State, token: Option<&str>, session: Option<SessionId>) -> Result<(), Failure> {
    let now = state.clock.now();
    let digest = token.and_then(|token| state.tokens.refresh_digest(token)).map(|digest| hex(&digest));
    if digest.is_none() && session.is_none() {
        return Ok(());
    }
    let ended = state.db.write(move |tx| end(tx, digest.as_deref(), session, now)).await?;
    for known in ended {
        state.callers.invalidate(&known);
    }
    Ok(())
}

fn end(
    tx: &mut Conn,
    digest: Option<&str>,
    session: Option<SessionId>,
    now: Instant,
) -> Result<Vec<(SessionId, String)>, Failure> {
    let presented = match digest {
        Some(digest) => store::user::refresh_token(tx, digest)?.map(|token| token.session_id),
        None => None,
    };
    let mut ended = Vec::new();
    for id in presented.into_iter().chain(session.filter(|id| Some(*id) != presented)) {
        let Some(session) = store::user::session(tx, id)? else { continue };
        store::user::end_session(tx, id, now)?;
        ended.extend(store::user::load(tx, session.user_id)?.map(|user| (id, user.security_stamp)));
    }
    Ok(ended)
}

/// Who is signed in, and as what.
#[derive(Debug)]
pub struct Me {
    /// The user.
    pub user: User,
    /// Those for whom they act.
    pub claimants: Vec<Claimant>,
}

/// Who is signed in; the roles are the context's.
///
/// # Errors
/// `unauthenticated` where nobody is.
pub fn me(tx: &mut Conn, cx: &Context) -> Result<Me, Failure> {
    cx.allow(Act::GetMe, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    let claimants = store::claimant::of_user(tx, user.id, &cx.actor.roots(&[Role::Manager]), 100)?;
    Ok(Me { user, claimants })
}

/// Who wants to change a password, unless that comes too soon after failures.
///
/// # Errors
/// `unauthenticated`; `too_many_attempts`.
pub fn about_to_change(tx: &mut Conn, cx: &Context, from: IpAddr) -> Result<(User, Tries), Failure> {
    cx.allow(Act::ChangePassword, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    let tries = Tries::of(&user.username, from);
    tries.check(tx, cx.now)?;
    Ok((user, tries))
}

/// Gives a user whose password was checked a new one. All that was signed before falls, and every other
/// session ends.
///
/// # Errors
/// `wrong_credentials` where it was changed meanwhile.
pub fn change_password(
    tx: &mut Conn,
    cx: &Context,
    (checked, tries): (&User, &Tries),
    hash: &str,
    keep: Option<SessionId>,
) -> Result<(), Failure> {
    let mut user = found(store::user::load(tx, checked.id)?)?;
    if user.version != checked.version {
        return Err(Code::WrongCredentials.into());
    }
    hash.clone_into(&mut user.password_hash);
    user.security_stamp = stamp(cx);
    store::user::save(tx, &user, cx.now)?;
    store::user::end_sessions_of(tx, user.id, keep, cx.now)?;
    tries.forget(tx)?;
    record_change(tx, cx, &user)
}

/// A user belongs to no organisation alone: the event is kept where they first got a role.
fn record_change(tx: &mut Conn, cx: &Context, user: &User) -> Result<(), Failure> {
    let home = home(tx, user.id)?;
    let event = Event {
        id: cx.ids.make(),
        subject: EventSubject::User,
        subject_id: user.id.to_string(),
        number: user.version.saturating_add(1),
        kind: Kind::PasswordChanged,
        at: cx.now,
        actor: cx.actor.user,
        organisation_id: home,
        origin_id: home,
        from_status: None,
        to_status: None,
        data: Facts::new(),
    };
    Ok(store::event::append(tx, &event)?)
}

fn home(tx: &mut Conn, user: UserId) -> Result<OrganisationId, Failure> {
    if let Some(held) = store::user::roles(tx, user)?.first() {
        return Ok(held.organisation_id);
    }
    let claimants = store::claimant::of_user(tx, user, &[], 1)?;
    Ok(claimants.first().map_or(OrganisationId(uuid::Uuid::nil()), |claimant| claimant.organisation_id))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
