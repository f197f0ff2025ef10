//! The waiting lists over HTTP.

use super::{
    caller::Caller,
    claim_view::ClaimantRef,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
};
use crate::{
    app::{Context, claim::NewClaim as Ask, found, names::Names, waiting as work},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, delete, get, post};
use domain::{
    id::{ClaimantId, WaitingId, WishId},
    time::Instant,
    waiting::Waiting as Domain,
    wish::Unit,
};
use serde::{Deserialize, Serialize};
use store::{Conn, StoreError, waiting::Filter};

/// A claimant's place on the waiting list (候补) of a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Waiting {
    /// Its id.
    id: WaitingId,
    /// For a share of which wish.
    wish_id: WishId,
    /// The wish in one line.
    wish_title: String,
    /// Who waits.
    claimant: ClaimantRef,
    /// How much they want.
    quantity: i64,
    /// Of what.
    unit: Unit,
    /// How many are called before them, and them: the next has 1.
    place: usize,
    /// Since when.
    created_at: Instant,
}

fn see_all(tx: &mut Conn, list: Vec<Domain>) -> Result<Vec<Waiting>, Failure> {
    let names = Names::default().claimants(tx, list.iter().map(|one| one.claimant_id))?;
    let ids: Vec<WishId> = list.iter().map(|one| one.wish_id).collect();
    let (rows, places) = (store::wish::lines(tx, &ids)?, store::waiting::places(tx, &ids)?);
    let shown = list.into_iter().filter_map(|one| {
        let row = rows.iter().find(|row| row.id == one.wish_id.to_string())?;
        Some(row.unit.parse().map_err(|e| StoreError::corrupt(e).into()).map(|unit| Waiting {
            id: one.id,
            wish_id: one.wish_id,
            wish_title: row.title.clone(),
            claimant: ClaimantRef::of(one.claimant_id, &names),
            quantity: one.quantity,
            unit,
            place: places.get(&one.id).copied().unwrap_or_default(),
            created_at: one.created_at,
        }))
    });
    shown.collect()
}

/// Who wants to be called.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWaiting {
    /// Who waits.
    claimant_id: ClaimantId,
    /// How much they want; offered is at most what comes free.
    #[schema(minimum = 1)]
    quantity: i64,
}

/// Waits for a share of a wish that is all taken (候补): when one comes free, it is proposed to the next in
/// the order in which they asked.
#[utoipa::path(tag = "claims", request_body = NewWaiting, responses((status = 201, body = Waiting), Problems))]
#[post("/wishes/{id}/waiting")]
async fn join_waiting_list(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewWaiting>,
) -> Result<HttpResponse, Failure> {
    let new = Ask {
        claimant_id: body.value.claimant_id,
        quantity: body.value.quantity,
        shares: Vec::new(),
        note: None,
    };
    caller
        .change(idem.keyed(&body.digest), move |tx, cx: &Context| {
            let waiting = work::join(tx, cx, id.0, &seen.0, &new)?;
            let shown = found(see_all(tx, vec![waiting])?.pop())?;
            Reply::created(format!("/waiting?wish_id={}", shown.wish_id), &shown)
        })
        .await
}

/// Leaves a waiting list.
#[utoipa::path(tag = "claims", responses((status = 204, description = "Gone"), Problems))]
#[delete("/waiting/{id}")]
async fn leave_waiting_list(
    caller: Caller,
    id: Path<WaitingId>,
    _seen: IfMatch,
) -> Result<HttpResponse, Failure> {
    caller.change(None, move |tx, cx| work::leave(tx, cx, id.0).map(|()| Reply::none())).await
}

/// What narrows the list down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WaitingFilter {
    /// For this wish.
    wish_id: Option<WishId>,
}

/// Places on waiting lists, newest first: of my claimants, and on the wishes of my organisations.
#[utoipa::path(tag = "claims", params(WaitingFilter, Paging), responses((status = 200, body = Page<Waiting>), ReadProblems))]
#[get("/waiting")]
async fn list_waiting(caller: Caller, list: Listing<WaitingFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter { wish: list.filter.wish_id, before: list.after()?, ..Filter::default() };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            see_all(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Mounts the operations on waiting lists.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(join_waiting_list).service(leave_waiting_list).service(list_waiting);
}
