//! What platforms claim for their own users (代认领): in the name of a claimant that an administrator named, within quotas.
//!
//! Owns what a platform asks for, how much it may hold, and what is kept of the user for whom it asks. The claim itself is one
//! like any other: whether it may be made, and what becomes of it, is for [`crate::claim`]. Must not know keys or digests.

use crate::{
    id::{ClaimId, ClaimantId, PlatformId, WishId},
    note::{Note, Notes},
    reference::{is_personal_number, is_reference},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

/// No quota is larger.
pub const MOST: i64 = 10_000;

/// In whose name a platform claims for its users, and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The unit that answers for what is promised.
    pub claimant_id: ClaimantId,
    /// So many of its claims may be open at once, 1 to 10,000.
    pub most_open: i64,
    /// So many of them for one of its users.
    pub most_open_of_user: i64,
    /// So many new ones on one day of China's calendar.
    pub most_in_day: i64,
}

/// What a platform holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Claims that hold a share which is not confirmed yet.
    pub open: i64,
    /// Of these, those for the user in question.
    pub open_of_user: i64,
    /// Claims made today, whatever became of them.
    pub in_day: i64,
}

impl Mandate {
    pub(crate) fn check(&self, faults: &mut Faults) {
        for (name, most) in [
            ("most_open", self.most_open),
            ("most_open_of_user", self.most_open_of_user),
            ("most_in_day", self.most_in_day),
        ] {
            faults.check((1..=MOST).contains(&most), format!("/claims/{name}"), Fault::OutOfRange);
        }
    }

    /// Refuses one claim more than is agreed.
    ///
    /// # Errors
    /// `platform_open_limit`, `platform_user_limit` and `platform_day_limit`, each with the quota and what is held.
    pub fn admit(&self, standing: Standing) -> Result<(), Refusal> {
        for (code, most, held) in [
            (Code::PlatformDayLimit, self.most_in_day, standing.in_day),
            (Code::PlatformOpenLimit, self.most_open, standing.open),
            (Code::PlatformUserLimit, self.most_open_of_user, standing.open_of_user),
        ] {
            if held >= most {
                return Err(Refusal::limit(code, most, held));
            }
        }
        Ok(())
    }
}

/// What a platform asks for, for one of its users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The platform's own number for it, 1 to 64 letters, digits and `-_.:`.
    pub external_id: String,
    /// Of which wish.
    pub wish_id: WishId,
    /// How much.
    pub quantity: i64,
    /// The platform's own reference to the user: the same, and no telephone or identity number.
    pub user_external_id: String,
    /// How the user is called, 1 to 40 characters.
    pub user_display_name: String,
}

impl Request {
    /// Checks the fields that a claim of anybody has not.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let user = is_reference(&self.user_external_id) && !is_personal_number(&self.user_external_id);
        let mut faults = Faults::default();
        faults
            .check(is_reference(&self.external_id), "/external_id", Fault::Format)
            .check(user, "/user/external_id", Fault::Format)
            .text("/user/display_name", &self.user_display_name, 1, 40);
        faults.finish()
    }
}

/// What a claim of a platform has beside that of anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformClaim {
    /// The claim.
    pub claim_id: ClaimId,
    /// Whose.
    pub platform_id: PlatformId,
    /// The platform's own number for it.
    pub external_id: String,
    /// A keyed hash of what was asked for.
    pub content_digest: String,
    /// A keyed hash of the platform's reference to the user; empty once forgotten.
    pub user_digest: String,
    /// The platform's own reference to the user.
    pub user_external_id: Note,
    /// How the user is called.
    pub user_display_name: Note,
    /// When it was made.
    pub created_at: Instant,
}

impl PlatformClaim {
    /// Asked for again it must be what was asked for before: then there is nothing to do.
    ///
    /// # Errors
    /// `platform_claim_differs`.
    pub fn expect_same(&self, content_digest: &str) -> Result<(), Refusal> {
        if self.content_digest == content_digest { Ok(()) } else { Err(Code::PlatformClaimDiffers.into()) }
    }
}

impl Notes for PlatformClaim {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        vec![
            ("user_external_id", &mut self.user_external_id),
            ("user_display_name", &mut self.user_display_name),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn mandate() -> Mandate {
        let claimant_id = ClaimantId(Uuid::from_u128(1));
        Mandate { claimant_id, most_open: 5, most_open_of_user: 2, most_in_day: 3 }
    }

    #[test]
    fn each_quota_is_met_and_not_passed() {
        let admits = |open, open_of_user, in_day| {
            mandate().admit(Standing { open, open_of_user, in_day }).map_err(|refusal| refusal.code)
        };
        assert_eq!(admits(4, 1, 2), Ok(()));
        assert_eq!(admits(5, 1, 2), Err(Code::PlatformOpenLimit));
        assert_eq!(admits(4, 2, 2), Err(Code::PlatformUserLimit));
        assert_eq!(admits(4, 1, 3), Err(Code::PlatformDayLimit));
    }

    #[test]
    fn a_user_is_a_reference_and_a_name() {
        let of = |external_id: &str, user: &str, name: &str| {
            let request = Request {
                external_id: external_id.to_owned(),
                wish_id: WishId(Uuid::from_u128(2)),
                quantity: 1,
                user_external_id: user.to_owned(),
                user_display_name: name.to_owned(),
            };
            let faults = request.validate().map_err(|refusal| refusal.fields).err().unwrap_or_default();
            faults.into_iter().map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert!(of("C-1", "u-8Zk2", "阿青").is_empty());
        assert_eq!(of("C 1", "阿青", " "), ["/external_id", "/user/external_id", "/user/display_name"]);
        assert_eq!(of("C-1", "13800138000", "阿青"), ["/user/external_id"], "a telephone number");
    }
}
