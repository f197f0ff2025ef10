//! Demo data: two of the real programmes, with made-up initials for residents, entered through the
//! same units of work as everything else, in the weeks before the day of loading.
//!
//! 桂林市七星区 (five wishes, five claimants) and 怀化市妇联 (the television that climbs from the village
//! to the city). Loading twice does nothing.

mod guilin;
mod huaihua;
mod stage;

use super::Context;
use crate::problem::Failure;
use store::Conn;

pub use stage::{ACCOUNTS, Account};

/// The password of every demo account.
pub const PASSWORD: &str = "dian-liang-2026";

/// Loads the demo into an empty database. Tells whether it did.
///
/// # Errors
/// When the database refuses; then nothing of it is there.
pub fn load(tx: &mut Conn, cx: &Context, password_hash: &str) -> Result<bool, Failure> {
    if store::user::is_founded(tx)? {
        return Ok(false);
    }
    let mut stage = stage::Stage::new(tx, cx, password_hash);
    guilin::play(&mut stage)?;
    huaihua::play(&mut stage)?;
    Ok(true)
}
