//! What waits for a person, and why (待办). Computed from where wishes, claims, escalations, pairings,
//! applications, referrals, exports, campaigns and allocations stand: there is no list of tasks that could differ from them. Owns who is told what, and when a thing is due soon.

use crate::{calendar::Calendar, membership::Role, time::Instant, wish::Status};
use Role::{Admin, Collector, Coordinator, Manager, Reviewer};

words! {
    /// What is to be done.
    #[schema(as = TaskKind)]
    pub enum Kind {
        /// 待审核
        Review = "review",
        /// 待派单
        Dispatch = "dispatch",
        /// 待确认
        Confirm = "confirm",
        /// 待接单
        AcceptDispatch = "accept_dispatch",
        /// 候补轮到
        Called = "called",
        /// 待接上报
        AcceptEscalation = "accept_escalation",
        /// 认领快到期
        ClaimDueSoon = "claim_due_soon",
        /// 认领已过期
        ClaimOverdue = "claim_overdue",
        /// 心愿快到期
        WishDueSoon = "wish_due_soon",
        /// 心愿已超期
        WishOverdue = "wish_overdue",
        /// 退回来的
        Returned = "returned",
        /// 红名单
        RedList = "red_list",
        /// 待抽查回访
        SpotCheck = "spot_check",
        /// 待答复结对
        AcceptPairing = "accept_pairing",
        /// 该走访了
        VisitDue = "visit_due",
        /// 走访断了
        VisitsLapsed = "visits_lapsed",
        /// 待答复的入圈申请
        AnswerApplication = "answer_application",
        /// 待转介
        SendReferral = "send_referral",
        /// 待答复转介
        AnswerReferral = "answer_referral",
        /// 转介没有答复
        ReferralOverdue = "referral_overdue",
        /// 待批准的拨款
        ApproveAllocation = "approve_allocation",
        /// 待批准的导出
        ApproveExport = "approve_export",
        /// 待答复的联合主办
        AnswerHosting = "answer_hosting",
    }
}

words! {
    /// Why it waits.
    #[schema(as = TaskReason)]
    pub enum Why {
        /// The wish was handed in.
        Submitted = "submitted",
        /// Nobody has claimed a share of it.
        Unclaimed = "unclaimed",
        /// It was brought; the resident has not said so yet.
        Delivered = "delivered",
        /// An organisation asks the claimant.
        Dispatched = "dispatched",
        /// A share came free, and the claimant is the next on the waiting list.
        ShareCameFree = "share_came_free",
        /// An organisation below cannot meet it.
        SentUp = "sent_up",
        /// It ran over its time below.
        RanOver = "ran_over",
        /// The resident is to be contacted.
        ContactBy = "contact_by",
        /// It is to be brought.
        DeliverBy = "deliver_by",
        /// The draft is to be handed in.
        NotSubmitted = "not_submitted",
        /// It is to be reviewed.
        NotReviewed = "not_reviewed",
        /// It is to be claimed.
        NotClaimed = "not_claimed",
        /// What was promised is to be brought.
        NotDelivered = "not_delivered",
        /// The resident's word is to be taken.
        NotConfirmed = "not_confirmed",
        /// Review gave the draft back, with a note.
        ReviewReturned = "review_returned",
        /// The superior gave the wish back, with an instruction.
        EscalationReturned = "escalation_returned",
        /// The delivery was not confirmed; the reason stands with the claim.
        DeliverySentBack = "delivery_sent_back",
        /// Nobody stands above: the resident must be given an answer.
        MustBeAnswered = "must_be_answered",
        /// It was drawn: who had no part in it asks the resident again.
        Drawn = "drawn",
        /// An organisation asks the claimant to visit a household for long.
        PairingProposed = "pairing_proposed",
        /// A household is to be visited.
        VisitBy = "visit_by",
        /// It was to be visited, and was not.
        VisitMissed = "visit_missed",
        /// Somebody asks to join the circle.
        Applied = "applied",
        /// Somebody met a deeper need.
        NeedNoted = "need_noted",
        /// An organisation asks for help with a deeper need.
        Referred = "referred",
        /// Who was asked has not answered in time.
        NotAnswered = "not_answered",
        /// Somebody asks a pool for more than its limit.
        MoneyAsked = "money_asked",
        /// Somebody asks for a file that names residents.
        ExportAsked = "export_asked",
        /// Somebody asks the organisation to hold a campaign too.
        HostingAsked = "hosting_asked",
    }
}

