//! Pairings over months: proposed and accepted, visited, a missed visit told once, handed over with its history, a
//! new wish offered to the pair first, and an end with thanks.

use domain::time::Instant;
use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, child, resident},
};

async fn signed_in(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

fn proposal(w: &World, claimant: &str) -> Value {
    json!({ "beneficiary_id": w.resident, "claimant_id": claimant, "rhythm": { "every": 1, "unit": "month" },
            "note": "老人想有人说说话" })
}

/// The team is paired with the household.
async fn paired(w: &World) -> String {
    let id = w.coordinator.post("/pairings", proposal(w, &w.team_claimant)).await.expect(201).id();
    w.manager.post(&format!("/pairings/{id}/accept"), json!({})).await.expect(200);
    id
}

async fn visit(by: &Client, pairing: &str, on: &str) -> Answer {
    let found = json!({ "visited_on": on, "income": "低保按月到账", "health": "血压稳了", "benefits": "高龄津贴还没办" });
    by.post(&format!("/pairings/{pairing}/visits"), found).await
}

/// What each change of a pairing was, in order.
async fn kinds(app: &App, pairing: &str) -> Vec<String> {
    let told =
        signed_in(app, "admin").await.get(&format!("/audit/events?limit=100&subject_id={pairing}")).await;
    told.expect(200).items().iter().map(|item| item["event"]["kind"].as_str().unwrap().to_owned()).collect()
}

/// What waits for somebody of a pairing.
async fn waits(who: &Client, pairing: &str) -> Vec<String> {
    let all = who.get("/me/tasks?limit=100").await.expect(200).items();
    let of = all.iter().filter(|task| task["pairing_id"] == pairing);
    of.map(|task| format!("{} {}", task["kind"].as_str().unwrap(), task["why"].as_str().unwrap())).collect()
}

const NOTHING: [String; 0] = [];

async fn withdraw_sharing(w: &World, resident: &str) {
    let known = w.collector.get(&format!("/beneficiaries/{resident}")).await;
    let given = known.expect(200).body["consents"].as_array().unwrap().clone();
    let given = given.iter().find(|one| one["purpose"] == "share_with_claimant").unwrap();
    let path = format!("/beneficiaries/{resident}/consents/{}/withdraw", given["id"].as_str().unwrap());
    w.collector.post(&path, json!({})).await.expect(200);
}

async fn new_manager(app: &App, w: &World, name: &str) -> String {
    let new = json!({ "username": name, "display_name": name, "password": PASSWORD, "role": "manager" });
    let made =
        w.admin.post(&format!("/organisations/{}/members", w.team), new).await.expect(201).text("user_id");
    tests::world::own_passwords(app).await;
    made
}

on_both! {
    async fn a_household_is_visited_for_months(app) {
        let w = World::new(app).await;
        let next = new_manager(app, &w, "next").await;
        let id = w.coordinator.post("/pairings", proposal(&w, &w.team_claimant)).await.expect(201).id();
        let path = format!("/pairings/{id}");
        assert_eq!(waits(&w.manager, &id).await, ["accept_pairing pairing_proposed"]);
        assert_eq!(waits(&w.school_manager, &id).await, NOTHING);
        let asked = w.manager.get(&path).await;
        assert_eq!(asked.expect(200).body["note"], "老人想有人说说话");
        assert!(asked.body.get("resident").is_none(), "nothing of the resident before a yes");
        w.manager.post(&format!("{path}/delivery-details"), json!({ "purpose": "visit" })).await.refused(409, "wrong_pairing_status");
        let yes = w.manager.post(&format!("{path}/accept"), json!({})).await;
        assert_eq!(yes.expect(200).body["resident"], json!({ "name": "谢**" }));
        assert_eq!((yes.text("due_at"), &yes.body["missed"]), ("2026-12-20T15:59:59.999999Z".into(), &json!(false)));
        assert_eq!(waits(&w.manager, &id).await, NOTHING);
        let seen = w.manager.post(&format!("{path}/delivery-details"), json!({ "purpose": "visit" })).await;
        assert_eq!(seen.expect(200).text("address"), "何家坪村三组十二号");
        let looks = w.collector.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await;
        assert_eq!((&looks.items()[0]["scope"], &looks.items()[0]["claimant"]), (&json!("delivery"), &json!("村志愿队")));

        // A visit, and its correction beside it.
        app.state.clock.advance(10 * 86_400);
        let manager = signed_in(app, "manager").await;
        let first = visit(&manager, &id, "2026-11-28").await.expect(201).id();
        let better = json!({ "visited_on": "2026-11-29", "health": "血压高，约了县医院" });
        let second = manager.post(&format!("/visits/{first}/correct"), better.clone()).await.expect(201).id();
        manager.post(&format!("/visits/{first}/correct"), better).await.refused(409, "visit_replaced");
        let list = signed_in(app, "collector").await.get(&format!("{path}/visits")).await;
        let seen = &list.expect(200).items()[0];
        assert_eq!((list.items().len(), &seen["id"], &seen["health"]), (1, &json!(second), &json!("血压高，约了县医院")));
        assert_eq!(seen["earlier"][0]["health"], "血压稳了", "what was said stays to be read");
        assert_eq!(list.header("cache-control"), "no-store");
        let shown = manager.get(&path).await;
        assert_eq!((shown.text("last_visited_on"), shown.text("due_at")), ("2026-11-29".into(), "2026-12-29T15:59:59.999999Z".into()));

        // The day before it is due the responsible member is told, and once it is missed the coordinator too: once.
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(jobs::sweep(&app.state, at("2026-12-27T04:00:00Z")).await.unwrap().pairings_told, 0);
        assert_eq!(jobs::sweep(&app.state, at("2026-12-28T04:00:00Z")).await.unwrap().pairings_told, 1);
        app.state.clock.advance(28 * 86_400);
        let (manager, coordinator) = (signed_in(app, "manager").await, signed_in(app, "coordinator").await);
        assert_eq!(waits(&manager, &id).await, ["visit_due visit_by"]);
        assert_eq!(waits(&signed_in(app, "next").await, &id).await, NOTHING, "another of the team answers for the visits");
        assert_eq!(waits(&coordinator, &id).await, NOTHING);
        app.state.clock.advance(2 * 86_400);
        for told in [1, 0, 0] {
            assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().pairings_told, told);
        }
        app.state.clock.advance(40 * 86_400);
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().pairings_told, 0, "the alarm is gentle");
        let (manager, coordinator) = (signed_in(app, "manager").await, signed_in(app, "coordinator").await);
        assert_eq!(waits(&manager, &id).await, ["visit_due visit_missed"]);
        assert_eq!(waits(&coordinator, &id).await, ["visits_lapsed visit_missed"]);
        assert_eq!(waits(&signed_in(app, "county").await, &id).await, ["visits_lapsed visit_missed"]);
        assert_eq!(waits(&signed_in(app, "school").await, &id).await, NOTHING);
        let lapsed = coordinator.get("/pairings?missed=true").await;
        assert_eq!((lapsed.expect(200).items().len(), &lapsed.items()[0]["missed"]), (1, &json!(true)));

        // The post changes hands; the next one sees what was found before.
        let over = json!({ "responsible_id": next, "note": "周三下午在家，爱听戏" });
        let handed = coordinator.post(&format!("{path}/hand-over"), over.clone()).await;
        assert_eq!(handed.expect(200).body["responsible"]["display_name"], "next");
        assert_eq!(handed.body["hand_overs"][0]["from"]["display_name"], "manager");
        coordinator.post(&format!("{path}/hand-over"), over).await.refused(422, "invalid");
        let next = signed_in(app, "next").await;
        assert_eq!(waits(&next, &id).await, ["visit_due visit_missed"]);
        assert_eq!(waits(&manager, &id).await, NOTHING);
        assert_eq!(next.get(&path).await.body["hand_overs"][0]["note"], "周三下午在家，爱听戏");
        assert_eq!(next.get(&format!("{path}/visits")).await.expect(200).items().len(), 1);
        visit(&next, &id, "2027-02-07").await.expect(201);
        assert_eq!(waits(&coordinator, &id).await, NOTHING);
        let often = json!({ "rhythm": { "every": 10, "unit": "day" } });
        coordinator.change(Method::PATCH, &path, "\"stale\"", often.clone()).await.refused(412, "stale");
        let often = coordinator.change(Method::PATCH, &path, "*", often).await;
        assert_eq!(often.expect(200).text("due_at"), "2027-02-17T15:59:59.999999Z");

        // It ends with thanks, and what the pair saw closes.
        let thanks = json!({ "reason": "no_longer_needed", "thanks": "谢谢你们陪了一个冬天" });
        let ended = next.post(&format!("{path}/end"), thanks.clone()).await;
        assert_eq!((ended.expect(200).text("status"), ended.text("ended_words")), ("ended".into(), "谢谢你们陪了一个冬天".into()));
        next.post(&format!("{path}/end"), thanks).await.refused(409, "wrong_pairing_status");
        next.get(&format!("{path}/visits")).await.refused(409, "wrong_pairing_status");
        next.post(&format!("{path}/delivery-details"), json!({ "purpose": "visit" })).await.refused(409, "wrong_pairing_status");
        visit(&next, &id, "2027-02-07").await.refused(409, "wrong_pairing_status");
        assert!(next.get(&path).await.expect(200).body.get("resident").is_none());
        assert_eq!(coordinator.get(&format!("{path}/visits")).await.expect(200).items().len(), 2, "the staff keep the history");
        assert_eq!(coordinator.get("/pairings").await.items().len(), 0);
        assert_eq!(coordinator.get("/pairings?over=true").await.items().len(), 1);
        let expected = [
            "pairing_proposed", "pairing_accepted", "visit_noted", "visit_corrected", "visit_reminded", "visit_missed",
            "pairing_handed_over", "visit_noted", "pairing_updated", "pairing_ended",
        ];
        assert_eq!(kinds(app, &id).await, expected);
        // And may begin again.
        coordinator.post("/pairings", proposal(&w, &w.team_claimant)).await.expect(201);
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_does_not_fit_is_refused_and_changes_nothing(app) {
        let w = World::new(app).await;
        let id = paired(&w).await;
        let path = format!("/pairings/{id}");
        w.coordinator.post("/pairings", proposal(&w, &w.team_claimant)).await.refused(409, "already_paired");
        // Another of the household is the same household.
        let known = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await.expect(200).text("household_id");
        let consents = json!([{ "purpose": "share_with_claimant", "given_by": "self", "given_on": "2026-11-01" }]);
        let partner = json!({ "name": "田某某", "hardships": [], "organisation_id": w.village, "household_id": known, "consents": consents });
        let partner = w.collector.post("/beneficiaries", partner).await.expect(201).id();
        let again = json!({ "beneficiary_id": partner, "claimant_id": w.team_claimant, "rhythm": { "every": 7, "unit": "day" } });
        w.coordinator.post("/pairings", again).await.refused(409, "already_paired");

        // A visit that lies ahead, or before the tie; by a stranger, or by who only stands above the claimant.
        assert_eq!(visit(&w.manager, &id, "2026-11-21").await.refused(422, "invalid").faults(), [("/visited_on".into(), "in_future".into())]);
        visit(&w.manager, &id, "2026-11-19").await.refused(422, "invalid");
        visit(&w.school_manager, &id, "2026-11-20").await.refused(404, "not_found");
        visit(&w.stranger, &id, "2026-11-20").await.refused(404, "not_found");
        visit(&w.coordinator, &id, "2026-11-20").await.refused(403, "forbidden");
        w.coordinator.post(&format!("{path}/delivery-details"), json!({ "purpose": "visit" })).await.refused(403, "forbidden");
        let stranger = w.school_manager.get("/me").await.expect(200).body["user"]["id"].clone();
        let to_stranger = json!({ "responsible_id": stranger });
        assert_eq!(w.manager.post(&format!("{path}/hand-over"), to_stranger).await.refused(422, "invalid").faults(), [("/responsible_id".into(), "unknown".into())]);
        w.manager.post(&format!("{path}/end"), json!({ "reason": "moved_away", "thanks": " " })).await.refused(422, "invalid");
        w.manager.post(&format!("{path}/end"), json!({ "reason": "erased", "thanks": "谢谢" })).await.refused(422, "invalid");

        // A rhythm that is none, a beginning that lies ahead, a claimant of another tree, one that is not active.
        let other = resident(&w.collector, &w.village).await;
        let ask = |change: Value| {
            let mut ask = proposal(&w, &w.school_claimant);
            ask["beneficiary_id"] = json!(other);
            for (name, value) in change.as_object().unwrap() {
                ask[name] = value.clone();
            }
            ask
        };
        for bad in [
            json!({ "rhythm": { "every": 0, "unit": "day" } }),
            json!({ "rhythm": { "every": 13, "unit": "month" } }),
            json!({ "begun_on": "2026-11-21" }),
            json!({ "claimant_id": other }),
            json!({ "note": "长".repeat(501) }),
        ] {
            w.coordinator.post("/pairings", ask(bad)).await.refused(422, "invalid");
        }
        let elsewhere = tests::world::claimant(&w.stranger, &w.other_root, "别处的队").await;
        w.coordinator.post("/pairings", ask(json!({ "claimant_id": elsewhere }))).await.refused(422, "invalid");
        let off = json!({ "active": false });
        w.admin.change(Method::PATCH, &format!("/claimants/{}", w.school_claimant), "*", off).await.expect(200);
        w.coordinator.post("/pairings", ask(json!({}))).await.refused(409, "claimant_inactive");
        assert_eq!(kinds(app, &id).await, ["pairing_proposed", "pairing_accepted"]);
        assert_eq!(w.coordinator.get("/pairings").await.expect(200).items().len(), 1);
    }
}

