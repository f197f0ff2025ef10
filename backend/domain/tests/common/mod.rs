//! A small county in memory, made of nothing but the rules: a tree of organisations, claimants,
//! wishes with their claims and escalations, and a clock.
//!
//! [`Command`] says what people and time may try; [`World::apply`] does it, or is refused;
//! [`must_hold`] says what is true at every moment. Whoever has another implementation (a store, a
//! server) gives it the same commands and compares.

pub mod cast;
pub mod command;
pub mod life;
pub mod must_hold;
pub mod sweep;
pub mod world;

pub use command::{Command, commands};
pub use life::Life;
pub use must_hold::must_hold;
pub use sweep::sweep;
pub use world::{Outcome, World};
