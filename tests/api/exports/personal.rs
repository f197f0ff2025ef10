//! Files that name residents.

use super::*;
use files::unlocked;
use tests::world::child;

const PURPOSE: &str = "送县民政局核对低保名单";

fn residents(at: &str, purpose: &str) -> Value {
    json!({ "organisation_id": at, "list": { "subject": "residents", "filter": {} }, "purpose": purpose })
}

async fn asked(w: &World) -> String {
    w.coordinator.post("/exports/personal", residents(&w.village, PURPOSE)).await.expect(201).id()
}

/// Asked for, agreed to and made.
async fn ready(app: &App, w: &World) -> String {
    let id = asked(w).await;
    act(&w.township_coordinator, &id, "approve").await.expect(200);
    assert_eq!(made(app).await, 1);
    id
}

async fn approvals(by: &Client) -> Vec<String> {
    let tasks = by.get("/me/tasks?kind=approve_export").await.expect(200).items();
    tasks.iter().map(|task| task["export_id"].as_str().unwrap().to_owned()).collect()
}

/// Who took files that a resident is in, and what for.
async fn told(by: &Client, resident: &str) -> Vec<(String, String)> {
    let looks = by.get(&format!("/beneficiaries/{resident}/disclosures")).await.expect(200).items();
    let of_files = looks.iter().filter(|look| look["scope"] == "export");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    of_files.map(|look| (word(&look["by"]["display_name"]), word(&look["export_purpose"]))).collect()
}

async fn erase(w: &World, resident: &str) {
    let body = json!({ "reason": "entered_in_error" });
    w.admin.change(Method::POST, &format!("/beneficiaries/{resident}/erasure"), "*", body).await.expect(200);
}

/// Takes back that a resident is on record.
async fn withdraw(w: &World, resident: &str) {
    let known = w.collector.get(&format!("/beneficiaries/{resident}")).await.expect(200).body.clone();
    let consent =
        known["consents"].as_array().unwrap().iter().find(|one| one["purpose"] == "collect").unwrap();
    let path = format!("/beneficiaries/{resident}/consents/{}/withdraw", consent["id"].as_str().unwrap());
    w.collector.post(&path, json!({})).await.expect(200);
}

on_both! {
    async fn somebody_else_agrees_and_everybody_in_it_learns_of_each_time(app) {
        let w = World::new(app).await;
        let (child, gone) = (child(&w.collector, &w.village).await, resident(&w.collector, &w.village).await);
        withdraw(&w, &gone).await;
        w.coordinator.post("/exports/personal", residents(&w.village, "要用")).await.refused(422, "invalid");
        w.collector.post("/exports/personal", residents(&w.village, PURPOSE)).await.refused(403, "forbidden");
        let no = asked(&w).await;
        assert_eq!(made(app).await, 0, "nothing is made before somebody agreed");
        act(&w.coordinator, &no, "approve").await.refused(403, "own_export");
        act(&w.collector, &no, "approve").await.refused(403, "forbidden");
        assert_eq!((approvals(&w.coordinator).await, approvals(&w.county_coordinator).await), (vec![], vec![no.clone()]));
        let reason = json!({ "reason": "名单太大，只报低保户" });
        w.coordinator.post(&format!("/exports/{no}/decline"), reason.clone()).await.refused(403, "own_export");
        let declined = w.county_coordinator.post(&format!("/exports/{no}/decline"), reason.clone()).await;
        assert_eq!((declined.expect(200).text("status"), declined.text("answer")), ("declined".into(), "名单太大，只报低保户".into()));
        assert_eq!(approvals(&w.county_coordinator).await, Vec::<String>::new());
        act(&w.county_coordinator, &no, "approve").await.refused(409, "wrong_export_status");

        let id = ready(app, &w).await;
        act(&w.township_coordinator, &id, "password").await.refused(403, "forbidden");
        act(&w.township_coordinator, &id, "download").await.refused(403, "forbidden");
        let password = act(&w.coordinator, &id, "password").await.expect(200).text("password");
        act(&w.coordinator, &id, "password").await.refused(409, "password_shown");
        let file = taken(&w.coordinator, &id).await;
        assert_eq!(unlocked(&file, "ABCD-EFGH-JKLM-NPQR-STUV"), None);
        let sheet = Sheet::of(&unlocked(&file, &password).unwrap());
        assert_eq!((sheet.title.as_str(), sheet.column("姓名"), sheet.column("电话")), ("受助居民名册", vec!["谢某某".to_owned()], vec!["07005550199".to_owned()]));
        assert_eq!(sheet.column("住址"), ["何家坪村三组十二号"]);
        assert!(sheet.note.contains("未满 18 岁"));
        let kept = files::kept(app).await;
        assert!(kept.iter().all(|kept| !kept.starts_with(b"PK")));

        taken(&w.coordinator, &id).await;
        taken(&w.coordinator, &id).await;
        act(&w.coordinator, &id, "download").await.refused(409, "downloads_used");
        assert_eq!(told(&w.coordinator, &w.resident).await, vec![("coordinator".to_owned(), PURPOSE.to_owned()); 3]);
        for other in [&child, &gone] {
            assert!(told(&w.coordinator, other).await.is_empty());
        }
        let copy = json!({ "purpose": "access" });
        let copy = w.collector.post(&format!("/beneficiaries/{}/copy", w.resident), copy).await;
        let copied = copy.expect(200).body["disclosures"].as_array().unwrap().clone();
        assert_eq!(copied.iter().filter(|look| look["scope"] == "export" && look["export_purpose"] == PURPOSE).count(), 3);
        // What it is for is a text, and stands in no event.
        let events = w.admin.get("/audit/events?limit=100").await.expect(200).body.to_string();
        assert!(events.contains("export_downloaded") && !events.contains("民政局"));

        // The password was shown: the database and all our keys open it no more. After 72 hours it is gone.
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        use store::schema::exports::dsl::{exports, password as sealed};
        let left = |tx: &mut store::Conn| Ok::<i64, store::StoreError>(exports.filter(sealed.is_not_null()).count().get_result(tx)?);
        assert_eq!(app.state.db.read(left).await.unwrap(), 0);
        app.pass_days(3).await;
        assert!(files::kept(app).await.is_empty());
        let later = app.public().sign_in("coordinator", PASSWORD).await;
        assert_eq!(seen(&later, &id).await["status"], "expired");
        assert_eq!(told(&later, &w.resident).await.len(), 3, "who looked stays known");
    }
}

