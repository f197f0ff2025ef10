//! How programs come in: by a platform's key, or by a pass that was given for one. Either is asked for the same: whether the key
//! lives, the platform is let in, and the program calls from where it may. Must not know what programs do.

use super::Context;
use crate::{
    pass::Pass,
    platform_key::{PREFIX, PlatformKey},
    problem::Failure,
    state::State,
};
use domain::{
    access::{Act, Actor, Program, Subject},
    id::{PlatformId, PlatformKeyId},
    platform::{Key, Scope},
    refusal::Code,
    time::Instant,
};
use std::{net::IpAddr, sync::Arc};

/// When a key was last used is noted once in so many seconds.
const NOTED_EVERY_SECONDS: i64 = 3600;

/// What a program shows.
enum Shown {
    /// A key.
    Key(PlatformKey),
    /// A pass, whose signature and time were checked.
    Pass(Pass),
}

impl Shown {
    fn read(state: &State, text: &str) -> Option<Self> {
        match text.starts_with(PREFIX) {
            true => PlatformKey::parse(text).map(Self::Key),
            false => state.passes.read(text, state.clock.now()).map(Self::Pass),
        }
    }

    const fn key_id(&self) -> PlatformKeyId {
        match self {
            Self::Key(key) => key.id,
            Self::Pass(pass) => pass.key_id,
        }
    }

    /// What it is good for, of what the platform may do by now.
    fn scopes(&self, all: &[Scope]) -> Vec<Scope> {
        let good = |scope: &&Scope| match self {
            Self::Key(_) => true,
            Self::Pass(pass) => pass.scopes.contains(scope),
        };
        all.iter().filter(good).copied().collect()
    }
}

/// Whether a bearer token is a program's, by its shape alone.
#[must_use]
pub fn is_of_program(state: &State, text: &str) -> bool {
    text.starts_with(PREFIX) || state.passes.is_one(text)
}

/// The program that shows a key or a pass.
///
/// # Errors
/// `unauthenticated`, whatever is wrong with it.
pub async fn come_in(state: &State, text: &str, from: IpAddr) -> Result<Actor, Failure> {
    let shown = Shown::read(state, text).ok_or(Code::Unauthenticated)?;
    let program = admit(state, &shown, from).await?;
    Ok(Actor { platform: Some(program), ..Actor::default() })
}

/// The program that shows a key, and nothing but a key: a pass gives no other pass.
///
/// # Errors
/// `unauthenticated`, whatever is wrong with it.
pub async fn by_key(state: &State, text: &str, from: IpAddr) -> Result<(Program, PlatformKeyId), Failure> {
    let key = PlatformKey::parse(text).ok_or(Code::Unauthenticated)?;
    let id = key.id;
    Ok((admit(state, &Shown::Key(key), from).await?, id))
}

/// What the database says of a platform is believed for a few seconds, so that revoking a key acts within that time on every node,
/// on its passes as well.
async fn admit(state: &State, shown: &Shown, from: IpAddr) -> Result<Program, Failure> {
    let (id, now) = (shown.key_id(), state.clock.now());
    let platform = match state.platforms.get(&id) {
        Some(platform) => platform,
        None => {
            let found = state.db.read(move |tx| Ok::<_, Failure>(store::platform::of_key(tx, id)?)).await?;
            let platform = Arc::new(found.ok_or(Code::Unauthenticated)?);
            state.platforms.insert(id, Arc::clone(&platform));
            platform
        }
    };
    let known = platform.admits(id, from, now).ok_or(Code::Unauthenticated)?;
    if let Shown::Key(key) = shown
        && !key.is_of(&known.digest, &state.secrets)
    {
        return Err(Code::Unauthenticated.into());
    }
    note_use(state, known, now).await?;
    let scopes = shown.scopes(&platform.profile.scopes);
    Ok(Program { id: platform.id, organisation_id: platform.organisation_id, scopes })
}

/// The platform of a key that came in here of late, or of a pass.
#[must_use]
pub fn known(state: &State, text: &str) -> Option<PlatformId> {
    let key = match Shown::read(state, text)? {
        Shown::Key(key) => key,
        Shown::Pass(pass) => return Some(pass.platform_id),
    };
    let platform = state.platforms.get(&key.id)?;
    let stored = platform.keys.iter().find(|stored| stored.id == key.id)?;
    key.is_of(&stored.digest, &state.secrets).then_some(platform.id)
}

async fn note_use(state: &State, key: &Key, now: Instant) -> Result<(), Failure> {
    if key.last_used_at.is_some_and(|at| now < at.plus_seconds(NOTED_EVERY_SECONDS)) {
        return Ok(());
    }
    let id = key.id;
    state.db.write(move |tx| Ok::<_, Failure>(store::platform::note_use(tx, id, now)?)).await?;
    state.platforms.invalidate(&id);
    Ok(())
}

/// The program whose work this is.
pub(super) fn program(cx: &Context, act: Act) -> Result<&Program, Failure> {
    cx.allow(act, &Subject { known: true, ..Subject::default() })?;
    cx.actor.platform.as_ref().ok_or_else(|| Code::Forbidden.into())
}
