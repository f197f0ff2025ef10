//! Signing in with a provider (OpenID Connect Core 1.0): the authorisation code flow with PKCE against
//! the one provider that is configured.
//!
//! Owns the protocol alone: where a browser is sent, what it must bring back, and whose sign-in the
//! provider vouches for. What is on its way lies sealed in a cookie of the browser that began it, so
//! that another browser's answer is worth nothing. Must not know users or sessions beyond an id.

mod id_token;
mod pending;
mod provider;

pub use id_token::Identity;
pub use pending::PENDING_SECONDS;

use crate::{
    ambient,
    config::Config,
    outgoing::Outgoing,
    problem::{Failure, Internal},
    secrets::{Secrets, Use},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{id::UserId, refusal::Code, time::Instant};
use id_token::Expected;
use pending::Pending;
use provider::Provider;
use reqwest::Url;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;
use vault::DataKey;

/// Where the front end takes the answer of the provider, below the public address.
pub const RETURN_PATH: &str = "/login/provider";

/// The configured provider, and what is known of it. Cheap to clone.
#[derive(Clone)]
pub struct Oidc(Arc<Inner>);

struct Inner {
    name: String,
    client_id: String,
    redirect_uri: String,
    trusted_factors: Vec<String>,
    provider: Provider,
    seal: DataKey,
}

/// A sign-in that begins.
pub struct Begun {
    /// Where the browser goes.
    pub authorization_url: String,
    /// What it keeps until it comes back, sealed.
    pub sealed: String,
}

/// What the browser brought back.
#[derive(Debug)]
pub struct Brought<'a> {
    /// What it kept.
    pub sealed: Option<&'a str>,
    /// What the provider gave it.
    pub code: &'a str,
    /// What the provider repeated.
    pub state: &'a str,
    /// Which provider says that it was it (RFC 9207), where it says so.
    pub issuer: Option<&'a str>,
}

impl Oidc {
    /// With the configured provider; `None` where there is none.
    #[must_use]
    pub fn new(config: &Config, secrets: &Secrets, outgoing: &Outgoing) -> Option<Self> {
        let issuer = config.oidc_issuer.clone()?;
        let site = config.public_url.as_deref()?.trim_end_matches('/');
        let host = Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        let client_id = config.oidc_client_id.clone()?;
        Some(Self(Arc::new(Inner {
            name: config.oidc_name.clone().or(host).unwrap_or_default(),
            redirect_uri: format!("{site}{RETURN_PATH}"),
            trusted_factors: config.oidc_second_factor.clone(),
            provider: Provider::new(
                issuer,
                client_id.clone(),
                config.oidc_client_secret.clone(),
                outgoing.clone(),
            ),
            client_id,
            seal: DataKey::new(secrets.key(Use::Oidc)),
        })))
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Sends a browser to the provider: to sign in, or to link an identity to `link`.
    ///
    /// # Errors
    /// `provider_unavailable`.
    pub async fn begin(&self, link: Option<UserId>, now: Instant) -> Result<Begun, Failure> {
        let known = self.0.provider.known(now).await?;
        let pending = Pending {
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            until: now.plus_seconds(PENDING_SECONDS).micros(),
            link,
        };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&pending.verifier));
        let mut url = known.authorization_endpoint.clone();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("scope", "openid")
            .append_pair("client_id", &self.0.client_id)
            .append_pair("redirect_uri", &self.0.redirect_uri)
            .append_pair("state", &pending.state)
            .append_pair("nonce", &pending.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(Begun { authorization_url: url.into(), sealed: pending.seal(&self.0.seal)? })
    }

    /// Whose sign-in the provider vouches for. `link` is for whom the browser must have begun it.
    ///
    /// # Errors
    /// `sign_in_broken` where it did not begin in this browser, for this purpose, a short while ago;
    /// `identity_refused` where the provider takes the code back, or its answer does not hold;
    /// `provider_unavailable`.
    pub async fn finish(
        &self,
        brought: Brought<'_>,
        link: Option<UserId>,
        now: Instant,
    ) -> Result<Identity, Failure> {
        let kept = brought.sealed.and_then(|sealed| Pending::open(&self.0.seal, sealed, now));
        let same = |kept: &Pending| bool::from(kept.state.as_bytes().ct_eq(brought.state.as_bytes()));
        let kept = kept.filter(|kept| same(kept) && kept.link == link).ok_or(Code::SignInBroken)?;
        let provider = &self.0.provider;
        let known = provider.known(now).await?;
        let other = match brought.issuer {
            Some(issuer) => issuer != provider.issuer(),
            None => known.names_itself,
        };
        if other {
            return Err(Code::IdentityRefused.into());
        }
        let token = provider.exchange(&known, brought.code, &kept.verifier, &self.0.redirect_uri).await?;
        let expected = Expected {
            issuer: provider.issuer(),
            client_id: &self.0.client_id,
            nonce: &kept.nonce,
            trusted_factors: &self.0.trusted_factors,
            now,
        };
        let keys = provider.keys_for(&token, known, now).await?;
        id_token::check(&token, &keys, &expected).map_err(|reason| {
            tracing::warn!(reason, "an id_token was refused");
            Code::IdentityRefused.into()
        })
    }
}

/// 256 bits that nobody can guess, as text.
fn secret() -> Result<String, Failure> {
    let bytes: [u8; 32] = ambient::random().map_err(|error| Internal::caused("a sign-in", &error))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
