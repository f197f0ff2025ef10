//! What platforms' own books say, held against the books here: each row to what it is, booked once however often and in whatever
//! order it comes, and to the fen.

use crate::ledger::{ask, donation, holds, invoice, opened, pool, program, refund, spend, tell};
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    app::{Context, Step, ledger::reconciling},
    jobs,
};
use std::collections::BTreeMap;
use tests::{
    App,
    client::{Answer, Client, one_more, send},
    on_both,
    world::World,
};

const HEAD: &str = "kind,external_id,amount_yuan,given_at,refund_of,donor_ref,currency,name";

fn gift(id: &str, yuan: &str) -> String {
    format!("donation,{id},{yuan},2026-11-19T16:00:00+08:00,,u-8Zk2,CNY,甲")
}

fn given_back(id: &str, of: &str, yuan: &str) -> String {
    format!("refund,{id},{yuan},2026-11-20T16:00:00+08:00,{of},,CNY,甲")
}

fn file(rows: &[String]) -> Vec<u8> {
    let lines = std::iter::once(HEAD.to_owned()).chain(rows.iter().cloned());
    lines.flat_map(|line| format!("{line}\r\n").into_bytes()).collect()
}

/// Sends a statement of November until today.
async fn sent(app: &App, by: &Client, of: &str, body: Vec<u8>, count: i64, fen: i64) -> Answer {
    let to = app.state.clock.now().date();
    let path =
        format!("/platform/statements?pool_id={of}&from=2026-11-01&to={to}&count={count}&total_fen={fen}");
    let request = by.request(Method::POST, &path).header("Idempotency-Key", one_more());
    send(request.header("Content-Type", "text/csv").body(body)).await
}

/// What its rows came to.
fn rows(statement: &Value) -> BTreeMap<String, (i64, i64)> {
    let one = |row: &Value| {
        let kind = row["kind"].as_str().unwrap_or("row");
        let sum = (row["count"].as_i64().unwrap(), row["amount_fen"].as_i64().unwrap());
        (format!("{kind} {}", row["outcome"].as_str().unwrap()), sum)
    };
    statement["rows"].as_array().unwrap().iter().map(one).collect()
}

fn as_told(all: &[(&str, (i64, i64))]) -> BTreeMap<String, (i64, i64)> {
    all.iter().map(|(name, sum)| ((*name).to_owned(), *sum)).collect()
}

async fn reconciled(app: &App, by: &Client, id: &str) -> Value {
    assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().statements_ended, 1);
    let seen = by.get(&format!("/statements/{id}")).await.expect(200).body.clone();
    assert_eq!(seen["status"], "done");
    seen
}

async fn differences(by: &Client, id: &str, filter: &str) -> Vec<Value> {
    by.get(&format!("/statements/{id}/differences?limit=100{filter}")).await.expect(200).items()
}

fn shown(one: &Value) -> (i64, String, String, Option<i64>, Option<i64>, String) {
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let number = one["number"].as_i64().unwrap();
    (
        number,
        text("outcome"),
        text("external_id"),
        one["amount_fen"].as_i64(),
        one["here_fen"].as_i64(),
        text("reason"),
    )
}

