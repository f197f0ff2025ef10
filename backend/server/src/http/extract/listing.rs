//! A list's request and its answer: filter, limit, cursor, and the page with where it goes on.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{CACHE_CONTROL, ContentType, LINK, VARY},
    web,
};
use domain::refusal::{Code, Fault, Refusal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{origin, query};
use crate::{
    cursor::Filter,
    problem::{Failure, Internal},
    state::State,
};

const DEFAULT_LIMIT: u16 = 20;
const MAX_LIMIT: u16 = 100;

/// The two parameters that every list takes beside its filter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many to answer with at most.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with the same filter.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// What there is, in the list's order.
    pub items: Vec<T>,
    /// Hand this back as `cursor` for the next page; null on the last.
    #[schema(required = true)]
    pub next_cursor: Option<String>,
}

/// What a list is asked for.
pub struct Listing<F> {
    /// What narrows it down.
    pub filter: F,
    limit: u16,
    cursor: Option<String>,
    belongs: Filter,
    address: String,
    pairs: Vec<(String, String)>,
    state: web::Data<State>,
}

impl<F> Listing<F> {
    /// How many rows to read: one more than are shown tells whether there is a next page.
    #[must_use]
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The sort key to go on after; `None` at the start.
    ///
    /// # Errors
    /// [`Code::BadCursor`] where the cursor is of another list or filter, or is not ours.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Failure> {
        let open = |cursor: &String| self.state.cursors.open(self.belongs, cursor);
        Ok(self.cursor.as_ref().map(open).transpose()?)
    }

    /// Answers with the page that `rows` begin; `key` is what [`Listing::after`] gives back then.
    ///
    /// # Errors
    /// [`Failure::Internal`] where a key cannot be written.
    pub fn answer<R, K: Serialize, T: Serialize>(
        self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> K,
        wire: impl FnMut(R) -> T,
    ) -> Result<HttpResponse, Failure> {
        let limit = usize::from(self.limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| self.seal(&key(row))).transpose()?;
        self.page(rows.into_iter().map(wire).collect(), next)
    }

    /// [`Listing::answer`] for a list that grows at its end: there is always a cursor to ask again with, also on an
    /// empty page.
    ///
    /// # Errors
    /// [`Failure::Internal`] where a key cannot be written.
    pub fn follow<T: Serialize>(
        &self,
        items: Vec<T>,
        next: &impl Serialize,
    ) -> Result<HttpResponse, Failure> {
        self.page(items, Some(self.seal(next)?))
    }

    /// How many to answer with at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        usize::from(self.limit)
    }

    /// Whether the cursor is this word, and not one of ours.
    #[must_use]
    pub fn starts_at(&self, word: &str) -> bool {
        self.cursor.as_deref() == Some(word)
    }

    /// Goes on at this cursor.
    pub fn resume(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }

    /// The cursor that goes on after `key`.
    ///
    /// # Errors
    /// [`Internal`] where it cannot be written.
    pub fn seal<K: Serialize>(&self, key: &K) -> Result<String, Internal> {
        let sealed = self.state.cursors.seal(self.belongs, key);
        sealed.ok_or_else(|| Internal::new("a cursor could not be written"))
    }

    fn page<T: Serialize>(
        &self,
        items: Vec<T>,
        next_cursor: Option<String>,
    ) -> Result<HttpResponse, Failure> {
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &next_cursor {
            response.insert_header((LINK, format!("<{}>; rel=\"next\"", self.link(cursor))));
        }
        response
            .insert_header((VARY, "Authorization, Accept-Language"))
            .insert_header((CACHE_CONTROL, "private, no-cache"));
        // Of a size that most pages fit in: growing there copies what is written so far a dozen times.
        let mut body = Vec::with_capacity(1024 * items.len().saturating_add(1));
        serde_json::to_writer(&mut body, &Page { items, next_cursor })
            .map_err(|_| Internal::new("a page could not be written"))?;
        Ok(response.content_type(ContentType::json()).body(body))
    }

    fn link(&self, cursor: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .append_pair("limit", &self.limit.to_string())
            .append_pair("cursor", cursor)
            .finish();
        format!("{}?{query}", self.address)
    }
}

impl<F: DeserializeOwned> FromRequest for Listing<F> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req))
    }
}

fn read<F: DeserializeOwned>(req: &HttpRequest) -> Result<Listing<F>, Failure> {
    let state = State::of(req)?;
    let mut pairs = query::pairs(req.query_string())?;
    let mut take = |name: &str| {
        let at = pairs.iter().position(|(known, _)| known == name);
        at.map(|at| pairs.remove(at).1).filter(|value| !value.is_empty())
    };
    let (limit, cursor) = (take("limit"), take("cursor"));
    let limit = match limit.map(|text| text.parse::<u16>()) {
        None => DEFAULT_LIMIT,
        Some(Ok(limit @ 1..=MAX_LIMIT)) => limit,
        Some(Ok(_)) => return Err(Refusal::field(Code::Invalid, "limit", Fault::OutOfRange).into()),
        Some(Err(_)) => return Err(Refusal::field(Code::Invalid, "limit", Fault::Format).into()),
    };
    Ok(Listing {
        filter: query::read(&pairs)?,
        limit,
        cursor,
        belongs: Filter::of(req.path(), &pairs),
        address: format!("{}{}", origin::base(req, &state.config), req.path()),
        pairs,
        state,
    })
}
