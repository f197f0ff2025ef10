//! What the resident says of it afterwards (满意度): 1 to 5, and a word.

use crate::{
    id::{UserId, WishId},
    note::{self, Note, Notes},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Status, Wish},
};

/// A resident's rating of a fulfilled wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Which wish.
    pub wish_id: WishId,
    /// 1 (not at all) to 5 (very).
    pub satisfaction: i32,
    /// In the resident's words.
    pub comment: Option<Note>,
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

impl Wish {
    /// Takes the resident's rating.
    ///
    /// # Errors
    /// `not_fulfilled` before the wish is, `feedback_exists` the second time, `invalid` outside 1 to 5.
    pub fn rate(
        mut self,
        satisfaction: i32,
        comment: Option<Note>,
        by: UserId,
        at: Instant,
    ) -> Result<(Self, Feedback), Refusal> {
        let mut faults = Faults::default();
        faults.check((1..=5).contains(&satisfaction), "/satisfaction", Fault::OutOfRange).optional_text(
            "/comment",
            note::text(comment.as_ref()),
            1000,
        );
        faults.finish()?;
        if self.status() != Status::Fulfilled {
            return Err(Code::NotFulfilled.into());
        }
        if self.rated {
            return Err(Code::FeedbackExists.into());
        }
        self.rated = true;
        self.updated_at = at;
        let feedback = Feedback { wish_id: self.id, satisfaction, comment, by, at };
        Ok((self, feedback))
    }
}

impl Notes for Feedback {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        self.comment.as_mut().map(|comment| ("comment", comment)).into_iter().collect()
    }
}
