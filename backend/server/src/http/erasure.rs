//! Erasing a resident over HTTP.

use super::{
    beneficiary::{MASKED, shown},
    beneficiary_view::Beneficiary,
    caller::Caller,
    extract::{Body, IfMatch, Path},
    reply::Reply,
};
use crate::{app, openapi::Problems, problem::Failure, routes::Routes};
use actix_web::{HttpResponse, post};
use domain::{beneficiary::ErasureReason, id::BeneficiaryId};
use serde::Deserialize;

/// Why a resident is erased.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Erasure {
    /// A word, since it is kept.
    reason: ErasureReason,
}

/// Erases a resident for good: the key to all that is personal is destroyed, also for every backup. Ended
/// wishes keep their figures and lose their texts. Refused while a wish has not ended.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident.")),
    request_body = Erasure,
    responses((status = 200, description = "Erased", body = Beneficiary), Problems),
)]
#[post("/beneficiaries/{id}/erasure")]
async fn erase_beneficiary(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatch,
    body: Body<Erasure>,
) -> Result<HttpResponse, Failure> {
    let reason = body.value.reason;
    let db = caller.state.db.clone();
    let done = caller
        .change(None, move |tx, cx| {
            let erased = app::erasure::erase(tx, cx, id.0, &seen.0, reason)?;
            let shown = shown(tx, cx, erased)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, MASKED))
        })
        .await?;
    // The erasure stands; that the log still holds pages from before is worth a line, not a refusal.
    if let Err(error) = db.empty_log().await {
        tracing::warn!(%error, "the log was not emptied after an erasure");
    }
    Ok(done)
}

/// Mounts the operations on erasure.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(erase_beneficiary);
}
