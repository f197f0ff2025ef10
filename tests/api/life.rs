//! A wish's whole life through the API, as the five people live it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    on_both,
    world::{PASSWORD, World},
};

on_both! {
    async fn from_the_first_word_to_lit(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({})).await;
        w.collector.post(&format!("/wishes/{wish}/review"), json!({ "decision": "publish" })).await
            .refused(403, "forbidden");
        app.public().get(&format!("/wishes/{wish}")).await.refused(404, "not_found");
        w.publish(&wish, json!({})).await;
        let public = app.public().get(&format!("/wishes/{wish}")).await;
        public.expect(200);
        assert_eq!(public.body["view"], "public");
        assert_eq!((&public.body["place"], &public.body["level"]), (&json!("桃坪镇"), &json!("village")));

        let claim = w.claimed(&wish, 1).await;
        let details = w.manager.post(&format!("/claims/{claim}/delivery-details"), json!({ "purpose": "contact" })).await;
        assert_eq!(details.expect(200).text("name"), "谢某某");
        w.manager.post(&format!("/claims/{claim}/contact"), json!({})).await.expect(200);
        let delivery = json!({ "note": "装好了", "items": [{ "name": "收音机", "quantity": 1, "value_fen": 9900 }] });
        w.manager.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
        w.manager.post(&format!("/claims/{claim}/delivery-details"), json!({ "purpose": "deliver" })).await
            .refused(409, "wrong_claim_status");

        let card = w.collector.post(&format!("/wishes/{wish}/card"), json!({})).await.expect(201).text("code");
        let wrong = if card == "000000" { "000001" } else { "000000" };
        let confirm = |code: &str| json!({ "accepted": true, "method": "code", "code": code });
        w.manager.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await
            .refused(409, "own_delivery");
        w.manager.post(&format!("/claims/{claim}/confirmation"), confirm(wrong)).await.refused(409, "wrong_code");
        w.manager.post(&format!("/claims/{claim}/confirmation"), confirm(&card)).await.expect(201);

        let rated = w.collector.post(&format!("/wishes/{wish}/feedback"), json!({ "satisfaction": 5 })).await;
        assert_eq!(rated.expect(201).body["status"], "fulfilled");
        let history = w.coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let kinds: Vec<Value> = history.items().iter().map(|event| event["kind"].clone()).collect();
        assert_eq!(kinds, [
            "wish_created", "wish_submitted", "wish_published", "wish_claimed", "delivery_details_revealed",
            "claim_contacted", "claim_delivered", "card_issued", "code_refused", "claim_confirmed", "feedback_given",
        ]);
        let numbers: Vec<Value> = history.items().iter().map(|event| event["number"].clone()).collect();
        assert_eq!(numbers, (1..=11).map(|n| json!(n)).collect::<Vec<_>>(), "no gap");
        let told = app.public().get(&format!("/wishes/{wish}/events")).await;
        assert!(told.items().iter().all(|event| event.get("actor").is_none()), "{:#}", told.body);
        assert_eq!(told.items().len(), 5);
    }
}

on_both! {
    async fn three_carry_one_wish_and_one_carries_three(app) {
        let w = World::new(app).await;
        let tv = w.published(json!({ "title": "想有一台电视", "quantity": 3 })).await;
        w.claimed(&tv, 2).await;
        let too_much = json!({ "claimant_id": w.school_claimant, "quantity": 2 });
        w.school_manager.post(&format!("/wishes/{tv}/claims"), too_much).await.refused(403, "outside_audience");

        let wishes = [w.published(json!({})).await, w.published(json!({})).await, w.published(json!({ "quantity": 2 })).await];
        let items = |last: i64| json!({ "claimant_id": w.team_claimant, "items": [
            { "wish_id": wishes[0], "quantity": 1 }, { "wish_id": wishes[1], "quantity": 1 },
            { "wish_id": wishes[2], "quantity": last },
        ]});
        let refused = w.manager.post("/claims", items(3)).await;
        refused.refused(409, "quantity_exceeds_remaining");
        assert_eq!(refused.faults(), [("/items/2/wish_id".to_owned(), "refused".to_owned())]);
        for wish in &wishes {
            let seen = app.public().get(&format!("/wishes/{wish}")).await;
            assert_eq!(seen.body["reserved"], 0, "all or nothing");
        }
        let made = w.manager.post("/claims", items(2)).await;
        assert_eq!(made.expect(201).items().len(), 3);
    }
}