on_both! {
    async fn each_row_comes_to_what_it_is_and_what_differs_is_settled_by_a_person(app) {
        let w = World::new(app).await;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        let other = program(app, &w.admin, &w.county, "donations:write").await;
        let (here, elsewhere) = (opened(&w).await, opened(&w).await);
        for (pool, id, fen) in [(&here, "D-1", 2_000), (&here, "D-2", 2_050), (&here, "D-3", 300), (&here, "D-9", 900), (&elsewhere, "D-4", 400)] {
            let told = tell(&platform, "/donations", donation(pool, id, fen)).await.expect(201).id();
            if id == "D-1" {
                refund(&platform, &told, "R-1", 100).await.expect(200);
                refund(&platform, &told, "R-9", 50).await.expect(200);
            }
        }
        tell(&other, "/donations", donation(&here, "D-1", 7)).await.expect(201);
        assert_eq!(holds(app, &w.admin, &here).await, (2_000 + 2_050 + 300 + 900 - 150 + 7, 0));

        let mut dollars = gift("D-11", "1");
        dollars = dollars.replace("CNY", "USD");
        let rows_sent = [
            given_back("R-5", "D-5", "1.00"), given_back("R-1", "D-1", "1"), given_back("R-6", "D-6", "6.01"), given_back("R-7", "D-77", "1"),
            gift("D-1", "20"), gift("D-2", "20.05"), gift("D-4", "4.00"), gift("D-5", "5.5"), gift("D-6", "6"), gift("D-5", "5.50"), gift("D-5", "5.51"),
            gift("D-3", "3"), gift("D-7", "0"), gift("D-8", "10000000000000"), gift("D-10", "1.005"), dollars,
        ];
        let mut body = file(&rows_sent);
        body.extend_from_slice("donation,D-12,20".as_bytes());
        let body = encoding_rs::GB18030.encode(std::str::from_utf8(&body).unwrap()).0.into_owned();
        let first = sent(app, &platform, &here, body.clone(), 7, 5_755).await;
        let (id, path) = (first.expect(201).id(), format!("/statements/{}", first.id()));
        assert_eq!((&first.body["status"], &first.body["open"]), (&json!("running"), &json!(6)));
        assert_eq!(sent(app, &platform, &here, body.clone(), 7, 5_755).await.expect(200).id(), id, "the same bytes are the same statement");

        let done = reconciled(app, &platform, &id).await;
        let told = as_told(&[
            ("donation matched", (2, 2_300)), ("donation amount_differs", (1, 2_005)), ("donation other_pool", (1, 400)), ("donation missing_here", (2, 1_150)),
            ("donation missing_there", (1, 900)), ("refund matched", (1, 100)), ("refund missing_here", (1, 100)), ("refund refused", (2, 701)),
            ("refund missing_there", (1, 50)), ("row unreadable", (6, 0)),
        ]);
        assert_eq!((rows(&done), &done["repeated"], &done["open"]), (told, &json!(1), &json!(12)));
        assert_eq!((&done["found"]["count"], &done["found"]["total_fen"]), (&json!(6), &json!(5_855)));
        assert_eq!((&done["apart"]["count"], &done["apart"]["total_fen"]), (&json!(-1), &json!(100)), "it does not hold what it said");
        let missing = 550 + 600 - 100;
        assert_eq!(holds(app, &w.admin, &here).await, (2_000 + 2_050 + 300 + 900 - 150 + 7 + missing, 0), "what differs is not changed");
        assert_eq!(holds(app, &w.admin, &elsewhere).await, (400, 0));

        // Who looks after the books sees each, by its row; of a row that does not read nothing but why.
        let all = differences(&w.county_coordinator, &id, "&open=true").await;
        let said: Vec<_> = all.iter().map(shown).collect();
        let line = |number: i64, outcome: &str, id: &str, file: Option<i64>, here: Option<i64>, why: &str| (number, outcome.to_owned(), id.to_owned(), file, here, why.to_owned());
        assert_eq!(said, [
            line(4, "refused", "R-6", Some(601), None, "refund_above_gift"),
            line(5, "refused", "R-7", Some(100), None, "not_found"),
            line(7, "amount_differs", "D-2", Some(2_005), Some(2_050), ""),
            line(8, "other_pool", "D-4", Some(400), Some(400), ""),
            line(12, "unreadable", "D-5", None, None, "duplicate"),
            line(14, "unreadable", "D-7", None, None, "out_of_range"),
            line(15, "unreadable", "D-8", None, None, "out_of_range"),
            line(16, "unreadable", "D-10", None, None, "too_fine"),
            line(17, "unreadable", "D-11", None, None, "other_currency"),
            line(18, "unreadable", "", None, None, "cut_off"),
            line(19, "missing_there", "D-9", None, Some(900), ""),
            line(20, "missing_there", "R-9", None, Some(50), ""),
        ]);
        assert!(!json!(all).to_string().contains('甲') && !json!(all).to_string().contains("u-8Zk2"));
        let booked = differences(&platform, &id, "&outcome=missing_here").await;
        assert_eq!(booked.iter().map(|one| one["external_id"].as_str().unwrap()).collect::<Vec<_>>(), ["R-5", "D-5", "D-6"]);
        let page = w.auditor.get(&format!("{path}/differences?limit=5&open=true")).await.expect(200).body.clone();
        let next = format!("{path}/differences?limit=5&open=true&cursor={}", page["next_cursor"].as_str().unwrap());
        assert_eq!(w.auditor.get(&next).await.expect(200).items()[0]["number"], 14);

        // Settled once, by those who keep the books; the note names nobody.
        let settle = format!("{path}/differences/7/settle");
        let note = json!({ "note": "平台核对后确认是 20.05 元，已请平台退款重报。" });
        w.auditor.post(&settle, note.clone()).await.refused(403, "forbidden");
        w.coordinator.post(&settle, note.clone()).await.refused(404, "not_found");
        w.county_coordinator.post(&settle, json!({ "note": "找 13800138000 问过" })).await.refused(409, "findings_unresolved");
        w.county_coordinator.change(Method::POST, &settle, "\"7-full\"", note.clone()).await.refused(412, "stale");
        let at_once: Vec<_> = (0..4).map(|_| {
            let (by, settle, note) = (w.county_coordinator.clone(), settle.clone(), note.clone());
            tokio::task::spawn_local(async move { by.post(&settle, note).await.status })
        }).collect();
        let mut statuses = Vec::new();
        for one in at_once {
            statuses.push(one.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409]);
        w.county_coordinator.post(&format!("{path}/differences/9/settle"), note).await.refused(409, "difference_settled");
        assert_eq!(platform.get(&path).await.expect(200).body["open"], 11);
        let settled = async |by: &Client| differences(by, &id, "").await.into_iter().find(|one| one["number"] == 7).unwrap();
        let (told, seen) = (settled(&platform).await, settled(&w.auditor).await);
        assert!(told["note"].is_string() && told["settled_by"].is_null(), "who it was is not the platform's to know: {told}");
        assert!(seen["settled_by"]["display_name"].is_string(), "{seen}");
        let may = async |by: &Client| by.get(&format!("/pools/{here}")).await.expect(200).body["may"].to_string().contains("settle_difference");
        assert!(may(&w.county_coordinator).await && !may(&w.auditor).await);
        assert_eq!(holds(app, &w.admin, &here).await.0, 5_107 + missing, "settling moves no money");

        // Another platform's, and who has nothing to do with it.
        other.get(&path).await.refused(404, "not_found");
        other.get(&format!("{path}/differences")).await.refused(404, "not_found");
        assert!(other.get(&format!("/pools/{here}/statements")).await.expect(200).items().is_empty());
        assert_eq!(w.auditor.get(&format!("/pools/{here}/statements")).await.expect(200).items()[0]["id"], json!(id));
        w.stranger.get(&path).await.refused(404, "not_found");
        let reader = program(app, &w.admin, &w.county, "wishes:read").await;
        sent(app, &reader, &here, body.clone(), 7, 5_755).await.refused(403, "insufficient_scope");
        reader.get(&path).await.refused(403, "insufficient_scope");

        // Sent by who may, about what is theirs, and with the columns that it takes.
        let far = w.stranger.post("/pools", pool(&w.other_root, json!({ "categories": [] }))).await.expect(201).id();
        let refused = sent(app, &platform, &far, body, 0, 0).await;
        assert_eq!(refused.refused(422, "invalid").faults(), [("pool_id".to_owned(), "unknown".to_owned())]);
        let headless = sent(app, &platform, &here, b"external_id,amount\n1,2\n".to_vec(), 0, 0).await;
        let faults = headless.refused(422, "statement_columns").faults();
        assert_eq!(faults, [("/given_at".to_owned(), "required".to_owned()), ("/amount_fen".to_owned(), "required".to_owned())]);
    }
}

