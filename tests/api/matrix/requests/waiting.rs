//! Requests about waiting lists.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};

impl Stage<'_> {
    /// A wish of the village that is all taken, and a request of the team to wait for it.
    async fn full(&self) -> (String, Value) {
        let wish = self.w.published(json!({})).await;
        let ask = json!({ "claimant_id": self.team().await, "quantity": 1 });
        self.w.manager.post(&format!("/wishes/{wish}/claims"), ask).await.expect(201);
        (wish, json!({ "claimant_id": self.team().await, "quantity": 1 }))
    }

    /// The team's place on a list.
    pub(super) async fn waiting(&self) -> String {
        let (wish, ask) = self.full().await;
        self.w.manager.post(&format!("/wishes/{wish}/waiting"), ask).await.expect(201).id()
    }

    pub(super) async fn of_waiting(&self, name: &str) -> Option<Ask> {
        Some(match name {
            "join_waiting_list" => {
                let (wish, ask) = self.full().await;
                Ask::post(format!("/wishes/{wish}/waiting"), ask, &wish)
            }
            "leave_waiting_list" => {
                let id = self.waiting().await;
                Ask::new(Method::DELETE, format!("/waiting/{id}"), Value::Null, &id)
            }
            "list_waiting" => Ask::get("/waiting?limit=100", &self.waiting),
            _ => return None,
        })
    }
}
