//! A certificate as anybody sees it who has its code: never a resident, a wish or a village.

use super::{caller::Caller, extract::Path, shared::hours};
use crate::{
    app::certificate::{self as work, Checked},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use chrono::NaiveDate;
use domain::{
    certificate::{Certificate as Domain, Ground, Validity},
    claimant::Kind,
    honour::Outcomes,
};
use serde::Serialize;

/// Wishes and hours of a certificate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CertifiedFigures {
    /// Wishes, each once.
    wishes: i64,
    /// Person-hours.
    hours: f64,
}

impl CertifiedFigures {
    /// As it was issued.
    pub(super) fn issued(of: &Domain) -> Self {
        Self { wishes: of.wishes, hours: hours(of.quarter_hours) }
    }

    /// What still holds.
    pub(super) fn holding(of: Outcomes) -> Self {
        Self { wishes: of.wishes, hours: hours(of.quarter_hours) }
    }
}

/// A certificate, checked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PublicCertificate {
    /// Its code, as it stands on it.
    #[schema(examples("7K3V-QWZD-P2XM-9NTA"))]
    code: String,
    /// What it is worth now.
    validity: Validity,
    /// A person or a unit.
    kind: Kind,
    /// The name on it; absent where its claimant is not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Who issued it: a county or a level above.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The first day of the time that it is for; absent where it is for one claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
    /// What was certified.
    certified: CertifiedFigures,
    /// What of it still holds: less where an outcome was taken back.
    holds: CertifiedFigures,
    /// The day on which it was issued.
    issued_on: NaiveDate,
    /// The day on which it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_on: Option<NaiveDate>,
}

fn shape(Checked { certificate: of, holds, issuer }: Checked) -> PublicCertificate {
    let span = match of.ground {
        Ground::Span(span) => Some(span),
        Ground::Claim(_) => None,
    };
    PublicCertificate {
        code: of.code.to_string(),
        validity: of.validity(holds),
        kind: of.kind,
        certified: CertifiedFigures::issued(&of),
        holds: CertifiedFigures::holding(holds),
        issued_on: of.issued_at.date(),
        revoked_on: of.revoked.map(|revoked| revoked.at.date()),
        from: span.map(|span| span.from),
        to: span.map(|span| span.to),
        name: Some(of.name).filter(|_| of.named),
        issuer,
    }
}

/// Checks a certificate by its code, however it is typed; without signing in. 422 `mistyped_code` where its last character
/// does not fit the others, 404 where nobody issued it. Ten a minute from one address.
#[utoipa::path(
    tag = "honours",
    security(()),
    params(("code" = String, Path, description = "The code on it.")),
    responses((status = 200, description = "It", body = PublicCertificate), ReadProblems),
)]
#[get("/certificates/{code}")]
async fn get_certificate(caller: Caller, code: Path<String>) -> Result<HttpResponse, Failure> {
    let found = caller.read(move |tx, cx| work::check(tx, cx, &code.0)).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(shape(found)))
}

/// Mounts it.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_certificate);
}
