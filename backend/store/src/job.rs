//! What came due, from when it is planned until it is done. The times themselves stand with the wishes,
//! claims and escalations: nothing here has to be written for a thing to come due.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    dialect, on_each,
    organisation::subtrees,
    reminder,
    schema::{claims, escalations, job_clock, jobs, wishes},
};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::{
    id::{JobId, OrganisationId, WishId},
    job::Kind,
    time::Instant,
};
use uuid::Uuid;

/// Something whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What came due.
    pub kind: Kind,
    /// The id of the claim, the escalation or the wish.
    pub subject_id: Uuid,
    /// The wish that it is about.
    pub wish_id: WishId,
    /// Its time.
    pub due_at: Instant,
}

/// Something due that is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is due.
    pub due: Due,
    /// Nobody takes it before.
    pub run_at: Instant,
    /// How often it was taken. Whoever took it may finish it as long as nobody took it since.
    pub tries: i32,
    /// The code of the last failure.
    pub failure: Option<String>,
    /// Laid aside since: it failed too often.
    pub dead_at: Option<Instant>,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = jobs, treat_none_as_default_value = false)]
struct Row {
    id: String,
    kind: String,
    subject_id: String,
    wish_id: String,
    due_at: i64,
    run_at: i64,
    tries: i32,
    failure: Option<String>,
    dead_at: Option<i64>,
}

impl TryFrom<Row> for Job {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let due = Due {
            kind: word(&row.kind)?,
            subject_id: word(&row.subject_id)?,
            wish_id: word(&row.wish_id)?,
            due_at: instant(row.due_at),
        };
        Ok(Self {
            id: word(&row.id)?,
            due,
            run_at: instant(row.run_at),
            tries: row.tries,
            failure: row.failure,
            dead_at: row.dead_at.map(instant),
        })
    }
}

type Found = Vec<(String, String, Option<i64>)>;

/// What is due at `now` and not planned yet, oldest first, at most `limit` of each kind. A wish waits until
/// the shares that lapse with it have been given back: it is judged by what it still lacks.
///
/// # Errors
/// When the database does not answer.
pub fn due(conn: &mut Conn, now: Instant, limit: i64) -> StoreResult<Vec<Due>> {
    dialect::by_index(conn, |conn| look(conn, now.micros(), limit))
}

fn look(conn: &mut Conn, now: i64, limit: i64) -> StoreResult<Vec<Due>> {
    macro_rules! planned {
        ($kind:expr, $id:expr, $at:expr) => {
            exists(
                jobs::table
                    .filter(jobs::kind.eq($kind.as_str()))
                    .filter(jobs::subject_id.eq($id))
                    .filter(jobs::due_at.nullable().eq($at)),
            )
        };
    }
    let lapsing: Found = claims::table
        .filter(claims::lapses_at.le(now))
        .filter(not(planned!(Kind::ClaimDue, claims::id, claims::lapses_at)))
        .order(claims::lapses_at.asc())
        .limit(limit)
        .select((claims::id, claims::wish_id, claims::lapses_at))
        .load(conn)?;
    let unanswered: Found = escalations::table
        .filter(escalations::due_at.le(now))
        .filter(not(planned!(Kind::EscalationDue, escalations::id, escalations::due_at)))
        .order(escalations::due_at.asc())
        .limit(limit)
        .select((escalations::id, escalations::wish_id, escalations::due_at))
        .load(conn)?;
    let lapses = claims::table.filter(claims::wish_id.eq(wishes::id)).filter(claims::lapses_at.le(now));
    let overdue: Found = wishes::table
        .filter(wishes::due_at.le(now))
        .filter(wishes::red_listed_since.is_null())
        .filter(wishes::pending_escalation_id.is_null())
        .filter(not(exists(lapses)))
        .filter(not(planned!(Kind::WishDue, wishes::id, wishes::due_at)))
        .order(wishes::due_at.asc())
        .limit(limit)
        .select((wishes::id, wishes::id, wishes::due_at))
        .load(conn)?;
    let of = |kind: Kind, found: Found| {
        found.into_iter().filter_map(move |(subject_id, wish, at)| Some((kind, subject_id, wish, at?)))
    };
    of(Kind::ClaimDue, lapsing)
        .chain(of(Kind::EscalationDue, unanswered))
        .chain(of(Kind::WishDue, overdue))
        .map(|(kind, subject_id, wish, at)| {
            Ok(Due { kind, subject_id: word(&subject_id)?, wish_id: word(&wish)?, due_at: instant(at) })
        })
        .collect()
}

