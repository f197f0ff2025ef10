//! Residents: entering them, changing what is known of them, their consents, and each recorded look at
//! what identifies them. Events name what changed, never what it is.

use super::{
    Context, consent, event,
    event::{About, facts},
    found, look, merge,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    beneficiary::{Beneficiary, Consent, Identity, Person, Purpose},
    event::Kind,
    id::{BeneficiaryId, ConsentId, EventId, HouseholdId, OrganisationId},
    look::LookPurpose,
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
};
use serde_json::json;
use store::{
    Conn, StoreError,
    beneficiary::{Filter, Wanted},
    event::Event,
};

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
        merged_into: None,
        identity: Identity::Known { person: new.person, hardships: new.hardships },
        consents: new.consents,
        created_at: cx.now,
    };
    unknown(tx, cx, &resident)?;
    store::beneficiary::insert(tx, &cx.vault, &resident).map_err(known)?;
    let purposes: Vec<_> = resident.consents.iter().map(|consent| consent.purpose).collect();
    let about = About::beneficiary(resident.id, 0, resident.organisation_id);
    event::of(tx, cx, Kind::BeneficiaryCreated, about, facts([("consents", json!(purposes))]))?;
    consent::follow(tx, cx, &resident, "resident_changed")?;
    Ok(resident)
}

/// One identity number is one resident of a tree. The refusal names the record where it is the
/// caller's to know.
pub(super) fn unknown(tx: &mut Conn, cx: &Context, resident: &Beneficiary) -> Result<(), Failure> {
    let (person, _) = resident.known()?;
    let Some(number) = &person.id_number else { return Ok(()) };
    let other = store::beneficiary::with_id_number(tx, &cx.vault, resident.organisation_id, number)?;
    let Some((id, at)) = other.filter(|(id, _)| *id != resident.id) else { return Ok(()) };
    match may(tx, cx, Act::GetBeneficiary, at) {
        Ok(()) => Err(Failure::Existing { code: Code::BeneficiaryKnown, id: id.0 }),
        Err(_) => Err(Code::BeneficiaryKnown.into()),
    }
}

/// Another was faster with the same number.
pub(super) fn known(error: StoreError) -> Failure {
    match error.is_unique("beneficiaries", &["id_number_index"]) {
        true => Code::BeneficiaryKnown.into(),
        false => error.into(),
    }
}

pub(super) fn may(tx: &mut Conn, cx: &Context, act: Act, at: OrganisationId) -> Result<(), Failure> {
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })
}

/// A resident whom a request names, by the record that speaks for them; `invalid` at `/beneficiary_id` unless the caller may know them.
pub(super) fn mentioned(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<Beneficiary, Failure> {
    let unknown = || Refusal::field(Code::Invalid, "/beneficiary_id", Fault::Unknown);
    let id = store::merge::standing(tx, id)?;
    let resident = store::beneficiary::load(tx, &cx.vault, id)?.ok_or_else(unknown)?;
    may(tx, cx, Act::GetBeneficiary, resident.organisation_id).map_err(|_| unknown())?;
    Ok(resident)
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
        false => Err(Refusal { code: Code::Invalid, fields, reached: None }),
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
    Ok(store::beneficiary::list(tx, &cx.vault, &filter, rows)?)
}

/// The residents of the caller's subtrees with exactly this phone or identity number.
///
/// # Errors
/// `unauthenticated` where nobody is signed in; `invalid` unless exactly one is asked for.
pub fn search(
    tx: &mut Conn,
    cx: &Context,
    wanted: &Wanted,
    within: Option<OrganisationId>,
) -> Result<Vec<Beneficiary>, Failure> {
    cx.allow(Act::SearchBeneficiaries, &Subject::default())?;
    let mut faults = Faults::default();
    let one = wanted.phone.is_some() != wanted.id_number.is_some();
    faults.check(one, "/phone", Fault::Required);
    faults.finish()?;
    let mut roots = cx.actor.reading_roots();
    if let Some(within) = within {
        roots = store::organisation::within(tx, &roots, &[within])?;
    }
    let trees = store::beneficiary::trees_of(tx, &roots)?;
    Ok(store::beneficiary::find(tx, &cx.vault, &roots, &trees, wanted)?)
}

/// One resident in full, once [`reveal`] has recorded the look. An approval is asked for again: the same
/// Idempotency-Key records once and shows later, too.
///
/// # Errors
/// As [`reveal`].
pub fn revealed(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<Beneficiary, Failure> {
    let resident = see(tx, cx, Act::RevealBeneficiary, id)?;
    look::approval(tx, cx, &resident, None)?;
    Ok(resident)
}

/// One resident, to be shown masked.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: BeneficiaryId) -> Result<Beneficiary, Failure> {
    cx.user()?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, id)?)?;
    may(tx, cx, act, resident.organisation_id)?;
    Ok(resident)
}

