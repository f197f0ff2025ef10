//! Campaigns as everybody sees them: the same for all, and no more of the wishes than the wall shows.

use super::{
    caller::Caller,
    campaign_view::CampaignTargets,
    event::NoFilter,
    extract::{Listing, Page, Paging, Path},
};
use crate::{
    app::{
        Context,
        campaign::{self as work, Shown},
        names::Names,
        wall::FRESH_SECONDS,
    },
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    campaign::Status,
    id::{CampaignId, PoolId},
    time::Instant,
};
use serde::Serialize;
use store::Conn;

/// How far a campaign has come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CampaignProgress {
    /// The moment that it is of.
    as_of: Instant,
    /// Wishes that are or were on the wall.
    wishes: i64,
    /// Of these, waiting for claimants.
    open: i64,
    /// Of these, fulfilled.
    fulfilled: i64,
    /// Claimants who brought something.
    claimants: i64,
    /// Pledges that hold.
    pledges: i64,
}

/// A pool of money that is raised for a campaign. Its books are public: `GET /pools/{id}/books`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CampaignPool {
    /// Its id.
    id: PoolId,
    /// Its name.
    name: String,
}

/// A campaign as everybody sees it. Its wishes are `GET /wishes?campaign_id=`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PublicCampaign {
    /// Its id.
    id: CampaignId,
    /// Open, or closed.
    status: Status,
    /// Its name.
    title: String,
    /// What it is about.
    theme: String,
    /// The names of those who hold it and are a county or a level above, who made it first.
    hosts: Vec<String>,
    /// Its first day.
    starts_on: NaiveDate,
    /// Its last day.
    ends_on: NaiveDate,
    /// What it is to reach.
    targets: CampaignTargets,
    /// How far it has come.
    progress: CampaignProgress,
    /// The pools that are raised for it.
    pools: Vec<CampaignPool>,
}

fn shape(shown: Shown, names: &Names, pools: &[(CampaignId, PoolId, String)]) -> PublicCampaign {
    let Shown { hosted, progress } = shown;
    let of = hosted.campaign;
    let name = |id| names.organisation(id).map(|(name, _)| name.to_owned());
    PublicCampaign {
        id: of.id,
        status: of.status(),
        hosts: hosted.named.into_iter().filter_map(name).collect(),
        starts_on: of.content.starts_on,
        ends_on: of.content.ends_on,
        targets: of.content.targets.into(),
        title: of.content.title,
        theme: of.content.theme,
        progress: CampaignProgress {
            as_of: progress.as_of,
            wishes: progress.wishes,
            open: progress.open,
            fulfilled: progress.fulfilled,
            claimants: progress.claimants,
            pledges: progress.pledges,
        },
        pools: pools
            .iter()
            .filter(|(campaign, ..)| *campaign == of.id)
            .map(|(_, id, name)| CampaignPool { id: *id, name: name.clone() })
            .collect(),
    }
}

async fn named(caller: &Caller, shown: Vec<Shown>) -> Result<Vec<PublicCampaign>, Failure> {
    let hosts: Vec<_> = shown.iter().flat_map(|one| one.hosted.named.clone()).collect();
    let campaigns: Vec<_> = shown.iter().map(|one| one.hosted.campaign.id).collect();
    let read = move |tx: &mut Conn, _: &Context| {
        let names = Names::default().organisations(tx, hosts)?;
        Ok((names, store::ledger::pool::of_campaigns(tx, &campaigns)?))
    };
    let (names, pools) = caller.read(read).await?;
    Ok(shown.into_iter().map(|one| shape(one, &names, &pools)).collect())
}

/// Campaigns that are open, newest first.
#[utoipa::path(
    tag = "campaigns",
    security(()),
    params(Paging),
    responses((status = 200, body = Page<PublicCampaign>), ReadProblems),
)]
#[get("/campaigns/public")]
async fn list_public_campaigns(caller: Caller, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    let found = work::page(&caller.state, list.after()?, list.rows()).await?;
    let shown = named(&caller, found).await?;
    list.answer(shown, |one| one.id, |one| one)
}

/// One campaign that is open, or was.
#[utoipa::path(
    tag = "campaigns",
    security(()),
    responses((status = 200, body = PublicCampaign), ReadProblems),
)]
#[get("/campaigns/{id}/public")]
async fn get_public_campaign(caller: Caller, id: Path<CampaignId>) -> Result<HttpResponse, Failure> {
    let found = work::shown(&caller.state, id.0).await?;
    let shown = crate::app::found(named(&caller, vec![found]).await?.pop())?;
    let keep = format!("public, max-age={FRESH_SECONDS}");
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, keep)).json(shown))
}

/// Mounts them, before the address of one campaign.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_public_campaigns).service(get_public_campaign);
}
