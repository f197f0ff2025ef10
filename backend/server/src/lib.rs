//! What Wishlight serves: the JSON API, the jobs and the command line.
//!
//! `http` speaks, `app` does one unit of work at a time, `jobs` does what time asks for, `cli` starts
//! them. What stands beside these is the edge: answers that say no, conditions, cursors, tokens,
//! configuration. The rules are in `domain`, what is kept is in `store`.

pub mod ambient;
pub mod app;
pub mod applicant;
pub mod cli;
pub mod config;
pub mod csv;
pub mod cursor;
pub mod darkroom;
pub mod edge;
pub mod email;
pub mod etag;
pub mod export_keys;
pub mod http;
pub mod import_keys;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod listeners;
pub mod mailer;
pub mod net;
pub mod observe;
pub mod oidc;
pub mod openapi;
pub mod outgoing;
pub mod pass;
pub mod password;
pub mod platform_key;
pub mod problem;
pub mod routes;
pub mod secrets;
pub mod sheet;
pub mod spa;
pub mod state;
pub mod token;
pub mod totp;
pub mod webhook_keys;

mod serve;

pub use serve::{StartError, start};
pub use state::State;
