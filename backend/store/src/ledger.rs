//! The books of pools: who holds how much, what platforms reported, what was set aside, and every transaction.
//!
//! Whoever moves money holds the pool's row first, and reads the rest after that; of several pools in the order of their
//! ids, and a platform's row before any of them. So nobody judges by a balance that another is about to change.

pub mod allocation;
pub mod books;
pub mod donation;
pub mod journal;
pub mod pool;
pub mod statement;
