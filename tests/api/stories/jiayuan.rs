//! 甲院社区, 2022: an emergency call for 53 households goes to 34 branches and 2 teams at once; a plan leaves nobody out and
//! overloads nobody, and each pair goes on.

use super::{confirmed, member, resident};
use domain::organisation::Level;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{
    on_both,
    world::{PASSWORD, claimant, found, organisation},
};

on_both! {
    async fn fifty_three_households_are_called_for_planned_taken_and_served(app) {
        let area = found(app, "甲院片区", Level::County, "root").await;
        let admin = app.public().sign_in("root", PASSWORD).await;
        let community = organisation(&admin, &area, "甲院社区", "village", "community", None).await;
        let headquarters = organisation(&admin, &area, "省公安机关", "unit", "agency", None).await;
        let grid = member(app, &admin, &community, "网格员毕", "collector").await;
        let coordinator = member(app, &admin, &area, "协调员汪", "coordinator").await;
        let manager = member(app, &admin, &headquarters, "机关党委", "manager").await;
        let mut hands = Vec::new();
        for n in 0..36 {
            let name = if n < 34 { format!("第{n}党支部") } else { format!("第{n}志愿队") };
            hands.push(claimant(&admin, &headquarters, &name).await);
        }
        // Each household has the same basics to come; the fifth of them also something of its own.
        let mut wishes = Vec::new();
        let mut residents = Vec::new();
        for n in 0..53 {
            let of = resident(&grid, &community, "邱某", "1950-02-01", None).await;
            for title in ["年前的米面油、鸡蛋水果和对联", "想把屋子扫一扫"].iter().take(1 + usize::from(n % 5 == 0)) {
                let wish = json!({
                    "beneficiary_id": of, "organisation_id": community, "title": title, "public_summary": "年前想备齐，也想有人来坐坐。",
                    "category": "thing", "quantity": 1, "unit": "item", "channel": "home_visit", "told_by": "staff",
                });
                let id = grid.post("/wishes", wish).await.expect(201).id();
                grid.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
                wishes.push(id);
            }
            residents.push(of);
        }
        let call = json!({
            "organisation_id": area, "title": "春节前，一户不落", "due_at": "2026-11-27T10:00:00Z", "wish_ids": wishes, "publish_submitted": true,
            "circles": [{ "organisation_id": headquarters, "whom": "units" }],
        });
        let call = coordinator.post("/emergency-calls", call).await;
        let path = format!("/emergency-calls/{}", call.expect(201).id());
        assert_eq!((&call.body["report"]["households"], &call.body["report"]["nobody"]), (&json!(53), &json!(53)));

        let plan = json!({ "organisation_id": area, "title": "春节前，一户不落", "wish_ids": wishes, "claimant_ids": hands, "whole_households": true, "balance": "even" });
        let plan = coordinator.post("/plans", plan).await;
        assert_eq!(plan.expect(201).body["households_covered"], 53, "nobody is left: {:#}", plan.body);
        let loads: Vec<i64> = plan.body["claimants"].as_array().unwrap().iter().map(|one| one["load"].as_i64().unwrap()).collect();
        assert!(loads.len() == 36 && loads.iter().all(|load| [1, 2].contains(load)), "nobody is overloaded: {loads:?}");
        coordinator.post(&format!("/plans/{}/send", plan.id()), json!({})).await.expect(200);
        assert_eq!(coordinator.get(&path).await.expect(200).body["report"]["asked"], 53);

        // All say yes; what each brings is reported for its households at once, and each confirms.
        let mut of: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut next = "/claims?limit=100&mine=true&status=proposed".to_owned();
        loop {
            let page = manager.get(&next).await;
            for claim in page.expect(200).items() {
                let id = claim["id"].as_str().unwrap().to_owned();
                of.entry(claim["claimant"]["id"].as_str().unwrap().to_owned()).or_default().push(id);
            }
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            next = format!("/claims?limit=100&mine=true&status=proposed&cursor={cursor}");
        }
        assert_eq!(of.len(), 36);
        for id in of.values().flatten() {
            manager.post(&format!("/claims/{id}/accept"), json!({})).await.expect(200);
        }
        assert_eq!(coordinator.get(&path).await.expect(200).body["report"]["claimed"], 53);
        for ids in of.values() {
            let to: Vec<Value> = ids.iter().map(|id| json!({ "claim_id": id })).collect();
            let basics = json!([{ "name": "米面油", "quantity": ids.len(), "value_fen": 18_000 }, { "name": "对联", "quantity": ids.len() }]);
            manager.post("/deliveries", json!({ "items": basics, "claims": to })).await.expect(201);
        }
        for id in of.values().flatten() {
            confirmed(&grid, id).await;
        }
        let end = coordinator.get(&path).await.expect(200).body["report"].clone();
        assert_eq!((&end["served"], &end["fulfilled"]), (&json!(53), &json!(wishes.len())));

        // The pair exchanges contacts, notes how things stand, and goes on.
        let tie = json!({ "beneficiary_id": residents[0], "claimant_id": hands[0], "rhythm": { "every": 1, "unit": "month" }, "note": "过年那天就聊上了" });
        let pair = coordinator.post("/pairings", tie).await.expect(201).id();
        manager.post(&format!("/pairings/{pair}/accept"), json!({})).await.expect(200);
        let contact = manager.post(&format!("/pairings/{pair}/delivery-details"), json!({ "purpose": "visit" })).await;
        assert_eq!(contact.expect(200).text("phone"), "07005550100");
        let noted = json!({ "visited_on": "2026-11-20", "income": "低保", "health": "血压高", "treatment": "吃药", "benefits": "高龄津贴没办" });
        manager.post(&format!("/pairings/{pair}/visits"), noted).await.expect(201);
        app.assert_sound().await;
    }
}
