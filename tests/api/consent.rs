//! Consents act at once: without a live one for its purpose nothing is shown, and what a birthday or a
//! date ended is asked anew.

use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World},
};

/// The id of the resident's consent for `purpose`.
async fn consent_of(client: &Client, resident: &str, purpose: &str) -> String {
    let seen = client.get(&format!("/beneficiaries/{resident}")).await;
    let of = |one: &&Value| one["purpose"] == purpose && one.get("withdrawn_on").is_none();
    seen.body["consents"].as_array().unwrap().iter().find(of).unwrap()["id"].as_str().unwrap().to_owned()
}

async fn take_back(client: &Client, resident: &str, purpose: &str) {
    let consent = consent_of(client, resident, purpose).await;
    let path = format!("/beneficiaries/{resident}/consents/{consent}/withdraw");
    client.post(&path, json!({})).await.expect(200);
}

/// Whether the wall has the wish: by itself, in the list, by its words, in its history.
async fn on_the_wall(app: &App, wish: &str) -> bool {
    let public = app.public();
    let one = public.get(&format!("/wishes/{wish}")).await.status == 200;
    let has = |items: Vec<Value>| items.iter().any(|item| item["id"] == wish);
    let listed = has(public.get("/wishes?limit=100").await.items());
    let found = has(public.get("/wishes?limit=100&q=收音机").await.items());
    let told = public.get(&format!("/wishes/{wish}/events")).await.status == 200;
    assert_eq!([one, listed, found, told], [one; 4], "seen by one way and not by another");
    one
}

async fn kinds(client: &Client, path: &str) -> Vec<String> {
    let events = client.get(path).await;
    events.items().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_wish_leaves_the_wall_with_the_consent_and_returns_with_it(app) {
        let w = World::new(app).await;
        let free = w.published(json!({})).await;
        let taken = w.published(json!({ "quantity": 2 })).await;
        let claim = w.claimed(&taken, 1).await;
        let given_back = w.published(json!({})).await;
        let over = w.claimed(&given_back, 1).await;
        w.manager.post(&format!("/claims/{over}/release"), json!({ "reason": "出差" })).await.expect(200);
        let waiting = w.submitted(json!({})).await;
        let before = w.collector.get(&format!("/wishes/{free}")).await;
        assert!(on_the_wall(app, &free).await && on_the_wall(app, &taken).await);
        take_back(&w.collector, &w.resident, "publish").await;
        assert!(!on_the_wall(app, &free).await && !on_the_wall(app, &taken).await);
        let others = w.stranger.get(&format!("/wishes/{free}")).await;
        others.refused(404, "not_found");
        assert_eq!(w.stranger.get("/wishes").await.items().len(), 0);

        app.state.clock.advance(10);
        let figures = app.public().get("/statistics/public").await;
        assert_eq!((&figures.body["published"], &figures.body["open"]), (&json!(0), &json!(0)));

        // Its staff keep it, with its holder and its time; what was claimed goes on, what was not cannot be.
        let after = w.collector.get(&format!("/wishes/{free}")).await;
        assert!(after.expect(200).body["hidden_since"].is_string());
        for kept in ["status", "holder", "due_at", "reserved"] {
            assert_eq!(after.body[kept], before.body[kept], "{kept}");
        }
        let free_claim = json!({ "claimant_id": w.school_claimant, "quantity": 1 });
        w.school_manager.post(&format!("/wishes/{free}/claims"), free_claim).await.refused(404, "not_found");
        let delivery = json!({ "items": [{ "name": "收音机", "quantity": 1 }] });
        w.manager.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
        assert_eq!(w.manager.get(&format!("/wishes/{taken}")).await.expect(200).text("view"), "claimant");
        w.manager.get(&format!("/wishes/{given_back}")).await.refused(404, "not_found");
        let history = kinds(&w.collector, &format!("/wishes/{free}/events?limit=100")).await;
        assert_eq!(history.last().unwrap(), "wish_hidden");
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        w.reviewer.post(&format!("/wishes/{waiting}/review"), review).await.refused(409, "consent_missing");

        // Back only with the consent given anew, by a reviewer.
        let path = format!("/wishes/{free}/relist");
        w.reviewer.post(&path, json!({})).await.refused(409, "consent_missing");
        let anew = json!({ "purpose": "publish", "given_by": "self", "given_on": "2026-11-20" });
        w.collector.post(&format!("/beneficiaries/{}/consents", w.resident), anew).await.expect(201);
        assert!(!on_the_wall(app, &free).await, "a consent publishes nothing by itself");
        w.collector.post(&path, json!({})).await.refused(403, "forbidden");
        w.reviewer.post(&path, json!({})).await.expect(200);
        w.reviewer.post(&path, json!({})).await.refused(409, "wrong_status");
        assert!(on_the_wall(app, &free).await && !on_the_wall(app, &taken).await);
    }
}

