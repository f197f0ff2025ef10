//! Requests about platforms, and of platforms.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::{client::one_more, world::resident};

impl Stage<'_> {
    pub(super) async fn platform(&self) -> String {
        let new = json!({ "name": format!("第{}平台", self.number()), "scopes": ["wishes:read"] });
        let path = format!("/organisations/{}/platforms", self.w.county);
        self.w.admin.post(&path, new).await.expect(201).id()
    }

    async fn shared(&self) -> String {
        let resident = resident(&self.w.collector, &self.w.village).await;
        self.w.shares(&resident).await;
        self.w.published(json!({ "beneficiary_id": resident })).await
    }

    fn new_platform_claim(&self, wish: &str) -> Value {
        let user = json!({ "external_id": "u-8Zk2", "display_name": "阿青" });
        json!({ "external_id": format!("C-{}", self.number()), "wish_id": wish, "quantity": 1, "user": user })
    }

    /// A claim of the platform that asks.
    async fn platform_claim(&self) -> String {
        let new = self.new_platform_claim(&self.shared().await);
        self.program().await.post_once("/platform/claims", &one_more(), new).await.expect(201).id()
    }

    pub(super) async fn of_platforms(&self, name: &str) -> Option<Ask> {
        let county = &self.w.county;
        Some(match name {
            "list_platforms" => {
                let platform = self.platform().await;
                Ask::get(format!("/organisations/{county}/platforms?limit=100"), &platform)
            }
            "create_platform" => {
                let new = json!({ "name": "公益平台", "scopes": ["wishes:read"] });
                Ask::post(format!("/organisations/{county}/platforms"), new, county)
            }
            "get_platform" => {
                let id = self.platform().await;
                Ask::get(format!("/platforms/{id}"), &id)
            }
            "update_platform" => {
                let id = self.platform().await;
                Ask::new(Method::PATCH, format!("/platforms/{id}"), json!({ "active": false }), &id)
            }
            "issue_platform_token" => {
                let form: &[u8] = b"grant_type=client_credentials&client_id=1&client_secret=2";
                let file = Some(("application/x-www-form-urlencoded", form));
                Ask { file, ..Ask::post("/oauth/token", json!({}), "") }
            }
            "create_platform_key" => {
                let id = self.platform().await;
                Ask::post(format!("/platforms/{id}/keys"), json!({}), &id)
            }
            "revoke_platform_key" => {
                let id = self.platform().await;
                let keys = format!("/platforms/{id}/keys");
                let made = self.w.admin.post(&keys, json!({})).await;
                let key = made.expect(201).body["platform"]["keys"][0]["id"].clone();
                Ask::post(format!("{keys}/{}/revoke", key.as_str().unwrap()), json!({}), &id)
            }
            "list_shared_wishes" => Ask::get("/shared/wishes?limit=100", &self.shared().await),
            "get_shared_wish" => {
                let wish = self.shared().await;
                Ask::get(format!("/shared/wishes/{wish}"), &wish)
            }
            "get_shared_wish not shared" => Ask::get(format!("/shared/wishes/{}", self.open), &self.open),
            "create_platform_claim" => {
                let wish = self.shared().await;
                Ask::post("/platform/claims", self.new_platform_claim(&wish), &wish)
            }
            "list_platform_claims" => Ask::get("/platform/claims?limit=100", &self.platform_claim().await),
            "get_platform_claim" => {
                let id = self.platform_claim().await;
                Ask::get(format!("/platform/claims/{id}"), &id)
            }
            "contact_platform_claim" => {
                let id = self.platform_claim().await;
                Ask::post(format!("/platform/claims/{id}/contact"), json!({}), &id)
            }
            "deliver_platform_claim" => {
                let id = self.platform_claim().await;
                Ask::post(format!("/platform/claims/{id}/deliveries"), json!({ "hours": 1 }), &id)
            }
            "release_platform_claim" => {
                let id = self.platform_claim().await;
                Ask::post(format!("/platform/claims/{id}/release"), json!({ "reason": "买不到" }), &id)
            }
            "get_platform_claim of another" => {
                let wish = self.shared().await;
                let id = self.w.claimed(&wish, 1).await;
                Ask::get(format!("/platform/claims/{id}"), &id)
            }
            "list_shared_events" => Ask::get("/shared/events?limit=100", &self.shared().await),
            _ => return None,
        })
    }
}
