//! Whom a sign-in provider knows, and which user that is here.

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, word},
    schema::external_identities,
};
use diesel::prelude::*;
use domain::{
    id::{IdentityId, UserId},
    time::Instant,
};

/// An identity at a provider, linked to a user.
#[derive(Debug, Clone)]
pub struct ExternalIdentity {
    /// Its id.
    pub id: IdentityId,
    /// Whose it is.
    pub user_id: UserId,
    /// Which provider.
    pub issuer: String,
    /// The provider's own name for them.
    pub subject: String,
    /// Since when.
    pub linked_at: Instant,
}

/// Links an identity.
///
/// # Errors
/// `Unique` where it is linked already, or the user has another of that provider.
pub fn insert(conn: &mut Conn, identity: &ExternalIdentity) -> StoreResult<()> {
    diesel::insert_into(external_identities::table)
        .values((
            external_identities::id.eq(identity.id.to_string()),
            external_identities::user_id.eq(identity.user_id.to_string()),
            external_identities::issuer.eq(&identity.issuer),
            external_identities::subject.eq(&identity.subject),
            external_identities::linked_at.eq(identity.linked_at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who is linked to an identity.
///
/// # Errors
/// When the database does not answer.
pub fn user_of(conn: &mut Conn, issuer: &str, subject: &str) -> StoreResult<Option<UserId>> {
    let row: Option<String> = external_identities::table
        .filter(external_identities::issuer.eq(issuer))
        .filter(external_identities::subject.eq(subject))
        .select(external_identities::user_id)
        .get_result(conn)
        .optional()?;
    row.map(|user| word(&user)).transpose()
}

/// The identities of a user, in the order in which they were linked.
///
/// # Errors
/// When the database does not answer.
pub fn of_user(conn: &mut Conn, user: UserId) -> StoreResult<Vec<ExternalIdentity>> {
    let rows: Vec<(String, String, String, i64)> = external_identities::table
        .filter(external_identities::user_id.eq(user.to_string()))
        .order(external_identities::id.asc())
        .select((
            external_identities::id,
            external_identities::issuer,
            external_identities::subject,
            external_identities::linked_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, issuer, subject, at)| {
            Ok(ExternalIdentity { id: word(&id)?, user_id: user, issuer, subject, linked_at: instant(at) })
        })
        .collect()
}

/// Takes an identity of a user away.
///
/// # Errors
/// `Stale` where it is not theirs, or gone already.
pub fn remove(conn: &mut Conn, user: UserId, id: IdentityId) -> StoreResult<()> {
    let theirs = external_identities::table
        .find(id.to_string())
        .filter(external_identities::user_id.eq(user.to_string()));
    one_row(diesel::delete(theirs).execute(conn)?)
}

/// Takes all identities of a user away; tells how many.
///
/// # Errors
/// When the database refuses.
pub fn remove_all(conn: &mut Conn, user: UserId) -> StoreResult<usize> {
    let theirs = external_identities::table.filter(external_identities::user_id.eq(user.to_string()));
    Ok(diesel::delete(theirs).execute(conn)?)
}
