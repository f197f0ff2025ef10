//! Requests about an emergency call of the village for its team.

use super::{Ask, Stage};
use serde_json::{Value, json};

impl Stage<'_> {
    async fn call(&self) -> Value {
        let wish = self.w.published(json!({})).await;
        json!({
            "organisation_id": self.w.village, "title": "洪水过后", "due_at": "2026-12-01T10:00:00Z", "wish_ids": [wish],
            "circles": [{ "organisation_id": self.w.team, "whom": "everybody" }],
        })
    }

    async fn called(&self) -> String {
        self.w.coordinator.post("/emergency-calls", self.call().await).await.expect(201).id()
    }

    pub(super) async fn of_emergencies(&self, name: &str) -> Option<Ask> {
        if name == "publish_emergency_call" {
            return Some(Ask::post("/emergency-calls", self.call().await, &self.w.village));
        }
        let id = self.called().await;
        let path = format!("/emergency-calls/{id}");
        Some(match name {
            "list_emergency_calls" => Ask::get("/emergency-calls?limit=100", &id),
            "list_emergency_appeals" => Ask::get("/me/emergency-calls", &id),
            "get_emergency_call" => Ask::get(path, &id),
            "list_called_households" => Ask::get(format!("{path}/households"), &id),
            "list_called_wishes" => Ask::get(format!("{path}/wishes"), &id),
            "add_called_wishes" => {
                let wish = self.w.published(json!({})).await;
                Ask::post(format!("{path}/wishes"), json!({ "wish_ids": [wish] }), &id)
            }
            "close_emergency_call" => {
                Ask::post(format!("{path}/close"), json!({ "reason": "改日再办" }), &id)
            }
            _ => return None,
        })
    }
}
