//! Reopening: what was confirmed did not arrive or does not work. The wish lives again, with one holder and one due
//! time, and every figure says so.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, claimant, own_passwords, resident},
};

async fn confirm(by: &Client, claim: &str) -> Answer {
    by.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await
}

/// A fulfilled wish and its claim.
async fn fulfilled(w: &World, change: Value) -> (String, String) {
    let wish = w.published(change).await;
    let claim = w.delivered(&wish, 1).await;
    confirm(&w.collector, &claim).await.expect(201);
    (wish, claim)
}

fn broken(claim: &str, take_back: bool) -> Value {
    json!({ "claim_id": claim, "reason": "does_not_work", "note": "插上没有声音", "take_back": take_back })
}

async fn reopen(by: &Client, wish: &str, body: Value) -> Answer {
    by.post(&format!("/wishes/{wish}/reopen"), body).await
}

/// What somebody sees of a wish and of its claims, to see that nothing changed.
async fn state(w: &World, wish: &str) -> (Value, Value) {
    let seen = w.coordinator.get(&format!("/wishes/{wish}")).await.expect(200).body.clone();
    (seen, w.coordinator.get(&format!("/wishes/{wish}/claims")).await.expect(200).body.clone())
}

async fn figures(w: &World) -> Value {
    w.auditor.get("/statistics").await.expect(200).body.clone()
}

on_both! {
    async fn the_claimant_makes_it_good_and_the_resident_is_asked_anew(app) {
        let w = World::new(app).await;
        let (wish, claim) = fulfilled(&w, json!({})).await;
        w.collector.post(&format!("/wishes/{wish}/feedback"), json!({ "satisfaction": 5 })).await.expect(201);
        let before = figures(&w).await;
        assert_eq!((&before["fulfilled"], &before["satisfaction"]["answered"]), (&json!(1), &json!(1)), "{before:#}");
        app.pass_days(3).await;
        let w_coordinator = app.public().sign_in("coordinator", PASSWORD).await;
        let manager = app.public().sign_in("manager", PASSWORD).await;
        let seen = w_coordinator.get(&format!("/wishes/{wish}")).await;
        assert!(seen.body["may"].as_array().unwrap().contains(&json!("reopen_wish")));

        let reopened = reopen(&w_coordinator, &wish, broken(&claim, false)).await;
        assert_eq!(reopened.expect(200).body["status"], "claimed");
        assert!(reopened.body["fulfilled_at"].is_null());
        assert_eq!(&reopened.text("due_at")[..10], "2026-12-07", "ten working days from Monday the 23rd");
        let again = manager.get(&format!("/claims/{claim}")).await;
        assert_eq!((&again.expect(200).body["status"], &again.body["sent_back_note"]), (&json!("active"), &json!("插上没有声音")));
        assert_eq!(&again.text("deliver_by")[..10], "2026-12-07");
        let now = app.public().sign_in("auditor", PASSWORD).await.get("/statistics").await.body.clone();
        assert_eq!((&now["fulfilled"], &now["satisfaction"]["answered"]), (&json!(0), &json!(0)), "{now:#}");
        app.assert_sound().await;

        // And a second life to its end, with a rating of its own.
        manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 0.5 })).await.expect(201);
        confirm(&w_coordinator, &claim).await.expect(201);
        let rated = w_coordinator.post(&format!("/wishes/{wish}/feedback"), json!({ "satisfaction": 4 })).await;
        assert_eq!(rated.expect(201).body["status"], "fulfilled");
        let history = w_coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let told = history.items().into_iter().find(|event| event["kind"] == "wish_reopened").unwrap();
        assert_eq!((&told["data"]["trouble"], &told["data"]["satisfaction_before"]), (&json!("does_not_work"), &json!(5)));
        assert!(!told.to_string().contains("声音"), "no text of a resident in an event");
        let public = app.public().get(&format!("/wishes/{wish}/events")).await;
        let public = public.items().into_iter().find(|event| event["kind"] == "wish_reopened").unwrap();
        assert!(public["data"]["trouble"].is_null(), "{public}");
    }
}

