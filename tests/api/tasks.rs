//! What waits for each: who is told of what, why and by when; in pages and in counts; and the one reminder before a
//! promise lapses.

use serde_json::{Value, json};
use server::jobs;
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, claimant},
};

/// What waits for somebody about one wish: kind, why, and the day it is due in UTC.
async fn waits(who: &Client, wish: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = who.get("/me/tasks?limit=100").await.expect(200).items();
    let of = all.iter().filter(|task| task["wish"]["id"] == wish);
    of.map(|task| (text(&task["kind"]), text(&task["why"]), text(&task["due_at"])[..10].to_owned())).collect()
}

/// The same, as words alone.
async fn words(who: &Client, wish: &str) -> Vec<String> {
    waits(who, wish).await.into_iter().map(|(kind, why, _)| format!("{kind} {why}")).collect()
}

async fn link(who: &Client, kind: &str) -> String {
    let task = who.get(&format!("/me/tasks?kind={kind}")).await.expect(200).items().remove(0);
    task["link"].as_str().unwrap().to_owned()
}

async fn signed_in(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

const NOTHING: [String; 0] = [];

on_both! {
    async fn from_review_to_the_last_word_each_step_waits_for_those_who_may_do_it(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({})).await;
        let due = waits(&w.reviewer, &wish).await;
        assert_eq!(due, [("review".to_owned(), "submitted".to_owned(), "2026-11-25".to_owned())]);
        assert_eq!(link(&w.reviewer, "review").await, format!("/console/review/{wish}"));
        for who in [&w.coordinator, &w.county_coordinator, &w.admin] {
            assert_eq!(words(who, &wish).await, ["review submitted"]);
        }
        for who in [&w.collector, &w.auditor, &w.manager, &w.school_manager, &w.stranger] {
            assert_eq!(words(who, &wish).await, NOTHING);
        }
        app.public().get("/me/tasks").await.refused(401, "unauthenticated");
        app.public().get("/me/tasks/counts").await.refused(401, "unauthenticated");

        w.publish(&wish, json!({})).await;
        assert_eq!(words(&w.reviewer, &wish).await, NOTHING);
        assert_eq!(words(&w.coordinator, &wish).await, ["dispatch unclaimed"]);
        let ask = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let claim = w.coordinator.post(&format!("/wishes/{wish}/dispatches"), ask).await.expect(201).id();
        assert_eq!(words(&w.coordinator, &wish).await, NOTHING, "somebody is asked already");
        assert_eq!(words(&w.manager, &wish).await, ["accept_dispatch dispatched"]);
        assert_eq!(words(&w.school_manager, &wish).await, NOTHING);
        assert_eq!(link(&w.manager, "accept_dispatch").await, format!("/mine/{claim}"));

        w.manager.post(&format!("/claims/{claim}/accept"), json!({})).await.expect(200);
        assert_eq!(waits(&w.manager, &wish).await, [("claim_due_soon".to_owned(), "contact_by".to_owned(), "2026-11-23".to_owned())]);
        w.manager.post(&format!("/claims/{claim}/contact"), json!({})).await.expect(200);
        assert_eq!(words(&w.manager, &wish).await, NOTHING, "ten working days are not soon");

        let brought = json!({ "items": [{ "name": "收音机", "quantity": 1 }] });
        w.manager.post(&format!("/claims/{claim}/deliveries"), brought.clone()).await.expect(201);
        for who in [&w.collector, &w.coordinator, &w.reviewer] {
            assert_eq!(words(who, &wish).await, ["confirm delivered"]);
        }
        assert_eq!(words(&w.manager, &wish).await, NOTHING, "the claimant has done their part");
        let no = json!({ "accepted": false, "method": "call", "note": "谢某某说不响，电话 07005550199" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), no).await.expect(201);
        assert_eq!(words(&w.manager, &wish).await, ["returned delivery_sent_back"]);
        let said = w.manager.get("/me/tasks").await.expect(200).body.to_string();
        assert!(!said.contains("谢某某") && !said.contains("07005550199"), "no text about a resident: {said}");
        w.manager.post(&format!("/claims/{claim}/deliveries"), brought).await.expect(201);
        w.collector.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        for who in [&w.collector, &w.coordinator, &w.reviewer, &w.manager, &w.admin] {
            assert_eq!(words(who, &wish).await, NOTHING);
        }
    }
}

