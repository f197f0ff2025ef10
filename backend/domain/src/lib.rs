//! The rules of Wishlight.
//!
//! Everything here is pure: no database, no HTTP, no clock, no randomness, no IO. Time and new ids
//! are arguments. A state is an enum whose variants carry that state's facts; a transition takes the
//! value, who and when, and gives the next value or a [`refusal::Refusal`] with a stable code.
//!
//! One file a noun; the same noun has the same file name in the store, the application and the API.

#[macro_use]
mod words;

pub mod access;
pub mod application;
pub mod attachment;
pub mod beneficiary;
pub mod benefit;
pub mod calendar;
pub mod campaign;
pub mod catalogue;
pub mod category;
pub mod certificate;
pub mod claim;
pub mod claimant;
pub mod distinction;
pub mod duty;
pub mod effort;
pub mod email;
pub mod emergency;
pub mod escalation;
pub mod event;
pub mod export;
pub mod feedback;
pub mod figure;
pub mod fit;
pub mod honour;
pub mod id;
pub mod import;
pub mod job;
pub mod ledger;
pub mod likeness;
pub mod look;
pub mod mail;
pub mod membership;
pub mod merge;
pub mod note;
pub mod organisation;
pub mod pairing;
pub mod pause;
pub mod plan;
pub mod platform;
pub mod platform_claim;
pub mod pledge;
pub mod policy;
pub mod post;
pub mod publication;
mod reference;
pub mod referral;
pub mod refusal;
pub mod reopening;
pub mod report;
pub mod report_template;
pub mod retention;
pub mod scan;
pub mod script;
pub mod sign_up;
pub mod signal;
pub mod skill;
pub mod split;
pub mod spot_check;
pub mod tally;
pub mod task;
pub mod time;
pub mod visit;
pub mod waiting;
pub mod webhook;
pub mod wish;

pub use words::UnknownWord;
