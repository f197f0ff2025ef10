//! Where a request comes from: its id, the caller's address, the site it was sent from.

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{HOST, ORIGIN},
};
use domain::refusal::Code;

use crate::{config::Config, edge::Asked, problem::Failure, state::State};

/// The id under which this request is logged.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl FromRequest for RequestId {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req.extensions().get::<Asked>().map(|asked| asked.request_id.clone());
        ready(Ok(Self(id.unwrap_or_default())))
    }
}

/// The caller's address: the peer's, or behind a trusted proxy what that proxy says.
#[derive(Debug, Clone, Copy)]
pub struct ClientIp(pub IpAddr);

impl FromRequest for ClientIp {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(State::of(req).map(|state| Self(client_ip(req, &state.config))))
    }
}

/// The last address in X-Forwarded-For that is none of our proxies: those before it can be made up.
pub(crate) fn client_ip(req: &HttpRequest, config: &Config) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
    let trusted = |ip: &IpAddr| config.trusted_proxies.iter().any(|net| net.contains(*ip));
    if !trusted(&peer) {
        return peer;
    }
    let lines: Vec<&str> =
        req.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    let mut nearest = peer;
    for hop in lines.join(",").rsplit(',') {
        let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
        nearest = ip.to_canonical();
        if !trusted(&nearest) {
            break;
        }
    }
    nearest
}

/// Scheme and host for absolute links: as configured, else as the caller (or its proxy) names us.
pub(super) fn base(req: &HttpRequest, config: &Config) -> String {
    if let Some(url) = &config.public_url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = req.headers().get(HOST).and_then(|host| host.to_str().ok());
    // HTTP/2 names the host in the address instead.
    let host = host.or_else(|| req.uri().authority().map(|authority| authority.as_str()));
    format!("http://{}", host.unwrap_or("localhost"))
}

/// Present only where the request was sent from our own site, from one that may call us, or from no
/// site at all. Asked of what acts on a cookie: the second lock beside SameSite.
#[derive(Debug, Clone, Copy)]
pub struct OwnOrigin;

impl FromRequest for OwnOrigin {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let allowed = State::of(req).and_then(|state| match is_ours(req, &state.config) {
            true => Ok(Self),
            false => Err(Code::Forbidden.into()),
        });
        ready(allowed)
    }
}

fn is_ours(req: &HttpRequest, config: &Config) -> bool {
    let Some(origin) = req.headers().get(ORIGIN) else {
        // Browsers that send no Origin say at least this; programs say neither.
        let site = req.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
        return !matches!(site, Some("cross-site" | "same-site"));
    };
    let Ok(origin) = origin.to_str() else { return false };
    let same_host = || {
        origin.split_once("://").map(|(_, host)| host)
            == base(req, config).split_once("://").map(|(_, host)| host)
    };
    config.cors_origins.iter().any(|allowed| allowed == origin) || same_host()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn config(public_url: Option<&str>) -> Config {
        Config {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()],
            cors_origins: vec!["https://app.example.org".to_owned()],
            public_url: public_url.map(str::to_owned),
            ..Config::default()
        }
    }

    fn ip(peer: &str, forwarded: &[&str]) -> String {
        let mut req = TestRequest::get().peer_addr(peer.parse().unwrap());
        for line in forwarded {
            req = req.append_header(("x-forwarded-for", *line));
        }
        client_ip(&req.to_http_request(), &config(None)).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(ip("192.0.2.7:1", &["203.0.113.5"]), "192.0.2.7");
        assert_eq!(ip("10.0.0.1:1", &[]), "10.0.0.1");
        assert_eq!(ip("10.0.0.1:1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(ip("[::ffff:10.0.0.1]:1", &["1.2.3.4, 203.0.113.5, 10.1.1.1"]), "203.0.113.5");
        assert_eq!(ip("[::1]:1", &["1.2.3.4", "203.0.113.5"]), "203.0.113.5");
        assert_eq!(ip("10.0.0.1:1", &["203.0.113.5, nonsense"]), "10.0.0.1");
    }

    #[test]
    fn other_sites_are_told_apart() {
        let ours = |origin: Option<&str>, public_url| {
            let mut req = TestRequest::post().insert_header(("host", "wish.example.org"));
            if let Some(origin) = origin {
                req = req.insert_header(("origin", origin));
            }
            is_ours(&req.to_http_request(), &config(public_url))
        };
        assert!(ours(None, None));
        assert!(ours(Some("https://wish.example.org"), None));
        assert!(ours(Some("https://app.example.org"), None));
        assert!(!ours(Some("https://evil.example.org"), None));
        assert!(!ours(Some("null"), None));
        assert!(!ours(Some("https://wish.example.org"), Some("https://other.example.org")));
    }
}
