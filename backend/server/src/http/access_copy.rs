//! The copy of everything held about one resident, over HTTP: to be printed and given to them.

use super::{
    beneficiary_view::{RevealedBeneficiary, full},
    caller::Caller,
    claim_view::{Claim, claims, said},
    disclosure::{self, Disclosure},
    extract::{Body, Idempotency, IfMatchOptional, Path},
    reply::Reply,
    retention::{RetentionPeriod, periods},
    shared::{OrgRef, UserRef},
    spot_check::{self, SpotCheck},
    visit::{self, Visit},
};
use crate::{
    app::{Context, access_copy as work, names::Names},
    etag::Keep,
    openapi::Problems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, http::header::CACHE_CONTROL, post};
use chrono::NaiveDate;
use domain::{
    escalation::{State as Hop, Status as HopStatus},
    id::{BeneficiaryId, WishId},
    ledger::AllocationStatus,
    look::{LookPurpose, Status as RequestStatus},
    pairing::{State as Tie, Status as PairingStatus},
    referral::{Addressee, Outcome, Referral, State as Referred, Status as ReferralStatus},
    retention::Periods,
    time::Instant,
    wish::{Channel, Status, ToldBy, Unit},
};
use serde::{Deserialize, Serialize};
use store::{Conn, retention::Counts};

/// Why the copy is made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AccessCopyAsked {
    /// Kept with the record; `access` where the resident or the guardian asks.
    purpose: LookPurpose,
}

/// A step of a wish on its way up.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedEscalation {
    /// Who was asked.
    to: OrgRef,
    /// Where it stands.
    status: HopStatus,
    /// Why it went up.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    instruction: Option<String>,
    /// When it went up.
    created_at: Instant,
}

/// A wish, with all that is written in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedWish {
    /// Its id.
    id: WishId,
    /// In one line.
    title: String,
    /// The text for the wall.
    public_summary: String,
    /// The private part.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<String>,
    /// The skill that it needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// How it came in.
    channel: Channel,
    /// Who said it.
    told_by: ToldBy,
    /// More on who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_by_note: Option<String>,
    /// How much is asked.
    quantity: i64,
    /// What each share is, where they are not alike.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    shares: Vec<String>,
    /// Of what.
    unit: Unit,
    /// Where it stands.
    status: Status,
    /// Who answers for it.
    holder: OrgRef,
    /// Who wrote it down.
    collected_by: UserRef,
    /// What the reviewer noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_note: Option<String>,
    /// Why it ended, if not fulfilled.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<String>,
    /// What was told to the resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    /// Who promised and what was brought.
    claims: Vec<Claim>,
    /// Its way up.
    escalations: Vec<CopiedEscalation>,
    /// When its clock stood, and why.
    pauses: Vec<CopiedPause>,
    /// How many pictures of it are kept.
    photos: usize,
    /// Posts that asked for people for it.
    posts: Vec<CopiedPost>,
    /// Money that was asked or set aside for it.
    allocations: Vec<CopiedAllocation>,
    /// 1 to 5, as the resident said.
    #[serde(skip_serializing_if = "Option::is_none")]
    satisfaction: Option<i32>,
    /// In the resident's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    /// When somebody was to ask again, and what was said.
    spot_checks: Vec<SpotCheck>,
    /// When it was written down.
    created_at: Instant,
}

/// What a post said that asked for people for a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedPost {
    /// Its name.
    title: String,
    /// What was to be done.
    summary: String,
}

/// Money that was asked or set aside for a wish.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedAllocation {
    /// How much, in fen.
    amount_fen: i64,
    /// What of it was spent, in fen.
    spent_fen: i64,
    /// How far it has come.
    status: AllocationStatus,
}

/// A time in which the clock of a wish stood.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedPause {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The last day on which it was to stand.
    until: NaiveDate,
    /// When it began.
    created_at: Instant,
}

/// A tie of a claimant and the household.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedPairing {
    /// Who visits, or did.
    claimant: String,
    /// Where it stands.
    status: PairingStatus,
    /// Since when the tie is.
    begun_on: NaiveDate,
    /// The proposer's word to the claimant.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// The words with which it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_words: Option<String>,
    /// What visits found, oldest first; also what was corrected later.
    visits: Vec<Visit>,
}