words! {
    /// Where tasks are found. Their order decides between those that are due at the same moment.
    pub enum Source {
        /// Wishes that wait for review.
        Submitted = "submitted",
        /// Wishes of which nobody has claimed anything.
        Unclaimed = "unclaimed",
        /// Deliveries that wait for the resident's word.
        Delivered = "delivered",
        /// Proposals to a claimant.
        Dispatched = "dispatched",
        /// Proposals to who waited for a share.
        CameFree = "came_free",
        /// Wishes that an organisation below sent up.
        SentUp = "sent_up",
        /// Promises whose time is nearly over.
        LeaseSoon = "lease_soon",
        /// Promises whose time is over.
        LeaseOver = "lease_over",
        /// Wishes whose time is nearly over.
        WishSoon = "wish_soon",
        /// Wishes whose time is over.
        WishOver = "wish_over",
        /// Drafts that review gave back.
        DraftReturned = "draft_returned",
        /// Wishes that a superior gave back.
        WishReturned = "wish_returned",
        /// Deliveries that were not confirmed.
        DeliveryReturned = "delivery_returned",
        /// Wishes on the red list.
        RedListed = "red_listed",
        /// Fulfilled wishes that were drawn.
        SpotChecks = "spot_checks",
        /// Pairings that a claimant is asked for.
        PairingProposed = "pairing_proposed",
        /// Visits that are nearly or over due, of whoever answers for them.
        VisitDue = "visit_due",
        /// Households whose pair has not come.
        VisitMissed = "visit_missed",
        /// Applications to join a circle.
        Applications = "applications",
        /// Needs that nobody has handed on yet.
        ReferralsNoted = "referrals_noted",
        /// Needs handed to an organisation.
        ReferralsSent = "referrals_sent",
        /// Needs handed on that were not answered in time.
        ReferralsOverdue = "referrals_overdue",
        /// Money of a pool that waits for a second person.
        Allocations = "allocations",
        /// Files that name residents, and wait for a second person.
        Exports = "exports",
        /// Campaigns that an organisation is asked to hold.
        Hosting = "hosting",
    }
}

impl Source {
    /// What the person is to do about it.
    #[must_use]
    pub const fn kind(self) -> Kind {
        match self {
            Self::Submitted => Kind::Review,
            Self::Unclaimed => Kind::Dispatch,
            Self::Delivered => Kind::Confirm,
            Self::Dispatched => Kind::AcceptDispatch,
            Self::CameFree => Kind::Called,
            Self::SentUp => Kind::AcceptEscalation,
            Self::LeaseSoon => Kind::ClaimDueSoon,
            Self::LeaseOver => Kind::ClaimOverdue,
            Self::WishSoon => Kind::WishDueSoon,
            Self::WishOver => Kind::WishOverdue,
            Self::DraftReturned | Self::WishReturned | Self::DeliveryReturned => Kind::Returned,
            Self::RedListed => Kind::RedList,
            Self::SpotChecks => Kind::SpotCheck,
            Self::PairingProposed => Kind::AcceptPairing,
            Self::VisitDue => Kind::VisitDue,
            Self::VisitMissed => Kind::VisitsLapsed,
            Self::Applications => Kind::AnswerApplication,
            Self::ReferralsNoted => Kind::SendReferral,
            Self::ReferralsSent => Kind::AnswerReferral,
            Self::ReferralsOverdue => Kind::ReferralOverdue,
            Self::Allocations => Kind::ApproveAllocation,
            Self::Exports => Kind::ApproveExport,
            Self::Hosting => Kind::AnswerHosting,
        }
    }

