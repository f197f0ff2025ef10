//! Pairings and their hand-overs. Their texts are sealed under the resident's key.

mod hand_over;

pub use hand_over::{hand_overs, insert_hand_over, open_hand_overs};

use crate::{
    Conn, StoreResult,
    claim::ActsFor,
    column::{date_text, instant, one_row, optional_word, required, word},
    data_key,
    merge::records,
    organisation::{subtree, subtrees},
    schema::{beneficiaries, claimants, hand_overs, pairings},
    sealed::{self, At, kept, optional_column},
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, ClaimantId, HouseholdId, OrganisationId, PairingId},
    note::Note,
    pairing::{Pairing, Rhythm, State, Status, Told},
    time::Instant,
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = pairings, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    household_id: String,
    beneficiary_id: String,
    claimant_id: String,
    status: String,
    every: i32,
    unit: String,
    begun_on: String,
    note: Option<String>,
    responsible_id: Option<String>,
    since: Option<String>,
    due_at: Option<i64>,
    tell_at: Option<i64>,
    told: String,
    last_visited_on: Option<String>,
    proposed_by: String,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    ended_why: Option<String>,
    ended_words: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(pairing: &Pairing, now: Instant) -> StoreResult<Self> {
        let (since, told) = match &pairing.state {
            State::Active { since, told, .. } => (Some(since), *told),
            State::Ended { since, .. } => (Some(since), Told::Nothing),
            _ => (None, Told::Nothing),
        };
        let (ended_at, ended_by, why, words) = match &pairing.state {
            State::Proposed { .. } | State::Active { .. } => (None, None, None, None),
            State::Declined { at, reason } => (Some(at), None, None, Some(reason)),
            State::Lapsed { at } => (Some(at), None, None, None),
            State::Ended { at, by, why, thanks, .. } => (Some(at), *by, Some(why), Some(thanks)),
        };
        Ok(Self {
            id: pairing.id.to_string(),
            version: pairing.version,
            organisation_id: pairing.organisation_id.to_string(),
            household_id: pairing.household_id.to_string(),
            beneficiary_id: pairing.beneficiary_id.to_string(),
            claimant_id: pairing.claimant_id.to_string(),
            status: pairing.status().to_string(),
            every: i32::from(pairing.rhythm.every),
            unit: pairing.rhythm.unit.to_string(),
            begun_on: date_text(pairing.begun_on),
            note: optional_column(pairing.note.as_ref())?,
            responsible_id: pairing.responsible_id().map(|id| id.to_string()),
            since: since.copied().map(date_text),
            due_at: pairing.due_at().map(Instant::micros),
            tell_at: pairing.tell_at().map(Instant::micros),
            told: told.to_string(),
            last_visited_on: pairing.last_visited_on.map(date_text),
            proposed_by: pairing.proposed_by.to_string(),
            ended_at: ended_at.map(|at| at.micros()),
            ended_by: ended_by.map(|by| by.to_string()),
            ended_why: why.map(ToString::to_string),
            ended_words: optional_column(words)?,
            created_at: pairing.created_at.micros(),
            updated_at: now.micros(),
        })
    }

    fn state(&self) -> StoreResult<State> {
        let responsible = || word(required(self.responsible_id.as_deref(), "responsible_id")?);
        let since = || word(required(self.since.as_deref(), "since")?);
        let due = || Ok::<_, crate::StoreError>(instant(required(self.due_at, "due_at")?));
        let at = || Ok::<_, crate::StoreError>(instant(required(self.ended_at, "ended_at")?));
        let words = || self.ended_words.clone().map_or(Note::Gone, kept);
        Ok(match word(&self.status)? {
            Status::Proposed => State::Proposed { answer_by: due()? },
            Status::Active => State::Active {
                responsible_id: responsible()?,
                since: since()?,
                visit_by: due()?,
                told: word(&self.told)?,
            },
            Status::Declined => State::Declined { at: at()?, reason: words() },
            Status::Lapsed => State::Lapsed { at: at()? },
            Status::Ended => State::Ended {
                at: at()?,
                by: optional_word(self.ended_by.as_deref())?,
                responsible_id: responsible()?,
                since: since()?,
                why: word(required(self.ended_why.as_deref(), "ended_why")?)?,
                thanks: words(),
            },
        })
    }
}

