//! Reopening of wishes over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Path},
    wish::answer,
    wish_view::{Wish, see},
};
use crate::{
    app::reopening::{self as work, NewReopening as Asked},
    openapi::Problems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, post};
use domain::{
    id::{ClaimId, WishId},
    reopening::Trouble,
};
use serde::Deserialize;

/// What the resident says of something that was confirmed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReopening {
    /// Which claim of the wish brought it; it is confirmed.
    claim_id: ClaimId,
    /// What the resident says.
    reason: Trouble,
    /// More of it, for the staff and the claimant.
    #[schema(min_length = 1, max_length = 500)]
    note: String,
    /// The share comes free for others; otherwise, and when absent, the claimant has it again, to make it good.
    #[serde(default)]
    #[schema(required = false)]
    take_back: bool,
}

/// Reopens a wish (重开): the resident says that what was confirmed did not arrive, or does not work. Within the working
/// days that the rules give for it, after the wish was fulfilled. One claim at a time; the others stay confirmed.
#[utoipa::path(tag = "wishes", request_body = NewReopening, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/reopen")]
async fn reopen_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewReopening>,
) -> Result<HttpResponse, Failure> {
    let NewReopening { claim_id, reason: trouble, note, take_back } = body.value;
    let (id, asked) = (id.0, Asked { claim_id, trouble, note, take_back });
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            work::reopen(tx, cx, id, &seen.0, &asked)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// Mounts it.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(reopen_wish);
}
