//! What stands on the wall stands there because somebody agreed to it, and so does what platforms are shown.

use super::{BATCH, Report};
use crate::problem::Failure;
use ::vault::Vault;
use domain::beneficiary::Purpose;
use store::{Conn, StoreError, check::listed_residents};

/// Judged as of the day on which the consents were last looked at: what a date ended since is taken off the
/// wall by the next sweep.
pub(super) fn check(tx: &mut Conn, vault: &Vault, report: &mut Report) -> Result<(), Failure> {
    agreed(tx, vault, report, Purpose::Publish, "a wish is on the wall without a live consent to publish")?;
    let shared = "a wish is shared with platforms without a live consent to it";
    agreed(tx, vault, report, Purpose::ShareWithPlatform, shared)
}

fn agreed(
    tx: &mut Conn,
    vault: &Vault,
    report: &mut Report,
    purpose: Purpose,
    fault: &str,
) -> Result<(), Failure> {
    let shared = purpose == Purpose::ShareWithPlatform;
    let mut after = String::new();
    loop {
        let batch = listed_residents(tx, shared, &after, BATCH)?;
        let Some((last, _)) = batch.last() else { break };
        after = last.to_string();
        for (id, looked_on) in batch {
            let resident = match store::beneficiary::load(tx, vault, id) {
                Ok(Some(resident)) => resident,
                // What does not open is told by the check of everything that is sealed.
                Ok(None) | Err(StoreError::Locked(_) | StoreError::Corrupt(_)) => continue,
                Err(error) => return Err(error.into()),
            };
            // Of who was erased the wall shows figures alone, and platforms nothing.
            let Some(day) = looked_on.filter(|_| shared || resident.known().is_ok()) else { continue };
            if !resident.agreed(purpose, day) {
                report.findings.push(format!("resident {id}: {fault}"));
            }
        }
    }
    Ok(())
}
