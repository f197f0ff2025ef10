//! Requests about skills, circles, applications to join one, and the standing of claimants.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::claimant;

impl Stage<'_> {
    fn applicant(&self) -> Value {
        let name = format!("第{}志愿队", self.number());
        json!({ "kind": "unit", "display_name": name, "contact_name": "林", "contact": "0700 555 0101" })
    }

    /// An application to the village's circle, and its code.
    async fn applied(&self) -> (String, String) {
        let path = format!("/circles/{}", self.w.village);
        self.w.admin.change(Method::PUT, &path, "*", json!({ "open": true })).await.expect(204);
        let made = self.app.public().post(&format!("{path}/applications"), self.applicant()).await;
        let id = made.expect(201).body["application"]["id"].as_str().unwrap().to_owned();
        (id, made.text("code"))
    }

    pub(super) async fn of_circles(&self, name: &str) -> Option<Ask> {
        let w = self.w;
        let skills = format!("/organisations/{}/skills", w.village);
        let word = format!("手艺{}", self.number());
        Some(match name {
            "list_skills" => Ask::get(skills, &w.village),
            "create_skill" => Ask::post(skills, json!({ "word": word }), &w.village),
            "update_skill" => {
                w.admin.post(&skills, json!({ "word": word })).await.expect(201);
                Ask::new(Method::PATCH, format!("{skills}/{word}"), json!({ "active": false }), &w.village)
            }
            "list_circles" => {
                self.applied().await;
                Ask::get("/circles?limit=100", &w.village)
            }
            "get_circle" => {
                self.applied().await;
                Ask::get(format!("/circles/{}", w.village), &w.village)
            }
            "put_circle" => {
                Ask::new(Method::PUT, format!("/circles/{}", w.village), json!({ "open": true }), &w.village)
            }
            // What is asked is not valid: who may ask at all is the question here.
            "create_application" => {
                let path = format!("/circles/{}/applications", w.village);
                Ask { invalid: true, ..Ask::post(path, json!({ "kind": "unit" }), "") }
            }
            "look_up_application" => {
                let (id, code) = self.applied().await;
                Ask { changes: false, ..Ask::post("/applications/look-up", json!({ "code": code }), &id) }
            }
            "list_applications" => Ask::get("/applications?limit=100", &self.applied().await.0),
            "get_application" => {
                let id = self.applied().await.0;
                Ask::get(format!("/applications/{id}"), &id)
            }
            "approve_application" => {
                let id = self.applied().await.0;
                let account = json!({ "username": format!("joined{}", self.number()) });
                Ask::post(format!("/applications/{id}/approve"), account, &id)
            }
            "decline_application" => {
                let id = self.applied().await.0;
                Ask::post(format!("/applications/{id}/decline"), json!({ "reason": "已有三支" }), &id)
            }
            "suspend_claimant" | "reinstate_claimant" => {
                let id = claimant(&w.admin, &w.team, &word).await;
                let path = format!("/claimants/{id}");
                let suspension = json!({ "reason": "三次没有送到" });
                if name == "suspend_claimant" {
                    return Some(Ask::post(format!("{path}/suspend"), suspension, &id));
                }
                w.admin.post(&format!("{path}/suspend"), suspension).await.expect(200);
                Ask::post(format!("{path}/reinstate"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
