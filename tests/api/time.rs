//! 怀化's ladder over the months of 2026, with the holidays in between: each due time is counted by hand from the
//! notice (国办发明电〔2025〕7号) under the product's own rules: review 3, open 12, contact 1, delivery 10, confirm 3,
//! escalation 2 working days.

use crate::stories::member;
use domain::organisation::Level;
use serde_json::{Value, json};
use server::jobs::Swept;
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, claimant, found, organisation},
};

/// It is this moment, and the jobs have run.
async fn at(app: &App, time: &str) -> Swept {
    app.state.clock.set(time.parse().unwrap());
    server::jobs::sweep(&app.state, app.state.clock.now()).await.unwrap()
}

async fn who(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

fn day(value: &Value) -> &str {
    &value.as_str().unwrap()[..10]
}

async fn due(app: &App, wish: &str) -> String {
    day(&who(app, "root").await.get(&format!("/wishes/{wish}")).await.expect(200).body["due_at"]).to_owned()
}

/// The escalation that waits for an answer, and by when.
async fn asked(app: &App, wish: &str) -> (String, String, String) {
    let hops =
        who(app, "root").await.get(&format!("/escalations?status=pending&wish_id={wish}")).await.items();
    assert_eq!(hops.len(), 1, "one hop waits: {hops:?}");
    let hop = &hops[0];
    let name = hop["to"]["name"].as_str().unwrap().to_owned();
    (hop["id"].as_str().unwrap().to_owned(), name, day(&hop["due_at"]).to_owned())
}

on_both! {
    async fn the_television_climbs_past_the_holidays_of_2026(app) {
        // Monday, 9 February, ten in the morning.
        app.state.clock.set("2026-02-09T02:00:00Z".parse().unwrap());
        let city = found(app, "市妇联", Level::City, "root").await;
        let admin = who(app, "root").await;
        let county = organisation(&admin, &city, "丙县妇联", "county", "federation", None).await;
        let town = organisation(&admin, &county, "丁镇妇联", "township", "federation", None).await;
        let village = organisation(&admin, &town, "王家村", "village", "community", None).await;
        let centre = organisation(&admin, &city, "市公共资源交易中心", "unit", "agency", None).await;
        for (name, place, role) in [("team", &village, "collector"), ("town", &town, "coordinator"), ("county", &county, "coordinator"), ("city", &city, "coordinator"), ("centre", &centre, "manager")] {
            member(app, &admin, place, name, role).await;
        }
        let team = who(app, "team").await;
        let consents = ["collect", "publish", "share_with_claimant"].map(|purpose| json!({ "purpose": purpose, "given_by": "self", "given_on": "2026-02-01" }));
        let woman = json!({ "name": "谢某", "birth_date": "1973-02-01", "organisation_id": village, "hardships": [], "phone": "07005550100", "consents": consents });
        let woman = team.post("/beneficiaries", woman).await.expect(201).id();
        let television = json!({ "beneficiary_id": woman, "organisation_id": village, "title": "想有一台电视", "public_summary": "她病后很少出村。", "category": "thing", "quantity": 1, "unit": "item", "channel": "meeting" });
        let id = team.post("/wishes", television.clone()).await.expect(201).id();
        assert_eq!(due(app, &id).await, "2026-02-12", "10, 11, 12");
        team.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        who(app, "town").await.post(&format!("/wishes/{id}/review"), review).await.expect(200);
        // 10 to 13 and Saturday the 14th; the Spring Festival, 15 to 23; 24 to 27 and Saturday the 28th; 2 and 3 March.
        assert_eq!(due(app, &id).await, "2026-03-03");
        assert_eq!(at(app, "2026-03-03T12:00:00Z").await.escalated, 0, "the evening of that day");
        assert_eq!(at(app, "2026-03-04T02:00:00Z").await.escalated, 1);
        assert_eq!({ let (_, to, by) = asked(app, &id).await; (to, by) }, ("丁镇妇联".to_owned(), "2026-03-06".to_owned()), "5 and 6");
        // Nobody answers; a Saturday morning it goes on: Monday and Tuesday are the county's.
        assert_eq!(at(app, "2026-03-07T02:00:00Z").await.superseded, 1);
        let (hop, to, by) = asked(app, &id).await;
        assert_eq!((to.as_str(), by.as_str()), ("丙县妇联", "2026-03-10"));
        at(app, "2026-03-10T02:00:00Z").await;
        who(app, "county").await.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
        // 11 to 13, 16 to 20, 23 to 26.
        assert_eq!(due(app, &id).await, "2026-03-26");
        // The day before, she is taken to hospital until after Qingming: 26, 27, 30, 31, 1 to 3 April, 7: eight days.
        at(app, "2026-03-25T02:00:00Z").await;
        let pause = json!({ "reason": "住院到清明以后", "until": "2026-04-07" });
        who(app, "county").await.post(&format!("/wishes/{id}/pause"), pause).await.expect(200);
        let paused = who(app, "county").await.get(&format!("/wishes/{id}/pauses")).await.items();
        assert_eq!(paused[0]["days"], 8);
        assert_eq!(due(app, &id).await, "2026-04-08", "one day was left");
        assert_eq!(at(app, "2026-04-08T12:00:00Z").await.escalated, 0);
        assert_eq!(at(app, "2026-04-09T02:00:00Z").await.escalated, 1);
        let (hop, to, by) = asked(app, &id).await;
        assert_eq!((to.as_str(), by.as_str()), ("市妇联", "2026-04-13"), "Friday and Monday");
        at(app, "2026-04-13T02:00:00Z").await;
        who(app, "city").await.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
        // 14 to 17, 20 to 24, 27 to 29.
        assert_eq!(due(app, &id).await, "2026-04-29");
        at(app, "2026-04-29T02:00:00Z").await;
        let claims = claimant(&who(app, "root").await, &centre, "市公共资源交易中心").await;
        let claim = json!({ "claimant_id": claims, "quantity": 1 });
        let claim = who(app, "city").await.post(&format!("/wishes/{id}/dispatches"), claim).await;
        assert_eq!(day(&claim.expect(201).body["answer_by"]), "2026-04-30");
        // 30; Labour Day, 1 to 5 May; 6 to 8 and Saturday the 9th; 11 to 15.
        assert_eq!(due(app, &id).await, "2026-05-15");
        let claim = claim.id();
        at(app, "2026-04-30T02:00:00Z").await;
        let accepted = who(app, "centre").await.post(&format!("/claims/{claim}/accept"), json!({})).await;
        assert_eq!((day(&accepted.expect(200).body["contact_by"]), day(&accepted.body["deliver_by"])), ("2026-05-06", "2026-05-18"));
        assert_eq!(due(app, &id).await, "2026-05-18");
        assert_eq!(at(app, "2026-05-06T02:00:00Z").await.lapsed, 0);
        who(app, "centre").await.post(&format!("/claims/{claim}/contact"), json!({})).await.expect(200);
        assert_eq!(at(app, "2026-05-18T02:00:00Z").await.lapsed, 0);
        let items = json!([{ "name": "电视机", "quantity": 1, "value_fen": 180_000 }]);
        who(app, "centre").await.post(&format!("/claims/{claim}/deliveries"), json!({ "items": items })).await.expect(201);
        assert_eq!(due(app, &id).await, "2026-05-21", "19, 20, 21");
        at(app, "2026-05-20T02:00:00Z").await;
        who(app, "team").await.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        let seen = who(app, "team").await.get(&format!("/wishes/{id}")).await;
        assert_eq!((&seen.body["status"], seen.body["due_at"].is_null()), (&json!("fulfilled"), true));
        // Each hop tells how long it waited: two working days each, and three, three and four by the clock.
        let hops = who(app, "team").await.get(&format!("/escalations?wish_id={id}")).await.items();
        let waited: Vec<_> = hops.iter().rev().map(|hop| (hop["waited_days"].as_i64().unwrap(), hop["waited_seconds"].as_i64().unwrap() / 86_400)).collect();
        assert_eq!(waited, [(2, 3), (2, 3), (2, 4)]);

        // The other holidays, by three working days for a review.
        for (now, by, why) in [
            ("2025-12-31T02:00:00Z", "2026-01-06", "1 to 3 off, Sunday the 4th worked"),
            ("2026-06-18T02:00:00Z", "2026-06-24", "the Dragon Boat Festival, 19 to 21"),
            ("2026-09-18T02:00:00Z", "2026-09-22", "Sunday the 20th worked"),
            ("2026-09-24T02:00:00Z", "2026-09-30", "the Mid-Autumn Festival, 25 to 27"),
            ("2026-09-30T02:00:00Z", "2026-10-10", "1 to 7 off, Saturday the 10th worked"),
        ] {
            app.state.clock.set(now.parse().unwrap());
            let draft = who(app, "team").await.post("/wishes", television.clone()).await;
            assert_eq!(day(&draft.expect(201).body["due_at"]), by, "{why}");
        }
    }
}
