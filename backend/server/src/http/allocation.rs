//! Allocations of pools to wishes over HTTP, and what was bought of them.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatchOptional, Listing, Page, Paging, Path},
    reply::Reply,
    shared::UserRef,
    wish::Nothing,
};
use crate::{
    app::{Context, found, ledger::allocation as work, names::Names},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpResponse, get, post};
use domain::{
    access::Act,
    id::{AllocationId, AttachmentId, PoolId, WishId},
    ledger::{Allocation as Domain, AllocationStatus, Evidence},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// Money of a pool that is set aside for a wish (拨付).
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Allocation {
    /// Its id.
    id: AllocationId,
    /// From which pool.
    pool_id: PoolId,
    /// For which wish.
    wish_id: WishId,
    /// The wish in one line; empty once it was forgotten.
    wish_title: String,
    /// How much, in fen.
    amount_fen: i64,
    /// How far it has come.
    status: AllocationStatus,
    /// What is not spent yet, in fen.
    remaining_fen: i64,
    /// What was spent, in fen.
    spent_fen: i64,
    /// Who asked.
    asked_by: UserRef,
    /// Who else said yes, where that was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_by: Option<UserRef>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes.
    version: i64,
    /// When it was asked.
    created_at: Instant,
    /// By when a second person is to answer, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Instant>,
}

fn shape(tx: &mut Conn, cx: &Context, list: Vec<Domain>) -> Result<Vec<Allocation>, Failure> {
    let people = list.iter().flat_map(|one| [Some(one.asked_by), one.approved_by]).flatten();
    let names = Names::default().users(tx, people.collect::<Vec<_>>())?;
    let wishes: Vec<WishId> = list.iter().map(|one| one.wish_id).collect();
    let titles = store::wish::titles(tx, &wishes)?;
    let mut shown = Vec::with_capacity(list.len());
    for of in list {
        shown.push(Allocation {
            may: work::acts(tx, cx, &of)?.into_iter().map(Act::operation_id).collect(),
            id: of.id,
            pool_id: of.pool_id,
            wish_id: of.wish_id,
            wish_title: titles.get(&of.wish_id).cloned().unwrap_or_default(),
            amount_fen: of.amount.get(),
            status: of.status,
            remaining_fen: of.remaining_fen,
            spent_fen: of.spent_fen,
            asked_by: UserRef::of(of.asked_by, &names),
            approved_by: of.approved_by.map(|by| UserRef::of(by, &names)),
            version: of.version,
            created_at: of.created_at,
            due_at: of.due_at,
        });
    }
    Ok(shown)
}

fn answer(tx: &mut Conn, cx: &Context, of: Domain, created: bool) -> Result<Reply, Failure> {
    let shown = found(shape(tx, cx, vec![of])?.pop())?;
    let reply = match created {
        true => Reply::created(format!("/allocations/{}", shown.id), &shown)?,
        false => Reply::ok(&shown)?,
    };
    Ok(reply.tagged(shown.version, "allocation"))
}

/// Money to ask for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAllocation {
    /// For which wish: published, not ended, and within the pool's organisation, campaign and purpose.
    wish_id: WishId,
    /// How much, in fen.
    #[schema(minimum = 1)]
    amount_fen: i64,
}

/// Asks a pool for money for a wish. It is set aside at once (`granted`), unless what stands for the wish from this pool is
/// above the pool's limit by it: then it waits for somebody else's yes (`pending`), and no money moves.
#[utoipa::path(tag = "ledger", request_body = NewAllocation, responses((status = 201, body = Allocation), Problems))]
#[post("/pools/{id}/allocations")]
async fn create_allocation(
    caller: Caller,
    id: Path<PoolId>,
    idem: Idempotency,
    body: Body<NewAllocation>,
) -> Result<HttpResponse, Failure> {
    let NewAllocation { wish_id, amount_fen } = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let asked = work::create(tx, cx, id.0, wish_id, amount_fen)?;
            answer(tx, cx, asked, true)
        })
        .await
}

/// The allocations of a pool, newest first.
#[utoipa::path(tag = "ledger", params(Paging), responses((status = 200, body = Page<Allocation>), ReadProblems))]
#[get("/pools/{id}/allocations")]
async fn list_allocations(
    caller: Caller,
    id: Path<PoolId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, id.0, before, rows)?;
            shape(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Says yes to an allocation that waits; never who asked (403 `own_allocation`).
#[utoipa::path(tag = "ledger", request_body = Nothing, responses((status = 200, body = Allocation), Problems))]
#[post("/allocations/{id}/approve")]
async fn approve_allocation(
    caller: Caller,
    id: Path<AllocationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let approved = work::approve(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, approved, false)
        })
        .await
}

/// Gives back to the pool what is not spent of an allocation, or says no to one that waits.
#[utoipa::path(tag = "ledger", request_body = Nothing, responses((status = 200, body = Allocation), Problems))]
#[post("/allocations/{id}/release")]
async fn release_allocation(
    caller: Caller,
    id: Path<AllocationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let released = work::release(tx, cx, id.0, &seen.0)?;
            answer(tx, cx, released, false)
        })
        .await
}

/// Something that was bought; shown by exactly one of the two.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSpending {
    /// For how much, in fen.
    #[schema(minimum = 1)]
    amount_fen: i64,
    /// A picture of the wish, or of what was brought for it.
    attachment_id: Option<AttachmentId>,
    /// The number of an invoice (发票号码): 20 digits, or 8 on paper.
    invoice_number: Option<String>,
}

impl NewSpending {
    fn evidence(&self) -> Result<Evidence, Refusal> {
        match (self.attachment_id, &self.invoice_number) {
            (Some(id), None) => Ok(Evidence::Picture(id)),
            (None, Some(number)) => Ok(Evidence::Invoice(number.clone())),
            (None, None) => Err(Refusal::field(Code::Invalid, "/attachment_id", Fault::Required)),
            (Some(_), Some(_)) => Err(Refusal::field(Code::Invalid, "/invoice_number", Fault::Duplicate)),
        }
    }
}

/// Notes that something was bought of an allocation, and what shows it.
#[utoipa::path(tag = "ledger", request_body = NewSpending, responses((status = 201, body = Allocation), Problems))]
#[post("/allocations/{id}/spendings")]
async fn create_spending(
    caller: Caller,
    id: Path<AllocationId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<NewSpending>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let spent = work::spend(tx, cx, id.0, &seen.0, (new.amount_fen, new.evidence()?))?;
            answer(tx, cx, spent, true)
        })
        .await
}

/// Mounts the operations on allocations.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_allocation)
        .service(list_allocations)
        .service(approve_allocation)
        .service(release_allocation)
        .service(create_spending);
}
