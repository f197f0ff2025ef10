//! Named shares: one wish that asks for different things, each brought by whoever can, never the same one twice.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::{World, claimant},
};

const NAMED: [&str; 2] = ["上门看诊", "上门理发"];

fn two_services() -> Value {
    json!({ "title": "想请医生上门看看，再理个发", "quantity": 2, "unit": "visit", "shares": NAMED })
}

async fn takes(by: &Client, wish: &str, claimant: &str, shares: &[u8]) -> Answer {
    let body = json!({ "claimant_id": claimant, "quantity": shares.len(), "shares": shares });
    by.post(&format!("/wishes/{wish}/claims"), body).await
}

/// Where each share stands, as anybody sees it.
async fn standing(by: &Client, wish: &str) -> Vec<String> {
    let seen = by.get(&format!("/wishes/{wish}")).await.expect(200).body.clone();
    let shares = seen["shares"].as_array().unwrap().iter();
    shares.map(|share| share["status"].as_str().unwrap().to_owned()).collect()
}

async fn brought(w: &World, claim: &str) {
    let delivery = json!({ "note": "办好了", "hours": 1.0 });
    w.manager.post(&format!("/claims/{claim}/deliveries"), delivery).await.expect(201);
}

async fn confirmed(w: &World, claim: &str) {
    let word = json!({ "accepted": true, "method": "call" });
    w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
}

on_both! {
    /// 桂林市七星区: a doctor's visit and a haircut at home, here by two.
    async fn a_visit_and_a_haircut_are_brought_by_two_and_lit_together(app) {
        let w = World::new(app).await;
        let barber = claimant(&w.admin, &w.team, "社区理发师").await;
        let wish = w.published(two_services()).await;
        let seen = app.public().get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["shares"], json!([
            { "number": 1, "title": "上门看诊", "status": "open" },
            { "number": 2, "title": "上门理发", "status": "open" },
        ]));
        let found = app.public().get("/wishes?q=理发").await.items();
        assert_eq!((found.len(), &found[0]["shares"][1]["title"]), (1, &json!("上门理发")), "found and shown by its parts");

        let cut = takes(&w.manager, &wish, &barber, &[2]).await;
        assert_eq!(cut.expect(201).body["shares"], json!(["上门理发"]));
        assert_eq!(standing(&app.public(), &wish).await, ["open", "claimed"]);
        // The same one is nobody else's; what is free is.
        let taken = takes(&w.manager, &wish, &w.team_claimant, &[2]).await;
        assert_eq!(taken.refused(409, "share_taken").faults(), [("/shares/0".to_owned(), "refused".to_owned())]);
        let visit = takes(&w.manager, &wish, &w.team_claimant, &[1]).await.expect(201).id();
        let made = w.coordinator.get(&format!("/wishes/{wish}/claims")).await.items();
        let shares: Vec<&Value> = made.iter().map(|claim| &claim["shares"]).collect();
        assert_eq!(shares, [&json!(["上门理发"]), &json!(["上门看诊"])]);

        let cut = cut.id();
        brought(&w, &cut).await;
        assert_eq!(standing(&w.collector, &wish).await, ["claimed", "delivered"]);
        confirmed(&w, &cut).await;
        assert_eq!(standing(&app.public(), &wish).await, ["claimed", "confirmed"]);
        assert_eq!(w.coordinator.get(&format!("/wishes/{wish}")).await.body["status"], "claimed", "one of two is not the wish");
        brought(&w, &visit).await;
        confirmed(&w, &visit).await;
        let lit = w.coordinator.get(&format!("/wishes/{wish}")).await;
        assert_eq!((&lit.body["status"], lit.body["shares"][0]["status"].as_str()), (&json!("fulfilled"), Some("confirmed")));
        let events = w.coordinator.get(&format!("/wishes/{wish}/events?limit=100")).await.items();
        let said: Vec<&Value> = events.iter().filter(|event| event["kind"] == "wish_claimed").map(|event| &event["data"]["shares"]).collect();
        assert_eq!(said, [&json!([2]), &json!([1])]);
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_is_given_back_or_does_not_hold_is_free_again_under_its_name(app) {
        let w = World::new(app).await;
        let barber = claimant(&w.admin, &w.team, "社区理发师").await;
        let wish = w.published(two_services()).await;
        // Who names none has the first that are free; one may take all.
        let both = w.claimed(&wish, 2).await;
        assert_eq!(standing(&app.public(), &wish).await, ["claimed", "claimed"]);
        w.manager.post(&format!("/claims/{both}/release"), json!({ "reason": "这周来不了" })).await.expect(200);
        assert_eq!(standing(&app.public(), &wish).await, ["open", "open"]);
        assert!(w.manager.get(&format!("/claims/{both}")).await.expect(200).body.get("shares").is_none(), "it holds none any more");

        let asked = json!({ "claimant_id": barber, "quantity": 1, "shares": [2] });
        let asked = w.coordinator.post(&format!("/wishes/{wish}/dispatches"), asked).await.expect(201).id();
        let first = w.claimed(&wish, 1).await;
        assert_eq!(w.manager.get(&format!("/claims/{first}")).await.expect(200).body["shares"], json!(["上门看诊"]));
        w.manager.post(&format!("/claims/{asked}/decline"), json!({ "reason": "没空" })).await.expect(200);
        assert_eq!(standing(&app.public(), &wish).await, ["claimed", "open"]);

        // Confirmed, and then not so: the share is another's to bring.
        brought(&w, &first).await;
        confirmed(&w, &first).await;
        let not_so = json!({ "claim_id": first, "reason": "did_not_arrive", "note": "医生没有来", "take_back": true });
        w.coordinator.post(&format!("/wishes/{wish}/reopen"), not_so).await.expect(200);
        assert_eq!(standing(&app.public(), &wish).await, ["open", "open"]);
        app.assert_sound().await;
    }
}

