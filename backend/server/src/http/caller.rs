//! Who calls, and the two ways in which a handler works for them: [`Caller::read`] and
//! [`Caller::change`], which keeps a request with an Idempotency-Key to one effect and one answer.

use super::{
    extract::{Keyed, client_ip},
    reply::Reply,
};
use crate::{
    app::{
        Context,
        program::{come_in, is_of_program},
        session::{self, Known},
    },
    problem::Failure,
    routes::Table,
    secrets::{Use, hmac},
    state::State,
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{Method, header::AUTHORIZATION},
    web,
};
use base16ct::lower::encode_string as hex;
use domain::{
    access::{Act, Actor},
    refusal::Code,
};
use std::{future::Future, net::IpAddr, pin::Pin, sync::Arc};
use store::{
    Conn,
    idempotency::{self, Known as Request},
};
use vault::{DataKey, Place};

/// What a session is good for while somebody else knows its password: to change it, and to learn that.
const FIRST_DOORS: [&str; 2] = ["/api/v1/me", "/api/v1/me/password"];

/// The caller of a handler: the public, or somebody signed in. A token that is not valid is refused
/// here, so that a client learns to renew it; whether somebody must be signed in is the access
/// table's business.
#[derive(Clone)]
pub struct Caller {
    /// What the server shares.
    pub state: web::Data<State>,
    /// Who acts, and when.
    pub cx: Context,
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = State::of(req);
        let token = bearer(req);
        let of_program = match (&state, &token) {
            (Ok(state), Ok(Some(token))) if is_of_program(state, token) => {
                Some((client_ip(req, &state.config), asked(req)))
            }
            _ => None,
        };
        let keyless = req.method() == Method::POST && !req.headers().contains_key("idempotency-key");
        let first = FIRST_DOORS.contains(&req.path());
        Box::pin(async move {
            let state = state?;
            let (actor, mfa) = match (token?, of_program) {
                (None, _) => (Actor::default(), false),
                (Some(key), Some((from, act))) => {
                    let actor = program(&state, &key, from, act).await?;
                    // A program that hears nothing asks again: once must be once.
                    if keyless && act.is_some_and(|act| !act.is_public()) {
                        return Err(Code::BadIdempotencyKey.into());
                    }
                    (actor, false)
                }
                (Some(token), None) => {
                    let (known, mfa) = signed_in(&state, &token).await?;
                    if known.must_change_password && !first {
                        return Err(Code::PasswordChangeRequired.into());
                    }
                    (known.actor.clone(), mfa)
                }
            };
            Ok(Self { cx: Context::new(&state, actor).proved_twice(mfa), state })
        })
    }
}

/// What the access table calls a request.
fn asked(req: &HttpRequest) -> Option<Act> {
    let table = req.app_data::<web::Data<Table>>()?;
    table.find(req.path())?.act(req.method())
}

/// A platform's program, where its scopes name what it asks for: then nothing is looked up that could tell it
/// what exists.
async fn program(state: &State, key: &str, from: IpAddr, act: Option<Act>) -> Result<Actor, Failure> {
    let actor = come_in(state, key, from).await?;
    let may = actor.platform.as_ref().zip(act).is_some_and(|(program, act)| program.may(act));
    if may { Ok(actor) } else { Err(Code::InsufficientScope.into()) }
}

fn bearer(req: &HttpRequest) -> Result<Option<String>, Failure> {
    let Some(value) = req.headers().get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim().to_owned())),
        _ => Err(Code::Unauthenticated.into()),
    }
}

/// Who a token speaks for. What the database says of a session is believed for a few seconds, so that
/// ending one, or taking a role, acts within that time on every node.
async fn signed_in(state: &State, token: &str) -> Result<(Arc<Known>, bool), Failure> {
    let claims = state.tokens.read(token, state.clock.now())?;
    let mfa = claims.mfa;
    let key = (claims.sid, claims.stamp.clone());
    if let Some(known) = state.callers.get(&key) {
        return Ok((known, mfa));
    }
    let now = state.clock.now();
    let known = Arc::new(state.db.read(move |tx| session::authenticate(tx, &claims, now)).await?);
    state.callers.insert(key, Arc::clone(&known));
    Ok((known, mfa))
}

