//! Requests that this server sends, to addresses that people may have typed.
//!
//! One client sends all of them. It speaks https on port 443 to public addresses and to nobody else:
//! not to this machine, its network or a cloud's own services, however the address is written, and
//! whatever a name resolves to at the moment of connecting. It follows no redirect, uses no proxy of
//! the environment and reads no more than [`BODY_CAP`]. What lies inside on purpose is listed by host
//! and port in the configuration. Must not know what is sent, or why.

mod address;
mod resolver;

use address::is_global;
use reqwest::{Client, Method, Response, Url, dns::Resolve, header::HeaderMap, redirect::Policy};
use resolver::{Guard, Refused, System};
use serde::{Deserialize, Deserializer, de::Error as _};
use std::{fmt, net::IpAddr, str::FromStr, sync::Arc, time::Duration};
use url::Host;

/// So much of an answer is read.
pub const BODY_CAP: usize = 64 * 1024;

/// A request ends after so long, whatever it has brought: less than a request to this server may take.
const TIMEOUT: Duration = Duration::from_secs(4);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const PORT: u16 = 443;

/// A service that may be called though it lies inside, or at another port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    scheme: &'static str,
    host: Host,
    port: u16,
}

/// What does not read as a service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no service such as id.example.org:8443 or http://127.0.0.1:8080")]
pub struct NotAService(String);

impl FromStr for Listed {
    type Err = NotAService;

    /// `host`, `host:port` (https), or `http://host:port` where there is no TLS, said on purpose.
    fn from_str(text: &str) -> Result<Self, NotAService> {
        let bad = || NotAService(text.to_owned());
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&whole).map_err(|_| bad())?;
        let scheme = match url.scheme() {
            "https" => "https",
            "http" => "http",
            _ => return Err(bad()),
        };
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let host = url.host().filter(|_| bare && !has_credentials(&url)).ok_or_else(bad)?.to_owned();
        Ok(Self { scheme, host, port: url.port_or_known_default().ok_or_else(bad)? })
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl Listed {
    fn is(&self, url: &Url) -> bool {
        let host = url.host().map(|host| host.to_owned());
        url.scheme() == self.scheme
            && host.as_ref() == Some(&self.host)
            && url.port_or_known_default() == Some(self.port)
    }
}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST…
    pub method: Method,
    /// Where to.
    pub url: String,
    /// With which headers.
    pub headers: HeaderMap,
    /// And which body; may be empty.
    pub body: Vec<u8>,
}

/// What was answered, by whatever status.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Vec<u8>,
}

/// Why there is no answer. Nothing of what the other side said is in it.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// It is no URL, or one that is never called: the reason.
    #[error("not called: {0}")]
    Refused(&'static str),
    /// The answer is longer than is read.
    #[error("the answer is longer than {BODY_CAP} bytes")]
    TooLong,
    /// It did not answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// This machine has no certificates to trust: nothing can be called over TLS.
    #[error("no TLS: install the system's CA certificates")]
    NoTls,
    /// It could not be reached, or broke off.
    #[error("not reached: {0}")]
    Failed(#[source] reqwest::Error),
}

/// Sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Outgoing {
    clients: Option<Clients>,
    listed: Arc<[Listed]>,
    port: u16,
}

/// For what is public, and for what is listed.
#[derive(Clone)]
struct Clients {
    outside: Client,
    inside: Client,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("listed", &self.listed).finish_non_exhaustive()
    }
}

impl Outgoing {
    /// Which calls what is public, and what is listed.
    #[must_use]
    pub fn new(listed: &[Listed]) -> Self {
        Self::with(listed, Arc::new(System), PORT)
    }

    fn with(listed: &[Listed], resolver: Arc<dyn Resolve>, port: u16) -> Self {
        let clients = Clients::new(resolver);
        // A server that calls nobody runs without certificates.
        let clients = clients.inspect_err(|error| tracing::warn!(%error, "nothing can be called")).ok();
        Self { clients, listed: listed.into(), port }
    }

    /// Whether a URL is one that would be called, as far as it says itself.
    ///
    /// # Errors
    /// [`NoAnswer::Refused`] with the reason.
    pub fn check(&self, url: &str) -> Result<(), NoAnswer> {
        admit(&self.listed, self.port, url).map(drop)
    }

    /// The same before there is a client.
    ///
    /// # Errors
    /// As [`Outgoing::check`].
    pub fn admits(listed: &[Listed], url: &str) -> Result<(), NoAnswer> {
        admit(listed, PORT, url).map(drop)
    }

    /// Sends a request. An answer of any status is an answer.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn send(&self, request: Request) -> Result<Answer, NoAnswer> {
        let mut response = self.begin(request, TIMEOUT).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(reason)? {
            if body.len().saturating_add(chunk.len()) > BODY_CAP {
                return Err(NoAnswer::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }

    /// Sends a request to which only status and headers matter, and which may take longer: nothing of the answer's body
    /// is read.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn tell(&self, request: Request, within: Duration) -> Result<(u16, HeaderMap), NoAnswer> {
        let response = self.begin(request, within).await?;
        Ok((response.status().as_u16(), response.headers().clone()))
    }

    async fn begin(&self, request: Request, within: Duration) -> Result<Response, NoAnswer> {
        let (url, is_listed) = admit(&self.listed, self.port, &request.url)?;
        let clients = self.clients.as_ref().ok_or(NoAnswer::NoTls)?;
        let client = if is_listed { &clients.inside } else { &clients.outside };
        let sent = client.request(request.method, url).headers(request.headers).body(request.body);
        sent.timeout(within).send().await.map_err(reason)
    }
}

/// The URL, and whether it is listed.
fn admit(listed: &[Listed], port: u16, url: &str) -> Result<(Url, bool), NoAnswer> {
    let url = Url::parse(url).map_err(|_| NoAnswer::Refused("no URL"))?;
    if has_credentials(&url) {
        return Err(NoAnswer::Refused("a name or password in the URL"));
    }
    if listed.iter().any(|one| one.is(&url)) {
        return Ok((url, true));
    }
    if url.scheme() != "https" {
        return Err(NoAnswer::Refused("not https"));
    }
    if url.port_or_known_default() != Some(port) {
        return Err(NoAnswer::Refused("a port that is not listed"));
    }
    // What is no name is not resolved, so it is asked here.
    let literal = match url.host() {
        Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
        Some(Host::Domain(_)) => None,
        None => return Err(NoAnswer::Refused("no host")),
    };
    if literal.is_some_and(|ip| !is_global(ip)) {
        return Err(NoAnswer::Refused("an address that is not public"));
    }
    Ok((url, false))
}

impl Clients {
    fn new(resolver: Arc<dyn Resolve>) -> Result<Self, reqwest::Error> {
        // Whoever was first chose; it is the same for the whole process.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = || {
            Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_max_idle_per_host(0)
                .user_agent(concat!("wishlight/", env!("CARGO_PKG_VERSION")))
        };
        let guard = Arc::new(Guard(Arc::clone(&resolver)));
        Ok(Self {
            outside: client().https_only(true).dns_resolver(guard).build()?,
            inside: client().dns_resolver(resolver).build()?,
        })
    }
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn reason(error: reqwest::Error) -> NoAnswer {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(one) = cause {
        if one.is::<Refused>() {
            return NoAnswer::Refused("a name of an address that is not public");
        }
        cause = one.source();
    }
    if error.is_timeout() { NoAnswer::TimedOut } else { NoAnswer::Failed(error.without_url()) }
}

#[cfg(test)]
mod tests;
