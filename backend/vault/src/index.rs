//! Blind indexes: a keyed hash by which an exact phone or identity number is found without being
//! stored. Numbers are few enough to be tried one by one, so the key must not lie in the database.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::KEY_BYTES;

/// Makes blind indexes; its key comes from the master secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BlindIndex([u8; KEY_BYTES]);

impl std::fmt::Debug for BlindIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BlindIndex(hidden)")
    }
}

impl BlindIndex {
    /// With a key of its own, used for nothing else.
    #[must_use]
    pub const fn new(key: [u8; KEY_BYTES]) -> Self {
        Self(key)
    }

    /// The index of a normalised value in a column of one tree: 64 bits in hex. Each column of each
    /// tree has a key of its own, so equal values cannot be matched across them.
    #[must_use]
    pub fn of(&self, column: &str, tree: &str, value: &str) -> String {
        let mut key = hmac(&self.0, &[column.as_bytes(), b"\0", tree.as_bytes()]);
        let hash = hmac(&key, &[value.as_bytes()]);
        key.zeroize();
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length, so there is no other branch.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// A telephone number as it is compared: digits alone, without China's +86 or 0086.
#[must_use]
pub fn normal_phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let abroad = text.trim_start().starts_with('+');
    let bare = match digits.strip_prefix("0086") {
        Some(rest) => rest,
        None if abroad || digits.len() == 13 => digits.strip_prefix("86").unwrap_or(&digits),
        None => &digits,
    };
    bare.to_owned()
}

/// An identity number as it is compared: without spaces, the check character in upper case.
#[must_use]
pub fn normal_id_number(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect()
}
