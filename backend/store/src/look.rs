//! Requests to look at a child under 14. Both texts are sealed under the child's key.

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, optional_word, required, word},
    data_key,
    merge::records,
    organisation::subtrees,
    schema::{beneficiaries, look_requests, memberships},
    sealed::{self, At, column, kept},
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, ClaimId, LookRequestId, OrganisationId, UserId},
    look::{LookRequest, State, Status},
    membership::Role,
    time::Instant,
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = look_requests, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    beneficiary_id: String,
    claim_id: Option<String>,
    requested_by: String,
    purpose: String,
    reason: String,
    status: String,
    answered_by: Option<String>,
    answered_at: Option<i64>,
    answer: Option<String>,
    expires_at: Option<i64>,
    created_at: i64,
}

impl Row {
    fn of(request: &LookRequest) -> StoreResult<Self> {
        let (by, at, answer, until) = match &request.state {
            State::Pending => (None, None, None, None),
            State::Approved { by, at, until } => (Some(by), Some(at), None, Some(until)),
            State::Declined { by, at, reason } => (Some(by), Some(at), Some(column(reason)?), None),
        };
        Ok(Self {
            id: request.id.to_string(),
            version: request.version,
            beneficiary_id: request.beneficiary_id.to_string(),
            claim_id: request.claim_id.map(|id| id.to_string()),
            requested_by: request.requested_by.to_string(),
            purpose: request.purpose.to_string(),
            reason: column(&request.reason)?,
            status: request.status().to_string(),
            answered_by: by.map(ToString::to_string),
            answered_at: at.map(|at| at.micros()),
            answer,
            expires_at: until.map(|until| until.micros()),
            created_at: request.created_at.micros(),
        })
    }
}

impl TryFrom<Row> for LookRequest {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let by = || word(required(row.answered_by.as_deref(), "answered_by")?);
        let at = || Ok::<_, crate::StoreError>(instant(required(row.answered_at, "answered_at")?));
        let state = match word(&row.status)? {
            Status::Pending => State::Pending,
            Status::Approved => State::Approved {
                by: by()?,
                at: at()?,
                until: instant(required(row.expires_at, "expires_at")?),
            },
            Status::Declined => {
                State::Declined { by: by()?, at: at()?, reason: kept(row.answer.clone().unwrap_or_default()) }
            }
        };
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            beneficiary_id: word(&row.beneficiary_id)?,
            claim_id: optional_word(row.claim_id.as_deref())?,
            requested_by: word(&row.requested_by)?,
            purpose: word(&row.purpose)?,
            reason: kept(row.reason),
            state,
            created_at: instant(row.created_at),
        })
    }
}

fn at(request: &LookRequest) -> At {
    At::new("look_requests", request.id, request.beneficiary_id)
}

/// Opens the texts of requests.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, requests: &mut [LookRequest]) -> StoreResult<()> {
    let of: Vec<BeneficiaryId> = requests.iter().map(|request| request.beneficiary_id).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for request in requests {
        let at = at(request);
        if let Some(held) = held.get(&request.beneficiary_id) {
            sealed::open(held, &at, request)?;
        }
    }
    Ok(())
}

/// One request; its texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: LookRequestId) -> StoreResult<Option<LookRequest>> {
    let row: Option<Row> =
        look_requests::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a request.
///
/// # Errors
/// `Unique` on `beneficiary_id` where the same user waits for an answer already.
pub fn insert(conn: &mut Conn, vault: &Vault, request: &LookRequest) -> StoreResult<()> {
    let sealed = sealed::sealed_new(conn, vault, &at(request), request)?;
    diesel::insert_into(look_requests::table).values(&Row::of(&sealed)?).execute(conn)?;
    Ok(())
}