on_both! {
    async fn a_dispatch_is_answered_and_a_share_given_back(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let dispatch = json!({ "claimant_id": w.team_claimant, "quantity": 1, "note": "请你们看看" });
        let first = w.coordinator.post(&format!("/wishes/{wish}/dispatches"), dispatch.clone()).await.expect(201).id();
        w.coordinator.post(&format!("/wishes/{wish}/dispatches"), dispatch.clone()).await
            .refused(409, "quantity_exceeds_remaining");
        w.manager.post(&format!("/claims/{first}/decline"), json!({ "reason": "人手不够" })).await.expect(200);
        let second = w.coordinator.post(&format!("/wishes/{wish}/dispatches"), dispatch).await.expect(201).id();
        w.manager.post(&format!("/claims/{second}/accept"), json!({})).await.expect(200);
        w.manager.post(&format!("/claims/{second}/accept"), json!({})).await.refused(409, "wrong_claim_status");
        w.manager.post(&format!("/claims/{second}/release"), json!({ "reason": "临时出差" })).await.expect(200);
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["status"], &seen.body["reserved"]), (&json!("open"), &json!(0)));
        let mine = w.manager.get("/claims?mine=true&status=declined,released").await;
        assert_eq!(mine.expect(200).items().len(), 2);
    }
}

on_both! {
    async fn what_one_level_cannot_do_goes_up_and_the_answer_comes_down(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "title": "想有一台电视，看看外面的世界" })).await;
        let up = async |by: &tests::client::Client, accept: &tests::client::Client, holder: &str| {
            let hop = by.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "村里凑不出" })).await.expect(201).id();
            by.post(&format!("/escalations/{hop}/accept"), json!({})).await.refused(403, "forbidden");
            accept.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
            let seen = w.collector.get(&format!("/wishes/{wish}")).await;
            assert_eq!(seen.body["holder"]["id"], holder);
        };
        let school = json!({ "claimant_id": w.school_claimant, "quantity": 1 });
        up(&w.coordinator, &w.township_coordinator, &w.township).await;
        w.school_manager.post(&format!("/wishes/{wish}/claims"), school.clone()).await.refused(403, "outside_audience");
        up(&w.township_coordinator, &w.county_coordinator, &w.county).await;
        let claim = w.school_manager.post(&format!("/wishes/{wish}/claims"), school).await.expect(201).id();
        let brought = json!({ "items": [{ "name": "电视机", "quantity": 1 }, { "name": "大米", "quantity": 2 }] });
        w.school_manager.post(&format!("/claims/{claim}/deliveries"), brought).await.expect(201);
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        let hops = w.coordinator.get(&format!("/escalations?wish_id={wish}")).await;
        assert!(hops.items().iter().all(|hop| hop["status"] == "resolved"), "{:#}", hops.body);
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        let rungs: Vec<&str> = seen.body["ladder"].as_array().unwrap().iter().map(|r| r["status"].as_str().unwrap()).collect();
        assert_eq!(rungs, ["past", "past", "here", "next"]);
    }
}

on_both! {
    async fn a_superior_may_return_it_with_an_instruction(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let reason = json!({ "reason": "没有人会装" });
        let hop = w.coordinator.post(&format!("/wishes/{wish}/escalations"), reason.clone()).await.expect(201).id();
        w.coordinator.post(&format!("/wishes/{wish}/escalations"), reason).await.refused(409, "escalation_pending");
        let back = json!({ "instruction": "请邻村电工老周帮忙" });
        let answered = w.township_coordinator.post(&format!("/escalations/{hop}/return"), back.clone()).await;
        assert_eq!(answered.expect(200).body["status"], "returned");
        w.township_coordinator.post(&format!("/escalations/{hop}/return"), back).await.refused(409, "escalation_answered");
        let seen = w.coordinator.get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["holder"]["id"], w.village);
    }
}

