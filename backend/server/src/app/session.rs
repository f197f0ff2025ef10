//! Signing in and out, and who a session speaks for.
//!
//! A session is a family of refresh tokens, of which one lives at a time: each use retires it for its
//! successor. A retired one that comes back late was stolen, or its thief was faster, so the whole
//! family falls.

mod mine;
mod program;
mod tries;

pub use mine::{end_others, end_own, list};
pub use tries::Tries;

use super::{Context, event::Facts, found};
use crate::{
    password::Checked,
    problem::Failure,
    secrets::{Use, hmac},
    state::State,
    token::{Claims, RefreshToken},
};
use base16ct::lower::encode_string as hex;
use domain::{
    access::{Act, Actor, Held, Subject},
    claimant::Claimant,
    event::{Kind, Subject as EventSubject},
    id::{OrganisationId, SessionId, UserId},
    membership::Role,
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use std::net::IpAddr;
use store::{
    Conn,
    event::Event,
    user::{Session, User},
};

/// How long a session lasts, in seconds: whatever happens, and without use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Life {
    whole: i64,
    idle: i64,
}

const ANYBODYS: Life = Life { whole: 30 * 86_400, idle: 7 * 86_400 };
/// Who gives roles to others is asked for the password at least once a day of work.
const ADMINISTRATORS: Life = Life { whole: 12 * 3600, idle: 30 * 60 };
/// For so long a retired token still gives its successor: the answer may have been lost on the way.
const GRACE_SECONDS: i64 = 10;

/// Who an access token speaks for now.
///
/// # Errors
/// `session_ended` where the session is over; `unauthenticated` where the token must be renewed, or the
/// user may not sign in.
pub fn authenticate(tx: &mut Conn, claims: &Claims, now: Instant) -> Result<Known, Failure> {
    let session = store::user::session(tx, claims.sid)?.ok_or(Code::Unauthenticated)?;
    if session.ended || session.expires_at <= now {
        return Err(Code::SessionEnded.into());
    }
    let user = store::user::load(tx, claims.sub)?.ok_or(Code::Unauthenticated)?;
    if session.user_id != user.id || user.disabled || user.security_stamp != claims.stamp {
        return Err(Code::Unauthenticated.into());
    }
    let actor = Actor::person(user.id, store::user::roles(tx, user.id)?);
    Ok(Known { actor, must_change_password: user.must_change_password })
}

/// Who a session speaks for.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who.
    pub actor: Actor,
    /// Somebody else knows the password: until it is changed, the session is good for that alone.
    pub must_change_password: bool,
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
    client: Client,
    username: String,
    password: String,
) -> Result<SignIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let tries = Tries::of(&username, client.from);
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
        tracing::warn!("a sign-in was refused");
        return Err(Code::WrongCredentials.into());
    };
    let rehashed = match checked {
        Checked::RightButOld => Some(state.passwords.hash(password).await?),
        Checked::Right | Checked::Wrong => None,
    };
    let token = state.tokens.refresh()?;
    let digest = hex(&token.digest);
    let begun = move |tx: &mut Conn| -> Result<First, Failure> {
        let user = unchanged(tx, &user, rehashed.as_deref())?;
        if store::second_factor::is_confirmed(tx, user.id)? {
            // The failures stay until the second step: who has the password alone is not to try codes anew.
            return Ok(First::SecondStep(user));
        }
        tries.forget(tx)?;
        let (session, until) = begin_session(tx, &cx, &user, (&digest, &client), false)?;
        Ok(First::Begun(user, session, until))
    };
    first_step(state, state.db.write(begun).await?, token, now)
}

/// What somebody is told after the first step, whichever it was.
pub(super) fn first_step(
    state: &State,
    first: First,
    token: RefreshToken,
    now: Instant,
) -> Result<SignIn, Failure> {
    match first {
        First::Begun(user, session, until) => {
            Ok(SignIn::Done(signed_in(state, &user, &session, (token, until), now)?))
        }
        First::SecondStep(user) => {
            let (ticket, seconds) = state.second_factors.ticket(user.id, &user.security_stamp, now)?;
            Ok(SignIn::SecondStep { ticket, seconds })
        }
    }
}

/// What came of the first step, inside its transaction.
pub(super) enum First {
    Begun(User, Session, Instant),
    SecondStep(User),
}

