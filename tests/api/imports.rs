//! Imports: a sheet is checked row by row, what reads well goes in once, whatever is killed or sent again, and what does not comes back
//! with its reasons in the shape in which it came.

mod killed;
pub mod sheets;

use reqwest::Method;
use serde_json::{Value, json};
use server::jobs;
use sheets::{CSV, HEAD, XLSX, back, book, csv, fault, good, plant};
use tests::{
    App,
    client::{Answer, Client, one_more, send},
    on_both,
    world::{PASSWORD, World, resident},
};

/// Sends a sheet for an organisation.
async fn sent(by: &Client, at: &str, kind: &str, file: Vec<u8>) -> Answer {
    let request = by.request(Method::POST, &format!("/imports?organisation_id={at}"));
    let name = "attachment; filename*=UTF-8''%E5%BF%83%E6%84%BF.csv";
    send(request.header("Content-Type", kind).header("Content-Disposition", name).body(file)).await
}

async fn seen(by: &Client, id: &str) -> Value {
    by.get(&format!("/imports/{id}")).await.expect(200).body.clone()
}

/// How many rows are ready, faulty, known and done.
fn counts(import: &Value) -> [i64; 4] {
    ["ready", "faulty", "known", "done"].map(|name| import["counts"][name].as_i64().unwrap())
}

async fn act(by: &Client, id: &str, act: &str, body: Value) -> Answer {
    by.post(&format!("/imports/{id}/{act}"), body).await
}

/// Lets it in, to its end.
async fn let_in(app: &App, by: &Client, id: &str, hand_in: bool) -> Value {
    act(by, id, "start", json!({ "hand_in": hand_in })).await.expect(200);
    assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().imports_ended, 1);
    seen(by, id).await
}

/// The rows with something wrong: number in the sheet, and what.
async fn faulty(by: &Client, id: &str) -> Vec<(i64, Vec<(String, String)>)> {
    let rows = by.get(&format!("/imports/{id}/rows?limit=100&outcome=faulty")).await.expect(200).items();
    rows.iter().map(told).collect()
}

/// The number of a row in the sheet, and what is wrong with it.
fn told(row: &Value) -> (i64, Vec<(String, String)>) {
    let faults = row["faults"].as_array().unwrap().iter();
    let word = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    (row["sheet_row"].as_i64().unwrap(), faults.map(|one| (word(one, "field"), word(one, "code"))).collect())
}

/// All wishes that a caller finds in a status.
async fn wishes(by: &Client, status: &str) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = by.get(&format!("/wishes?limit=100&status={status}{next}")).await;
        all.extend(page.expect(200).items());
        match page.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

