//! Doubles over HTTP: who may be one, two records beside each other, the merge and its end. Masked: who decides on
//! values looks at both records first, and each look is recorded.

use super::{
    beneficiary_view::{Beneficiary, masked},
    caller::Caller,
    distinction::{self, Distinction},
    extract::{Body, Idempotency, IfMatch, IfMatchOptional, Path, Query},
    reply::Reply,
    shared::UserRef,
    wish::Nothing,
};
use crate::{
    app::{
        Context,
        merge::{self as work, Asked, Told},
        names::Names,
    },
    etag::Keep,
    openapi::{Problems, ReadProblems},
    problem::Failure,
    routes::Routes,
};
use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, HeaderValue},
    post,
};
use domain::{
    id::{BeneficiaryId, MergeId, OrganisationId},
    likeness::Alike,
    merge::{Choices, PersonField, Reason, Side},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::{Conn, merge::Belongings as Counted};

/// How a merge is shown.
const VIEW: &str = "merge";

/// Of whom.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DoublesOf {
    /// Those who may be this resident alone.
    beneficiary_id: Option<BeneficiaryId>,
    /// Those whom somebody told apart, in place of the others.
    #[serde(default)]
    #[param(required = false)]
    told_apart: bool,
}

/// Two residents who may be one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Double {
    /// The older record, masked.
    one: Beneficiary,
    /// The newer record, masked.
    other: Beneficiary,
    /// In what they agree.
    alike: Vec<Alike>,
}

/// Residents who may be one.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Doubles {
    /// At most 100; those that agree in most things first.
    items: Vec<Double>,
    /// Nothing was left out for want of room; else ask further down the tree.
    complete: bool,
}

/// The residents of an organisation and all below it who may be one: of one name, or of one number and one name or date
/// of birth, unless a date of birth or an identity number speaks against it. Among the newest 2,000. A hint: a person
/// compares and decides. Those whom somebody told apart are left out.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = OrganisationId, Path, description = "The organisation."), DoublesOf),
    responses((status = 200, description = "Those who may be one", body = Doubles), ReadProblems),
)]
#[get("/organisations/{id}/doubles")]
async fn list_doubles(
    caller: Caller,
    id: Path<OrganisationId>,
    of: Query<DoublesOf>,
) -> Result<HttpResponse, Failure> {
    let DoublesOf { beneficiary_id, told_apart } = of.0;
    let work = move |tx: &mut Conn, cx: &Context| {
        let found = work::list_doubles(tx, cx, id.0, beneficiary_id, told_apart)?;
        let mut items = Vec::with_capacity(found.pairs.len());
        for pair in found.pairs {
            let [one, other] = both(tx, cx, pair.one, pair.other)?;
            items.push(Double { one, other, alike: pair.alike });
        }
        Ok(Doubles { items, complete: found.complete })
    };
    Ok(kept(caller.read_slow(work).await?))
}

fn both(
    tx: &mut Conn,
    cx: &Context,
    one: domain::beneficiary::Beneficiary,
    other: domain::beneficiary::Beneficiary,
) -> Result<[Beneficiary; 2], Failure> {
    let shown = masked(tx, vec![one, other], cx.now.date())?;
    shown.try_into().map_err(|_| crate::problem::Internal::new("two records are shown as two").into())
}

fn kept(body: impl Serialize) -> HttpResponse {
    let keep = (CACHE_CONTROL, HeaderValue::from_static(Keep::Never.cache_control()));
    HttpResponse::Ok().insert_header(keep).json(body)
}

/// With which record.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Beside {
    /// The record that would be merged.
    other_id: BeneficiaryId,
}

/// How much hangs on a record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Belongings {
    /// Wishes.
    wishes: i64,
    /// Consents, also those that were taken back.
    consents: i64,
    /// Pairings.
    pairings: i64,
    /// Referrals.
    referrals: i64,
}

impl From<Counted> for Belongings {
    fn from(Counted { wishes, consents, pairings, referrals }: Counted) -> Self {
        Self { wishes, consents, pairings, referrals }
    }
}

