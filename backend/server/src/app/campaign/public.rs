//! What everybody sees of campaigns: those that are open, and how far each has come, counted once for all who ask within
//! a few seconds. Who pledged is not told, and how many residents are behind the wishes neither.

use super::{Hosted, hosted, hosted_all};
use crate::{
    app::{found, wall::FRESH_SECONDS},
    problem::Failure,
    state::State as Server,
};
use domain::{
    campaign::{Campaign, Figures, State, Status},
    id::CampaignId,
    refusal::Code,
    time::Instant,
};
use std::sync::Arc;
use store::{Conn, campaign::Filter};

/// How far a campaign has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The moment that it is of.
    pub as_of: Instant,
    /// Wishes that are or were on the wall.
    pub wishes: i64,
    /// Of these, waiting for claimants.
    pub open: i64,
    /// Of these, fulfilled.
    pub fulfilled: i64,
    /// Claimants who brought something.
    pub claimants: i64,
    /// Pledges that hold.
    pub pledges: i64,
}

/// A campaign as everybody sees it.
#[derive(Debug)]
pub struct Shown {
    /// The campaign and who holds it.
    pub hosted: Hosted,
    /// How far it has come.
    pub progress: Arc<Progress>,
}

impl Progress {
    fn of(as_of: Instant, figures: &Figures, pledges: i64) -> Self {
        Self {
            as_of,
            wishes: figures.wishes().saturating_sub(figures.waiting),
            open: figures.open,
            fulfilled: figures.fulfilled,
            claimants: figures.claimants,
            pledges,
        }
    }
}

/// Open campaigns, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn page(server: &Server, before: Option<CampaignId>, rows: i64) -> Result<Vec<Shown>, Failure> {
    let filter = Filter { roots: None, status: Some(Status::Open), before };
    let read = move |tx: &mut Conn| {
        let found = store::campaign::list(tx, &filter, rows)?;
        hosted_all(tx, found)
    };
    let mut all = Vec::new();
    for hosted in server.db.read(read).await? {
        let progress = progress(server, &hosted.campaign).await?;
        all.push(Shown { hosted, progress });
    }
    Ok(all)
}

/// A campaign that is or was open.
///
/// # Errors
/// `not_found` for one that is prepared, or does not take place.
pub async fn shown(server: &Server, id: CampaignId) -> Result<Shown, Failure> {
    let read = move |tx: &mut Conn| {
        let campaign = found(store::campaign::load(tx, id)?)?;
        match campaign.status().is_public() {
            true => hosted(tx, campaign),
            false => Err(Code::NotFound.into()),
        }
    };
    let hosted = server.db.read(read).await?;
    let progress = progress(server, &hosted.campaign).await?;
    Ok(Shown { hosted, progress })
}

async fn progress(server: &Server, campaign: &Campaign) -> Result<Arc<Progress>, Failure> {
    if let State::Closed { report, .. } = &campaign.state {
        let pledges = i64::try_from(report.pledges.len()).unwrap_or(i64::MAX);
        return Ok(Arc::new(Progress::of(report.as_of, &report.figures, pledges)));
    }
    let (id, now) = (campaign.id, server.clock.now());
    let is_fresh = |kept: &Arc<Progress>| (kept.as_of..kept.as_of.plus_seconds(FRESH_SECONDS)).contains(&now);
    if let Some(kept) = server.campaigns.get(&id).filter(is_fresh) {
        return Ok(kept);
    }
    let since = campaign.opened_at().unwrap_or(now);
    let count = move |tx: &mut Conn| {
        let figures = store::campaign::figures(tx, id, since, true)?;
        Ok::<_, Failure>(Progress::of(now, &figures, store::pledge::count(tx, id)?))
    };
    let counted = Arc::new(server.db.read_slow(count).await?);
    server.campaigns.insert(id, Arc::clone(&counted));
    Ok(counted)
}
