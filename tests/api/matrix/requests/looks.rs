//! Requests about looks at children: each asks about a child of their own, since one asks once and waits.

use super::{Ask, Stage};
use serde_json::json;
use tests::world::child;

fn wanted() -> serde_json::Value {
    json!({ "purpose": "visit", "reason": "约好周三上门" })
}

impl Stage<'_> {
    pub(super) async fn of_looks(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let of_child = async || {
            let id = child(&w.collector, &w.village).await;
            (format!("/beneficiaries/{id}/look-requests"), id)
        };
        Some(match name {
            "create_look_request" => {
                let (path, id) = of_child().await;
                Ask::post(path, wanted(), &id)
            }
            "list_look_requests" => {
                let (path, _) = of_child().await;
                let id = w.collector.post(&path, wanted()).await.expect(201).id();
                Ask::get("/look-requests?limit=100", &id)
            }
            "create_delivery_look_request" => {
                let (_, id) = of_child().await;
                let wish = w.published(json!({ "beneficiary_id": id })).await;
                let claim = w.claimed(&wish, 1).await;
                Ask::post(format!("/claims/{claim}/look-requests"), wanted(), &claim)
            }
            "approve_look_request" | "decline_look_request" => {
                let (path, _) = of_child().await;
                let id = w.collector.post(&path, wanted()).await.expect(201).id();
                let (act, body) = match name {
                    "approve_look_request" => ("approve", json!({})),
                    _ => ("decline", json!({ "reason": "打电话就够" })),
                };
                Ask::post(format!("/look-requests/{id}/{act}"), body, &id)
            }
            _ => return None,
        })
    }
}
