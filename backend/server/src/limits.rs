//! How much one caller may ask in a minute, told in the answer's headers by the IETF draft
//! "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers).
//!
//! Counted in this process alone: with several nodes a caller gets as much at each. What guards
//! passwords is counted in the database instead (`app::session::Tries`). Must not know any noun.

use std::{
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
    num::NonZeroU32,
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use domain::id::{PlatformId, UserId};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::config::Config;

const WINDOW_SECONDS: u64 = 60;

/// What anybody may fill in without an account, and what is found by a code alone.
const FORMS: [(&str, &str); 3] = [
    ("POST", "/api/v1/circles/{id}/applications"),
    ("POST", "/api/v1/applications/look-up"),
    ("GET", "/api/v1/certificates/{code}"),
];
/// Where programs exchange their keys.
const TOKENS: &str = "/api/v1/oauth/token";
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// Who is counted: somebody signed in wherever they are, or else the network that a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Signed in, the token checked.
    User(UserId),
    /// A platform's program, the key checked.
    Platform(PlatformId),
    /// Anybody at this address; of IPv6 its network, since one caller has all of it.
    Network(u128),
}

impl Who {
    /// The network of an address.
    #[must_use]
    pub fn at(ip: IpAddr) -> Self {
        Self::Network(match ip.to_canonical() {
            IpAddr::V4(ip) => u128::from(ip.to_bits()),
            IpAddr::V6(ip) => ip.to_bits() & (u128::MAX << 64),
        })
    }
}

type Key = (Who, u64);

/// One policy, and how far each caller is with it.
struct Limit {
    name: &'static str,
    quota: NonZeroU32,
    state: RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>,
}

/// All policies. A quota of 0 turns one off.
#[derive(Default)]
pub struct Limits {
    caller: Option<Limit>,
    route: Option<Limit>,
    auth: Option<Limit>,
    forms: Option<Limit>,
}

/// How a caller stands with one policy: its name and quota, what is left, and in how many seconds more is.
type Standing = (&'static str, u32, u32, u64);

/// What was counted for one request.
#[derive(Debug, Default)]
pub struct Counted {
    policies: Vec<Standing>,
    /// Come back after so many seconds; none where the request may go on.
    pub wait: Option<u64>,
}

impl Limit {
    fn new(name: &'static str, per_minute: u32) -> Option<Self> {
        let quota = NonZeroU32::new(per_minute)?;
        let state = RateLimiter::dashmap(Quota::per_minute(quota)).with_middleware();
        Some(Self { name, quota, state })
    }

    fn count(&self, key: Key, counted: &mut Counted) {
        let quota = u64::from(self.quota.get());
        let (left, seconds) = match self.state.check_key(&key) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let used = u64::from(self.quota.get().saturating_sub(left));
                // Until the whole quota is there again.
                (left, used.saturating_mul(WINDOW_SECONDS).div_ceil(quota))
            }
            Err(refused) => {
                let wait = refused.wait_time_from(self.state.clock().now());
                let seconds = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).div_ceil(1000).max(1);
                counted.wait = Some(counted.wait.unwrap_or_default().max(seconds));
                (0, seconds)
            }
        };
        counted.policies.push((self.name, self.quota.get(), left, seconds));
    }
}

