//! What messages to webhooks are signed with (Standard Webhooks 1.0.0): `whsec_` and 32 random bytes, sealed where they are
//! kept. Must not know what a message says, or where it goes.

use crate::{
    ambient,
    problem::{Failure, Internal},
    secrets::{Secrets, Use, hmac},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::id::WebhookId;
use vault::{DataKey, Place};

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// Seals and opens them.
#[derive(Clone)]
pub struct WebhookKeys(DataKey);

impl WebhookKeys {
    /// With the key of this installation.
    #[must_use]
    pub fn new(secrets: &Secrets) -> Self {
        Self(DataKey::new(secrets.key(Use::Webhook)))
    }

    /// A secret as it is stored: sealed, and bound to its webhook.
    ///
    /// # Errors
    /// [`Failure::Internal`] where the machine has no randomness.
    pub fn seal(&self, webhook: WebhookId, secret: &str) -> Result<String, Failure> {
        let sealed = self.0.seal(&place(&webhook.to_string()), secret, ambient::fill);
        sealed.map_err(|error| Internal::caused("sealing a webhook's secret", &error).into())
    }

    /// What signs with a secret that was sealed here for this webhook.
    ///
    /// # Errors
    /// [`Failure::Internal`] where it was not.
    pub fn open(&self, webhook: WebhookId, sealed: &str) -> Result<Vec<u8>, Failure> {
        let opened = self.0.open(&place(&webhook.to_string()), sealed);
        let opened = opened.map_err(|error| Internal::caused("opening a webhook's secret", &error))?;
        let bytes = opened.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
        bytes.ok_or_else(|| Internal::new("a webhook's secret does not read").into())
    }
}

/// A secret as its holder is shown it, once.
#[must_use]
pub fn shown(bytes: [u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The value of `webhook-signature`: one for each secret.
#[must_use]
pub fn signature(secrets: &[Vec<u8>], id: &str, timestamp: i64, body: &[u8]) -> String {
    let time = timestamp.to_string();
    let one = |secret: &Vec<u8>| {
        let mac = hmac(secret, &[id.as_bytes(), b".", time.as_bytes(), b".", body]);
        format!("v1,{}", STANDARD.encode(mac))
    };
    secrets.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// The same for the secret that counts and for the one before: it moves from one column to the other as it is.
fn place(webhook: &str) -> Place<'_> {
    Place { table: "webhooks", column: "secret", row: webhook, subject: webhook, key_version: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_specification() {
        // The example of the specification's reference libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
