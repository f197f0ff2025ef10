//! Wishes: the whole value here, its columns in [`row`], the narrower rows of lists in [`list`].

mod list;
mod row;

pub use list::{Filter, Line, Listed, PublicRow, StaffRow, count, lines, list};
pub use row::shares;

use crate::{
    Conn, StoreResult,
    column::{one_row, required, word},
    data_key, dialect,
    merge::records,
    on_each,
    schema::{directory, wishes},
    sealed::{self, At},
    search::index_terms,
    written::{Steady, written},
};
use diesel::{
    prelude::*,
    sql_types::{Nullable, SingleValue},
};
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    time::Instant,
    wish::{Content, Status, Wish},
};
use row::{ContentColumns, Identity, IndexedColumns, Row, StateColumns};
use std::collections::HashMap;
use vault::Vault;

fn at(wish: &Wish) -> At {
    At::new("wishes", wish.id, wish.beneficiary_id)
}

/// Opens the private texts of a wish, to show them to those who may read them.
///
/// # Errors
/// `Locked` where the key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, wish: &mut Wish) -> StoreResult<()> {
    if !sealed::is_closed(wish) {
        return Ok(());
    }
    let held = data_key::load(conn, vault, wish.beneficiary_id)?;
    sealed::open(&held, &at(wish), wish)
}

/// One wish, whole; its private texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: WishId) -> StoreResult<Option<Wish>> {
    let of_id = wishes::table.filter(wishes::id.eq(id.to_string()));
    let row: Option<Row> = on_each!(conn, c => of_id.select(written!(Row)).get_result(c).optional())?;
    row.map(TryInto::try_into).transpose()
}

/// One wish to be shown.
#[derive(Debug)]
pub struct Shown {
    /// What anybody may know.
    pub public: PublicRow,
    /// Counts its changes.
    pub version: i64,
    /// It was taken off the wall.
    pub is_hidden: bool,
    /// When it was written down.
    pub created_at: Instant,
    /// All of it, its private texts as they are kept, where that was asked for.
    pub whole: Option<Wish>,
    /// The generation of the directory that it is to be shown with.
    pub generation: i64,
}

/// One wish to be shown, `whole` to those who may be its staff. One statement, so that all of it is of one version.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn to_show(conn: &mut Conn, id: WishId, whole: bool) -> StoreResult<Option<Shown>> {
    let of_id = wishes::table.filter(wishes::id.eq(id.to_string()));
    let generation = directory::table.select(directory::generation).single_value();
    let beside = (wishes::version, wishes::hidden_since, wishes::created_at, generation);
    let found: Option<((PublicRow, Beside), Option<Row>)> = match whole {
        false => {
            let narrow = of_id.select((written!(PublicRow), beside));
            on_each!(conn, c => narrow.get_result(c).optional())?.map(|row| (row, None))
        }
        true => {
            let wide = of_id.select((written!(PublicRow), beside, written!(Row)));
            let found = on_each!(conn, c => wide.get_result(c).optional())?;
            found.map(|(public, beside, whole)| ((public, beside), Some(whole)))
        }
    };
    let shown =
        |((public, (version, hidden_since, created_at, generation)), whole): ((_, Beside), Option<Row>)| {
            Ok(Shown {
                public,
                version,
                is_hidden: hidden_since.is_some(),
                created_at: Instant::from_micros(created_at),
                whole: whole.map(TryInto::try_into).transpose()?,
                generation: required(generation, "the directory")?,
            })
        };
    found.map(shown).transpose()
}

/// Version, off the wall since, written down at, and the directory's generation.
type Beside = (i64, Option<i64>, i64, Option<i64>);

/// One wish, whole, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds it too long.
pub fn load_to_change(conn: &mut Conn, id: WishId) -> StoreResult<Option<Wish>> {
    dialect::lock_wishes(conn, &[id.to_string()])?;
    load(conn, id)
}

/// Where a wish is, told from its origin when it is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Division code of the origin.
    pub region_code: Option<String>,
    /// Name of the township, the finest place that is made public.
    pub place: Option<String>,
}

/// Enters a wish.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, vault: &Vault, wish: &Wish, place: &Whereabouts) -> StoreResult<()> {
    let wish = &sealed::sealed_new(conn, vault, &at(wish), wish)?;
    let identity = Identity {
        id: wish.id.to_string(),
        version: 1,
        beneficiary_id: wish.beneficiary_id.to_string(),
        origin_id: wish.origin_id.to_string(),
        split_from: wish.split_from.map(|id| id.to_string()),
        collected_by: wish.collected_by.to_string(),
        created_at: wish.created_at.micros(),
    };
    let place = (wishes::region_code.eq(&place.region_code), wishes::place.eq(&place.place));
    let number: i64 = diesel::insert_into(wishes::table)
        .values((
            identity,
            ContentColumns::of(&wish.content)?,
            IndexedColumns::of(wish),
            StateColumns::of(wish)?,
            place,
        ))
        .returning(wishes::number)
        .get_result(conn)?;
    index(conn, number, &wish.content)
}

fn index(conn: &mut Conn, number: i64, content: &Content) -> StoreResult<()> {
    let shares = content.shares.iter().map(|share| share.title.as_str());
    let texts = [content.title.as_str(), &content.public_summary].into_iter().chain(shares);
    let terms = index_terms(&texts.collect::<Vec<_>>().join("\n"));
    Ok(dialect::index_wish(conn, number, &terms)?)
}

