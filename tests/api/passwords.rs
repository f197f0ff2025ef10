//! Passwords that somebody else set, their reset, and the sessions of one's own.

use domain::{access::Actor, refusal::Code};
use reqwest::Method;
use serde_json::{Value, json};
use server::app::{Context, password_reset};
use tests::{
    App,
    client::{Answer, Client, send},
    on_both,
    world::{PASSWORD, World},
};

const FIRST: &str = "先用这一句进门来";
const OWN: &str = "两盏灯亮在他的窗前";

async fn login(app: &App, username: &str, password: &str) -> Answer {
    app.public().post("/auth/login", json!({ "username": username, "password": password })).await
}

async fn signed_in(app: &App, username: &str, password: &str) -> Client {
    app.public().with_token(&login(app, username, password).await.expect(200).text("access_token"))
}

async fn change(who: &Client, from: &str, to: &str) -> Answer {
    who.post("/me/password", json!({ "current_password": from, "new_password": to })).await
}

/// The membership of somebody in an organisation, as the path of what is done to them.
async fn member(w: &World, at: &str, username: &str) -> String {
    let members = format!("/organisations/{at}/members");
    let listed = w.admin.get(&members).await.items();
    let one = listed.iter().find(|one| one["username"] == username).unwrap();
    format!("{members}/{}", one["id"].as_str().unwrap())
}

/// Whoever is to change their password can do that, and ask who they are, and nothing else.
async fn shut_in(w: &World, who: &Client) {
    assert_eq!(who.get("/me").await.expect(200).body["password_change_required"], true);
    for path in ["/wishes", "/organisations", "/beneficiaries", "/me/sessions", "/me/identities", "/events"] {
        who.get(path).await.refused(403, "password_change_required");
    }
    who.post("/me/totp", json!({ "current_password": FIRST })).await.refused(403, "password_change_required");
    who.post("/wishes", w.wish(json!({}))).await.refused(403, "password_change_required");
    let path = "/me/sessions/01900000-0000-7000-8000-00000000beef";
    who.change(Method::DELETE, path, "*", json!({})).await.refused(403, "password_change_required");
}

on_both! {
    async fn a_first_password_opens_nothing_but_its_own_change(app) {
        let w = World::new(app).await;
        let new = json!({ "username": "newcomer", "display_name": "新来的", "password": FIRST, "role": "collector" });
        w.admin.post(&format!("/organisations/{}/members", w.village), new).await.expect(201);
        let first = login(app, "newcomer", FIRST).await;
        let who = app.public().with_token(&first.expect(200).text("access_token"));
        shut_in(&w, &who).await;
        // Nor does it open more by being renewed.
        let renewal = json!({ "refresh_token": first.text("refresh_token") });
        let renewed = app.public().post("/auth/refresh", renewal).await;
        let who = app.public().with_token(&renewed.expect(200).text("access_token"));
        shut_in(&w, &who).await;
        // What the other knows is no password of one's own.
        change(&who, FIRST, FIRST).await.refused(422, "invalid");
        change(&who, "不是这一句", OWN).await.refused(422, "invalid");
        change(&who, FIRST, OWN).await.expect(204);
        let who = signed_in(app, "newcomer", OWN).await;
        assert_eq!(who.get("/me").await.body["password_change_required"], false);
        who.get("/wishes").await.expect(200);
        who.post("/wishes", w.wish(json!({}))).await.expect(201);
        // Who set their own from the beginning is not asked.
        assert_eq!(w.admin.get("/me").await.body["password_change_required"], false);
        // Somebody known who gets another role keeps their own.
        let more = json!({ "username": "newcomer", "role": "reviewer", "password": FIRST });
        w.admin.post(&format!("/organisations/{}/members", w.village), more).await;
        assert_eq!(signed_in(app, "newcomer", OWN).await.get("/me").await.body["password_change_required"], false);
    }
}

