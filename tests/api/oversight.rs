//! What the resident may ask for, and what the yearly audit asks for: a copy of everything about one, and
//! the figures about all without a name.

use serde_json::{Value, json};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, child},
};

async fn officer(app: &App, w: &World) -> Client {
    let new = json!({ "username": "officer", "display_name": "officer", "password": PASSWORD, "role": "child_officer" });
    w.admin.post(&format!("/organisations/{}/members", w.county), new).await.expect(201);
    tests::world::own_passwords(app).await;
    app.public().sign_in("officer", PASSWORD).await
}

/// The collector may look at the child.
async fn approved(w: &World, officer: &Client, child: &str) -> String {
    let wanted = json!({ "purpose": "access", "reason": "监护人要看记了什么" });
    let asked =
        w.collector.post(&format!("/beneficiaries/{child}/look-requests"), wanted).await.expect(201).id();
    officer.post(&format!("/look-requests/{asked}/approve"), json!({})).await.expect(200);
    asked
}

on_both! {
    async fn a_copy_holds_everything_and_is_itself_a_look(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "told_by": "relative", "told_by_note": "女儿在外地" })).await;
        let claim = w.claimed(&wish, 1).await;
        w.manager.post(&format!("/claims/{claim}/delivery-details"), json!({ "purpose": "contact" })).await.expect(200);
        let brought = json!({ "note": "试了三个台", "items": [{ "name": "收音机", "quantity": 1, "value_fen": 9900 }] });
        w.manager.post(&format!("/claims/{claim}/deliveries"), brought).await.expect(201);
        let yes = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), yes).await.expect(201);
        let rated = json!({ "satisfaction": 5, "comment": "听得清" });
        w.collector.post(&format!("/wishes/{wish}/feedback"), rated).await.expect(201);
        let up = w.submitted(json!({ "title": "想修一修屋顶" })).await;
        let why = json!({ "reason": "村里没有瓦匠" });
        w.coordinator.post(&format!("/wishes/{up}/escalations"), why).await.expect(201);

        let path = format!("/beneficiaries/{}/copy", w.resident);
        w.collector.post(&path, json!({})).await.refused(422, "invalid");
        w.collector.post(&path, json!({ "purpose": "好奇" })).await.refused(422, "invalid");
        let copy = w.collector.post_once(&path, "one-copy", json!({ "purpose": "access" })).await;
        let text = copy.expect(200).body.to_string();
        for held in [
            "谢某某", "07005550199", "何家坪村三组十二号", "1946-03-02", "独居", "想要一台收音机", "按键要大", "女儿在外地",
            "村志愿队", "试了三个台", "听得清", "村里没有瓦匠", "share_with_claimant",
        ] {
            assert!(text.contains(held), "{held} is held, and not on the copy: {text}");
        }
        assert_eq!(copy.header("cache-control"), "no-store");
        let scopes = |answer: &Value| -> Vec<String> {
            answer.as_array().unwrap().iter().map(|one| one["scope"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(scopes(&copy.body["disclosures"]), ["copy", "delivery"]);
        let told = w.auditor.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await;
        assert_eq!(scopes(&told.body["items"]), ["copy", "delivery"]);
        assert_eq!(told.items()[0]["purpose"], "access");
        // The same request again shows it again and is one look.
        w.collector.post_once(&path, "one-copy", json!({ "purpose": "access" })).await.expect(200);
        let told = w.auditor.get(&format!("/beneficiaries/{}/disclosures", w.resident)).await;
        assert_eq!(told.items().len(), 2);
        for private in ["听得清", "谢某某", "女儿在外地"] {
            assert!(!String::from_utf8_lossy(&app.database.bytes()).contains(private), "{private} is stored");
        }
        let erase = format!("/beneficiaries/{}/erasure", w.resident);
        w.coordinator.post(&format!("/wishes/{up}/withdraw"), json!({ "reason": "自己修好了" })).await.expect(200);
        w.admin.change(reqwest::Method::POST, &erase, "*", json!({ "reason": "requested" })).await.expect(200);
        w.collector.post(&path, json!({ "purpose": "access" })).await.refused(409, "beneficiary_erased");
    }
}

on_both! {
    async fn a_childs_copy_takes_an_approval(app) {
        let w = World::new(app).await;
        let officer = officer(app, &w).await;
        let child = child(&w.collector, &w.village).await;
        let path = format!("/beneficiaries/{child}/copy");
        let access = json!({ "purpose": "access" });
        w.collector.post(&path, access.clone()).await.refused(403, "approval_required");
        let asked = approved(&w, &officer, &child).await;
        let copy = w.collector.post_once(&path, "copy", access.clone()).await;
        let text = copy.expect(200).body.to_string();
        for held in ["田小满", "田某某", "监护人要看记了什么"] {
            assert!(text.contains(held), "{held}");
        }
        assert_eq!(copy.body["disclosures"][0]["request_id"], asked.as_str());
        app.state.clock.advance(24 * 3600);
        let collector = app.public().sign_in("collector", PASSWORD).await;
        let late = collector.post_once(&path, "copy", access).await;
        late.refused(403, "approval_required");
        assert!(!late.body.to_string().contains("田小满"));
    }
}

on_both! {
    async fn the_pack_of_a_year_counts_and_names_nobody(app) {
        let w = World::new(app).await;
        let officer = officer(app, &w).await;
        let child = child(&w.collector, &w.village).await;
        let consent = |given_by: &str| json!({
            "purpose": "collect", "given_by": given_by, "guardian_name": "某某", "relation": "父亲",
            "given_on": "2026-11-01", "expires_on": "2026-11-25",
        });
        let youth = json!({
            "name": "石小川", "birth_date": "2010-02-01", "organisation_id": w.village,
            "consents": [consent("self"), consent("guardian")],
        });
        let youth = w.collector.post("/beneficiaries", youth).await.expect(201).id();
        approved(&w, &officer, &child).await;
        let look = json!({ "purpose": "visit" });
        w.collector.post(&format!("/beneficiaries/{child}/reveal"), look.clone()).await.expect(200);
        w.collector.post(&format!("/beneficiaries/{child}/copy"), json!({ "purpose": "access" })).await.expect(200);
        w.collector.post(&format!("/beneficiaries/{youth}/reveal"), look.clone()).await.expect(200);
        w.collector.post(&format!("/beneficiaries/{}/reveal", w.resident), look).await.expect(200);
        let wanted = json!({ "purpose": "visit", "reason": "再看一次" });
        let no = w.coordinator.post(&format!("/beneficiaries/{child}/look-requests"), wanted.clone()).await.expect(201).id();
        officer.post(&format!("/look-requests/{no}/decline"), json!({ "reason": "不必" })).await.expect(200);
        w.township_coordinator.post(&format!("/beneficiaries/{child}/look-requests"), wanted).await.expect(201);
        let known = w.collector.get(&format!("/beneficiaries/{child}")).await;
        let publish = known.body["consents"].as_array().unwrap().iter().find(|one| one["purpose"] == "publish").unwrap()["id"].clone();
        let back = format!("/beneficiaries/{child}/consents/{}/withdraw", publish.as_str().unwrap());
        w.collector.post(&back, json!({})).await.expect(200);
        let adult = tests::world::resident(&w.collector, &w.village).await;
        let erase = format!("/beneficiaries/{adult}/erasure");
        w.admin.change(reqwest::Method::POST, &erase, "*", json!({ "reason": "requested" })).await.expect(200);
        app.pass_days(10).await;

        let auditor = app.public().sign_in("auditor", PASSWORD).await;
        let pack = auditor.get("/audit/pack?year=2026").await;
        let body = &pack.expect(200).body;
        assert_eq!(body["complete"], false);
        assert_eq!(body["minors"], json!([{ "band": "under_14", "count": 1 }, { "band": "from_14_to_17", "count": 1 }]));
        let of = |purpose: &str| body["consents"].as_array().unwrap().iter().find(|one| one["purpose"] == purpose).unwrap().clone();
        assert_eq!(of("collect"), json!({ "purpose": "collect", "live": 1, "expired": 2, "withdrawn": 0 }));
        assert_eq!(of("publish"), json!({ "purpose": "publish", "live": 0, "expired": 0, "withdrawn": 1 }));
        let looks = body["looks"].as_array().unwrap();
        let row = |one: &Value| (one["scope"].clone(), one["band"].clone(), one["purpose"].clone(), one["count"].clone(), one["approved"].clone());
        let rows: Vec<_> = looks.iter().map(row).collect();
        let expected = [
            (json!("full"), json!("under_14"), json!("visit"), json!(1), json!(1)),
            (json!("full"), json!("from_14_to_17"), json!("visit"), json!(1), json!(0)),
            (json!("copy"), json!("under_14"), json!("access"), json!(1), json!(1)),
        ];
        assert_eq!(rows.len(), expected.len(), "{rows:?}");
        assert!(expected.iter().all(|one| rows.contains(one)), "{rows:?}");
        assert_eq!(body["requests_pending"], 1);
        assert_eq!((&body["answers"][0]["approved"], &body["answers"][0]["declined"]), (&json!(1), &json!(1)));
        assert_eq!(body["erasures"], json!([{ "reason": "requested", "count": 1 }]));
        assert_eq!(body["retention_runs"].as_array().unwrap().len(), 1);
        assert!(body["catalogue"].as_array().unwrap().len() > 20);
        assert_eq!(body["head"]["hash"].as_str().map(str::len), Some(64));
        let text = body.to_string();
        for name in ["田小满", "石小川", "谢某某", "collector", "officer", "auditor"] {
            // A role may be named like somebody; nobody's display name is there.
            assert!(!text.contains(&format!("\"{name}\"")) && !text.contains("田小") && !text.contains("石小"), "{name}");
        }
        // Elsewhere, and in another year, there is none of it.
        let aside = app.public().sign_in("admin", PASSWORD).await;
        let aside = aside.get(&format!("/audit/pack?year=2026&organisation_id={}", w.other_village)).await;
        assert_eq!((&aside.body["looks"], &aside.body["minors"][0]["count"]), (&json!([]), &json!(0)));
        assert_eq!(auditor.get("/audit/pack?year=2025").await.expect(200).body["looks"], json!([]));
        assert_eq!(auditor.get("/audit/pack?year=2025").await.body["complete"], true);
        for year in [2027, 1900] {
            auditor.get(&format!("/audit/pack?year={year}")).await.refused(422, "invalid");
        }
        let collector = app.public().sign_in("collector", PASSWORD).await;
        collector.get("/audit/pack?year=2026").await.refused(403, "forbidden");
    }
}

on_both! {
    async fn the_wishes_of_a_resident_are_listed_for_their_staff_alone(app) {
        let w = World::new(app).await;
        let open = w.published(json!({})).await;
        let waiting = w.submitted(json!({})).await;
        let other = tests::world::resident(&w.collector, &w.village).await;
        w.published(json!({ "beneficiary_id": other })).await;
        let path = format!("/wishes?beneficiary_id={}", w.resident);
        let of = async |by: &Client| -> Vec<String> {
            let listed = by.get(&path).await;
            listed.expect(200).items().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(of(&w.collector).await, [waiting.clone(), open.clone()]);
        assert_eq!(of(&w.auditor).await, [waiting, open]);
        // It stands on the wall; whose it is does not.
        for by in [&app.public(), &w.stranger, &w.manager, &w.school_manager] {
            assert_eq!(of(by).await, Vec::<String>::new());
        }
    }
}

on_both! {
    async fn what_was_written_in_a_request_goes_with_the_child(app) {
        let w = World::new(app).await;
        let officer = officer(app, &w).await;
        let child = child(&w.collector, &w.village).await;
        approved(&w, &officer, &child).await;
        let erase = format!("/beneficiaries/{child}/erasure");
        w.admin.change(reqwest::Method::POST, &erase, "*", json!({ "reason": "requested_by_guardian" })).await.expect(200);
        let reasons = |tx: &mut store::Conn| -> store::StoreResult<Vec<String>> {
            use diesel::{QueryDsl, RunQueryDsl};
            Ok(store::schema::look_requests::table.select(store::schema::look_requests::reason).load(tx)?)
        };
        assert_eq!(app.state.db.read(reasons).await.unwrap(), [""]);
    }
}
