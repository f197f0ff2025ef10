//! Packs: what is brought for several claims in one act comes out even, for all or for none.

use crate::stories::member;
use domain::organisation::Level;
use serde_json::{Value, json};
use tests::{
    on_both,
    world::{PASSWORD, World, child, claimant, found, organisation},
};

on_both! {
    /// 新晃县: fifty children of two schools, fifty packs, each for the child it was meant for.
    async fn fifty_packs_for_fifty_children(app) {
        let county = found(app, "新晃县", Level::County, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let reviewer = member(app, &admin, &county, "审核人", "reviewer").await;
        let mut wishes = Vec::new();
        for name in ["甲小学", "乙小学"] {
            let school = organisation(&admin, &county, name, "village", "school", None).await;
            let teacher = member(app, &admin, &school, &format!("{name}老师"), "collector").await;
            for _ in 0..25 {
                let of = child(&teacher, &school).await;
                let wish = json!({
                    "beneficiary_id": of, "organisation_id": school, "title": "想有一个开学礼包", "public_summary": "开学要用的文具。",
                    "category": "study", "quantity": 1, "unit": "item", "channel": "meeting",
                });
                let id = teacher.post("/wishes", wish).await.expect(201).id();
                teacher.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
                let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true, "audience_id": county });
                reviewer.post(&format!("/wishes/{id}/review"), review).await.expect(200);
                wishes.push(id);
            }
        }
        let unit = organisation(&admin, &county, "县某公司", "unit", "company", None).await;
        let manager = member(app, &admin, &unit, "公司经办", "manager").await;
        let company = claimant(&admin, &unit, "县某公司").await;
        let items: Vec<Value> = wishes.iter().map(|id| json!({ "wish_id": id, "quantity": 1 })).collect();
        let claimed = manager.post("/claims", json!({ "claimant_id": company, "items": items })).await;
        let claims: Vec<String> = claimed.expect(201).items().iter().map(|claim| claim["id"].as_str().unwrap().to_owned()).collect();

        let packs = |count: i64| {
            let to: Vec<Value> = claims.iter().map(|id| json!({ "claim_id": id })).collect();
            json!({ "items": [{ "name": "开学礼包", "quantity": count, "value_fen": 600_000 }], "hours": 12.5, "claims": to })
        };
        // "More than fifty children" and fifty packs do not agree: nothing is reported until they do.
        for count in [49, 51] {
            let refused = manager.post("/deliveries", packs(count)).await;
            let body = &refused.refused(422, "packs_do_not_match").body;
            assert_eq!(body["errors"][0]["pointer"], "/items/0/quantity");
        }
        let seen = manager.get(&format!("/claims/{}", claims[0])).await;
        assert_eq!(seen.body["status"], "active");
        let delivered = manager.post("/deliveries", packs(50)).await;
        assert!(delivered.expect(201).items().iter().all(|claim| claim["status"] == "delivered"));
        let one = &delivered.items()[49]["delivery"];
        assert_eq!(one["items"], json!([{ "name": "开学礼包", "quantity": 1, "value_fen": 12_000 }]));
        assert_eq!(one["hours"], 0.25);
        for claim in &claims {
            let word = json!({ "accepted": true, "method": "call" });
            admin.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        }
        let record = manager.get(&format!("/claimants/{company}/record")).await;
        assert_eq!((&record.body["confirmed"], &record.body["value_fen"], &record.body["hours"]), (&json!(50), &json!(600_000), &json!(12.5)));
        let figures = admin.get(&format!("/statistics?organisation_id={county}")).await;
        assert_eq!((&figures.body["fulfilled"], &figures.body["amount_fen"]), (&json!(50), &json!(600_000)));
    }
}

on_both! {
    async fn the_same_for_all_and_to_each_its_own_or_nothing_at_all(app) {
        let w = World::new(app).await;
        let (first, second) = (w.published(json!({})).await, w.published(json!({})).await);
        let (one, two) = (w.claimed(&first, 1).await, w.claimed(&second, 1).await);
        let rice = json!([{ "name": "大米", "quantity": 4, "value_fen": 9001 }]);
        let report = |claims: Value| json!({ "items": rice, "note": "春节走访", "claims": claims });
        let own = json!([{ "claim_id": one, "items": [{ "name": "收音机", "quantity": 1 }] }, { "claim_id": two }]);

        // One of the batch that cannot be is named, and nobody is delivered anything.
        let lost = "01990000-0000-7000-8000-000000000000";
        let refused = w.manager.post("/deliveries", report(json!([{ "claim_id": one }, { "claim_id": lost }]))).await;
        assert_eq!(refused.refused(404, "not_found").body["errors"][0]["pointer"], "/claims/1/claim_id");
        let bad = json!([{ "claim_id": one }, { "claim_id": two, "items": [{ "name": "", "quantity": 1 }] }]);
        let refused = w.manager.post("/deliveries", report(bad)).await;
        assert_eq!(refused.refused(422, "invalid").body["errors"][0]["pointer"], "/claims/1/items/0/name");
        w.school_manager.post("/deliveries", report(own.clone())).await.refused(404, "not_found");
        let empty = json!({ "claims": [{ "claim_id": one }] });
        assert_eq!(w.manager.post("/deliveries", empty).await.refused(422, "invalid").body["errors"][0]["pointer"], "/claims/0/items");
        assert_eq!(w.manager.get(&format!("/claims/{one}")).await.body["status"], "active");

        let done = w.manager.post("/deliveries", report(own.clone())).await;
        let items = |at: usize| done.items()[at]["delivery"]["items"].clone();
        assert_eq!(items(0), json!([{ "name": "大米", "quantity": 2, "value_fen": 4501 }, { "name": "收音机", "quantity": 1 }]));
        assert_eq!(items(1), json!([{ "name": "大米", "quantity": 2, "value_fen": 4500 }]));
        let again = w.manager.post("/deliveries", report(own)).await;
        assert_eq!(again.refused(409, "wrong_claim_status").body["errors"][0]["pointer"], "/claims/0/claim_id");
    }
}