    /// Who is told: those who may do what is to be done. A role reaches its whole subtree. A person who
    /// is a claimant needs none for what is their own.
    #[must_use]
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Submitted => &[Reviewer, Coordinator, Admin],
            Self::Delivered | Self::DraftReturned | Self::SpotChecks | Self::ReferralsNoted => {
                &[Collector, Reviewer, Coordinator, Admin]
            }
            Self::Unclaimed
            | Self::SentUp
            | Self::WishSoon
            | Self::WishOver
            | Self::WishReturned
            | Self::RedListed
            | Self::VisitMissed
            | Self::Applications
            | Self::ReferralsSent
            | Self::ReferralsOverdue
            | Self::Allocations
            | Self::Exports
            | Self::Hosting => &[Coordinator, Admin],
            Self::Dispatched
            | Self::CameFree
            | Self::LeaseSoon
            | Self::LeaseOver
            | Self::DeliveryReturned
            | Self::PairingProposed
            | Self::VisitDue => &[Manager],
        }
    }

    /// It is about a pairing, and no wish.
    #[must_use]
    pub const fn is_of_pairings(self) -> bool {
        matches!(self, Self::PairingProposed | Self::VisitDue | Self::VisitMissed)
    }

    /// It is about a referral, and no wish.
    #[must_use]
    pub const fn is_of_referrals(self) -> bool {
        matches!(self, Self::ReferralsNoted | Self::ReferralsSent | Self::ReferralsOverdue)
    }

    /// It is asked of those who act for a claimant, and not of staff.
    #[must_use]
    pub const fn is_of_claimants(self) -> bool {
        matches!(self.roles(), [Manager])
    }
}

/// What a wish of this status waits for, where its time is nearly or already over.
#[must_use]
pub const fn missing(status: Status) -> Why {
    match status {
        Status::Draft => Why::NotSubmitted,
        Status::Submitted => Why::NotReviewed,
        Status::Claimed => Why::NotDelivered,
        Status::Delivered => Why::NotConfirmed,
        Status::Open | Status::Fulfilled | Status::Declined | Status::Withdrawn => Why::NotClaimed,
    }
}

/// A thing is due soon on its last day, and so many working days before.
pub const SOON_DAYS: u16 = 1;

/// What is due by then is due soon.
#[must_use]
pub fn soon(calendar: &Calendar, now: Instant) -> Instant {
    Instant::end_of(calendar.after(now.date(), SOON_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{Act, Actor, Held, Subject, Verdict, may},
        id::{MembershipId, OrganisationId, UserId},
    };
    use uuid::Uuid;

    /// What the person would do about it.
    const fn act(source: Source) -> Act {
        match source {
            Source::Submitted => Act::ReviewWish,
            Source::Unclaimed => Act::DispatchWish,
            Source::Delivered => Act::ConfirmClaim,
            Source::Dispatched | Source::CameFree => Act::AcceptClaim,
            Source::SentUp => Act::AcceptEscalation,
            Source::LeaseSoon | Source::LeaseOver | Source::DeliveryReturned => Act::DeliverClaim,
            Source::WishSoon | Source::WishOver | Source::WishReturned => Act::EscalateWish,
            Source::DraftReturned => Act::SubmitWish,
            Source::RedListed => Act::WithdrawWish,
            Source::SpotChecks => Act::AnswerSpotCheck,
            Source::PairingProposed => Act::AcceptPairing,
            Source::VisitDue => Act::CreateVisit,
            Source::VisitMissed => Act::HandOverPairing,
            Source::Applications => Act::ApproveApplication,
            Source::ReferralsNoted => Act::SendReferral,
            Source::ReferralsSent => Act::AnswerReferral,
            Source::ReferralsOverdue => Act::CloseReferral,
            Source::Allocations => Act::ApproveAllocation,
            Source::Exports => Act::ApproveExport,
            Source::Hosting => Act::AcceptHosting,
        }
    }

    #[test]
    fn nobody_is_told_of_what_they_may_not_do() {
        let here = OrganisationId(Uuid::from_u128(1));
        let chain = [here];
        let at = Subject { holder: &chain, origin: &chain, claimant: &chain, ..Subject::default() };
        for source in Source::ALL {
            for role in source.roles() {
                let membership_id = MembershipId(Uuid::nil());
                let held = Held { membership_id, organisation_id: here, role: *role };
                let actor = Actor::person(UserId(Uuid::from_u128(9)), vec![held]);
                assert_eq!(may(&actor, act(*source), &at), Verdict::Allow, "{source} as {role}");
            }
        }
    }

    #[test]
    fn soon_is_the_last_day_and_the_working_day_before() {
        let calendar = Calendar::default();
        for (now, until) in [
            ("2026-11-19T08:00:00Z", "2026-11-20"),
            // Friday, and the weekend after it: Monday is the next day on which something can be done.
            ("2026-11-20T08:00:00Z", "2026-11-23"),
            ("2026-11-21T08:00:00Z", "2026-11-23"),
        ] {
            assert_eq!(
                soon(&calendar, now.parse().unwrap()),
                Instant::end_of(until.parse().unwrap()),
                "{now}"
            );
        }
    }
}
