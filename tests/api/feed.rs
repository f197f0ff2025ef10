//! Invariant 5: following the cursor of the feed shows every event exactly once, causes first, also
//! while others commit; by pages, by waiting, and as a stream.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};
use tests::{
    client::{Answer, Client, send},
    on_both,
    world::World,
};

async fn follow(who: &Client, cursor: &mut String, seen: &mut Vec<(String, String, i64)>) -> usize {
    let page = who.get(&format!("/events?limit=100{cursor}")).await;
    page.expect(200);
    for event in page.items() {
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        seen.push((text("id"), text("subject_id"), event["number"].as_i64().unwrap()));
    }
    if let Some(next) = page.body["next_cursor"].as_str() {
        *cursor = format!("&cursor={next}");
    }
    page.items().len()
}

on_both! {
    async fn each_event_once_in_order_under_concurrent_commits(app) {
        let w = World::new(app).await;
        let writers: Vec<_> = (0..6).map(|n| {
            let (collector, wish) = (w.collector.clone(), w.wish(json!({ "title": format!("第{n}条") })));
            tokio::task::spawn_local(async move {
                for _ in 0..8 {
                    let id = collector.post("/wishes", wish.clone()).await.expect(201).id();
                    collector.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
                }
            })
        }).collect();
        let (mut cursor, mut seen) = (String::new(), Vec::new());
        while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
            follow(&w.admin, &mut cursor, &mut seen).await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        while follow(&w.admin, &mut cursor, &mut seen).await > 0 {}
        let ids: HashSet<&String> = seen.iter().map(|(id, ..)| id).collect();
        assert_eq!(ids.len(), seen.len(), "none twice");
        let mut last: HashMap<&String, i64> = HashMap::new();
        for (_, subject, number) in &seen {
            let before = last.insert(subject, *number).unwrap_or_default();
            assert_eq!(*number, before + 1, "no gap, causes first");
        }
        let (mut again, mut whole) = (String::new(), Vec::new());
        while follow(&w.admin, &mut again, &mut whole).await > 0 {}
        assert_eq!(seen, whole, "a late reader sees the same");
        assert!(whole.len() >= 96);
        assert_eq!(w.stranger.get("/events").await.expect(200).items().iter().filter(|e| e["subject"] == "wish").count(), 0);
    }
}

async fn wait(who: &Client, cursor: &str, seconds: u64) -> Answer {
    let request = who.request(Method::GET, &format!("/events?limit=100&cursor={cursor}"));
    send(request.header("Prefer", format!("wait={seconds}"))).await
}

/// Where the feed ends for now.
async fn end(who: &Client) -> String {
    let (mut cursor, mut seen) = (String::new(), Vec::new());
    while follow(who, &mut cursor, &mut seen).await > 0 {}
    cursor.trim_start_matches("&cursor=").to_owned()
}

/// A stream of the feed, and what of it is not read yet.
struct Stream(Response, String);

impl Stream {
    async fn open(who: &Client, path: &str, last: &str) -> Self {
        let request = who.request(Method::GET, path).header("Accept", "text/event-stream");
        let response = request.header("Last-Event-ID", last).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (200, &"text/event-stream".parse().unwrap())
        );
        Self(response, String::new())
    }

    /// The next message: its id, and the event; none where the stream has ended.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((message, rest)) =
                self.1.split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned()))
            {
                self.1 = rest;
                let field =
                    |name: &str| message.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                // Without data it is a sign of life.
                if let Some((id, data)) = field("id: ").zip(field("data: ")) {
                    let event: Value = serde_json::from_str(&data).unwrap();
                    assert_eq!(event["kind"].as_str(), field("event: ").as_deref());
                    return Some((id, event));
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.0.chunk()).await.unwrap();
            self.1.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }
}

