//! Pauses: the clock of a wish stands for a stated reason and a bounded time.

use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World},
};

/// Who signed in days ago signs in again.
async fn again(app: &App) -> Client {
    app.public().sign_in("coordinator", PASSWORD).await
}

async fn due(by: &Client, wish: &str) -> String {
    by.get(&format!("/wishes/{wish}")).await.expect(200).text("due_at")[..10].to_owned()
}

fn until(date: &str) -> Value {
    json!({ "reason": "住院，过两周才回家", "until": date })
}

on_both! {
    async fn the_clock_stands_for_a_while_and_goes_on_by_itself(app) {
        let w = World::new(app).await;
        // Friday, 20 November 2026: twelve working days on the wall.
        let id = w.published(json!({ "quantity": 2 })).await;
        let path = format!("/wishes/{id}");
        assert_eq!(due(&w.coordinator, &id).await, "2026-12-08");
        let claim = w.claimed(&id, 1).await;
        let paused = w.coordinator.post(&format!("{path}/pause"), until("2026-11-27")).await;
        assert_eq!(paused.expect(200).body["paused_until"], "2026-11-27");
        assert_eq!(due(&w.coordinator, &id).await, "2026-12-15");
        let claimed = w.manager.get(&format!("/claims/{claim}")).await;
        assert_eq!((&claimed.text("contact_by")[..10], &claimed.text("deliver_by")[..10]), ("2026-11-30", "2026-12-11"));
        assert!(!app.public().get(&path).await.body.to_string().contains("paused"), "no word of it in public");
        // Neither the claim nor the wish runs over its time meanwhile, nor right after.
        let swept = app.pass_days(9).await;
        assert_eq!((swept.lapsed, swept.escalated), (0, 0));
        let seen = again(app).await.get(&path).await;
        assert!(seen.expect(200).body["paused_until"].is_null(), "it goes on by itself");
        let swept = app.pass_days(2).await;
        assert_eq!((swept.lapsed, swept.escalated), (1, 0), "the claim lapses the day after it had to be answered");
        let list = again(app).await.get(&format!("{path}/pauses")).await;
        let one = &list.expect(200).items()[0];
        assert_eq!((one["reason"].as_str(), one["days"].as_i64(), one["by"]["display_name"].as_str()), (Some("住院，过两周才回家"), Some(5), Some("coordinator")));
        // 15 December is over on the 16th in China.
        assert_eq!(app.pass_days(14).await.escalated, 0);
        assert_eq!(app.pass_days(1).await.escalated, 1);
    }
}

on_both! {
    async fn who_resumes_early_gives_back_what_was_not_used(app) {
        let w = World::new(app).await;
        let id = w.published(json!({})).await;
        let path = format!("/wishes/{id}");
        let claim = w.claimed(&id, 1).await;
        w.coordinator.post(&format!("{path}/resume"), json!({})).await.refused(409, "not_paused");
        w.coordinator.post(&format!("{path}/pause"), until("2026-12-04")).await.expect(200);
        app.pass_days(5).await;
        let coordinator = again(app).await;
        // Wednesday, 25 November: three of ten days were used.
        let resumed = coordinator.post(&format!("{path}/resume"), json!({})).await;
        assert!(resumed.expect(200).body["paused_until"].is_null());
        assert_eq!(due(&coordinator, &id).await, "2026-12-09", "ten days to deliver, and three");
        let claimed = coordinator.get(&format!("/claims/{claim}")).await;
        assert_eq!((&claimed.text("contact_by")[..10], &claimed.text("deliver_by")[..10]), ("2026-11-26", "2026-12-09"));
        coordinator.post(&format!("{path}/resume"), json!({})).await.refused(409, "not_paused");
        let one = &coordinator.get(&format!("{path}/pauses")).await.items()[0];
        assert_eq!((one["days"].as_i64(), one["resumed_by"]["display_name"].as_str()), (Some(3), Some("coordinator")));
        let kinds: Vec<Value> = coordinator.get(&format!("{path}/events?limit=100")).await.items().iter().map(|one| one["kind"].clone()).collect();
        assert!(kinds.contains(&json!("wish_paused")) && kinds.contains(&json!("wish_resumed")), "{kinds:?}");
    }
}

