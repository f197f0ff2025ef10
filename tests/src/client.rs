//! One caller of the API, and what it answered.

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};

/// Somebody who calls the API: the public, or somebody signed in.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    token: Option<String>,
}

/// What sends requests; the first one chooses, for the whole process, who would encrypt them.
pub fn http() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::new()
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its JSON body; null when empty.
    pub body: Value,
}

impl Client {
    /// The public.
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), http: http(), token: None }
    }

    /// Signs in.
    pub async fn sign_in(&self, username: &str, password: &str) -> Self {
        let answer = self.post("/auth/login", json!({ "username": username, "password": password })).await;
        answer.expect(200);
        Self { token: Some(answer.text("access_token")), ..self.clone() }
    }

    /// The same caller with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller at the server of another.
    pub fn at(&self, other: &Self) -> Self {
        Self { token: self.token.clone(), ..other.clone() }
    }

    /// A request to be sent with more headers or another body.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = match path.starts_with("/api") || path.starts_with("/healthz") {
            true => format!("{}{path}", self.base),
            false => format!("{}/api/v1{path}", self.base),
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).json(&body)).await
    }

    /// POST with an Idempotency-Key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        send(self.request(Method::POST, path).header("Idempotency-Key", key).json(&body)).await
    }

    /// PUT, PATCH or DELETE of what was seen.
    pub async fn change(&self, method: Method, path: &str, seen: &str, body: Value) -> Answer {
        send(self.request(method, path).header("If-Match", seen).json(&body)).await
    }
}

/// An Idempotency-Key that was not used before.
pub fn one_more() -> String {
    static USED: AtomicU64 = AtomicU64::new(0);
    format!("key-{}", USED.fetch_add(1, Ordering::Relaxed))
}

/// Sends and reads whole.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status, headers, body }
}

impl Answer {
    /// The status is this one; otherwise the body is shown.
    #[track_caller]
    pub fn expect(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{:#}", self.body);
        self
    }

    /// Refused with this status and code, as problem+json.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{:#}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], status);
        self
    }

    /// The fields at fault: pointer and code.
    #[track_caller]
    pub fn faults(&self) -> Vec<(String, String)> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|e| (e["pointer"].as_str().unwrap().to_owned(), e["code"].as_str().unwrap().to_owned()))
            .collect()
    }

    /// A member of the body that is text.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        self.body[name].as_str().unwrap_or_else(|| panic!("no {name} in {:#}", self.body)).to_owned()
    }

    /// The id of what was answered.
    #[track_caller]
    pub fn id(&self) -> String {
        self.text("id")
    }

    /// A header that must be there.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_else(|| panic!("no {name}")).to_owned()
    }

    /// The items of a list.
    #[track_caller]
    pub fn items(&self) -> Vec<Value> {
        self.body["items"].as_array().unwrap_or_else(|| panic!("no items in {:#}", self.body)).clone()
    }
}
