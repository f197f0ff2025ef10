//! Claims of platforms for their users: each number once, within quotas, by every rule of claims; what becomes of a claim comes back
//! to its platform, and nothing of a resident does.

use crate::soundness::corrupted;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    App,
    client::{Answer, Client, one_more},
    on_both,
    world::{PASSWORD, World, claimant},
};

const SCOPES: [&str; 3] = ["wishes:read", "events:read", "claims:write"];

/// A platform of the county that claims in the name of the village's team, and its program.
struct Platform {
    id: String,
    program: Client,
}

impl Platform {
    async fn new(app: &App, w: &World, (open, of_user, in_day): (i64, i64, i64)) -> Self {
        let claims = json!({
            "claimant_id": w.team_claimant, "most_open": open, "most_open_of_user": of_user, "most_in_day": in_day,
        });
        let new = json!({ "name": "暖流公益", "scopes": SCOPES, "claims": claims });
        let id = w.admin.post(&format!("/organisations/{}/platforms", w.county), new).await.expect(201).id();
        let key = w.admin.post(&format!("/platforms/{id}/keys"), json!({})).await.expect(201).text("key");
        Self { id, program: app.public().with_token(&key) }
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.program.post_once(path, &one_more(), body).await
    }

    async fn claim(&self, number: &str, wish: &str, user: &str) -> Answer {
        self.post("/platform/claims", asked(number, wish, user)).await
    }

    async fn see(&self, claim: &str) -> Value {
        self.program.get(&format!("/platform/claims/{claim}")).await.expect(200).body.clone()
    }

    /// What the feed tells of its own claims: kind, and which.
    async fn told(&self) -> Vec<(String, String)> {
        let events = self.program.get("/shared/events?limit=100").await.expect(200).items();
        let own = events.iter().filter_map(|event| {
            Some((event["kind"].as_str()?.to_owned(), event["claim_id"].as_str()?.to_owned()))
        });
        own.collect()
    }
}

fn asked(number: &str, wish: &str, user: &str) -> Value {
    let user = json!({ "external_id": user, "display_name": "阿青的小店" });
    json!({ "external_id": number, "wish_id": wish, "quantity": 1, "user": user })
}

