//! Files as who asked for them opens them, and as they are kept.

use calamine::{Data, Reader, Xlsx};
use diesel::{QueryDsl, RunQueryDsl};
use reqwest::Method;
use serde_json::json;
use server::app::export::making;
use std::io::{Cursor, Read};
use tests::{App, client::Client};
use zip::ZipArchive;

/// The file, as it is handed out.
pub async fn taken(by: &Client, id: &str) -> Vec<u8> {
    let request = by.request(Method::POST, &format!("/exports/{id}/download")).json(&json!({}));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.bytes().await.unwrap().to_vec()
}

/// A register, read back.
pub struct Sheet {
    pub title: String,
    /// The two lines under it, as far as something stands in them.
    pub about: Vec<Vec<String>>,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    pub sums: Vec<String>,
    /// What stands under the sums.
    pub note: String,
}

impl Sheet {
    pub fn of(file: &[u8]) -> Self {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.to_vec())).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let mut rows: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect();
        let said =
            |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>();
        let about = rows[1..3].iter().map(said).collect();
        let last = rows.iter().rposition(|row| row[0] == "合计").unwrap();
        let note = rows.get(last + 1).map(|row| row[0].clone()).unwrap_or_default();
        rows.truncate(last + 1);
        let sums = rows.pop().unwrap();
        Self { title: rows[0][0].clone(), about, head: rows[3].clone(), rows: rows.split_off(4), sums, note }
    }

    /// What stands in a column.
    pub fn column(&self, name: &str) -> Vec<String> {
        let at = self.head.iter().position(|head| head == name).unwrap();
        self.rows.iter().map(|row| row[at].clone()).collect()
    }
}

/// All that an archive says.
pub fn inside(file: &[u8]) -> String {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        archive.by_index(index).unwrap().read_to_string(&mut all).unwrap();
    }
    all
}

/// The sheet in an archive that a password opens; none where it does not.
pub fn unlocked(file: &[u8], password: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    assert_eq!(archive.len(), 1);
    assert!(archive.by_index(0).is_err(), "it does not open without a password");
    let mut sheet = Vec::new();
    archive.by_index_decrypt(0, password.as_bytes()).ok()?.read_to_end(&mut sheet).ok()?;
    Some(sheet)
}

/// The files that are kept.
pub async fn kept(app: &App) -> Vec<Vec<u8>> {
    use store::schema::export_files::dsl::{content, export_files};
    let all = |tx: &mut store::Conn| Ok::<_, store::StoreError>(export_files.select(content).load(tx)?);
    app.state.db.read(all).await.unwrap()
}

/// Reads and writes a file as a server does that has taken it.
pub async fn write(app: &App, work: &making::Work) -> making::Made {
    let reading = work.clone();
    let (register, people) =
        app.state.db.read_slow(move |tx: &mut store::Conn| making::read(tx, &reading)).await.unwrap();
    making::write(work, &register, people).unwrap()
}
