//! Platforms (公益平台): third parties that read what residents agreed to share with them, by a program and
//! with a key. Each belongs to one organisation and sees what that organisation's subtree shares.
//!
//! Owns who lets a platform in, what it may do, from where, and how long a key lives. Must not know how a key is made,
//! hidden or compared.

use crate::{
    event::Kind,
    id::{OrganisationId, PlatformId, PlatformKeyId, UserId},
    platform_claim::Mandate,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use ipnet::IpNet;
use std::net::IpAddr;

words! {
    /// What a platform may do.
    #[schema(as = PlatformScope)]
    pub enum Scope {
        /// Read the wishes that are shared with platforms.
        WishesRead = "wishes:read",
        /// Follow what happens to them.
        EventsRead = "events:read",
        /// Say where it is told of that.
        WebhooksManage = "webhooks:manage",
        /// Report donations and refunds, and see what became of them.
        DonationsWrite = "donations:write",
        /// Claim wishes for its users, and say what became of that.
        ClaimsWrite = "claims:write",
    }
}

impl Scope {
    /// What it is for, in a few words.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::WishesRead => "Read the wishes that are shared with platforms",
            Self::EventsRead => "Follow what happens to them",
            Self::WebhooksManage => "Say where the platform is told of that",
            Self::DonationsWrite => "Report donations and refunds, and see what became of them",
            Self::ClaimsWrite => "Claim wishes for the platform's users",
        }
    }
}

/// What platforms are told.
pub const TOLD: &[Kind] = &[
    Kind::WishPublished,
    Kind::WishShared,
    Kind::WishUnshared,
    Kind::WishHidden,
    Kind::WishRelisted,
    Kind::WishWithdrawn,
    Kind::WishSplit,
    Kind::WishClaimed,
    Kind::ClaimAccepted,
    Kind::ClaimReleased,
    Kind::ClaimLapsed,
    Kind::ClaimDelivered,
    Kind::ClaimConfirmed,
    Kind::ClaimSentBack,
    Kind::WishReopened,
];

/// Two keys live at most: the one in use, and the one that follows it.
pub const MOST_KEYS: usize = 2;
/// No key lives longer, in days.
pub const MOST_DAYS: u16 = 365;

/// What an administrator sets of a platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name, 1 to 60 characters.
    pub name: String,
    /// What it may do; at least one thing.
    pub scopes: Vec<Scope>,
    /// The networks that it calls from, as addresses or CIDR blocks; at most 20, and any where there is none.
    pub networks: Vec<String>,
    /// Its keys are good.
    pub active: bool,
    /// In whose name it claims, and how much; must be said before it may.
    pub claims: Option<Mandate>,
}

/// A key, as it is known here: not the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id, which is part of it.
    pub id: PlatformKeyId,
    /// A keyed hash of its secret part.
    pub digest: String,
    /// When it was made.
    pub created_at: Instant,
    /// From then on it is no good.
    pub expires_at: Instant,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Instant>,
    /// Since when it is no good, before its time.
    pub revoked_at: Option<Instant>,
}

/// A third party with a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Its id.
    pub id: PlatformId,
    /// Counts its changes.
    pub version: i64,
    /// Whose subtree it sees.
    pub organisation_id: OrganisationId,
    /// What an administrator set.
    pub profile: Profile,
    /// The account that stands for it in the history, and with which nobody signs in: there is one once it has claims to make.
    pub hand: Option<UserId>,
    /// Its keys, oldest first.
    pub keys: Vec<Key>,
    /// When it was entered.
    pub created_at: Instant,
}

impl Profile {
    /// Checks the fields.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults
            .text("/name", &self.name, 1, 60)
            .check(!self.scopes.is_empty(), "/scopes", Fault::Required)
            .check(self.networks.len() <= 20, "/networks", Fault::TooLong);
        match &self.claims {
            Some(mandate) => mandate.check(&mut faults),
            None if self.scopes.contains(&Scope::ClaimsWrite) => {
                faults.check(false, "/claims", Fault::Required);
            }
            None => {}
        }
        for (i, scope) in self.scopes.iter().enumerate() {
            let twice = self.scopes.iter().take(i).any(|before| before == scope);
            faults.check(!twice, format!("/scopes/{i}"), Fault::Duplicate);
        }
        for (i, network) in self.networks.iter().enumerate() {
            faults.check(block(network).is_some(), format!("/networks/{i}"), Fault::Format);
        }
        faults.finish()
    }
}

