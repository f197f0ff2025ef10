//! What is over its time, and the record of each clean-up.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, json, json_text, optional_word, word},
    dialect,
    organisation::subtree,
    schema::{
        applications, attachments, beneficiaries, data_keys, organisations, pairings, referrals,
        retention_runs, wishes,
    },
};
use chrono::NaiveDate;
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use domain::{
    id::{ApplicationId, AttachmentId, BeneficiaryId, OrganisationId, RetentionRunId, WishId},
    retention::RetentionClass,
    time::Instant,
    wish::{FORGOTTEN_TITLE, Status},
};
use std::collections::BTreeMap;

/// How many, by class.
pub type Counts = BTreeMap<RetentionClass, i64>;

/// One clean-up of a tree.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its id.
    pub id: RetentionRunId,
    /// The root of the tree.
    pub tree_id: OrganisationId,
    /// What was over its time then went.
    pub as_of: Instant,
    /// The night of which it is the run; none of one by hand.
    pub nightly_on: Option<NaiveDate>,
    /// How many went.
    pub counts: Counts,
    /// When it was done.
    pub created_at: Instant,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = retention_runs, treat_none_as_default_value = false)]
struct Row {
    id: String,
    tree_id: String,
    as_of: i64,
    nightly_on: Option<String>,
    counts: String,
    created_at: i64,
}

impl TryFrom<Row> for Run {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            tree_id: word(&row.tree_id)?,
            as_of: instant(row.as_of),
            nightly_on: optional_word(row.nightly_on.as_deref())?,
            counts: json(&row.counts)?,
            created_at: instant(row.created_at),
        })
    }
}

/// The roots of all trees.
///
/// # Errors
/// When the database does not answer.
pub fn roots(conn: &mut Conn) -> StoreResult<Vec<OrganisationId>> {
    let rows: Vec<String> = organisations::table
        .filter(organisations::parent_id.is_null())
        .order(organisations::id.asc())
        .select(organisations::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// How many rows one statement looks at: however many are kept, it ends in time.
const STRETCH: i64 = 5000;

/// What was found in a stretch of a table, and where the next one begins.
#[derive(Debug)]
pub struct Stretch<I> {
    /// What is over its time, in the order of the ids.
    pub ids: Vec<I>,
    /// The last id that was looked at; none at the end of the table.
    pub next: Option<String>,
}

/// Looks at the next stretch of a table after an id: `$over` narrows it down to what is over its time.
macro_rules! stretch {
    ($conn:expr, $table:ident, $after:expr, $over:expr) => {{
        let rest = $table::table.filter($table::id.gt($after)).order($table::id.asc()).select($table::id);
        let next: Option<String> = rest.offset(STRETCH - 1).limit(1).get_result($conn).optional()?;
        let mut over = $over.filter($table::id.gt($after)).into_boxed();
        if let Some(next) = &next {
            over = over.filter($table::id.le(next.clone()));
        }
        let rows: Vec<String> = over.order($table::id.asc()).select($table::id).load($conn)?;
        let ids = rows.iter().map(|id| word(id)).collect::<StoreResult<_>>()?;
        Ok(Stretch { ids, next })
    }};
}

/// Pictures of wishes of a subtree that have ended, uploaded at `cutoff` or before and not removed; of the
/// stretch after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn photos(
    conn: &mut Conn,
    root: OrganisationId,
    cutoff: Instant,
    after: &str,
) -> StoreResult<Stretch<AttachmentId>> {
    let over = attachments::table
        .inner_join(wishes::table.on(wishes::id.eq(attachments::wish_id)))
        .filter(attachments::removed_at.is_null())
        .filter(attachments::uploaded_at.le(cutoff.micros()))
        .filter(wishes::due_at.is_null())
        .filter(wishes::origin_id.eq_any(subtree(root)));
    stretch!(conn, attachments, after, over)
}

diesel::alias! {
    const MERGED: Alias<Merged> = beneficiaries as merged;
}

/// Whether there is one of a table of which `$are` is true, of a resident or of a record that was merged into theirs.
macro_rules! theirs {
    ($table:ident, $are:expr) => {{
        let own = $table::table.filter($table::beneficiary_id.eq(beneficiaries::id)).filter($are);
        let of_merged = $table::table
            .inner_join(MERGED.on(MERGED.field(beneficiaries::id).eq($table::beneficiary_id)))
            .filter(MERGED.field(beneficiaries::merged_into).eq(beneficiaries::id.nullable()))
            .filter($are);
        exists(own).or(exists(of_merged))
    }};
}

/// Residents of a subtree whose data is there, who had a wish or a pairing, and all of whose wishes, pairings and
/// referrals ended at `cutoff` or before; of the stretch after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn residents(
    conn: &mut Conn,
    root: OrganisationId,
    cutoff: Instant,
    after: &str,
) -> StoreResult<Stretch<BeneficiaryId>> {
    let at = cutoff.micros();
    let lit = wishes::ended_at.gt(at).assume_not_null().or(wishes::fulfilled_at.gt(at).assume_not_null());
    let busy = theirs!(wishes, wishes::due_at.is_not_null().or(lit));
    let visited =
        theirs!(pairings, pairings::due_at.is_not_null().or(pairings::ended_at.gt(at).assume_not_null()));
    let followed =
        theirs!(referrals, referrals::due_at.is_not_null().or(referrals::ended_at.gt(at).assume_not_null()));
    let known = data_keys::table
        .filter(data_keys::beneficiary_id.eq(beneficiaries::id))
        .filter(data_keys::wrapped.is_not_null());
    let over = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(subtree(root)))
        .filter(beneficiaries::merged_into.is_null())
        .filter(theirs!(wishes, wishes::created_at.le(at)).or(theirs!(pairings, pairings::created_at.le(at))))
        .filter(not(busy))
        .filter(not(visited))
        .filter(not(followed))
        .filter(exists(known));
    dialect::by_index(conn, |conn| stretch!(conn, beneficiaries, after, over))
}