impl Limits {
    /// As configured.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            caller: Limit::new("default", config.rate_limit_per_minute),
            route: Limit::new("route", config.rate_limit_route_per_minute),
            auth: Limit::new("auth", config.rate_limit_auth_per_minute),
            forms: Limit::new("forms", config.rate_limit_forms_per_minute),
        }
    }

    /// Counts a request of `who`, from the network `from`, to the API's route `template`.
    #[must_use]
    pub fn count(&self, who: Who, from: Who, method: &str, template: &str) -> Counted {
        let mut counted = Counted::default();
        if let Some(limit) = &self.caller {
            limit.count((who, 0), &mut counted);
        }
        if let Some(limit) = &self.route {
            let mut hasher = DefaultHasher::new();
            (method, template).hash(&mut hasher);
            limit.count((who, hasher.finish()), &mut counted);
        }
        let signs_in = template.starts_with("/api/v1/auth/") || template == TOKENS;
        if let Some(limit) = self.auth.as_ref().filter(|_| signs_in) {
            // A token changes nothing here: what is guarded is signing in.
            limit.count((from, 0), &mut counted);
        }
        if let Some(limit) = self.forms.as_ref().filter(|_| FORMS.contains(&(method, template))) {
            limit.count((from, 0), &mut counted);
        }
        counted
    }

    /// Forgets the callers who have their whole quota again.
    pub fn forget_rested(&self) {
        for limit in [&self.caller, &self.route, &self.auth, &self.forms].into_iter().flatten() {
            limit.state.retain_recent();
            limit.state.shrink_to_fit();
        }
    }
}

impl Counted {
    /// Tells the caller how it stands: each policy by its name.
    pub fn tell(&self, headers: &mut HeaderMap) {
        if self.policies.is_empty() {
            return;
        }
        let (mut policy, mut state) = (String::with_capacity(64), String::with_capacity(64));
        for (index, (name, quota, left, seconds)) in self.policies.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(policy, "{comma}\"{name}\";q={quota};w={WINDOW_SECONDS}");
            let _ = write!(state, "{comma}\"{name}\";r={left};t={seconds}");
        }
        for (name, text) in [(POLICY, policy), (STATE, state)] {
            if let Ok(value) = HeaderValue::from_maybe_shared(text) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_caller_and_each_route_has_its_own_count() {
        let config = Config {
            rate_limit_per_minute: 5,
            rate_limit_route_per_minute: 3,
            rate_limit_auth_per_minute: 1,
            rate_limit_forms_per_minute: 1,
            ..Config::default()
        };
        let limits = Limits::new(&config);
        let at = |ip: &str| Who::at(ip.parse().unwrap());
        let (a, b) = (at("192.0.2.1"), at("192.0.2.2"));
        let asks = |who, route| limits.count(who, who, "GET", route).wait.is_none();
        assert_eq!([1, 2, 3, 4].map(|_| asks(a, "/api/v1/wishes")), [true, true, true, false], "a route");
        assert_eq!([1, 2].map(|_| asks(a, "/api/v1/claims")), [true, false], "five in all");
        assert_eq!([1, 2].map(|_| asks(b, "/api/v1/auth/login")), [true, false], "signing in");
        let (c, token) = (at("2001:db8::1"), Who::User(UserId(uuid::Uuid::nil())));
        assert_eq!(c, at("2001:db8::ffff"), "one network");
        assert!(limits.count(token, c, "POST", "/api/v1/auth/login").wait.is_none());
        let d = at("192.0.2.9");
        let fills = |who, method| limits.count(who, d, method, FORMS[0].1).wait.is_none();
        let signed_in = Who::User(UserId(uuid::Uuid::from_u128(1)));
        assert!(fills(d, "POST") && !fills(signed_in, "POST") && fills(d, "GET"), "a form, by address");
        let again = limits.count(token, at("2001:db8::9"), "POST", "/api/v1/auth/login");
        assert!(again.wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "by address: {again:?}");
    }

    #[test]
    fn nothing_is_counted_where_it_is_turned_off() {
        let config = Config {
            rate_limit_per_minute: 0,
            rate_limit_route_per_minute: 0,
            rate_limit_auth_per_minute: 0,
            rate_limit_forms_per_minute: 0,
            ..Config::default()
        };
        let limits = Limits::new(&config);
        let mut headers = HeaderMap::new();
        let counted = limits.count(Who::Network(1), Who::Network(1), "POST", "/api/v1/auth/login");
        counted.tell(&mut headers);
        assert!(headers.is_empty() && counted.wait.is_none());
    }
}
