//! A feed over HTTP: a page of it at once; a page as soon as there is something, for who prefers to wait (RFC 7240, 4.3);
//! or all that comes, as it comes, as server-sent events (HTML Living Standard, 9.2). What a caller may see is asked anew
//! at each look. Must not know what is told.

use super::{caller::Caller, event::NoFilter, extract::Listing};
use crate::{
    app::{
        Context,
        event::{self, Piece},
    },
    limits::Who,
    listeners::Listening,
    problem::{Failure, Internal},
    state::State,
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, HeaderName, HeaderValue},
    web::{self, Bytes},
};
use domain::{event::Kind, refusal::Code};
use futures_util::stream::unfold;
use serde::Serialize;
use std::{convert::Infallible, io::Write as _, time::Duration};
use store::Conn;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

/// The longest that a request waits, whatever it prefers: shorter than proxies wait for an answer.
pub const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// What another node wrote is heard of within this time.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What comes within this time is told together.
const PAUSE: Duration = Duration::from_millis(100);

/// A stream on which nothing comes says after so long that it is there, and learns in doing so who has gone.
const STILL_HERE: Duration = Duration::from_secs(5);

/// The cursor of who wants to hear what comes, and nothing that was.
const LATEST: &str = "latest";

const STREAM: &str = "text/event-stream";
const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Asks nginx to pass each message on when it comes.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// How a feed is followed.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "described here, read from the headers")]
pub struct Following {
    /// `wait=20`: an answer with nothing in it may wait so many seconds, 20 at most, for something to come.
    #[param(example = "wait=20")]
    prefer: Option<String>,
    /// Where a stream goes on: the `id` of the last message of the one that broke off.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<String>,
}

/// What a feed tells.
pub trait Told: Serialize + Send + 'static {
    /// What happened: the type of a message of a stream.
    fn kind(&self) -> Kind;
}

/// Finds what a caller is told of the positions after one, so many rows at most.
pub type Look<E> = fn(&mut Conn, &Context, i64, i64) -> Result<Piece<E>, Failure>;

/// Answers as the caller wishes to follow.
///
/// # Errors
/// What `look` refuses; `bad_cursor`; `rate_limited` for who follows too often at once.
pub(super) async fn answer<E: Told>(
    req: HttpRequest,
    mut list: Listing<NoFilter>,
    look: Look<E>,
) -> Result<HttpResponse, Failure> {
    let streams = header(&req, &ACCEPT).is_some_and(|accepted| accepted.contains(STREAM));
    let wait = header(&req, &PREFER).and_then(preferred);
    if let Some(last) = header(&req, &LAST_EVENT_ID).filter(|last| streams && !last.is_empty()) {
        list.resume(last.to_owned());
    }
    let place = match streams || wait.is_some() {
        true => Some(listen(&Caller::extract(&req).await?)?),
        false => None,
    };
    let state = State::of(&req)?;
    let after = match list.starts_at(LATEST) {
        true => {
            event::place(&state).await?;
            state.db.read(|tx| Ok::<_, Failure>(store::event::last_position(tx)?)).await?
        }
        false => list.after()?.unwrap_or_default(),
    };
    let rows = list.rows();
    let mut follower = Follower { after, rows, written: state.db.written(), state, req, look };
    let mut piece = follower.wait(wait.filter(|_| !streams).unwrap_or_default()).await?;
    if let (true, Some(place)) = (streams, place) {
        return Ok(stream(follower, list, piece, place));
    }
    let next = piece.cut(list.limit());
    let items: Vec<E> = piece.events.into_iter().map(|(_, event)| event).collect();
    let mut response = list.follow(items, &next)?;
    if let Some(wait) = wait {
        let applied = HeaderValue::from_str(&format!("wait={}", wait.as_secs()));
        response.headers_mut().insert(PREFERENCE_APPLIED, applied.map_err(|_| Internal::new("a number"))?);
    }
    Ok(response)
}

fn header<'a>(req: &'a HttpRequest, name: &HeaderName) -> Option<&'a str> {
    req.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The wait among some preferences; what cannot be read is not preferred.
