//! The built program is killed while rows go in, twice, and the sheet is sent again: as if nothing had happened. `make faults`
//! asks for as many rows as a county once sent.

use super::{
    counts, seen, sent,
    sheets::{CSV, csv, good, plant},
    told, wishes,
};
use crate::nodes::{
    node::{Home, free_port},
    village::Village,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use tests::{Kind, client::Client, world::PASSWORD};

/// How many rows, of which one in twenty is bad; IMPORT_ROWS says otherwise.
fn asked() -> usize {
    std::env::var("IMPORT_ROWS").map_or(600, |asked| asked.parse().unwrap())
}

/// All rows with something wrong: number in the sheet, and what.
async fn named(by: &Client, id: &str) -> Vec<(i64, Vec<(String, String)>)> {
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let page = by.get(&format!("/imports/{id}/rows?limit=100&outcome=faulty{next}")).await;
        all.extend(page.expect(200).items().iter().map(told));
        match page.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return all,
        }
    }
}

async fn killed(kind: Kind) {
    let home = Home::new(kind, &[]);
    home.run(&["migrate"]).unwrap();
    let mut node = home.start(free_port());
    node.ready("/healthz/ready").await;
    let base = format!("http://{}", node.address);
    Village::found(&home, &base).await;
    let collector = Client::new(&base).sign_in("collector", PASSWORD).await;
    let me = collector.get("/me").await.expect(200).body.clone();
    let at = me["memberships"][0]["organisation"]["id"].as_str().unwrap().to_owned();
    let asked = asked();
    let mut rows: Vec<_> = (0..asked).map(good).collect();
    let mut planted = Vec::new();
    for (n, row) in rows.iter_mut().enumerate().step_by(20) {
        planted.push((i64::try_from(n + 2).unwrap(), vec![plant(n / 20, row)]));
    }
    let bad = i64::try_from(planted.len()).unwrap();
    let good = i64::try_from(asked).unwrap() - bad;

    let first = sent(&collector, &at, CSV, csv(&rows)).await.expect(201).id();
    let path = format!("/imports/{first}/start");
    collector.post(&path, json!({})).await.expect(200);
    let mut by = collector;
    for enough in [1, good / 3] {
        while counts(&seen(&by, &first).await)[3] < enough {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        node.kill();
        node = home.start(free_port());
        node.ready("/healthz/ready").await;
        by = Client::new(&format!("http://{}", node.address)).sign_in("collector", PASSWORD).await;
        let [ready, faulty, _, done] = counts(&seen(&by, &first).await);
        assert_eq!((ready + done, faulty), (good, bad), "nothing is lost");
    }
    // While the first still goes in.
    let again = sent(&by, &at, CSV, csv(&rows)).await.expect(201).id();
    by.post(&format!("/imports/{again}/start"), json!({})).await.expect(200);
    for id in [&first, &again] {
        while seen(&by, id).await["status"] != "done" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let told = [counts(&seen(&by, &first).await), counts(&seen(&by, &again).await)];
    assert_eq!(told.map(|one| one[1]), [bad, bad], "{told:?}");
    assert_eq!(
        (told[0][3] + told[1][3], told[0][2] + told[1][2]),
        (good, good),
        "each went in once: {told:?}"
    );
    let made = wishes(&by, "draft").await;
    let titles: BTreeSet<&str> = made.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert_eq!((made.len(), titles.len()), (asked - planted.len(), asked - planted.len()));
    for id in [&first, &again] {
        assert_eq!(named(&by, id).await, planted, "every fault, and no other");
    }
    node.kill();
    home.run(&["check"]).unwrap();
}

fn run(kind: Kind) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, killed(kind));
}

#[test]
fn a_sheet_goes_in_once_through_two_crashes_and_a_second_sending_sqlite() {
    run(Kind::Sqlite);
}

#[test]
fn a_sheet_goes_in_once_through_two_crashes_and_a_second_sending_postgres() {
    run(Kind::Postgres);
}
