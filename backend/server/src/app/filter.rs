//! Lists as callers narrow them down: their words, read into what the store is asked. The same for a list that is shown and for one that
//! is taken out.

use domain::{
    export::list::{Claims, Residents, Wishes},
    id::WishId,
    refusal::{Code, Fault, Refusal},
    tally::Window,
    time::Instant,
};
use std::str::FromStr;
use store::{beneficiary, claim, search::Query as Search, wish};

fn invalid(name: &str, fault: Fault) -> Refusal {
    Refusal::field(Code::Invalid, name, fault)
}

/// Words separated by commas.
fn words<T: FromStr>(list: Option<&String>, name: &str) -> Result<Vec<T>, Refusal> {
    let all = list.into_iter().flat_map(|list| list.split(',')).map(str::parse).collect::<Result<_, _>>();
    all.map_err(|_| invalid(name, Fault::Unknown))
}

/// Which wishes are asked for, as of `now`.
///
/// # Errors
/// `invalid`.
pub fn wishes(asked: &Wishes, now: Instant, before: Option<WishId>) -> Result<wish::Filter, Refusal> {
    let digits = |code: &&String| (2..=12).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    if asked.region_code.as_ref().is_some_and(|code| !digits(&code)) {
        return Err(invalid("region_code", Fault::Format));
    }
    if asked.q.as_ref().is_some_and(|q| q.chars().count() > 60) {
        return Err(invalid("q", Fault::TooLong));
    }
    let collected = match (asked.origin_id, asked.from, asked.to) {
        (None, None, None) => None,
        (Some(origin), from, to) => {
            let window = from.zip(to).and_then(|(from, to)| Window::of(from, to));
            Some((origin, window.ok_or_else(|| invalid("to", Fault::OutOfRange))?.instants()))
        }
        (None, ..) => return Err(invalid("origin_id", Fault::Required)),
    };
    Ok(wish::Filter {
        collected,
        statuses: words(asked.status.as_ref(), "status")?,
        category: asked.category.clone(),
        region: asked.region_code.clone(),
        holder: asked.holder_id,
        beneficiary: asked.beneficiary_id,
        campaign: asked.campaign_id,
        overdue_at: asked.overdue.unwrap_or_default().then_some(now),
        search: asked.q.as_deref().and_then(Search::parse),
        before,
        ..wish::Filter::default()
    })
}

/// Which claims are asked for.
///
/// # Errors
/// `invalid`.
pub fn claims(asked: &Claims) -> Result<claim::Filter, Refusal> {
    Ok(claim::Filter {
        claimant: asked.claimant_id,
        wish: asked.wish_id,
        statuses: words(asked.status.as_ref(), "status")?,
        ..claim::Filter::default()
    })
}

/// Which residents are asked for.
#[must_use]
pub fn residents(asked: &Residents) -> beneficiary::Filter {
    beneficiary::Filter {
        organisation_id: asked.organisation_id,
        household_id: asked.household_id,
        consent_due: asked.consent_due.unwrap_or_default(),
        ..beneficiary::Filter::default()
    }
}
