//! Exports: a list leaves as it was filtered, with the reach of who asked at the time that it is made; one that names residents needs a
//! second person, a password and a purpose, is handed out so often, and each resident in it learns of each time.

mod files;
mod personal;

use files::{Sheet, taken};
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    app::{
        Context,
        export::making::{self, Next},
    },
    jobs,
};
use tests::{
    App,
    client::{Answer, Client, one_more},
    on_both,
    world::{PASSWORD, World, resident},
};

/// Makes what waits; how many ended.
async fn made(app: &App) -> usize {
    jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().exports_ended
}

async fn seen(by: &Client, id: &str) -> Value {
    by.get(&format!("/exports/{id}")).await.expect(200).body.clone()
}

async fn act(by: &Client, id: &str, act: &str) -> Answer {
    by.post(&format!("/exports/{id}/{act}"), json!({})).await
}

fn ask(at: &str, subject: &str, filter: Value) -> Value {
    json!({ "organisation_id": at, "list": { "subject": subject, "filter": filter } })
}

/// Takes the next export as a server does, which then dies or goes on.
async fn next(app: &App) -> Option<making::Work> {
    let cx = Context::new(&app.state, domain::access::Actor::default());
    match app.state.db.write(move |tx: &mut store::Conn| making::next(tx, &cx)).await.unwrap() {
        Next::Make(work) => Some(*work),
        _ => None,
    }
}

/// Asks for a list, has it made and takes it.
async fn list(app: &App, by: &Client, asked: Value) -> Sheet {
    let id = by.post("/exports", asked).await.expect(201).id();
    assert_eq!(made(app).await, 1);
    Sheet::of(&taken(by, &id).await)
}

on_both! {
    async fn a_list_leaves_as_it_was_filtered_and_as_offices_hand_it_on(app) {
        let w = World::new(app).await;
        for title in ["=1+1 想要算一算", "想要一张桌子"] {
            w.collector.post("/wishes", w.wish(json!({ "title": title }))).await.expect(201);
        }
        w.submitted(json!({ "title": "想要别的" })).await;
        let asked = ask(&w.village, "wishes", json!({ "status": "draft", "category": "thing" }));
        let key = one_more();
        let first = w.collector.post_once("/exports", &key, asked.clone()).await;
        let id = first.expect(201).id();
        assert_eq!(w.collector.post_once("/exports", &key, asked).await.expect(201).id(), id);
        assert_eq!((first.text("status"), first.text("covers")), ("requested".into(), "状态：草稿；类别：thing".into()));
        act(&w.collector, &id, "download").await.refused(409, "wrong_export_status");
        assert_eq!(made(app).await, 1);
        let ready = seen(&w.collector, &id).await;
        assert_eq!((&ready["status"], &ready["rows"], &ready["may"]), (&json!("ready"), &json!(2), &json!(["download_export"])));
        act(&w.coordinator, &id, "download").await.refused(403, "forbidden");
        w.stranger.get(&format!("/exports/{id}")).await.refused(404, "not_found");
        act(&w.collector, &id, "password").await.refused(403, "forbidden");

        let file = taken(&w.collector, &id).await;
        let sheet = Sheet::of(&file);
        assert_eq!(sheet.title, "微心愿台账");
        assert_eq!(sheet.about[0], ["填报单位：何家坪村", "单位：件"]);
        assert!(sheet.about[1][0].starts_with("范围：状态：草稿；类别：thing　　填表人：collector　　制表时间：2026-11-20"), "{:?}", sheet.about);
        assert_eq!(sheet.column("心愿"), ["想要一张桌子", "=1+1 想要算一算"]);
        assert_eq!((sheet.column("状态代码"), sheet.column("状态")), (vec!["draft".to_owned(); 2], vec!["草稿".to_owned(); 2]));
        assert_eq!((sheet.column("类别")[0].as_str(), sheet.column("预计费用（元）")[0].as_str()), ("添一物", "120"));
        assert_eq!(sheet.sums[..2], ["合计", "2 件"]);
        assert_eq!(sheet.sums[13], "240");
        let inside = files::inside(&file);
        assert!(!inside.contains("<f>"), "no formula");
        assert!(inside.contains("quotePrefix=\"1\""), "what begins as one stays a text when it is edited");
        for set in ["paperSize=\"9\"", "orientation=\"landscape\"", "state=\"frozen\"", "Print_Titles", "第 &amp;P 页"] {
            assert!(inside.contains(set), "{set}");
        }
        for personal in ["谢某某", "07005550199", "三组十二号", "谢"] {
            assert!(!inside.contains(personal), "{personal}");
        }

        // Kept for a week, sealed; then the file is gone, and who asked for what stays known.
        let kept = files::kept(app).await;
        assert!(kept.len() == 1 && !kept[0].starts_with(b"PK"));
        app.pass_days(7).await;
        let later = app.public().sign_in("collector", PASSWORD).await;
        assert_eq!(seen(&later, &id).await["status"], "expired");
        act(&later, &id, "download").await.refused(409, "export_over");
        assert!(files::kept(app).await.is_empty());
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let events = admin.get(&format!("/audit/events?subject=export&subject_id={id}")).await.expect(200).items();
        let told: Vec<&str> = events.iter().map(|one| one["event"]["kind"].as_str().unwrap()).collect();
        assert_eq!(told, ["export_asked", "export_made", "export_downloaded", "export_expired"]);
    }
}

