//! Spot checks: of the fulfilled wishes so many are drawn as the organisation says, and only somebody who had no part
//! in one asks its resident again.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::{World, claimant},
};

async fn percent(w: &World, at: &str, percent: Option<u16>) -> Answer {
    let rules = json!({ "spot_check_percent": percent });
    w.admin.change(Method::PUT, &format!("/organisations/{at}/policy"), "*", rules).await
}

/// A fulfilled wish: the manager's unit brought it, the collector took the resident's word.
async fn fulfilled(w: &World) -> (String, String) {
    let wish = w.published(json!({})).await;
    let claim = w.delivered(&wish, 1).await;
    confirm(&w.collector, &claim).await.expect(201);
    (wish, claim)
}

async fn confirm(by: &Client, claim: &str) -> Answer {
    by.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await
}

async fn checks(w: &World, wish: &str) -> Vec<Value> {
    w.coordinator.get(&format!("/wishes/{wish}/spot-checks")).await.expect(200).items()
}

async fn answer(by: &Client, check: &Value, result: &str) -> Answer {
    let id = check["id"].as_str().unwrap();
    by.post(&format!("/spot-checks/{id}/answer"), json!({ "result": result })).await
}

async fn told(by: &Client, wish: &str) -> bool {
    let tasks = by.get("/me/tasks?kind=spot_check").await.expect(200).items();
    tasks.iter().any(|task| task["wish"]["id"] == wish)
}

async fn figures(w: &World) -> Value {
    w.auditor.get("/statistics").await.expect(200).body["spot_checks"].clone()
}

on_both! {
    async fn somebody_who_had_no_part_asks_again(app) {
        let w = World::new(app).await;
        percent(&w, &w.county, Some(100)).await.expect(200);
        let (wish, _) = fulfilled(&w).await;
        let [check] = checks(&w, &wish).await.try_into().unwrap();
        assert_eq!(check["status"], "drawn");
        assert_eq!(&check["due_at"].as_str().unwrap()[..10], "2026-12-04", "ten working days after Friday the 20th");
        assert!(told(&w.reviewer, &wish).await && told(&w.coordinator, &wish).await);
        assert!(!told(&w.collector, &wish).await, "who took the resident's word is not asked");
        assert!(!told(&w.manager, &wish).await);
        assert_eq!(figures(&w).await, json!({ "drawn": 1, "reached": 0, "as_reported": 0 }));

        answer(&w.collector, &check, "as_reported").await.refused(409, "had_part");
        answer(&w.manager, &check, "as_reported").await.refused(404, "not_found");
        answer(&w.reviewer, &check, "perhaps").await.refused(422, "invalid");
        assert_eq!(checks(&w, &wish).await, std::slice::from_ref(&check), "nothing changed");

        let said = answer(&w.reviewer, &check, "does_not_work").await;
        assert_eq!((&said.expect(200).body["status"], &said.body["result"]), (&json!("answered"), &json!("does_not_work")));
        answer(&w.coordinator, &check, "as_reported").await.refused(409, "spot_check_answered");
        assert!(!told(&w.coordinator, &wish).await);
        assert_eq!(figures(&w).await, json!({ "drawn": 1, "reached": 1, "as_reported": 0 }));

        let kinds = |answer: &Answer| -> Vec<String> {
            answer.items().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
        };
        let staff = kinds(&w.coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await);
        assert!(staff.contains(&"spot_check_drawn".into()) && staff.contains(&"spot_check_answered".into()));
        let public = kinds(&app.public().get(&format!("/wishes/{wish}/events?limit=100")).await);
        assert!(!public.iter().any(|kind| kind.starts_with("spot_check")), "{public:?}");
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_wish_that_is_reopened_is_asked_about_no_more_and_drawn_anew(app) {
        let w = World::new(app).await;
        percent(&w, &w.county, Some(100)).await.expect(200);
        let (wish, claim) = fulfilled(&w).await;
        let [check] = checks(&w, &wish).await.try_into().unwrap();
        let broken = json!({ "claim_id": claim, "reason": "does_not_work", "note": "没有声音" });
        w.coordinator.post(&format!("/wishes/{wish}/reopen"), broken).await.expect(200);
        let [dropped] = checks(&w, &wish).await.try_into().unwrap();
        assert_eq!((&dropped["status"], &dropped["due_at"]), (&json!("dropped"), &Value::Null));
        assert!(!told(&w.reviewer, &wish).await);
        answer(&w.reviewer, &check, "as_reported").await.refused(409, "spot_check_answered");
        assert_eq!(figures(&w).await["drawn"], 0);

        w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 0.5 })).await.expect(201);
        confirm(&w.coordinator, &claim).await.expect(201);
        let [_, anew] = checks(&w, &wish).await.try_into().unwrap();
        answer(&w.coordinator, &anew, "as_reported").await.refused(409, "had_part");
        answer(&w.collector, &anew, "as_reported").await.expect(200);
        assert_eq!(figures(&w).await, json!({ "drawn": 1, "reached": 1, "as_reported": 1 }));
        app.assert_sound().await;
    }
}

on_both! {
    async fn as_many_are_drawn_as_the_organisation_says_and_none_where_nobody_says(app) {
        let w = World::new(app).await;
        let (before, _) = fulfilled(&w).await;
        assert!(checks(&w, &before).await.is_empty());
        let wrong = percent(&w, &w.county, Some(101)).await;
        assert_eq!(wrong.refused(422, "invalid").faults()[0].0, "/spot_check_percent");
        percent(&w, &w.county, Some(100)).await.expect(200);
        percent(&w, &w.village, Some(0)).await.expect(200);
        let (own, _) = fulfilled(&w).await;
        assert!(checks(&w, &own).await.is_empty(), "the village's own rule goes before the county's");
        percent(&w, &w.village, None).await.expect(200);

        // Two shares: it is fulfilled, and drawn, with the second.
        let wish = w.published(json!({ "quantity": 2 })).await;
        let first = w.delivered(&wish, 1).await;
        let other = claimant(&w.admin, &w.team, "第二支队").await;
        let ask = json!({ "claimant_id": other, "quantity": 1 });
        let second = w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201).id();
        w.manager.post(&format!("/claims/{second}/deliveries"), json!({ "hours": 1.0 })).await.expect(201);
        confirm(&w.collector, &first).await.expect(201);
        assert!(checks(&w, &wish).await.is_empty());
        confirm(&w.reviewer, &second).await.expect(201);
        let [check] = checks(&w, &wish).await.try_into().unwrap();
        for by in [&w.collector, &w.reviewer] {
            answer(by, &check, "as_reported").await.refused(409, "had_part");
        }
        answer(&w.coordinator, &check, "not_reached").await.expect(200);
        assert_eq!(figures(&w).await, json!({ "drawn": 1, "reached": 0, "as_reported": 0 }));
    }
}
