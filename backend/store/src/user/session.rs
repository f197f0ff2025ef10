//! Sessions with their refresh tokens, and failed tries to sign in.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    dialect,
    schema::{login_attempts, refresh_tokens, sessions},
};
use diesel::prelude::*;
use domain::{
    id::{SessionId, UserId},
    time::Instant,
};

/// One sign-in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// Since when.
    pub created_at: Instant,
    /// It ends then, whatever happens.
    pub expires_at: Instant,
    /// It was ended.
    pub ended: bool,
    /// It was begun, or strengthened, with a second factor.
    pub second_factor: bool,
    /// What program it began with, in two words; empty where it did not say.
    pub program: String,
}

/// Begins a session.
///
/// # Errors
/// When the database refuses.
pub fn begin_session(conn: &mut Conn, session: &Session) -> StoreResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.to_string()),
            sessions::user_id.eq(session.user_id.to_string()),
            sessions::created_at.eq(session.created_at.micros()),
            sessions::expires_at.eq(session.expires_at.micros()),
            sessions::second_factor.eq(session.second_factor),
            sessions::program.eq(&session.program),
        ))
        .execute(conn)?;
    Ok(())
}

type Row = (String, String, i64, i64, Option<i64>, bool, String);

const COLUMNS: (
    sessions::id,
    sessions::user_id,
    sessions::created_at,
    sessions::expires_at,
    sessions::ended_at,
    sessions::second_factor,
    sessions::program,
) = (
    sessions::id,
    sessions::user_id,
    sessions::created_at,
    sessions::expires_at,
    sessions::ended_at,
    sessions::second_factor,
    sessions::program,
);

fn shape((id, user, created, expires, ended, second_factor, program): Row) -> StoreResult<Session> {
    Ok(Session {
        id: word(&id)?,
        user_id: word(&user)?,
        created_at: instant(created),
        expires_at: instant(expires),
        ended: ended.is_some(),
        second_factor,
        program,
    })
}

/// One session.
///
/// # Errors
/// When the database does not answer.
pub fn session(conn: &mut Conn, id: SessionId) -> StoreResult<Option<Session>> {
    let row: Option<Row> =
        sessions::table.find(id.to_string()).select(COLUMNS).get_result(conn).optional()?;
    row.map(shape).transpose()
}

/// The sessions of a user that can still be renewed, the newest first, each with when it last was.
///
/// # Errors
/// When the database does not answer.
pub fn live_sessions(conn: &mut Conn, user: UserId, now: Instant) -> StoreResult<Vec<(Session, Instant)>> {
    let rows: Vec<(Row, Option<i64>)> = sessions::table
        .inner_join(refresh_tokens::table)
        .filter(sessions::user_id.eq(user.to_string()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now.micros()))
        .filter(refresh_tokens::expires_at.gt(now.micros()))
        .group_by(COLUMNS)
        .order(sessions::id.desc())
        .select((COLUMNS, diesel::dsl::max(refresh_tokens::issued_at)))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, seen)| {
            let session = shape(row)?;
            let seen = seen.map_or(session.created_at, instant);
            Ok((session, seen))
        })
        .collect()
}

/// Ends a session; its refresh tokens fall with it.
///
/// # Errors
/// When the database refuses.
pub fn end_session(conn: &mut Conn, id: SessionId, now: Instant) -> StoreResult<()> {
    diesel::update(sessions::table.find(id.to_string()).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(now.micros()))
        .execute(conn)?;
    Ok(())
}

/// Ends all sessions of a user but one, where there is one to keep.
///
/// # Errors
/// When the database refuses.
pub fn end_sessions_of(
    conn: &mut Conn,
    user: UserId,
    keep: Option<SessionId>,
    now: Instant,
) -> StoreResult<()> {
    let live = sessions::user_id.eq(user.to_string()).and(sessions::ended_at.is_null());
    let others = sessions::id.ne(keep.map(|id| id.to_string()).unwrap_or_default());
    diesel::update(sessions::table.filter(live.and(others)))
        .set(sessions::ended_at.eq(now.micros()))
        .execute(conn)?;
    Ok(())
}

/// A refresh token as stored: only its hash.
#[derive(Debug, Clone)]
pub struct RefreshToken {
    /// Its session.
    pub session_id: SessionId,
    /// Not valid after.
    pub expires_at: Instant,
    /// When it was exchanged for its successor.
    pub retired_at: Option<Instant>,
    /// By which client, as a keyed hash.
    pub retired_by: Option<String>,
}

