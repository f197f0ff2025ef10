//! The outermost layer: every request gets an id, a time limit and a log line, and every answer that
//! says no leaves as a problem document, whoever said it: a handler, a library, a panic.
//!
//! The internal half of a failure ends here, in the log. Must not know any noun.

use std::{
    any::Any,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
    time::Instant,
};

use actix_web::{
    Error, HttpMessage, HttpResponse, HttpResponseBuilder, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            self, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
            REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web,
};
use domain::refusal::Code;
use uuid::Uuid;

use crate::{
    app::program,
    http::{extract::client_ip, feed::LONGEST_WAIT, language::Language},
    limits::{Counted, Who},
    observe::{self, Served},
    problem::{Draft, Failure, MEDIA_TYPE, code_of_status},
    routes::{Address, Table},
    state::State,
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const API_CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// What is known of a request before it is routed, kept for its answer.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(crate) request_id: String,
    language: Language,
    method: Method,
    path: String,
}

/// An answer that says no in the words of another standard, and leaves as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verbatim;

/// The layer itself.
pub(crate) async fn edge(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let state = State::of(req.request())?;
    let address = address_of(&req);
    let route = address.map_or_else(|| "other".into(), |address| Arc::clone(&address.template));
    // That there is such a thing, and whether the body reads, is not for the public to try out.
    let closed = address.is_some_and(|address| address.needs_sign_in(req.method()))
        && !req.headers().contains_key(header::AUTHORIZATION);
    let limit = match address {
        Some(address) if address.takes_files(req.method()) => state.config.upload_timeout(),
        Some(address) if address.waits(req.method()) => state.config.request_timeout() + LONGEST_WAIT,
        _ => state.config.request_timeout(),
    };
    let counted = address.map(|address| count(&req, &state, address)).unwrap_or_default();
    let asked = Asked::of(&req, &state);
    req.extensions_mut().insert(asked.clone());
    if asked.method == Method::HEAD {
        // A GET answers HEAD as well; the connection leaves out the body.
        req.head_mut().method = Method::GET;
    }
    let answer = match (asked.path.contains("%00"), closed) {
        _ if counted.wait.is_some() => {
            let seconds = counted.wait.unwrap_or_default();
            Err(Failure::RetryAfter { code: Code::RateLimited, seconds }.into())
        }
        (true, _) => Err(Failure::from(Code::Malformed).into()),
        (false, true) => Err(Failure::from(Code::Unauthenticated).into()),
        (false, false) => guarded(next.call(req), limit, &asked).await,
    };
    let mut answer = asked.closed(answer);
    let headers = match &mut answer {
        Ok(response) => response.headers_mut(),
        Err(rendered) => rendered.headers_mut(),
    };
    asked.sign(headers, state.config.is_https());
    counted.tell(headers);
    let status = match &answer {
        Ok(response) => response.status(),
        Err(rendered) => rendered.status(),
    };
    observe::served(Served {
        method: asked.method.as_str(),
        route,
        status: status.as_u16(),
        took: began.elapsed(),
        request_id: &asked.request_id,
    });
    answer.map_err(|rendered| Rendered::from(*rendered).into())
}

/// What stands at the address, if anything.
fn address_of(req: &ServiceRequest) -> Option<&Address> {
    req.app_data::<web::Data<Table>>().and_then(|table| table.find(req.path()))
}

/// Counts a request to the API. A token that is not good counts for nobody: its address does.
fn count(req: &ServiceRequest, state: &State, address: &Address) -> Counted {
    if !address.template.starts_with("/api/") {
        return Counted::default();
    }
    let from = Who::at(client_ip(req.request(), &state.config));
    let bearer = req.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
    let who = match token {
        Some(shown) if program::is_of_program(state, shown) => {
            program::known(state, shown).map(Who::Platform)
        }
        Some(token) => state.tokens.read(token, state.clock.now()).ok().map(|claims| Who::User(claims.sub)),
        None => None,
    };
    let who = who.unwrap_or(from);
    state.limits.count(who, from, req.method().as_str(), &address.template)
}

/// Runs the request to its end, unless it takes too long or panics.
async fn guarded<B>(
    work: impl Future<Output = Result<ServiceResponse<B>, Error>>,
    limit: std::time::Duration,
    asked: &Asked,
) -> Result<ServiceResponse<B>, Error> {
    match tokio::time::timeout(limit, caught(work)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => {
            let text = panic
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            tracing::error!(
                request_id = asked.request_id,
                panic = text.unwrap_or("unknown"),
                "a handler panicked"
            );
            observe::panicked();
            Err(Failure::from(Code::Internal).into())
        }
        Err(_) => {
            tracing::warn!(request_id = asked.request_id, "a request took too long");
            Err(Failure::from(Code::Unavailable).into())
        }
    }
}