on_both! {
    async fn twelve_who_want_the_haircut_at_once_get_it_once(app) {
        let w = World::new(app).await;
        let wish = w.published(two_services()).await;
        let mut asked = Vec::new();
        for n in 0..12 {
            let by = claimant(&w.admin, &w.team, &format!("理发师{n}")).await;
            let (manager, wish) = (w.manager.clone(), wish.clone());
            asked.push(tokio::task::spawn_local(async move {
                loop {
                    let answer = takes(&manager, &wish, &by, &[2]).await;
                    if answer.status != 503 {
                        return answer;
                    }
                }
            }));
        }
        let mut won = 0;
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status == 201 {
                won += 1;
            } else {
                answer.refused(409, "share_taken");
            }
        }
        assert_eq!(won, 1);
        assert_eq!(standing(&app.public(), &wish).await, ["open", "claimed"], "the visit waits");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_does_not_fit_is_refused_and_changes_nothing(app) {
        let w = World::new(app).await;
        let fault = |pointer: &str, fault: &str| vec![(pointer.to_owned(), fault.to_owned())];
        let writes = async |change: Value| {
            let mut new = two_services();
            new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            w.collector.post("/wishes", w.wish(new)).await.refused(422, "invalid").faults()
        };
        assert_eq!(writes(json!({ "shares": ["上门看诊"], "quantity": 1 })).await, fault("/shares", "out_of_range"));
        assert_eq!(writes(json!({ "shares": ["甲事", "乙事", "丙事", "丁事", "戊事", "己事"], "quantity": 6 })).await, fault("/shares", "out_of_range"));
        assert_eq!(writes(json!({ "quantity": 3 })).await, fault("/quantity", "out_of_range"));
        assert_eq!(writes(json!({ "unit": "hour" })).await, fault("/unit", "wrong"));
        assert_eq!(writes(json!({ "shares": ["上门看诊", " 上门看诊 "] })).await, fault("/shares/1", "duplicate"));
        assert_eq!(writes(json!({ "shares": ["上门看诊", "理"] })).await, fault("/shares/1", "too_short"));

        // A draft's shares are rewritten and dropped; their names are read at review like all that is public.
        let draft = w.collector.post("/wishes", w.wish(two_services())).await.expect(201).id();
        let path = format!("/wishes/{draft}");
        let alike = json!({ "shares": null, "quantity": 3 });
        assert!(w.collector.change(Method::PATCH, &path, "*", alike).await.expect(200).body.get("shares").is_none());
        let named = json!({ "shares": ["上门看诊", "理发请打13800001234"], "quantity": 2 });
        w.collector.change(Method::PATCH, &path, "*", named).await.expect(200);
        w.collector.post(&format!("{path}/submit"), json!({})).await.expect(200);
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        let found = w.reviewer.post(&format!("{path}/review"), review).await;
        assert_eq!(found.refused(409, "findings_unresolved").faults(), fault("/shares", "phone_number"));

        let wish = w.published(two_services()).await;
        let before = w.coordinator.get(&format!("/wishes/{wish}")).await.body;
        let asks = async |shares: &[u8], quantity: i64| {
            let body = json!({ "claimant_id": w.team_claimant, "quantity": quantity, "shares": shares });
            w.manager.post(&format!("/wishes/{wish}/claims"), body).await.refused(422, "invalid").faults()
        };
        assert_eq!(asks(&[3], 1).await, fault("/shares/0", "unknown"));
        assert_eq!(asks(&[0], 1).await, fault("/shares/0", "unknown"));
        assert_eq!(asks(&[1, 1], 2).await, fault("/shares/1", "duplicate"));
        assert_eq!(asks(&[1], 2).await, fault("/quantity", "out_of_range"));
        // By quantity it is not split: it is divided already.
        let parts = json!({ "parts": [{ "organisation_id": w.team, "quantity": 1 }] });
        w.coordinator.post(&format!("/wishes/{wish}/split"), parts).await.refused(409, "named_shares");
        assert_eq!(w.coordinator.get(&format!("/wishes/{wish}")).await.body, before);
        // Of a wish without names none can be asked for.
        let plain = w.published(json!({ "quantity": 2 })).await;
        assert_eq!(takes(&w.manager, &plain, &w.team_claimant, &[1]).await.refused(422, "invalid").faults(), fault("/shares/0", "unknown"));
    }
}

on_both! {
    async fn of_who_is_erased_no_share_is_named(app) {
        let w = World::new(app).await;
        let wish = w.published(two_services()).await;
        let path = format!("/beneficiaries/{}", w.resident);
        let copy = w.admin.post(&format!("{path}/copy"), json!({ "purpose": "access" })).await.expect(200).body.clone();
        assert_eq!(copy["wishes"][0]["shares"], json!(NAMED));
        let end = json!({ "reason": "搬走了" });
        w.coordinator.post(&format!("/wishes/{wish}/withdraw"), end).await.expect(200);
        w.admin.change(Method::POST, &format!("{path}/erasure"), "*", json!({ "reason": "requested" })).await.expect(200);
        let gone = w.coordinator.get(&format!("/wishes/{wish}")).await;
        assert!(gone.expect(200).body.get("shares").is_none(), "{:#}", gone.body);
        app.assert_sound().await;
    }
}
