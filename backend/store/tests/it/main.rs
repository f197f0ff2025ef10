//! The store, on SQLite always and on PostgreSQL where `TEST_DATABASE_URL` names a server.
//!
//! The tests bring tables of their own, so that they speak of the store and not of wishes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod catalogue;
mod common;
mod migrations;
mod opening;
mod parity;
mod pool;
mod reads;
mod search;
mod statements;
mod tls;
mod writer;
mod writes;
