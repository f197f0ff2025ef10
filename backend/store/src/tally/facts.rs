//! What is known of wishes, residents and households, as far as they are counted.

use super::{STRETCH, Touched};
use crate::{
    Conn, StoreResult,
    column::{instant, optional_word, word},
    schema::{
        beneficiaries, claims, data_keys, efforts, events, feedback, households, organisations, spot_checks,
        wishes,
    },
};
use diesel::prelude::*;
use domain::{
    claim::Status as Claim,
    event::Kind,
    spot_check::Status as Check,
    tally::{PersonFacts, Share, WishFacts},
    time::Instant,
    wish::Status,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Somebody or something that is counted.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The id of the wish, the resident or the household.
    pub id: String,
    /// Where it is counted, and above.
    pub organisation_id: String,
    /// What it adds.
    pub share: Share,
}

/// What these are counted as now; what does not exist is left out.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn subjects(conn: &mut Conn, of: &Touched) -> StoreResult<Vec<Subject>> {
    let mut found = Vec::new();
    for (ids, read) in [
        (&of.wishes, wishes_of as Reader),
        (&of.residents, residents_of as Reader),
        (&of.households, households_of as Reader),
    ] {
        let ids: Vec<&String> = ids.iter().collect();
        for stretch in ids.chunks(STRETCH) {
            found.extend(read(conn, stretch)?);
        }
    }
    Ok(found)
}

type Reader = fn(&mut Conn, &[&String]) -> StoreResult<Vec<Subject>>;

/// All that is counted at an organisation itself, by its id.
///
/// # Errors
/// When the database does not answer.
pub fn of_organisation(conn: &mut Conn, id: &str) -> StoreResult<BTreeSet<String>> {
    let wishes: Vec<String> = wishes::table.filter(wishes::origin_id.eq(id)).select(wishes::id).load(conn)?;
    let residents: Vec<String> = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq(id))
        .select(beneficiaries::id)
        .load(conn)?;
    let households: Vec<String> =
        households::table.filter(households::organisation_id.eq(id)).select(households::id).load(conn)?;
    Ok(wishes.into_iter().chain(residents).chain(households).collect())
}

type Columns = (
    (String, String, Option<String>, String, String, String),
    (i64, i64, Option<i64>, Option<i64>, Option<i64>),
    (String, Option<i32>),
);

fn wishes_of(conn: &mut Conn, ids: &[&String]) -> StoreResult<Vec<Subject>> {
    let rows: Vec<Columns> = wishes::table
        .inner_join(organisations::table.on(organisations::id.eq(wishes::origin_id)))
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(wishes::id.eq_any(ids))
        .select((
            (
                wishes::id,
                wishes::origin_id,
                wishes::split_from,
                wishes::status,
                wishes::category,
                wishes::unit,
            ),
            (
                wishes::created_at,
                wishes::confirmed,
                wishes::fulfilled_at,
                wishes::ended_at,
                wishes::red_listed_since,
            ),
            (organisations::level, beneficiaries::birth_year),
        ))
        .load(conn)?;
    let under_way = with_parts_under_way(conn, ids)?;
    let mut courses = courses(conn, ids)?;
    let mut claims = claims_of(conn, ids)?;
    let ratings: HashMap<String, i32> = feedback::table
        .filter(feedback::wish_id.eq_any(ids))
        .select((feedback::wish_id, feedback::satisfaction))
        .load::<(String, i32)>(conn)?
        .into_iter()
        .collect();
    let mut checks: HashMap<String, Option<String>> = spot_checks::table
        .filter(spot_checks::wish_id.eq_any(ids))
        .filter(spot_checks::status.ne(Check::Dropped.as_str()))
        .select((spot_checks::wish_id, spot_checks::result))
        .load::<(String, Option<String>)>(conn)?
        .into_iter()
        .collect();
    let mut minutes: HashMap<String, i64> = HashMap::new();
    for (wish, noted) in efforts::table
        .filter(efforts::wish_id.eq_any(ids))
        .select((efforts::wish_id, efforts::minutes))
        .load::<(String, i32)>(conn)?
    {
        *minutes.entry(wish).or_default() += i64::from(noted);
    }
    let subject = |(text, times, joined): Columns| {
        let (id, origin, split_from, status, category, unit) = text;
        let (created_at, confirmed, fulfilled_at, ended_at, red_listed_since) = times;
        let course = courses.remove(&id).unwrap_or_default();
        let brought = claims.remove(&id).unwrap_or_default();
        let status = match word(&status)? {
            Status::Fulfilled if under_way.contains(&id) => Status::Open,
            status => status,
        };
        let facts = WishFacts {
            is_part: split_from.is_some(),
            status,
            category,
            level: word(&joined.0)?,
            birth_year: joined.1,
            unit: word(&unit)?,
            created_at: instant(created_at),
            submitted_at: course.submitted_at,
            answered_at: course.answered_at,
            published_at: course.published_at,
            fulfilled_at: fulfilled_at.map(instant),
            ended_at: ended_at.map(instant),
            ever_lit: course.ever_lit,
            reopened: course.reopened,
            ran_over: course.ran_over,
            red_listed: red_listed_since.is_some(),
            claims: brought.made,
            claims_lapsed: brought.lapsed,
            worth_fen: brought.worth_fen,
            quarter_hours: brought.quarter_hours,
            staff_minutes: minutes.get(&id).copied().unwrap_or_default(),
            confirmed,
            rating: ratings.get(&id).copied(),
            spot_check: match checks.remove(&id) {
                Some(result) => Some(optional_word(result.as_deref())?),
                None => None,
            },
        };
        Ok(Subject { share: facts.share(), id, organisation_id: origin })
    };
    rows.into_iter().map(subject).collect()
}

