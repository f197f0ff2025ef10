//! Puts the server together: routes, layers, limits. Must not know any noun.

use std::{
    io,
    net::TcpListener,
    sync::{Arc, OnceLock},
    time::Duration,
};

use actix_cors::Cors;
use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    get,
    http::header::{self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION},
    middleware::{Compress, Condition, DefaultHeaders, from_fn},
    web,
};
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::{
    config::Config,
    edge::edge,
    http::{extract::MAX_BODY, system},
    observe, openapi,
    routes::{self, Table},
    spa::Spa,
    state::State,
};

/// Swagger UI sets styles from its script.
const SWAGGER_CSP: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const HEAD_WITHIN: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Some operations have no rule that says who may call them.
    #[error("operations without an access rule: {}", .0.join(", "))]
    NoAccessRule(Vec<String>),
    /// The document of the API is no JSON.
    #[error("the API document: {0}")]
    Document(#[from] serde_json::Error),
    /// The front end could not be read, or the address is taken.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The parts that do not change while the server runs.
#[derive(Clone)]
struct Parts {
    state: web::Data<State>,
    spa: web::Data<Spa>,
    described: Described,
}

/// What the routes come to. They are the program's, so it is worked out once, however many servers start.
#[derive(Clone)]
struct Described {
    table: web::Data<Table>,
    document: web::Data<Document>,
}

struct Document(web::Bytes);

/// Starts to serve on `listener`, inside the caller's actix system; the caller awaits the server and
/// stops it by its handle. Signals are the caller's.
///
/// # Errors
/// [`StartError`] where it must not or cannot run.
pub fn start(state: State, listener: TcpListener) -> Result<Server, StartError> {
    let parts = Parts::new(state)?;
    let config = Arc::clone(&parts.state.config);
    observe::count();
    let server = HttpServer::new({
        let config = Arc::clone(&config);
        move || {
            App::new()
                .configure(|cfg| mount(&parts, cfg))
                .default_service(web::to(routes::fallback))
                .wrap(Compress::default())
                .wrap(from_fn(edge))
                .wrap(Condition::new(!config.cors_origins.is_empty(), cors(&config)))
        }
    });
    let server = match config.workers {
        Some(workers) => server.workers(workers),
        None => server,
    };
    let server = server
        .client_request_timeout(HEAD_WITHIN)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(u64::from(config.shutdown_timeout_seconds))
        .disable_signals();
    Ok(server.listen(listener)?.run())
}

impl Parts {
    fn new(state: State) -> Result<Self, StartError> {
        static DESCRIBED: OnceLock<Described> = OnceLock::new();
        let described = match DESCRIBED.get() {
            Some(described) => described,
            None => {
                let described = Described::new()?;
                DESCRIBED.get_or_init(|| described)
            }
        };
        Ok(Self {
            spa: web::Data::new(Spa::load(state.config.static_dir.as_deref())?),
            described: described.clone(),
            state: web::Data::new(state),
        })
    }
}

impl Described {
    fn new() -> Result<Self, StartError> {
        let document = openapi::document();
        let unlisted = openapi::unlisted(&document, routes::has_access_rule);
        if !unlisted.is_empty() {
            return Err(StartError::NoAccessRule(unlisted));
        }
        Ok(Self {
            table: web::Data::new(Table::of(&document)),
            document: web::Data::new(Document(openapi::print(&document)?.into())),
        })
    }
}

/// All routes and what they share; used by the server and by tests without a socket.
fn mount(parts: &Parts, cfg: &mut web::ServiceConfig) {
    cfg.app_data(parts.state.clone())
        .app_data(parts.described.table.clone())
        .app_data(parts.described.document.clone())
        .app_data(parts.spa.clone())
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .service(api_document)
        .configure(system::routes);
    routes::mount(cfg);
    let swagger = SwaggerConfig::from(openapi::PATH).try_it_out_enabled(true);
    cfg.service(swagger_redirect).service(
        web::scope("")
            .guard(actix_web::guard::fn_guard(|ctx| ctx.head().uri.path().starts_with("/swagger-ui/")))
            .wrap(
                DefaultHeaders::new()
                    .add((CONTENT_SECURITY_POLICY, SWAGGER_CSP))
                    .add((CACHE_CONTROL, "no-cache")),
            )
            .service(SwaggerUi::new("/swagger-ui/{_:.*}").config(swagger)),
    );
}

#[get("/api/v1/openapi.json")]
async fn api_document(text: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(text.0.clone())
}

#[get("/swagger-ui")]
async fn swagger_redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/swagger-ui/")).finish()
}

/// Who may call from a browser, beside our own pages.
fn cors(config: &Config) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::HeaderName::from_static("last-event-id"),
            header::HeaderName::from_static("prefer"),
            header::HeaderName::from_static("idempotency-key"),
            header::HeaderName::from_static("x-request-id"),
        ])
        .expose_headers([
            "ETag",
            "Link",
            "Location",
            "Allow",
            // Pages that keep things for later count by the server's clock, not by the telephone's.
            "Date",
            "Retry-After",
            "RateLimit",
            "RateLimit-Policy",
            "WWW-Authenticate",
            "X-Request-Id",
            "Idempotency-Replayed",
            "Preference-Applied",
        ])
        .supports_credentials()
        .max_age(3600);
    config.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
