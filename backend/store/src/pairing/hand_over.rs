//! Who answered for the visits before.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    data_key,
    schema::hand_overs,
    sealed::{self, At, kept, optional_column},
};
use diesel::prelude::*;
use domain::{id::PairingId, pairing::HandOver};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = hand_overs, treat_none_as_default_value = false)]
struct Row {
    id: String,
    pairing_id: String,
    beneficiary_id: String,
    from_id: String,
    to_id: String,
    note: Option<String>,
    created_by: String,
    created_at: i64,
}

impl TryFrom<Row> for HandOver {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            pairing_id: word(&row.pairing_id)?,
            beneficiary_id: word(&row.beneficiary_id)?,
            from_id: word(&row.from_id)?,
            to_id: word(&row.to_id)?,
            note: row.note.map(kept),
            by: word(&row.created_by)?,
            at: instant(row.created_at),
        })
    }
}

fn at(one: &HandOver) -> At {
    At::new("hand_overs", one.id, one.beneficiary_id)
}

/// Enters a hand-over.
///
/// # Errors
/// When the database refuses; `Erased`.
pub fn insert_hand_over(conn: &mut Conn, vault: &Vault, one: &HandOver) -> StoreResult<()> {
    let sealed = sealed::sealed_new(conn, vault, &at(one), one)?;
    let row = Row {
        id: sealed.id.to_string(),
        pairing_id: sealed.pairing_id.to_string(),
        beneficiary_id: sealed.beneficiary_id.to_string(),
        from_id: sealed.from_id.to_string(),
        to_id: sealed.to_id.to_string(),
        note: optional_column(sealed.note.as_ref())?,
        created_by: sealed.by.to_string(),
        created_at: sealed.at.micros(),
    };
    diesel::insert_into(hand_overs::table).values(&row).execute(conn)?;
    Ok(())
}

/// The hand-overs of a pairing, newest first; at most 100. Their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn hand_overs(conn: &mut Conn, of: PairingId) -> StoreResult<Vec<HandOver>> {
    let rows: Vec<Row> = hand_overs::table
        .filter(hand_overs::pairing_id.eq(of.to_string()))
        .order(hand_overs::id.desc())
        .limit(100)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Opens the notes of hand-overs.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_hand_overs(conn: &mut Conn, vault: &Vault, all: &mut [HandOver]) -> StoreResult<()> {
    let of: Vec<_> = all.iter().map(|one| one.beneficiary_id).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for one in all {
        let at = at(one);
        if let Some(held) = held.get(&one.beneficiary_id) {
            sealed::open(held, &at, one)?;
        }
    }
    Ok(())
}
