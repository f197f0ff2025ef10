//! Escalations: the hops of a wish on its way up.

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, optional_word, required, word},
    data_key, on_each,
    organisation::{subtree, subtrees},
    schema::{escalations, wishes},
    sealed::{self, At, column, kept, optional_column},
    written::written,
};
use diesel::prelude::*;
use domain::{
    escalation::{Escalation, State, Status},
    id::{BeneficiaryId, EscalationId, OrganisationId, WishId},
    time::Instant,
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = escalations, treat_none_as_default_value = false)]
struct Identity {
    id: String,
    version: i64,
    wish_id: String,
    from_id: String,
    to_id: String,
    reason: Option<String>,
    created_by: Option<String>,
    created_at: i64,
}

#[derive(Debug, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = escalations, treat_none_as_default_value = false, treat_none_as_null = true)]
struct StateColumns {
    status: String,
    due_at: Option<i64>,
    answered_at: Option<i64>,
    answered_by: Option<String>,
    instruction: Option<String>,
    rerouted_to: Option<String>,
    resolved_at: Option<i64>,
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = escalations)]
struct Row {
    #[diesel(embed)]
    identity: Identity,
    #[diesel(embed)]
    state: StateColumns,
}

impl StateColumns {
    fn of(escalation: &Escalation) -> StoreResult<Self> {
        let mut row = Self {
            status: escalation.status().to_string(),
            answered_at: escalation.answered_at().map(Instant::micros),
            answered_by: escalation.answered_by().map(|id| id.to_string()),
            ..Self::default()
        };
        match &escalation.state {
            State::Pending { due_at } => row.due_at = Some(due_at.micros()),
            State::Returned { instruction, .. } => row.instruction = Some(column(instruction)?),
            State::Rerouted { to, reason, .. } => {
                row.rerouted_to = Some(to.to_string());
                row.instruction = Some(column(reason)?);
            }
            State::Resolved { at, .. } => row.resolved_at = Some(at.micros()),
            State::Accepted { .. } | State::Superseded { .. } => {}
        }
        Ok(row)
    }

    fn state(self) -> StoreResult<State> {
        let at = || Ok::<_, crate::StoreError>(instant(required(self.answered_at, "answered_at")?));
        Ok(match word(&self.status)? {
            Status::Pending => State::Pending { due_at: instant(required(self.due_at, "due_at")?) },
            Status::Accepted => {
                State::Accepted { at: at()?, by: optional_word(self.answered_by.as_deref())? }
            }
            Status::Returned => State::Returned {
                at: at()?,
                by: word(required(self.answered_by.as_deref(), "answered_by")?)?,
                instruction: kept(required(self.instruction, "instruction")?),
            },
            Status::Superseded => State::Superseded { at: at()? },
            Status::Rerouted => State::Rerouted {
                at: at()?,
                by: word(required(self.answered_by.as_deref(), "answered_by")?)?,
                to: word(required(self.rerouted_to.as_deref(), "rerouted_to")?)?,
                reason: kept(required(self.instruction, "instruction")?),
            },
            Status::Resolved => {
                let answered = at()?;
                // Of those settled before it was kept apart there is one time alone.
                let at = self.resolved_at.map_or(answered, instant);
                let by = optional_word(self.answered_by.as_deref())?;
                let taken = (answered < at || by.is_some()).then_some((answered, by));
                State::Resolved { at, taken }
            }
        })
    }
}

impl TryFrom<Row> for Escalation {
    type Error = crate::StoreError;

    fn try_from(Row { identity, state }: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&identity.id)?,
            version: identity.version,
            wish_id: word(&identity.wish_id)?,
            from_id: word(&identity.from_id)?,
            to_id: word(&identity.to_id)?,
            reason: identity.reason.map(kept),
            by: optional_word(identity.created_by.as_deref())?,
            state: state.state()?,
            created_at: instant(identity.created_at),
        })
    }
}

fn at(escalation: &Escalation, of: BeneficiaryId) -> At {
    At::new("escalations", escalation.id, of)
}

/// Opens the private texts of escalations, each with the resident of its wish.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes<'a>(
    conn: &mut Conn,
    vault: &Vault,
    escalations: impl Iterator<Item = (&'a mut Escalation, BeneficiaryId)>,
) -> StoreResult<()> {
    let mut closed: Vec<_> = escalations.collect();
    closed.retain_mut(|(escalation, _)| sealed::is_closed(*escalation));
    let of: Vec<BeneficiaryId> = closed.iter().map(|(_, of)| *of).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for (escalation, of) in closed {
        let at = at(escalation, of);
        if let Some(held) = held.get(&of) {
            sealed::open(held, &at, escalation)?;
        }
    }
    Ok(())
}

