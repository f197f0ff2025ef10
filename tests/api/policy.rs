//! Time rules: each change is dated, what is inherited names its source, and a wish keeps what it was given.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{client::Client, on_both, world::World};

async fn set(w: &World, at: &str, rules: Value) {
    w.admin.change(Method::PUT, &format!("/organisations/{at}/policy"), "*", rules).await.expect(200);
}

async fn due(by: &Client, wish: &str) -> String {
    by.get(&format!("/wishes/{wish}")).await.expect(200).text("due_at")[..10].to_owned()
}

on_both! {
    async fn every_change_is_dated_and_what_is_inherited_names_its_source(app) {
        let w = World::new(app).await;
        set(&w, &w.county, json!({ "open_days": 9, "contact_days": 2 })).await;
        set(&w, &w.village, json!({ "open_days": 5 })).await;
        set(&w, &w.village, json!({ "open_days": 6, "review_days": 2 })).await;
        let path = format!("/organisations/{}/policy", w.village);
        let rules = w.collector.get(&path).await;
        let set_by = &rules.expect(200).body["set_by"];
        assert_eq!(set_by["open_days"]["name"], "何家坪村");
        assert_eq!(set_by["contact_days"]["name"], "青禾县");
        assert_eq!(set_by["wall_households"]["name"], "清河市");
        assert!(set_by["delivery_days"].is_null(), "nobody set it");
        let changes = w.auditor.get(&format!("{path}/changes")).await;
        let items = changes.expect(200).items();
        let told: Vec<_> = items.iter().map(|one| (one["own"].clone(), one["by"]["display_name"].clone())).collect();
        assert_eq!(told, [
            (json!({ "open_days": 6, "review_days": 2 }), json!("admin")),
            (json!({ "open_days": 5 }), json!("admin")),
        ]);
        let first = w.auditor.get(&format!("{path}/changes?limit=1")).await;
        let next = first.text("next_cursor");
        assert_eq!(w.auditor.get(&format!("{path}/changes?limit=1&cursor={next}")).await.items()[0]["own"], json!({ "open_days": 5 }));
        w.stranger.get(&format!("{path}/changes")).await.refused(404, "not_found");
        // A superior that is renamed, or sets something, is another answer to the same question.
        let tag = rules.header("etag");
        set(&w, &w.county, json!({ "contact_days": 3 })).await;
        assert_ne!(w.collector.get(&path).await.header("etag"), tag);
        // What is refused is no change.
        w.admin.change(Method::PUT, &path, "*", json!({ "open_days": 0 })).await.refused(422, "invalid");
        assert_eq!(w.auditor.get(&format!("{path}/changes")).await.items().len(), 2);
    }
}

on_both! {
    async fn a_wish_keeps_the_rules_that_it_was_given_until_it_moves(app) {
        let w = World::new(app).await;
        // Friday, 20 November 2026. Under the product's own rules: 12 days on the wall, 10 to deliver, 3 to confirm.
        let waits = w.submitted(json!({})).await;
        let open = w.published(json!({ "quantity": 2 })).await;
        let before = (due(&w.coordinator, &waits).await, due(&w.coordinator, &open).await);
        assert_eq!((before.0.as_str(), before.1.as_str()), ("2026-11-25", "2026-12-08"));
        let short = json!({ "review_days": 1, "open_days": 2, "contact_days": 1, "delivery_days": 2, "confirm_days": 1, "escalation_days": 1 });
        set(&w, &w.village, short.clone()).await;
        set(&w, &w.township, short).await;
        assert_eq!((due(&w.coordinator, &waits).await, due(&w.coordinator, &open).await), before, "what was told stays");
        // And each later step goes by what was given, too.
        w.publish(&waits, json!({})).await;
        assert_eq!(due(&w.coordinator, &waits).await, "2026-12-08");
        let claim = w.claimed(&waits, 1).await;
        assert_eq!(&w.manager.get(&format!("/claims/{claim}")).await.text("deliver_by")[..10], "2026-12-04");
        assert_eq!(due(&w.coordinator, &waits).await, "2026-12-04");
        w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 1.0 })).await.expect(201);
        assert_eq!(due(&w.coordinator, &waits).await, "2026-11-25");
        // A new one has the new rules.
        let new = w.published(json!({})).await;
        assert_eq!(due(&w.coordinator, &new).await, "2026-11-24");
        // A wish that moves has those of whom it comes to; one that is sent back has its own.
        let up = async |wish: &str| w.coordinator.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "办不成" })).await.expect(201).id();
        let hop = up(&open).await;
        assert_eq!(due(&w.coordinator, &open).await, "2026-11-23", "the township answers under its own rules");
        w.township_coordinator.post(&format!("/escalations/{hop}/return"), json!({ "instruction": "再找找" })).await.expect(200);
        assert_eq!(due(&w.coordinator, &open).await, "2026-12-08");
        let hop = up(&open).await;
        w.township_coordinator.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
        assert_eq!(due(&w.coordinator, &open).await, "2026-11-24");
        set(&w, &w.township, json!({ "open_days": 20 })).await;
        let claim = w.claimed(&open, 1).await;
        assert_eq!(&w.manager.get(&format!("/claims/{claim}")).await.text("deliver_by")[..10], "2026-11-24");
    }
}
