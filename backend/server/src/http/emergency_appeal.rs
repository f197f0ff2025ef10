//! Emergency calls over HTTP, for those who are called.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Listing, Page, Paging, Path},
    wish_view::{Wish, see_all},
};
use crate::{
    app::emergency::{self as work, Appeal},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{id::EmergencyCallId, time::Instant};
use serde::Serialize;

/// An open emergency call, as those see it who are called.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EmergencyAppeal {
    /// Its id.
    id: EmergencyCallId,
    /// What happened.
    title: String,
    /// By when the last household is to be served.
    due_at: Instant,
    /// Households for whom somebody is still looked for.
    waiting: i64,
}

impl From<Appeal> for EmergencyAppeal {
    fn from(Appeal { call, waiting }: Appeal) -> Self {
        Self { id: call.id, title: call.content.title, due_at: call.content.due_at, waiting }
    }
}

/// The open emergency calls that ask for the caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EmergencyAppeals {
    /// Newest first.
    items: Vec<EmergencyAppeal>,
}

/// The open emergency calls that ask for a claimant for whom the caller acts, newest first.
#[utoipa::path(tag = "emergency calls", responses((status = 200, body = EmergencyAppeals), ReadProblems))]
#[get("/me/emergency-calls")]
async fn list_emergency_appeals(caller: Caller) -> Result<HttpResponse, Failure> {
    let found = caller.read_slow(work::appeals).await?;
    let items = found.into_iter().map(EmergencyAppeal::from).collect();
    let answer = EmergencyAppeals { items };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-cache")).json(answer))
}

/// What is still open of an emergency call, for those who are called, as the wall shows it, newest first.
#[utoipa::path(tag = "emergency calls", params(Paging), responses((status = 200, body = Page<Wish>), ReadProblems))]
#[get("/emergency-calls/{id}/wishes")]
async fn list_called_wishes(
    caller: Caller,
    id: Path<EmergencyCallId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let wishes = caller
        .read(move |tx, cx| {
            let (found, generation) = work::wishes(tx, cx, id.0, before, rows)?;
            see_all(tx, cx, found, generation)
        })
        .await?;
    list.answer(wishes, |(id, _)| *id, |(_, wish)| wish)
}

/// Mounts the operations for those who are called.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_emergency_appeals).service(list_called_wishes);
}
