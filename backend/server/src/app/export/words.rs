//! What a list covers, in words for its head: as whoever narrowed it down would say it.

use crate::{app::names::Names, problem::Failure};
use domain::{
    export::{
        claim_status,
        list::{Claims, List, Residents, Wishes},
        wish_status,
    },
    id::OrganisationId,
};
use store::Conn;

/// What a list covers.
///
/// # Errors
/// When the database does not answer.
pub(super) fn covers(tx: &mut Conn, at: OrganisationId, list: &List) -> Result<String, Failure> {
    let said = match list {
        List::Wishes(asked) | List::WishesWithResidents(asked) => wishes(tx, at, asked)?,
        List::Claims(asked) => claims(asked),
        List::Residents(asked) => residents(tx, at, asked)?,
    };
    Ok(if said.is_empty() { "全部".to_owned() } else { said.join("；") })
}

/// Words separated by commas, as people call them.
fn states<T: std::str::FromStr>(list: Option<&String>, word: fn(T) -> &'static str) -> Option<String> {
    let named: Vec<&str> = list?.split(',').filter_map(|one| one.parse().ok()).map(word).collect();
    Some(format!("状态：{}", named.join("、")))
}

/// An organisation, by its name where it stands in one line with whose list it is: of others nobody here need know it.
fn name(
    tx: &mut Conn,
    at: OrganisationId,
    id: Option<OrganisationId>,
    what: &str,
) -> Result<Option<String>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let related = !store::organisation::within(tx, &[at], &[id])?.is_empty()
        || !store::organisation::within(tx, &[id], &[at])?.is_empty();
    let names = Names::default().organisations(tx, Some(id).filter(|_| related))?;
    Ok(Some(format!("{what}：{}", names.organisation(id).map_or("另一个组织", |(name, _)| name))))
}

fn wishes(tx: &mut Conn, at: OrganisationId, asked: &Wishes) -> Result<Vec<String>, Failure> {
    let campaign = match asked.campaign_id {
        Some(id) => store::campaign::load(tx, id)?.map(|one| format!("主题活动：{}", one.content.title)),
        None => None,
    };
    let time = asked.from.zip(asked.to).map(|(from, to)| format!("征集时间：{from} 至 {to}"));
    let all = [
        time,
        states(asked.status.as_ref(), wish_status),
        asked.category.as_ref().map(|code| format!("类别：{code}")),
        asked.region_code.as_ref().map(|code| format!("区划：{code}")),
        name(tx, at, asked.holder_id, "责任组织")?,
        name(tx, at, asked.origin_id, "征集组织")?,
        campaign,
        asked.beneficiary_id.map(|_| "一位居民".to_owned()),
        asked.q.as_ref().map(|words| format!("含“{words}”")),
        asked.overdue.unwrap_or_default().then(|| "已超期".to_owned()),
    ];
    Ok(all.into_iter().flatten().collect())
}

fn claims(asked: &Claims) -> Vec<String> {
    let all = [
        states(asked.status.as_ref(), claim_status),
        asked.claimant_id.map(|_| "一个认领方".to_owned()),
        asked.wish_id.map(|_| "一条心愿".to_owned()),
    ];
    all.into_iter().flatten().collect()
}

fn residents(tx: &mut Conn, at: OrganisationId, asked: &Residents) -> Result<Vec<String>, Failure> {
    let all = [
        name(tx, at, asked.organisation_id, "组织")?,
        asked.household_id.map(|_| "一户".to_owned()),
        asked.consent_due.unwrap_or_default().then(|| "同意要重新问的".to_owned()),
    ];
    Ok(all.into_iter().flatten().collect())
}
