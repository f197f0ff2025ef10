//! Requests about duties that the village sets.

use super::{Ask, Stage};
use serde_json::{Value, json};

impl Stage<'_> {
    fn new_duty(&self) -> Value {
        json!({
            "organisation_id": self.w.village, "title": "主题党日", "from": "2026-01-01", "to": "2026-12-31", "times": 1,
        })
    }

    async fn duty(&self) -> String {
        self.w.coordinator.post("/duties", self.new_duty()).await.expect(201).id()
    }

    pub(super) async fn of_duties(&self, name: &str) -> Option<Ask> {
        Some(match name {
            "create_duty" => Ask::post("/duties", self.new_duty(), &self.w.village),
            "list_duties" => Ask::get("/duties?limit=100", &self.duty().await),
            "get_duty" => {
                let id = self.duty().await;
                Ask::get(format!("/duties/{id}"), &id)
            }
            "list_duty_progress" => {
                let id = self.duty().await;
                Ask::get(format!("/duties/{id}/progress"), &id)
            }
            "withdraw_duty" => {
                let id = self.duty().await;
                Ask::post(format!("/duties/{id}/withdraw"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
