//! The server as callers meet it, without a socket: whatever goes wrong, a problem document comes.

use super::*;
use crate::{
    ambient::{Clock, Ids},
    config::Hidden,
    http::extract::{Body, Listing, Query},
    problem::{Failure, Internal, Problem},
    secrets::Secrets,
};
use actix_web::{
    HttpRequest, Responder,
    http::{Method, StatusCode},
    test::{self, TestRequest},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Order {
    title: String,
    quantity: u8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Narrow {
    q: Option<String>,
}

async fn order(body: Body<Order>) -> impl Responder {
    HttpResponse::Ok().json(body.value)
}

async fn nothing_asked(_: Body<std::collections::BTreeMap<String, String>>) -> impl Responder {
    HttpResponse::NoContent()
}

async fn numbers(listing: Listing<Narrow>) -> Result<HttpResponse, Failure> {
    let after = listing.after::<(i64,)>()?.map_or(0, |(last,)| last);
    assert!(listing.filter.q.as_deref() != Some("panic"), "asked to");
    let rows = (after + 1..=after + listing.rows()).take_while(|n| *n <= 45).collect();
    listing.answer(rows, |n| (*n,), |n| n)
}

async fn tagged(req: HttpRequest, query: Query<Narrow>) -> HttpResponse {
    crate::etag::answer(&req, 7, "public", crate::etag::Keep::Private, &query.0.q)
}

async fn faulty() -> Result<HttpResponse, Failure> {
    Err(Internal::new("the password is hunter2").into())
}

async fn panics() -> HttpResponse {
    panic!("hunter2 again")
}

async fn sleeps() -> HttpResponse {
    tokio::time::sleep(Duration::from_secs(30)).await;
    HttpResponse::Ok().finish()
}

fn more(cfg: &mut web::ServiceConfig) {
    cfg.route("/t/orders", web::post().to(order))
        .route("/t/nothing", web::post().to(nothing_asked))
        .route("/t/numbers", web::get().to(numbers))
        .route("/t/tagged", web::get().to(tagged))
        .route("/t/faulty", web::get().to(faulty))
        .route("/t/panics", web::get().to(panics))
        .route("/t/sleeps", web::get().to(sleeps));
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn parts() -> (Parts, Folder) {
    let folder = std::env::temp_dir()
        .join(format!("wishlight-serve-{}", Ids::new(Clock::system()).make::<uuid::Uuid>()));
    std::fs::create_dir_all(&folder).unwrap();
    let config = Config {
        database_url: Hidden(format!("sqlite://{}", folder.join("t.db").display())),
        data_dir: folder.clone(),
        request_timeout_seconds: 1,
        cors_origins: vec!["https://app.example.org".to_owned()],
        ..Config::default()
    };
    let secrets = Secrets::open(&config).ok().unwrap();
    let state = State::open(config, secrets, Clock::system()).unwrap();
    (Parts::new(state).unwrap(), Folder(folder))
}

struct Got {
    status: u16,
    headers: header::HeaderMap,
    body: web::Bytes,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), "application/problem+json", "{:?}", self.body);
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.status, self.status);
        assert_eq!(problem.request_id, self.header("x-request-id"));
        assert!(
            problem.r#type.ends_with(&problem.code)
                && !problem.title.is_empty()
                && !problem.detail.is_empty()
        );
        assert!(!std::str::from_utf8(&self.body).unwrap().contains("hunter2"));
        problem
    }
}

