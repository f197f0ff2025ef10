//! A small sign-in provider (OpenID Connect) on a free port of this machine, honest unless it is told
//! to lie.

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    net::TcpListener,
    sync::{Arc, Mutex},
};

/// As what the product is entered here.
pub const CLIENT_ID: &str = "wishlight & more";
/// Its secret.
pub const CLIENT_SECRET: &str = "p%ss:word";

/// Makes a token of what it should say.
pub type Mint = Box<dyn Fn(Value) -> String + Send>;

/// Shared by the provider's threads and the test.
#[derive(Clone)]
pub struct Provider {
    /// `http://127.0.0.1:port`
    pub issuer: String,
    listener: Arc<TcpListener>,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    codes: HashMap<String, Grant>,
    mint: Mint,
    key_id: &'static str,
    broken: bool,
    times: [u32; 2],
}

/// What somebody agreed to at the provider.
struct Grant {
    claims: Value,
    challenge: String,
    redirect_uri: String,
}

/// What the browser is given to bring back.
#[derive(Debug, Clone)]
pub struct Given {
    /// The code.
    pub code: String,
    /// The state.
    pub state: String,
}

/// The provider's private key; of no use anywhere else.
pub fn key() -> EncodingKey {
    let text: String = include_str!("provider/key.b64").split_whitespace().collect();
    EncodingKey::from_rsa_der(&STANDARD.decode(text).unwrap())
}

/// A token as an honest provider signs it.
pub fn signed(claims: &Value, key_id: &str) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(key_id.to_owned());
    encode(&header, claims, &key()).unwrap()
}

impl Provider {
    /// Binds its port; nobody answers there yet.
    pub fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let inner = Inner {
            codes: HashMap::new(),
            mint: Box::new(|claims| signed(&claims, "one")),
            key_id: "one",
            broken: false,
            times: [0; 2],
        };
        Self { issuer, listener: Arc::new(listener), inner: Arc::new(Mutex::new(inner)) }
    }

    /// Answers from now on, until the runtime of the test ends.
    pub fn serve(&self) {
        let (provider, listener) = (self.clone(), self.listener.try_clone().unwrap());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(provider.clone()))
                .route("/.well-known/openid-configuration", web::get().to(document))
                .route("/keys", web::get().to(keys))
                .route("/token", web::post().to(token))
        });
        tokio::task::spawn_local(server.workers(1).disable_signals().listen(listener).unwrap().run());
    }

    /// From now on its tokens are made like this.
    pub fn mint(&self, mint: impl Fn(Value) -> String + Send + 'static) {
        self.inner.lock().unwrap().mint = Box::new(mint);
    }

    /// From now on it is honest again.
    pub fn behave(&self) {
        self.mint(|claims| signed(&claims, "one"));
    }

    /// From now on it signs with, and publishes, its key under another name.
    pub fn rotate(&self) {
        self.inner.lock().unwrap().key_id = "two";
        self.mint(|claims| signed(&claims, "two"));
    }

    /// From now on its token endpoint fails.
    pub fn break_down(&self) {
        self.inner.lock().unwrap().broken = true;
    }

    /// How often its document and its keys were asked for.
    pub fn asked(&self) -> [u32; 2] {
        self.inner.lock().unwrap().times
    }

    /// Somebody signs in at the address to which their browser was sent, at `now` in seconds.
    pub fn agree(&self, authorization_url: &str, subject: &str, now: i64) -> Given {
        let url = Url::parse(authorization_url).unwrap();
        assert!(authorization_url.starts_with(&format!("{}/authorize?", self.issuer)), "{url}");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["scope"].as_str()), ("code", "openid"));
        assert_eq!(
            (asked["client_id"].as_str(), asked["code_challenge_method"].as_str()),
            (CLIENT_ID, "S256")
        );
        let claims = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "sub": subject, "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "amr": ["pwd", "mfa"],
        });
        let mut inner = self.inner.lock().unwrap();
        let code = format!("code-{}-{}", inner.codes.len(), asked["state"]);
        let (challenge, redirect_uri) = (asked["code_challenge"].clone(), asked["redirect_uri"].clone());
        inner.codes.insert(code.clone(), Grant { claims, challenge, redirect_uri });
        Given { code, state: asked["state"].clone() }
    }

    fn exchange(&self, authorization: &str, form: &HashMap<String, String>) -> Option<String> {
        let pair = String::from_utf8(STANDARD.decode(authorization.strip_prefix("Basic ")?).ok()?).ok()?;
        // Each was form-encoded before.
        if pair != "wishlight+%26+more:p%25ss%3Aword" || form.get("grant_type")? != "authorization_code" {
            return None;
        }
        let mut inner = self.inner.lock().unwrap();
        // Each is good once. The name stays taken, so that none is made twice.
        let grant = inner.codes.get_mut(form.get("code")?)?;
        let grant = std::mem::replace(
            grant,
            Grant { claims: Value::Null, challenge: String::new(), redirect_uri: String::new() },
        );
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(form.get("code_verifier")?));
        let same = grant.challenge == challenge && &grant.redirect_uri == form.get("redirect_uri")?;
        same.then(|| (inner.mint)(grant.claims))
    }
}

async fn document(provider: web::Data<Provider>) -> HttpResponse {
    provider.inner.lock().unwrap().times[0] += 1;
    let at = |path: &str| format!("{}/{path}", provider.issuer);
    HttpResponse::Ok().json(json!({
        "issuer": provider.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "jwks_uri": at("keys"), "authorization_response_iss_parameter_supported": false,
    }))
}

async fn keys(provider: web::Data<Provider>) -> HttpResponse {
    let mut jwk = Jwk::from_encoding_key(&key(), Algorithm::RS256).unwrap();
    let mut inner = provider.inner.lock().unwrap();
    inner.times[1] += 1;
    jwk.common.key_id = Some(inner.key_id.to_owned());
    HttpResponse::Ok().json(json!({ "keys": [jwk] }))
}

async fn token(
    provider: web::Data<Provider>,
    req: HttpRequest,
    form: web::Form<HashMap<String, String>>,
) -> HttpResponse {
    if provider.inner.lock().unwrap().broken {
        return HttpResponse::BadGateway().finish();
    }
    let authorization = req.headers().get("authorization").and_then(|value| value.to_str().ok());
    match provider.exchange(authorization.unwrap_or_default(), &form) {
        Some(id_token) => HttpResponse::Ok()
            .json(json!({ "token_type": "Bearer", "access_token": "x", "id_token": id_token })),
        None => HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" })),
    }
}
