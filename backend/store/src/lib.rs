//! What Wishlight keeps: Diesel over SQLite and PostgreSQL.
//!
//! One file a noun turns rows into domain values and back, and decides nothing. The ways in are
//! [`Db::read`], [`Db::read_slow`] and [`Db::write`]; query code is written once, against [`Conn`].
//! What differs between the two databases stands in [`dialect`].

pub mod application;
pub mod attachment;
pub mod audit;
pub mod beneficiary;
pub mod benefit;
pub mod calendar;
pub mod campaign;
pub mod category;
pub mod certificate;
pub mod check;
pub mod circle;
pub mod claim;
pub mod claimant;
pub mod consent;
pub mod data_key;
pub mod dialect;
pub mod distinction;
pub mod duty;
pub mod effort;
pub mod email;
pub mod emergency;
pub mod error;
pub mod escalation;
pub mod event;
pub mod export;
pub mod external_identity;
pub mod feedback;
pub mod fit;
pub mod honour;
pub mod idempotency;
pub mod import;
pub mod job;
pub mod ledger;
pub mod likeness;
pub mod look;
pub mod mail;
pub mod merge;
pub mod migrate;
pub mod organisation;
pub mod oversight;
pub mod pairing;
pub mod pause;
pub mod plan;
pub mod platform;
pub mod platform_claim;
pub mod pledge;
pub mod policy;
pub mod post;
pub mod referral;
pub mod reminder;
pub mod report;
pub mod report_template;
pub mod retention;
#[expect(missing_docs, reason = "the migrations say what the columns are")]
pub mod schema;
pub mod search;
pub mod second_factor;
pub mod sign_up;
pub mod signal;
pub mod skill;
pub mod spot_check;
pub mod statistics;
pub mod tally;
pub mod task;
pub mod user;
pub mod visit;
pub mod waiting;
pub mod webhook;
pub mod wish;

mod column;
mod directory;
mod sealed;

#[expect(missing_docs, reason = "what the derive generates has none")]
mod conn;
mod db;
mod pool;
mod writer;
mod written;

pub use conn::{Conn, MultiBackend};
pub use db::{Commits, Db, Options, whole};
pub use error::{OpenError, StoreError, StoreResult};
