//! 怀化市妇联, 2020: the list is alive, its categories are the federation's own, and sessions for one group of residents
//! are held with others.

use super::{confirmed, member, published, resident};
use domain::organisation::Level;
use serde_json::{Value, json};
use tests::{
    on_both,
    world::{PASSWORD, claimant, found, organisation},
};

on_both! {
    async fn the_list_is_alive_and_a_session_for_disabled_residents_is_held_with_others(app) {
        let city = found(app, "市妇联", Level::City, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let county = organisation(&admin, &city, "丙县妇联", "county", "federation", None).await;
        let village = organisation(&admin, &county, "王家村", "village", "community", None).await;
        let disabled = organisation(&admin, &city, "市残联", "city", "federation", None).await;
        let charity = organisation(&admin, &city, "市慈善总会", "city", "association", None).await;
        let collector = member(app, &admin, &village, "驻村工作队", "collector").await;
        let coordinator = member(app, &admin, &city, "市妇联吴", "coordinator").await;

        // What there is to choose from is the federation's own: one more than it began with, and none that it does not have.
        let aid = json!({ "code": "aid", "name_zh": "助一行", "sort": 90 });
        admin.post(&format!("/organisations/{city}/categories"), aid).await.expect(201);
        let wish = |of: &str, title: &str, category: &str| json!({
            "beneficiary_id": of, "organisation_id": village, "title": title, "public_summary": "出门不便，想要一样用得上的东西。",
            "category": category, "quantity": 1, "unit": "item", "channel": "home_visit",
        });
        let someone = resident(&collector, &village, "向某", "1970-02-01", None).await;
        collector.post("/wishes", wish(&someone, "想要一副拐杖", "nothing_such")).await.refused(422, "unknown_category");

        // 21 residents, 21 aids: in one session of three hosts, whose list is made by hand.
        let mut wishes = Vec::new();
        for n in 0..21 {
            let of = resident(&collector, &village, "向某", "1970-02-01", None).await;
            wishes.push(published(&collector, &coordinator, wish(&of, &format!("第{n}件辅具"), "aid"), &city).await);
        }
        let yard = published(&collector, &coordinator, wish(&someone, "院子想扫一扫", "yard"), &city).await;
        let new = json!({
            "organisation_id": city, "title": "助残日专场", "theme": "二十一件辅具，一件一件送到家。",
            "starts_on": "2026-11-20", "ends_on": "2026-12-20", "targets": { "wishes": 21 }, "host_ids": [disabled, charity],
        });
        let session = coordinator.post("/campaigns", new).await.expect(201).id();
        for host in [&disabled, &charity] {
            coordinator.post(&format!("/campaigns/{session}/hosts/{host}/accept"), json!({})).await.expect(200);
        }
        let placed = json!({ "wish_ids": wishes, "place": "in" });
        coordinator.post(&format!("/campaigns/{session}/wishes"), placed).await.expect(200);
        coordinator.post(&format!("/campaigns/{session}/open"), json!({})).await.expect(200);
        let public = app.public();
        let shown = public.get(&format!("/campaigns/{session}/public")).await.expect(200).body.clone();
        assert_eq!(shown["hosts"], json!(["市妇联", "市残联", "市慈善总会"]));
        let open = async |campaign: &str| {
            let list = public.get(&format!("/wishes?limit=100&status=open{campaign}")).await.expect(200).items();
            list.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let of_session = format!("&campaign_id={session}");
        assert_eq!(open(&of_session).await.len(), 21);
        assert!(open("").await.contains(&yard) && !open(&of_session).await.contains(&yard));

        let centre = organisation(&admin, &city, "市公共资源交易中心", "unit", "agency", None).await;
        let manager = member(app, &admin, &centre, "交易中心", "manager").await;
        let centre = claimant(&admin, &centre, "市公共资源交易中心").await;
        let items: Vec<Value> = wishes.iter().map(|id| json!({ "wish_id": id, "quantity": 1 })).collect();
        let claims = manager.post("/claims", json!({ "claimant_id": centre, "items": items })).await.expect(201).items();
        let ids: Vec<&str> = claims.iter().map(|claim| claim["id"].as_str().unwrap()).collect();
        let to: Vec<Value> = ids.iter().map(|id| json!({ "claim_id": id })).collect();
        let aids = json!({ "items": [{ "name": "辅具", "quantity": 21, "value_fen": 630_000 }], "claims": to });
        manager.post("/deliveries", aids).await.expect(201);
        for id in ids {
            confirmed(&collector, id).await;
        }
        // What is fulfilled leaves the list, what is raised joins it.
        assert!(open(&of_session).await.is_empty());
        let report = coordinator.get(&format!("/campaigns/{session}/report")).await.expect(200).body.clone();
        assert_eq!((&report["wishes"], &report["brought"]["value_fen"]), (&json!(21), &json!(630_000)), "{report:#}");
        let raised = published(&collector, &coordinator, wish(&someone, "想要一副拐杖", "aid"), &city).await;
        assert!(open("").await.contains(&raised));
        app.assert_sound().await;
    }
}
