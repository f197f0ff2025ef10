//! Who signs in, their roles, their sessions and their failed tries.

mod session;

pub use session::{
    Attempts, RefreshToken, Session, add_failure, add_refresh_token, attempts, begin_session, clear_failures,
    end_session, end_sessions_of, forget_sessions, live_sessions, refresh_token, retire_refresh_token,
    session,
};

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, word},
    on_each,
    schema::{memberships, organisations, users},
    written::written,
};
use diesel::prelude::*;
use domain::{
    access::Held,
    id::{MembershipId, OrganisationId, UserId},
    membership::{Membership, Role},
    time::Instant,
};

/// Someone who signs in.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Counts changes.
    pub version: i64,
    /// The name they sign in with.
    pub username: String,
    /// The name others see.
    pub display_name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// Changes when everything signed before must fall: password, disabling.
    pub security_stamp: String,
    /// May not sign in.
    pub disabled: bool,
    /// Somebody else set the password.
    pub must_change_password: bool,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: String,
    version: i64,
    username: String,
    display_name: String,
    password_hash: String,
    security_stamp: String,
    disabled: bool,
    must_change_password: bool,
}

impl TryFrom<Row> for User {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            username: row.username,
            display_name: row.display_name,
            password_hash: row.password_hash,
            security_stamp: row.security_stamp,
            disabled: row.disabled,
            must_change_password: row.must_change_password,
        })
    }
}

/// One user.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, id: UserId) -> StoreResult<Option<User>> {
    let of_id = users::table.find(id.to_string());
    let row: Option<Row> = on_each!(conn, c => of_id.select(written!(Row)).get_result(c).optional())?;
    row.map(TryInto::try_into).transpose()
}

/// The user of this name.
///
/// # Errors
/// When the database does not answer.
pub fn by_name(conn: &mut Conn, username: &str) -> StoreResult<Option<User>> {
    let row: Option<Row> = users::table
        .filter(users::username.eq(username))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a user.
///
/// # Errors
/// `Unique` when the name is taken.
pub fn insert(conn: &mut Conn, user: &User, now: Instant) -> StoreResult<()> {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(user.id.to_string()),
            users::version.eq(1_i64),
            users::username.eq(&user.username),
            users::display_name.eq(&user.display_name),
            users::password_hash.eq(&user.password_hash),
            users::security_stamp.eq(&user.security_stamp),
            users::disabled.eq(user.disabled),
            users::must_change_password.eq(user.must_change_password),
            users::created_at.eq(now.micros()),
            users::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Saves the password, the stamp, who set it and whether the user may sign in.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, user: &User, now: Instant) -> StoreResult<()> {
    let changed =
        diesel::update(users::table.find(user.id.to_string()).filter(users::version.eq(user.version)))
            .set((
                users::version.eq(user.version.saturating_add(1)),
                users::display_name.eq(&user.display_name),
                users::password_hash.eq(&user.password_hash),
                users::security_stamp.eq(&user.security_stamp),
                users::disabled.eq(user.disabled),
                users::must_change_password.eq(user.must_change_password),
                users::updated_at.eq(now.micros()),
            ))
            .execute(conn)?;
    one_row(changed)
}

/// Keeps the same password under a newer hash. Nothing that anybody sees changes, so the version stays;
/// where the password was changed meanwhile, nothing happens.
///
/// # Errors
/// When the database refuses.
pub fn rehash(conn: &mut Conn, id: UserId, old: &str, new: &str) -> StoreResult<()> {
    let same = users::table.find(id.to_string()).filter(users::password_hash.eq(old));
    diesel::update(same).set(users::password_hash.eq(new)).execute(conn)?;
    Ok(())
}

/// The root of the tree in which a user was first given a role.
///
/// # Errors
/// When the database does not answer.
pub fn home(conn: &mut Conn, id: UserId) -> StoreResult<Option<OrganisationId>> {
    let row: Option<Option<String>> =
        users::table.find(id.to_string()).select(users::home_id).get_result(conn).optional()?;
    row.flatten().map(|home| word(&home)).transpose()
}

/// Keeps the root of the tree in which a user is given a role, unless they have one already.
///
/// # Errors
/// When the database refuses.
pub fn settle(conn: &mut Conn, id: UserId, home: OrganisationId) -> StoreResult<()> {
    let homeless = users::table.find(id.to_string()).filter(users::home_id.is_null());
    diesel::update(homeless).set(users::home_id.eq(home.to_string())).execute(conn)?;
    Ok(())
}

/// The roles a user holds.
///
/// # Errors
/// When the database does not answer.
pub fn roles(conn: &mut Conn, id: UserId) -> StoreResult<Vec<Held>> {
    let rows: Vec<(String, String, String)> = memberships::table
        .filter(memberships::user_id.eq(id.to_string()))
        .order(memberships::id.asc())
        .select((memberships::id, memberships::organisation_id, memberships::role))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, organisation, role)| {
            Ok(Held { membership_id: word(&id)?, organisation_id: word(&organisation)?, role: word(&role)? })
        })
        .collect()
}

