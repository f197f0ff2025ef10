//! Spot checks (抽查回访): of the wishes that were fulfilled some are drawn, and somebody who had no part in them asks
//! the resident again. Owns who is drawn and what comes of it. What a resident says of trouble is made good by
//! [`crate::reopening`].

use crate::{
    id::{SpotCheckId, UserId, WishId},
    policy::Terms,
    refusal::Code,
    time::Instant,
};

words! {
    /// Where a spot check stands.
    #[schema(as = SpotCheckStatus)]
    pub enum Status {
        /// 待回访
        Drawn = "drawn",
        /// 已回访
        Answered = "answered",
        /// 已作废
        Dropped = "dropped",
    }
}

words! {
    /// What the resident said when asked again.
    #[schema(as = SpotCheckResult)]
    pub enum Answer {
        /// 属实
        AsReported = "as_reported",
        /// 没有收到
        DidNotArrive = "did_not_arrive",
        /// 收到了，但用不了
        DoesNotWork = "does_not_work",
        /// 没联系上
        NotReached = "not_reached",
    }
}

/// Where a spot check stands, with the facts of that state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody is to ask.
    Drawn {
        /// By then.
        due_at: Instant,
    },
    /// Somebody asked.
    Answered {
        /// When.
        at: Instant,
        /// Who.
        by: UserId,
        /// What the resident said.
        result: Answer,
    },
    /// The wish was reopened before anybody asked.
    Dropped {
        /// When.
        at: Instant,
    },
}

/// A fulfilled wish that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpotCheck {
    /// Its id.
    pub id: SpotCheckId,
    /// Counts its changes.
    pub version: i64,
    /// Of which wish.
    pub wish_id: WishId,
    /// When it was drawn.
    pub drawn_at: Instant,
    /// Where it stands.
    pub state: State,
}

/// How many working days there are for asking again.
pub const DAYS: u16 = 10;

/// Whether a lot, which is evenly spread over all numbers, is among the `percent` that are drawn.
#[must_use]
pub fn is_drawn(lot: u32, percent: u16) -> bool {
    u64::from(lot) * 100 < u64::from(percent) << 32
}

impl SpotCheck {
    /// A wish that was drawn now.
    #[must_use]
    pub fn draw(id: SpotCheckId, wish_id: WishId, terms: &Terms) -> Self {
        let state = State::Drawn { due_at: terms.within(DAYS) };
        Self { id, version: 0, wish_id, drawn_at: terms.now, state }
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Drawn { .. } => Status::Drawn,
            State::Answered { .. } => Status::Answered,
            State::Dropped { .. } => Status::Dropped,
        }
    }

    /// Somebody asked the resident. `had_part` says whether they had a part in the wish: took the resident's word
    /// before, or belong to who brought it.
    ///
    /// # Errors
    /// `spot_check_answered` unless it waits; `had_part`.
    pub fn answer(self, result: Answer, by: UserId, had_part: bool, now: Instant) -> Result<Self, Code> {
        match self.state {
            State::Drawn { .. } if had_part => Err(Code::HadPart),
            State::Drawn { .. } => Ok(Self { state: State::Answered { at: now, by, result }, ..self }),
            State::Answered { .. } | State::Dropped { .. } => Err(Code::SpotCheckAnswered),
        }
    }

    /// The wish was reopened: there is nothing to ask about any more. None where nobody is to ask.
    #[must_use]
    pub const fn drop(self, now: Instant) -> Option<Self> {
        match self.state {
            State::Drawn { .. } => Some(Self { state: State::Dropped { at: now }, ..self }),
            State::Answered { .. } | State::Dropped { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_all_and_the_share_asked_for_are_drawn() {
        for lot in [0, 1, u32::MAX / 2, u32::MAX] {
            assert!(!is_drawn(lot, 0));
            assert!(is_drawn(lot, 100));
        }
        let lots = (0..10_000_u32).map(|n| n.wrapping_mul(2_654_435_769));
        let drawn = lots.filter(|lot| is_drawn(*lot, 7)).count();
        assert!((695..=705).contains(&drawn), "{drawn}");
    }
}
