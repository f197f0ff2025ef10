//! Requests about posts of the village, and sign-ups of its team.

use super::{Ask, Stage};
use domain::time::Instant;
use reqwest::Method;
use serde_json::{Value, json};

impl Stage<'_> {
    /// A shift that begins in an hour.
    fn shift(&self) -> Value {
        self.shift_in(3600)
    }

    fn shift_in(&self, seconds: i64) -> Value {
        let starts_at: Instant = self.app.state.clock.now().plus_seconds(seconds);
        json!({
            "starts_at": starts_at, "ends_at": starts_at.plus_seconds(3600), "places": 5, "meet_at": "村委会门口",
        })
    }

    fn post(&self, shift: &Value) -> Value {
        json!({
            "holder_id": self.w.village, "kind": "post", "title": "来摘桃子", "summary": "桃子熟了，缺人手摘。",
            "shifts": [shift],
        })
    }

    /// A post that is prepared, and its shift.
    async fn drafted(&self, shift: &Value) -> (String, String) {
        let made = self.w.coordinator.post("/posts", self.post(shift)).await;
        (made.expect(201).id(), made.body["shifts"][0]["id"].as_str().unwrap().to_owned())
    }

    async fn open_post(&self, shift: &Value) -> (String, String) {
        let (post, shift) = self.drafted(shift).await;
        self.w.coordinator.post(&format!("/posts/{post}/open"), json!({})).await.expect(200);
        (post, shift)
    }

    async fn signed_up(&self, shift: &Value) -> (String, String) {
        let (_, shift) = self.open_post(shift).await;
        let body = json!({ "claimant_id": self.w.team_claimant, "places": 2 });
        let id = self.w.manager.post(&format!("/shifts/{shift}/sign-ups"), body).await.expect(201).id();
        (shift, id)
    }

    pub(super) async fn of_posts(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let why = json!({ "reason": "下大雨" });
        Some(match name {
            "create_post" => Ask::post("/posts", self.post(&self.shift()), &w.village),
            "list_posts" => Ask::get("/posts?limit=100", &self.open_post(&self.shift()).await.0),
            "list_held_posts" => Ask::get("/posts/held?limit=100", &self.drafted(&self.shift()).await.0),
            "get_post" => {
                let (id, _) = self.open_post(&self.shift()).await;
                Ask::get(format!("/posts/{id}"), &id)
            }
            "get_held_post" => {
                let (id, _) = self.drafted(&self.shift()).await;
                Ask::get(format!("/posts/{id}/held"), &id)
            }
            "update_post" => {
                let (id, _) = self.drafted(&self.shift()).await;
                Ask::new(Method::PATCH, format!("/posts/{id}"), json!({ "title": "来摘李子" }), &id)
            }
            "open_post" => {
                let (id, _) = self.drafted(&self.shift()).await;
                Ask::post(format!("/posts/{id}/open"), json!({}), &id)
            }
            "cancel_post" => {
                let (id, _) = self.drafted(&self.shift()).await;
                Ask::post(format!("/posts/{id}/cancel"), why, &id)
            }
            "create_shift" => {
                let (id, _) = self.drafted(&self.shift()).await;
                Ask::post(format!("/posts/{id}/shifts"), self.shift(), &id)
            }
            "update_shift" => {
                let (_, id) = self.drafted(&self.shift()).await;
                Ask::new(Method::PATCH, format!("/shifts/{id}"), json!({ "places": 8 }), &id)
            }
            "cancel_shift" => {
                let (_, id) = self.open_post(&self.shift()).await;
                Ask::post(format!("/shifts/{id}/cancel"), why, &id)
            }
            "create_sign_up" => {
                let (_, id) = self.open_post(&self.shift()).await;
                let body = json!({ "claimant_id": w.team_claimant, "places": 2 });
                Ask::post(format!("/shifts/{id}/sign-ups"), body, &id)
            }
            "list_shift_sign_ups" => {
                let (shift, id) = self.signed_up(&self.shift()).await;
                Ask::get(format!("/shifts/{shift}/sign-ups?limit=100"), &id)
            }
            "list_sign_ups" => Ask::get("/sign-ups?limit=100", &self.signed_up(&self.shift()).await.1),
            "withdraw_sign_up" => {
                let (_, id) = self.signed_up(&self.shift()).await;
                Ask::post(format!("/sign-ups/{id}/withdraw"), json!({}), &id)
            }
            "mark_attendance" => {
                let (_, id) = self.signed_up(&self.shift_in(1)).await;
                self.app.state.clock.advance(2);
                Ask::post(format!("/sign-ups/{id}/attendance"), json!({ "came": 2, "hours": 1.5 }), &id)
            }
            _ => return None,
        })
    }
}
