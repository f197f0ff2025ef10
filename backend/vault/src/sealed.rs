//! Sealing and opening one text, and wrapping and unwrapping one data key.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{KEY_BYTES, Random, VaultError};

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): the nonce is long enough to be drawn at random.
const XCHACHA20_POLY1305: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;

/// Where a sealed text belongs. It opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column, and within a JSON column the member, as `review.note`.
    pub column: &'a str,
    /// The key of the row.
    pub row: &'a str,
    /// Whom it is about.
    pub subject: &'a str,
    /// The version of the key that seals it.
    pub key_version: u32,
}

impl Place<'_> {
    /// Unambiguous: each part behind its length.
    fn bytes(&self, suite: u8) -> Vec<u8> {
        let mut bytes = vec![suite];
        for part in [self.table, self.column, self.row, self.subject] {
            // No name and no id is as long as 4 GiB.
            let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes.extend_from_slice(&self.key_version.to_be_bytes());
        bytes
    }
}

/// The key of one resident. Wiped from memory when dropped, and never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DataKey([u8; KEY_BYTES]);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey(hidden)")
    }
}

/// A data key as it is kept: sealed under a key-encryption key, whose version stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The version of the key-encryption key.
    pub kek_version: u32,
    /// Suite, nonce and ciphertext, in base64.
    pub text: String,
}

impl DataKey {
    /// A key that was derived from another, for what is about no resident.
    #[must_use]
    pub const fn new(key: [u8; KEY_BYTES]) -> Self {
        Self(key)
    }

    pub(crate) fn draw(random: Random) -> Result<Self, VaultError> {
        let mut key = Self([0; KEY_BYTES]);
        random(&mut key.0)?;
        Ok(key)
    }

    pub(crate) fn of(bytes: &[u8]) -> Result<Self, VaultError> {
        Ok(Self(bytes.try_into().map_err(|_| VaultError::Malformed)?))
    }

    pub(crate) const fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// Seals a text for its place.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn seal(&self, place: &Place, text: &str, random: Random) -> Result<String, VaultError> {
        seal(&self.0, place, text.as_bytes(), random)
    }

    /// Seals what is no text, such as a picture: the same, without base64, a third of its size less.
    ///
    /// # Errors
    /// [`VaultError::NoRandomness`].
    pub fn seal_bytes(&self, place: &Place, plain: &[u8], random: Random) -> Result<Vec<u8>, VaultError> {
        seal_bytes(&self.0, place, plain, random)
    }

    /// Opens what [`DataKey::seal_bytes`] sealed for this place.
    ///
    /// # Errors
    /// As [`DataKey::open`].
    pub fn open_bytes(&self, place: &Place, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open_bytes(&self.0, place, sealed)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`] with another key, for another place, or when it was changed;
    /// [`VaultError::Malformed`] and [`VaultError::UnknownSuite`] for what was never sealed here.
    pub fn open(&self, place: &Place, sealed: &str) -> Result<String, VaultError> {
        let mut bytes = open(&self.0, place, sealed)?;
        String::from_utf8(std::mem::take(&mut *bytes)).map_err(|_| VaultError::Malformed)
    }
}

pub(crate) fn seal(
    key: &[u8; KEY_BYTES],
    place: &Place,
    plain: &[u8],
    random: Random,
) -> Result<String, VaultError> {
    Ok(STANDARD_NO_PAD.encode(seal_bytes(key, place, plain, random)?))
}

fn seal_bytes(
    key: &[u8; KEY_BYTES],
    place: &Place,
    plain: &[u8],
    random: Random,
) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE];
    random(&mut nonce)?;
    let aad = place.bytes(XCHACHA20_POLY1305);
    let payload = Payload { msg: plain, aad: &aad };
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Malformed)?;
    let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
    bytes.push(XCHACHA20_POLY1305);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&sealed);
    Ok(bytes)
}

pub(crate) fn open(
    key: &[u8; KEY_BYTES],
    place: &Place,
    sealed: &str,
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let bytes = STANDARD_NO_PAD.decode(sealed).map_err(|_| VaultError::Malformed)?;
    open_bytes(key, place, &bytes)
}

fn open_bytes(key: &[u8; KEY_BYTES], place: &Place, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (suite, rest) = bytes.split_first().ok_or(VaultError::Malformed)?;
    if *suite != XCHACHA20_POLY1305 {
        return Err(VaultError::UnknownSuite(*suite));
    }
    let (nonce, ciphertext) = rest.split_first_chunk::<NONCE>().ok_or(VaultError::Malformed)?;
    let aad = place.bytes(*suite);
    let payload = Payload { msg: ciphertext, aad: &aad };
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let plain = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::DoesNotOpen)?;
    Ok(Zeroizing::new(plain))
}

/// Whether a stored text is in the form of a sealed one: a suite that is known, a nonce and a tag. For
/// checks; only opening it proves more.
#[must_use]
pub fn looks_sealed(text: &str) -> bool {
    STANDARD_NO_PAD.decode(text).is_ok_and(|bytes| looks_sealed_bytes(&bytes))
}

/// [`looks_sealed`] for what is no text.
#[must_use]
pub fn looks_sealed_bytes(bytes: &[u8]) -> bool {
    bytes.len() >= 1 + NONCE + TAG && bytes.first() == Some(&XCHACHA20_POLY1305)
}
