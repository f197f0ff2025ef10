//! A body that is a picture: its media type is one that is taken, and it is no larger than allowed. What
//! it holds is the darkroom's business.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    web::{self, Bytes},
};
use domain::refusal::Code;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    darkroom::{Format, MAX_BYTES},
    problem::Failure,
    state::State,
};

/// A picture as it was sent.
#[derive(Debug)]
pub struct Upload {
    /// What it says it is.
    pub format: Format,
    /// The file.
    pub bytes: Bytes,
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Its room in memory.
    pub room: OwnedSemaphorePermit,
}

impl FromRequest for Upload {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
        let essence = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
        let format = Format::of_media_type(essence.trim());
        let length = header(CONTENT_LENGTH).and_then(|value| value.parse::<usize>().ok());
        let (state, body) = (State::of(req), web::Payload::from_request(req, payload));
        Box::pin(async move {
            let format = format.ok_or(Code::UnsupportedPicture)?;
            if length.is_some_and(|length| length > MAX_BYTES) {
                return Err(Code::TooLarge.into());
            }
            // Before it is read: what does not say how long it is counts as the longest.
            let room = state?.darkroom.room(length.unwrap_or(MAX_BYTES)).await?;
            let body = body.await.map_err(|_| Code::Malformed)?;
            let bytes = body.to_bytes_limited(MAX_BYTES).await.map_err(|_| Code::TooLarge)?;
            let bytes = bytes.map_err(|_| Code::Malformed)?;
            Ok(Self { format, digest: Sha256::digest(&bytes).into(), bytes, room })
        })
    }
}
