//! What the server is measured against: the least that reads and writes the same rows of the same tables
//! with actix-web and Diesel. Nobody signs in, nothing is checked, logged, tagged or repeated.
//!
//!     bare DATABASE_URL ADDRESS CLAIMER
//!
//! It is no straw man: statements are cached, connections are not tested, the allocator is the server's,
//! reads on SQLite stay on the worker's thread, and its claims go through one connection, so that writers
//! do not wait for each other in SQLite's slow way. Each claim is a transaction of its own.

#![expect(clippy::expect_used, clippy::panic, reason = "a measurement that cannot run ends")]

use actix_web::{App, HttpResponse, HttpServer, http::StatusCode, web};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    r2d2::{ConnectionManager, CustomizeConnection, Error, Pool, PooledConnection},
};
use serde::{Deserialize, Serialize};
use std::{
    ops::DerefMut,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};
use store::schema::{claims, events, wishes};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The columns that a list of the server reads.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = wishes)]
struct Listed {
    id: String,
    origin_id: String,
    holder_id: String,
    title: String,
    public_summary: String,
    category: String,
    quantity: i64,
    unit: String,
    estimated_cost_fen: Option<i64>,
    needed_by: Option<String>,
    shown_place: Option<String>,
    shown_region_code: Option<String>,
    shown_age_band: Option<String>,
    status: String,
    reserved: i64,
    delivered: i64,
    confirmed: i64,
    published_at: Option<i64>,
    open_until: Option<i64>,
    fulfilled_at: Option<i64>,
}

/// The columns that the server reads of one wish beside those.
#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = wishes)]
struct Rest {
    version: i64,
    beneficiary_id: String,
    collected_by: String,
    audience_id: String,
    split_from: Option<String>,
    details: Option<String>,
    skill: Option<String>,
    channel: String,
    told_by: String,
    told_by_note: Option<String>,
    submitted_at: Option<i64>,
    ended_at: Option<i64>,
    review: Option<String>,
    ending: Option<String>,
    pending_escalation_id: Option<String>,
    red_listed_since: Option<i64>,
    due_at: Option<i64>,
    policy: Option<String>,
    paused_until: Option<String>,
    paused_days: i32,
    hidden_since: Option<i64>,
    card_hash: Option<String>,
    card_tries_left: Option<i32>,
    rated: bool,
    created_at: i64,
    updated_at: i64,
}

#[derive(Queryable, Selectable, Serialize)]
#[diesel(table_name = wishes)]
struct Whole {
    #[diesel(embed)]
    #[serde(flatten)]
    listed: Listed,
    #[diesel(embed)]
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
    category: Option<String>,
    limit: i64,
}

#[derive(Deserialize)]
struct NewClaim {
    claimant_id: String,
    quantity: i64,
}

struct Claimer(String);

/// The same program for each connection type. Reads run as `$run` says; claims on a thread of their own,
/// with a connection of `$claims`.
macro_rules! program {
    ($module:ident, $conn:ty, $transaction:ident, $run:ident, $claims:ty) => {
        mod $module {
            use super::*;

            type Reads = web::Data<Pool<ConnectionManager<$conn>>>;
            type Claims = web::Data<$claims>;

            pub fn routes(cfg: &mut web::ServiceConfig, reads: Reads, claims: Claims) {
                cfg.app_data(reads).app_data(claims);
                cfg.route("/api/v1/wishes", web::get().to(get_list));
                cfg.route("/api/v1/wishes/{id}", web::get().to(get_one));
                cfg.route("/api/v1/wishes/{id}/claims", web::post().to(post_claim));
            }

            async fn get_list(reads: Reads, filter: web::Query<Filter>) -> HttpResponse {
                answer(200, $run!(list(&mut reads.get().expect("a connection"), &filter)))
            }

            async fn get_one(reads: Reads, id: web::Path<String>) -> HttpResponse {
                answer(200, $run!(one(&mut reads.get().expect("a connection"), &id)))
            }

            async fn post_claim(
                claims: Claims,
                by: web::Data<Claimer>,
                id: web::Path<String>,
                new: web::Json<NewClaim>,
            ) -> HttpResponse {
                answer(201, on_a_thread!(claim(&mut claims.take(), &id, &new, &by.0)))
            }

            fn list(conn: &mut $conn, filter: &Filter) -> QueryResult<Vec<Listed>> {
                let mut query = wishes::table.select(Listed::as_select()).into_boxed();
                query = match &filter.status {
                    Some(status) => query.filter(wishes::status.eq(status)),
                    None => {
                        query.filter(wishes::status.eq_any(["open", "claimed", "delivered", "fulfilled"]))
                    }
                };
                if let Some(category) = &filter.category {
                    query = query.filter(wishes::category.eq(category));
                }
                query.order(wishes::id.desc()).limit(filter.limit).load(conn)
            }

            fn one(conn: &mut $conn, id: &str) -> QueryResult<Whole> {
                wishes::table.filter(wishes::id.eq(id)).select(Whole::as_select()).first(conn)
            }

            fn claim(conn: &mut $conn, id: &str, new: &NewClaim, claimer: &str) -> QueryResult<String> {
                let at = now();
                let (claim, event) = (new_id(), new_id());
                conn.$transaction(|conn| {
                    let free = wishes::table
                        .filter(wishes::id.eq(id))
                        .filter(wishes::status.eq("open"))
                        .filter((wishes::reserved + new.quantity).le(wishes::quantity));
                    let (version, holder, origin): (i64, String, String) = diesel::update(free)
                        .set((
                            wishes::reserved.eq(wishes::reserved + new.quantity),
                            wishes::version.eq(wishes::version + 1),
                            wishes::updated_at.eq(at),
                        ))
                        .returning((wishes::version, wishes::holder_id, wishes::origin_id))
                        .get_result(conn)?;
                    diesel::insert_into(claims::table)
                        .values((
                            (claims::id.eq(&claim), claims::version.eq(1), claims::wish_id.eq(id)),
                            (claims::claimant_id.eq(&new.claimant_id), claims::quantity.eq(new.quantity)),
                            (
                                claims::route.eq("self"),
                                claims::made_by.eq(claimer),
                                claims::status.eq("active"),
                            ),
                            (
                                claims::contact_by.eq(at),
                                claims::deliver_by.eq(at),
                                claims::lapses_at.eq(at + DAY),
                            ),
                            (claims::value_fen.eq(0), claims::created_at.eq(at), claims::updated_at.eq(at)),
                        ))
                        .execute(conn)?;
                    diesel::insert_into(events::table)
                        .values((
                            (events::id.eq(&event), events::subject.eq("wish"), events::subject_id.eq(id)),
                            (events::number.eq(version), events::kind.eq("wish_claimed"), events::at.eq(at)),
                            (events::actor_id.eq(claimer), events::organisation_id.eq(&holder)),
                            (events::origin_id.eq(&origin), events::from_status.eq("open")),
                            (
                                events::to_status.eq("open"),
                                events::data.eq(format!("{{\"claim_id\":\"{claim}\"}}")),
                            ),
                        ))
                        .execute(conn)?;
                    Ok(claim.clone())
                })
            }
        }
    };
}

