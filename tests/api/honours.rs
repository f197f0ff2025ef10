//! Honours: certificates that anybody can check and that never say more than is true, the list for commendations with its
//! file, and a leaderboard that is off until somebody shows it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    App,
    client::{Client, send},
    on_both,
    world::{PASSWORD, World, claimant, own_passwords},
};

/// The year up to today.
fn year(of: &str) -> Value {
    json!({ "claimant_id": of, "from": "2026-01-01", "to": "2026-11-20" })
}

/// The team brings a wish, and somebody of the village asks the resident.
async fn called(w: &World, wish: &str) -> String {
    let claim = w.delivered(wish, 1).await;
    let word = json!({ "accepted": true, "method": "call" });
    w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
    claim
}

/// The team brings a wish, and its manager types in what the resident's card says.
async fn typed(w: &World, by: &Client) -> String {
    let wish = w.published(json!({})).await;
    let code = w.collector.post(&format!("/wishes/{wish}/card"), json!({})).await.expect(201).text("code");
    let claim = w.delivered(&wish, 1).await;
    let word = json!({ "accepted": true, "method": "code", "code": code });
    by.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
    claim
}

async fn kinds(w: &World, subject: &str) -> Vec<String> {
    let told = w.admin.get(&format!("/audit/events?limit=100&subject_id={subject}")).await;
    told.expect(200).items().iter().map(|item| item["event"]["kind"].as_str().unwrap().to_owned()).collect()
}

async fn member(app: &App, w: &World, at: &str, username: &str, role: &str) -> Client {
    let new = json!({ "username": username, "display_name": username, "password": PASSWORD, "role": role });
    w.admin.post(&format!("/organisations/{at}/members"), new).await.expect(201);
    own_passwords(app).await;
    app.public().sign_in(username, PASSWORD).await
}

