//! What waits for the caller, over HTTP.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging},
};
use crate::{
    app::task::{self as work, Count},
    openapi::ReadProblems,
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, http::header::CACHE_CONTROL};
use domain::{
    id::{
        AllocationId, ApplicationId, CampaignId, ClaimId, EscalationId, ExportId, PairingId, ReferralId,
        WishId,
    },
    task::{Kind, Source, Why},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::task::Found;

/// The wish that something waits for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TaskWish {
    /// Its id.
    id: WishId,
    /// The wish in one line; absent for a claimant once it is off the wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// Something that waits for me.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Task {
    /// What is to be done.
    kind: Kind,
    /// Why.
    why: Why,
    /// About which wish; none where it is about a pairing, an application, a referral, an export or a campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    wish: Option<TaskWish>,
    /// The pairing that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pairing_id: Option<PairingId>,
    /// The application that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<ApplicationId>,
    /// The referral that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    referral_id: Option<ReferralId>,
    /// The money asked of a pool that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    allocation_id: Option<AllocationId>,
    /// The export that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    export_id: Option<ExportId>,
    /// The campaign that an organisation is asked to hold too.
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    /// The claim that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_id: Option<ClaimId>,
    /// The escalation that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    escalation_id: Option<EscalationId>,
    /// Since when it waits, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Instant>,
    /// By when it is to be done.
    due_at: Instant,
    /// The page on which it is done, as a path of the front end.
    #[schema(examples("/console/review/01920000-0000-7000-8000-000000000001"))]
    link: String,
}

impl From<Found> for Task {
    fn from(found: Found) -> Self {
        let (kind, why, link) = (found.source.kind(), work::why(&found), link(&found));
        let of_pairing = found.source.is_of_pairings();
        let of_claim = !of_pairing && (found.source == Source::Delivered || found.source.is_of_claimants());
        let of_escalation = matches!(found.source, Source::SentUp | Source::WishReturned);
        let wish = found.wish.map(|wish| {
            let title_shown = !(wish.hidden && found.source.is_of_claimants());
            TaskWish { id: wish.id, title: title_shown.then_some(wish.title) }
        });
        Self {
            kind,
            why,
            wish,
            application_id: (found.source == Source::Applications).then_some(ApplicationId(found.subject_id)),
            referral_id: found.source.is_of_referrals().then_some(ReferralId(found.subject_id)),
            allocation_id: found.pool_id.map(|_| AllocationId(found.subject_id)),
            export_id: (found.source == Source::Exports).then_some(ExportId(found.subject_id)),
            campaign_id: (found.source == Source::Hosting).then_some(CampaignId(found.subject_id)),
            pairing_id: of_pairing.then_some(PairingId(found.subject_id)),
            claim_id: of_claim.then_some(ClaimId(found.subject_id)),
            escalation_id: of_escalation.then_some(EscalationId(found.subject_id)),
            since: found.since,
            due_at: found.due_at,
            link,
        }
    }
}

fn link(found: &Found) -> String {
    let subject = found.subject_id;
    let wish = found.wish.as_ref().map_or(subject, |wish| wish.id.0);
    match found.source {
        Source::PairingProposed | Source::VisitDue => format!("/account/pairings/{subject}"),
        Source::VisitMissed => format!("/console/pairings/{subject}"),
        Source::Applications => format!("/console/applications/{subject}"),
        Source::ReferralsNoted | Source::ReferralsSent | Source::ReferralsOverdue => {
            format!("/console/referrals/{subject}")
        }
        Source::Allocations => format!("/console/pools/{}", found.pool_id.map_or(subject, |pool| pool.0)),
        Source::Exports => format!("/console/exports/{subject}"),
        Source::Hosting => format!("/console/campaigns/{subject}"),
        Source::Submitted => format!("/console/review/{wish}"),
        Source::Unclaimed => format!("/console/dispatch/{wish}"),
        Source::Delivered => format!("/console/confirm/{subject}"),
        Source::SentUp => format!("/console/escalations/{subject}"),
        Source::DraftReturned => format!("/console/wishes/{wish}/edit"),
        Source::RedListed => format!("/console/red/{wish}"),
        Source::WishSoon | Source::WishOver | Source::WishReturned | Source::SpotChecks => {
            format!("/console/wishes/{wish}")
        }
        Source::Dispatched
        | Source::CameFree
        | Source::LeaseSoon
        | Source::LeaseOver
        | Source::DeliveryReturned => format!("/mine/{subject}"),
    }
}

/// What narrows the list of tasks down.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TaskFilter {
    /// Of this kind alone.
    kind: Option<Kind>,
}

/// What waits for me, and why; the most urgent first.
#[utoipa::path(tag = "tasks", params(TaskFilter, Paging), responses((status = 200, body = Page<Task>), ReadProblems))]
#[get("/me/tasks")]
async fn list_my_tasks(caller: Caller, list: Listing<TaskFilter>) -> Result<HttpResponse, Failure> {
    let (kind, after, rows) = (list.filter.kind, list.after()?, list.rows());
    let found = caller.read_slow(move |tx, cx| work::list(tx, cx, kind, after, rows)).await?;
    list.answer(found, work::key, Task::from)
}

/// How many of one kind wait.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TaskCount {
    /// What is to be done.
    kind: Kind,
    /// How many; at most 99.
    count: usize,
    /// There are more than are counted.
    more: bool,
}

/// How much waits for me.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TaskCounts {
    /// Of each kind of which something waits.
    items: Vec<TaskCount>,
    /// How many different wishes and pairings in all, at most 99: one may wait for two reasons.
    wishes: usize,
    /// There are more wishes than are counted.
    more: bool,
}

/// How much waits for me, by kind: for badges. It changes by the minute, not by the second.
#[utoipa::path(tag = "tasks", responses((status = 200, body = TaskCounts), ReadProblems))]
#[get("/me/tasks/counts")]
async fn get_my_task_counts(caller: Caller) -> Result<HttpResponse, Failure> {
    let counts = caller.read_slow(work::count).await?;
    let shape = |(kind, Count { count, more })| TaskCount { kind, count, more };
    let items = counts.kinds.into_iter().map(shape).collect();
    let answer = TaskCounts { items, wishes: counts.wishes.count, more: counts.wishes.more };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(answer))
}

/// Mounts the operations on what waits for the caller.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_my_task_counts).service(list_my_tasks);
}
