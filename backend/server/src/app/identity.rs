//! Identities at the sign-in provider: linked by their user alone, and signed in with. Nobody is entered
//! by signing in; whom the provider knows and we do not is told so.

use super::{
    Context,
    event::{Facts, facts},
    found,
    session::{Client, First, SignIn, begin_session, first_step, record},
};
use crate::{oidc::Identity, problem::Failure, state::State};
use base16ct::lower::encode_string as hex;
use domain::{
    access::{Act, Actor, Subject},
    event::Kind,
    id::IdentityId,
    refusal::Code,
};
use serde_json::json;
use store::{Conn, StoreError, external_identity as stored, external_identity::ExternalIdentity};

/// Signs in whom the provider vouches for. Their own second factor is asked for as after a password,
/// unless the provider asked for one in a way that the operator trusts.
///
/// # Errors
/// `identity_not_linked` where the identity is nobody's here, or its user may not sign in.
pub async fn sign_in(state: &State, client: Client, identity: Identity) -> Result<SignIn, Failure> {
    let cx = Context::new(state, Actor::default());
    let now = cx.now;
    let token = state.tokens.refresh()?;
    let digest = hex(&token.digest);
    let begun = move |tx: &mut Conn| -> Result<First, Failure> {
        let known = stored::user_of(tx, &identity.issuer, &identity.subject)?;
        let user = known.map(|id| store::user::load(tx, id)).transpose()?.flatten();
        let Some(user) = user.filter(|user| !user.disabled) else {
            tracing::warn!("a sign-in with a provider was refused: not linked, or disabled");
            return Err(Code::IdentityNotLinked.into());
        };
        if !identity.second_factor && store::second_factor::is_confirmed(tx, user.id)? {
            return Ok(First::SecondStep(user));
        }
        let (session, until) = begin_session(tx, &cx, &user, (&digest, &client), identity.second_factor)?;
        Ok(First::Begun(user, session, until))
    };
    first_step(state, state.db.write(begun).await?, token, now)
}

/// The identities that are linked to the caller.
///
/// # Errors
/// `unauthenticated`.
pub fn list(tx: &mut Conn, cx: &Context) -> Result<Vec<ExternalIdentity>, Failure> {
    cx.allow(Act::ListIdentities, &Subject::default())?;
    Ok(stored::of_user(tx, cx.user()?)?)
}

/// Links an identity to the caller, who gave their password when it began.
///
/// # Errors
/// `unauthenticated`; `identity_taken` where it is linked already, or the caller has another one.
pub fn link(tx: &mut Conn, cx: &Context, identity: &Identity) -> Result<ExternalIdentity, Failure> {
    cx.allow(Act::LinkIdentity, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    let linked = ExternalIdentity {
        id: cx.ids.make(),
        user_id: user.id,
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        linked_at: cx.now,
    };
    match stored::insert(tx, &linked) {
        Err(StoreError::Unique { .. }) => return Err(Code::IdentityTaken.into()),
        inserted => inserted?,
    }
    store::user::save(tx, &user, cx.now)?;
    record(tx, cx, &user, Kind::IdentityLinked, facts([("issuer", json!(linked.issuer))]))?;
    Ok(linked)
}

/// Takes an identity of the caller away.
///
/// # Errors
/// `unauthenticated`; `not_found` where it is not theirs.
pub fn unlink(tx: &mut Conn, cx: &Context, id: IdentityId) -> Result<(), Failure> {
    cx.allow(Act::UnlinkIdentity, &Subject::default())?;
    let user = found(store::user::load(tx, cx.user()?)?)?;
    match stored::remove(tx, user.id, id) {
        Err(StoreError::Stale) => return Err(Code::NotFound.into()),
        removed => removed?,
    }
    store::user::save(tx, &user, cx.now)?;
    record(tx, cx, &user, Kind::IdentityUnlinked, Facts::new())
}
