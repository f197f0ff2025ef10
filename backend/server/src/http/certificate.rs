//! Certificates over HTTP, for who issues them and whose they are.

use super::{
    caller::Caller,
    certificate_public::CertifiedFigures,
    claim_view::ClaimantRef,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    ambient,
    app::{
        certificate::{self as work, Asked, Held},
        names::Names,
    },
    openapi::{Problems, ReadProblems},
    problem::{Failure, Internal},
    routes::Routes,
};
use actix_web::{HttpResponse, get, patch, post};
use chrono::NaiveDate;
use domain::{
    access::Act,
    certificate::{CertificateCode, Ground, RevocationReason, Validity},
    honour::Span,
    id::{CertificateId, ClaimId, ClaimantId, OrganisationId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// An organisation's word that a claimant fulfilled wishes (荣誉证书).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Certificate {
    /// Its id.
    id: CertificateId,
    /// By what anybody checks it.
    #[schema(examples("7K3V-QWZD-P2XM-9NTA"))]
    code: String,
    /// Who issued it.
    organisation: OrgRef,
    /// Of whom, by the name of then.
    claimant: ClaimantRef,
    /// The first day of the time that it is for; absent where it is for one claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
    /// The claim that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// What was certified.
    certified: CertifiedFigures,
    /// What of it still holds.
    holds: CertifiedFigures,
    /// What it is worth now.
    validity: Validity,
    /// Everybody who checks it reads the claimant's name.
    named: bool,
    /// When it was issued.
    issued_at: Instant,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Instant>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_reason: Option<RevocationReason>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes.
    version: i64,
}

fn shape(tx: &mut Conn, list: Vec<Held>) -> Result<Vec<Certificate>, Failure> {
    let ids = list.iter().map(|one| one.certificate.organisation_id);
    let names = Names::default().organisations(tx, ids)?;
    let certificate = |Held { certificate: of, holds, acts }: Held| {
        let (span, claim_id) = match of.ground {
            Ground::Span(span) => (Some(span), None),
            Ground::Claim(id) => (None, Some(id)),
        };
        Certificate {
            id: of.id,
            code: of.code.to_string(),
            organisation: OrgRef::of(of.organisation_id, &names),
            from: span.map(|span| span.from),
            to: span.map(|span| span.to),
            claim_id,
            certified: CertifiedFigures::issued(&of),
            holds: CertifiedFigures::holding(holds),
            validity: of.validity(holds),
            claimant: ClaimantRef { id: of.claimant_id, display_name: of.name, kind: of.kind },
            named: of.named,
            issued_at: of.issued_at,
            revoked_at: of.revoked.map(|revoked| revoked.at),
            revoked_reason: of.revoked.map(|revoked| revoked.reason),
            may: acts.into_iter().map(Act::operation_id).collect(),
            version: of.version,
        }
    };
    Ok(list.into_iter().map(certificate).collect())
}

fn answer(tx: &mut Conn, one: Held, created: bool) -> Result<Reply, Failure> {
    let shown = crate::app::found(shape(tx, vec![one])?.pop())?;
    let reply = match created {
        true => Reply::created(format!("/certificates/{}", shown.code), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "certificate"))
}

/// What to certify: a claimant's time, or one claim.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewCertificate {
    /// Of whom, for a time.
    claimant_id: Option<ClaimantId>,
    /// Its first day.
    from: Option<NaiveDate>,
    /// Its last day, today at the latest.
    to: Option<NaiveDate>,
    /// Or the claim, and nothing else.
    claim_id: Option<ClaimId>,
}

