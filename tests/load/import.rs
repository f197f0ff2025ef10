//! `bench --import ROWS`: how long a sheet of so many wishes takes until it is checked and until all of it went in, the same sheet once
//! more, and what memory that needs. One row in twenty is bad.

use super::{
    meter::memory,
    node::{Home, free_port},
    village::Village,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    fmt::Write,
    time::{Duration, Instant},
};
use tests::{
    Kind,
    client::{Client, one_more, send},
    world::PASSWORD,
};

/// Measures one database.
pub async fn measure(kind: Kind, rows: u64) {
    let home = Home::new(kind, &[]);
    home.run(&["migrate"]).expect("migrations");
    let mut node = home.start(free_port());
    node.ready("/healthz/ready").await;
    let base = format!("http://{}", node.address);
    Village::found(&home, &base).await;
    let collector = Client::new(&base).sign_in("collector", PASSWORD).await;
    let me = collector.get("/me").await.expect(200).body.clone();
    let at = me["memberships"][0]["organisation"]["id"].as_str().expect("a village").to_owned();
    let sheet = sheet(rows);
    for what in ["for the first time", "once more"] {
        let began = Instant::now();
        let request = collector
            .request(Method::POST, &format!("/imports?organisation_id={at}"))
            .header("Idempotency-Key", one_more())
            .header("Content-Type", "text/csv");
        let id = send(request.body(sheet.clone())).await.expect(201).id();
        until(&collector, &id, "checked").await;
        let checked = began.elapsed().as_secs_f64();
        collector.post(&format!("/imports/{id}/start"), json!({})).await.expect(200);
        let counts = until(&collector, &id, "done").await["counts"].clone();
        let (peak, now) = memory(node.child.id());
        println!(
            "{kind:?}: {rows} rows {what}: checked after {checked:.1} s, in after {:.1} s (done {}, known {}, faulty {}); memory {peak} MiB at its peak, {now} now",
            began.elapsed().as_secs_f64(),
            counts["done"],
            counts["known"],
            counts["faulty"],
        );
    }
}

fn sheet(rows: u64) -> String {
    let mut all = "姓名,电话,出生日期,是否同意,心愿,类别,预计费用\r\n".to_owned();
    for n in 0..rows {
        let phone = if n.is_multiple_of(20) { "12".to_owned() } else { format!("138{n:08}") };
        write!(all, "居民{n},{phone},1950-03-02,是,想要第{n}盏灯,添一物,120.5\r\n").expect("a line");
    }
    all
}

async fn until(by: &Client, id: &str, status: &str) -> Value {
    loop {
        let seen = by.get(&format!("/imports/{id}")).await.expect(200).body.clone();
        if seen["status"] == status {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
