//! Signing in with the provider: what is let in, and everything that is not.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use reqwest::Method;
use serde_json::{Value, json};
use server::config::{Config, Hidden};
use tests::{
    App, Kind,
    client::{Answer, Client, send},
    on_both,
    provider::{CLIENT_ID, CLIENT_SECRET, Given, Provider, key, signed},
    run_with,
    world::{PASSWORD, World},
};

const REFUSED: (u16, &str) = (401, "identity_refused");

/// A browser at the sign-in with the provider: what it was given to keep.
#[derive(Clone)]
struct Browser {
    cookie: String,
    url: String,
}

/// The cookie that an answer sets, as a browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    for attribute in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=600"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(set.starts_with("__Host-wishlight_provider="), "{set}");
    set.split(';').next().unwrap().to_owned()
}

async fn depart(who: &Client, path: &str, body: Value) -> Browser {
    let begun = who.post(path, body).await;
    let url = begun.expect(200).text("authorization_url");
    Browser { cookie: cookie(&begun), url }
}

async fn begin(app: &App) -> Browser {
    depart(&app.public(), "/auth/provider", json!({})).await
}

async fn begin_link(who: &Client) -> Browser {
    depart(who, "/me/identities", json!({ "current_password": PASSWORD })).await
}

fn agree(app: &App, provider: &Provider, browser: &Browser, subject: &str) -> Given {
    provider.agree(&browser.url, subject, app.state.clock.now().micros() / 1_000_000)
}

async fn come_back(who: &Client, path: &str, cookie: &str, given: &Given) -> Answer {
    let body = json!({ "code": given.code, "state": given.state });
    send(who.request(Method::POST, path).header("Cookie", cookie).json(&body)).await
}

async fn finish(app: &App, browser: &Browser, given: &Given) -> Answer {
    come_back(&app.public(), "/auth/provider/return", &browser.cookie, given).await
}

async fn finish_link(who: &Client, browser: &Browser, given: &Given) -> Answer {
    come_back(who, "/me/identities/return", &browser.cookie, given).await
}

async fn link(app: &App, provider: &Provider, who: &Client, subject: &str) -> Answer {
    let browser = begin_link(who).await;
    finish_link(who, &browser, &agree(app, provider, &browser, subject)).await
}

async fn sign_in(app: &App, provider: &Provider, subject: &str) -> Answer {
    let browser = begin(app).await;
    finish(app, &browser, &agree(app, provider, &browser, subject)).await
}

/// Runs `body` beside a provider, on one database.
fn beside(kind: Kind, change: impl FnOnce(&mut Config), body: impl AsyncFnOnce(&App, &Provider, &World)) {
    let provider = Provider::bind();
    let configure = |config: &mut Config| {
        config.public_url = Some("http://wish.example.org".to_owned());
        config.oidc_issuer = Some(provider.issuer.clone());
        config.oidc_client_id = Some(CLIENT_ID.to_owned());
        config.oidc_client_secret = Some(Hidden(CLIENT_SECRET.to_owned()));
        config.oidc_name = Some("统一身份认证".to_owned());
        config.outgoing_allow = vec![provider.issuer.parse().unwrap()];
        change(config);
    };
    run_with(kind, configure, async |app| {
        provider.serve();
        let world = World::new(&app).await;
        body(&app, &provider, &world).await;
    });
}

/// Names the two tests of one body beside a provider.
macro_rules! beside_provider {
    (async fn $name:ident($app:ident, $provider:ident, $w:ident) $body:block) => {
        mod $name {
            use super::*;

            async fn body($app: &App, $provider: &Provider, $w: &World) $body

            #[test]
            fn sqlite() {
                beside(Kind::Sqlite, |_| {}, async |app, provider, w| body(app, provider, w).await);
            }

            #[test]
            fn postgres() {
                beside(Kind::Postgres, |_| {}, async |app, provider, w| body(app, provider, w).await);
            }
        }
    };
}

