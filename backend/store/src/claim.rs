//! Claims, with what was last delivered for them.

use crate::{
    Conn, MultiBackend, StoreResult,
    column::{date_text, instant, json, json_text, one_row, required, word},
    data_key, on_each,
    organisation::subtrees,
    schema::{claimants, claims, wishes},
    sealed::{self, At, column, kept, optional_column},
    written::{Steady, written},
};
use diesel::prelude::*;
use domain::{
    claim::{Claim, Method, State, Status},
    id::{BeneficiaryId, ClaimId, ClaimantId, OrganisationId, UserId, WishId},
    time::Instant,
};
use vault::Vault;

/// The states in which a claim holds an unconfirmed share.
pub(crate) const LIVE: [&str; 3] =
    [Status::Proposed.as_str(), Status::Active.as_str(), Status::Delivered.as_str()];

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = claims, treat_none_as_default_value = false)]
pub(crate) struct Identity {
    id: String,
    version: i64,
    wish_id: String,
    claimant_id: String,
    quantity: i64,
    route: String,
    made_by: String,
    note: Option<String>,
    created_at: i64,
}

#[derive(Debug, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = claims, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct StateColumns {
    status: String,
    answer_by: Option<i64>,
    contact_by: Option<i64>,
    deliver_by: Option<i64>,
    contacted_at: Option<i64>,
    sent_back: Option<String>,
    delivered_at: Option<i64>,
    confirm_by: Option<i64>,
    confirmed_at: Option<i64>,
    confirmed_method: Option<String>,
    confirmed_by: Option<String>,
    confirmed_by_others: Option<bool>,
    ended_at: Option<i64>,
    ended_reason: Option<String>,
    lapses_at: Option<i64>,
    delivery: Option<String>,
    brought_on: Option<String>,
    value_fen: i64,
    quarter_hours: i64,
    updated_at: i64,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = claims)]
pub(crate) struct Row {
    #[diesel(embed)]
    identity: Identity,
    #[diesel(embed)]
    state: StateColumns,
}

impl StateColumns {
    fn of(claim: &Claim) -> StoreResult<Self> {
        let value =
            claim.delivery.iter().flat_map(|delivery| &delivery.items).filter_map(|item| item.value_fen);
        let mut row = Self {
            status: claim.status().to_string(),
            lapses_at: claim.lapses_at().map(Instant::micros),
            delivery: claim.delivery.as_ref().map(json_text).transpose()?,
            brought_on: claim.delivery.as_ref().map(|delivery| date_text(delivery.at.date())),
            value_fen: value.sum(),
            quarter_hours: claim
                .delivery
                .as_ref()
                .and_then(|one| one.quarter_hours)
                .unwrap_or_default()
                .into(),
            updated_at: claim.updated_at.micros(),
            ..Self::default()
        };
        match &claim.state {
            State::Proposed { answer_by } => row.answer_by = Some(answer_by.micros()),
            State::Active { contact_by, deliver_by, contacted_at, sent_back } => {
                row.contact_by = Some(contact_by.micros());
                row.deliver_by = Some(deliver_by.micros());
                row.contacted_at = contacted_at.map(Instant::micros);
                row.sent_back = optional_column(sent_back.as_ref())?;
            }
            State::Delivered { at, confirm_by } => {
                row.delivered_at = Some(at.micros());
                row.confirm_by = Some(confirm_by.micros());
            }
            State::Confirmed { at, method, by, others } => {
                row.confirmed_at = Some(at.micros());
                row.confirmed_method = Some(method.to_string());
                row.confirmed_by = Some(by.to_string());
                row.confirmed_by_others = Some(*others);
            }
            State::Declined { at, reason }
            | State::Released { at, reason }
            | State::TakenBack { at, reason } => {
                row.ended_at = Some(at.micros());
                row.ended_reason = Some(column(reason)?);
            }
            State::Lapsed { at } => row.ended_at = Some(at.micros()),
        }
        Ok(row)
    }

