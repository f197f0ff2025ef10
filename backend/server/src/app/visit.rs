//! What a pair found at a household: written down, corrected by a further edition, and read by the holder's
//! chain and the pair alone.

use super::{
    Context,
    event::facts,
    found,
    pairing::{Tied, open, save, see},
};
use crate::{etag::Seen, problem::Failure};
use chrono::NaiveDate;
use domain::{
    access::Act,
    event::Kind,
    id::{PairingId, VisitId},
    refusal::Code,
    visit::{Findings, Told, Visit},
};
use serde_json::json;
use store::{Conn, StoreError};

/// A visit as it stands, and its editions before.
pub type Corrected = (Visit, Vec<Visit>);

fn said(cx: &Context, visited_on: NaiveDate, findings: Findings) -> Result<Told, Failure> {
    Ok(Told { id: cx.ids.make(), visited_on, findings, by: cx.user()? })
}

/// The next visit is counted from the latest that stands.
fn counted(tx: &mut Conn, cx: &Context, kind: Kind, mut tied: Tied, visit: &Visit) -> Result<(), Failure> {
    let latest = store::visit::latest(tx, tied.pairing.id)?.unwrap_or(visit.visited_on);
    tied.pairing = tied.pairing.visited(latest)?;
    let more = facts([
        ("visit_id", json!(visit.id)),
        ("visited_on", json!(visit.visited_on)),
        ("edition", json!(visit.edition)),
    ]);
    save(tx, cx, kind, tied, more).map(|_| ())
}

/// Writes a visit down.
///
/// # Errors
/// As the access table says; `wrong_pairing_status` unless active; `consent_missing`; what [`Visit::note`]
/// refuses.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    visited_on: NaiveDate,
    findings: Findings,
) -> Result<Corrected, Failure> {
    let tied = open(tx, cx, Act::CreateVisit, id, &Seen::Any)?;
    tied.check_open(cx)?;
    let of = (id, tied.pairing.beneficiary_id);
    let visit = Visit::note(said(cx, visited_on, findings)?, of, tied.pairing.begun_on, cx.now)?;
    store::visit::insert(tx, &cx.vault, &visit)?;
    counted(tx, cx, Kind::VisitNoted, tied, &visit)?;
    Ok((visit, Vec::new()))
}

/// Corrects the record of a visit: a further edition takes its place, and the one before stays to be read.
///
/// # Errors
/// As [`create`]; what [`Visit::correct`] refuses.
pub fn correct(
    tx: &mut Conn,
    cx: &Context,
    id: VisitId,
    visited_on: NaiveDate,
    findings: Findings,
) -> Result<Corrected, Failure> {
    cx.user()?;
    let of = found(store::visit::load(tx, id)?)?.pairing_id;
    let tied = open(tx, cx, Act::CorrectVisit, of, &Seen::Any)?;
    tied.check_open(cx)?;
    // Read again under the pairing's lock: two who correct at once stand in line.
    let visit = found(store::visit::load(tx, id)?)?;
    let (old, new) = visit.correct(said(cx, visited_on, findings)?, tied.pairing.begun_on, cx.now)?;
    store::visit::insert(tx, &cx.vault, &new).map_err(replaced)?;
    store::visit::replace(tx, old.id, new.id)?;
    counted(tx, cx, Kind::VisitCorrected, tied, &new)?;
    Ok((new, Vec::new()))
}

fn replaced(error: StoreError) -> Failure {
    match error.is_unique("visits", &["first_id", "edition"]) {
        true => Code::VisitReplaced.into(),
        false => error.into(),
    }
}

/// The visits of a pairing, the latest first, each with its editions before; all texts open.
///
/// # Errors
/// As the access table says; for the pair `wrong_pairing_status` once it ended, and `consent_missing`.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    id: PairingId,
    after: Option<(NaiveDate, VisitId)>,
    rows: i64,
) -> Result<Vec<Corrected>, Failure> {
    let tied = see(tx, cx, id)?;
    cx.allow(Act::ListVisits, &tied.subject())?;
    if !cx.actor.reads(&tied.subject()) {
        tied.check_open(cx)?;
    }
    let mut standing = store::visit::list(tx, id, after, rows)?;
    store::visit::open_notes(tx, &cx.vault, &mut standing)?;
    let first: Vec<VisitId> = standing.iter().filter(|one| one.edition > 1).map(|one| one.first_id).collect();
    let mut before = store::visit::replaced(tx, &first)?;
    store::visit::open_notes(tx, &cx.vault, &mut before)?;
    let with_editions = |visit: Visit| {
        let of = before.iter().filter(|one| one.first_id == visit.first_id).cloned().collect();
        (visit, of)
    };
    Ok(standing.into_iter().map(with_editions).collect())
}
