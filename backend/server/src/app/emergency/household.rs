//! How far a call has come, household by household.

use crate::{app::Context, problem::Failure};
use domain::{
    access::Act,
    emergency::{Report, Share, Standing},
    id::{EmergencyCallId, HouseholdId, OrganisationId, WishId},
    time::Instant,
};
use std::collections::HashMap;
use store::{
    Conn,
    emergency::{Hand, Placed},
};

/// A household, and what it waits for.
#[derive(Debug, Clone)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// How it stands.
    pub standing: Standing,
    /// Since when its oldest wish of the call waits.
    pub since: Instant,
    /// Who collected that.
    pub origin_id: OrganisationId,
    /// Its wishes in the call, the oldest first, each with whose hands it is in.
    pub wishes: Vec<(Placed, Vec<Hand>)>,
}

/// The wishes of each household, in the order of the households' oldest ones.
fn grouped(placed: Vec<Placed>) -> Vec<(HouseholdId, Vec<Placed>)> {
    let mut places: HashMap<HouseholdId, usize> = HashMap::new();
    let mut all: Vec<(HouseholdId, Vec<Placed>)> = Vec::new();
    for one in placed {
        let id = HouseholdId(one.household);
        let next = all.len();
        match all.get_mut(*places.entry(id).or_insert(next)) {
            Some((_, wishes)) => wishes.push(one),
            None => all.push((id, vec![one])),
        }
    }
    all
}

fn shares(wishes: &[Placed]) -> Vec<Share> {
    wishes.iter().map(|one| one.share).collect()
}

/// How many households of a call stand how, now.
///
/// # Errors
/// When the database does not answer.
pub fn report(tx: &mut Conn, id: EmergencyCallId) -> Result<Report, Failure> {
    let mut report = Report::default();
    for (_, wishes) in grouped(store::emergency::placed(tx, id)?) {
        report.add(&shares(&wishes));
    }
    Ok(report)
}

/// Some households of a call, those first that have waited for longest; of one standing, where it is given. The order
/// stays while their standing changes, so that a reader who turns pages misses none.
///
/// # Errors
/// As the access table says.
pub fn households(
    tx: &mut Conn,
    cx: &Context,
    (id, standing): (EmergencyCallId, Option<Standing>),
    after: Option<HouseholdId>,
    rows: usize,
) -> Result<Vec<Household>, Failure> {
    super::see(tx, cx, Act::ListCalledHouseholds, id)?;
    let all = grouped(store::emergency::placed(tx, id)?);
    let begin = after.and_then(|after| all.iter().position(|(id, _)| *id == after)).map_or(0, |at| at + 1);
    let stands = |(id, wishes): (HouseholdId, Vec<Placed>)| (id, Standing::of(&shares(&wishes)), wishes);
    let wanted = all.into_iter().skip(begin).map(stands);
    let wanted = wanted.filter(|(_, stands, _)| standing.is_none_or(|standing| *stands == standing));
    let wanted: Vec<_> = wanted.take(rows).collect();
    let ids: Vec<WishId> = wanted.iter().flat_map(|(_, _, wishes)| wishes).map(|one| one.id).collect();
    let mut hands: HashMap<WishId, Vec<Hand>> = HashMap::new();
    for hand in store::emergency::hands(tx, &ids)? {
        hands.entry(hand.wish_id).or_default().push(hand);
    }
    let household = |(id, standing, wishes): (HouseholdId, Standing, Vec<Placed>)| {
        let (since, origin_id) = wishes.first().map(|one| (one.since, one.origin_id))?;
        let mut with_hands = |one: Placed| {
            let own = hands.remove(&one.id).unwrap_or_default();
            (one, own)
        };
        let wishes = wishes.into_iter().map(&mut with_hands).collect();
        Some(Household { id, standing, since, origin_id, wishes })
    };
    Ok(wanted.into_iter().filter_map(household).collect())
}