/// Whether it is still as it was planned. Where it is not, somebody was faster, and nothing is to do.
///
/// # Errors
/// When the database does not answer.
pub fn is_due(conn: &mut Conn, due: &Due) -> StoreResult<bool> {
    let (id, at) = (due.subject_id.to_string(), due.due_at.micros());
    Ok(match due.kind {
        Kind::ClaimDue => {
            let same = claims::table.find(id).filter(claims::lapses_at.eq(at));
            diesel::select(exists(same)).get_result(conn)?
        }
        Kind::EscalationDue => {
            let same = escalations::table.find(id).filter(escalations::due_at.eq(at));
            diesel::select(exists(same)).get_result(conn)?
        }
        Kind::ClaimReminder => reminder::is_due(conn, due)?,
        Kind::WishDue => {
            let same = wishes::table
                .filter(wishes::id.eq(id))
                .filter(wishes::due_at.eq(at))
                .filter(wishes::red_listed_since.is_null())
                .filter(wishes::pending_escalation_id.is_null());
            diesel::select(exists(same)).get_result(conn)?
        }
    })
}

/// Plans what is due, to run at `now`; what is planned already stays as it is.
///
/// # Errors
/// When the database refuses.
pub fn plan(
    conn: &mut Conn,
    due: &[Due],
    now: Instant,
    mut new_id: impl FnMut() -> JobId,
) -> StoreResult<usize> {
    let rows: Vec<Row> = due
        .iter()
        .map(|due| Row {
            id: new_id().to_string(),
            kind: due.kind.to_string(),
            subject_id: due.subject_id.to_string(),
            wish_id: due.wish_id.to_string(),
            due_at: due.due_at.micros(),
            run_at: now.micros(),
            tries: 0,
            failure: None,
            dead_at: None,
        })
        .collect();
    let new = diesel::insert_into(jobs::table);
    Ok(on_each!(conn, c => new.values(&rows).on_conflict_do_nothing().execute(c))?)
}

