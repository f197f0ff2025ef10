//! Joining a circle: anybody applies, staff answer, the new unit's manager signs in and claims; who is suspended takes on
//! nothing new and keeps what it holds; what was asked is erased in time.

use reqwest::Method;
use serde_json::{Value, json};
use server::config::Config;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, own_passwords},
};

/// Opens the township's circle.
async fn open(w: &World) -> String {
    let path = format!("/circles/{}", w.township);
    w.admin.change(Method::PUT, &path, "*", json!({ "open": true })).await.expect(204);
    format!("{path}/applications")
}

fn unit(name: &str, contact: &str) -> Value {
    json!({
        "kind": "unit", "display_name": name, "contact_name": "林小舟", "contact": contact,
        "skills": ["理发"], "region_codes": ["990102103"], "categories": ["skill"], "capacity": 2,
        "note": "每月第一个周六都能来",
    })
}

async fn applied(app: &App, path: &str, new: Value) -> (String, String) {
    let made = app.public().post(path, new).await;
    (made.expect(201).body["application"]["id"].as_str().unwrap().to_owned(), made.text("code"))
}

async fn looked_up(app: &App, code: &str) -> Answer {
    app.public().post("/applications/look-up", json!({ "code": code })).await
}

async fn kinds(w: &World, subject: &str) -> Vec<String> {
    let events = w.admin.get("/events?limit=100").await.expect(200).items();
    let mut all = events;
    let of = |event: &Value| event["subject_id"] == *subject || event["data"]["claimant_id"] == *subject;
    all.retain(of);
    all.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

async fn claim(by: &Client, wish: &str, claimant: &str) -> Answer {
    by.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": claimant, "quantity": 1 })).await
}

on_both! {
    async fn a_unit_applies_is_let_in_and_its_first_manager_claims(app) {
        let w = World::new(app).await;
        let nowhere = format!("/circles/{}/applications", w.township);
        app.public().post(&nowhere, unit("爱心理发队", "0700 555 0101")).await.refused(409, "circle_closed");
        app.public().get(&format!("/circles/{}", w.township)).await.refused(404, "not_found");
        let path = open(&w).await;
        let circle = app.public().get(&format!("/circles/{}", w.township)).await;
        let circle = &circle.expect(200).body;
        assert_eq!((&circle["name"], &circle["above"]), (&json!("桃坪镇"), &json!(["青禾县", "清河市"])));
        assert!(circle["skills"].to_string().contains("理发") && circle["places"].to_string().contains("何家坪村"));

        let (id, code) = applied(app, &path, unit("爱心理发队", "0700 555 0101")).await;
        let seen = looked_up(app, &code.to_uppercase().replace('-', " ")).await;
        assert_eq!((&seen.expect(200).body["status"], &seen.body["contact"]), (&json!("waiting"), &json!("0700 555 0101")));
        looked_up(app, "k3vq-7hzd-p2xm-wnta").await.refused(404, "not_found");
        let tasks = w.township_coordinator.get("/me/tasks?kind=answer_application").await.expect(200).items();
        assert_eq!((tasks.len(), &tasks[0]["application_id"], &tasks[0]["why"]), (1, &json!(id), &json!("applied")));
        assert_eq!(tasks[0]["link"], format!("/console/applications/{id}"));
        assert!(w.coordinator.get("/me/tasks?kind=answer_application").await.items().is_empty(), "the village's does not answer for the township");

        let approve = format!("/applications/{id}/approve");
        w.township_coordinator.post(&approve, json!({})).await.refused(422, "invalid");
        w.township_coordinator.post(&approve, json!({ "username": "manager" })).await.refused(409, "username_taken");
        let made = w.township_coordinator.post(&approve, json!({ "username": "barbers", "unit_kind": "team", "note": "欢迎" })).await;
        let (claimant, password) = (made.expect(200).text("claimant_id"), made.text("password"));
        assert_eq!(made.header("cache-control"), "no-store");
        w.township_coordinator.post(&approve, json!({ "username": "barbers2" })).await.refused(409, "application_answered");
        assert_eq!(looked_up(app, &code).await.body["answer"], "欢迎");
        assert!(w.township_coordinator.get("/me/tasks?kind=answer_application").await.items().is_empty());

        let new = app.public().sign_in("barbers", &password).await;
        new.get("/claimants").await.refused(403, "password_change_required");
        new.post("/me/password", json!({ "current_password": password, "new_password": PASSWORD })).await.expect(204);
        let new = app.public().sign_in("barbers", PASSWORD).await;
        let own = new.get("/claimants").await.expect(200).items();
        assert_eq!((own.len(), &own[0]["id"], &own[0]["display_name"], &own[0]["skills"]), (1, &json!(claimant), &json!("爱心理发队"), &json!(["理发"])), "its own unit and no other");
        let wish = w.published(json!({})).await;
        claim(&new, &wish, &w.team_claimant).await.refused(403, "not_your_claimant");
        claim(&new, &wish, &claimant).await.refused(403, "outside_audience");
        let wide = w.submitted(json!({})).await;
        w.publish(&wide, json!({ "audience_id": w.township })).await;
        claim(&new, &wide, &claimant).await.expect(201);
        assert_eq!(kinds(&w, &id).await, ["application_received", "application_approved"]);
        // Who acts is named in what they do; of what was said nothing is told.
        for event in w.admin.get("/events?limit=100").await.items() {
            for private in ["0700", "林小舟", "每月第一个周六"] {
                assert!(!event["data"].to_string().contains(private), "{private} in {event}");
            }
        }
        app.assert_sound().await;
    }
}

on_both! {
    async fn who_is_declined_reads_why_and_nobody_joins_twice(app) {
        let w = World::new(app).await;
        let path = open(&w).await;
        let (id, code) = applied(app, &path, unit("爱心理发队", "0700 555 0101")).await;
        // However it is written.
        app.public().post(&path, unit("爱心 理发队", "07005550101")).await.refused(409, "already_applied");
        let other = applied(app, &path, unit("爱心电工队", "0700 555 0101")).await;
        let decline = format!("/applications/{id}/decline");
        w.township_coordinator.post(&decline, json!({ "reason": " " })).await.refused(422, "invalid");
        w.township_coordinator.change(Method::POST, &decline, "\"7\"", json!({ "reason": "已有三支" })).await.refused(412, "stale");
        w.township_coordinator.post(&decline, json!({ "reason": "镇里已有三支理发队，可以先去新井村" })).await.expect(200);
        let seen = looked_up(app, &code).await;
        assert_eq!((&seen.body["status"], &seen.body["answer"]), (&json!("declined"), &json!("镇里已有三支理发队，可以先去新井村")));
        // After a no one may ask again.
        applied(app, &path, unit("爱心理发队", "0700 555 0101")).await;
        app.public().post(&path, unit("村志愿队", "0700 555 0102")).await.refused(409, "already_in_circle");
        w.township_coordinator.post(&format!("/applications/{}/approve", other.0), json!({ "username": "lights" })).await.expect(200);
        app.public().post(&path, unit("爱心电工队", "0700 555 0199")).await.refused(409, "already_in_circle");

        // Two applied for the same unit: the second is let in no more.
        let first = applied(app, &path, unit("读书会", "0700 555 0103")).await.0;
        let second = applied(app, &path, unit("读书会", "0700 555 0104")).await.0;
        let approve = |id: &str| format!("/applications/{id}/approve");
        w.township_coordinator.post(&approve(&first), json!({ "username": "books" })).await.expect(200);
        w.township_coordinator.post(&approve(&second), json!({ "username": "books2" })).await.refused(409, "already_in_circle");

        let odd = |change: Value| { let mut new = unit("别的队", "0700 555 0105"); new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone()); new };
        app.public().post(&path, odd(json!({ "skills": ["修飞船"] }))).await.refused(422, "unknown_skill");
        app.public().post(&path, odd(json!({ "categories": ["nothing"] }))).await.refused(422, "unknown_category");
        let faults = app.public().post(&path, odd(json!({ "capacity": 0, "contact": "1" }))).await;
        faults.refused(422, "invalid");
        assert_eq!(faults.body["errors"].as_array().unwrap().len(), 2);
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_person_with_an_account_becomes_a_claimant_and_nobody_answers_their_own(app) {
        let w = World::new(app).await;
        let path = open(&w).await;
        let person = |name: &str| json!({ "kind": "person", "display_name": name, "contact_name": name, "contact": "0700 555 0107" });
        w.stranger.post(&path, person("远客")).await.refused(409, "other_tree");
        let asked = w.township_coordinator.post(&path, person("协调员自己")).await.expect(201).body["application"]["id"].clone();
        let own = format!("/applications/{}", asked.as_str().unwrap());
        w.township_coordinator.post(&format!("{own}/approve"), json!({})).await.refused(403, "own_application");
        assert!(w.township_coordinator.get("/me/tasks?kind=answer_application").await.items().is_empty());
        let made = w.county_coordinator.post(&format!("{own}/approve"), json!({})).await;
        assert!(made.expect(200).body["password"].is_null() && made.body["username"].is_null(), "the account is there");
        let claimant = made.text("claimant_id");
        let seen = w.township_coordinator.get(&format!("/claimants/{claimant}")).await;
        assert_eq!((&seen.expect(200).body["kind"], &seen.body["organisation"]["id"]), (&json!("person"), &json!(w.township)));
        w.township_coordinator.post(&path, person("换个名字")).await.refused(409, "already_in_circle");
        // Who is a claimant does not decide on it.
        let suspend = format!("/claimants/{claimant}/suspend");
        w.township_coordinator.post(&suspend, json!({ "reason": "试试" })).await.refused(403, "forbidden");

        // Without an account: one is made, good for signing in and for its own claimant.
        let (id, _) = applied(app, &path, person("阿青")).await;
        let made = w.township_coordinator.post(&format!("/applications/{id}/approve"), json!({ "username": "aqing" })).await;
        let password = made.expect(200).text("password");
        own_passwords(app).await;
        let aqing = app.public().sign_in("aqing", &password).await;
        assert_eq!(aqing.get("/claimants").await.expect(200).items().len(), 1);
        let wide = w.submitted(json!({})).await;
        w.publish(&wide, json!({ "audience_id": w.township })).await;
        claim(&aqing, &wide, &made.text("claimant_id")).await.expect(201);
        app.public().post(&path, person("阿青")).await.refused(409, "already_in_circle");
        app.assert_sound().await;
    }
}

on_both! {
    async fn who_is_suspended_takes_on_nothing_new_and_keeps_what_it_holds(app) {
        let w = World::new(app).await;
        let held = w.published(json!({})).await;
        let holds = w.claimed(&held, 1).await;
        let waits = w.published(json!({})).await;
        let other = tests::world::claimant(&w.admin, &w.team, "二支队").await;
        let taken = claim(&w.manager, &waits, &other).await.expect(201).id();
        let place = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        w.manager.post(&format!("/wishes/{waits}/waiting"), place).await.expect(201);
        let open = w.published(json!({})).await;
        let at = format!("/claimants/{}", w.team_claimant);
        let until = json!({ "reason": "三次没有送到", "until": "2026-11-22" });
        w.coordinator.post(&format!("{at}/suspend"), json!({ "reason": "x", "until": "2026-11-01" })).await.refused(422, "invalid");
        w.coordinator.post(&format!("{at}/suspend"), until).await.expect(200);

        claim(&w.manager, &open, &w.team_claimant).await.refused(409, "claimant_suspended");
        let dispatch = json!({ "claimant_id": w.team_claimant, "quantity": 1 });
        w.coordinator.post(&format!("/wishes/{open}/dispatches"), dispatch.clone()).await.refused(409, "claimant_suspended");
        w.manager.post("/claims", json!({ "claimant_id": w.team_claimant, "items": [{ "wish_id": open, "quantity": 1 }] })).await.refused(409, "claimant_suspended");
        let paired = json!({ "beneficiary_id": w.resident, "claimant_id": w.team_claimant, "rhythm": { "every": 1, "unit": "month" } });
        w.coordinator.post("/pairings", paired).await.refused(409, "claimant_suspended");
        let suggested = w.coordinator.get(&format!("/wishes/{open}/suggestions")).await.expect(200).body.to_string();
        assert!(suggested.contains(&other) && !suggested.contains(&w.team_claimant), "{suggested}");
        let mine = w.manager.get(&format!("{at}/suggestions")).await;
        assert!(mine.expect(200).items().is_empty());
        let plan = json!({ "organisation_id": w.village, "title": "试排", "claimant_ids": [w.team_claimant] });
        let plan = w.coordinator.post("/plans", plan).await.expect(201).id();
        let lines = w.coordinator.get(&format!("/plans/{plan}/lines?limit=100")).await.expect(200).items();
        assert!(!lines.is_empty() && lines.iter().all(|line| line["claimant"].is_null() && line["claimant_id"].is_null()), "{lines:#?}");
        let line = format!("/plans/{plan}/lines/{}", lines[0]["id"].as_str().unwrap());
        let by_hand = w.coordinator.change(Method::PATCH, &line, "*", json!({ "claimant_id": w.team_claimant })).await;
        by_hand.refused(409, "claimant_suspended");
        // A share that comes free goes to nobody rather than to who is suspended; the place is kept.
        w.manager.post(&format!("/claims/{taken}/release"), json!({ "reason": "车坏了" })).await.expect(200);
        assert_eq!(app.public().get(&format!("/wishes/{waits}")).await.body["remaining"], 1);
        assert_eq!(w.manager.get("/waiting").await.items().len(), 1);

        // Who acts for it reads why, and cannot end it; others see that it is so.
        let seen = w.manager.get(&at).await;
        let suspension = &seen.expect(200).body["suspension"];
        assert_eq!((&suspension["reason"], &suspension["until"], &seen.body["active"]), (&json!("三次没有送到"), &json!("2026-11-22"), &json!(false)));
        assert!(w.collector.get(&at).await.expect(200).body["suspension"]["reason"].is_null());
        assert!(!w.admin.get("/claimants").await.expect(200).body.to_string().contains("三次没有送到"), "no reason in lists");
        w.manager.change(Method::PATCH, &at, "*", json!({ "active": true })).await.refused(409, "claimant_suspended");
        w.manager.post(&format!("{at}/reinstate"), json!({})).await.refused(403, "forbidden");
        w.manager.change(Method::PATCH, &at, "*", json!({ "capacity": 7 })).await.expect(200);

        // What it holds goes on.
        let delivery = json!({ "items": [{ "name": "收音机", "quantity": 1, "value_fen": 9900 }] });
        w.manager.post(&format!("/claims/{holds}/deliveries"), delivery).await.expect(201);

        // Time ends it after its last day.
        app.pass_days(1).await;
        let manager = app.public().sign_in("manager", PASSWORD).await;
        claim(&manager, &open, &w.team_claimant).await.refused(409, "claimant_suspended");
        assert_eq!(app.pass_days(2).await.claimants_reinstated, 1);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        claim(&manager, &open, &w.team_claimant).await.expect(201);
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let again = json!({ "reason": "再看看" });
        admin.post(&format!("{at}/suspend"), again).await.expect(200);
        assert_eq!(app.pass_days(30).await.claimants_reinstated, 0, "until somebody ends it");
        let admin = app.public().sign_in("admin", PASSWORD).await;
        admin.post(&format!("{at}/reinstate"), json!({})).await.expect(200);
        admin.post(&format!("{at}/reinstate"), json!({})).await.refused(409, "not_suspended");
        app.assert_sound().await;
    }
}

on_both! {
    async fn a_circle_is_of_one_tree_and_has_no_endless_line(app) {
        let w = World::new(app).await;
        let (path, public) = (open(&w).await, app.public());
        w.stranger.post(&path, unit("别处的队", "0700 555 9999")).await.refused(409, "other_tree");
        let apply = async |n: usize| public.post(&path, unit(&format!("爱心{n}队"), &format!("0700 555 {n:04}"))).await;
        let first = apply(0).await.expect(201).body["application"]["id"].as_str().unwrap().to_owned();
        for n in 1..200 {
            apply(n).await.expect(201);
        }
        apply(200).await.refused(409, "circle_full");
        let declined = format!("/applications/{first}/decline");
        w.township_coordinator.post(&declined, json!({ "reason": "先到这里" })).await.expect(200);
        apply(200).await.expect(201);
    }
}

on_both! {
    async fn what_an_applicant_said_is_sealed_and_erased_in_time(app) {
        let w = World::new(app).await;
        let path = open(&w).await;
        let (waiting, code) = applied(app, &path, unit("读书会", "0700 555 0103")).await;
        let (declined, _) = applied(app, &path, unit("爱心理发队", "0700 555 0101")).await;
        w.township_coordinator.post(&format!("/applications/{declined}/decline"), json!({ "reason": "只收本镇的" })).await.expect(200);
        let rows = app.state.db.read(rows).await.unwrap();
        assert_eq!(rows.len(), 2);
        for text in rows {
            for private in ["读书会", "爱心理发队", "0700", "林小舟", "只收本镇的", "每月"] {
                assert!(!text.contains(private), "{private} stands in the clear");
            }
        }
        app.pass_days(80).await;
        looked_up(app, &code).await.expect(200);
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let preview = admin.get("/retention/preview?as_of=2027-06-01T00:00:00Z").await;
        let due = preview.expect(200).body["periods"].as_array().unwrap().iter().find(|one| one["class"] == "application").unwrap().clone();
        assert_eq!((&due["due"], &due["days"]), (&json!(2), &json!(90)));
        app.pass_days(11).await;
        looked_up(app, &code).await.refused(404, "not_found");
        let admin = app.public().sign_in("admin", PASSWORD).await;
        for id in [&waiting, &declined] {
            admin.get(&format!("/applications/{id}")).await.refused(404, "not_found");
        }
        // Whoever was forgotten may ask anew.
        applied(app, &path, unit("读书会", "0700 555 0103")).await;
        app.assert_sound().await;
    }
}

/// All that is stored of applications, as text.
fn rows(tx: &mut store::Conn) -> store::StoreResult<Vec<String>> {
    use diesel::{QueryDsl, RunQueryDsl};
    use store::schema::applications::dsl::{answer, applicant_key, applications, code_digest, particulars};
    let rows: Vec<(String, Option<String>, String, String)> =
        applications.select((particulars, answer, applicant_key, code_digest)).load(tx)?;
    Ok(rows.into_iter().map(|row| format!("{row:?}")).collect())
}

on_both! {
    async fn skills_are_chosen_from_the_list_and_what_was_there_stays(app) {
        let w = World::new(app).await;
        let at = format!("/claimants/{}", w.team_claimant);
        let skills = |words: Value| json!({ "skills": words });
        let refused = w.manager.change(Method::PATCH, &at, "*", skills(json!(["理发", "修飞船"]))).await;
        refused.refused(422, "unknown_skill");
        assert_eq!((&refused.body["errors"][0]["pointer"], &refused.body["errors"][0]["code"]), (&json!("/skills/1"), &json!("not_listed")));
        let list = format!("/organisations/{}/skills", w.township);
        w.admin.post(&list, json!({ "word": " 修飞船 ", "name_en": "Spacecraft" })).await.expect(201);
        w.admin.post(&list, json!({ "word": "修飞船" })).await.refused(409, "skill_taken");
        w.admin.post(&list, json!({ "word": "a/b" })).await.refused(422, "invalid");
        w.manager.change(Method::PATCH, &at, "*", skills(json!(["理发", "修飞船"]))).await.expect(200);
        w.admin.post("/claimants", json!({ "kind": "unit", "display_name": "县里的队", "organisation_id": w.school, "skills": ["修飞船"] })).await.refused(422, "unknown_skill");
        w.collector.post("/wishes", w.wish(json!({ "skill": "炼丹" }))).await.refused(422, "unknown_skill");
        let wish = w.collector.post("/wishes", w.wish(json!({ "skill": "修飞船" }))).await.expect(201).id();

        // No longer used: what holds it keeps it, nobody chooses it anew.
        w.admin.change(Method::PATCH, &format!("{list}/修飞船"), "*", json!({ "active": false })).await.expect(200);
        w.manager.change(Method::PATCH, &at, "*", skills(json!(["修飞船"]))).await.expect(200);
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), "*", json!({ "skill": "修飞船", "quantity": 2 })).await.expect(200);
        w.collector.change(Method::PATCH, &format!("/wishes/{wish}"), "*", json!({ "skill": "炼丹" })).await.refused(422, "unknown_skill");
        w.manager.change(Method::PATCH, &at, "*", skills(json!([]))).await.expect(200);
        w.manager.change(Method::PATCH, &at, "*", skills(json!(["修飞船"]))).await.refused(422, "unknown_skill");
        // The nearest list wins.
        let below = format!("/organisations/{}/skills", w.village);
        w.admin.post(&below, json!({ "word": "修飞船" })).await.expect(201);
        w.manager.change(Method::PATCH, &at, "*", skills(json!(["修飞船"]))).await.expect(200);
        let listed = w.collector.get(&below).await.expect(200).items();
        assert_eq!(listed.iter().filter(|one| one["word"] == "修飞船").count(), 1);
        app.assert_sound().await;
    }
}

#[test]
fn who_fills_in_forms_without_end_is_told_to_wait() {
    let change = |config: &mut Config| config.rate_limit_forms_per_minute = 3;
    crate::edges::with(change, async |app| {
        let w = World::new(&app).await;
        open(&w).await;
        for _ in 0..3 {
            looked_up(&app, "no-such-code").await.refused(404, "not_found");
        }
        looked_up(&app, "no-such-code").await.refused(429, "rate_limited");
        let path = format!("/circles/{}/applications", w.township);
        w.manager.post(&path, unit("别的队", "0700 555 0105")).await.refused(429, "rate_limited");
        app.public().get("/circles").await.expect(200);
    });
}