async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Box<dyn Any + Send>> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

impl Asked {
    fn of(req: &ServiceRequest, state: &State) -> Self {
        let sent = req.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_sane(id));
        Self {
            request_id: sent.map_or_else(|| state.ids.make::<Uuid>().to_string(), str::to_owned),
            language: Language::of_headers(req.headers()),
            method: req.method().clone(),
            path: req.path().to_owned(),
        }
    }

    /// The answer with its final body. An error has lost its request, so what is made of it is a bare
    /// response.
    fn closed<B: MessageBody + 'static>(
        &self,
        answer: Result<ServiceResponse<B>, Error>,
    ) -> Result<ServiceResponse<BoxBody>, Box<HttpResponse>> {
        match answer {
            Ok(response) => {
                if let Some(error) = response.response().error() {
                    self.log(error);
                }
                let speaks_otherwise = response.response().extensions().get::<Verbatim>().is_some();
                if speaks_otherwise || !needs_document(response.status(), response.headers()) {
                    return Ok(response.map_into_boxed_body());
                }
                let (req, refused) = response.into_parts();
                Ok(ServiceResponse::new(req, self.render(&refused.map_into_boxed_body())))
            }
            Err(error) => {
                self.log(&error);
                Err(Box::new(self.render(&error.error_response())))
            }
        }
    }

    /// The one place where the internal half of a failure goes.
    fn log(&self, error: &Error) {
        let request_id = self.request_id.as_str();
        match error.as_error::<Failure>() {
            Some(failure) => {
                if let Some(cause) = failure.internal() {
                    tracing::error!(request_id, code = failure.code().as_str(), cause, "not served");
                }
            }
            None if error.as_response_error().status_code().is_server_error() => {
                tracing::error!(request_id, cause = %error, "not served");
            }
            None => tracing::debug!(request_id, cause = %error, "refused by a library"),
        }
    }

    fn render(&self, refused: &HttpResponse) -> HttpResponse {
        let draft = refused.extensions().get::<Draft>().cloned();
        let draft = draft.unwrap_or_else(|| Draft::from(code_of_status(refused.status())));
        let document = draft.document(self.language, &self.path, &self.request_id);
        let bare = draft.response();
        let mut response = HttpResponseBuilder::new(bare.status());
        let says_how_long =
            |name: &HeaderName| *name == header::CONTENT_LENGTH || *name == header::TRANSFER_ENCODING;
        let describes_body = |name: &HeaderName| *name == CONTENT_TYPE || *name == header::CONTENT_ENCODING;
        for (name, value) in bare.headers().iter().chain(refused.headers().iter()) {
            if !says_how_long(name) && !describes_body(name) {
                response.insert_header((name.clone(), value.clone()));
            }
        }
        response.insert_header((CONTENT_TYPE, MEDIA_TYPE)).insert_header((CACHE_CONTROL, "no-store"));
        response.insert_header((header::CONTENT_LANGUAGE, self.language.tag()));
        response.body(serde_json::to_vec(&document).unwrap_or_default())
    }

    /// The headers that every answer has. A page of the front end has brought its own policy.
    fn sign(&self, headers: &mut HeaderMap, https: bool) {
        if let Ok(id) = HeaderValue::from_str(&self.request_id) {
            headers.insert(REQUEST_ID, id);
        }
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if !headers.contains_key(REFERRER_POLICY) {
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        if !headers.contains_key(CONTENT_SECURITY_POLICY) {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(API_CSP));
        }
        headers.insert(header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        if https {
            headers.insert(
                STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=31536000; includeSubDomains"),
            );
        }
    }
}

/// An id that can stand in a log line.
fn is_sane(id: &str) -> bool {
    (8..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn needs_document(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_document =
        headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(MEDIA_TYPE.as_bytes()));
    (status.is_client_error() || status.is_server_error()) && !is_document
}

/// A response on its way out as an error, the only way left once the request is gone.
#[derive(Debug)]
struct Rendered {
    status: StatusCode,
    headers: HeaderMap,
    body: web::Bytes,
}

impl From<HttpResponse> for Rendered {
    fn from(response: HttpResponse) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().try_into_bytes().unwrap_or_default();
        Self { status, headers, body }
    }
}

impl std::fmt::Display for Rendered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.status.fmt(f)
    }
}

impl ResponseError for Rendered {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        self.headers.iter().for_each(|header| {
            response.append_header(header);
        });
        response.body(self.body.clone())
    }
}
