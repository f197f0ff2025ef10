//! Residents: entering them, changing what is known of them, their consents, and each recorded look at
//! what identifies them. Events name what changed, never what it is.

use super::{
    Context, consent, event,
    event::{About, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Consent, Person},
    event::Kind,
    id::{BeneficiaryId, ConsentId, HouseholdId, OrganisationId},
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
};
use serde_json::json;
use store::{Conn, beneficiary::Filter};

const MAX_CONSENTS: usize = 20;

/// A resident to enter.
#[derive(Debug, Clone)]
pub struct NewBeneficiary {
    /// Who looks after them.
    pub organisation_id: OrganisationId,
    /// A household that is known already; a new one where none is given.
    pub household_id: Option<HouseholdId>,
    /// Who it is.
    pub person: Person,
    /// In what difficulty.
    pub hardships: Vec<String>,
    /// What they agreed to.
    pub consents: Vec<Consent>,
}

/// Enters a resident, with what they agreed to.
///
/// # Errors
/// As the access table says; `invalid`.
pub fn create(tx: &mut Conn, cx: &Context, new: NewBeneficiary) -> Result<Beneficiary, Failure> {
    may(tx, cx, Act::CreateBeneficiary, new.organisation_id)?;
    check(cx, &new.person, &new.hardships, &new.consents)?;
    let household_id = match new.household_id {
        Some(id) => known_household(tx, cx, id)?,
        None => {
            let id = cx.ids.make();
            store::beneficiary::insert_household(tx, id, new.organisation_id, cx.now)?;
            id
        }
    };
    let resident = Beneficiary {
        id: cx.ids.make(),
        version: 1,
        organisation_id: new.organisation_id,
        household_id,
        person: new.person,
        hardships: new.hardships,
        consents: new.consents,
        created_at: cx.now,
    };
    store::beneficiary::insert(tx, &resident)?;
    let purposes: Vec<_> = resident.consents.iter().map(|consent| consent.purpose).collect();
    let about = About::beneficiary(resident.id, 0, resident.organisation_id);
    event::of(tx, cx, Kind::BeneficiaryCreated, about, facts([("consents", json!(purposes))]))?;
    consent::follow(tx, cx, &resident, "resident_changed")?;
    Ok(resident)
}

fn may(tx: &mut Conn, cx: &Context, act: Act, at: OrganisationId) -> Result<(), Failure> {
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })
}

/// The household must be one whose residents the caller may know.
fn known_household(tx: &mut Conn, cx: &Context, id: HouseholdId) -> Result<HouseholdId, Failure> {
    let unknown = || Refusal::field(Code::Invalid, "/household_id", Fault::Unknown);
    let organisation = store::beneficiary::household(tx, id)?.ok_or_else(unknown)?;
    may(tx, cx, Act::GetBeneficiary, organisation).map_err(|_| unknown())?;
    Ok(id)
}

/// Checks all of it, so that everything at fault is told at once.
fn check(cx: &Context, person: &Person, hardships: &[String], consents: &[Consent]) -> Result<(), Refusal> {
    let today = cx.now.date();
    let mut fields = faults_of(person.validate(hardships, today));
    fields
        .extend(faults_of(unmasked(&[("/name", Some(&person.name)), ("/address", person.address.as_ref())])));
    if consents.len() > MAX_CONSENTS {
        fields.push(FieldFault { pointer: "/consents".to_owned(), fault: Fault::TooLong });
    }
    for (index, consent) in consents.iter().enumerate() {
        let at = format!("/consents/{index}");
        let earlier = consents.get(..index).unwrap_or_default();
        fields.extend(faults_of(consent.validate(&at, today)));
        fields.extend(faults_of(asked_once(earlier, consent, &at)));
    }
    match fields.is_empty() {
        true => Ok(()),
        false => Err(Refusal { code: Code::Invalid, fields }),
    }
}

fn faults_of(checked: Result<(), Refusal>) -> Vec<FieldFault> {
    checked.err().map(|refusal| refusal.fields).unwrap_or_default()
}

/// What was shown masked must not come back as if it were so.
fn unmasked(texts: &[(&str, Option<&String>)]) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    for (pointer, text) in texts {
        faults.check(!text.is_some_and(|text| text.contains("**")), *pointer, Fault::Format);
    }
    faults.finish()
}

/// One live consent for a purpose from each of those who give it.
fn asked_once(given: &[Consent], new: &Consent, at: &str) -> Result<(), Refusal> {
    let same = |old: &Consent| {
        old.purpose == new.purpose && old.given_by == new.given_by && old.withdrawn_on.is_none()
    };
    let mut faults = Faults::default();
    faults.check(!given.iter().any(same), format!("{at}/purpose"), Fault::Duplicate);
    faults.finish()
}

