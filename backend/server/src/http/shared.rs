//! Small shapes that many nouns send.

use crate::app::names::Names;
use domain::{
    id::{OrganisationId, UserId},
    organisation::Level,
};
use serde::Serialize;

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