on_both! {
    async fn no_more_is_in_it_than_its_asker_reaches_and_the_place_holds(app) {
        let w = World::new(app).await;
        let there = resident(&w.admin, &w.other_village).await;
        let other = w.wish(json!({ "beneficiary_id": there, "organisation_id": w.other_village, "title": "邻村的心愿" }));
        w.admin.post("/wishes", other).await.expect(201);
        let open = w.published(json!({ "title": "挂上墙的心愿" })).await;
        w.claimed(&open, 1).await;
        for at in [&w.other_village, &w.county, &w.other_root] {
            w.collector.post("/exports", ask(at, "wishes", json!({}))).await.refused(404, "not_found");
        }
        w.auditor.post("/exports", ask(&w.village, "wishes", json!({}))).await.refused(403, "forbidden");
        let wrong = w.collector.post("/exports", ask(&w.village, "wishes", json!({ "status": "nonsense" }))).await;
        assert_eq!(wrong.refused(422, "invalid").faults(), [("/list/filter/status".to_owned(), "unknown".to_owned())]);
        w.collector.post("/exports", ask(&w.village, "residents", json!({}))).await.expect(422);

        // The wall shows the village's wish to everybody; the list of another place is not the wall.
        let county = list(app, &w.county_coordinator, ask(&w.county, "wishes", json!({}))).await;
        assert_eq!(county.column("心愿"), ["挂上墙的心愿", "邻村的心愿"]);
        let theirs = list(app, &w.county_coordinator, ask(&w.other_village, "wishes", json!({}))).await;
        assert_eq!(theirs.column("心愿"), ["邻村的心愿"]);
        let held = json!({ "holder_id": w.other_village });
        let held = list(app, &w.county_coordinator, ask(&w.county, "wishes", held)).await;
        assert_eq!(held.column("责任组织"), ["新井村"]);
        assert!(held.about[1][0].contains("责任组织：新井村"));
        let claims = list(app, &w.collector, ask(&w.village, "claims", json!({ "status": "active" }))).await;
        assert_eq!((claims.column("认领单位"), claims.column("状态")), (vec!["村志愿队".to_owned()], vec!["已认领".to_owned()]));
    }
}

on_both! {
    async fn a_file_is_made_by_the_rights_of_then_and_once_whoever_dies(app) {
        let w = World::new(app).await;
        let asked = ask(&w.village, "wishes", json!({}));
        let lost = w.collector.post("/exports", asked.clone()).await.expect(201).id();
        let me = w.collector.get("/me").await.expect(200).body.clone();
        let role = format!("/organisations/{}/members/{}", w.village, me["memberships"][0]["id"].as_str().unwrap());
        w.admin.change(Method::DELETE, &role, "*", json!({})).await.expect(204);
        assert_eq!(made(app).await, 1);
        let failed = seen(&w.coordinator, &lost).await;
        assert_eq!((&failed["status"], &failed["failure"]["code"]), (&json!("failed"), &json!("forbidden")));
        assert!(files::kept(app).await.is_empty());

        // A server takes it and dies: nobody else does until its lease is over, then another makes it, once.
        let id = w.coordinator.post("/exports", asked.clone()).await.expect(201).id();
        let dead = next(app).await.unwrap();
        assert_eq!(made(app).await, 0);
        app.state.clock.advance(61);
        assert_eq!(made(app).await, 1);
        assert_eq!(seen(&w.coordinator, &id).await["status"], "ready");
        let cx = Context::new(&app.state, domain::access::Actor::default());
        let late = files::write(app, &dead).await;
        assert!(!app.state.db.write(move |tx: &mut store::Conn| making::keep(tx, &cx, &dead, &late)).await.unwrap());
        assert_eq!(files::kept(app).await.len(), 1);

        // One that every server dies of is laid aside.
        let poison = w.coordinator.post("/exports", asked).await.expect(201).id();
        for _ in 0..domain::job::MOST_TRIES {
            assert!(next(app).await.is_some());
            app.state.clock.advance(61);
        }
        assert_eq!(made(app).await, 1);
        let poison = seen(&app.public().sign_in("coordinator", PASSWORD).await, &poison).await;
        assert_eq!((&poison["status"], &poison["failure"]["code"]), (&json!("failed"), &json!("internal")));
    }
}
