//! Residents over HTTP. Personal data: no answer here may be kept by any cache, and what identifies a
//! person leaves only through [`reveal_beneficiary`], which records the look.

use super::{
    beneficiary_view::{Beneficiary, RevealedBeneficiary, full, masked},
    caller::Caller,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    organisation::not_null,
    reply::Reply,
    wish::{Nothing, given},
};
use crate::{
    app::{
        self, Context,
        beneficiary::{self as work, NewBeneficiary as Asked},
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CACHE_CONTROL, HeaderValue},
    patch, post,
};
use chrono::NaiveDate;
use domain::{
    access::Act,
    beneficiary::{Beneficiary as Domain, Consent, ConsentChannel, GivenBy, Person, Proof, Purpose},
    export::list::Residents,
    id::{BeneficiaryId, ConsentId, HouseholdId, OrganisationId},
    look::LookPurpose,
};
use serde::{Deserialize, Serialize};
use store::{
    Conn,
    beneficiary::{Filter, Wanted},
};

/// The two views of a resident.
pub(super) const MASKED: &str = "masked";
const FULL: &str = "full";

/// One purpose that is agreed to.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConsent {
    /// What for; each purpose is asked by itself.
    purpose: Purpose,
    /// By whom: the guardian under 14, both from 14 to 18.
    given_by: GivenBy,
    /// The guardian, where one agrees.
    #[schema(max_length = 40)]
    guardian_name: Option<String>,
    /// What the guardian is to the resident.
    #[schema(max_length = 20, examples("母亲"))]
    relation: Option<String>,
    /// On which day.
    given_on: NaiveDate,
    /// Which text was read or shown to them.
    #[schema(max_length = 40, examples("2026-11"))]
    text_version: Option<String>,
    /// How it was taken.
    channel: Option<ConsentChannel>,
    /// Where the evidence is kept.
    #[schema(max_length = 200, examples("档案 3-12"))]
    evidence: Option<String>,
    /// The last day on which it holds; without it, until it is taken back.
    expires_on: Option<NaiveDate>,
}

impl NewConsent {
    fn taken(&self, cx: &Context) -> Consent {
        Consent {
            id: cx.ids.make(),
            purpose: self.purpose,
            given_by: self.given_by,
            guardian_name: some(self.guardian_name.as_ref()),
            relation: some(self.relation.as_ref()),
            given_on: self.given_on,
            withdrawn_on: None,
            proof: Proof {
                text_version: some(self.text_version.as_ref()),
                channel: self.channel,
                evidence: some(self.evidence.as_ref()),
                expires_on: self.expires_on,
            },
        }
    }
}

/// A text without the white space around it; none where nothing is left.
fn some(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// An identity number ends in a capital X, however it was typed.
fn number(text: Option<&String>) -> Option<String> {
    some(text).map(|text| text.to_ascii_uppercase())
}

fn words(list: &[String]) -> Vec<String> {
    list.iter().map(|word| word.trim().to_owned()).collect()
}

/// A resident to enter.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewBeneficiary {
    /// Who looks after them.
    organisation_id: OrganisationId,
    /// Their household, where it is known already; a new one when absent.
    household_id: Option<HouseholdId>,
    /// The name.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    /// The telephone number: 7 to 15 digits.
    phone: Option<String>,
    /// The address.
    #[schema(max_length = 120)]
    address: Option<String>,
    /// The resident identity number, with its check digit (GB 11643).
    #[schema(min_length = 18, max_length = 18)]
    id_number: Option<String>,
    /// The date of birth.
    birth_date: Option<NaiveDate>,
    /// In what difficulty, as short words.
    #[serde(default)]
    #[schema(required = false, max_items = 10)]
    hardships: Vec<String>,
    /// What was agreed to.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    consents: Vec<NewConsent>,
}

impl NewBeneficiary {
    fn asked(&self, cx: &Context) -> Asked {
        Asked {
            organisation_id: self.organisation_id,
            household_id: self.household_id,
            person: Person {
                name: self.name.trim().to_owned(),
                phone: some(self.phone.as_ref()),
                address: some(self.address.as_ref()),
                id_number: number(self.id_number.as_ref()),
                birth_date: self.birth_date,
            },
            hardships: words(&self.hardships),
            consents: self.consents.iter().map(|consent| consent.taken(cx)).collect(),
        }
    }
}

