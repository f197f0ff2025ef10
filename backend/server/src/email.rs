//! What only this server knows of people's e-mail addresses: how they are sealed, and which code proves one. Must
//! not know how a letter is sent, or when.
//!
//! A code is kept nowhere, not even as a hash: it is made of its id by a key that is not in the database, once for
//! the letter and once when it comes back.

use base16ct::lower::encode_string as hex;
use domain::{
    id::{MailId, UserId},
    mail::Kind,
};
use subtle::ConstantTimeEq as _;
use vault::{DataKey, Place};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

const CODES: u64 = 1_000_000;

/// The keys of addresses and codes.
#[derive(Clone)]
pub struct EmailKeys {
    seal: DataKey,
    codes: [u8; 32],
    letters: [u8; 32],
}

impl EmailKeys {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        let key = secrets.key(Use::Email);
        let part = |name: &[u8]| hmac(&key, &[name]);
        Self { seal: DataKey::new(part(b"seal")), codes: part(b"code"), letters: part(b"letter") }
    }

    /// An address as it is stored: sealed, and bound to its user.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal(&self, user: UserId, address: &str) -> Result<String, Failure> {
        let sealed = self.seal.seal(&place(&user.to_string()), address, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing an address", &error).into())
    }

    /// The address again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this user.
    pub fn open(&self, user: UserId, sealed: &str) -> Result<String, Failure> {
        let opened = self.seal.open(&place(&user.to_string()), sealed);
        opened.map_err(|error| Internal::caused("opening an address", &error).into())
    }

    /// The six digits of a code.
    #[must_use]
    pub fn code(&self, user: UserId, id: MailId) -> String {
        let mac = hmac(&self.codes, &[user.0.as_bytes(), id.0.as_bytes()]);
        let number = mac.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        format!("{:06}", number % CODES)
    }

    /// Whether this is the code, however it was typed.
    #[must_use]
    pub fn is_code(&self, user: UserId, id: MailId, given: &str) -> bool {
        let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
        bool::from(self.code(user, id).as_bytes().ct_eq(given.as_bytes()))
    }

    /// What a letter is known by: the same each time that it is tried, so that whoever gets it twice has it once; and
    /// nobody else learns from it whose it is.
    #[must_use]
    pub fn letter_id(&self, kind: Kind, user: UserId, about: &str) -> String {
        let mac =
            hmac(&self.letters, &[kind.as_str().as_bytes(), b"\0", user.0.as_bytes(), about.as_bytes()]);
        let name = hex(mac.split_at(16).0);
        format!("{kind}.{name}")
    }
}

/// The same for an address that waits and for one that counts: it moves from one column to the other as it is.
fn place(user: &str) -> Place<'_> {
    Place { table: "email_addresses", column: "address", row: user, subject: user, key_version: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Hidden};
    use uuid::Uuid;

    fn keys() -> EmailKeys {
        let hex: String = (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(11))).collect();
        let keys = Some(Hidden("1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=".to_owned()));
        let config = Config { secret_key: Some(Hidden(hex)), key_encryption_keys: keys, ..Config::default() };
        EmailKeys::new(&Secrets::open(&config).ok().unwrap())
    }

    fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[test]
    fn a_sealed_address_opens_for_its_user_alone() {
        let keys = keys();
        let sealed = keys.seal(user(1), "worker@example.org").unwrap();
        assert_eq!(keys.open(user(1), &sealed).unwrap(), "worker@example.org");
        assert!(keys.open(user(2), &sealed).is_err());
    }

    #[test]
    fn a_code_is_its_users_and_its_ids_own() {
        let (keys, id) = (keys(), MailId(Uuid::from_u128(7)));
        let code = keys.code(user(1), id);
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        assert!(keys.is_code(user(1), id, &format!(" {} {}", &code[..3], &code[3..])));
        assert!(
            !keys.is_code(user(2), id, &code) && !keys.is_code(user(1), MailId(Uuid::from_u128(8)), &code)
        );
        assert!(!keys.is_code(user(1), id, ""));
    }

    #[test]
    fn a_letter_keeps_its_name() {
        let keys = keys();
        let name = |about| keys.letter_id(Kind::Digest, user(1), about);
        assert_eq!(name("2026-11-20"), name("2026-11-20"));
        assert_ne!(name("2026-11-20"), name("2026-11-23"));
        assert_ne!(name("2026-11-20"), keys.letter_id(Kind::Digest, user(2), "2026-11-20"));
    }
}
