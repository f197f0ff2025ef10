//! Requests about imports of the village, sent by its collector.

use super::{Ask, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::client::send;

const SHEET: &str = "姓名,是否同意,心愿,类别\n王奶奶,是,想要一台收音机,添一物\n";

impl Stage<'_> {
    async fn import(&self) -> String {
        let path = format!("/imports?organisation_id={}", self.w.village);
        let request = self.w.collector.request(Method::POST, &path).header("Content-Type", "text/csv");
        send(request.body(SHEET)).await.expect(201).id()
    }

    pub(super) async fn of_imports(&self, name: &str) -> Option<Ask> {
        let at = format!("/organisations/{}/import-template", self.w.village);
        let template = json!({ "columns": [{ "header": "户主", "field": "name" }] });
        Some(match name {
            "list_imports" => Ask::get("/imports?limit=100", &self.import().await),
            "create_import" => {
                let path = format!("/imports?organisation_id={}", self.w.village);
                let file = Some(("text/csv", SHEET.as_bytes()));
                Ask { file, ..Ask::post(path, Value::Null, &self.w.village) }
            }
            "get_import" | "list_import_rows" => {
                let id = self.import().await;
                let tail = if name == "get_import" { "" } else { "/rows" };
                Ask::get(format!("/imports/{id}{tail}"), &id)
            }
            "put_import_columns" => {
                let id = self.import().await;
                let columns = json!({ "columns": ["name", "consent_collect", "title", "category"] });
                Ask::new(Method::PUT, format!("/imports/{id}/columns"), columns, &id)
            }
            "start_import" | "return_import" => {
                let id = self.import().await;
                let act = name.split('_').next().unwrap_or_default();
                Ask::post(format!("/imports/{id}/{act}"), json!({}), &id)
            }
            "stop_import" => {
                let id = self.import().await;
                self.w.collector.post(&format!("/imports/{id}/start"), json!({})).await.expect(200);
                Ask::post(format!("/imports/{id}/stop"), json!({}), &id)
            }
            "get_import_template" => Ask::get(at, &self.w.village),
            "put_import_template" => Ask::new(Method::PUT, at, template, &self.w.village),
            _ => return None,
        })
    }
}
