//! Minutes of staff time: noted by who spent them, put right by who noted them, and told as what a wish costs, with its sample.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{
    client::{Answer, Client},
    on_both,
    world::World,
};

async fn note(by: &Client, wish: &str, kind: &str, minutes: i64) -> Answer {
    let path = format!("/wishes/{wish}/efforts/{kind}");
    by.change(Method::PUT, &path, "*", json!({ "minutes": minutes })).await
}

on_both! {
    async fn what_a_wish_costs_is_what_staff_noted_of_it(app) {
        let w = World::new(app).await;
        let (one, other) = (w.published(json!({})).await, w.submitted(json!({})).await);
        w.published(json!({})).await;
        note(&w.collector, &one, "collecting", 90).await.expect(200);
        note(&w.reviewer, &one, "review", 10).await.expect(200);
        note(&w.collector, &other, "collecting", 240).await.expect(200);
        // Put right by who noted it: theirs alone, and of the same alone.
        note(&w.collector, &one, "collecting", 40).await.expect(200);
        note(&w.coordinator, &one, "collecting", 5).await.expect(200);
        let gone = note(&w.coordinator, &one, "collecting", 0).await;
        assert_eq!(gone.expect(200).body["minutes"], 50);
        let seen = w.auditor.get(&format!("/wishes/{one}/efforts")).await.expect(200).body.clone();
        assert_eq!(seen, gone.body);
        let told: Vec<_> = seen["items"].as_array().unwrap().iter().map(|one| (&one["kind"], &one["minutes"], &one["by"]["display_name"])).collect();
        assert_eq!(told.len(), 2);
        assert!(told.contains(&(&json!("review"), &json!(10), &json!("reviewer"))), "{told:?}");

        let events = w.admin.get(&format!("/wishes/{one}/events?limit=100")).await.expect(200).items();
        assert_eq!(events.iter().filter(|one| one["kind"] == "effort_noted").count(), 5);
        app.pass_days(0).await;
        let board = w.reviewer.get(&format!("/organisations/{}/figures?from=2026-01&to=2026-12", w.village)).await;
        let figures = board.expect(200).body["figures"].as_array().unwrap().clone();
        let cost = figures.iter().find(|one| one["definition"]["id"] == "staff_minutes").unwrap();
        assert_eq!(json!([cost["numerator"], cost["denominator"], cost["sample"]]), json!([290, 2, 2]));
        let below = board.body["below"].to_string();
        assert!(!below.contains("minutes"), "nobody is ranked by it");
    }
}

on_both! {
    async fn nobody_notes_what_cannot_be_and_nothing_has_to_be_noted(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let version = async || w.collector.get(&format!("/wishes/{wish}")).await.body["version"].clone();
        let before = version().await;
        for minutes in [-1, 961] {
            let refused = note(&w.collector, &wish, "review", minutes).await;
            assert_eq!(refused.refused(422, "invalid").faults(), [("/minutes".to_owned(), "out_of_range".to_owned())]);
        }
        note(&w.collector, &wish, "talking", 5).await.refused(404, "not_found");
        let path = format!("/wishes/{wish}/efforts/review");
        w.collector.change(Method::PUT, &path, "*", json!({ "minutes": 1.5 })).await.refused(422, "invalid");
        w.collector.change(Method::PUT, &path, "\"99-x\"", json!({ "minutes": 5 })).await.refused(412, "stale");
        assert_eq!(version().await, before);
        let none = w.collector.get(&format!("/wishes/{wish}/efforts")).await;
        assert_eq!(none.expect(200).body, json!({ "minutes": 0, "items": Vec::<Value>::new() }));
    }
}
