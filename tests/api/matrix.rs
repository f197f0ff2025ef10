//! Every operation of the document, asked by every kind of caller, against a table of verdicts that was
//! written apart from the code (`matrix.csv`). An operation without a row fails.
//!
//! A cell is `ok` (2xx, and the act took effect), a status, or for lists `sees` and `empty`: whether the
//! village's thing is among what is listed. A 404 must say nothing: a thing that does not exist at all
//! is answered alike. So must a 401.

mod requests;

use requests::{Ask, Stage};
use std::collections::{BTreeMap, BTreeSet};
use tests::{
    App,
    client::{Answer, Client, one_more, send},
    on_both,
    world::{PASSWORD, World, own_passwords},
};

const TABLE: &str = include_str!("matrix.csv");

/// An id that nothing has.
const NOTHING: &str = "01900000-0000-7000-8000-00000000dead";

/// The rows: a name, which is an operation id and maybe more words, and a verdict for each caller.
fn table() -> (Vec<&'static str>, Vec<(&'static str, Vec<&'static str>)>) {
    let mut lines = TABLE.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let callers = lines.next().unwrap().split_off(1);
    let rows: Vec<_> = lines.map(|mut line| (line.remove(0), line)).collect();
    for (name, cells) in &rows {
        assert_eq!(cells.len(), callers.len(), "{name}");
        assert!(
            cells.iter().all(|cell| ["ok", "sees", "empty", "401", "403", "404", "409"].contains(cell)),
            "{name}"
        );
    }
    (callers, rows)
}

/// Those who ask, as the head of the table names them.
async fn callers(app: &App, w: &World) -> BTreeMap<&'static str, Client> {
    let enter = async |username: &str, at: &str, role: &str| {
        let member = serde_json::json!({ "username": username, "display_name": username, "password": PASSWORD, "role": role });
        let made = w.admin.post(&format!("/organisations/{at}/members"), member).await;
        own_passwords(app).await;
        (app.public().sign_in(username, PASSWORD).await, made.expect(201).id())
    };
    let (descendant, _) = enter("teamadmin", &w.team, "admin").await;
    let (sibling, _) = enter("sibling", &w.other_village, "admin").await;
    let (former, role) = enter("former", &w.village, "admin").await;
    let (officer, _) = enter("officer", &w.village, "child_officer").await;
    let new = serde_json::json!({ "name": "公益平台", "scopes": ["wishes:read", "events:read", "webhooks:manage", "donations:write", "claims:write"],
        "claims": { "claimant_id": w.team_claimant, "most_open": 100, "most_open_of_user": 100, "most_in_day": 100 } });
    let platform =
        w.admin.post(&format!("/organisations/{}/platforms", w.county), new).await.expect(201).id();
    let made = w.admin.post(&format!("/platforms/{platform}/keys"), serde_json::json!({})).await;
    let platform = app.public().with_token(&made.expect(201).text("key"));
    let role = format!("/organisations/{}/members/{role}", w.village);
    w.admin.change(reqwest::Method::DELETE, &role, "*", serde_json::json!({})).await.expect(204);
    BTreeMap::from([
        ("public", app.public()),
        ("former", former),
        ("stranger", w.stranger.clone()),
        ("outsider", w.school_manager.clone()),
        ("manager", w.manager.clone()),
        ("descendant", descendant),
        ("sibling", sibling),
        ("collector", w.collector.clone()),
        ("reviewer", w.reviewer.clone()),
        ("coordinator", w.coordinator.clone()),
        ("county", w.county_coordinator.clone()),
        ("admin", w.admin.clone()),
        ("auditor", w.auditor.clone()),
        ("officer", officer),
        ("platform", platform),
    ])
}

async fn asked(caller: &Client, ask: &Ask) -> Answer {
    let request = caller.request(ask.method.clone(), &ask.path).header("If-Match", "*");
    // Programs must say which request it is.
    let request = match ask.method == reqwest::Method::POST {
        true => request.header("Idempotency-Key", one_more()),
        false => request,
    };
    send(match (ask.file, ask.body.is_null()) {
        (Some((media_type, file)), _) => request.header("Content-Type", media_type).body(file),
        (None, true) => request,
        (None, false) => request.json(&ask.body),
    })
    .await
}

fn verdict(ask: &Ask, answer: &Answer, expected: &str) -> String {
    let success = (200..300).contains(&answer.status);
    match expected {
        "sees" | "empty" if success && answer.body.to_string().contains(&ask.about) => "sees".to_owned(),
        "sees" | "empty" if success => "empty".to_owned(),
        // What only its own fields refuse, the access table let through.
        _ if success || (ask.invalid && answer.status == 422) => "ok".to_owned(),
        _ => answer.status.to_string(),
    }
}

on_both! {
    async fn every_operation_answers_every_caller_as_the_table_says(app) {
        let w = World::new(app).await;
        let (names, rows) = table();
        let callers = callers(app, &w).await;
        assert_eq!(names.iter().collect::<BTreeSet<_>>(), callers.keys().collect(), "callers of the table");
        let stage = Stage::new(app, &w).await;
        let mut wrong = Vec::new();
        for (name, cells) in &rows {
            let mut ask = stage.ask(name).await;
            for (caller, expected) in names.iter().zip(cells) {
                let who = &callers[caller];
                let answer = asked(who, &ask).await;
                let verdict = verdict(&ask, &answer, expected);
                if verdict != *expected {
                    wrong.push(format!("{name} as {caller}: {verdict}, not {expected} {}", answer.body["code"]));
                }
                if ["404", "401"].contains(expected) && ask.can_be_nothing(&answer) {
                    let nothing = asked(who, &ask.about_nothing(NOTHING)).await;
                    if (nothing.status, &nothing.body["code"]) != (answer.status, &answer.body["code"]) {
                        wrong.push(format!("{name} as {caller}: {} where it is hidden, {} where it is not there", answer.body["code"], nothing.body["code"]));
                    }
                }
                if (200..300).contains(&answer.status) && ask.changes {
                    // It was done; the next caller asks about another.
                    ask = stage.ask(name).await;
                }
            }
        }
        let asked = rows.len() * names.len();
        assert!(wrong.is_empty(), "{} of {asked} verdicts differ:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn every_operation_has_a_row() {
    let document = server::openapi::document();
    let operations: BTreeSet<String> =
        server::openapi::operations(&document).into_iter().map(|(_, _, id)| id).collect();
    let (callers, rows) = table();
    assert!(callers.len() >= 8);
    let named: BTreeSet<String> =
        rows.iter().filter_map(|(name, _)| name.split(' ').next()).map(str::to_owned).collect();
    let missing: Vec<_> = operations.difference(&named).collect();
    let unknown: Vec<_> = named.difference(&operations).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "without a row in matrix.csv: {missing:?}; rows without an operation: {unknown:?}"
    );
}
