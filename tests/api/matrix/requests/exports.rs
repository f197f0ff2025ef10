//! Requests about exports of the village: those that name nobody are its collector's, those that do the county's.

use super::{Ask, Stage};
use serde_json::{Value, json};
use server::jobs;

impl Stage<'_> {
    fn list(&self) -> Value {
        json!({ "organisation_id": self.w.village, "list": { "subject": "wishes", "filter": { "status": "draft" } } })
    }

    fn personal(&self) -> Value {
        let list = json!({ "subject": "residents", "filter": {} });
        json!({ "organisation_id": self.w.village, "list": list, "purpose": "送县民政局核对名单" })
    }

    async fn made(&self) {
        jobs::sweep(&self.app.state, self.app.state.clock.now()).await.unwrap();
    }

    async fn export(&self) -> String {
        let id = self.w.collector.post("/exports", self.list()).await.expect(201).id();
        self.made().await;
        id
    }

    async fn pending(&self) -> String {
        self.w.county_coordinator.post("/exports/personal", self.personal()).await.expect(201).id()
    }

    pub(super) async fn of_exports(&self, name: &str) -> Option<Ask> {
        let act = |id: &str, act: &str, body: Value| Ask::post(format!("/exports/{id}/{act}"), body, id);
        Some(match name {
            "list_exports" => Ask::get("/exports?limit=100", &self.export().await),
            "create_export" => Ask::post("/exports", self.list(), &self.w.village),
            "create_personal_export" => Ask::post("/exports/personal", self.personal(), &self.w.village),
            "get_export" => {
                let id = self.export().await;
                Ask::get(format!("/exports/{id}"), &id)
            }
            "download_export" => act(&self.export().await, "download", json!({})),
            "approve_export" => act(&self.pending().await, "approve", json!({})),
            "decline_export" => act(&self.pending().await, "decline", json!({ "reason": "名单里的人太多" })),
            "reveal_export_password" => {
                let id = self.pending().await;
                self.w.coordinator.post(&format!("/exports/{id}/approve"), json!({})).await.expect(200);
                self.made().await;
                act(&id, "password", json!({}))
            }
            _ => return None,
        })
    }
}
