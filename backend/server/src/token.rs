//! Access tokens, which are signed and short-lived, and refresh tokens, which are random and stored
//! only as digests.
//!
//! An access token is a JWT (RFC 9068 in shape): one algorithm, one key, one issuer, one audience.
//! Nothing that a token says about how it should be checked is believed. Must not know users or
//! sessions beyond their ids.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::{SessionId, UserId},
    refusal::{Code, Refusal},
    time::Instant,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

const TYPE: &str = "at+jwt";
const ISSUER: &str = "wishlight";
const AUDIENCE: &str = "wishlight-api";
const LEEWAY_SECONDS: i64 = 30;
const REFRESH_BYTES: usize = 32;

/// What an access token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    iss: String,
    aud: String,
    /// Who.
    pub sub: UserId,
    /// Under which sign-in.
    pub sid: SessionId,
    /// The user's stamp when it was issued: a changed password or role makes another.
    pub stamp: String,
    /// The session was begun, or strengthened, with a second factor.
    #[serde(default)]
    pub mfa: bool,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// Issues and reads tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    key_id: String,
    refresh_key: [u8; 32],
    lifetime: i64,
}

/// A refresh token as the client holds it, and as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// What the client is given.
    pub token: String,
    /// What is stored.
    pub digest: [u8; 32],
}

impl Tokens {
    /// With the keys of this installation, for access tokens that live so many seconds.
    #[must_use]
    pub fn new(secrets: &Secrets, lifetime: u32) -> Self {
        let key = secrets.key(Use::AccessToken);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The library reads the machine's clock; ours is asked below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
            key_id: URL_SAFE_NO_PAD.encode(hmac(&key, &[b"key id"])).chars().take(8).collect(),
            refresh_key: secrets.key(Use::RefreshToken),
            lifetime: i64::from(lifetime),
        }
    }

    /// How many seconds an access token lives.
    #[must_use]
    pub const fn lifetime(&self) -> i64 {
        self.lifetime
    }

    /// An access token.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it cannot be signed.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        (stamp, mfa): (&str, bool),
        now: Instant,
    ) -> Result<String, Failure> {
        let now = seconds(now);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: user,
            sid: session,
            stamp: stamp.to_owned(),
            mfa,
            iat: now,
            nbf: now,
            exp: now.saturating_add(self.lifetime),
        };
        let token = encode(&self.header(), &claims, &self.encoding);
        token.map_err(|error| Internal::caused("signing a token", &error).into())
    }

    fn header(&self) -> Header {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.key_id.clone());
        header
    }

    /// What a token says, where it is ours and lives at `now`.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] otherwise, whatever is wrong with it.
    pub fn read(&self, token: &str, now: Instant) -> Result<Claims, Refusal> {
        self.verify(token, seconds(now)).ok_or_else(|| Code::Unauthenticated.into())
    }

    fn verify(&self, token: &str, now: i64) -> Option<Claims> {
        // Exactly the header that we write: no other type, key, key address or extension.
        if decode_header(token).ok()? != self.header() {
            return None;
        }
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let begun = claims.nbf <= now.saturating_add(LEEWAY_SECONDS)
            && claims.iat <= now.saturating_add(LEEWAY_SECONDS);
        let ended = claims.exp.saturating_add(LEEWAY_SECONDS) <= now;
        // The key is ours, yet no token of ours lives longer.
        let short = claims.exp.saturating_sub(claims.iat) <= self.lifetime;
        (begun && !ended && short).then_some(claims)
    }

    /// The first refresh token of a session.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn refresh(&self) -> Result<RefreshToken, Failure> {
        let bytes = ambient::random::<REFRESH_BYTES>()
            .map_err(|error| Internal::caused("a refresh token", &error))?;
        Ok(self.refresh_of(bytes))
    }

    /// The token that follows `digest`. It is always the same one, so that a client whose answer was
    /// lost gets it again, though it is stored nowhere.
    #[must_use]
    pub fn refresh_after(&self, digest: &[u8; 32]) -> RefreshToken {
        self.refresh_of(hmac(&self.refresh_key, &[b"successor", digest]))
    }

    /// As what a presented refresh token would be stored; `None` where it is none.
    #[must_use]
    pub fn refresh_digest(&self, token: &str) -> Option<[u8; 32]> {
        let bytes: [u8; REFRESH_BYTES] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        Some(self.refresh_of(bytes).digest)
    }

    fn refresh_of(&self, bytes: [u8; REFRESH_BYTES]) -> RefreshToken {
        RefreshToken {
            token: URL_SAFE_NO_PAD.encode(bytes),
            digest: hmac(&self.refresh_key, &[b"digest", &bytes]),
        }
    }
}

const fn seconds(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
