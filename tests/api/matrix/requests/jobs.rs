//! Requests about jobs.

use super::{Ask, Stage};
use domain::{id::JobId, job::Kind, time::Instant};
use serde_json::json;
use store::job::{self, Due};

impl Stage<'_> {
    /// A job on a wish of the village that was laid aside.
    pub(super) async fn job(&self) -> String {
        let (wish_id, n) = (self.open.parse().unwrap(), i64::from(self.number()));
        let id: JobId = self.app.state.ids.make();
        let at = Instant::from_micros(n);
        let due = Due { kind: Kind::WishDue, subject_id: id.0, wish_id, due_at: at };
        let lay_aside = move |tx: &mut store::Conn| {
            job::plan(tx, std::slice::from_ref(&due), at, || id)?;
            let taken = job::take(tx, at, at, 100)?;
            taken.iter().try_for_each(|taken| job::fail(tx, taken, "internal", at, None))
        };
        self.app.state.db.write(lay_aside).await.unwrap();
        id.to_string()
    }

    pub(super) async fn of_jobs(&self, name: &str) -> Option<Ask> {
        Some(match name {
            "list_my_tasks review" => Ask::get("/me/tasks?kind=review&limit=100", &self.submitted),
            "list_my_tasks claim_due_soon" => {
                Ask::get("/me/tasks?kind=claim_due_soon&limit=100", &self.claim)
            }
            "get_my_task_counts" => Ask::get("/me/tasks/counts", ""),
            "list_jobs" => Ask::get("/jobs?laid_aside=true&limit=100", &self.job),
            "retry_job" => {
                let id = self.job().await;
                Ask::post(format!("/jobs/{id}/retry"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