/// Asks again while the server is too busy to tell.
async fn until_told(program: Client, body: Value) -> Answer {
    loop {
        let answer = program.post_once("/platform/claims", &one_more(), body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn at_once(program: &Client, bodies: Vec<Value>) -> Vec<Answer> {
    let send = |body| tokio::task::spawn_local(until_told(program.clone(), body));
    let sent: Vec<_> = bodies.into_iter().map(send).collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

on_both! {
    async fn a_platform_claims_for_its_user_and_hears_what_becomes_of_it(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, (9, 9, 9)).await;
        let wish = w.published(json!({})).await;
        let made = platform.claim("C-1", &wish, "u-1").await;
        let id = made.expect(201).id();
        assert_eq!((&made.body["status"], &made.body["external_id"]), (&json!("active"), &json!("C-1")));
        assert_eq!(platform.claim("C-1", &wish, "u-1").await.expect(200).id(), id, "told twice, it is one");
        platform.claim("C-1", &wish, "u-2").await.refused(409, "platform_claim_differs");
        platform.claim("C-2", &wish, "u-1").await.refused(409, "quantity_exceeds_remaining");

        let at = format!("/platform/claims/{id}");
        assert!(platform.post(&format!("{at}/contact"), json!({})).await.expect(200).body["contacted_at"].is_string());
        platform.post(&format!("{at}/deliveries"), json!({})).await.refused(422, "invalid");
        let brought = json!({ "note": "寄到村委会了", "items": [{ "name": "收音机", "quantity": 1, "value_fen": 9900 }] });
        platform.post(&format!("{at}/deliveries"), brought.clone()).await.expect(201);
        let word = |accepted: bool| json!({ "accepted": accepted, "method": "call", "note": "谢某某说打不开" });
        w.collector.post(&format!("/claims/{id}/confirmation"), word(false)).await.expect(201);
        let back = platform.program.get(&at).await;
        assert_eq!((&back.expect(200).body["status"], &back.body["sent_back"]), (&json!("active"), &json!(true)));
        assert!(!back.body.to_string().contains("谢某某"), "of the resident nothing: {}", back.body);
        let stale = platform.program.request(Method::POST, &format!("{at}/deliveries"));
        let stale = stale.header("Idempotency-Key", one_more()).header("If-Match", "\"1-platform-claim-zh\"");
        assert_eq!(stale.json(&brought).send().await.unwrap().status(), 412);
        platform.post(&format!("{at}/deliveries"), brought).await.expect(201);
        w.collector.post(&format!("/claims/{id}/confirmation"), word(true)).await.expect(201);
        assert_eq!(platform.see(&id).await["status"], "confirmed");
        let told: Vec<_> = platform.told().await.into_iter().filter(|(_, of)| *of == id).map(|(kind, _)| kind).collect();
        assert_eq!(told, ["wish_claimed", "claim_delivered", "claim_sent_back", "claim_delivered", "claim_confirmed"]);

        // For whom: the holder's staff read it, the claimant that it was a platform, a list nothing of either.
        let behalf = async |by: &Client| by.get(&format!("/claims/{id}")).await.expect(200).body["behalf"].clone();
        let whole = json!({ "platform_id": platform.id, "platform": "暖流公益", "user": "阿青的小店" });
        assert_eq!(behalf(&w.coordinator).await, whole);
        assert_eq!(behalf(&w.manager).await, json!({ "platform_id": platform.id, "platform": "暖流公益" }));
        for list in ["/claims", "/events?limit=100", &format!("/wishes/{wish}/claims"), &format!("/wishes/{wish}/events")] {
            let shown = w.coordinator.get(list).await.expect(200).body.to_string();
            assert!(shown.contains(&id) && !shown.contains("阿青") && !shown.contains("u-1"), "{list}");
        }
        let did = w.coordinator.get(&format!("/wishes/{wish}/events")).await.expect(200).items();
        let claimed = did.iter().find(|event| event["kind"] == "wish_claimed").unwrap();
        assert_eq!(claimed["actor"]["display_name"], "暖流公益", "{claimed}");

        let asked = json!({ "reason": "requested" });
        w.admin.change(Method::POST, &format!("/beneficiaries/{}/erasure", w.resident), "*", asked).await.expect(200);
        assert_eq!(behalf(&w.coordinator).await, json!({ "platform_id": platform.id, "platform": "暖流公益" }));
        assert!(platform.program.get("/platform/claims?user=u-1").await.expect(200).items().is_empty(), "forgotten");
        assert_eq!(platform.see(&id).await["status"], "confirmed");
    }
}

on_both! {
    async fn what_lapses_comes_back_though_the_wish_is_shared_no_more(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, (9, 9, 9)).await;
        let other = Platform::new(app, &w, (9, 9, 9)).await;
        let wish = w.published(json!({})).await;
        let lapsing = platform.claim("C-1", &wish, "u-1").await.expect(201).id();
        let good = w.published(json!({ "title": "想要一张书桌" })).await;
        let kept = platform.claim("C-2", &good, "u-2").await.expect(201).id();
        platform.post(&format!("/platform/claims/{kept}/deliveries"), json!({ "hours": 2 })).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{kept}/confirmation"), word).await.expect(201);
        let broken = json!({ "claim_id": kept, "reason": "does_not_work", "note": "没有送到", "take_back": true });
        w.coordinator.post(&format!("/wishes/{good}/reopen"), broken).await.expect(200);
        assert_eq!(platform.see(&kept).await["status"], "taken_back");

        let others = other.program.get("/shared/events?limit=100").await.expect(200).items();
        assert!(others.iter().any(|event| event["kind"] == "wish_claimed"), "that somebody claimed");
        assert!(others.iter().all(|event| event["claim_id"].is_null()), "not which claim it was: {others:?}");

        let given = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await.body["consents"].as_array().unwrap().clone();
        let live = given.iter().find(|one| one["purpose"] == "share_with_platform" && one["withdrawn_on"].is_null()).unwrap();
        let consent = format!("/beneficiaries/{}/consents/{}/withdraw", w.resident, live["id"].as_str().unwrap());
        w.collector.post(&consent, json!({})).await.expect(200);
        platform.claim("C-3", &good, "u-1").await.refused(404, "not_found");
        app.pass_days(12).await;
        assert_eq!(platform.see(&lapsing).await["status"], "lapsed");
        let told = platform.told().await;
        let of = |id: &str| told.iter().filter(|(_, of)| of == id).map(|(kind, _)| kind.clone()).collect::<Vec<_>>();
        assert_eq!(of(&lapsing), ["wish_claimed", "claim_lapsed"]);
        assert_eq!(of(&kept), ["wish_claimed", "claim_delivered", "claim_confirmed", "wish_reopened"]);
        let others = other.program.get("/shared/events?limit=100").await.expect(200).items();
        assert!(others.iter().all(|event| event["kind"] == "wish_unshared" && event["claim_id"].is_null()), "{others:?}");

        let page = platform.program.get("/platform/claims?limit=1").await;
        assert_eq!(page.expect(200).items()[0]["id"], kept.as_str(), "in the order of change");
        let next = format!("/platform/claims?limit=1&cursor={}", page.text("next_cursor"));
        assert_eq!(platform.program.get(&next).await.expect(200).items()[0]["id"], lapsing.as_str());
        let since = platform.see(&lapsing).await["updated_at"].as_str().unwrap().to_owned();
        for (query, ids) in [("status=lapsed", vec![&lapsing]), ("user=u-2", vec![&kept]), (&format!("updated_since={since}"), vec![&lapsing])] {
            let items = platform.program.get(&format!("/platform/claims?{query}")).await.expect(200).items();
            assert_eq!(items.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), ids, "{query}");
        }
    }
}

on_both! {
    async fn quotas_hold_also_when_all_ask_at_once(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, (4, 3, 6)).await;
        let mut wishes = Vec::new();
        for n in 0..10 {
            wishes.push(w.published(json!({ "title": format!("第{n}条") })).await);
        }
        let bodies = wishes.iter().map(|wish| asked(&format!("A-{wish}"), wish, "u-1")).collect();
        let answers = at_once(&platform.program, bodies).await;
        let made: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.len(), 3, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        let spent = answers.iter().find(|answer| answer.status != 201).unwrap();
        assert!(!spent.refused(429, "platform_user_limit").headers.contains_key("retry-after"), "time does not help");
        assert_eq!(spent.body["limit"], 3, "{}", spent.body);
        let free: Vec<&String> = wishes.iter().filter(|wish| !made.iter().any(|one| one.text("wish_id") == **wish)).collect();
        platform.claim("B-1", free[0], "u-2").await.expect(201);
        platform.claim("B-2", free[1], "u-3").await.refused(429, "platform_open_limit");
        for one in &made[..2] {
            platform.post(&format!("/platform/claims/{}/release", one.id()), json!({ "reason": "买不到" })).await.expect(200);
        }
        platform.claim("B-2", free[1], "u-3").await.expect(201);
        platform.claim("B-3", free[2], "u-3").await.expect(201);
        let today = platform.claim("B-4", free[3], "u-4").await;
        today.refused(429, "platform_day_limit");
        assert_eq!(today.header("retry-after"), "28800", "midnight in China, from four in the afternoon");
        let shown = w.admin.get(&format!("/platforms/{}", platform.id)).await.expect(200).body["claims"].clone();
        assert_eq!((&shown["open"], &shown["in_day"], &shown["claimant"]["display_name"]), (&json!(4), &json!(6), &json!("村志愿队")));
        let free = made[0].text("wish_id");
        platform.claim(&format!("A-{free}"), &free, "u-1").await.expect(200);
        app.state.clock.advance(28_800);
        platform.claim("B-5", &free, "u-2").await.refused(429, "platform_open_limit");
    }
}

