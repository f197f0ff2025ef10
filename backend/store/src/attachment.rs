//! Pictures: rows that say what they are of, and beside them the sealed bytes, which are read only
//! where somebody looks. Who looked is noted once a person and day.

use crate::{
    Conn, StoreError, StoreResult,
    column::{date_text, instant, one_row, optional_word, word},
    data_key, dialect,
    schema::{attachment_looks, attachments},
    sealed::At,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    attachment::{Attachment, Removal},
    id::{AttachmentId, BeneficiaryId, ClaimId, UserId, WishId},
    time::Instant,
};
use vault::Vault;

/// Why a picture went that nobody removed.
const ERASED: &str = "erased";

/// What is read of a picture without what it shows.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = attachments)]
struct Row {
    id: String,
    beneficiary_id: String,
    wish_id: String,
    claim_id: Option<String>,
    media_type: String,
    size: i64,
    width: i32,
    height: i32,
    sha256: Option<String>,
    uploaded_by: String,
    uploaded_at: i64,
    removed_at: Option<i64>,
}

impl TryFrom<Row> for Attachment {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            beneficiary_id: word(&row.beneficiary_id)?,
            wish_id: word(&row.wish_id)?,
            claim_id: optional_word(row.claim_id.as_deref())?,
            media_type: row.media_type,
            size: row.size,
            width: row.width,
            height: row.height,
            sha256: row.sha256,
            uploaded_by: word(&row.uploaded_by)?,
            uploaded_at: instant(row.uploaded_at),
            removed_at: row.removed_at.map(instant),
        })
    }
}

/// In which of its two sizes a picture is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As large as it is kept.
    Full,
    /// Small, for a list.
    Thumbnail,
}