/// Wishes collected in a subtree that still say something and ended at `cutoff` or before: declined at
/// review, or else fulfilled or withdrawn; of the stretch after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn wishes(
    conn: &mut Conn,
    root: OrganisationId,
    declined: bool,
    cutoff: Instant,
    after: &str,
) -> StoreResult<Stretch<WishId>> {
    let at = cutoff.micros();
    let statuses = match declined {
        true => vec![Status::Declined.as_str()],
        false => vec![Status::Fulfilled.as_str(), Status::Withdrawn.as_str()],
    };
    let over = wishes::table
        .filter(wishes::origin_id.eq_any(subtree(root)))
        .filter(wishes::status.eq_any(statuses))
        .filter(wishes::ended_at.le(at).or(wishes::fulfilled_at.le(at)))
        .filter(wishes::title.ne(FORGOTTEN_TITLE));
    stretch!(conn, wishes, after, over)
}

/// Applications to organisations of a subtree that were answered at `cutoff` or before, or that came then and were not; of
/// the stretch after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn applications(
    conn: &mut Conn,
    root: OrganisationId,
    cutoff: Instant,
    after: &str,
) -> StoreResult<Stretch<ApplicationId>> {
    let at = cutoff.micros();
    let unanswered = applications::answered_at.is_null().and(applications::created_at.le(at));
    let over = applications::table
        .filter(applications::organisation_id.eq_any(subtree(root)))
        .filter(applications::answered_at.le(at).assume_not_null().or(unanswered));
    stretch!(conn, applications, after, over)
}

/// Whether the run of this night is recorded for a tree.
///
/// # Errors
/// When the database does not answer.
pub fn has_run(conn: &mut Conn, tree: OrganisationId, night: NaiveDate) -> StoreResult<bool> {
    let run = retention_runs::table
        .filter(retention_runs::tree_id.eq(tree.to_string()))
        .filter(retention_runs::nightly_on.eq(date_text(night)));
    Ok(diesel::select(diesel::dsl::exists(run)).get_result(conn)?)
}

/// Records a run.
///
/// # Errors
/// `Unique` where another node recorded the same night.
pub fn insert(conn: &mut Conn, run: &Run) -> StoreResult<()> {
    let row = Row {
        id: run.id.to_string(),
        tree_id: run.tree_id.to_string(),
        as_of: run.as_of.micros(),
        nightly_on: run.nightly_on.map(date_text),
        counts: json_text(&run.counts)?,
        created_at: run.created_at.micros(),
    };
    diesel::insert_into(retention_runs::table).values(&row).execute(conn)?;
    Ok(())
}

/// The runs of a tree, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn runs(
    conn: &mut Conn,
    tree: OrganisationId,
    (from, until): (Option<Instant>, Option<Instant>),
    before: Option<RetentionRunId>,
    limit: i64,
) -> StoreResult<Vec<Run>> {
    let mut query = retention_runs::table
        .filter(retention_runs::tree_id.eq(tree.to_string()))
        .select(Row::as_select())
        .into_boxed();
    if let Some(from) = from {
        query = query.filter(retention_runs::created_at.ge(from.micros()));
    }
    if let Some(until) = until {
        query = query.filter(retention_runs::created_at.lt(until.micros()));
    }
    if let Some(before) = before {
        query = query.filter(retention_runs::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(retention_runs::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
