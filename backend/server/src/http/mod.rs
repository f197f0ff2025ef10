//! What is spoken over HTTP. One file a noun holds its wire types, its handlers and at its foot
//! `routes`, which [`crate::routes::api`] mounts; what every noun needs is in [`extract`]. Handlers
//! are thin: they read the request, call `app` and shape the answer.

pub mod extract;
pub mod language;
pub mod problems;
pub mod system;
