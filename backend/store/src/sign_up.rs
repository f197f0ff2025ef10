//! Sign-ups: who takes places of a shift, and who came.

use crate::{
    Conn, StoreResult,
    claim::ActsFor,
    column::{instant, one_row, optional_word, required, word},
    organisation::subtrees,
    schema::{claimants, shifts, sign_ups},
};
use diesel::{
    dsl::{exists, select, sql},
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use domain::{
    honour::Span,
    id::{ClaimId, ClaimantId, ShiftId, SignUpId},
    sign_up::{SignUp, State, Status, Turnout},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sign_ups, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    shift_id: String,
    claimant_id: String,
    places: i64,
    claim_id: Option<String>,
    status: String,
    mark_by: Option<i64>,
    came: Option<i64>,
    quarter_hours: Option<i64>,
    marked_at: Option<i64>,
    marked_by: Option<String>,
    ended_at: Option<i64>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(sign_up: &SignUp, now: Instant) -> Self {
        let mut row = Self {
            id: sign_up.id.to_string(),
            version: sign_up.version,
            shift_id: sign_up.shift_id.to_string(),
            claimant_id: sign_up.claimant_id.to_string(),
            places: sign_up.places,
            claim_id: sign_up.claim_id.map(|id| id.to_string()),
            status: sign_up.status().to_string(),
            mark_by: None,
            came: None,
            quarter_hours: None,
            marked_at: None,
            marked_by: None,
            ended_at: None,
            created_by: sign_up.created_by.to_string(),
            created_at: sign_up.created_at.micros(),
            updated_at: now.micros(),
        };
        match sign_up.state {
            State::SignedUp { mark_by } => row.mark_by = Some(mark_by.micros()),
            State::Withdrawn { at } | State::Cancelled { at } | State::Unmarked { at } => {
                row.ended_at = Some(at.micros());
            }
            State::Marked { turnout, at, by } => {
                row.came = Some(turnout.came);
                row.quarter_hours = Some(turnout.quarter_hours);
                row.marked_at = Some(at.micros());
                row.marked_by = Some(by.to_string());
            }
        }
        row
    }

    fn state(&self) -> StoreResult<State> {
        let at = || required(self.ended_at, "ended_at").map(instant);
        Ok(match word(&self.status)? {
            Status::SignedUp => State::SignedUp { mark_by: instant(required(self.mark_by, "mark_by")?) },
            Status::Withdrawn => State::Withdrawn { at: at()? },
            Status::Cancelled => State::Cancelled { at: at()? },
            Status::Unmarked => State::Unmarked { at: at()? },
            Status::Marked => State::Marked {
                turnout: Turnout {
                    came: required(self.came, "came")?,
                    quarter_hours: required(self.quarter_hours, "quarter_hours")?,
                },
                at: instant(required(self.marked_at, "marked_at")?),
                by: word(required(self.marked_by.as_deref(), "marked_by")?)?,
            },
        })
    }
}

impl TryFrom<Row> for SignUp {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            shift_id: word(&row.shift_id)?,
            claimant_id: word(&row.claimant_id)?,
            places: row.places,
            claim_id: optional_word(row.claim_id.as_deref())?,
            state: row.state()?,
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One sign-up.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: SignUpId) -> StoreResult<Option<SignUp>> {
    let row: Option<Row> =
        sign_ups::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a sign-up.
///
/// # Errors
/// `Unique` on `shift_id`, `claimant_id` where the claimant holds places of the shift.
pub fn insert(conn: &mut Conn, sign_up: &SignUp) -> StoreResult<()> {
    diesel::insert_into(sign_ups::table).values(&Row::of(sign_up, sign_up.created_at)).execute(conn)?;
    Ok(())
}

/// Saves a sign-up under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, sign_up: &SignUp, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(sign_up, now);
    row.version = sign_up.version.saturating_add(1);
    let seen = sign_ups::table
        .filter(sign_ups::id.eq(sign_up.id.to_string()))
        .filter(sign_ups::version.eq(sign_up.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Shifts of which these claimants hold places, and that touch this time.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn held_at(
    conn: &mut Conn,
    claimants: &[ClaimantId],
    (from, to): (Instant, Instant),
) -> StoreResult<Vec<(ShiftId, ClaimantId)>> {
    let claimants: Vec<String> = claimants.iter().map(ToString::to_string).collect();
    let holding = Status::ALL.iter().filter(|status| status.holds()).map(|status| status.as_str());
    let rows: Vec<(String, String)> = sign_ups::table
        .inner_join(shifts::table.on(shifts::id.eq(sign_ups::shift_id)))
        .filter(sign_ups::claimant_id.eq_any(claimants))
        .filter(sign_ups::status.eq_any(holding))
        .filter(shifts::starts_at.lt(to.micros()).and(shifts::ends_at.gt(from.micros())))
        .select((sign_ups::shift_id, sign_ups::claimant_id))
        .load(conn)?;
    rows.iter().map(|(shift, claimant)| Ok((word(shift)?, word(claimant)?))).collect()
}

/// Whether a claim came with a sign-up.
///
/// # Errors
/// When the database does not answer.
pub fn made(conn: &mut Conn, claim: ClaimId) -> StoreResult<bool> {
    Ok(select(exists(sign_ups::table.filter(sign_ups::claim_id.eq(claim.to_string())))).get_result(conn)?)
}

/// Which sign-ups a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this shift.
    pub shift: Option<ShiftId>,
    /// Of claimants for whom this user acts.
    pub acts_for: Option<ActsFor>,
    /// Of this claimant.
    pub claimant: Option<ClaimantId>,
    /// That stand so.
    pub status: Option<Status>,
    /// After this id, the oldest first; else the newest first.
    pub after: Option<SignUpId>,
    /// Before this id: newest first.
    pub before: Option<SignUpId>,
}

/// Sign-ups: of one shift the oldest first, else the newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<SignUp>> {
    let mut query = sign_ups::table.select(Row::as_select()).into_boxed();
    if let Some(shift) = filter.shift {
        query = query.filter(sign_ups::shift_id.eq(shift.to_string())).order(sign_ups::id.asc());
    } else {
        query = query.order(sign_ups::id.desc());
    }
    if let Some(acts) = &filter.acts_for {
        let own = claimants::table
            .filter(
                claimants::user_id
                    .eq(acts.user.to_string())
                    .or(claimants::organisation_id.eq_any(subtrees(&acts.roots)).nullable()),
            )
            .select(claimants::id);
        query = query.filter(sign_ups::claimant_id.eq_any(own));
    }
    if let Some(claimant) = filter.claimant {
        query = query.filter(sign_ups::claimant_id.eq(claimant.to_string()));
    }
    if let Some(status) = filter.status {
        query = query.filter(sign_ups::status.eq(status.as_str()));
    }
    if let Some(after) = filter.after {
        query = query.filter(sign_ups::id.gt(after.to_string()));
    }
    if let Some(before) = filter.before {
        query = query.filter(sign_ups::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Sign-ups of which nobody counted who came, in time, the longest over first.
///
/// # Errors
/// When the database does not answer.
pub fn due(
    conn: &mut Conn,
    now: Instant,
    after: Option<(Instant, SignUpId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, SignUpId)>> {
    let mut query = sign_ups::table.filter(sign_ups::mark_by.lt(now.micros())).into_boxed();
    if let Some((at, id)) = after {
        let later = sign_ups::mark_by.gt(at.micros());
        let same = sign_ups::mark_by.eq(at.micros()).and(sign_ups::id.gt(id.to_string()).nullable());
        query = query.filter(later.or(same));
    }
    let rows: Vec<(Option<i64>, String)> = query
        .order((sign_ups::mark_by.asc(), sign_ups::id.asc()))
        .limit(limit)
        .select((sign_ups::mark_by, sign_ups::id))
        .load(conn)?;
    rows.into_iter().map(|(at, id)| Ok((instant(required(at, "mark_by")?), word(&id)?))).collect()
}

/// What came of a claimant's sign-ups, in places.
#[derive(Debug, Clone, Copy, Default)]
pub struct Served {
    /// People who came.
    pub came: i64,
    /// Places where nobody came.
    pub no_shows: i64,
    /// Places of which nobody counted.
    pub unmarked: i64,
    /// Hours of those who came, in quarters.
    pub quarter_hours: i64,
}

/// Counts what came of a claimant's sign-ups for shifts that began in a time.
///
/// # Errors
/// When the database does not answer.
pub fn served(conn: &mut Conn, of: ClaimantId, span: Span) -> StoreResult<Served> {
    let then = shifts::starts_at.between(span.start().micros(), span.end().micros());
    let own = |status: Status| {
        sign_ups::table
            .filter(sign_ups::claimant_id.eq(of.to_string()))
            .filter(sign_ups::status.eq(status.as_str()))
            .filter(sign_ups::shift_id.eq_any(shifts::table.filter(then).select(shifts::id)))
    };
    // PostgreSQL sums big integers into a numeric; the cast is the same in both.
    let sum = |what: &str| sql::<Nullable<BigInt>>(&format!("CAST(SUM({what}) AS BIGINT)"));
    let (places, came, quarter_hours): (Option<i64>, Option<i64>, Option<i64>) = own(Status::Marked)
        .select((sum("sign_ups.places"), sum("sign_ups.came"), sum("sign_ups.quarter_hours")))
        .get_result(conn)?;
    let unmarked: Option<i64> = own(Status::Unmarked).select(sum("sign_ups.places")).get_result(conn)?;
    let came = came.unwrap_or_default();
    Ok(Served {
        came,
        no_shows: places.unwrap_or_default().saturating_sub(came),
        unmarked: unmarked.unwrap_or_default(),
        quarter_hours: quarter_hours.unwrap_or_default(),
    })
}
