//! The API from outside: each test has a server and a database of its own, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod consent;
mod document;
mod feed;
mod life;
mod model;
mod nodes;
mod publication;
mod race;
mod refusals;
mod soundness;
mod stories;
mod wall;
