//! Named shares (分项): what one wish asks for need not come from the same hands: a doctor's visit and a haircut. A named
//! share is one of the wish's quantity. Which claim holds it is kept with the wish, beside the counters, so that two
//! claims can no more hold the same one than more than was asked.

use super::{Content, Unit, Wish};
use crate::{
    claim::{Ask, Claim, Status as ClaimStatus},
    id::ClaimId,
    refusal::{Code, Fault, Faults, Refusal},
};
use std::ops::RangeInclusive;

/// So many shares have names: one that asks for a single thing has none.
pub const NAMED_SHARES: RangeInclusive<usize> = 2..=5;

words! {
    /// Where a named share stands.
    #[schema(as = WishShareStatus)]
    pub enum ShareStatus {
        /// 待认领
        Open = "open",
        /// 已认领
        Claimed = "claimed",
        /// 已送达
        Delivered = "delivered",
        /// 已确认
        Confirmed = "confirmed",
    }
}

/// A share with a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Share {
    /// What it is, in a few words; public. 2 to 30 characters.
    pub title: String,
    /// Where it stands.
    pub status: ShareStatus,
    /// The claim that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_id: Option<ClaimId>,
}

impl Share {
    /// One that nobody holds.
    #[must_use]
    pub fn named(title: &str) -> Self {
        Self { title: title.trim().to_owned(), status: ShareStatus::Open, claim_id: None }
    }
}

impl Content {
    pub(super) fn check_shares(&self, faults: &mut Faults) {
        if self.shares.is_empty() {
            return;
        }
        let count = self.shares.len();
        faults
            .check(NAMED_SHARES.contains(&count), "/shares", Fault::OutOfRange)
            .check(matches!(self.unit, Unit::Item | Unit::Visit), "/unit", Fault::Wrong)
            .check(
                i64::try_from(count).is_ok_and(|count| count == self.quantity),
                "/quantity",
                Fault::OutOfRange,
            );
        for (index, share) in self.shares.iter().enumerate().take(*NAMED_SHARES.end()) {
            let pointer = format!("/shares/{index}");
            let twice = self.shares.iter().take(index).any(|other| other.title == share.title);
            faults.text(&pointer, &share.title, 2, 30).check(!twice, pointer.clone(), Fault::Duplicate);
        }
    }

    /// The numbers of the shares that a claim holds, from 1.
    #[must_use]
    pub fn shares_of(&self, claim: ClaimId) -> Vec<usize> {
        (1..)
            .zip(&self.shares)
            .filter(|(_, share)| share.claim_id == Some(claim))
            .map(|(number, _)| number)
            .collect()
    }
}

impl Wish {
    /// Gives a claim the named shares that it asks for; the first that are free where it names none.
    ///
    /// # Errors
    /// `invalid` for a share that there is not, one twice, or not as many as the quantity; `share_taken`.
    pub(crate) fn take_shares(&mut self, ask: &Ask) -> Result<(), Refusal> {
        let shares = &mut self.content.shares;
        let place = |number: u8| usize::from(number).checked_sub(1);
        let mut faults = Faults::default();
        for (index, number) in ask.shares.iter().enumerate() {
            let pointer = format!("/shares/{index}");
            let known = place(*number).is_some_and(|place| place < shares.len());
            let twice = ask.shares.iter().take(index).any(|other| other == number);
            faults.check(known, pointer.clone(), Fault::Unknown).check(!twice, pointer, Fault::Duplicate);
        }
        let as_many = i64::try_from(ask.shares.len()).is_ok_and(|count| count == ask.quantity);
        faults.check(ask.shares.is_empty() || as_many, "/quantity", Fault::OutOfRange);
        faults.finish()?;
        let held = |number: &u8| {
            place(*number).and_then(|place| shares.get(place)).is_some_and(|share| share.claim_id.is_some())
        };
        if let Some(index) = ask.shares.iter().position(held) {
            return Err(Refusal::field(Code::ShareTaken, &format!("/shares/{index}"), Fault::Refused));
        }
        let mut left = ask.quantity;
        for (index, share) in shares.iter_mut().enumerate() {
            let meant = match ask.shares.is_empty() {
                true => left > 0 && share.claim_id.is_none(),
                false => ask.shares.iter().any(|number| place(*number) == Some(index)),
            };
            if meant {
                (share.status, share.claim_id) = (ShareStatus::Claimed, Some(ask.id));
                left = left.saturating_sub(1);
            }
        }
        Ok(())
    }

    /// The named shares of a claim stand where it stands; those of one that gave its share back are free.
    pub(crate) fn follow_shares(&mut self, claim: &Claim) {
        let (status, holds) = match claim.status() {
            ClaimStatus::Proposed | ClaimStatus::Active => (ShareStatus::Claimed, Some(claim.id)),
            ClaimStatus::Delivered => (ShareStatus::Delivered, Some(claim.id)),
            ClaimStatus::Confirmed => (ShareStatus::Confirmed, Some(claim.id)),
            ClaimStatus::Declined | ClaimStatus::Released | ClaimStatus::Lapsed | ClaimStatus::TakenBack => {
                (ShareStatus::Open, None)
            }
        };
        for share in self.content.shares.iter_mut().filter(|share| share.claim_id == Some(claim.id)) {
            (share.status, share.claim_id) = (status, holds);
        }
    }
}
