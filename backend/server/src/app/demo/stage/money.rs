//! Money: a pool, what a platform reports of it, and what is bought.

use super::Stage;
use crate::{
    app::{self, found},
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::{Act, Actor, Program},
    id::{AllocationId, CampaignId, ClaimId, OrganisationId, PoolId, WishId},
    ledger::{Evidence, Profile, Report},
    platform,
};

/// So many people gave so much each, on a day.
pub(in crate::app::demo) struct Gift {
    pub days_ago: i64,
    pub people: usize,
    pub yuan: i64,
}

impl Stage<'_> {
    /// A pool of a campaign; more than `limit` yuan for one wish takes a second person.
    pub(in crate::app::demo) fn pool(
        &mut self,
        at: OrganisationId,
        of: CampaignId,
        (name, purpose): (&str, &str),
        limit: i64,
    ) -> Result<PoolId, Failure> {
        let profile = Profile {
            campaign_id: Some(of),
            name: name.to_owned(),
            purpose: purpose.to_owned(),
            categories: Vec::new(),
            raiser: "示例慈善会".to_owned(),
            raised_on: "示例公益平台".to_owned(),
        };
        Ok(app::ledger::create(self.tx, &self.cx, at, profile, limit * 100)?.id)
    }

    /// A platform that reports gifts, numbered one after the other.
    pub(in crate::app::demo) fn gifts(
        &mut self,
        at: OrganisationId,
        into: PoolId,
        gifts: &[Gift],
    ) -> Result<(), Failure> {
        let profile = platform::Profile {
            name: "示例公益平台".to_owned(),
            scopes: vec![platform::Scope::WishesRead, platform::Scope::DonationsWrite],
            networks: Vec::new(),
            claims: None,
            active: true,
        };
        let platform = app::platform::create(self.tx, &self.cx, at, profile)?;
        let program =
            Program { id: platform.id, organisation_id: at, scopes: platform.profile.scopes.clone() };
        let mut number = 0;
        for gift in gifts {
            let cx = self.base.at(self.base.now.plus_days(-gift.days_ago));
            let cx = cx.acting_as(Actor { platform: Some(program.clone()), ..Actor::default() });
            let mut report = || {
                number += 1;
                Report {
                    pool_id: into,
                    external_id: format!("SL-{number:04}"),
                    donor_ref: None,
                    amount_fen: gift.yuan * 100,
                    currency: domain::ledger::CURRENCY.to_owned(),
                    given_at: cx.now,
                }
            };
            let reports = (0..gift.people).map(|_| report()).collect();
            for taken in app::ledger::donation::report(self.tx, &cx, Act::CreateDonations, reports)? {
                taken?;
            }
        }
        Ok(())
    }

    pub(in crate::app::demo) fn ask(
        &mut self,
        pool: PoolId,
        wish: WishId,
        yuan: i64,
    ) -> Result<AllocationId, Failure> {
        Ok(app::ledger::allocation::create(self.tx, &self.cx, pool, wish, yuan * 100)?.id)
    }

    pub(in crate::app::demo) fn approve(&mut self, asked: AllocationId) -> Result<(), Failure> {
        app::ledger::allocation::approve(self.tx, &self.cx, asked, &Seen::Any).map(|_| ())
    }

    pub(in crate::app::demo) fn spend(
        &mut self,
        of: AllocationId,
        yuan: i64,
        invoice: &str,
    ) -> Result<(), Failure> {
        let bought = (yuan * 100, Evidence::Invoice(invoice.to_owned()));
        app::ledger::allocation::spend(self.tx, &self.cx, of, &Seen::Any, bought).map(|_| ())
    }

    /// The same things for several claims, brought in one act.
    pub(in crate::app::demo) fn deliver_packs(
        &mut self,
        claims: &[ClaimId],
        (name, yuan): (&str, i64),
        hours: i32,
    ) -> Result<(), Failure> {
        let count = found(i64::try_from(claims.len()).ok())?;
        let item = domain::claim::Item {
            name: name.to_owned(),
            quantity: count,
            value_fen: Some(yuan * 100 * count),
        };
        let packs = domain::claim::Packs {
            note: None,
            items: vec![item],
            quarter_hours: Some(hours * 4),
            recipients: claims.iter().map(|&claim| (claim, Vec::new())).collect(),
            by: self.cx.user()?,
            at: self.cx.now,
        };
        app::delivery::deliver_many(self.tx, &self.cx, packs).map(|_| ())
    }
}
