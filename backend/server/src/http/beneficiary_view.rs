//! The two views of a resident as separate types, so that what identifies a person cannot slip into the
//! one that is shown by default: masked, and in full for a recorded purpose.

use super::shared::OrgRef;
use crate::{app::names::Names, problem::Failure};
use chrono::{Datelike, NaiveDate};
use domain::{
    beneficiary::{Beneficiary as Domain, Consent as Given, ConsentChannel, GivenBy, Purpose, mask_name},
    id::{BeneficiaryId, ConsentId, HouseholdId},
    time::Instant,
};
use serde::Serialize;
use store::Conn;

/// One purpose that was agreed to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Consent {
    /// Its id.
    id: ConsentId,
    /// What for.
    purpose: Purpose,
    /// By whom.
    given_by: GivenBy,
    /// The guardian, where one agreed; masked like the resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    guardian_name: Option<String>,
    /// What the guardian is to the resident.
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<String>,
    /// On which day.
    given_on: NaiveDate,
    /// On which day it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_on: Option<NaiveDate>,
    /// Which text was read or shown to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_version: Option<String>,
    /// How it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<ConsentChannel>,
    /// Where the evidence is kept; not shown masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    /// The last day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
}

impl Consent {
    fn full(given: Given) -> Self {
        Self {
            id: given.id,
            purpose: given.purpose,
            given_by: given.given_by,
            guardian_name: given.guardian_name,
            relation: given.relation,
            given_on: given.given_on,
            withdrawn_on: given.withdrawn_on,
            text_version: given.proof.text_version,
            channel: given.proof.channel,
            evidence: given.proof.evidence,
            expires_on: given.proof.expires_on,
        }
    }

    fn masked(given: Given) -> Self {
        let guardian_name = given.guardian_name.as_deref().map(mask_name);
        Self { guardian_name, evidence: None, ..Self::full(given) }
    }
}

/// A resident, masked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Beneficiary {
    /// Its id.
    pub id: BeneficiaryId,
    /// Who looks after them.
    organisation: OrgRef,
    /// Their household.
    household_id: HouseholdId,
    /// The record that speaks for this one, where it was merged: who it is, as shown here, is told by that.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<BeneficiaryId>,
    /// The first character of the name; empty of one who was erased.
    #[schema(examples("张**"))]
    name: String,
    /// The beginning and the end of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("138****5678"))]
    phone: Option<String>,
    /// Without the house.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The region of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("431202****"))]
    id_number: Option<String>,
    /// The year of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_year: Option<i32>,
    /// Under 18: a guardian's consent is needed.
    is_minor: bool,
    /// Under 14: to look, one asks the child-data officer first.
    approval_needed: bool,
    /// In what difficulty.
    hardships: Vec<String>,
    /// What was agreed to, also what was taken back.
    consents: Vec<Consent>,
    /// When the resident was erased: nothing of who it is can be read any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased_at: Option<Instant>,
    /// The purposes that must be asked anew.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consent_due: Vec<Purpose>,
    /// Counts the changes, and the recorded looks.
    pub version: i64,
    /// When entered.
    created_at: Instant,
}

/// A resident in full, for a recorded purpose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RevealedBeneficiary {
    /// Its id.
    id: BeneficiaryId,
    /// Who looks after them.
    organisation: OrgRef,
    /// Their household.
    household_id: HouseholdId,
    /// The name.
    name: String,
    /// The telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The resident identity number.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
    /// The date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<NaiveDate>,
    /// The year of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_year: Option<i32>,
    /// Under 18: a guardian's consent is needed.
    is_minor: bool,
    /// In what difficulty.
    hardships: Vec<String>,
    /// What was agreed to, also what was taken back.
    consents: Vec<Consent>,
    /// The purposes that must be asked anew.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consent_due: Vec<Purpose>,
    /// Counts the changes, and the recorded looks.
    pub version: i64,
    /// When entered.
    created_at: Instant,
}

/// These residents, masked.
///
/// # Errors
/// When the database does not answer.
pub fn masked(tx: &mut Conn, list: Vec<Domain>, today: NaiveDate) -> Result<Vec<Beneficiary>, Failure> {
    let names = Names::default().organisations(tx, list.iter().map(|one| one.organisation_id))?;
    Ok(list.into_iter().map(|one| mask(one, &names, today)).collect())
}

fn mask(one: Domain, names: &Names, today: NaiveDate) -> Beneficiary {
    let known = one.known().ok();
    let shown = known.map(|(person, _)| person.masked());
    let birth_date = known.and_then(|(person, _)| person.birth_date);
    let hardships = known.map(|(_, hardships)| hardships.to_vec()).unwrap_or_default();
    let mut view = Beneficiary {
        id: one.id,
        organisation: OrgRef::of(one.organisation_id, names),
        household_id: one.household_id,
        merged_into: one.merged_into,
        name: String::new(),
        phone: None,
        address: None,
        id_number: None,
        birth_year: birth_date.map(|born| born.year()),
        is_minor: one.identity.is_minor(today),
        approval_needed: known.is_some_and(|(person, _)| person.needs_approval(today)),
        hardships,
        erased_at: one.identity.erased_at(),
        consent_due: one.consents_due(today),
        consents: one.consents.into_iter().map(Consent::masked).collect(),
        version: one.version,
        created_at: one.created_at,
    };
    if let Some(shown) = shown {
        view.name = shown.name;
        view.phone = shown.phone;
        view.address = shown.address;
        view.id_number = shown.id_number;
    }
    view
}

/// A resident in full.
///
/// # Errors
/// When the database does not answer; `beneficiary_erased`.
pub fn full(tx: &mut Conn, one: Domain, today: NaiveDate) -> Result<RevealedBeneficiary, Failure> {
    let names = Names::default().organisations(tx, [one.organisation_id])?;
    let (person, hardships) = one.known()?;
    let (person, hardships) = (person.clone(), hardships.to_vec());
    let consent_due = one.consents_due(today);
    Ok(RevealedBeneficiary {
        id: one.id,
        organisation: OrgRef::of(one.organisation_id, &names),
        household_id: one.household_id,
        birth_year: person.birth_date.map(|born| born.year()),
        is_minor: person.is_minor(today),
        name: person.name,
        phone: person.phone,
        address: person.address,
        id_number: person.id_number,
        birth_date: person.birth_date,
        consent_due,
        hardships,
        consents: one.consents.into_iter().map(Consent::full).collect(),
        version: one.version,
        created_at: one.created_at,
    })
}
