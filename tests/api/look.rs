//! A look at a child under 14: asked for, approved by the child-data officer, for a day, and recorded with
//! the approval.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, child},
};

async fn member(app: &App, w: &World, username: &str, at: &str, role: &str) -> Client {
    let new = json!({ "username": username, "display_name": username, "password": PASSWORD, "role": role });
    w.admin.post(&format!("/organisations/{at}/members"), new).await.expect(201);
    tests::world::own_passwords(app).await;
    app.public().sign_in(username, PASSWORD).await
}

fn wanted() -> Value {
    json!({ "purpose": "visit", "reason": "约好周三上门" })
}

async fn reveal(by: &Client, child: &str) -> tests::client::Answer {
    by.post(&format!("/beneficiaries/{child}/reveal"), json!({ "purpose": "visit" })).await
}

async fn kinds(w: &World, child: &str) -> Vec<(String, Value)> {
    let told = w.admin.get(&format!("/audit/events?limit=100&subject_id={child}")).await;
    let one =
        |item: &Value| (item["event"]["kind"].as_str().unwrap().to_owned(), item["event"]["data"].clone());
    told.items().iter().map(one).collect()
}

on_both! {
    async fn a_child_is_seen_for_a_day_once_the_officer_says_so(app) {
        let w = World::new(app).await;
        let child = child(&w.collector, &w.village).await;
        let path = format!("/beneficiaries/{child}/look-requests");
        let masked = w.collector.get(&format!("/beneficiaries/{child}")).await;
        assert_eq!(masked.expect(200).body["approval_needed"], true);
        let refused = reveal(&w.collector, &child).await;
        refused.refused(403, "approval_required");
        assert!(refused.text("detail").contains("申请"), "it says what to do");
        assert!(!refused.body.to_string().contains("田小满"));
        w.collector.post(&path, wanted()).await.refused(409, "no_child_officer");
        let officer = member(app, &w, "officer", &w.township, "child_officer").await;
        w.collector.post(&path, json!({ "purpose": "visit", "reason": "" })).await.refused(422, "invalid");
        w.collector.post(&path, json!({ "purpose": "curious", "reason": "看看" })).await.refused(422, "invalid");
        let asked = w.collector.post(&path, wanted()).await;
        assert_eq!((&asked.expect(201).body["status"], &asked.body["live"]), (&json!("pending"), &json!(false)));
        w.collector.post(&path, wanted()).await.refused(409, "request_pending");
        reveal(&w.collector, &child).await.refused(403, "approval_required");

        // The officer sees who asks and why, and the child masked; the record itself is not theirs to read.
        let listed = officer.get("/look-requests?status=pending").await;
        let one = &listed.expect(200).items()[0];
        assert_eq!((&one["reason"], &one["beneficiary"]["name"]), (&json!("约好周三上门"), &json!("田**")));
        assert_eq!(listed.header("cache-control"), "no-store");
        officer.get(&format!("/beneficiaries/{child}")).await.refused(403, "forbidden");
        reveal(&officer, &child).await.refused(403, "forbidden");
        let act = format!("/look-requests/{}/approve", asked.id());
        w.admin.post(&act, json!({})).await.refused(403, "forbidden");
        w.stranger.post(&act, json!({})).await.refused(404, "not_found");
        officer.post(&act, json!({ "hours": 25 })).await.refused(422, "invalid");
        let approved = officer.post(&act, json!({})).await;
        assert_eq!(approved.expect(200).text("expires_at"), "2026-11-21T08:00:00Z");
        officer.post(&act, json!({})).await.refused(409, "request_answered");

        // For the one who asked, and for nobody else; recorded with the approval.
        reveal(&w.coordinator, &child).await.refused(403, "approval_required");
        let key = "one-look";
        let look = format!("/beneficiaries/{child}/reveal");
        let seen = w.collector.post_once(&look, key, json!({ "purpose": "visit" })).await;
        assert_eq!(seen.expect(200).text("name"), "田小满");
        let told = w.collector.get(&format!("/beneficiaries/{child}/disclosures")).await;
        assert_eq!(told.items()[0]["request_id"], asked.id().as_str());
        app.state.clock.advance(24 * 3600 - 1);
        let again = app.public().sign_in("collector", PASSWORD).await;
        reveal(&again, &child).await.expect(200);
        app.state.clock.advance(1);
        reveal(&again, &child).await.refused(403, "approval_required");
        let replayed = again.post_once(&look, key, json!({ "purpose": "visit" })).await;
        replayed.refused(403, "approval_required");
        assert!(!replayed.body.to_string().contains("田小满"));

        let admin = app.public().sign_in("admin", PASSWORD).await;
        let w = World { admin, ..w };
        let told = kinds(&w, &child).await;
        let words: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        let expected = [
            "beneficiary_created", "look_requested", "look_approved", "beneficiary_revealed", "beneficiary_revealed",
        ];
        assert_eq!(words, expected);
        assert_eq!(told[3].1, json!({ "purpose": "visit", "request_id": asked.id(), "minor": "under_14" }));
        assert!(!format!("{told:?}").contains("周三"), "no word of the reason in the history");
    }
}

