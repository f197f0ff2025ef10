//! Lists of wishes: narrow rows without private text, and what a caller may ask of them.

use crate::{
    Conn, MultiBackend, StoreResult, dialect,
    merge::records,
    organisation::{subtree, subtrees},
    schema::{campaign_wishes, directory, emergency_call_wishes, wishes},
    search::Query as Search,
    written::written,
};
use diesel::{
    prelude::*,
    sql_types::{Bool, Nullable},
};
use domain::{
    campaign::Place,
    id::{BeneficiaryId, CampaignId, EmergencyCallId, OrganisationId, WishId},
    time::Instant,
    wish::Status,
};
use std::ops::RangeInclusive;

/// What a list shows of a wish to anybody: no private text.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = wishes)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PublicRow {
    pub id: String,
    pub origin_id: String,
    pub holder_id: String,
    pub title: String,
    pub public_summary: String,
    pub category: String,
    pub quantity: i64,
    pub unit: String,
    pub estimated_cost_fen: Option<i64>,
    pub needed_by: Option<String>,
    pub shown_place: Option<String>,
    pub shown_region_code: Option<String>,
    pub shown_age_band: Option<String>,
    pub status: String,
    pub reserved: i64,
    pub delivered: i64,
    pub confirmed: i64,
    pub shares: Option<String>,
    pub published_at: Option<i64>,
    pub open_until: Option<i64>,
    pub fulfilled_at: Option<i64>,
}

/// What a list shows beside that to staff.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = wishes)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct StaffRow {
    pub version: i64,
    pub beneficiary_id: String,
    pub hidden_since: Option<i64>,
    pub red_listed_since: Option<i64>,
    pub due_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// A wish as lists show it; only what staff ask for has what staff see.
pub type Listed = (PublicRow, Option<StaffRow>);

/// Which wishes a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those held or collected in the subtrees of `roots`, and not what the wall shows of others.
    pub own: bool,
    /// Of these states; all public ones when empty.
    pub statuses: Vec<Status>,
    /// Also those that are not public, in the subtrees of these organisations (as holder or origin).
    pub roots: Vec<OrganisationId>,
    /// With this category code.
    pub category: Option<String>,
    /// In the region with this prefix.
    pub region: Option<String>,
    /// Held in the subtree of this organisation, in the subtrees of `roots` alone: who holds a wish, the wall does not
    /// say.
    pub holder: Option<OrganisationId>,
    /// Of this resident, in the subtrees of `roots` alone: whose a wish is, the wall does not say.
    pub beneficiary: Option<BeneficiaryId>,
    /// Collected in the subtree of this organisation in a time, in the subtrees of `roots` alone; parts that were split
    /// off are not among them.
    pub collected: Option<(OrganisationId, RangeInclusive<Instant>)>,
    /// That belong to this campaign.
    pub campaign: Option<CampaignId>,
    /// That are in this emergency call.
    pub emergency_call: Option<EmergencyCallId>,
    /// Whose time was up at this instant.
    pub overdue_at: Option<Instant>,
    /// With these words.
    pub search: Option<Search>,
    /// Before this id: newest first.
    pub before: Option<WishId>,
}

/// A condition on wishes; true, false, or unknown where a column is empty.
type Condition = Box<dyn BoxableExpression<wishes::table, MultiBackend, SqlType = Nullable<Bool>>>;

/// Wishes, newest first, and the generation of the directory that they are to be shown with.
///
/// # Errors
/// When the database does not answer.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<(Vec<Listed>, i64)> {
    let generation = directory::table.select(directory::generation).single_value();
    let wanted = filter.wanted().order(wishes::id.desc()).limit(limit);
    let mut seen: Option<i64> = None;
    let rows = match filter.roots.is_empty() {
        true => {
            let rows: Vec<(PublicRow, _)> = wanted.select((written!(PublicRow), generation)).load(conn)?;
            let listed = rows.into_iter().map(|(public, generation)| {
                seen = generation;
                (public, None)
            });
            listed.collect()
        }
        false => {
            let rows: Vec<(PublicRow, StaffRow, _)> =
                wanted.select((written!(PublicRow), written!(StaffRow), generation)).load(conn)?;
            let listed = rows.into_iter().map(|(public, staff, generation)| {
                seen = generation;
                (public, Some(staff))
            });
            listed.collect()
        }
    };
    Ok((rows, seen.unwrap_or_default()))
}

/// How many wishes there are.
///
/// # Errors
/// When the database does not answer.
pub fn count(conn: &mut Conn, filter: &Filter) -> StoreResult<i64> {
    Ok(filter.wanted().count().get_result(conn)?)
}