on_both! {
    async fn one_number_sent_many_times_at_once_is_one_claim(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, (9, 9, 9)).await;
        let wish = w.published(json!({ "quantity": 60 })).await;
        let answers = at_once(&platform.program, vec![asked("C-1", &wish, "u-1"); 50]).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 49);
        assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
        assert_eq!(app.public().get(&format!("/wishes/{wish}")).await.body["reserved"], 1);
        for sql in ["UPDATE claims SET made_by = (SELECT id FROM users WHERE username = 'manager')", "DELETE FROM platform_mandates"] {
            let findings = corrupted(app, sql).await;
            assert!(findings.iter().any(|finding| finding.contains("the platform made no such claim")), "{sql}: {findings:?}");
        }
        let findings = corrupted(app, "UPDATE platform_claims SET user_display_name = '阿青'").await;
        assert!(findings.iter().any(|finding| finding.contains("user_display_name is not sealed")), "{findings:?}");
    }
}

on_both! {
    async fn a_claim_is_its_platforms_own_and_every_rule_of_claims_holds(app) {
        let w = World::new(app).await;
        w.shares(&w.resident).await;
        let platform = Platform::new(app, &w, (9, 9, 9)).await;
        let other = Platform::new(app, &w, (9, 9, 9)).await;
        let wish = w.published(json!({ "quantity": 3 })).await;
        let id = platform.claim("C-1", &wish, "u-1").await.expect(201).id();
        let by_hand = w.published(json!({ "title": "自己来认领的" })).await;
        let not_mine = w.claimed(&by_hand, 1).await;
        for (who, claim) in [(&other, &id), (&platform, &not_mine)] {
            let at = format!("/platform/claims/{claim}");
            who.program.get(&at).await.refused(404, "not_found");
            for (act, body) in [("contact", json!({})), ("deliveries", json!({ "hours": 1 })), ("release", json!({ "reason": "试试" }))] {
                who.post(&format!("{at}/{act}"), body).await.refused(404, "not_found");
            }
        }
        assert!(other.program.get("/platform/claims").await.expect(200).items().is_empty());
        other.claim("C-1", &wish, "u-1").await.refused(409, "already_claimed");
        assert_eq!(platform.see(&id).await["status"], "active");
        platform.program.get(&format!("/claims/{id}")).await.refused(403, "insufficient_scope");
        platform.post(&format!("/claims/{id}/delivery-details"), json!({ "purpose": "deliver" })).await.refused(403, "insufficient_scope");
        w.manager.get("/platform/claims").await.refused(403, "forbidden");

        // What is asked for wrongly, and what no rule lets through.
        let mut wrong = asked("阿青", &wish, "13800138000");
        wrong["user"]["display_name"] = json!(" ");
        let faults = platform.post("/platform/claims", wrong).await.refused(422, "invalid").faults();
        assert_eq!(faults.iter().map(|(pointer, _)| pointer.as_str()).collect::<Vec<_>>(), ["/external_id", "/user/external_id", "/user/display_name"]);
        let mut many = asked("C-9", &wish, "u-1");
        many["quantity"] = json!(0);
        platform.post("/platform/claims", many).await.refused(422, "invalid");
        let quiet = tests::world::resident(&w.collector, &w.village).await;
        let unshared = w.published(json!({ "beneficiary_id": quiet })).await;
        platform.claim("C-2", &unshared, "u-1").await.refused(404, "not_found");
        platform.claim("C-2", "01900000-0000-7000-8000-00000000dead", "u-1").await.refused(404, "not_found");
        let next = w.published(json!({})).await;
        w.coordinator.post(&format!("/claimants/{}/suspend", w.team_claimant), json!({ "reason": "核实中" })).await.expect(200);
        platform.claim("C-2", &next, "u-1").await.refused(409, "claimant_suspended");

        // In whose name: a unit of the circle, named before the scope is given.
        let at = format!("/platforms/{}", platform.id);
        let name = async |claimant: &str| {
            let claims = json!({ "claimant_id": claimant, "most_open": 9, "most_open_of_user": 9, "most_in_day": 9 });
            w.admin.change(Method::PATCH, &at, "*", json!({ "claims": claims })).await
        };
        let person = json!({ "kind": "person", "display_name": "某人", "organisation_id": w.team, "skills": [], "region_codes": [], "capacity": 1 });
        let person = w.admin.post("/claimants", person).await.expect(201).id();
        let afar = claimant(&w.stranger, &w.other_root, "别处的队").await;
        for wrong in [&person, &afar] {
            assert_eq!(name(wrong).await.refused(422, "invalid").faults(), [("/claims/claimant_id".to_owned(), "unknown".to_owned())]);
        }
        name(&w.school_claimant).await.expect(200);
        platform.claim("C-3", &next, "u-2").await.refused(403, "outside_audience");
        platform.post(&format!("/platform/claims/{id}/release"), json!({ "reason": "买不到" })).await.expect(200);
        let path = format!("/organisations/{}/platforms", w.county);
        let new = json!({ "name": "没说以谁的名义", "scopes": ["claims:write"] });
        assert_eq!(w.admin.post(&path, new).await.refused(422, "invalid").faults()[0].0, "/claims");
        let hand = format!("platform-{}", platform.id.replace('-', ""));
        for password in ["!", PASSWORD] {
            app.public().post("/auth/login", json!({ "username": hand, "password": password })).await.refused(401, "wrong_credentials");
        }
        let narrowed = json!({ "scopes": ["wishes:read"] });
        w.admin.change(Method::PATCH, &at, "*", narrowed).await.expect(200);
        platform.claim("C-4", &next, "u-1").await.refused(403, "insufficient_scope");
        platform.program.get(&format!("/platform/claims/{id}")).await.refused(403, "insufficient_scope");
    }
}
