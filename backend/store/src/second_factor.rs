//! Second factors: one sealed secret a user, and the hashes of their recovery codes.

use crate::{
    Conn, StoreResult,
    column::one_row,
    schema::{recovery_codes, second_factors, sessions},
};
use diesel::prelude::*;
use domain::{
    id::{SessionId, UserId},
    time::Instant,
};

/// A second factor as stored.
#[derive(Debug, Clone)]
pub struct SecondFactor {
    /// The sealed secret.
    pub secret: String,
    /// The user has shown that their program has it.
    pub confirmed: bool,
    /// The last step whose code was used.
    pub last_step: i64,
}

/// The second factor of a user.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, user: UserId) -> StoreResult<Option<SecondFactor>> {
    let row: Option<(String, Option<i64>, i64)> = second_factors::table
        .find(user.to_string())
        .select((second_factors::secret, second_factors::confirmed_at, second_factors::last_step))
        .get_result(conn)
        .optional()?;
    let shape = |(secret, confirmed, last_step): (String, Option<i64>, i64)| SecondFactor {
        secret,
        confirmed: confirmed.is_some(),
        last_step,
    };
    Ok(row.map(shape))
}

/// Whether a user signs in with a second factor.
///
/// # Errors
/// When the database does not answer.
pub fn is_confirmed(conn: &mut Conn, user: UserId) -> StoreResult<bool> {
    Ok(load(conn, user)?.is_some_and(|factor| factor.confirmed))
}

/// Keeps a secret that is not confirmed yet, in place of any other.
///
/// # Errors
/// When the database refuses.
pub fn begin(conn: &mut Conn, user: UserId, secret: &str, now: Instant) -> StoreResult<()> {
    remove(conn, user)?;
    diesel::insert_into(second_factors::table)
        .values((
            second_factors::user_id.eq(user.to_string()),
            second_factors::secret.eq(secret),
            second_factors::last_step.eq(0_i64),
            second_factors::created_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Confirms the secret, with the hashes of the recovery codes.
///
/// # Errors
/// `Stale` when there is none, or it is confirmed already.
pub fn confirm(conn: &mut Conn, user: UserId, codes: &[String], now: Instant) -> StoreResult<()> {
    let waiting = second_factors::table.find(user.to_string()).filter(second_factors::confirmed_at.is_null());
    one_row(diesel::update(waiting).set(second_factors::confirmed_at.eq(now.micros())).execute(conn)?)?;
    for code in codes {
        diesel::insert_into(recovery_codes::table)
            .values((recovery_codes::hash.eq(code), recovery_codes::user_id.eq(user.to_string())))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses the code of a step; false when it, or a later one, was used already.
///
/// # Errors
/// When the database refuses.
pub fn use_step(conn: &mut Conn, user: UserId, step: i64) -> StoreResult<bool> {
    let fresh = second_factors::table.find(user.to_string()).filter(second_factors::last_step.lt(step));
    Ok(diesel::update(fresh).set(second_factors::last_step.eq(step)).execute(conn)? == 1)
}

/// Uses a recovery code; false when it is none, or was used already.
///
/// # Errors
/// When the database refuses.
pub fn use_recovery(conn: &mut Conn, user: UserId, hash: &str, now: Instant) -> StoreResult<bool> {
    let fresh = recovery_codes::table
        .find(hash)
        .filter(recovery_codes::user_id.eq(user.to_string()))
        .filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(fresh).set(recovery_codes::used_at.eq(now.micros())).execute(conn)? == 1)
}

/// Takes the second factor away; tells whether there was one.
///
/// # Errors
/// When the database refuses.
pub fn remove(conn: &mut Conn, user: UserId) -> StoreResult<bool> {
    let user = user.to_string();
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(&user))).execute(conn)?;
    Ok(diesel::delete(second_factors::table.find(&user)).execute(conn)? == 1)
}

/// From now on a session counts as one with a second factor.
///
/// # Errors
/// When the database refuses.
pub fn strengthen(conn: &mut Conn, session: SessionId) -> StoreResult<()> {
    let session = sessions::table.find(session.to_string());
    diesel::update(session).set(sessions::second_factor.eq(true)).execute(conn)?;
    Ok(())
}