/// One step, as a server does it that dies afterwards.
async fn step(app: &App, id: &str) -> Step {
    let cx = Context::new(&app.state, domain::access::Actor::default());
    let id = id.parse().unwrap();
    app.state.db.write(move |tx: &mut store::Conn| reconciling::go_on(tx, &cx, id)).await.unwrap()
}

on_both! {
    async fn a_drive_is_told_in_bulk_and_by_statement_and_followed_to_the_wish(app) {
        const GIFTS: usize = 1_200;
        let w = World::new(app).await;
        let county = &w.county_coordinator;
        let platform = program(app, &w.admin, &w.county, "donations:write").await;
        let pool = opened(&w).await;
        let amount = |n: usize| i64::try_from(n % 90 + 11).unwrap();
        let number = |n: usize| format!("99-{n:05}");

        // Half of it is reported while it happens.
        let reported: Vec<_> = (0..GIFTS).step_by(2).map(|n| donation(&pool, &number(n), amount(n))).collect();
        for some in reported.chunks(200) {
            let told = tell(&platform, "/donations/bulk", json!({ "items": some })).await.expect(200).items();
            assert!(told.iter().all(|one| one["result"] == "received"));
        }
        let half: i64 = (0..GIFTS).step_by(2).map(amount).sum();
        assert_eq!(holds(app, county, &pool).await, (half, 0));

        // The platform's books come afterwards: refunds first, gifts backwards, every twentieth twice.
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        let mut rows_sent: Vec<String> = (0..30).map(|n| given_back(&format!("99-R{n}"), &number(n * 7), "0.05")).collect();
        for n in (0..GIFTS).rev() {
            rows_sent.push(gift(&number(n), &yuan(amount(n))));
            if n % 20 == 0 {
                rows_sent.push(gift(&number(n), &yuan(amount(n))));
            }
        }
        let whole: i64 = (0..GIFTS).map(amount).sum();
        let count = i64::try_from(GIFTS).unwrap();
        let id = sent(app, &platform, &pool, file(&rows_sent), count, whole).await.expect(201).id();
        // A server that dies between two steps leaves the rest to another; two at once do no step twice.
        assert_eq!(step(app, &id).await, Step::More);
        let (balance, _) = holds(app, county, &pool).await;
        assert!(half < balance && balance < whole, "a part of it is booked: {balance}");
        let at_once = (step(app, &id), step(app, &id));
        assert_eq!(tokio::join!(at_once.0, at_once.1), (Step::More, Step::More));
        let kept = whole - 30 * 5;
        assert_eq!(holds(app, county, &pool).await, (kept, 0));
        let done = reconciled(app, &platform, &id).await;
        assert_eq!(rows(&done), as_told(&[
            ("donation matched", (count / 2, half)), ("donation missing_here", (count / 2, whole - half)), ("refund missing_here", (30, 150)),
        ]));
        assert_eq!((&done["apart"]["count"], &done["apart"]["total_fen"], &done["repeated"], &done["open"]), (&json!(0), &json!(0), &json!(60), &json!(0)));

        // The same rows in another order are another statement, and change nothing.
        rows_sent.reverse();
        let again = sent(app, &platform, &pool, file(&rows_sent), count, whole).await.expect(201).id();
        let again = reconciled(app, &platform, &again).await;
        assert_eq!(rows(&again), as_told(&[("donation matched", (count, whole)), ("refund matched", (30, 150))]));
        assert_eq!(holds(app, county, &pool).await, (kept, 0));

        // A part of the days' books passes over the rest, wherever it lies.
        let some: Vec<String> = rows_sent.iter().filter(|row| row.contains("donation,99-00")).cloned().collect();
        let part = sent(app, &platform, &pool, file(&some), 1, 1).await.expect(201).id();
        let part = reconciled(app, &platform, &part).await;
        let beyond = count - 1_000;
        assert_eq!((rows(&part)["donation matched"].0, rows(&part)["donation missing_there"].0, rows(&part)["refund missing_there"].0), (1_000, beyond, 30));
        assert_eq!(holds(app, county, &pool).await, (kept, 0));

        // Set aside for named wishes, spent, and told to who gave.
        for _ in 0..2 {
            let wish = w.published(json!({})).await;
            let set_aside = ask(county, &pool, &wish, 20_000).await.expect(201).id();
            spend(county, &set_aside, 12_345, invoice()).await.expect(201);
        }
        assert_eq!(holds(app, county, &pool).await, (kept - 40_000, 40_000 - 24_690));
        let told = tell(&platform, "/donations", donation(&pool, &number(1), amount(1))).await.expect(200).id();
        let trace = platform.get(&format!("/donations/{told}/trace")).await.expect(200).body.clone();
        let parts: i64 = trace["parts"].as_array().unwrap().iter().map(|one| one["amount_fen"].as_i64().unwrap()).sum();
        assert_eq!((parts + trace["unspent_fen"].as_i64().unwrap(), trace["parts"][0]["place"].as_str()), (amount(1), Some("青禾县")));
        let books = app.public().get(&format!("/pools/{pool}/books")).await.expect(200).body.clone();
        assert_eq!((&books["total"]["received_fen"], &books["total"]["refunded_fen"], &books["total"]["spent_fen"]), (&json!(whole), &json!(150), &json!(24_690)));

        // Who may not report any more is held up, and goes on once it may.
        let last = sent(app, &platform, &pool, file(&[gift("99-LAST", "1")]), 1, 100).await.expect(201).id();
        let all = w.admin.get(&format!("/organisations/{}/platforms", w.county)).await.items();
        let id = all[0]["id"].as_str().unwrap();
        let active = async |active: bool| {
            w.admin.change(Method::PATCH, &format!("/platforms/{id}"), "*", json!({ "active": active })).await.expect(200);
        };
        active(false).await;
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().statements_ended, 0);
        assert_eq!(step(app, &last).await, Step::Rests);
        active(true).await;
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().statements_ended, 1);
        assert_eq!(holds(app, county, &pool).await.0, kept - 40_000 + 100);
    }
}
