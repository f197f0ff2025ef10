//! What people do in a day: some review late, some vanish, decline, deliver badly, give back or forget.

use super::{
    Sql,
    cast::{CLAIMANTS, COLLECTOR, COORDINATOR, REVIEWER, VILLAGES, claimant, resident, user_of, village},
};
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use domain::{
    access::Actor,
    claim::{Delivery, Method},
    id::{ClaimId, ClaimantId, EscalationId, OrganisationId, UserId, WishId},
    reopening::Trouble,
    wish::{Channel, Content, Decision, Ending, ToldBy, Unit},
};
use futures_util::{StreamExt, stream};
use proptest::{prelude::RngExt, test_runner::TestRng};
use server::{
    State,
    app::{
        Context,
        claim::{self, NewClaim},
        delivery::{self, Word},
        escalation, feedback, found, pause,
        reopening::{self, NewReopening},
        waiting,
        wish::{self, Verdict},
    },
    etag::Seen,
    problem::Failure,
};
use std::{collections::BTreeMap, str::FromStr};
use store::Conn;

/// How many act at the same moment.
const AT_ONCE: usize = 8;

const ANY: &Seen = &Seen::Any;

/// One unit of work.
type Work = Box<dyn Fn(&mut Conn, &Context) -> Result<(), Failure> + Send + Sync>;

/// Who does what.
struct Act(UserId, Work);

/// What people did so far.
#[derive(Debug, Default)]
pub struct Tally {
    pub done: usize,
    /// By the code of the rule that said no.
    pub refused: BTreeMap<&'static str, usize>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    status: String,
    /// Of a wish, its origin; of a claim, its claimant; of an escalation, its wish.
    #[diesel(sql_type = Text)]
    of: String,
    /// Of a wish, whether it is on the red list.
    #[diesel(sql_type = BigInt)]
    red: i64,
}

fn id<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("an id")
}

fn act(by: UserId, work: impl Fn(&mut Conn, &Context) -> Result<(), Failure> + Send + Sync + 'static) -> Act {
    Act(by, Box::new(work))
}

/// Everybody does something, or forgets to; `new` wishes are collected.
pub async fn live_a_day(state: &State, sql: &mut Sql, chance: &mut TestRng, new: usize, tally: &mut Tally) {
    let mut acts: Vec<Act> = (0..new).map(|_| collect(village(chance.random_range(0..VILLAGES)))).collect();
    let living = "SELECT id, status, origin_id AS of, \
        CAST(CASE WHEN red_listed_since IS NULL THEN 0 ELSE 1 END AS bigint) AS red FROM wishes \
        WHERE status NOT IN ('fulfilled', 'declined', 'withdrawn') OR (status = 'fulfilled' AND NOT rated)";
    acts.extend(sql.rows::<Row>(living).iter().filter_map(|row| on_wish(row, chance)));
    let live = "SELECT id, status, claimant_id AS of, CAST(0 AS bigint) AS red FROM claims \
        WHERE status IN ('proposed', 'active', 'delivered', 'confirmed')";
    acts.extend(sql.rows::<Row>(live).iter().filter_map(|row| on_claim(row, chance)));
    let pending = "SELECT id, status, wish_id AS of, CAST(0 AS bigint) AS red FROM escalations \
        WHERE status = 'pending'";
    acts.extend(sql.rows::<Row>(pending).iter().filter_map(|row| on_escalation(row, chance)));
    let results: Vec<_> =
        stream::iter(acts).map(|act| perform(state, act)).buffer_unordered(AT_ONCE).collect().await;
    for result in results {
        match result {
            Ok(()) => tally.done += 1,
            Err(Failure::Internal(internal)) => panic!("{internal:?}"),
            Err(refused) => *tally.refused.entry(refused.code().as_str()).or_default() += 1,
        }
    }
}

async fn perform(state: &State, Act(by, work): Act) -> Result<(), Failure> {
    let cx = Context::new(state, Actor::default());
    let unit = move |tx: &mut Conn| {
        let actor = Actor::person(by, store::user::roles(tx, by)?);
        work(tx, &cx.acting_as(actor))
    };
    state.db.write(unit).await
}

fn collect(at: OrganisationId) -> Act {
    act(COLLECTOR, move |tx, cx| {
        let of = resident(tx, cx, at)?;
        wish::create(tx, cx, of, at, content()).map(drop)
    })
}

fn content() -> Content {
    Content {
        title: "想要一台收音机".into(),
        details: None,
        public_summary: "一位八旬爷爷散步时想听听戏。".into(),
        category: "thing".into(),
        skill: None,
        quantity: 2,
        shares: vec![],
        unit: Unit::Item,
        estimated_cost_fen: None,
        needed_by: None,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Myself,
        told_by_note: None,
    }
}

/// Somebody near where a wish is from, more often than not.
fn somebody(chance: &mut TestRng, origin: &str) -> ClaimantId {
    let origin: OrganisationId = id(origin);
    let near = origin.0.as_u128().wrapping_sub(village(0).0.as_u128());
    let place = if chance.random_bool(0.8) { near } else { chance.random_range(0..VILLAGES) };
    claimant(place % VILLAGES + VILLAGES * chance.random_range(0..CLAIMANTS.div_ceil(VILLAGES)))
}