/// Two records beside each other.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RecordComparison {
    /// The one that would be left, masked.
    survivor: Beneficiary,
    /// The one that would point at it, masked.
    merged: Beneficiary,
    /// The fields in which they differ, also where the masks look alike; a merge decides each.
    differing: Vec<PersonField>,
    /// In what they agree, where it makes them one; empty where nothing says so, or something speaks against it.
    alike: Vec<Alike>,
    /// What hangs on the one that would be left.
    survivor_has: Belongings,
    /// What hangs on the other.
    merged_has: Belongings,
    /// Who said that they are two people, and how they know; absent where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    told_apart: Option<Distinction>,
}

/// Two records beside each other, field by field, masked. To read the values, reveal each.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The record that would be left."), Beside),
    responses((status = 200, description = "Both", body = RecordComparison), Problems),
)]
#[get("/beneficiaries/{id}/comparison")]
async fn compare_beneficiaries(
    caller: Caller,
    id: Path<BeneficiaryId>,
    beside: Query<Beside>,
) -> Result<HttpResponse, Failure> {
    let other = beside.0.other_id;
    let body = caller
        .read(move |tx, cx| {
            let found = work::compare(tx, cx, id.0, other)?;
            let (survivor_has, merged_has) = found.belongings;
            let told_apart = found.told_apart.map(|said| distinction::shown(tx, said)).transpose()?;
            let [survivor, merged] = both(tx, cx, found.survivor, found.merged)?;
            Ok(RecordComparison {
                survivor,
                merged,
                differing: found.differing,
                alike: found.alike,
                survivor_has: survivor_has.into(),
                merged_has: merged_has.into(),
                told_apart,
            })
        })
        .await?;
    Ok(kept(body))
}

/// Whose value of each field stands; of those that differ, all and no others.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeChoices {
    /// The name.
    name: Option<Side>,
    /// The telephone number.
    phone: Option<Side>,
    /// The address.
    address: Option<Side>,
    /// The resident identity number.
    id_number: Option<Side>,
    /// The date of birth.
    birth_date: Option<Side>,
    /// In what difficulty.
    hardships: Option<Side>,
}

impl From<MergeChoices> for Choices {
    fn from(of: MergeChoices) -> Self {
        let all = [
            (PersonField::Name, of.name),
            (PersonField::Phone, of.phone),
            (PersonField::Address, of.address),
            (PersonField::IdNumber, of.id_number),
            (PersonField::BirthDate, of.birth_date),
            (PersonField::Hardships, of.hardships),
        ];
        all.into_iter().filter_map(|(field, side)| Some((field, side?))).collect()
    }
}

/// What is merged.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMerge {
    /// The record that is to point at the one that is left.
    merged_id: BeneficiaryId,
    /// The version of it that was seen; that of the one that is left stands in If-Match.
    #[schema(minimum = 1)]
    merged_version: i64,
    /// Whose value of each field that differs stands.
    #[serde(default)]
    #[schema(required = false)]
    choices: MergeChoices,
    /// Why the two are one.
    reason: Reason,
}

/// What came since a merge, and stays where it is when it is undone.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MergeSince {
    /// Written down for the survivor.
    survivor: Belongings,
    /// Written down for the merged record.
    merged: Belongings,
    /// Fields that the survivor took and that somebody changed since.
    fields: Vec<PersonField>,
}

/// A merge of two records of one resident.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Merge {
    /// Its id.
    id: MergeId,
    /// The record that speaks for both.
    survivor_id: BeneficiaryId,
    /// The record that points at it.
    merged_id: BeneficiaryId,
    /// Why.
    reason: Reason,
    /// The fields that the survivor took from the other.
    taken: Vec<PersonField>,
    /// By whom.
    merged_by: UserRef,
    /// When.
    merged_at: Instant,
    /// By whom it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_by: Option<UserRef>,
    /// When it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    undone_at: Option<Instant>,
    /// What undoing it leaves, or left, where it is; absent in a list once it was undone or the resident erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<MergeSince>,
    /// Counts its changes.
    version: i64,
}

/// The merges of a record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Merges {
    /// At most 50, newest first.
    items: Vec<Merge>,
}

