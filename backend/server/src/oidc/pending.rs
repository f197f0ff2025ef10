//! A sign-in on its way: what the browser that began it keeps, sealed, until the provider sends it back.

use super::{DataKey, Failure, Instant, Internal, URL_SAFE_NO_PAD, UserId, ambient};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use vault::Place;

/// People type a password and a code in this time.
pub const PENDING_SECONDS: i64 = 600;

/// What must come back, and what proves that we asked.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) until: i64,
    /// Whose account an identity is to be linked to; none where somebody signs in.
    pub(super) link: Option<UserId>,
}

const PLACE: Place<'static> = Place { table: "cookie", column: "oidc", row: "", subject: "", key_version: 0 };

impl Pending {
    pub(super) fn seal(&self, key: &DataKey) -> Result<String, Failure> {
        let plain = serde_json::to_vec(self).map_err(|error| Internal::caused("a sign-in", &error))?;
        let sealed = key.seal_bytes(&PLACE, &plain, ambient::fill);
        Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Internal::caused("a sign-in", &error))?))
    }

    /// `None` where it was not sealed here, or too long ago.
    pub(super) fn open(key: &DataKey, sealed: &str, now: Instant) -> Option<Self> {
        let plain = key.open_bytes(&PLACE, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
        let pending: Self = serde_json::from_slice(&plain).ok()?;
        (now.micros() < pending.until).then_some(pending)
    }
}
