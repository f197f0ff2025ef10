//! Letters that are to be sent, from when they are planned until the mail server has them. Like jobs, and not
//! among them: a job is about a wish, and a node of the version before would meet kinds that it does not know.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, optional_word, word},
    organisation::subtrees,
    schema::{mails, memberships},
};
use diesel::prelude::*;
use domain::{
    id::{MailId, OrganisationId, UserId},
    mail::{Kind, Trouble},
    time::Instant,
};

/// A letter that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id.
    pub id: MailId,
    /// What sort.
    pub kind: Kind,
    /// To whom.
    pub user_id: UserId,
    /// The day of a digest, or the id of a code: of each there is one.
    pub about: String,
    /// Nobody takes it before.
    pub run_at: Instant,
    /// Of no use after.
    pub until: Instant,
    /// How often it was taken. Whoever took it may end it as long as nobody took it since.
    pub tries: i32,
    /// Why it was not sent the last time.
    pub failure: Option<Trouble>,
    /// With which code the mail server answered then.
    pub reply: Option<i32>,
    /// Laid aside since.
    pub dead_at: Option<Instant>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = mails, treat_none_as_default_value = false)]
struct Row {
    id: String,
    kind: String,
    user_id: String,
    about: String,
    run_at: i64,
    until: i64,
    tries: i32,
    failure: Option<String>,
    reply: Option<i32>,
    dead_at: Option<i64>,
}

impl TryFrom<Row> for Mail {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            kind: word(&row.kind)?,
            user_id: word(&row.user_id)?,
            about: row.about,
            run_at: instant(row.run_at),
            until: instant(row.until),
            tries: row.tries,
            failure: optional_word(row.failure.as_deref())?,
            reply: row.reply,
            dead_at: row.dead_at.map(instant),
        })
    }
}

/// The kinds that this version knows: it takes and lists no others, so that a later one may run beside it.
fn known() -> Vec<&'static str> {
    Kind::ALL.iter().map(|kind| kind.as_str()).collect()
}

/// A new letter, to be sent from `now` on.
///
/// # Errors
/// `Unique` where there is one about the same.
pub fn plan(
    conn: &mut Conn,
    id: MailId,
    (kind, user, about): (Kind, UserId, String),
    now: Instant,
    until: Instant,
) -> StoreResult<()> {
    let row = Row {
        id: id.to_string(),
        kind: kind.to_string(),
        user_id: user.to_string(),
        about,
        run_at: now.micros(),
        until: until.micros(),
        tries: 0,
        failure: None,
        reply: None,
        dead_at: None,
    };
    diesel::insert_into(mails::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes up to `limit` letters that are free at `now`, until `lease`: each by its count of tries, so that of two who see
/// the same one has it.
///
/// # Errors
/// When the database refuses.
pub fn take(conn: &mut Conn, now: Instant, lease: Instant, limit: i64) -> StoreResult<Vec<Mail>> {
    let free: Vec<Row> = mails::table
        .filter(mails::dead_at.is_null())
        .filter(mails::run_at.le(now.micros()))
        .filter(mails::kind.eq_any(known()))
        .order((mails::run_at.asc(), mails::id.asc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    let mut taken = Vec::new();
    for row in free {
        let seen =
            mails::table.find(&row.id).filter(mails::tries.eq(row.tries)).filter(mails::dead_at.is_null());
        let tries = row.tries.saturating_add(1);
        if diesel::update(seen)
            .set((mails::run_at.eq(lease.micros()), mails::tries.eq(tries)))
            .execute(conn)?
            == 1
        {
            taken.push(Mail { tries, run_at: lease, ..row.try_into()? });
        }
    }
    Ok(taken)
}

/// Ends a letter that is sent, or wanted no more. False where another took it since.
///
/// # Errors
/// When the database refuses.
pub fn finish(conn: &mut Conn, mail: &Mail) -> StoreResult<bool> {
    let own = mails::table.find(mail.id.to_string()).filter(mails::tries.eq(mail.tries));
    Ok(diesel::delete(own).execute(conn)? == 1)
}

/// Puts a letter back that was not sent, for `next`, or lays it aside where there is no next try. Does nothing where another
/// took it since.
///
/// # Errors
/// When the database refuses.
pub fn fail(
    conn: &mut Conn,
    mail: &Mail,
    (trouble, reply): (Trouble, Option<i32>),
    now: Instant,
    next: Option<Instant>,
) -> StoreResult<()> {
    let own = mails::table.find(mail.id.to_string()).filter(mails::tries.eq(mail.tries));
    let dead_at = if next.is_none() { Some(now.micros()) } else { None };
    let changed = (
        mails::failure.eq(trouble.as_str()),
        mails::reply.eq(reply),
        mails::run_at.eq(next.unwrap_or(now).micros()),
        mails::dead_at.eq(dead_at),
    );
    diesel::update(own).set(changed).execute(conn)?;
    Ok(())
}

/// One letter.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: MailId) -> StoreResult<Option<Mail>> {
    let row: Option<Row> =
        mails::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Puts a letter that was laid aside back, to be sent at `now`, with all its tries. False unless it is laid aside.
///
/// # Errors
/// When the database refuses.
pub fn retry(conn: &mut Conn, id: MailId, now: Instant) -> StoreResult<bool> {
    let dead = mails::table.find(id.to_string()).filter(mails::dead_at.is_not_null());
    let again = (mails::dead_at.eq(None::<i64>), mails::run_at.eq(now.micros()), mails::tries.eq(0));
    Ok(diesel::update(dead).set(again).execute(conn)? == 1)
}

/// Removes the letters to a user that have no purpose any more: they took their address away.
///
/// # Errors
/// When the database refuses.
pub fn remove_all(conn: &mut Conn, user: UserId) -> StoreResult<()> {
    diesel::delete(mails::table.filter(mails::user_id.eq(user.to_string()))).execute(conn)?;
    Ok(())
}

/// Removes what was laid aside before `old`.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, old: Instant) -> StoreResult<usize> {
    Ok(diesel::delete(mails::table.filter(mails::dead_at.lt(old.micros()))).execute(conn)?)
}

/// Which letters a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// To members of the organisations in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// Only those laid aside, or only those that are not.
    pub dead: Option<bool>,
    /// Before this id: newest first.
    pub before: Option<MailId>,
}

/// Letters, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Mail>> {
    let members = memberships::table
        .filter(memberships::organisation_id.eq_any(subtrees(&filter.roots)))
        .select(memberships::user_id);
    let mut query = mails::table
        .filter(mails::user_id.eq_any(members))
        .filter(mails::kind.eq_any(known()))
        .select(Row::as_select())
        .into_boxed();
    if let Some(dead) = filter.dead {
        query = match dead {
            true => query.filter(mails::dead_at.is_not_null()),
            false => query.filter(mails::dead_at.is_null()),
        };
    }
    if let Some(before) = filter.before {
        query = query.filter(mails::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(mails::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
