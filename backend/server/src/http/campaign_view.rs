//! Campaigns as they are sent: to their hosts, and to everybody.

use super::{
    claim_view::ClaimantRef,
    shared::{OrgRef, UserRef},
};
use crate::{
    app::{Context, campaign::Hosted, names::Names},
    problem::Failure,
};
use chrono::NaiveDate;
use domain::{
    campaign::{self as rules, HostStatus, State, Status},
    id::{CampaignId, PledgeId},
    pledge::Amount,
    publication::AgeBand,
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use store::Conn;

/// What a campaign is to reach; what is absent is no target.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CampaignTargets {
    /// Wishes fulfilled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    wishes: Option<i64>,
    /// Residents reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    people: Option<i64>,
    /// Hours given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    hours: Option<i64>,
    /// Worth of what was brought, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    value_fen: Option<i64>,
}

impl From<CampaignTargets> for rules::Targets {
    fn from(CampaignTargets { wishes, people, hours, value_fen }: CampaignTargets) -> Self {
        Self { wishes, people, hours, value_fen }
    }
}

impl From<rules::Targets> for CampaignTargets {
    fn from(rules::Targets { wishes, people, hours, value_fen }: rules::Targets) -> Self {
        Self { wishes, people, hours, value_fen }
    }
}

/// Which wishes of the hosts' subtrees belong to a campaign by themselves: those that are open when it opens, and those
/// that are published while it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CampaignRule {
    /// Of these categories; of any when empty.
    #[schema(max_items = 50, examples(json!(["thing"])))]
    categories: Vec<String>,
    /// Of residents of whom the wall shows one of these bands of age; of any when empty.
    #[schema(max_items = 10, examples(json!(["0-9", "10-19"])))]
    age_bands: Vec<String>,
}

impl CampaignRule {
    pub(super) fn rule(&self) -> Result<rules::Rule, Refusal> {
        let band = |(at, text): (usize, &String)| {
            let unknown = |_| Refusal::field(Code::Invalid, &format!("/rule/age_bands/{at}"), Fault::Unknown);
            text.parse::<AgeBand>().map_err(unknown)
        };
        let age_bands = self.age_bands.iter().enumerate().map(band).collect::<Result<_, _>>()?;
        Ok(rules::Rule { categories: self.categories.clone(), age_bands })
    }

    fn of(rule: &rules::Rule) -> Self {
        let age_bands = rule.age_bands.iter().map(ToString::to_string).collect();
        Self { categories: rule.categories.clone(), age_bands }
    }
}

/// An organisation that holds a campaign with the one that made it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CampaignHost {
    /// Who.
    organisation: OrgRef,
    /// What it said.
    status: HostStatus,
    /// The caller answers for it.
    may_answer: bool,
}

/// A themed, dated list of wishes (主题活动), as its hosts see it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Campaign {
    /// Its id.
    pub(super) id: CampaignId,
    /// Where it stands.
    status: Status,
    /// Its name; public.
    title: String,
    /// What it is about; public.
    theme: String,
    /// Who made it and answers for it.
    organisation: OrgRef,
    /// Who holds it too, or was asked to.
    hosts: Vec<CampaignHost>,
    /// The day on which it opens by itself.
    starts_on: NaiveDate,
    /// Its last day.
    ends_on: NaiveDate,
    /// Which wishes belong to it by themselves; absent where all are chosen by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<CampaignRule>,
    /// What it is to reach.
    targets: CampaignTargets,
    /// Since when it is, or was, open.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_at: Option<Instant>,
    /// When it was closed or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<Instant>,
    /// Who ended it, where that was not its last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<UserRef>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_reason: Option<String>,
    /// What the caller may do now, as operation ids.
    may: Vec<&'static str>,
    /// Who entered it.
    created_by: UserRef,
    /// Counts its changes.
    pub(super) version: i64,
    /// When it was entered.
    created_at: Instant,
}

pub(super) fn all(tx: &mut Conn, cx: &Context, found: Vec<Hosted>) -> Result<Vec<Campaign>, Failure> {
    let hosts = found.iter().flat_map(|one| one.hosts.iter().map(|host| host.organisation_id));
    let ended = |state: &State| match state {
        State::Closed { early, .. } => early.as_ref().map(|(by, _)| *by),
        State::Cancelled { by, .. } => Some(*by),
        State::Draft | State::Open { .. } => None,
    };
    let people = found
        .iter()
        .flat_map(|one| std::iter::once(one.campaign.created_by).chain(ended(&one.campaign.state)));
    let people: Vec<_> = people.collect();
    let names = Names::default().organisations(tx, hosts.collect::<Vec<_>>())?.users(tx, people)?;
    found.into_iter().map(|one| shape(tx, cx, one, &names)).collect()
}

