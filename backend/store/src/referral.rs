//! Referrals. What is needed and what was answered is sealed under the resident's key.

use crate::{
    Conn, StoreError, StoreResult,
    claim::ActsFor,
    column::{date_text, instant, one_row, optional_word, required, word},
    data_key,
    merge::records,
    organisation::subtrees,
    schema::{claimants, referrals},
    sealed::{self, At, column, kept, optional_column},
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, OrganisationId, ReferralId},
    note::Note,
    referral::{Addressee, Errand, Met, Referral, State, Status},
    time::Instant,
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = referrals, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    beneficiary_id: String,
    pairing_id: Option<String>,
    claim_id: Option<String>,
    claimant_id: Option<String>,
    benefit: Option<String>,
    need: String,
    status: String,
    due_at: Option<i64>,
    to_id: Option<String>,
    office: Option<String>,
    agreed_on: Option<String>,
    sent_by: Option<String>,
    sent_at: Option<i64>,
    outcome: Option<String>,
    answer: Option<String>,
    ended_by: Option<String>,
    ended_at: Option<i64>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(referral: &Referral, now: Instant) -> StoreResult<Self> {
        let errand = referral.errand();
        let (to_id, office) = match errand.map(|errand| &errand.to) {
            None => (None, None),
            Some(Addressee::Organisation(id)) => (Some(id.to_string()), None),
            Some(Addressee::Office(name)) => (None, Some(name.clone())),
        };
        let (outcome, answer, ended_by, ended_at) = match &referral.state {
            State::Noted { .. } | State::Sent { .. } => (None, None, None, None),
            State::Answered { outcome, answer, by, at, .. } => {
                (Some(outcome.to_string()), Some(answer), Some(*by), Some(*at))
            }
            State::Closed { reason, by, at, .. } => (None, Some(reason), *by, Some(*at)),
        };
        let (pairing_id, claim_id) = match referral.met {
            Met::AtDesk => (None, None),
            Met::Visiting(pairing, _) => (Some(pairing.to_string()), None),
            Met::Bringing(claim, _) => (None, Some(claim.to_string())),
        };
        Ok(Self {
            id: referral.id.to_string(),
            version: referral.version,
            organisation_id: referral.organisation_id.to_string(),
            beneficiary_id: referral.beneficiary_id.to_string(),
            pairing_id,
            claim_id,
            claimant_id: referral.met.claimant_id().map(|id| id.to_string()),
            benefit: referral.benefit.clone(),
            need: column(&referral.need)?,
            status: referral.status().to_string(),
            due_at: referral.due_at().map(Instant::micros),
            to_id,
            office,
            agreed_on: errand.map(|errand| date_text(errand.agreed_on)),
            sent_by: errand.map(|errand| errand.by.to_string()),
            sent_at: errand.map(|errand| errand.at.micros()),
            outcome,
            answer: optional_column(answer)?,
            ended_by: ended_by.map(|by| by.to_string()),
            ended_at: ended_at.map(Instant::micros),
            created_by: referral.created_by.to_string(),
            created_at: referral.created_at.micros(),
            updated_at: now.micros(),
        })
    }

    fn met(&self) -> StoreResult<Met> {
        let claimant = || word(required(self.claimant_id.as_deref(), "claimant_id")?);
        Ok(match (&self.pairing_id, &self.claim_id) {
            (Some(pairing), _) => Met::Visiting(word(pairing)?, claimant()?),
            (None, Some(claim)) => Met::Bringing(word(claim)?, claimant()?),
            (None, None) => Met::AtDesk,
        })
    }

    fn errand(&self) -> StoreResult<Option<Errand>> {
        let Some(at) = self.sent_at else { return Ok(None) };
        let to = match (&self.to_id, &self.office) {
            (Some(id), _) => Addressee::Organisation(word(id)?),
            (None, office) => Addressee::Office(required(office.clone(), "office")?),
        };
        let agreed_on = word(required(self.agreed_on.as_deref(), "agreed_on")?)?;
        let by = word(required(self.sent_by.as_deref(), "sent_by")?)?;
        Ok(Some(Errand { to, agreed_on, by, at: instant(at) }))
    }

    fn state(&self) -> StoreResult<State> {
        let due = || Ok::<_, StoreError>(instant(required(self.due_at, "due_at")?));
        let ended = || Ok::<_, StoreError>(instant(required(self.ended_at, "ended_at")?));
        let by = || optional_word(self.ended_by.as_deref());
        let said = || self.answer.clone().map_or(Note::Gone, kept);
        Ok(match word(&self.status)? {
            Status::Noted => State::Noted { send_by: due()? },
            Status::Sent => State::Sent { errand: required(self.errand()?, "sent_at")?, answer_by: due()? },
            Status::Answered => State::Answered {
                errand: required(self.errand()?, "sent_at")?,
                outcome: word(required(self.outcome.as_deref(), "outcome")?)?,
                answer: said(),
                by: required(by()?, "ended_by")?,
                at: ended()?,
            },
            Status::Closed => {
                State::Closed { errand: self.errand()?, reason: said(), by: by()?, at: ended()? }
            }
        })
    }
}

