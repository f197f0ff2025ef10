//! Residents, their households and their consents.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, json, json_text, one_row, optional_word, word},
    schema::{beneficiaries, consents, households, organisation_closure},
};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use domain::{
    beneficiary::{Beneficiary, Consent, Person, Proof},
    id::{BeneficiaryId, ConsentId, HouseholdId, OrganisationId},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = beneficiaries)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    household_id: String,
    name: String,
    phone: Option<String>,
    address: Option<String>,
    id_number: Option<String>,
    birth_date: Option<String>,
    hardships: String,
    created_at: i64,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
struct ConsentRow {
    id: String,
    beneficiary_id: String,
    purpose: String,
    given_by: String,
    guardian_name: Option<String>,
    relation: Option<String>,
    given_on: String,
    withdrawn_on: Option<String>,
    text_version: Option<String>,
    channel: Option<String>,
    evidence: Option<String>,
    expires_on: Option<String>,
    created_at: i64,
}

impl Row {
    fn with(self, consents: Vec<Consent>) -> StoreResult<Beneficiary> {
        Ok(Beneficiary {
            id: word(&self.id)?,
            version: self.version,
            organisation_id: word(&self.organisation_id)?,
            household_id: word(&self.household_id)?,
            person: Person {
                name: self.name,
                phone: self.phone,
                address: self.address,
                id_number: self.id_number,
                birth_date: optional_word(self.birth_date.as_deref())?,
            },
            hardships: json(&self.hardships)?,
            consents,
            created_at: instant(self.created_at),
        })
    }
}

impl TryFrom<ConsentRow> for Consent {
    type Error = crate::StoreError;

    fn try_from(row: ConsentRow) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            purpose: word(&row.purpose)?,
            given_by: word(&row.given_by)?,
            guardian_name: row.guardian_name,
            relation: row.relation,
            given_on: word(&row.given_on)?,
            withdrawn_on: optional_word(row.withdrawn_on.as_deref())?,
            proof: Proof {
                channel: optional_word(row.channel.as_deref())?,
                expires_on: optional_word(row.expires_on.as_deref())?,
                text_version: row.text_version,
                evidence: row.evidence,
            },
        })
    }
}

/// One resident with all consents.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: BeneficiaryId) -> StoreResult<Option<Beneficiary>> {
    let row: Option<Row> =
        beneficiaries::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let given = consents::table
        .filter(consents::beneficiary_id.eq(&row.id))
        .order(consents::id.asc())
        .select(ConsentRow::as_select())
        .load::<ConsentRow>(conn)?;
    let given = given.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
    row.with(given).map(Some)
}

/// One resident with all consents, whom nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: BeneficiaryId) -> StoreResult<Option<Beneficiary>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(beneficiaries::table.find(id.to_string()))
        .set(beneficiaries::version.eq(beneficiaries::version))
        .execute(conn)?;
    load(conn, id)
}

/// Several residents, without their consents, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[BeneficiaryId]) -> StoreResult<Vec<Beneficiary>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> =
        beneficiaries::table.filter(beneficiaries::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(|row| row.with(Vec::new())).collect()
}

/// Which residents a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Looked after in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// In the subtree of this one.
    pub organisation_id: Option<OrganisationId>,
    /// Of this household.
    pub household_id: Option<HouseholdId>,
    /// Only those whose consents must be asked anew.
    pub consent_due: bool,
    /// Before this id: newest first.
    pub before: Option<BeneficiaryId>,
}

