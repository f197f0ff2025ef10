//! Requests about certificates and commendations of the village's team.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};

impl Stage<'_> {
    /// A certificate of the village for a claim of the team: its code.
    async fn certificate(&self) -> String {
        let made = self.w.coordinator.post(&self.certificates(), self.new_certificate().await).await;
        made.expect(201).text("code")
    }

    fn certificates(&self) -> String {
        format!("/organisations/{}/certificates", self.w.village)
    }

    async fn new_certificate(&self) -> Value {
        let claim = self.w.delivered(&self.w.published(json!({})).await, 1).await;
        let word = json!({ "accepted": true, "method": "call" });
        self.w.coordinator.post(&format!("/claims/{claim}/confirmation"), word).await.expect(201);
        json!({ "claim_id": claim })
    }

    pub(super) async fn of_honours(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        Some(match name {
            "create_certificate" => Ask::post(self.certificates(), self.new_certificate().await, &w.village),
            "get_certificate" => Ask::get(format!("/certificates/{}", self.certificate().await), ""),
            "list_certificates" => {
                self.certificate().await;
                Ask::get(self.certificates(), &w.village)
            }
            "list_claimant_certificates" => {
                self.certificate().await;
                Ask::get(format!("/claimants/{}/certificates", w.team_claimant), &w.team_claimant)
            }
            "update_certificate" => {
                let path = format!("/certificates/{}", self.certificate().await);
                Ask::new(Method::PATCH, path, json!({ "named": false }), "")
            }
            "revoke_certificate" => {
                let path = format!("/certificates/{}/revoke", self.certificate().await);
                Ask::post(path, json!({ "reason": "mistake" }), "")
            }
            "list_commendations" => {
                let path =
                    format!("/organisations/{}/commendations?from=2026-01-01&to=2026-12-31", w.village);
                Ask::get(path, &w.village)
            }
            "export_commendations" => {
                let path = format!("/organisations/{}/commendations/export", w.village);
                Ask::post(path, json!({ "from": "2026-01-01", "to": "2026-12-31" }), &w.village)
            }
            "get_leaderboard" => {
                let path = format!("/organisations/{}/leaderboard", w.village);
                w.admin.change(Method::PUT, &path, "*", json!({ "shown": true })).await.expect(204);
                Ask::get(path, &w.village)
            }
            "put_leaderboard" => {
                let path = format!("/organisations/{}/leaderboard", w.village);
                Ask::new(Method::PUT, path, json!({ "shown": true }), &w.village)
            }
            _ => return None,
        })
    }
}