/// A deeper need that was handed on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedReferral {
    /// Where it stands.
    status: ReferralStatus,
    /// The benefit that may be owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    benefit: Option<String>,
    /// What is needed.
    need: String,
    /// Who was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// What they said, or why nobody follows it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// When it was noted.
    created_at: Instant,
}

/// A request to look at a child.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CopiedRequest {
    /// Who asked.
    requested_by: UserRef,
    /// What for.
    purpose: LookPurpose,
    /// Why just then.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What the officer answered.
    status: RequestStatus,
    /// When it was asked.
    created_at: Instant,
}

/// Everything that is held about one resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AccessCopy {
    /// When it was made.
    made_at: Instant,
    /// Who it is, and what was agreed to.
    resident: RevealedBeneficiary,
    /// The wishes, oldest first.
    wishes: Vec<CopiedWish>,
    /// Who was paired with the household, and what visits found.
    pairings: Vec<CopiedPairing>,
    /// To whom deeper needs were handed on, and what came of it, oldest first.
    referrals: Vec<CopiedReferral>,
    /// Requests to look, where it is a child.
    look_requests: Vec<CopiedRequest>,
    /// Who looked, newest first; this copy is the first of them.
    disclosures: Vec<Disclosure>,
    /// There were more looks than a copy holds.
    more_disclosures: bool,
    /// How long what is kept.
    retention: Vec<RetentionPeriod>,
}

fn wish(tx: &mut Conn, cx: &Context, told: work::Told) -> Result<CopiedWish, Failure> {
    let work::Told { wish, claims: promised, escalations, pauses, feedback, spot_checks, .. } = told;
    let work::Told { photos, posts, allocations, .. } = told;
    let names = Names::default()
        .organisations(tx, std::iter::once(wish.holder_id).chain(escalations.iter().map(|hop| hop.to_id)))?
        .users(tx, [wish.collected_by])?;
    let hop = |hop: domain::escalation::Escalation| CopiedEscalation {
        to: OrgRef::of(hop.to_id, &names),
        status: hop.status(),
        reason: said(hop.reason.as_ref()),
        instruction: match &hop.state {
            Hop::Returned { instruction, .. } => said(Some(instruction)),
            _ => None,
        },
        created_at: hop.created_at,
    };
    let ending = wish.ending.as_ref();
    Ok(CopiedWish {
        id: wish.id,
        status: wish.status(),
        details: said(wish.content.details.as_ref()),
        skill: wish.content.skill.clone(),
        told_by_note: said(wish.content.told_by_note.as_ref()),
        review_note: wish.review.as_ref().and_then(|review| said(review.note.as_ref())),
        ended_reason: ending.and_then(|ending| said(Some(&ending.reason))),
        outcome: ending.and_then(|ending| said(ending.outcome.as_ref())),
        holder: OrgRef::of(wish.holder_id, &names),
        collected_by: UserRef::of(wish.collected_by, &names),
        escalations: escalations.into_iter().map(hop).collect(),
        satisfaction: feedback.as_ref().map(|feedback| feedback.satisfaction),
        comment: feedback.as_ref().and_then(|feedback| said(feedback.comment.as_ref())),
        created_at: wish.created_at,
        title: wish.content.title,
        public_summary: wish.content.public_summary,
        channel: wish.content.channel,
        told_by: wish.content.told_by,
        quantity: wish.content.quantity,
        shares: wish.content.shares.into_iter().map(|share| share.title).collect(),
        unit: wish.content.unit,
        pauses: pauses
            .iter()
            .map(|one| CopiedPause { reason: said(Some(&one.reason)), until: one.until, created_at: one.at })
            .collect(),
        claims: claims(tx, cx, promised)?,
        spot_checks: spot_check::see(tx, &spot_checks)?,
        photos,
        posts: posts
            .into_iter()
            .map(|post| CopiedPost { title: post.content.title, summary: post.content.summary })
            .collect(),
        allocations: allocations
            .iter()
            .map(|of| CopiedAllocation {
                amount_fen: of.amount.get(),
                spent_fen: of.spent_fen,
                status: of.status,
            })
            .collect(),
    })
}