on_both! {
    async fn nobody_answers_their_own_request(app) {
        let w = World::new(app).await;
        let child = child(&w.collector, &w.village).await;
        let path = format!("/beneficiaries/{child}/look-requests");
        let both = member(app, &w, "both", &w.village, "child_officer").await;
        let more = json!({ "username": "both", "role": "collector" });
        w.admin.post(&format!("/organisations/{}/members", w.village), more).await.expect(201);
        app.state.clock.advance(10);
        both.post(&path, wanted()).await.refused(409, "no_child_officer");
        let other = member(app, &w, "other", &w.county, "child_officer").await;
        let asked = both.post(&path, wanted()).await.expect(201).id();
        both.post(&format!("/look-requests/{asked}/approve"), json!({})).await.refused(409, "own_request");
        both.post(&format!("/look-requests/{asked}/decline"), json!({ "reason": "不看了" })).await.refused(409, "own_request");
        let no = json!({ "reason": "打电话给监护人就够" });
        other.post(&format!("/look-requests/{asked}/decline"), no).await.expect(200);
        let own = both.get(&format!("/look-requests?beneficiary_id={child}")).await;
        assert_eq!(own.items()[0]["answer"], "打电话给监护人就够");
        reveal(&both, &child).await.refused(403, "approval_required");
        // An officer elsewhere has no say here.
        let aside = member(app, &w, "aside", &w.other_village, "child_officer").await;
        let again = both.post(&path, wanted()).await.expect(201).id();
        aside.post(&format!("/look-requests/{again}/approve"), json!({})).await.refused(404, "not_found");
        assert_eq!(aside.get("/look-requests").await.expect(200).items().len(), 0);
    }
}

on_both! {
    async fn a_claimant_asks_for_what_the_delivery_needs(app) {
        let w = World::new(app).await;
        let officer = member(app, &w, "officer", &w.county, "child_officer").await;
        let child = child(&w.collector, &w.village).await;
        let wish = w.published(json!({ "beneficiary_id": child })).await;
        let claim = w.claimed(&wish, 1).await;
        let details = format!("/claims/{claim}/delivery-details");
        let look = json!({ "purpose": "contact" });
        w.manager.post(&details, look.clone()).await.refused(403, "approval_required");
        let asked = w.manager.post(&format!("/claims/{claim}/look-requests"), wanted()).await;
        assert!(asked.expect(201).body.get("beneficiary").is_none(), "a claimant learns nothing by asking");
        assert!(!asked.body.to_string().contains(&child));
        let listed = officer.get("/look-requests").await;
        assert_eq!(listed.items()[0]["claimant"], "村志愿队");
        officer.post(&format!("/look-requests/{}/approve", asked.id()), json!({ "hours": 1 })).await.expect(200);
        let seen = w.manager.post(&details, look.clone()).await;
        assert_eq!(seen.expect(200).text("name"), "田小满");
        // It is for the delivery, and not for the record.
        reveal(&w.manager, &child).await.refused(404, "not_found");
        let last = w.published(json!({})).await;
        let adult = w.claimed(&last, 1).await;
        app.state.clock.advance(3600);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        manager.post(&details, look).await.refused(403, "approval_required");
        manager.post(&format!("/claims/{adult}/look-requests"), wanted()).await.refused(409, "approval_not_needed");
    }
}

on_both! {
    async fn a_child_is_not_made_older_to_be_seen(app) {
        let w = World::new(app).await;
        let child = child(&w.collector, &w.village).await;
        let path = format!("/beneficiaries/{child}");
        for change in [json!({ "birth_date": null }), json!({ "birth_date": "2000-01-01" })] {
            w.collector.change(Method::PATCH, &path, "*", change).await.refused(403, "approval_required");
        }
        w.collector.change(Method::PATCH, &path, "*", json!({ "birth_date": "2016-05-01" })).await.expect(200);
        w.collector.change(Method::PATCH, &path, "*", json!({ "address": "何家坪村二组" })).await.expect(200);
        reveal(&w.collector, &child).await.refused(403, "approval_required");
        // Of an adult nobody asks; on the fourteenth birthday nobody needs to any more.
        let adult = format!("/beneficiaries/{}/look-requests", w.resident);
        w.collector.post(&adult, wanted()).await.refused(409, "approval_not_needed");
        reveal(&w.collector, &w.resident).await.expect(200);
        let grown = json!({ "birth_date": "2012-11-21" });
        w.collector.change(Method::PATCH, &path, "*", grown).await.expect(200);
        reveal(&w.collector, &child).await.refused(403, "approval_required");
        app.state.clock.advance(16 * 3600);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        reveal(&collector, &child).await.expect(200);
    }
}
