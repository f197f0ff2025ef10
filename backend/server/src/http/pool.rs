//! Pools of money over HTTP, for those who keep their books, and their books as everybody sees them.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, Idempotency, IfMatch, Listing, Page, Paging, Path},
    organisation::not_null,
    reply::Reply,
    shared::OrgRef,
};
use crate::{
    app::{
        Context, found,
        ledger::{
            self as work,
            books::{self, Books, Category},
        },
        names::Names,
    },
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, http::header::CACHE_CONTROL, patch, post};
use domain::{
    access::Act,
    id::{CampaignId, OrganisationId, PoolId},
    ledger::{Kind, Pool as Domain, Profile},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// The one view of a pool.
const VIEW: &str = "pool";

/// For how many seconds everybody's view of books is kept.
const FRESH_SECONDS: u32 = 60;

/// Money given for one purpose (善款池), in one organisation's books.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Pool {
    /// Its id.
    id: PoolId,
    /// In whose books.
    organisation: OrgRef,
    /// The campaign that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    /// Its name.
    name: String,
    /// What may be bought of it.
    purpose: String,
    /// Only wishes of these categories; any when empty.
    categories: Vec<String>,
    /// The organisation that may raise money from the public.
    raiser: String,
    /// The platform on which it raises.
    raised_on: String,
    /// More than this for one wish needs a second person's yes, in fen.
    approval_above_fen: i64,
    /// Takes donations, and sets money aside.
    active: bool,
    /// What can still be set aside, in fen.
    balance_fen: i64,
    /// What is set aside and not spent, in fen.
    allocated_fen: i64,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Counts its changes; what it holds is none.
    version: i64,
    /// When it was opened.
    created_at: Instant,
}

fn shape(tx: &mut Conn, cx: &Context, list: Vec<Domain>) -> Result<Vec<Pool>, Failure> {
    let names = Names::default().organisations(tx, list.iter().map(|one| one.organisation_id))?;
    let mut shown = Vec::with_capacity(list.len());
    for of in list {
        let may = work::acts(tx, cx, &of)?.into_iter().map(Act::operation_id).collect();
        let Profile { campaign_id, name, purpose, categories, raiser, raised_on } = of.profile;
        shown.push(Pool {
            id: of.id,
            organisation: OrgRef::of(of.organisation_id, &names),
            campaign_id,
            name,
            purpose,
            categories,
            raiser,
            raised_on,
            approval_above_fen: of.approval_above_fen,
            active: of.active,
            balance_fen: of.balance_fen,
            allocated_fen: of.allocated_fen,
            may,
            version: of.version,
            created_at: of.created_at,
        });
    }
    Ok(shown)
}

fn one(tx: &mut Conn, cx: &Context, pool: Domain) -> Result<Pool, Failure> {
    found(shape(tx, cx, vec![pool])?.pop())
}

/// A pool to open.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPool {
    /// In whose books: of a county or a level above.
    organisation_id: OrganisationId,
    /// The campaign that it belongs to; then only wishes on its list get money of it.
    campaign_id: Option<CampaignId>,
    /// Its name. Public.
    #[schema(min_length = 2, max_length = 60)]
    name: String,
    /// What may be bought of it. Public, and it stays: donors give for this.
    #[schema(min_length = 2, max_length = 500)]
    purpose: String,
    /// Only wishes of these categories; any when empty. They stay as well.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    categories: Vec<String>,
    /// The organisation that may raise money from the public (具有公开募捐资格的慈善组织). Public.
    #[schema(min_length = 2, max_length = 100)]
    raiser: String,
    /// The platform on which it raises (互联网募捐信息平台). Public.
    #[schema(min_length = 2, max_length = 100)]
    raised_on: String,
    /// More than this for one wish needs a second person's yes, in fen.
    #[schema(minimum = 0)]
    approval_above_fen: i64,
}