/// One resident, masked.
pub(super) fn shown(tx: &mut Conn, cx: &Context, resident: Domain) -> Result<Beneficiary, Failure> {
    app::found(masked(tx, vec![resident], cx.now.date())?.pop())
}

/// A change's answer: the resident as always, masked.
fn answer(tx: &mut Conn, cx: &Context, resident: Domain, created: bool) -> Result<Reply, Failure> {
    let shown = shown(tx, cx, resident)?;
    let reply = match created {
        true => Reply::created(format!("/beneficiaries/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, MASKED))
}

/// Enters a resident, with what they agreed to.
#[utoipa::path(
    tag = "beneficiaries",
    request_body = NewBeneficiary,
    responses((status = 201, description = "Entered", body = Beneficiary), Problems),
)]
#[post("/beneficiaries")]
async fn create_beneficiary(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewBeneficiary>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let new = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let made = work::create(tx, cx, new.asked(cx))?;
            answer(tx, cx, made, true)
        })
        .await
}

/// The residents of the caller's subtrees, masked, newest first.
#[utoipa::path(
    tag = "beneficiaries",
    params(Residents, Paging),
    responses((status = 200, description = "A page", body = Page<Beneficiary>), ReadProblems),
)]
#[get("/beneficiaries")]
async fn list_beneficiaries(caller: Caller, list: Listing<Residents>) -> Result<HttpResponse, Failure> {
    let filter = Filter { before: list.after()?, ..app::filter::residents(&list.filter) };
    let rows = list.rows();
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, filter, rows)?;
            masked(tx, found, cx.now.date())
        })
        .await?;
    let mut response = list.answer(found, |one| one.id, |one| one)?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    Ok(response)
}

/// An exact number to look for.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BeneficiarySearch {
    /// A telephone number, however it is written; or
    #[schema(max_length = 30)]
    phone: Option<String>,
    /// a resident identity number.
    #[schema(max_length = 18)]
    id_number: Option<String>,
    /// In the subtree of this organisation.
    organisation_id: Option<OrganisationId>,
}

/// The residents that were found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FoundBeneficiaries {
    /// Masked; at most 20.
    items: Vec<Beneficiary>,
}

/// The residents of the caller's subtrees with exactly this phone or identity number, masked. A POST, so
/// that the number stands in no address and no log; it changes nothing.
#[utoipa::path(
    tag = "beneficiaries",
    request_body = BeneficiarySearch,
    responses((status = 200, description = "Those found", body = FoundBeneficiaries), Problems),
)]
#[post("/beneficiaries/search")]
async fn search_beneficiaries(
    caller: Caller,
    body: Body<BeneficiarySearch>,
) -> Result<HttpResponse, Failure> {
    let BeneficiarySearch { phone, id_number, organisation_id } = body.value;
    let wanted = Wanted { phone: some(phone.as_ref()), id_number: number(id_number.as_ref()) };
    let items = caller
        .read(move |tx, cx| {
            let found = work::search(tx, cx, &wanted, organisation_id)?;
            masked(tx, found, cx.now.date())
        })
        .await?;
    let keep = (CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    Ok(HttpResponse::Ok().insert_header(keep).json(FoundBeneficiaries { items }))
}

/// One resident, masked.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    responses((status = 200, description = "Them", body = Beneficiary), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/beneficiaries/{id}")]
async fn get_beneficiary(
    req: HttpRequest,
    caller: Caller,
    id: Path<BeneficiaryId>,
) -> Result<HttpResponse, Failure> {
    let (shown, stamp) = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, Act::GetBeneficiary, id.0)?;
            let stamp = store::merge::stamp(tx, id.0)?;
            Ok((app::found(masked(tx, vec![found], cx.now.date())?.pop())?, stamp))
        })
        .await?;
    // What is shown is of all records of the resident, and the version is of one.
    let view = stamp.map_or_else(|| MASKED.to_owned(), |stamp| format!("{MASKED}.{stamp}"));
    Ok(etag::answer(&req, shown.version, &view, Keep::Never, &shown))
}

