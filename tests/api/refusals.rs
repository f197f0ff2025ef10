//! Bad input gets a clear problem and changes nothing: the named cases.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Client, send},
    on_both,
    world::{PASSWORD, World, claimant, organisation, resident},
};

fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

on_both! {
    async fn quantities(app) {
        let w = World::new(app).await;
        for quantity in [0, -1, 1_000_000_001] {
            let refused = w.collector.post("/wishes", w.wish(json!({ "quantity": quantity }))).await;
            assert_eq!(refused.refused(422, "invalid").faults(), fault("/quantity", "out_of_range"));
        }
        let wish = w.published(json!({ "quantity": 3 })).await;
        let claim = |quantity: Value| json!({ "claimant_id": w.team_claimant, "quantity": quantity });
        let path = format!("/wishes/{wish}/claims");
        for quantity in [json!(0), json!(-5)] {
            w.manager.post(&path, claim(quantity)).await.refused(422, "invalid");
        }
        for quantity in [json!("1"), json!(1.5), json!(null), json!([1])] {
            w.manager.post(&path, claim(quantity)).await.refused(422, "invalid");
        }
        w.manager.post(&path, claim(json!(4))).await.refused(409, "quantity_exceeds_remaining");
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["reserved"], 0);
    }
}

on_both! {
    async fn claims_that_may_not_be(app) {
        let w = World::new(app).await;
        let claim = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let draft = w.collector.post("/wishes", w.wish(json!({}))).await.expect(201).id();
        w.manager.post(&format!("/wishes/{draft}/claims"), claim.clone()).await.refused(404, "not_found");
        let wish = w.published(json!({ "quantity": 5 })).await;
        let path = format!("/wishes/{wish}/claims");
        app.public().post(&path, claim.clone()).await.refused(401, "unauthenticated");
        w.school_manager.post(&path, claim.clone()).await.refused(403, "not_your_claimant");
        w.collector.post(&path, claim.clone()).await.refused(403, "not_your_claimant");
        w.manager.post(&path, claim.clone()).await.expect(201);
        w.manager.post(&path, claim.clone()).await.refused(409, "already_claimed");
        let unknown = json!({ "claimant_id": w.resident, "quantity": 1 });
        w.manager.post(&path, unknown).await.refused(422, "invalid");

        // A collector who also manages a claimant does not claim what they wrote down.
        let both = json!({ "username": "collector", "role": "manager" });
        w.admin.post(&format!("/organisations/{}/members", w.team), both).await.expect(201);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        let other = claimant(&w.admin, &w.team, "另一支队").await;
        collector.post(&path, json!({ "claimant_id": other, "quantity": 1 })).await.refused(409, "own_wish");
    }
}

on_both! {
    async fn one_key_one_effect(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 5 })).await;
        let path = format!("/wishes/{wish}/claims");
        let claim = |quantity: i64| json!({ "claimant_id": w.team_claimant, "quantity": quantity });
        let first = w.manager.post_once(&path, "\"k-1\"", claim(2)).await;
        let again = w.manager.post_once(&path, "k-1", claim(2)).await;
        assert_eq!((first.expect(201).id(), again.expect(201).id()), (first.id(), first.id()));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("etag"), first.header("etag"));
        w.manager.post_once(&path, "k-1", claim(1)).await.refused(422, "idempotency_mismatch");
        w.manager.post_once(&path, "", claim(1)).await.refused(400, "bad_idempotency_key");
        // A refusal stores nothing: the key is free for the request once it can succeed.
        let second = w.published(json!({})).await;
        let refused = w.manager.post_once(&format!("/wishes/{second}/claims"), "k-2", claim(9)).await;
        refused.refused(409, "quantity_exceeds_remaining");
        w.manager.post_once(&format!("/wishes/{second}/claims"), "k-2", claim(1)).await.expect(201);
    }
}