/// Residents of the caller's subtrees, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Beneficiary>, Failure> {
    cx.allow(Act::ListBeneficiaries, &Subject::default())?;
    filter.roots = cx.actor.reading_roots();
    Ok(store::beneficiary::list(tx, &filter, rows)?)
}

/// One resident, to be shown masked; or in full, by [`Act::RevealBeneficiary`], once [`reveal`] has
/// recorded the look.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: BeneficiaryId) -> Result<Beneficiary, Failure> {
    cx.user()?;
    let resident = found(store::beneficiary::load(tx, id)?)?;
    may(tx, cx, act, resident.organisation_id)?;
    Ok(resident)
}

/// A resident whom the caller may change by `act`, held until the transaction ends.
fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: BeneficiaryId,
    seen: &Seen,
) -> Result<Beneficiary, Failure> {
    cx.user()?;
    let resident = found(store::beneficiary::load_to_change(tx, id)?)?;
    may(tx, cx, act, resident.organisation_id)?;
    seen.check(resident.version)?;
    Ok(resident)
}

/// Saves a resident under the next version, and records why.
fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    resident: &mut Beneficiary,
    data: event::Facts,
) -> Result<(), Failure> {
    store::beneficiary::save(tx, resident, cx.now)?;
    let about = About::beneficiary(resident.id, resident.version, resident.organisation_id);
    resident.version = resident.version.saturating_add(1);
    event::of(tx, cx, kind, about, data)
}

/// Changes what is known of a resident.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    change: impl FnOnce(&mut Person, &mut Vec<String>),
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::UpdateBeneficiary, id, seen)?;
    let before = resident.clone();
    change(&mut resident.person, &mut resident.hardships);
    check(cx, &resident.person, &resident.hardships, &[])?;
    let data = facts([("fields", json!(changed(&before, &resident)))]);
    save(tx, cx, Kind::BeneficiaryUpdated, &mut resident, data)?;
    consent::follow(tx, cx, &resident, "resident_changed")?;
    Ok(resident)
}

/// The names of the fields that differ.
fn changed(before: &Beneficiary, after: &Beneficiary) -> Vec<&'static str> {
    let (old, new) = (&before.person, &after.person);
    let fields = [
        ("name", old.name != new.name),
        ("phone", old.phone != new.phone),
        ("address", old.address != new.address),
        ("id_number", old.id_number != new.id_number),
        ("birth_date", old.birth_date != new.birth_date),
        ("hardships", before.hardships != after.hardships),
    ];
    fields.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}

/// Records that the caller looks at who it is, and why; [`see`] then shows it.
///
/// # Errors
/// As the access table says; `stale`; `invalid` without a purpose.
pub fn reveal(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    purpose: &str,
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::RevealBeneficiary, id, seen)?;
    let mut faults = Faults::default();
    faults.text("/purpose", purpose, 2, 200);
    faults.finish()?;
    let data = facts([("purpose", json!(purpose.trim()))]);
    save(tx, cx, Kind::BeneficiaryRevealed, &mut resident, data)?;
    Ok(resident)
}

/// Takes down what a resident, or the guardian, agreed to.
///
/// # Errors
/// As the access table says; `stale`; `invalid`, also where the same was agreed to already.
pub fn create_consent(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    consent: Consent,
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::CreateConsent, id, seen)?;
    consent.validate("", cx.now.date())?;
    asked_once(&resident.consents, &consent, "")?;
    store::beneficiary::insert_consent(tx, id, &consent, cx.now)?;
    let data = about_consent(&consent);
    resident.consents.push(consent);
    save(tx, cx, Kind::ConsentGiven, &mut resident, data)?;
    consent::follow(tx, cx, &resident, "consent_ended")?;
    Ok(resident)
}

/// Takes a consent back, from today on. One that was taken back already stays as it is.
///
/// # Errors
/// As the access table says; `not_found` for a consent of somebody else; `stale`.
pub fn withdraw_consent(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    consent: ConsentId,
    seen: &Seen,
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::WithdrawConsent, id, seen)?;
    let today = cx.now.date();
    let taken_back = found(resident.consents.iter_mut().find(|given| given.id == consent))?;
    if taken_back.withdrawn_on.is_some() {
        return Ok(resident);
    }
    taken_back.withdrawn_on = Some(today);
    let data = about_consent(taken_back);
    store::beneficiary::withdraw_consent(tx, consent, today)?;
    save(tx, cx, Kind::ConsentWithdrawn, &mut resident, data)?;
    consent::follow(tx, cx, &resident, "consent_withdrawn")?;
    Ok(resident)
}

fn about_consent(consent: &Consent) -> event::Facts {
    facts([
        ("consent_id", json!(consent.id)),
        ("purpose", json!(consent.purpose)),
        ("given_by", json!(consent.given_by)),
    ])
}
