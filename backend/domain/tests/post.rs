//! The life of a post and its shifts, and of who signs up for them.

#![expect(clippy::unwrap_used, reason = "tests")]

use domain::{
    claimant::{Claimant, Kind as ClaimantKind, Profile, Standing},
    id::{ClaimantId, OrganisationId, PostId, ShiftId, SignUpId, UserId},
    post::{Content, Kind, MOST_SHIFTS, Plan, Post, Source, Status},
    refusal::Code,
    sign_up::{Ask, Correction, SignUp, Turnout},
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

const NOW: &str = "2026-06-20T00:00:00Z";

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn user() -> UserId {
    UserId(Uuid::nil())
}

fn plan(starts_at: &str, hours: i64, places: i64) -> Plan {
    let starts_at = at(starts_at);
    Plan { starts_at, ends_at: starts_at.plus_seconds(hours * 3600), places, meet_at: "村口".into() }
}

fn shift_id(n: u128) -> ShiftId {
    ShiftId(Uuid::from_u128(n))
}

fn draft() -> Post {
    let holder_id = OrganisationId(Uuid::nil());
    let content = Content {
        title: "来摘桃子".into(),
        summary: "桃子熟了，缺人手摘。".into(),
        category: None,
        skill: None,
        audience_id: holder_id,
    };
    let source =
        Source { id: PostId(Uuid::nil()), holder_id, kind: Kind::Project, wish_id: None, by: user() };
    Post::prepare(source, content, &["丁村"], at(NOW)).unwrap()
}

fn open(places: i64) -> Post {
    let post = draft().add(shift_id(1), plan("2026-06-21T00:00:00Z", 4, places), at(NOW)).unwrap();
    post.open(at(NOW)).unwrap()
}

fn claimant(kind: ClaimantKind) -> Claimant {
    Claimant {
        id: ClaimantId(Uuid::nil()),
        version: 1,
        kind,
        organisation_id: OrganisationId(Uuid::nil()),
        user_id: None,
        profile: Profile {
            display_name: "志愿队".into(),
            skills: vec![],
            region_codes: vec![],
            categories: vec![],
            capacity: 5,
        },
        standing: Standing::Active,
        created_at: at(NOW),
    }
}

fn ask(claimant: &Claimant, places: i64) -> Ask<'_> {
    Ask {
        id: SignUpId(Uuid::nil()),
        shift_id: shift_id(1),
        claimant,
        places,
        by: user(),
        in_circle: true,
        holds_some: false,
        is_busy: false,
    }
}

fn signed_up(places: i64) -> (Post, SignUp) {
    open(20).sign_up(&ask(&claimant(ClaimantKind::Unit), places), at(NOW)).unwrap()
}

#[test]
fn a_shift_lies_ahead_and_lasts_a_day_at_most() {
    let now = at(NOW);
    for bad in [
        plan("2026-06-20T00:00:00Z", 4, 5),
        plan("2026-06-21T00:00:00Z", 25, 5),
        plan("2026-06-21T00:00:00Z", 0, 5),
        plan("2026-06-21T00:00:00Z", 4, 0),
        plan("2026-06-21T00:00:00Z", 4, 10_001),
        plan("2028-06-21T00:00:00Z", 4, 5),
        Plan { meet_at: " ".into(), ..plan("2026-06-21T00:00:00Z", 4, 5) },
    ] {
        assert_eq!(draft().add(shift_id(1), bad.clone(), now).unwrap_err().code, Code::Invalid, "{bad:?}");
    }
    let mut post = draft();
    for n in 0..MOST_SHIFTS {
        let n = u128::try_from(n).unwrap();
        post = post.add(shift_id(n), plan("2026-06-21T00:00:00Z", 24, 10_000), now).unwrap();
    }
    let more = post.add(shift_id(99), plan("2026-06-21T00:00:00Z", 4, 5), now);
    assert_eq!(more.unwrap_err().code, Code::Invalid);
}

#[test]
fn it_ends_after_its_last_shift_and_not_before() {
    assert_eq!(draft().open(at(NOW)).unwrap_err().code, Code::NoShift);
    let post = open(5).add(shift_id(2), plan("2026-06-23T00:00:00Z", 4, 5), at(NOW)).unwrap();
    assert_eq!(post.due_at(), Some(at("2026-06-23T04:00:00Z")));
    assert_eq!(post.clone().end(at("2026-06-23T03:59:59Z")), None);
    let ended = post.clone().end(at("2026-06-23T04:00:00Z")).unwrap();
    assert_eq!((ended.status(), ended.due_at()), (Status::Ended, None));
    assert_eq!(ended.cancel("不办了", user(), at(NOW)).unwrap_err().code, Code::WrongPostStatus);
    // What was cancelled keeps nobody waiting.
    let post = post.change(shift_id(2), |shift| shift.cancel("下大雨", at(NOW))).unwrap();
    assert_eq!(post.due_at(), Some(at("2026-06-21T04:00:00Z")));
    let cancelled = post.cancel("不办了", user(), at("2026-06-21T02:00:00Z")).unwrap();
    assert!(cancelled.shifts[0].cancelled.is_none(), "what has begun goes on");
}