on_both! {
    async fn without_the_residents_consent_nothing_is_told(app) {
        let w = World::new(app).await;
        let id = paired(&w).await;
        let path = format!("/pairings/{id}");
        visit(&w.manager, &id, "2026-11-20").await.expect(201);
        let proposed = w.coordinator.post("/pairings", proposal(&w, &w.school_claimant)).await.expect(201).id();
        withdraw_sharing(&w, &w.resident).await;
        visit(&w.manager, &id, "2026-11-20").await.refused(409, "consent_missing");
        w.manager.get(&format!("{path}/visits")).await.refused(409, "consent_missing");
        w.manager.post(&format!("{path}/delivery-details"), json!({ "purpose": "visit" })).await.refused(409, "consent_missing");
        let seen = w.manager.get(&path).await;
        assert_eq!(seen.expect(200).body["agreed"], false);
        assert!(seen.body.get("resident").is_none());
        assert_eq!(w.coordinator.get(&format!("{path}/visits")).await.expect(200).items().len(), 1);
        w.school_manager.post(&format!("/pairings/{proposed}/accept"), json!({})).await.refused(409, "consent_missing");
        w.school_manager.post(&format!("/pairings/{proposed}/decline"), json!({ "reason": "等居民愿意了再说" })).await.expect(200);
        w.coordinator.post("/pairings", proposal(&w, &w.school_claimant)).await.refused(409, "consent_missing");
    }
}

