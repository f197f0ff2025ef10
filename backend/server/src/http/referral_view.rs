//! Referrals as they are sent. The resident is masked; who only met the need reads what they noted, and what came of it.

use super::{
    claim_view::{ClaimantRef, said},
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, names::Names, referral::Followed},
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    access::Act,
    beneficiary::mask_name,
    id::{BeneficiaryId, ClaimId, PairingId, ReferralId, UserId},
    referral::{self, Addressee, Met, Outcome, State, Status},
    time::Instant,
};
use serde::Serialize;
use store::Conn;

/// The resident of a referral, masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ReferredResident {
    /// Its id; for the staff who look after them.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<BeneficiaryId>,
    /// The first character of the name; empty of one who was erased.
    #[schema(examples("谢**"))]
    name: String,
}

/// A deeper need, and how far the help has come.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Referral {
    /// Its id.
    pub(super) id: ReferralId,
    /// Where it stands.
    pub(super) status: Status,
    /// Who looks after the resident, and follows it.
    organisation: OrgRef,
    /// Whose need it is.
    resident: ReferredResident,
    /// The claimant that met it.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<ClaimantRef>,
    /// The pairing on whose visit it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pairing_id: Option<PairingId>,
    /// The claim with whose delivery it was met.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// The benefit of the list that may be owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) benefit: Option<String>,
    /// What is needed; empty of a resident who was erased.
    pub(super) need: String,
    /// By when it is to be handed on, or answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) due_at: Option<Instant>,
    /// That time is over.
    overdue: bool,
    /// The organisation that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_organisation: Option<OrgRef>,
    /// The office outside that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) office: Option<String>,
    /// The day on which the resident agreed to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreed_on: Option<NaiveDate>,
    /// Who handed it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_by: Option<UserRef>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Instant>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// What they said, or why nobody follows it any more; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<String>,
    /// Who wrote that down.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<UserRef>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Who noted it.
    created_by: UserRef,
    /// Counts its changes.
    pub(super) version: i64,
    /// When it was noted.
    created_at: Instant,
}

pub(super) fn all(tx: &mut Conn, cx: &Context, mut list: Vec<Followed>) -> Result<Vec<Referral>, Failure> {
    let mut plain: Vec<referral::Referral> = list.iter().map(|one| one.referral.clone()).collect();
    store::referral::open_notes(tx, &cx.vault, &mut plain)?;
    for (followed, opened) in list.iter_mut().zip(plain) {
        followed.referral = opened;
    }
    let names = Names::default()
        .lines(list.iter().flat_map(|one| [Some(&one.holder), one.asked.as_ref()]).flatten())
        .claimants(tx, list.iter().filter_map(|one| one.referral.met.claimant_id()))?
        .users(tx, list.iter().flat_map(|one| people(&one.referral)))?;
    Ok(list.into_iter().map(|one| shape(one, cx, &names)).collect())
}

pub(super) fn one(tx: &mut Conn, cx: &Context, of: Followed) -> Result<Referral, Failure> {
    crate::app::found(all(tx, cx, vec![of])?.pop())
}

/// How it ended: what came of it, what was said, by whom and when.
fn end(of: &referral::Referral) -> (Option<Outcome>, Option<String>, Option<UserId>, Option<Instant>) {
    match &of.state {
        State::Noted { .. } | State::Sent { .. } => (None, None, None, None),
        State::Answered { outcome, answer, by, at, .. } => {
            (Some(*outcome), said(Some(answer)), Some(*by), Some(*at))
        }
        State::Closed { reason, by, at, .. } => (None, said(Some(reason)), *by, Some(*at)),
    }
}

fn people(of: &referral::Referral) -> impl Iterator<Item = UserId> {
    [Some(of.created_by), of.errand().map(|errand| errand.by), end(of).2].into_iter().flatten()
}

fn shape(of: Followed, cx: &Context, names: &Names) -> Referral {
    let may = of.acts(cx).into_iter().map(Act::operation_id).collect();
    let (staff, holder) = (of.is_of_staff(cx), of.is_of_holder(cx));
    let name = of.resident.known().map(|(person, _)| mask_name(&person.name)).unwrap_or_default();
    let referral = of.referral;
    let (outcome, answer, ended_by, ended_at) = end(&referral);
    let errand = referral.errand();
    let (pairing_id, claim_id) = match referral.met {
        Met::AtDesk => (None, None),
        Met::Visiting(id, _) => (Some(id), None),
        Met::Bringing(id, _) => (None, Some(id)),
    };
    let office = errand.and_then(|errand| match &errand.to {
        Addressee::Office(name) => Some(name.clone()),
        Addressee::Organisation(_) => None,
    });
    Referral {
        id: referral.id,
        status: referral.status(),
        organisation: OrgRef::of(referral.organisation_id, names),
        resident: ReferredResident { id: holder.then_some(referral.beneficiary_id), name },
        claimant: referral.met.claimant_id().map(|id| ClaimantRef::of(id, names)),
        pairing_id,
        claim_id,
        need: said(Some(&referral.need)).unwrap_or_default(),
        due_at: referral.due_at(),
        overdue: referral.due_at().is_some_and(|at| at <= cx.now),
        to_organisation: referral.asked().map(|id| OrgRef::of(id, names)),
        office,
        agreed_on: errand.map(|errand| errand.agreed_on),
        sent_by: errand.map(|errand| UserRef::of(errand.by, names)),
        sent_at: errand.map(|errand| errand.at),
        outcome,
        answer: answer.filter(|_| staff),
        ended_by: ended_by.map(|id| UserRef::of(id, names)),
        ended_at,
        may,
        created_by: UserRef::of(referral.created_by, names),
        version: referral.version,
        created_at: referral.created_at,
        benefit: referral.benefit,
    }
}
