//! Demo data: the five real programmes, with made-up initials for residents, entered through the
//! same units of work as everything else, in the weeks before the day of loading.
//!
//! 桂林市七星区 (five wishes, five claimants), 怀化市妇联 (the television that climbs from the village
//! to the city), 新晃县 (a drive whose money is spent on wishes, and packs for named children), 油榨社区 (a circle, and
//! somebody who comes again and again) and 甲院社区 (an emergency call that is still running). Loading twice does nothing.

mod accounts;
mod guilin;
mod huaihua;
mod jiayuan;
mod stage;
mod xinhuang;
mod youzha;

use super::Context;
use crate::problem::Failure;
use store::Conn;

pub use accounts::{ACCOUNTS, Account};

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
    // The oldest first: what the wall shows first is Guilin's.
    youzha::play(&mut stage)?;
    jiayuan::play(&mut stage)?;
    xinhuang::play(&mut stage)?;
    guilin::play(&mut stage)?;
    huaihua::play(&mut stage)?;
    Ok(true)
}
