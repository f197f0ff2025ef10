//! Two real programmes as generated data: Youzha's 16 wishes of 1,100 residents in difficulty, and Xinhuang's year. What is published of
//! them is what the generator counted while it made them, to the last one: on the dashboard, in the statistics that count all rows anew,
//! and in a frozen report. `make faults` asks for the whole year: 15,900 wishes of more than 60,000 residents.

use domain::{
    access::Actor,
    beneficiary::{Consent, GivenBy, Person, Proof, Purpose},
    claim::{Delivery, Item, Method},
    id::{BeneficiaryId, ClaimantId, HouseholdId, OrganisationId, UserId, WishId},
    wish::{Channel, Content, Decision, Ending, ToldBy, Unit},
};
use serde_json::{Value, json};
use server::{
    app::{
        Context,
        beneficiary::{self, NewBeneficiary},
        claim::{self, NewClaim},
        delivery::{self, Word},
        feedback,
        wish::{self, Verdict},
    },
    etag::Seen,
    problem::Failure,
};
use std::collections::BTreeMap;
use store::Conn;
use tests::{
    App,
    client::Client,
    on_both,
    world::{PASSWORD, World},
};

const ANY: &Seen = &Seen::Any;

/// How many wishes the year fulfils; YEAR_WISHES says otherwise.
fn asked() -> usize {
    std::env::var("YEAR_WISHES").map_or(160, |asked| asked.parse().unwrap())
}

/// How many live in a household there.
const HOUSEHOLD: usize = 4;

/// What is made in one transaction.
const AT_ONCE: usize = 20;

/// The months of a year, as steps of the clock.
const MONTHS: usize = 12;

/// Where a wish comes to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Lit, and rated where it says.
    Lit(Option<i32>),
    Draft,
    Submitted,
    Open,
    Claimed,
    Declined,
    Withdrawn,
}

/// What was made, as the generator counted it.
#[derive(Debug, Default)]
struct Made {
    wishes: i64,
    residents: i64,
    households: i64,
    met: (i64, i64),
    reached: i64,
    standing: BTreeMap<&'static str, i64>,
    ratings: BTreeMap<String, i64>,
    worth_fen: i64,
    quarter_hours: i64,
    collected_by_month: BTreeMap<String, i64>,
    lit_by_month: BTreeMap<String, i64>,
}

impl Made {
    fn wish(&mut self, fate: Fate, month: &str, first_of: bool) {
        self.wishes += 1;
        *self.collected_by_month.entry(month.to_owned()).or_default() += 1;
        let status = match fate {
            Fate::Lit(_) => "fulfilled",
            Fate::Draft => "draft",
            Fate::Submitted => "submitted",
            Fate::Open => "open",
            Fate::Claimed => "claimed",
            Fate::Declined => "declined",
            Fate::Withdrawn => "withdrawn",
        };
        *self.standing.entry(status).or_default() += 1;
        if let Fate::Lit(rating) = fate {
            *self.lit_by_month.entry(month.to_owned()).or_default() += 1;
            self.worth_fen += WORTH_FEN;
            self.quarter_hours += i64::from(QUARTER_HOURS);
            self.reached += i64::from(first_of);
            if let Some(rating) = rating {
                *self.ratings.entry(rating.to_string()).or_default() += 1;
            }
        } else if first_of {
            self.met.0 += 1;
        }
        self.met.1 += i64::from(first_of);
    }

    fn in_state(&self, status: &str) -> i64 {
        self.standing.get(status).copied().unwrap_or_default()
    }
}

const WORTH_FEN: i64 = 12_350;
const QUARTER_HOURS: i32 = 6;

/// Who does what, by their ids.
#[derive(Debug, Clone, Copy)]
struct Hands {
    at: OrganisationId,
    claimant: ClaimantId,
    collector: UserId,
    reviewer: UserId,
    coordinator: UserId,
    manager: UserId,
}

