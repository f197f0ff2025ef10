//! Residents, their households and their consents. What is personal is sealed under the resident's key.

use crate::{
    Conn, StoreError, StoreResult,
    column::{date_text, instant, json, json_text, one_row, optional_word, word},
    data_key::{self, Held},
    schema::{beneficiaries, consents, households},
    sealed::At,
};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use domain::{
    beneficiary::{Beneficiary, Consent, Identity, Person, Proof},
    id::{BeneficiaryId, ConsentId, HouseholdId, OrganisationId},
    time::Instant,
};
use std::collections::HashMap;
use vault::{DataKey, Vault};

mod list;
mod numbers;

pub use list::{Filter, count, list, load_all};
use numbers::tree_of;
pub use numbers::{Wanted, find, trees_of, with_id_number};

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

/// What is sealed of a resident, and what it is found by.
#[derive(Debug, Default, Insertable, AsChangeset)]
#[diesel(table_name = beneficiaries, treat_none_as_default_value = false, treat_none_as_null = true)]
struct PersonColumns {
    name: String,
    phone: Option<String>,
    phone_index: Option<String>,
    address: Option<String>,
    id_number: Option<String>,
    id_number_index: Option<String>,
    birth_date: Option<String>,
    /// In the clear, to count by: how many are about as old.
    birth_year: Option<i32>,
    hardships: String,
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

fn at(id: BeneficiaryId) -> At {
    At::new("beneficiaries", id, id)
}

impl PersonColumns {
    fn of(
        vault: &Vault,
        key: &DataKey,
        tree: OrganisationId,
        id: BeneficiaryId,
        person: &Person,
        hardships: &[String],
    ) -> StoreResult<Self> {
        let at = at(id);
        let seal = |column: &str, text: &str| at.seal(key, column, text, vault.random());
        let optional = |column: &str, text: Option<&str>| text.map(|text| seal(column, text)).transpose();
        let indexes = Wanted { phone: person.phone.clone(), id_number: person.id_number.clone() };
        Ok(Self {
            name: seal("name", &person.name)?,
            phone: optional("phone", person.phone.as_deref())?,
            phone_index: indexes.phone_index(vault, tree),
            address: optional("address", person.address.as_deref())?,
            id_number: optional("id_number", person.id_number.as_deref())?,
            id_number_index: indexes.id_number_index(vault, tree),
            birth_date: optional("birth_date", person.birth_date.map(date_text).as_deref())?,
            birth_year: person.birth_date.map(|born| born.year()),
            hardships: seal("hardships", &json_text(&hardships)?)?,
        })
    }
}

impl Row {
    fn with(self, held: &Held, consents: Vec<ConsentRow>) -> StoreResult<Beneficiary> {
        let id: BeneficiaryId = word(&self.id)?;
        let consents = consents.into_iter().map(|row| row.opened(held, id)).collect::<StoreResult<_>>()?;
        Ok(Beneficiary {
            id,
            version: self.version,
            organisation_id: word(&self.organisation_id)?,
            household_id: word(&self.household_id)?,
            created_at: instant(self.created_at),
            identity: match held {
                Held::Key(key) => self.identity(key, id)?,
                Held::Erased(at) => Identity::Erased { at: *at },
            },
            consents,
        })
    }