on_both! {
    async fn who_waits_hears_it_when_it_comes(app) {
        let w = World::new(app).await;
        let cursor = end(&w.admin).await;
        let empty = wait(&w.admin, &cursor, 0).await;
        assert!(empty.expect(200).items().is_empty());
        assert_eq!(empty.header("preference-applied"), "wait=0");

        let (admin, at) = (w.admin.clone(), cursor.clone());
        let waiting = tokio::task::spawn_local(async move { (wait(&admin, &at, 20).await, Instant::now()) });
        tokio::time::sleep(Duration::from_millis(400)).await;
        assert!(!waiting.is_finished(), "there is nothing yet");
        let written = Instant::now();
        let wish = w.collector.post("/wishes", w.wish(json!({}))).await.expect(201).id();
        let (heard, at) = waiting.await.unwrap();
        assert_eq!(heard.expect(200).items()[0]["subject_id"], wish);
        assert!(at.duration_since(written) < Duration::from_secs(10), "not at the end of its time");

        // What does not concern a caller is passed over once, and not again at each look.
        let passed = w.stranger.get("/events?limit=100").await;
        let next = passed.expect(200).text("next_cursor");
        let further = w.stranger.get(&format!("/events?limit=100&cursor={next}")).await;
        assert_eq!((further.expect(200).items().len(), further.text("next_cursor") == next), (0, true));
        w.collector.post("/wishes", w.wish(json!({}))).await.expect(201);
        let after = wait(&w.stranger, &next, 1).await;
        assert!(after.expect(200).items().is_empty() && after.text("next_cursor") != next);
    }
}

on_both! {
    async fn a_stream_tells_each_event_once_over_any_number_of_breaks(app) {
        let w = World::new(app).await;
        let mut last = end(&w.admin).await;
        let (mut heard, mut told) = (Vec::new(), Vec::new());
        for round in 0..3 {
            let mut stream = Stream::open(&w.admin, "/events?limit=100", &last).await;
            for n in 0..2 {
                let title = format!("第{round}{n}条");
                told.push(w.collector.post("/wishes", w.wish(json!({ "title": title }))).await.expect(201).id());
            }
            // The last is left to the next stream.
            for _ in 0..(if round == 2 { 3 } else { 1 + round }) {
                let (id, event) = stream.next().await.unwrap();
                heard.push(event["subject_id"].as_str().unwrap().to_owned());
                last = id;
            }
        }
        assert_eq!(heard, told);
    }
}

on_both! {
    async fn who_begins_now_hears_what_comes_and_nothing_that_was(app) {
        let w = World::new(app).await;
        w.collector.post("/wishes", w.wish(json!({}))).await.expect(201);
        let now = w.admin.get("/events?cursor=latest").await;
        assert!(now.expect(200).items().is_empty());
        let mut stream = Stream::open(&w.admin, "/events?cursor=latest", "").await;
        let wish = w.collector.post("/wishes", w.wish(json!({}))).await.expect(201).id();
        assert_eq!(stream.next().await.unwrap().1["subject_id"], wish);
        let page = w.admin.get(&format!("/events?cursor={}", now.text("next_cursor"))).await.expect(200).items();
        assert_eq!(page.iter().map(|event| event["subject_id"].as_str().unwrap()).collect::<Vec<_>>(), [wish]);
        w.admin.get("/wishes?cursor=latest").await.refused(400, "bad_cursor");
    }
}

on_both! {
    async fn a_stream_ends_with_the_right_to_hear_it(app) {
        let w = World::new(app).await;
        let new = json!({ "name": "公益平台", "scopes": ["events:read"] });
        let id = w.admin.post(&format!("/organisations/{}/platforms", w.county), new).await.expect(201).id();
        let key = w.admin.post(&format!("/platforms/{id}/keys"), json!({ "days": 30 })).await;
        let program = app.public().with_token(&key.expect(201).text("key"));
        w.shares(&w.resident).await;
        let wish = w.published(json!({})).await;
        let mut stream = Stream::open(&program, "/shared/events", "").await;
        assert_eq!(stream.next().await.unwrap().1["wish_id"], wish);
        let used = key.body["platform"]["keys"][0]["id"].as_str().unwrap();
        w.admin.post(&format!("/platforms/{id}/keys/{used}/revoke"), json!({})).await.expect(200);
        let rest = async { while stream.next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(30), rest).await.unwrap();
        program.get("/shared/events").await.refused(401, "unauthenticated");
    }
}

on_both! {
    async fn nobody_follows_too_often_at_once(app) {
        let w = World::new(app).await;
        let last = end(&w.admin).await;
        let mut streams = Vec::new();
        for _ in 0..10 {
            streams.push(Stream::open(&w.admin, "/events?limit=100", &last).await);
        }
        wait(&w.admin, &last, 1).await.refused(429, "rate_limited");
        wait(&w.stranger, "", 0).await.expect(200);
        w.admin.get("/events").await.expect(200);
        // That somebody has gone is learnt by telling them something.
        drop(streams);
        let left = Instant::now() + Duration::from_secs(30);
        while wait(&w.admin, &last, 1).await.status == 429 {
            assert!(Instant::now() < left, "a place is given back");
        }
    }
}
