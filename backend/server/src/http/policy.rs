//! The time rules of organisations over HTTP.

use super::{
    caller::Caller,
    event::NoFilter,
    extract::{Body, IfMatch, Listing, Page, Paging, Path},
    reply::Reply,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{self, names::Names, policy as work},
    etag::{self, Keep},
    openapi::{Problems, ReadProblems},
    problem::{Failure, Internal},
    routes::Routes,
};
use actix_web::{HttpRequest, HttpResponse, get, put};
use domain::{
    id::{OrganisationId, PolicyChangeId},
    policy::{Change, Effective, Policy as Rules},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};
use store::organisation::Line;

/// An organisation's own time rules, in working days; what is absent or null is inherited.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Policy {
    /// From taken in to published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    review_days: Option<u16>,
    /// On the wall before it goes up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    open_days: Option<u16>,
    /// From claimed to the first contact; also to answer a dispatch.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    contact_days: Option<u16>,
    /// From claimed to delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    delivery_days: Option<u16>,
    /// From delivered to confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    confirm_days: Option<u16>,
    /// For a superior to answer an escalation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    escalation_days: Option<u16>,
    /// After it was fulfilled, to say that it did not arrive or does not work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 250)]
    reopen_days: Option<u16>,
    /// How many households a place must have before the wall names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    wall_households: Option<u16>,
    /// How many open claims one of its claimants may hold at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    most_open_claims: Option<u16>,
    /// How many of a hundred fulfilled wishes are drawn, for somebody who had no part in them to ask the resident again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    spot_check_percent: Option<u16>,
    /// For a household's pair to answer before anybody else is asked for a new wish; 0 asks nobody first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 250)]
    pair_first_days: Option<u16>,
}

impl From<Rules> for Policy {
    fn from(rules: Rules) -> Self {
        Self {
            review_days: rules.review_days,
            open_days: rules.open_days,
            contact_days: rules.contact_days,
            delivery_days: rules.delivery_days,
            confirm_days: rules.confirm_days,
            escalation_days: rules.escalation_days,
            reopen_days: rules.reopen_days,
            wall_households: rules.wall_households,
            most_open_claims: rules.most_open_claims,
            spot_check_percent: rules.spot_check_percent,
            pair_first_days: rules.pair_first_days,
        }
    }
}

impl From<Policy> for Rules {
    fn from(policy: Policy) -> Self {
        Self {
            review_days: policy.review_days,
            open_days: policy.open_days,
            contact_days: policy.contact_days,
            delivery_days: policy.delivery_days,
            confirm_days: policy.confirm_days,
            escalation_days: policy.escalation_days,
            reopen_days: policy.reopen_days,
            wall_households: policy.wall_households,
            most_open_claims: policy.most_open_claims,
            spot_check_percent: policy.spot_check_percent,
            pair_first_days: policy.pair_first_days,
        }
    }
}

/// The time rules that hold, in working days.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
struct EffectivePolicy {
    /// From taken in to published.
    review_days: u16,
    /// On the wall before it goes up.
    open_days: u16,
    /// From claimed to the first contact; also to answer a dispatch.
    contact_days: u16,
    /// From claimed to delivered.
    delivery_days: u16,
    /// From delivered to confirmed.
    confirm_days: u16,
    /// For a superior to answer an escalation.
    escalation_days: u16,
    /// After it was fulfilled, to say that it did not arrive or does not work.
    reopen_days: u16,
    /// How many households a place must have before the wall names it.
    wall_households: u16,
    /// How many open claims one of its claimants may hold at once; absent where nobody set a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    most_open_claims: Option<u16>,
    /// How many of a hundred fulfilled wishes are drawn, for somebody who had no part in them to ask the resident again.
    spot_check_percent: u16,
    /// For a household's pair to answer before anybody else is asked for a new wish; 0 asks nobody first.
    pair_first_days: u16,
}

impl From<Effective> for EffectivePolicy {
    fn from(rules: Effective) -> Self {
        Self {
            review_days: rules.review_days,
            open_days: rules.open_days,
            contact_days: rules.contact_days,
            delivery_days: rules.delivery_days,
            confirm_days: rules.confirm_days,
            escalation_days: rules.escalation_days,
            reopen_days: rules.reopen_days,
            wall_households: rules.wall_households,
            most_open_claims: rules.most_open_claims,
            spot_check_percent: rules.spot_check_percent,
            pair_first_days: rules.pair_first_days,
        }
    }
}