fn pairing(
    tx: &mut Conn,
    (one, visits): (domain::pairing::Pairing, Vec<domain::visit::Visit>),
) -> Result<CopiedPairing, Failure> {
    let names = Names::default().claimants(tx, [one.claimant_id])?;
    let claimant = names.claimant(one.claimant_id).map(|claimant| claimant.profile.display_name.clone());
    let words = match &one.state {
        Tie::Declined { reason: words, .. } | Tie::Ended { thanks: words, .. } => said(Some(words)),
        Tie::Proposed { .. } | Tie::Active { .. } | Tie::Lapsed { .. } => None,
    };
    Ok(CopiedPairing {
        claimant: claimant.unwrap_or_default(),
        status: one.status(),
        begun_on: one.begun_on,
        note: said(one.note.as_ref()),
        ended_words: words,
        visits: visit::see_all(tx, visits.into_iter().map(|visit| (visit, Vec::new())).collect())?,
    })
}

fn referral(tx: &mut Conn, of: Referral) -> Result<CopiedReferral, Failure> {
    let names = Names::default().organisations(tx, of.asked())?;
    let asked = of.errand().map(|errand| match &errand.to {
        Addressee::Organisation(id) => OrgRef::of(*id, &names).name,
        Addressee::Office(name) => name.clone(),
    });
    let (outcome, answer) = match &of.state {
        Referred::Noted { .. } | Referred::Sent { .. } => (None, None),
        Referred::Answered { outcome, answer, .. } => (Some(*outcome), said(Some(answer))),
        Referred::Closed { reason, .. } => (None, said(Some(reason))),
    };
    Ok(CopiedReferral {
        status: of.status(),
        need: said(Some(&of.need)).unwrap_or_default(),
        asked,
        outcome,
        answer,
        created_at: of.created_at,
        benefit: of.benefit,
    })
}

fn see(tx: &mut Conn, cx: &Context, id: BeneficiaryId, kept: &Periods) -> Result<AccessCopy, Failure> {
    let work::Copy { resident, wishes, pairings, referrals, requests, looks } = work::copy(tx, cx, id)?;
    let names = Names::default().users(tx, requests.iter().map(|one| one.requested_by))?;
    let request = |one: domain::look::LookRequest| CopiedRequest {
        requested_by: UserRef::of(one.requested_by, &names),
        purpose: one.purpose,
        reason: said(Some(&one.reason)),
        status: one.status(),
        created_at: one.created_at,
    };
    let more_disclosures = i64::try_from(looks.len()).is_ok_and(|len| len >= work::MOST_LOOKS);
    Ok(AccessCopy {
        made_at: cx.now,
        look_requests: requests.into_iter().map(request).collect(),
        wishes: wishes.into_iter().map(|told| wish(tx, cx, told)).collect::<Result<_, _>>()?,
        pairings: pairings.into_iter().map(|one| pairing(tx, one)).collect::<Result<_, _>>()?,
        referrals: referrals.into_iter().map(|one| referral(tx, one)).collect::<Result<_, _>>()?,
        disclosures: disclosure::see(tx, cx, looks)?,
        more_disclosures,
        retention: periods(kept, &Counts::new()),
        resident: full(tx, resident, cx.now.date())?,
    })
}

/// Everything that is held about a resident, to be printed and given to them; recorded as a look, and of a
/// child under 14 only under an approval. The answer is stored nowhere.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    request_body = AccessCopyAsked,
    responses((status = 200, description = "Everything", body = AccessCopy), Problems),
)]
#[post("/beneficiaries/{id}/copy")]
async fn create_access_copy(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<AccessCopyAsked>,
) -> Result<HttpResponse, Failure> {
    let purpose = body.value.purpose;
    let kept = caller.state.config.retention();
    let recorded = caller.clone().change(idem.keyed(&body.digest), move |tx, cx| {
        work::begin(tx, cx, id.0, &seen.0, purpose).map(|()| Reply::none())
    });
    recorded.await?;
    let shown = caller.read(move |tx, cx| see(tx, cx, id.0, &kept)).await?;
    let keep = (CACHE_CONTROL, Keep::Never.cache_control());
    Ok(HttpResponse::Ok().insert_header(keep).json(shown))
}

/// Mounts the operation.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(create_access_copy);
}