/// Of these, those with a part that was split off and has not ended.
fn with_parts_under_way(conn: &mut Conn, ids: &[&String]) -> StoreResult<HashSet<String>> {
    let ended = Status::ALL.iter().filter(|status| status.has_ended()).map(|status| status.as_str());
    let rows: Vec<Option<String>> = wishes::table
        .filter(wishes::split_from.eq_any(ids))
        .filter(wishes::status.ne_all(ended))
        .select(wishes::split_from)
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}

/// What the history of a wish says.
#[derive(Debug, Default)]
struct Course {
    submitted_at: Option<Instant>,
    answered_at: Option<Instant>,
    published_at: Option<Instant>,
    ever_lit: bool,
    reopened: bool,
    ran_over: bool,
}

fn courses(conn: &mut Conn, ids: &[&String]) -> StoreResult<HashMap<String, Course>> {
    type Row = (String, String, i64, Option<String>, Option<String>);
    let rows: Vec<Row> = events::table
        .filter(events::subject_id.eq_any(ids))
        .order((events::subject_id, events::number))
        .select((events::subject_id, events::kind, events::at, events::actor_id, events::to_status))
        .load(conn)?;
    let mut courses: HashMap<String, Course> = HashMap::new();
    for (id, kind, at, actor, to) in rows {
        let course = courses.entry(id).or_default();
        let at = instant(at);
        course.ever_lit |= to.as_deref() == Some(Status::Fulfilled.as_str());
        match word::<Kind>(&kind)? {
            Kind::WishSubmitted => _ = course.submitted_at.get_or_insert(at),
            Kind::WishPublished | Kind::WishReturned | Kind::WishDeclined => {
                course.answered_at.get_or_insert(at);
                if kind == Kind::WishPublished.as_str() {
                    course.published_at.get_or_insert(at);
                }
            }
            Kind::WishReopened => course.reopened = true,
            Kind::WishEscalated | Kind::EscalationSuperseded | Kind::WishRedListed => {
                course.ran_over |= actor.is_none();
            }
            _ => {}
        }
    }
    Ok(courses)
}

#[derive(Debug, Default)]
struct Brought {
    made: i64,
    lapsed: i64,
    worth_fen: i64,
    quarter_hours: i64,
}

