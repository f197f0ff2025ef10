//! How personal text is sealed. Pure: no database, no IO, no clock, and randomness is handed in.
//!
//! Three layers. A key-encryption key ([`Keyring`]) is the operator's and never in the database; it
//! wraps one [`DataKey`] a resident, and that seals each text about the resident. Who destroys the
//! wrapped data key has destroyed every text, also in old copies. What a text belongs to ([`Place`]:
//! table, column, row, subject, key version) is authenticated with it, so a ciphertext that is moved to
//! another row, column or resident does not open.
//!
//! The first byte of everything sealed names the suite, so that another (SM4 for 密评) can follow while
//! what was sealed before still opens.

mod index;
mod keyring;
mod sealed;

pub use index::{BlindIndex, normal_id_number, normal_phone};
pub use keyring::{Custody, Keyring, Vault};
pub use sealed::{DataKey, Place, WrappedKey, looks_sealed, looks_sealed_bytes};

/// Length of every key, in bytes.
pub const KEY_BYTES: usize = 32;

/// Fills a buffer with bytes that nobody can guess; handed in, so that this crate draws none itself.
pub type Random = fn(&mut [u8]) -> Result<(), NoRandomness>;

/// The machine has no source of randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the machine gives no random bytes")]
pub struct NoRandomness;

/// Why something was not sealed or not opened. Says nothing of what was inside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// What is stored is not in the form of something sealed.
    #[error("not in the form of a sealed text")]
    Malformed,
    /// Sealed with a suite that this program does not know.
    #[error("sealed with suite {0}, which this program does not know")]
    UnknownSuite(u8),
    /// The key is another one, or it was sealed for another place, or it was changed.
    #[error("does not open here: another key, another place, or changed")]
    DoesNotOpen,
    /// Wrapped under a key-encryption key that is not there.
    #[error("the key-encryption key of version {0} is not there")]
    UnknownVersion(u32),
    /// There is nothing to seal with.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A set of keys that cannot be used.
    #[error("key-encryption keys: {0}")]
    BadKeyring(&'static str),
}
