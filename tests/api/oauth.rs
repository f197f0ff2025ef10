//! Passes for programs: a key is exchanged for one by the client credentials grant, and it is good for no more than was asked for, nor
//! for longer than the key.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::{
    App, Kind,
    client::{Answer, Client, one_more, send},
    on_both, run_with,
    world::World,
};

/// A platform of the county that claims for its users, and a key of it.
struct Platform {
    id: String,
    key: String,
}

impl Platform {
    async fn new(w: &World) -> Self {
        let claims = json!({ "claimant_id": w.team_claimant, "most_open": 9, "most_open_of_user": 9, "most_in_day": 9 });
        let new = json!({ "name": "暖流公益", "scopes": ["wishes:read", "events:read", "claims:write"], "claims": claims });
        let id = w.admin.post(&format!("/organisations/{}/platforms", w.county), new).await.expect(201).id();
        let key = w.admin.post(&format!("/platforms/{id}/keys"), json!({})).await.expect(201).text("key");
        Self { id, key }
    }

    /// The id of the key, as its text has it.
    fn key_id(&self) -> String {
        self.key.split('_').nth(2).unwrap().to_owned()
    }

    async fn pass(&self, app: &App, scope: &str) -> Answer {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        send(with_form(asks(app).basic_auth(&self.id, Some(&self.key)), &form)).await
    }
}

fn asks(app: &App) -> RequestBuilder {
    app.public().request(Method::POST, "/oauth/token")
}

/// A name and its value.
type Pair<'a> = (&'a str, &'a str);

/// With a form, of which no value here holds more than spaces to be encoded.
fn with_form(asks: RequestBuilder, pairs: &[(&str, &str)]) -> RequestBuilder {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", value.replace(' ', "+"));
    let form = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
    asks.header("Content-Type", "application/x-www-form-urlencoded").body(form)
}

fn shows(app: &App, pass: &Answer) -> Client {
    app.public().with_token(&pass.text("access_token"))
}

