//! Posts: people and hours that an organisation asks for. Places that are never taken twice, who came and who did not, and
//! a wish that is met by people.

use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{
    App,
    client::{Answer, Client},
    on_both,
    world::{PASSWORD, World, claimant, own_passwords, resident},
};

/// Four hours of a day, with so many places.
fn shift(day: &str, places: i64) -> Value {
    json!({
        "starts_at": format!("{day}T00:00:00Z"), "ends_at": format!("{day}T04:00:00Z"), "places": places,
        "meet_at": "村口大樟树下",
    })
}

fn post(w: &World, change: Value) -> Value {
    let mut new = json!({
        "holder_id": w.village, "kind": "project", "title": "来摘桃子",
        "summary": "桃子熟了，缺人手，摘晚了就烂在树上。", "shifts": [shift("2026-11-22", 7), shift("2026-11-23", 5)],
    });
    new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    new
}

/// A post that is open, and its shifts.
async fn opened(w: &World, change: Value) -> (String, Vec<String>) {
    let made = w.coordinator.post("/posts", post(w, change)).await;
    let id = made.expect(201).id();
    w.coordinator.post(&format!("/posts/{id}/open"), json!({})).await.expect(200);
    let shifts = made.body["shifts"].as_array().unwrap().iter();
    (id, shifts.map(|one| one["id"].as_str().unwrap().to_owned()).collect())
}

async fn sign_up(by: &Client, shift: &str, claimant: &str, places: i64) -> Answer {
    by.post(&format!("/shifts/{shift}/sign-ups"), json!({ "claimant_id": claimant, "places": places })).await
}

async fn mark(by: &Client, sign_up: &str, came: i64, hours: f64, why: Option<&str>) -> Answer {
    let mut body = json!({ "came": came, "hours": hours });
    if let Some(why) = why {
        body["reason"] = json!(why);
    }
    by.post(&format!("/sign-ups/{sign_up}/attendance"), body).await
}

/// Somebody of the village who claims for themselves.
async fn person(app: &App, w: &World, name: &str) -> (Client, String) {
    let member = json!({ "username": name, "display_name": name, "password": PASSWORD, "role": "manager" });
    w.admin.post(&format!("/organisations/{}/members", w.other_village), member).await.expect(201);
    own_passwords(app).await;
    let new = json!({
        "kind": "person", "display_name": name, "organisation_id": w.village, "username": name,
        "skills": [], "region_codes": [], "capacity": 5,
    });
    let id = w.admin.post("/claimants", new).await;
    (app.public().sign_in(name, PASSWORD).await, id.expect(201).id())
}

/// The same person, once the session that began before is over.
async fn fresh(app: &App, name: &str) -> Client {
    app.public().sign_in(name, PASSWORD).await
}

async fn served(by: &Client, claimant: &str) -> Value {
    by.get(&format!("/claimants/{claimant}/record")).await.expect(200).body["served"].clone()
}

