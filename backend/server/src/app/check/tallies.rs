//! The sums that dashboards read are what is there: each wish, resident and household is counted as what it is, and each
//! organisation's sums are those of its own and of all below it.

use super::Report;
use crate::{
    app::tally::{MOST_UNCOUNTED, faults, uncounted},
    problem::Failure,
};
use store::{Conn, tally::organisation_before};

pub(super) fn check(tx: &mut Conn, report: &mut Report) -> Result<(), Failure> {
    // What changed since it was counted is not wrong.
    let late = uncounted(tx)?;
    if late.is_none() {
        let note = format!("more than {MOST_UNCOUNTED} events are not counted yet: only sums were compared");
        report.notes.push(note);
    }
    let mut last: Option<String> = None;
    while let Some(at) = organisation_before(tx, last.as_deref())? {
        let faults = faults(tx, &at, late.as_ref())?;
        for id in faults.subjects {
            report.findings.push(format!("{id} is counted in the figures as what it is not"));
        }
        for (cell, missing) in faults.missing {
            let (measure, period, part) = (cell.measure, cell.period, cell.part);
            let fault = format!("{measure} {part} of {period} is wrong by {}", -missing);
            report.findings.push(format!("figures of organisation {at}: {fault}"));
        }
        last = Some(at);
    }
    Ok(())
}