    fn state(&self) -> StoreResult<State> {
        let ended = || Ok::<_, crate::StoreError>(instant(required(self.ended_at, "ended_at")?));
        let reason = || required(self.ended_reason.clone(), "ended_reason").map(kept);
        Ok(match word(&self.status)? {
            Status::Proposed => {
                State::Proposed { answer_by: instant(required(self.answer_by, "answer_by")?) }
            }
            Status::Active => State::Active {
                contact_by: instant(required(self.contact_by, "contact_by")?),
                deliver_by: instant(required(self.deliver_by, "deliver_by")?),
                contacted_at: self.contacted_at.map(instant),
                sent_back: self.sent_back.clone().map(kept),
            },
            Status::Delivered => State::Delivered {
                at: instant(required(self.delivered_at, "delivered_at")?),
                confirm_by: instant(required(self.confirm_by, "confirm_by")?),
            },
            Status::Confirmed => {
                let method = word(required(self.confirmed_method.as_deref(), "confirmed_method")?)?;
                State::Confirmed {
                    at: instant(required(self.confirmed_at, "confirmed_at")?),
                    method,
                    by: word(required(self.confirmed_by.as_deref(), "confirmed_by")?)?,
                    // Before this was noted only a code could be told to whoever had a part in it.
                    others: self.confirmed_by_others.unwrap_or(method != Method::Code),
                }
            }
            Status::Declined => State::Declined { at: ended()?, reason: reason()? },
            Status::Released => State::Released { at: ended()?, reason: reason()? },
            Status::Lapsed => State::Lapsed { at: ended()? },
            Status::TakenBack => State::TakenBack { at: ended()?, reason: reason()? },
        })
    }
}

impl TryFrom<Row> for Claim {
    type Error = crate::StoreError;

    fn try_from(Row { identity, state }: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&identity.id)?,
            version: identity.version,
            wish_id: word(&identity.wish_id)?,
            claimant_id: word(&identity.claimant_id)?,
            quantity: identity.quantity,
            route: word(&identity.route)?,
            made_by: word(&identity.made_by)?,
            note: identity.note.map(kept),
            state: state.state()?,
            delivery: state.delivery.as_deref().map(json).transpose()?,
            created_at: instant(identity.created_at),
            updated_at: instant(state.updated_at),
        })
    }
}

fn at(claim: &Claim, of: BeneficiaryId) -> At {
    At::new("claims", claim.id, of)
}

/// Opens the private texts of claims, each with the resident of its wish.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes<'a>(
    conn: &mut Conn,
    vault: &Vault,
    claims: impl Iterator<Item = (&'a mut Claim, BeneficiaryId)>,
) -> StoreResult<()> {
    let mut closed: Vec<_> = claims.collect();
    closed.retain_mut(|(claim, _)| sealed::is_closed(*claim));
    let of: Vec<BeneficiaryId> = closed.iter().map(|(_, of)| *of).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for (claim, of) in closed {
        let at = at(claim, of);
        if let Some(held) = held.get(&of) {
            sealed::open(held, &at, claim)?;
        }
    }
    Ok(())
}

/// One claim; its private texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ClaimId) -> StoreResult<Option<Claim>> {
    let of_id = claims::table.find(id.to_string());
    let row: Option<Row> = on_each!(conn, c => of_id.select(written!(Row)).get_result(c).optional())?;
    row.map(TryInto::try_into).transpose()
}

/// The wish of a claim: so that the wish can be held before the claim is read.
///
/// # Errors
/// When the database does not answer.
pub fn wish_of(conn: &mut Conn, id: ClaimId) -> StoreResult<Option<WishId>> {
    let row: Option<String> =
        claims::table.find(id.to_string()).select(claims::wish_id).get_result(conn).optional()?;
    row.map(|id| word(&id)).transpose()
}

/// The wishes of some claims, to be held all at once.
///
/// # Errors
/// When the database does not answer.
pub fn wishes_of(conn: &mut Conn, ids: &[ClaimId]) -> StoreResult<Vec<String>> {
    let ids = ids.iter().map(ToString::to_string);
    Ok(claims::table.filter(claims::id.eq_any(ids)).select(claims::wish_id).load(conn)?)
}