macro_rules! here {
    ($work:expr) => {
        $work
    };
}

macro_rules! on_a_thread {
    ($work:expr) => {
        web::block(move || $work).await.expect("a thread")
    };
}

program!(sqlite, SqliteConnection, immediate_transaction, here, Mutex<SqliteConnection>);
program!(postgres, PgConnection, transaction, on_a_thread, Pool<ConnectionManager<PgConnection>>);

/// Gives a connection to claim with.
trait Take {
    type Held<'a>: DerefMut
    where
        Self: 'a;
    fn take(&self) -> Self::Held<'_>;
}

impl Take for Mutex<SqliteConnection> {
    type Held<'a> = MutexGuard<'a, SqliteConnection>;

    fn take(&self) -> Self::Held<'_> {
        self.lock().expect("the writer")
    }
}

impl Take for Pool<ConnectionManager<PgConnection>> {
    type Held<'a> = PooledConnection<ConnectionManager<PgConnection>>;

    fn take(&self) -> Self::Held<'_> {
        self.get().expect("a connection")
    }
}

const DAY: i64 = 86_400_000_000;

#[expect(clippy::disallowed_methods, reason = "there is no clock of the server's here")]
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_micros()).expect("before 294247")
}

fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:08x}-0000-7000-8002-{:012x}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The settings that the server uses as well.
#[derive(Debug)]
struct Settings;

impl CustomizeConnection<SqliteConnection, Error> for Settings {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> Result<(), Error> {
        conn.batch_execute(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192; PRAGMA mmap_size = 0;
             PRAGMA wal_autocheckpoint = 4000;",
        )
        .map_err(Error::QueryError)
    }
}

fn answer<T: Serialize>(status: u16, found: QueryResult<T>) -> HttpResponse {
    match found {
        Ok(found) => HttpResponse::build(StatusCode::from_u16(status).expect("a status")).json(found),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, address, claimer] = arguments.as_slice() else { panic!("bare DATABASE_URL ADDRESS CLAIMER") };
    let by = web::Data::new(Claimer(claimer.clone()));
    actix_web::rt::System::new().block_on(async {
        if let Some(path) = url.strip_prefix("sqlite://") {
            let pool = Pool::builder().max_size(8).test_on_check_out(false);
            let pool = pool.connection_customizer(Box::new(Settings));
            let reads = web::Data::new(pool.build(ConnectionManager::new(path)).expect("SQLite"));
            let mut writer = SqliteConnection::establish(path).expect("SQLite");
            Settings.on_acquire(&mut writer).expect("settings");
            let claims = web::Data::new(Mutex::new(writer));
            let routes =
                move |cfg: &mut web::ServiceConfig| sqlite::routes(cfg, reads.clone(), claims.clone());
            let app = move || App::new().app_data(by.clone()).configure(routes.clone());
            HttpServer::new(app).workers(2).bind(address)?.run().await
        } else {
            let pool = Pool::builder().max_size(8).test_on_check_out(false);
            let pool = web::Data::new(pool.build(ConnectionManager::new(url)).expect("PostgreSQL"));
            let routes =
                move |cfg: &mut web::ServiceConfig| postgres::routes(cfg, pool.clone(), pool.clone());
            let app = move || App::new().app_data(by.clone()).configure(routes.clone());
            HttpServer::new(app).workers(2).bind(address)?.run().await
        }
    })
}
