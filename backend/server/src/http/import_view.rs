//! What is shown of imports: nothing that a row says, but which rows, what is wrong with them and how to put it right.

use super::{
    language::Language,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, found, import as work, names::Names},
    problem::Failure,
};
use domain::{
    id::{ImportId, OrganisationId, WishId},
    import::{
        Import as Domain, Outcome, Status,
        field::{Field, Mapping, Named},
        row::RowFault,
    },
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Conn, import::Kept};

/// How many rows came to what.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(super) struct ImportCounts {
    /// All of them.
    total: i64,
    /// Read well and have not gone in.
    ready: i64,
    /// Have to be put right.
    faulty: i64,
    /// Went in before, with this or another sheet.
    known: i64,
    /// Went in.
    done: i64,
}

impl ImportCounts {
    fn add(&mut self, outcome: Outcome, count: i64) {
        let sum = match outcome {
            Outcome::Ready => &mut self.ready,
            Outcome::Faulty => &mut self.faulty,
            Outcome::Known => &mut self.known,
            Outcome::Done => &mut self.done,
        };
        *sum = sum.saturating_add(count);
        self.total = self.total.saturating_add(count);
    }
}

/// A column of the sheet.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportColumn {
    /// On which sheet.
    sheet: String,
    /// What it is called; empty where its head is.
    header: String,
    /// What it tells; absent where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
}

/// What is wrong with so many rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportFaultCount {
    /// What is wrong.
    #[serde(flatten)]
    fault: ImportFault,
    /// With how many rows.
    count: i64,
}

/// What is wrong with a cell.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportFault {
    /// In which column, by what it tells.
    field: Field,
    /// A stable code.
    #[schema(examples("required"))]
    code: String,
    /// Why, for a person.
    reason: String,
    /// How to put it right, for a person.
    advice: String,
    /// What was probably meant: a word of the organisation's own lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    meant: Option<String>,
}

impl ImportFault {
    fn of(fault: RowFault, language: Language) -> Self {
        let (reason, advice) = (language.of(fault.reason()), language.of(fault.advice()));
        Self {
            field: fault.field,
            reason: reason.to_owned(),
            advice: advice.to_owned(),
            code: fault.fault,
            meant: fault.meant,
        }
    }
}

/// A row, without what it says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportRow {
    /// Counts the rows of the import.
    number: i64,
    /// Its number in the sheet.
    sheet_row: i64,
    /// What came of it.
    outcome: Outcome,
    /// What is wrong with it.
    faults: Vec<ImportFault>,
    /// The wish that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    wish_id: Option<WishId>,
}

impl ImportRow {
    pub(super) fn of(row: Kept, language: Language) -> Self {
        let faults = row.faults.into_iter().map(|fault| ImportFault::of(fault, language)).collect();
        Self {
            number: row.number,
            sheet_row: row.sheet_row,
            outcome: row.outcome,
            faults,
            wish_id: row.wish_id,
        }
    }
}

/// A sheet of wishes that somebody else made: checked, let in, or handed back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Import {
    /// Its id.
    pub(super) id: ImportId,
    /// Counts its changes; rows that go in are not counted.
    pub(super) version: i64,
    /// Where its rows belong: it or organisations below it.
    organisation: OrgRef,
    /// Where it stands.
    status: Status,
    /// It stopped by itself: who had let it in may no longer do that.
    halted: bool,
    /// Wishes are handed in for review as well.
    hand_in: bool,
    /// How many rows came to what.
    counts: ImportCounts,
    /// Who sent it.
    uploaded_by: UserRef,
    /// Who let it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<UserRef>,
    /// When it was sent.
    created_at: Instant,
    /// Until when rows that do not go in are kept; then what they say is removed.
    keep_until: Instant,
    /// It was removed.
    over: bool,
    /// What the file is called; for who sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
}

/// An import with its columns, and what is wrong with its rows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportDetail {
    /// The import.
    #[serde(flatten)]
    pub(super) import: Import,
    /// Its columns, in their order; for who sent it, and empty once it is over.
    columns: Vec<ImportColumn>,
    /// Sheets of the file that are not read.
    left_out: Vec<String>,
    /// What is wrong, the most frequent first.
    faults: Vec<ImportFaultCount>,
}