/// Saves the answer.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, request: &LookRequest) -> StoreResult<()> {
    let row = Row::of(&sealed::sealed(conn, vault, &at(request), request)?)?;
    let seen = look_requests::table
        .filter(look_requests::id.eq(row.id))
        .filter(look_requests::version.eq(request.version));
    let set = (
        look_requests::version.eq(request.version.saturating_add(1)),
        look_requests::status.eq(row.status),
        look_requests::answered_by.eq(row.answered_by),
        look_requests::answered_at.eq(row.answered_at),
        look_requests::answer.eq(row.answer),
        look_requests::expires_at.eq(row.expires_at),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Empties the texts of all requests about a resident, who is erased.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let theirs = || look_requests::table.filter(look_requests::beneficiary_id.eq(of.to_string()));
    diesel::update(theirs()).set(look_requests::reason.eq("")).execute(conn)?;
    let answered = theirs().filter(look_requests::answer.is_not_null());
    diesel::update(answered).set(look_requests::answer.eq(Some(""))).execute(conn)?;
    Ok(())
}

/// All requests about one resident, oldest first; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn about(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<LookRequest>> {
    let rows: Vec<Row> = look_requests::table
        .filter(look_requests::beneficiary_id.eq_any(records(of)))
        .order(look_requests::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// What one user asked about one resident, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_user(conn: &mut Conn, of: BeneficiaryId, user: UserId) -> StoreResult<Vec<LookRequest>> {
    let rows: Vec<Row> = look_requests::table
        .filter(look_requests::beneficiary_id.eq(of.to_string()))
        .filter(look_requests::requested_by.eq(user.to_string()))
        .order(look_requests::id.desc())
        .limit(100)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The request that lets this user look now, if there is one.
///
/// # Errors
/// When the database does not answer.
pub fn live(
    conn: &mut Conn,
    of: BeneficiaryId,
    user: UserId,
    claim: Option<ClaimId>,
    now: Instant,
) -> StoreResult<Option<LookRequestId>> {
    let all = of_user(conn, of, user)?;
    Ok(all.into_iter().find(|request| request.allows(user, claim, now)).map(|request| request.id))
}

/// Whether somebody but this user holds the officer's role in one of these organisations.
///
/// # Errors
/// When the database does not answer.
pub fn has_other_officer(conn: &mut Conn, chain: &[OrganisationId], user: UserId) -> StoreResult<bool> {
    let chain: Vec<String> = chain.iter().map(ToString::to_string).collect();
    let others = memberships::table
        .filter(memberships::organisation_id.eq_any(chain))
        .filter(memberships::role.eq(Role::ChildOfficer.as_str()))
        .filter(memberships::user_id.ne(user.to_string()));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Which requests a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// About residents in the subtrees of these, which the reader answers for.
    pub roots: Vec<OrganisationId>,
    /// Or asked by this user.
    pub user: Option<UserId>,
    /// In this state.
    pub status: Option<Status>,
    /// About this resident.
    pub beneficiary: Option<BeneficiaryId>,
    /// For this claim.
    pub claim: Option<ClaimId>,
    /// Before this id: newest first.
    pub before: Option<LookRequestId>,
}

/// Requests, newest first; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<LookRequest>> {
    let within = subtrees(&filter.roots);
    let theirs =
        beneficiaries::table.filter(beneficiaries::organisation_id.eq_any(within)).select(beneficiaries::id);
    let user = filter.user.map(|user| user.to_string()).unwrap_or_default();
    let mut query = look_requests::table
        .filter(look_requests::beneficiary_id.eq_any(theirs).or(look_requests::requested_by.eq(user)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(look_requests::status.eq(status.as_str()));
    }
    if let Some(beneficiary) = filter.beneficiary {
        query = query.filter(look_requests::beneficiary_id.eq_any(records(beneficiary)));
    }
    if let Some(claim) = filter.claim {
        query = query.filter(look_requests::claim_id.eq(claim.to_string()));
    }
    if let Some(before) = filter.before {
        query = query.filter(look_requests::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(look_requests::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