impl TryFrom<Row> for Referral {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            beneficiary_id: word(&row.beneficiary_id)?,
            met: row.met()?,
            state: row.state()?,
            benefit: row.benefit,
            need: kept(row.need),
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

fn at(referral: &Referral) -> At {
    At::new("referrals", referral.id, referral.beneficiary_id)
}

/// Opens the texts of referrals.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, all: &mut [Referral]) -> StoreResult<()> {
    let of: Vec<BeneficiaryId> = all.iter().map(|referral| referral.beneficiary_id).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for referral in all {
        let at = at(referral);
        if let Some(held) = held.get(&referral.beneficiary_id) {
            sealed::open(held, &at, referral)?;
        }
    }
    Ok(())
}

/// One referral; its texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ReferralId) -> StoreResult<Option<Referral>> {
    let row: Option<Row> =
        referrals::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a referral.
///
/// # Errors
/// `Unique` on `beneficiary_id`, `benefit` where the benefit was asked for and the answer is due; `Erased`.
pub fn insert(conn: &mut Conn, vault: &Vault, referral: &Referral) -> StoreResult<()> {
    let sealed = sealed::sealed_new(conn, vault, &at(referral), referral)?;
    let row = Row::of(&sealed, referral.created_at)?;
    diesel::insert_into(referrals::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves a referral under the next version.
///
/// # Errors
/// `Stale` when it changed since; `Unique` as [`insert`].
pub fn save(conn: &mut Conn, vault: &Vault, referral: &Referral, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(&sealed::sealed(conn, vault, &at(referral), referral)?, now)?;
    row.version = referral.version.saturating_add(1);
    let seen = referrals::table
        .filter(referrals::id.eq(referral.id.to_string()))
        .filter(referrals::version.eq(referral.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// All referrals of a resident, oldest first; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn about(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<Referral>> {
    let rows: Vec<Row> = referrals::table
        .filter(referrals::beneficiary_id.eq_any(records(of)))
        .order(referrals::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Which referrals a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Followed by, or handed to, organisations in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// Or met by claimants for whom the reader acts.
    pub acts_for: Option<ActsFor>,
    /// Of this resident.
    pub beneficiary: Option<BeneficiaryId>,
    /// Those that are over, newest first; otherwise those that wait, the longest due first.
    pub over: bool,
    /// After this one.
    pub after: Option<(Option<Instant>, ReferralId)>,
}

/// Referrals; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Referral>> {
    let acts_for = filter.acts_for.as_ref();
    let (user, managed) = acts_for.map(|one| (one.user.to_string(), one.roots.clone())).unwrap_or_default();
    let own = claimants::user_id.eq(user).assume_not_null();
    let met = claimants::table
        .filter(own.or(claimants::organisation_id.eq_any(subtrees(&managed))))
        .select(claimants::id);
    let mut query = referrals::table
        .filter(
            referrals::organisation_id
                .eq_any(subtrees(&filter.roots))
                .or(referrals::to_id.assume_not_null().eq_any(subtrees(&filter.roots)))
                .or(referrals::claimant_id.assume_not_null().eq_any(met)),
        )
        .select(Row::as_select())
        .into_boxed();
    if let Some(beneficiary) = filter.beneficiary {
        query = query.filter(referrals::beneficiary_id.eq_any(records(beneficiary)));
    }
    query = match (filter.over, filter.after) {
        (true, None) => query.filter(referrals::due_at.is_null()).order(referrals::id.desc()),
        (true, Some((_, id))) => query
            .filter(referrals::due_at.is_null())
            .filter(referrals::id.lt(id.to_string()))
            .order(referrals::id.desc()),
        (false, after) => {
            if let Some((Some(at), id)) = after {
                let same = referrals::due_at.eq(at.micros()).and(referrals::id.gt(id.to_string()).nullable());
                query = query.filter(referrals::due_at.gt(at.micros()).or(same));
            }
            query
                .filter(referrals::due_at.is_not_null())
                .order((referrals::due_at.asc(), referrals::id.asc()))
        }
    };
    let rows: Vec<Row> = query.limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
