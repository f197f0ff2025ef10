//! A frozen report says what it said: its hash is that of its words, it is bound to the one before it, and the history, which is
//! a chain of its own, tells the same hash.

use super::Report;
use crate::problem::Failure;
use serde_json::{Value, from_str};
use store::{
    Conn,
    report::{chains, hash, missing},
};

pub(super) fn check(tx: &mut Conn, report: &mut Report) -> Result<(), Failure> {
    let mut before: Option<domain::report::Report> = None;
    for (frozen, told) in chains(tx)? {
        let last = before.take().filter(|last| last.organisation_id == frozen.organisation_id);
        let (number, previous) = last.map_or((0, String::new()), |last| (last.number, last.hash));
        let told: Option<Value> = told.as_deref().and_then(|data| from_str(data).ok());
        let told = told.as_ref().and_then(|data| data["hash"].as_str());
        let faults = [
            (hash(&frozen) != frozen.hash, "does not say what was frozen"),
            (
                frozen.number != number + 1 || frozen.previous_hash != previous,
                "is not bound to the one before it",
            ),
            (told != Some(frozen.hash.as_str()), "has another hash than the history tells"),
        ];
        for (_, fault) in faults.iter().filter(|(broken, _)| *broken) {
            report.findings.push(format!("report {}: {fault}", frozen.id));
        }
        before = Some(frozen);
    }
    for id in missing(tx)? {
        report.findings.push(format!("report {id} was frozen and is gone"));
    }
    Ok(())
}