on_both! {
    async fn a_share_that_is_taken_back_is_free_for_others(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 2 })).await;
        let mine = w.delivered(&wish, 1).await;
        let other = claimant(&w.admin, &w.team, "第二支队").await;
        let ask = json!({ "claimant_id": other, "quantity": 1 });
        let theirs = w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201).id();
        w.manager.post(&format!("/claims/{theirs}/deliveries"), json!({ "hours": 1.0 })).await.expect(201);
        for claim in [&mine, &theirs] {
            confirm(&w.collector, claim).await.expect(201);
        }
        let reopened = reopen(&w.collector, &wish, broken(&mine, true)).await;
        assert_eq!(reopened.expect(200).body["status"], "open");
        assert_eq!((&reopened.body["reserved"], &reopened.body["confirmed"]), (&json!(1), &json!(1)), "the other stays");
        assert_eq!(&reopened.text("due_at")[..10], "2026-12-08", "its time on the wall anew");
        let gone = w.manager.get(&format!("/claims/{mine}")).await;
        assert_eq!((&gone.expect(200).body["status"], &gone.body["ended_reason"]), (&json!("taken_back"), &json!("插上没有声音")));
        assert!(gone.body["may"].as_array().unwrap().is_empty());
        reopen(&w.collector, &wish, broken(&mine, true)).await.refused(409, "wrong_claim_status");
        // Another share of the same wish may be broken too.
        assert_eq!(reopen(&w.collector, &wish, broken(&theirs, false)).await.expect(200).body["confirmed"], 0);
        w.claimed(&wish, 1).await;
        app.assert_sound().await;
        assert_eq!(app.public().get(&format!("/wishes/{wish}")).await.body["status"], "claimed");
    }
}

on_both! {
    async fn what_cannot_be_reopened_is_refused_and_stays(app) {
        let w = World::new(app).await;
        let (wish, claim) = fulfilled(&w, json!({})).await;
        let (other, of_other) = fulfilled(&w, json!({})).await;
        let before = (state(&w, &wish).await, state(&w, &other).await);
        reopen(&w.collector, &wish, broken(&of_other, false)).await.refused(422, "invalid");
        for body in [
            json!({ "claim_id": claim, "reason": "does_not_work", "note": " " }),
            json!({ "claim_id": claim, "reason": "does_not_work", "note": "长".repeat(501) }),
            json!({ "claim_id": claim, "reason": "ugly", "note": "不好看" }),
        ] {
            reopen(&w.collector, &wish, body).await.refused(422, "invalid");
        }
        for who in [&w.manager, &w.auditor, &w.stranger] {
            reopen(who, &wish, broken(&claim, false)).await.refused(403, "forbidden");
        }
        reopen(&app.public(), &wish, broken(&claim, false)).await.refused(401, "unauthenticated");
        let stale = w.collector.change(Method::POST, &format!("/wishes/{wish}/reopen"), "\"1.worker\"", broken(&claim, false)).await;
        stale.refused(412, "stale");
        assert_eq!((state(&w, &wish).await, state(&w, &other).await), before);

        // Not fulfilled, taken back, declined.
        let open = w.published(json!({})).await;
        let live = w.claimed(&open, 1).await;
        reopen(&w.collector, &open, broken(&live, false)).await.refused(409, "wrong_status");
        let half = w.published(json!({ "quantity": 2 })).await;
        let kept = w.delivered(&half, 1).await;
        confirm(&w.collector, &kept).await.expect(201);
        w.reviewer.post(&format!("/wishes/{half}/withdraw"), json!({ "reason": "搬走了" })).await.expect(200);
        reopen(&w.collector, &half, broken(&kept, false)).await.refused(409, "wrong_status");
        let declined = w.submitted(json!({})).await;
        let no = json!({ "decision": "decline", "note": "不属于微心愿" });
        w.reviewer.post(&format!("/wishes/{declined}/review"), no).await.expect(200);
        reopen(&w.collector, &declined, broken(&kept, false)).await.refused(409, "wrong_status");

        // Twice.
        reopen(&w.collector, &wish, broken(&claim, false)).await.expect(200);
        let before = state(&w, &wish).await;
        reopen(&w.collector, &wish, broken(&claim, false)).await.refused(409, "wrong_status");
        assert_eq!(state(&w, &wish).await, before);
    }
}

