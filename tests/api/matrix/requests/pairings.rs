//! Requests about pairings of the team with households of the village, each a household of its own.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::{PASSWORD, resident};

fn monthly() -> Value {
    json!({ "every": 1, "unit": "month" })
}

fn visit() -> Value {
    json!({ "visited_on": "2026-11-20", "health": "血压稳了" })
}

impl Stage<'_> {
    async fn pairing_proposed(&self) -> String {
        let w = self.w;
        let household = resident(&w.collector, &w.village).await;
        let ask = json!({ "beneficiary_id": household, "claimant_id": w.team_claimant, "rhythm": monthly() });
        w.coordinator.post("/pairings", ask).await.expect(201).id()
    }

    async fn paired(&self) -> String {
        let id = self.pairing_proposed().await;
        self.w.manager.post(&format!("/pairings/{id}/accept"), json!({})).await.expect(200);
        id
    }

    async fn visited(&self) -> (String, String) {
        let id = self.paired().await;
        let visit = self.w.manager.post(&format!("/pairings/{id}/visits"), visit()).await.expect(201).id();
        (id, visit)
    }

    async fn manager_id(&self) -> Value {
        self.w.manager.get("/me").await.expect(200).body["user"]["id"].clone()
    }

    /// A further manager of the team.
    async fn successor(&self) -> String {
        let name = format!("successor{}", self.number());
        let new = json!({ "username": name, "display_name": name, "password": PASSWORD, "role": "manager" });
        let made = self.w.admin.post(&format!("/organisations/{}/members", self.w.team), new).await;
        made.expect(201).text("user_id")
    }

    pub(super) async fn of_pairings(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        Some(match name {
            "create_pairing" => {
                let household = resident(&w.collector, &w.village).await;
                let ask = json!({ "beneficiary_id": household, "claimant_id": w.team_claimant, "rhythm": monthly() });
                Ask::post("/pairings", ask, &household)
            }
            "list_pairings" => Ask::get("/pairings?limit=100", &self.paired().await),
            "get_pairing" => {
                let id = self.paired().await;
                Ask::get(format!("/pairings/{id}"), &id)
            }
            "update_pairing" => {
                let id = self.paired().await;
                let rhythm = json!({ "rhythm": monthly() });
                Ask::new(Method::PATCH, format!("/pairings/{id}"), rhythm, &id)
            }
            "accept_pairing" => {
                let id = self.pairing_proposed().await;
                let body = json!({ "responsible_id": self.manager_id().await });
                Ask::post(format!("/pairings/{id}/accept"), body, &id)
            }
            "decline_pairing" => {
                let id = self.pairing_proposed().await;
                Ask::post(format!("/pairings/{id}/decline"), json!({ "reason": "人手不够" }), &id)
            }
            "hand_over_pairing" => {
                let id = self.paired().await;
                let body = json!({ "responsible_id": self.successor().await });
                Ask::post(format!("/pairings/{id}/hand-over"), body, &id)
            }
            "end_pairing" => {
                let id = self.paired().await;
                let body = json!({ "reason": "moved_away", "thanks": "谢谢这些年" });
                Ask::post(format!("/pairings/{id}/end"), body, &id)
            }
            "reveal_pairing_details" => {
                let id = self.paired().await;
                let path = format!("/pairings/{id}/delivery-details");
                Ask::post(path, json!({ "purpose": "visit" }), &id)
            }
            "list_visits" => {
                let (id, _) = self.visited().await;
                Ask::get(format!("/pairings/{id}/visits"), &id)
            }
            "create_visit" => {
                let id = self.paired().await;
                Ask::post(format!("/pairings/{id}/visits"), visit(), &id)
            }
            "correct_visit" => {
                let (_, id) = self.visited().await;
                Ask::post(format!("/visits/{id}/correct"), visit(), &id)
            }
            _ => return None,
        })
    }
}
