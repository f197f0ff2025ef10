//! Pauses of a wish's clock over HTTP.

use super::{
    caller::Caller,
    claim_view::said,
    extract::{Body, Idempotency, IfMatchOptional, Page, Path},
    shared::UserRef,
    wish::{Nothing, answer},
    wish_view::{Wish, see},
};
use crate::{
    app::{names::Names, pause as work},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, post};
use chrono::NaiveDate;
use domain::{
    id::{PauseId, WishId},
    time::Instant,
};
use serde::{Deserialize, Serialize};

/// Why the clock is to stand, and until when.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPause {
    /// For the staff; private.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The last day on which it stands, in China.
    until: NaiveDate,
}

/// The clock of a wish stands until the end of a day: the due times of the wish and of its claims move by
/// the working days of the pause. It goes on by itself. Over a wish's life at most 60 working days.
#[utoipa::path(tag = "wishes", request_body = NewPause, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/pause")]
async fn pause_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewPause>,
) -> Result<HttpResponse, Failure> {
    let (id, new) = (id.0, body.value);
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            work::pause(tx, cx, id, &seen.0, &new.reason, new.until)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// The clock of a paused wish goes on today: the days that were not used are taken back.
#[utoipa::path(tag = "wishes", request_body = Nothing, responses((status = 200, body = Wish), Problems))]
#[post("/wishes/{id}/resume")]
async fn resume_wish(
    caller: Caller,
    id: Path<WishId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id.0;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            work::resume(tx, cx, id, &seen.0)?;
            answer(see(tx, cx, id)?, None)
        })
        .await
}

/// A pause of a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Pause {
    /// Its id.
    id: PauseId,
    /// Why; absent once the resident was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The last day on which the clock was to stand.
    until: NaiveDate,
    /// How many working days it took.
    days: u16,
    /// Who asked for it.
    by: UserRef,
    /// When it began.
    created_at: Instant,
    /// When it was ended early.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed_at: Option<Instant>,
    /// Who ended it early.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed_by: Option<UserRef>,
}

/// The pauses of a wish, oldest first, on one page; for its staff.
#[utoipa::path(tag = "wishes", responses((status = 200, body = Page<Pause>), ReadProblems))]
#[get("/wishes/{id}/pauses")]
async fn list_wish_pauses(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let items: Vec<Pause> = caller
        .read(move |tx, cx| {
            let list = work::list(tx, cx, id.0)?;
            let resumed = list.iter().filter_map(|one| one.resumed.map(|(_, by)| by));
            let names = Names::default().users(tx, list.iter().map(|one| one.by).chain(resumed))?;
            let shape = |one: &domain::pause::Pause| Pause {
                id: one.id,
                reason: said(Some(&one.reason)),
                until: one.until,
                days: one.days,
                by: UserRef::of(one.by, &names),
                created_at: one.at,
                resumed_at: one.resumed.map(|(at, _)| at),
                resumed_by: one.resumed.map(|(_, by)| UserRef::of(by, &names)),
            };
            Ok(list.iter().map(shape).collect())
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "private, no-cache"))
        .json(Page { items, next_cursor: None }))
}

/// Mounts the operations on pauses.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(pause_wish).service(resume_wish).service(list_wish_pauses);
}
