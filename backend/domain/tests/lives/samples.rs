//! One wish, one claim and one escalation in each of their states, each brought there by the rules.

#![expect(clippy::unwrap_used, reason = "a sample that cannot be made is a broken test")]

use domain::{
    calendar::Calendar,
    claim::{Answer, Ask, Claim, Delivery, Method, Route, Status as ClaimStatus},
    claimant::{Claimant, Kind, Profile, Standing},
    escalation::{Cause, Escalation, Risen, Status as EscalationStatus},
    id::{BeneficiaryId, ClaimId, ClaimantId, EscalationId, OrganisationId, UserId, WishId},
    policy::{DEFAULT, Terms},
    publication::{Release, Shown},
    reopening::{Reopening, Trouble},
    time::Instant,
    wish::{Channel, Content, Decision, Ending, Review, Source, Status as WishStatus, ToldBy, Unit, Wish},
};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

static CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(Arc::default);

pub const VILLAGE: OrganisationId = OrganisationId(Uuid::from_u128(1));
pub const COUNTY: OrganisationId = OrganisationId(Uuid::from_u128(2));
pub const CITY: OrganisationId = OrganisationId(Uuid::from_u128(3));
pub const SIBLING: OrganisationId = OrganisationId(Uuid::from_u128(4));
pub const COLLECTOR: UserId = UserId(Uuid::from_u128(11));
pub const REVIEWER: UserId = UserId(Uuid::from_u128(12));
pub const COORDINATOR: UserId = UserId(Uuid::from_u128(13));
pub const VOLUNTEER: UserId = UserId(Uuid::from_u128(14));

/// How much every sample wish asks.
pub const ASKED: i64 = 2;

/// Friday, the morning on which every sample was brought to its state.
pub fn friday() -> Instant {
    "2026-11-20T01:00:00Z".parse().unwrap()
}

pub fn terms() -> Terms {
    at(friday())
}

/// More than a year later, when every time has run out.
pub fn late() -> Terms {
    at(friday().plus_days(400))
}

pub fn at(now: Instant) -> Terms {
    Terms { now, policy: DEFAULT, calendar: Arc::clone(&CALENDAR) }
}

pub fn content() -> Content {
    Content {
        title: "一台收音机".into(),
        details: None,
        public_summary: "老人想听戏，盼一台收音机。".into(),
        category: "thing".into(),
        skill: None,
        quantity: ASKED,
        shares: vec![],
        unit: Unit::Item,
        estimated_cost_fen: None,
        needed_by: None,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Myself,
        told_by_note: None,
    }
}

pub fn review(decision: Decision) -> Review {
    Review {
        decision,
        urgent: true,
        feasible: true,
        practical: true,
        note: Some("已有低保补贴可办".into()),
        by: REVIEWER,
        at: friday(),
    }
}

pub fn ending() -> Ending {
    Ending { reason: "家人已经买了".into(), outcome: None }
}

pub fn claimant() -> Claimant {
    Claimant {
        id: ClaimantId(Uuid::from_u128(21)),
        version: 1,
        kind: Kind::Person,
        organisation_id: VILLAGE,
        user_id: Some(VOLUNTEER),
        profile: Profile {
            display_name: "热心人".into(),
            skills: vec![],
            region_codes: vec![],
            categories: Vec::new(),
            capacity: 3,
        },
        standing: Standing::Active,
        created_at: friday(),
    }
}

/// A claim by a volunteer of the audience who has no other.
pub fn ask(claimant: &Claimant, route: Route, quantity: i64) -> Ask<'_> {
    let by = if route == Route::Dispatch { COORDINATOR } else { VOLUNTEER };
    let id = ClaimId(Uuid::from_u128(31));
    Ask {
        id,
        claimant,
        route,
        quantity,
        shares: &[],
        by,
        in_audience: true,
        holds_one: false,
        live_claims: 0,
        most_claims: None,
    }
}

pub fn delivery() -> Delivery {
    let note = Some("送到家里，试过了".into());
    Delivery { note, items: vec![], quarter_hours: None, attachment_ids: vec![], by: VOLUNTEER, at: friday() }
}

/// The coordinator called back.
pub fn answer(accepted: bool) -> Answer {
    Answer {
        accepted,
        method: Method::Call,
        code_hash: None,
        note: Some("插头不对".into()),
        by: COORDINATOR,
        for_claimant: false,
    }
}

/// The resident says that it does not work.
pub fn reopening(take_back: bool) -> Reopening {
    Reopening {
        trouble: Trouble::DoesNotWork, note: "插上没有声音".into(), take_back, holds_another: false
    }
}

