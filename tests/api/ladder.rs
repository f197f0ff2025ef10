//! The ladder beside its usual ways: handed to another bureau, taken and dispatched in one act, how long each hop
//! waited, and what is refused without a trace.

use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, organisation, own_passwords},
};

/// Everything about a wish that a refusal must leave as it is.
async fn all_of(by: &Client, wish: &str) -> Value {
    let events = by.get(&format!("/wishes/{wish}/events?limit=100")).await.expect(200).body.clone();
    let hops = by.get(&format!("/escalations?wish_id={wish}")).await.items();
    let shape = |mut hop: Value| {
        hop.as_object_mut().unwrap().retain(|name, _| !name.starts_with("waited"));
        hop
    };
    let hops: Vec<Value> = hops.into_iter().map(shape).collect();
    let claims = by.get(&format!("/wishes/{wish}/claims")).await.body.clone();
    json!({ "wish": by.get(&format!("/wishes/{wish}")).await.body, "events": events, "hops": hops, "claims": claims })
}

async fn up(by: &Client, wish: &str) -> String {
    by.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "这件归水利站管" }))
        .await
        .expect(201)
        .id()
}

async fn sign_in(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

on_both! {
    async fn the_wrong_department_hands_it_up_and_the_superior_hands_it_on(app) {
        let w = World::new(app).await;
        let station = organisation(&w.admin, &w.township, "镇水利站", "unit", "agency", None).await;
        let member = json!({ "username": "station", "display_name": "水利站", "password": PASSWORD, "role": "coordinator" });
        w.admin.post(&format!("/organisations/{station}/members"), member).await.expect(201);
        own_passwords(app).await;
        let wish = w.published(json!({})).await;
        let path = format!("/wishes/{wish}");
        let hop = up(&w.coordinator, &wish).await;
        let handed = json!({ "to_id": station, "reason": "水管归水利站，请他们三天内去看" });
        // Friday, 20 November; answered on Monday.
        app.pass_days(3).await;
        let [village, township, station_people] =
            [sign_in(app, "coordinator").await, sign_in(app, "township").await, sign_in(app, "station").await];
        station_people.get(&format!("{path}/claims")).await.refused(403, "forbidden");
        let done = township.post(&format!("/escalations/{hop}/reroute"), handed).await;
        let done = &done.expect(200).body;
        assert_eq!((&done["status"], &done["rerouted_to"]["name"], &done["answered_by"]["display_name"]), (&json!("rerouted"), &json!("镇水利站"), &json!("township")));
        assert_eq!((&done["waited_days"], &done["waited_seconds"]), (&json!(1), &json!(3 * 86_400)));
        let seen = station_people.get(&path).await;
        assert_eq!((&seen.body["view"], &seen.body["holder"]["name"], &seen.body["may"].as_array().unwrap().contains(&json!("dispatch_wish"))), (&json!("worker"), &json!("镇水利站"), &true));
        assert_eq!(&seen.text("due_at")[..10], "2026-12-09", "twelve working days from Monday");
        let here: Vec<&str> = seen.body["ladder"].as_array().unwrap().iter().filter(|rung| rung["status"] == "here").map(|rung| rung["name"].as_str().unwrap()).collect();
        assert_eq!(here, ["镇水利站"], "the ladder is its branch's");
        let hops = station_people.get(&format!("/escalations?wish_id={wish}")).await.items();
        assert_eq!(hops[0]["instruction"], "水管归水利站，请他们三天内去看", "who has it now reads why");
        // The origin keeps watching, and the team it was shown to may still claim it.
        assert_eq!(village.get(&path).await.body["view"], "worker");
        let history = village.get(&format!("{path}/events?limit=100")).await.items();
        let moved = history.iter().find(|event| event["kind"] == "escalation_rerouted").unwrap();
        assert_eq!(moved["data"]["instruction"], "水管归水利站，请他们三天内去看");
        let claim = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let manager = sign_in(app, "manager").await;
        manager.post(&format!("{path}/claims"), claim).await.expect(201);
        // It goes on up from there.
        up(&station_people, &wish).await;
    }
}

on_both! {
    async fn an_office_takes_a_wish_and_dispatches_it_in_one_act_or_not_at_all(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "quantity": 3 })).await;
        let hop = up(&w.coordinator, &wish).await;
        let path = format!("/escalations/{hop}/adopt");
        let before = all_of(&w.coordinator, &wish).await;
        let ask = |claimant: &str, quantity: i64| json!({ "claimant_id": claimant, "quantity": quantity, "note": "请周五前联系" });
        // The school stands in the county: the township's circle does not hold it.
        w.township_coordinator.post(&path, ask(&w.school_claimant, 1)).await.refused(403, "outside_audience");
        w.township_coordinator.post(&path, ask(&w.team_claimant, 4)).await.refused(409, "quantity_exceeds_remaining");
        w.township_coordinator.post(&path, ask(&w.team_claimant, 0)).await.refused(422, "invalid");
        w.coordinator.post(&path, ask(&w.team_claimant, 1)).await.refused(403, "forbidden");
        assert_eq!(all_of(&w.coordinator, &wish).await, before, "nothing of it was done");
        let taken = w.township_coordinator.post(&path, ask(&w.team_claimant, 2)).await;
        let taken = &taken.expect(201).body;
        assert_eq!((&taken["escalation"]["status"], &taken["claim"]["status"], &taken["claim"]["quantity"]), (&json!("accepted"), &json!("proposed"), &json!(2)));
        let seen = w.township_coordinator.get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["holder"]["id"], &seen.body["remaining"]), (&json!(w.township), &json!(1)));
        w.township_coordinator.post(&path, ask(&w.team_claimant, 1)).await.refused(409, "escalation_answered");
        let claim = taken["claim"]["id"].as_str().unwrap();
        w.manager.post(&format!("/claims/{claim}/accept"), json!({})).await.expect(200);
        let waiting = w.submitted(json!({})).await;
        let hop = up(&w.coordinator, &waiting).await;
        let before = all_of(&w.coordinator, &waiting).await;
        w.township_coordinator.post(&format!("/escalations/{hop}/adopt"), ask(&w.team_claimant, 1)).await.refused(409, "wish_not_open");
        assert_eq!(all_of(&w.coordinator, &waiting).await, before);
    }
}

