//! The wall in figures: true, public, and counted once for all who come within a few seconds.

use reqwest::Method;
use serde_json::json;
use tests::{on_both, world::World};

on_both! {
    async fn who_holds_a_wish_is_known_to_its_own_staff_alone(app) {
        let w = World::new(app).await;
        w.published(json!({})).await;
        let public = app.public();
        let path = format!("/wishes?holder_id={}", w.village);
        for (who, sees) in [
            (&public, 0), (&w.stranger, 0), (&w.manager, 0), (&w.school_manager, 0),
            (&w.collector, 1), (&w.coordinator, 1), (&w.county_coordinator, 1),
        ] {
            assert_eq!(who.get(&path).await.expect(200).items().len(), sees);
        }
    }
}

on_both! {
    async fn the_wall_tells_what_stands_on_it(app) {
        let w = World::new(app).await;
        let public = app.public();
        let figures = async || {
            let figures = public.get("/statistics/public").await;
            figures.expect(200);
            ["published", "open", "fulfilled", "claimants"].map(|name| figures.body[name].as_i64().unwrap())
        };
        assert_eq!(figures().await, [0, 0, 0, 0]);

        w.submitted(json!({})).await;
        w.published(json!({})).await;
        let met = w.published(json!({})).await;
        let claim = w.delivered(&met, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        assert_eq!(figures().await, [0, 0, 0, 0], "counted a moment ago");

        app.state.clock.advance(10);
        assert_eq!(figures().await, [2, 1, 1, 1]);
        let categories = public.get("/categories").await.expect(200).items();
        let open: i64 = categories.iter().map(|category| category["open"].as_i64().unwrap()).sum();
        assert_eq!(open, 1);
    }
}

on_both! {
    async fn what_is_taken_off_the_wall_is_not_counted(app) {
        let w = World::new(app).await;
        let open = async || {
            app.state.clock.advance(10);
            app.public().get("/statistics/public").await.expect(200).body["open"].clone()
        };
        let resident = tests::world::resident(&w.collector, &w.village).await;
        w.published(json!({ "beneficiary_id": resident })).await;
        assert_eq!(open().await, 1);
        let path = format!("/beneficiaries/{resident}");
        let held = w.collector.get(&path).await.expect(200).body["consents"].as_array().unwrap().clone();
        let given = held.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap();
        w.collector.post(&format!("{path}/consents/{given}/withdraw"), json!({})).await.expect(200);
        assert_eq!(open().await, 0);
    }
}

on_both! {
    async fn a_new_name_stands_beside_every_wish_at_once(app) {
        let w = World::new(app).await;
        w.published(json!({})).await;
        let shown = async |name: &str| w.coordinator.get("/wishes?limit=100").await.expect(200).body.to_string().contains(name);
        assert!(shown("何家坪村").await);
        let path = format!("/organisations/{}", w.village);
        w.admin.change(Method::PATCH, &path, "*", json!({ "name": "桃花坪村" })).await.expect(200);
        assert!(shown("桃花坪村").await && !shown("何家坪村").await);
    }
}