impl TryFrom<Row> for Pairing {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            household_id: word(&row.household_id)?,
            beneficiary_id: word(&row.beneficiary_id)?,
            claimant_id: word(&row.claimant_id)?,
            rhythm: Rhythm {
                every: u16::try_from(row.every).map_err(crate::StoreError::corrupt)?,
                unit: word(&row.unit)?,
            },
            begun_on: word(&row.begun_on)?,
            state: row.state()?,
            note: row.note.map(kept),
            last_visited_on: optional_word(row.last_visited_on.as_deref())?,
            proposed_by: word(&row.proposed_by)?,
            created_at: instant(row.created_at),
        })
    }
}

fn at(pairing: &Pairing) -> At {
    At::new("pairings", pairing.id, pairing.beneficiary_id)
}

/// Opens the texts of pairings.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, pairings: &mut [Pairing]) -> StoreResult<()> {
    let of: Vec<BeneficiaryId> = pairings.iter().map(|pairing| pairing.beneficiary_id).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for pairing in pairings {
        let at = at(pairing);
        if let Some(held) = held.get(&pairing.beneficiary_id) {
            sealed::open(held, &at, pairing)?;
        }
    }
    Ok(())
}

/// One pairing; its texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PairingId) -> StoreResult<Option<Pairing>> {
    let row: Option<Row> =
        pairings::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One pairing that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; as [`load`].
pub fn load_to_change(conn: &mut Conn, id: PairingId) -> StoreResult<Option<Pairing>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(pairings::table.find(id.to_string()))
        .set(pairings::version.eq(pairings::version))
        .execute(conn)?;
    load(conn, id)
}