on_both! {
    async fn a_proposal_that_nobody_answers_lapses(app) {
        let w = World::new(app).await;
        let id = w.coordinator.post("/pairings", proposal(&w, &w.team_claimant)).await.expect(201).id();
        app.state.clock.advance(5 * 86_400);
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().pairings_told, 1);
        let manager = signed_in(app, "manager").await;
        assert_eq!(manager.get(&format!("/pairings/{id}")).await.expect(200).text("status"), "lapsed");
        manager.post(&format!("/pairings/{id}/accept"), json!({})).await.refused(409, "wrong_pairing_status");
        assert_eq!(waits(&manager, &id).await, NOTHING);
    }
}

on_both! {
    async fn who_is_erased_is_visited_no_more(app) {
        let w = World::new(app).await;
        let id = paired(&w).await;
        visit(&w.manager, &id, "2026-11-20").await.expect(201);
        let path = format!("/beneficiaries/{}", w.resident);
        let copy = w.collector.post(&format!("{path}/copy"), json!({ "purpose": "access" })).await;
        assert_eq!(copy.expect(200).body["pairings"][0]["visits"][0]["health"], "血压稳了");
        let reason = json!({ "reason": "requested" });
        let request = w.admin.request(Method::POST, &format!("{path}/erasure")).header("If-Match", "*").json(&reason);
        tests::client::send(request).await.expect(200);
        let seen = w.coordinator.get(&format!("/pairings/{id}")).await;
        assert_eq!((seen.expect(200).text("status"), seen.text("ended_reason")), ("ended".into(), "erased".into()));
        let list = w.coordinator.get(&format!("/pairings/{id}/visits")).await;
        assert!(list.expect(200).items()[0].get("health").is_none());
        assert_eq!(list.items()[0]["visited_on"], "2026-11-20", "that it was, stays");
        app.assert_sound().await;
    }
}

