//! Certificates: what is certified, who is named, and what is left of them.

#![expect(clippy::unwrap_used, reason = "tests")]

use domain::{
    certificate::{Certificate, CertificateCode, Ground, Identity, RevocationReason, Validity},
    claimant::{Claimant, Kind, Profile, Standing},
    honour::{Outcomes, Span},
    id::{CertificateId, ClaimantId, OrganisationId, UserId},
    refusal::{Code, Refusal},
    time::Instant,
};
use uuid::Uuid;

fn now() -> Instant {
    "2026-11-20T08:00:00Z".parse().unwrap()
}

fn by() -> UserId {
    UserId(Uuid::from_u128(9))
}

fn issue(kind: Kind, to: &str, wishes: i64) -> Result<Certificate, Refusal> {
    let of = Claimant {
        id: ClaimantId(Uuid::from_u128(1)),
        version: 1,
        kind,
        organisation_id: OrganisationId(Uuid::from_u128(2)),
        user_id: None,
        profile: Profile {
            display_name: "村志愿队".to_owned(),
            skills: vec![],
            region_codes: vec![],
            categories: vec![],
            capacity: 1,
        },
        standing: Standing::Active,
        created_at: now(),
    };
    let identity = Identity {
        id: CertificateId(Uuid::from_u128(3)),
        organisation_id: OrganisationId(Uuid::from_u128(4)),
        code: CertificateCode::drawn([7; 15]),
    };
    let span = Span::of("2026-01-01".parse().unwrap(), to.parse().unwrap(), "/to")?;
    let outcomes = Outcomes { wishes, quarter_hours: 8, value_fen: 100 };
    Certificate::issue(identity, &of, Ground::Span(span), outcomes, by(), now())
}

#[test]
fn only_what_others_confirmed_in_a_time_that_is_over_is_certified() {
    assert_eq!(issue(Kind::Unit, "2026-11-20", 0).unwrap_err().code, Code::NothingConfirmed);
    assert_eq!(issue(Kind::Unit, "2026-11-21", 3).unwrap_err().code, Code::Invalid);
    assert_eq!(issue(Kind::Unit, "2026-11-20", 3).unwrap().wishes, 3);
}

#[test]
fn a_unit_is_named_and_a_person_only_where_they_say_so() {
    assert!(issue(Kind::Unit, "2026-11-20", 1).unwrap().named);
    let person = issue(Kind::Person, "2026-11-20", 1).unwrap();
    assert!(!person.named && person.name(true).unwrap().named);
}

#[test]
fn what_is_left_of_it_says_what_it_is_worth() {
    let one = issue(Kind::Unit, "2026-11-20", 3).unwrap();
    let left = |wishes, quarter_hours| one.validity(Outcomes { wishes, quarter_hours, value_fen: 0 });
    assert_eq!((left(3, 8), left(2, 8), left(3, 7)), (Validity::Valid, Validity::Reduced, Validity::Reduced));
    assert_eq!(left(0, 0), Validity::Void);
    let revoked = one.revoke(RevocationReason::Mistake, by(), now()).unwrap();
    assert_eq!(revoked.validity(Outcomes { wishes: 3, quarter_hours: 8, value_fen: 0 }), Validity::Revoked);
    assert_eq!(revoked.clone().name(false).unwrap_err().code, Code::CertificateRevoked);
    assert_eq!(
        revoked.revoke(RevocationReason::Asked, by(), now()).unwrap_err().code,
        Code::CertificateRevoked
    );
}
