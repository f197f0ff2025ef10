//! Sheets as counties make them.

use calamine::{Reader, Xlsx};
use reqwest::Method;
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::json;
use std::io::{Cursor, Write};
use tests::client::Client;
use zip::{ZipWriter, write::SimpleFileOptions};

pub const CSV: &str = "text/csv";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub const HEAD: [&str; 8] = ["村", "姓名", "电话", "出生日期", "是否同意", "心愿", "类别", "预计费用"];

/// The n-th row that reads well.
pub fn good(n: usize) -> Vec<String> {
    let village = if n.is_multiple_of(2) { "何家坪村" } else { "" };
    [
        village.to_owned(),
        format!("居民{n}"),
        format!("1380000{n:04}"),
        "1950-03-02".to_owned(),
        "是".to_owned(),
        format!("想要第{n}盏灯"),
        "添一物".to_owned(),
        "120.5".to_owned(),
    ]
    .into()
}

pub fn fault(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}

/// Makes a row bad in one of six ways; gives what is wrong with it.
pub fn plant(way: usize, row: &mut [String]) -> (String, String) {
    let (column, written, field, code) = match way % 6 {
        0 => (0, "何家坪", "place", "unknown"),
        1 => (1, "", "name", "required"),
        2 => (2, "12", "phone", "format"),
        3 => (3, "一九五零年", "birth_date", "format"),
        4 => (4, "", "consent_collect", "required"),
        _ => (6, "物资", "category", "unknown"),
    };
    row[column] = written.to_owned();
    fault(field, code)
}

/// As text.
pub fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let lines = rows.iter().map(|row| row.join(","));
    let all: Vec<String> = std::iter::once(HEAD.join(",")).chain(lines).collect();
    (all.join("\r\n") + "\r\n").into_bytes()
}

/// As a book, changed by `change`; its first row is 1.
pub fn book(sheet_name: &str, rows: &[Vec<String>], change: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(sheet_name).unwrap();
    for (header, column) in HEAD.into_iter().zip(0_u16..) {
        sheet.write_string(0, column, header).unwrap();
    }
    for (row, at) in rows.iter().zip(1_u32..) {
        for (cell, column) in row.iter().zip(0_u16..) {
            sheet.write_string(at, column, cell).unwrap();
        }
    }
    change(sheet);
    book.save_to_buffer().unwrap()
}

/// The head of a book's first sheet, and its rows.
pub fn read(file: Vec<u8>) -> (Vec<String>, Vec<Vec<String>>) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = range.rows().map(|row| row.iter().map(ToString::to_string).collect());
    (rows.next().unwrap(), rows.collect())
}

/// What is handed back.
pub async fn back(by: &Client, id: &str) -> Vec<u8> {
    let request = by.request(Method::POST, &format!("/imports/{id}/return")).json(&json!({}));
    let answer = request.send().await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &XLSX.parse().unwrap()));
    answer.bytes().await.unwrap().to_vec()
}

fn archive(name: &str, size: usize) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default()).unwrap();
    let part = vec![b' '; 1024 * 1024];
    for _ in 0..size {
        writer.write_all(&part).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Half a megabyte that unpacks to 130.
pub fn bomb() -> Vec<u8> {
    archive("xl/sharedStrings.xml", 130)
}

pub fn with_macro() -> Vec<u8> {
    archive("xl/vbaProject.bin", 0)
}
