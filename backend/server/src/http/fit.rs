//! Suggestions over HTTP: wishes for a claimant, claimants for a wish.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    extract::{Path, Query},
};
use crate::{
    app::{fit as work, names::Names},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{
    fit::{Offer, Reason},
    id::{ClaimantId, WishId},
    refusal::{Code, Fault, Refusal},
    wish::Unit,
};
use serde::{Deserialize, Serialize};
use store::fit::Candidate;

/// How many suggestions there are, unless the caller says otherwise.
const SOME: u8 = 10;

/// How many to show.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Most {
    /// 1 to 50; 10 when absent.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u8>,
}

impl Most {
    fn count(&self) -> Result<usize, Refusal> {
        let limit = self.limit.unwrap_or(SOME);
        match (1..=50).contains(&limit) {
            true => Ok(limit.into()),
            false => Err(Refusal::field(Code::Invalid, "limit", Fault::OutOfRange)),
        }
    }
}

/// An open wish that fits a claimant.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WishSuggestion {
    /// Which.
    wish_id: WishId,
    /// In one line.
    title: String,
    /// The code of its category.
    category: String,
    /// Where, no finer than a township.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// How much of it may still be claimed.
    remaining: i64,
    /// Of what.
    unit: Unit,
    /// Why it fits, the weightiest first.
    reasons: Vec<Reason>,
}

/// What fits a claimant, the best first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WishSuggestions {
    /// How many more claims it can take; where it is 0 nothing is suggested.
    room: u32,
    /// What fits.
    items: Vec<WishSuggestion>,
}

/// A claimant that fits a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClaimantSuggestion {
    /// Who.
    claimant: ClaimantRef,
    /// How many claims it holds.
    open_claims: u32,
    /// How many more it can take.
    room: u32,
    /// Why it fits, the weightiest first.
    reasons: Vec<Reason>,
}

/// Who fits a wish, the best first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClaimantSuggestions {
    /// Who fits.
    items: Vec<ClaimantSuggestion>,
}

fn wish(found: work::Suggestion<Candidate>) -> WishSuggestion {
    let row = found.what;
    WishSuggestion {
        wish_id: row.id,
        title: row.title,
        category: row.category,
        place: row.place,
        remaining: row.remaining,
        unit: row.unit,
        reasons: found.reasons,
    }
}

/// Open wishes that fit a claimant (推荐), each with its reasons: of what it may claim, the oldest are looked at, and those
/// that need a skill of its own.
#[utoipa::path(
    tag = "claimants",
    params(("id" = ClaimantId, Path, description = "The claimant."), Most),
    responses((status = 200, description = "What fits", body = WishSuggestions), ReadProblems),
)]
#[get("/claimants/{id}/suggestions")]
async fn list_claimant_suggestions(
    caller: Caller,
    id: Path<ClaimantId>,
    most: Query<Most>,
) -> Result<HttpResponse, Failure> {
    let most = most.0.count()?;
    let found = caller.read(move |tx, cx| work::of_claimant(tx, cx, id.0, most)).await?;
    let items = found.wishes.into_iter().map(wish).collect();
    let shown = WishSuggestions { room: found.room, items };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shown))
}

/// Claimants that fit a wish (推荐), each with its reasons: those nearest in the tree are looked at, and those who have the
/// skill that it needs. For who dispatches it.
#[utoipa::path(
    tag = "wishes",
    params(("id" = WishId, Path, description = "The wish."), Most),
    responses((status = 200, description = "Who fits", body = ClaimantSuggestions), ReadProblems),
)]
#[get("/wishes/{id}/suggestions")]
async fn list_wish_suggestions(
    caller: Caller,
    id: Path<WishId>,
    most: Query<Most>,
) -> Result<HttpResponse, Failure> {
    let most = most.0.count()?;
    let items = caller
        .read(move |tx, cx| {
            let found = work::of_wish(tx, cx, id.0, most)?;
            let names = Names::default().claimants(tx, found.iter().map(|one| one.what.claimant_id))?;
            let shown = |one: work::Suggestion<Offer>| ClaimantSuggestion {
                claimant: ClaimantRef::of(one.what.claimant_id, &names),
                open_claims: one.what.held,
                room: one.what.room,
                reasons: one.reasons,
            };
            Ok(found.into_iter().map(shown).collect::<Vec<_>>())
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(ClaimantSuggestions { items }))
}

/// Mounts it.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_claimant_suggestions).service(list_wish_suggestions);
}