/// The time rules of an organisation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PolicyAnswer {
    /// What it set itself.
    own: Policy,
    /// What holds for it.
    effective: EffectivePolicy,
    /// Who set what holds, by the name of the rule; a rule that nobody set is the product's.
    set_by: BTreeMap<&'static str, OrgRef>,
}

impl PolicyAnswer {
    /// The rules, and the version of the organisation.
    fn of(line: &Line) -> Result<(Self, i64), Failure> {
        let node = app::found(line.nodes().first())?;
        let mut set_by = BTreeMap::new();
        for node in line.nodes() {
            let organisation = &node.organisation;
            let (name, level) = (organisation.profile.name.clone(), organisation.profile.level);
            let set = OrgRef { id: organisation.id, name, level };
            for (rule, _) in node.policy.fields().into_iter().filter(|(_, value)| value.is_some()) {
                set_by.entry(rule).or_insert_with(|| set.clone());
            }
        }
        let answer = Self { own: node.policy.into(), effective: line.policy().into(), set_by };
        Ok((answer, node.organisation.version))
    }

    /// The view for its tag: what is inherited changes without the organisation's version.
    fn view(&self) -> Result<String, Failure> {
        let mut hasher = DefaultHasher::new();
        serde_json::to_string(self)
            .map_err(|error| Internal::caused("writing rules", &error))?
            .hash(&mut hasher);
        Ok(format!("policy.{:016x}", hasher.finish()))
    }
}

/// How long each step may take for an organisation.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    responses((status = 200, description = "The rules", body = PolicyAnswer), (status = 304, description = "Not changed"), ReadProblems),
)]
#[get("/organisations/{id}/policy")]
async fn get_policy(
    req: HttpRequest,
    caller: Caller,
    id: Path<OrganisationId>,
) -> Result<HttpResponse, Failure> {
    let (rules, version) = caller.read(move |tx, cx| PolicyAnswer::of(&work::see(tx, cx, id.0)?)).await?;
    Ok(etag::answer(&req, version, &rules.view()?, Keep::Private, &rules))
}

/// Sets an organisation's own time rules, all of them.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation.")),
    request_body = Policy,
    responses((status = 200, description = "The rules now", body = PolicyAnswer), Problems),
)]
#[put("/organisations/{id}/policy")]
async fn put_policy(
    caller: Caller,
    id: Path<OrganisationId>,
    seen: IfMatch,
    body: Body<Policy>,
) -> Result<HttpResponse, Failure> {
    let rules = Rules::from(body.value);
    caller
        .change(None, move |tx, cx| {
            let (answer, version) = PolicyAnswer::of(&work::put(tx, cx, id.0, &seen.0, &rules)?)?;
            Ok(Reply::ok(&answer)?.tagged(version, &answer.view()?))
        })
        .await
}

/// A change of an organisation's own time rules.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PolicyChange {
    /// Its id.
    id: PolicyChangeId,
    /// When.
    at: Instant,
    /// Who.
    by: UserRef,
    /// What the organisation set itself from then on; what is absent was inherited.
    own: Policy,
}

/// What an organisation set itself, and when, newest first.
#[utoipa::path(
    tag = "organisations",
    params(("id" = OrganisationId, Path, description = "The organisation."), Paging),
    responses((status = 200, description = "A page", body = Page<PolicyChange>), ReadProblems),
)]
#[get("/organisations/{id}/policy/changes")]
async fn list_policy_changes(
    caller: Caller,
    id: Path<OrganisationId>,
    list: Listing<NoFilter>,
) -> Result<HttpResponse, Failure> {
    let (before, rows) = (list.after()?, list.rows());
    let found = caller
        .read(move |tx, cx| {
            let found = work::changes(tx, cx, id.0, before, rows)?;
            let names = Names::default().users(tx, found.iter().map(|one| one.by))?;
            let shape = |Change { id, at, by, policy, .. }: Change| PolicyChange {
                id,
                at,
                by: UserRef::of(by, &names),
                own: policy.into(),
            };
            Ok(found.into_iter().map(shape).collect::<Vec<_>>())
        })
        .await?;
    list.answer(found, |one| one.id, |one| one)
}

/// Mounts the time rules.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(get_policy).service(put_policy).service(list_policy_changes);
}