    fn identity(self, key: &DataKey, id: BeneficiaryId) -> StoreResult<Identity> {
        let at = at(id);
        let optional = |column: &str, sealed: Option<String>| {
            sealed.map(|sealed| at.open(key, column, &sealed)).transpose()
        };
        Ok(Identity::Known {
            person: Person {
                name: at.open(key, "name", &self.name)?,
                phone: optional("phone", self.phone)?,
                address: optional("address", self.address)?,
                id_number: optional("id_number", self.id_number)?,
                birth_date: optional_word(optional("birth_date", self.birth_date)?.as_deref())?,
            },
            hardships: json(&at.open(key, "hardships", &self.hardships)?)?,
        })
    }
}

impl ConsentRow {
    /// Who gave it is gone with the resident; what was agreed to, and when, stays as evidence.
    fn opened(self, held: &Held, of: BeneficiaryId) -> StoreResult<Consent> {
        let at = At::new("consents", &self.id, of);
        let open = |column: &str, sealed: Option<String>| match (held, sealed) {
            (Held::Key(key), Some(sealed)) => at.open(key, column, &sealed).map(Some),
            _ => Ok(None),
        };
        Ok(Consent {
            id: word(&self.id)?,
            purpose: word(&self.purpose)?,
            given_by: word(&self.given_by)?,
            guardian_name: open("guardian_name", self.guardian_name)?,
            relation: open("relation", self.relation)?,
            given_on: word(&self.given_on)?,
            withdrawn_on: optional_word(self.withdrawn_on.as_deref())?,
            proof: Proof {
                text_version: self.text_version,
                channel: optional_word(self.channel.as_deref())?,
                evidence: open("evidence", self.evidence)?,
                expires_on: optional_word(self.expires_on.as_deref())?,
            },
        })
    }
}

/// One resident with all consents.
///
/// # Errors
/// When the database does not answer, or a row does not read; `Locked` where the key is not here.
pub fn load(conn: &mut Conn, vault: &Vault, id: BeneficiaryId) -> StoreResult<Option<Beneficiary>> {
    let row: Option<Row> =
        beneficiaries::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    let given = consents::table
        .filter(consents::beneficiary_id.eq(&row.id))
        .order(consents::id.asc())
        .select(ConsentRow::as_select())
        .load::<ConsentRow>(conn)?;
    let held = data_key::load(conn, vault, id)?;
    row.with(&held, given).map(Some)
}

/// One resident with all consents, whom nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; as [`load`].
pub fn load_to_change(conn: &mut Conn, vault: &Vault, id: BeneficiaryId) -> StoreResult<Option<Beneficiary>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(beneficiaries::table.find(id.to_string()))
        .set(beneficiaries::version.eq(beneficiaries::version))
        .execute(conn)?;
    load(conn, vault, id)
}

/// As much of a resident as stands beside a wish.
#[derive(Debug, Clone)]
pub struct Glimpse {
    /// The name; none of one who was erased.
    pub name: Option<String>,
    /// The date of birth.
    pub birth_date: Option<NaiveDate>,
}

/// A glimpse of several residents; nothing else of them is opened.
///
/// # Errors
/// As [`load`].
pub fn glimpses(
    conn: &mut Conn,
    vault: &Vault,
    ids: &[BeneficiaryId],
) -> StoreResult<HashMap<BeneficiaryId, Glimpse>> {
    let texts: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, Option<String>)> = beneficiaries::table
        .filter(beneficiaries::id.eq_any(texts))
        .select((beneficiaries::id, beneficiaries::name, beneficiaries::birth_date))
        .load(conn)?;
    let held = data_key::load_all(conn, vault, ids)?;
    let mut found = HashMap::with_capacity(rows.len());
    for (id, name, born) in rows {
        let id: BeneficiaryId = word(&id)?;
        let glimpse = match held.get(&id) {
            Some(Held::Key(key)) => {
                let born = born.map(|born| at(id).open(key, "birth_date", &born)).transpose()?;
                Glimpse {
                    name: Some(at(id).open(key, "name", &name)?),
                    birth_date: optional_word(born.as_deref())?,
                }
            }
            _ => Glimpse { name: None, birth_date: None },
        };
        found.insert(id, glimpse);
    }
    Ok(found)
}

/// The organisation that looks after a resident; opens nothing.
///
/// # Errors
/// When the database does not answer.
pub fn organisation(conn: &mut Conn, id: BeneficiaryId) -> StoreResult<Option<OrganisationId>> {
    let row: Option<String> = beneficiaries::table
        .find(id.to_string())
        .select(beneficiaries::organisation_id)
        .get_result(conn)
        .optional()?;
    row.map(|id| word(&id)).transpose()
}

