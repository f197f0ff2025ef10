//! Campaigns (主题活动): prepared, held by several organisations, opened and closed by hand or by themselves. Which wishes
//! belong to one is [`list`]'s, what came of it [`report`]'s, what everybody sees [`public`]'s.

mod hosting;
mod list;
mod public;
mod report;

pub use hosting::answer_host;
pub use list::{check_listed, joining, place, placed};
pub use public::{Progress, Shown, page, shown};
pub use report::report;

use super::{
    Context,
    directory::Map,
    event,
    event::{About, Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    campaign::{Campaign, Content, HostStatus, Status},
    event::Kind,
    id::{CampaignId, OrganisationId},
    membership::Role,
    publication::may_be_named,
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use store::{
    Conn,
    campaign::{Filter, Host},
    organisation::Line,
};

/// A campaign with the organisations that hold it.
#[derive(Debug)]
pub struct Hosted {
    /// The campaign.
    pub campaign: Campaign,
    /// Who holds it with whoever made it, is asked to, or said no.
    pub hosts: Vec<Host>,
    /// Of those who hold it, whom everybody is told of; who made it first. The wishes of a smaller circle are in its
    /// list without its name.
    pub named: Vec<OrganisationId>,
    line: Arc<Line>,
    /// Those who hold it with us, and their superiors.
    accepted: Vec<OrganisationId>,
    /// The same with those who were asked.
    asked: Vec<OrganisationId>,
}

impl Hosted {
    fn of(
        campaign: Campaign,
        hosts: Vec<Host>,
        lines: &Map<OrganisationId, Arc<Line>>,
    ) -> Result<Self, Failure> {
        let line = found(lines.get(&campaign.organisation_id).cloned())?;
        let others = |allowed: &[HostStatus]| -> Vec<OrganisationId> {
            let hosts = hosts.iter().filter(|host| allowed.contains(&host.status));
            hosts
                .filter_map(|host| lines.get(&host.organisation_id))
                .flat_map(|line| line.ids().to_vec())
                .collect()
        };
        let accepted = others(&[HostStatus::Accepted]);
        let asked = others(&[HostStatus::Accepted, HostStatus::Invited]);
        let is_wide = |id: &OrganisationId| lines.get(id).is_some_and(|line| may_be_named(line.level()));
        let holds = hosts.iter().filter(|host| host.status == HostStatus::Accepted);
        let mut named: Vec<_> = holds.map(|host| host.organisation_id).filter(is_wide).collect();
        named.sort_by_key(|id| *id != campaign.organisation_id);
        Ok(Self { campaign, hosts, named, line, accepted, asked })
    }

    /// What the access table is asked about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        let known = self.campaign.status().is_public();
        Subject { holder: self.line.ids(), origin: &self.asked, known, ..Subject::default() }
    }

    /// The same for what only those may who said that they hold it.
    fn held(&self) -> Subject<'_> {
        Subject { origin: &self.accepted, ..self.subject() }
    }

    /// Its tree.
    pub(super) fn root(&self) -> Option<OrganisationId> {
        self.line.ids().last().copied()
    }

    /// The acts that the caller may do to it as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let status = self.campaign.status();
        let lives = matches!(status, Status::Draft | Status::Open);
        let fits = |act: &Act| match act {
            Act::UpdateCampaign | Act::PlaceCampaignWishes => lives,
            Act::OpenCampaign | Act::CancelCampaign => status == Status::Draft,
            Act::CloseCampaign => status == Status::Open,
            _ => false,
        };
        let subject = self.held();
        Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
    }

    /// Whether the caller answers for this invitation.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn may_answer(&self, tx: &mut Conn, cx: &Context, host: &Host) -> Result<bool, Failure> {
        let lives = matches!(self.campaign.status(), Status::Draft | Status::Open);
        if !lives || host.status != HostStatus::Invited {
            return Ok(false);
        }
        let line = found(store::organisation::line(tx, host.organisation_id)?)?;
        let subject = Subject { holder: line.ids(), ..Subject::default() };
        Ok(cx.allow(Act::AcceptHosting, &subject).is_ok())
    }
}

fn hosted_all(tx: &mut Conn, campaigns: Vec<Campaign>) -> Result<Vec<Hosted>, Failure> {
    let ids: Vec<CampaignId> = campaigns.iter().map(|campaign| campaign.id).collect();
    let mut hosts: HashMap<CampaignId, Vec<Host>> = HashMap::new();
    for host in store::campaign::hosts(tx, &ids)? {
        hosts.entry(host.campaign_id).or_default().push(host);
    }
    let mut organisations: Vec<OrganisationId> =
        hosts.values().flatten().map(|host| host.organisation_id).collect();
    organisations.sort_unstable();
    organisations.dedup();
    let lines = store::organisation::lines(tx, &organisations)?;
    let lines = lines.into_iter().map(|(id, line)| (id, Arc::new(line))).collect();
    let of = |campaign: Campaign| {
        let hosts = hosts.remove(&campaign.id).unwrap_or_default();
        Hosted::of(campaign, hosts, &lines)
    };
    campaigns.into_iter().map(of).collect()
}

