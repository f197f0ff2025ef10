//! What time does.

use super::World;
use domain::{
    claim::Claim,
    escalation::{Cause, Escalation, Status},
    refusal::Refusal,
    time::Instant,
};

/// Does what time has made due, in the order that is right, and says how much it did:
///
/// 1. claims lapse: their shares are free, and the wish's own time may begin anew, so what it is
///    still waiting for is known before it is asked whether it waited too long;
/// 2. an escalation that nobody answered goes one level further up, or falls to the root;
/// 3. a wish over its time of which no escalation is pending goes one level up, or on the red list.
///
/// Whatever goes up is due later than now, so one sweep lifts a wish by one level however long
/// nobody swept, and a second sweep at the same time finds nothing.
///
/// # Panics
/// When the rules refuse what they themselves call due.
pub fn sweep(world: &mut World, now: Instant) -> usize {
    world.now = world.now.max(now);
    let now = world.now;
    let mut done = 0;
    let mut must = |outcome: Option<Result<(), Refusal>>| {
        assert_eq!(outcome, Some(Ok(())), "what is due is not refused");
        done += 1;
    };
    for n in 0..world.lives.len() {
        let (further, up) = (world.next_id(), world.next_id());
        let Some(life) = world.lives.get_mut(n) else { continue };
        for place in 0..life.claims.len() {
            if life.claims.get(place).and_then(Claim::lapses_at).is_some_and(|at| at <= now) {
                must(life.change(place, now, |claim, wish, terms| claim.lapse(wish, terms)));
            }
        }
        let is_due = life.wish.due_at.is_some_and(|due| due <= now);
        let pending = |up: &Escalation| is_due && up.status() == Status::Pending;
        if let Some(place) = life.escalations.iter().position(pending) {
            must(life.overrun(place, further, now));
        }
        if life.wish.pending_escalation.is_none() && life.wish.is_overdue(now) {
            must(Some(life.escalate(up, Cause::Overdue, now)));
        }
    }
    done
}