on_both! {
    async fn what_a_pair_needs_is_kept_and_a_year_later_it_goes(app) {
        let w = World::new(app).await;
        let id = paired(&w).await;
        let wish = w.submitted(json!({})).await;
        w.reviewer.post(&format!("/wishes/{wish}/withdraw"), json!({ "reason": "自己买到了" })).await.expect(200);
        let erased = async || {
            let seen = signed_in(app, "collector").await.get(&format!("/beneficiaries/{}", w.resident)).await;
            seen.expect(200).body.get("erased_at").is_some()
        };
        app.pass_days(400).await;
        assert!(!erased().await, "their pair visits them");
        let thanks = json!({ "reason": "no_longer_needed", "thanks": "谢谢" });
        signed_in(app, "manager").await.post(&format!("/pairings/{id}/end"), thanks).await.expect(200);
        app.pass_days(300).await;
        assert!(!erased().await, "a year is not over");
        app.pass_days(70).await;
        assert!(erased().await);
        assert_eq!(kinds(app, &id).await.last().unwrap(), "pairing_forgotten");
    }
}

/// The village asks pairs first, for so many working days.
async fn pairs_first(w: &World, days: u16) {
    let rules = json!({ "pair_first_days": days, "wall_households": 1 });
    w.admin
        .change(Method::PUT, &format!("/organisations/{}/policy", w.village), "*", rules)
        .await
        .expect(200);
}

