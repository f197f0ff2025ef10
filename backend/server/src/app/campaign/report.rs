//! What came of a campaign: counted now, or as it was when it closed.

use crate::{app::Context, problem::Failure};
use domain::{
    campaign::{Campaign, PledgeLine, Report, State},
    id::ClaimantId,
};
use store::{Conn, pledge::Filter};

/// What came of a campaign so far; of a closed one, what is kept.
///
/// # Errors
/// When the database does not answer.
pub fn report(tx: &mut Conn, cx: &Context, campaign: &Campaign) -> Result<Report, Failure> {
    if let State::Closed { report, .. } = &campaign.state {
        return Ok(report.clone());
    }
    // Nothing was brought for it before it opened.
    let since = campaign.opened_at().unwrap_or(cx.now);
    let figures = store::campaign::figures(tx, campaign.id, since, false)?;
    let filter = Filter { campaign: campaign.id, acts_for: None, after: None };
    let pledges = store::pledge::list(tx, &filter, i64::MAX)?;
    let claimants: Vec<ClaimantId> = pledges.iter().map(|pledge| pledge.claimant_id).collect();
    let brought = store::campaign::brought_by(tx, campaign.id, since, &claimants)?;
    let line = |pledge: &domain::pledge::Pledge| PledgeLine {
        pledge_id: pledge.id,
        claimant_id: pledge.claimant_id,
        pledged: pledge.amount,
        brought: brought.get(&pledge.claimant_id).copied().unwrap_or_default(),
    };
    Ok(Report { as_of: cx.now, figures, pledges: pledges.iter().map(line).collect() })
}
