//! Wishes as a list shows them: from narrow rows, and the names that are kept in memory.

use super::{BeneficiaryRef, Labels, PublicWish, Wish, WorkerWish, category};
use crate::{
    app::{Context, names::Names},
    http::shared::OrgRef,
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    id::{BeneficiaryId, OrganisationId, WishId},
    organisation::Level,
    time::Instant,
    wish::{Status, Unit},
};
use std::{collections::HashMap, sync::Arc};
use store::{Conn, StoreError, beneficiary::Glimpse, organisation::Line, wish::Listed};

type Lines = HashMap<OrganisationId, Arc<Line>>;

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
    let parsed = rows.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
    let organisations = parsed.iter().flat_map(|entry| [entry.holder, entry.origin]);
    let lines = cx.directory.lines(tx, generation, organisations)?;
    let keys = parsed.iter().map(|entry| (entry.origin, entry.row.category.clone()));
    let labels = cx.directory.labels(tx, generation, keys)?;
    let roots = cx.actor.reading_roots();
    let reads = |id: &OrganisationId| {
        lines.get(id).is_some_and(|line| line.ids().iter().any(|id| roots.contains(id)))
    };
    let worked = |entry: &Entry| reads(&entry.holder) || reads(&entry.origin);
    let residents: Vec<BeneficiaryId> =
        parsed.iter().filter(|entry| worked(entry)).map(|entry| entry.beneficiary).collect();
    let residents = match residents.is_empty() {
        true => HashMap::new(),
        false => store::beneficiary::glimpses(tx, &cx.vault, &residents)?,
    };
    let names = if residents.is_empty() { Names::default() } else { Names::default().lines(lines.values()) };
    let shown = parsed.into_iter().map(|entry| {
        let resident = residents.get(&entry.beneficiary).filter(|_| worked(&entry));
        let public = entry.public(&lines, &labels);
        let wish = match resident {
            Some(resident) => Wish::Worker(Box::new(entry.worker(cx, &names, resident, public))),
            None => Wish::Public(public),
        };
        (entry.id, wish)
    });
    Ok(shown.collect())
}

/// A listed row with its words read.
struct Entry {
    id: WishId,
    beneficiary: BeneficiaryId,
    holder: OrganisationId,
    origin: OrganisationId,
    unit: Unit,
    status: Status,
    needed_by: Option<NaiveDate>,
    row: Listed,
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt(error)
}

impl Entry {
    fn read(row: Listed) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.parse().map_err(corrupt)?,
            beneficiary: row.beneficiary_id.parse().map_err(corrupt)?,
            holder: row.holder_id.parse().map_err(corrupt)?,
            origin: row.origin_id.parse().map_err(corrupt)?,
            unit: row.unit.parse().map_err(corrupt)?,
            status: row.status.parse().map_err(corrupt)?,
            needed_by: row.needed_by.as_deref().map(str::parse).transpose().map_err(corrupt)?,
            row,
        })
    }

    fn public(&self, lines: &Lines, labels: &Labels) -> PublicWish {
        let row = &self.row;
        PublicWish {
            id: self.id,
            title: row.title.clone(),
            summary: row.public_summary.clone(),
            category: category(labels, self.origin, &row.category),
            quantity: row.quantity,
            unit: self.unit,
            reserved: row.reserved,
            delivered: row.delivered,
            confirmed: row.confirmed,
            remaining: row.quantity.saturating_sub(row.reserved),
            estimated_cost_fen: row.estimated_cost_fen,
            status: self.status,
            place: row.shown_place.clone(),
            region_code: row.shown_region_code.clone(),
            age_band: row.shown_age_band.clone(),
            level: lines.get(&self.holder).map_or(Level::Unit, |line| line.level()),
            escalated: self.holder != self.origin,
            needed_by: self.needed_by,
            open_until: row.open_until.filter(|_| self.status == Status::Open).map(Instant::from_micros),
            published_at: row.published_at.map(Instant::from_micros),
            fulfilled_at: row.fulfilled_at.map(Instant::from_micros),
            ladder: Vec::new(),
        }
    }

    fn worker(&self, cx: &Context, names: &Names, resident: &Glimpse, public: PublicWish) -> WorkerWish {
        let due_at = self.row.due_at.map(Instant::from_micros);
        WorkerWish {
            public,
            version: self.row.version,
            details: None,
            beneficiary: BeneficiaryRef::of(self.beneficiary, resident, cx.now.date()),
            holder: OrgRef::of(self.holder, names),
            origin: OrgRef::of(self.origin, names),
            audience: None,
            skill: None,
            channel: None,
            told_by: None,
            told_by_note: None,
            collected_by: None,
            due_at,
            overdue: due_at.is_some_and(|due| due < cx.now),
            hidden_since: self.row.hidden_since.map(Instant::from_micros),
            paused_until: None,
            red_listed_since: self.row.red_listed_since.map(Instant::from_micros),
            split_from: None,
            parts: Vec::new(),
            review: None,
            ended_reason: None,
            outcome: None,
            has_card: false,
            may: Vec::new(),
            created_at: Instant::from_micros(self.row.created_at),
            updated_at: Instant::from_micros(self.row.updated_at),
        }
    }
}