fn shown(tx: &mut Conn, all: Vec<Told>) -> Result<Vec<Merge>, Failure> {
    let by = all.iter().flat_map(|one| {
        [Some(one.merge.merged_by), one.merge.undone.map(|(by, _)| by)].into_iter().flatten()
    });
    let names = Names::default().users(tx, by.collect::<Vec<_>>())?;
    let show = |Told { merge, since }: Told| Merge {
        id: merge.id,
        survivor_id: merge.survivor_id,
        merged_id: merge.merged_id,
        reason: merge.reason,
        taken: merge.taken,
        merged_by: UserRef::of(merge.merged_by, &names),
        merged_at: merge.merged_at,
        undone_by: merge.undone.map(|(by, _)| UserRef::of(by, &names)),
        undone_at: merge.undone.map(|(_, at)| at),
        since: since.map(|since| MergeSince {
            survivor: since.survivor.into(),
            merged: since.merged.into(),
            fields: since.fields,
        }),
        version: merge.version,
    };
    Ok(all.into_iter().map(show).collect())
}

fn one(tx: &mut Conn, told: Told) -> Result<Merge, Failure> {
    crate::app::found(shown(tx, vec![told])?.pop())
}

/// Merges another record of the same resident into this one. Each field that differs is decided by a person; both
/// versions that were seen are told, so that nothing is overwritten unseen. What hangs on the other record (wishes,
/// consents, pairings, referrals, visits, looks) stays there, and is shown and counted with this one. The same once
/// more is the same merge. [`undo_merge`] makes them two again.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The record that is left.")),
    request_body = NewMerge,
    responses((status = 201, description = "Merged", body = Merge), Problems),
)]
#[post("/beneficiaries/{id}/merges")]
async fn merge_beneficiary(
    caller: Caller,
    id: Path<BeneficiaryId>,
    seen: IfMatch,
    idem: Idempotency,
    body: Body<NewMerge>,
) -> Result<HttpResponse, Failure> {
    let keyed = idem.keyed(&body.digest);
    let NewMerge { merged_id, merged_version, choices, reason } = body.value;
    let asked = Asked { merged_id, merged_version, choices: choices.into(), reason };
    caller
        .change(keyed, move |tx, cx| {
            let merge = work::merge(tx, cx, id.0, &seen.0, &asked)?;
            let shown = one(tx, Told { merge, since: None })?;
            let at = format!("/beneficiaries/{}/merges", shown.survivor_id);
            Ok(Reply::created(at, &shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// The merges that a record is or was part of, on either side.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = BeneficiaryId, Path, description = "The record.")),
    responses((status = 200, description = "Its merges", body = Merges), ReadProblems),
)]
#[get("/beneficiaries/{id}/merges")]
async fn list_merges(caller: Caller, id: Path<BeneficiaryId>) -> Result<HttpResponse, Failure> {
    let items = caller
        .read(move |tx, cx| {
            let all = work::list(tx, cx, id.0)?;
            shown(tx, all)
        })
        .await?;
    Ok(kept(Merges { items }))
}

/// Undoes a merge: each record is again as it was, but for fields that somebody changed since. What was written down
/// since stays with the record that it was written down for; the answer says what that is.
#[utoipa::path(
    tag = "beneficiaries",
    params(("id" = MergeId, Path, description = "The merge.")),
    request_body = Nothing,
    responses((status = 200, description = "Undone", body = Merge), Problems),
)]
#[post("/merges/{id}/undo")]
async fn undo_merge(
    caller: Caller,
    id: Path<MergeId>,
    seen: IfMatchOptional,
    idem: Idempotency,
    body: Body<Nothing>,
) -> Result<HttpResponse, Failure> {
    caller
        .change(idem.keyed(&body.digest), move |tx, cx| {
            let told = work::undo(tx, cx, id.0, &seen.0)?;
            let shown = one(tx, told)?;
            Ok(Reply::ok(&shown)?.tagged(shown.version, VIEW))
        })
        .await
}

/// Mounts the operations on doubles.
pub fn routes(routes: &mut Routes<'_>) {
    routes
        .service(list_doubles)
        .service(compare_beneficiaries)
        .service(merge_beneficiary)
        .service(list_merges)
        .service(undo_merge);
}