on_both! {
    async fn what_the_ladder_refuses_leaves_no_trace(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let hop = up(&w.coordinator, &wish).await;
        let before = all_of(&w.coordinator, &wish).await;
        let post = async |by: &Client, what: &str, body: Value| by.post(&format!("/escalations/{hop}/{what}"), body).await;
        let to = |id: &str| json!({ "to_id": id, "reason": "归他们管" });
        // Twice at once, by the wrong level, without a word.
        w.coordinator.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "再报一次" })).await.refused(409, "escalation_pending");
        for (what, body) in [("accept", json!({})), ("return", json!({ "instruction": "自己办" })), ("reroute", to(&w.other_village))] {
            post(&w.coordinator, what, body.clone()).await.refused(403, "forbidden");
            post(&w.stranger, what, body.clone()).await.refused(404, "not_found");
            post(&w.auditor, what, body).await.refused(403, "forbidden");
        }
        for body in [json!({ "instruction": "" }), json!({ "instruction": "  " })] {
            assert_eq!(post(&w.township_coordinator, "return", body).await.refused(422, "invalid").faults()[0].0, "/instruction");
        }
        // Handed on: with a reason, and to one that stands beside the village.
        assert_eq!(post(&w.township_coordinator, "reroute", json!({ "to_id": w.other_village, "reason": " " })).await.refused(422, "invalid").faults()[0].0, "/reason");
        for elsewhere in [&w.village, &w.township, &w.county, &w.school, &w.team, &w.other_root] {
            let refused = post(&w.township_coordinator, "reroute", to(elsewhere)).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [("/to_id".to_owned(), "unknown".to_owned())], "{elsewhere}");
        }
        assert_eq!(all_of(&w.coordinator, &wish).await, before);
        // From the root there is nobody above.
        post(&w.township_coordinator, "accept", json!({})).await.expect(200);
        for (from, to) in
            [(&w.township_coordinator, &w.county_coordinator), (&w.county_coordinator, &w.city_coordinator)]
        {
            let hop = up(from, &wish).await;
            to.post(&format!("/escalations/{hop}/accept"), json!({})).await.expect(200);
        }
        let at_root = w.city_coordinator.get(&format!("/wishes/{wish}")).await;
        assert_eq!(at_root.body["holder"]["id"], w.city);
        let before = all_of(&w.city_coordinator, &wish).await;
        w.city_coordinator.post(&format!("/wishes/{wish}/escalations"), json!({ "reason": "市里也办不了" })).await.refused(409, "no_superior");
        assert_eq!(all_of(&w.city_coordinator, &wish).await, before);
    }
}

