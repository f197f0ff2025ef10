//! Posts with their shifts.

mod shift;

pub use shift::{insert_shift, of_shift, save_shift};

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, optional_word, required, word},
    organisation::subtrees,
    schema::{organisation_closure, organisations, posts, shifts},
};
use diesel::prelude::*;
use domain::{
    id::{OrganisationId, PostId, WishId},
    organisation::Level,
    post::{Content, Kind, Post, Shift, State, Status},
    publication::may_be_named,
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = posts, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    holder_id: String,
    audience_id: String,
    kind: String,
    title: String,
    summary: String,
    category: Option<String>,
    skill: Option<String>,
    wish_id: Option<String>,
    status: String,
    due_at: Option<i64>,
    opened_at: Option<i64>,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(post: &Post, now: Instant) -> Self {
        let Content { title, summary, category, skill, audience_id } = post.content.clone();
        let (ended_at, ended) = match &post.state {
            State::Draft | State::Open { .. } => (None, None),
            State::Ended { at, .. } => (Some(at.micros()), None),
            State::Cancelled { at, by, reason, .. } => {
                (Some(at.micros()), Some((by.to_string(), reason.clone())))
            }
        };
        let (ended_by, ended_reason) = ended.unzip();
        Self {
            id: post.id.to_string(),
            version: post.version,
            holder_id: post.holder_id.to_string(),
            audience_id: audience_id.to_string(),
            kind: post.kind.to_string(),
            title,
            summary,
            category,
            skill,
            wish_id: post.wish_id.map(|id| id.to_string()),
            status: post.status().to_string(),
            due_at: post.due_at().map(Instant::micros),
            opened_at: post.opened_at().map(Instant::micros),
            ended_at,
            ended_by,
            ended_reason,
            created_by: post.created_by.to_string(),
            created_at: post.created_at.micros(),
            updated_at: now.micros(),
        }
    }

    fn state(&self) -> StoreResult<State> {
        let opened_at = self.opened_at.map(instant);
        let at = || required(self.ended_at, "ended_at").map(instant);
        Ok(match word(&self.status)? {
            Status::Draft => State::Draft,
            Status::Open => State::Open { opened_at: required(opened_at, "opened_at")? },
            Status::Ended => State::Ended { opened_at: required(opened_at, "opened_at")?, at: at()? },
            Status::Cancelled => State::Cancelled {
                opened_at,
                at: at()?,
                by: word(required(self.ended_by.as_deref(), "ended_by")?)?,
                reason: required(self.ended_reason.clone(), "ended_reason")?,
            },
        })
    }

    fn post(self, shifts: Vec<Shift>) -> StoreResult<Post> {
        Ok(Post {
            id: word(&self.id)?,
            version: self.version,
            holder_id: word(&self.holder_id)?,
            kind: word(&self.kind)?,
            wish_id: optional_word(self.wish_id.as_deref())?,
            state: self.state()?,
            shifts,
            created_by: word(&self.created_by)?,
            created_at: instant(self.created_at),
            content: Content {
                title: self.title,
                summary: self.summary,
                category: self.category,
                skill: self.skill,
                audience_id: word(&self.audience_id)?,
            },
        })
    }
}

fn with_shifts(conn: &mut Conn, rows: Vec<Row>) -> StoreResult<Vec<Post>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut shifts = shift::of_posts(conn, &ids)?;
    let post = |row: Row| {
        let own = shifts.remove(&row.id).unwrap_or_default();
        row.post(own)
    };
    rows.into_iter().map(post).collect()
}

/// One post.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PostId) -> StoreResult<Option<Post>> {
    Ok(load_all(conn, &[id])?.pop())
}

/// Some posts, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[PostId]) -> StoreResult<Vec<Post>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = posts::table
        .filter(posts::id.eq_any(ids))
        .order(posts::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    with_shifts(conn, rows)
}

/// One post that nobody else changes, nor its shifts, until this transaction ends; after the wish that it serves is held.
///
/// # Errors
/// `Busy` when another holds the row too long; as [`load`].
pub fn load_to_change(conn: &mut Conn, id: PostId) -> StoreResult<Option<Post>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(posts::table.find(id.to_string())).set(posts::version.eq(posts::version)).execute(conn)?;
    load(conn, id)
}

