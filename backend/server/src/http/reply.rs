//! The answer to a change: made inside its transaction, so that it can be stored there.

use crate::problem::{Failure, Internal};
use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION, VARY},
    },
};
use domain::refusal::Code;
use serde::{Deserialize, Serialize};
use store::idempotency::Answer;

/// The answer to a change.
#[derive(Debug)]
pub struct Reply {
    status: StatusCode,
    body: String,
    headers: Headers,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Headers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
}

impl Reply {
    /// 200 with a body.
    ///
    /// # Errors
    /// When the body is no JSON.
    pub fn ok<T: Serialize>(body: &T) -> Result<Self, Failure> {
        let body =
            serde_json::to_string(body).map_err(|error| Internal::caused("writing an answer", &error))?;
        Ok(Self { status: StatusCode::OK, body, headers: Headers::default() })
    }

    /// 201 with a body and where the new thing is.
    ///
    /// # Errors
    /// When the body is no JSON.
    pub fn created<T: Serialize>(location: String, body: &T) -> Result<Self, Failure> {
        let mut reply = Self::ok(body)?;
        reply.status = StatusCode::CREATED;
        reply.headers.location = Some(format!("/api/v1{location}"));
        Ok(reply)
    }

    /// 204.
    #[must_use]
    pub fn none() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: String::new(), headers: Headers::default() }
    }

    /// A refusal that still keeps what the work wrote.
    #[must_use]
    pub fn refused(code: Code) -> Self {
        let status = crate::problem::status(code.kind());
        Self { status, body: code.as_str().to_owned(), headers: Headers::default() }
    }

    /// The version that the thing has now, as `view` shows it.
    #[must_use]
    pub fn tagged(mut self, version: i64, view: &str) -> Self {
        // A change is answered in the default language's tag: If-Match goes by the version alone.
        self.headers.etag = Some(crate::etag::tag(version, view, super::language::Language::Zh));
        self
    }

    pub(super) fn stored(&self) -> Result<Answer, Failure> {
        let headers = serde_json::to_string(&self.headers)
            .map_err(|error| Internal::caused("storing an answer", &error))?;
        Ok(Answer { status: self.status.as_u16(), body: self.body.clone(), headers })
    }

    pub(super) fn again(answer: Answer) -> Result<Self, Failure> {
        let status = StatusCode::from_u16(answer.status)
            .map_err(|error| Internal::caused("a stored answer", &error))?;
        let headers = serde_json::from_str(&answer.headers)
            .map_err(|error| Internal::caused("a stored answer", &error))?;
        Ok(Self { status, body: answer.body, headers })
    }

    pub(super) fn respond(self, replayed: bool) -> Result<HttpResponse, Failure> {
        if self.status.is_client_error() {
            let code = Code::ALL.iter().find(|code| code.as_str() == self.body);
            return Err(
                code.map_or_else(|| Internal::new("an unknown stored refusal").into(), |code| (*code).into())
            );
        }
        let mut response = HttpResponse::build(self.status);
        response
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((VARY, "Authorization, Accept-Language"));
        if let Some(etag) = self.headers.etag {
            response.insert_header((ETAG, etag));
        }
        if let Some(location) = self.headers.location {
            response.insert_header((LOCATION, location));
        }
        if replayed {
            response.insert_header(("Idempotency-Replayed", "true"));
        }
        if self.status == StatusCode::NO_CONTENT {
            return Ok(response.finish());
        }
        Ok(response.insert_header((CONTENT_TYPE, "application/json")).body(self.body))
    }
}
