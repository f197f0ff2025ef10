//! Invariant 5: following the cursor of the feed shows every event exactly once, causes first, also
//! while others commit.

use serde_json::json;
use std::collections::{HashMap, HashSet};
use tests::{client::Client, on_both, world::World};

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