pub fn asked() -> Cause {
    Cause::Asked { by: COORDINATOR, reason: "村里没有".into() }
}

pub fn escalation_id(n: u128) -> EscalationId {
    EscalationId(Uuid::from_u128(n))
}

pub fn draft() -> Wish {
    let source = Source {
        id: WishId(Uuid::from_u128(41)),
        beneficiary_id: BeneficiaryId(Uuid::from_u128(42)),
        origin_id: VILLAGE,
        collected_by: COLLECTOR,
    };
    Wish::collect(source, content(), &terms()).unwrap()
}

/// Everything that publishing asks for.
pub fn released() -> Release {
    Release { agreed: true, cleared: Ok(()), shown: Shown::default(), shared: true }
}

fn submitted() -> Wish {
    draft().submit(true, &terms()).unwrap()
}

/// A wish in `status`.
pub fn wish(status: WishStatus) -> Wish {
    match status {
        WishStatus::Draft => draft(),
        WishStatus::Submitted => submitted(),
        WishStatus::Open => {
            submitted().decide(review(Decision::Publish), released(), None, &terms()).unwrap()
        }
        WishStatus::Claimed => claim(ClaimStatus::Active).0,
        WishStatus::Delivered => claim(ClaimStatus::Delivered).0,
        WishStatus::Fulfilled => claim(ClaimStatus::Confirmed).0,
        WishStatus::Declined => {
            submitted().decide(review(Decision::Decline), released(), None, &terms()).unwrap()
        }
        WishStatus::Withdrawn => draft().withdraw(ending(), &terms()).unwrap(),
    }
}

/// A claim in `status` on all that a wish asks, with its wish.
pub fn claim(status: ClaimStatus) -> (Wish, Claim) {
    let (open, claimant) = (wish(WishStatus::Open), claimant());
    let by = |route| open.clone().claim(&ask(&claimant, route, ASKED), None, &terms()).unwrap();
    match status {
        ClaimStatus::Proposed => by(Route::Dispatch),
        ClaimStatus::Active => by(Route::SelfClaim),
        ClaimStatus::Delivered => {
            let (wish, claim) = by(Route::SelfClaim);
            claim.deliver(wish, delivery(), &terms()).unwrap()
        }
        ClaimStatus::Confirmed => {
            let (wish, claim) = self::claim(ClaimStatus::Delivered);
            claim.confirm(wish, &answer(true), &terms()).unwrap()
        }
        ClaimStatus::Declined => {
            let (wish, claim) = by(Route::Dispatch);
            claim.decline(wish, "这周不在家", &terms()).unwrap()
        }
        ClaimStatus::Released => {
            let (wish, claim) = by(Route::SelfClaim);
            claim.release(wish, "买不到", &terms()).unwrap()
        }
        ClaimStatus::Lapsed => {
            let (wish, claim) = by(Route::SelfClaim);
            let due = claim.lapses_at().unwrap();
            claim.lapse(wish, &at(due)).unwrap()
        }
        ClaimStatus::TakenBack => {
            let (wish, claim) = self::claim(ClaimStatus::Confirmed);
            claim.reopen(wish, &reopening(true), &terms()).unwrap()
        }
    }
}

/// An escalation in `status` from the village to the county, with its open wish.
pub fn escalation(status: EscalationStatus) -> (Wish, Escalation) {
    let (wish, risen) =
        wish(WishStatus::Open).escalate(escalation_id(51), Some(COUNTY), asked(), &terms()).unwrap();
    let Risen::Up(up) = risen else { unreachable!("the village has a superior") };
    let up = *up;
    match status {
        EscalationStatus::Pending => (wish, up),
        EscalationStatus::Accepted => up.accept(wish, COORDINATOR, &[], &terms()).unwrap(),
        EscalationStatus::Returned => up.give_back(wish, COORDINATOR, "请联系残联", &terms()).unwrap(),
        EscalationStatus::Rerouted => {
            up.reroute(wish, COORDINATOR, SIBLING, "归他们管", &[SIBLING, COUNTY], &terms()).unwrap()
        }
        EscalationStatus::Superseded => {
            let (wish, up, _) = up.overrun(wish, escalation_id(52), Some(CITY), &late()).unwrap();
            (wish, up)
        }
        EscalationStatus::Resolved => {
            let wish = wish.withdraw(ending(), &terms()).unwrap();
            (wish, up.resolve(friday()))
        }
    }
}
