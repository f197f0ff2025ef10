//! Wishes as a list shows them: from narrow rows, and the names that are kept in memory.

use super::{BeneficiaryRef, Labels, PublicWish, SharedWish, Wish, WishShare, WorkerWish, category};
use crate::{
    app::{Context, directory::Map, names::Names},
    http::shared::OrgRef,
    problem::Failure,
};
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    organisation::Level,
    time::Instant,
    wish::Status,
};
use std::{collections::HashMap, sync::Arc};
use store::{
    Conn, StoreError,
    organisation::Line,
    platform::Shared,
    wish::{Listed, PublicRow, StaffRow},
};

type Lines = Map<OrganisationId, Arc<Line>>;

/// Wishes as a list shows them, each in the view that the caller is entitled to.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn see_all(
    tx: &mut Conn,
    cx: &Context,
    rows: Vec<Listed>,
    generation: i64,
) -> Result<Vec<(WishId, Wish)>, Failure> {
    let mut entries = rows.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
    let organisations = entries.iter().flat_map(|entry| [entry.holder, entry.origin]);
    let lines = cx.directory.lines(tx, generation, organisations)?;
    let keys = entries.iter().map(|entry| (entry.origin, entry.row.category.clone()));
    let labels = cx.directory.labels(tx, generation, keys)?;
    let roots = cx.actor.reading_roots();
    let reads = |id: OrganisationId| {
        lines.get(&id).is_some_and(|line| line.ids().iter().any(|id| roots.contains(id)))
    };
    for entry in &mut entries {
        entry.staff = entry.staff.take().filter(|_| reads(entry.holder) || reads(entry.origin));
    }
    let residents: Vec<BeneficiaryId> =
        entries.iter().filter_map(|entry| Some(entry.staff.as_ref()?.0)).collect();
    let (residents, names) = match residents.is_empty() {
        true => (HashMap::new(), Names::default()),
        false => {
            let glimpses = store::beneficiary::glimpses(tx, &cx.vault, &residents)?;
            (glimpses, Names::default().lines(lines.values()))
        }
    };
    let shown = entries.into_iter().map(|mut entry| {
        let (id, holder, origin) = (entry.id, entry.holder, entry.origin);
        let staff = entry.staff.take().and_then(|(of, row)| Some((of, residents.get(&of)?, row)));
        let public = entry.public(&lines, &labels)?;
        Ok((
            id,
            match staff {
                Some((of, resident, row)) => {
                    let beneficiary = BeneficiaryRef::of(of, resident, cx.now.date());
                    let ends = [holder, origin].map(|id| OrgRef::of(id, &names));
                    Wish::Worker(Box::new(worker(cx.now, public, row, beneficiary, ends)))
                }
                None => Wish::Public(public),
            },
        ))
    });
    shown.collect()
}

/// Wishes as platforms see them.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn shared(tx: &mut Conn, cx: &Context, rows: Vec<Shared>) -> Result<Vec<SharedWish>, Failure> {
    let generation = rows.first().and_then(|(.., generation)| *generation).unwrap_or_default();
    let mut entries = Vec::with_capacity(rows.len());
    for (public, shared, _) in rows {
        entries.push((Entry::read((public, None))?, shared));
    }
    let organisations = entries.iter().flat_map(|(entry, _)| [entry.holder, entry.origin]);
    let lines = cx.directory.lines(tx, generation, organisations)?;
    let keys = entries.iter().map(|(entry, _)| (entry.origin, entry.row.category.clone()));
    let labels = cx.directory.labels(tx, generation, keys)?;
    let shown = entries.into_iter().map(|(entry, shared)| {
        let shared_since = shared.shared_since.ok_or_else(|| corrupt("a shared wish without its time"))?;
        Ok(SharedWish {
            public: entry.public(&lines, &labels)?,
            version: shared.version,
            shared_since: Instant::from_micros(shared_since),
            updated_at: Instant::from_micros(shared.updated_at),
        })
    });
    shown.collect()
}

/// A listed row, and whose it is.
pub(super) struct Entry {
    id: WishId,
    pub(super) holder: OrganisationId,
    pub(super) origin: OrganisationId,
    pub(super) row: PublicRow,
    /// The resident, and what their staff see.
    staff: Option<(BeneficiaryId, StaffRow)>,
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt(error)
}

impl Entry {
    pub(super) fn read((row, staff): Listed) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(corrupt)?,
            holder: row.holder_id.parse().map_err(corrupt)?,
            origin: row.origin_id.parse().map_err(corrupt)?,
            staff: match staff {
                Some(staff) => Some((staff.beneficiary_id.parse().map_err(corrupt)?, staff)),
                None => None,
            },
            row,
        })
    }

    pub(super) fn status(&self) -> Result<Status, StoreError> {
        self.row.status.parse().map_err(corrupt)
    }

    pub(super) fn public(self, lines: &Lines, labels: &Labels) -> Result<PublicWish, StoreError> {
        let status = self.status()?;
        let Self { id, holder, origin, row, .. } = self;
        Ok(PublicWish {
            id,
            title: row.title,
            summary: row.public_summary,
            category: category(labels, origin, row.category),
            quantity: row.quantity,
            unit: row.unit.parse().map_err(corrupt)?,
            reserved: row.reserved,
            delivered: row.delivered,
            confirmed: row.confirmed,
            remaining: row.quantity.saturating_sub(row.reserved),
            shares: WishShare::all(store::wish::shares(row.shares.as_deref())?),
            estimated_cost_fen: row.estimated_cost_fen,
            status,
            place: row.shown_place,
            region_code: row.shown_region_code,
            age_band: row.shown_age_band,
            level: lines.get(&holder).map_or(Level::Unit, |line| line.level()),
            escalated: holder != origin,
            needed_by: row.needed_by.as_deref().map(str::parse).transpose().map_err(corrupt)?,
            open_until: row.open_until.filter(|_| status == Status::Open).map(Instant::from_micros),
            published_at: row.published_at.map(Instant::from_micros),
            fulfilled_at: row.fulfilled_at.map(Instant::from_micros),
            ladder: Vec::new(),
        })
    }
}

fn worker(
    now: Instant,
    public: PublicWish,
    row: StaffRow,
    beneficiary: BeneficiaryRef,
    [holder, origin]: [OrgRef; 2],
) -> WorkerWish {
    let due_at = row.due_at.map(Instant::from_micros);
    WorkerWish {
        public,
        version: row.version,
        details: None,
        beneficiary,
        holder,
        origin,
        audience: None,
        skill: None,
        channel: None,
        told_by: None,
        told_by_note: None,
        collected_by: None,
        due_at,
        overdue: due_at.is_some_and(|due| due < now),
        hidden_since: row.hidden_since.map(Instant::from_micros),
        paused_until: None,
        red_listed_since: row.red_listed_since.map(Instant::from_micros),
        split_from: None,
        parts: Vec::new(),
        review: None,
        ended_reason: None,
        outcome: None,
        has_card: false,
        may: Vec::new(),
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
    }
}
