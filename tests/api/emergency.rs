//! Emergency calls: a batch opened to circles all at once or not at all, followed to the last household, one letter each.

use serde_json::{Value, json};
use server::jobs;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, claimant, resident},
};

/// Two days on, in the afternoon.
const DUE: &str = "2026-11-22T10:00:00Z";

/// A call of the county for the units of the school, until [`DUE`]; the fields of `change` replace its own.
async fn publish(w: &World, wishes: &[&str], change: Value) -> Answer {
    let mut new = json!({
        "organisation_id": w.county, "title": "洪水过后：先让每一户都有人", "due_at": DUE, "wish_ids": wishes,
        "circles": [{ "organisation_id": w.school, "whom": "units" }],
    });
    new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    w.county_coordinator.post("/emergency-calls", new).await
}

async fn sweep(app: &App) -> jobs::Swept {
    jobs::sweep(&app.state, app.state.clock.now()).await.unwrap()
}

/// The households of a call that stand so: the titles of each one's wishes.
async fn households(w: &World, call: &str, filter: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    // A page each: the order holds while they are read.
    let mut path = format!("/emergency-calls/{call}/households?limit=1{filter}");
    loop {
        let page = w.county_coordinator.get(&path).await;
        let titles = |one: &Value| {
            one["wishes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|wish| wish["title"].as_str().unwrap().to_owned())
                .collect()
        };
        all.extend(page.expect(200).items().iter().map(titles));
        let Some(cursor) = page.body["next_cursor"].as_str() else { return all };
        path = format!("/emergency-calls/{call}/households?limit=1{filter}&cursor={cursor}");
    }
}

/// How the household of the wish of this title stands.
async fn standing(w: &World, call: &str, title: &str) -> String {
    let list = w.county_coordinator.get(&format!("/emergency-calls/{call}/households?limit=100")).await;
    let has = |one: &&Value| one["wishes"].as_array().unwrap().iter().any(|wish| wish["title"] == title);
    list.expect(200).items().iter().find(has).unwrap()["standing"].as_str().unwrap().to_owned()
}

async fn claims(by: &Client, claimant: &str, wish: &str) -> Answer {
    by.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": claimant, "quantity": 1 })).await
}

async fn brought(w: &World, by: &Client, claim: &str) {
    let body = json!({ "items": [{ "name": "被子", "quantity": 1, "value_fen": 9900 }], "hours": 1.0 });
    by.post(&format!("/claims/{claim}/deliveries"), body).await.expect(201);
    let word = json!({ "accepted": true, "method": "call" });
    w.county_coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
}

on_both! {
    async fn a_batch_is_followed_to_the_last_household(app) {
        let w = World::new(app).await;
        let (near, far) = (resident(&w.collector, &w.village).await, resident(&w.admin, &w.other_village).await);
        let quilt = w.published(json!({ "title": "一床被子" })).await;
        let roof = w.submitted(json!({ "title": "补屋顶" })).await;
        let stove = w.published(json!({ "title": "一个炉子", "beneficiary_id": near })).await;
        let water = w.wish(json!({ "title": "几桶水", "beneficiary_id": far, "organisation_id": w.other_village }));
        let water = w.admin.post("/wishes", water).await.expect(201).id();
        w.admin.post(&format!("/wishes/{water}/submit"), json!({})).await.expect(200);
        w.publish(&water, json!({})).await;
        claims(&w.school_manager, &w.school_claimant, &stove).await.refused(403, "outside_audience");

        let made = publish(&w, &[&quilt, &roof, &stove, &water], json!({ "publish_submitted": true })).await;
        let id = made.expect(201).id();
        let path = format!("/emergency-calls/{id}");
        assert_eq!((&made.body["report"]["nobody"], &made.body["report"]["households"]), (&json!(3), &json!(3)), "{:#}", made.body);
        let all = [vec!["一床被子".to_owned(), "补屋顶".to_owned()], vec!["一个炉子".to_owned()], vec!["几桶水".to_owned()]];
        assert_eq!(households(&w, &id, "&standing=nobody").await, all, "the oldest first, a household once");
        let called = w.collector.get(&format!("/wishes/{roof}")).await;
        assert_eq!((&called.expect(200).body["status"], called.text("due_at").as_str()), (&json!("open"), DUE), "it goes up at the call's time");
        let history = w.collector.get(&format!("/wishes/{roof}/events")).await.expect(200).items();
        assert!(history.iter().any(|event| event["kind"] == "wish_called_for" && event["data"]["emergency_call_id"] == *id));

        // Who is called may claim, and sees what is open; who is not, does not know of it.
        let asked = w.school_manager.get("/me/emergency-calls").await.expect(200).items();
        assert_eq!((asked.len(), &asked[0]["waiting"], asked[0].get("organisation")), (1, &json!(3), None));
        assert_eq!(w.school_manager.get(&format!("{path}/wishes")).await.expect(200).items().len(), 4);
        w.manager.get(&format!("{path}/wishes")).await.refused(404, "not_found");
        w.school_manager.get(&path).await.refused(404, "not_found");
        let fits = w.school_manager.get(&format!("/claimants/{}/suggestions", w.school_claimant)).await;
        assert!(fits.expect(200).body.to_string().contains(stove.as_str()), "what it is called for is suggested");
        let fits = w.coordinator.get(&format!("/wishes/{stove}/suggestions")).await.expect(200).items();
        assert!(fits.iter().any(|one| one["claimant"]["id"] == *w.school_claimant));
        let elsewhere = claimant(&w.admin, &w.other_village, "邻村小队").await;
        w.coordinator.post(&format!("/wishes/{stove}/dispatches"), json!({ "claimant_id": elsewhere, "quantity": 1 })).await.refused(403, "outside_audience");

        let stove_claim = claims(&w.school_manager, &w.school_claimant, &stove).await.expect(201).id();
        assert_eq!(standing(&w, &id, "一个炉子").await, "claimed");
        let asked = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        let quilt_claim = w.coordinator.post(&format!("/wishes/{quilt}/dispatches"), asked).await.expect(201).id();
        assert_eq!(standing(&w, &id, "一床被子").await, "asked", "who was only asked is nobody yet");
        assert_eq!(households(&w, &id, "&standing=nobody").await, [vec!["几桶水"]]);
        w.manager.post(&format!("/claims/{quilt_claim}/accept"), json!({})).await.expect(200);
        assert_eq!(standing(&w, &id, "一床被子").await, "partly", "one of its two wishes has nobody");
        assert_eq!(w.county_coordinator.get(&path).await.expect(200).body["report"]["partly"], 1);
        let body = json!({ "items": [{ "name": "炉子", "quantity": 1, "value_fen": 9900 }], "hours": 1.0 });
        w.school_manager.post(&format!("/claims/{stove_claim}/deliveries"), body).await.expect(201);
        assert_eq!(standing(&w, &id, "一个炉子").await, "delivered");
        let word = json!({ "accepted": true, "method": "call" });
        w.county_coordinator.post(&format!("/claims/{stove_claim}/confirmation"), word).await.expect(201);
        assert_eq!(standing(&w, &id, "一个炉子").await, "served");
        brought(&w, &w.manager, &quilt_claim).await;
        let roof_claim = claims(&w.school_manager, &w.school_claimant, &roof).await.expect(201).id();
        assert_eq!(standing(&w, &id, "补屋顶").await, "claimed", "what is confirmed is nobody's hands any more");
        brought(&w, &w.school_manager, &roof_claim).await;

        // It ends with its last household, and not before; what came of it stays.
        assert_eq!(sweep(app).await.calls_served, 0);
        w.county_coordinator.post(&format!("/wishes/{water}/withdraw"), json!({ "reason": "亲戚送来了" })).await.expect(200);
        assert_eq!(sweep(app).await.calls_served, 1);
        assert_eq!(sweep(app).await.calls_served, 0);
        let over = w.auditor.get(&path).await;
        let report = json!({
            "households": 3, "nobody": 0, "asked": 0, "partly": 0, "claimed": 0, "delivered": 0, "served": 2, "ended": 1,
            "wishes": 4, "fulfilled": 3,
        });
        assert_eq!((&over.expect(200).body["status"], &over.body["report"]), (&json!("closed"), &report));
        assert!(over.body["ended_by"].is_null() && over.body["may"] == json!([]));
        assert!(w.school_manager.get("/me/emergency-calls").await.expect(200).items().is_empty());
        w.school_manager.get(&format!("{path}/wishes")).await.refused(404, "not_found");
        let reason = json!({ "reason": "重复了" });
        w.county_coordinator.post(&format!("{path}/close"), reason).await.refused(409, "emergency_call_closed");
        app.assert_sound().await;
    }
}

on_both! {
    async fn all_of_it_is_published_or_nothing(app) {
        let w = World::new(app).await;
        let open = w.published(json!({})).await;
        let waiting = w.submitted(json!({})).await;
        let risky = w.submitted(json!({ "public_summary": "住在何家坪村三组十二号，电话 13800001234。" })).await;
        let ended = w.published(json!({})).await;
        w.county_coordinator.post(&format!("/wishes/{ended}/withdraw"), json!({ "reason": "不用了" })).await.expect(200);
        let before = w.collector.get(&format!("/wishes/{open}")).await.expect(200).body.clone();
        let nothing = uuid::Uuid::nil().to_string();

        let bad = |answer: &Answer, code: &str, faults: &[(&str, &str)]| {
            let faults: Vec<_> = faults.iter().map(|(at, fault)| ((*at).to_owned(), (*fault).to_owned())).collect();
            assert_eq!((answer.body["code"].as_str(), answer.faults()), (Some(code), faults), "{:#}", answer.body);
        };
        let publishing = json!({ "publish_submitted": true });
        bad(&publish(&w, &[&open, &waiting, &ended], json!({})).await, "wrong_status", &[("/wish_ids/1", "wish_changed"), ("/wish_ids/2", "wish_changed")]);
        bad(&publish(&w, &[&open, &waiting, &risky], publishing.clone()).await, "findings_unresolved", &[("/wish_ids/2", "refused")]);
        bad(&publish(&w, &[&open, &nothing], publishing.clone()).await, "invalid", &[("/wish_ids/1", "unknown")]);
        bad(&publish(&w, &[&open, &open], publishing).await, "invalid", &[("/wish_ids/1", "duplicate")]);
        bad(&publish(&w, &[], json!({})).await, "invalid", &[("/wish_ids", "required")]);
        let circles = |ids: &[&String]| json!({ "circles": ids.iter().map(|id| json!({ "organisation_id": id, "whom": "everybody" })).collect::<Vec<_>>() });
        bad(&publish(&w, &[&open], circles(&[&w.school, &w.city])).await, "invalid", &[("/circles/1/organisation_id", "unknown")]);
        bad(&publish(&w, &[&open], circles(&[&w.school, &w.school])).await, "invalid", &[("/circles/1/organisation_id", "duplicate")]);
        bad(&publish(&w, &[&open], circles(&[])).await, "invalid", &[("/circles", "required")]);
        bad(&publish(&w, &[&open], json!({ "due_at": "2026-11-19T00:00:00Z" })).await, "invalid", &[("/due_at", "in_past")]);
        bad(&publish(&w, &[&open], json!({ "due_at": "2027-06-01T00:00:00Z" })).await, "invalid", &[("/due_at", "out_of_range")]);
        bad(&publish(&w, &[&open], json!({ "title": "谢某某家，13800001234" })).await, "findings_unresolved", &[("/title", "phone_number")]);
        // What another organisation's subtree holds is not this one's to call for.
        let new = json!({
            "organisation_id": w.other_village, "title": "邻村的事", "due_at": DUE, "wish_ids": [open],
            "circles": [{ "organisation_id": w.school, "whom": "everybody" }],
        });
        bad(&w.county_coordinator.post("/emergency-calls", new).await, "invalid", &[("/wish_ids/0", "unknown")]);

        assert_eq!(w.collector.get(&format!("/wishes/{open}")).await.expect(200).body, before, "nothing was done to any");
        assert_eq!(w.collector.get(&format!("/wishes/{waiting}")).await.expect(200).body["status"], "submitted");
        assert!(w.county_coordinator.get("/emergency-calls").await.expect(200).items().is_empty());
        claims(&w.school_manager, &w.school_claimant, &open).await.refused(403, "outside_audience");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_nobody_takes_goes_up_and_an_end_by_hand_takes_the_circles_away(app) {
        let mut w = World::new(app).await;
        let tables = w.published(json!({ "title": "六张桌子", "quantity": 6 })).await;
        let left = w.published(json!({ "title": "一床被子" })).await;
        let paused = w.published(json!({ "title": "一把椅子" })).await;
        let until = json!({ "reason": "人在医院", "until": "2026-12-10" });
        w.coordinator.post(&format!("/wishes/{paused}/pause"), until).await.expect(200);
        let kept = w.collector.get(&format!("/wishes/{paused}")).await.text("due_at");
        let persons = json!({ "circles": [{ "organisation_id": w.school, "whom": "persons" }, { "organisation_id": w.township, "whom": "everybody" }] });
        let id = publish(&w, &[&tables, &left, &paused], persons).await.expect(201).id();
        claims(&w.school_manager, &w.school_claimant, &left).await.refused(403, "outside_audience");
        let neighbours = claimant(&w.admin, &w.other_village, "邻村小队").await;
        let dispatched = json!({ "claimant_id": neighbours, "quantity": 1 });
        w.coordinator.post(&format!("/wishes/{tables}/dispatches"), dispatched.clone()).await.expect(201);
        assert_eq!(w.collector.get(&format!("/wishes/{paused}")).await.text("due_at"), kept, "a pause keeps its time");

        // Parts that go to others stay in the call.
        let parts = json!({ "parts": [{ "organisation_id": w.team, "quantity": 2 }] });
        w.coordinator.post(&format!("/wishes/{tables}/split"), parts).await.expect(200);
        assert_eq!(households(&w, &id, "").await, [vec!["六张桌子", "一床被子", "一把椅子", "六张桌子"]]);

        app.state.clock.advance(3 * 86_400);
        sweep(app).await;
        w.county_coordinator = app.public().sign_in("county", PASSWORD).await;
        w.coordinator = app.public().sign_in("coordinator", PASSWORD).await;
        let list = w.county_coordinator.get(&format!("/emergency-calls/{id}/households")).await.expect(200).items();
        let went_up = |title: &str| list[0]["wishes"].as_array().unwrap().iter().any(|wish| wish["title"] == title && wish["went_up"] == true);
        assert!(went_up("一床被子") && !went_up("一把椅子"), "{list:#?}");
        let late = w.county_coordinator.get(&format!("/emergency-calls/{id}")).await;
        assert_eq!((&late.expect(200).body["overdue"], &late.body["status"]), (&json!(true), &json!("open")));

        let close = format!("/emergency-calls/{id}/close");
        let ends = w.county_coordinator.post(&close, json!({ "reason": " " })).await;
        assert_eq!((ends.status, ends.faults()), (422, vec![("/reason".to_owned(), "required".to_owned())]));
        let over = w.county_coordinator.post(&close, json!({ "reason": "转入日常帮扶" })).await;
        assert_eq!((&over.expect(200).body["report"]["asked"], &over.body["ended_reason"]), (&json!(1), &json!("转入日常帮扶")));
        w.coordinator.post(&format!("/wishes/{left}/dispatches"), dispatched).await.refused(403, "outside_audience");
        assert_eq!(sweep(app).await.calls_served, 0);
        app.assert_sound().await;
    }
}

on_both! {
    async fn more_is_added_to_a_call_that_runs_or_nothing(app) {
        let w = World::new(app).await;
        let quilt = w.published(json!({ "title": "一床被子" })).await;
        let id = publish(&w, &[&quilt], json!({})).await.expect(201).id();
        let path = format!("/emergency-calls/{id}");
        let add = async |by: &Client, wishes: &[&str], publishing: bool| {
            let body = json!({ "wish_ids": wishes, "publish_submitted": publishing });
            by.post(&format!("{path}/wishes"), body).await
        };
        let far = resident(&w.admin, &w.other_village).await;
        let stove = w.published(json!({ "title": "一个炉子" })).await;
        let risky = w.submitted(json!({ "public_summary": "住在何家坪村三组十二号，电话 13800001234。" })).await;
        let water = w.wish(json!({ "title": "几桶水", "beneficiary_id": far, "organisation_id": w.other_village }));
        let water = w.admin.post("/wishes", water).await.expect(201).id();
        w.admin.post(&format!("/wishes/{water}/submit"), json!({})).await.expect(200);
        let nothing = uuid::Uuid::nil().to_string();

        // What is refused of one is refused of all, as when it is published.
        let before = w.collector.get(&format!("/wishes/{stove}")).await.expect(200).body.clone();
        let bad = |answer: &Answer, code: &str, at: &str, fault: &str| {
            assert_eq!((answer.body["code"].as_str(), answer.faults()), (Some(code), vec![(at.to_owned(), fault.to_owned())]), "{:#}", answer.body);
        };
        bad(&add(&w.county_coordinator, &[&stove, &quilt], false).await, "invalid", "/wish_ids/1", "duplicate");
        bad(&add(&w.county_coordinator, &[&stove, &stove], false).await, "invalid", "/wish_ids/1", "duplicate");
        bad(&add(&w.county_coordinator, &[&stove, &water], false).await, "wrong_status", "/wish_ids/1", "wish_changed");
        bad(&add(&w.county_coordinator, &[&stove, &risky], true).await, "findings_unresolved", "/wish_ids/1", "refused");
        bad(&add(&w.county_coordinator, &[&stove, &nothing], true).await, "invalid", "/wish_ids/1", "unknown");
        bad(&add(&w.county_coordinator, &[], true).await, "invalid", "/wish_ids", "required");
        let many = vec![stove.as_str(); 500];
        bad(&add(&w.county_coordinator, &many, true).await, "invalid", "/wish_ids", "too_long");
        // Who coordinates where the call is from, and not all of its circles, opens nothing to them.
        let roof = w.published(json!({ "title": "补屋顶" })).await;
        let own = publish(&w, &[&roof], json!({ "organisation_id": w.village })).await.expect(201).id();
        let body = json!({ "wish_ids": [stove] });
        w.coordinator.post(&format!("/emergency-calls/{own}/wishes"), body).await.refused(403, "forbidden");
        assert_eq!(w.collector.get(&format!("/wishes/{stove}")).await.expect(200).body, before);
        assert_eq!(w.county_coordinator.get(&path).await.expect(200).body["version"], 1);

        let seen = w.county_coordinator.get(&path).await.expect(200).body.clone();
        assert_eq!(seen["may"], json!(["add_called_wishes", "close_emergency_call"]));
        let more = add(&w.county_coordinator, &[&stove, &water], true).await;
        assert_eq!((&more.expect(200).body["report"]["households"], &more.body["report"]["wishes"], &more.body["version"]), (&json!(2), &json!(3), &json!(2)));
        let added = w.collector.get(&format!("/wishes/{stove}")).await;
        assert_eq!(added.expect(200).text("due_at"), DUE, "it goes up at the call's time");
        claims(&w.school_manager, &w.school_claimant, &water).await.expect(201);
        let events = w.admin.get(&format!("/audit/events?limit=100&subject_id={id}")).await.expect(200).items();
        let told = events.iter().map(|item| &item["event"]).find(|event| event["kind"] == "emergency_call_extended").unwrap();
        assert_eq!((&told["data"]["wishes"], &told["data"]["letters"]), (&json!(2), &json!(0)));

        w.county_coordinator.post(&format!("{path}/close"), json!({ "reason": "转入日常帮扶" })).await.expect(200);
        let last = w.published(json!({})).await;
        add(&w.county_coordinator, &[&last], false).await.refused(409, "emergency_call_closed");
        app.assert_sound().await;
    }
}
