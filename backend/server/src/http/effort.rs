//! Efforts over HTTP: what a wish cost its staff, in minutes.

use super::{
    caller::Caller,
    extract::{Body, IfMatch, Path},
    reply::Reply,
    shared::UserRef,
};
use crate::{
    app::{effort as work, names::Names},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, put};
use domain::{
    effort::{Effort as Domain, Kind},
    id::WishId,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// The minutes that one of the staff noted of one thing that a wish took.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Effort {
    /// What the time went into.
    kind: Kind,
    /// How long it took.
    minutes: i32,
    /// Whose time it was.
    by: UserRef,
    /// When they noted it.
    at: Instant,
}

/// What a wish cost its staff, as far as they noted it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Efforts {
    /// All of it together, in minutes.
    minutes: i64,
    /// What was noted, in the order in which it was.
    items: Vec<Effort>,
}

fn shape(tx: &mut Conn, all: &[Domain]) -> Result<Efforts, Failure> {
    let names = Names::default().users(tx, all.iter().map(|one| one.by))?;
    let one = |of: &Domain| Effort {
        kind: of.kind,
        minutes: of.minutes,
        by: UserRef::of(of.by, &names),
        at: of.at,
    };
    Ok(Efforts {
        minutes: all.iter().map(|one| i64::from(one.minutes)).sum(),
        items: all.iter().map(one).collect(),
    })
}

/// What a wish cost its staff in minutes, as far as they noted it; for its staff.
#[utoipa::path(tag = "wishes", responses((status = 200, description = "What was noted", body = Efforts), ReadProblems))]
#[get("/wishes/{id}/efforts")]
async fn list_efforts(caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let all = work::list(tx, cx, id.0)?;
            shape(tx, &all)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "private, no-cache")).json(shown))
}

/// How long it took.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EffortPut {
    /// In minutes; 0 takes away what was noted.
    #[schema(minimum = 0, maximum = 960)]
    minutes: i32,
}

/// Notes the caller's own minutes of one thing that a wish took, in place of what they had noted of the same. Never demanded: it tells
/// what a wish costs. If-Match names the version of the wish, or `*`.
#[utoipa::path(
    tag = "wishes",
    params(("id" = WishId, Path, description = "The wish."), ("kind" = Kind, Path, description = "What the time went into.")),
    request_body = EffortPut,
    responses((status = 200, description = "Noted", body = Efforts), Problems),
)]
#[put("/wishes/{id}/efforts/{kind}")]
async fn put_effort(
    caller: Caller,
    path: Path<(WishId, Kind)>,
    seen: IfMatch,
    body: Body<EffortPut>,
) -> Result<HttpResponse, Failure> {
    let ((id, kind), minutes) = (path.0, body.value.minutes);
    caller
        .change(None, move |tx, cx| {
            let all = work::put(tx, cx, id, kind, &seen.0, minutes)?;
            Reply::ok(&shape(tx, &all)?)
        })
        .await
}

/// Mounts the operations on efforts.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_efforts).service(put_effort);
}