/// What to change of a resident (RFC 7396): what is absent stays, null clears.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BeneficiaryPatch {
    /// The name.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 40)]
    name: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// The address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 120)]
    address: Option<Option<String>>,
    /// The resident identity number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, min_length = 18, max_length = 18)]
    id_number: Option<Option<String>>,
    /// The date of birth.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    birth_date: Option<Option<NaiveDate>>,
    /// In what difficulty; replaces all, null for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Vec<String>>, max_items = 10)]
    hardships: Option<Option<Vec<String>>>,
}

impl BeneficiaryPatch {
    fn apply(&self, person: &mut Person, hardships: &mut Vec<String>) {
        if let Some(name) = &self.name {
            name.trim().clone_into(&mut person.name);
        }
        if let Some(phone) = &self.phone {
            person.phone = some(phone.as_ref());
        }
        if let Some(address) = &self.address {
            person.address = some(address.as_ref());
        }
        if let Some(id_number) = &self.id_number {
            person.id_number = number(id_number.as_ref());
        }
        if let Some(birth_date) = self.birth_date {
            person.birth_date = birth_date;
        }
        if let Some(list) = &self.hardships {
            *hardships = words(list.as_deref().unwrap_or_default());
        }
    }
}

/// Changes what is known of a resident. What was shown masked is not accepted back.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    request_body = BeneficiaryPatch,
    responses((status = 200, description = "Changed", body = Beneficiary), Problems),
)]
#[patch("/beneficiaries/{id}")]
async fn update_beneficiary(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatch,
    body: Body<BeneficiaryPatch>,
) -> Result<HttpResponse, Failure> {
    let patch = body.value;
    caller
        .change(None, move |tx, cx| {
            let changed =
                work::update(tx, cx, id.0, &seen.0, |person, hardships| patch.apply(person, hardships))?;
            answer(tx, cx, changed, false)
        })
        .await
}

/// Why somebody looks.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// Kept with the record of the look.
    purpose: LookPurpose,
}

/// Shows a resident in full, and records who looked and why; a child under 14 only under an approval. The record is made before the answer; the
/// answer is stored nowhere, so the same Idempotency-Key records once and shows again.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    request_body = Look,
    responses((status = 200, description = "In full", body = RevealedBeneficiary), Problems),
)]
#[post("/beneficiaries/{id}/reveal")]
async fn reveal_beneficiary(
    req: HttpRequest,
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Look>,
) -> Result<HttpResponse, Failure> {
    let purpose = body.value.purpose;
    let recorded = caller.clone().change(idem.keyed(&body.digest), move |tx, cx| {
        work::reveal(tx, cx, id.0, &seen.0, purpose).map(|_| Reply::none())
    });
    recorded.await?;
    let shown = caller
        .read(move |tx, cx| {
            let found = work::revealed(tx, cx, id.0)?;
            full(tx, found, cx.now.date())
        })
        .await?;
    Ok(etag::answer(&req, shown.version, FULL, Keep::Never, &shown))
}

/// Takes down what a resident, or the guardian, agreed to.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    request_body = NewConsent,
    responses((status = 201, description = "Taken down", body = Beneficiary), Problems),
)]
#[post("/beneficiaries/{id}/consents")]
async fn create_consent(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewConsent>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let new = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let changed = work::create_consent(tx, cx, id.0, &seen.0, new.taken(cx))?;
            answer(tx, cx, changed, true)
        })
        .await
}

/// Takes a consent back, from today on.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident."), ("consent_id" = ConsentId, Path, description = "The consent.")),
    request_body = Nothing,
    responses((status = 200, description = "Taken back", body = Beneficiary), Problems),
)]
#[post("/beneficiaries/{id}/consents/{consent_id}/withdraw")]
async fn withdraw_consent(
    caller: Caller,
    path: Path<(BeneficiaryId, ConsentId)>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (id, consent) = path.0;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let changed = work::withdraw_consent(tx, cx, id, consent, &seen.0)?;
            answer(tx, cx, changed, false)
        })
        .await
}

/// Mounts the operations on residents.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_beneficiary)
        .service(list_beneficiaries)
        .service(search_beneficiaries)
        .service(get_beneficiary)
        .service(update_beneficiary)
        .service(reveal_beneficiary)
        .service(create_consent)
        .service(withdraw_consent);
}