on_both! {
    async fn what_is_tried_first_is_no_password_of_anybody(app) {
        let w = World::new(app).await;
        for (weak, fault) in [("12345678", "weak"), ("newcomer1", "weak"), ("短的", "too_short")] {
            let new = json!({ "username": "newcomer", "display_name": "新来的", "password": weak, "role": "collector" });
            let refused = w.admin.post(&format!("/organisations/{}/members", w.village), new).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [("/password".to_owned(), fault.to_owned())]);
        }
        for (weak, fault) in [("12345678", "weak"), ("collector1", "weak"), ("短的", "too_short")] {
            let refused = change(&w.collector, PASSWORD, weak).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [("/new_password".to_owned(), fault.to_owned())]);
        }
        signed_in(app, "collector", PASSWORD).await;
    }
}

on_both! {
    async fn a_reset_password_is_shown_once_and_ends_everything_before_it(app) {
        let w = World::new(app).await;
        let before = login(app, "collector", PASSWORD).await.text("refresh_token");
        for _ in 0..5 {
            login(app, "collector", "不是这一句").await.refused(401, "wrong_credentials");
        }
        login(app, "collector", PASSWORD).await.refused(429, "too_many_attempts");
        let path = format!("{}/password-reset", member(&w, &w.village, "collector").await);
        w.coordinator.post(&path, json!({})).await.refused(403, "forbidden");
        let reset = w.admin.post(&path, json!({})).await;
        let given = reset.expect(200).text("password");
        assert_eq!(reset.header("cache-control"), "no-store");
        assert!(given.len() >= 16 && given.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{given}");
        // It is drawn anew each time, and whoever forgot theirs does not wait for their failures.
        let given = { let again = w.admin.post(&path, json!({})).await.text("password"); assert_ne!(again, given); again };
        app.public().post("/auth/refresh", json!({ "refresh_token": before })).await.refused(401, "session_ended");
        login(app, "collector", PASSWORD).await.refused(401, "wrong_credentials");
        let who = signed_in(app, "collector", &given).await;
        shut_in(&w, &who).await;
        change(&who, &given, OWN).await.expect(204);
        signed_in(app, "collector", OWN).await.get("/wishes").await.expect(200);
        assert_eq!(w.admin.get("/audit/events?kind=password_reset").await.items().len(), 2);
        // Nothing that was shown is in the history.
        assert!(!String::from_utf8_lossy(&app.database.bytes()).contains(&given));
    }
}

on_both! {
    async fn who_has_nobody_above_is_given_one_at_the_machine(app) {
        let w = World::new(app).await;
        let hash = app.state.passwords.hash(OWN.to_owned()).await.unwrap();
        let reset = async |username: &'static str| {
            let (cx, hash) = (Context::new(&app.state, Actor::default()), hash.clone());
            let work = move |tx: &mut store::Conn| password_reset::by_operator(tx, &cx, username, &hash, true);
            app.state.db.write(work).await
        };
        assert_eq!(reset("nobody").await.unwrap_err().code(), Code::NotFound);
        w.admin.post("/me/totp", json!({ "current_password": PASSWORD })).await.expect(200);
        reset("admin").await.unwrap();
        app.state.callers.invalidate_all();
        w.admin.get("/me").await.refused(401, "session_ended");
        login(app, "admin", PASSWORD).await.refused(401, "wrong_credentials");
        let who = signed_in(app, "admin", OWN).await;
        shut_in(&w, &who).await;
        change(&who, OWN, PASSWORD).await.expect(204);
        let told = signed_in(app, "admin", PASSWORD).await.get("/audit/events?kind=password_reset").await.items();
        assert_eq!((told.len(), &told[0]["event"]["data"]["second_factor_removed"]), (1, &json!(true)));
    }
}