/// A member as listed.
#[derive(Debug, Clone)]
pub struct Member {
    /// The role held.
    pub membership: Membership,
    /// The name they sign in with.
    pub username: String,
    /// The name others see.
    pub display_name: String,
    /// Since when.
    pub created_at: Instant,
    /// May not sign in.
    pub disabled: bool,
}

/// The members of one organisation (not of those below it), by id.
///
/// # Errors
/// When the database does not answer.
pub fn members(
    conn: &mut Conn,
    organisation: OrganisationId,
    after: Option<MembershipId>,
    limit: i64,
) -> StoreResult<Vec<Member>> {
    let mut query = memberships::table
        .inner_join(users::table)
        .filter(memberships::organisation_id.eq(organisation.to_string()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(memberships::id.gt(after.to_string()));
    }
    let rows: Vec<(String, String, String, i64, String, String, bool)> = query
        .order(memberships::id.asc())
        .limit(limit)
        .select((
            memberships::id,
            memberships::user_id,
            memberships::role,
            memberships::created_at,
            users::username,
            users::display_name,
            users::disabled,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, user, role, at, username, display_name, disabled)| {
            let membership = Membership {
                id: word(&id)?,
                user_id: word(&user)?,
                organisation_id: organisation,
                role: word(&role)?,
            };
            Ok(Member { membership, username, display_name, created_at: instant(at), disabled })
        })
        .collect()
}

/// One membership of an organisation.
///
/// # Errors
/// When the database does not answer.
pub fn membership(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: MembershipId,
) -> StoreResult<Option<Membership>> {
    let row: Option<(String, String)> = memberships::table
        .find(id.to_string())
        .filter(memberships::organisation_id.eq(organisation.to_string()))
        .select((memberships::user_id, memberships::role))
        .get_result(conn)
        .optional()?;
    row.map(|(user, role)| {
        Ok(Membership { id, user_id: word(&user)?, organisation_id: organisation, role: word(&role)? })
    })
    .transpose()
}

/// Gives a role.
///
/// # Errors
/// `Unique` when the user holds it there already.
pub fn add_membership(conn: &mut Conn, membership: &Membership, now: Instant) -> StoreResult<()> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(membership.id.to_string()),
            memberships::user_id.eq(membership.user_id.to_string()),
            memberships::organisation_id.eq(membership.organisation_id.to_string()),
            memberships::role.eq(membership.role.as_str()),
            memberships::created_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes a role.
///
/// # Errors
/// `Stale` when it is gone already.
pub fn remove_membership(conn: &mut Conn, id: MembershipId) -> StoreResult<()> {
    one_row(diesel::delete(memberships::table.find(id.to_string())).execute(conn)?)
}

/// Who holds a role in one of these organisations and may sign in; by the time that they got it.
///
/// # Errors
/// When the database does not answer.
pub fn holders_in(
    conn: &mut Conn,
    chain: &[OrganisationId],
    role: Role,
    limit: i64,
) -> StoreResult<Vec<UserId>> {
    let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let rows: Vec<String> = memberships::table
        .inner_join(users::table)
        .filter(memberships::organisation_id.eq_any(chain))
        .filter(memberships::role.eq(role.as_str()))
        .filter(users::disabled.eq(false))
        .order(memberships::id.asc())
        .limit(limit)
        .select(memberships::user_id)
        .load(conn)?;
    let mut found = rows.iter().map(|id| word(id)).collect::<StoreResult<Vec<UserId>>>()?;
    let mut seen = std::collections::HashSet::new();
    found.retain(|id| seen.insert(*id));
    Ok(found)
}

/// How many hold a role in an organisation itself.
///
/// # Errors
/// When the database does not answer.
pub fn holders_of(conn: &mut Conn, organisation: OrganisationId, role: Role) -> StoreResult<i64> {
    Ok(memberships::table
        .filter(memberships::organisation_id.eq(organisation.to_string()))
        .filter(memberships::role.eq(role.as_str()))
        .count()
        .get_result(conn)?)
}

/// The names that people see, for some users.
///
/// # Errors
/// When the database does not answer.
pub fn display_names(conn: &mut Conn, ids: &[UserId]) -> StoreResult<Vec<(UserId, String)>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String)> =
        users::table.filter(users::id.eq_any(ids)).select((users::id, users::display_name)).load(conn)?;
    rows.into_iter().map(|(id, name)| Ok((word(&id)?, name))).collect()
}

/// Is there any organisation yet?
///
/// # Errors
/// When the database does not answer.
pub fn is_founded(conn: &mut Conn) -> StoreResult<bool> {
    Ok(diesel::select(diesel::dsl::exists(organisations::table.select(organisations::id)))
        .get_result(conn)?)
}