impl Hands {
    async fn of(w: &World) -> Self {
        let id = async |by: &Client| {
            by.get("/me").await.expect(200).body["user"]["id"].as_str().unwrap().parse().unwrap()
        };
        Self {
            at: w.village.parse().unwrap(),
            claimant: w.team_claimant.parse().unwrap(),
            collector: id(&w.collector).await,
            reviewer: id(&w.reviewer).await,
            coordinator: id(&w.coordinator).await,
            manager: id(&w.manager).await,
        }
    }
}

fn acting(tx: &mut Conn, cx: &Context, by: UserId) -> Result<Context, Failure> {
    Ok(cx.acting_as(Actor::person(by, store::user::roles(tx, by)?)))
}

/// A household, with so many in it; gives who came first.
fn household(tx: &mut Conn, cx: &Context, hands: Hands, size: usize) -> Result<BeneficiaryId, Failure> {
    let (cx, mut first, mut home) = (acting(tx, cx, hands.collector)?, None, None::<HouseholdId>);
    for member in 0..size {
        let consent = |purpose| Consent {
            id: cx.ids.make(),
            purpose,
            given_by: GivenBy::Myself,
            guardian_name: None,
            relation: None,
            given_on: cx.now.date(),
            withdrawn_on: None,
            proof: Proof::default(),
        };
        let purposes: &[Purpose] = match member {
            0 => &[Purpose::Collect, Purpose::Publish, Purpose::ShareWithClaimant],
            _ => &[Purpose::Collect],
        };
        let new = NewBeneficiary {
            organisation_id: hands.at,
            household_id: home,
            person: Person {
                name: "谢某某".to_owned(),
                phone: None,
                address: None,
                id_number: None,
                birth_date: None,
            },
            hardships: vec!["低收入".to_owned()],
            consents: purposes.iter().copied().map(consent).collect(),
        };
        let made = beneficiary::create(tx, &cx, new)?;
        home = Some(made.household_id);
        first.get_or_insert(made.id);
    }
    Ok(first.unwrap())
}

