//! Two residents who look like one are told apart: remembered with who and how they know, suggested no more, not merged, taken back.

use reqwest::Method;
use serde_json::{Value, json};
use std::slice::from_ref;
use tests::{
    client::Client,
    on_both,
    world::{World, child, resident},
};

/// The pairs that are suggested at a village, or told apart there.
async fn pairs(by: &Client, at: &str, tail: &str) -> Vec<[String; 2]> {
    let all = by.get(&format!("/organisations/{at}/doubles{tail}")).await.expect(200).items();
    let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
    all.iter().map(|pair| [id(&pair["one"]), id(&pair["other"])]).collect()
}

on_both! {
    async fn two_people_are_suggested_no_more_until_that_is_taken_back(app) {
        let w = World::new(app).await;
        let (one, other) = (w.resident.clone(), resident(&w.collector, &w.village).await);
        let pair = [one.clone(), other.clone()];
        assert_eq!(pairs(&w.collector, &w.village, "").await, from_ref(&pair));
        let path = format!("/beneficiaries/{other}/distinctions");
        let ask = json!({ "other_id": one, "reason": "knows_them" });
        let said = w.collector.post(&path, ask.clone()).await;
        let said = &said.expect(201).body;
        assert_eq!((&said["one_id"], &said["other_id"], &said["said_by"]["display_name"]), (&json!(one), &json!(other), &json!("collector")));
        let again = json!({ "other_id": other, "reason": "papers_show" });
        let again = w.reviewer.post(&format!("/beneficiaries/{one}/distinctions"), again).await;
        assert_eq!(&again.expect(201).body, said, "the same once more, from the other side");

        for at in [&w.village, &w.county] {
            assert!(pairs(&w.county_coordinator, at, "").await.is_empty());
            assert_eq!(pairs(&w.county_coordinator, at, "?told_apart=true").await, from_ref(&pair));
        }
        assert!(pairs(&w.collector, &w.village, &format!("?beneficiary_id={one}")).await.is_empty());
        let beside = w.auditor.get(&format!("/beneficiaries/{one}/comparison?other_id={other}")).await;
        assert_eq!(&beside.expect(200).body["told_apart"], said);
        let version = &beside.body["merged"]["version"];
        let merge = json!({ "merged_id": other, "merged_version": version, "reason": "said_so" });
        let merge = async || w.collector.change(Method::POST, &format!("/beneficiaries/{one}/merges"), "*", merge.clone()).await;
        merge().await.refused(409, "told_apart");
        // Each record's history says it, and who else looks like one of them is still suggested.
        let history = w.admin.get("/audit/events?limit=100").await.items();
        assert_eq!(history.iter().filter(|one| one["event"]["kind"] == "told_apart").count(), 2);
        let third = resident(&w.collector, &w.village).await;
        let mut found = pairs(&w.collector, &w.village, "").await;
        found.sort();
        assert_eq!(found, [[one.clone(), third.clone()], [other.clone(), third.clone()]]);
        // A record that speaks for one of them is told from the other as well.
        let seen = w.collector.get(&format!("/beneficiaries/{other}")).await.body["version"].clone();
        let into = json!({ "merged_id": other, "merged_version": seen, "reason": "said_so" });
        let into = w.collector.change(Method::POST, &format!("/beneficiaries/{third}/merges"), "*", into).await;
        let into = into.expect(201).id();
        assert!(pairs(&w.collector, &w.village, "").await.is_empty());
        w.collector.post(&format!("/merges/{into}/undo"), json!({})).await.expect(200);

        let undo = format!("/distinctions/{}/undo", said["id"].as_str().unwrap());
        w.collector.change(Method::POST, &undo, "\"9-distinction\"", json!({})).await.refused(412, "stale");
        let undone = w.reviewer.post(&undo, json!({})).await;
        assert_eq!((&undone.expect(200).body["undone_by"]["display_name"], &undone.body["version"]), (&json!("reviewer"), &json!(2)));
        w.collector.post(&undo, json!({})).await.refused(409, "distinction_undone");
        assert!(pairs(&w.collector, &w.village, "").await.contains(&pair));
        assert!(pairs(&w.collector, &w.village, "?told_apart=true").await.is_empty());
        let anew = w.collector.post(&path, ask).await;
        assert_ne!(anew.expect(201).body["id"], said["id"]);
    }
}

on_both! {
    async fn who_cannot_be_told_apart_is_refused_and_nothing_is_kept(app) {
        let w = World::new(app).await;
        let path = format!("/beneficiaries/{}/distinctions", w.resident);
        let tell = async |by: &Client, other: &str| by.post(&path, json!({ "other_id": other, "reason": "said_so" })).await;
        let at = |code: &str| vec![("/other_id".to_owned(), code.to_owned())];
        assert_eq!(tell(&w.collector, &w.resident).await.refused(422, "invalid").faults(), at("duplicate"));
        let nobody = "01900000-0000-7000-8000-00000000dead";
        assert_eq!(tell(&w.collector, nobody).await.refused(422, "invalid").faults(), at("unknown"));
        let far = resident(&w.stranger, &w.other_root).await;
        assert_eq!(tell(&w.collector, &far).await.refused(422, "invalid").faults(), at("unknown"));
        let other = child(&w.collector, &w.village).await;
        w.collector.post(&path, json!({ "other_id": other, "reason": "looks" })).await.refused(422, "invalid");
        tell(&w.auditor, &other).await.refused(403, "forbidden");
        tell(&w.collector, &other).await.expect(201);
        let seen = w.collector.get(&format!("/beneficiaries/{}", w.resident)).await.body["version"].clone();
        assert_eq!(seen, 2, "one change, for the one that was taken");
    }
}