fn hosted(tx: &mut Conn, campaign: Campaign) -> Result<Hosted, Failure> {
    found(hosted_all(tx, vec![campaign])?.pop())
}

/// A campaign that the caller may ask for by `act`.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: CampaignId) -> Result<Hosted, Failure> {
    cx.user()?;
    let hosted = known(tx, id)?;
    cx.allow(act, &hosted.subject())?;
    Ok(hosted)
}

/// A campaign to look at, whoever asks.
pub(super) fn known(tx: &mut Conn, id: CampaignId) -> Result<Hosted, Failure> {
    let campaign = found(store::campaign::load(tx, id)?)?;
    hosted(tx, campaign)
}

/// A campaign held until the transaction ends, whoever asks.
pub(super) fn open_any(tx: &mut Conn, id: CampaignId) -> Result<Hosted, Failure> {
    let campaign = found(store::campaign::load_to_change(tx, id)?)?;
    hosted(tx, campaign)
}

/// A campaign that the caller may change by `act`, held until the transaction ends.
fn opened(tx: &mut Conn, cx: &Context, act: Act, id: CampaignId, seen: &Seen) -> Result<Hosted, Failure> {
    cx.user()?;
    let hosted = open_any(tx, id)?;
    // Who was asked knows of it, and cannot act yet.
    let held = hosted.held();
    cx.allow(act, &Subject { known: held.known || cx.actor.belongs(&hosted.asked), ..held })?;
    seen.check(hosted.campaign.version)?;
    Ok(hosted)
}

/// Saves a campaign as it is now, and records why.
fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    campaign: &mut Campaign,
    data: Facts,
) -> Result<(), Failure> {
    store::campaign::save(tx, campaign, cx.now)?;
    let about = About::campaign(campaign.id, campaign.version, campaign.organisation_id);
    event::of(tx, cx, kind, about, data)?;
    campaign.version = campaign.version.saturating_add(1);
    Ok(())
}

/// Begins to prepare a campaign, and asks others to hold it too.
///
/// # Errors
/// As the access table says; `place_too_fine` below the county; what [`Campaign::prepare`] refuses; `unknown_category`; `invalid` for a host of another
/// tree.
pub fn prepare(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    content: Content,
    with: &[OrganisationId],
) -> Result<Hosted, Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(Act::CreateCampaign, &Subject { holder: line.ids(), ..Subject::default() })?;
    if !may_be_named(line.level()) {
        return Err(Code::PlaceTooFine.into());
    }
    check_categories(tx, at, &content)?;
    let campaign = Campaign::prepare((cx.ids.make(), at), content, cx.user()?, cx.now)?;
    hosting::check(tx, &line, with)?;
    store::campaign::insert(tx, &campaign)?;
    let about = About::campaign(campaign.id, 0, at);
    event::of(tx, cx, Kind::CampaignCreated, about, facts([("hosts", json!(with))]))?;
    let host = |organisation_id, status| Host { campaign_id: campaign.id, organisation_id, status };
    store::campaign::invite(tx, host(at, HostStatus::Accepted))?;
    for other in with {
        store::campaign::invite(tx, host(*other, HostStatus::Invited))?;
    }
    hosted(tx, campaign)
}

fn check_categories(tx: &mut Conn, at: OrganisationId, content: &Content) -> Result<(), Failure> {
    let Some(rule) = content.rule.as_ref().filter(|rule| !rule.categories.is_empty()) else { return Ok(()) };
    let known = store::category::effective(tx, at)?;
    let is_known = |code: &String| known.iter().any(|one| one.code == *code && one.label.active);
    match rule.categories.iter().position(|code| !is_known(code)) {
        None => Ok(()),
        Some(at) => {
            let pointer = format!("/rule/categories/{at}");
            Err(Refusal::field(Code::UnknownCategory, &pointer, Fault::Unknown).into())
        }
    }
}

/// Says or asks something else; asks others to hold it, or no more. Who accepted stays.
///
/// # Errors
/// As the access table says; `stale`; what [`Campaign::revise`] refuses; `unknown_category`; `invalid` for a host of
/// another tree.
pub fn revise(
    tx: &mut Conn,
    cx: &Context,
    id: CampaignId,
    seen: &Seen,
    change: impl FnOnce(&mut Content),
    with: Option<&[OrganisationId]>,
) -> Result<Hosted, Failure> {
    let was = opened(tx, cx, Act::UpdateCampaign, id, seen)?;
    let mut content = was.campaign.content.clone();
    change(&mut content);
    check_categories(tx, was.campaign.organisation_id, &content)?;
    let mut campaign = was.campaign.clone().revise(content, cx.now)?;
    if let Some(with) = with {
        hosting::check(tx, &was.line, with)?;
        hosting::replace(tx, &was, with)?;
    }
    record(tx, cx, Kind::CampaignUpdated, &mut campaign, facts([("hosts", json!(with))]))?;
    hosted(tx, campaign)
}

