//! The API from outside: each test has a server and a database of its own, on both databases.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod attachments;
mod audit;
mod calendar;
mod campaign;
mod consent;
mod document;
mod edges;
mod email;
mod feed;
mod fit;
mod identity;
mod jobs;
mod ladder;
mod life;
mod limit;
mod look;
mod matrix;
mod model;
mod nodes;
mod oversight;
mod pairing;
mod passwords;
mod pause;
mod plan;
mod platform;
mod policy;
mod privacy;
mod publication;
mod race;
mod record;
mod refusals;
mod reopening;
mod retention;
mod sessions;
mod soundness;
mod split;
mod spot_check;
mod stories;
mod tasks;
mod time;
mod timing;
mod totp;
mod waiting;
mod wall;
