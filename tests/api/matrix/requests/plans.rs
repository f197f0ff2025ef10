//! Requests about suggestions and plans.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};

impl Stage<'_> {
    /// A plan of the village for one wish of its own.
    pub(super) async fn plan(&self) -> String {
        let wish = self.w.published(json!({})).await;
        self.w.coordinator.post("/plans", self.planned(&wish, &self.team().await)).await.expect(201).id()
    }

    fn planned(&self, wish: &str, by: &str) -> Value {
        json!({ "organisation_id": self.w.village, "title": "一户不落", "wish_ids": [wish], "claimant_ids": [by] })
    }

    pub(super) async fn of_plans(&self, name: &str) -> Option<Ask> {
        let at = |plan: &str, act: &str| format!("/plans/{plan}{act}");
        Some(match name {
            "list_claimant_suggestions" => {
                let team = &self.w.team_claimant;
                Ask::get(format!("/claimants/{team}/suggestions"), team)
            }
            "list_wish_suggestions" => Ask::get(format!("/wishes/{}/suggestions", self.open), &self.open),
            "list_plans" => Ask::get("/plans?limit=100", &self.plan),
            "create_plan" => {
                let wish = self.w.published(json!({})).await;
                Ask::post("/plans", self.planned(&wish, &self.team().await), &self.w.village)
            }
            "get_plan" => Ask::get(at(&self.plan, ""), &self.plan),
            "list_plan_lines" => Ask::get(at(&self.plan, "/lines"), &self.plan),
            "update_plan_line" => {
                let plan = self.plan().await;
                let line = self.w.coordinator.get(&at(&plan, "/lines")).await.items()[0]["id"].clone();
                let path = at(&plan, &format!("/lines/{}", line.as_str().unwrap()));
                Ask::new(Method::PATCH, path, json!({ "claimant_id": null }), &plan)
            }
            "replan_plan" | "send_plan" => {
                let plan = self.plan().await;
                Ask::post(at(&plan, &format!("/{}", name.split('_').next().unwrap())), json!({}), &plan)
            }
            _ => return None,
        })
    }
}
