//! A body that is a sheet: no larger than allowed, and read only when its turn comes. What it holds is the reading room's business.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, ContentDisposition},
    web::{self, Bytes},
};
use domain::refusal::Code;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::{problem::Failure, sheet::MAX_BYTES, state::State};

/// The media types that sheets are sent as; what one is, its first bytes say.
const TAKEN: [&str; 7] = [
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/octet-stream",
    "text/csv",
    "text/plain",
];

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// A sheet as it was sent, of at most so many bytes.
#[derive(Debug)]
pub struct SheetUpload<const MOST: usize = MAX_BYTES> {
    /// What the file is called.
    pub name: String,
    /// The file.
    pub bytes: Bytes,
    /// SHA-256 of it.
    pub digest: [u8; 32],
    /// Its turn.
    pub turn: OwnedSemaphorePermit,
}

impl<const MOST: usize> FromRequest for SheetUpload<MOST> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
        let essence = header(CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
        let taken = TAKEN.contains(&essence.trim().to_ascii_lowercase().as_str());
        let length = header(CONTENT_LENGTH).and_then(|value| value.parse::<usize>().ok());
        let name = name(req);
        let (state, body) = (State::of(req), web::Payload::from_request(req, payload));
        Box::pin(async move {
            if !taken {
                return Err(Code::SheetUnsupported.into());
            }
            if length.is_some_and(|length| length > MOST) {
                return Err(Code::TooLarge.into());
            }
            let turn = state?.reading_room.turn().await?;
            let body = body.await.map_err(|_| Code::Malformed)?;
            let bytes = body.to_bytes_limited(MOST).await.map_err(|_| Code::TooLarge)?;
            let bytes = bytes.map_err(|_| Code::Malformed)?;
            Ok(Self { name, digest: Sha256::digest(&bytes).into(), bytes, turn })
        })
    }
}

/// What Content-Disposition calls the file. Not in the address: addresses are logged.
fn name(req: &HttpRequest) -> String {
    let Some(said) = req.headers().get(CONTENT_DISPOSITION) else { return String::new() };
    let Ok(said) = ContentDisposition::from_raw(said) else { return String::new() };
    let extended = said.get_filename_ext().and_then(|name| String::from_utf8(name.value.clone()).ok());
    let name = extended.or_else(|| said.get_filename().map(str::to_owned)).unwrap_or_default();
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|sign| !sign.is_control()).take(LONGEST_NAME).collect()
}