beside_provider! {
    async fn an_identity_is_linked_signed_in_with_and_taken_away(app, provider, w) {
        let options = app.public().get("/auth/options").await;
        assert_eq!(options.expect(200).body, json!({ "provider": { "name": "统一身份认证" } }));
        sign_in(app, provider, "grid-7").await.refused(403, "identity_not_linked");
        // With the password again, and for oneself.
        let wrong = json!({ "current_password": "不是这一个" });
        w.collector.post("/me/identities", wrong).await.refused(422, "invalid");
        let linked = link(app, provider, &w.collector, "grid-7").await;
        assert_eq!(linked.expect(201).text("subject"), "grid-7");
        assert!(linked.header("set-cookie").contains("Max-Age=0"));

        let signed_in = sign_in(app, provider, "grid-7").await;
        let me = app.public().with_token(&signed_in.expect(200).text("access_token")).get("/me").await;
        assert_eq!((&me.body["user"]["username"], &me.body["second_factor"]), (&json!("collector"), &json!(false)));
        let renewal = json!({ "refresh_token": signed_in.text("refresh_token") });
        app.public().post("/auth/refresh", renewal).await.expect(200);
        // Another name at the provider is somebody else.
        sign_in(app, provider, "grid-8").await.refused(403, "identity_not_linked");

        // Each identity is one account's, and each account has one of a provider.
        link(app, provider, &w.reviewer, "grid-7").await.refused(409, "identity_taken");
        link(app, provider, &w.collector, "grid-8").await.refused(409, "identity_taken");
        let mine = w.collector.get("/me/identities").await.items();
        assert_eq!((mine.len(), mine[0]["id"].as_str()), (1, Some(linked.id().as_str())));
        let path = format!("/me/identities/{}", linked.id());
        w.reviewer.change(Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");
        w.collector.change(Method::DELETE, &path, "*", json!({})).await.expect(204);
        sign_in(app, provider, "grid-7").await.refused(403, "identity_not_linked");
        for kind in ["identity_linked", "identity_unlinked"] {
            assert_eq!(w.admin.get(&format!("/audit/events?kind={kind}")).await.items().len(), 1, "{kind}");
        }
        // What it publishes is asked for once, not at each sign-in.
        assert_eq!(provider.asked(), [1, 1]);
    }
}

/// Tokens that are not what the provider says to us about this sign-in, now.
type Lie = (&'static str, fn(Value) -> String);

fn with(mut claims: Value, name: &str, value: Value) -> String {
    claims[name] = value;
    signed(&claims, "one")
}

fn without(mut claims: Value, name: &str) -> String {
    claims.as_object_mut().unwrap().remove(name);
    signed(&claims, "one")
}

fn at(claims: &Value, name: &str, later: i64) -> Value {
    json!(claims[name].as_i64().unwrap() + later)
}

/// Signed with HMAC under what everybody knows of the provider's key.
fn by_public_key(claims: &Value, algorithm: Algorithm) -> String {
    let jwk = serde_json::to_value(Jwk::from_encoding_key(&key(), Algorithm::RS256).unwrap()).unwrap();
    let mut header = Header::new(algorithm);
    header.kid = Some("one".to_owned());
    let public = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    encode(&header, claims, &EncodingKey::from_secret(&public)).unwrap()
}

fn unsigned(claims: &Value, header: Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.", part(&header), part(claims))
}

/// Whole, but for one bit of its last part.
fn tampered(claims: &Value) -> String {
    let token = signed(claims, "one");
    let (head, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[0] ^= 1;
    format!("{head}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The signature of one token under another's claims.
fn grafted(claims: Value) -> String {
    let signature = signed(&claims, "one").rsplit_once('.').unwrap().1.to_owned();
    let other = with(claims, "sub", json!("admin"));
    format!("{}.{signature}", other.rsplit_once('.').unwrap().0)
}

const LIES: &[Lie] = &[
    ("another nonce", |c| with(c, "nonce", json!("another"))),
    ("no nonce", |c| without(c, "nonce")),
    ("for somebody else", |c| with(c, "aud", json!("another"))),
    ("for several, without azp", |c| with(c, "aud", json!([CLIENT_ID, "another"]))),
    ("for nobody", |c| with(c, "aud", json!([]))),
    ("no aud", |c| without(c, "aud")),
    ("authorised party is another", |c| with(c, "azp", json!("another"))),
    ("another issuer", |c| with(c, "iss", json!("https://id.example.org"))),
    ("issuer with a slash more", |c| {
        let issuer = format!("{}/", c["iss"].as_str().unwrap());
        with(c, "iss", json!(issuer))
    }),
    ("no issuer", |c| without(c, "iss")),
    ("expired", |c| {
        let past = at(&c, "exp", -400);
        with(c, "exp", past)
    }),
    ("no expiry", |c| without(c, "exp")),
    ("issued tomorrow", |c| {
        let tomorrow = at(&c, "iat", 86_400);
        with(c, "iat", tomorrow)
    }),
    ("not before tomorrow", |c| {
        let tomorrow = at(&c, "iat", 86_400);
        with(c, "nbf", tomorrow)
    }),
    ("nobody", |c| with(c, "sub", json!(""))),
    ("no subject", |c| without(c, "sub")),
    ("unsigned", |c| unsigned(&c, json!({ "alg": "none" }))),
    ("unsigned, with a key", |c| unsigned(&c, json!({ "alg": "none", "kid": "one" }))),
    ("unsigned, said to be signed", |c| unsigned(&c, json!({ "alg": "RS256", "kid": "one" }))),
    ("HS256 with the public key", |c| by_public_key(&c, Algorithm::HS256)),
    ("HS512 with the public key", |c| by_public_key(&c, Algorithm::HS512)),
    ("RS512, which is not on the list", |c| {
        let mut header = Header::new(Algorithm::RS512);
        header.kid = Some("one".to_owned());
        encode(&header, &c, &key()).unwrap()
    }),
    ("unknown key", |c| signed(&c, "three")),
    ("a bit turned", |c| tampered(&c)),
    ("another's signature", grafted),
    ("no token", |_| "x".to_owned()),
    ("nothing", |_| String::new()),
];

beside_provider! {
    async fn a_token_that_does_not_hold_lets_nobody_in(app, provider, w) {
        link(app, provider, &w.collector, "grid-7").await.expect(201);
        let mut believed = Vec::new();
        for (name, lie) in LIES {
            provider.mint(*lie);
            // Nor is anything linked by it.
            for (what, answer) in [
                ("in", sign_in(app, provider, "grid-7").await),
                ("linked", link(app, provider, &w.reviewer, "grid-9").await),
            ] {
                if (answer.status, answer.body["code"].as_str()) != (REFUSED.0, Some(REFUSED.1)) {
                    believed.push(format!("{what}: {name}: {}", answer.status));
                }
            }
        }
        assert_eq!(believed, Vec::<String>::new());
        provider.behave();
        sign_in(app, provider, "grid-7").await.expect(200);
        // Made for several, and for us by name.
        provider.mint(|mut claims| {
            claims["azp"] = json!(CLIENT_ID);
            with(claims, "aud", json!([CLIENT_ID, "another"]))
        });
        sign_in(app, provider, "grid-7").await.expect(200);
        // A new key is looked up, and an unknown one does not make us ask at each sign-in.
        let [_, before] = provider.asked();
        assert!(before <= 2, "{before}");
        app.state.clock.advance(61);
        provider.rotate();
        sign_in(app, provider, "grid-7").await.expect(200);
        assert_eq!(provider.asked()[1], before + 1);
    }
}

beside_provider! {
    async fn an_answer_is_good_once_in_the_browser_that_asked(app, provider, w) {
        link(app, provider, &w.collector, "grid-7").await.expect(201);
        let (browser, other) = (begin(app).await, begin(app).await);
        let given = agree(app, provider, &browser, "grid-7");
        let mut believed = Vec::new();
        let of = async |cookie: &str, given: Given, code: &str| {
            let answer = come_back(&app.public(), "/auth/provider/return", cookie, &given).await;
            (answer.status != 401 || answer.body["code"] != code).then(|| answer.body.clone())
        };
        let made_up = "__Host-wishlight_provider=AAAA".to_owned();
        let (head, value) = browser.cookie.split_at(browser.cookie.len() - 8);
        let turned = format!("{head}{}", value.chars().rev().collect::<String>());
        for cookie in [other.cookie.clone(), "a=b".to_owned(), made_up, turned] {
            believed.extend(of(&cookie, given.clone(), "sign_in_broken").await);
        }
        for state in ["another", ""] {
            let other = Given { state: state.to_owned(), ..given.clone() };
            believed.extend(of(&browser.cookie, other, "sign_in_broken").await);
        }
        // The code of another's sign-in in one's own browser: the verifier is not its.
        for code in [agree(app, provider, &other, "grid-7").code, "made up".to_owned()] {
            believed.extend(of(&browser.cookie, Given { code, ..given.clone() }, "identity_refused").await);
        }
        // Another provider says that it was it (RFC 9207).
        let fresh = begin(app).await;
        let elsewhere = agree(app, provider, &fresh, "grid-7");
        let body = json!({ "code": elsewhere.code, "state": elsewhere.state, "iss": "https://evil.example" });
        let request = app.public().request(Method::POST, "/auth/provider/return").header("Cookie", &fresh.cookie);
        let answer = send(request.json(&body)).await;
        believed.extend((answer.status != 401).then_some(answer.body));
        // Ten minutes later.
        let late = begin(app).await;
        let given_late = agree(app, provider, &late, "grid-7");
        app.state.clock.advance(590);
        let browser = begin(app).await;
        let given = agree(app, provider, &browser, "grid-7");
        app.state.clock.advance(11);
        believed.extend(of(&late.cookie, given_late, "sign_in_broken").await);
        assert_eq!(believed, Vec::<Value>::new());

        let done = finish(app, &browser, &given).await;
        done.expect(200);
        finish(app, &browser, &given).await.refused(REFUSED.0, REFUSED.1);
        // From another site, nobody is signed in as somebody else.
        let body = json!({ "code": given.code, "state": given.state });
        let request = app.public().request(Method::POST, "/auth/provider/return").header("Cookie", &browser.cookie);
        send(request.header("Origin", "https://evil.example").json(&body)).await.refused(403, "forbidden");
    }
}

beside_provider! {
    async fn signing_in_and_linking_are_not_mixed_up(app, provider, w) {
        // A sign-in that somebody else began links nothing, and a link signs nobody in.
        let browser = begin(app).await;
        let given = agree(app, provider, &browser, "grid-7");
        finish_link(&w.collector, &browser, &given).await.refused(401, "sign_in_broken");
        let browser = begin_link(&w.collector).await;
        let given = agree(app, provider, &browser, "grid-7");
        finish(app, &browser, &given).await.refused(401, "sign_in_broken");
        // It links to the one who gave their password.
        finish_link(&w.reviewer, &browser, &given).await.refused(401, "sign_in_broken");
        finish_link(&w.collector, &browser, &given).await.expect(201);
    }
}

beside_provider! {
    async fn who_is_shut_out_stays_out_and_a_provider_that_is_down_says_so(app, provider, w) {
        link(app, provider, &w.collector, "grid-7").await.expect(201);
        let members = format!("/organisations/{}/members", w.village);
        let listed = w.admin.get(&members).await.items();
        let role = listed.iter().find(|one| one["username"] == "collector").unwrap()["id"].as_str().unwrap();
        w.admin.post(&format!("{members}/{role}/disable"), json!({})).await.expect(204);
        sign_in(app, provider, "grid-7").await.refused(403, "identity_not_linked");
        w.admin.post(&format!("{members}/{role}/enable"), json!({})).await.expect(204);
        sign_in(app, provider, "grid-7").await.expect(200);
        // Who could have linked it is not known after a reset, so nothing is linked any more.
        w.admin.post(&format!("{members}/{role}/password-reset"), json!({})).await.expect(200);
        sign_in(app, provider, "grid-7").await.refused(403, "identity_not_linked");
        provider.break_down();
        let down = sign_in(app, provider, "grid-7").await;
        down.refused(503, "provider_unavailable");
        assert_eq!(down.header("retry-after"), "30");
    }
}

/// With a second factor set up: whether it is asked for after a sign-in with the provider.
fn asks_twice(kind: Kind, trusted: &'static [&'static str], expected: u16) {
    let change = move |config: &mut Config| {
        config.oidc_second_factor = trusted.iter().map(|one| (*one).to_owned()).collect();
    };
    beside(kind, change, async |app, provider, w| {
        link(app, provider, &w.collector, "grid-7").await.expect(201);
        let (secret, _) = crate::totp::enrol(app, &w.collector).await;
        let first = sign_in(app, provider, "grid-7").await;
        let done = match first.expect(expected).status {
            202 => {
                app.state.clock.advance(30);
                let code = crate::totp::code(app, &secret, 0);
                let step = json!({ "mfa_token": first.text("mfa_token"), "code": code });
                app.public().post("/auth/totp", step).await
            }
            _ => first,
        };
        let me = app.public().with_token(&done.expect(200).text("access_token")).get("/me").await;
        assert_eq!(me.body["second_factor"], true);
    });
}

#[test]
fn what_the_provider_says_of_a_second_factor_counts_where_the_operator_says_so() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        asks_twice(kind, &[], 202);
        asks_twice(kind, &["hwk"], 202);
        asks_twice(kind, &["mfa"], 200);
    }
}

on_both! {
    async fn without_a_provider_there_is_no_such_way_in(app) {
        let w = World::new(app).await;
        assert_eq!(app.public().get("/auth/options").await.expect(200).body, json!({}));
        app.public().post("/auth/provider", json!({})).await.refused(404, "not_found");
        let password = json!({ "current_password": PASSWORD });
        w.collector.post("/me/identities", password).await.refused(404, "not_found");
    }
}
