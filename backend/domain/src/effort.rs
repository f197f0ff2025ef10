//! Effort (工作用时): the minutes that staff note of what a wish cost them. Never demanded, and no measure of anybody: it says what a
//! wish costs, so that one can see where the work goes.

use crate::{
    id::{UserId, WishId},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};

/// More than a day's work is several.
pub const MOST_MINUTES: i32 = 960;

words! {
    /// What the time went into.
    #[schema(as = EffortKind)]
    pub enum Kind {
        /// 上门了解、记下来
        Collecting = "collecting",
        /// 核实、审核
        Review = "review",
        /// 找人、陪同送达
        Delivery = "delivery",
        /// 回访确认
        Confirmation = "confirmation",
    }
}

/// The minutes that one of the staff noted of one thing that a wish took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effort {
    /// Of which wish.
    pub wish_id: WishId,
    /// What the time went into.
    pub kind: Kind,
    /// How long it took.
    pub minutes: i32,
    /// Whose time it was.
    pub by: UserId,
    /// When they noted it.
    pub at: Instant,
}

impl Effort {
    /// Minutes that may be noted; none where nothing is.
    ///
    /// # Errors
    /// `invalid` for less than nothing, and for more than [`MOST_MINUTES`].
    pub fn minutes(minutes: i32) -> Result<Option<i32>, Refusal> {
        match minutes {
            0 => Ok(None),
            1..=MOST_MINUTES => Ok(Some(minutes)),
            _ => Err(Refusal::field(Code::Invalid, "/minutes", Fault::OutOfRange)),
        }
    }
}
