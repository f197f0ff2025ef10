//! Requests about webhooks: of a platform that is not the caller.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::json;

impl Stage<'_> {
    async fn webhook(&self) -> String {
        let at = format!("/platforms/{}/webhooks", self.platform().await);
        let made = self.w.admin.post(&at, json!({ "url": "https://platform.example.org/" })).await;
        made.expect(201).body["webhook"]["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn of_webhooks(&self, name: &str) -> Option<Ask> {
        let new = json!({ "url": "https://platform.example.org/" });
        if matches!(name, "list_webhooks" | "create_webhook") {
            let platform = self.platform().await;
            let at = format!("/platforms/{platform}/webhooks");
            return Some(match name {
                "list_webhooks" => Ask::get(at, &platform),
                _ => Ask::post(at, new, &platform),
            });
        }
        let id = self.webhook().await;
        let at = format!("/webhooks/{id}");
        Some(match name {
            "get_webhook" => Ask::get(at, &id),
            "update_webhook" => Ask::new(Method::PATCH, at, json!({ "active": false }), &id),
            "delete_webhook" => Ask::new(Method::DELETE, at, json!({}), &id),
            "rotate_webhook_secret" => Ask::post(format!("{at}/secrets"), json!({}), &id),
            "ping_webhook" => Ask::post(format!("{at}/pings"), json!({}), &id),
            "replay_webhook" => {
                Ask::post(format!("{at}/replays"), json!({ "since": "2026-11-20T00:00:00Z" }), &id)
            }
            "list_webhook_deliveries" => Ask::get(format!("{at}/deliveries"), &id),
            "replay_webhook_delivery" => {
                let planned = self.w.admin.post(&format!("{at}/pings"), json!({})).await.expect(201).id();
                let kept = planned.clone();
                // As if it had arrived.
                let arrive = move |tx: &mut store::Conn| {
                    let found = store::webhook::delivery::load(tx, kept.parse().unwrap())?.unwrap();
                    let state = domain::webhook::State::Delivered;
                    store::webhook::delivery::end(tx, &found, state, found.at)
                };
                assert!(self.app.state.db.write(arrive).await.unwrap());
                Ask::post(format!("/webhook-deliveries/{planned}/replay"), json!({}), &planned)
            }
            _ => return None,
        })
    }
}