on_both! {
    async fn what_comes_back_comes_back_to_who_can_mend_it(app) {
        let w = World::new(app).await;
        let draft = w.submitted(json!({})).await;
        let back = json!({ "decision": "return", "note": "写清楚要什么样的" });
        w.reviewer.post(&format!("/wishes/{draft}/review"), back).await.expect(200);
        assert_eq!(words(&w.collector, &draft).await, ["returned review_returned"]);
        assert_eq!(link(&w.collector, "returned").await, format!("/console/wishes/{draft}/edit"));
        assert_eq!(words(&w.coordinator, &draft).await, NOTHING);
        w.collector.post(&format!("/wishes/{draft}/submit"), json!({})).await.expect(200);
        assert_eq!(words(&w.collector, &draft).await, NOTHING);

        let wish = w.published(json!({})).await;
        let up = async || w.coordinator.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "没有人会装" })).await.expect(201).id();
        let hop = up().await;
        assert_eq!(words(&w.coordinator, &wish).await, NOTHING, "the superior is asked");
        assert_eq!(words(&w.township_coordinator, &wish).await, ["accept_escalation sent_up"]);
        assert_eq!(link(&w.township_coordinator, "accept_escalation").await, format!("/console/escalations/{hop}"));
        let told = json!({ "instruction": "先问区残联" });
        w.township_coordinator.post(&format!("/escalations/{hop}/return"), told.clone()).await.expect(200);
        assert_eq!(words(&w.coordinator, &wish).await, ["dispatch unclaimed", "returned escalation_returned"]);
        // Once it went up again, the first answer is history.
        let hop = up().await;
        assert_eq!(words(&w.coordinator, &wish).await, NOTHING);
        w.township_coordinator.post(&format!("/escalations/{hop}/return"), told).await.expect(200);
        assert_eq!(words(&w.coordinator, &wish).await.len(), 2);
        w.claimed(&wish, 1).await;
        assert_eq!(words(&w.coordinator, &wish).await, NOTHING, "somebody was found");
    }
}

on_both! {
    async fn who_is_called_is_told_and_a_wish_off_the_wall_is_not_named(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        let waiting = claimant(&w.admin, &w.team, "第二支队").await;
        w.manager.post(&format!("/wishes/{wish}/waiting"), json!({ "claimant_id": waiting, "quantity": 1 })).await.expect(201);
        assert_eq!(words(&w.manager, &wish).await, ["claim_due_soon contact_by"], "who waits is asked nothing");
        w.manager.post(&format!("/claims/{claim}/release"), json!({ "reason": "车坏了" })).await.expect(200);
        assert_eq!(words(&w.manager, &wish).await, ["called share_came_free"]);
        let title = async || w.manager.get("/me/tasks").await.expect(200).items()[0]["wish"]["title"].clone();
        assert_eq!(title().await, "想要一台收音机");

        let unclaimed = w.published(json!({})).await;
        assert_eq!(words(&w.coordinator, &unclaimed).await, ["dispatch unclaimed"]);
        let resident = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await;
        let consents = resident.expect(200).body["consents"].as_array().unwrap().clone();
        let publish = consents.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap();
        let path = format!("/beneficiaries/{}/consents/{publish}/withdraw", w.resident);
        w.collector.post(&path, json!({})).await.expect(200);
        assert_eq!(title().await, Value::Null);
        assert_eq!(words(&w.coordinator, &unclaimed).await, NOTHING, "it cannot be dispatched");
    }
}

on_both! {
    async fn what_nobody_does_is_due_then_goes_up_and_ends_on_the_red_list(app) {
        let w = World::new(app).await;
        let wish = w.submitted(json!({})).await;
        // Wednesday is its last day; on Tuesday it is due soon.
        app.state.clock.advance(3 * 86_400);
        assert_eq!(words(&signed_in(app, "coordinator").await, &wish).await, ["review submitted"]);
        app.state.clock.advance(86_400);
        let village = signed_in(app, "coordinator").await;
        assert_eq!(words(&village, &wish).await, ["review submitted", "wish_due_soon not_reviewed"]);
        assert_eq!(words(&signed_in(app, "reviewer").await, &wish).await, ["review submitted"]);
        // Nobody ran the jobs: it is over its time where it is.
        app.state.clock.advance(2 * 86_400);
        let village = signed_in(app, "coordinator").await;
        assert_eq!(words(&village, &wish).await, ["review submitted", "wish_overdue not_reviewed"]);
        app.pass_days(0).await;
        assert_eq!(words(&village, &wish).await, NOTHING);
        assert_eq!(words(&signed_in(app, "township").await, &wish).await, ["accept_escalation ran_over"]);
        for _ in 0..8 {
            app.pass_days(5).await;
        }
        let city = signed_in(app, "city").await;
        assert!(words(&city, &wish).await.contains(&"red_list must_be_answered".to_owned()));
        assert_eq!(words(&signed_in(app, "coordinator").await, &wish).await, NOTHING);
        assert_eq!(link(&city, "red_list").await, format!("/console/red/{wish}"));
    }
}

