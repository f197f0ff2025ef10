//! The wall in figures: true, public, and counted once for all who come within a few seconds.

use serde_json::json;
use tests::{on_both, world::World};

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
