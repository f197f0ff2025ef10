//! Shifts of posts over HTTP: each change of one is a change of its post, and goes by the post's version.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Path},
    organisation::not_null,
    post::{NewShift, PostEnd, answer},
    post_view::HeldPost,
};
use crate::{app::post as work, openapi::Problems, problem::Failure, routes::Routes};
use actix_web::{HttpResponse, patch, post};
use domain::{
    id::{PostId, ShiftId},
    post::Plan,
    time::Instant,
};
use serde::Deserialize;

/// Needs people at a further time.
#[utoipa::path(tag = "posts", request_body = NewShift, responses((status = 201, body = HeldPost), Problems))]
#[post("/posts/{id}/shifts")]
async fn create_shift(
    caller: Caller,
    id: Path<PostId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewShift>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let plan = body.value.plan();
    caller
        .change(keyed, move |tx, cx| {
            let held = work::add(tx, cx, id.0, &seen.0, plan.clone())?;
            answer(cx, held, true)
        })
        .await
}

/// What to change of a shift: what is absent stays. Once somebody signed up its time stays too.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ShiftPatch {
    /// When it begins.
    #[serde(default, deserialize_with = "not_null")]
    starts_at: Option<Instant>,
    /// When it is over.
    #[serde(default, deserialize_with = "not_null")]
    ends_at: Option<Instant>,
    /// How many people it needs; no fewer than signed up.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 1, maximum = 10_000)]
    places: Option<i64>,
    /// Where to meet.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 2, max_length = 200)]
    meet_at: Option<String>,
}

impl ShiftPatch {
    fn apply(&self, plan: &mut Plan) {
        plan.starts_at = self.starts_at.unwrap_or(plan.starts_at);
        plan.ends_at = self.ends_at.unwrap_or(plan.ends_at);
        plan.places = self.places.unwrap_or(plan.places);
        if let Some(meet_at) = &self.meet_at {
            meet_at.trim().clone_into(&mut plan.meet_at);
        }
    }
}

/// Plans a shift otherwise, until it begins. If-Match is the post's.
#[utoipa::path(tag = "posts", request_body = ShiftPatch, responses((status = 200, body = HeldPost), Problems))]
#[patch("/shifts/{id}")]
async fn update_shift(
    caller: Caller,
    id: Path<ShiftId>,
    seen: IfMatch,
    body: Body<ShiftPatch>,
) -> Result<HttpResponse, Failure> {
    let patch = body.value;
    caller
        .change(None, move |tx, cx| {
            let held = work::revise_shift(tx, cx, id.0, &seen.0, |plan| patch.apply(plan))?;
            answer(cx, held, false)
        })
        .await
}

/// Says that a shift does not take place, until it begins; who signed up for it holds its places no more.
#[utoipa::path(tag = "posts", request_body = PostEnd, responses((status = 200, body = HeldPost), Problems))]
#[post("/shifts/{id}/cancel")]
async fn cancel_shift(
    caller: Caller,
    id: Path<ShiftId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<PostEnd>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let held = work::cancel_shift(tx, cx, id.0, &seen.0, &reason)?;
            answer(cx, held, false)
        })
        .await
}

/// Mounts the operations on shifts.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(create_shift).service(update_shift).service(cancel_shift);
}
