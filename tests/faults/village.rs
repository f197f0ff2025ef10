//! A village whose wishes are published and claimed, made through a running server's API.

use super::node::Home;
use serde_json::json;
use tests::{client::Client, world};

/// The password that somebody begins with, until they change it.
const FIRST: &str = "先用这一句进门来";

/// Who works there, and for whom.
pub struct Village {
    /// The access token of the manager of 志愿队, who claims.
    pub token: String,
    admin: Client,
    collector: Client,
    organisation: String,
    team: String,
    resident: String,
}

impl Village {
    /// Founds it in the empty database of `home`; `base` is the address of a server over it.
    pub async fn found(home: &Home, base: &str) -> Self {
        let founding = [
            "create-admin",
            "--username",
            "admin",
            "--password",
            world::PASSWORD,
            "--organisation",
            "青禾县",
        ];
        home.run(&founding).expect("a tree and its administrator");
        let public = Client::new(base);
        let admin = public.sign_in("admin", world::PASSWORD).await;
        let county = admin.get("/me").await.expect(200).body["memberships"][0]["organisation"]["id"].clone();
        let county = county.as_str().expect("the root of the tree").to_owned();
        let region = Some("990102103201");
        let village = world::organisation(&admin, &county, "何家坪村", "village", "community", region).await;
        let team = world::organisation(&admin, &village, "志愿队", "unit", "team", None).await;
        for (username, at, role) in [("collector", &village, "collector"), ("manager", &team, "manager")] {
            let member = json!({
                "username": username, "display_name": username, "password": FIRST, "role": role,
            });
            admin.post(&format!("/organisations/{at}/members"), member).await.expect(201);
            let own = json!({ "current_password": FIRST, "new_password": world::PASSWORD });
            public.sign_in(username, FIRST).await.post("/me/password", own).await.expect(204);
        }
        let collector = public.sign_in("collector", world::PASSWORD).await;
        let manager = json!({ "username": "manager", "password": world::PASSWORD });
        let token = public.post("/auth/login", manager).await.expect(200).text("access_token");
        let resident = world::resident(&collector, &village).await;
        Self { token, admin, collector, organisation: village, team, resident }
    }

    /// A volunteer who may hold a thousand claims.
    pub async fn volunteer(&self, name: &str) -> String {
        let volunteer = json!({
            "kind": "unit", "display_name": name, "organisation_id": self.team,
            "skills": [], "region_codes": [], "capacity": 1000,
        });
        self.admin.post("/claimants", volunteer).await.expect(201).id()
    }

    /// A wish on the wall with so many shares.
    pub async fn published(&self, quantity: i64) -> String {
        let wish = json!({
            "beneficiary_id": self.resident, "organisation_id": self.organisation,
            "title": "想要一台收音机", "public_summary": "一位八旬爷爷散步时想听听戏。", "details": "按键要大",
            "category": "thing", "quantity": quantity, "unit": "item", "estimated_cost_fen": 12_000,
            "channel": "home_visit",
        });
        let id = self.collector.post("/wishes", wish).await.expect(201).id();
        self.collector.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
        let review = json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        self.admin.post(&format!("/wishes/{id}/review"), review).await.expect(200);
        id
    }
}
