//! What is told as worth a second look, from which number on, and what is not.

#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::NaiveDate;
use domain::{
    id::{ClaimantId, HouseholdId, OrganisationId, UserId, WishId},
    signal::{Collected, Confirmed, Kind, Pictured, Signal, Span, Whose, of_claims, of_pictures, of_wishes},
    time::Instant,
};
use uuid::Uuid;

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A claim of the morning whose word was taken so many minutes later.
fn confirmed(number: usize, minutes: i64) -> Confirmed {
    let claimed_at = at("2026-05-20T01:00:00Z");
    Confirmed {
        wish_id: WishId(id(number)),
        claimant_id: ClaimantId(id(1)),
        claimed_at,
        at: claimed_at.plus_seconds(minutes * 60),
        by: UserId(id(1)),
        rating: None,
    }
}

fn kinds(signals: &[Signal]) -> Vec<(Kind, usize, usize)> {
    signals.iter().map(|one| (one.kind, one.wishes.len(), one.count)).collect()
}

#[test]
fn half_an_hour_is_fast_and_longer_is_not() {
    let told = of_claims(&[confirmed(1, 30), confirmed(2, 31), confirmed(3, 4)]);
    assert_eq!(kinds(&told), [(Kind::ConfirmedFast, 1, 30), (Kind::ConfirmedFast, 1, 4)]);
    assert_eq!(told[0].of, Some(Whose::Claimant(ClaimantId(id(1)))));
}

#[test]
fn eight_words_in_an_hour_are_many_and_eight_in_a_day_are_not() {
    let within = |minutes: i64| (0..8).map(move |n| confirmed(n, 100 + i64::try_from(n).unwrap() * minutes));
    assert_eq!(kinds(&of_claims(&within(8).collect::<Vec<_>>())), [(Kind::OneHand, 8, 8)]);
    assert!(of_claims(&within(9).collect::<Vec<_>>()).is_empty(), "63 minutes");
    let seven: Vec<_> = within(1).take(7).collect();
    assert!(of_claims(&seven).is_empty());
    // A quiet word earlier on the day does not hide the hour.
    let mut many: Vec<_> = within(1).collect();
    many.push(Confirmed { at: at("2026-05-19T01:00:00Z"), ..confirmed(90, 500) });
    assert!(of_claims(&many).iter().any(|one| (one.kind, one.count) == (Kind::OneHand, 8)));
    let others = within(1).enumerate().map(|(n, one)| Confirmed { by: UserId(id(n)), ..one });
    assert!(of_claims(&others.collect::<Vec<_>>()).is_empty(), "eight people");
}

#[test]
fn ten_fives_are_told_and_one_four_is_believed() {
    let rated = |rating: fn(usize) -> i32, count: usize| {
        let one = |n: usize| Confirmed {
            rating: Some(rating(n)),
            ..confirmed(n, 600 * i64::try_from(n + 1).unwrap())
        };
        of_claims(&(0..count).map(one).collect::<Vec<_>>())
    };
    assert_eq!(kinds(&rated(|_| 5, 10)), [(Kind::OnlyFives, 10, 10)]);
    assert!(rated(|_| 5, 9).is_empty());
    assert!(rated(|n| if n == 3 { 4 } else { 5 }, 12).is_empty());
}

#[test]
fn pictures_that_look_the_same_are_told_where_the_wishes_differ() {
    let picture =
        |wish: usize, hash: u64| Pictured { wish_id: WishId(id(wish)), hash, at: at("2026-05-20T01:00:00Z") };
    let told = of_pictures(&[picture(1, 0), picture(2, 0b11_1111), picture(3, !0), picture(4, 0b111_1111)]);
    assert_eq!(kinds(&told), [(Kind::SamePicture, 2, 2)], "six bits, not seven, and not the opposite");
    assert!(of_pictures(&[picture(1, 5), picture(1, 5)]).is_empty(), "one wish, from two sides");
}

#[test]
fn a_rush_is_as_much_in_two_days_as_in_the_four_weeks_before() {
    let span = Span { from: day("2026-05-01"), to: day("2026-06-15") };
    let wishes = |on: &str, count: usize, from: usize| {
        let at = at(&format!("{on}T04:00:00Z"));
        let one = move |n: usize| Collected {
            id: WishId(id(from + n)),
            organisation_id: OrganisationId(id(1)),
            household_id: HouseholdId(id(from + n)),
            at,
        };
        (0..count).map(one).collect::<Vec<_>>()
    };
    let told = |days: &[(&str, usize)], ends: &[NaiveDate]| {
        let all: Vec<_> =
            days.iter().enumerate().flat_map(|(n, (on, count))| wishes(on, *count, n * 1000)).collect();
        kinds(&of_wishes(&all, span, ends))
    };
    assert_eq!(told(&[("2026-05-30", 12), ("2026-05-31", 8)], &[]), [(Kind::Rush, 20, 20)]);
    assert!(told(&[("2026-05-31", 19)], &[]).is_empty());
    assert!(told(&[("2026-05-31", 25), ("2026-05-10", 26)], &[]).is_empty(), "they are always so busy");
    assert_eq!(
        told(&[("2026-05-31", 25), ("2026-04-30", 26)], &[]),
        [(Kind::Rush, 25, 25)],
        "that was before the four weeks"
    );
    assert!(told(&[("2026-06-10", 30)], &[]).is_empty());
    assert_eq!(told(&[("2026-06-10", 30)], &[day("2026-06-11")]), [(Kind::Rush, 30, 30)], "a campaign ended");
    assert!(told(&[("2026-06-15", 30)], &[day("2026-06-16")]).is_empty(), "not in this time");
}

#[test]
fn three_wishes_of_a_household_are_told_within_the_time_alone() {
    let span = Span { from: day("2026-05-01"), to: day("2026-05-29") };
    let wish = |number: usize, on: &str| Collected {
        id: WishId(id(number)),
        organisation_id: OrganisationId(id(1)),
        household_id: HouseholdId(id(7)),
        at: at(&format!("{on}T04:00:00Z")),
    };
    let (first, second) = (wish(1, "2026-05-02"), wish(2, "2026-05-12"));
    let told = of_wishes(&[first.clone(), second.clone(), wish(3, "2026-05-20")], span, &[]);
    assert_eq!(kinds(&told), [(Kind::SameHousehold, 3, 3)]);
    assert!(of_wishes(&[wish(3, "2026-04-20"), first, second], span, &[]).is_empty());
}

#[test]
fn a_time_is_a_season_at_most() {
    let today = day("2026-05-31");
    let of = |from: &str, to: &str| Span::of(Some(day(from)), Some(day(to)), today);
    assert_eq!(Span::of(None, None, today).unwrap(), Span { from: day("2026-05-02"), to: today });
    assert!(of("2026-03-01", "2026-05-31").is_ok());
    assert!(of("2026-02-28", "2026-05-31").is_err());
    assert!(of("2026-05-31", "2026-05-30").is_err());
}
