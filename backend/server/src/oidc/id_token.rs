//! The token in which the provider says who signed in (OpenID Connect Core 1.0, section 3.1.3.7).
//! Nothing that it says about how it should be checked is believed beyond which of the provider's own
//! keys to take.

use super::Instant;
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// Signatures by a key that only the provider has. None of those by a shared secret.
const ALGORITHMS: [Algorithm; 4] = [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// Clocks differ.
const LEEWAY_SECONDS: i64 = 60;
const LONGEST_SUBJECT: usize = 255;

/// Whom the provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Which provider.
    pub issuer: String,
    /// Its own name for them, never given to another.
    pub subject: String,
    /// They proved it twice, in a way that the operator trusts.
    pub second_factor: bool,
}

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) trusted_factors: &'a [String],
    pub(super) now: Instant,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    azp: Option<String>,
    nonce: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// The provider's key that a token names, where it is one that signs.
pub(super) fn key_of<'a>(token: &str, keys: &'a JwkSet) -> Option<&'a Jwk> {
    let header = decode_header(token).ok()?;
    let signs = |key: &&Jwk| !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
    match header.kid {
        Some(kid) => keys.find(&kid).filter(signs),
        None => match keys.keys.as_slice() {
            [only] => Some(only).filter(signs),
            _ => None,
        },
    }
}

/// Who signed in.
///
/// # Errors
/// What is wrong with the token, for the log.
pub(super) fn check(token: &str, keys: &JwkSet, expected: &Expected) -> Result<Identity, &'static str> {
    let header = decode_header(token).map_err(|_| "not a token")?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err("algorithm");
    }
    let key = key_of(token, keys).ok_or("unknown key")?;
    let key = DecodingKey::from_jwk(key).map_err(|_| "unusable key")?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The library reads the machine's clock; ours is asked below.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, &key, &validation).map_err(|_| "signature, issuer or audience")?;
    let claims = claims.claims;
    claims.hold(expected)?;
    let trusted = |said: &String| expected.trusted_factors.contains(said);
    Ok(Identity {
        issuer: expected.issuer.to_owned(),
        second_factor: claims.amr.iter().chain(&claims.acr).any(trusted),
        subject: claims.sub,
    })
}

impl Claims {
    fn hold(&self, expected: &Expected) -> Result<(), &'static str> {
        let now = expected.now.micros().div_euclid(1_000_000);
        let soon = now.saturating_add(LEEWAY_SECONDS);
        if self.exp.saturating_add(LEEWAY_SECONDS) <= now {
            return Err("expired");
        }
        if self.iat > soon || self.nbf.is_some_and(|nbf| nbf > soon) {
            return Err("not yet");
        }
        // Made for several, it says for whom; and whoever it says must be us.
        let shared = matches!(&self.aud, Audience::Many(all) if all.len() > 1);
        let ours = self.azp.as_deref().map_or(!shared, |azp| azp == expected.client_id);
        if !ours || matches!(&self.aud, Audience::One(one) if one != expected.client_id) {
            return Err("authorised party");
        }
        let nonce = self.nonce.as_deref().unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(expected.nonce.as_bytes())) {
            return Err("nonce");
        }
        match self.sub.is_empty() || self.sub.len() > LONGEST_SUBJECT {
            true => Err("subject"),
            false => Ok(()),
        }
    }
}