on_both! {
    async fn two_who_send_it_up_at_once_send_it_up_once(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let path = format!("/wishes/{wish}/escalations");
        let (one, other) = tokio::join!(
            w.coordinator.post(&path, json!({ "reason": "办不成" })),
            w.township_coordinator.post(&path, json!({ "reason": "办不成" })),
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        let hop = w.coordinator.get(&format!("/escalations?wish_id={wish}")).await.items();
        assert_eq!(hop.len(), 1);
        let path = format!("/escalations/{}", hop[0]["id"].as_str().unwrap());
        let (accept, reroute) = (format!("{path}/accept"), format!("{path}/reroute"));
        let (taken, handed) = tokio::join!(
            w.township_coordinator.post(&accept, json!({})),
            w.county_coordinator.post(&reroute, json!({ "to_id": w.other_village, "reason": "归他们管" })),
        );
        let mut statuses = [taken.status, handed.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

on_both! {
    async fn from_the_red_list_nothing_ends_without_an_outcome_that_was_told(app) {
        let w = World::new(app).await;
        let [waits, open] = [w.submitted(json!({})).await, w.published(json!({})).await];
        for _ in 0..8 {
            app.pass_days(30).await;
        }
        let city = sign_in(app, "city").await;
        let reason = json!({ "reason": "办不成" });
        for wish in [&waits, &open] {
            let seen = city.get(&format!("/wishes/{wish}")).await;
            assert!(seen.body["red_listed_since"].is_string());
            let before = all_of(&city, wish).await;
            city.post(&format!("/wishes/{wish}/withdraw"), reason.clone()).await.refused(409, "outcome_required");
            city.post(&format!("/wishes/{wish}/withdraw"), json!({ "reason": "办不成", "outcome": " " })).await.refused(409, "outcome_required");
            assert_eq!(all_of(&city, wish).await, before);
        }
        let decline = json!({ "decision": "decline", "note": "办不成" });
        city.post(&format!("/wishes/{waits}/review"), decline).await.refused(409, "outcome_required");
        let told = json!({ "reason": "办不成", "outcome": "已上门说明，改由民政临时救助" });
        city.post(&format!("/wishes/{waits}/withdraw"), told).await.expect(200);
        // Fulfilled is the resident's own word.
        let claim = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let claim = city.post(&format!("/wishes/{open}/dispatches"), claim).await.expect(201).id();
        let manager = sign_in(app, "manager").await;
        manager.post(&format!("/claims/{claim}/accept"), json!({})).await.expect(200);
        manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 1.0 })).await.expect(201);
        city.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        assert_eq!(city.get(&format!("/wishes/{open}")).await.body["status"], "fulfilled");
    }
}
