//! Requests about jobs.

use super::{Ask, Stage};
use domain::{
    id::{JobId, MailId, UserId},
    job::Kind,
    mail::{Kind as MailKind, Trouble},
    time::Instant,
};
use serde_json::json;
use store::{
    job::{self, Due},
    mail,
};

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

    /// A letter to the village's collector that was laid aside.
    pub(super) async fn mail(&self) -> String {
        let (state, id) = (&self.app.state, self.app.state.ids.make::<MailId>());
        let user: UserId =
            self.w.collector.get("/me").await.body["user"]["id"].as_str().unwrap().parse().unwrap();
        let now = state.clock.now();
        let lay_aside = move |tx: &mut store::Conn| {
            mail::plan(tx, id, (MailKind::Digest, user, id.to_string()), now, now.plus_days(1))?;
            let taken = mail::take(tx, now, now, 100)?;
            taken.iter().try_for_each(|taken| mail::fail(tx, taken, (Trouble::Refused, None), now, None))
        };
        state.db.write(lay_aside).await.unwrap();
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
            "list_mails" => Ask::get("/mails?laid_aside=true&limit=100", &self.mail),
            "retry_mail" => {
                let id = self.mail().await;
                Ask::post(format!("/mails/{id}/retry"), json!({}), &id)
            }
            "retry_job" => {
                let id = self.job().await;
                Ask::post(format!("/jobs/{id}/retry"), json!({}), &id)
            }
            _ => return None,
        })
    }
}