on_both! {
    async fn with_nobody_acting_a_wish_climbs_to_the_red_list(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let mut climbed = 0;
        for _ in 0..8 {
            climbed += { let swept = app.pass_days(30).await; swept.escalated + swept.superseded };
        }
        // village to township by time, unanswered to county, to city, then red.
        assert_eq!(climbed, 4);
        let city = app.public().sign_in("city", PASSWORD).await;
        let seen = city.get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["holder"]["id"], w.city);
        assert!(seen.body["red_listed_since"].is_string(), "{:#}", seen.body);
        let close = |outcome: Value| json!({ "reason": "已搬走", "outcome": outcome });
        let path = format!("/wishes/{wish}/withdraw");
        city.post(&path, close(Value::Null)).await.refused(409, "outcome_required");
        city.post(&path, close(json!("已当面告诉她"))).await.expect(200);
        let overdue = city.get("/wishes?overdue=true").await;
        assert_eq!(overdue.items().len(), 0);
    }
}

on_both! {
    async fn a_claim_that_runs_over_its_time_goes_back(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        assert_eq!(app.pass_days(1).await.lapsed, 0, "Saturday: the first contact is due on Monday");
        assert_eq!(app.pass_days(3).await.lapsed, 1);
        assert_eq!(app.pass_days(0).await.lapsed, 0, "a second sweep does nothing");
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let seen = manager.get(&format!("/claims/{claim}")).await;
        assert_eq!(seen.body["status"], "lapsed");
        manager.post(&format!("/claims/{claim}/deliveries"), json!({ "note": "晚了" })).await
            .refused(409, "wrong_claim_status");
        let open = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&open.body["status"], &open.body["remaining"]), (&json!("open"), &json!(1)));
    }
}

on_both! {
    async fn a_delivery_that_is_not_confirmed_goes_back_with_the_reason(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.delivered(&wish, 1).await;
        let path = format!("/claims/{claim}/confirmation");
        w.collector.post(&path, json!({ "accepted": false, "method": "call" })).await.refused(422, "note_required");
        let back = w.collector.post(&path, json!({ "accepted": false, "method": "call", "note": "不响" })).await;
        assert_eq!((&back.expect(201).body["status"], &back.body["sent_back_note"]), (&json!("active"), &json!("不响")));
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["status"], &seen.body["delivered"]), (&json!("claimed"), &json!(0)));
    }
}

on_both! {
    async fn review_returns_and_declines_with_reasons(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({})).await;
        let path = format!("/wishes/{wish}/review");
        w.reviewer.post(&path, json!({ "decision": "publish", "urgent": true, "feasible": true })).await
            .refused(409, "review_not_passed");
        w.reviewer.post(&path, json!({ "decision": "return" })).await.refused(422, "note_required");
        w.reviewer.post(&path, json!({ "decision": "return", "note": "写清楚要什么样的" })).await.expect(200);
        let seen = w.collector.get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["status"], &seen.body["review"]["note"]), (&json!("draft"), &json!("写清楚要什么样的")));
        let tag = seen.header("etag");
        let patch = json!({ "details": "按键要大的", "needed_by": null });
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), &tag, patch.clone()).await.expect(200);
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), &tag, patch).await.refused(412, "stale");
        w.collector.post(&format!("/wishes/{wish}/submit"), json!({})).await.expect(200);
        let declined = w.reviewer.post(&path, json!({ "decision": "decline", "note": "政策已覆盖，另有渠道" })).await;
        assert_eq!(declined.expect(200).body["ended_reason"], "政策已覆盖，另有渠道");
    }
}