on_both! {
    async fn the_window_is_the_organisations_and_each_part_of_a_wish_has_its_own_claims(app) {
        let w = World::new(app).await;
        let rules = json!({ "reopen_days": 2 });
        w.admin.change(Method::PUT, &format!("/organisations/{}/policy", w.village), "*", rules).await.expect(200);
        let whole = w.published(json!({ "quantity": 2 })).await;
        let part = json!({ "parts": [{ "organisation_id": w.team, "quantity": 1 }] });
        let split = w.coordinator.post(&format!("/wishes/{whole}/split"), part).await;
        let part = split.expect(200).body["parts"][0]["id"].as_str().unwrap().to_owned();
        let rest = w.delivered(&whole, 1).await;
        confirm(&w.collector, &rest).await.expect(201);
        let theirs = w.delivered(&part, 1).await;
        confirm(&w.collector, &theirs).await.expect(201);
        // The claim of a part is reopened with the part, and not through the wish that it was split from.
        let before = (state(&w, &whole).await, state(&w, &part).await);
        reopen(&w.coordinator, &whole, broken(&theirs, false)).await.refused(422, "invalid");
        assert_eq!((state(&w, &whole).await, state(&w, &part).await), before);
        reopen(&w.coordinator, &part, broken(&theirs, false)).await.expect(200);
        let figures = figures(&w).await;
        assert_eq!(figures["fulfilled"], 0, "not while a part is under way");

        // Friday the 20th; two working days end with Tuesday.
        app.state.clock.advance(4 * 86_400 + 7 * 3600);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        reopen(&collector, &whole, broken(&rest, false)).await.expect(200);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        manager.post(&format!("/claims/{rest}/deliveries"), json!({ "hours": 1.0 })).await.expect(201);
        confirm(&collector, &rest).await.expect(201);
        app.state.clock.advance(3 * 86_400);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        reopen(&collector, &whole, broken(&rest, false)).await.refused(409, "reopen_too_late");
    }
}

on_both! {
    async fn without_a_live_consent_it_does_not_come_back_to_the_wall_and_of_the_erased_nothing_does(app) {
        let w = World::new(app).await;
        let one = resident(&w.collector, &w.village).await;
        let (wish, claim) = fulfilled(&w, json!({ "beneficiary_id": one })).await;
        let (ended, of_ended) = fulfilled(&w, json!({ "beneficiary_id": one })).await;
        // It was given, and ran out yesterday: nobody looked at it since.
        app.state.clock.advance(86_400);
        let path = format!("/beneficiaries/{one}/consents");
        let collector = app.public().sign_in("collector", PASSWORD).await;
        let known = collector.get(&format!("/beneficiaries/{one}")).await;
        let given = known.expect(200).body["consents"].as_array().unwrap().clone();
        let publish = given.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap();
        let id = publish.parse().unwrap();
        let end = move |tx: &mut store::Conn| {
            store::beneficiary::withdraw_consent(tx, id, "2026-11-20".parse().unwrap())
        };
        app.state.db.write(end).await.unwrap();
        let reopened = reopen(&collector, &wish, broken(&claim, true)).await;
        assert_eq!(reopened.expect(200).body["status"], "open");
        assert!(reopened.body["hidden_since"].is_string());
        app.public().get(&format!("/wishes/{wish}")).await.refused(404, "not_found");
        let anew = json!({ "purpose": "publish", "given_by": "self", "given_on": "2026-11-21" });
        collector.post(&path, anew).await.expect(201);
        let reviewer = app.public().sign_in("reviewer", PASSWORD).await;
        reviewer.post(&format!("/wishes/{wish}/relist"), json!({})).await.expect(200);
        app.public().get(&format!("/wishes/{wish}")).await.expect(200);

        // While it lives nobody erases its resident; what was said of it goes with them later.
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let erase = async || {
            let path = format!("/beneficiaries/{one}/erasure");
            admin.change(Method::POST, &path, "*", json!({ "reason": "requested" })).await
        };
        erase().await.refused(409, "wishes_not_ended");
        reviewer.post(&format!("/wishes/{wish}/withdraw"), json!({ "reason": "不要了" })).await.expect(200);
        erase().await.expect(200);
        let claim = admin.get(&format!("/claims/{claim}")).await;
        assert_eq!(claim.expect(200).body["status"], "taken_back");
        assert!(claim.body["ended_reason"].is_null());
        reopen(&admin, &ended, broken(&of_ended, false)).await.refused(409, "reopen_too_late");
    }
}

on_both! {
    async fn a_member_of_the_unit_that_delivered_is_not_somebody_else(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = w.delivered(&wish, 1).await;
        // Collects for the village, and belongs to the team that delivered.
        for (at, role) in [(&w.village, "collector"), (&w.team, "auditor")] {
            let member = json!({ "username": "both", "display_name": "both", "password": PASSWORD, "role": role });
            let made = w.admin.post(&format!("/organisations/{at}/members"), member).await;
            if role == "auditor" && made.status != 201 {
                let member = json!({ "username": "both", "role": role });
                w.admin.post(&format!("/organisations/{at}/members"), member).await.expect(201);
            }
        }
        own_passwords(app).await;
        let both = app.public().sign_in("both", PASSWORD).await;
        confirm(&both, &claim).await.refused(409, "own_delivery");
        confirm(&w.collector, &claim).await.expect(201);
    }
}
