//! The second factor, from setting it up to losing the phone.

use reqwest::Method;
use serde_json::{Value, json};
use server::config::Config;
use tests::{
    App, Kind,
    client::{Answer, Client},
    on_both, run_with,
    world::{PASSWORD, World},
};

/// The code of an authenticator at the server's time, `later` seconds on.
pub fn code(app: &App, secret: &str, later: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret.chars().map(|c| format!("{:05b}", letters.find(c).unwrap())).collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let now = app.state.clock.now().plus_seconds(later);
    server::totp::code_at(&bytes, now.micros().div_euclid(30_000_000))
}

async fn login(app: &App, username: &str) -> Answer {
    app.public().post("/auth/login", json!({ "username": username, "password": PASSWORD })).await
}

async fn second_step(app: &App, ticket: &str, code: &str) -> Answer {
    app.public().post("/auth/totp", json!({ "mfa_token": ticket, "code": code })).await
}

/// Sets up a second factor: the secret and the recovery codes.
pub async fn enrol(app: &App, who: &Client) -> (String, Vec<String>) {
    let begun = who.post("/me/totp", json!({ "current_password": PASSWORD })).await;
    let secret = begun.expect(200).text("secret");
    assert!(begun.text("otpauth_uri").contains(&format!("secret={secret}&issuer=Wishlight")));
    assert_eq!(begun.header("cache-control"), "no-store");
    let done = who.post("/me/totp/confirmation", json!({ "code": code(app, &secret, 0) })).await;
    let codes = done.expect(200).body["recovery_codes"].as_array().unwrap().clone();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

on_both! {
    async fn a_sign_in_takes_two_steps_once_it_is_set_up(app) {
        let w = World::new(app).await;
        w.collector.post("/me/totp", json!({ "current_password": "不是这一个" })).await.refused(422, "invalid");
        let (secret, recovery) = enrol(app, &w.collector).await;
        assert_eq!((secret.len(), recovery.len()), (32, 10));
        w.collector.post("/me/totp", json!({ "current_password": PASSWORD })).await.refused(409, "totp_enrolled");

        let first = login(app, "collector").await;
        assert_eq!(first.expect(202).body["mfa_required"], true);
        assert!(first.body["access_token"].is_null() && !first.headers.contains_key("set-cookie"));
        let ticket = first.text("mfa_token");
        // The ticket is no access token, and no refresh token.
        app.public().with_token(&ticket).get("/me").await.refused(401, "unauthenticated");
        app.public().post("/auth/refresh", json!({ "refresh_token": ticket })).await.refused(401, "unauthenticated");

        let used = code(app, &secret, 0);
        second_step(app, &ticket, &used).await.refused(422, "invalid");
        let fresh = code(app, &secret, 30);
        app.state.clock.advance(30);
        second_step(app, "made up", &fresh).await.refused(401, "unauthenticated");
        let done = second_step(app, &ticket, &fresh).await;
        done.expect(200);
        let me = app.public().with_token(&done.text("access_token")).get("/me").await;
        assert_eq!((&me.body["totp_enrolled"], &me.body["second_factor"]), (&json!(true), &json!(true)));
        second_step(app, &ticket, &fresh).await.refused(422, "invalid");
        // It stays so when the session is renewed.
        let renewed = app.public().post("/auth/refresh", json!({ "refresh_token": done.text("refresh_token") })).await;
        let me = app.public().with_token(&renewed.expect(200).text("access_token")).get("/me").await;
        assert_eq!(me.body["second_factor"], true);

        app.state.clock.advance(300);
        second_step(app, &ticket, &code(app, &secret, 0)).await.refused(401, "unauthenticated");
        let ticket = login(app, "collector").await.text("mfa_token");
        second_step(app, &ticket, &recovery[0].to_uppercase()).await.expect(200);
        let ticket = login(app, "collector").await.text("mfa_token");
        second_step(app, &ticket, &recovery[0]).await.refused(422, "invalid");
        second_step(app, &ticket, &recovery[1]).await.expect(200);
    }
}

on_both! {
    async fn codes_cannot_be_tried_through(app) {
        let w = World::new(app).await;
        let (secret, _) = enrol(app, &w.collector).await;
        app.state.clock.advance(60);
        let mut waits = 0;
        for n in 0..8 {
            // A new first step does not give new tries.
            let Some(ticket) = login(app, "collector").await.body["mfa_token"].as_str().map(str::to_owned) else {
                waits += 1;
                continue;
            };
            let wrong = second_step(app, &ticket, &format!("00000{n}")).await;
            assert!([422, 429].contains(&wrong.status), "{:#}", wrong.body);
        }
        assert_eq!(waits, 3, "five are free");
        app.state.clock.advance(30);
        let ticket = login(app, "collector").await.expect(202).text("mfa_token");
        second_step(app, &ticket, &code(app, &secret, 0)).await.expect(200);
    }
}

on_both! {
    async fn an_administrator_takes_away_a_lost_one_within_reach(app) {
        let w = World::new(app).await;
        let (_, _) = enrol(app, &w.collector).await;
        let (_, _) = enrol(app, &w.county_coordinator).await;
        let members = format!("/organisations/{}/members", w.village);
        let role = async |name: &str, at: &str| -> String {
            let listed = w.admin.get(&format!("/organisations/{at}/members")).await.items();
            listed.iter().find(|one| one["username"] == name).unwrap()["id"].as_str().unwrap().to_owned()
        };
        let collector = role("collector", &w.village).await;
        w.coordinator.post(&format!("{members}/{collector}/totp-reset"), json!({})).await.refused(403, "forbidden");
        w.admin.post(&format!("{members}/{collector}/totp-reset"), json!({})).await.expect(204);
        w.admin.post(&format!("{members}/{collector}/totp-reset"), json!({})).await.refused(404, "not_found");
        login(app, "collector").await.expect(200);

        // Who has a role higher up is not reset from below.
        let below = json!({ "username": "village", "display_name": "村管理员", "password": PASSWORD, "role": "admin" });
        w.admin.post(&members, below).await.expect(201);
        tests::world::own_passwords(app).await;
        let village = app.public().sign_in("village", PASSWORD).await;
        w.admin.post(&members, json!({ "username": "county", "role": "collector" })).await.expect(201);
        let guest = role("county", &w.village).await;
        village.post(&format!("{members}/{guest}/totp-reset"), json!({})).await.refused(403, "forbidden");
        login(app, "county").await.expect(202);

        let events = w.admin.get("/audit/events?kind=totp_reset").await.items();
        assert_eq!(events.len(), 1);
        assert_eq!(w.admin.get("/audit/events?kind=totp_enrolled").await.items().len(), 2);
        assert_eq!(events[0]["event"]["actor"]["display_name"], "admin");
        let text = Value::from(events).to_string();
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn where_it_is_required_personal_data_is_not_shown_without_it() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        run_with(kind, |config: &mut Config| config.require_totp = Some(true), required);
    }
}

async fn required(app: App) {
    let w = World::new(&app).await;
    let look = format!("/beneficiaries/{}/reveal", w.resident);
    let purpose = json!({ "purpose": "visit" });
    assert_eq!(w.collector.get("/me").await.body["totp_required"], true);
    w.collector.get(&format!("/beneficiaries/{}", w.resident)).await.expect(200);
    w.collector.post(&look, purpose.clone()).await.refused(403, "totp_required");
    // Whoever may not look anyway learns nothing new.
    w.auditor.post(&look, purpose.clone()).await.refused(403, "forbidden");
    w.stranger.post(&look, purpose.clone()).await.refused(404, "not_found");
    let wish = w.published(json!({})).await;
    let claim = w.claimed(&wish, 1).await;
    let details = format!("/claims/{claim}/delivery-details");
    w.manager.post(&details, json!({ "purpose": "contact" })).await.refused(403, "totp_required");

    let signed_in = login(&app, "collector").await;
    let now = app.public().with_token(&signed_in.expect(200).text("access_token"));
    enrol(&app, &now).await;
    now.post(&look, purpose.clone()).await.refused(403, "totp_required");
    // From the next renewal on the session counts as one with a second factor; the others have ended.
    let renewed = app
        .public()
        .request(Method::POST, "/auth/refresh")
        .json(&json!({ "refresh_token": signed_in.text("refresh_token") }));
    let renewed = tests::client::send(renewed).await;
    app.public().with_token(&renewed.expect(200).text("access_token")).post(&look, purpose).await.expect(200);
}
