//! Figures: each is a definition and the sums it names, kept as things happen; they add up or are not shown, follow the tree, are
//! put right when they drift, and a report of them cannot be changed unseen.

use crate::soundness::corrupted;
use diesel::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use server::{app::tally, jobs};
use std::time::Duration;
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World, organisation, resident},
};

async fn board(by: &Client, at: &str) -> Value {
    by.get(&format!("/organisations/{at}/figures?from=2026-01&to=2026-12")).await.expect(200).body.clone()
}

fn figure<'a>(board: &'a Value, id: &str) -> &'a Value {
    board["figures"].as_array().unwrap().iter().find(|one| one["definition"]["id"] == id).unwrap()
}

/// What was counted, of what, left out, on how many.
fn told(board: &Value, id: &str) -> Value {
    let of = figure(board, id);
    json!([of["numerator"], of["denominator"], of["excluded"], of["sample"]])
}

fn parts(board: &Value, id: &str) -> Value {
    let all = figure(board, id)["parts"].as_array().unwrap();
    all.iter()
        .map(|one| (one["part"].as_str().unwrap().to_owned(), one["numerator"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn execute(app: &App, sql: &'static str) {
    let work =
        move |tx: &mut store::Conn| diesel::sql_query(sql).execute(tx).map_err(store::StoreError::from);
    app.state.db.write(work).await.unwrap();
}

async fn confirm(w: &World, claim: &str) {
    let word = json!({ "accepted": true, "method": "call" });
    w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
}

on_both! {
    async fn figures_are_what_the_wishes_say_and_follow_the_tree(app) {
        let w = World::new(app).await;
        // One lit and rated, one on the wall, one handed in, one taken back.
        let lit = w.published(json!({})).await;
        confirm(&w, &w.delivered(&lit, 1).await).await;
        w.collector.post(&format!("/wishes/{lit}/feedback"), json!({ "satisfaction": 4 })).await.expect(201);
        w.published(json!({})).await;
        w.submitted(json!({})).await;
        let back = w.published(json!({})).await;
        let end = json!({ "reason": "搬走了", "outcome": "已告知" });
        w.coordinator.post(&format!("/wishes/{back}/withdraw"), end).await.expect(200);
        resident(&w.collector, &w.village).await;
        let late = board(&w.admin, &w.county).await;
        assert_eq!(told(&late, "collected")[0], 0, "nothing was counted yet");
        assert!(late["as_of"].as_str().unwrap() < app.state.clock.now().to_string().as_str(), "and it says so: {}", late["as_of"]);

        // Two servers count at once; each wish counts once.
        server::app::event::place(&app.state).await.unwrap();
        let (one, other) = tokio::join!(tally::fold(&app.state), tally::fold(&app.state));
        one.and(other).unwrap();
        let now = board(&w.county_coordinator, &w.county).await;
        assert_eq!(now["as_of"], app.state.clock.now().to_string());
        assert_eq!(told(&now, "collected"), json!([4, null, 0, 4]));
        assert_eq!(parts(&now, "collected"), json!({ "fulfilled": 1, "open": 1, "submitted": 1, "withdrawn": 1 }));
        assert_eq!(told(&now, "fulfilment"), json!([1, 3, 1, 3]));
        assert_eq!(told(&now, "on_time"), json!([1, 1, 3, 1]));
        assert_eq!((told(&now, "first_answer"), &figure(&now, "first_answer")["p90"]), (json!([3, 4, 0, 3]), &json!(0)));
        assert_eq!((told(&now, "satisfaction"), parts(&now, "satisfaction")), (json!([1, 1, 0, 1]), json!({ "4": 1 })));
        assert_eq!((told(&now, "residents_reached")[0].clone(), told(&now, "lapsed")), (json!(1), json!([0, 1, 0, 1])));
        assert_eq!(parts(&now, "coverage"), json!({ "never": 1, "reached": 1 }));
        assert_eq!((&now["collected_today"], &now["fulfilled_today"]), (&json!(4), &json!(1)));
        let november = now["months"].as_array().unwrap().iter().find(|one| one["month"] == "2026-11").unwrap();
        assert_eq!(november, &json!({ "month": "2026-11", "collected": 4, "fulfilled": 1, "ended": 2, "under_way": 2 }));

        // The same as counting all rows anew, and the rows themselves.
        let anew = w.admin.get(&format!("/statistics?organisation_id={}", w.county)).await.expect(200).body.clone();
        assert_eq!((&anew["collected"], &anew["fulfilled"], &anew["amount_fen"]), (&json!(4), &json!(1), &figure(&now, "worth")["numerator"]));
        let rows = figure(&now, "collected")["rows"].as_str().unwrap().trim_start_matches("/api/v1").to_owned();
        assert_eq!(w.county_coordinator.get(&rows).await.items().len(), 4);
        assert_eq!(w.county_coordinator.get(&rows.replace("from=2026-01&to=2026-12", "from=2026-01&to=2026-10")).await.items().len(), 0);
        let others = rows.replace(&w.county, &w.school);
        assert_eq!(w.county_coordinator.get(&others).await.items().len(), 0);
        assert_eq!(w.stranger.get(&rows).await.items().len(), 0, "where a wish is from, the wall does not say");
        w.admin.get("/wishes?from=2026-01&to=2026-02").await.refused(422, "invalid");
        w.admin.get(&format!("/organisations/{}/figures?from=2026-03&to=2026-02", w.county)).await.refused(422, "invalid");

        // The village moves to another township, and takes its figures along.
        let side = organisation(&w.admin, &w.county, "新桥镇", "township", "government", None).await;
        let village = format!("/organisations/{}", w.village);
        w.admin.change(Method::PATCH, &village, "*", json!({ "parent_id": side })).await.expect(200);
        assert_eq!(told(&board(&w.admin, &w.township).await, "collected")[0], 0);
        assert_eq!(told(&board(&w.admin, &side).await, "collected")[0], 4);
        let county = board(&w.admin, &w.county).await;
        assert_eq!(told(&county, "collected")[0], 4);
        let below: Vec<(&Value, &Value)> = county["below"].as_array().unwrap().iter().map(|one| (&one["organisation"]["id"], &one["residents"]["never"])).collect();
        assert_eq!(below[0], (&json!(side), &json!(1)), "who was never asked comes first");
        // It is of another level now; once it is counted, so are its wishes.
        w.admin.change(Method::PATCH, &village, "*", json!({ "level": "unit" })).await.expect(200);
        jobs::sweep(&app.state, app.state.clock.now()).await.unwrap();
        assert_eq!(parts(&board(&w.admin, &w.city).await, "by_level"), json!({ "unit": 1 }));

        // Within two seconds, without anybody asking for it.
        let counting = tokio::task::spawn_local(jobs::run_tally(app.state.clone()));
        w.submitted(json!({})).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        counting.abort();
        assert_eq!(told(&board(&w.admin, &w.city).await, "collected")[0], 5);
    }
}

on_both! {
    async fn what_drifts_is_found_not_shown_and_put_right(app) {
        let w = World::new(app).await;
        w.published(json!({})).await;
        confirm(&w, &w.delivered(&w.published(json!({})).await, 1).await).await;
        jobs::sweep(&app.state, app.state.clock.now()).await.unwrap();
        for (sql, expected) in [
            ("UPDATE tallies SET amount = amount + 1 WHERE measure = 'collected'", "is wrong by 1"),
            ("DELETE FROM tallies WHERE measure = 'residents'", "is wrong by -1"),
            ("UPDATE tally_shares SET cells = '[]'", "is counted in the figures as what it is not"),
            ("DELETE FROM tally_shares", "is counted in the figures as what it is not"),
            ("UPDATE wishes SET category = 'health'", "is counted in the figures as what it is not"),
            ("INSERT INTO tally_shares SELECT subject_id || 'x', organisation_id, cells FROM tally_shares", "is counted in the figures as what it is not"),
        ] {
            let findings = corrupted(app, sql).await;
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{sql}: {findings:?}");
        }
        execute(app, "UPDATE tallies SET amount = amount + 1 WHERE measure = 'standing' AND part = 'open'").await;
        let at = format!("/organisations/{}", w.county);
        w.admin.get(&format!("{at}/figures")).await.refused(500, "figures_unsound");
        w.admin.post(&format!("{at}/reports"), json!({ "from": "2026-10", "to": "2026-10" })).await.expect(201);
        app.verify_figures().await;
        assert_eq!(told(&board(&w.admin, &w.county).await, "collected")[0], 2);
        execute(app, "UPDATE tally_shares SET cells = '[]'").await;
        app.verify_figures().await;
        assert_eq!(told(&board(&w.admin, &w.county).await, "fulfilment"), json!([1, 2, 0, 2]));
        let events = w.admin.get("/audit/events?limit=100").await.items();
        assert!(events.iter().any(|one| one["event"]["kind"] == "figures_mended"), "and it is written down");
    }
}

on_both! {
    async fn a_report_is_frozen_and_a_later_one_says_what_changed(app) {
        let w = World::new(app).await;
        let again = async |who: &str| app.public().sign_in(who, PASSWORD).await;
        let wish = w.published(json!({})).await;
        let at = format!("/organisations/{}/reports", w.county);
        let november = json!({ "from": "2026-11", "to": "2026-11" });
        assert_eq!(w.admin.post(&at, november.clone()).await.refused(422, "invalid").faults(), [("/to".to_owned(), "in_future".to_owned())]);
        let claim = w.delivered(&wish, 1).await;
        app.pass_days(12).await;
        // A session lives as long as that.
        let (admin, coordinator) = (again("admin").await, again("coordinator").await);
        let first = admin.post(&at, november.clone()).await;
        let first = &first.expect(201).body;
        assert_eq!((&first["number"], &first["edition"], &first["holds"], &first["previous_hash"]), (&json!(1), &json!(1), &json!(true), &json!("")));
        assert!(first["compared"].is_null());
        let word = json!({ "accepted": true, "method": "call" });
        coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        app.pass_days(0).await;
        let second = admin.post(&at, november).await;
        let second = &second.expect(201).body;
        assert_eq!((&second["number"], &second["edition"], &second["previous_hash"]), (&json!(2), &json!(2), &first["hash"]));
        assert_eq!(second["compared"]["with"], first["id"]);
        let differences = second["compared"]["differences"].as_array().unwrap();
        let lit = differences.iter().find(|one| one["id"] == "fulfilment").unwrap();
        assert_eq!((&lit["before"]["numerator"], &lit["now"]["numerator"]), (&json!(0), &json!(1)));
        assert!(differences.iter().all(|one| one["id"] != "coverage" || one["before"] != one["now"]));
        // What was frozen says what it said.
        let auditor = again("auditor").await;
        let kept = auditor.get(&format!("/reports/{}", first["id"].as_str().unwrap())).await;
        assert_eq!(&kept.expect(200).body, first);
        let list = auditor.get(&at).await.items();
        assert_eq!(list.iter().map(|one| &one["number"]).collect::<Vec<_>>(), [&json!(2), &json!(1)]);
        for (sql, expected) in [
            ("UPDATE reports SET figures = REPLACE(figures, '\"numerator\":1', '\"numerator\":2')", "does not say what was frozen"),
            ("UPDATE reports SET created_at = created_at + 1 WHERE number = 1", "does not say what was frozen"),
            ("DELETE FROM reports WHERE number = 1", "is not bound to the one before it"),
            ("UPDATE reports SET previous_hash = 'x' WHERE number = 2", "is not bound to the one before it"),
            ("UPDATE reports SET hash = 'x' WHERE number = 2", "has another hash than the history tells"),
            ("DELETE FROM reports WHERE number = 2", "was frozen and is gone"),
        ] {
            let findings = corrupted(app, sql).await;
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{sql}: {findings:?}");
        }
    }
}
