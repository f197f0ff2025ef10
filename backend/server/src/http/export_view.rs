//! What is shown of exports: what was asked for and what for, who agreed, and how far it has come; nothing that stands in a file.

use super::{
    language::Language,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, export as work, found, names::Names},
    problem::Failure,
};
use domain::{
    export::{
        Export as Domain, MOST_DOWNLOADS, Status,
        list::{Claims, List, Residents, Subject, Wishes},
    },
    id::{ExportId, OrganisationId},
    refusal::Code,
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// A list that names nobody, as it is narrowed down: by the words of the operation that shows it.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(tag = "subject", content = "filter", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ExportList {
    /// Wishes.
    Wishes(Wishes),
    /// Claims, with the names of units.
    Claims(Claims),
}

impl From<ExportList> for List {
    fn from(list: ExportList) -> Self {
        match list {
            ExportList::Wishes(filter) => Self::Wishes(filter),
            ExportList::Claims(filter) => Self::Claims(filter),
        }
    }
}

/// A list that names residents.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(tag = "subject", content = "filter", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum PersonalExportList {
    /// Residents, with name, phone and address.
    Residents(Residents),
    /// Wishes, with the same of their residents.
    WishesWithResidents(Wishes),
}

impl From<PersonalExportList> for List {
    fn from(list: PersonalExportList) -> Self {
        match list {
            PersonalExportList::Residents(filter) => Self::Residents(filter),
            PersonalExportList::WishesWithResidents(filter) => Self::WishesWithResidents(filter),
        }
    }
}

/// Why there is no file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ExportFailure {
    /// A stable code.
    #[schema(examples("export_too_long"))]
    code: String,
    /// For a person.
    detail: &'static str,
}

impl ExportFailure {
    fn of(code: String, language: Language) -> Self {
        let known = Code::ALL.iter().find(|known| known.as_str() == code).unwrap_or(&Code::Internal);
        Self { code, detail: language.of(known.text()) }
    }
}

/// A list that is taken out as a file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Export {
    /// Its id.
    pub(super) id: ExportId,
    /// Counts its changes.
    pub(super) version: i64,
    /// Whose list.
    organisation: OrgRef,
    /// Which list.
    subject: Subject,
    /// It names residents.
    personal: bool,
    /// What it covers, in words, as they stand at its head.
    #[schema(examples("征集时间：2026-11 至 2026-11；状态：待认领"))]
    covers: String,
    /// What it is for, where it names residents.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// Where it stands.
    status: Status,
    /// Who asked, and alone may take it.
    asked_by: UserRef,
    /// The second person.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<UserRef>,
    /// Why they did not agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Why there is no file.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<ExportFailure>,
    /// How many rows the file has.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<i64>,
    /// Until when somebody may agree, or the file is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
    /// How often it was taken.
    downloads: i32,
    /// How often it may be taken; absent where that does not end.
    #[serde(skip_serializing_if = "Option::is_none")]
    most_downloads: Option<i32>,
    /// The operations that the caller may do now, by operation id.
    #[schema(examples(json!(["approve_export", "decline_export"])))]
    may: Vec<&'static str>,
    /// When it was asked for.
    created_at: Instant,
}

/// Some exports.
pub(super) fn shape(
    tx: &mut Conn,
    cx: &Context,
    list: Vec<Domain>,
    language: Language,
) -> Result<Vec<Export>, Failure> {
    let places: Vec<OrganisationId> = list.iter().map(|one| one.organisation_id).collect();
    let lines = store::organisation::lines(tx, &places)?;
    let people = list.iter().flat_map(|one| [Some(one.asked_by), one.answered_by]).flatten();
    let names = Names::default().organisations(tx, places)?.users(tx, people)?;
    let one = |of: Domain| {
        let asked = work::asked(cx, &of)?;
        let line = found(lines.get(&of.organisation_id))?;
        let may = work::acts(cx, &of, line.ids()).into_iter().map(domain::access::Act::operation_id);
        let personal = of.subject.is_personal();
        Ok(Export {
            id: of.id,
            version: of.version,
            organisation: OrgRef::of(of.organisation_id, &names),
            subject: of.subject,
            personal,
            covers: asked.covers,
            purpose: asked.purpose,
            status: of.status,
            asked_by: UserRef::of(of.asked_by, &names),
            answered_by: of.answered_by.map(|id| UserRef::of(id, &names)),
            answer: work::answer(cx, &of)?,
            rows: of.rows,
            until: of.until,
            downloads: of.downloads,
            most_downloads: personal.then_some(MOST_DOWNLOADS),
            may: may.collect(),
            created_at: of.created_at,
            failure: of.failure.map(|code| ExportFailure::of(code, language)),
        })
    };
    list.into_iter().map(one).collect()
}

/// One export.
pub(super) fn see(tx: &mut Conn, cx: &Context, of: Domain, language: Language) -> Result<Export, Failure> {
    found(shape(tx, cx, vec![of], language)?.pop())
}