on_both! {
    async fn wishes_that_may_not_be(app) {
        let w = World::new(app).await;
        let refused = async |change: Value| w.collector.post("/wishes", w.wish(change)).await;
        refused(json!({ "category": "nonsense" })).await.refused(422, "unknown_category");
        let past = refused(json!({ "needed_by": "2026-11-19" })).await;
        assert_eq!(past.refused(422, "invalid").faults(), fault("/needed_by", "in_past"));
        let unknown = refused(json!({ "colour": "red" })).await;
        assert_eq!(unknown.refused(422, "invalid").faults(), fault("/colour", "unknown"));
        let format = refused(json!({ "needed_by": "soon" })).await;
        assert_eq!(format.refused(422, "invalid").faults(), fault("/needed_by", "format"));
        let empty = refused(json!({ "title": "  ", "public_summary": "" })).await;
        let faults = empty.refused(422, "invalid").faults();
        assert_eq!(faults, [fault("/title", "required"), fault("/public_summary", "required")].concat());
        refused(json!({ "title": "收音机\u{7}" })).await.refused(422, "invalid");
        refused(json!({ "organisation_id": w.other_root })).await.refused(404, "not_found");
        let theirs = resident(&w.stranger, &w.other_root).await;
        let foreign = refused(json!({ "beneficiary_id": theirs })).await;
        assert_eq!(foreign.refused(422, "invalid").faults(), fault("/beneficiary_id", "unknown"));
    }
}

on_both! {
    async fn nothing_is_published_without_consent_or_by_its_collector(app) {
        let w = World::new(app).await;
        let child = json!({
            "name": "小某", "birth_date": "2016-05-01", "organisation_id": w.village,
            "consents": [
                { "purpose": "collect", "given_by": "guardian", "guardian_name": "某某", "relation": "母亲", "given_on": "2026-11-01" },
                { "purpose": "publish", "given_by": "self", "given_on": "2026-11-01" },
            ],
        });
        let child = w.collector.post("/beneficiaries", child).await.expect(201).id();
        let wish = w.submitted(json!({ "beneficiary_id": child })).await;
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        let path = format!("/wishes/{wish}/review");
        w.reviewer.post(&path, review.clone()).await.refused(409, "consent_missing");
        let guardian = json!({ "purpose": "publish", "given_by": "guardian", "guardian_name": "某某", "relation": "母亲", "given_on": "2026-11-19" });
        w.collector.post(&format!("/beneficiaries/{child}/consents"), guardian).await.expect(201);
        let role = json!({ "username": "collector", "role": "reviewer" });
        w.admin.post(&format!("/organisations/{}/members", w.village), role).await.expect(201);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        collector.post(&path, review.clone()).await.refused(409, "collector_cannot_review");
        w.reviewer.post(&path, review).await.expect(200);
    }
}

on_both! {
    async fn the_tree_stays_a_tree(app) {
        let w = World::new(app).await;
        let county = format!("/organisations/{}", w.county);
        w.admin.change(Method::PATCH, &county, "*", json!({ "parent_id": w.village })).await.refused(409, "tree_cycle");
        w.admin.change(Method::PATCH, &county, "*", json!({ "parent_id": w.county })).await.refused(409, "tree_cycle");
        w.admin.change(Method::DELETE, &county, "*", json!({})).await.refused(409, "has_children");
        send(w.admin.request(Method::DELETE, &county)).await.refused(428, "precondition_required");
        let leaf = organisation(&w.admin, &w.county, "空单位", "unit", "agency", None).await;
        w.admin.change(Method::DELETE, &format!("/organisations/{leaf}"), "*", json!({})).await.expect(204);
        let team = format!("/organisations/{}", w.team);
        w.admin.change(Method::DELETE, &team, "*", json!({})).await.refused(409, "still_in_use");

        // A subtree moves with all that hangs on it, and who reads it changes with it.
        let wish = w.published(json!({})).await;
        let path = format!("/organisations/{}", w.village);
        w.admin.change(Method::PATCH, &path, "*", json!({ "parent_id": w.county })).await.expect(200);
        w.township_coordinator.get(&format!("/wishes/{wish}/claims")).await.refused(403, "forbidden");
        w.county_coordinator.get(&format!("/wishes/{wish}/claims")).await.expect(200);
    }
}

on_both! {
    async fn what_cannot_be_read_is_malformed(app) {
        let w = World::new(app).await;
        let raw = |body: Vec<u8>| w.collector.request(Method::POST, "/wishes").header("Content-Type", "application/json").body(body);
        send(raw(b"{\"title\":".to_vec())).await.refused(400, "malformed");
        send(raw(b"{\"title\":\"a\\u0000b\"}".to_vec())).await.refused(400, "malformed");
        send(raw(vec![b'{', b'"', 0xff, 0xfe, b'"', b':', b'1', b'}'])).await.refused(400, "malformed");
        send(raw(format!("{}1{}", "[".repeat(200), "]".repeat(200)).into_bytes())).await.refused(400, "malformed");
        let big = format!("{{\"title\":\"{}\"}}", "a".repeat(10 * 1024 * 1024));
        send(raw(big.into_bytes())).await.refused(413, "too_large");
        let text = w.collector.request(Method::POST, "/wishes").header("Content-Type", "text/plain").body("{}");
        send(text).await.refused(415, "unsupported_type");
        send(w.collector.request(Method::DELETE, "/wishes")).await.refused(405, "method_not_allowed");
        w.collector.get("/nothing").await.refused(404, "not_found");
        w.collector.get("/wishes/not-an-id").await.refused(404, "not_found");
        w.collector.get("/wishes?limit=0").await.refused(422, "invalid");
        w.collector.get("/wishes?nonsense=1").await.refused(422, "invalid");
        let english = w.collector.request(Method::GET, "/nothing").header("Accept-Language", "en");
        assert_eq!(send(english).await.text("title"), "Not found");
    }
}

