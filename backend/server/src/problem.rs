//! From "no" to an answer: one exhaustive match from a kind of refusal to a status, and the problem
//! document (RFC 9457) that tells a person what happened.
//!
//! A [`Failure`] has an external half, which is a stable code with its fields, and an internal half,
//! which has no `Serialize` and is logged once at the edge ([`crate::edge`]). Must not know any noun.

use std::{error::Error, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use domain::refusal::{Code, FieldFault, Kind, Reached, Refusal};
use serde::{Deserialize, Serialize};
use store::StoreError;

use crate::http::language::Language;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Where the problems are described: `type` is this and the code.
pub const TYPE_BASE: &str = "/api/v1/problems/";

/// Why a request was not served.
#[derive(Debug)]
pub enum Failure {
    /// A rule, a field check or the edge says no.
    Refused(Refusal),
    /// The store could not do it.
    Store(StoreError),
    /// Too often, or too soon: after so many seconds it may work.
    RetryAfter {
        /// The stable code.
        code: Code,
        /// How long to wait.
        seconds: u64,
    },
    /// What was to be made exists already, and the caller may know which one it is.
    Existing {
        /// The stable code.
        code: Code,
        /// The one that exists.
        id: uuid::Uuid,
    },
    /// A fault of ours.
    Internal(Internal),
}

/// What went wrong inside. It can be logged and cannot be sent.
#[derive(Debug)]
pub struct Internal(String);

impl Internal {
    /// A fault without a cause that could be named further.
    #[must_use]
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// What was being done, and the error with all its sources.
    #[must_use]
    pub fn caused(what: &str, error: &dyn Error) -> Self {
        Self(format!("{what}: {}", chain(error)))
    }
}

/// The error and its sources in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        source = inner.source();
    }
    line
}

impl Failure {
    /// The code that the caller is told.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(refusal) => refusal.code,
            Self::RetryAfter { code, .. } | Self::Existing { code, .. } => *code,
            Self::Internal(_) => Code::Internal,
            Self::Store(error) => match error {
                StoreError::Stale => Code::Stale,
                StoreError::Busy(_) | StoreError::Unavailable(_) | StoreError::Locked(_) => Code::Unavailable,
                StoreError::Erased => Code::BeneficiaryErased,
                StoreError::Full(_) => Code::Full,
                // The application maps the clashes that it expects; one that arrives here is a bug.
                StoreError::Unique { .. }
                | StoreError::ForeignKey(_)
                | StoreError::Corrupt(_)
                | StoreError::Unsupported(_)
                | StoreError::Panicked(_)
                | StoreError::Other(_) => Code::Internal,
            },
        }
    }

    /// What to log: nothing where the caller was simply told no.
    #[must_use]
    pub fn internal(&self) -> Option<String> {
        match self {
            Self::Internal(internal) => Some(internal.0.clone()),
            Self::Store(StoreError::Stale | StoreError::Erased)
            | Self::Refused(_)
            | Self::RetryAfter { .. }
            | Self::Existing { .. } => None,
            Self::Store(error) => Some(chain(error)),
        }
    }

    fn draft(&self) -> Draft {
        let mut draft = Draft::from(self.code());
        match self {
            Self::Refused(refusal) => {
                draft.fields.clone_from(&refusal.fields);
                draft.reached = refusal.reached;
            }
            Self::RetryAfter { seconds, .. } => draft.retry_after = Some(*seconds),
            Self::Existing { id, .. } => draft.existing_id = Some(*id),
            Self::Store(_) | Self::Internal(_) => {}
        }
        draft
    }
}

/// The status of each kind of "no". The one place that knows it.
#[must_use]
pub const fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Stale => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Full => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// The code for a status that some library answered with, without one of ours.
pub(crate) fn code_of_status(status: StatusCode) -> Code {
    match status.as_u16() {
        401 => Code::Unauthenticated,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::TooLarge,
        415 => Code::UnsupportedType,
        400..=499 => Code::Malformed,
        503 | 504 => Code::Unavailable,
        507 => Code::Full,
        _ => Code::Internal,
    }
}

/// A problem that has no language, address and request id yet; the edge adds those.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) code: Code,
    pub(crate) fields: Vec<FieldFault>,
    pub(crate) retry_after: Option<u64>,
    pub(crate) existing_id: Option<uuid::Uuid>,
    pub(crate) reached: Option<Reached>,
}

impl From<Code> for Draft {
    fn from(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after: None, existing_id: None, reached: None }
    }
}

