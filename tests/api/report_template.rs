//! Report templates: an office's own sheet is sent once, what its cells mean is said once, and each frozen report fills it; what is wrong
//! with a sheet is told by its cell and changes nothing.

use crate::imports::sheets::{CSV, XLSX};
use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use std::io::Cursor;
use tests::{
    client::{Answer, Client, send},
    on_both,
    world::{PASSWORD, World},
};

/// A table: who made it, and one cell more.
pub fn table(cell: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("表1").unwrap();
    sheet.write_string(0, 0, "填报单位：{{填报单位}}　填表人：{{compiler}}").unwrap();
    sheet.write_string(1, 1, cell).unwrap();
    book.save_to_buffer().unwrap()
}

/// Sends a template for an organisation.
pub async fn put(by: &Client, at: &str, file: Vec<u8>) -> Answer {
    put_as(by, at, XLSX, file).await
}

async fn put_as(by: &Client, at: &str, kind: &str, file: Vec<u8>) -> Answer {
    let request = by.request(Method::PUT, &format!("/organisations/{at}/report-template"));
    let name = "attachment; filename*=UTF-8''%E5%B9%B4%E6%8A%A5.xlsx";
    let request = request.header("If-Match", "*").header("Content-Type", kind);
    send(request.header("Content-Disposition", name).body(file)).await
}

async fn say(by: &Client, at: &str, fields: Value) -> Answer {
    let path = format!("/organisations/{at}/report-template/fields");
    by.change(Method::PUT, &path, "*", json!({ "fields": fields })).await
}

/// What fills the cells of a template, by their place.
fn cells(template: &Value) -> Vec<(&str, &Value)> {
    let all = template["cells"].as_array().unwrap().iter();
    all.map(|one| (one["cell"].as_str().unwrap(), &one["field"])).collect()
}

/// A report's sheet: what stands in A1 and in B2.
async fn sheet(by: &Client, report: &str) -> (Data, Data) {
    let answer = by.request(Method::GET, &format!("/reports/{report}/sheet")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &XLSX.parse().unwrap()));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes().await.unwrap().to_vec())).unwrap();
    let range = book.worksheet_range("表1").unwrap();
    let at = |place| range.get_value(place).cloned().unwrap();
    (at((0, 0)), at((1, 1)))
}

