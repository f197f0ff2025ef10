//! What those who run the server ask of it: whether it lives, whether it is ready, its figures.
//! Outside the API and its document.

use std::time::Duration;

use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL, web};
use domain::refusal::Code;
use store::StoreError;

use crate::{observe, problem::Failure, state::State};

const READY_WITHIN: Duration = Duration::from_secs(3);

/// The addresses here, for the table of what exists.
pub const PATHS: &[&str] = &["/healthz/live", "/healthz/ready", "/metrics"];

#[get("/healthz/live")]
async fn live() -> HttpResponse {
    plain("ok\n")
}

/// Ready means that the database answers, and that the server is not about to stop.
#[get("/healthz/ready")]
async fn ready(state: web::Data<State>) -> Result<HttpResponse, Failure> {
    if state.is_draining() {
        return Err(Code::Unavailable.into());
    }
    let late = |_| StoreError::Unavailable("no answer to a ping".to_owned());
    tokio::time::timeout(READY_WITHIN, state.db.ping()).await.map_err(late)??;
    Ok(plain("ok\n"))
}

#[get("/metrics")]
async fn metrics(state: web::Data<State>) -> HttpResponse {
    observe::store(&state.db);
    let mut response = HttpResponse::Ok();
    response
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"));
    response.body(observe::render())
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text)
}

/// Mounts these.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(live).service(ready).service(metrics);
}