impl NewPool {
    fn profile(&self) -> Profile {
        let trimmed = |text: &str| text.trim().to_owned();
        Profile {
            campaign_id: self.campaign_id,
            name: trimmed(&self.name),
            purpose: trimmed(&self.purpose),
            categories: self.categories.clone(),
            raiser: trimmed(&self.raiser),
            raised_on: trimmed(&self.raised_on),
        }
    }
}

/// Opens a pool, with nothing in it. The product takes no money: what comes in is what platforms report.
#[utoipa::path(tag = "ledger", request_body = NewPool, responses((status = 201, body = Pool), Problems))]
#[post("/pools")]
async fn create_pool(
    caller: Caller,
    idem: Idempotency,
    body: Body<NewPool>,
) -> Result<HttpResponse, Failure> {
    let new = body.value;
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let made = work::create(tx, cx, new.organisation_id, new.profile(), new.approval_above_fen)?;
            let shown = one(tx, cx, made)?;
            Ok(Reply::created(format!("/pools/{}", shown.id), &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// The pools of the organisations where I plan, and of those below, newest first.
#[utoipa::path(tag = "ledger", params(Paging), responses((status = 200, body = Page<Pool>), ReadProblems))]
#[get("/pools")]
async fn list_pools(caller: Caller, list: Listing<NoFilter>) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::list(tx, cx, before, rows)?;
            shape(tx, cx, found)
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// One pool.
#[utoipa::path(tag = "ledger", responses((status = 200, body = Pool), ReadProblems))]
#[get("/pools/{id}")]
async fn get_pool(req: HttpRequest, caller: Caller, id: Path<PoolId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read(move |tx, cx| {
            let found = work::see(tx, cx, Act::GetPool, id.0)?;
            one(tx, cx, found)
        })
        .await?;
    // What it holds does not count as a change.
    Ok(etag::answer(&req, shown.version, VIEW, Keep::Never, &shown))
}

/// What to change of a pool (RFC 7396): what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PoolPatch {
    /// More than this for one wish needs a second person's yes, in fen.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(minimum = 0)]
    approval_above_fen: Option<i64>,
    /// Takes donations, and sets money aside.
    #[serde(default, deserialize_with = "not_null")]
    active: Option<bool>,
}

/// Changes the limit of a pool, closes it, or opens it again. What is set aside can be spent and refunds be made of a pool
/// that is closed.
#[utoipa::path(tag = "ledger", request_body = PoolPatch, responses((status = 200, body = Pool), Problems))]
#[patch("/pools/{id}")]
async fn update_pool(
    caller: Caller,
    id: Path<PoolId>,
    seen: IfMatch,
    body: Body<PoolPatch>,
) -> Result<HttpResponse, Failure> {
    let PoolPatch { approval_above_fen, active } = body.value;
    caller
        .change(None, move |tx, cx| {
            let changed = work::update(tx, cx, id.0, &seen.0, (approval_above_fen, active))?;
            let shown = one(tx, cx, changed)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// What moved in a month, less what was reversed, in fen.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct PoolSums {
    /// Donations that platforms reported.
    received_fen: i64,
    /// Given back to donors.
    refunded_fen: i64,
    /// Set aside for wishes.
    allocated_fen: i64,
    /// Of that not needed, and back in the pool.
    released_fen: i64,
    /// Spent for wishes.
    spent_fen: i64,
}

impl PoolSums {
    fn add(&mut self, kind: Kind, amount_fen: i64) {
        let sum = match kind {
            Kind::Received => &mut self.received_fen,
            Kind::Refunded => &mut self.refunded_fen,
            Kind::Allocated => &mut self.allocated_fen,
            Kind::Released => &mut self.released_fen,
            Kind::Spent => &mut self.spent_fen,
        };
        *sum = sum.saturating_add(amount_fen);
    }
}

/// The sums of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolMonth {
    /// The month, in China; a reversal counts where it was written down.
    #[schema(examples("2026-11"))]
    month: String,
    /// What moved in it.
    #[serde(flatten)]
    sums: PoolSums,
}

/// What was bought of one category.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolCategory {
    /// Of which.
    category: LedgerCategory,
    /// For how many wishes.
    wishes: usize,
    /// For how much, in fen.
    spent_fen: i64,
}

/// A category of wishes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LedgerCategory {
    /// Its code.
    code: String,
    /// Its name; the code where no list has it any more.
    name_zh: String,
    /// Its English name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name_en: Option<String>,
}

impl From<Category> for LedgerCategory {
    fn from((code, label): Category) -> Self {
        let (name_zh, name_en) = label.map_or((code.clone(), None), |label| (label.name_zh, label.name_en));
        Self { code, name_zh, name_en }
    }
}

/// The books of a pool as everybody sees them: sums alone, and nobody named.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolBooks {
    /// Of which pool.
    id: PoolId,
    /// Its name.
    name: String,
    /// What may be bought of it.
    purpose: String,
    /// Whose books: of a county or a level above.
    organisation: String,
    /// The campaign that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    /// The organisation that may raise money from the public.
    raiser: String,
    /// The platform on which it raises.
    raised_on: String,
    /// Takes donations.
    active: bool,
    /// What can still be set aside, in fen.
    balance_fen: i64,
    /// What is set aside and not spent, in fen.
    held_for_wishes_fen: i64,
    /// All that ever moved.
    total: PoolSums,
    /// By month, the oldest first.
    months: Vec<PoolMonth>,
    /// What was bought, by category, most money first.
    categories: Vec<PoolCategory>,
    /// The moment that it is of.
    as_of: Instant,
}