impl NewCertificate {
    fn asked(&self) -> Result<Asked, Refusal> {
        match (self.claim_id, self.claimant_id, self.from, self.to) {
            (Some(claim), None, None, None) => Ok(Asked::Claim(claim)),
            (None, Some(claimant), Some(from), Some(to)) => {
                Ok(Asked::Span(claimant, Span::of(from, to, "/to")?))
            }
            (claim, claimant, from, to) => {
                let mut faults = Faults::default();
                for (pointer, said) in
                    [("/claimant_id", claimant.is_some()), ("/from", from.is_some()), ("/to", to.is_some())]
                {
                    let fault = if said { Fault::Unknown } else { Fault::Required };
                    faults.check(said != claim.is_some(), pointer, fault);
                }
                faults.finish()?;
                Err(Code::Invalid.into())
            }
        }
    }
}

/// Certifies what others confirmed of a claimant below an organisation, in a time or by one claim. The figures stay as they
/// are now; what still holds of them is counted whenever somebody checks it.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = NewCertificate,
    responses((status = 201, description = "Issued", body = Certificate), Problems),
)]
#[post("/organisations/{id}/certificates")]
async fn create_certificate(
    caller: Caller,
    id: Path<OrganisationId>,
    idem: Idempotency,
    body: Body<NewCertificate>,
) -> Result<HttpResponse, Failure> {
    let random = ambient::random().map_err(|error| Internal::caused("drawing a code", &error))?;
    let (code, keyed) = (CertificateCode::drawn(random), idem.keyed(&body.digest));
    caller
        .change(keyed, move |tx, cx| {
            let made = work::create(tx, cx, id.0, body.value.asked()?, code)?;
            answer(tx, made, true)
        })
        .await
}

/// Certificates that an organisation and those below it issued, newest first.
#[utoipa::path(
    tag = "honours",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, description = "A page", body = Page<Certificate>), ReadProblems),
)]
#[get("/organisations/{id}/certificates")]
async fn list_certificates(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::issued_below(tx, cx, id.0, before, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// The certificates of a claimant, newest first.
#[utoipa::path(
    tag = "honours",
    params(("id" = ClaimantId, Path, description = "The claimant."), Paging),
    responses((status = 200, description = "A page", body = Page<Certificate>), ReadProblems),
)]
#[get("/claimants/{id}/certificates")]
async fn list_claimant_certificates(
    caller: Caller,
    id: Path<ClaimantId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::of_claimant(tx, cx, id.0, before, rows)?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// What to change of a certificate.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CertificatePatch {
    /// Everybody who checks it reads the claimant's name.
    named: bool,
}

/// Says whether the claimant is named on it: for who acts for the claimant, and for nobody else. A unit is named from the
/// beginning, a person is not.
#[utoipa::path(
    tag = "honours",
    params(("code" = String, Path, description = "The code on it.")),
    request_body = CertificatePatch,
    responses((status = 200, description = "Changed", body = Certificate), Problems),
)]
#[patch("/certificates/{code}")]
async fn update_certificate(
    caller: Caller,
    code: Path<String>,
    seen: IfMatch,
    body: Body<CertificatePatch>,
) -> Result<HttpResponse, Failure> {
    let named = body.value.named;
    caller
        .change(None, move |tx, cx| {
            let changed = work::name(tx, cx, &code.0, &seen.0, named)?;
            answer(tx, changed, false)
        })
        .await
}

/// To revoke a certificate.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Revoking {
    /// Why; its claimant reads it, whoever checks it does not.
    reason: RevocationReason,
}

/// Takes a certificate back. Whoever checks it reads that it was.
#[utoipa::path(
    tag = "honours",
    params(("code" = String, Path, description = "The code on it.")),
    request_body = Revoking,
    responses((status = 200, description = "Revoked", body = Certificate), Problems),
)]
#[post("/certificates/{code}/revoke")]
async fn revoke_certificate(
    caller: Caller,
    code: Path<String>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Revoking>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let revoked = work::revoke(tx, cx, &code.0, &seen.0, reason)?;
            answer(tx, revoked, false)
        })
        .await
}

/// Mounts the operations on certificates.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_certificate)
        .service(list_certificates)
        .service(list_claimant_certificates)
        .service(update_certificate)
        .service(revoke_certificate);
}