on_both! {
    async fn pages_give_each_task_once_and_the_counts_are_theirs(app) {
        let w = World::new(app).await;
        for n in 0..3 {
            w.published(json!({ "title": format!("想要第 {n} 台收音机") })).await;
            w.submitted(json!({})).await;
        }
        w.delivered(&w.published(json!({})).await, 1).await;
        let all = w.coordinator.get("/me/tasks?limit=100").await.expect(200).items();
        assert_eq!(all.len(), 7);
        for limit in [1, 2, 3] {
            let (mut seen, mut next) = (Vec::new(), format!("/me/tasks?limit={limit}"));
            for _ in 0..=all.len() {
                let page = w.coordinator.get(&next).await;
                seen.extend(page.expect(200).items());
                let Some(cursor) = page.body["next_cursor"].as_str() else { break };
                next = format!("/me/tasks?limit={limit}&cursor={cursor}");
            }
            assert_eq!(seen, all, "by {limit}");
        }
        let due: Vec<&str> = all.iter().map(|task| task["due_at"].as_str().unwrap()).collect();
        assert!(due.is_sorted(), "{due:?}");
        let counts = w.coordinator.get("/me/tasks/counts").await.expect(200).body.clone();
        let count = |kind: &str, count: i64| json!({ "kind": kind, "count": count, "more": false });
        assert_eq!(counts, json!({ "items": [count("review", 3), count("dispatch", 3), count("confirm", 1)], "wishes": 7, "more": false }));
        let none = json!({ "items": [], "wishes": 0, "more": false });
        assert_eq!(w.auditor.get("/me/tasks/counts").await.expect(200).body, none);
        w.coordinator.get("/me/tasks?kind=nonsense").await.refused(422, "invalid");
    }
}

on_both! {
    async fn a_person_is_told_of_their_own_claims_and_not_of_others(app) {
        let w = World::new(app).await;
        let own = json!({
            "kind": "person", "display_name": "志愿者", "organisation_id": w.village, "username": "collector",
            "skills": [], "region_codes": [], "capacity": 5,
        });
        let own = w.admin.post("/claimants", own).await.expect(201).id();
        let neighbours = w.reviewer.post("/wishes", w.wish(json!({}))).await.expect(201).id();
        w.reviewer.post(&format!("/wishes/{neighbours}/submit"), json!({})).await.expect(200);
        assert_eq!(words(&w.reviewer, &neighbours).await, NOTHING, "nobody reviews what they wrote down");
        assert_eq!(words(&w.township_coordinator, &neighbours).await, ["review submitted"]);
        let yes = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        w.township_coordinator.post(&format!("/wishes/{neighbours}/review"), yes).await.expect(200);
        w.collector.post(&format!("/wishes/{neighbours}/claims"), json!({ "claimant_id": own, "quantity": 1 })).await.expect(201);
        assert_eq!(words(&w.collector, &neighbours).await, ["claim_due_soon contact_by"]);
        for who in [&w.manager, &w.coordinator, &w.admin] {
            assert_eq!(words(who, &neighbours).await, NOTHING);
        }
    }
}

/// How often claimants were reminded about a wish, and of what.
async fn reminded(app: &App, wish: &str) -> Vec<String> {
    let history = signed_in(app, "coordinator").await.get(&format!("/wishes/{wish}/events?limit=100")).await;
    let mut all = history.expect(200).items();
    all.retain(|event| event["kind"] == "claim_reminded");
    all.iter().map(|event| event["data"]["what"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_promise_is_reminded_of_once_before_each_of_its_times(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        assert_eq!(app.pass_days(0).await.reminded, 0, "who promised today knows");
        // Saturday; the contact is to be made by the end of Monday.
        let (one, other) = (app.pass_days(1).await, app.pass_days(0).await);
        assert_eq!((one.reminded, other.reminded), (1, 0));
        assert_eq!(reminded(app, &wish).await, ["contact_by"]);
        signed_in(app, "manager").await.post(&format!("/claims/{claim}/contact"), json!({})).await.expect(200);
        // The tenth working day after 20 November is Friday, 4 December.
        app.state.clock.set("2026-12-02T08:00:00Z".parse().unwrap());
        assert_eq!(app.pass_days(0).await.reminded, 0);
        let now = "2026-12-03T01:00:00Z".parse().unwrap();
        let at_once = [jobs::sweep(&app.state, now), jobs::sweep(&app.state, now)];
        let [one, other] = at_once.map(|sweep| async { sweep.await.unwrap().reminded });
        let (one, other) = tokio::join!(one, other);
        assert_eq!(one + other, 1, "two servers, one reminder");
        app.state.clock.set(now);
        assert_eq!(words(&signed_in(app, "manager").await, &wish).await, ["claim_due_soon deliver_by"]);
        let brought = json!({ "items": [{ "name": "收音机", "quantity": 1 }] });
        signed_in(app, "manager").await.post(&format!("/claims/{claim}/deliveries"), brought).await.expect(201);
        app.state.clock.set("2026-12-03T02:00:00Z".parse().unwrap());
        assert_eq!(app.pass_days(1).await.reminded, 0, "what was brought needs no reminder");
        assert_eq!(reminded(app, &wish).await.len(), 2);
    }
}

on_both! {
    async fn a_share_that_was_given_back_needs_no_reminder(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.claimed(&wish, 1).await;
        w.manager.post(&format!("/claims/{claim}/release"), json!({ "reason": "车坏了" })).await.expect(200);
        assert_eq!(app.pass_days(1).await.reminded, 0);
        assert_eq!(reminded(app, &wish).await, NOTHING);
    }
}