on_both! {
    async fn delivery_details_are_open_as_long_as_claim_and_consent(app) {
        let w = World::new(app).await;
        let ask = async |claim: &str| {
            let path = format!("/claims/{claim}/delivery-details");
            w.manager.post_once(&path, "the-same-key", json!({ "purpose": "contact" })).await
        };
        let closed = async |claim: &str| {
            let refused = ask(claim).await;
            refused.refused(409, "wrong_claim_status");
            assert!(!refused.body.to_string().contains("谢某某"));
        };
        // Given back.
        let claim = w.claimed(&w.published(json!({})).await, 1).await;
        let open = ask(&claim).await;
        assert_eq!(open.expect(200).text("name"), "谢某某");
        assert_eq!(open.header("cache-control"), "no-store");
        assert!(open.headers.get("etag").is_none(), "nothing to ask again with");
        w.manager.post(&format!("/claims/{claim}/release"), json!({ "reason": "出差" })).await.expect(200);
        closed(&claim).await;
        // Delivered, then confirmed.
        let claim = w.claimed(&w.published(json!({})).await, 1).await;
        ask(&claim).await.expect(200);
        w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "note": "送到了" })).await.expect(201);
        closed(&claim).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        closed(&claim).await;
        // The consent is taken back while the claim is active, though the same key was answered before.
        let claim = w.claimed(&w.published(json!({})).await, 1).await;
        ask(&claim).await.expect(200);
        take_back(&w.collector, &w.resident, "share_with_claimant").await;
        ask(&claim).await.refused(409, "consent_missing");
        let anew = json!({ "purpose": "share_with_claimant", "given_by": "self", "given_on": "2026-11-20" });
        w.collector.post(&format!("/beneficiaries/{}/consents", w.resident), anew).await.expect(201);
        ask(&claim).await.expect(200);
        // Lapsed.
        app.pass_days(10).await;
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let late = manager.post(&format!("/claims/{claim}/delivery-details"), json!({ "purpose": "contact" })).await;
        late.refused(409, "wrong_claim_status");
    }
}

/// A child of thirteen, whose birthday is in four days, published with the guardian's consent.
async fn child(w: &World) -> (String, String) {
    let consents = ["collect", "publish"].map(|purpose| {
        json!({ "purpose": purpose, "given_by": "guardian", "guardian_name": "某某", "relation": "母亲", "given_on": "2026-11-01" })
    });
    let body = json!({ "name": "小某", "birth_date": "2012-11-24", "organisation_id": w.village, "consents": consents });
    let child = w.collector.post("/beneficiaries", body).await.expect(201).id();
    let wish = w.published(json!({ "beneficiary_id": child })).await;
    (child, wish)
}

async fn due(client: &Client) -> Vec<String> {
    let listed = client.get("/beneficiaries?consent_due=true").await;
    listed.expect(200).items().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_birthday_asks_anew(app) {
        let w = World::new(app).await;
        let (child, wish) = child(&w).await;
        assert_eq!(app.pass_days(3).await.consents_due, 0);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        assert_eq!(due(&collector).await, Vec::<String>::new());
        assert!(on_the_wall(app, &wish).await);
        assert_eq!(app.pass_days(1).await.consents_due, 1);
        assert_eq!(app.pass_days(0).await.consents_due, 0, "once");
        assert_eq!(app.pass_days(1).await.consents_due, 0, "once");
        let collector = app.public().sign_in("collector", PASSWORD).await;
        assert_eq!(due(&collector).await, std::slice::from_ref(&child));
        assert!(!on_the_wall(app, &wish).await);
        let seen = collector.get(&format!("/beneficiaries/{child}")).await;
        assert_eq!(seen.body["consent_due"], json!(["collect", "publish"]));
        let told = collector.get("/events?limit=100").await;
        let event = told.items().into_iter().find(|event| event["kind"] == "consent_due").unwrap();
        assert_eq!((&event["subject_id"], &event["data"]["purposes"]), (&json!(child), &json!(["collect", "publish"])));
        let path = format!("/beneficiaries/{child}/consents");
        for purpose in ["collect", "publish"] {
            let own = json!({ "purpose": purpose, "given_by": "self", "given_on": "2026-11-25" });
            collector.post(&path, own).await.expect(201);
        }
        assert_eq!(due(&collector).await, Vec::<String>::new());
        let reviewer = app.public().sign_in("reviewer", PASSWORD).await;
        reviewer.post(&format!("/wishes/{wish}/relist"), json!({})).await.expect(200);
        assert!(on_the_wall(app, &wish).await);
    }
}

