//! Whether a database holds the same lives as the world, whatever ids each gave.

use super::{
    common::{Life, World},
    side::Side,
};
use domain::id::{BeneficiaryId, ClaimId, ClaimantId, EscalationId, WishId};
use std::fmt::Debug;
use uuid::Uuid;

/// What `side` holds otherwise than the world does, as lines for a person.
pub fn difference(world: &World, side: &Side) -> Option<String> {
    let claimants: Vec<ClaimantId> = world.claimants.iter().map(|claimant| claimant.id).collect();
    let expected = all_plain(&world.lives, &claimants);
    let found = all_plain(&side.lives, &side.claimants);
    if expected == found {
        return None;
    }
    let mut lines = Vec::new();
    compare(&mut lines, "wishes", &expected.len(), &found.len());
    for (n, (expected, found)) in expected.iter().zip(&found).enumerate() {
        compare(&mut lines, &format!("wish {n}"), &expected.wish, &found.wish);
        compare_each(&mut lines, &format!("wish {n}, claim"), &expected.claims, &found.claims);
        compare_each(&mut lines, &format!("wish {n}, escalation"), &expected.escalations, &found.escalations);
    }
    Some(lines.join("\n"))
}

fn compare_each<T: Debug + PartialEq>(lines: &mut Vec<String>, name: &str, expected: &[T], found: &[T]) {
    for n in 0..expected.len().max(found.len()) {
        compare(lines, &format!("{name} {n}"), &expected.get(n), &found.get(n));
    }
}

fn compare<T: Debug + PartialEq>(lines: &mut Vec<String>, name: &str, expected: &T, found: &T) {
    if expected == found {
        return;
    }
    let (expected, found) = (format!("{expected:#?}"), format!("{found:#?}"));
    let only = |of: &str, other: &str, mark: &str| -> Vec<String> {
        let other: Vec<&str> = other.lines().collect();
        of.lines().filter(|line| !other.contains(line)).map(|line| format!("{mark} {line}")).collect()
    };
    lines.push(format!("{name}:"));
    lines.extend(only(&expected, &found, "-"));
    lines.extend(only(&found, &expected, "+"));
}

fn all_plain(lives: &[Life], claimants: &[ClaimantId]) -> Vec<Life> {
    lives.iter().enumerate().map(|(place, life)| plain(life.clone(), place, claimants)).collect()
}

/// The same life with places for ids, and without what only one of the two keeps: versions, the
/// resident, and how a card's code is hashed.
fn plain(mut life: Life, place: usize, claimants: &[ClaimantId]) -> Life {
    let ups: Vec<EscalationId> = life.escalations.iter().map(|up| up.id).collect();
    let wish = &mut life.wish;
    wish.id = WishId(numbered(place));
    wish.version = 0;
    wish.beneficiary_id = BeneficiaryId(Uuid::nil());
    wish.pending_escalation = wish.pending_escalation.map(|id| EscalationId(place_of(&id, &ups)));
    if let Some(card) = &mut wish.card {
        card.hash.clear();
    }
    let claims: Vec<ClaimId> = life.claims.iter().map(|claim| claim.id).collect();
    for share in &mut wish.content.shares {
        share.claim_id = share.claim_id.map(|id| ClaimId(place_of(&id, &claims)));
    }
    for (n, claim) in life.claims.iter_mut().enumerate() {
        claim.id = ClaimId(numbered(n));
        claim.version = 0;
        claim.wish_id = wish.id;
        claim.claimant_id = ClaimantId(place_of(&claim.claimant_id, claimants));
    }
    for (n, up) in life.escalations.iter_mut().enumerate() {
        up.id = EscalationId(numbered(n));
        up.version = 0;
        up.wish_id = wish.id;
    }
    life
}

fn numbered(place: usize) -> Uuid {
    Uuid::from_u128(place as u128)
}

/// What is not among them has a number that no place has.
fn place_of<T: PartialEq>(id: &T, among: &[T]) -> Uuid {
    among.iter().position(|other| other == id).map_or(Uuid::max(), numbered)
}
