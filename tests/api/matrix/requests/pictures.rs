//! Requests about pictures.

use super::{Ask, PIXEL, Stage};
use reqwest::Method;
use serde_json::{Value, json};
use tests::client::send;

impl Stage<'_> {
    /// A picture of a delivery that is still worked on.
    pub(super) async fn picture(&self) -> String {
        let claim = self.active().await;
        let path = format!("/claims/{claim}/attachments");
        let request = self.w.manager.request(Method::POST, &path).header("Content-Type", "image/png");
        send(request.body(PIXEL)).await.expect(201).id()
    }

    pub(super) async fn of_pictures(&self, name: &str) -> Option<Ask> {
        let (open, submitted) = (&self.open, &self.submitted);
        let list = |of: &str, id: &str| Ask::get(format!("/{of}/{id}/attachments"), id);
        let post = |of: &str, id: &str| Ask {
            file: Some(("image/png", PIXEL)),
            ..Ask::post(format!("/{of}/{id}/attachments"), Value::Null, id)
        };
        Some(match name {
            "create_wish_attachment" => post(
                "wishes",
                &self.w.collector.post("/wishes", self.w.wish(json!({}))).await.expect(201).id(),
            ),
            "create_claim_attachment" => post("claims", &self.active().await),
            "list_wish_attachments" => list("wishes", open),
            "list_wish_attachments not published" => list("wishes", submitted),
            "list_claim_attachments" => list("claims", &self.claim),
            "get_attachment" => Ask::get(format!("/attachments/{}", self.picture), &self.picture),
            "delete_attachment" => {
                let id = self.picture().await;
                let path = format!("/attachments/{id}?reason=wrong_picture");
                Ask::new(Method::DELETE, path, Value::Null, &id)
            }
            _ => return None,
        })
    }
}
