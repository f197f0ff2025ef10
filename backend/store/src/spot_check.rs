//! Spot checks: which fulfilled wishes were drawn, and what their residents said.

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, required, word},
    schema::spot_checks,
};
use diesel::prelude::*;
use domain::{
    id::{SpotCheckId, WishId},
    spot_check::{SpotCheck, State, Status},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = spot_checks, treat_none_as_default_value = false)]
struct Identity {
    id: String,
    version: i64,
    wish_id: String,
    drawn_at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = spot_checks, treat_none_as_default_value = false, treat_none_as_null = true)]
struct StateColumns {
    status: String,
    due_at: Option<i64>,
    result: Option<String>,
    answered_by: Option<String>,
    ended_at: Option<i64>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = spot_checks)]
struct Row {
    #[diesel(embed)]
    identity: Identity,
    #[diesel(embed)]
    state: StateColumns,
}

impl StateColumns {
    fn of(check: &SpotCheck) -> Self {
        let (due_at, result, answered_by, ended_at) = match check.state {
            State::Drawn { due_at } => (Some(due_at), None, None, None),
            State::Answered { at, by, result } => (None, Some(result), Some(by), Some(at)),
            State::Dropped { at } => (None, None, None, Some(at)),
        };
        Self {
            status: check.status().to_string(),
            due_at: due_at.map(Instant::micros),
            result: result.map(|result| result.to_string()),
            answered_by: answered_by.map(|by| by.to_string()),
            ended_at: ended_at.map(Instant::micros),
        }
    }

    fn state(&self) -> StoreResult<State> {
        let at = || Ok::<_, crate::StoreError>(instant(required(self.ended_at, "ended_at")?));
        Ok(match word(&self.status)? {
            Status::Drawn => State::Drawn { due_at: instant(required(self.due_at, "due_at")?) },
            Status::Answered => State::Answered {
                at: at()?,
                by: word(required(self.answered_by.as_deref(), "answered_by")?)?,
                result: word(required(self.result.as_deref(), "result")?)?,
            },
            Status::Dropped => State::Dropped { at: at()? },
        })
    }
}

impl TryFrom<Row> for SpotCheck {
    type Error = crate::StoreError;

    fn try_from(Row { identity, state }: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&identity.id)?,
            version: identity.version,
            wish_id: word(&identity.wish_id)?,
            drawn_at: instant(identity.drawn_at),
            state: state.state()?,
        })
    }
}

/// One spot check.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: SpotCheckId) -> StoreResult<Option<SpotCheck>> {
    let row: Option<Row> =
        spot_checks::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// All spot checks of a wish, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<SpotCheck>> {
    let rows: Vec<Row> = spot_checks::table
        .filter(spot_checks::wish_id.eq(wish.to_string()))
        .order(spot_checks::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a wish that was drawn.
///
/// # Errors
/// `Unique` when one of this wish waits already.
pub fn insert(conn: &mut Conn, check: &SpotCheck) -> StoreResult<()> {
    let identity = Identity {
        id: check.id.to_string(),
        version: 1,
        wish_id: check.wish_id.to_string(),
        drawn_at: check.drawn_at.micros(),
    };
    diesel::insert_into(spot_checks::table).values((identity, StateColumns::of(check))).execute(conn)?;
    Ok(())
}

/// Saves where a spot check stands; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, check: &SpotCheck) -> StoreResult<()> {
    let seen = spot_checks::table
        .filter(spot_checks::id.eq(check.id.to_string()))
        .filter(spot_checks::version.eq(check.version));
    let set = (spot_checks::version.eq(check.version.saturating_add(1)), StateColumns::of(check));
    one_row(diesel::update(seen).set(set).execute(conn)?)
}