async fn taken(w: &World, id: &str) -> Vec<i64> {
    let held = w.collector.get(&format!("/posts/{id}/held")).await;
    held.expect(200).body["shifts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["taken"].as_i64().unwrap())
        .collect()
}

on_both! {
    async fn from_a_draft_to_who_came(app) {
        let w = World::new(app).await;
        let public = app.public();
        let (li, li_claims) = person(app, &w, "li").await;

        // What everybody reads names nobody and no place finer than a county.
        let bad = post(&w, json!({ "title": "何家坪村来摘桃子", "summary": "打电话给我 13800001234" }));
        let told = w.coordinator.post("/posts", bad).await;
        assert_eq!(told.refused(409, "findings_unresolved").faults(), [("/summary".into(), "phone_number".into())]);
        let bad = post(&w, json!({ "title": "何家坪村来摘桃子" }));
        let told = w.coordinator.post("/posts", bad).await;
        assert_eq!(told.refused(409, "findings_unresolved").faults(), [("/title".into(), "address".into())]);
        let bad = post(&w, json!({ "shifts": [shift("2026-11-22", 0), shift("2026-11-19", 5)] }));
        let told = w.coordinator.post("/posts", bad).await;
        assert_eq!(told.refused(422, "invalid").faults(), [("/shifts/0/places".into(), "out_of_range".into())]);
        w.coordinator.post("/posts", post(&w, json!({ "audience_id": w.school }))).await.refused(422, "invalid");
        w.coordinator.post("/posts", post(&w, json!({ "category": "nothing" }))).await.refused(422, "unknown_category");
        w.coordinator.post("/posts", post(&w, json!({ "skill": "摘桃" }))).await.refused(422, "unknown_skill");

        let empty = w.coordinator.post("/posts", post(&w, json!({ "shifts": [] }))).await.expect(201).id();
        w.coordinator.post(&format!("/posts/{empty}/open"), json!({})).await.refused(409, "no_shift");
        public.get(&format!("/posts/{empty}")).await.refused(404, "not_found");
        let draft = w.coordinator.post("/posts", post(&w, json!({}))).await.expect(201).body["shifts"][0]["id"].clone();
        sign_up(&w.manager, draft.as_str().unwrap(), &w.team_claimant, 1).await.refused(404, "not_found");
        let (id, shifts) = opened(&w, json!({})).await;
        let (first, second) = (&shifts[0], &shifts[1]);

        // Who holds it is for its circle and its staff to know, and where to meet for those who come.
        let seen = public.get(&format!("/posts/{id}")).await.expect(200).body.clone();
        assert_eq!((&seen["place"], &seen["holder"], &seen["shifts"][0]["free"]), (&json!("青禾县"), &Value::Null, &json!(7)));
        let school = w.school_manager.get(&format!("/posts/{id}")).await.expect(200).body.clone();
        assert_eq!(school["holder"], Value::Null, "the county's school is not of the village's circle");
        for text in [seen.to_string(), school.to_string(), public.get("/posts").await.body.to_string()] {
            assert!(!text.contains("何家坪") && !text.contains("樟树") && !text.contains(&w.village), "{text}");
        }
        for one in [&w.manager, &li, &w.collector] {
            assert_eq!(one.get(&format!("/posts/{id}")).await.expect(200).body["holder"]["name"], "何家坪村");
        }
        let listed = async |query: &str| public.get(&format!("/posts?{query}")).await.expect(200).items().len();
        assert_eq!([listed("region_code=990102").await, listed("region_code=990103").await, listed("kind=post").await], [1, 0, 0]);
        assert_eq!([listed("from=2026-11-23").await, listed("from=2026-11-24").await, listed("to=2026-11-21").await], [1, 0, 0]);
        public.get("/posts?region_code=990102103").await.refused(422, "invalid");

        // Places are taken by who is of the circle, once, and by a person one.
        sign_up(&w.school_manager, first, &w.school_claimant, 1).await.refused(403, "outside_circle");
        sign_up(&w.manager, first, &w.team_claimant, 8).await.refused(409, "shift_full");
        let team = sign_up(&w.manager, first, &w.team_claimant, 6).await;
        assert_eq!((&team.expect(201).body["meet_at"], &team.body["may"]), (&json!("村口大樟树下"), &json!(["withdraw_sign_up"])));
        let team = team.id();
        sign_up(&w.manager, first, &w.team_claimant, 1).await.refused(409, "already_signed_up");
        sign_up(&li, first, &li_claims, 2).await.refused(422, "invalid");
        sign_up(&w.manager, first, &li_claims, 1).await.refused(403, "not_your_claimant");
        let own = sign_up(&li, first, &li_claims, 1).await.expect(201).id();
        assert_eq!(taken(&w, &id).await, [7, 0]);
        let (_, beside) = opened(&w, json!({ "shifts": [{
            "starts_at": "2026-11-22T03:00:00Z", "ends_at": "2026-11-22T05:00:00Z", "places": 5, "meet_at": "镇上广场" }] })).await;
        sign_up(&li, &beside[0], &li_claims, 1).await.refused(409, "sign_ups_overlap");
        sign_up(&w.manager, &beside[0], &w.team_claimant, 2).await.expect(201);
        w.coordinator.post(&format!("/claimants/{}/suspend", w.team_claimant), json!({ "reason": "几次没来" })).await.expect(200);
        sign_up(&w.manager, second, &w.team_claimant, 1).await.refused(409, "claimant_suspended");
        w.coordinator.post(&format!("/claimants/{}/reinstate", w.team_claimant), json!({})).await.expect(200);

        // Who signed up relies on the time; what changes else is told.
        let change = async |body: Value| w.coordinator.change(Method::PATCH, &format!("/shifts/{first}"), "*", body).await;
        change(json!({ "starts_at": "2026-11-22T01:00:00Z" })).await.refused(409, "shift_taken");
        change(json!({ "places": 6 })).await.refused(409, "shift_taken");
        let held = w.coordinator.get(&format!("/posts/{id}/held")).await;
        change(json!({ "meet_at": "镇政府门口", "places": 9 })).await.expect(200);
        w.coordinator.change(Method::PATCH, &format!("/posts/{id}"), &held.header("etag"), json!({ "title": "摘桃" })).await.refused(412, "stale");
        let mine = li.get("/sign-ups").await;
        assert_eq!((&mine.expect(200).items()[0]["meet_at"], mine.items().len()), (&json!("镇政府门口"), 1));
        li.post(&format!("/sign-ups/{own}/withdraw"), json!({})).await.expect(200);
        li.post(&format!("/sign-ups/{own}/withdraw"), json!({})).await.refused(409, "wrong_sign_up_status");
        assert_eq!(taken(&w, &id).await, [6, 0]);
        assert_eq!(li.get("/sign-ups").await.items()[0]["meet_at"], Value::Null);
        let own = sign_up(&li, first, &li_claims, 1).await.expect(201).id();
        let wet = sign_up(&li, second, &li_claims, 1).await.expect(201).id();
        w.coordinator.post(&format!("/shifts/{second}/cancel"), json!({ "reason": "下大雨" })).await.expect(200);
        let mine = li.get("/sign-ups?status=cancelled").await.expect(200).items();
        assert_eq!((&mine[0]["id"], &mine[0]["cancelled_reason"]), (&json!(wet), &json!("下大雨")));
        assert_eq!(taken(&w, &id).await, [7, 0]);

        // Who came: by the holder's staff, once it has begun, and never by one's own people.
        mark(&w.collector, &team, 5, 20.0, None).await.refused(409, "shift_not_begun");
        let both = json!({ "username": "manager", "role": "collector" });
        w.admin.post(&format!("/organisations/{}/members", w.village), both).await.expect(201);
        app.state.clock.advance(42 * 3600);
        let (manager, collector) = (fresh(app, "manager").await, fresh(app, "collector").await);
        manager.post(&format!("/sign-ups/{team}/withdraw"), json!({})).await.refused(409, "shift_over");
        sign_up(&manager, first, &w.team_claimant, 1).await.refused(409, "shift_over");
        mark(&manager, &team, 6, 24.0, None).await.refused(403, "own_attendance");
        for (came, hours) in [(7, 20.0), (5, 0.0), (0, 1.0), (1, 25.0)] {
            mark(&collector, &team, came, hours, None).await.refused(422, "invalid");
        }
        mark(&collector, &team, 5, 20.0, None).await.expect(200);
        let expected = json!({ "came": 5, "no_shows": 1, "unmarked": 0, "hours": 20.0 });
        assert_eq!(served(&manager, &w.team_claimant).await, expected);
        let asked = mark(&collector, &team, 6, 22.5, None).await;
        assert_eq!(asked.refused(422, "invalid").faults(), [("/reason".into(), "required".into())]);
        mark(&collector, &team, 6, 22.5, Some("miscounted")).await.expect(200);

        // It ends after its last shift; what nobody counts in time stays uncounted, and after a month all stays.
        let swept = app.pass_days(15).await;
        assert_eq!((swept.posts_ended, swept.sign_ups_unmarked), (2, 2));
        let again = app.pass_days(0).await;
        assert_eq!((again.posts_ended, again.sign_ups_unmarked), (0, 0));
        let [li, manager, collector] = [fresh(app, "li").await, fresh(app, "manager").await, fresh(app, "collector").await];
        assert_eq!(served(&li, &li_claims).await, json!({ "came": 0, "no_shows": 0, "unmarked": 1, "hours": 0.0 }));
        assert_eq!(served(&manager, &w.team_claimant).await, json!({ "came": 6, "no_shows": 0, "unmarked": 2, "hours": 22.5 }));
        mark(&collector, &own, 1, 4.0, None).await.refused(409, "attendance_closed");
        mark(&collector, &team, 5, 20.0, Some("miscounted")).await.expect(200);
        assert_eq!(public.get(&format!("/posts/{id}")).await.expect(200).body["status"], "ended");
        assert!(public.get("/posts").await.expect(200).items().is_empty());
        app.pass_days(16).await;
        let collector = fresh(app, "collector").await;
        mark(&collector, &team, 6, 20.0, Some("miscounted")).await.refused(409, "attendance_closed");

        let admin = fresh(app, "admin").await;
        let kinds = async |of: &str| {
            let told = admin.get(&format!("/audit/events?limit=100&subject_id={of}")).await;
            told.expect(200).items().iter().map(|item| item["event"]["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&id).await, ["post_created", "post_opened", "shift_changed", "shift_cancelled", "post_ended"]);
        assert_eq!(kinds(&team).await, ["signed_up", "attendance_marked", "attendance_corrected", "attendance_corrected"]);
        assert_eq!(kinds(&own).await, ["signed_up", "attendance_unmarked"]);
    }
}

/// Asks again with the same key while the server is too busy to tell.
async fn until_told(by: Client, path: String, key: String, body: Value) -> Answer {
    loop {
        let answer = by.post_once(&path, &key, body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn all_at_once(asked: Vec<(Client, String, Value)>) -> Vec<Answer> {
    let one = |(at, (by, path, body)): (usize, (Client, String, Value))| {
        tokio::task::spawn_local(until_told(by, path, at.to_string(), body))
    };
    let running: Vec<_> = asked.into_iter().enumerate().map(one).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

on_both! {
    async fn forty_for_five_places_and_one_person_at_one_time(app) {
        let w = World::new(app).await;
        let (id, shifts) = opened(&w, json!({ "shifts": [shift("2026-11-22", 5)] })).await;
        let path = format!("/shifts/{}/sign-ups", shifts[0]);
        let mut asked = Vec::new();
        for n in 0..40 {
            let team = claimant(&w.admin, &w.team, &format!("第{n}支队")).await;
            asked.push((w.manager.clone(), path.clone(), json!({ "claimant_id": team, "places": 1 })));
        }
        let answers = all_at_once(asked).await;
        assert_eq!(answers.iter().filter(|one| one.status == 201).count(), 5);
        for lost in answers.iter().filter(|one| one.status != 201) {
            lost.refused(409, "shift_full");
        }
        assert_eq!(taken(&w, &id).await, [5]);

        let (li, li_claims) = person(app, &w, "li").await;
        let mut asked = Vec::new();
        for _ in 0..24 {
            let (_, shifts) = opened(&w, json!({ "shifts": [shift("2026-11-22", 5)] })).await;
            let body = json!({ "claimant_id": li_claims, "places": 1 });
            asked.push((li.clone(), format!("/shifts/{}/sign-ups", shifts[0]), body));
        }
        let answers = all_at_once(asked).await;
        assert_eq!(answers.iter().filter(|one| one.status == 201).count(), 1, "a person is in one place");
        for lost in answers.iter().filter(|one| one.status != 201) {
            lost.refused(409, "sign_ups_overlap");
        }
    }
}

on_both! {
    async fn a_wish_for_people_is_met_by_those_who_came(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "title": "想请人来摘桃子", "quantity": 8, "unit": "person" })).await;
        let serves = |change: Value| {
            let mut new = json!({ "wish_id": wish, "shifts": [shift("2026-11-23", 8), shift("2026-12-24", 5)] });
            new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            new
        };
        let things = w.published(json!({})).await;
        w.coordinator.post("/posts", post(&w, serves(json!({ "wish_id": things })))).await.refused(422, "invalid");
        w.township_coordinator.post("/posts", post(&w, serves(json!({ "holder_id": w.township, "audience_id": w.township })))).await.refused(422, "invalid");
        let (id, shifts) = opened(&w, serves(json!({}))).await;
        let (soon, late) = (&shifts[0], &shifts[1]);
        let counts = async || {
            let seen = fresh(app, "collector").await.get(&format!("/wishes/{wish}")).await.expect(200).body.clone();
            [seen["reserved"].as_i64().unwrap(), seen["delivered"].as_i64().unwrap(), seen["confirmed"].as_i64().unwrap()]
        };

        // Signing up is a claim by the wish's own rules, and ends with it.
        sign_up(&w.manager, late, &w.team_claimant, 5).await.refused(409, "shift_after_due");
        assert_eq!(counts().await, [0, 0, 0], "what is refused promised nothing");
        let signed = sign_up(&w.manager, soon, &w.team_claimant, 6).await;
        let claim = signed.expect(201).text("claim_id");
        assert_eq!(counts().await, [6, 0, 0]);
        let seen = w.manager.get(&format!("/claims/{claim}")).await.expect(200).body["may"].to_string();
        assert!(!seen.contains("release_claim") && !seen.contains("deliver_claim"), "{seen}");
        let release = json!({ "reason": "不去了" });
        w.manager.post(&format!("/claims/{claim}/release"), release).await.refused(409, "claim_by_sign_up");
        w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 1 })).await.refused(409, "claim_by_sign_up");
        w.manager.post(&format!("/sign-ups/{}/withdraw", signed.id()), json!({})).await.expect(200);
        assert_eq!((counts().await, taken(&w, &id).await), ([0, 0, 0], vec![0, 0]));
        let helper = claimant(&w.admin, &w.team, "帮工队").await;
        let other = claimant(&w.admin, &w.team, "后备队").await;
        w.claimed(&things, 1).await;
        let direct = json!({ "claimant_id": other, "quantity": 1 });
        w.manager.post(&format!("/wishes/{wish}/claims"), direct).await.expect(201);
        sign_up(&w.manager, soon, &w.team_claimant, 8).await.refused(409, "quantity_exceeds_remaining");
        assert_eq!(taken(&w, &id).await, [0, 0]);
        let team = sign_up(&w.manager, soon, &w.team_claimant, 5).await.expect(201).id();
        let rest = sign_up(&w.manager, soon, &helper, 2).await.expect(201).id();
        assert_eq!(counts().await, [8, 0, 0]);

        // Off the wall nobody else signs up, though a share is free.
        let of = resident(&w.collector, &w.village).await;
        let shy = w.published(json!({ "beneficiary_id": of, "title": "想请人来摘橘子", "quantity": 8, "unit": "person" })).await;
        let (_, shifts) = opened(&w, json!({ "wish_id": shy, "shifts": [shift("2026-11-24", 8)] })).await;
        let consents = w.collector.get(&format!("/beneficiaries/{of}")).await.expect(200).body["consents"].as_array().unwrap().clone();
        let publish = consents.iter().find(|one| one["purpose"] == "publish").unwrap()["id"].as_str().unwrap();
        w.collector.post(&format!("/beneficiaries/{of}/consents/{publish}/withdraw"), json!({})).await.expect(200);
        sign_up(&w.manager, &shifts[0], &helper, 1).await.refused(409, "wish_not_open");

        // Who waits is called for those who did not come.
        let waits = claimant(&w.admin, &w.team, "候补队").await;
        w.manager.post(&format!("/wishes/{wish}/waiting"), json!({ "claimant_id": waits, "quantity": 1 })).await.expect(201);
        app.state.clock.advance(66 * 3600);
        let (collector, coordinator) = (fresh(app, "collector").await, fresh(app, "coordinator").await);
        let marked = mark(&collector, &team, 4, 16.0, None).await;
        let claim = marked.expect(200).text("claim_id");
        let seen = coordinator.get(&format!("/claims/{claim}")).await.expect(200).body.clone();
        assert_eq!((&seen["quantity"], &seen["status"], &seen["delivery"]["hours"]), (&json!(4), &json!("delivered"), &json!(16.0)));
        assert_eq!(counts().await, [8, 4, 0], "one of the five is called from the waiting list");
        mark(&collector, &rest, 0, 0.0, None).await.expect(200);
        assert_eq!(counts().await, [6, 4, 0]);
        mark(&collector, &team, 5, 20.0, Some("miscounted")).await.refused(409, "attendance_settled");

        // The word is the resident's, and not taken by who counted.
        let word = |accepted: bool| json!({ "accepted": accepted, "method": "call", "note": "少算了" });
        collector.post(&format!("/claims/{claim}/confirmation"), word(true)).await.refused(409, "own_delivery");
        coordinator.post(&format!("/claims/{claim}/confirmation"), word(false)).await.expect(201);
        mark(&collector, &team, 5, 20.0, Some("miscounted")).await.refused(409, "attendance_settled");
        mark(&collector, &team, 3, 12.0, Some("miscounted")).await.expect(200);
        coordinator.post(&format!("/claims/{claim}/confirmation"), word(true)).await.expect(201);
        assert_eq!(counts().await, [5, 3, 3]);
    }
}
