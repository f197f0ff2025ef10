//! Which version of a thing a caller has seen: strong entity tags (RFC 9110, 8.8.3) made of version,
//! view and language, and the conditions that compare with them. Must not know any noun.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH, VARY},
};
use domain::refusal::{Code, Refusal};
use serde::Serialize;

use crate::http::language::Language;

/// A tag for `version` of something as this `view` shows it: `"12-worker-zh"`. Views mask
/// differently, so their tags must differ.
#[must_use]
pub fn tag(version: i64, view: &str, language: Language) -> String {
    format!("\"{version}-{view}-{}\"", language.tag())
}

/// The versions under which a caller wants a change to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// Whichever stands.
    Any,
    /// One of these. Empty where the caller's tags can match nothing of ours.
    Versions(Vec<i64>),
}

impl Seen {
    /// Reads the value of If-Match: `*`, or a list of tags. Weak tags and tags of others never match.
    ///
    /// # Errors
    /// [`Code::Malformed`] where it is neither.
    pub fn parse(value: &str) -> Result<Self, Refusal> {
        if value.trim() == "*" {
            return Ok(Self::Any);
        }
        let tags = list(value).ok_or(Code::Malformed)?;
        let strong = tags.iter().filter(|tag| !tag.weak);
        Ok(Self::Versions(strong.filter_map(|tag| version_of(tag.opaque)).collect()))
    }

    /// Whether a change may happen to what stands at `version`.
    ///
    /// # Errors
    /// [`Code::Stale`] where the caller saw another version.
    pub fn check(&self, version: impl Into<i64>) -> Result<(), Refusal> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(seen) if seen.contains(&version.into()) => Ok(()),
            Self::Versions(_) => Err(Code::Stale.into()),
        }
    }
}

struct Tag<'a> {
    weak: bool,
    opaque: &'a str,
}

/// The tags of a list, or `None` where it is none. A tag may hold a comma, so it is not split on it.
fn list(value: &str) -> Option<Vec<Tag<'_>>> {
    let mut rest = value.trim();
    let mut tags = Vec::new();
    loop {
        let (weak, opened) = match rest.strip_prefix("W/") {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (opaque, after) = opened.strip_prefix('"')?.split_once('"')?;
        tags.push(Tag { weak, opaque });
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
}

fn version_of(opaque: &str) -> Option<i64> {
    let (version, _view) = opaque.split_once('-')?;
    // Only what we write ourselves: no sign, no leading zero.
    let version: i64 = version.parse().ok()?;
    opaque.starts_with(&format!("{version}-")).then_some(version)
}

/// Whether If-None-Match says that the caller already has `tag` (weak comparison, RFC 9110 13.1.2).
#[must_use]
pub fn none_match(headers: &HeaderMap, tag: &str) -> bool {
    let ours = tag.trim_matches('"');
    headers.get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|value| {
        value.trim() == "*" || list(value).is_some_and(|tags| tags.iter().any(|tag| tag.opaque == ours))
    })
}

/// Whether an answer may be kept by the caller's own cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Kept by the caller alone, and asked about before each use.
    Private,
    /// Personal data: not kept anywhere.
    Never,
}

impl Keep {
    /// The value of Cache-Control.
    #[must_use]
    pub const fn cache_control(self) -> &'static str {
        match self {
            Self::Private => "private, no-cache",
            Self::Never => "no-store",
        }
    }
}

/// Answers a read of one thing: with its tag, or 304 where the caller has it already.
pub fn answer<T: Serialize>(
    req: &HttpRequest,
    version: impl Into<i64>,
    view: &str,
    keep: Keep,
    body: &T,
) -> HttpResponse {
    let tag = tag(version.into(), view, Language::of_headers(req.headers()));
    let mut response = match none_match(req.headers(), &tag) {
        true => HttpResponse::NotModified(),
        false => HttpResponse::Ok(),
    };
    response
        .insert_header((ETAG, tag.as_str()))
        .insert_header((VARY, "Authorization, Accept-Language"))
        .insert_header((CACHE_CONTROL, keep.cache_control()));
    match none_match(req.headers(), &tag) {
        true => response.finish(),
        false => response.json(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn if_match_reads_what_we_wrote() {
        let ours = tag(12, "worker", Language::Zh);
        assert_eq!(ours, "\"12-worker-zh\"");
        for (value, seen) in [
            (ours.as_str(), Seen::Versions(vec![12])),
            ("*", Seen::Any),
            (" * ", Seen::Any),
            ("\"1-public-zh\", \"2-public-en\"", Seen::Versions(vec![1, 2])),
            ("\"1-a\",W/\"2-a\"", Seen::Versions(vec![1])),
            ("W/\"12-worker-zh\"", Seen::Versions(vec![])),
            ("\"of, another\"", Seen::Versions(vec![])),
            ("\"+12-a\", \"012-a\", \"12\", \"\"", Seen::Versions(vec![])),
            ("\"99999999999999999999-a\"", Seen::Versions(vec![])),
        ] {
            assert_eq!(Seen::parse(value).unwrap(), seen, "{value}");
        }
        for bad in ["", "12", "\"12", "\"1\" \"2\"", "\"1\",", "w/\"1\"", "*, \"1\"", "'1'"] {
            assert_eq!(Seen::parse(bad).unwrap_err().code, Code::Malformed, "{bad}");
        }
    }

    #[test]
    fn only_the_version_seen_may_be_changed() {
        let seen = Seen::parse("\"3-worker-zh\"").unwrap();
        assert!(seen.check(3).is_ok());
        assert_eq!(seen.check(4).unwrap_err().code, Code::Stale);
        assert_eq!(Seen::Versions(vec![]).check(1).unwrap_err().code, Code::Stale);
        assert!(Seen::Any.check(4).is_ok());
    }

    #[test]
    fn what_the_caller_has_is_not_sent_again() {
        let get = |value: &str| {
            let req = TestRequest::get().insert_header((IF_NONE_MATCH, value)).to_http_request();
            answer(&req, 3, "public", Keep::Private, &"body")
        };
        assert_eq!(get("\"3-public-zh\"").status(), 304);
        assert_eq!(get("W/\"3-public-zh\"").status(), 304);
        assert_eq!(get("\"1-x\", \"3-public-zh\"").status(), 304);
        assert_eq!(get("*").status(), 304);
        for other in ["\"4-public-zh\"", "\"3-worker-zh\"", "\"3-public-en\"", "nonsense"] {
            assert_eq!(get(other).status(), 200, "{other}");
        }
        assert_eq!(get("*").headers().get(ETAG).unwrap(), "\"3-public-zh\"");
    }
}
