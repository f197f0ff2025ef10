//! A call as those see it who are called: what happened, by when, and what is still open. Not who calls, and no
//! household: where somebody lives is told no more exactly than on the wall.

use super::report;
use crate::{
    app::{Context, found},
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    claimant::{Claimant, Kind},
    emergency::{Circle, EmergencyCall, Status},
    id::{EmergencyCallId, OrganisationId, WishId},
    membership::Role,
    refusal::Code,
    wish,
};
use store::{
    Conn,
    wish::{Filter, Listed},
};

/// For so many claimants one person acts at most here.
const MOST_OWN: i64 = 200;

/// A call that asks for the caller.
#[derive(Debug)]
pub struct Appeal {
    /// The call.
    pub call: EmergencyCall,
    /// Households for whom somebody is still looked for.
    pub waiting: i64,
}

/// A claimant of the caller's: its kind, its organisation and all above.
type Own = (Kind, Vec<OrganisationId>);

fn own(tx: &mut Conn, cx: &Context) -> Result<Vec<Own>, Failure> {
    let managed = cx.actor.roots(&[Role::Manager]);
    let claimants = store::claimant::of_user(tx, cx.user()?, &managed, MOST_OWN)?;
    let ids: Vec<OrganisationId> = claimants.iter().map(|one| one.organisation_id).collect();
    let lines = store::organisation::lines(tx, &ids)?;
    let placed = |one: Claimant| Some((one.kind, lines.get(&one.organisation_id)?.ids().to_vec()));
    Ok(claimants.into_iter().filter_map(placed).collect())
}

fn is_called(call: &EmergencyCall, own: &[Own]) -> bool {
    let holds = |circle: &Circle| own.iter().any(|(kind, path)| circle.holds(*kind, path));
    call.content.circles.iter().any(holds)
}

/// The open calls that ask for a claimant of the caller's, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn appeals(tx: &mut Conn, cx: &Context) -> Result<Vec<Appeal>, Failure> {
    cx.allow(Act::ListEmergencyAppeals, &Subject::default())?;
    let own = own(tx, cx)?;
    let mut above: Vec<OrganisationId> = own.iter().flat_map(|(_, path)| path).copied().collect();
    above.sort_unstable();
    above.dedup();
    let calls = store::emergency::calling(tx, &above)?.into_iter().filter(|call| is_called(call, &own));
    calls.map(|call| Ok(Appeal { waiting: report(tx, call.id)?.waiting(), call })).collect()
}

/// What is still open of a call that asks for a claimant of the caller's, as the wall shows it, newest first; and the
/// generation of the directory to show it with.
///
/// # Errors
/// `not_found` where the call does not ask for the caller, or is over.
pub fn wishes(
    tx: &mut Conn,
    cx: &Context,
    id: EmergencyCallId,
    before: Option<WishId>,
    rows: i64,
) -> Result<(Vec<Listed>, i64), Failure> {
    cx.allow(Act::ListCalledWishes, &Subject::default())?;
    let call = found(store::emergency::load(tx, id)?)?;
    if call.status() != Status::Open || !is_called(&call, &own(tx, cx)?) {
        return Err(Code::NotFound.into());
    }
    let statuses = vec![wish::Status::Open];
    let filter = Filter { emergency_call: Some(id), statuses, before, ..Filter::default() };
    Ok(store::wish::list(tx, &filter, rows)?)
}