/// A wish of a resident, brought to where it comes to stand.
fn wish(tx: &mut Conn, cx: &Context, hands: Hands, of: BeneficiaryId, fate: Fate) -> Result<(), Failure> {
    let [collector, reviewer, coordinator, manager] =
        [hands.collector, hands.reviewer, hands.coordinator, hands.manager].map(|by| acting(tx, cx, by));
    let (collector, reviewer, coordinator, manager) = (collector?, reviewer?, coordinator?, manager?);
    let content = Content {
        title: "想要一台收音机".into(),
        details: None,
        public_summary: "一位八旬爷爷散步时想听听戏。".into(),
        category: "thing".into(),
        skill: None,
        quantity: 1,
        shares: Vec::new(),
        unit: Unit::Item,
        estimated_cost_fen: None,
        needed_by: None,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Myself,
        told_by_note: None,
    };
    let id: WishId = wish::create(tx, &collector, of, hands.at, content)?.id;
    if fate == Fate::Draft {
        return Ok(());
    }
    wish::submit(tx, &collector, id, ANY)?;
    if fate == Fate::Submitted {
        return Ok(());
    }
    let decision = if fate == Fate::Declined { Decision::Decline } else { Decision::Publish };
    let verdict = Verdict {
        decision,
        urgent: true,
        feasible: true,
        practical: true,
        note: (decision != Decision::Publish).then(|| "不在范围里".into()),
        audience_id: None,
        dismissed: Vec::new(),
    };
    wish::review(tx, &reviewer, id, ANY, verdict)?;
    match fate {
        Fate::Withdrawn => {
            let ending = Ending { reason: "不需要了".into(), outcome: Some("已告知".into()) };
            wish::withdraw(tx, &coordinator, id, ANY, ending)?;
        }
        Fate::Lit(_) | Fate::Claimed => {
            let new = NewClaim { claimant_id: hands.claimant, quantity: 1, shares: Vec::new(), note: None };
            let claim = claim::create(tx, &manager, id, ANY, &new)?.claim.id;
            if let Fate::Lit(rating) = fate {
                let radio = Item { name: "收音机".to_owned(), quantity: 1, value_fen: Some(WORTH_FEN) };
                let brought = Delivery {
                    note: None,
                    items: vec![radio],
                    quarter_hours: Some(QUARTER_HOURS),
                    attachment_ids: vec![],
                    by: hands.manager,
                    at: manager.now,
                };
                delivery::deliver(tx, &manager, claim, ANY, brought)?;
                let word = Word { accepted: true, method: Method::Call, code: None, note: None };
                delivery::confirm(tx, &coordinator, claim, ANY, &word)?;
                if let Some(rating) = rating {
                    feedback::create(tx, &coordinator, id, ANY, rating, None)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// Makes households of one size, each with its wishes, from now on; gives what was made.
async fn make(app: &App, hands: Hands, size: usize, households: Vec<Vec<Fate>>, made: &mut Made) {
    let month = app.state.clock.now().date().to_string()[..7].to_owned();
    for fates in &households {
        made.households += 1;
        made.residents += i64::try_from(size).unwrap();
        for (place, fate) in fates.iter().enumerate() {
            made.wish(*fate, &month, place == 0);
        }
    }
    for some in households.chunks(AT_ONCE) {
        let (cx, some) = (Context::new(&app.state, Actor::default()), some.to_vec());
        let work = move |tx: &mut Conn| {
            for fates in &some {
                let of = household(tx, &cx, hands, size)?;
                for fate in fates {
                    wish(tx, &cx, hands, of, *fate)?;
                }
            }
            Ok::<_, Failure>(())
        };
        app.state.db.write(work).await.unwrap();
    }
}

fn figure<'a>(figures: &'a [Value], id: &str) -> &'a Value {
    let named = |one: &&Value| one["definition"]["id"] == id || one["id"] == id;
    figures.iter().find(named).unwrap()
}

/// What was counted, of what, and on how many.
fn told(figures: &[Value], id: &str) -> Value {
    let of = figure(figures, id);
    json!([of["numerator"], of["denominator"], of["sample"]])
}

fn parts(figures: &[Value], id: &str) -> BTreeMap<String, i64> {
    let all = figure(figures, id)["parts"].as_array().unwrap().iter();
    all.map(|one| (one["part"].as_str().unwrap().to_owned(), one["numerator"].as_i64().unwrap())).collect()
}

/// What is published at the village is what was made, where one resident was there before, of whom nobody heard a wish.
async fn published_is_what_was_made(app: &App, w: &World, made: &Made) {
    app.pass_days(0).await;
    let admin = app.public().sign_in("admin", PASSWORD).await;
    let (from, to) = ("2026-11", app.state.clock.now().date().to_string()[..7].to_owned());
    let path = format!("/organisations/{}/figures?from={from}&to={to}", w.county);
    let board = admin.get(&path).await.expect(200).body.clone();
    let lit = made.in_state("fulfilled");
    let accepted = made.wishes - made.in_state("declined") - made.in_state("withdrawn");
    let answered: i64 = made.ratings.values().sum();
    let happy = ["4", "5"].iter().filter_map(|rating| made.ratings.get(*rating)).sum::<i64>();
    let expected = [
        ("collected", json!([made.wishes, null, made.wishes])),
        ("flow", json!([lit, null, lit + made.in_state("declined") + made.in_state("withdrawn")])),
        ("fulfilment", json!([lit, accepted, accepted])),
        ("on_time", json!([lit, lit, lit])),
        ("satisfaction", json!([happy, answered, lit])),
        ("residents_reached", json!([made.reached, null, made.reached])),
        ("households_reached", json!([made.reached, null, made.reached])),
        ("coverage", json!([made.met.1, made.residents + 1, made.residents + 1])),
        ("household_coverage", json!([made.met.1, made.households + 1, made.households + 1])),
        ("worth", json!([made.worth_fen, null, made.wishes])),
        ("goods", json!([lit, null, made.wishes])),
        ("hours", json!([made.quarter_hours, null, made.wishes])),
    ];
    let same = |figures: &[Value], whose: &str| {
        for (id, counted) in &expected {
            assert_eq!(&told(figures, id), counted, "{id} {whose}");
        }
        let standing: BTreeMap<String, i64> =
            made.standing.iter().map(|(status, count)| ((*status).to_owned(), *count)).collect();
        assert_eq!(parts(figures, "collected"), standing, "{whose}");
        assert_eq!(parts(figures, "satisfaction"), made.ratings, "{whose}");
        let never = made.residents + 1 - made.met.1;
        let coverage = [("met", made.met.0), ("never", never), ("reached", made.reached)];
        let coverage = coverage.into_iter().filter(|(_, count)| *count > 0);
        assert_eq!(
            parts(figures, "coverage"),
            coverage.map(|(part, count)| (part.to_owned(), count)).collect()
        );
    };
    same(board["figures"].as_array().unwrap(), "on the dashboard");
    for month in board["months"].as_array().unwrap() {
        let name = month["month"].as_str().unwrap();
        let of = |counted: &BTreeMap<String, i64>| json!(counted.get(name).copied().unwrap_or_default());
        assert_eq!(
            (&month["collected"], &month["fulfilled"]),
            (&of(&made.collected_by_month), &of(&made.lit_by_month)),
            "{name}"
        );
    }
    // Counted anew, row by row, it is the same, and nothing has to be put right.
    let anew = admin.get(&format!("/statistics?organisation_id={}", w.county)).await.expect(200).body.clone();
    assert_eq!(
        (&anew["collected"], &anew["fulfilled"], &anew["amount_fen"]),
        (&json!(made.wishes), &json!(lit), &json!(made.worth_fen))
    );
    assert_eq!(anew["beneficiaries"], json!(made.met.1), "whose wish was written down");
    app.verify_figures().await;
    let mended = admin.get("/audit/events?limit=100").await.items();
    assert!(mended.iter().all(|one| one["event"]["kind"] != "figures_mended"));
    // A report of the whole time, frozen when it is over.
    app.state.clock.advance(40 * 86_400);
    let admin = app.public().sign_in("admin", PASSWORD).await;
    let months = json!({ "from": from, "to": to });
    let report = admin.post(&format!("/organisations/{}/reports", w.county), months).await;
    same(report.expect(201).body["figures"].as_array().unwrap(), "in the report");
}

on_both! {
    async fn youzhas_sixteen_of_eleven_hundred(app) {
        let w = World::new(app).await;
        let (hands, mut made) = (Hands::of(&w).await, Made::default());
        // Each of 1,100 lives alone; one of them is in the village already.
        make(app, hands, 1, vec![vec![Fate::Lit(None)]; 16], &mut made).await;
        make(app, hands, 1, vec![Vec::new(); 1_083], &mut made).await;
        assert_eq!((made.residents + 1, made.wishes, made.reached), (1_100, 16, 16));
        published_is_what_was_made(app, &w, &made).await;
    }
}

on_both! {
    async fn xinhuangs_year(app) {
        let w = World::new(app).await;
        let (hands, mut made, asked) = (Hands::of(&w).await, Made::default(), asked());
        for month in 0..MONTHS {
            let lit = asked * (month + 1) / MONTHS - asked * month / MONTHS;
            // Nine of ten answer, and two of a hundred who do are not content.
            let rating = |n: usize| match n {
                _ if n.is_multiple_of(10) => None,
                _ if n % 50 == 7 => Some(2),
                _ if n.is_multiple_of(3) => Some(4),
                _ => Some(5),
            };
            let mut households: Vec<Vec<Fate>> = (0..lit).map(|n| vec![Fate::Lit(rating(n))]).collect();
            // Of each ten that are lit, something else becomes of one more; some households wish twice.
            let others = [Fate::Declined, Fate::Withdrawn];
            let last = month + 1 == MONTHS;
            let under_way: &[Fate] = if last { &[Fate::Draft, Fate::Submitted, Fate::Open, Fate::Claimed] } else { &[] };
            for n in 0..lit / 10 {
                households.push(vec![others[n % 2]]);
                households[n].push(Fate::Lit(Some(5)));
                households.extend(under_way.iter().map(|fate| vec![*fate]));
            }
            make(app, hands, HOUSEHOLD, households, &mut made).await;
            if !last {
                app.state.clock.advance(30 * 86_400);
            }
        }
        published_is_what_was_made(app, &w, &made).await;
        if asked >= 15_900 {
            assert!(made.residents > 60_000, "{made:?}");
        }
    }
}