fn on_wish(row: &Row, chance: &mut TestRng) -> Option<Act> {
    let wish: WishId = id(&row.id);
    let dice = chance.random_range(0..1000);
    let who = somebody(chance, &row.of);
    let new =
        NewClaim { claimant_id: who, quantity: chance.random_range(1..=2), shares: Vec::new(), note: None };
    Some(match (row.status.as_str(), dice) {
        ("draft", 0..600) => act(COLLECTOR, move |tx, cx| wish::submit(tx, cx, wish, ANY).map(drop)),
        ("submitted", 0..250) => review(wish, Decision::Publish),
        ("submitted", 250..280) => review(wish, Decision::Return),
        ("submitted", 280..300) => review(wish, Decision::Decline),
        ("open" | "claimed", 0..80) => {
            act(user_of(who), move |tx, cx| claim::create(tx, cx, wish, ANY, &new).map(drop))
        }
        ("open" | "claimed", 80..110) => {
            act(COORDINATOR, move |tx, cx| claim::dispatch(tx, cx, wish, ANY, &new).map(drop))
        }
        ("open" | "claimed", 110..130) => {
            act(user_of(who), move |tx, cx| waiting::join(tx, cx, wish, ANY, &new).map(drop))
        }
        ("open" | "claimed", 130..135) => {
            act(COORDINATOR, move |tx, cx| escalation::create(tx, cx, wish, ANY, "办不了".into()).map(drop))
        }
        ("open" | "claimed", 135..140) => {
            let days = chance.random_range(1..20);
            act(COORDINATOR, move |tx, cx| {
                pause::pause(tx, cx, wish, ANY, "住院", cx.now.plus_days(days).date()).map(drop)
            })
        }
        ("open" | "claimed", 140..150) => {
            act(COORDINATOR, move |tx, cx| pause::resume(tx, cx, wish, ANY).map(drop))
        }
        (_, 150..153) => withdraw(wish, true),
        (_, 153..156) => withdraw(wish, false),
        (_, 156..190) if row.red == 1 => withdraw(wish, true),
        ("fulfilled", 0..100) => {
            let stars = chance.random_range(1..=5);
            act(COORDINATOR, move |tx, cx| feedback::create(tx, cx, wish, ANY, stars, None).map(drop))
        }
        _ => return None,
    })
}

fn review(wish: WishId, decision: Decision) -> Act {
    act(REVIEWER, move |tx, cx| {
        let verdict = Verdict {
            decision,
            urgent: true,
            feasible: true,
            practical: true,
            note: (decision != Decision::Publish).then(|| "请补充".into()),
            audience_id: None,
            dismissed: Vec::new(),
        };
        wish::review(tx, cx, wish, ANY, verdict).map(drop)
    })
}

fn withdraw(wish: WishId, told: bool) -> Act {
    act(COORDINATOR, move |tx, cx| {
        let ending = Ending { reason: "不需要了".into(), outcome: told.then(|| "已告知".into()) };
        wish::withdraw(tx, cx, wish, ANY, ending).map(drop)
    })
}

fn on_claim(row: &Row, chance: &mut TestRng) -> Option<Act> {
    let claim: ClaimId = id(&row.id);
    let own = user_of(id(&row.of));
    let dice = chance.random_range(0..1000);
    Some(match (row.status.as_str(), dice) {
        ("proposed", 0..250) => act(own, move |tx, cx| claim::accept(tx, cx, claim, ANY).map(drop)),
        ("proposed", 250..350) => {
            act(own, move |tx, cx| claim::decline(tx, cx, claim, ANY, "没空").map(drop))
        }
        ("active", 0..300) => act(own, move |tx, cx| claim::contact(tx, cx, claim, ANY).map(drop)),
        ("active", 300..450) => deliver(claim, own),
        ("active", 450..470) => {
            act(own, move |tx, cx| claim::release(tx, cx, claim, ANY, "买不到").map(drop))
        }
        ("delivered", 0..250) => confirm(claim, true),
        ("delivered", 250..280) => confirm(claim, false),
        ("confirmed", 0..2) => reopen(claim, dice == 0),
        _ => return None,
    })
}

fn deliver(claim: ClaimId, by: UserId) -> Act {
    act(by, move |tx, cx| {
        let note = Some("送到了".into());
        let delivery =
            Delivery { note, items: vec![], quarter_hours: None, attachment_ids: vec![], by, at: cx.now };
        delivery::deliver(tx, cx, claim, ANY, delivery).map(drop)
    })
}

fn confirm(claim: ClaimId, accepted: bool) -> Act {
    act(COORDINATOR, move |tx, cx| {
        let note = (!accepted).then(|| "坏的".into());
        let word = Word { accepted, method: Method::Call, code: None, note };
        delivery::confirm(tx, cx, claim, ANY, &word).map(drop)
    })
}

fn reopen(claim_id: ClaimId, take_back: bool) -> Act {
    act(COORDINATOR, move |tx, cx| {
        let claim = found(store::claim::load(tx, claim_id)?)?;
        let new = NewReopening { claim_id, trouble: Trouble::DoesNotWork, note: "不响".into(), take_back };
        reopening::reopen(tx, cx, claim.wish_id, ANY, &new)
    })
}

fn on_escalation(row: &Row, chance: &mut TestRng) -> Option<Act> {
    let hop: EscalationId = id(&row.id);
    Some(match chance.random_range(0..1000) {
        0..120 => act(COORDINATOR, move |tx, cx| escalation::accept(tx, cx, hop, ANY).map(drop)),
        120..180 => {
            act(COORDINATOR, move |tx, cx| escalation::give_back(tx, cx, hop, ANY, "请联系残联").map(drop))
        }
        _ => return None,
    })
}