impl Draft {
    /// The answer without its body, which the edge writes.
    pub(crate) fn response(self) -> HttpResponse {
        let kind = self.code.kind();
        let mut response = HttpResponse::build(status(kind));
        match (kind, self.retry_after) {
            (_, Some(seconds)) => {
                response.insert_header((RETRY_AFTER, seconds));
            }
            // A quota that is used up comes free by what the caller does, and not by waiting.
            (Kind::TooMany, None) if self.reached.is_some() => {}
            (Kind::Unavailable | Kind::TooMany, None) => {
                response.insert_header((RETRY_AFTER, 1));
            }
            (Kind::Unauthenticated, None) => {
                response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"wishlight\""));
            }
            _ => {}
        }
        let mut response = response.finish();
        response.extensions_mut().insert(self);
        response
    }

    fn detail(&self, language: Language) -> String {
        let said = language.of(self.code.text());
        match (self.reached, language) {
            (None, _) => said.to_owned(),
            (Some(Reached { limit, count }), Language::Zh) => format!("{said}（上限 {limit}，现有 {count}）"),
            (Some(Reached { limit, count }), Language::En) => {
                format!("{said} (At most {limit}; there are {count}.)")
            }
        }
    }

    /// The document, for this caller.
    pub(crate) fn document(&self, language: Language, instance: &str, request_id: &str) -> Problem {
        let kind = self.code.kind();
        let errors = self.fields.iter().map(|field| FieldProblem {
            pointer: field.pointer.clone(),
            code: field.fault.as_str().to_owned(),
            detail: language.of(field.fault.text()).to_owned(),
        });
        Problem {
            r#type: format!("{TYPE_BASE}{}", self.code.as_str()),
            title: title(kind, language).to_owned(),
            status: status(kind).as_u16(),
            detail: self.detail(language),
            instance: instance.to_owned(),
            code: self.code.as_str().to_owned(),
            request_id: request_id.to_owned(),
            existing_id: self.existing_id,
            limit: self.reached.map(|reached| reached.limit),
            count: self.reached.map(|reached| reached.count),
            errors: errors.collect(),
        }
    }
}

/// What every problem of a kind is called.
pub(crate) const fn title(kind: Kind, language: Language) -> &'static str {
    let (zh, en) = match kind {
        Kind::Malformed => ("请求读不懂", "Malformed request"),
        Kind::Invalid => ("内容需要修改", "Invalid content"),
        Kind::Unauthenticated => ("需要登录", "Not signed in"),
        Kind::Forbidden => ("无权办理", "Not allowed"),
        Kind::NotFound => ("没有找到", "Not found"),
        Kind::MethodNotAllowed => ("方法不支持", "Method not allowed"),
        Kind::Conflict => ("现在不能这样办", "Refused as things stand"),
        Kind::Stale => ("已被别人改过", "Changed meanwhile"),
        Kind::TooLarge => ("内容太大", "Too large"),
        Kind::UnsupportedType => ("格式不支持", "Unsupported media type"),
        Kind::PreconditionRequired => ("缺少 If-Match", "If-Match required"),
        Kind::TooMany => ("次数太多", "Too many requests"),
        Kind::Internal => ("服务出错", "Internal error"),
        Kind::Unavailable => ("暂时不可用", "Temporarily unavailable"),
        Kind::Full => ("存储空间已满", "Storage full"),
    };
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// Why a request was refused (RFC 9457). `title` and `detail` follow Accept-Language.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// Where this problem is described.
    #[schema(examples("/api/v1/problems/wish_not_open"))]
    pub r#type: String,
    /// What every problem of this kind is called.
    pub title: String,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599, examples(409))]
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The address that was asked for.
    pub instance: String,
    /// The stable code: what programs and translations go by. New codes may be added.
    #[schema(examples("wish_not_open"))]
    pub code: String,
    /// Tell this to whoever looks into it.
    pub request_id: String,
    /// The one that exists already, where that is why and the caller may know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_id: Option<uuid::Uuid>,
    /// So many at most, where a limit is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// So many there are already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// One field at fault.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    /// JSON Pointer (RFC 6901) into the body, or the name of a query parameter.
    #[schema(examples("/quantity"))]
    pub pointer: String,
    /// What is wrong with it.
    #[schema(examples("out_of_range"))]
    pub code: String,
    /// What to do.
    pub detail: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        status(self.code().kind())
    }

    fn error_response(&self) -> HttpResponse {
        self.draft().response()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Internal> for Failure {
    fn from(internal: Internal) -> Self {
        Self::Internal(internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_stays_inside() {
        let failure = Failure::from(StoreError::Corrupt("row 7 of secrets".to_owned()));
        assert_eq!(failure.internal().unwrap(), "corrupt: row 7 of secrets");
        let told = failure.draft().document(Language::En, "/x", "r");
        assert_eq!((told.status, told.code.as_str()), (500, "internal"));
        assert!(!serde_json::to_string(&told).unwrap().contains("row 7"));
    }

    #[test]
    fn each_code_has_its_document_in_both_languages() {
        for code in Code::ALL {
            let zh = Draft::from(*code).document(Language::Zh, "/x", "r");
            let en = Draft::from(*code).document(Language::En, "/x", "r");
            assert!(zh.detail != en.detail && zh.title != en.title, "{}", code.as_str());
            assert!((400..600).contains(&zh.status));
            assert!(zh.r#type.ends_with(code.as_str()));
        }
    }

    #[test]
    fn waits_are_told() {
        let busy = Failure::from(StoreError::Unavailable(String::new())).error_response();
        assert_eq!(busy.status(), 503);
        assert_eq!(busy.headers().get(RETRY_AFTER).unwrap(), "1");
        let often = Failure::RetryAfter { code: Code::TooManyAttempts, seconds: 30 };
        assert_eq!(often.error_response().headers().get(RETRY_AFTER).unwrap(), "30");
        let unknown = Failure::from(Code::Unauthenticated).error_response();
        assert!(unknown.headers().contains_key(WWW_AUTHENTICATE));
    }
}
