//! Which lists can be taken out, and what narrows them down: the words of the operations that show them.

use super::{MOST_PERSONAL_ROWS, MOST_ROWS};
use crate::{
    id::{BeneficiaryId, CampaignId, ClaimantId, HouseholdId, OrganisationId, WishId},
    tally::Month,
};
use serde::{Deserialize, Serialize};

words! {
    /// Which list.
    #[schema(as = ExportSubject)]
    pub enum Subject {
        /// 心愿
        Wishes = "wishes",
        /// 认领
        Claims = "claims",
        /// 居民
        Residents = "residents",
        /// 心愿和受助人
        WishesWithResidents = "wishes_with_residents",
    }
}

impl Subject {
    /// It names residents.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(self, Self::Residents | Self::WishesWithResidents)
    }

    /// The most rows of one file.
    #[must_use]
    pub const fn most_rows(self) -> i64 {
        if self.is_personal() { MOST_PERSONAL_ROWS } else { MOST_ROWS }
    }

    /// The title of the sheet.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Wishes => "微心愿台账",
            Self::Claims => "微心愿认领台账",
            Self::Residents => "受助居民名册",
            Self::WishesWithResidents => "微心愿台账（含受助人）",
        }
    }

    /// What its rows are counted in.
    #[must_use]
    pub const fn counted_in(self) -> &'static str {
        match self {
            Self::Wishes | Self::WishesWithResidents => "件",
            Self::Claims => "份",
            Self::Residents => "人",
        }
    }
}

/// What narrows a list of wishes down.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
#[schema(as = WishFilter)]
#[into_params(parameter_in = Query)]
pub struct Wishes {
    /// One or more states, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "open")]
    pub status: Option<String>,
    /// A category code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The beginning of a division code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(pattern = "^[0-9]{2,12}$", example = "4503")]
    pub region_code: Option<String>,
    /// Held in the subtree of this organisation; the wishes of the caller's own organisations alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_id: Option<OrganisationId>,
    /// Of this resident; the wishes of the caller's own organisations alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary_id: Option<BeneficiaryId>,
    /// Collected in the subtree of this organisation, without parts that were split off; the wishes of the caller's own
    /// organisations alone. With `from` and `to`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin_id: Option<OrganisationId>,
    /// Collected from this month on, in China.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, example = "2026-01")]
    #[schema(value_type = Option<String>, example = "2026-01")]
    pub from: Option<Month>,
    /// Collected up to this month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, example = "2026-11")]
    #[schema(value_type = Option<String>, example = "2026-11")]
    pub to: Option<Month>,
    /// Of this campaign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
    /// Words to look for in title and summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(max_length = 60, example = "轮椅")]
    pub q: Option<String>,
    /// Only those that ran over their time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
}

/// What narrows a list of claims down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClaimFilter)]
pub struct Claims {
    /// Of this claimant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimant_id: Option<ClaimantId>,
    /// Of this wish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish_id: Option<WishId>,
    /// One or more states, separated by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// What narrows a list of residents down.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::IntoParams, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
#[schema(as = BeneficiaryFilter)]
#[into_params(parameter_in = Query)]
pub struct Residents {
    /// In the subtree of this organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
    /// Of this household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub household_id: Option<HouseholdId>,
    /// Only those whose consents must be asked anew: a birthday, or their time is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_due: Option<bool>,
}

/// A list, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "subject", content = "filter", rename_all = "snake_case")]
pub enum List {
    /// Wishes, without whose they are.
    Wishes(Wishes),
    /// Claims.
    Claims(Claims),
    /// Residents, with name, phone and address.
    Residents(Residents),
    /// Wishes, with the same of their residents.
    WishesWithResidents(Wishes),
}

impl List {
    /// Which it is.
    #[must_use]
    pub const fn subject(&self) -> Subject {
        match self {
            Self::Wishes(_) => Subject::Wishes,
            Self::Claims(_) => Subject::Claims,
            Self::Residents(_) => Subject::Residents,
            Self::WishesWithResidents(_) => Subject::WishesWithResidents,
        }
    }
}
