//! The provider: its addresses and keys, which it publishes, and the exchange of a code for a token.

use super::{Code, Failure, Instant, Outgoing, id_token};
use crate::{
    config::Hidden,
    outgoing::{Answer, Request},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::jwk::JwkSet;
use reqwest::{
    Method, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::sync::Mutex;

/// What it publishes is believed for so long.
const KNOWN_SECONDS: i64 = 3600;
/// A token under an unknown key makes us look again, this often at most.
const LOOK_AGAIN_SECONDS: i64 = 60;
const RETRY_SECONDS: u64 = 30;

pub(super) struct Provider {
    issuer: String,
    client_id: String,
    client_secret: Option<Hidden>,
    outgoing: Outgoing,
    known: Mutex<Option<Arc<Known>>>,
}

/// What the provider publishes.
pub(super) struct Known {
    pub(super) authorization_endpoint: Url,
    /// It says in each answer that it was it (RFC 9207).
    pub(super) names_itself: bool,
    token_endpoint: String,
    /// It takes the client's secret in the body alone.
    secret_in_body: bool,
    keys: JwkSet,
    since: Instant,
}

/// OpenID Connect Discovery 1.0, section 3: what we use of it.
#[derive(Deserialize)]
struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Exchanged {
    id_token: String,
}

impl Provider {
    pub(super) fn new(
        issuer: String,
        client_id: String,
        client_secret: Option<Hidden>,
        outgoing: Outgoing,
    ) -> Self {
        Self { issuer, client_id, client_secret, outgoing, known: Mutex::default() }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the provider publishes, as of an hour ago at most. Whoever asks meanwhile waits for the same answer.
    pub(super) async fn known(&self, now: Instant) -> Result<Arc<Known>, Failure> {
        self.known_since(now.plus_seconds(-KNOWN_SECONDS), now).await
    }

    async fn known_since(&self, since: Instant, now: Instant) -> Result<Arc<Known>, Failure> {
        let mut kept = self.known.lock().await;
        if let Some(known) = kept.as_ref().filter(|known| known.since > since) {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(self.ask(now).await?);
        *kept = Some(Arc::clone(&known));
        Ok(known)
    }

    async fn ask(&self, now: Instant) -> Result<Known, Failure> {
        let at = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let document: Document = self.get(&at).await?;
        if document.issuer != self.issuer {
            return Err(unavailable("its document names another issuer"));
        }
        // Browsers are sent there: it must be as good as what we call ourselves.
        let checked = self.outgoing.check(&document.authorization_endpoint);
        checked.map_err(|error| unavailable(&format!("authorization_endpoint: {error}")))?;
        let authorization_endpoint = Url::parse(&document.authorization_endpoint);
        let methods = &document.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|one| one == method);
        Ok(Known {
            authorization_endpoint: authorization_endpoint
                .map_err(|error| unavailable(&error.to_string()))?,
            names_itself: document.authorization_response_iss_parameter_supported,
            token_endpoint: document.token_endpoint,
            secret_in_body: takes("client_secret_post") && !takes("client_secret_basic"),
            keys: self.get(&document.jwks_uri).await?,
            since: now,
        })
    }

    /// The keys that a token may be signed with: looked up again where it names one that is new.
    pub(super) async fn keys_for(
        &self,
        token: &str,
        known: Arc<Known>,
        now: Instant,
    ) -> Result<JwkSet, Failure> {
        if id_token::key_of(token, &known.keys).is_some() {
            return Ok(known.keys.clone());
        }
        Ok(self.known_since(now.plus_seconds(-LOOK_AGAIN_SECONDS), now).await?.keys.clone())
    }

    /// The id_token for a code.
    pub(super) async fn exchange(
        &self,
        known: &Known,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<String, Failure> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", verifier);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        match &self.client_secret {
            Some(secret) if !known.secret_in_body => {
                headers.insert(AUTHORIZATION, self.basic(secret)?);
            }
            secret => {
                form.append_pair("client_id", &self.client_id);
                if let Some(secret) = secret {
                    form.append_pair("client_secret", &secret.0);
                }
            }
        }
        let body = form.finish().into_bytes();
        let request = Request { method: Method::POST, url: known.token_endpoint.clone(), headers, body };
        let answer = self.send(request).await?;
        if (400..500).contains(&answer.status) {
            tracing::warn!(status = answer.status, "the provider refused a code");
            return Err(Code::IdentityRefused.into());
        }
        read::<Exchanged>(&answer).map(|exchanged| exchanged.id_token)
    }

    /// RFC 6749, section 2.3.1: both are form-encoded first.
    fn basic(&self, secret: &Hidden) -> Result<HeaderValue, Failure> {
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encode(&self.client_id), encode(&secret.0)));
        let mut value = HeaderValue::try_from(format!("Basic {pair}")).map_err(|_| Code::Internal)?;
        value.set_sensitive(true);
        Ok(value)
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Failure> {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let request = Request { method: Method::GET, url: url.to_owned(), headers, body: Vec::new() };
        read(&self.send(request).await?)
    }

    async fn send(&self, request: Request) -> Result<Answer, Failure> {
        self.outgoing.send(request).await.map_err(|error| unavailable(&error.to_string()))
    }
}

/// What was answered, where it is JSON of this shape. Nothing of it is shown or logged.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    if answer.status != 200 {
        return Err(unavailable(&format!("status {}", answer.status)));
    }
    serde_json::from_slice(&answer.body).map_err(|_| unavailable("an answer of another form"))
}

fn unavailable(reason: &str) -> Failure {
    tracing::warn!(reason, "the sign-in provider does not serve");
    Failure::RetryAfter { code: Code::ProviderUnavailable, seconds: RETRY_SECONDS }
}
