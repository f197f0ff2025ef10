//! Certificates, found by their code.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, one_row, optional_word, required, word},
    organisation::subtree,
    schema::certificates,
};
use diesel::prelude::*;
use domain::{
    certificate::{Certificate, CertificateCode, Ground, Revocation},
    honour::Span,
    id::{CertificateId, ClaimantId, OrganisationId},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = certificates, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    claimant_id: String,
    code: String,
    from_on: Option<String>,
    to_on: Option<String>,
    claim_id: Option<String>,
    wishes: i64,
    quarter_hours: i64,
    kind: String,
    name: String,
    named: bool,
    issued_by: String,
    issued_at: i64,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    revoked_reason: Option<String>,
    updated_at: i64,
}

impl Row {
    fn of(one: &Certificate, now: Instant) -> Self {
        let (span, claim) = match one.ground {
            Ground::Span(span) => (Some(span), None),
            Ground::Claim(id) => (None, Some(id)),
        };
        Self {
            id: one.id.to_string(),
            version: one.version,
            organisation_id: one.organisation_id.to_string(),
            claimant_id: one.claimant_id.to_string(),
            code: one.code.to_string(),
            from_on: span.map(|span| date_text(span.from)),
            to_on: span.map(|span| date_text(span.to)),
            claim_id: claim.map(|id| id.to_string()),
            wishes: one.wishes,
            quarter_hours: one.quarter_hours,
            kind: one.kind.to_string(),
            name: one.name.clone(),
            named: one.named,
            issued_by: one.issued_by.to_string(),
            issued_at: one.issued_at.micros(),
            revoked_at: one.revoked.map(|revoked| revoked.at.micros()),
            revoked_by: one.revoked.map(|revoked| revoked.by.to_string()),
            revoked_reason: one.revoked.map(|revoked| revoked.reason.to_string()),
            updated_at: now.micros(),
        }
    }

    fn ground(&self) -> StoreResult<Ground> {
        if let Some(claim) = &self.claim_id {
            return Ok(Ground::Claim(word(claim)?));
        }
        Ok(Ground::Span(Span {
            from: word(required(self.from_on.as_deref(), "from_on")?)?,
            to: word(required(self.to_on.as_deref(), "to_on")?)?,
        }))
    }

    fn revoked(&self) -> StoreResult<Option<Revocation>> {
        let Some(at) = self.revoked_at else { return Ok(None) };
        Ok(Some(Revocation {
            at: instant(at),
            by: required(optional_word(self.revoked_by.as_deref())?, "revoked_by")?,
            reason: required(optional_word(self.revoked_reason.as_deref())?, "revoked_reason")?,
        }))
    }
}

impl TryFrom<Row> for Certificate {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            ground: row.ground()?,
            revoked: row.revoked()?,
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            claimant_id: word(&row.claimant_id)?,
            code: word(&row.code)?,
            wishes: row.wishes,
            quarter_hours: row.quarter_hours,
            kind: word(&row.kind)?,
            name: row.name,
            named: row.named,
            issued_by: word(&row.issued_by)?,
            issued_at: instant(row.issued_at),
        })
    }
}

/// The certificate with this code.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn by_code(conn: &mut Conn, code: CertificateCode) -> StoreResult<Option<Certificate>> {
    let row: Option<Row> = certificates::table
        .filter(certificates::code.eq(code.to_string()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a certificate.
///
/// # Errors
/// `Unique` on `claim_id`, or on `organisation_id`, `claimant_id`, `from_on`, `to_on`, where the same is certified.
pub fn insert(conn: &mut Conn, one: &Certificate) -> StoreResult<()> {
    diesel::insert_into(certificates::table).values(&Row::of(one, one.issued_at)).execute(conn)?;
    Ok(())
}

/// Saves a certificate under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, one: &Certificate, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(one, now);
    row.version = one.version.saturating_add(1);
    let seen = certificates::table
        .filter(certificates::id.eq(one.id.to_string()))
        .filter(certificates::version.eq(one.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Whose certificates a list shows.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// Issued by an organisation or one below it.
    IssuedBelow(OrganisationId),
    /// Of a claimant.
    Of(ClaimantId),
}

/// Certificates, newest first, before an id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    whose: Whose,
    before: Option<CertificateId>,
    limit: i64,
) -> StoreResult<Vec<Certificate>> {
    let mut query = certificates::table.select(Row::as_select()).into_boxed();
    query = match whose {
        Whose::IssuedBelow(root) => query.filter(certificates::organisation_id.eq_any(subtree(root))),
        Whose::Of(claimant) => query.filter(certificates::claimant_id.eq(claimant.to_string())),
    };
    if let Some(before) = before {
        query = query.filter(certificates::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(certificates::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
