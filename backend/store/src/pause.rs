//! Pauses of wishes; the reason is sealed under the resident's key.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, one_row, word},
    data_key,
    schema::pauses,
    sealed::{self, At, column, kept},
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, WishId},
    pause::Pause,
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = pauses, treat_none_as_default_value = false)]
struct Row {
    id: String,
    wish_id: String,
    reason: String,
    until: String,
    days: i32,
    created_by: String,
    created_at: i64,
    resumed_at: Option<i64>,
    resumed_by: Option<String>,
}

impl Row {
    fn of(pause: &Pause) -> StoreResult<Self> {
        Ok(Self {
            id: pause.id.to_string(),
            wish_id: pause.wish_id.to_string(),
            reason: column(&pause.reason)?,
            until: date_text(pause.until),
            days: pause.days.into(),
            created_by: pause.by.to_string(),
            created_at: pause.at.micros(),
            resumed_at: pause.resumed.map(|(at, _)| at.micros()),
            resumed_by: pause.resumed.map(|(_, by)| by.to_string()),
        })
    }
}

impl TryFrom<Row> for Pause {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let resumed = match row.resumed_at.zip(row.resumed_by) {
            Some((at, by)) => Some((instant(at), word(&by)?)),
            None => None,
        };
        Ok(Self {
            id: word(&row.id)?,
            wish_id: word(&row.wish_id)?,
            reason: kept(row.reason),
            until: word(&row.until)?,
            days: u16::try_from(row.days).map_err(crate::StoreError::corrupt)?,
            by: word(&row.created_by)?,
            at: instant(row.created_at),
            resumed,
        })
    }
}

fn at(pause: &Pause, of: BeneficiaryId) -> At {
    At::new("pauses", pause.id, of)
}

/// Opens the reasons of pauses of wishes of the resident `of`.
///
/// # Errors
/// `Locked` where the key is not here; `Corrupt` where a text does not open.
pub fn open_notes(
    conn: &mut Conn,
    vault: &Vault,
    pauses: &mut [Pause],
    of: BeneficiaryId,
) -> StoreResult<()> {
    if !pauses.iter_mut().any(sealed::is_closed) {
        return Ok(());
    }
    let held = data_key::load(conn, vault, of)?;
    for pause in pauses {
        let at = at(pause, of);
        sealed::open(&held, &at, pause)?;
    }
    Ok(())
}

/// All pauses of a wish, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Pause>> {
    let rows: Vec<Row> = pauses::table
        .filter(pauses::wish_id.eq(wish.to_string()))
        .order(pauses::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters a pause of a wish of the resident `of`.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, vault: &Vault, pause: &Pause, of: BeneficiaryId) -> StoreResult<()> {
    let pause = sealed::sealed_new(conn, vault, &at(pause, of), pause)?;
    diesel::insert_into(pauses::table).values(&Row::of(&pause)?).execute(conn)?;
    Ok(())
}

/// Saves that a pause was ended, or forgot why it was.
///
/// # Errors
/// When the database refuses.
pub fn save(conn: &mut Conn, pause: &Pause) -> StoreResult<()> {
    let row = Row::of(pause)?;
    let set = (
        pauses::reason.eq(&row.reason),
        pauses::days.eq(row.days),
        pauses::resumed_at.eq(row.resumed_at),
        pauses::resumed_by.eq(&row.resumed_by),
    );
    one_row(diesel::update(pauses::table.find(&row.id)).set(set).execute(conn)?)
}