#[test]
fn public_texts_name_no_place_of_the_holder() {
    let named = |title: &str| Content { title: title.into(), ..draft().content };
    assert_eq!(draft().revise(named("丁村摘桃子"), &["丁村"]).unwrap_err().code, Code::FindingsUnresolved);
    assert!(draft().revise(named("摘桃子"), &["丁村"]).is_ok());
}

#[test]
fn a_person_takes_one_place_and_a_unit_what_is_free() {
    let person = claimant(ClaimantKind::Person);
    assert_eq!(open(5).sign_up(&ask(&person, 2), at(NOW)).unwrap_err().code, Code::Invalid);
    assert!(open(5).sign_up(&ask(&person, 1), at(NOW)).is_ok());
    let unit = claimant(ClaimantKind::Unit);
    for (places, expected) in [(0, Code::Invalid), (6, Code::ShiftFull)] {
        assert_eq!(open(5).sign_up(&ask(&unit, places), at(NOW)).unwrap_err().code, expected);
    }
    let refused = |ask: Ask| open(5).sign_up(&ask, at(NOW)).unwrap_err().code;
    assert_eq!(refused(Ask { in_circle: false, ..ask(&unit, 1) }), Code::OutsideCircle);
    assert_eq!(refused(Ask { holds_some: true, ..ask(&unit, 1) }), Code::AlreadySignedUp);
    assert_eq!(refused(Ask { is_busy: true, ..ask(&unit, 1) }), Code::SignUpsOverlap);
    let resting = Claimant { standing: Standing::Resting, ..claimant(ClaimantKind::Unit) };
    assert_eq!(refused(ask(&resting, 1)), Code::ClaimantInactive);
    let begun = open(5).sign_up(&ask(&unit, 1), at("2026-06-21T00:00:00Z"));
    assert_eq!(begun.unwrap_err().code, Code::ShiftOver);
    assert_eq!(draft().sign_up(&ask(&unit, 1), at(NOW)).unwrap_err().code, Code::WrongPostStatus);
}

#[test]
fn who_came_is_counted_in_its_time() {
    let (post, sign_up) = signed_up(6);
    let shift = &post.shifts[0];
    let mark = |sign_up: &SignUp, came, quarter_hours, why, now: &str| {
        sign_up.clone().mark(shift, Turnout { came, quarter_hours }, why, (user(), at(now)))
    };
    let day = "2026-06-21T01:00:00Z";
    let code = |result: Result<SignUp, domain::refusal::Refusal>| result.unwrap_err().code;
    assert_eq!(code(mark(&sign_up, 6, 96, None, "2026-06-20T23:59:59Z")), Code::ShiftNotBegun);
    for (came, quarters) in [(7, 96), (-1, 0), (0, 1), (1, 0), (1, 97)] {
        assert_eq!(code(mark(&sign_up, came, quarters, None, day)), Code::Invalid, "{came} {quarters}");
    }
    assert_eq!(code(mark(&sign_up, 6, 96, None, "2026-07-05T04:00:01Z")), Code::AttendanceClosed);
    assert_eq!(sign_up.clone().lapse(at("2026-07-05T04:00:00Z")), None);
    let lapsed = sign_up.clone().lapse(at("2026-07-05T04:00:01Z")).unwrap();
    assert_eq!(code(mark(&lapsed, 6, 96, None, day)), Code::AttendanceClosed);
    let marked = mark(&sign_up, 5, 80, None, day).unwrap();
    assert_eq!(code(mark(&marked, 6, 96, None, day)), Code::Invalid);
    assert!(mark(&marked, 6, 96, Some(Correction::Miscounted), "2026-07-21T04:00:00Z").is_ok());
    let late = mark(&marked, 6, 96, Some(Correction::Miscounted), "2026-07-21T04:00:01Z");
    assert_eq!(code(late), Code::AttendanceClosed);
}

proptest! {
    /// Whoever comes and goes: what is taken is what is held, and never more than there is.
    #[test]
    fn places_are_never_taken_twice(steps in prop::collection::vec((1..8_i64, any::<bool>()), 1..40)) {
        let unit = claimant(ClaimantKind::Unit);
        let (mut post, mut held): (Post, Vec<SignUp>) = (open(20), Vec::new());
        for (places, leaves) in steps {
            if let Some(one) = held.pop_if(|_| leaves) {
                post = post.change(shift_id(1), |shift| Ok(one.withdraw(shift, at(NOW)).unwrap().0)).unwrap();
            } else if let Ok((next, sign_up)) = post.clone().sign_up(&ask(&unit, places), at(NOW)) {
                post = next;
                held.push(sign_up);
            }
            let sum: i64 = held.iter().map(|one| one.places).sum();
            prop_assert_eq!(post.shifts[0].taken, sum);
            prop_assert!(sum <= 20);
        }
    }
}
