//! In whose name a platform claims for its users, as it is sent and said.

use super::claim_view::ClaimantRef;
use crate::app::names::Names;
use domain::{
    id::ClaimantId,
    platform_claim::{Mandate, Standing},
};
use serde::{Deserialize, Serialize};

/// In whose name a platform claims for its users, and how much it may.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PlatformMandate {
    /// The unit that answers for what is promised.
    claimant: ClaimantRef,
    /// So many claims may be open at once.
    most_open: i64,
    /// So many of them for one user.
    most_open_of_user: i64,
    /// So many new ones on one day of China's calendar.
    most_in_day: i64,
    /// So many are open.
    open: i64,
    /// So many were made today.
    in_day: i64,
}

impl PlatformMandate {
    /// With what is used of it, named as `names` says.
    pub(super) fn of(mandate: &Mandate, used: Standing, names: &Names) -> Self {
        Self {
            claimant: ClaimantRef::of(mandate.claimant_id, names),
            most_open: mandate.most_open,
            most_open_of_user: mandate.most_open_of_user,
            most_in_day: mandate.most_in_day,
            open: used.open,
            in_day: used.in_day,
        }
    }
}

/// In whose name a platform is to claim for its users, and how much.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPlatformMandate {
    /// A unit of the circle of the platform's organisation.
    claimant_id: ClaimantId,
    /// So many claims may be open at once.
    #[schema(minimum = 1, maximum = 10_000)]
    most_open: i64,
    /// So many of them for one user.
    #[schema(minimum = 1, maximum = 10_000)]
    most_open_of_user: i64,
    /// So many new ones on one day of China's calendar.
    #[schema(minimum = 1, maximum = 10_000)]
    most_in_day: i64,
}

impl From<NewPlatformMandate> for Mandate {
    fn from(new: NewPlatformMandate) -> Self {
        let NewPlatformMandate { claimant_id, most_open, most_open_of_user, most_in_day } = new;
        Self { claimant_id, most_open, most_open_of_user, most_in_day }
    }
}
