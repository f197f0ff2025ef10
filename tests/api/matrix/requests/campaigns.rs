//! Requests about campaigns of the county, and pledges of its team.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};

fn campaign(organisation: &str, hosts: &[&str]) -> Value {
    json!({
        "organisation_id": organisation, "title": "六一·点亮微心愿", "theme": "给孩子们一份惊喜。",
        "starts_on": "2026-12-01", "ends_on": "2026-12-31", "host_ids": hosts,
    })
}

impl Stage<'_> {
    async fn campaign(&self) -> String {
        self.w.county_coordinator.post("/campaigns", campaign(&self.w.county, &[])).await.expect(201).id()
    }

    async fn open_campaign(&self) -> String {
        let id = self.campaign().await;
        self.w.county_coordinator.post(&format!("/campaigns/{id}/open"), json!({})).await.expect(200);
        id
    }

    /// A campaign of the county that the village is asked to hold too.
    async fn invitation(&self) -> String {
        let new = campaign(&self.w.county, &[&self.w.village]);
        self.w.county_coordinator.post("/campaigns", new).await.expect(201).id()
    }

    async fn pledged(&self) -> (String, String) {
        let id = self.open_campaign().await;
        let body = json!({ "claimant_id": self.w.team_claimant, "wishes": 2 });
        let pledge = self.w.manager.post(&format!("/campaigns/{id}/pledges"), body).await.expect(201).id();
        (id, pledge)
    }

    pub(super) async fn of_campaigns(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let why = json!({ "reason": "改日再办" });
        Some(match name {
            "create_campaign" => Ask::post("/campaigns", campaign(&w.county, &[]), &w.county),
            "list_campaigns" => Ask::get("/campaigns?limit=100", &self.campaign().await),
            "list_public_campaigns" => Ask::get("/campaigns/public?limit=100", &self.open_campaign().await),
            "get_campaign" | "get_campaign_report" | "list_campaign_wishes" => {
                let id = self.campaign().await;
                let tail = match name {
                    "get_campaign" => "",
                    "get_campaign_report" => "/report",
                    _ => "/wishes",
                };
                Ask::get(format!("/campaigns/{id}{tail}"), &id)
            }
            "get_public_campaign" => {
                let id = self.open_campaign().await;
                Ask::get(format!("/campaigns/{id}/public"), &id)
            }
            "update_campaign" => {
                let id = self.campaign().await;
                Ask::new(
                    Method::PATCH,
                    format!("/campaigns/{id}"),
                    json!({ "title": "重阳·点亮微心愿" }),
                    &id,
                )
            }
            "open_campaign" => {
                let id = self.campaign().await;
                Ask::post(format!("/campaigns/{id}/open"), json!({}), &id)
            }
            "close_campaign" => {
                let id = self.open_campaign().await;
                Ask::post(format!("/campaigns/{id}/close"), why, &id)
            }
            "cancel_campaign" => {
                let id = self.campaign().await;
                Ask::post(format!("/campaigns/{id}/cancel"), why, &id)
            }
            "accept_hosting" | "decline_hosting" => {
                let id = self.invitation().await;
                let answer = if name == "accept_hosting" { "accept" } else { "decline" };
                Ask::post(format!("/campaigns/{id}/hosts/{}/{answer}", w.village), json!({}), &id)
            }
            "place_campaign_wishes" => {
                let id = self.campaign().await;
                let wish = w.published(json!({})).await;
                let body = json!({ "wish_ids": [wish], "place": "in" });
                Ask::post(format!("/campaigns/{id}/wishes"), body, &id)
            }
            "create_pledge" => {
                let id = self.open_campaign().await;
                let body = json!({ "claimant_id": w.team_claimant, "wishes": 2 });
                Ask::post(format!("/campaigns/{id}/pledges"), body, &id)
            }
            "list_pledges" => {
                let (id, pledge) = self.pledged().await;
                Ask::get(format!("/campaigns/{id}/pledges?limit=100"), &pledge)
            }
            "update_pledge" => {
                let (_, id) = self.pledged().await;
                Ask::new(Method::PATCH, format!("/pledges/{id}"), json!({ "wishes": 5 }), &id)
            }
            "withdraw_pledge" => {
                let (_, id) = self.pledged().await;
                Ask::post(format!("/pledges/{id}/withdraw"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
