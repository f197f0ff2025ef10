//! Where people are told what waits for them: one row a user. What is in it of an address is sealed before it
//! comes here.

use crate::{
    Conn, StoreError, StoreResult,
    column::{date_text, instant, one_row, optional_word, required, word},
    schema::{email_addresses, users},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    email::{Asked, Email, Pending},
    id::UserId,
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = email_addresses, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    user_id: String,
    version: i64,
    address: Option<String>,
    confirmed_at: Option<i64>,
    pending: Option<String>,
    code_id: Option<String>,
    code_until: Option<i64>,
    code_tries: i32,
    codes: i32,
    codes_since: i64,
    code_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Email {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let pending = |address| -> StoreResult<Pending> {
            Ok(Pending {
                address,
                code_id: required(optional_word(row.code_id.as_deref())?, "the id of a code")?,
                until: instant(required(row.code_until, "the time of a code")?),
                tries: row.code_tries,
            })
        };
        Ok(Self {
            user_id: word(&row.user_id)?,
            version: row.version,
            confirmed: row.address.zip(row.confirmed_at.map(instant)),
            pending: row.pending.map(pending).transpose()?,
            asked: Asked { codes: row.codes, since: instant(row.codes_since), last: instant(row.code_at) },
        })
    }
}

impl Row {
    fn of(email: &Email, now: Instant) -> Self {
        let (confirmed, pending) = (email.confirmed.as_ref(), email.pending.as_ref());
        Self {
            user_id: email.user_id.to_string(),
            version: email.version.saturating_add(1),
            address: confirmed.map(|(address, _)| address.clone()),
            confirmed_at: confirmed.map(|(_, at)| at.micros()),
            pending: pending.map(|pending| pending.address.clone()),
            code_id: pending.map(|pending| pending.code_id.to_string()),
            code_until: pending.map(|pending| pending.until.micros()),
            code_tries: pending.map_or(0, |pending| pending.tries),
            codes: email.asked.codes,
            codes_since: email.asked.since.micros(),
            code_at: email.asked.last.micros(),
            updated_at: now.micros(),
        }
    }
}

/// What there is of a user.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, user: UserId) -> StoreResult<Email> {
    let row: Option<Row> =
        email_addresses::table.find(user.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map_or_else(|| Ok(Email::none(user)), TryInto::try_into)
}

/// Saves it over the version that was loaded. On which day they were last told is not touched: that goes on beside.
///
/// # Errors
/// `Stale` where somebody was faster.
pub fn save(conn: &mut Conn, email: &Email, now: Instant) -> StoreResult<()> {
    let row = Row::of(email, now);
    if email.version == 0 {
        let new = diesel::insert_into(email_addresses::table)
            .values((&row, email_addresses::told_on.eq("")))
            .on_conflict_do_nothing();
        return one_row(crate::dialect::insert_or_ignore(conn, new)?.into());
    }
    let seen = email_addresses::table.find(&row.user_id).filter(email_addresses::version.eq(email.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Who is to be told of `day` and was not, those who waited longest first: their address counts, they may sign in, and
/// nobody else knows their password.
///
/// # Errors
/// When the database does not answer.
pub fn to_tell(conn: &mut Conn, day: NaiveDate, limit: i64) -> StoreResult<Vec<UserId>> {
    let rows: Vec<String> = email_addresses::table
        .inner_join(users::table)
        .filter(email_addresses::confirmed_at.is_not_null())
        .filter(email_addresses::told_on.lt(date_text(day)))
        .filter(users::disabled.eq(false))
        .filter(users::must_change_password.eq(false))
        .order(email_addresses::told_on.asc())
        .limit(limit)
        .select(email_addresses::user_id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// Notes that a person is told of `day`; false where they were, or of a later one.
///
/// # Errors
/// When the database refuses.
pub fn tell(conn: &mut Conn, user: UserId, day: NaiveDate) -> StoreResult<bool> {
    let day = date_text(day);
    let before = email_addresses::table.find(user.to_string()).filter(email_addresses::told_on.lt(&day));
    Ok(diesel::update(before).set(email_addresses::told_on.eq(&day)).execute(conn)? == 1)
}
