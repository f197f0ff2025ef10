//! Suggestions: what fits comes first, with its reasons, and within what may be claimed.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{World, claimant, resident},
};

async fn of_claimant(by: &Client, id: &str) -> (i64, Vec<Value>) {
    let found = by.get(&format!("/claimants/{id}/suggestions")).await;
    (found.expect(200).body["room"].as_i64().unwrap(), found.items())
}

fn codes(one: &Value) -> Vec<&str> {
    one["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect()
}

on_both! {
    async fn what_fits_comes_first_and_says_why(app) {
        let w = World::new(app).await;
        let plain = w.published(json!({ "title": "想要一床被子" })).await;
        let light = w.published(json!({ "title": "走廊的灯坏了", "category": "skill", "skill": "电工", "unit": "visit" })).await;
        let doctor = w.published(json!({ "title": "想量量血压", "category": "health", "skill": "护士" })).await;
        let profile = json!({ "skills": [" 电工 "], "categories": ["skill"], "region_codes": ["990102"] });
        w.admin.change(Method::PATCH, &format!("/claimants/{}", w.team_claimant), "*", profile).await.expect(200);
        let (room, items) = of_claimant(&w.manager, &w.team_claimant).await;
        assert_eq!((room, items.len()), (100, 2), "without what needs another skill: {items:#?}");
        assert_eq!((&items[0]["wish_id"], &items[1]["wish_id"]), (&json!(light), &json!(plain)));
        let why = codes(&items[0]);
        for code in ["skill_match", "takes_kind", "same_place", "in_region", "never_reached"] {
            assert!(why.contains(&code), "{code}: {why:?}");
        }
        assert!(codes(&items[1]).contains(&"other_kind"));

        // The school is outside the village's audience.
        assert!(of_claimant(&w.school_manager, &w.school_claimant).await.1.is_empty());
        // What it holds is not suggested, and nothing is once its hands are full.
        w.claimed(&plain, 1).await;
        let (room, items) = of_claimant(&w.manager, &w.team_claimant).await;
        assert_eq!((room, items.len()), (99, 1));
        w.admin.change(Method::PATCH, &format!("/claimants/{}", w.team_claimant), "*", json!({ "capacity": 1 })).await.expect(200);
        assert_eq!(of_claimant(&w.manager, &w.team_claimant).await, (0, vec![]));

        let nurse = claimant(&w.admin, &w.team, "护士小队").await;
        w.admin.change(Method::PATCH, &format!("/claimants/{nurse}"), "*", json!({ "skills": ["护士"] })).await.expect(200);
        let found = w.coordinator.get(&format!("/wishes/{doctor}/suggestions")).await;
        let found = found.expect(200).items();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((&found[0]["claimant"]["id"], &found[0]["room"]), (&json!(nurse), &json!(100)));
        assert!(codes(&found[0]).contains(&"skill_match") && codes(&found[0]).contains(&"free_hands"));
        let seen = w.coordinator.get(&format!("/wishes/{doctor}")).await;
        assert_eq!(seen.expect(200).body["skill"], "护士");
        assert!(app.public().get(&format!("/wishes/{doctor}")).await.body["skill"].is_null(), "for staff alone");
        w.manager.get(&format!("/claimants/{}/suggestions?limit=51", w.team_claimant)).await.refused(422, "invalid");
    }
}

on_both! {
    async fn who_was_never_reached_comes_before_who_was(app) {
        let w = World::new(app).await;
        let helped = w.published(json!({ "title": "想要一把椅子" })).await;
        let claim = w.delivered(&helped, 1).await;
        w.collector.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        let again = w.published(json!({ "title": "想要一张桌子" })).await;
        let other = resident(&w.collector, &w.village).await;
        let first = w.published(json!({ "title": "想要一盏灯", "beneficiary_id": other })).await;
        let (_, items) = of_claimant(&w.manager, &w.team_claimant).await;
        assert_eq!([&items[0]["wish_id"], &items[1]["wish_id"]], [&json!(first), &json!(again)]);
        assert!(codes(&items[0]).contains(&"never_reached") && !codes(&items[1]).contains(&"never_reached"));
        assert!(codes(&items[1]).contains(&"done_before"));
    }
}