fn preferred(preferences: &str) -> Option<Duration> {
    let mut pairs = preferences.split([',', ';']).filter_map(|preference| preference.split_once('='));
    let (_, seconds) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("wait"))?;
    let seconds = seconds.trim().trim_matches('"').parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn listen(caller: &Caller) -> Result<Listening, Failure> {
    let actor = &caller.cx.actor;
    let platform = actor.platform.as_ref().map(|program| Who::Platform(program.id));
    let who = platform.or(actor.user.map(Who::User)).ok_or(Code::Unauthenticated)?;
    caller.state.listeners.enter(who)
}

/// Somebody who follows a feed.
struct Follower<E> {
    req: HttpRequest,
    look: Look<E>,
    after: i64,
    rows: i64,
    state: web::Data<State>,
    written: watch::Receiver<()>,
}

impl<E: Told> Follower<E> {
    async fn look(&mut self) -> Result<Piece<E>, Failure> {
        self.written.mark_unchanged();
        let caller = Caller::extract(&self.req).await?;
        event::place(&caller.state).await?;
        let (look, after, rows) = (self.look, self.after, self.rows);
        caller.read(move |tx, cx| look(tx, cx, after, rows)).await
    }

    /// Looks until there is something, `wait` is over, or the server is about to stop.
    async fn wait(&mut self, wait: Duration) -> Result<Piece<E>, Failure> {
        let end = Instant::now() + wait;
        loop {
            let piece = self.look().await?;
            if !piece.events.is_empty() || Instant::now() >= end || self.state.is_draining() {
                return Ok(piece);
            }
            self.after = piece.seen;
            tokio::select! {
                () = sleep_until(end.min(Instant::now() + LOOK_EVERY)) => (),
                () = self.state.drained() => (),
                // The sender is the database's, which is here.
                _ = self.written.changed() => sleep(PAUSE).await,
            }
        }
    }
}

/// Everything from `first` on, until the caller goes or may no more, or the server is about to stop.
fn stream<E: Told>(
    follower: Follower<E>,
    list: Listing<NoFilter>,
    first: Piece<E>,
    place: Listening,
) -> HttpResponse {
    let messages =
        unfold((follower, list, place, Some(first)), |(mut follower, list, place, first)| async move {
            let mut piece = match first {
                Some(piece) => piece,
                None if follower.state.is_draining() => return None,
                None => follower.wait(STILL_HERE).await.ok()?,
            };
            follower.after = piece.cut(list.limit());
            let text = messages(&list, &piece).ok()?;
            Some((Ok::<_, Infallible>(Bytes::from(text)), (follower, list, place, None)))
        });
    HttpResponse::Ok()
        .content_type(STREAM)
        .insert_header((CACHE_CONTROL, "no-store"))
        // Compressed, a message would wait for the next.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((UNBUFFERED, "no"))
        .streaming(messages)
}

/// A piece as messages; without any, a comment, and where to go on all the same.
fn messages<E: Told>(list: &Listing<NoFilter>, piece: &Piece<E>) -> Result<Vec<u8>, Internal> {
    let failed = |_| Internal::new("a message could not be written");
    let mut text = Vec::new();
    for (position, event) in &piece.events {
        write!(text, "id: {}\nevent: {}\ndata: ", list.seal(position)?, event.kind().as_str())
            .map_err(failed)?;
        serde_json::to_writer(&mut text, event)
            .map_err(|_| Internal::new("an event could not be written"))?;
        text.extend_from_slice(b"\n\n");
    }
    if text.is_empty() {
        write!(text, ": still here\nid: {}\n\n", list.seal(&piece.seen)?).map_err(failed)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_read_among_preferences_and_has_an_end() {
        let seconds = |text| preferred(text).map(|wait| wait.as_secs());
        assert_eq!(seconds("respond-async, Wait = 7"), Some(7));
        assert_eq!(seconds("wait=\"3\"; x"), Some(3));
        assert_eq!(seconds("wait=3600"), Some(20));
        assert_eq!([seconds("wait=soon"), seconds("wait"), seconds("await=3")], [None; 3]);
    }
}
