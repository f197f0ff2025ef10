//! The built program is killed while rows go in, twice, and the sheet is sent again: as if nothing had happened.

use super::{
    counts, seen, sent,
    sheets::{CSV, csv, good, plant},
    wishes,
};
use crate::nodes::{
    node::{Home, free_port},
    village::Village,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};
use tests::{Kind, client::Client, world::PASSWORD};

/// One in twenty of them is bad.
const ROWS: usize = 600;

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
    let mut rows: Vec<_> = (0..ROWS).map(good).collect();
    rows.iter_mut().step_by(20).enumerate().for_each(|(n, row)| drop(plant(n, row)));
    let (good, bad) = (i64::try_from(ROWS - ROWS / 20).unwrap(), i64::try_from(ROWS / 20).unwrap());

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
    assert_eq!((made.len(), titles.len()), (ROWS - ROWS / 20, ROWS - ROWS / 20));
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
