//! Signals: what is worth a second look is told to those who review, of their own subtree and of the days asked for; once a
//! picture is gone it is compared with nothing.

use crate::attachments::pictures::{remove, uploaded};
use serde_json::{Value, json};
use tests::{
    client::Client,
    on_both,
    world::{World, resident},
};

async fn signals(by: &Client, at: &str, days: &str) -> Value {
    by.get(&format!("/organisations/{at}/signals{days}")).await.expect(200).body.clone()
}

/// What is told: kind, how many, and how many wishes are named.
fn told(of: &Value) -> Vec<(String, u64, usize)> {
    let one = |one: &Value| {
        let wishes = one["wishes"].as_array().unwrap().len();
        (one["kind"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap(), wishes)
    };
    let mut told: Vec<_> = of["items"].as_array().unwrap().iter().map(one).collect();
    told.sort();
    told
}

on_both! {
    async fn what_is_worth_a_second_look_is_told_to_those_who_review(app) {
        let w = World::new(app).await;
        assert_eq!(told(&signals(&w.reviewer, &w.village, "").await), [], "nothing yet");

        // One household, three wishes; two of them with one picture; one claimed and confirmed within the minute.
        let of = resident(&w.collector, &w.village).await;
        let (mut wishes, mut pictures) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            wishes.push(w.published(json!({ "beneficiary_id": of })).await);
        }
        for wish in &wishes[..2] {
            pictures.push(uploaded(&w.collector, &format!("/wishes/{wish}")).await);
        }
        let claim = w.delivered(&wishes[2], 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        w.collector.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        let all = signals(&w.reviewer, &w.village, "").await;
        let many = |kind: &str, count, named| (kind.to_owned(), count, named);
        let expected = [many("confirmed_fast", 0, 1), many("same_household", 3, 3), many("same_picture", 2, 2)];
        assert_eq!(told(&all), expected);
        let fast = all["items"].as_array().unwrap().iter().find(|one| one["kind"] == "confirmed_fast").unwrap();
        assert_eq!((&fast["wishes"][0]["id"], fast["claimant"]["display_name"].is_string()), (&json!(wishes[2]), true));
        assert_eq!((&all["complete"], all["definitions"].as_array().unwrap().len()), (&json!(true), 6));

        // Who stands above is told of what is below, an auditor too; another branch of the tree of nothing.
        assert_eq!(told(&signals(&w.auditor, &w.county, "").await), expected);
        let beside = w.admin.post("/organisations", json!({
            "parent_id": w.township, "name": "另一个村", "level": "village", "kind": "community",
        })).await.expect(201).id();
        assert_eq!(told(&signals(&w.admin, &beside, "").await), []);

        // Other days, and days that are none.
        let before = signals(&w.reviewer, &w.village, "?from=2025-01-01&to=2025-01-31").await;
        assert_eq!((told(&before), &before["from"]), (vec![], &json!("2025-01-01")));
        for days in ["?from=2025-01-01&to=2025-12-31", "?from=2025-02-01&to=2025-01-31"] {
            let refused = w.reviewer.get(&format!("/organisations/{}/signals{days}", w.village)).await;
            assert_eq!(refused.refused(422, "invalid").faults()[0].0, "/to");
        }

        remove(&w.collector, &pictures[0]).await.expect(204);
        assert_eq!(told(&signals(&w.reviewer, &w.village, "").await), expected[..2]);
    }
}
