//! Sends letters to the operator's mail server (SMTP). Owns how it is reached and what its answers mean. Must not
//! know what a letter says, or why it is sent.
//!
//! The mail server is named by the operator in the configuration and by nobody else, and often stands inside: so
//! what `outgoing` asks of addresses that people type is not asked of it. What is asked: TLS, unless it is
//! this machine itself. What it answers is told by number alone: servers like to repeat the address they refuse.

use std::time::{Duration, SystemTime};

use domain::{
    mail::{Letter, Trouble},
    time::Instant,
};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, extension::ClientId, response::Category},
};
use url::{Host, Url};

use crate::config::Config;

/// One command and its answer.
const COMMAND: Duration = Duration::from_secs(10);
/// A letter, from connecting on: less than the lease leaves for those that are taken together.
const WHOLE: Duration = Duration::from_secs(20);

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// To which address.
    pub to: String,
    /// Known by this name each time.
    pub name: String,
    /// What it says.
    pub letter: Letter,
    /// When it was written.
    pub at: Instant,
}

/// Why a letter was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSent {
    /// What sort of trouble.
    pub trouble: Trouble,
    /// The number of the mail server's answer, where it gave one.
    pub reply: Option<i32>,
}

/// Sends letters. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: Option<AsyncSmtpTransport<Tokio1Executor>>,
    from: Mailbox,
    site: String,
}

impl Mailer {
    /// To the configured mail server; none where none is configured.
    #[must_use]
    pub fn new(config: &Config) -> Option<Self> {
        let (url, from) = (config.smtp_url.as_ref()?, config.mail_from.as_ref()?);
        let site = config.public_url.as_ref()?.trim_end_matches('/').to_owned();
        let name = Url::parse(&site).ok()?.host_str()?.to_owned();
        // Without certificates the server runs, and sends no letters.
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url.0)
            .inspect_err(|_| tracing::warn!("no letter can be sent: install the system's CA certificates"))
            .map(|builder| builder.hello_name(ClientId::Domain(name)).timeout(Some(COMMAND)).build())
            .ok();
        Some(Self { transport, from: from.parse().ok()?, site })
    }

    /// The address of the front end, for links.
    #[must_use]
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Sends a letter: it has arrived at the mail server when this says so.
    ///
    /// # Errors
    /// [`NotSent`]. Where a connection broke off at the end, the letter may have arrived all the same.
    pub async fn send(&self, outgoing: Outgoing) -> Result<(), NotSent> {
        let no = |trouble| NotSent { trouble, reply: None };
        let transport = self.transport.as_ref().ok_or(no(Trouble::Setup))?;
        let message = self.message(outgoing).ok_or(no(Trouble::Internal))?;
        match tokio::time::timeout(WHOLE, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err(no(Trouble::TimedOut)),
        }
    }

    fn message(&self, outgoing: Outgoing) -> Option<Message> {
        let Outgoing { to, name, letter, at } = outgoing;
        let raw = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let micros = Duration::from_micros(u64::try_from(at.micros()).ok()?);
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.parse::<Address>().ok()?))
            .subject(letter.subject)
            .date(SystemTime::UNIX_EPOCH.checked_add(micros)?)
            .message_id(Some(format!("<{name}@{}>", self.from.email.domain())))
            // RFC 2369; and RFC 3834: no machine answers it.
            .raw_header(raw("List-Unsubscribe", format!("<{}/account>", self.site)))
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .ok()
    }
}

/// Whether this is an address that letters can be sent to: `name@host`, in ASCII.
#[must_use]
pub fn is_address(text: &str) -> bool {
    text.is_ascii() && text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}

/// Checks what the operator wrote, without repeating any of it: it may hold a password.
///
/// # Errors
/// What is wrong with it.
pub fn check_url(text: &str) -> Result<(), &'static str> {
    let url = Url::parse(text).map_err(|_| "must be like smtps://USER:PASSWORD@mail.example.org")?;
    let bare = matches!(url.path(), "" | "/") && url.fragment().is_none();
    let host = url.host().filter(|_| bare).ok_or("must be like smtps://USER:PASSWORD@mail.example.org")?;
    let inside = match host {
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
        // Of a scheme that it does not know, the parser leaves addresses as text.
        Host::Domain(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    };
    match (url.scheme(), url.query()) {
        ("smtps", None) | ("smtp", Some("tls=required")) => Ok(()),
        ("smtp", None) if inside => Ok(()),
        ("smtp", None) => Err("must be smtps://HOST or smtp://HOST?tls=required; without TLS only localhost"),
        _ => Err("must be smtps://HOST or smtp://HOST?tls=required, and say nothing else"),
    }
}

/// Checks from whom letters are.
///
/// # Errors
/// What is wrong with it.
pub fn check_from(text: &str) -> Result<(), &'static str> {
    let mailbox = text.parse::<Mailbox>().ok().filter(|mailbox| is_address(mailbox.email.as_ref()));
    mailbox.map(drop).ok_or("must be like 点亮微心愿 <notices@wish.example.org>")
}

fn reason(error: &smtp::Error) -> NotSent {
    let reply = error.status().map(|code| i32::from(u16::from(code)));
    let trouble = match error.status() {
        Some(_) if error.is_transient() => Trouble::Deferred,
        // 53x: RFC 4954, about the account of this server and not about the letter.
        Some(code) if code.category == Category::Unspecified3 => Trouble::SignIn,
        Some(_) => Trouble::Refused,
        None if error.is_timeout() => Trouble::TimedOut,
        None if error.is_client() || error.is_tls() => Trouble::Setup,
        None => Trouble::NotReached,
    };
    NotSent { trouble, reply }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_reached_over_tls_or_on_this_machine() {
        for good in [
            "smtps://mail.example.org",
            "smtps://user:p%40ss@mail.example.org:465",
            "smtp://user:pass@mail.example.org:587?tls=required",
            "smtp://localhost",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:2525",
        ] {
            assert_eq!(check_url(good), Ok(()), "{good}");
        }
        for bad in [
            "smtp://mail.example.org",
            "smtp://192.168.1.4:25",
            "smtp://127.0.0.1.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtps://mail.example.org?tls=required",
            "smtps://mail.example.org/name",
            "smtps:mail.example.org",
            "https://mail.example.org",
            "mail.example.org",
            "",
        ] {
            let why = check_url(bad).expect_err(bad);
            assert!(!why.contains("pass"), "{why}");
        }
    }

    #[test]
    fn addresses_are_plain() {
        for good in ["a@example.org", "grid.worker+wish@mail.example.org"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@example.org",
            "a@example",
            "a b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a@例子.中国",
            "a@example.org, b@example.org",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        assert_eq!(check_from("点亮微心愿 <notices@wish.example.org>"), Ok(()));
        assert_eq!(check_from("notices@wish.example.org"), Ok(()));
        assert!(check_from("点亮微心愿").is_err());
    }
}
