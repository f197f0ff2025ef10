//! Who takes part: six organisations in one tree, each with its own time rules, and seven claimants.

use domain::{
    calendar::Calendar,
    claimant::{Claimant, Kind, Profile, Standing},
    id::{ClaimantId, OrganisationId, UserId},
    policy::{Effective, Terms},
    time::Instant,
};
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

// city - county - township - village; a neighbour village of the township, a suburb of the county.
pub const CITY: OrganisationId = OrganisationId(Uuid::from_u128(1));
pub const COUNTY: OrganisationId = OrganisationId(Uuid::from_u128(2));
pub const TOWNSHIP: OrganisationId = OrganisationId(Uuid::from_u128(3));
pub const VILLAGE: OrganisationId = OrganisationId(Uuid::from_u128(4));
pub const NEIGHBOUR: OrganisationId = OrganisationId(Uuid::from_u128(5));
pub const SUBURB: OrganisationId = OrganisationId(Uuid::from_u128(6));

pub const COLLECTOR: UserId = UserId(Uuid::from_u128(11));
pub const REVIEWER: UserId = UserId(Uuid::from_u128(12));
pub const COORDINATOR: UserId = UserId(Uuid::from_u128(13));

static CALENDAR: LazyLock<Arc<Calendar>> = LazyLock::new(Arc::default);

/// The next organisation up; none for the root.
pub fn superior(of: OrganisationId) -> Option<OrganisationId> {
    match of {
        VILLAGE | NEIGHBOUR => Some(TOWNSHIP),
        TOWNSHIP | SUBURB => Some(COUNTY),
        COUNTY => Some(CITY),
        _ => None,
    }
}

/// The organisation and all above it, up to the root.
pub fn chain(from: OrganisationId) -> Vec<OrganisationId> {
    std::iter::successors(Some(from), |&at| superior(at)).collect()
}

/// The rules of an organisation: no two levels allow the same.
pub fn terms(of: OrganisationId, now: Instant) -> Terms {
    let (review_days, open_days, contact_days, delivery_days, confirm_days, escalation_days) = match of {
        CITY => (5, 20, 3, 15, 5, 3),
        COUNTY => (4, 15, 2, 12, 4, 3),
        TOWNSHIP => (3, 10, 1, 8, 3, 2),
        _ => (2, 6, 1, 5, 2, 1),
    };
    let policy = Effective {
        review_days,
        open_days,
        contact_days,
        delivery_days,
        confirm_days,
        escalation_days,
        reopen_days: 4,
        wall_households: 20,
        most_open_claims: None,
        spot_check_percent: 0,
        pair_first_days: 0,
    };
    Terms { now, policy, calendar: Arc::clone(&CALENDAR) }
}

/// The claimants: of the village, its neighbourhood and the levels above; the fifth is the collector
/// as a claimant, the last no longer takes part.
pub fn claimants(now: Instant) -> Vec<Claimant> {
    let rows = [
        (Kind::Person, VILLAGE, 1, true),
        (Kind::Unit, VILLAGE, 9, true),
        (Kind::Person, NEIGHBOUR, 1, true),
        (Kind::Unit, SUBURB, 3, true),
        (Kind::Person, VILLAGE, 5, true),
        (Kind::Unit, CITY, 9, true),
        (Kind::Person, VILLAGE, 5, false),
    ];
    let claimant = |(n, (kind, organisation_id, capacity, active))| Claimant {
        id: ClaimantId(Uuid::from_u128(100 + n)),
        version: 1,
        kind,
        organisation_id,
        user_id: (kind == Kind::Person).then(|| if n == 4 { COLLECTOR } else { user_of(n) }),
        profile: Profile {
            display_name: format!("认领方{n}"),
            skills: vec![],
            region_codes: vec![],
            categories: Vec::new(),
            capacity,
        },
        standing: if active { Standing::Active } else { Standing::Resting },
        created_at: now,
    };
    (0_u128..).zip(rows).map(claimant).collect()
}

/// The user who acts for the n-th claimant.
pub fn user_of(n: u128) -> UserId {
    if n == 4 { COLLECTOR } else { UserId(Uuid::from_u128(200 + n)) }
}
