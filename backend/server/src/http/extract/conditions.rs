//! The conditions of a change: which version was seen (If-Match) and which request this is
//! (Idempotency-Key).

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{Method, header::IF_MATCH},
};
use domain::refusal::{Code, Refusal};
use sha2::{Digest, Sha256};

use crate::{etag::Seen, problem::Failure};

const MAX_KEY: usize = 255;

/// If-Match, which must be there: 428 without.
#[derive(Debug)]
pub struct IfMatch(pub Seen);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seen = seen(req).and_then(|seen| seen.ok_or_else(|| Code::PreconditionRequired.into()));
        ready(seen.map(Self).map_err(Into::into))
    }
}

/// If-Match where it is given; without it, any version will do.
#[derive(Debug)]
pub struct IfMatchOptional(pub Seen);

impl FromRequest for IfMatchOptional {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let seen = seen(req).map(|seen| seen.unwrap_or(Seen::Any));
        ready(seen.map(Self).map_err(Into::into))
    }
}

fn seen(req: &HttpRequest) -> Result<Option<Seen>, Refusal> {
    let values: Result<Vec<&str>, _> = req.headers().get_all(IF_MATCH).map(|value| value.to_str()).collect();
    // Header lines of one name are one list (RFC 9110, 5.3).
    match values.map_err(|_| Code::Malformed)?.as_slice() {
        [] => Ok(None),
        lines => Seen::parse(&lines.join(", ")).map(Some),
    }
}

/// Which request this is, where the caller says so.
#[derive(Debug)]
pub struct Idempotency {
    key: Option<String>,
    method: Method,
    path: String,
}

/// A request with a key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The key as the caller chose it.
    pub key: String,
    /// SHA-256 of method, path and body: the same key must come with the same request.
    pub fingerprint: [u8; 32],
}

impl Idempotency {
    /// The key and the fingerprint of a request whose body has this digest; `None` without a key.
    #[must_use]
    pub fn keyed(self, body_digest: &[u8; 32]) -> Option<Keyed> {
        let mut hash = Sha256::new();
        for part in [self.method.as_str(), self.path.as_str()] {
            hash.update(part);
            hash.update([0]);
        }
        hash.update(body_digest);
        Some(Keyed { key: self.key?, fingerprint: hash.finalize().into() })
    }
}

impl FromRequest for Idempotency {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut lines = req.headers().get_all("idempotency-key");
        let key = match (lines.next(), lines.next()) {
            (None, _) => Ok(None),
            (Some(line), None) => line.to_str().ok().and_then(key).map(Some).ok_or(Code::BadIdempotencyKey),
            (Some(_), Some(_)) => Err(Code::BadIdempotencyKey),
        };
        let this = |key| Self { key, method: req.method().clone(), path: req.path().to_owned() };
        ready(key.map(this).map_err(Into::into))
    }
}

/// A structured-field string (RFC 9651), or the same without its quotes, as many clients send it.
fn key(value: &str) -> Option<String> {
    let value = value.trim();
    let key = match value.strip_prefix('"') {
        Some(opened) => unescaped(opened.strip_suffix('"')?)?,
        None => value.to_owned(),
    };
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    (visible && (1..=MAX_KEY).contains(&key.len())).then_some(key)
}

fn unescaped(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => chars.next().filter(|c| matches!(c, '"' | '\\'))?,
            '"' => return None,
            c => c,
        });
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    async fn extracted<T: FromRequest<Error = Failure>>(headers: &[(&str, &str)]) -> Result<T, Code> {
        let mut req = TestRequest::post().uri("/x");
        for header in headers {
            req = req.append_header(*header);
        }
        T::extract(&req.to_http_request()).await.map_err(|failure| failure.code())
    }

    #[actix_web::test]
    async fn a_change_needs_if_match() {
        assert_eq!(extracted::<IfMatch>(&[]).await.unwrap_err(), Code::PreconditionRequired);
        assert_eq!(extracted::<IfMatch>(&[("if-match", "x")]).await.unwrap_err(), Code::Malformed);
        let two = [("if-match", "\"1-a\""), ("if-match", "\"2-a\"")];
        assert_eq!(extracted::<IfMatch>(&two).await.unwrap().0, Seen::Versions(vec![1, 2]));
        assert_eq!(extracted::<IfMatchOptional>(&[]).await.unwrap().0, Seen::Any);
        assert_eq!(extracted::<IfMatchOptional>(&[("if-match", "")]).await.unwrap_err(), Code::Malformed);
    }

    #[actix_web::test]
    async fn keys_are_told_apart_by_what_was_sent() {
        let keyed = |header: &'static str, body: u8| async move {
            let key = extracted::<Idempotency>(&[("idempotency-key", header)]).await.unwrap();
            key.keyed(&[body; 32]).unwrap()
        };
        assert_eq!(keyed("\"k-1\"", 1).await, keyed("k-1", 1).await);
        assert_ne!(keyed("k-1", 1).await.fingerprint, keyed("k-1", 2).await.fingerprint);
        assert_eq!(keyed(r#""a\"b\\""#, 1).await.key, r#"a"b\"#);
        assert!(extracted::<Idempotency>(&[]).await.unwrap().keyed(&[0; 32]).is_none());
    }

    #[actix_web::test]
    async fn bad_keys_are_refused() {
        let long = "k".repeat(256);
        for bad in ["", "\"\"", "\"open", "a b", "\"a\"b\"", "\"a\\n\"", "键", long.as_str()] {
            let error = extracted::<Idempotency>(&[("idempotency-key", bad)]).await.unwrap_err();
            assert_eq!(error, Code::BadIdempotencyKey, "{bad}");
        }
        let twice = [("idempotency-key", "a"), ("idempotency-key", "a")];
        assert_eq!(extracted::<Idempotency>(&twice).await.unwrap_err(), Code::BadIdempotencyKey);
        assert!(extracted::<Idempotency>(&[("idempotency-key", &long[1..])]).await.is_ok());
    }
}
