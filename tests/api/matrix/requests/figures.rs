//! Requests about figures and signals of the village, and reports of it.

use super::{Ask, Stage};
use crate::{
    imports::sheets::XLSX,
    report_template::{put, table},
};
use reqwest::Method;
use serde_json::{Value, json};

fn months() -> Value {
    json!({ "from": "2026-01", "to": "2026-10" })
}

impl Stage<'_> {
    async fn report(&self) -> String {
        let at = format!("/organisations/{}/reports", self.w.village);
        self.w.admin.post(&at, months()).await.expect(201).id()
    }

    pub(super) async fn of_figures(&self, name: &str) -> Option<Ask> {
        let at = format!("/organisations/{}", self.w.village);
        Some(match name {
            "list_figures" => Ask::get("/figures", ""),
            "get_figures" => Ask::get(format!("{at}/figures"), &self.w.village),
            "list_signals" => Ask::get(format!("{at}/signals"), "definitions"),
            "list_reports" => Ask::get(format!("{at}/reports"), &self.report().await),
            "get_report" => {
                let id = self.report().await;
                Ask::get(format!("/reports/{id}"), &id)
            }
            "get_report_sheet" => {
                put(&self.w.admin, &self.w.village, table("{{collected}}")).await.expect(200);
                let id = self.report().await;
                Ask::get(format!("/reports/{id}/sheet"), &id)
            }
            "get_report_template" => Ask::get(format!("{at}/report-template"), &self.w.village),
            "put_report_template" => {
                let file = Some((XLSX, &*table("{{collected}}").leak()));
                let path = format!("{at}/report-template");
                Ask { file, ..Ask::new(Method::PUT, path, Value::Null, &self.w.village) }
            }
            "put_report_template_fields" => {
                put(&self.w.admin, &self.w.village, table("{{collected}}")).await.expect(200);
                let fields = json!({ "fields": [{ "name": "collected", "field": "worth" }] });
                Ask::new(Method::PUT, format!("{at}/report-template/fields"), fields, &self.w.village)
            }
            "create_report" => Ask::post(format!("{at}/reports"), months(), &self.w.village),
            _ => return None,
        })
    }
}