/// What came of a right password.
pub enum SignIn {
    /// Signed in.
    Done(SignedIn),
    /// A code of the second factor is still to come, with this ticket.
    SecondStep {
        /// To be sent with the code.
        ticket: String,
        /// How many seconds it is good for.
        seconds: i64,
    },
}

/// The user, unless the password was changed while the old one was being checked.
fn unchanged(tx: &mut Conn, seen: &User, rehashed: Option<&str>) -> Result<User, Failure> {
    let user = store::user::load(tx, seen.id)?.ok_or(Code::WrongCredentials)?;
    if user.disabled || user.password_hash != seen.password_hash {
        return Err(Code::WrongCredentials.into());
    }
    if let Some(new) = rehashed {
        store::user::rehash(tx, user.id, &seen.password_hash, new)?;
    }
    Ok(user)
}

/// Begins a session, and tells until when its refresh token is good.
pub(super) fn begin_session(
    tx: &mut Conn,
    cx: &Context,
    user: &User,
    (digest, client): (&str, &Client),
    second_factor: bool,
) -> Result<(Session, Instant), Failure> {
    let life = Life::of(&store::user::roles(tx, user.id)?);
    let session = Session {
        id: cx.ids.make(),
        user_id: user.id,
        created_at: cx.now,
        expires_at: cx.now.plus_seconds(life.whole),
        ended: false,
        second_factor,
        program: program::program_of(&client.agent),
    };
    store::user::begin_session(tx, &session)?;
    let until = life.idle_end(&session, cx.now);
    store::user::add_refresh_token(tx, digest, session.id, until, cx.now)?;
    Ok((session, until))
}

impl Life {
    fn of(roles: &[Held]) -> Self {
        match roles.iter().any(|held| held.role == Role::Admin) {
            true => ADMINISTRATORS,
            false => ANYBODYS,
        }
    }

    /// When a session is over; whoever has become an administrator since has less of it.
    fn end(self, session: &Session) -> Instant {
        session.expires_at.min(session.created_at.plus_seconds(self.whole))
    }

    fn idle_end(self, session: &Session, now: Instant) -> Instant {
        self.end(session).min(now.plus_seconds(self.idle))
    }
}

pub(super) fn signed_in(
    state: &State,
    user: &User,
    session: &Session,
    (token, until): (RefreshToken, Instant),
    now: Instant,
) -> Result<SignedIn, Failure> {
    let access =
        state.tokens.issue(user.id, session.id, (&user.security_stamp, session.second_factor), now)?;
    tracing::info!(user = %user.id, session = %session.id, second_factor = session.second_factor, "signed in or renewed");
    let micros = until.micros().saturating_sub(now.micros());
    Ok(SignedIn { access, refresh: token.token, refresh_seconds: micros.div_euclid(1_000_000) })
}

/// What came of presenting a refresh token.
enum Renewal {
    /// Its successor is good.
    Renewed(User, Session, Instant),
    /// It was retired long ago, or by another client: the session is over, which must be kept though it is refused.
    Reused(Session),
}

/// Exchanges a refresh token for its successor and a new access token.
///
/// # Errors
/// `unauthenticated` for what is no token of ours; `session_ended`.
pub async fn renew(state: &State, token: &str, client: &Client) -> Result<SignedIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let digest = state.tokens.refresh_digest(token).ok_or(Code::Unauthenticated)?;
    let successor = state.tokens.refresh_after(&digest);
    let (old, new) = (hex(&digest), hex(&successor.digest));
    let client = client.mark(state);
    match state.db.write(move |tx| exchange(tx, &old, &new, &client, now)).await? {
        Renewal::Renewed(user, session, until) => signed_in(state, &user, &session, (successor, until), now),
        Renewal::Reused(session) => {
            tracing::warn!(session = %session.id, user = %session.user_id, "a retired refresh token came back: session ended");
            Err(Code::SessionEnded.into())
        }
    }
}