on_both! {
    async fn what_may_not_be_paused_is_refused_and_nothing_changes(app) {
        let w = World::new(app).await;
        let id = w.published(json!({})).await;
        let path = format!("/wishes/{id}");
        let before = w.coordinator.get(&path).await.body;
        let refused = async |body: Value, status: u16, code: &str| {
            let answer = w.coordinator.post(&format!("{path}/pause"), body).await;
            answer.refused(status, code).faults()
        };
        assert_eq!(refused(until("2026-11-20"), 422, "invalid").await, [("/until".to_owned(), "out_of_range".to_owned())]);
        assert_eq!(refused(until("2026-11-22"), 422, "invalid").await[0].0, "/until");
        assert_eq!(refused(json!({ "reason": " ", "until": "2026-11-27" }), 422, "invalid").await[0].0, "/reason");
        assert_eq!(refused(until("2027-11-27"), 409, "pause_limit").await[0].0, "/until");
        assert_eq!(refused(until("9999-12-31"), 409, "pause_limit").await[0].0, "/until");
        let for_ever = w.coordinator.post(&format!("{path}/pause"), json!({ "reason": "住院" })).await;
        assert!([400, 422].contains(&for_ever.status), "for ever: {:#}", for_ever.body);
        w.collector.post(&format!("{path}/pause"), until("2026-11-27")).await.refused(403, "forbidden");
        w.manager.post(&format!("{path}/pause"), until("2026-11-27")).await.refused(403, "forbidden");
        assert_eq!(w.coordinator.get(&path).await.body, before);
        w.coordinator.post(&format!("{path}/pause"), until("2026-11-27")).await.expect(200);
        refused(until("2026-12-04"), 409, "already_paused").await;
        let waiting = w.submitted(json!({})).await;
        w.coordinator.post(&format!("/wishes/{waiting}/escalations"), json!({ "reason": "办不成" })).await.expect(201);
        w.coordinator.post(&format!("/wishes/{waiting}/pause"), until("2026-11-27")).await.refused(409, "escalation_pending");
        let over = w.submitted(json!({})).await;
        w.coordinator.post(&format!("/wishes/{over}/withdraw"), json!({ "reason": "不用了" })).await.expect(200);
        w.coordinator.post(&format!("/wishes/{over}/pause"), until("2026-11-27")).await.refused(409, "wrong_status");
    }
}

on_both! {
    async fn the_limit_is_of_the_whole_life_and_holidays_do_not_count(app) {
        let w = World::new(app).await;
        // Monday, 9 February 2026, the week before the Spring Festival.
        app.state.clock.set("2026-02-09T02:00:00Z".parse().unwrap());
        let coordinator = again(app).await;
        let id = coordinator.post("/wishes", w.wish(json!({}))).await.expect(201).id();
        assert_eq!(due(&again(app).await, &id).await, "2026-02-12");
        let pause = async |date: &str| again(app).await.post(&format!("/wishes/{id}/pause"), until(date)).await;
        // 10 to 14 are worked (Saturday too), 15 to 23 are not, 24 to 28 are (Saturday too).
        pause("2026-02-28").await.expect(200);
        let used = again(app).await.get(&format!("/wishes/{id}/pauses")).await.items()[0]["days"].clone();
        assert_eq!(used, 10);
        // Three days were left: 2, 3 and 4 March.
        assert_eq!(due(&again(app).await, &id).await, "2026-03-04");
        app.pass_days(20).await;
        // Sunday, 1 March. Fifty are left, and 13 May is the fiftieth: off are 6 April, 1, 4 and 5 May, worked is 9 May.
        pause("2026-05-14").await.refused(409, "pause_limit");
        pause("2026-05-13").await.expect(200);
        assert_eq!(due(&again(app).await, &id).await, "2026-05-18", "three days were left");
        app.state.clock.set("2026-05-14T02:00:00Z".parse().unwrap());
        pause("2026-05-15").await.refused(409, "pause_limit");
    }
}