impl Size {
    const fn column(self) -> &'static str {
        match self {
            Self::Full => "content",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// What a picture shows, in both sizes, and by what it is told from others.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// As large as it is kept.
    pub full: &'a [u8],
    /// Small, for a list.
    pub thumbnail: &'a [u8],
    /// Its difference hash.
    pub dhash: u64,
}

fn at(one: &Attachment) -> At {
    At::new("attachments", one.id, one.beneficiary_id)
}

/// Enters a picture, sealed under the key of its resident.
///
/// # Errors
/// `Erased` where the resident was; `Locked`.
pub fn insert(conn: &mut Conn, vault: &Vault, one: &Attachment, shown: Shown<'_>) -> StoreResult<()> {
    let held = data_key::load(conn, vault, one.beneficiary_id)?;
    let seal =
        |size: Size, plain: &[u8]| at(one).seal_bytes(held.key()?, size.column(), plain, vault.random());
    let (full, thumbnail) = (seal(Size::Full, shown.full)?, seal(Size::Thumbnail, shown.thumbnail)?);
    diesel::insert_into(attachments::table)
        .values((
            (
                attachments::id.eq(one.id.to_string()),
                attachments::beneficiary_id.eq(one.beneficiary_id.to_string()),
                attachments::wish_id.eq(one.wish_id.to_string()),
                attachments::claim_id.eq(one.claim_id.map(|id| id.to_string())),
                attachments::purpose.eq(one.purpose().as_str()),
                attachments::media_type.eq(&one.media_type),
            ),
            (
                attachments::size.eq(one.size),
                attachments::width.eq(one.width),
                attachments::height.eq(one.height),
                attachments::sha256.eq(one.sha256.as_ref()),
                attachments::uploaded_by.eq(one.uploaded_by.to_string()),
                attachments::uploaded_at.eq(one.uploaded_at.micros()),
            ),
            (
                attachments::content.eq(Some(full)),
                attachments::thumbnail.eq(Some(thumbnail)),
                attachments::dhash.eq(shown.dhash.cast_signed()),
            ),
        ))
        .execute(conn)?;
    Ok(())
}

/// One picture; also one that was removed.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: AttachmentId) -> StoreResult<Option<Attachment>> {
    let row: Option<Row> =
        attachments::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The pictures of a wish and of all its claims, oldest first, without those that were removed.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Attachment>> {
    let rows: Vec<Row> = attachments::table
        .filter(attachments::wish_id.eq(wish.to_string()))
        .filter(attachments::removed_at.is_null())
        .order(attachments::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many of a wish's own pictures, or of one claim's, there are.
///
/// # Errors
/// When the database does not answer.
pub fn count(conn: &mut Conn, wish: WishId, claim: Option<ClaimId>) -> StoreResult<i64> {
    let here = attachments::table
        .filter(attachments::wish_id.eq(wish.to_string()))
        .filter(attachments::removed_at.is_null());
    Ok(match claim {
        Some(claim) => here.filter(attachments::claim_id.eq(claim.to_string())).count().get_result(conn)?,
        None => here.filter(attachments::claim_id.is_null()).count().get_result(conn)?,
    })
}

/// How many somebody uploaded since, also those that were removed again.
///
/// # Errors
/// When the database does not answer.
pub fn uploaded_since(conn: &mut Conn, by: UserId, since: Instant) -> StoreResult<i64> {
    Ok(attachments::table
        .filter(attachments::uploaded_by.eq(by.to_string()))
        .filter(attachments::uploaded_at.gt(since.micros()))
        .count()
        .get_result(conn)?)
}

/// What a picture shows; none where it was removed meanwhile.
///
/// # Errors
/// `Erased`; `Locked`; `Corrupt` where it does not open here.
pub fn shown(conn: &mut Conn, vault: &Vault, one: &Attachment, size: Size) -> StoreResult<Option<Vec<u8>>> {
    let row = attachments::table.find(one.id.to_string());
    let sealed: Option<Option<Vec<u8>>> = match size {
        Size::Full => row.select(attachments::content).get_result(conn).optional()?,
        Size::Thumbnail => row.select(attachments::thumbnail).get_result(conn).optional()?,
    };
    let Some(sealed) = sealed.flatten() else { return Ok(None) };
    let held = data_key::load(conn, vault, one.beneficiary_id)?;
    at(one).open_bytes(held.key()?, size.column(), &sealed).map(Some)
}

/// Removes a picture: what it showed goes, its row stays. Nobody removes it where its time is over.
///
/// # Errors
/// `Stale` when it was removed already.
pub fn remove(
    conn: &mut Conn,
    id: AttachmentId,
    by: Option<UserId>,
    why: Removal,
    now: Instant,
) -> StoreResult<()> {
    let here = attachments::table.find(id.to_string()).filter(attachments::removed_at.is_null());
    let gone = (
        attachments::removed_at.eq(now.micros()),
        attachments::removed_by.eq(by.map(|by| by.to_string())),
        attachments::removal.eq(why.as_str()),
        attachments::sha256.eq(None::<String>),
        attachments::dhash.eq(None::<i64>),
        attachments::content.eq(None::<Vec<u8>>),
        attachments::thumbnail.eq(None::<Vec<u8>>),
    );
    one_row(diesel::update(here).set(gone).execute(conn)?)
}

/// Removes every picture that is sealed under the key of a resident who was erased.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, of: BeneficiaryId, now: Instant) -> StoreResult<()> {
    let theirs = attachments::table
        .filter(attachments::beneficiary_id.eq(of.to_string()))
        .filter(attachments::removed_at.is_null());
    let gone = (
        attachments::removed_at.eq(now.micros()),
        attachments::removal.eq(ERASED),
        attachments::sha256.eq(None::<String>),
        attachments::dhash.eq(None::<i64>),
        attachments::content.eq(None::<Vec<u8>>),
        attachments::thumbnail.eq(None::<Vec<u8>>),
    );
    diesel::update(theirs).set(gone).execute(conn)?;
    Ok(())
}

/// Whether somebody looked at a picture on this day already.
///
/// # Errors
/// When the database does not answer.
pub fn looked(conn: &mut Conn, id: AttachmentId, by: UserId, day: NaiveDate) -> StoreResult<bool> {
    let look = attachment_looks::table.find((id.to_string(), by.to_string(), date_text(day)));
    Ok(diesel::select(diesel::dsl::exists(look)).get_result(conn)?)
}

/// Notes that somebody looks; tells whether it is the first time on this day.
///
/// # Errors
/// When the database refuses.
pub fn note_look(conn: &mut Conn, id: AttachmentId, by: UserId, day: NaiveDate) -> StoreResult<bool> {
    let row = (
        attachment_looks::attachment_id.eq(id.to_string()),
        attachment_looks::user_id.eq(by.to_string()),
        attachment_looks::day.eq(date_text(day)),
    );
    let statement = diesel::insert_into(attachment_looks::table).values(row).on_conflict_do_nothing();
    Ok(dialect::insert_or_ignore(conn, statement)?)
}

/// Forgets the looks of the days before; their events stay.
///
/// # Errors
/// When the database refuses.
pub fn forget_looks(conn: &mut Conn, before: NaiveDate) -> StoreResult<usize> {
    let old = attachment_looks::table.filter(attachment_looks::day.lt(date_text(before)));
    Ok(diesel::delete(old).execute(conn)?)
}