on_both! {
    async fn a_file_goes_with_the_first_who_is_erased_or_agrees_no_longer(app) {
        let w = World::new(app).await;
        let (one, two, three) = (
            resident(&w.collector, &w.village).await,
            resident(&w.collector, &w.village).await,
            resident(&w.collector, &w.village).await,
        );
        for (resident, way) in [(&one, true), (&two, false)] {
            let id = ready(app, &w).await;
            let open = asked(&w).await;
            if way { erase(&w, resident).await } else { withdraw(&w, resident).await }
            assert_eq!(seen(&w.coordinator, &id).await["status"], "destroyed");
            act(&w.coordinator, &id, "download").await.refused(409, "export_over");
            act(&w.coordinator, &id, "password").await.refused(409, "export_over");
            assert!(files::kept(app).await.is_empty());
            assert_eq!(seen(&w.coordinator, &open).await["status"], "pending", "what is not made yet leaves them out");
        }

        // Erased after the list was read and before the file is kept: it is made anew.
        let id = asked(&w).await;
        act(&w.county_coordinator, &id, "approve").await.expect(200);
        let work = next(app).await.unwrap();
        let file = files::write(app, &work).await;
        erase(&w, &three).await;
        let cx = Context::new(&app.state, domain::access::Actor::default());
        assert!(!app.state.db.write(move |tx: &mut store::Conn| making::keep(tx, &cx, &work, &file)).await.unwrap());
        assert!(files::kept(app).await.is_empty());
        assert_eq!(made(app).await, 1);
        assert_eq!(seen(&w.coordinator, &id).await["rows"], 1);

        // Wishes with whose they are: the same people, and no wish of others.
        let body = json!({
            "organisation_id": w.village, "purpose": PURPOSE,
            "list": { "subject": "wishes_with_residents", "filter": { "status": "submitted" } },
        });
        let mine = child(&w.collector, &w.village).await;
        w.submitted(json!({ "title": "给爷爷的灯" })).await;
        w.submitted(json!({ "title": "给孩子的书", "beneficiary_id": mine })).await;
        let id = w.coordinator.post("/exports/personal", body).await.expect(201).id();
        act(&w.admin, &id, "approve").await.expect(200);
        assert_eq!(made(app).await, 1);
        let password = act(&w.coordinator, &id, "password").await.expect(200).text("password");
        let sheet = Sheet::of(&unlocked(&taken(&w.coordinator, &id).await, &password).unwrap());
        assert_eq!((sheet.column("心愿"), sheet.column("姓名")), (vec!["给爷爷的灯".to_owned()], vec!["谢某某".to_owned()]));

        // An answer that does not come in a week is none, and who lost the right takes nothing.
        let late = asked(&w).await;
        let me = w.coordinator.get("/me").await.expect(200).body.clone();
        let role = format!("/organisations/{}/members/{}", w.village, me["memberships"][0]["id"].as_str().unwrap());
        w.admin.change(Method::DELETE, &role, "*", json!({})).await.expect(204);
        app.pass_days(0).await;
        let former = app.public().sign_in("coordinator", PASSWORD).await;
        act(&former, &id, "download").await.refused(404, "not_found");
        app.pass_days(7).await;
        let admin = app.public().sign_in("admin", PASSWORD).await;
        assert_eq!(seen(&admin, &late).await["status"], "expired");
        act(&admin, &late, "approve").await.refused(409, "wrong_export_status");
    }
}
