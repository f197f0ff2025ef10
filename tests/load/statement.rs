//! `bench --statement ROWS`: how long a platform's statement of so many donations takes until all of it is held against the books, the
//! same rows again in another order, and what memory that needs.

use super::{
    meter::memory,
    node::{Home, free_port},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::{
    Kind,
    client::{Client, one_more, send},
    world::PASSWORD,
};

/// How many rows, where `what` is what is asked for.
pub fn asked(what: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().filter(|name| name == what);
    first.and_then(|_| arguments.next()).and_then(|rows| rows.parse().ok())
}

/// Measures one database.
pub async fn measure(kind: Kind, rows: u64) {
    let home = Home::new(kind, &[]);
    let founding =
        ["create-admin", "--username", "admin", "--password", PASSWORD, "--organisation", "青禾县"];
    home.run(&founding).expect("a tree and its administrator");
    let mut node = home.start(free_port());
    node.ready("/healthz/ready").await;
    let public = Client::new(&format!("http://{}", node.address));
    let admin = public.sign_in("admin", PASSWORD).await;
    let (pool, platform) = (pool(&admin).await, program(&public, &admin).await);
    let mut lines: Vec<String> =
        (0..rows).map(|n| format!("donation,D-{n:07},{},2026-01-19T08:00:00Z\n", n % 90 + 11)).collect();
    let total: u64 = (0..rows).map(|n| n % 90 + 11).sum();
    for what in ["booked", "matched"] {
        let began = Instant::now();
        let body = format!("kind,external_id,amount_fen,given_at\n{}", lines.concat());
        let (id, answered) = sent(&platform, &pool, body, (rows, total)).await;
        let done = done(&platform, &id).await;
        let (peak, now) = memory(node.child.id());
        let rows = &done["rows"][0];
        println!(
            "{kind:?}: {} {} ({what}) in {:.1} s, answered after {answered:.1} s; memory {peak} MiB at its peak, {now} now",
            rows["count"],
            rows["outcome"],
            began.elapsed().as_secs_f64(),
        );
        lines.reverse();
    }
}

async fn pool(admin: &Client) -> String {
    let county = county(admin).await;
    let new = json!({
        "organisation_id": county, "name": "添一物善款池", "purpose": "给老人添一样用得上的东西。", "categories": [],
        "raiser": "青禾县慈善会", "raised_on": "某公益平台", "approval_above_fen": 50_000,
    });
    admin.post("/pools", new).await.expect(201).id()
}

async fn county(admin: &Client) -> String {
    let me = admin.get("/me").await.expect(200).body.clone();
    me["memberships"][0]["organisation"]["id"].as_str().expect("the root of the tree").to_owned()
}

async fn program(public: &Client, admin: &Client) -> Client {
    let new = json!({ "name": "公益平台", "scopes": ["donations:write"] });
    let path = format!("/organisations/{}/platforms", county(admin).await);
    let id = admin.post(&path, new).await.expect(201).id();
    let key = admin.post(&format!("/platforms/{id}/keys"), json!({ "days": 30 })).await;
    public.with_token(&key.expect(201).text("key"))
}

async fn sent(by: &Client, pool: &str, body: String, (count, total): (u64, u64)) -> (String, f64) {
    let path = format!(
        "/platform/statements?pool_id={pool}&from=2026-01-01&to=2026-01-31&count={count}&total_fen={total}"
    );
    let began = Instant::now();
    loop {
        let request = by.request(Method::POST, &path).header("Idempotency-Key", one_more());
        let answer = send(request.header("Content-Type", "text/csv").body(body.clone())).await;
        // While the feed of the statement before is written there may be no room to write; a platform comes again.
        if answer.status != 503 {
            return (answer.expect(201).id(), began.elapsed().as_secs_f64());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn done(by: &Client, id: &str) -> Value {
    loop {
        let seen = by.get(&format!("/statements/{id}")).await.expect(200).body.clone();
        if seen["status"] == "done" {
            return seen;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