on_both! {
    async fn a_report_fills_the_countys_own_sheet_as_was_said_once(app) {
        let w = World::new(app).await;
        let (back, later) = (w.published(json!({})).await, w.published(json!({})).await);
        w.submitted(json!({})).await;
        let end = json!({ "reason": "搬走了", "outcome": "已告知" });
        w.coordinator.post(&format!("/wishes/{back}/withdraw"), end.clone()).await.expect(200);
        app.pass_days(12).await;
        let admin = app.public().sign_in("admin", PASSWORD).await;
        let reader = app.public().sign_in("collector", PASSWORD).await;
        let months = json!({ "from": "2026-11", "to": "2026-11" });
        let freeze = async |at: &str| admin.post(&format!("/organisations/{at}/reports"), months.clone()).await.expect(201).id();
        let village = freeze(&w.village).await;
        reader.get(&format!("/reports/{village}/sheet")).await.refused(409, "report_template_missing");
        let none = reader.get(&format!("/organisations/{}/report-template", w.village)).await;
        assert_eq!(none.expect(200).body, json!({ "set_by": null, "file_name": "", "ready": false, "cells": [] }));

        // The county sends its table; what a name of its own means has to be said.
        let sent = put(&admin, &w.county, table("{{累计}}")).await;
        let sent = &sent.expect(200).body;
        assert_eq!((&sent["file_name"], &sent["ready"], &sent["set_by"]["id"]), (&json!("年报.xlsx"), &json!(false), &json!(w.county)));
        assert_eq!(cells(sent), [("A1", &json!("organisation")), ("A1", &json!("compiler")), ("B2", &Value::Null)]);
        let refused = reader.get(&format!("/reports/{village}/sheet")).await;
        assert_eq!(refused.refused(409, "report_template_unfilled").faults(), [("/表1/B2".to_owned(), "unknown".to_owned())]);
        let said = say(&admin, &w.county, json!([{ "name": "累计", "field": "collected" }])).await;
        assert_eq!(said.expect(200).body["ready"], true);

        // It holds for all below, and says what was frozen: now and after the wishes have gone on.
        let whose = Data::String("填报单位：何家坪村　填表人：admin".to_owned());
        assert_eq!(sheet(&reader, &village).await, (whose, Data::Float(3.0)));
        let coordinator = app.public().sign_in("coordinator", PASSWORD).await;
        coordinator.post(&format!("/wishes/{later}/withdraw"), end).await.expect(200);
        app.pass_days(0).await;

        // Another file: what was said of a name holds on, and a figure's own name means itself.
        let next = put(&admin, &w.county, table("{{累计}}，撤回 {{collected.part.withdrawn}}，点亮率 {{点亮率}}")).await;
        assert_eq!(next.expect(200).body["ready"], true);
        assert_eq!(sheet(&reader, &village).await.1, Data::String("3，撤回 1，点亮率 0.0%".to_owned()));

        // The village may have its own; the county's stays.
        put(&admin, &w.village, table("{{by_category.part.no_such}}")).await.expect(200);
        let refused = reader.get(&format!("/reports/{village}/sheet")).await;
        assert_eq!(refused.refused(409, "report_template_unfilled").faults(), [("/表1/B2".to_owned(), "unknown".to_owned())]);
        let county = freeze(&w.county).await;
        assert!(matches!(sheet(&admin, &county).await.1, Data::String(_)));
        let events = admin.get("/audit/events?limit=100").await.items();
        let told = events.iter().filter(|one| one["event"]["kind"] == "report_template_set").count();
        assert_eq!(told, 4, "each change is written down");
    }
}

on_both! {
    async fn what_is_wrong_with_a_template_is_told_and_changes_nothing(app) {
        let w = World::new(app).await;
        let path = format!("/organisations/{}/report-template", w.village);
        say(&w.admin, &w.village, json!([])).await.refused(404, "not_found");
        put(&w.admin, &w.village, table("{{collected}}")).await.expect(200);
        let kept = w.admin.get(&path).await.body;

        let faults = |answer: Answer| answer.refused(422, "invalid").faults();
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        assert_eq!(faults(put(&w.admin, &w.village, table("{{collected")).await), one("/表1/B2", "format"));
        put(&w.admin, &w.village, b"name,wish\r\n".to_vec()).await.refused(422, "template_not_xlsx");
        put_as(&w.admin, &w.village, "application/json", table("{{collected}}")).await.refused(415, "sheet_unsupported");
        put_as(&w.admin, &w.village, CSV, vec![b' '; 1024 * 1024 + 1]).await.refused(413, "too_large");
        let mut plain = Workbook::new();
        plain.add_worksheet().write_string(0, 0, "没有要填的").unwrap();
        put(&w.admin, &w.village, plain.save_to_buffer().unwrap()).await.refused(422, "template_places");

        let field = |name: &str, field: &str| json!({ "name": name, "field": field });
        let wrong = json!([field("collected", "colected"), field("没有", "worth"), field("compiler", "by_category.part.no_such")]);
        let expected = [("/fields/0/field", "unknown"), ("/fields/1/name", "unknown"), ("/fields/2/field", "unknown")];
        let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
        assert_eq!(faults(say(&w.admin, &w.village, wrong).await), expected);
        let many: Vec<Value> = (0..501).map(|n| field(&n.to_string(), "worth")).collect();
        assert_eq!(faults(say(&w.admin, &w.village, json!(many)).await), one("/fields", "too_long"));
        let stale = w.admin.change(Method::PUT, &format!("{path}/fields"), "\"1\"", json!({ "fields": [] })).await;
        assert_eq!(stale.status, 412);
        assert_eq!(w.admin.get(&path).await.body, kept);
    }
}
