//! Who works where: a role in an organisation, which reaches its whole subtree.

use crate::{
    id::{MembershipId, OrganisationId, UserId},
    refusal::{Fault, Faults, Refusal},
};

words! {
    /// What a member may do in an organisation and below it.
    pub enum Role {
        /// 网格员、社区工作者: takes wishes in.
        Collector = "collector",
        /// 审核人: decides what is published.
        Reviewer = "reviewer",
        /// 协调员: dispatches, escalates, confirms.
        Coordinator = "coordinator",
        /// 管理员: all of these, and people, organisations and rules.
        Admin = "admin",
        /// 监督员: reads all, changes nothing.
        Auditor = "auditor",
        /// 认领方联系人: acts for the claimants of the organisation.
        Manager = "manager",
        /// 儿童个人信息保护负责人: approves each look at a child under 14 (儿童个人信息网络保护规定 art. 8, 15).
        ChildOfficer = "child_officer",
    }
}

/// A role of a user in an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub organisation_id: OrganisationId,
    /// As what.
    pub role: Role,
}

/// Checks a new user's names. A user name is 2 to 40 letters (also Chinese), digits, `.`, `_` or `-`.
///
/// # Errors
/// `invalid` with the fields at fault.
pub fn validate_user(username: &str, display_name: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    let plain = username.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@'));
    faults.text("/username", username, 2, 40).check(plain, "/username", Fault::Format).text(
        "/display_name",
        display_name,
        1,
        40,
    );
    faults.finish()
}
