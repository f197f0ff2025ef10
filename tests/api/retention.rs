//! What is over its time goes by itself, each class at its own time, and leaves figures behind.

use diesel::connection::SimpleConnection as _;
use serde_json::{Value, json};
use server::{app::retention, problem::Failure};
use store::{Conn, StoreError};
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, resident},
};

async fn admin(app: &App) -> Client {
    app.public().sign_in("admin", PASSWORD).await
}

async fn title(by: &Client, wish: &str) -> String {
    by.get(&format!("/wishes/{wish}")).await.expect(200).text("title")
}

async fn is_erased(by: &Client, id: &str) -> bool {
    by.get(&format!("/beneficiaries/{id}")).await.expect(200).body["erased_at"].is_string()
}

/// What is due, by class, as the preview tells.
async fn due(by: &Client, query: &str) -> Value {
    let shown = by.get(&format!("/retention/preview?{query}")).await;
    let all = shown.expect(200).body["periods"].as_array().unwrap().clone();
    all.iter()
        .filter(|one| one["nightly"] == true)
        .map(|one| (one["class"].as_str().unwrap().to_owned(), one["due"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn fulfilled(w: &World, of: &str) -> String {
    let wish = w.published(json!({ "beneficiary_id": of })).await;
    let claim = w.delivered(&wish, 1).await;
    let word = json!({ "accepted": true, "method": "call" });
    w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
    wish
}

const NONE: &str = "（内容已删除）";

on_both! {
    async fn each_class_goes_at_its_time(app) {
        let w = World::new(app).await;
        let (over, waits) = (resident(&w.collector, &w.village).await, resident(&w.collector, &w.village).await);
        let never = resident(&w.collector, &w.village).await;
        let done = fulfilled(&w, &over).await;
        let also = fulfilled(&w, &waits).await;
        let open = w.published(json!({ "beneficiary_id": waits })).await;
        let declined = w.submitted(json!({ "beneficiary_id": waits })).await;
        let no = json!({ "decision": "decline", "note": "不属于微心愿，已转民政" });
        w.reviewer.post(&format!("/wishes/{declined}/review"), no).await.expect(200);
        let nothing = json!({ "declined_wish": 0, "ended_wish": 0, "resident": 0, "photo": 0, "application": 0 });
        assert_eq!(due(&w.auditor, "").await, nothing);
        let later = "as_of=2027-11-21T08:00:00Z";
        let all = json!({ "declined_wish": 1, "ended_wish": 2, "resident": 1, "photo": 0, "application": 0 });
        assert_eq!(due(&w.auditor, later).await, all, "the preview counts and changes nothing");
        assert_eq!(due(&w.auditor, &format!("organisation_id={}&{later}", w.other_village)).await, nothing);
        assert_eq!(title(&w.admin, &declined).await, "想要一台收音机");

        app.pass_days(89).await;
        let by = admin(app).await;
        assert_eq!(title(&by, &declined).await, "想要一台收音机");
        app.pass_days(1).await;
        let by = admin(app).await;
        assert_eq!(title(&by, &declined).await, NONE);
        assert_eq!(title(&by, &done).await, "想要一台收音机");

        app.pass_days(274).await;
        let by = admin(app).await;
        assert!(!is_erased(&by, &over).await, "the last day of the year");
        app.pass_days(1).await;
        let by = admin(app).await;
        assert!(is_erased(&by, &over).await);
        assert!(!is_erased(&by, &waits).await, "somebody still works for them");
        assert!(!is_erased(&by, &never).await, "who had no wish yet");
        let titles = [title(&by, &done).await, title(&by, &also).await, title(&by, &open).await];
        assert_eq!(titles, [NONE, NONE, "想要一台收音机"]);
        let told = by.get(&format!("/audit/events?kind=beneficiary_erased&organisation_id={}", w.city)).await;
        assert_eq!(told.items()[0]["event"]["data"], json!({ "reason": "no_longer_needed" }));

        // The figures stay, and everything that is stored still fits.
        let figures = by.get(&format!("/statistics?organisation_id={}", w.city)).await;
        assert_eq!(figures.expect(200).body["fulfilled"], 2);
        let vault = app.state.vault.clone();
        let report = app.state.db.read_slow(move |tx| server::app::check::check(tx, &vault)).await.unwrap();
        assert_eq!(report.findings, Vec::<String>::new());
    }
}

on_both! {
    async fn a_night_is_run_once_and_recorded_with_figures_alone(app) {
        let w = World::new(app).await;
        let over = resident(&w.collector, &w.village).await;
        fulfilled(&w, &over).await;
        app.pass_days(0).await;
        app.pass_days(0).await;
        let runs = w.auditor.get("/retention/runs").await;
        assert_eq!(runs.expect(200).items().len(), 1, "{:#}", runs.body);
        assert_eq!(runs.items()[0]["nightly_on"], "2026-11-20");
        app.pass_days(400).await;
        let by = admin(app).await;
        let runs = by.get("/retention/runs?limit=1").await;
        let expected = json!([{ "class": "ended_wish", "count": 1 }, { "class": "resident", "count": 1 }]);
        let counts: Vec<Value> =
            runs.items()[0]["counts"].as_array().unwrap().iter().filter(|one| one["count"] != 0).cloned().collect();
        assert_eq!(json!(counts), expected);
        let event = by.get(&format!("/audit/events?kind=retention_run&organisation_id={}&limit=100", w.city)).await;
        let last = event.items().last().unwrap()["event"].clone();
        assert_eq!((&last["data"]["resident"], &last["subject"]), (&json!(1), &json!("retention_run")));
        let text = format!("{:#} {last}", runs.body);
        assert!(!text.contains("谢某某") && !text.contains(&over), "figures, and nobody: {text}");

        // By hand it may run at any time; there is nothing left, and the other tree has its own record.
        let again = retention::run(&app.state, app.state.clock.now(), false).await.unwrap();
        assert_eq!(again.len(), 2);
        assert!(again.iter().all(|run| run.counts.values().all(|count| *count == 0)));
        let stranger = app.public().sign_in("stranger", PASSWORD).await;
        let theirs = stranger.get("/retention/runs").await;
        assert!(theirs.items().iter().all(|run| run["counts"].as_array().unwrap().iter().all(|one| one["count"] == 0)));
        let collector = app.public().sign_in("collector", PASSWORD).await;
        collector.get("/retention/runs").await.refused(403, "forbidden");
    }
}

on_both! {
    async fn however_many_are_kept_the_last_of_them_goes_too(app) {
        let w = World::new(app).await;
        let over = resident(&w.collector, &w.village).await;
        fulfilled(&w, &over).await;
        // More than one statement looks at, all before the one whose time is over.
        let run = async |sql: String| {
            let run = move |tx: &mut Conn| Ok::<_, Failure>(tx.batch_execute(&sql).map_err(StoreError::from)?);
            app.state.db.write(run).await.unwrap();
        };
        for thousand in 0..11 {
            let ids: Vec<String> = (0..1000).map(|n| format!("('00{thousand:02}{n:03}')")).collect();
            run(format!(
                "INSERT INTO beneficiaries (id, version, organisation_id, household_id, name, hardships, created_at, updated_at)
                 SELECT ids.column1, 1, organisation_id, household_id, '', '[]', 0, 0
                 FROM (VALUES {}) AS ids, beneficiaries WHERE beneficiaries.id = '{over}'",
                ids.join(",")
            ))
            .await;
        }
        let later = "as_of=2027-11-21T08:00:00Z";
        assert_eq!(due(&w.auditor, later).await["resident"], 1);
        app.pass_days(365).await;
        assert!(is_erased(&admin(app).await, &over).await);
        run("DELETE FROM beneficiaries WHERE length(id) = 7".into()).await;
        // Who is entered and taken out by hand is told to nobody.
        app.verify_figures().await;
    }
}
