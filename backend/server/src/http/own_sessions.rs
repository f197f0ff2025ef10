//! Where I am signed in, over HTTP.

use super::{
    caller::Caller,
    extract::{Body, IfMatch, Path},
    session::session_of,
    wish::Nothing,
};
use crate::{
    app::session as work,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, delete, get, http::header::CACHE_CONTROL, post};
use domain::{id::SessionId, time::Instant};
use serde::Serialize;

/// A session of mine that can still be renewed.
#[derive(Serialize, utoipa::ToSchema)]
struct OwnSession {
    /// Its id.
    id: SessionId,
    /// With what it began, as far as that said; may be empty.
    #[schema(examples("Edge, Windows"))]
    program: String,
    /// Since when.
    created_at: Instant,
    /// When it was last renewed, which a page in use does every few minutes.
    seen_at: Instant,
    /// It has a second factor.
    second_factor: bool,
    /// It is the one that asks.
    current: bool,
}

/// Where I am signed in.
#[derive(Serialize, utoipa::ToSchema)]
struct OwnSessions {
    /// The newest first.
    items: Vec<OwnSession>,
}

/// Where am I signed in?
#[utoipa::path(tag = "auth", responses((status = 200, description = "All of them", body = OwnSessions), ReadProblems))]
#[get("/me/sessions")]
async fn list_sessions(req: HttpRequest, caller: Caller) -> Result<HttpResponse, Failure> {
    let this = session_of(&req, &caller.state);
    let live = caller.read(work::list).await?;
    let shape = |(session, seen_at): (store::user::Session, Instant)| OwnSession {
        id: session.id,
        created_at: session.created_at,
        seen_at,
        second_factor: session.second_factor,
        current: Some(session.id) == this,
        program: session.program,
    };
    let items = live.into_iter().map(shape).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(OwnSessions { items }))
}

/// Ends one of my sessions, within seconds. If-Match is `*`.
#[utoipa::path(
    tag = "auth",
    params(("id" = SessionId, Path, description = "The session.")),
    responses((status = 204, description = "Ended"), Problems),
)]
#[delete("/me/sessions/{id}")]
async fn end_session(caller: Caller, id: Path<SessionId>, _: IfMatch) -> Result<HttpResponse, Failure> {
    let (cx, id) = (caller.cx, id.0);
    caller.state.db.write(move |tx| work::end_own(tx, &cx, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends all my sessions but this one, within seconds.
#[utoipa::path(
    tag = "auth",
    request_body = Nothing,
    responses((status = 204, description = "Ended"), Problems),
)]
#[post("/me/sessions/end-others")]
async fn end_other_sessions(
    req: HttpRequest,
    caller: Caller,
    _: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (keep, cx) = (session_of(&req, &caller.state), caller.cx);
    caller.state.db.write(move |tx| work::end_others(tx, &cx, keep)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Mounts the operations on one's own sessions.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_sessions).service(end_other_sessions).service(end_session);
}
