//! What must hold at every moment, whatever people tried: the first four invariants of the domain
//! and what they rest on.

use super::{
    Life, World,
    cast::{chain, superior, terms},
};
use domain::{
    claim::{Claim, Method, Route, State, Status as ClaimStatus},
    claimant::Claimant,
    escalation::{State as EscalationState, Status as EscalationStatus},
    wish::{ShareStatus, Status},
};

/// # Panics
/// When it does not hold.
pub fn must_hold(world: &World) {
    for life in &world.lives {
        the_counters_tell_what_the_claims_say(life);
        it_has_one_holder_and_one_due_time_until_it_ends(life);
        it_is_fulfilled_exactly_when_all_is_confirmed(life);
        at_most_one_escalation_is_pending(life);
        nobody_worked_both_sides(life, world);
    }
    for claimant in &world.claimants {
        assert!(
            world.chosen_claims(claimant.id) <= claimant.profile.capacity.into(),
            "more than it can take"
        );
    }
}

fn the_counters_tell_what_the_claims_say(life: &Life) {
    use ClaimStatus::{Active, Confirmed, Delivered, Proposed};
    let sum = |of: &[ClaimStatus]| -> i64 {
        life.claims.iter().filter(|claim| of.contains(&claim.status())).map(|claim| claim.quantity).sum()
    };
    let counts = life.wish.counts;
    assert_eq!(counts.reserved, sum(&[Proposed, Active, Delivered, Confirmed]), "reserved");
    assert_eq!(counts.delivered, sum(&[Delivered, Confirmed]), "delivered");
    assert_eq!(counts.confirmed, sum(&[Confirmed]), "confirmed");
    assert!(0 <= counts.confirmed && counts.confirmed <= counts.delivered);
    assert!(counts.delivered <= counts.reserved && counts.reserved <= life.wish.content.quantity, "oversold");
    assert!(life.claims.iter().all(|claim| claim.quantity >= 1));
    named_shares_are_held_by_their_claims(life);
}

fn it_has_one_holder_and_one_due_time_until_it_ends(life: &Life) {
    let wish = &life.wish;
    // Nobody changes rules here, so those given are those of the holder.
    assert_eq!(wish.policy, Some(terms(wish.holder_id, wish.updated_at).policy), "the rules of its holder");
    let ended = wish.status().has_ended();
    assert_eq!(wish.due_at.is_none(), ended, "a due time until it ends");
    assert!(chain(wish.origin_id).contains(&wish.holder_id), "the holder is above the origin, or it is it");
    assert!(chain(wish.holder_id).contains(&wish.audience_id), "the holder's whole subtree may claim");
    assert!(
        wish.red_listed_since.is_none() || superior(wish.holder_id).is_none(),
        "the red list is the root's"
    );
    if ended {
        let live = |claim: &Claim| claim.status().is_live();
        assert!(!life.claims.iter().any(live), "no claim outlives its wish");
        assert_eq!((wish.pending_escalation, &wish.card), (None, &None), "an ended wish waits for nothing");
    }
    if ended && wish.status() != Status::Fulfilled {
        let told = wish.ending.as_ref().is_some_and(|ending| ending.outcome.is_some());
        assert!(
            wish.ending.is_some() && (told || wish.red_listed_since.is_none()),
            "it ended with an outcome"
        );
    }
}

fn it_is_fulfilled_exactly_when_all_is_confirmed(life: &Life) {
    let all = life.wish.counts.confirmed == life.wish.content.quantity;
    assert_eq!(life.wish.status() == Status::Fulfilled, all);
}

fn at_most_one_escalation_is_pending(life: &Life) {
    let mut pending = life.escalations.iter().filter(|up| up.status() == EscalationStatus::Pending);
    let one = pending.next();
    assert_eq!(
        life.wish.pending_escalation,
        one.map(|up| up.id),
        "the wish points to the pending escalation"
    );
    assert!(pending.next().is_none(), "two are pending");
    if let Some(up) = one {
        let due = if let EscalationState::Pending { due_at } = up.state { Some(due_at) } else { None };
        assert_eq!(life.wish.due_at, due, "the wish is due when its escalation is");
        assert!(
            up.from_id == life.wish.holder_id
                && chain(up.from_id).contains(&up.to_id)
                && up.from_id != up.to_id
        );
    }
}

fn nobody_worked_both_sides(life: &Life, world: &World) {
    let wish = &life.wish;
    assert!(
        wish.review.as_ref().is_none_or(|review| review.by != wish.collected_by),
        "reviewed by the collector"
    );
    for claim in &life.claims {
        let acts = world.acts_for(claim.claimant_id);
        assert!(acts != Some(wish.collected_by), "the collector's own wish");
        assert!(claim.route == Route::Dispatch || acts == Some(claim.made_by));
        let claimant = world.claimants.iter().find(|claimant| claimant.id == claim.claimant_id);
        let may =
            |c: &Claimant| c.may_take_on().is_ok() && chain(c.organisation_id).contains(&wish.audience_id);
        assert!(claimant.is_some_and(may), "claimed from outside the audience");
        if let State::Confirmed { method: Method::Call | Method::Witness, by, .. } = claim.state {
            let brought_by = claim.delivery.as_ref().map(|delivery| delivery.by);
            assert!(acts != Some(by) && brought_by != Some(by), "their own delivery without the code");
        }
    }
    let mut holders: Vec<_> =
        life.claims.iter().filter(|claim| claim.status().is_live()).map(|claim| claim.claimant_id).collect();
    holders.sort_unstable();
    let held = holders.len();
    holders.dedup();
    assert_eq!(holders.len(), held, "two live claims of one claimant");
}

/// As many as the claim is for, standing where it stands; and nobody else's.
fn named_shares_are_held_by_their_claims(life: &Life) {
    let shares = &life.wish.content.shares;
    if shares.is_empty() {
        return;
    }
    let held: i64 = shares.iter().map(|share| i64::from(share.claim_id.is_some())).sum();
    assert_eq!(held, life.wish.counts.reserved);
    for claim in &life.claims {
        let own: Vec<_> = shares.iter().filter(|share| share.claim_id == Some(claim.id)).collect();
        let expected = if claim.status().gave_back() { 0 } else { claim.quantity };
        assert_eq!(own.iter().map(|_| 1_i64).sum::<i64>(), expected);
        let stands = match claim.status() {
            ClaimStatus::Delivered => ShareStatus::Delivered,
            ClaimStatus::Confirmed => ShareStatus::Confirmed,
            _ => ShareStatus::Claimed,
        };
        assert!(own.iter().all(|share| share.status == stands), "{own:?}");
    }
    assert!(shares.iter().all(|share| (share.status == ShareStatus::Open) == share.claim_id.is_none()));
}
