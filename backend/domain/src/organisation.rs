//! The organisation tree: who answers for wishes, from the village to the province.

use crate::{
    id::OrganisationId,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

words! {
    /// A level of the tree, from the top down. A unit (机关、企业、学校、支部) may stand at any place.
    pub enum Level {
        /// 省
        Province = "province",
        /// 市
        City = "city",
        /// 县、区
        County = "county",
        /// 乡镇、街道
        Township = "township",
        /// 村、社区
        Village = "village",
        /// 单位
        Unit = "unit",
    }
}

words! {
    /// What sort of organisation it is.
    #[schema(as = OrganisationKind)]
    pub enum Kind {
        /// 党委政府、街道
        Government = "government",
        /// 妇联、残联、工会等群团
        Federation = "federation",
        /// 村、社区
        Community = "community",
        /// 机关
        Agency = "agency",
        /// 企业
        Company = "company",
        /// 学校
        School = "school",
        /// 党支部
        Branch = "branch",
        /// 协会
        Association = "association",
        /// 志愿队
        Team = "team",
        /// 其他
        Other = "other",
    }
}

/// What a person may set of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// 1 to 80 characters.
    pub name: String,
    /// What sort it is.
    pub kind: Kind,
    /// Where in the tree it stands.
    pub level: Level,
    /// Administrative division code (GB/T 2260 and below), 2 to 12 digits; a prefix is the superior's.
    pub region_code: Option<String>,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Counts its changes.
    pub version: i64,
    /// What people set.
    pub profile: Profile,
    /// Its superior; none at the root of a tree.
    pub parent_id: Option<OrganisationId>,
    /// When it was entered.
    pub created_at: Instant,
}

impl Profile {
    /// Checks the fields, and that an area does not stand below a smaller one.
    ///
    /// # Errors
    /// [`Code::Invalid`] with the fields at fault.
    pub fn validate(&self, parent: Option<&Organisation>) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/name", &self.name, 1, 80);
        if let Some(code) = &self.region_code {
            let digits = (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
            faults.check(digits, "/region_code", Fault::Format);
        }
        if let Some(parent) = parent {
            let below = self.level == Level::Unit || self.level >= parent.profile.level;
            faults.check(below, "/level", Fault::OutOfRange);
        }
        faults.finish()
    }
}

impl Organisation {
    /// May it stand below `parent`, whose chain of ancestors (itself included) is `parent_chain`?
    ///
    /// # Errors
    /// [`Code::TreeCycle`] when it would stand below itself.
    pub fn check_parent(&self, parent_chain: &[OrganisationId]) -> Result<(), Refusal> {
        if parent_chain.contains(&self.id) {
            return Err(Code::TreeCycle.into());
        }
        Ok(())
    }
}