/// Enters a claim on a wish of the resident `of`.
///
/// # Errors
/// `Unique` when the claimant holds a live claim on the wish already.
pub fn insert(conn: &mut Conn, vault: &Vault, claim: &Claim, of: BeneficiaryId) -> StoreResult<()> {
    let claim = &sealed::sealed_new(conn, vault, &at(claim, of), claim)?;
    let identity = Identity {
        id: claim.id.to_string(),
        version: 1,
        wish_id: claim.wish_id.to_string(),
        claimant_id: claim.claimant_id.to_string(),
        quantity: claim.quantity,
        route: claim.route.to_string(),
        made_by: claim.made_by.to_string(),
        note: optional_column(claim.note.as_ref())?,
        created_at: claim.created_at.micros(),
    };
    let new = diesel::insert_into(claims::table).values((identity, StateColumns::of(claim)?));
    on_each!(conn, c => new.execute(c))?;
    Ok(())
}

/// Saves where a claim on a wish of the resident `of` stands; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, claim: &Claim, of: BeneficiaryId) -> StoreResult<()> {
    let claim = sealed::sealed(conn, vault, &at(claim, of), claim)?;
    save_state(conn, &claim)
}

/// Saves that a claim is for less than it was: what was not brought came free. Where it stands is saved by [`save`].
///
/// # Errors
/// When the database refuses.
pub fn save_quantity(conn: &mut Conn, claim: &Claim) -> StoreResult<()> {
    diesel::update(claims::table.find(claim.id.to_string()))
        .set(claims::quantity.eq(claim.quantity))
        .execute(conn)?;
    Ok(())
}

fn save_state(conn: &mut Conn, claim: &Claim) -> StoreResult<()> {
    let seen =
        claims::table.filter(claims::id.eq(claim.id.to_string())).filter(claims::version.eq(claim.version));
    let set = (claims::version.eq(claim.version.saturating_add(1)), StateColumns::of(claim)?);
    let update = Steady(diesel::update(seen).set(set));
    one_row(on_each!(conn, c => update.execute(c))?)
}

/// Saves a claim that forgot what it said; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn forget(conn: &mut Conn, claim: &Claim) -> StoreResult<()> {
    save_state(conn, claim)?;
    let note = optional_column(claim.note.as_ref())?;
    diesel::update(claims::table.find(claim.id.to_string())).set(claims::note.eq(note)).execute(conn)?;
    Ok(())
}

/// For whom a user acts: themselves, and the claimants in the subtrees they manage.
#[derive(Debug, Clone)]
pub struct ActsFor {
    /// The user.
    pub user: UserId,
    /// The roots of what they manage.
    pub roots: Vec<OrganisationId>,
}

/// Which claims a list shows. At least one of the first four narrows it.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// On wishes held or collected in the subtrees of these organisations.
    pub roots: Vec<OrganisationId>,
    /// Of claimants for whom this user acts.
    pub acts_for: Option<ActsFor>,
    /// Of this claimant.
    pub claimant: Option<ClaimantId>,
    /// Of this wish.
    pub wish: Option<WishId>,
    /// In these states; all when empty.
    pub statuses: Vec<Status>,
    /// Before this id: newest first.
    pub before: Option<ClaimId>,
}

/// Claims, newest first: those on wishes within the roots, and those of the claimants acted for.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Claim>> {
    let rows: Vec<Row> =
        wanted(filter).select(Row::as_select()).order(claims::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many claims there are.
///
/// # Errors
/// When the database does not answer.
pub fn count(conn: &mut Conn, filter: &Filter) -> StoreResult<i64> {
    Ok(wanted(filter).count().get_result(conn)?)
}

fn wanted(filter: &Filter) -> claims::BoxedQuery<'_, MultiBackend> {
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
    let mut query =
        claims::table.filter(claims::wish_id.eq_any(held).or(claims::claimant_id.eq_any(own))).into_boxed();
    if let Some(claimant) = filter.claimant {
        query = query.filter(claims::claimant_id.eq(claimant.to_string()));
    }
    if let Some(wish) = filter.wish {
        query = query.filter(claims::wish_id.eq(wish.to_string()));
    }
    if !filter.statuses.is_empty() {
        let statuses: Vec<&str> = filter.statuses.iter().map(|status| status.as_str()).collect();
        query = query.filter(claims::status.eq_any(statuses));
    }
    if let Some(before) = filter.before {
        query = query.filter(claims::id.lt(before.to_string()));
    }
    query
}

/// All claims of a wish, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Claim>> {
    let rows: Vec<Row> = claims::table
        .filter(claims::wish_id.eq(wish.to_string()))
        .order(claims::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
