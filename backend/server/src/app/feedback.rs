//! The resident's rating.

use super::{
    Context,
    event::facts,
    wish::{open, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{access::Act, event::Kind, feedback::Feedback, id::WishId, note::Note};
use serde_json::json;
use store::Conn;

/// Takes the resident's rating of a fulfilled wish.
///
/// # Errors
/// As the access table says; `stale`; `not_fulfilled`, `feedback_exists`, `invalid`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    seen: &Seen,
    satisfaction: i32,
    comment: Option<Note>,
) -> Result<Feedback, Failure> {
    let held = open(tx, cx, Act::CreateFeedback, wish, seen)?;
    let from = held.wish.status();
    let (wish, feedback) = held.wish.rate(satisfaction, comment, cx.user()?, cx.now)?;
    store::feedback::insert(tx, &cx.vault, &feedback, wish.beneficiary_id)?;
    save(tx, cx, Kind::FeedbackGiven, &wish, from, facts([("satisfaction", json!(satisfaction))]))?;
    Ok(feedback)
}
