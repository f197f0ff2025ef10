//! Requests about needs of residents of the village, and about the list of benefits.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::resident;

fn errand(to: &str) -> Value {
    json!({ "to_organisation_id": to, "agreed_on": "2026-11-20" })
}

impl Stage<'_> {
    async fn referral_noted(&self) -> String {
        let w = self.w;
        let of = resident(&w.collector, &w.village).await;
        let need = json!({ "beneficiary_id": of, "need": "儿子长年卧床" });
        w.collector.post("/referrals", need).await.expect(201).id()
    }

    /// Handed on to the township.
    async fn referral_sent(&self) -> String {
        let id = self.referral_noted().await;
        self.w.collector.post(&format!("/referrals/{id}/send"), errand(&self.w.township)).await.expect(200);
        id
    }

    pub(super) async fn of_referrals(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        Some(match name {
            "list_benefits" => Ask::get(format!("/organisations/{}/benefits", w.village), &w.village),
            "put_benefit" => {
                let body = json!({ "hint": "年满 75 岁", "office": "镇民政办", "sort": 5 });
                let path = format!("/organisations/{}/benefits/高龄津贴", w.village);
                Ask::new(Method::PUT, path, body, &w.village)
            }
            "list_referrals" => Ask::get("/referrals?limit=100", &self.referral_sent().await),
            "create_referral" => {
                let of = resident(&w.collector, &w.village).await;
                let tie = json!({ "beneficiary_id": of, "claimant_id": w.team_claimant, "rhythm": { "every": 1, "unit": "month" } });
                let pairing = w.coordinator.post("/pairings", tie).await.expect(201).id();
                w.manager.post(&format!("/pairings/{pairing}/accept"), json!({})).await.expect(200);
                Ask::post("/referrals", json!({ "pairing_id": pairing, "need": "儿子长年卧床" }), &pairing)
            }
            "get_referral" => {
                let id = self.referral_sent().await;
                Ask::get(format!("/referrals/{id}"), &id)
            }
            "send_referral" => {
                let id = self.referral_noted().await;
                Ask::post(format!("/referrals/{id}/send"), errand(&w.township), &id)
            }
            "answer_referral" => {
                let id = self.referral_sent().await;
                let body = json!({ "outcome": "granted", "answer": "护理补贴批了" });
                Ask::post(format!("/referrals/{id}/answer"), body, &id)
            }
            "close_referral" => {
                let id = self.referral_sent().await;
                Ask::post(format!("/referrals/{id}/close"), json!({ "reason": "本人不想办了" }), &id)
            }
            "reveal_referral_details" => {
                let id = self.referral_sent().await;
                Ask::post(format!("/referrals/{id}/details"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
