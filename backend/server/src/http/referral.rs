//! Referrals over HTTP.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    pairing::PairingContact,
    referral_view::{Referral, all, one},
    reply::Reply,
    wish::Nothing,
};
use crate::{
    app::{
        Context,
        referral::{self as work, Asked, Followed, Where},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, post};
use chrono::NaiveDate;
use domain::{
    id::{BeneficiaryId, ClaimId, OrganisationId, PairingId, ReferralId},
    look::LookPurpose,
    referral::{Addressee, Handing, Outcome},
    refusal::{Code, Fault, Refusal},
};
use serde::Deserialize;
use store::{Conn, referral::Filter};

/// The one view of a referral.
const VIEW: &str = "referral";

/// To whom a need is handed on: an organisation of the tree, which answers here, or an office outside, whose answer the
/// staff write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReferralErrand {
    /// An organisation of the same tree.
    to_organisation_id: Option<OrganisationId>,
    /// An office outside.
    #[schema(min_length = 2, max_length = 60, examples("县医保局"))]
    office: Option<String>,
    /// The day on which the resident, or for a minor the guardian, agreed that they are told.
    agreed_on: NaiveDate,
    /// The last day for an answer; 15 working days where it is absent, 90 days at most.
    answer_by: Option<NaiveDate>,
}

impl ReferralErrand {
    fn handing(self) -> Result<Handing, Refusal> {
        let Self { to_organisation_id, office, agreed_on, answer_by } = self;
        let to = match (to_organisation_id, office) {
            (Some(id), None) => Addressee::Organisation(id),
            (None, Some(name)) => Addressee::Office(name.trim().to_owned()),
            (None, None) => return Err(Refusal::field(Code::Invalid, "/office", Fault::Required)),
            (Some(_), Some(_)) => return Err(Refusal::field(Code::Invalid, "/office", Fault::Duplicate)),
        };
        Ok(Handing { to, agreed_on, answer_by })
    }
}

/// A deeper need; exactly one of `beneficiary_id`, `pairing_id` and `claim_id` says whose.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewReferral {
    /// The resident; for the staff who look after them.
    beneficiary_id: Option<BeneficiaryId>,
    /// The pairing on whose visit it was met.
    pairing_id: Option<PairingId>,
    /// The claim with whose delivery it was met.
    claim_id: Option<ClaimId>,
    /// A benefit of the list that may be owed.
    benefit: Option<String>,
    /// What is needed; sealed with the resident's data.
    #[schema(min_length = 2, max_length = 1000)]
    need: String,
    /// Hands it on at once; for staff.
    errand: Option<ReferralErrand>,
}

impl NewReferral {
    fn asked(self) -> Result<Asked, Refusal> {
        let at = match (self.beneficiary_id, self.pairing_id, self.claim_id) {
            (Some(id), None, None) => Where::Resident(id),
            (None, Some(id), None) => Where::Pairing(id),
            (None, None, Some(id)) => Where::Claim(id),
            (None, None, None) => {
                return Err(Refusal::field(Code::Invalid, "/beneficiary_id", Fault::Required));
            }
            _ => return Err(Refusal::field(Code::Invalid, "/beneficiary_id", Fault::Duplicate)),
        };
        let handing = self.errand.map(ReferralErrand::handing).transpose();
        let handing = handing.map_err(|refusal| refusal.within("/errand"))?;
        Ok(Asked { at, benefit: self.benefit, need: self.need, handing })
    }
}

fn answer(tx: &mut Conn, cx: &Context, of: Followed) -> Result<Reply, Failure> {
    let shown = one(tx, cx, of)?;
    Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
}