/// The organisation of a household.
///
/// # Errors
/// When the database does not answer.
pub fn household(conn: &mut Conn, id: HouseholdId) -> StoreResult<Option<OrganisationId>> {
    let row: Option<String> = households::table
        .find(id.to_string())
        .select(households::organisation_id)
        .get_result(conn)
        .optional()?;
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

/// Enters a resident with the consents given, and makes their key.
///
/// # Errors
/// `Unique` on `id_number_index` where the tree knows a resident with this identity number; `Erased` for
/// one without an identity.
pub fn insert(conn: &mut Conn, vault: &Vault, beneficiary: &Beneficiary) -> StoreResult<()> {
    let Identity::Known { person, hardships } = &beneficiary.identity else {
        return Err(StoreError::Erased);
    };
    let (id, now) = (beneficiary.id, beneficiary.created_at);
    // The key's row points at the resident's, so the resident is entered first.
    let (key, row) = data_key::draw(vault, id, now)?;
    let tree = tree_of(conn, beneficiary.organisation_id)?;
    let sealed = PersonColumns::of(vault, &key, tree, id, person, hardships)?;
    diesel::insert_into(beneficiaries::table)
        .values((
            beneficiaries::id.eq(id.to_string()),
            beneficiaries::version.eq(1_i64),
            beneficiaries::organisation_id.eq(beneficiary.organisation_id.to_string()),
            beneficiaries::household_id.eq(beneficiary.household_id.to_string()),
            sealed,
            beneficiaries::created_at.eq(now.micros()),
            beneficiaries::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    data_key::insert(conn, &row)?;
    beneficiary
        .consents
        .iter()
        .try_for_each(|consent| insert_sealed_consent(conn, vault, &key, id, consent, now))
}

/// Saves who it is and the hardships.
///
/// # Errors
/// `Stale` when it changed since; `Unique` as [`insert`]; `Erased`.
pub fn save(conn: &mut Conn, vault: &Vault, beneficiary: &Beneficiary, now: Instant) -> StoreResult<()> {
    let columns = match &beneficiary.identity {
        Identity::Known { person, hardships } => {
            let held = data_key::load(conn, vault, beneficiary.id)?;
            let tree = tree_of(conn, beneficiary.organisation_id)?;
            PersonColumns::of(vault, held.key()?, tree, beneficiary.id, person, hardships)?
        }
        Identity::Erased { .. } => return Err(StoreError::Erased),
    };
    let seen = beneficiaries::table
        .filter(beneficiaries::id.eq(beneficiary.id.to_string()))
        .filter(beneficiaries::version.eq(beneficiary.version));
    let set = (
        beneficiaries::version.eq(beneficiary.version.saturating_add(1)),
        columns,
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Saves that the version grew, and nothing else: a look changes nothing of what it looks at.
///
/// # Errors
/// `Stale` when it changed since.
pub fn touch(conn: &mut Conn, beneficiary: &Beneficiary, now: Instant) -> StoreResult<()> {
    let seen = beneficiaries::table
        .filter(beneficiaries::id.eq(beneficiary.id.to_string()))
        .filter(beneficiaries::version.eq(beneficiary.version));
    let set = (
        beneficiaries::version.eq(beneficiary.version.saturating_add(1)),
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Empties what is sealed of a resident, what they are found by and who gave their consents; the
/// version grows by one. Their key is destroyed by itself ([`data_key::destroy`]).
///
/// # Errors
/// `Stale` when it changed since.
pub fn erase(conn: &mut Conn, beneficiary: &Beneficiary, now: Instant) -> StoreResult<()> {
    let seen = beneficiaries::table
        .filter(beneficiaries::id.eq(beneficiary.id.to_string()))
        .filter(beneficiaries::version.eq(beneficiary.version));
    let set = (
        beneficiaries::version.eq(beneficiary.version.saturating_add(1)),
        PersonColumns::default(),
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)?;
    let gone = (
        consents::guardian_name.eq(None::<String>),
        consents::relation.eq(None::<String>),
        consents::evidence.eq(None::<String>),
    );
    let given = consents::table.filter(consents::beneficiary_id.eq(beneficiary.id.to_string()));
    diesel::update(given).set(gone).execute(conn)?;
    Ok(())
}

/// Enters a consent.
///
/// # Errors
/// When the database refuses; `Erased`.
pub fn insert_consent(
    conn: &mut Conn,
    vault: &Vault,
    of: BeneficiaryId,
    consent: &Consent,
    now: Instant,
) -> StoreResult<()> {
    let held = data_key::load(conn, vault, of)?;
    insert_sealed_consent(conn, vault, held.key()?, of, consent, now)
}

fn insert_sealed_consent(
    conn: &mut Conn,
    vault: &Vault,
    key: &DataKey,
    of: BeneficiaryId,
    consent: &Consent,
    now: Instant,
) -> StoreResult<()> {
    let at = At::new("consents", consent.id, of);
    let seal = |column: &str, text: Option<&String>| {
        text.map(|text| at.seal(key, column, text, vault.random())).transpose()
    };
    let row = ConsentRow {
        id: consent.id.to_string(),
        beneficiary_id: of.to_string(),
        purpose: consent.purpose.to_string(),
        given_by: consent.given_by.to_string(),
        guardian_name: seal("guardian_name", consent.guardian_name.as_ref())?,
        relation: seal("relation", consent.relation.as_ref())?,
        given_on: date_text(consent.given_on),
        withdrawn_on: consent.withdrawn_on.map(date_text),
        text_version: consent.proof.text_version.clone(),
        channel: consent.proof.channel.map(|channel| channel.to_string()),
        evidence: seal("evidence", consent.proof.evidence.as_ref())?,
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
