//! Who waits for a share of which wish.

use crate::{
    Conn, StoreResult,
    claim::ActsFor,
    column::{instant, word},
    organisation::subtrees,
    schema::{claimants, waiting_list, wishes},
};
use diesel::prelude::*;
use domain::{
    id::{OrganisationId, WaitingId, WishId},
    waiting::Waiting,
};
use std::collections::HashMap;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = waiting_list, treat_none_as_default_value = false)]
struct Row {
    id: String,
    wish_id: String,
    claimant_id: String,
    quantity: i64,
    made_by: String,
    created_at: i64,
}

impl TryFrom<Row> for Waiting {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            wish_id: word(&row.wish_id)?,
            claimant_id: word(&row.claimant_id)?,
            quantity: row.quantity,
            made_by: word(&row.made_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One place on a list.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, id: WaitingId) -> StoreResult<Option<Waiting>> {
    let row: Option<Row> =
        waiting_list::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Those who wait for a share of a wish, the next first.
///
/// # Errors
/// When the database does not answer.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Waiting>> {
    let rows: Vec<Row> = waiting_list::table
        .filter(waiting_list::wish_id.eq(wish.to_string()))
        .order(waiting_list::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Puts somebody at the end of a list.
///
/// # Errors
/// `Unique` when the claimant waits for this wish already.
pub fn insert(conn: &mut Conn, waiting: &Waiting) -> StoreResult<()> {
    let row = Row {
        id: waiting.id.to_string(),
        wish_id: waiting.wish_id.to_string(),
        claimant_id: waiting.claimant_id.to_string(),
        quantity: waiting.quantity,
        made_by: waiting.made_by.to_string(),
        created_at: waiting.created_at.micros(),
    };
    diesel::insert_into(waiting_list::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes somebody off a list.
///
/// # Errors
/// When the database refuses.
pub fn delete(conn: &mut Conn, id: WaitingId) -> StoreResult<()> {
    diesel::delete(waiting_list::table.find(id.to_string())).execute(conn)?;
    Ok(())
}

/// Ends the list of a wish.
///
/// # Errors
/// When the database refuses.
pub fn clear(conn: &mut Conn, wish: WishId) -> StoreResult<()> {
    let all = waiting_list::table.filter(waiting_list::wish_id.eq(wish.to_string()));
    diesel::delete(all).execute(conn)?;
    Ok(())
}

/// Which places a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// On wishes held or collected in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// Of claimants for whom this user acts.
    pub acts_for: Option<ActsFor>,
    /// For this wish.
    pub wish: Option<WishId>,
    /// Before this id: newest first.
    pub before: Option<WaitingId>,
}

/// Places on lists, newest first. Of a wish that left the wall claimants see none.
///
/// # Errors
/// When the database does not answer.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Waiting>> {
    let roots = &filter.roots;
    let held = wishes::table
        .filter(wishes::holder_id.eq_any(subtrees(roots)).or(wishes::origin_id.eq_any(subtrees(roots))))
        .select(wishes::id);
    let (user, managed) = match &filter.acts_for {
        Some(acts) => (acts.user.to_string(), acts.roots.as_slice()),
        None => (String::new(), [].as_slice()),
    };
    let own = claimants::table
        .filter(claimants::user_id.eq(user).or(claimants::organisation_id.eq_any(subtrees(managed))))
        .select(claimants::id);
    let listed = wishes::table.filter(wishes::hidden_since.is_null()).select(wishes::id);
    let mine = waiting_list::claimant_id.eq_any(own).and(waiting_list::wish_id.eq_any(listed));
    let mut query = waiting_list::table
        .filter(waiting_list::wish_id.eq_any(held).or(mine))
        .select(Row::as_select())
        .into_boxed();
    if let Some(wish) = filter.wish {
        query = query.filter(waiting_list::wish_id.eq(wish.to_string()));
    }
    if let Some(before) = filter.before {
        query = query.filter(waiting_list::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(waiting_list::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The place of each, counted from 1, on the lists of these wishes.
///
/// # Errors
/// When the database does not answer.
pub fn places(conn: &mut Conn, wishes: &[WishId]) -> StoreResult<HashMap<WaitingId, usize>> {
    let wishes: Vec<String> = wishes.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String)> = waiting_list::table
        .filter(waiting_list::wish_id.eq_any(wishes))
        .order(waiting_list::id.asc())
        .select((waiting_list::id, waiting_list::wish_id))
        .load(conn)?;
    let mut ahead: HashMap<String, usize> = HashMap::new();
    let mut place = |wish| {
        let count = ahead.entry(wish).or_default();
        *count = count.saturating_add(1);
        *count
    };
    rows.into_iter().map(|(id, wish)| Ok((word(&id)?, place(wish)))).collect()
}