/// The wish that a post serves: so that it can be held before the post.
///
/// # Errors
/// When the database does not answer.
pub fn serves(conn: &mut Conn, id: PostId) -> StoreResult<Option<WishId>> {
    let row: Option<Option<String>> =
        posts::table.find(id.to_string()).select(posts::wish_id).first(conn).optional()?;
    optional_word(row.flatten().as_deref())
}

/// The posts that serve a wish, the oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Post>> {
    let rows: Vec<Row> = posts::table
        .filter(posts::wish_id.eq(wish.to_string()))
        .order(posts::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    with_shifts(conn, rows)
}

/// Enters a post that has no shift yet.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, post: &Post) -> StoreResult<()> {
    diesel::insert_into(posts::table).values(&Row::of(post, post.created_at)).execute(conn)?;
    Ok(())
}

/// Saves a post under the next version; its shifts are saved one by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, post: &Post, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(post, now);
    row.version = post.version.saturating_add(1);
    let seen = posts::table.filter(posts::id.eq(post.id.to_string())).filter(posts::version.eq(post.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Which posts a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Held in these subtrees; anywhere when none.
    pub roots: Option<Vec<OrganisationId>>,
    /// That stand so.
    pub status: Option<Status>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Of this category.
    pub category: Option<String>,
    /// Held below a county, or a level above, whose division code begins so.
    pub region: Option<String>,
    /// With a shift that begins then or later.
    pub from: Option<Instant>,
    /// With a shift that begins then or earlier.
    pub to: Option<Instant>,
    /// Before this id: newest first.
    pub before: Option<PostId>,
}

/// Posts, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Post>> {
    let mut query = posts::table.select(Row::as_select()).into_boxed();
    if let Some(roots) = &filter.roots {
        query = query.filter(posts::holder_id.eq_any(subtrees(roots)));
    }
    if let Some(status) = filter.status {
        query = query.filter(posts::status.eq(status.as_str()));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(posts::kind.eq(kind.as_str()));
    }
    if let Some(category) = &filter.category {
        query = query.filter(posts::category.eq(category));
    }
    if let Some(prefix) = &filter.region {
        let wide = Level::ALL.iter().copied().filter(|level| may_be_named(*level));
        let below = organisation_closure::table
            .inner_join(organisations::table.on(organisations::id.eq(organisation_closure::ancestor_id)))
            .filter(organisations::level.eq_any(wide.map(|level| level.as_str())))
            .filter(organisations::region_code.ge(prefix))
            .filter(organisations::region_code.lt(format!("{prefix}:")))
            .select(organisation_closure::descendant_id);
        query = query.filter(posts::holder_id.eq_any(below));
    }
    if filter.from.is_some() || filter.to.is_some() {
        let from = filter.from.map_or(i64::MIN, Instant::micros);
        let to = filter.to.map_or(i64::MAX, Instant::micros);
        let then = shifts::table
            .filter(shifts::cancelled_at.is_null())
            .filter(shifts::starts_at.between(from, to))
            .select(shifts::post_id);
        query = query.filter(posts::id.eq_any(then));
    }
    if let Some(before) = filter.before {
        query = query.filter(posts::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(posts::id.desc()).limit(limit).load(conn)?;
    with_shifts(conn, rows)
}

/// Posts whose last shift is over at `now`, the longest over first.
///
/// # Errors
/// When the database does not answer.
pub fn due(
    conn: &mut Conn,
    now: Instant,
    after: Option<(Instant, PostId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, PostId)>> {
    let mut query = posts::table.filter(posts::due_at.le(now.micros())).into_boxed();
    if let Some((at, id)) = after {
        let later = posts::due_at.gt(at.micros());
        let same = posts::due_at.eq(at.micros()).and(posts::id.gt(id.to_string()).nullable());
        query = query.filter(later.or(same));
    }
    let rows: Vec<(Option<i64>, String)> = query
        .order((posts::due_at.asc(), posts::id.asc()))
        .limit(limit)
        .select((posts::due_at, posts::id))
        .load(conn)?;
    rows.into_iter().map(|(at, id)| Ok((instant(required(at, "due_at")?), word(&id)?))).collect()
}