/// Takes up to `limit` jobs that are free at `now`, until `until`. What another process takes at the same
/// time is passed over.
///
/// # Errors
/// When the database refuses.
pub fn take(conn: &mut Conn, now: Instant, until: Instant, limit: i64) -> StoreResult<Vec<Job>> {
    let free = dialect::hold_free_jobs(conn, now.micros(), limit)?;
    if free.is_empty() {
        return Ok(Vec::new());
    }
    let taken = (jobs::run_at.eq(until.micros()), jobs::tries.eq(jobs::tries + 1));
    diesel::update(jobs::table.filter(jobs::id.eq_any(&free))).set(taken).execute(conn)?;
    let rows: Vec<Row> = jobs::table
        .filter(jobs::id.eq_any(&free))
        .order((jobs::due_at.asc(), jobs::id.asc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Ends a job in the transaction of what it does. False where its lease ran out and another took it: then
/// what it would do is the other's.
///
/// # Errors
/// When the database refuses.
pub fn finish(conn: &mut Conn, job: &Job) -> StoreResult<bool> {
    let own = jobs::table.find(job.id.to_string()).filter(jobs::tries.eq(job.tries));
    Ok(diesel::delete(own).execute(conn)? == 1)
}

/// Puts a failed job back, to be tried at `next`, or lays it aside where there is no next try. Does
/// nothing where another took it since.
///
/// # Errors
/// When the database refuses.
pub fn fail(
    conn: &mut Conn,
    job: &Job,
    failure: &str,
    now: Instant,
    next: Option<Instant>,
) -> StoreResult<()> {
    let own = jobs::table.find(job.id.to_string()).filter(jobs::tries.eq(job.tries));
    let dead_at = if next.is_none() { Some(now.micros()) } else { None };
    let run_at = next.unwrap_or(now).micros();
    diesel::update(own)
        .set((jobs::failure.eq(failure), jobs::run_at.eq(run_at), jobs::dead_at.eq(dead_at)))
        .execute(conn)?;
    Ok(())
}

/// One job.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, id: JobId) -> StoreResult<Option<Job>> {
    let row: Option<Row> =
        jobs::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Puts a job that was laid aside back, to run at `now`, with all its tries. False unless it is laid aside.
///
/// # Errors
/// When the database refuses.
pub fn retry(conn: &mut Conn, id: JobId, now: Instant) -> StoreResult<bool> {
    let dead = jobs::table.find(id.to_string()).filter(jobs::dead_at.is_not_null());
    let again = (jobs::dead_at.eq(None::<i64>), jobs::run_at.eq(now.micros()), jobs::tries.eq(0));
    Ok(diesel::update(dead).set(again).execute(conn)? == 1)
}

/// Which jobs a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// On wishes held or collected in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// Only those laid aside, or only those that are not.
    pub dead: Option<bool>,
    /// Before this id: newest first.
    pub before: Option<JobId>,
}

/// Jobs, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Job>> {
    let roots = &filter.roots;
    let own = wishes::table
        .filter(wishes::holder_id.eq_any(subtrees(roots)).or(wishes::origin_id.eq_any(subtrees(roots))))
        .select(wishes::id);
    let mut query = jobs::table.filter(jobs::wish_id.eq_any(own)).select(Row::as_select()).into_boxed();
    if let Some(dead) = filter.dead {
        query = match dead {
            true => query.filter(jobs::dead_at.is_not_null()),
            false => query.filter(jobs::dead_at.is_null()),
        };
    }
    if let Some(before) = filter.before {
        query = query.filter(jobs::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(jobs::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The queue in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Planned or taken.
    pub waiting: i64,
    /// The oldest time of those.
    pub oldest_due: Option<Instant>,
    /// Laid aside.
    pub dead: i64,
}

/// Counts the queue.
///
/// # Errors
/// When the database does not answer.
pub fn figures(conn: &mut Conn) -> StoreResult<Figures> {
    let live = jobs::table.filter(jobs::dead_at.is_null());
    let (waiting, oldest): (i64, Option<i64>) =
        live.select((diesel::dsl::count_star(), diesel::dsl::min(jobs::due_at))).get_result(conn)?;
    let dead = jobs::table.filter(jobs::dead_at.is_not_null()).count().get_result(conn)?;
    Ok(Figures { waiting, oldest_due: oldest.map(instant), dead })
}

/// The latest time as of which jobs have run.
///
/// # Errors
/// When the database does not answer.
pub fn ran_until(conn: &mut Conn) -> StoreResult<Instant> {
    Ok(instant(job_clock::table.find(1_i64).select(job_clock::ran_until).get_result(conn)?))
}

/// Notes that jobs ran as of `now`.
///
/// # Errors
/// When the database refuses.
pub fn note_run(conn: &mut Conn, now: Instant) -> StoreResult<()> {
    let earlier = job_clock::table.find(1_i64).filter(job_clock::ran_until.lt(now.micros()));
    diesel::update(earlier).set(job_clock::ran_until.eq(now.micros())).execute(conn)?;
    Ok(())
}

/// The database's own time, which all its servers share; none where the database is a file of this machine.
///
/// # Errors
/// When the database does not answer.
pub fn clock(conn: &mut Conn) -> StoreResult<Option<Instant>> {
    Ok(dialect::clock(conn)?.map(instant))
}
