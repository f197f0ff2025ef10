//! Passes of programs: what a platform's key is exchanged for (RFC 6749, 4.4). Signed, short-lived, good for some scopes, and for no longer
//! than the key that they were given for, which is asked about at each use.
//!
//! A pass is a JWT (RFC 9068 in shape) under a key of its own, so that neither is ever taken for the token of a person. Must not know
//! platforms beyond their ids.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    id::{PlatformId, PlatformKeyId},
    platform::Scope,
    time::Instant,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use crate::{
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};

/// So many seconds a pass lives.
pub const LIFETIME: i64 = 900;

const TYPE: &str = "at+jwt";
const ISSUER: &str = "wishlight";
const AUDIENCE: &str = "wishlight-api";

/// What a pass says, on the wire.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: PlatformId,
    client_id: PlatformKeyId,
    scope: String,
    iat: i64,
    exp: i64,
}

/// What a pass says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// Of which platform.
    pub platform_id: PlatformId,
    /// For which of its keys it was given.
    pub key_id: PlatformKeyId,
    /// What it is good for.
    pub scopes: Vec<Scope>,
}

/// Gives passes and reads them.
pub struct Passes {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    header: Header,
    /// The header as each pass begins with it.
    head: String,
}

impl Passes {
    /// With the keys of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        let key = secrets.key(Use::Pass);
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library reads the machine's clock; ours is asked below.
        validation.validate_exp = false;
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(URL_SAFE_NO_PAD.encode(hmac(&key, &[b"key id"])).chars().take(8).collect());
        Self {
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
            head: URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).unwrap_or_default()),
            header,
        }
    }

    /// Gives a pass.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it cannot be signed.
    pub fn give(&self, pass: &Pass, now: Instant) -> Result<String, Failure> {
        let now = seconds(now);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: pass.platform_id,
            client_id: pass.key_id,
            scope: words(&pass.scopes),
            iat: now,
            exp: now.saturating_add(LIFETIME),
        };
        let token = encode(&self.header, &claims, &self.encoding);
        token.map_err(|error| Internal::caused("signing a pass", &error).into())
    }

    /// Whether a token has the head of a pass: exactly the one that we write, so no other type, key or extension.
    #[must_use]
    pub fn is_one(&self, token: &str) -> bool {
        token.split_once('.').is_some_and(|(head, _)| head == self.head)
    }

    /// What a pass says, where it is ours and lives at `now`.
    #[must_use]
    pub fn read(&self, token: &str, now: Instant) -> Option<Pass> {
        if !self.is_one(token) {
            return None;
        }
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        // The key is ours, yet no pass of ours lives longer.
        let short = claims.exp.saturating_sub(claims.iat) <= LIFETIME;
        let lives = seconds(now) < claims.exp;
        let scopes = claims.scope.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        (short && lives).then_some(Pass { platform_id: claims.sub, key_id: claims.client_id, scopes })
    }
}

/// Scopes as RFC 6749, 3.3, writes them.
#[must_use]
pub fn words(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

const fn seconds(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Config, Hidden},
        token::Tokens,
    };
    use domain::id::{SessionId, UserId};
    use uuid::Uuid;

    fn secrets(seed: u8) -> Secrets {
        let hex: String =
            (0..32_u8).map(|i| format!("{:02x}", i.wrapping_mul(13).wrapping_add(seed))).collect();
        let keys = Some(Hidden("1:yOfIvJCEcCfQ8WWr2DeXw2pM0bMBDXeQPzIYDGUSx5w=".to_owned()));
        let config = Config { secret_key: Some(Hidden(hex)), key_encryption_keys: keys, ..Config::default() };
        Secrets::open(&config).ok().unwrap()
    }

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(1_790_000_000_000_000).plus_seconds(seconds)
    }

    fn pass() -> Pass {
        Pass {
            platform_id: PlatformId(Uuid::from_u128(1)),
            key_id: PlatformKeyId(Uuid::from_u128(2)),
            scopes: vec![Scope::WishesRead, Scope::ClaimsWrite],
        }
    }

    #[test]
    fn a_pass_reads_until_its_time_and_under_its_own_key_alone() {
        let passes = Passes::new(&secrets(1));
        let given = passes.give(&pass(), at(0)).unwrap();
        assert_eq!(passes.read(&given, at(LIFETIME - 1)), Some(pass()));
        assert_eq!(passes.read(&given, at(LIFETIME)), None, "over");
        assert_eq!(Passes::new(&secrets(2)).read(&given, at(0)), None, "of another installation");
        let (head, signature) = given.rsplit_once('.').unwrap();
        let turned = if signature.starts_with('A') { "B" } else { "A" };
        assert_eq!(passes.read(&format!("{head}.{turned}{}", &signature[1..]), at(0)), None);
    }

    #[test]
    fn a_pass_is_no_token_of_a_person_and_the_other_way_round() {
        let (passes, tokens) = (Passes::new(&secrets(1)), Tokens::new(&secrets(1), 600));
        let given = passes.give(&pass(), at(0)).unwrap();
        assert!(tokens.read(&given, at(0)).is_err());
        let (user, session) = (UserId(Uuid::from_u128(3)), SessionId(Uuid::from_u128(4)));
        let token = tokens.issue(user, session, ("s", false), at(0)).unwrap();
        assert!(!passes.is_one(&token) && passes.read(&token, at(0)).is_none());
    }
}