/// Enters a pairing.
///
/// # Errors
/// `Unique` on `claimant_id`, `household_id` where these two are paired, or an answer is due.
pub fn insert(conn: &mut Conn, vault: &Vault, pairing: &Pairing) -> StoreResult<()> {
    let sealed = sealed::sealed_new(conn, vault, &at(pairing), pairing)?;
    let row = Row::of(&sealed, pairing.created_at)?;
    diesel::insert_into(pairings::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves a pairing under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, pairing: &Pairing, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(&sealed::sealed(conn, vault, &at(pairing), pairing)?, now)?;
    row.version = pairing.version.saturating_add(1);
    let seen = pairings::table
        .filter(pairings::id.eq(pairing.id.to_string()))
        .filter(pairings::version.eq(pairing.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// All pairings with a resident, oldest first; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn about(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<Pairing>> {
    let rows: Vec<Row> = pairings::table
        .filter(pairings::beneficiary_id.eq_any(records(of)))
        .order(pairings::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The claimants that are paired with a household now, the oldest tie first.
///
/// # Errors
/// When the database does not answer.
pub fn pairs_of(conn: &mut Conn, of: HouseholdId) -> StoreResult<Vec<(PairingId, ClaimantId)>> {
    let of = of.to_string();
    // Whose record was merged brought the tie along.
    let members = beneficiaries::table.filter(beneficiaries::household_id.eq(&of)).select(beneficiaries::id);
    let rows: Vec<(String, String)> = pairings::table
        .filter(pairings::household_id.eq(&of).or(pairings::beneficiary_id.eq_any(members)))
        .filter(pairings::status.eq(Status::Active.as_str()))
        .order((pairings::begun_on.asc(), pairings::id.asc()))
        .limit(20)
        .select((pairings::id, pairings::claimant_id))
        .load(conn)?;
    rows.iter().map(|(id, claimant)| Ok((word(id)?, word(claimant)?))).collect()
}

/// Pairings of which time has something to tell at `now`, the longest due first, after `after`.
///
/// # Errors
/// When the database does not answer.
pub fn to_tell(
    conn: &mut Conn,
    now: Instant,
    after: Option<(Instant, PairingId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, PairingId)>> {
    let mut query = pairings::table.filter(pairings::tell_at.le(now.micros())).into_boxed();
    if let Some((at, id)) = after {
        let same = pairings::tell_at.eq(at.micros()).and(pairings::id.gt(id.to_string()).nullable());
        query = query.filter(pairings::tell_at.gt(at.micros()).or(same));
    }
    let rows: Vec<(Option<i64>, String)> = query
        .order((pairings::tell_at.asc(), pairings::id.asc()))
        .limit(limit)
        .select((pairings::tell_at, pairings::id))
        .load(conn)?;
    rows.iter().map(|(at, id)| Ok((instant(required(*at, "tell_at")?), word(id)?))).collect()
}

/// Empties the texts of the hand-overs of a resident, who is erased.
///
/// # Errors
/// When the database refuses.
pub fn forget_hand_overs(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let theirs = hand_overs::table
        .filter(hand_overs::beneficiary_id.eq(of.to_string()))
        .filter(hand_overs::note.is_not_null());
    diesel::update(theirs).set(hand_overs::note.eq(Some(""))).execute(conn)?;
    Ok(())
}

/// Which pairings a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With residents looked after in the subtrees of these, which the reader answers for.
    pub roots: Vec<OrganisationId>,
    /// Or of claimants for whom the reader acts.
    pub acts_for: Option<ActsFor>,
    /// In the subtree of this organisation.
    pub organisation: Option<OrganisationId>,
    /// Of this claimant.
    pub claimant: Option<ClaimantId>,
    /// With this resident.
    pub beneficiary: Option<BeneficiaryId>,
    /// Those that are over, newest first; otherwise those that live, the longest due first.
    pub over: bool,
    /// A visit is missed at this moment.
    pub missed_at: Option<Instant>,
    /// After this one.
    pub after: Option<(Option<Instant>, PairingId)>,
}

/// Pairings; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Pairing>> {
    let within = subtrees(&filter.roots);
    let (user, managed) = filter
        .acts_for
        .as_ref()
        .map(|acts_for| (acts_for.user.to_string(), acts_for.roots.clone()))
        .unwrap_or_default();
    let own = claimants::table
        .filter(
            claimants::user_id
                .eq(user)
                .assume_not_null()
                .or(claimants::organisation_id.eq_any(subtrees(&managed))),
        )
        .select(claimants::id);
    let mut query = pairings::table
        .filter(pairings::organisation_id.eq_any(within).or(pairings::claimant_id.eq_any(own)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(organisation) = filter.organisation {
        query = query.filter(pairings::organisation_id.eq_any(subtree(organisation)));
    }
    if let Some(claimant) = filter.claimant {
        query = query.filter(pairings::claimant_id.eq(claimant.to_string()));
    }
    if let Some(beneficiary) = filter.beneficiary {
        query = query.filter(pairings::beneficiary_id.eq_any(records(beneficiary)));
    }
    if let Some(now) = filter.missed_at {
        query = query
            .filter(pairings::status.eq(Status::Active.as_str()))
            .filter(pairings::due_at.le(now.micros()));
    }
    query = match (filter.over, filter.after) {
        (true, None) => query.filter(pairings::due_at.is_null()),
        (true, Some((_, id))) => {
            query.filter(pairings::due_at.is_null()).filter(pairings::id.lt(id.to_string()))
        }
        (false, Some((Some(at), id))) => {
            let same = pairings::due_at.eq(at.micros()).and(pairings::id.gt(id.to_string()).nullable());
            query.filter(pairings::due_at.gt(at.micros()).or(same))
        }
        (false, _) => query.filter(pairings::due_at.is_not_null()),
    };
    query = match filter.over {
        true => query.order(pairings::id.desc()),
        false => query.order((pairings::due_at.asc(), pairings::id.asc())),
    };
    let rows: Vec<Row> = query.limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