on_both! {
    async fn a_certificate_says_what_others_confirmed_and_no_more_than_still_holds(app) {
        let w = World::new(app).await;
        let at = format!("/organisations/{}/certificates", w.village);
        // A code that the unit itself typed in is the resident's word, and nothing that is honoured.
        typed(&w, &w.manager).await;
        w.coordinator.post(&at, year(&w.team_claimant)).await.refused(409, "nothing_confirmed");
        let (first, second) = (w.published(json!({})).await, w.published(json!({})).await);
        let (one, other) = (called(&w, &first).await, called(&w, &second).await);
        typed(&w, &w.collector).await;

        let ahead = json!({ "claimant_id": w.team_claimant, "from": "2026-01-01", "to": "2026-12-31" });
        assert_eq!(w.coordinator.post(&at, ahead).await.refused(422, "invalid").faults(), [("/to".to_owned(), "in_future".to_owned())]);
        let half = json!({ "claimant_id": w.team_claimant, "from": "2026-01-01" });
        assert_eq!(w.coordinator.post(&at, half).await.refused(422, "invalid").faults(), [("/to".to_owned(), "required".to_owned())]);
        let elsewhere = w.coordinator.post(&at, year(&w.school_claimant)).await;
        assert_eq!(elsewhere.refused(422, "invalid").faults(), [("/claimant_id".to_owned(), "unknown".to_owned())]);
        // Nobody certifies what they did themselves, whatever else they are.
        let both = member(app, &w, &w.team, "both", "manager").await;
        w.admin.post(&format!("/organisations/{}/members", w.village), json!({ "username": "both", "role": "coordinator" })).await.expect(201);
        let both = both.at(&app.public().sign_in("both", PASSWORD).await);
        both.post(&at, year(&w.team_claimant)).await.refused(403, "own_certificate");

        let made = w.coordinator.post(&at, year(&w.team_claimant)).await;
        let (code, id) = (made.expect(201).text("code"), made.id());
        assert_eq!(made.body["certified"], json!({ "wishes": 3, "hours": 4.5 }));
        assert_eq!((&made.body["may"], &made.body["validity"]), (&json!(["revoke_certificate"]), &json!("valid")));
        w.coordinator.post(&at, year(&w.team_claimant)).await.refused(409, "already_issued");
        let of_one = w.coordinator.post(&at, json!({ "claim_id": one })).await.expect(201).text("code");
        w.coordinator.post(&at, json!({ "claim_id": one })).await.refused(409, "already_issued");

        // Anybody checks it, however it is typed, and reads nothing of a resident, a wish or a village.
        let check = async |code: &str| app.public().get(&format!("/certificates/{code}")).await;
        let seen = check(&code.to_lowercase().replace('-', "")).await;
        assert_eq!(seen.expect(200).body, json!({
            "code": code, "validity": "valid", "kind": "unit", "name": "村志愿队", "issuer": "青禾县",
            "from": "2026-01-01", "to": "2026-11-20", "issued_on": "2026-11-20",
            "certified": { "wishes": 3, "hours": 4.5 }, "holds": { "wishes": 3, "hours": 4.5 },
        }));
        let mistyped = format!("{}{}", if code.starts_with('7') { '8' } else { '7' }, &code[1..]);
        check(&mistyped).await.refused(422, "mistyped_code");
        let unknown = domain::certificate::CertificateCode::drawn([3; 15]).to_string();
        check(&unknown).await.refused(404, "not_found");

        // Another name afterwards changes nothing of it; the unit may take its name away, and nobody may for it.
        let rename = json!({ "display_name": "县委办公室" });
        w.manager.change(Method::PATCH, &format!("/claimants/{}", w.team_claimant), "*", rename).await.expect(200);
        let path = format!("/certificates/{code}");
        w.coordinator.change(Method::PATCH, &path, "*", json!({ "named": false })).await.refused(403, "forbidden");
        w.school_manager.change(Method::PATCH, &path, "*", json!({ "named": false })).await.refused(404, "not_found");
        assert_eq!(check(&code).await.body["name"], "村志愿队");
        w.manager.change(Method::PATCH, &path, "\"1-certificate\"", json!({ "named": false })).await.expect(200);
        w.manager.change(Method::PATCH, &path, "\"1-certificate\"", json!({ "named": true })).await.refused(412, "stale");
        assert_eq!(check(&code).await.body["name"], Value::Null);

        // What was taken back is not certified any more, from that moment on; what is made good is not certified by it.
        let reopen = async |wish: &str, claim: &str| {
            let trouble = json!({ "claim_id": claim, "reason": "does_not_work", "note": "不响" });
            w.coordinator.post(&format!("/wishes/{wish}/reopen"), trouble).await.expect(200);
        };
        reopen(&first, &one).await;
        let seen = check(&code).await;
        assert_eq!((&seen.body["validity"], &seen.body["holds"]), (&json!("reduced"), &json!({ "wishes": 2, "hours": 3.0 })));
        assert_eq!(check(&of_one).await.body["validity"], "void");
        w.manager.post(&format!("/claims/{one}/deliveries"), json!({ "hours": 1 })).await.expect(201);
        app.state.clock.advance(1);
        w.coordinator.post(&format!("/claims/{one}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        assert_eq!(check(&of_one).await.body["validity"], "void");
        reopen(&second, &other).await;

        // Revoked by somebody else's word, once; and then the same may be certified anew, as it is now.
        let why = json!({ "reason": "in_doubt" });
        both.post(&format!("{path}/revoke"), why.clone()).await.refused(403, "own_certificate");
        w.coordinator.post(&format!("{path}/revoke"), json!({ "reason": "nonsense" })).await.refused(422, "invalid");
        w.coordinator.post(&format!("{path}/revoke"), why.clone()).await.expect(200);
        w.coordinator.post(&format!("{path}/revoke"), why).await.refused(409, "certificate_revoked");
        w.manager.change(Method::PATCH, &path, "*", json!({ "named": true })).await.refused(409, "certificate_revoked");
        let seen = check(&code).await;
        assert_eq!((&seen.body["validity"], &seen.body["revoked_on"], seen.body["reason"].is_null()), (&json!("revoked"), &json!("2026-11-20"), true));
        let anew = w.coordinator.post(&at, year(&w.team_claimant)).await;
        assert_eq!(anew.expect(201).body["certified"], json!({ "wishes": 2, "hours": 2.5 }));

        // Who issued and who holds them list them; the history knows each step.
        let own = w.manager.get(&format!("/claimants/{}/certificates?limit=2", w.team_claimant)).await;
        assert_eq!((own.expect(200).items().len(), own.body["next_cursor"].is_string()), (2, true));
        let county = w.auditor.get(&format!("/organisations/{}/certificates", w.county)).await.expect(200).items();
        let reasons: Vec<_> = county.iter().map(|one| one["revoked_reason"].clone()).collect();
        assert_eq!(reasons, [Value::Null, Value::Null, json!("in_doubt")]);
        assert_eq!(kinds(&w, &id).await, ["certificate_issued", "certificate_changed", "certificate_revoked"]);
    }
}

on_both! {
    async fn a_person_is_named_only_where_they_say_so(app) {
        let w = World::new(app).await;
        let helper = member(app, &w, &w.other_village, "helper", "manager").await;
        let new = json!({
            "kind": "person", "display_name": "林小舟", "organisation_id": w.village, "username": "helper",
            "skills": [], "region_codes": [], "capacity": 5,
        });
        let of = w.admin.post("/claimants", new).await.expect(201).id();
        let wish = w.published(json!({})).await;
        let claim = helper.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": of, "quantity": 1 })).await.expect(201).id();
        helper.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 2 })).await.expect(201);
        w.collector.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "witness" })).await.expect(201);
        let made = w.coordinator.post(&format!("/organisations/{}/certificates", w.village), json!({ "claim_id": claim })).await;
        let path = format!("/certificates/{}", made.expect(201).text("code"));
        let public = async || app.public().get(&path).await.expect(200).body.clone();
        assert_eq!((&public().await["kind"], &public().await["name"]), (&json!("person"), &Value::Null));
        for staff in [&w.coordinator, &w.admin] {
            staff.change(Method::PATCH, &path, "*", json!({ "named": true })).await.refused(403, "forbidden");
        }
        helper.change(Method::PATCH, &path, "*", json!({ "named": true })).await.expect(200);
        assert_eq!(public().await["name"], "林小舟");
        let own = helper.get(&format!("/claimants/{of}/certificates")).await.expect(200).items();
        assert_eq!(own[0]["may"], json!(["update_certificate"]));
    }
}