on_both! {
    async fn a_pass_is_good_where_its_key_is_and_goes_with_it(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(&w).await;
        let given = platform.pass(app, "").await;
        assert_eq!(given.expect(200).body["scope"], "wishes:read events:read claims:write");
        assert_eq!((&given.body["token_type"], &given.body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!((given.header("cache-control"), given.header("content-type")), ("no-store".to_owned(), "application/json".to_owned()));
        let (key_id, secret) = (platform.key_id(), platform.key.as_str());
        let form = [("grant_type", "client_credentials"), ("client_id", &key_id), ("client_secret", secret)];
        let whole = shows(app, send(with_form(asks(app), &form)).await.expect(200));
        let wish = w.published(json!({})).await;
        whole.get(&format!("/shared/wishes/{wish}")).await.expect(200);
        let claim = json!({ "external_id": "C-1", "wish_id": wish, "quantity": 1, "user": { "external_id": "u-1", "display_name": "阿青" } });
        whole.post("/platform/claims", claim.clone()).await.refused(400, "bad_idempotency_key");
        let made = whole.post_once("/platform/claims", &one_more(), claim.clone()).await.expect(201).id();
        let key = app.public().with_token(&platform.key);
        assert_eq!(key.post_once("/platform/claims", &one_more(), claim).await.expect(200).id(), made, "one platform, whatever it shows");
        whole.get("/me").await.refused(403, "insufficient_scope");

        let narrow = shows(app, platform.pass(app, "wishes:read").await.expect(200));
        narrow.get("/shared/wishes").await.expect(200);
        narrow.get("/shared/events").await.refused(403, "insufficient_scope");
        narrow.get("/platform/claims").await.refused(403, "insufficient_scope");
        // A pass gives no pass, so that none outlives its quarter of an hour.
        let form = [("grant_type", "client_credentials")];
        let token = given.text("access_token");
        assert_eq!(send(with_form(asks(app).basic_auth(&platform.id, Some(&token)), &form)).await.expect(401).body["error"], "invalid_client");

        let at = format!("/platforms/{}", platform.id);
        let change = async |change: Value| {
            w.admin.change(Method::PATCH, &at, "*", change).await.expect(200);
        };
        change(json!({ "scopes": ["events:read"] })).await;
        narrow.get("/shared/wishes").await.refused(403, "insufficient_scope");
        change(json!({ "scopes": ["wishes:read"], "networks": ["192.0.2.0/24"] })).await;
        narrow.get("/shared/wishes").await.refused(401, "unauthenticated");
        assert_eq!(platform.pass(app, "").await.expect(401).body, json!({ "error": "invalid_client" }));
        change(json!({ "networks": [], "active": false })).await;
        narrow.get("/shared/wishes").await.refused(401, "unauthenticated");
        change(json!({ "active": true })).await;
        narrow.get("/shared/wishes").await.expect(200);
        app.state.clock.advance(900);
        narrow.get("/shared/wishes").await.refused(401, "unauthenticated");
    }
}

on_both! {
    async fn revoking_a_key_ends_its_passes_at_once(app) {
        let w = World::new(app).await;
        let platform = Platform::new(&w).await;
        let pass = shows(app, platform.pass(app, "").await.expect(200));
        pass.get("/shared/wishes").await.expect(200);
        let shown = w.admin.get(&format!("/platforms/{}", platform.id)).await.expect(200).body["keys"][0]["id"].clone();
        let revoke = format!("/platforms/{}/keys/{}/revoke", platform.id, shown.as_str().unwrap());
        w.admin.post(&revoke, json!({})).await.expect(200);
        pass.get("/shared/wishes").await.refused(401, "unauthenticated");
        platform.pass(app, "").await.expect(401);
    }
}

on_both! {
    async fn what_is_asked_for_wrongly_is_named_as_the_standard_says(app) {
        let w = World::new(app).await;
        let (platform, other) = (Platform::new(&w).await, Platform::new(&w).await);
        let (id, key) = (platform.id.as_str(), platform.key.as_str());
        let grant = ("grant_type", "client_credentials");
        let refused = async |form: &[(&str, &str)], basic: Option<(&str, &str)>| {
            let asks = match basic {
                Some((id, secret)) => asks(app).basic_auth(id, Some(secret)),
                None => asks(app),
            };
            let answer = send(with_form(asks, form)).await;
            assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json".to_owned(), "no-store".to_owned()));
            let says_how = answer.headers.get("www-authenticate").is_some_and(|how| how.as_bytes().starts_with(b"Basic "));
            assert_eq!(says_how, answer.status == 401, "{:#}", answer.body);
            (answer.status, answer.body["error"].as_str().unwrap_or_default().to_owned())
        };
        let turned = format!("{}{}", &key[..key.len() - 2], if key.ends_with("AA") { "BB" } else { "AA" });
        let cases: Vec<(Vec<Pair>, Option<Pair>, u16, &str)> = vec![
            (vec![], Some((id, key)), 400, "invalid_request"),
            (vec![grant, grant], Some((id, key)), 400, "invalid_request"),
            (vec![grant, ("client_id", id), ("client_secret", key)], Some((id, key)), 400, "invalid_request"),
            (vec![("grant_type", "password")], Some((id, key)), 400, "unsupported_grant_type"),
            (vec![grant], None, 401, "invalid_client"),
            (vec![grant], Some((&other.id, key)), 401, "invalid_client"),
            (vec![grant], Some(("", key)), 401, "invalid_client"),
            (vec![grant], Some((id, &turned)), 401, "invalid_client"),
            (vec![grant], Some((id, "geheim")), 401, "invalid_client"),
            (vec![grant, ("client_id", id)], None, 401, "invalid_client"),
            (vec![grant, ("scope", "donations:write")], Some((id, key)), 400, "invalid_scope"),
            (vec![grant, ("scope", "wishes:read everything")], Some((id, key)), 400, "invalid_scope"),
        ];
        for (form, basic, status, error) in cases {
            assert_eq!(refused(&form, basic).await, (status, error.to_owned()), "{form:?} {basic:?}");
        }
        let json = send(asks(app).basic_auth(id, Some(key)).json(&json!({ "grant_type": "client_credentials" }))).await;
        assert_eq!(json.expect(400).body, serde_json::json!({ "error": "invalid_request" }));
        assert_eq!(refused(&[grant, ("resource", "x")], Some((id, key))).await.0, 200, "what is not known is passed over");
    }
}

#[test]
fn a_key_and_its_passes_are_counted_together() {
    run_with(
        Kind::Sqlite,
        |config| config.rate_limit_route_per_minute = 60,
        async |app| {
            let w = World::new(&app).await;
            let platform = Platform::new(&w).await;
            let pass = shows(&app, platform.pass(&app, "").await.expect(200));
            let left = async |client: &Client| {
                let told = client.get("/shared/wishes").await.expect(200).header("ratelimit");
                let left =
                    told.split("r=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().to_owned();
                left.parse::<u32>().unwrap()
            };
            let key = app.public().with_token(&platform.key);
            for _ in 0..30 {
                left(&key).await;
            }
            let left = left(&pass).await;
            assert!(left < 55, "{left} of 60, as if nobody had asked before");
        },
    );
}