on_both! {
    async fn a_consent_runs_out_by_itself(app) {
        let w = World::new(app).await;
        take_back(&w.collector, &w.resident, "publish").await;
        let path = format!("/beneficiaries/{}/consents", w.resident);
        let over = json!({ "purpose": "publish", "given_by": "self", "given_on": "2026-11-01", "expires_on": "2026-11-19" });
        let refused = w.collector.post(&path, over).await;
        assert_eq!(refused.refused(422, "invalid").faults(), [("/expires_on".to_owned(), "in_past".to_owned())]);
        let given = json!({
            "purpose": "publish", "given_by": "self", "given_on": "2026-11-20", "expires_on": "2026-11-21",
            "text_version": "2026-11", "channel": "witnessed", "evidence": "档案 3-12",
        });
        let taken = w.collector.post(&path, given).await;
        let last = taken.expect(201).body["consents"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["text_version"], &last["channel"], &last["expires_on"]), (&json!("2026-11"), &json!("witnessed"), &json!("2026-11-21")));
        assert!(last.get("evidence").is_none(), "masked");
        let full = w.collector.post(&format!("/beneficiaries/{}/reveal", w.resident), json!({ "purpose": "correct" })).await;
        assert_eq!(full.expect(200).body["consents"].as_array().unwrap().last().unwrap()["evidence"], "档案 3-12");
        let wish = w.published(json!({})).await;
        assert_eq!(app.pass_days(1).await.consents_due, 0, "its last day");
        assert!(on_the_wall(app, &wish).await);
        assert_eq!(app.pass_days(1).await.consents_due, 1);
        assert!(!on_the_wall(app, &wish).await);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        assert_eq!(due(&collector).await, std::slice::from_ref(&w.resident));
    }
}

on_both! {
    async fn publishing_and_taking_back_at_once_leaves_nothing_on_the_wall(app) {
        let w = World::new(app).await;
        let mut published = 0;
        for _ in 0..12 {
            let resident = tests::world::resident(&w.collector, &w.village).await;
            let wish = w.submitted(json!({ "beneficiary_id": resident })).await;
            let consent = consent_of(&w.collector, &resident, "publish").await;
            let back = format!("/beneficiaries/{resident}/consents/{consent}/withdraw");
            let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
            let path = format!("/wishes/{wish}/review");
            let (reviewed, taken) = tokio::join!(w.reviewer.post(&path, review), w.collector.post(&back, json!({})));
            taken.expect(200);
            published += i32::from(reviewed.status == 200);
            if reviewed.status != 200 {
                reviewed.refused(409, "consent_missing");
            }
            assert!(!on_the_wall(app, &wish).await, "published after the consent was gone");
        }
        println!("{published} of 12 were published first and then hidden");
    }
}

on_both! {
    async fn a_wish_that_stands_on_the_wall_without_a_consent_is_found(app) {
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        use store::schema::consents;
        let w = World::new(app).await;
        w.published(json!({})).await;
        app.assert_sound().await;
        let consent = consent_of(&w.collector, &w.resident, "publish").await;
        let by_hand = async |day: Option<&'static str>| {
            let consent = consent.clone();
            let set = move |tx: &mut store::Conn| {
                let row = consents::table.find(consent.clone());
                Ok::<_, store::StoreError>(diesel::update(row).set(consents::withdrawn_on.eq(day)).execute(tx)?)
            };
            assert_eq!(app.state.db.write(set).await.unwrap(), 1);
        };
        by_hand(Some("2026-11-02")).await;
        let vault = app.state.vault.clone();
        let report = app.state.db.read_slow(move |tx| server::app::check::check(tx, &vault)).await.unwrap();
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        assert!(report.findings[0].contains("without a live consent"));
        by_hand(None).await;
    }
}
