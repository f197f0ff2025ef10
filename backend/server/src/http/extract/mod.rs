//! What a handler may ask of a request, as types: a handler that names [`Body`] or [`IfMatch`] cannot
//! run without it. Every refusal here is a [`Failure`](crate::problem::Failure) with a stable code.
//! Must not know any noun.

mod body;
mod conditions;
mod listing;
mod origin;
mod query;
mod sheet;
mod strict;
mod upload;

pub use body::{Body, MAX_BODY};
pub use conditions::{Idempotency, IfMatch, IfMatchOptional, Keyed};
pub use listing::{Listing, Page, Paging};
pub(crate) use origin::client_ip;
pub use origin::{ClientIp, OwnOrigin, RequestId};
pub use query::{Path, Query};
pub use sheet::SheetUpload;
pub use upload::Upload;
