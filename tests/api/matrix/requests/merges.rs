//! Requests about residents who may be one, and those who were made one.

use super::{Ask, Stage};
use serde_json::json;
use tests::world::resident;

impl Stage<'_> {
    pub(super) async fn of_merges(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        Some(match name {
            "list_doubles" => Ask::get(format!("/organisations/{}/doubles", w.village), &w.village),
            "list_merges" => Ask::get(format!("/beneficiaries/{}/merges", w.resident), &w.resident),
            "compare_beneficiaries" => {
                let other = resident(&w.collector, &w.village).await;
                Ask::get(format!("/beneficiaries/{}/comparison?other_id={other}", w.resident), &w.resident)
            }
            "merge_beneficiary" => {
                let (left, ask) = self.two().await;
                Ask::post(format!("/beneficiaries/{left}/merges"), ask, &left)
            }
            "undo_merge" => {
                let (left, ask) = self.two().await;
                let path = format!("/beneficiaries/{left}/merges");
                let merge = w.admin.change(reqwest::Method::POST, &path, "*", ask).await.expect(201).id();
                Ask::post(format!("/merges/{merge}/undo"), json!({}), &merge)
            }
            "tell_apart" => {
                let (one, ask) = self.apart().await;
                Ask::post(format!("/beneficiaries/{one}/distinctions"), ask, &one)
            }
            "undo_distinction" => {
                let (one, ask) = self.apart().await;
                let path = format!("/beneficiaries/{one}/distinctions");
                let said = w.admin.post(&path, ask).await.expect(201).id();
                Ask::post(format!("/distinctions/{said}/undo"), json!({}), &said)
            }
            _ => return None,
        })
    }

    /// A record, and what tells another from it.
    async fn apart(&self) -> (String, serde_json::Value) {
        let w = self.w;
        let (one, other) =
            (resident(&w.collector, &w.village).await, resident(&w.collector, &w.village).await);
        (one, json!({ "other_id": other, "reason": "knows_them" }))
    }

    /// A record, and what asks to merge another into it.
    async fn two(&self) -> (String, serde_json::Value) {
        let w = self.w;
        let (left, other) =
            (resident(&w.collector, &w.village).await, resident(&w.collector, &w.village).await);
        (left, json!({ "merged_id": other, "merged_version": 1, "reason": "entered_twice" }))
    }
}