on_both! {
    async fn commendations_and_the_leaderboard_count_what_others_confirmed(app) {
        let w = World::new(app).await;
        // The team has two wishes, one of them by its own code; another unit of the village has two by others.
        called(&w, &w.published(json!({})).await).await;
        typed(&w, &w.manager).await;
        let rival = claimant(&w.admin, &w.team, "=CMD()|'队'").await;
        for _ in 0..2 {
            let wish = w.published(json!({})).await;
            let claim = w.manager.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": rival, "quantity": 1 })).await.expect(201).id();
            w.manager.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 1 })).await.expect(201);
            w.coordinator.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
            w.coordinator.post(&format!("/wishes/{wish}/feedback"), json!({ "satisfaction": 4 })).await.expect(201);
        }
        let person = member(app, &w, &w.other_village, "helper", "manager").await;
        let new = json!({
            "kind": "person", "display_name": "林小舟", "organisation_id": w.village, "username": "helper",
            "skills": [], "region_codes": [], "capacity": 5,
        });
        let of = w.admin.post("/claimants", new).await.expect(201).id();
        let wish = w.published(json!({ "quantity": 3 })).await;
        let claim = person.post(&format!("/wishes/{wish}/claims"), json!({ "claimant_id": of, "quantity": 1 })).await.expect(201).id();
        person.post(&format!("/claims/{claim}/deliveries"), json!({ "hours": 9 })).await.expect(201);
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), json!({ "accepted": true, "method": "call" })).await.expect(201);
        let share = w.claimed(&wish, 1).await;
        w.manager.post(&format!("/claims/{share}/release"), json!({ "reason": "买不到" })).await.expect(200);

        let list = format!("/organisations/{}/commendations", w.county);
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = w.county_coordinator.get(&format!("{list}?from=2026-11-01&to=2026-11-30&limit=1{cursor}")).await;
            let one = page.expect(200).items().pop().unwrap();
            names.push((one["claimant"]["display_name"].as_str().unwrap().to_owned(), one["wishes"].as_i64().unwrap()));
            let Some(next) = page.body["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let named = |name: &str, wishes| (name.to_owned(), wishes);
        assert_eq!(names, [named("=CMD()|'队'", 2), named("林小舟", 1), named("村志愿队", 1)], "most wishes first, then most hours");
        let all = w.county_coordinator.get(&format!("{list}?from=2026-11-01&to=2026-11-30")).await.expect(200).items();
        assert_eq!((&all[0]["satisfaction"]["average"], &all[0]["hours"]), (&json!(4.0), &json!(2.0)));
        assert_eq!((&all[2]["released"], &all[2]["hours"]), (&json!(1), &json!(1.5)));
        let before = w.county_coordinator.get(&format!("{list}?from=2026-01-01&to=2026-11-19")).await;
        assert_eq!(before.expect(200).items(), Vec::<Value>::new());
        w.county_coordinator.get(&format!("{list}?from=2026-11-30")).await.refused(422, "invalid");

        let body = json!({ "from": "2026-11-01", "to": "2026-11-30" });
        w.auditor.post(&format!("{list}/export"), body.clone()).await.refused(403, "forbidden");
        let sent = w.county_coordinator.request(Method::POST, &format!("{list}/export")).json(&body).send().await.unwrap();
        assert_eq!((sent.status().as_u16(), &sent.headers()["content-type"]), (200, &"text/csv; charset=utf-8".parse().unwrap()));
        let file = sent.bytes().await.unwrap();
        let file = std::str::from_utf8(&file).unwrap();
        assert!(file.starts_with('\u{feff}') && file.contains("\"'=CMD()|'队'\",\"单位 unit\",\"2\",\"2\""), "{file}");
        assert_eq!(file.lines().count(), 4, "{file}");
        let told = w.admin.get("/audit/events?limit=100").await.expect(200).items();
        let exported = told.iter().find(|item| item["event"]["kind"] == "commendations_exported").unwrap();
        assert_eq!(exported["event"]["data"], json!({ "from": "2026-11-01", "to": "2026-11-30", "rows": 3 }));

        // Off until an administrator shows it; then units alone, for those of the place.
        let board = format!("/organisations/{}/leaderboard", w.village);
        w.manager.get(&board).await.refused(409, "leaderboard_off");
        w.coordinator.change(Method::PUT, &board, "*", json!({ "shown": true })).await.refused(403, "forbidden");
        w.admin.change(Method::PUT, &board, "*", json!({ "shown": true })).await.expect(204);
        let shown = w.manager.get(&board).await.expect(200).items();
        let names: Vec<_> = shown.iter().map(|one| one["claimant"]["display_name"].as_str().unwrap()).collect();
        assert_eq!(names, ["=CMD()|'队'", "村志愿队"]);
        w.school_manager.get(&board).await.refused(404, "not_found");
        app.state.clock.advance(366 * 86_400);
        let manager = app.public().sign_in("manager", PASSWORD).await;
        assert_eq!(manager.get(&board).await.expect(200).items(), Vec::<Value>::new(), "twelve months and no more");
        let admin = app.public().sign_in("admin", PASSWORD).await;
        admin.change(Method::PUT, &board, "*", json!({ "shown": false })).await.expect(204);
        manager.get(&board).await.refused(409, "leaderboard_off");
        let kinds = admin.get(&format!("/audit/events?limit=100&subject_id={}", w.village)).await.expect(200).items();
        let kinds: Vec<_> = kinds.iter().filter_map(|item| item["event"]["kind"].as_str()).filter(|kind| kind.starts_with("leaderboard")).collect();
        assert_eq!(kinds, ["leaderboard_opened", "leaderboard_closed"]);
        send(app.public().request(Method::GET, &board)).await.refused(401, "unauthenticated");
    }
}