/// Saves the state of a wish; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, wish: &Wish) -> StoreResult<()> {
    let wish = sealed::sealed(conn, vault, &at(wish), wish)?;
    save_state(conn, &wish)
}

diesel::define_sql_function! {
    /// The first of the two that is not NULL.
    fn coalesce<T: SingleValue>(value: Nullable<T>, otherwise: T) -> T
}

fn save_state(conn: &mut Conn, wish: &Wish) -> StoreResult<()> {
    let seen =
        wishes::table.filter(wishes::id.eq(wish.id.to_string())).filter(wishes::version.eq(wish.version));
    let (version, indexed) = (wishes::version.eq(wish.version.saturating_add(1)), IndexedColumns::of(wish));
    let region = indexed.shown_region_code.clone().unwrap_or_default();
    // SQLite writes the entry of every index anew that has a column which is set, also to what it was.
    let stays = seen
        .clone()
        .filter(wishes::holder_id.eq(indexed.holder_id.clone()))
        .filter(wishes::audience_id.eq(indexed.audience_id.clone()))
        .filter(wishes::status.eq(indexed.status.clone()))
        .filter(coalesce(wishes::shown_region_code, "").eq(region))
        .filter(coalesce(wishes::red_listed_since, 0).eq(indexed.red_listed_since.unwrap_or_default()))
        .filter(coalesce(wishes::due_at, 0).eq(indexed.due_at.unwrap_or_default()))
        .filter(coalesce(wishes::shared_since, 0).eq(indexed.shared_since.unwrap_or_default()));
    let update = Steady(diesel::update(stays).set((version, StateColumns::of(wish)?)));
    if on_each!(conn, c => update.execute(c))? == 1 {
        return Ok(());
    }
    let update = Steady(diesel::update(seen).set((version, StateColumns::of(wish)?, indexed)));
    one_row(on_each!(conn, c => update.execute(c))?)
}

/// Saves the content and the state of a wish that says something new; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save_content(conn: &mut Conn, vault: &Vault, wish: &Wish) -> StoreResult<()> {
    let wish = &sealed::sealed(conn, vault, &at(wish), wish)?;
    save_state(conn, wish)?;
    let number: i64 = diesel::update(wishes::table.filter(wishes::id.eq(wish.id.to_string())))
        .set(ContentColumns::of(&wish.content)?)
        .returning(wishes::number)
        .get_result(conn)?;
    dialect::unindex_wish(conn, number)?;
    index(conn, number, &wish.content)
}

/// Saves a wish that forgot what it said, and takes it out of the search; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn forget(conn: &mut Conn, wish: &Wish) -> StoreResult<()> {
    save_state(conn, wish)?;
    let number: i64 = diesel::update(wishes::table.filter(wishes::id.eq(wish.id.to_string())))
        .set(ContentColumns::of(&wish.content)?)
        .returning(wishes::number)
        .get_result(conn)?;
    Ok(dialect::unindex_wish(conn, number)?)
}

/// The wishes of a resident, oldest first, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds one too long.
pub fn of_beneficiary_to_change(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<Wish>> {
    let ids: Vec<String> =
        wishes::table.filter(wishes::beneficiary_id.eq_any(records(of))).select(wishes::id).load(conn)?;
    dialect::lock_wishes(conn, &ids)?;
    let rows: Vec<Row> = wishes::table
        .filter(wishes::beneficiary_id.eq_any(records(of)))
        .order(wishes::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The titles of wishes; empty where one was forgotten.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn titles(conn: &mut Conn, of: &[WishId]) -> StoreResult<HashMap<WishId, String>> {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String)> =
        wishes::table.filter(wishes::id.eq_any(of)).select((wishes::id, wishes::title)).load(conn)?;
    rows.into_iter().map(|(id, title)| Ok((word(&id)?, title))).collect()
}

/// All wishes of a resident, oldest first.
///
/// # Errors
/// When the database does not answer.
pub fn of_resident(conn: &mut Conn, id: BeneficiaryId) -> StoreResult<Vec<WishId>> {
    let rows: Vec<String> = wishes::table
        .filter(wishes::beneficiary_id.eq_any(records(id)))
        .order(wishes::id.asc())
        .select(wishes::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// A part of a wish, in one line.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its id.
    pub id: WishId,
    /// Who holds it.
    pub holder_id: OrganisationId,
    /// How much of it.
    pub quantity: i64,
    /// Where it stands.
    pub status: Status,
}

/// The parts that were split off from a wish, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn parts_of(conn: &mut Conn, id: WishId) -> StoreResult<Vec<Part>> {
    let rows: Vec<(String, String, i64, String)> = wishes::table
        .filter(wishes::split_from.eq(id.to_string()))
        .order(wishes::id.asc())
        .select((wishes::id, wishes::holder_id, wishes::quantity, wishes::status))
        .load(conn)?;
    let part = |(id, holder, quantity, status): (String, String, i64, String)| {
        Ok(Part { id: word(&id)?, holder_id: word(&holder)?, quantity, status: word(&status)? })
    };
    rows.into_iter().map(part).collect()
}
