//! Residents, their households and their consents. What is personal is sealed under the resident's key.

use crate::{
    Conn, StoreError, StoreResult,
    column::{date_text, instant, json, json_text, one_row, optional_word, word},
    data_key::{self, Held},
    schema::{beneficiaries, households},
    sealed::At,
};
use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;
use domain::{
    beneficiary::{Beneficiary, Consent, Identity, Person},
    id::{BeneficiaryId, HouseholdId, OrganisationId},
    time::Instant,
};
use std::collections::HashMap;
use vault::{DataKey, Vault};

mod consents;
mod list;
mod numbers;

pub use consents::{insert_consent, withdraw_consent};
use list::with_consents;
pub use list::{Filter, count, list, load_all};
pub(crate) use numbers::tree_of;
pub use numbers::{Wanted, find, trees_of, with_id_number};

#[derive(Debug, Clone, Queryable, Selectable)]
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
    merged_into: Option<String>,
}

/// What is sealed of a resident, and what it is found by.
#[derive(Debug, Default, Insertable, AsChangeset)]
#[diesel(table_name = beneficiaries, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct PersonColumns {
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

fn at(id: BeneficiaryId) -> At {
    At::new("beneficiaries", id, id)
}

impl PersonColumns {
    pub(crate) fn of(
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
    /// The record that speaks for this one.
    fn standing(&self) -> &str {
        self.merged_into.as_deref().unwrap_or(&self.id)
    }

    /// With who it is by the record that speaks for it, and what was said in all of theirs.
    fn with(&self, identity: Identity, consents: Vec<Consent>) -> StoreResult<Beneficiary> {
        Ok(Beneficiary {
            id: word(&self.id)?,
            version: self.version,
            organisation_id: word(&self.organisation_id)?,
            household_id: word(&self.household_id)?,
            merged_into: optional_word(self.merged_into.as_deref())?,
            created_at: instant(self.created_at),
            identity,
            consents,
        })
    }

    fn shown(self, held: &Held) -> StoreResult<Identity> {
        let id = word(&self.id)?;
        match held {
            Held::Key(key) => self.identity(key, id),
            Held::Erased(at) => Ok(Identity::Erased { at: *at }),
        }
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

/// One resident with all consents.
///
/// # Errors
/// When the database does not answer, or a row does not read; `Locked` where the key is not here.
pub fn load(conn: &mut Conn, vault: &Vault, id: BeneficiaryId) -> StoreResult<Option<Beneficiary>> {
    let row: Option<Row> =
        beneficiaries::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    Ok(with_consents(conn, vault, row.into_iter().collect())?.pop())
}

/// Who it is by the record itself, also where another speaks for it.
///
/// # Errors
/// As [`load`].
pub fn own(conn: &mut Conn, vault: &Vault, id: BeneficiaryId) -> StoreResult<Identity> {
    let row: Row = beneficiaries::table.find(id.to_string()).select(Row::as_select()).get_result(conn)?;
    let held = data_key::load(conn, vault, id)?;
    row.shown(&held)
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
    let rows: Vec<(String, Option<String>)> = beneficiaries::table
        .filter(beneficiaries::id.eq_any(&texts))
        .select((beneficiaries::id, beneficiaries::merged_into))
        .load(conn)?;
    let mut standing: HashMap<BeneficiaryId, BeneficiaryId> = HashMap::with_capacity(rows.len());
    for (id, into) in rows {
        let id = word(&id)?;
        standing.insert(id, optional_word(into.as_deref())?.unwrap_or(id));
    }
    let spoken: Vec<BeneficiaryId> = standing.values().copied().collect();
    let own = own_glimpses(conn, vault, &spoken)?;
    Ok(standing.into_iter().filter_map(|(id, by)| Some((id, own.get(&by)?.clone()))).collect())
}

fn own_glimpses(
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
        .try_for_each(|consent| consents::insert_sealed(conn, vault, &key, id, consent, now))
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
    let born = columns.birth_year;
    let seen = beneficiaries::table
        .filter(beneficiaries::id.eq(beneficiary.id.to_string()))
        .filter(beneficiaries::version.eq(beneficiary.version));
    let set = (
        beneficiaries::version.eq(beneficiary.version.saturating_add(1)),
        columns,
        beneficiaries::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)?;
    // They are counted by the years of whoever speaks for them.
    let merged = beneficiaries::table.filter(beneficiaries::merged_into.eq(beneficiary.id.to_string()));
    diesel::update(merged).set(beneficiaries::birth_year.eq(born)).execute(conn)?;
    Ok(())
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
    consents::forget_givers(conn, beneficiary.id)
}
