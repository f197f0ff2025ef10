//! Applications to join a circle, and which circles take some. What is sealed of them comes and goes as it is.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, required, word},
    organisation::{contains, subtrees},
    schema::{applications, claimants, organisations},
};
use diesel::prelude::*;
use domain::{
    application::{Answer, Application, Offered, State, Status},
    claimant::Kind,
    id::{ApplicationId, ClaimantId, OrganisationId, UserId},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = applications, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    kind: String,
    user_id: Option<String>,
    particulars: String,
    skills: String,
    region_codes: String,
    categories: String,
    capacity: i32,
    applicant_key: String,
    code_digest: String,
    status: String,
    due_at: Option<i64>,
    answer: Option<String>,
    answered_by: Option<String>,
    answered_at: Option<i64>,
    claimant_id: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn state(&self) -> StoreResult<State> {
        let answer = || -> StoreResult<Answer> {
            Ok(Answer {
                by: required(optional_word(self.answered_by.as_deref())?, "answered_by")?,
                at: instant(required(self.answered_at, "answered_at")?),
                words: self.answer.clone(),
            })
        };
        Ok(match word(&self.status)? {
            Status::Waiting => State::Waiting { due_at: instant(required(self.due_at, "due_at")?) },
            Status::Approved => {
                let claimant_id: Option<ClaimantId> = optional_word(self.claimant_id.as_deref())?;
                State::Approved { claimant_id: required(claimant_id, "claimant_id")?, answer: answer()? }
            }
            Status::Declined => State::Declined { answer: answer()? },
        })
    }
}

impl TryFrom<Row> for Application {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            state: row.state()?,
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            kind: word(&row.kind)?,
            user_id: optional_word(row.user_id.as_deref())?,
            offered: Offered {
                skills: json(&row.skills)?,
                region_codes: json(&row.region_codes)?,
                categories: json(&row.categories)?,
                capacity: row.capacity,
            },
            particulars: row.particulars,
            applicant_key: row.applicant_key,
            code_digest: row.code_digest,
            created_at: instant(row.created_at),
        })
    }
}

fn due(state: &State) -> Option<i64> {
    match state {
        State::Waiting { due_at } => Some(due_at.micros()),
        _ => None,
    }
}

/// Enters an application, as version 1.
///
/// # Errors
/// `Unique` where the same applicant waits for the same circle.
pub fn insert(conn: &mut Conn, application: &Application) -> StoreResult<()> {
    let offered = &application.offered;
    let row = Row {
        id: application.id.to_string(),
        version: 1,
        organisation_id: application.organisation_id.to_string(),
        kind: application.kind.to_string(),
        user_id: application.user_id.map(|id| id.to_string()),
        particulars: application.particulars.clone(),
        skills: json_text(&offered.skills)?,
        region_codes: json_text(&offered.region_codes)?,
        categories: json_text(&offered.categories)?,
        capacity: offered.capacity,
        applicant_key: application.applicant_key.clone(),
        code_digest: application.code_digest.clone(),
        status: application.status().to_string(),
        due_at: due(&application.state),
        answer: None,
        answered_by: None,
        answered_at: None,
        claimant_id: None,
        created_at: application.created_at.micros(),
        updated_at: application.created_at.micros(),
    };
    diesel::insert_into(applications::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves how it was answered.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, application: &Application, now: Instant) -> StoreResult<()> {
    let answer = application.answer();
    let claimant = match application.state {
        State::Approved { claimant_id, .. } => Some(claimant_id.to_string()),
        _ => None,
    };
    let changed = diesel::update(
        applications::table
            .find(application.id.to_string())
            .filter(applications::version.eq(application.version)),
    )
    .set((
        applications::version.eq(application.version.saturating_add(1)),
        applications::status.eq(application.status().as_str()),
        applications::due_at.eq(due(&application.state)),
        applications::answer.eq(answer.and_then(|answer| answer.words.clone())),
        applications::answered_by.eq(answer.map(|answer| answer.by.to_string())),
        applications::answered_at.eq(answer.map(|answer| answer.at.micros())),
        applications::claimant_id.eq(claimant),
        applications::updated_at.eq(now.micros()),
    ))
    .execute(conn)?;
    one_row(changed)
}

/// Removes one, with all that it said.
///
/// # Errors
/// `Stale` when it changed since.
pub fn delete(conn: &mut Conn, application: &Application) -> StoreResult<()> {
    let of = applications::table
        .find(application.id.to_string())
        .filter(applications::version.eq(application.version));
    one_row(diesel::delete(of).execute(conn)?)
}

/// One application.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ApplicationId) -> StoreResult<Option<Application>> {
    let of = applications::table.find(id.to_string());
    let row: Option<Row> = of.select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One application, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: ApplicationId) -> StoreResult<Option<Application>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(applications::table.find(id.to_string()))
        .set(applications::version.eq(applications::version))
        .execute(conn)?;
    load(conn, id)
}

