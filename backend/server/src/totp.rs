//! The second factor: one-time passwords by time (RFC 6238 over HOTP, RFC 4226), codes for the day the
//! phone is lost, and the ticket between the two steps of a sign-in. Must not know sessions or users
//! beyond their ids.

use base16ct::lower::encode_string as hex;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{id::UserId, time::Instant};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use vault::{DataKey, Place};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

/// As many bytes as HMAC-SHA-1 gives: RFC 4226, section 4, R6.
const SECRET_BYTES: usize = 20;
/// What every authenticator program assumes: RFC 6238, section 4.
const STEP_SECONDS: i64 = 30;
const DIGITS: u32 = 6;
const TICKET_SECONDS: i64 = 300;
const RECOVERY_CODES: usize = 10;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The keys of the second factor.
#[derive(Clone)]
pub struct SecondFactors {
    seal: DataKey,
    codes: [u8; 32],
    tickets: [u8; 32],
}

/// Somebody whose password was right, until the second step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Who.
    pub user: UserId,
    /// Their stamp then: what changes it voids the ticket.
    pub stamp: String,
    until: i64,
}

impl SecondFactors {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        let key = secrets.key(Use::Totp);
        let part = |name: &[u8]| hmac(&key, &[name]);
        Self { seal: DataKey::new(part(b"seal")), codes: part(b"recovery"), tickets: part(b"ticket") }
    }

    /// A new secret.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn secret() -> Result<[u8; SECRET_BYTES], Failure> {
        ambient::random().map_err(|error| Internal::caused("a secret", &error).into())
    }

    /// The secret as it is stored: sealed, and bound to its user.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal(&self, user: UserId, secret: &[u8]) -> Result<String, Failure> {
        let sealed = self.seal.seal_bytes(&place(&user.to_string()), secret, ambient::fill);
        Ok(URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Internal::caused("sealing a secret", &error))?))
    }

    /// The secret again; `None` where it was not sealed here for this user.
    #[must_use]
    pub fn open(&self, user: UserId, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let mut secret = self.seal.open_bytes(&place(&user.to_string()), &bytes).ok()?;
        Some(std::mem::take(&mut *secret))
    }

    /// New codes for the day the phone is lost, each good once.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn recovery_codes() -> Result<Vec<String>, Failure> {
        let code = || -> Result<String, Failure> {
            let bytes: [u8; 15] = ambient::random().map_err(|error| Internal::caused("a code", &error))?;
            let text = base32(&bytes).to_lowercase();
            // Letters in groups of four, for the eye. 120 bits, so that a plain keyed hash of it is enough
            // (ASVS 5.0, 6.5.2).
            let groups: Vec<&str> =
                [0, 4, 8, 12, 16, 20].iter().filter_map(|at| text.get(*at..*at + 4)).collect();
            Ok(groups.join("-"))
        };
        (0..RECOVERY_CODES).map(|_| code()).collect()
    }

    /// As what a recovery code is stored, however it was typed.
    #[must_use]
    pub fn recovery_hash(&self, user: UserId, code: &str) -> String {
        let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let mac = hmac(&self.codes, &[user.0.as_bytes(), plain.to_lowercase().as_bytes()]);
        hex(&mac)
    }

    /// A ticket for the second step, and how many seconds it is good for.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it cannot be written.
    pub fn ticket(&self, user: UserId, stamp: &str, now: Instant) -> Result<(String, i64), Failure> {
        let until = now.plus_seconds(TICKET_SECONDS).micros();
        let ticket = Ticket { user, stamp: stamp.to_owned(), until };
        let mut bytes = serde_json::to_vec(&ticket).map_err(|error| Internal::caused("a ticket", &error))?;
        let signature = hmac(&self.tickets, &[&bytes]);
        bytes.extend_from_slice(&signature);
        Ok((URL_SAFE_NO_PAD.encode(bytes), TICKET_SECONDS))
    }

    /// What a ticket says, where it is ours and still good.
    #[must_use]
    pub fn read(&self, ticket: &str, now: Instant) -> Option<Ticket> {
        let bytes = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let (signed, signature) = bytes.split_last_chunk::<32>()?;
        if !bool::from(hmac(&self.tickets, &[signed]).ct_eq(signature)) {
            return None;
        }
        let ticket: Ticket = serde_json::from_slice(signed).ok()?;
        (now.micros() < ticket.until).then_some(ticket)
    }
}

fn place(user: &str) -> Place<'_> {
    Place { table: "second_factors", column: "secret", row: user, subject: user, key_version: 0 }
}

/// The code of one step.
#[must_use]
pub fn code_at(secret: &[u8], step: i64) -> String {
    // HMAC takes a key of any length, so there is no other branch.
    let Ok(mut mac) = <Hmac<Sha1> as hmac::KeyInit>::new_from_slice(secret) else { return String::new() };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
    let four = hash.iter().skip(at).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    let code = (four & 0x7fff_ffff) % 10_u32.pow(DIGITS);
    format!("{code:06}")
}

