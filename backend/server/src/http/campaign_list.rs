//! The list of a campaign over HTTP: which wishes belong to it, by its rule and by hand.

use super::{
    caller::Caller,
    campaign::answer,
    campaign_view::Campaign,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    shared::OrgRef,
};
use crate::{
    app::{campaign as work, names::Names},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    campaign::Place,
    id::{CampaignId, OrganisationId, WishId},
    time::Instant,
    wish::Status,
};
use serde::{Deserialize, Serialize};
use store::{Conn, StoreError, campaign::Placed};

/// Which part of a campaign's list is shown.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PlaceFilter {
    /// `in` (when absent), or `out`: what was taken out by hand.
    place: Option<Place>,
}

/// A wish of a campaign's list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CampaignWish {
    /// The wish.
    id: WishId,
    /// The wish in one line; where it is the caller's to read.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Where it stands.
    status: Status,
    /// The code of its category.
    category: String,
    /// Who collected it.
    origin: OrgRef,
    /// Whether it belongs to the campaign.
    place: Place,
    /// A person decided so, and not the rule.
    by_hand: bool,
    /// When.
    placed_at: Instant,
}

fn listed(tx: &mut Conn, found: Vec<(Placed, bool)>) -> Result<Vec<CampaignWish>, Failure> {
    let mut origins = Vec::new();
    for (one, _) in &found {
        origins.push(one.wish.origin_id.parse::<OrganisationId>().map_err(StoreError::corrupt)?);
    }
    let names = Names::default().organisations(tx, origins.iter().copied())?;
    let shape =
        |((Placed { wish, place, by_hand, at }, readable), origin): ((Placed, bool), OrganisationId)| {
            Ok(CampaignWish {
                id: wish.id.parse().map_err(StoreError::corrupt)?,
                title: readable.then_some(wish.title),
                status: wish.status.parse().map_err(StoreError::corrupt)?,
                category: wish.category,
                origin: OrgRef::of(origin, &names),
                place,
                by_hand,
                placed_at: at,
            })
        };
    found.into_iter().zip(origins).map(shape).collect()
}

/// The wishes of a campaign, newest first, and those that were taken out of it.
#[utoipa::path(tag = "campaigns", params(PlaceFilter, Paging), responses((status = 200, body = Page<CampaignWish>), ReadProblems))]
#[get("/campaigns/{id}/wishes")]
async fn list_campaign_wishes(
    caller: Caller,
    id: Path<CampaignId>,
    list: Listing<PlaceFilter>,
) -> Result<HttpResponse, Failure> {
    let (place, before, rows) = (list.filter.place.unwrap_or(Place::In), list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::placed(tx, cx, (id.0, place), before, rows)?;
            listed(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Wishes to take in or out.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlaces {
    /// Wishes that one of the hosts' subtrees collected.
    #[schema(min_items = 1, max_items = 100)]
    wish_ids: Vec<WishId>,
    /// In, or out.
    place: Place,
}

/// Takes wishes in or out by hand, all of them or none; what a person decided goes before the rule.
#[utoipa::path(tag = "campaigns", request_body = NewPlaces, responses((status = 200, body = Campaign), Problems))]
#[post("/campaigns/{id}/wishes")]
async fn place_campaign_wishes(
    caller: Caller,
    id: Path<CampaignId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewPlaces>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewPlaces { wish_ids, place } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let hosted = work::place(tx, cx, id.0, &seen.0, (&wish_ids, place))?;
            answer(tx, cx, hosted, false)
        })
        .await
}

/// Mounts the operations on the list.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_campaign_wishes).service(place_campaign_wishes);
}
