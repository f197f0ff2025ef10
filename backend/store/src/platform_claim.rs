//! What claims of platforms have beside the claims themselves: the platform's number, and for whom.

use crate::{
    Conn, StoreError, StoreResult,
    claim::{self, LIVE},
    column::{instant, word},
    data_key,
    schema::{claims, platform_claims},
    sealed::{self, At, column, kept},
};
use diesel::prelude::*;
use domain::{
    claim::{Claim, Status},
    id::{BeneficiaryId, ClaimId, PlatformId, WishId},
    platform_claim::{PlatformClaim, Standing},
    time::Instant,
};
use std::collections::HashSet;
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = platform_claims)]
struct Row {
    claim_id: String,
    platform_id: String,
    external_id: String,
    content_digest: String,
    user_digest: String,
    user_external_id: String,
    user_display_name: String,
    created_at: i64,
}

impl TryFrom<Row> for PlatformClaim {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            claim_id: word(&row.claim_id)?,
            platform_id: word(&row.platform_id)?,
            external_id: row.external_id,
            content_digest: row.content_digest,
            user_digest: row.user_digest,
            user_external_id: kept(row.user_external_id),
            user_display_name: kept(row.user_display_name),
            created_at: instant(row.created_at),
        })
    }
}

fn at(id: ClaimId, of: BeneficiaryId) -> At {
    At::new("platform_claims", id, of)
}

/// What is the platform's of one claim; none of a claim that no platform made.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: ClaimId) -> StoreResult<Option<PlatformClaim>> {
    let row: Option<Row> =
        platform_claims::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The one that a platform made under this number of its own.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn of_number(
    conn: &mut Conn,
    platform: PlatformId,
    external_id: &str,
) -> StoreResult<Option<PlatformClaim>> {
    let row: Option<Row> = platform_claims::table
        .filter(platform_claims::platform_id.eq(platform.to_string()))
        .filter(platform_claims::external_id.eq(external_id))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Opens how the user of a claim on a wish of the resident `of` is called.
///
/// # Errors
/// `Locked` where the resident's key is not here; `Corrupt` where a text does not open.
pub fn open_notes(
    conn: &mut Conn,
    vault: &Vault,
    claim: &mut PlatformClaim,
    of: BeneficiaryId,
) -> StoreResult<()> {
    if sealed::is_closed(claim) {
        let held = data_key::load(conn, vault, of)?;
        sealed::open(&held, &at(claim.claim_id, of), claim)?;
    }
    Ok(())
}

/// Enters what is the platform's of a claim on a wish of the resident `of`.
///
/// # Errors
/// `Unique` where the platform used the number before.
pub fn insert(conn: &mut Conn, vault: &Vault, claim: &PlatformClaim, of: BeneficiaryId) -> StoreResult<()> {
    let claim = sealed::sealed_new(conn, vault, &at(claim.claim_id, of), claim)?;
    let row = Row {
        claim_id: claim.claim_id.to_string(),
        platform_id: claim.platform_id.to_string(),
        external_id: claim.external_id,
        content_digest: claim.content_digest,
        user_digest: claim.user_digest,
        user_external_id: column(&claim.user_external_id)?,
        user_display_name: column(&claim.user_display_name)?,
        created_at: claim.created_at.micros(),
    };
    diesel::insert_into(platform_claims::table).values(&row).execute(conn)?;
    Ok(())
}

/// Forgets for whom the claims on a wish were made; that they were stays.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, wish: WishId) -> StoreResult<()> {
    let on_wish = claims::table.filter(claims::wish_id.eq(wish.to_string())).select(claims::id);
    diesel::update(platform_claims::table.filter(platform_claims::claim_id.eq_any(on_wish)))
        .set((
            platform_claims::content_digest.eq(""),
            platform_claims::user_digest.eq(""),
            platform_claims::user_external_id.eq(""),
            platform_claims::user_display_name.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// What a platform holds: how many are open, for this user, and made since the day began.
///
/// # Errors
/// When the database does not answer.
pub fn standing(
    conn: &mut Conn,
    platform: PlatformId,
    user_digest: &str,
    day: Instant,
) -> StoreResult<Standing> {
    let own = || {
        platform_claims::table
            .inner_join(claims::table)
            .filter(platform_claims::platform_id.eq(platform.to_string()))
    };
    let open = || own().filter(claims::status.eq_any(LIVE));
    Ok(Standing {
        open: open().count().get_result(conn)?,
        open_of_user: open().filter(platform_claims::user_digest.eq(user_digest)).count().get_result(conn)?,
        in_day: own().filter(platform_claims::created_at.ge(day.micros())).count().get_result(conn)?,
    })
}

/// Which of its claims a platform lists.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// For this user.
    pub user_digest: Option<String>,
    /// In these states; all when empty.
    pub statuses: Vec<Status>,
    /// That changed at this instant or later.
    pub updated_since: Option<Instant>,
    /// After this one, by when it last changed.
    pub after: Option<(Instant, ClaimId)>,
}

/// The claims of a platform, in the order in which they last changed.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    platform: PlatformId,
    filter: &Filter,
    limit: i64,
) -> StoreResult<Vec<(PlatformClaim, Claim)>> {
    let mut query = platform_claims::table
        .inner_join(claims::table)
        .filter(platform_claims::platform_id.eq(platform.to_string()))
        .select((Row::as_select(), claim::Row::as_select()))
        .into_boxed();
    if let Some(user) = &filter.user_digest {
        query = query.filter(platform_claims::user_digest.eq(user.clone()));
    }
    if !filter.statuses.is_empty() {
        let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.as_str()).collect();
        query = query.filter(claims::status.eq_any(statuses));
    }
    if let Some(since) = filter.updated_since {
        query = query.filter(claims::updated_at.ge(since.micros()));
    }
    if let Some((at, id)) = filter.after {
        let (at, id) = (at.micros(), id.to_string());
        query = query.filter(claims::updated_at.gt(at).or(claims::updated_at.eq(at).and(claims::id.gt(id))));
    }
    let rows: Vec<(Row, claim::Row)> =
        query.order((claims::updated_at.asc(), claims::id.asc())).limit(limit).load(conn)?;
    rows.into_iter().map(|(of, claim)| Ok((of.try_into()?, claim.try_into()?))).collect()
}

/// Of these claims, those that are the platform's own.
///
/// # Errors
/// When the database does not answer.
pub fn own_of(conn: &mut Conn, platform: PlatformId, ids: &[&str]) -> StoreResult<HashSet<String>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let own: Vec<String> = platform_claims::table
        .filter(platform_claims::platform_id.eq(platform.to_string()))
        .filter(platform_claims::claim_id.eq_any(ids))
        .select(platform_claims::claim_id)
        .load(conn)?;
    Ok(own.into_iter().collect())
}