on_both! {
    async fn another_tree_does_not_exist(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({})).await;
        let claim = { let open = w.published(json!({})).await; w.claimed(&open, 1).await };
        for path in [
            format!("/organisations/{}", w.village), format!("/organisations/{}/policy", w.village),
            format!("/organisations/{}/members", w.village), format!("/beneficiaries/{}", w.resident),
            format!("/claimants/{}", w.team_claimant), format!("/wishes/{wish}"),
            format!("/wishes/{wish}/events"), format!("/wishes/{wish}/claims"), format!("/claims/{claim}"),
            format!("/statistics?organisation_id={}", w.village),
        ] {
            w.stranger.get(&path).await.refused(404, "not_found");
        }
        for (path, body) in [
            (format!("/wishes/{wish}/review"), json!({ "decision": "decline", "note": "x" })),
            (format!("/wishes/{wish}/withdraw"), json!({ "reason": "x" })),
            (format!("/wishes/{wish}/escalations"), json!({ "reason": "x" })),
            (format!("/claims/{claim}/release"), json!({ "reason": "x" })),
            (format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })),
            (format!("/beneficiaries/{}/reveal", w.resident), json!({ "purpose": "visit" })),
        ] {
            w.stranger.post(&path, body).await.refused(404, "not_found");
        }
        assert_eq!(w.stranger.get("/beneficiaries").await.expect(200).items().len(), 0);
        assert_eq!(w.stranger.get("/claims").await.expect(200).items().len(), 0);
    }
}

on_both! {
    async fn lists_go_on_where_they_stopped(app) {
        let w = World::new(app).await;
        let mut made = Vec::new();
        for n in 0..7 {
            made.push(w.published(json!({ "title": format!("第{n}个心愿"), "category": if n % 2 == 0 { "thing" } else { "skill" } })).await);
        }
        made.reverse();
        let walk = async |who: &Client, query: &str| {
            let mut seen = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = who.get(&format!("/wishes?limit=2{query}{cursor}")).await;
                seen.extend(page.expect(200).items().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
                let Some(next) = page.body["next_cursor"].as_str() else { return seen };
                assert!(page.header("link").contains("rel=\"next\""));
                cursor = format!("&cursor={next}");
            }
        };
        assert_eq!(walk(&app.public(), "").await, made);
        assert_eq!(walk(&w.collector, "&status=open").await, made);
        assert_eq!(walk(&app.public(), "&category=skill").await.len(), 3);
        assert_eq!(walk(&app.public(), "&region_code=9901").await.len(), 7);
        assert_eq!(walk(&app.public(), "&region_code=9902").await.len(), 0);
        let first = app.public().get("/wishes?limit=2").await.text("next_cursor");
        app.public().get(&format!("/wishes?limit=2&category=thing&cursor={first}")).await.refused(400, "bad_cursor");
        app.public().get("/wishes?cursor=AAAA").await.refused(400, "bad_cursor");
    }
}

on_both! {
    async fn chinese_words_are_found(app) {
        let w = World::new(app).await;
        let shoes = w.published(json!({ "title": "想要一双运动鞋", "public_summary": "一名小学生想要一双36码的鞋。" })).await;
        let wheel = w.published(json!({ "title": "想要一辆轮椅", "public_summary": "出门晒太阳。" })).await;
        let found = async |q: &str| {
            let page = app.public().get(&format!("/wishes?q={q}")).await;
            page.expect(200).items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let (shoes, wheel) = (vec![shoes], vec![wheel]);
        assert_eq!(found("运动鞋").await, shoes);
        assert_eq!(found("鞋").await, shoes);
        assert_eq!(found("轮椅").await, wheel);
        assert_eq!(found("36").await, shoes);
        assert_eq!(found("电视").await, Vec::<String>::new());
        assert_eq!(found("%22%20OR%20*").await, Vec::<String>::new(), "no syntax reaches the database");
    }
}
