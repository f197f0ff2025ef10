//! Splitting: parts of a wish for other holders, each a wish of its own, and nothing counted twice.

use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{World, claimant},
};

/// Taken by the township, which has two villages below it.
async fn at_the_township(w: &World, quantity: i64) -> String {
    let wish = w.published(json!({ "quantity": quantity, "estimated_cost_fen": 1_000 })).await;
    let hop = w
        .coordinator
        .post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "太多了" }))
        .await
        .expect(201)
        .id();
    w.township_coordinator.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
    wish
}

fn parts(of: &[(&str, i64)]) -> Value {
    let part = |(id, quantity): &(&str, i64)| json!({ "organisation_id": id, "quantity": quantity });
    json!({ "parts": of.iter().map(part).collect::<Vec<_>>() })
}

async fn bring(by: &Client, wish: &str, claimant: &str, quantity: i64, worth: i64) -> String {
    let claim = by
        .post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": claimant, "quantity": quantity }))
        .await
        .expect(201)
        .id();
    let items = json!([{ "name": "棉衣", "quantity": quantity, "value_fen": worth }]);
    by.post(&format!("/claims/{claim}/deliveries"), json!({ "items": items })).await.expect(201);
    claim
}

on_both! {
    async fn each_part_is_a_wish_of_its_own_and_figures_count_once(app) {
        let w = World::new(app).await;
        let wish = at_the_township(&w, 10).await;
        let path = format!("/wishes/{wish}");
        let first = bring(&w.manager, &wish, &w.team_claimant, 2, 200).await;
        let rest = w.township_coordinator.post(&format!("{path}/split"), parts(&[(&w.village, 3), (&w.other_village, 4)])).await;
        let rest = &rest.expect(200).body;
        assert_eq!((&rest["quantity"], &rest["remaining"], &rest["estimated_cost_fen"]), (&json!(3), &json!(1), &json!(300)));
        let made: Vec<(Value, Value, Value)> = rest["parts"].as_array().unwrap().iter().map(|one| (one["holder"]["id"].clone(), one["quantity"].clone(), one["status"].clone())).collect();
        assert_eq!(made, [(json!(w.village), json!(3), json!("open")), (json!(w.other_village), json!(4), json!("open"))]);
        let ids: Vec<String> = rest["parts"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        let part = w.coordinator.get(&format!("/wishes/{}", ids[0])).await;
        let part = &part.expect(200).body;
        assert_eq!((&part["split_from"], &part["holder"]["id"], &part["origin"]["id"], &part["details"]), (&json!(wish), &json!(w.village), &json!(w.village), &json!("按键要大")));
        assert_eq!((&part["status"], &part["quantity"], &part["estimated_cost_fen"], &part["due_at"].as_str().unwrap()[..10]), (&json!("open"), &json!(3), &json!(300), "2026-12-08"));
        assert_eq!(app.public().get(&format!("/wishes/{}", ids[1])).await.body["quantity"], 4, "on the wall like the rest");
        let events = w.coordinator.get(&format!("/wishes/{}/events?limit=100", ids[0])).await.items();
        assert_eq!((events.len(), &events[0]["kind"], &events[0]["number"]), (1, &json!("wish_split_off"), &json!(1)));
        // A card of its own.
        let card = w.coordinator.post(&format!("/wishes/{}/card", ids[0]), json!({})).await.expect(201).text("code");
        let second = bring(&w.manager, &ids[0], &w.team_claimant, 3, 300).await;
        let word = json!({ "accepted": true, "method": "code", "code": card });
        w.manager.post(&format!("/claims/{second}/confirmation"), word).await.expect(201);
        assert_eq!(w.coordinator.get(&format!("/wishes/{}", ids[0])).await.body["status"], "fulfilled");
        // One wish was collected, whatever became of it; it is fulfilled when all of it is.
        let figures = async || w.admin.get(&format!("/statistics?organisation_id={}", w.city)).await.expect(200).body.clone();
        let now = figures().await;
        assert_eq!((&now["collected"], &now["fulfilled"], &now["amount_fen"], &now["beneficiaries"]), (&json!(1), &json!(0), &json!(500), &json!(1)));
        let more = claimant(&w.admin, &w.team, "第二队").await;
        let third = bring(&w.manager, &wish, &more, 1, 100).await;
        for claim in [&first, &third] {
            w.coordinator.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        }
        assert_eq!(w.coordinator.get(&path).await.body["status"], "fulfilled");
        let now = figures().await;
        assert_eq!((&now["collected"], &now["fulfilled"], &now["open"]), (&json!(1), &json!(0), &json!(1)), "a part is under way");
        let kept = async || {
            app.pass_days(0).await;
            let board = w.admin.get(&format!("/organisations/{}/figures", w.city)).await.expect(200).body.clone();
            board["figures"][0]["parts"][0]["part"].clone()
        };
        assert_eq!(kept().await, "open", "nor in the sums that are kept");
        let end = json!({ "reason": "已由别处解决", "outcome": "已告知" });
        w.admin.post(&format!("/wishes/{}/withdraw", ids[1]), end).await.expect(200);
        let now = figures().await;
        assert_eq!((&now["collected"], &now["fulfilled"], &now["open"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!(kept().await, "fulfilled");
        let rows = format!("/wishes?origin_id={}&from=2026-11&to=2026-11&status=open,fulfilled,withdrawn", w.city);
        assert_eq!(w.admin.get(&rows).await.items().len(), 1, "nor among the rows behind a figure");
        for breakdown in ["by_category", "by_level", "by_month"] {
            let rows = now[breakdown].as_array().unwrap();
            let sum = |name: &str| rows.iter().map(|row| row[name].as_i64().unwrap()).sum::<i64>();
            assert_eq!((sum("collected"), sum("fulfilled")), (1, 1), "{breakdown}: {rows:?}");
        }
    }
}

on_both! {
    async fn a_part_of_a_part_is_of_the_first_and_consent_holds_for_all(app) {
        let w = World::new(app).await;
        let wish = at_the_township(&w, 10).await;
        let split = w.township_coordinator.post(&format!("/wishes/{wish}/split"), parts(&[(&w.village, 5)])).await;
        let part = split.expect(200).body["parts"][0]["id"].as_str().unwrap().to_owned();
        let again = w.coordinator.post(&format!("/wishes/{part}/split"), parts(&[(&w.team, 2)])).await;
        assert!(again.expect(200).body.get("parts").is_none(), "the first names them all");
        let whole = w.township_coordinator.get(&format!("/wishes/{wish}")).await;
        let quantities: Vec<i64> = whole.body["parts"].as_array().unwrap().iter().map(|one| one["quantity"].as_i64().unwrap()).collect();
        assert_eq!((whole.body["quantity"].as_i64(), quantities), (Some(5), vec![3, 2]), "ten in all");
        // The consent to publish ends: all of them leave the wall.
        let known = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await;
        let publish = known.body["consents"].as_array().unwrap().iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap().to_owned();
        w.collector.post(&format!("/beneficiaries/{}/consents/{publish}/withdraw", w.resident), json!({})).await.expect(200);
        for id in [&wish, &part] {
            app.public().get(&format!("/wishes/{id}")).await.refused(404, "not_found");
        }
    }
}

on_both! {
    async fn what_may_not_be_split_is_refused_and_nothing_changes(app) {
        let w = World::new(app).await;
        let wish = at_the_township(&w, 4).await;
        w.claimed(&wish, 1).await;
        let before = w.township_coordinator.get(&format!("/wishes/{wish}")).await.body;
        let refused = async |body: Value, status: u16, code: &str| {
            let answer = w.township_coordinator.post(&format!("/wishes/{wish}/split"), body).await;
            answer.refused(status, code).faults()
        };
        let fault = |pointer: &str, fault: &str| vec![(pointer.to_owned(), fault.to_owned())];
        assert_eq!(refused(parts(&[]), 422, "invalid").await, fault("/parts", "required"));
        assert_eq!(refused(parts(&[(&w.village, 0)]), 422, "invalid").await, fault("/parts/0/quantity", "out_of_range"));
        assert_eq!(refused(parts(&[(&w.village, 1), (&w.village, 1)]), 422, "invalid").await, fault("/parts/1/organisation_id", "duplicate"));
        // All that is free, more than that, and more than there are numbers.
        assert_eq!(refused(parts(&[(&w.village, 3)]), 409, "split_too_large").await, fault("/parts", "out_of_range"));
        refused(parts(&[(&w.village, 2), (&w.other_village, 1)]), 409, "split_too_large").await;
        refused(parts(&[(&w.village, i64::MAX), (&w.other_village, i64::MAX)]), 409, "split_too_large").await;
        for elsewhere in [&w.township, &w.county, &w.school, &w.other_root] {
            assert_eq!(refused(parts(&[(elsewhere, 1)]), 422, "invalid").await, fault("/parts/0/organisation_id", "unknown"));
        }
        w.coordinator.post(&format!("/wishes/{wish}/split"), parts(&[(&w.team, 1)])).await.refused(403, "forbidden");
        assert_eq!(w.township_coordinator.get(&format!("/wishes/{wish}")).await.body, before);
        let waits = w.submitted(json!({ "quantity": 4 })).await;
        w.coordinator.post(&format!("/wishes/{waits}/split"), parts(&[(&w.team, 1)])).await.refused(409, "wish_not_open");
        let asked = w.published(json!({ "quantity": 4 })).await;
        w.coordinator.post(&format!("/wishes/{asked}/escalations"), json!({ "reason": "办不成" })).await.expect(201);
        w.coordinator.post(&format!("/wishes/{asked}/split"), parts(&[(&w.team, 1)])).await.refused(409, "escalation_pending");
        let paused = w.published(json!({ "quantity": 4 })).await;
        w.coordinator.post(&format!("/wishes/{paused}/pause"), json!({ "reason": "住院", "until": "2026-12-04" })).await.expect(200);
        w.coordinator.post(&format!("/wishes/{paused}/split"), parts(&[(&w.team, 1)])).await.refused(409, "wrong_status");
    }
}
