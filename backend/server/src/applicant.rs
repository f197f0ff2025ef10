//! What only this server knows of who asks to join a circle: how it is sealed, by what the same applicant is known
//! again, and the code by which they find their application. Also seals why a claimant is suspended. Must not know what
//! becomes of any of it.

use base16ct::lower::encode_string as hex;
use domain::{
    application::Particulars,
    claimant::Kind,
    id::{ApplicationId, ClaimantId},
};
use vault::{DataKey, Place};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

/// Signs that are not taken for each other when somebody reads a code aloud or copies it from paper.
const SIGNS: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz0";
/// So many of them: 80 bits.
const LENGTH: usize = 16;

/// The keys of applications.
#[derive(Clone)]
pub struct ApplicantKeys {
    seal: DataKey,
    known: [u8; 32],
    codes: [u8; 32],
}

impl ApplicantKeys {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        let key = secrets.key(Use::Application);
        let part = |name: &[u8]| hmac(&key, &[name]);
        Self { seal: DataKey::new(part(b"seal")), known: part(b"known"), codes: part(b"code") }
    }

    fn seal(&self, place: &Place<'_>, text: &str) -> Result<String, Failure> {
        let sealed = self.seal.seal(place, text, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing an application", &error).into())
    }

    fn open(&self, place: &Place<'_>, sealed: &str) -> Result<String, Failure> {
        let opened = self.seal.open(place, sealed);
        opened.map_err(|error| Internal::caused("opening an application", &error).into())
    }

    /// Who asks, as it is stored: sealed, and bound to the application.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_particulars(&self, id: ApplicationId, of: &Particulars) -> Result<String, Failure> {
        let text = serde_json::to_string(of).map_err(|error| Internal::caused("an applicant", &error))?;
        self.seal(&place("applications", "particulars", &id.to_string()), &text)
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this application.
    pub fn open_particulars(&self, id: ApplicationId, sealed: &str) -> Result<Particulars, Failure> {
        let text = self.open(&place("applications", "particulars", &id.to_string()), sealed)?;
        serde_json::from_str(&text).map_err(|error| Internal::caused("an applicant", &error).into())
    }

    /// The words of an answer, as they are stored.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_answer(&self, id: ApplicationId, words: &str) -> Result<String, Failure> {
        self.seal(&place("applications", "answer", &id.to_string()), words)
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where they were not sealed here for this application.
    pub fn open_answer(&self, id: ApplicationId, sealed: &str) -> Result<String, Failure> {
        self.open(&place("applications", "answer", &id.to_string()), sealed)
    }

    /// Why a claimant is suspended, as it is stored.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal_reason(&self, id: ClaimantId, words: &str) -> Result<String, Failure> {
        self.seal(&place("claimants", "suspension_reason", &id.to_string()), words)
    }

    /// The same again.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not sealed here for this claimant.
    pub fn open_reason(&self, id: ClaimantId, sealed: &str) -> Result<String, Failure> {
        self.open(&place("claimants", "suspension_reason", &id.to_string()), sealed)
    }

    /// By what the same applicant is known again: kind, name and contact, however they are spaced and written. Both, so
    /// that one person may ask for two units, and nobody learns by a number alone who asked.
    #[must_use]
    pub fn known(&self, kind: Kind, of: &Particulars) -> String {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let (name, contact) = (plain(&of.display_name), plain(&of.contact));
        hex(&hmac(
            &self.known,
            &[kind.as_str().as_bytes(), b"\0", name.as_bytes(), b"\0", contact.as_bytes()],
        ))
    }

    /// A code that nobody can guess.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn draw_code() -> Result<String, Failure> {
        let bytes: [u8; LENGTH] =
            ambient::random().map_err(|error| Internal::caused("drawing a code", &error))?;
        let sign = |byte: &u8| SIGNS.get(usize::from(*byte % 32)).copied().map_or('0', char::from);
        let signs: Vec<char> = bytes.iter().map(sign).collect();
        Ok(signs.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
    }

    /// What is stored of a code, however it was typed.
    #[must_use]
    pub fn digest(&self, code: &str) -> String {
        let typed: String =
            code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        hex(&hmac(&self.codes, &[typed.as_bytes()]))
    }
}

fn place<'a>(table: &'a str, column: &'a str, row: &'a str) -> Place<'a> {
    Place { table, column, row, subject: row, key_version: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Hidden};
    use uuid::Uuid;

    fn keys() -> ApplicantKeys {
        let hex: String = (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(11))).collect();
        let keys = Some(Hidden("1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=".to_owned()));
        let config = Config { secret_key: Some(Hidden(hex)), key_encryption_keys: keys, ..Config::default() };
        ApplicantKeys::new(&Secrets::open(&config).ok().unwrap())
    }

    fn of(name: &str, contact: &str) -> Particulars {
        Particulars {
            display_name: name.to_owned(),
            contact_name: "林".to_owned(),
            contact: contact.to_owned(),
            note: None,
        }
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_place_alone() {
        let keys = keys();
        let (a, b) = (ApplicationId(Uuid::from_u128(1)), ApplicationId(Uuid::from_u128(2)));
        let sealed = keys.seal_particulars(a, &of("爱心理发队", "0700 555 0101")).unwrap();
        assert!(!sealed.contains("555"));
        assert_eq!(keys.open_particulars(a, &sealed).unwrap().display_name, "爱心理发队");
        assert!(keys.open_particulars(b, &sealed).is_err() && keys.open_answer(a, &sealed).is_err());
    }

    #[test]
    fn an_applicant_is_known_by_name_and_contact_together() {
        let keys = keys();
        let known = |name, contact| keys.known(Kind::Unit, &of(name, contact));
        assert_eq!(known("爱心 理发队", "0700-555-0101"), known("爱心理发队", "07005550101"));
        assert_ne!(known("爱心理发队", "07005550101"), known("爱心理发队", "07005550102"));
        assert_ne!(known("爱心理发队", "07005550101"), known("巾帼队", "07005550101"));
        assert_ne!(known("甲", "07005550101"), keys.known(Kind::Person, &of("甲", "07005550101")));
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let keys = keys();
        let (code, other) = (ApplicantKeys::draw_code().unwrap(), ApplicantKeys::draw_code().unwrap());
        assert_eq!(code.len(), 19, "{code}");
        assert_eq!(keys.digest(&code), keys.digest(&format!(" {} ", code.to_uppercase().replace('-', " "))));
        assert_ne!(keys.digest(&code), keys.digest(&other));
    }
}