fn exchange(tx: &mut Conn, old: &str, new: &str, client: &str, now: Instant) -> Result<Renewal, Failure> {
    let token = store::user::refresh_token(tx, old)?.ok_or(Code::Unauthenticated)?;
    let session = store::user::session(tx, token.session_id)?.ok_or(Code::SessionEnded)?;
    let user =
        store::user::load(tx, session.user_id)?.filter(|user| !user.disabled).ok_or(Code::SessionEnded)?;
    let life = Life::of(&store::user::roles(tx, user.id)?);
    if session.ended || life.end(&session) <= now || token.expires_at <= now {
        return Err(Code::SessionEnded.into());
    }
    // Of those who present it at once one retires it; to the others it is a retired one.
    if !store::user::retire_refresh_token(tx, old, client, now)? {
        let token = store::user::refresh_token(tx, old)?.ok_or(Code::Unauthenticated)?;
        let late = token.retired_at.is_none_or(|at| at.plus_seconds(GRACE_SECONDS) < now);
        if late || token.retired_by.as_deref() != Some(client) {
            store::user::end_session(tx, session.id, now)?;
            return Ok(Renewal::Reused(session));
        }
    }
    let until = life.idle_end(&session, now);
    store::user::add_refresh_token(tx, new, session.id, until, now)?;
    Ok(Renewal::Renewed(user, session, until))
}

/// What is known of the program that presents a refresh token: as much as tells a client whose answer
/// was lost from somebody else. A phone may change its address within its provider's network.
#[derive(Debug, Clone)]
pub struct Client {
    /// The caller's address.
    pub from: IpAddr,
    /// What it says it is.
    pub agent: String,
}

impl Client {
    fn mark(&self, state: &State) -> String {
        let network = match self.from.to_canonical() {
            IpAddr::V4(ip) => u128::from(ip.to_bits() >> 16),
            IpAddr::V6(ip) => ip.to_bits() >> 80,
        };
        let key = state.secrets.key(Use::RefreshToken);
        hex(&hmac(&key, &[b"client", &network.to_be_bytes(), self.agent.as_bytes()]))
    }
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
    /// Whether they sign in with a second factor.
    pub totp: bool,
}

/// Who is signed in; the roles are the context's.
///
/// # Errors
/// `unauthenticated` where nobody is.
pub fn me(tx: &mut Conn, cx: &Context) -> Result<Me, Failure> {
    cx.allow(Act::GetMe, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    let claimants = store::claimant::of_user(tx, user.id, &cx.actor.roots(&[Role::Manager]), 100)?;
    let totp = store::second_factor::is_confirmed(tx, user.id)?;
    Ok(Me { user, claimants, totp })
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
/// `invalid` where it was changed meanwhile.
pub fn change_password(
    tx: &mut Conn,
    cx: &Context,
    (checked, tries): (&User, &Tries),
    hash: &str,
    keep: Option<SessionId>,
) -> Result<(), Failure> {
    let mut user = found(store::user::load(tx, checked.id)?)?;
    if user.version != checked.version {
        return Err(wrong_password().into());
    }
    hash.clone_into(&mut user.password_hash);
    user.security_stamp = stamp(cx);
    user.must_change_password = false;
    store::user::save(tx, &user, cx.now)?;
    store::user::end_sessions_of(tx, user.id, keep, cx.now)?;
    tries.forget(tx)?;
    record(tx, cx, &user, Kind::PasswordChanged, Facts::new())
}

/// The password until now is not the one given.
#[must_use]
pub fn wrong_password() -> Refusal {
    Refusal::field(Code::Invalid, "/current_password", Fault::Wrong)
}

/// Records a change of a user that was just saved. A user belongs to no organisation alone: the event is kept where they first got a role.
pub(super) fn record(
    tx: &mut Conn,
    cx: &Context,
    user: &User,
    kind: Kind,
    data: Facts,
) -> Result<(), Failure> {
    let home = home(tx, user.id)?;
    let event = Event {
        id: cx.ids.make(),
        subject: EventSubject::User,
        subject_id: user.id.to_string(),
        number: user.version.saturating_add(1),
        kind,
        at: cx.now,
        actor: cx.actor.user,
        organisation_id: home,
        origin_id: home,
        from_status: None,
        to_status: None,
        data,
    };
    Ok(store::event::append(tx, &event)?)
}

fn home(tx: &mut Conn, user: UserId) -> Result<OrganisationId, Failure> {
    if let Some(held) = store::user::roles(tx, user)?.first() {
        return Ok(held.organisation_id);
    }
    if let Some(home) = store::user::home(tx, user)? {
        return Ok(home);
    }
    let claimants = store::claimant::of_user(tx, user, &[], 1)?;
    Ok(claimants.first().map_or(OrganisationId(uuid::Uuid::nil()), |claimant| claimant.organisation_id))
}
