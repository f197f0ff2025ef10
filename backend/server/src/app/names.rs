//! Names for ids, read once for a whole answer.

use crate::problem::Failure;
use domain::{
    claimant::Claimant,
    id::{ClaimantId, OrganisationId, UserId},
    organisation::Level,
};
use std::{collections::HashMap, sync::Arc};
use store::{
    Conn,
    organisation::{Line, Node},
};

/// Names of organisations, users and claimants.
#[derive(Debug, Default)]
pub struct Names {
    organisations: HashMap<OrganisationId, (String, Level)>,
    users: HashMap<UserId, String>,
    claimants: HashMap<ClaimantId, Claimant>,
}

impl Names {
    /// Reads the names of these organisations.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn organisations(
        mut self,
        tx: &mut Conn,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Self, Failure> {
        let ids = unique(ids);
        for node in store::organisation::load_all(tx, &ids)? {
            let profile = node.organisation.profile;
            self.organisations.insert(node.organisation.id, (profile.name, profile.level));
        }
        Ok(self)
    }

    /// The names of organisations that are known already.
    #[must_use]
    pub fn lines<'a>(mut self, lines: impl IntoIterator<Item = &'a Arc<Line>>) -> Self {
        self.note(lines.into_iter().filter_map(|line| line.nodes().first()));
        self
    }

    /// The names of an organisation and all above it, which are known already.
    #[must_use]
    pub fn nodes(mut self, line: &Line) -> Self {
        self.note(line.nodes());
        self
    }

    fn note<'a>(&mut self, nodes: impl IntoIterator<Item = &'a Node>) {
        for node in nodes {
            let profile = &node.organisation.profile;
            self.organisations.insert(node.organisation.id, (profile.name.clone(), profile.level));
        }
    }

    /// Reads the names of these users.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn users(mut self, tx: &mut Conn, ids: impl IntoIterator<Item = UserId>) -> Result<Self, Failure> {
        let ids = unique(ids);
        if !ids.is_empty() {
            self.users.extend(store::user::display_names(tx, &ids)?);
        }
        Ok(self)
    }

    /// Reads these claimants.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn claimants(
        mut self,
        tx: &mut Conn,
        ids: impl IntoIterator<Item = ClaimantId>,
    ) -> Result<Self, Failure> {
        let ids = unique(ids);
        if !ids.is_empty() {
            let found = store::claimant::load_all(tx, &ids)?;
            self.claimants.extend(found.into_iter().map(|claimant| (claimant.id, claimant)));
        }
        Ok(self)
    }

    /// A claimant that was read already.
    #[must_use]
    pub fn with_claimant(mut self, claimant: Claimant) -> Self {
        self.claimants.insert(claimant.id, claimant);
        self
    }

    /// The name and level of an organisation.
    #[must_use]
    pub fn organisation(&self, id: OrganisationId) -> Option<(&str, Level)> {
        self.organisations.get(&id).map(|(name, level)| (name.as_str(), *level))
    }

    /// The name that others see of a user.
    #[must_use]
    pub fn user(&self, id: UserId) -> &str {
        self.users.get(&id).map_or("", String::as_str)
    }

    /// A claimant.
    #[must_use]
    pub fn claimant(&self, id: ClaimantId) -> Option<&Claimant> {
        self.claimants.get(&id)
    }
}

fn unique<T: Ord>(ids: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut ids: Vec<T> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