impl Caller {
    /// Reads, on a snapshot where the database has one.
    ///
    /// # Errors
    /// What the work refuses; `unavailable` when the database does not answer.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let cx = self.cx.clone();
        self.state.db.read(move |tx| work(tx, &cx)).await
    }

    /// [`Caller::read`] for what counts, ranks or searches much.
    ///
    /// # Errors
    /// As [`Caller::read`].
    pub async fn read_slow<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, &Context) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let cx = self.cx.clone();
        self.state.db.read_slow(move |tx| work(tx, &cx)).await
    }

    /// One unit of work and its answer. With a key, the answer is stored in the same transaction: the
    /// same request again gets it again; another request under the same key is refused.
    ///
    /// # Errors
    /// What the work refuses; `idempotency_mismatch`, `idempotency_running`; `unavailable`.
    pub async fn change(
        self,
        keyed: Option<Keyed>,
        work: impl Fn(&mut Conn, &Context) -> Result<Reply, Failure> + Send + 'static,
    ) -> Result<HttpResponse, Failure> {
        let cx = self.cx;
        let Some(keyed) = keyed else {
            return self.state.db.write(move |tx| work(tx, &cx)).await?.respond(false);
        };
        // A key is its caller's own. Both are stored under a secret: who reads the database cannot try
        // passwords or identity numbers on the fingerprint of the request that held them.
        let secret = self.state.secrets.key(Use::Request);
        let caller = who(&cx.actor);
        let key = hex(&hmac(&secret, &[b"key", caller.as_bytes(), b"\0", keyed.key.as_bytes()]));
        let fingerprint = hex(&hmac(&secret, &[b"fingerprint", &keyed.fingerprint]));
        // The answer may hold private text. It opens for whoever has the key of the request, and for
        // nobody who has the database and all our keys but not that one.
        let seal = self.state.secrets.key(Use::Answer);
        let seal = DataKey::new(hmac(&seal, &[caller.as_bytes(), b"\0", keyed.key.as_bytes()]));
        let (reply, replayed) =
            self.state.db.write(move |tx| once(tx, &cx, &key, &fingerprint, &seal, &work)).await?;
        reply.respond(replayed)
    }
}

/// Whose a key is.
fn who(actor: &Actor) -> String {
    match (&actor.platform, actor.user) {
        (Some(program), _) => format!("platform {}", program.id),
        (None, Some(user)) => user.to_string(),
        (None, None) => String::new(),
    }
}

fn once(
    tx: &mut Conn,
    cx: &Context,
    key: &str,
    fingerprint: &str,
    seal: &DataKey,
    work: &impl Fn(&mut Conn, &Context) -> Result<Reply, Failure>,
) -> Result<(Reply, bool), Failure> {
    match idempotency::begin(tx, key, fingerprint, cx.now) {
        Ok(Request::New) => {
            let reply = work(tx, cx)?;
            let mut answer = reply.stored()?;
            let body = seal.seal(&at(key), &answer.body, cx.vault.random());
            answer.body = body.map_err(store::StoreError::from)?;
            idempotency::finish(tx, key, &answer)?;
            Ok((reply, false))
        }
        Ok(Request::Answered(mut answer)) => {
            answer.body = seal.open(&at(key), &answer.body).map_err(store::StoreError::from)?;
            Ok((Reply::again(answer)?, true))
        }
        Ok(Request::OtherRequest) => Err(Code::IdempotencyMismatch.into()),
        Err(store::StoreError::Busy(_)) => {
            Err(Failure::RetryAfter { code: Code::IdempotencyRunning, seconds: 1 })
        }
        Err(error) => Err(error.into()),
    }
}

fn at(key: &str) -> Place<'_> {
    Place { table: "idempotency_keys", column: "body", row: key, subject: "", key_version: 1 }
}
