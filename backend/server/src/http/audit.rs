//! Audit over HTTP: who did and saw what, and the heads of the chain that proves it whole.

use super::{
    caller::Caller,
    event::{self, Event},
    extract::{Listing, Page, Paging, Query},
};
use crate::{
    app::{self, audit as work},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{
    event::{Kind, Subject},
    id::{OrganisationId, UserId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::audit::{Chained, Filter, Head};

/// What an auditor looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The subtree; the first that I audit when absent.
    organisation_id: Option<OrganisationId>,
    /// Done by this user.
    actor_id: Option<UserId>,
    /// Of this kind.
    kind: Option<Kind>,
    /// About this sort of thing.
    subject: Option<Subject>,
    /// About this one.
    #[param(format = Uuid)]
    subject_id: Option<uuid::Uuid>,
    /// Not before.
    from: Option<Instant>,
    /// Before.
    until: Option<Instant>,
}

impl Asked {
    fn filter(&self) -> Filter {
        Filter {
            actor: self.actor_id,
            kind: self.kind,
            subject: self.subject,
            subject_id: self.subject_id.map(|id| id.to_string()),
            from: self.from,
            until: self.until,
        }
    }
}

/// An event in its chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AuditEvent {
    /// What happened.
    event: Event,
    /// Its number in the chain of its tree, without gaps.
    chain_number: i64,
    /// SHA-256 over the hash before it and all that it says.
    chain_hash: String,
    #[serde(skip)]
    position: i64,
}

fn shape(tx: &mut store::Conn, chained: Vec<Chained>) -> Result<Vec<AuditEvent>, Failure> {
    let (places, events): (Vec<_>, Vec<_>) =
        chained.into_iter().map(|one| ((one.position, one.number, one.hash), one.event)).unzip();
    let events = event::shape(tx, events, true)?;
    let one = |((position, chain_number, chain_hash), event)| AuditEvent {
        event,
        chain_number,
        chain_hash,
        position,
    };
    Ok(places.into_iter().zip(events).map(one).collect())
}

/// Who did what, and who looked at whose personal data, oldest first. For auditors and administrators.
#[utoipa::path(
    tag = "events",
    params(Asked, Paging),
    responses((status = 200, description = "A page", body = Page<AuditEvent>), ReadProblems),
)]
#[get("/audit/events")]
async fn list_audit_events(caller: Caller, list: Listing<Asked>) -> Result<HttpResponse, Failure> {
    let (after, rows) = (list.after::<i64>()?.unwrap_or_default(), list.rows());
    let (place, filter) = (list.filter.organisation_id, list.filter.filter());
    app::event::place(&caller.state).await?;
    let found = caller
        .read_slow(move |tx, cx| {
            let found = work::list(tx, cx, place, &filter, (after, rows))?;
            shape(tx, found)
        })
        .await?;
    list.answer(found, |event| event.position, |event| event)
}

/// Of which tree.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// An organisation of the tree; the first that I audit when absent.
    organisation_id: Option<OrganisationId>,
}

/// Where the chain of a tree's events ended on a day. Kept elsewhere, it proves later that nothing before
/// it was changed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AuditHead {
    /// The day, in China.
    day: String,
    /// How many events the chain had.
    length: i64,
    /// The hash of the last one.
    hash: String,
    /// The server's keyed hash of the above.
    seal: String,
}

/// The heads of a tree's chain.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AuditHeads {
    /// The latest day first; the last hundred days on which something happened.
    items: Vec<AuditHead>,
}

impl From<Head> for AuditHead {
    fn from(head: Head) -> Self {
        Self { day: head.day, length: head.length, hash: head.hash, seal: head.seal }
    }
}

/// The daily heads of the chain of events, to be kept where nobody who can write to the database can.
#[utoipa::path(
    tag = "events",
    params(Whose),
    responses((status = 200, description = "The heads", body = AuditHeads), ReadProblems),
)]
#[get("/audit/head")]
async fn get_audit_head(caller: Caller, whose: Query<Whose>) -> Result<HttpResponse, Failure> {
    app::event::place(&caller.state).await?;
    let place = whose.0.organisation_id;
    let heads = caller.read(move |tx, cx| work::days(tx, cx, place)).await?;
    let items = heads.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(AuditHeads { items }))
}

/// Mounts the operations of audit.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_audit_events).service(get_audit_head);
}
