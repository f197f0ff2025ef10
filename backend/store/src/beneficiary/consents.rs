//! What residents agreed to. Who gave a consent for them is sealed under their key.

use crate::{
    Conn, StoreResult,
    column::{date_text, one_row, optional_word, word},
    data_key::{self, Held},
    schema::consents,
    sealed::At,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    beneficiary::{Consent, Proof},
    id::{BeneficiaryId, ConsentId},
    time::Instant,
};
use vault::{DataKey, Vault};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub(super) struct ConsentRow {
    id: String,
    pub(super) beneficiary_id: String,
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

impl ConsentRow {
    /// Who gave it is gone with the resident; what was agreed to, and when, stays as evidence.
    pub(super) fn opened(self, held: &Held, of: BeneficiaryId) -> StoreResult<Consent> {
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
    insert_sealed(conn, vault, held.key()?, of, consent, now)
}

pub(super) fn insert_sealed(
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

/// Empties who gave a resident's consents.
pub(super) fn forget_givers(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let gone = (
        consents::guardian_name.eq(None::<String>),
        consents::relation.eq(None::<String>),
        consents::evidence.eq(None::<String>),
    );
    let given = consents::table.filter(consents::beneficiary_id.eq(of.to_string()));
    diesel::update(given).set(gone).execute(conn)?;
    Ok(())
}
