//! Who saw a resident's personal data (PIPL art. 44, 45): the list that a worker prints for them.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Listing, Page, Paging, Path},
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{self, Context, names::Names},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get};
use domain::{
    event::Kind,
    id::{BeneficiaryId, ClaimantId, EventId, LookRequestId},
    look::LookPurpose,
    time::Instant,
};
use serde::Serialize;
use store::{Conn, event::Event};

/// What was seen.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scope {
    /// Everything that is known of the resident.
    Full,
    /// Name, phone, address and the private part of a wish, for its delivery.
    Delivery,
    /// A picture of a wish or of a delivery.
    Photo,
    /// A copy of everything, for the resident.
    Copy,
    /// Name, phone and address, in a file that was taken out.
    Export,
}

impl Scope {
    /// Of a recorded look.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::BeneficiaryRevealed => Self::Full,
            Kind::BeneficiaryCopied => Self::Copy,
            Kind::AttachmentViewed => Self::Photo,
            Kind::ExportDownloaded => Self::Export,
            _ => Self::Delivery,
        }
    }
}

/// One recorded look at what identifies a resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Disclosure {
    /// Its id.
    id: EventId,
    /// When.
    at: Instant,
    /// What was seen.
    scope: Scope,
    /// Who looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<UserRef>,
    /// For which organisation: the one that looks after the resident, or the claimant's.
    organisation: OrgRef,
    /// For which claimant.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimant: Option<String>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<LookPurpose>,
    /// What the file was asked for, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    export_purpose: Option<String>,
    /// The request that the child-data officer approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<LookRequestId>,
}

/// A word of the record, as far as it is one that we know.
fn word<T: std::str::FromStr>(look: &Event, name: &str) -> Option<T> {
    look.data.get(name)?.as_str()?.parse().ok()
}

pub(super) fn see(tx: &mut Conn, cx: &Context, looks: Vec<Event>) -> Result<Vec<Disclosure>, Failure> {
    let of = |look: &Event| -> Option<ClaimantId> { word(look, "claimant_id") };
    let names = Names::default()
        .claimants(tx, looks.iter().filter_map(of))?
        .users(tx, looks.iter().filter_map(|look| look.actor))?;
    let organisation = |look: &Event| {
        let claimant = of(look).and_then(|id| names.claimant(id));
        claimant.map_or(look.organisation_id, |one| one.organisation_id)
    };
    let ids: Vec<_> = looks.iter().map(organisation).collect();
    let organisations = Names::default().organisations(tx, ids.iter().copied())?;
    let purposes = app::export::purposes(tx, cx, &looks)?;
    let shown = looks.into_iter().zip(ids).map(|(look, at)| Disclosure {
        id: look.id,
        at: look.at,
        scope: Scope::of(look.kind),
        by: look.actor.map(|by| UserRef::of(by, &names)),
        organisation: OrgRef::of(at, &organisations),
        claimant: of(&look).and_then(|id| names.claimant(id)).map(|one| one.profile.display_name.clone()),
        purpose: word(&look, "purpose"),
        export_purpose: purposes.get(&look.subject_id).cloned(),
        request_id: word(&look, "request_id"),
    });
    Ok(shown.collect())
}

/// Who looked at what identifies a resident, when and why, newest first; also of one who was erased.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The resident."), Paging),
    responses((status = 200, description = "A page", body = Page<Disclosure>), ReadProblems),
)]
#[get("/beneficiaries/{id}/disclosures")]
async fn list_disclosures(
    caller: Caller,
    id: Path<BeneficiaryId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let looks = app::beneficiary::looks(tx, cx, id.0, before, rows)?;
            see(tx, cx, looks)
        })
        .await?;
    list.answer(found, |look| look.id, |look| look)
}

/// Mounts the operations on disclosures.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_disclosures);
}