/// A block of addresses; a single address is a block of one.
fn block(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

impl Key {
    /// Neither revoked nor over.
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

impl Platform {
    /// Enters a platform, without a key.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn new(
        id: PlatformId,
        organisation_id: OrganisationId,
        profile: Profile,
        now: Instant,
    ) -> Result<Self, Refusal> {
        profile.validate()?;
        Ok(Self { id, version: 0, organisation_id, profile, hand: None, keys: Vec::new(), created_at: now })
    }

    /// With another profile.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn change(self, profile: Profile) -> Result<Self, Refusal> {
        profile.validate()?;
        Ok(Self { profile, ..self })
    }

    /// With one key more, that lives so many days, 1 to 365.
    ///
    /// # Errors
    /// `invalid`; `too_many_keys` where two live.
    pub fn add_key(
        mut self,
        id: PlatformKeyId,
        digest: String,
        days: u16,
        now: Instant,
    ) -> Result<Self, Refusal> {
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Refusal::field(Code::Invalid, "/days", Fault::OutOfRange));
        }
        if self.keys.iter().filter(|key| key.is_live(now)).count() >= MOST_KEYS {
            return Err(Code::TooManyKeys.into());
        }
        let expires_at = now.plus_days(days.into());
        self.keys.push(Key { id, digest, created_at: now, expires_at, last_used_at: None, revoked_at: None });
        Ok(self)
    }

    /// With a key that is no good from now on.
    ///
    /// # Errors
    /// `not_found` where there is none; `wrong_status` where it is none any more.
    pub fn revoke_key(mut self, id: PlatformKeyId, now: Instant) -> Result<Self, Refusal> {
        let key = self.keys.iter_mut().find(|key| key.id == id).ok_or(Code::NotFound)?;
        if !key.is_live(now) {
            return Err(Code::WrongStatus.into());
        }
        key.revoked_at = Some(now);
        Ok(self)
    }

    /// The key, where whoever shows it from this address may come in with it.
    #[must_use]
    pub fn admits(&self, id: PlatformKeyId, from: IpAddr, now: Instant) -> Option<&Key> {
        let from = from.to_canonical();
        let blocks: Vec<IpNet> = self.profile.networks.iter().filter_map(|text| block(text)).collect();
        // A list that does not read admits nobody.
        let near = self.profile.networks.is_empty() || blocks.iter().any(|block| block.contains(&from));
        let key = self.keys.iter().find(|key| key.id == id)?;
        (self.profile.active && near && key.is_live(now)).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn profile(networks: &[&str]) -> Profile {
        Profile {
            name: "公益平台".to_owned(),
            scopes: vec![Scope::WishesRead],
            networks: networks.iter().map(|text| (*text).to_owned()).collect(),
            active: true,
            claims: None,
        }
    }

    fn platform(networks: &[&str]) -> Platform {
        let id = PlatformId(Uuid::from_u128(1));
        Platform::new(id, OrganisationId(Uuid::from_u128(2)), profile(networks), Instant::from_micros(0))
            .unwrap()
    }

    fn key(n: u128) -> PlatformKeyId {
        PlatformKeyId(Uuid::from_u128(n))
    }

    fn day(n: i64) -> Instant {
        Instant::from_micros(0).plus_days(n)
    }

    #[test]
    fn two_keys_live_at_once_and_the_third_waits() {
        let with = platform(&[]).add_key(key(1), "a".into(), 30, day(0)).unwrap();
        let with = with.add_key(key(2), "b".into(), 30, day(1)).unwrap();
        let third = |platform: &Platform, at| platform.clone().add_key(key(3), "c".into(), 30, day(at));
        assert_eq!(third(&with, 2).unwrap_err().code, Code::TooManyKeys);
        assert!(third(&with, 30).is_ok(), "the first is over");
        let with = with.revoke_key(key(1), day(2)).unwrap();
        assert!(third(&with, 2).is_ok(), "the first is revoked");
        assert_eq!(with.clone().revoke_key(key(1), day(3)).unwrap_err().code, Code::WrongStatus);
        assert_eq!(with.revoke_key(key(9), day(3)).unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn a_key_lives_a_year_at_most() {
        for (days, fine) in [(0, false), (1, true), (365, true), (366, false)] {
            assert_eq!(platform(&[]).add_key(key(1), "a".into(), days, day(0)).is_ok(), fine, "{days}");
        }
    }

    #[test]
    fn a_key_comes_in_until_its_time_from_where_it_may() {
        let here: IpAddr = "192.0.2.7".parse().unwrap();
        let at = |networks: &[&str], from: &str, now| {
            let with = platform(networks).add_key(key(1), "a".into(), 30, day(0)).unwrap();
            with.admits(key(1), from.parse().unwrap(), day(now)).is_some()
        };
        assert!(at(&[], "192.0.2.7", 29));
        assert!(!at(&[], "192.0.2.7", 30), "over");
        assert!(at(&["192.0.2.0/24"], "192.0.2.7", 0));
        assert!(at(&["192.0.2.7"], "::ffff:192.0.2.7", 0), "the same address");
        assert!(!at(&["192.0.2.8"], "192.0.2.7", 0));
        assert!(at(&["2001:db8::/32"], "2001:db8::1", 0));
        let with = platform(&[]).add_key(key(1), "a".into(), 30, day(0)).unwrap();
        assert!(with.admits(key(2), here, day(0)).is_none(), "another key");
        let off = Profile { active: false, ..profile(&[]) };
        assert!(with.clone().change(off).unwrap().admits(key(1), here, day(0)).is_none(), "shut out");
        assert!(with.revoke_key(key(1), day(1)).unwrap().admits(key(1), here, day(1)).is_none(), "revoked");
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_named() {
        let bad = Profile {
            name: " ".to_owned(),
            scopes: vec![Scope::WishesRead, Scope::WishesRead],
            networks: vec!["192.0.2.0/33".to_owned()],
            active: true,
            claims: None,
        };
        let fields = bad.validate().unwrap_err().fields;
        let pointers: Vec<_> = fields.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(pointers, ["/name", "/scopes/1", "/networks/0"]);
        assert!(Profile { scopes: vec![], ..profile(&[]) }.validate().is_err());
        let claims = Profile { scopes: vec![Scope::ClaimsWrite], ..profile(&[]) };
        assert_eq!(claims.validate().unwrap_err().fields[0].pointer, "/claims", "in whose name");
    }
}
