//! Spot checks over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Page, Path},
    reply::Reply,
    shared::UserRef,
};
use crate::{
    app::{Context, names::Names, spot_check as work},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use domain::{
    id::{SpotCheckId, WishId},
    spot_check::{Answer, SpotCheck as Domain, State, Status},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// A fulfilled wish that was drawn: somebody who had no part in it asks the resident again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SpotCheck {
    /// Its id.
    id: SpotCheckId,
    /// Which wish.
    wish_id: WishId,
    /// Where it stands.
    status: Status,
    /// When it was drawn.
    drawn_at: Instant,
    /// Ask by, while nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
    /// What the resident said.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Answer>,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<UserRef>,
    /// When it was answered, or dropped because the wish was reopened.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Counts its changes.
    version: i64,
}

pub(super) fn see(tx: &mut Conn, list: &[Domain]) -> Result<Vec<SpotCheck>, Failure> {
    let by = list.iter().filter_map(|one| match one.state {
        State::Answered { by, .. } => Some(by),
        State::Drawn { .. } | State::Dropped { .. } => None,
    });
    let names = Names::default().users(tx, by)?;
    Ok(list.iter().map(|one| shape(one, &names)).collect())
}

fn shape(one: &Domain, names: &Names) -> SpotCheck {
    let (due_at, answer, ended_at) = match one.state {
        State::Drawn { due_at } => (Some(due_at), None, None),
        State::Answered { at, by, result } => (None, Some((result, by)), Some(at)),
        State::Dropped { at } => (None, None, Some(at)),
    };
    SpotCheck {
        id: one.id,
        wish_id: one.wish_id,
        status: one.status(),
        drawn_at: one.drawn_at,
        due_at,
        result: answer.map(|(result, _)| result),
        answered_by: answer.map(|(_, by)| UserRef::of(by, names)),
        ended_at,
        version: one.version,
    }
}

/// The spot checks of a wish, oldest first, on one page; for its staff.
#[utoipa::path(tag = "wishes", responses((status = 200, body = Page<SpotCheck>), ReadProblems))]
#[get("/wishes/{id}/spot-checks")]
async fn list_spot_checks(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let items = caller
        .read(move |tx, cx| {
            let list = work::list(tx, cx, id.0)?;
            see(tx, &list)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(Page { items, next_cursor: None }))
}

/// What the resident said.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SpotCheckAnswer {
    /// When asked again. What did not arrive or does not work is made good by reopening the wish.
    result: Answer,
}

/// Somebody who had no part in the wish asked the resident again (抽查回访). Refused for who took the resident's word
/// before, or belongs to who brought it.
#[utoipa::path(
    tag = "wishes",
    request_body = SpotCheckAnswer,
    responses((status = 200, body = SpotCheck), Problems),
)]
#[post("/spot-checks/{id}/answer")]
async fn answer_spot_check(
    caller: Caller,
    id: Path<SpotCheckId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<SpotCheckAnswer>,
) -> Result<HttpResponse, Failure> {
    let (id, result) = (id.0, body.value.result);
    caller
        .change(idem.keyed(&body.digest), move |tx: &mut Conn, cx: &Context| {
            let answered = work::answer(tx, cx, id, &seen.0, result)?;
            let shown = see(tx, &[answered])?.pop().ok_or(domain::refusal::Code::Internal)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, "full"))
        })
        .await
}

/// Mounts the operations on spot checks.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_spot_checks).service(answer_spot_check);
}