/// Some imports, in short.
pub(super) fn shape(tx: &mut Conn, cx: &Context, list: Vec<Domain>) -> Result<Vec<Import>, Failure> {
    let people = list.iter().flat_map(|one| [Some(one.uploaded_by), one.started_by]).flatten();
    let names =
        Names::default().organisations(tx, list.iter().map(|one| one.organisation_id))?.users(tx, people)?;
    let ids: Vec<ImportId> = list.iter().map(|one| one.id).collect();
    let mut counts: BTreeMap<ImportId, ImportCounts> = BTreeMap::new();
    for (id, outcome, count) in store::import::counts(tx, &ids)? {
        counts.entry(id).or_default().add(outcome, count);
    }
    let one = |of: Domain| {
        let own = cx.actor.user == Some(of.uploaded_by);
        let shape = if own { work::shape(cx, &of)? } else { None };
        Ok(Import {
            id: of.id,
            version: of.version,
            organisation: OrgRef::of(of.organisation_id, &names),
            status: of.status,
            halted: of.halted,
            hand_in: of.hand_in,
            counts: counts.remove(&of.id).unwrap_or_default(),
            uploaded_by: UserRef::of(of.uploaded_by, &names),
            started_by: of.started_by.map(|id| UserRef::of(id, &names)),
            created_at: of.created_at,
            keep_until: of.keep_until,
            over: of.shape.is_none(),
            file_name: shape.map(|shape| shape.file).filter(|name| !name.is_empty()),
        })
    };
    list.into_iter().map(one).collect()
}

/// One import, with what is wrong with it.
pub(super) fn detail(
    tx: &mut Conn,
    cx: &Context,
    of: Domain,
    language: Language,
) -> Result<ImportDetail, Failure> {
    let own = cx.actor.user == Some(of.uploaded_by);
    let shape_of_file = if own { work::shape(cx, &of)? } else { None };
    let (mut columns, mut left_out) = (Vec::new(), Vec::new());
    if let Some(file) = shape_of_file {
        let heads = file.parts.into_iter().flat_map(|part| {
            let sheet = part.sheet;
            part.headers.into_iter().map(move |header| (sheet.clone(), header))
        });
        let told = heads.zip(&of.columns);
        columns =
            told.map(|((sheet, header), field)| ImportColumn { sheet, header, field: *field }).collect();
        left_out = file.left_out;
    }
    let mut sums: BTreeMap<(Field, String, Option<String>), i64> = BTreeMap::new();
    for (faults, count) in store::import::faults(tx, of.id)? {
        for fault in faults {
            let sum = sums.entry((fault.field, fault.fault, fault.meant)).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let told = |((field, fault, meant), count)| {
        let fault = ImportFault::of(RowFault { field, fault, meant }, language);
        ImportFaultCount { fault, count }
    };
    let mut faults: Vec<ImportFaultCount> = sums.into_iter().map(told).collect();
    faults.sort_by_key(|one| std::cmp::Reverse(one.count));
    let import = found(shape(tx, cx, vec![of])?.pop())?;
    Ok(ImportDetail { import, columns, left_out, faults })
}

/// What a column of a template tells.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TemplateColumn {
    /// What it is called. Spaces, stars and brackets do not count, and where it stands does not either.
    #[schema(min_length = 1, max_length = 60)]
    header: String,
    /// What it tells; absent where it is left out on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<Field>,
}

/// What the columns of an organisation's own sheets mean.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ImportTemplate {
    /// Who said so: the organisation or a superior; absent where nobody has, and columns are guessed by what they are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_by: Option<OrgRef>,
    /// The columns.
    columns: Vec<TemplateColumn>,
}

pub(super) fn template(
    tx: &mut Conn,
    of: Option<(OrganisationId, Mapping)>,
) -> Result<ImportTemplate, Failure> {
    let Some((by, mapping)) = of else { return Ok(ImportTemplate { set_by: None, columns: Vec::new() }) };
    let names = Names::default().organisations(tx, [by])?;
    let columns = mapping.0.into_iter().map(|Named { header, field }| TemplateColumn { header, field });
    Ok(ImportTemplate { set_by: Some(OrgRef::of(by, &names)), columns: columns.collect() })
}

/// The same as the rules know it.
pub(super) fn mapping(columns: Vec<TemplateColumn>) -> Mapping {
    let named = |TemplateColumn { header, field }| Named { header: header.trim().to_owned(), field };
    Mapping(columns.into_iter().map(named).collect())
}