/// Which step `code` is of: the present one or one beside it, since clocks differ, and later than the
/// `last` one used, since a code is good once (RFC 6238, section 5.2).
#[must_use]
pub fn step_of(secret: &[u8], code: &str, now: Instant, last: i64) -> Option<i64> {
    let present = now.micros().div_euclid(1_000_000).div_euclid(STEP_SECONDS);
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let is = |step: i64| bool::from(code_at(secret, step).as_bytes().ct_eq(code.as_bytes()));
    (present.saturating_sub(1)..=present.saturating_add(1)).find(|step| *step > last && is(*step))
}

/// What an authenticator program reads (the key-URI form that they share).
#[must_use]
pub fn uri(username: &str, secret: &[u8]) -> String {
    let name: String = form_urlencoded::byte_serialize(username.as_bytes()).collect();
    let secret = base32(secret);
    format!(
        "otpauth://totp/Wishlight:{name}?secret={secret}&issuer=Wishlight&digits={DIGITS}&period={STEP_SECONDS}"
    )
}

/// RFC 4648, section 6, without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    let group = |chunk: &[u8]| -> String {
        let number = (0..5).fold(0_u64, |n, at| (n << 8) | u64::from(chunk.get(at).copied().unwrap_or(0)));
        let letters = (chunk.len() * 8).div_ceil(5);
        let letter = |at: usize| usize::try_from(number >> (35 - 5 * at) & 31).ok();
        let letters = (0..letters).filter_map(|at| BASE32.get(letter(at)?));
        letters.map(|letter| char::from(*letter)).collect()
    };
    bytes.chunks(5).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Hidden};

    fn keys() -> SecondFactors {
        let hex: String = (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(11))).collect();
        let keys = Some(Hidden("1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=".to_owned()));
        let config = Config { secret_key: Some(Hidden(hex)), key_encryption_keys: keys, ..Config::default() };
        SecondFactors::new(&Secrets::open(&config).ok().unwrap())
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    /// RFC 6238, appendix B, the last six of its eight digits; RFC 4226, appendix D.
    #[test]
    fn the_vectors_of_the_standards() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(secret, seconds / 30), code, "{seconds}");
            assert_eq!(step_of(secret, code, at(seconds), 0), Some(seconds / 30));
        }
        let hotp = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        for (counter, code) in hotp.iter().enumerate() {
            assert_eq!(code_at(secret, i64::try_from(counter).unwrap()), *code);
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn base32_is_the_standards() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }

    #[test]
    fn a_code_is_good_once_and_one_step_early_or_late() {
        let secret = b"12345678901234567890";
        let code = code_at(secret, 1000);
        assert_eq!(step_of(secret, &code, at(1000 * 30), 0), Some(1000));
        assert_eq!(step_of(secret, &code, at(999 * 30), 0), Some(1000));
        assert_eq!(step_of(secret, &code, at(1001 * 30 + 29), 0), Some(1000));
        assert_eq!(step_of(secret, &code, at(1002 * 30), 0), None);
        assert_eq!(step_of(secret, &code, at(998 * 30), 0), None);
        assert_eq!(step_of(secret, &code, at(1000 * 30), 1000), None, "used");
        for wrong in ["", "00000", "0000000", "abcdef"] {
            assert_eq!(step_of(secret, wrong, at(1000 * 30), 0), None);
        }
    }

    #[test]
    fn a_sealed_secret_opens_for_its_user_alone() {
        let keys = keys();
        let (one, two) = (UserId(uuid::Uuid::from_u128(1)), UserId(uuid::Uuid::from_u128(2)));
        let sealed = keys.seal(one, b"secret").unwrap();
        assert_eq!(keys.open(one, &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(keys.open(two, &sealed), None);
        assert_eq!(keys.open(one, &sealed[1..]), None);
        assert_ne!(keys.seal(one, b"secret").unwrap(), sealed);
    }

    #[test]
    fn a_ticket_ends_and_cannot_be_made_up() {
        let keys = keys();
        let user = UserId(uuid::Uuid::from_u128(1));
        let (ticket, seconds) = keys.ticket(user, "s", at(0)).unwrap();
        assert_eq!(keys.read(&ticket, at(seconds - 1)).unwrap().user, user);
        assert_eq!(keys.read(&ticket, at(seconds)), None);
        let mut forged = URL_SAFE_NO_PAD.decode(&ticket).unwrap();
        forged[10] ^= 1;
        assert_eq!(keys.read(&URL_SAFE_NO_PAD.encode(forged), at(0)), None);
        assert_eq!(keys.read("", at(0)), None);
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let keys = keys();
        let user = UserId(uuid::Uuid::from_u128(1));
        let codes = SecondFactors::recovery_codes().unwrap();
        assert_eq!(codes.len(), 10);
        let (code, typed) = (codes[0].clone(), format!(" {} ", codes[0].replace('-', " ").to_uppercase()));
        assert_eq!(code.len(), 29);
        assert_eq!(keys.recovery_hash(user, &code), keys.recovery_hash(user, &typed));
        assert_ne!(keys.recovery_hash(user, &code), keys.recovery_hash(user, &codes[1]));
    }
}
