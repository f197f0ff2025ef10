//! A JSON body: bounded in size and depth, free of NUL, and exactly the fields that are asked for.
//!
//! What cannot be read is malformed (400); what reads but does not fit is invalid (422), with a
//! JSON Pointer to where. Must not know what the fields mean.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, dev::Payload, error::PayloadError, http::header::CONTENT_TYPE, web::Bytes,
};
use domain::refusal::{Code, Fault, Refusal};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;
use sha2::{Digest, Sha256};

use super::strict::Strict;
use crate::problem::Failure;

/// The largest JSON body, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

const MAX_DEPTH: usize = 32;

/// A body read as `T`. An empty body counts as `{}`.
#[derive(Debug)]
pub struct Body<T> {
    /// What was sent.
    pub value: T,
    /// SHA-256 of the bytes as sent.
    pub digest: [u8; 32],
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let json = is_json(req);
        let bytes = Bytes::from_request(req, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| unread(&error))?;
            if bytes.is_empty() {
                return Ok(Self { value: read(b"{}")?, digest: Sha256::digest(b"").into() });
            }
            if !json {
                return Err(Code::UnsupportedType.into());
            }
            Ok(Self { value: read(&bytes)?, digest: Sha256::digest(&bytes).into() })
        })
    }
}

fn is_json(req: &HttpRequest) -> bool {
    let value = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn unread(error: &actix_web::Error) -> Failure {
    match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Code::TooLarge.into(),
        _ => Code::Malformed.into(),
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| Code::Malformed)?;
    if !is_tame(text) {
        return Err(Code::Malformed.into());
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(Strict(&mut json)).map_err(|error| {
        // A field may be wrong before the syntax is: what is no JSON at all is malformed first.
        match serde_json::from_str::<Value>(text) {
            Ok(_) => misfit(error.path(), &error.inner().to_string()),
            Err(_) => Code::Malformed.into(),
        }
    })?;
    json.end().map_err(|_| Code::Malformed)?;
    Ok(value)
}

/// Whether the text nests no deeper than allowed and its strings hold no NUL, which no database keeps.
fn is_tame(text: &str) -> bool {
    let (mut depth, mut in_string) = (0_usize, false);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (in_string, byte) {
            (_, b'"') => in_string = !in_string,
            (true, b'\\') => {
                let is_nul = bytes.next() == Some(b'u') && bytes.clone().take(4).eq(*b"0000");
                if is_nul {
                    return false;
                }
            }
            (false, b'{' | b'[') => depth = depth.saturating_add(1),
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if byte == 0 || depth > MAX_DEPTH {
            return false;
        }
    }
    true
}

/// Names the field that did not fit, and how. Serde tells the how in words only; they are part of its
/// contract in practice, and a test holds them to it.
pub(super) fn misfit(path: &serde_path_to_error::Path, message: &str) -> Refusal {
    let mut pointer = pointer(path);
    let named = message.split('`').nth(1).unwrap_or_default();
    let fault = if message.starts_with("missing field") {
        push(&mut pointer, named);
        Fault::Required
    } else if message.starts_with("unknown field") {
        if !pointer.ends_with(&format!("/{}", escaped(named))) {
            push(&mut pointer, named);
        }
        Fault::Unknown
    } else if message.starts_with("unknown variant") {
        Fault::Unknown
    } else if message.starts_with("duplicate field") {
        push(&mut pointer, named);
        Fault::Duplicate
    } else if message.starts_with("invalid type: null") {
        Fault::Required
    } else if message.starts_with("invalid value: integer") || message.starts_with("number out of range") {
        Fault::OutOfRange
    } else {
        Fault::Format
    };
    Refusal::field(Code::Invalid, &pointer, fault)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Map { key } | Segment::Enum { variant: key } => push(&mut pointer, key),
            Segment::Unknown => {}
        }
    }
    pointer
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&escaped(name));
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Order {
        title: String,
        quantity: u8,
        #[serde(default)]
        lines: Vec<Line>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read into")]
    struct Line {
        #[serde(rename = "a/b")]
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Person,
    }

    fn refused(text: &str) -> (Code, String, Option<Fault>) {
        let refusal = read::<Order>(text.as_bytes()).unwrap_err();
        let field = refusal.fields.first();
        (refusal.code, field.map(|f| f.pointer.clone()).unwrap_or_default(), field.map(|f| f.fault))
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (text, pointer, fault) in [
            (r#"{"quantity":1}"#, "/title", Fault::Required),
            (r#"{"title":null,"quantity":1}"#, "/title", Fault::Required),
            (r#"{"title":"a","quantity":"1"}"#, "/quantity", Fault::Format),
            (r#"{"title":"a","quantity":1.5}"#, "/quantity", Fault::Format),
            (r#"{"title":"a","quantity":-1}"#, "/quantity", Fault::OutOfRange),
            (r#"{"title":"a","quantity":256}"#, "/quantity", Fault::OutOfRange),
            (r#"{"title":"a","quantity":1,"x~y":1}"#, "/x~0y", Fault::Unknown),
            (r#"{"title":"a","title":"b","quantity":1}"#, "/title", Fault::Duplicate),
            (r#"{"title":"a","quantity":1,"kind":"unit"}"#, "/kind", Fault::Unknown),
            (r#"{"title":"a","quantity":1,"kind":3}"#, "/kind", Fault::Format),
            (r#"{"title":"a","quantity":1,"lines":[{"a/b":"c"},{}]}"#, "/lines/1/a~1b", Fault::Required),
            (r#"{"title":"a","quantity":1,"lines":[{"a/b":"c","d":1}]}"#, "/lines/0/d", Fault::Unknown),
            (r#"{"title":"a","quantity":1,"lines":{}}"#, "/lines", Fault::Format),
            (r#"{"title":"a","quantity":1,"lines":[["c"]]}"#, "/lines/0", Fault::Format),
            (r#"["a",1]"#, "", Fault::Format),
            ("null", "", Fault::Required),
            ("3", "", Fault::Format),
        ] {
            assert_eq!(refused(text), (Code::Invalid, pointer.to_owned(), Some(fault)), "{text}");
        }
    }

    #[test]
    fn what_is_no_json_is_malformed_wherever_it_breaks() {
        for text in [
            "{",
            "",
            "nonsense",
            r#"{"title":"a","quantity":1}x"#,
            r#"{"quantity":"1", oh}"#,
            r#"{"title":"a","quantity":99999999999999999999999999999999999"#,
            "{\"title\":\"a\u{0}\",\"quantity\":1}",
            r#"{"title":"\u0000","quantity":1}"#,
            r#"{"title":"\ud800","quantity":1}"#,
            "{\"title\":\"a\nb\",\"quantity\":1}",
        ] {
            assert_eq!(refused(text).0, Code::Malformed, "{text}");
        }
        assert_eq!(read::<Order>(b"{\"title\":\"\xff\",\"quantity\":1}").unwrap_err().code, Code::Malformed);
        assert!(read::<Order>(r#"{"title":"\\u0000 \"[[","quantity":1}"#.as_bytes()).is_ok());
    }

    #[test]
    fn nesting_has_a_bottom() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_tame(&nested(MAX_DEPTH)));
        assert_eq!(read::<Value>(nested(MAX_DEPTH + 1).as_bytes()).unwrap_err().code, Code::Malformed);
        assert_eq!(read::<Value>(nested(100_000).as_bytes()).unwrap_err().code, Code::Malformed);
    }
}
