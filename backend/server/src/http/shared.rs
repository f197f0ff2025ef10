//! Small shapes that many nouns send.

use crate::app::names::Names;
use domain::{
    id::{OrganisationId, UserId},
    organisation::Level,
    refusal::{Code, Fault, Refusal},
};
use serde::Serialize;
use std::ops::RangeInclusive;

/// An organisation, named.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrgRef {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Where in the tree it stands.
    pub level: Level,
}

impl OrgRef {
    /// From names that were read.
    #[must_use]
    pub fn of(id: OrganisationId, names: &Names) -> Self {
        let (name, level) = names.organisation(id).unwrap_or(("", Level::Unit));
        Self { id, name: name.to_owned(), level }
    }
}

/// Somebody, named as others see them.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UserRef {
    /// The user's id.
    pub id: UserId,
    /// The name others see.
    pub display_name: String,
}

impl UserRef {
    /// From names that were read.
    #[must_use]
    pub fn of(id: UserId, names: &Names) -> Self {
        Self { id, display_name: names.user(id).to_owned() }
    }
}

/// Hours that were told, in quarters.
///
/// # Errors
/// `invalid` out of range, which holds a million at most.
pub fn quarters(hours: f64, fits: RangeInclusive<f64>) -> Result<i32, Refusal> {
    if !fits.contains(&hours) {
        return Err(Refusal::field(Code::Invalid, "/hours", Fault::OutOfRange));
    }
    // In range, so the quarters fit.
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "a million hours at most")]
    let quarters = (hours * 4.0).round() as i32;
    Ok(quarters)
}

/// Quarters as hours: those of a lifetime fit well into what a float counts one by one.
#[must_use]
pub fn hours(quarters: i64) -> f64 {
    f64::from(i32::try_from(quarters).unwrap_or(i32::MAX)) / 4.0
}