fn public(books: Books, organisation: &str, as_of: Instant) -> PoolBooks {
    let Books { pool, months, categories } = books;
    let mut total = PoolSums::default();
    let mut shown: Vec<PoolMonth> = Vec::new();
    for moved in months {
        total.add(moved.kind, moved.amount_fen);
        match shown.last_mut().filter(|last| last.month == moved.month) {
            Some(last) => last.sums.add(moved.kind, moved.amount_fen),
            None => {
                let mut sums = PoolSums::default();
                sums.add(moved.kind, moved.amount_fen);
                shown.push(PoolMonth { month: moved.month, sums });
            }
        }
    }
    let category = |of: books::Spent| PoolCategory {
        category: of.category.into(),
        wishes: of.wishes,
        spent_fen: of.amount_fen,
    };
    PoolBooks {
        id: pool.id,
        name: pool.profile.name,
        purpose: pool.profile.purpose,
        organisation: organisation.to_owned(),
        campaign_id: pool.profile.campaign_id,
        raiser: pool.profile.raiser,
        raised_on: pool.profile.raised_on,
        active: pool.active,
        balance_fen: pool.balance_fen,
        held_for_wishes_fen: pool.allocated_fen,
        total,
        months: shown,
        categories: categories.into_iter().map(category).collect(),
        as_of,
    }
}

/// The books of a pool, for everybody.
#[utoipa::path(
    tag = "ledger",
    security(()),
    responses((status = 200, body = PoolBooks), ReadProblems),
)]
#[get("/pools/{id}/books")]
async fn get_pool_books(caller: Caller, id: Path<PoolId>) -> Result<HttpResponse, Failure> {
    let shown = caller
        .read_slow(move |tx, cx| {
            let books = books::public(tx, cx, id.0)?;
            let names = Names::default().organisations(tx, [books.pool.organisation_id])?;
            let name = names.organisation(books.pool.organisation_id).map_or("", |(name, _)| name);
            Ok(public(books, name, cx.now))
        })
        .await?;
    let keep = format!("public, max-age={FRESH_SECONDS}");
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, keep)).json(shown))
}

/// Mounts the operations on pools.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(create_pool)
        .service(list_pools)
        .service(get_pool)
        .service(update_pool)
        .service(get_pool_books);
}