on_both! {
    async fn exactly_the_good_rows_go_in_once_and_every_fault_is_named(app) {
        let w = World::new(app).await;
        // One row in twenty is bad, each in another way.
        let (mut rows, mut planted) = ((0..120).map(good).collect::<Vec<_>>(), Vec::new());
        for n in 0..6 {
            planted.push((i64::try_from(n * 20 + 2).unwrap(), vec![plant(n, &mut rows[n * 20])]));
        }
        let key = one_more();
        let path = format!("/imports?organisation_id={}", w.township);
        let request = || w.reviewer.request(Method::POST, &path).header("Content-Type", CSV).header("Idempotency-Key", &key);
        let first = send(request().body(csv(&rows))).await;
        assert_eq!((first.expect(201).text("status"), counts(&first.body)), ("checked".to_owned(), [114, 6, 0, 0]));
        assert_eq!(send(request().body(csv(&rows))).await.expect(201).id(), first.id(), "the same request again is the same import");
        let id = first.id();
        assert_eq!(faulty(&w.reviewer, &id).await, planted);
        assert_eq!(wishes(&w.reviewer, "draft").await.len(), 0, "nothing goes in by being checked");
        let one = first.body["faults"].as_array().unwrap().iter().find(|one| one["field"] == "place").unwrap().clone();
        assert_eq!((&one["meant"], &one["count"]), (&json!("何家坪村"), &json!(1)));
        assert!(one["reason"].is_string() && one["advice"].as_str().unwrap().contains("村"));
        let by_field = w.reviewer.get(&format!("/imports/{id}/rows?fault=place")).await.expect(200).items();
        assert_eq!(by_field.len(), 1);

        // Stopped after some, started again: what went in is not touched.
        act(&w.reviewer, &id, "stop", json!({})).await.refused(409, "wrong_import_status");
        act(&w.reviewer, &id, "start", json!({ "hand_in": true })).await.expect(200);
        act(&w.reviewer, &id, "start", json!({})).await.refused(409, "wrong_import_status");
        let cx = server::app::Context::new(&app.state, domain::access::Actor::default());
        let import = id.parse().unwrap();
        let some = move |tx: &mut store::Conn| server::app::import::going_in::go_on(tx, &cx, import, 40);
        assert_eq!(app.state.db.write(some).await.unwrap(), server::app::Step::More);
        let stopped = act(&w.reviewer, &id, "stop", json!({})).await;
        assert_eq!((stopped.expect(200).text("status"), counts(&stopped.body)), ("stopped".to_owned(), [74, 6, 0, 40]));
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().imports_ended, 0, "what is stopped stands");
        let done = let_in(app, &w.reviewer, &id, true).await;
        assert_eq!((done["status"].as_str().unwrap(), counts(&done)), ("done", [0, 6, 0, 114]));

        // Sent again, in another order and spaced otherwise: nothing twice.
        let spaced = |row: &Vec<String>| row.iter().map(|cell| format!("　{cell} ")).collect::<Vec<_>>();
        let again: Vec<Vec<String>> = rows.iter().rev().map(spaced).collect();
        let second = sent(&w.reviewer, &w.township, CSV, csv(&again)).await;
        assert_eq!(counts(&second.expect(201).body), [0, 6, 114, 0]);
        let fields: Vec<Value> = second.body["columns"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
        let path = format!("/imports/{}/columns", second.id());
        let mapped = w.reviewer.change(Method::PUT, &path, "*", json!({ "columns": fields })).await;
        assert_eq!(counts(&mapped.expect(200).body), [0, 6, 114, 0], "checked anew, none is lost");
        let done = let_in(app, &w.reviewer, &second.id(), true).await;
        assert_eq!(counts(&done), [0, 6, 114, 0]);
        let made = wishes(&w.reviewer, "submitted").await;
        let titles: std::collections::BTreeSet<&str> = made.iter().map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!((made.len(), titles.len()), (114, 114));

        // By the rules of everybody else: its history, its resident, who may review it.
        let wish = made.iter().find(|one| one["title"] == "想要第1盏灯").unwrap()["id"].as_str().unwrap().to_owned();
        let shown = w.reviewer.get(&format!("/wishes/{wish}")).await.expect(200).body.clone();
        assert_eq!((&shown["category"]["code"], &shown["quantity"], &shown["estimated_cost_fen"]), (&json!("thing"), &json!(1), &json!(12_050)));
        let review = json!({ "decision": "return", "urgent": true, "feasible": true, "practical": true, "note": "写清楚放在哪儿" });
        w.reviewer.post(&format!("/wishes/{wish}/review"), review.clone()).await.refused(409, "collector_cannot_review");
        w.township_coordinator.post(&format!("/wishes/{wish}/review"), review).await.expect(200);
        let seen = w.reviewer.get(&format!("/wishes/{wish}/events")).await.expect(200).items();
        assert_eq!(seen.iter().map(|one| one["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["wish_created", "wish_submitted", "wish_returned"]);
    }
}

on_both! {
    async fn what_does_not_go_in_comes_back_to_who_sent_it_put_right_and_goes_in(app) {
        let w = World::new(app).await;
        let rows = vec![good(1), good(2), good(3)];
        let file = book("王奶奶", &rows, |sheet| {
            sheet.write_string(3, 2, "不是电话").unwrap();
        });
        let made = sent(&w.collector, &w.village, XLSX, file).await;
        assert_eq!(counts(&made.expect(201).body), [2, 1, 0, 0]);
        assert_eq!(made.body["file_name"], "心愿.csv");
        let id = made.id();
        let_in(app, &w.collector, &id, false).await;
        assert_eq!(wishes(&w.collector, "draft").await.len(), 2);

        w.coordinator.post(&format!("/imports/{id}/return"), json!({})).await.refused(403, "forbidden");
        let other = w.coordinator.get(&format!("/imports/{id}")).await.expect(200).body.clone();
        assert!(other["file_name"].is_null() && other["columns"] == json!([]), "what was written is for who wrote it");
        let file = back(&w.collector, &id).await;
        let (head, came): (Vec<String>, Vec<Vec<String>>) = sheets::read(file.clone());
        assert_eq!(head[..HEAD.len()], HEAD.map(str::to_owned));
        assert_eq!(head[HEAD.len()..], ["原来的行号", "为什么没导入", "怎么改"].map(str::to_owned));
        assert_eq!((came.len(), came[0][2].as_str(), came[0][HEAD.len()].as_str()), (1, "不是电话", "4"));
        assert!(came[0][HEAD.len() + 1].starts_with("电话：格式不对"), "{came:?}");

        // As it came back, still wrong; put right, it goes in.
        let again = sent(&w.collector, &w.village, XLSX, file).await;
        assert_eq!(counts(&again.expect(201).body), [0, 1, 0, 0]);
        let fixed = sent(&w.collector, &w.village, XLSX, book("更正", &rows, |_| {})).await;
        assert_eq!(counts(&fixed.expect(201).body), [1, 0, 2, 0]);
        let_in(app, &w.collector, &fixed.id(), false).await;
        assert_eq!(wishes(&w.collector, "draft").await.len(), 3);

        // Its time is over: nothing of what it said is left, and it is known still what went in.
        app.pass_days(14).await;
        let later = app.public().sign_in("collector", PASSWORD).await;
        let over = seen(&later, &id).await;
        assert_eq!((&over["over"], &over["columns"]), (&json!(true), &json!([])));
        act(&later, &id, "return", json!({})).await.refused(409, "import_over");
        let cells = |tx: &mut store::Conn| {
            use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
            use store::schema::import_rows::dsl::{cells, import_rows};
            Ok::<i64, store::StoreError>(import_rows.filter(cells.is_not_null()).count().get_result(tx)?)
        };
        assert_eq!(app.state.db.read(cells).await.unwrap(), 0);
        let late = sent(&later, &w.village, XLSX, book("再来", &rows, |_| {})).await;
        assert_eq!(counts(&late.expect(201).body), [0, 0, 3, 0]);
    }
}

on_both! {
    async fn a_resident_is_found_again_and_no_rule_is_passed_by(app) {
        let w = World::new(app).await;
        let known = resident(&w.collector, &w.village).await;
        let row = |name: &str, phone: &str, wish: &str, consent: &str| {
            let mut row = good(1);
            row[1] = name.to_owned();
            row[2] = phone.to_owned();
            row[3] = "1946-03-02".to_owned();
            row[4] = consent.to_owned();
            row[5] = wish.to_owned();
            row
        };
        // The world's own resident has the same name and number as this one: nobody guesses which is meant.
        let two = sent(&w.collector, &w.village, CSV, csv(&[row("谢某某", "07005550199", "想要一把椅子", "是")])).await;
        let_in(app, &w.collector, &two.id(), false).await;
        assert_eq!(faulty(&w.collector, &two.id()).await, [(2, vec![fault("name", "duplicate")])]);
        let erased = json!({ "reason": "entered_in_error" });
        w.admin.change(Method::POST, &format!("/beneficiaries/{known}/erasure"), "*", erased.clone()).await.expect(200);
        let rows = [
            row("谢某某", "0700 555 0199", "想要一把椅子", "是"),
            row("新来的", "", "想要一张桌子", "是"),
            row("新来的", "", "想要一块桌布", "是"),
            row("没同意", "07005550111", "想要一台电视", "否"),
        ];
        let made = sent(&w.collector, &w.village, CSV, csv(&rows)).await;
        let id = made.expect(201).id();
        assert_eq!(faulty(&w.collector, &id).await, [(5, vec![fault("consent_collect", "required")])]);
        let_in(app, &w.collector, &id, true).await;
        let made = wishes(&w.coordinator, "submitted").await;
        let of = |title: &str| made.iter().find(|one| one["title"] == title).unwrap()["beneficiary"]["id"].clone();
        assert_eq!(of("想要一把椅子"), w.resident.as_str(), "known by name and number");
        assert_eq!(of("想要一张桌子"), of("想要一块桌布"), "known by the name in the same village");
        assert_eq!(made.len(), 3);

        // Erased, nothing of a row leads to them any more, and the same row is a new one.
        let new = of("想要一张桌子").as_str().unwrap().to_owned();
        for wish in made.iter().filter(|one| one["beneficiary"]["id"] == new.as_str()) {
            let path = format!("/wishes/{}/withdraw", wish["id"].as_str().unwrap());
            w.coordinator.post(&path, json!({ "reason": "搬走了" })).await.expect(200);
        }
        w.admin.change(Method::POST, &format!("/beneficiaries/{new}/erasure"), "*", erased).await.expect(200);
        let again = sent(&w.collector, &w.village, CSV, csv(&rows)).await;
        assert_eq!(counts(&again.expect(201).body), [2, 1, 1, 0]);

        // Who started it and lost the right to is not gone on for.
        act(&w.collector, &again.id(), "start", json!({})).await.expect(200);
        let me = w.collector.get("/me").await.expect(200).body.clone();
        let role = format!("/organisations/{}/members/{}", w.village, me["memberships"][0]["id"].as_str().unwrap());
        w.admin.change(Method::DELETE, &role, "*", json!({})).await.expect(204);
        assert_eq!(jobs::sweep(&app.state, app.state.clock.now()).await.unwrap().imports_ended, 1);
        let halted = seen(&w.coordinator, &again.id()).await;
        assert_eq!((&halted["status"], &halted["halted"], counts(&halted)), (&json!("stopped"), &json!(true), [2, 1, 1, 0]));
    }
}

on_both! {
    async fn a_template_is_said_once_and_a_sheet_that_nobody_understands_waits(app) {
        let w = World::new(app).await;
        let strange = "户主,可以吗,想要啥,哪一类\n王奶奶,是,收音机一台,添一物\n".to_owned().into_bytes();
        let made = sent(&w.collector, &w.village, CSV, strange.clone()).await;
        assert_eq!((made.expect(201).text("status"), counts(&made.body)), ("draft".to_owned(), [0, 1, 0, 0]));
        let id = made.id();
        act(&w.collector, &id, "start", json!({})).await.refused(409, "import_not_mapped");
        let path = format!("/imports/{id}/columns");
        let columns = json!(["name", "consent_collect", "title", "category"]);
        let put = async |by: &Client, columns: Value, remember: bool| {
            by.change(Method::PUT, &path, "*", json!({ "columns": columns, "remember": remember })).await
        };
        put(&w.collector, json!(["name"]), false).await.refused(422, "invalid");
        put(&w.collector, json!(["name", "name", "title", null]), false).await.refused(422, "invalid");
        put(&w.collector, columns.clone(), true).await.refused(403, "forbidden");
        let mapped = put(&w.collector, columns.clone(), false).await;
        assert_eq!((mapped.expect(200).text("status"), counts(&mapped.body)), ("checked".to_owned(), [1, 0, 0, 0]));
        put(&w.coordinator, columns, true).await.expect(200);
        let known = sent(&w.collector, &w.village, CSV, strange).await;
        assert_eq!((known.expect(201).text("status"), counts(&known.body)), ("checked".to_owned(), [1, 0, 0, 0]));

        // The county says once what its own sheet means, wherever its columns stand; a village that said nothing takes it over.
        let template = json!({ "columns": [
            { "header": "户主", "field": "name" }, { "header": "可以吗", "field": "consent_collect" },
            { "header": "想要啥", "field": "title" }, { "header": "哪一类", "field": "category" }, { "header": "备注" },
        ] });
        let county = format!("/organisations/{}/import-template", w.county);
        w.county_coordinator.change(Method::PUT, &county, "*", template.clone()).await.expect(204);
        let held = w.admin.get(&format!("/organisations/{}/import-template", w.other_village)).await;
        assert_eq!((&held.expect(200).body["columns"], &held.body["set_by"]["name"]), (&template["columns"], &json!("青禾县")));
        let moved = "备注,哪一类,想要啥（必填）,户主,可以吗\n,添一物,收音机一台,王奶奶,是\n".to_owned().into_bytes();
        let known = sent(&w.admin, &w.other_village, CSV, moved).await;
        assert_eq!((known.expect(201).text("status"), counts(&known.body)), ("checked".to_owned(), [1, 0, 0, 0]));
        let fields: Vec<&Value> = known.body["columns"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
        assert_eq!(json!(fields), json!([null, "category", "title", "name", "consent_collect"]));
    }
}

on_both! {
    async fn files_that_are_none_or_would_do_harm_are_refused_in_words(app) {
        let w = World::new(app).await;
        for (kind, file, status, code) in [
            ("application/pdf", b"%PDF".to_vec(), 415, "sheet_unsupported"),
            (XLSX, b"PK\x03\x04 and no more".to_vec(), 422, "sheet_unreadable"),
            (XLSX, sheets::bomb(), 413, "sheet_unpacks_too_large"),
            (XLSX, sheets::with_macro(), 422, "sheet_has_macros"),
            (CSV, "\u{3042},\u{3044}".encode_utf16().flat_map(u16::to_be_bytes).collect(), 422, "sheet_encoding"),
            (CSV, "姓名,心愿\n".to_owned().into_bytes(), 422, "sheet_empty"),
            (CSV, vec![b'x'; 10 * 1024 * 1024 + 1], 413, "too_large"),
        ] {
            sent(&w.collector, &w.village, kind, file).await.refused(status, code);
        }
        let gb = encoding_rs::GB18030.encode(&String::from_utf8(csv(&[good(1)])).unwrap()).0.into_owned();
        assert_eq!(counts(&sent(&w.collector, &w.village, CSV, gb).await.expect(201).body), [1, 0, 0, 0]);
        assert!(w.stranger.get("/imports").await.expect(200).items().is_empty());
    }
}
