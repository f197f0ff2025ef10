//! A claimant's record: facts counted from the claims, for those who act for it and who coordinate above it.

use serde_json::json;
use tests::{
    on_both,
    world::{PASSWORD, World},
};

on_both! {
    async fn what_became_of_each_claim_is_counted_once(app) {
        let w = World::new(app).await;
        let record = format!("/claimants/{}/record", w.team_claimant);
        let told = async |name: &str| app.public().sign_in(name, PASSWORD).await.get(&record).await.expect(200).body.clone();
        let half = w.published(json!({ "quantity": 2 })).await;
        // One is fulfilled and rated, one given back, one declined, one runs over its time, one is in hand.
        let lit = w.published(json!({})).await;
        let claim = w.delivered(&lit, 1).await;
        assert_eq!(told("manager").await["open"], 1, "brought, and not confirmed yet");
        let word = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        w.coordinator.post(&format!("/wishes/{lit}/feedback"), json!({ "satisfaction": 4 })).await.expect(201);
        let wish = w.published(json!({})).await;
        let released = w.claimed(&wish, 1).await;
        w.manager.post(&format!("/claims/{released}/release"), json!({ "reason": "买不到" })).await.expect(200);
        let dispatch = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let declined = w.coordinator.post(&format!("/wishes/{wish}/dispatches"), dispatch).await.expect(201).id();
        w.manager.post(&format!("/claims/{declined}/decline"), json!({ "reason": "没空" })).await.expect(200);
        w.claimed(&wish, 1).await;
        assert_eq!(app.pass_days(4).await.lapsed, 1);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let again = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        manager.post(&format!("/wishes/{wish}/claims"), again).await.expect(201);
        let mut seen = told("manager").await;
        let as_of = seen["as_of"].take();
        assert!(as_of.is_string());
        let satisfaction = json!({ "asked": 1, "answered": 1, "average": 4.0, "satisfied": 1 });
        assert_eq!(seen, json!({
            "claimant_id": w.team_claimant, "display_name": "村志愿队", "as_of": null, "open": 1, "confirmed": 1,
            "released": 1, "lapsed": 1, "declined": 1, "taken_back": 0, "value_fen": 9900, "hours": 1.5,
            "served": { "came": 0, "no_shows": 0, "unmarked": 0, "hours": 0.0 }, "satisfaction": satisfaction,
            "by_others": { "wishes": 1, "hours": 1.5, "value_fen": 9900, "call": 1, "witness": 0, "code": 0 },
        }));
        // Of a time: what ended then, by the days of China. What is in hand is so now.
        let auditor = app.public().sign_in("auditor", PASSWORD).await;
        let of = async |days: &str| auditor.get(&format!("{record}?{days}")).await.expect(200).body.clone();
        let first = of("from=2026-11-20&to=2026-11-20").await;
        assert_eq!((&first["confirmed"], &first["released"], &first["lapsed"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!((&first["open"], &first["from"], &first["to"]), (&json!(1), &json!("2026-11-20"), &json!("2026-11-20")));
        let since = of("from=2026-11-21").await;
        assert_eq!((&since["confirmed"], &since["lapsed"], &since["by_others"]["wishes"]), (&json!(0), &json!(1), &json!(0)));
        assert_eq!((&since["hours"], &since["satisfaction"]["answered"]), (&json!(0.0), &json!(0)));
        let odd = auditor.get(&format!("{record}?from=2026-11-21&to=2026-11-20")).await;
        assert_eq!(odd.refused(422, "invalid").faults(), [("to".to_owned(), "out_of_range".to_owned())]);
        assert_eq!(told("county").await["lapsed"], 1, "who coordinates above");
        // Of a wish that is not whole yet nobody asks the resident how it was.
        let share = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let share = manager.post(&format!("/wishes/{half}/claims"), share).await.expect(201).id();
        manager.post(&format!("/claims/{share}/deliveries"), json!({ "hours": 0.5 })).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        let coordinator = app.public().sign_in("coordinator", PASSWORD).await;
        coordinator.post(&format!("/claims/{share}/confirmation"), word).await.expect(201);
        let seen = told("manager").await;
        assert_eq!((&seen["confirmed"], &seen["hours"], &seen["satisfaction"]["asked"]), (&json!(2), &json!(2.0), &json!(1)));
        // A wish that came back says nothing good of anybody any more.
        let trouble = json!({ "claim_id": claim, "reason": "does_not_work", "note": "不响", "take_back": true });
        coordinator.post(&format!("/wishes/{lit}/reopen"), trouble).await.expect(200);
        let seen = told("manager").await;
        assert_eq!((&seen["confirmed"], &seen["taken_back"], &seen["satisfaction"]["answered"]), (&json!(1), &json!(1), &json!(0)));
        assert_eq!((&seen["value_fen"], &seen["hours"], &seen["satisfaction"]["asked"]), (&json!(0), &json!(0.5), &json!(0)));
        app.public().sign_in("school", PASSWORD).await.get(&record).await.refused(404, "not_found");
        app.public().sign_in("collector", PASSWORD).await.get(&record).await.refused(403, "forbidden");
    }
}