/// Opens a campaign before its day.
///
/// # Errors
/// As the access table says; `stale`; what [`Campaign::open`] refuses.
pub fn open(tx: &mut Conn, cx: &Context, id: CampaignId, seen: &Seen) -> Result<Hosted, Failure> {
    let was = opened(tx, cx, Act::OpenCampaign, id, seen)?;
    let campaign = begin(tx, cx, was.campaign)?;
    hosted(tx, campaign)
}

fn begin(tx: &mut Conn, cx: &Context, campaign: Campaign) -> Result<Campaign, Failure> {
    let mut campaign = campaign.open(cx.now)?;
    record(tx, cx, Kind::CampaignOpened, &mut campaign, Facts::new())?;
    list::gather_anew(tx, cx, &mut campaign)?;
    Ok(campaign)
}

/// Closes a campaign before its last day.
///
/// # Errors
/// As the access table says; `stale`; what [`Campaign::close`] refuses.
pub fn close(
    tx: &mut Conn,
    cx: &Context,
    id: CampaignId,
    seen: &Seen,
    reason: &str,
) -> Result<Hosted, Failure> {
    let was = opened(tx, cx, Act::CloseCampaign, id, seen)?;
    let campaign = end(tx, cx, was.campaign, Some((cx.user()?, reason.to_owned())))?;
    hosted(tx, campaign)
}

fn end(
    tx: &mut Conn,
    cx: &Context,
    campaign: Campaign,
    early: Option<(domain::id::UserId, String)>,
) -> Result<Campaign, Failure> {
    let report = report(tx, cx, &campaign)?;
    let figures = report.figures;
    let mut campaign = campaign.close(report, early, cx.now)?;
    store::campaign::set_gather_after(tx, campaign.id, None)?;
    let data = facts([("wishes", json!(figures.wishes())), ("fulfilled", json!(figures.fulfilled))]);
    record(tx, cx, Kind::CampaignClosed, &mut campaign, data)?;
    Ok(campaign)
}

/// Says that a campaign does not take place.
///
/// # Errors
/// As the access table says; `stale`; what [`Campaign::cancel`] refuses.
pub fn cancel(
    tx: &mut Conn,
    cx: &Context,
    id: CampaignId,
    seen: &Seen,
    reason: &str,
) -> Result<Hosted, Failure> {
    let was = opened(tx, cx, Act::CancelCampaign, id, seen)?;
    let mut campaign = was.campaign.cancel(reason, cx.user()?, cx.now)?;
    record(tx, cx, Kind::CampaignCancelled, &mut campaign, Facts::new())?;
    hosted(tx, campaign)
}

/// Campaigns that an organisation of the caller's holds, or is asked to hold, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn all(
    tx: &mut Conn,
    cx: &Context,
    status: Option<Status>,
    before: Option<CampaignId>,
    rows: i64,
) -> Result<Vec<Hosted>, Failure> {
    cx.allow(Act::ListCampaigns, &Subject::default())?;
    let roots = cx.actor.roots(&[Role::Coordinator, Role::Admin, Role::Auditor]);
    let found = store::campaign::list(tx, &Filter { roots: Some(roots), status, before }, rows)?;
    hosted_all(tx, found)
}

/// What time does: a campaign opens on its first day and closes after its last. Early or double calls do nothing.
///
/// # Errors
/// When the database refuses.
pub fn turn(tx: &mut Conn, cx: &Context, id: CampaignId) -> Result<bool, Failure> {
    let campaign = found(store::campaign::load_to_change(tx, id)?)?;
    if campaign.due_at().is_none_or(|due| due > cx.now) {
        return Ok(false);
    }
    let campaign = match campaign.status() {
        Status::Draft => begin(tx, cx, campaign)?,
        _ => campaign,
    };
    // Who looks late opens it, counts, and closes it.
    if campaign.due_at().is_some_and(|due| due <= cx.now) {
        end(tx, cx, campaign, None)?;
    }
    Ok(true)
}

/// Campaigns of which time has something to do at the context's time.
///
/// # Errors
/// When the database does not answer.
pub fn to_turn(
    tx: &mut Conn,
    cx: &Context,
    after: Option<(Instant, CampaignId)>,
    rows: i64,
) -> Result<Vec<(Instant, CampaignId)>, Failure> {
    Ok(store::campaign::due(tx, cx.now, after, rows)?)
}

/// Goes on taking in what the rule of an open campaign asks for. Whether something is left.
///
/// # Errors
/// When the database refuses.
pub fn gather(tx: &mut Conn, cx: &Context, id: CampaignId) -> Result<bool, Failure> {
    let mut campaign = found(store::campaign::load_to_change(tx, id)?)?;
    list::gather(tx, cx, &mut campaign)
}