/// One request through all layers. Errors leave as responses, as the connection does it.
async fn ask(req: TestRequest) -> Got {
    let (parts, _folder) = parts();
    let config = Arc::clone(&parts.state.config);
    let app = App::new()
        .configure(|cfg| mount(&parts, cfg))
        .configure(more)
        .default_service(web::to(routes::fallback))
        .wrap(Compress::default())
        .wrap(from_fn(edge))
        .wrap(Condition::new(true, cors(&config)));
    let app = test::init_service(app).await;
    let response = match test::try_call_service(&app, req.to_request()).await {
        Ok(response) => response.into_parts().1.map_into_boxed_body(),
        Err(error) => error.error_response(),
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    Got { status, headers, body }
}

fn get(uri: &str) -> TestRequest {
    TestRequest::get().uri(uri)
}

fn post(body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post().uri("/t/orders").insert_header(("content-type", "application/json")).set_payload(body)
}

#[actix_web::test]
async fn each_way_to_fail_ends_in_a_problem() {
    let json = |text: &'static str| post(text);
    for (req, status, code) in [
        (get("/api/v1/nowhere"), 404, "not_found"),
        (get("/api"), 404, "not_found"),
        (get("/nowhere.js"), 404, "not_found"),
        (get("/swagger-ui/nowhere"), 404, "not_found"),
        (get("/api/v1/problems/nonsense"), 404, "not_found"),
        (TestRequest::delete().uri("/api/v1/problems"), 405, "method_not_allowed"),
        (TestRequest::post().uri("/healthz/live"), 405, "method_not_allowed"),
        (TestRequest::with_uri("/t/orders").method(Method::POST).set_payload("{}"), 415, "unsupported_type"),
        (post("{}").insert_header(("content-type", "text/plain")), 415, "unsupported_type"),
        (json("{"), 400, "malformed"),
        (json("{\"title\":\"a\\u0000\",\"quantity\":1}"), 400, "malformed"),
        (post(vec![b'"', 0xff, b'"']), 400, "malformed"),
        (post("[".repeat(33)), 400, "malformed"),
        (post(format!("{}{}", "[".repeat(33), "]".repeat(33))), 400, "malformed"),
        (json(""), 422, "invalid"),
        (json("{\"title\":\"a\",\"quantity\":1,\"x\":1}"), 422, "invalid"),
        (post(vec![b' '; MAX_BODY + 1]), 413, "too_large"),
        (post(vec![b'x'; 10_000_000]), 413, "too_large"),
        (get("/t/tagged?q=%00"), 422, "invalid"),
        (get("/t/tagged?x=1"), 422, "invalid"),
        (get("/t/%00"), 400, "malformed"),
        (get("/t/numbers?limit=0"), 422, "invalid"),
        (get("/t/numbers?cursor=x"), 400, "bad_cursor"),
        (get("/t/faulty"), 500, "internal"),
        (get("/t/panics"), 500, "internal"),
        (get("/t/sleeps"), 503, "unavailable"),
    ] {
        let got = ask(req).await;
        let problem = got.problem();
        assert_eq!((got.status, problem.code.as_str()), (status, code), "{}", problem.instance);
        assert_eq!(got.header("retry-after"), if status == 503 { "1" } else { "" });
    }
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let got = ask(TestRequest::delete().uri("/api/v1/problems/stale")).await;
    assert_eq!(got.header("allow"), "GET, HEAD, OPTIONS");
    let options = ask(TestRequest::with_uri("/api/v1/problems").method(Method::OPTIONS)).await;
    assert_eq!((options.status, options.header("allow")), (204, "GET, HEAD, OPTIONS"));
    assert_eq!(ask(TestRequest::with_uri("/healthz/live").method(Method::HEAD)).await.status, 200);
}

#[actix_web::test]
async fn the_problem_speaks_the_callers_language_and_names_the_field() {
    let wrong = || post("{\"title\":\"a\",\"quantity\":300}");
    let zh = ask(wrong()).await.problem();
    let en = ask(wrong().insert_header(("accept-language", "en-GB"))).await.problem();
    assert!(zh.detail.contains("改好") && en.detail.contains("fixing"));
    assert_eq!((en.errors[0].pointer.as_str(), en.errors[0].code.as_str()), ("/quantity", "out_of_range"));
    assert_eq!(en.instance, "/t/orders");
    let sent = ask(wrong().insert_header(("x-request-id", "from-the-proxy-1"))).await;
    assert_eq!(sent.problem().request_id, "from-the-proxy-1");
    let odd = ask(wrong().insert_header(("x-request-id", "a b\"<script>"))).await;
    assert_eq!(odd.problem().request_id.len(), 36);
}

#[actix_web::test]
async fn bodies_may_be_empty_or_just_small_enough() {
    assert_eq!(ask(TestRequest::post().uri("/t/nothing")).await.status, 204);
    let mut body = b"{\"title\":\"a\",\"quantity\":1}".to_vec();
    body.resize(MAX_BODY, b' ');
    assert_eq!(ask(post(body)).await.status, 200);
}

#[actix_web::test]
async fn a_list_goes_on_to_its_end() {
    let mut uri = "/t/numbers?q=%E8%8D%AF&limit=20".to_owned();
    let mut seen: Vec<i64> = Vec::new();
    // The key is the installation's own, and each call here makes another: one server for the walk.
    let (parts, _folder) = parts();
    let app = App::new().configure(|cfg| mount(&parts, cfg)).configure(more).wrap(from_fn(edge));
    let app = test::init_service(app).await;
    loop {
        let req = get(&uri).insert_header(("host", "wish.example.org")).to_request();
        let response = test::call_service(&app, req).await;
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let page: crate::http::extract::Page<i64> = test::read_body_json(response).await;
        seen.extend(page.items);
        assert_eq!(link.is_some(), page.next_cursor.is_some());
        let Some(link) = link else { break };
        let next = link.strip_prefix("<http://wish.example.org").unwrap();
        uri = next.strip_suffix(">; rel=\"next\"").unwrap().to_owned();
        assert!(uri.contains("q=%E8%8D%AF"));
        let other = uri.replace("q=%E8%8D%AF&", "");
        assert_eq!(
            test::call_service(&app, get(&other).to_request()).await.status(),
            StatusCode::BAD_REQUEST
        );
    }
    assert_eq!(seen, (1..=45).collect::<Vec<_>>());
}

#[actix_web::test]
async fn answers_carry_their_headers() {
    let got = ask(get("/t/tagged?q=a").insert_header(("origin", "https://app.example.org"))).await;
    assert_eq!(got.header("etag"), "\"7-public-zh\"");
    assert_eq!(got.header("access-control-allow-origin"), "https://app.example.org");
    assert!(got.header("access-control-expose-headers").contains("etag"));
    assert_eq!(got.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(got.header("referrer-policy"), "no-referrer");
    let refused = ask(get("/api/v1/nowhere").insert_header(("origin", "https://app.example.org"))).await;
    assert_eq!(refused.header("access-control-allow-origin"), "https://app.example.org");
    let stranger = ask(get("/t/tagged").insert_header(("origin", "https://evil.example.org"))).await;
    assert_eq!(stranger.header("access-control-allow-origin"), "");
}

#[actix_web::test]
async fn what_stands_beside_the_api_is_there() {
    for (uri, contains) in [
        ("/healthz/live", "ok"),
        ("/healthz/ready", "ok"),
        ("/", "swagger-ui"),
        ("/swagger-ui/", "swagger"),
        ("/swagger-ui/swagger-initializer.js", openapi::PATH),
        ("/api/v1/openapi.json", "\"operationId\": \"list_problems\""),
        ("/api/v1/problems", "wish_not_open"),
        ("/api/v1/problems/stale", "/api/v1/problems/stale"),
        ("/metrics", ""),
    ] {
        let got = ask(get(uri)).await;
        let text = std::str::from_utf8(&got.body).unwrap();
        assert!(got.status == 200 && text.contains(contains), "{uri}: {} {text:.300}", got.status);
    }
    assert_eq!(ask(get("/swagger-ui/")).await.header("content-security-policy"), SWAGGER_CSP);
    assert_eq!(ask(get("/swagger-ui")).await.header("location"), "/swagger-ui/");
}

#[actix_web::test]
async fn a_server_about_to_stop_is_not_ready() {
    let (parts, _folder) = parts();
    parts.state.drain();
    let app = test::init_service(App::new().configure(|cfg| mount(&parts, cfg)).wrap(from_fn(edge))).await;
    assert_eq!(test::call_service(&app, get("/healthz/ready").to_request()).await.status(), 503);
    assert_eq!(test::call_service(&app, get("/healthz/live").to_request()).await.status(), 200);
}

#[actix_web::test]
async fn it_listens_and_stops() {
    use std::io::{Read, Write};
    let (parts, _folder) = parts();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = start(State::clone(&parts.state), listener).unwrap();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    let answer = web::block(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.write_all(b"HEAD /healthz/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("content-length: 3"), "{answer}");
    handle.stop(true).await;
    running.await.unwrap().unwrap();
}