/// Notes a deeper need (转介): of a resident by the staff who look after them, who may hand it on at once; of a household
/// that one visits, or to which one brought something, by those who did.
#[utoipa::path(tag = "referrals", request_body = NewReferral, responses((status = 201, body = Referral), Problems))]
#[post("/referrals")]
async fn create_referral(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewReferral>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let new = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let made = work::create(tx, cx, new.clone().asked()?)?;
            let shown = one(tx, cx, made)?;
            Ok(Reply::created(format!("/referrals/{}", shown.id), &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Which referrals a list shows.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReferralFilter {
    /// Of this resident.
    beneficiary_id: Option<BeneficiaryId>,
    /// Those that are over, newest first; otherwise those that wait, the longest due first.
    over: Option<bool>,
}

/// Referrals that I may see: followed by or handed to own organisations, or noted by claimants for whom I act.
#[utoipa::path(tag = "referrals", params(ReferralFilter, Paging), responses((status = 200, body = Page<Referral>), ReadProblems))]
#[get("/referrals")]
async fn list_referrals(caller: Caller, list: Listing<ReferralFilter>) -> Result<HttpResponse, Failure> {
    let filter = Filter {
        beneficiary: list.filter.beneficiary_id,
        over: list.filter.over.unwrap_or_default(),
        after: list.after()?,
        ..Filter::default()
    };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            all(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| (one.due_at, one.id), |one| one)
}

/// One referral.
#[utoipa::path(tag = "referrals", responses((status = 200, body = Referral), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/referrals/{id}")]
async fn get_referral(
    req: HttpRequest,
    caller: Caller,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, id.0)?;
            one(tx, cx, found)
        })
        .await?;
    Ok(etag::answer(&req, shown.version, VIEW, Keep::Never, &shown))
}

/// Hands on what was noted, once the resident agreed to that.
#[utoipa::path(tag = "referrals", request_body = ReferralErrand, responses((status = 200, body = Referral), Problems))]
#[post("/referrals/{id}/send")]
async fn send_referral(
    caller: Caller,
    id: Path<ReferralId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<ReferralErrand>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let errand = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let sent = work::send(tx, cx, id.0, &seen.0, errand.clone().handing()?)?;
            answer(tx, cx, sent)
        })
        .await
}

/// What came of it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReferralAnswer {
    /// In one word.
    outcome: Outcome,
    /// What they said, to be told to the resident; sealed with the resident's data.
    #[schema(min_length = 2, max_length = 1000)]
    answer: String,
}

/// Writes down the answer: the organisation that was asked, or the staff where it was an office outside.
#[utoipa::path(tag = "referrals", request_body = ReferralAnswer, responses((status = 200, body = Referral), Problems))]
#[post("/referrals/{id}/answer")]
async fn answer_referral(
    caller: Caller,
    id: Path<ReferralId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<ReferralAnswer>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let ReferralAnswer { outcome, answer: said } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let answered = work::answer(tx, cx, id.0, &seen.0, (outcome, &said))?;
            answer(tx, cx, answered)
        })
        .await
}

/// Why nobody follows it any more.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReferralClosing {
    /// In words; sealed with the resident's data.
    #[schema(min_length = 2, max_length = 1000)]
    reason: String,
}

/// Follows a referral no more: the resident does not wish it, or it was met otherwise.
#[utoipa::path(tag = "referrals", request_body = ReferralClosing, responses((status = 200, body = Referral), Problems))]
#[post("/referrals/{id}/close")]
async fn close_referral(
    caller: Caller,
    id: Path<ReferralId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<ReferralClosing>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let reason = body.value.reason;
    caller
        .change(keyed, move |tx, cx| {
            let closed = work::close(tx, cx, id.0, &seen.0, &reason)?;
            answer(tx, cx, closed)
        })
        .await
}

/// Shows who was asked whom to help, until they answer; each look is recorded as a referral.
#[utoipa::path(tag = "referrals", request_body = Nothing, responses((status = 200, body = PairingContact), Problems))]
#[post("/referrals/{id}/details")]
async fn reveal_referral_details(
    caller: Caller,
    id: Path<ReferralId>,
    _: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    // Personal data is not stored with a key's answer: asking again is another look.
    caller
        .change(None, move |tx, cx| {
            let person = work::details(tx, cx, id.0, LookPurpose::Refer)?;
            Reply::ok(&PairingContact { name: person.name, phone: person.phone, address: person.address })
        })
        .await
}

/// Mounts the operations on referrals.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_referral)
        .service(list_referrals)
        .service(get_referral)
        .service(send_referral)
        .service(answer_referral)
        .service(close_referral)
        .service(reveal_referral_details);
}
