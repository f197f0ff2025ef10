//! What becomes of a claim that came with a sign-up, once it is counted who came: as many are brought as came, and the
//! rest comes free.

use super::{Claim, Delivery, Status};
use crate::{
    policy::Terms,
    refusal::{Code, Refusal},
    wish::Wish,
};

impl Claim {
    /// So many of those who were promised came: they are delivered, and the others' shares come free.
    ///
    /// # Errors
    /// `wrong_claim_status` unless active; `attendance_settled` for more than are promised by now; what
    /// [`Claim::deliver`] refuses.
    pub fn turn_out(
        mut self,
        mut wish: Wish,
        came: i64,
        delivery: Delivery,
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Active)?;
        if !(1..=self.quantity).contains(&came) {
            return Err(Code::AttendanceSettled.into());
        }
        let missing = self.quantity.saturating_sub(came);
        if missing > 0 {
            wish.give_back(missing, terms);
        }
        self.quantity = came;
        self.deliver(wish, delivery, terms)
    }
}
