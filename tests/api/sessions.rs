//! Sessions: how they are renewed, how long they last, and what ends them.

use diesel::{QueryDsl, RunQueryDsl};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::schema::{login_attempts, refresh_tokens, sessions};
use tests::{
    App,
    client::{Answer, Client, send},
    on_both,
    world::{PASSWORD, World},
};

const NEW_PASSWORD: &str = "两盏灯亮在他的窗前";

async fn sign_in(app: &App, username: &str) -> Answer {
    let who = json!({ "username": username, "password": PASSWORD });
    let answer = app.public().post("/auth/login", who).await;
    answer.expect(200);
    answer
}

async fn renew(app: &App, token: &str) -> Answer {
    app.public().post("/auth/refresh", json!({ "refresh_token": token })).await
}

/// Renews as a program that calls itself `agent`.
async fn renew_as(app: &App, agent: &str, token: &str) -> Answer {
    let request = app.public().request(Method::POST, "/auth/refresh").header("User-Agent", agent);
    send(request.json(&json!({ "refresh_token": token }))).await
}

fn refresh_token(answer: &Answer) -> String {
    answer.expect(200).text("refresh_token")
}

on_both! {
    async fn a_thousand_refreshes_of_one_token_are_one_family(app) {
        let _world = World::new(app).await;
        let first = sign_in(app, "collector").await.text("refresh_token");
        let client = app.public();
        let mut all = Vec::new();
        for _ in 0..1000 {
            let (client, body) = (client.clone(), json!({ "refresh_token": first }));
            all.push(tokio::task::spawn_local(async move { client.post("/auth/refresh", body).await }));
        }
        let mut successors = Vec::new();
        for one in all {
            let answer = one.await.unwrap();
            match answer.status {
                200 => successors.push(answer.text("refresh_token")),
                // Server or database were busier than a caller waits for; asking again is safe.
                busy => assert!([408, 503].contains(&busy), "{busy}: {:#}", answer.body),
            }
        }
        assert!(successors.len() >= 100, "{} of 1000 were served", successors.len());
        let served = successors.len();
        successors.dedup();
        assert_eq!(successors.len(), 1, "{served} answers, one successor");
        let second = refresh_token(&renew(app, &successors[0]).await);

        // Ten seconds later the first one is no lost answer any more: it was stolen, and all of it falls.
        app.state.clock.advance(11);
        renew(app, &first).await.refused(401, "session_ended");
        renew(app, &second).await.refused(401, "session_ended");
    }
}

on_both! {
    async fn a_lost_answer_is_given_again_to_the_same_client_alone(app) {
        let _world = World::new(app).await;
        let first = sign_in(app, "collector").await.text("refresh_token");
        let second = refresh_token(&renew_as(app, "phone", &first).await);
        app.state.clock.advance(9);
        assert_eq!(refresh_token(&renew_as(app, "phone", &first).await), second);
        renew_as(app, "thief", &first).await.refused(401, "session_ended");
        renew_as(app, "phone", &second).await.refused(401, "session_ended");
    }
}

on_both! {
    async fn sessions_end_by_themselves_and_those_of_administrators_sooner(app) {
        let w = World::new(app).await;
        let (minute, hour, day) = (60, 3600, 86_400);
        let mut admin = sign_in(app, "admin").await.text("refresh_token");
        let mut collector = sign_in(app, "collector").await.text("refresh_token");
        let idle = sign_in(app, "admin").await.text("refresh_token");
        let rising = sign_in(app, "reviewer").await.text("refresh_token");
        // 11 hours and 40 minutes, never idle for half an hour.
        for _ in 0..35 {
            app.state.clock.advance(20 * minute);
            admin = refresh_token(&renew(app, &admin).await);
        }
        renew(app, &idle).await.refused(401, "session_ended");
        app.state.clock.advance(20 * minute);
        renew(app, &admin).await.refused(401, "session_ended");

        // Who becomes an administrator has an administrator's session from then on.
        let rising = refresh_token(&renew(app, &rising).await);
        app.state.clock.advance(hour);
        let again = app.public().sign_in("admin", PASSWORD).await;
        let role = json!({ "username": "reviewer", "role": "admin" });
        again.post(&format!("/organisations/{}/members", w.township), role).await.expect(201);
        renew(app, &rising).await.refused(401, "session_ended");

        // Anybody else: a week idle, a month in all.
        for _ in 0..4 {
            app.state.clock.advance(6 * day);
            collector = refresh_token(&renew(app, &collector).await);
        }
        app.state.clock.advance(6 * day);
        renew(app, &collector).await.refused(401, "session_ended");
        let idle = sign_in(app, "collector").await.text("refresh_token");
        app.state.clock.advance(7 * day);
        renew(app, &idle).await.refused(401, "session_ended");
    }
}

