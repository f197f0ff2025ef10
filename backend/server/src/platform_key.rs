//! Keys of platforms: `wl_live_<id>_<secret>`. Who searches leaked files for keys knows one by its beginning;
//! of the secret, 32 random bytes, only a keyed hash is stored. Must not know platforms beyond a key's id.

use crate::secrets::{Secrets, Use, hmac};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::id::PlatformKeyId;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What every key begins with.
pub const PREFIX: &str = "wl_live_";

/// A key as its holder shows it.
pub struct PlatformKey {
    /// Its id.
    pub id: PlatformKeyId,
    secret: [u8; 32],
}

impl PlatformKey {
    /// A new key.
    #[must_use]
    pub const fn new(id: PlatformKeyId, secret: [u8; 32]) -> Self {
        Self { id, secret }
    }

    /// Reads a key; none where it is no key of ours in shape.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok()?;
        Some(Self { id: PlatformKeyId(Uuid::try_parse(id).ok()?), secret: secret.try_into().ok()? })
    }

    /// The key as it is shown, once.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{PREFIX}{}_{}", self.id.0.simple(), URL_SAFE_NO_PAD.encode(self.secret))
    }

    /// What is stored of it.
    #[must_use]
    pub fn digest(&self, secrets: &Secrets) -> String {
        let mac = hmac(&secrets.key(Use::PlatformKey), &[self.id.0.as_bytes(), &self.secret]);
        URL_SAFE_NO_PAD.encode(mac)
    }

    /// Whether it is the key that `digest` was stored of.
    #[must_use]
    pub fn is_of(&self, digest: &str, secrets: &Secrets) -> bool {
        self.digest(secrets).as_bytes().ct_eq(digest.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_was_written_and_nothing_else_does() {
        let key = PlatformKey::new(PlatformKeyId(Uuid::from_u128(7)), [9; 32]);
        let text = key.text();
        let read = PlatformKey::parse(&text).unwrap();
        assert_eq!((read.id, read.secret), (key.id, key.secret));
        let short = &text[..text.len() - 1];
        for bad in ["", "wl_live_", "wl_live_7_", short, &format!("{text}A"), &text.replace("live", "test")] {
            assert!(PlatformKey::parse(bad).is_none(), "{bad}");
        }
    }
}