/// Who looked at what identifies a resident, newest first. It can be read of one who was erased, too.
///
/// # Errors
/// As the access table says.
pub fn looks(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    before: Option<EventId>,
    rows: i64,
) -> Result<Vec<Event>, Failure> {
    cx.user()?;
    let at = found(store::beneficiary::organisation(tx, id)?)?;
    may(tx, cx, Act::ListDisclosures, at)?;
    Ok(store::event::looks(tx, id, before, rows)?)
}

/// A resident whom the caller may change by `act`, held until the transaction ends.
pub(super) fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: BeneficiaryId,
    seen: &Seen,
) -> Result<Beneficiary, Failure> {
    cx.user()?;
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, id)?)?;
    may(tx, cx, act, resident.organisation_id)?;
    seen.check(resident.version)?;
    Ok(resident)
}

/// Records why a resident has the next version. Who it is stays as it is stored.
pub(super) fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    resident: &mut Beneficiary,
    data: event::Facts,
) -> Result<(), Failure> {
    store::beneficiary::touch(tx, resident, cx.now)?;
    recorded(tx, cx, kind, resident, data)
}

pub(super) fn recorded(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    resident: &mut Beneficiary,
    data: event::Facts,
) -> Result<(), Failure> {
    let about = About::beneficiary(resident.id, resident.version, resident.organisation_id);
    resident.version = resident.version.saturating_add(1);
    event::of(tx, cx, kind, about, data)
}

/// Changes what is known of a resident.
///
/// # Errors
/// As the access table says; `stale`; `beneficiary_merged`; `invalid`; `approval_required` to make a child under 14 one of
/// whom nobody knows that, and who could then be looked at without asking.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    change: impl FnOnce(&mut Person, &mut Vec<String>),
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::UpdateBeneficiary, id, seen)?;
    merge::speaking(&resident)?;
    let approval = look::approval(tx, cx, &resident, None);
    let (person, hardships) = resident.known_mut()?;
    let before = (person.clone(), hardships.clone());
    change(person, hardships);
    check(cx, person, hardships, &[])?;
    if !person.needs_approval(cx.now.date()) {
        approval?;
    }
    let fields = changed((&before.0, &before.1), (person, hardships));
    if fields.contains(&"id_number") {
        unknown(tx, cx, &resident)?;
    }
    store::beneficiary::save(tx, &cx.vault, &resident, cx.now).map_err(known)?;
    recorded(tx, cx, Kind::BeneficiaryUpdated, &mut resident, facts([("fields", json!(fields))]))?;
    consent::follow(tx, cx, &resident, "resident_changed")?;
    Ok(resident)
}

/// The names of the fields that differ.
fn changed((old, before): (&Person, &[String]), (new, after): (&Person, &[String])) -> Vec<&'static str> {
    let fields = [
        ("name", old.name != new.name),
        ("phone", old.phone != new.phone),
        ("address", old.address != new.address),
        ("id_number", old.id_number != new.id_number),
        ("birth_date", old.birth_date != new.birth_date),
        ("hardships", before != after),
    ];
    fields.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
}

/// Records that the caller looks at who it is, and why; [`revealed`] then shows it.
///
/// # Errors
/// As the access table says; `stale`; `approval_required` for a child under 14; `beneficiary_erased`.
pub fn reveal(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    purpose: LookPurpose,
) -> Result<Beneficiary, Failure> {
    let mut resident = open(tx, cx, Act::RevealBeneficiary, id, seen)?;
    let approval = look::approval(tx, cx, &resident, None)?;
    let data = look::facts_of(cx, &resident, purpose, approval)?;
    record(tx, cx, Kind::BeneficiaryRevealed, &mut resident, data)?;
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
    store::beneficiary::insert_consent(tx, &cx.vault, id, &consent, cx.now)?;
    let data = about_consent(&consent);
    resident.consents.push(consent);
    record(tx, cx, Kind::ConsentGiven, &mut resident, data)?;
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
    let chosen = found(resident.consents.iter().find(|given| given.id == consent))?.clone();
    if chosen.withdrawn_on.is_some() {
        return Ok(resident);
    }
    let purpose = chosen.purpose;
    // Said in two records of one resident, it is taken back in both.
    let same = |one: &&mut Consent| {
        one.purpose == purpose && one.given_by == chosen.given_by && one.withdrawn_on.is_none()
    };
    let mut taken_back = Vec::new();
    for one in resident.consents.iter_mut().filter(same) {
        one.withdrawn_on = Some(today);
        taken_back.push(one.clone());
    }
    for one in taken_back {
        store::beneficiary::withdraw_consent(tx, one.id, today)?;
        record(tx, cx, Kind::ConsentWithdrawn, &mut resident, about_consent(&one))?;
    }
    if purpose == Purpose::Collect {
        for record in store::merge::all_of(tx, id)? {
            super::export::destroy_with(tx, cx, record)?;
        }
    }
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