/// Stores a token; an equal one that is there already (a lost answer, asked again) stays.
///
/// # Errors
/// When the database refuses.
pub fn add_refresh_token(
    conn: &mut Conn,
    hash: &str,
    session: SessionId,
    expires_at: Instant,
    now: Instant,
) -> StoreResult<()> {
    let row = (
        refresh_tokens::hash.eq(hash.to_owned()),
        refresh_tokens::session_id.eq(session.to_string()),
        refresh_tokens::issued_at.eq(now.micros()),
        refresh_tokens::expires_at.eq(expires_at.micros()),
    );
    dialect::insert_or_ignore(
        conn,
        diesel::insert_into(refresh_tokens::table).values(row).on_conflict_do_nothing(),
    )?;
    Ok(())
}

/// The token with this hash.
///
/// # Errors
/// When the database does not answer.
pub fn refresh_token(conn: &mut Conn, hash: &str) -> StoreResult<Option<RefreshToken>> {
    let row: Option<(String, i64, Option<i64>, Option<String>)> = refresh_tokens::table
        .find(hash)
        .select((
            refresh_tokens::session_id,
            refresh_tokens::expires_at,
            refresh_tokens::retired_at,
            refresh_tokens::retired_by,
        ))
        .get_result(conn)
        .optional()?;
    row.map(|(session, expires, retired, retired_by)| {
        Ok(RefreshToken {
            session_id: word(&session)?,
            expires_at: instant(expires),
            retired_at: retired.map(instant),
            retired_by,
        })
    })
    .transpose()
}

/// Retires a token; false when somebody else did so first.
///
/// # Errors
/// When the database refuses.
pub fn retire_refresh_token(conn: &mut Conn, hash: &str, client: &str, now: Instant) -> StoreResult<bool> {
    let live = refresh_tokens::table.find(hash).filter(refresh_tokens::retired_at.is_null());
    let changed = diesel::update(live)
        .set((refresh_tokens::retired_at.eq(now.micros()), refresh_tokens::retired_by.eq(client)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Failed sign-ins of an account or an address.
#[derive(Debug, Clone, Copy)]
pub struct Attempts {
    /// How many since the last success or rest.
    pub failures: i32,
    /// The last one.
    pub last_at: Instant,
}

/// The failed sign-ins of `subject`.
///
/// # Errors
/// When the database does not answer.
pub fn attempts(conn: &mut Conn, subject: &str) -> StoreResult<Option<Attempts>> {
    let row: Option<(i32, i64)> = login_attempts::table
        .find(subject)
        .select((login_attempts::failures, login_attempts::last_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(failures, last)| Attempts { failures, last_at: instant(last) }))
}

/// Counts one more failed sign-in; those before `rested` are forgotten.
///
/// # Errors
/// When the database refuses.
pub fn add_failure(conn: &mut Conn, subject: &str, rested: Instant, now: Instant) -> StoreResult<()> {
    let first = (
        login_attempts::subject.eq(subject.to_owned()),
        login_attempts::failures.eq(0),
        login_attempts::last_at.eq(now.micros()),
    );
    dialect::insert_or_ignore(
        conn,
        diesel::insert_into(login_attempts::table).values(first).on_conflict_do_nothing(),
    )?;
    let old = login_attempts::table.find(subject).filter(login_attempts::last_at.lt(rested.micros()));
    diesel::update(old).set(login_attempts::failures.eq(0)).execute(conn)?;
    diesel::update(login_attempts::table.find(subject))
        .set((
            login_attempts::failures.eq(login_attempts::failures + 1),
            login_attempts::last_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the failed sign-ins of `subject`.
///
/// # Errors
/// When the database refuses.
pub fn clear_failures(conn: &mut Conn, subject: &str) -> StoreResult<()> {
    diesel::delete(login_attempts::table.find(subject)).execute(conn)?;
    Ok(())
}

/// Forgets refresh tokens that nobody can use any more, sessions that were over before `old`, and failed
/// sign-ins before `rested`. Tells how many rows went.
///
/// # Errors
/// When the database refuses.
pub fn forget_sessions(conn: &mut Conn, old: Instant, rested: Instant, now: Instant) -> StoreResult<usize> {
    let spent = refresh_tokens::table.filter(refresh_tokens::expires_at.lt(now.micros()));
    let tokens = diesel::delete(spent).execute(conn)?;
    let tries = diesel::delete(login_attempts::table.filter(login_attempts::last_at.lt(rested.micros())));
    let tries = tries.execute(conn)?;
    let held = refresh_tokens::table.select(refresh_tokens::session_id);
    let over =
        sessions::table.filter(sessions::expires_at.lt(old.micros())).filter(sessions::id.ne_all(held));
    Ok(tokens + tries + diesel::delete(over).execute(conn)?)
}
