//! "Who saw me": every recorded look, and no other.

use serde_json::{Value, json};
use tests::{on_both, world::World};

on_both! {
    async fn every_look_is_told_with_who_when_and_why(app) {
        let w = World::new(app).await;
        let path = format!("/beneficiaries/{}", w.resident);
        let look = async |purpose: &str| {
            w.collector.post(&format!("{path}/reveal"), json!({ "purpose": purpose })).await.expect(200);
        };
        look("visit").await;
        app.state.clock.advance(60);
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        let purpose = json!({ "purpose": "contact" });
        w.manager.post(&format!("/claims/{claim}/delivery-details"), purpose).await.expect(200);
        app.state.clock.advance(60);
        look("follow_up").await;
        // Masked reads are no looks.
        w.auditor.get(&path).await.expect(200);

        let told = w.auditor.get(&format!("{path}/disclosures")).await;
        let column = |name: &str| -> Vec<Value> { told.items().iter().map(|one| one[name].clone()).collect() };
        assert_eq!(column("purpose"), ["follow_up", "contact", "visit"], "{:#}", told.body);
        assert_eq!(column("scope"), ["full", "delivery", "full"]);
        assert_eq!(column("claimant"), [json!(null), json!("村志愿队"), json!(null)]);
        let by: Vec<Value> = told.items().iter().map(|one| one["by"]["display_name"].clone()).collect();
        assert_eq!(by, ["collector", "manager", "collector"]);
        let at: Vec<Value> = told.items().iter().map(|one| one["organisation"]["name"].clone()).collect();
        assert_eq!(at, ["何家坪村", "村志愿队", "何家坪村"]);
        let mut seen = Vec::new();
        let mut next = format!("{path}/disclosures?limit=1");
        while seen.len() < 5 {
            let page = w.collector.get(&next).await;
            seen.extend(page.expect(200).items().into_iter().map(|one| one["purpose"].clone()));
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            next = format!("{path}/disclosures?limit=1&cursor={cursor}");
        }
        assert_eq!(seen, column("purpose"));
        w.manager.get(&format!("{path}/disclosures")).await.refused(404, "not_found");
        w.stranger.get(&format!("{path}/disclosures")).await.refused(404, "not_found");
        app.public().get(&format!("{path}/disclosures")).await.refused(401, "unauthenticated");
    }
}