on_both! {
    async fn nobody_resets_their_own_or_that_of_somebody_beyond_their_reach(app) {
        let w = World::new(app).await;
        let own = format!("{}/password-reset", member(&w, &w.city, "admin").await);
        w.admin.post(&own, json!({})).await.refused(403, "forbidden");
        // An administrator of the village, and a collector there who also reviews above it.
        let role = |username: &str, role: &str| json!({ "username": username, "role": role });
        w.admin.post(&format!("/organisations/{}/members", w.village), role("coordinator", "admin")).await.expect(201);
        w.admin.post(&format!("/organisations/{}/members", w.township), role("collector", "reviewer")).await.expect(201);
        let local = signed_in(app, "coordinator", PASSWORD).await;
        let path = format!("{}/password-reset", member(&w, &w.village, "collector").await);
        local.post(&path, json!({})).await.refused(403, "forbidden");
        w.stranger.post(&path, json!({})).await.refused(404, "not_found");
        app.public().post(&path, json!({})).await.refused(401, "unauthenticated");
        signed_in(app, "collector", PASSWORD).await;
        w.admin.post(&path, json!({})).await.expect(200);
    }
}

fn of(listed: &[Value], current: bool) -> Vec<&Value> {
    listed.iter().filter(|one| one["current"] == current).collect()
}

on_both! {
    async fn people_see_their_sessions_and_end_them(app) {
        let w = World::new(app).await;
        let who = json!({ "username": "collector", "password": PASSWORD });
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        let there = app.public().request(Method::POST, "/auth/login").header("User-Agent", edge).json(&who);
        let there = send(there).await;
        let listed = w.collector.get("/me/sessions").await.expect(200).items();
        let (mine, others) = (of(&listed, true), of(&listed, false));
        assert_eq!((mine.len(), others.len()), (1, 1), "{listed:?}");
        assert_eq!((&others[0]["program"], &others[0]["second_factor"]), (&json!("Edge, Windows"), &json!(false)));
        // When it was last renewed.
        app.state.clock.advance(60);
        let renewed = app.public().post("/auth/refresh", json!({ "refresh_token": there.text("refresh_token") })).await;
        let listed = w.collector.get("/me/sessions").await.items();
        let other = of(&listed, false)[0].clone();
        assert_ne!(other["seen_at"], other["created_at"]);

        // Nobody sees or ends another's.
        let path = format!("/me/sessions/{}", other["id"].as_str().unwrap());
        w.reviewer.change(Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");
        assert!(!w.reviewer.get("/me/sessions").await.body.to_string().contains(other["id"].as_str().unwrap()));
        w.collector.change(Method::DELETE, &path, "*", json!({})).await.expect(204);
        let ended = app.public().with_token(&renewed.expect(200).text("access_token"));
        ended.get("/me").await.refused(401, "session_ended");
        let renewal = json!({ "refresh_token": renewed.text("refresh_token") });
        app.public().post("/auth/refresh", renewal).await.refused(401, "session_ended");
        w.collector.change(Method::DELETE, &path, "*", json!({})).await.refused(404, "not_found");

        let (one, two) = (login(app, "collector", PASSWORD).await, login(app, "collector", PASSWORD).await);
        let reviewer = login(app, "reviewer", PASSWORD).await;
        w.collector.post("/me/sessions/end-others", json!({})).await.expect(204);
        for ended in [&one, &two] {
            let renewal = json!({ "refresh_token": ended.text("refresh_token") });
            app.public().post("/auth/refresh", renewal).await.refused(401, "session_ended");
        }
        app.public().post("/auth/refresh", json!({ "refresh_token": reviewer.text("refresh_token") })).await.expect(200);
        assert_eq!(w.collector.get("/me/sessions").await.items().len(), 1);
        // Sessions that ran out are not listed.
        let late = login(app, "collector", PASSWORD).await;
        app.state.clock.advance(8 * 86_400);
        let now = signed_in(app, "collector", PASSWORD).await;
        assert_eq!(now.get("/me/sessions").await.items().len(), 1, "{}", late.status);
    }
}