/// The application of a code.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_code(conn: &mut Conn, digest: &str) -> StoreResult<Option<Application>> {
    let of = applications::table.filter(applications::code_digest.eq(digest));
    let row: Option<Row> = of.select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Which applications a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// To organisations of the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// And those of this user.
    pub user_id: Option<UserId>,
    /// Where they stand.
    pub status: Option<Status>,
    /// Before this id: newest first.
    pub before: Option<ApplicationId>,
}

/// Applications, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Application>> {
    let within = subtrees(&filter.roots);
    let user = filter.user_id.map(|id| id.to_string());
    // Without a user this compares with null, which nothing equals.
    let seen =
        applications::organisation_id.eq_any(within).or(applications::user_id.eq(user).assume_not_null());
    let mut query = applications::table.filter(seen).into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(applications::status.eq(status.as_str()));
    }
    if let Some(before) = filter.before {
        query = query.filter(applications::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(applications::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many wait for an organisation.
///
/// # Errors
/// When the database does not answer.
pub fn waiting(conn: &mut Conn, at: OrganisationId) -> StoreResult<i64> {
    let of = applications::table
        .filter(applications::organisation_id.eq(at.to_string()))
        .filter(applications::status.eq(Status::Waiting.as_str()));
    Ok(of.count().get_result(conn)?)
}

/// Whether the same applicant was let in by this organisation, and is there still.
///
/// # Errors
/// When the database does not answer.
pub fn is_admitted(conn: &mut Conn, at: OrganisationId, key: &str) -> StoreResult<bool> {
    let of = applications::table
        .filter(applications::organisation_id.eq(at.to_string()))
        .filter(applications::applicant_key.eq(key))
        .filter(applications::status.eq(Status::Approved.as_str()));
    Ok(diesel::select(diesel::dsl::exists(of)).get_result(conn)?)
}

/// Whether a claimant of this kind and name, or of this user, is in the organisation's circle: its own, or of a unit
/// below it.
///
/// # Errors
/// When the database does not answer.
pub fn is_in_circle(
    conn: &mut Conn,
    at: OrganisationId,
    name: Option<&str>,
    user: Option<UserId>,
) -> StoreResult<bool> {
    let unit =
        claimants::kind.eq(Kind::Unit.as_str()).and(claimants::display_name.eq(name.unwrap_or_default()));
    let user = user.map(|id| id.to_string());
    let person = claimants::kind
        .eq(Kind::Person.as_str())
        .and(claimants::user_id.is_not_null())
        .and(claimants::user_id.eq(user).assume_not_null());
    let of =
        claimants::table.filter(claimants::organisation_id.eq_any(subtrees(&[at]))).filter(unit.or(person));
    Ok(diesel::select(diesel::dsl::exists(of)).get_result(conn)?)
}

/// Whether an organisation's circle takes applications.
///
/// # Errors
/// When the database does not answer.
pub fn admits(conn: &mut Conn, at: OrganisationId) -> StoreResult<bool> {
    let of = organisations::table.find(at.to_string()).select(organisations::admits);
    Ok(of.get_result(conn).optional()?.unwrap_or_default())
}

/// Says whether it does; the organisation's version is counted by its caller.
///
/// # Errors
/// When the database refuses.
pub fn set_admits(conn: &mut Conn, at: OrganisationId, admits: bool) -> StoreResult<()> {
    let of = organisations::table.find(at.to_string());
    one_row(diesel::update(of).set(organisations::admits.eq(admits)).execute(conn)?)
}

/// The organisations whose circles take applications, in the order in which they were entered.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn circles(
    conn: &mut Conn,
    name: Option<&str>,
    after: Option<OrganisationId>,
    limit: i64,
) -> StoreResult<Vec<OrganisationId>> {
    let mut query = organisations::table.filter(organisations::admits).into_boxed();
    if let Some(name) = name {
        query = query.filter(organisations::name.like(contains(name)).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(organisations::id.gt(after.to_string()));
    }
    let rows: Vec<String> =
        query.order(organisations::id.asc()).limit(limit).select(organisations::id).load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// The places within an organisation that have a division code of their own, itself first, then those directly below.
///
/// # Errors
/// When the database does not answer.
pub fn places(conn: &mut Conn, at: OrganisationId, limit: i64) -> StoreResult<Vec<(String, String)>> {
    let own = organisations::id.eq(at.to_string());
    let below = organisations::parent_id.eq(at.to_string()).assume_not_null();
    let rows: Vec<(Option<String>, String)> = organisations::table
        .filter(own.or(below))
        .filter(organisations::region_code.is_not_null())
        .order((organisations::region_code.asc(), organisations::id.asc()))
        .limit(limit)
        .select((organisations::region_code, organisations::name))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(code, name)| Some((code?, name))).collect())
}