/// One escalation; its private texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: EscalationId) -> StoreResult<Option<Escalation>> {
    let row: Option<Row> =
        escalations::table.find(id.to_string()).select(Row::as_select()).get_result(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// All escalations of a wish, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Escalation>> {
    let of_wish = escalations::table.filter(escalations::wish_id.eq(wish.to_string()));
    let oldest_first = of_wish.order(escalations::id.asc());
    let rows: Vec<Row> = on_each!(conn, c => oldest_first.select(written!(Row)).load(c))?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Enters an escalation of a wish of the resident `of`.
///
/// # Errors
/// `Unique` when another of this wish is pending.
pub fn insert(conn: &mut Conn, vault: &Vault, escalation: &Escalation, of: BeneficiaryId) -> StoreResult<()> {
    let escalation = &sealed::sealed_new(conn, vault, &at(escalation, of), escalation)?;
    let identity = Identity {
        id: escalation.id.to_string(),
        version: 1,
        wish_id: escalation.wish_id.to_string(),
        from_id: escalation.from_id.to_string(),
        to_id: escalation.to_id.to_string(),
        reason: optional_column(escalation.reason.as_ref())?,
        created_by: escalation.by.map(|id| id.to_string()),
        created_at: escalation.created_at.micros(),
    };
    diesel::insert_into(escalations::table)
        .values((identity, StateColumns::of(escalation)?))
        .execute(conn)?;
    Ok(())
}

/// Saves where an escalation of a wish of the resident `of` stands; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, vault: &Vault, escalation: &Escalation, of: BeneficiaryId) -> StoreResult<()> {
    let escalation = sealed::sealed(conn, vault, &at(escalation, of), escalation)?;
    save_state(conn, &escalation)
}

fn save_state(conn: &mut Conn, escalation: &Escalation) -> StoreResult<()> {
    let seen = escalations::table
        .filter(escalations::id.eq(escalation.id.to_string()))
        .filter(escalations::version.eq(escalation.version));
    let set = (escalations::version.eq(escalation.version.saturating_add(1)), StateColumns::of(escalation)?);
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Saves an escalation that forgot what it said; its version grows by one.
///
/// # Errors
/// `Stale` when it changed since.
pub fn forget(conn: &mut Conn, escalation: &Escalation) -> StoreResult<()> {
    save_state(conn, escalation)?;
    let reason = optional_column(escalation.reason.as_ref())?;
    let row = escalations::table.find(escalation.id.to_string());
    diesel::update(row).set(escalations::reason.eq(reason)).execute(conn)?;
    Ok(())
}

/// Which escalations a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// From or to an organisation in the subtrees of these, or of a wish that came from there: the
    /// origin keeps watching.
    pub roots: Vec<OrganisationId>,
    /// To an organisation in the subtree of this one.
    pub to: Option<OrganisationId>,
    /// Of this wish.
    pub wish: Option<WishId>,
    /// In this state.
    pub status: Option<Status>,
    /// Before this id: newest first.
    pub before: Option<EscalationId>,
}

/// Escalations, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Escalation>> {
    let roots = &filter.roots;
    let collected = wishes::table.filter(wishes::origin_id.eq_any(subtrees(roots))).select(wishes::id);
    let mut query = escalations::table
        .filter(
            escalations::to_id
                .eq_any(subtrees(roots))
                .or(escalations::from_id.eq_any(subtrees(roots)))
                .or(escalations::rerouted_to.eq_any(subtrees(roots).nullable()))
                .or(escalations::wish_id.eq_any(collected)),
        )
        .select(Row::as_select())
        .into_boxed();
    if let Some(to) = filter.to {
        query = query.filter(escalations::to_id.eq_any(subtree(to)));
    }
    if let Some(wish) = filter.wish {
        query = query.filter(escalations::wish_id.eq(wish.to_string()));
    }
    if let Some(status) = filter.status {
        query = query.filter(escalations::status.eq(status.as_str()));
    }
    if let Some(before) = filter.before {
        query = query.filter(escalations::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(escalations::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
