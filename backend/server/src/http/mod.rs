//! What is spoken over HTTP. One file a noun holds its wire types, its handlers and at its foot
//! `routes`, which [`crate::routes::api`] mounts; what every noun needs is in [`extract`]. Handlers
//! are thin: they read the request, call `app` and shape the answer.

pub mod access_copy;
pub mod attachment;
pub mod audit;
pub mod audit_pack;
pub mod beneficiary;
pub mod beneficiary_view;
pub mod calendar;
pub mod caller;
pub mod category;
pub mod claim;
pub mod claim_view;
pub mod claimant;
pub mod disclosure;
pub mod erasure;
pub mod escalation;
pub mod event;
pub mod extract;
pub mod identity;
pub mod job;
pub mod language;
pub mod look;
pub mod membership;
pub mod organisation;
pub mod own_sessions;
pub mod pairing;
mod pairing_view;
pub mod pause;
pub mod policy;
pub mod problems;
pub mod publication;
pub mod reopening;
pub mod reply;
pub mod retention;
pub mod session;
pub mod shared;
pub mod statistics;
pub mod system;
pub mod task;
pub mod totp;
pub mod visit;
pub mod waiting;
pub mod wall;
pub mod wish;
pub mod wish_view;
