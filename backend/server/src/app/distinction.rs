//! Distinctions: two residents who look like one are told apart, and that is taken back. They are suggested as doubles no more, and not
//! merged meanwhile.

use super::{
    Context,
    beneficiary::{open, record},
    event, found,
    merge::{second, speaking},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    beneficiary::Beneficiary,
    distinction::{Distinction, Reason},
    event::Kind,
    id::{BeneficiaryId, DistinctionId},
};
use serde_json::json;
use store::{Conn, distinction as kept};

/// Says that two records are of two people. The same once more is the same distinction.
///
/// # Errors
/// As the access table says; `beneficiary_merged`; `beneficiary_erased`; `invalid` at `/other_id` for one whom the caller may not know,
/// of another tree, or the same.
pub fn tell(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    other: BeneficiaryId,
    reason: Reason,
) -> Result<Distinction, Failure> {
    let by = cx.user()?;
    store::merge::hold(tx, [id, other])?;
    let mut one = open(tx, cx, Act::TellApart, id, &Seen::Any)?;
    let mut other = second(tx, cx, Act::TellApart, &one, other, "/other_id")?;
    for record in [&one, &other] {
        speaking(record)?;
        record.known()?;
    }
    let mut pair = [one.id, other.id];
    pair.sort_unstable();
    if let Some(said) = kept::live(tx, pair)? {
        return Ok(said);
    }
    let [one_id, other_id] = pair;
    let said = Distinction {
        id: cx.ids.make(),
        version: 1,
        one_id,
        other_id,
        reason,
        said_by: by,
        said_at: cx.now,
        undone: None,
    };
    kept::insert(tx, &said)?;
    noted(tx, cx, Kind::ToldApart, [&mut one, &mut other], &said)?;
    Ok(said)
}

/// Takes back that two records are of two people.
///
/// # Errors
/// As the access table says, of either record; `stale`; `distinction_undone`.
pub fn undo(tx: &mut Conn, cx: &Context, id: DistinctionId, seen: &Seen) -> Result<Distinction, Failure> {
    let by = cx.user()?;
    let said = found(kept::load(tx, id)?)?;
    store::merge::hold(tx, [said.one_id, said.other_id])?;
    let mut one = open(tx, cx, Act::UndoDistinction, said.one_id, &Seen::Any)?;
    let mut other = open(tx, cx, Act::UndoDistinction, said.other_id, &Seen::Any)?;
    // Read again under the locks: two who take it back stand in line.
    let said = found(kept::load(tx, id)?)?;
    seen.check(said.version)?;
    let undone = said.undo(by, cx.now)?;
    kept::save(tx, &undone)?;
    noted(tx, cx, Kind::ToldApartUndone, [&mut one, &mut other], &undone)?;
    Ok(Distinction { version: undone.version.saturating_add(1), ..undone })
}

/// Writes it into the history of both.
fn noted(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    both: [&mut Beneficiary; 2],
    said: &Distinction,
) -> Result<(), Failure> {
    for one in both {
        let data = event::facts([
            ("distinction_id", json!(said.id)),
            ("one_id", json!(said.one_id)),
            ("other_id", json!(said.other_id)),
            ("reason", json!(said.reason)),
        ]);
        record(tx, cx, kind, one, data)?;
    }
    Ok(())
}