/// Until `caller` is refused, in seconds of the real clock: what a server believes is not counted on the
/// test's.
async fn out_within(caller: &Client, path: &str, status: u16) -> Duration {
    let began = Instant::now();
    while caller.get(path).await.status != status {
        assert!(began.elapsed() < Duration::from_secs(30), "still in");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    began.elapsed()
}

on_both! {
    async fn who_is_disabled_or_loses_a_role_is_out_within_ten_seconds(app) {
        let w = World::new(app).await;
        let refresh = sign_in(app, "collector").await.text("refresh_token");
        w.collector.get("/me").await.expect(200);
        let members = format!("/organisations/{}/members", w.village);
        w.coordinator.get(&members).await.expect(200);
        let listed = w.admin.get(&members).await.items();
        let role = |name: &str| listed.iter().find(|one| one["username"] == name).unwrap()["id"].as_str().unwrap().to_owned();
        let path = format!("{members}/{}", role("coordinator"));
        w.admin.change(Method::DELETE, &path, "*", json!({})).await.expect(204);
        let shut_out = format!("{members}/{}", role("collector"));
        w.admin.post(&format!("{shut_out}/disable"), json!({})).await.expect(204);
        let both = (out_within(&w.collector, "/me", 401).await, out_within(&w.coordinator, &members, 404).await);
        assert!(both.0 + both.1 < Duration::from_secs(10), "{both:?}");
        renew(app, &refresh).await.refused(401, "session_ended");
        let who = json!({ "username": "collector", "password": PASSWORD });
        app.public().post("/auth/login", who).await.refused(401, "wrong_credentials");
        let listed = w.admin.get(&members).await.items();
        assert!(listed.iter().any(|one| one["username"] == "collector" && one["disabled"] == true), "{listed:?}");
        w.admin.post(&format!("{shut_out}/enable"), json!({})).await.expect(204);
        app.public().sign_in("collector", PASSWORD).await;
        renew(app, &refresh).await.refused(401, "session_ended");
        for kind in ["member_disabled", "member_enabled"] {
            assert_eq!(w.admin.get(&format!("/audit/events?kind={kind}")).await.items().len(), 1, "{kind}");
        }
    }
}

on_both! {
    async fn nobody_shuts_out_themselves_or_somebody_above(app) {
        let w = World::new(app).await;
        let members = format!("/organisations/{}/members", w.village);
        let below = json!({ "username": "village", "display_name": "村管理员", "password": PASSWORD, "role": "admin" });
        let own = w.admin.post(&members, below).await.expect(201).id();
        tests::world::own_passwords(app).await;
        let village = app.public().sign_in("village", PASSWORD).await;
        let guest = w.admin.post(&members, json!({ "username": "county", "role": "collector" })).await.expect(201).id();
        for id in [&guest, &own] {
            village.post(&format!("{members}/{id}/disable"), json!({})).await.refused(403, "forbidden");
        }
        w.county_coordinator.get("/me").await.expect(200);
        app.public().sign_in("county", PASSWORD).await;
        w.admin.post(&format!("{members}/{guest}/disable"), json!({})).await.expect(204);
    }
}

on_both! {
    async fn a_wrong_password_until_now_is_a_fault_of_its_field(app) {
        let w = World::new(app).await;
        let change = |current: &str| json!({ "current_password": current, "new_password": NEW_PASSWORD });
        for _ in 0..5 {
            let wrong = w.collector.post("/me/password", change("不是这一个")).await;
            let fault = ("/current_password".to_owned(), "wrong".to_owned());
            assert_eq!(wrong.refused(422, "invalid").faults(), [fault]);
        }
        let often = w.collector.post("/me/password", change(PASSWORD)).await;
        often.refused(429, "too_many_attempts");
        app.state.clock.advance(often.header("retry-after").parse().unwrap());
        w.collector.post("/me/password", change(PASSWORD)).await.expect(204);
        app.public().sign_in("collector", NEW_PASSWORD).await;
    }
}

on_both! {
    async fn who_lost_the_last_role_can_be_given_one_again(app) {
        let w = World::new(app).await;
        let members = format!("/organisations/{}/members", w.village);
        let role = |name: &str, role: &str| json!({ "username": name, "role": role });
        let listed = w.admin.get(&members).await.items();
        let held = listed.iter().find(|one| one["username"] == "collector").unwrap()["id"].as_str().unwrap().to_owned();
        w.admin.change(Method::DELETE, &format!("{members}/{held}"), "*", json!({})).await.expect(204);
        w.stranger.post(&format!("/organisations/{}/members", w.other_root), role("collector", "collector"))
            .await.refused(409, "username_taken");
        let again = w.admin.post(&members, role("collector", "reviewer")).await;
        assert_eq!(again.expect(201).body["role"], "reviewer");
        let me = app.public().sign_in("collector", PASSWORD).await.get("/me").await;
        assert_eq!(me.body["memberships"].as_array().map(Vec::len), Some(1), "{:#}", me.body);
        assert_eq!(me.body["user"]["username"], "collector");
    }
}

on_both! {
    async fn what_is_over_is_forgotten_and_who_was_signed_in_is_known_for_six_months(app) {
        let w = World::new(app).await;
        let mut last = sign_in(app, "collector").await.text("refresh_token");
        for _ in 0..3 {
            last = refresh_token(&renew(app, &last).await);
        }
        let wrong = json!({ "username": "collector", "password": "不是这一个" });
        app.public().post("/auth/login", wrong).await.refused(401, "wrong_credentials");
        let kept = async || -> (i64, i64, i64) {
            let count = |tx: &mut store::Conn| -> store::StoreResult<_> {
                let tokens = refresh_tokens::table.count().get_result(tx)?;
                Ok((sessions::table.count().get_result(tx)?, tokens, login_attempts::table.count().get_result(tx)?))
            };
            app.state.db.read(count).await.unwrap()
        };
        let (begun, tokens, tries) = kept().await;
        assert!(begun >= 10 && tokens > begun && tries > 0, "{begun} {tokens} {tries}");
        app.pass_days(1).await;
        assert_eq!(kept().await.0, begun);
        assert!(kept().await.1 >= 4, "a live session keeps its retired tokens, or nobody sees one come back");
        app.pass_days(180).await;
        assert_eq!(kept().await, (begun, 0, 0));
        app.pass_days(40).await;
        assert_eq!(kept().await, (0, 0, 0));
        let _: Value = w.stranger.get("/me").await.refused(401, "unauthenticated").body.clone();
    }
}
