//! Distinctions over HTTP: two records that look like one resident and are of two.

use super::{
    caller::Caller,
    extract::{Body, Idempotency, IfMatchOptional, Path},
    reply::Reply,
    shared::UserRef,
    wish::Nothing,
};
use crate::{
    app::{distinction as work, names::Names},
    openapi::Problems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, post};
use domain::{
    distinction::{Distinction as Domain, Reason},
    id::{BeneficiaryId, DistinctionId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

const VIEW: &str = "distinction";

/// That two records are of two people.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Distinction {
    /// Its id.
    id: DistinctionId,
    /// The older record.
    one_id: BeneficiaryId,
    /// The newer one.
    other_id: BeneficiaryId,
    /// How they know.
    reason: Reason,
    /// Who said so.
    said_by: UserRef,
    /// When.
    said_at: Instant,
    /// Who took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<UserRef>,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<Instant>,
    /// Counts its changes.
    version: i64,
}

pub(super) fn shown(tx: &mut Conn, of: Domain) -> Result<Distinction, Failure> {
    let by = std::iter::once(of.said_by).chain(of.undone.map(|(by, _)| by));
    let names = Names::default().users(tx, by)?;
    Ok(Distinction {
        id: of.id,
        one_id: of.one_id,
        other_id: of.other_id,
        reason: of.reason,
        said_by: UserRef::of(of.said_by, &names),
        said_at: of.said_at,
        undone_by: of.undone.map(|(by, _)| UserRef::of(by, &names)),
        undone_at: of.undone.map(|(_, at)| at),
        version: of.version,
    })
}

/// Who is somebody else.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDistinction {
    /// The other record.
    other_id: BeneficiaryId,
    /// How one knows.
    reason: Reason,
}

/// Says that two records are of two people, however alike they look: they are suggested as doubles no more, and not merged until that is
/// taken back. The same once more is the same distinction.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The one record.")),
    request_body = NewDistinction,
    responses((status = 201, description = "Told apart", body = Distinction), Problems),
)]
#[post("/beneficiaries/{id}/distinctions")]
async fn tell_apart(
    caller: Caller,
    id: Path<BeneficiaryId>,
    idem: Idempotency,
    body: Body<NewDistinction>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewDistinction { other_id, reason } = body.value;
    caller
        .change(keyed, move |tx, cx| {
            let said = work::tell(tx, cx, id.0, other_id, reason)?;
            let shown = shown(tx, said)?;
            let at = format!("/beneficiaries/{}/comparison?other_id={}", shown.one_id, shown.other_id);
            Ok(Reply::created(at, &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Takes back that two records are of two people: they may be one again.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = DistinctionId, Path, description = "The distinction.")),
    request_body = Nothing,
    responses((status = 200, description = "Taken back", body = Distinction), Problems),
)]
#[post("/distinctions/{id}/undo")]
async fn undo_distinction(
    caller: Caller,
    id: Path<DistinctionId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let said = work::undo(tx, cx, id.0, &seen.0)?;
            let shown = shown(tx, said)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Mounts the operations on distinctions.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(tell_apart).service(undo_distinction);
}