fn shape(tx: &mut Conn, cx: &Context, hosted: Hosted, names: &Names) -> Result<Campaign, Failure> {
    let may = hosted.acts(cx).into_iter().map(domain::access::Act::operation_id).collect();
    let mut hosts = Vec::new();
    for host in &hosted.hosts {
        if host.organisation_id != hosted.campaign.organisation_id {
            let organisation = OrgRef::of(host.organisation_id, names);
            let may_answer = hosted.may_answer(tx, cx, host)?;
            hosts.push(CampaignHost { organisation, status: host.status, may_answer });
        }
    }
    let of = hosted.campaign;
    let (status, opened_at) = (of.status(), of.opened_at());
    let (ended_at, ended) = match of.state {
        State::Draft | State::Open { .. } => (None, None),
        State::Closed { at, early, .. } => (Some(at), early),
        State::Cancelled { at, by, reason } => (Some(at), Some((by, reason))),
    };
    Ok(Campaign {
        id: of.id,
        status,
        organisation: OrgRef::of(of.organisation_id, names),
        hosts,
        starts_on: of.content.starts_on,
        ends_on: of.content.ends_on,
        rule: of.content.rule.as_ref().map(CampaignRule::of),
        targets: of.content.targets.into(),
        title: of.content.title,
        theme: of.content.theme,
        opened_at,
        ended_at,
        ended_by: ended.as_ref().map(|(by, _)| UserRef::of(*by, names)),
        ended_reason: ended.map(|(_, reason)| reason),
        may,
        created_by: UserRef::of(of.created_by, names),
        version: of.version,
        created_at: of.created_at,
    })
}

pub(super) fn one(tx: &mut Conn, cx: &Context, hosted: Hosted) -> Result<Campaign, Failure> {
    crate::app::found(all(tx, cx, vec![hosted])?.pop())
}

/// What is undertaken, or was brought.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(super) struct PledgeAmount {
    /// Wishes.
    #[serde(skip_serializing_if = "Option::is_none")]
    wishes: Option<i64>,
    /// Hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<i64>,
    /// Worth, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    value_fen: Option<i64>,
}

impl From<Amount> for PledgeAmount {
    fn from(Amount { wishes, hours, value_fen }: Amount) -> Self {
        Self { wishes, hours, value_fen }
    }
}

/// What was brought and confirmed since the campaign opened.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(super) struct CampaignBrought {
    /// Wishes of which a share was brought.
    wishes: i64,
    /// Hours given, to the quarter.
    hours: f64,
    /// Worth, in fen.
    value_fen: i64,
}

impl From<rules::Brought> for CampaignBrought {
    #[expect(clippy::cast_precision_loss, reason = "hours are far below 2^52 quarters")]
    fn from(rules::Brought { wishes, quarter_hours, value_fen }: rules::Brought) -> Self {
        Self { wishes, hours: quarter_hours as f64 / 4.0, value_fen }
    }
}

/// What one claimant undertook, and brought.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CampaignPledge {
    /// The pledge.
    id: PledgeId,
    /// Who.
    claimant: ClaimantRef,
    /// What they undertook.
    pledged: PledgeAmount,
    /// What they brought.
    brought: CampaignBrought,
}

/// What came of a campaign.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CampaignReport {
    /// The moment that it is of: when it closed, or now.
    as_of: Instant,
    /// It is closed: these figures stay.
    frozen: bool,
    /// What it is to reach.
    targets: CampaignTargets,
    /// Wishes of its list, without those that were declined or taken back. A wish counts once with the parts that were
    /// split off.
    wishes: i64,
    /// Of these, not published yet.
    waiting: i64,
    /// Of these, waiting for claimants.
    open: i64,
    /// Of these, claimed or brought.
    under_way: i64,
    /// Of these, fulfilled.
    fulfilled: i64,
    /// Wishes of its list that were declined or taken back.
    ended: i64,
    /// Residents of whom something was confirmed, each once.
    people: i64,
    /// Claimants who brought something, each once.
    claimants: i64,
    /// What they brought.
    brought: CampaignBrought,
    /// The pledges that hold, the oldest first.
    pledges: Vec<CampaignPledge>,
}

pub(super) fn report(
    tx: &mut Conn,
    campaign: &rules::Campaign,
    report: &rules::Report,
) -> Result<CampaignReport, Failure> {
    let names = Names::default().claimants(tx, report.pledges.iter().map(|line| line.claimant_id))?;
    let pledge = |line: &rules::PledgeLine| CampaignPledge {
        id: line.pledge_id,
        claimant: ClaimantRef::of(line.claimant_id, &names),
        pledged: line.pledged.into(),
        brought: line.brought.into(),
    };
    let figures = report.figures;
    Ok(CampaignReport {
        as_of: report.as_of,
        frozen: matches!(campaign.state, State::Closed { .. }),
        targets: campaign.content.targets.into(),
        wishes: figures.wishes(),
        waiting: figures.waiting,
        open: figures.open,
        under_way: figures.under_way,
        fulfilled: figures.fulfilled,
        ended: figures.ended,
        people: figures.people,
        claimants: figures.claimants,
        brought: figures.brought.into(),
        pledges: report.pledges.iter().map(pledge).collect(),
    })
}