/// Residents, newest first, each with all consents.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Beneficiary>> {
    let roots: Vec<String> = filter.roots.iter().map(ToString::to_string).collect();
    let within = organisation_closure::table
        .filter(organisation_closure::ancestor_id.eq_any(roots))
        .select(organisation_closure::descendant_id);
    let mut query = beneficiaries::table.filter(beneficiaries::organisation_id.eq_any(within)).into_boxed();
    if let Some(organisation) = filter.organisation_id {
        let below = organisation_closure::table
            .filter(organisation_closure::ancestor_id.eq(organisation.to_string()))
            .select(organisation_closure::descendant_id);
        query = query.filter(beneficiaries::organisation_id.eq_any(below));
    }
    if let Some(household) = filter.household_id {
        query = query.filter(beneficiaries::household_id.eq(household.to_string()));
    }
    if filter.consent_due {
        query = query.filter(beneficiaries::consent_due_on.is_not_null());
    }
    if let Some(before) = filter.before {
        query = query.filter(beneficiaries::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(beneficiaries::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut given: Vec<ConsentRow> = consents::table
        .filter(consents::beneficiary_id.eq_any(ids))
        .order(consents::id.asc())
        .select(ConsentRow::as_select())
        .load(conn)?;
    let mut residents = Vec::with_capacity(rows.len());
    for row in rows {
        let own: Vec<ConsentRow> = given.extract_if(.., |consent| consent.beneficiary_id == row.id).collect();
        let own = own.into_iter().map(TryInto::try_into).collect::<StoreResult<_>>()?;
        residents.push(row.with(own)?);
    }
    Ok(residents)
}

/// The organisation of a household.
///
/// # Errors
/// When the database does not answer.
pub fn household(conn: &mut Conn, id: HouseholdId) -> StoreResult<Option<OrganisationId>> {
    let row: Option<String> =
        households::table.find(id.to_string()).select(households::organisation_id).first(conn).optional()?;
    row.map(|id| word(&id)).transpose()
}

/// Enters a household.
///
/// # Errors
/// When the database refuses.
pub fn insert_household(
    conn: &mut Conn,
    id: HouseholdId,
    organisation: OrganisationId,
    now: Instant,
) -> StoreResult<()> {
    diesel::insert_into(households::table)
        .values((
            households::id.eq(id.to_string()),
            households::organisation_id.eq(organisation.to_string()),
            households::created_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Enters a resident with the consents given.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, beneficiary: &Beneficiary) -> StoreResult<()> {
    let person = &beneficiary.person;
    diesel::insert_into(beneficiaries::table)
        .values((
            beneficiaries::id.eq(beneficiary.id.to_string()),
            beneficiaries::version.eq(1_i64),
            beneficiaries::organisation_id.eq(beneficiary.organisation_id.to_string()),
            beneficiaries::household_id.eq(beneficiary.household_id.to_string()),
            beneficiaries::name.eq(&person.name),
            beneficiaries::phone.eq(&person.phone),
            beneficiaries::address.eq(&person.address),
            beneficiaries::id_number.eq(&person.id_number),
            beneficiaries::birth_date.eq(person.birth_date.map(date_text)),
            beneficiaries::birth_year.eq(person.birth_date.map(|born| born.year())),
            beneficiaries::hardships.eq(json_text(&beneficiary.hardships)?),
            beneficiaries::created_at.eq(beneficiary.created_at.micros()),
            beneficiaries::updated_at.eq(beneficiary.created_at.micros()),
        ))
        .execute(conn)?;
    for consent in &beneficiary.consents {
        insert_consent(conn, beneficiary.id, consent, beneficiary.created_at)?;
    }
    Ok(())
}

/// Saves who it is and the hardships.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, beneficiary: &Beneficiary, now: Instant) -> StoreResult<()> {
    let person = &beneficiary.person;
    let changed = diesel::update(
        beneficiaries::table
            .filter(beneficiaries::id.eq(beneficiary.id.to_string()))
            .filter(beneficiaries::version.eq(beneficiary.version)),
    )
    .set((
        beneficiaries::version.eq(beneficiary.version.saturating_add(1)),
        beneficiaries::name.eq(&person.name),
        beneficiaries::phone.eq(&person.phone),
        beneficiaries::address.eq(&person.address),
        beneficiaries::id_number.eq(&person.id_number),
        beneficiaries::birth_date.eq(person.birth_date.map(date_text)),
        beneficiaries::birth_year.eq(person.birth_date.map(|born| born.year())),
        beneficiaries::hardships.eq(json_text(&beneficiary.hardships)?),
        beneficiaries::updated_at.eq(now.micros()),
    ))
    .execute(conn)?;
    one_row(changed)
}

/// Enters a consent.
///
/// # Errors
/// When the database refuses.
pub fn insert_consent(
    conn: &mut Conn,
    of: BeneficiaryId,
    consent: &Consent,
    now: Instant,
) -> StoreResult<()> {
    let row = ConsentRow {
        id: consent.id.to_string(),
        beneficiary_id: of.to_string(),
        purpose: consent.purpose.to_string(),
        given_by: consent.given_by.to_string(),
        guardian_name: consent.guardian_name.clone(),
        relation: consent.relation.clone(),
        given_on: date_text(consent.given_on),
        withdrawn_on: consent.withdrawn_on.map(date_text),
        text_version: consent.proof.text_version.clone(),
        channel: consent.proof.channel.map(|channel| channel.to_string()),
        evidence: consent.proof.evidence.clone(),
        expires_on: consent.proof.expires_on.map(date_text),
        created_at: now.micros(),
    };
    diesel::insert_into(consents::table).values(&row).execute(conn)?;
    Ok(())
}

/// Takes a consent back.
///
/// # Errors
/// `Stale` when it was taken back already.
pub fn withdraw_consent(conn: &mut Conn, id: ConsentId, on: NaiveDate) -> StoreResult<()> {
    let live = consents::table.find(id.to_string()).filter(consents::withdrawn_on.is_null());
    one_row(diesel::update(live).set(consents::withdrawn_on.eq(date_text(on))).execute(conn)?)
}