impl Filter {
    fn wanted(&self) -> wishes::BoxedQuery<'static, MultiBackend> {
        self.conditions().into_iter().fold(wishes::table.into_boxed(), |wanted, one| wanted.filter(one))
    }

    fn conditions(&self) -> Vec<Condition> {
        let mut all = if self.roots.is_empty() { self.on_the_wall() } else { self.for_staff() };
        if self.own {
            all.push(self.within());
        }
        if let Some(category) = self.category.clone() {
            all.push(Box::new(wishes::category.eq(category).nullable()));
        }
        if let Some(holder) = self.holder {
            all.push(Box::new(wishes::holder_id.eq_any(subtree(holder)).nullable().and(self.within())));
        }
        if let Some(of) = self.beneficiary {
            all.push(Box::new(wishes::beneficiary_id.eq_any(records(of)).nullable().and(self.within())));
        }
        if let Some((root, time)) = &self.collected {
            let time = wishes::created_at.between(time.start().micros(), time.end().micros());
            let whole = wishes::origin_id.eq_any(subtree(*root)).and(wishes::split_from.is_null()).and(time);
            all.push(Box::new(whole.nullable().and(self.within())));
        }
        if let Some(campaign) = self.campaign {
            let of = campaign_wishes::table
                .filter(campaign_wishes::campaign_id.eq(campaign.to_string()))
                .filter(campaign_wishes::place.eq(Place::In.as_str()))
                .select(campaign_wishes::wish_id);
            all.push(Box::new(wishes::id.eq_any(of).nullable()));
        }
        if let Some(call) = self.emergency_call {
            let of = emergency_call_wishes::table
                .filter(emergency_call_wishes::call_id.eq(call.to_string()))
                .select(emergency_call_wishes::wish_id);
            all.push(Box::new(wishes::id.eq_any(of).nullable()));
        }
        if let Some(now) = self.overdue_at {
            let late = wishes::due_at.lt(now.micros());
            all.push(Box::new(late.or(wishes::red_listed_since.is_not_null().nullable())));
            let ended = Status::ALL.iter().filter(|status| status.has_ended());
            let ended: Vec<&str> = ended.map(|status| status.as_str()).collect();
            all.push(Box::new(wishes::status.ne_all(ended).nullable()));
        }
        if let Some(search) = self.search.clone() {
            all.push(Box::new(dialect::matches(&search).nullable()));
        }
        if let Some(before) = self.before {
            all.push(Box::new(wishes::id.lt(before.to_string()).nullable()));
        }
        all
    }

    /// Those of the states asked for that are public.
    fn public(&self) -> Vec<&'static str> {
        let asked = |status: &Status| self.statuses.is_empty() || self.statuses.contains(status);
        let public = Status::ALL.iter().filter(|status| status.is_public() && asked(status));
        public.map(|status| status.as_str()).collect()
    }

    fn on_the_wall(&self) -> Vec<Condition> {
        let mut all: Vec<Condition> = vec![Box::new(wishes::hidden_since.is_null().nullable())];
        all.push(one_of(self.public()));
        if let Some((from, to)) = self.region_range() {
            all.push(Box::new(wishes::shown_region_code.ge(from).and(wishes::shown_region_code.lt(to))));
        }
        all
    }

    /// Those held or collected in the subtrees of `roots`.
    fn within(&self) -> Condition {
        let held = wishes::holder_id.eq_any(subtrees(&self.roots));
        Box::new(held.or(wishes::origin_id.eq_any(subtrees(&self.roots))).nullable())
    }

    fn for_staff(&self) -> Vec<Condition> {
        let listed = wishes::status.eq_any(self.public()).and(wishes::hidden_since.is_null()).nullable();
        // Where a wish is from exactly is asked of the caller's own only; of others, what the wall says.
        let seen: Condition = match self.region_range() {
            None => Box::new(listed.or(self.within())),
            Some((from, to)) => {
                let shown =
                    wishes::shown_region_code.ge(from.clone()).and(wishes::shown_region_code.lt(to.clone()));
                let exact = wishes::region_code.ge(from).and(wishes::region_code.lt(to));
                Box::new(listed.and(shown).or(self.within().and(exact)))
            }
        };
        if self.statuses.is_empty() {
            return vec![seen];
        }
        let asked: Vec<&str> = self.statuses.iter().map(|status| status.as_str()).collect();
        vec![seen, Box::new(wishes::status.eq_any(asked).nullable())]
    }

    /// All codes with the prefix asked for: ':' is the character after '9'.
    fn region_range(&self) -> Option<(String, String)> {
        self.region.as_ref().map(|prefix| (prefix.clone(), format!("{prefix}:")))
    }
}

/// In one of these states. By `OR` and not by `IN`: a list is planned anew for each page of the wall.
fn one_of(states: Vec<&'static str>) -> Condition {
    let none: Condition = Box::new(false.into_sql::<Nullable<Bool>>());
    let equal = |state| -> Condition { Box::new(wishes::status.eq(state).nullable()) };
    let any = states.into_iter().map(equal).reduce(|any, next| Box::new(any.or(next)));
    any.unwrap_or(none)
}

/// A wish in one line, for what is about it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = wishes)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Line {
    pub id: String,
    pub beneficiary_id: String,
    pub title: String,
    pub status: String,
    pub quantity: i64,
    pub unit: String,
    pub reserved: i64,
    pub shares: Option<String>,
    pub place: Option<String>,
    pub estimated_cost_fen: Option<i64>,
}

/// Some wishes in one line each, in no order.
///
/// # Errors
/// When the database does not answer.
pub fn lines(conn: &mut Conn, ids: &[WishId]) -> StoreResult<Vec<Line>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    Ok(wishes::table.filter(wishes::id.eq_any(ids)).select(Line::as_select()).load(conn)?)
}
