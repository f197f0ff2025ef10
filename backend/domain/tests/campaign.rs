//! The life of a campaign, what its rule takes, and what a pledge may be.

#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::{Days, Months, NaiveDate};
use domain::{
    campaign::{Campaign, Content, Figures, Report, Rule, State, Status, Targets},
    id::{CampaignId, ClaimantId, OrganisationId, PledgeId, UserId},
    pledge::{Amount, Pledge},
    publication::AgeBand,
    refusal::{Code, Refusal},
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn user() -> UserId {
    UserId(Uuid::nil())
}

fn content(starts_on: &str, ends_on: &str) -> Content {
    Content {
        title: "六一·点亮微心愿".into(),
        theme: "给孩子们一份惊喜。".into(),
        starts_on: starts_on.parse().unwrap(),
        ends_on: ends_on.parse().unwrap(),
        rule: Some(Rule::default()),
        targets: Targets::default(),
    }
}

fn prepared(content: Content, now: Instant) -> Result<Campaign, Refusal> {
    Campaign::prepare((CampaignId(Uuid::nil()), OrganisationId(Uuid::nil())), content, user(), now)
}

fn report(now: Instant) -> Report {
    Report { as_of: now, figures: Figures::default(), pledges: vec![] }
}

const NOW: &str = "2026-05-20T04:00:00Z";

#[test]
fn it_opens_with_its_first_day_and_closes_with_its_last() {
    let draft = prepared(content("2026-06-01", "2026-06-03"), at(NOW)).unwrap();
    assert_eq!((draft.status(), draft.due_at()), (Status::Draft, Some(at("2026-05-31T16:00:00Z"))));
    let open = draft.clone().open(at("2026-05-31T16:00:00Z")).unwrap();
    assert_eq!((open.status(), open.due_at()), (Status::Open, Some(at("2026-06-03T15:59:59.999999Z"))));
    let closed = open.clone().close(report(at(NOW)), None, at("2026-06-03T16:00:00Z")).unwrap();
    assert_eq!((closed.status(), closed.due_at()), (Status::Closed, None));
    assert!(matches!(closed.state, State::Closed { early: None, .. }));

    let refused = Err(Code::WrongCampaignStatus.into());
    assert_eq!(draft.clone().close(report(at(NOW)), None, at(NOW)), refused);
    assert_eq!(open.clone().open(at(NOW)), refused);
    assert_eq!(open.cancel("不办了", user(), at(NOW)), refused);
    assert_eq!(closed.clone().open(at(NOW)), refused);
    assert_eq!(closed.clone().revise(closed.content, at(NOW)), refused);
    assert_eq!(draft.clone().cancel(" ", user(), at(NOW)).unwrap_err().code, Code::Invalid);
    assert_eq!(draft.cancel("不办了", user(), at(NOW)).unwrap().due_at(), None);
}

#[test]
fn once_it_is_open_its_first_day_and_its_rule_stay() {
    let open = prepared(content("2026-05-21", "2026-06-03"), at(NOW)).unwrap().open(at(NOW)).unwrap();
    let change = |change: &dyn Fn(&mut Content)| {
        let mut content = open.content.clone();
        change(&mut content);
        open.clone().revise(content, at("2026-06-02T04:00:00Z"))
    };
    let refused = Err(Code::WrongCampaignStatus.into());
    assert_eq!(change(&|content| content.rule = None), refused);
    assert_eq!(change(&|content| content.starts_on = content.ends_on), refused);
    assert_eq!(
        change(&|content| content.ends_on = "2026-06-01".parse().unwrap()).unwrap_err().code,
        Code::Invalid
    );
    assert!(change(&|content| content.ends_on = "2026-06-09".parse().unwrap()).is_ok());
}

#[test]
fn a_rule_goes_by_what_the_wall_shows() {
    let band = |text: &str| text.parse::<AgeBand>().unwrap();
    let rule = Rule { categories: vec!["thing".into()], age_bands: vec![band("0-9"), band("10-19")] };
    assert!(rule.takes("thing", Some(band("10-19"))));
    assert!(!rule.takes("thing", Some(band("20-29"))));
    assert!(!rule.takes("thing", None), "of whom the wall tells no age, no list does");
    assert!(!rule.takes("skill", Some(band("10-19"))));
    assert!(Rule::default().takes("skill", None));
}

#[test]
fn a_pledge_is_of_something() {
    let ids = (PledgeId(Uuid::nil()), CampaignId(Uuid::nil()), ClaimantId(Uuid::nil()));
    let make = |amount| Pledge::make(ids, amount, user(), at(NOW));
    assert_eq!(make(Amount::default()).unwrap_err().code, Code::Invalid);
    assert_eq!(make(Amount { hours: Some(0), ..Amount::default() }).unwrap_err().code, Code::Invalid);
    let two = make(Amount { wishes: Some(2), ..Amount::default() }).unwrap();
    assert_eq!(two.clone().change(Amount::default()).unwrap_err().code, Code::Invalid);
    let gone = two.withdraw(at(NOW)).unwrap();
    assert_eq!(gone.withdraw(at(NOW)), Err(Code::PledgeWithdrawn.into()));
}

proptest! {
    #[test]
    fn no_campaign_ends_before_it_starts_or_in_the_past(start in 0_u64..900, end in 0_u64..900) {
        let first: NaiveDate = "2026-01-01".parse().unwrap();
        let day = |n| first.checked_add_days(Days::new(n)).unwrap();
        let mut asked = content("2026-01-01", "2026-01-01");
        (asked.starts_on, asked.ends_on) = (day(start), day(end));
        let today = at(NOW).date();
        let two_years_on = day(start).checked_add_months(Months::new(24)).unwrap();
        let fits = start <= end && day(end) >= today && day(end) <= two_years_on;
        let made = prepared(asked, at(NOW));
        prop_assert_eq!(made.is_ok(), fits);
        if let Ok(draft) = made {
            prop_assert!(draft.due_at() < draft.open(at(NOW)).unwrap().due_at());
        }
    }
}