on_both! {
    async fn a_new_wish_is_offered_to_the_pair_first_and_comes_free(app) {
        let w = World::new(app).await;
        paired(&w).await;
        let before = w.published(json!({ "quantity": 3 })).await;
        assert_eq!(w.coordinator.get(&format!("/wishes/{before}/claims")).await.items().len(), 0, "off unless somebody set it");
        pairs_first(&w, 2).await;
        let wish = w.published(json!({ "quantity": 3 })).await;
        let claim = w.coordinator.get(&format!("/wishes/{wish}/claims")).await.expect(200).items()[0].clone();
        assert_eq!((&claim["status"], &claim["quantity"], &claim["claimant"]["id"]), (&json!("proposed"), &json!(3), &json!(w.team_claimant)));
        assert_eq!(claim["answer_by"], "2026-11-24T15:59:59.999999Z");
        let grab = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        w.manager.post(&format!("/wishes/{wish}/claims"), grab).await.refused(409, "quantity_exceeds_remaining");
        // A household without a pair is anybody's.
        let other = resident(&w.collector, &w.village).await;
        let free = w.published(json!({ "beneficiary_id": other })).await;
        assert_eq!(w.coordinator.get(&format!("/wishes/{free}/claims")).await.items().len(), 0);
        assert_eq!(app.pass_days(5).await.lapsed, 1);
        let manager = signed_in(app, "manager").await;
        assert_eq!(manager.get(&format!("/wishes/{wish}")).await.expect(200).text("status"), "open");
        // And one that the pair takes is theirs.
        let grab = json!({ "claimant_id": w.team_claimant, "quantity": 3 });
        manager.post(&format!("/wishes/{wish}/claims"), grab).await.expect(201);
    }
}

on_both! {
    async fn who_has_full_hands_is_passed_over(app) {
        let w = World::new(app).await;
        pairs_first(&w, 2).await;
        paired(&w).await;
        let school = w.coordinator.post("/pairings", proposal(&w, &w.school_claimant)).await.expect(201).id();
        w.school_manager.post(&format!("/pairings/{school}/accept"), json!({})).await.expect(200);
        let full = json!({ "capacity": 1 });
        w.admin.change(Method::PATCH, &format!("/claimants/{}", w.team_claimant), "*", full).await.expect(200);
        let offered = async |wish: &str| w.coordinator.get(&format!("/wishes/{wish}/claims")).await.expect(200).items();
        let first = w.published(json!({})).await;
        assert_eq!(offered(&first).await[0]["claimant"]["id"], w.team_claimant, "the older tie");
        let second = w.published(json!({})).await;
        assert_eq!(offered(&second).await[0]["claimant"]["id"], w.school_claimant, "outside the village, and still its pair");
        withdraw_sharing(&w, &w.resident).await;
        let third = w.published(json!({})).await;
        assert_eq!(offered(&third).await.len(), 0, "whoever is told of the household is told of nothing more");
    }
}

on_both! {
    async fn a_child_is_visited_once_the_officer_says_so(app) {
        let w = World::new(app).await;
        let child = child(&w.collector, &w.village).await;
        let ask = json!({ "beneficiary_id": child, "claimant_id": w.team_claimant, "rhythm": { "every": 14, "unit": "day" } });
        let id = w.coordinator.post("/pairings", ask).await.expect(201).id();
        w.manager.post(&format!("/pairings/{id}/accept"), json!({})).await.expect(200);
        let details = format!("/pairings/{id}/delivery-details");
        w.manager.post(&details, json!({ "purpose": "visit" })).await.refused(403, "approval_required");
    }
}