fn claims_of(conn: &mut Conn, ids: &[&String]) -> StoreResult<HashMap<String, Brought>> {
    let rows: Vec<(String, String, i64, i64)> = claims::table
        .filter(claims::wish_id.eq_any(ids))
        .select((claims::wish_id, claims::status, claims::value_fen, claims::quarter_hours))
        .load(conn)?;
    let mut found: HashMap<String, Brought> = HashMap::new();
    for (wish, status, value_fen, quarter_hours) in rows {
        let sum = found.entry(wish).or_default();
        sum.made += 1;
        match word::<Claim>(&status)? {
            Claim::Lapsed => sum.lapsed += 1,
            Claim::Delivered | Claim::Confirmed => {
                sum.worth_fen = sum.worth_fen.saturating_add(value_fen);
                sum.quarter_hours = sum.quarter_hours.saturating_add(quarter_hours);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// Whether a wish was ever written down, and when the first that is fulfilled was.
#[derive(Debug, Default, Clone, Copy)]
struct Reach {
    met: bool,
    at: Option<Instant>,
}

impl Reach {
    fn with(&mut self, other: Self) {
        self.met |= other.met;
        self.at = [self.at, other.at].into_iter().flatten().min();
    }
}

/// By the record that speaks for each: one that was merged adds to that, and is nobody by itself.
fn reach(conn: &mut Conn, residents: &[&String]) -> StoreResult<HashMap<String, Reach>> {
    let into = beneficiaries::merged_into.assume_not_null().eq_any(residents);
    let rows: Vec<(String, Option<String>, String, Option<i64>)> = wishes::table
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(beneficiaries::id.eq_any(residents).or(into))
        .select((beneficiaries::id, beneficiaries::merged_into, wishes::status, wishes::fulfilled_at))
        .load(conn)?;
    let mut found: HashMap<String, Reach> = HashMap::new();
    for (record, into, status, at) in rows {
        let lit = status == Status::Fulfilled.as_str();
        let one = Reach { met: true, at: at.filter(|_| lit).map(instant) };
        found.entry(into.unwrap_or(record)).or_default().with(one);
    }
    Ok(found)
}

/// Residents: id, where, whether somebody still knows who they are.
fn residents_of(conn: &mut Conn, ids: &[&String]) -> StoreResult<Vec<Subject>> {
    let rows: Vec<(String, String, bool, Option<i64>)> = beneficiaries::table
        .left_join(data_keys::table.on(data_keys::beneficiary_id.eq(beneficiaries::id)))
        .filter(beneficiaries::id.eq_any(ids))
        .select((
            beneficiaries::id,
            beneficiaries::organisation_id,
            beneficiaries::merged_into.is_null(),
            data_keys::erased_at.nullable(),
        ))
        .load(conn)?;
    let reach = reach(conn, ids)?;
    let subject = |(id, organisation_id, speaks, erased_at): (String, String, bool, Option<i64>)| {
        let Reach { met, at } = reach.get(&id).copied().unwrap_or_default();
        let known = speaks && erased_at.is_none();
        let facts = PersonFacts { household: false, known, met, reached_at: at };
        Subject { share: facts.share(), id, organisation_id }
    };
    Ok(rows.into_iter().map(subject).collect())
}

fn households_of(conn: &mut Conn, ids: &[&String]) -> StoreResult<Vec<Subject>> {
    let rows: Vec<(String, String)> = households::table
        .filter(households::id.eq_any(ids))
        .select((households::id, households::organisation_id))
        .load(conn)?;
    let members: Vec<(String, String, Option<i64>)> = beneficiaries::table
        .left_join(data_keys::table.on(data_keys::beneficiary_id.eq(beneficiaries::id)))
        .filter(beneficiaries::household_id.eq_any(ids))
        .select((beneficiaries::household_id, beneficiaries::id, data_keys::erased_at.nullable()))
        .load(conn)?;
    let reach = reach(conn, &members.iter().map(|(_, id, _)| id).collect::<Vec<_>>())?;
    let mut found: HashMap<String, (bool, Reach)> = HashMap::new();
    for (household, id, erased_at) in &members {
        let (known, sum) = found.entry(household.clone()).or_default();
        *known |= erased_at.is_none();
        sum.with(reach.get(id).copied().unwrap_or_default());
    }
    let subject = |(id, organisation_id): (String, String)| {
        let (known, Reach { met, at }) = found.get(&id).copied().unwrap_or_default();
        let facts = PersonFacts { household: true, known, met, reached_at: at };
        Subject { share: facts.share(), id, organisation_id }
    };
    Ok(rows.into_iter().map(subject).collect())
}
