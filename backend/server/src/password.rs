//! Passwords: what may be one, and how one is kept (argon2id, at OWASP's least parameters or above).
//!
//! Hashing takes 19 MiB and some ten milliseconds on purpose, so only two run at once, on the blocking
//! pool, and a short queue waits; beyond it callers are told to come back. Must not know users.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use domain::refusal::{Code, Fault, Refusal};
use tokio::sync::Semaphore;

use crate::{
    ambient,
    problem::{Failure, Internal},
};

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE: usize = 2;
const WAITING: usize = 32;
const SHORTEST: usize = 8;
const LONGEST: usize = 128;

/// What is tried first: 250 that are common in China, then the most common ones of leaked lists that are
/// long enough to be chosen here (from `@zxcvbn-ts/language-common` 4.1.3, MIT).
static COMMON: &str = include_str!("common_passwords.txt");

/// Words that everybody here thinks of first (ASVS 5.0, 6.1.2); the user's own name is one too.
const CONTEXT: &[&str] = &[
    "wishlight",
    "weixinyuan",
    "dianliang",
    "xinyuan",
    "微心愿",
    "心愿",
    "点亮",
    "网格员",
    "社区",
    "password",
    "密码",
];

/// What must be left of a password without such words.
const BESIDE_CONTEXT: usize = 4;

/// What comes of checking a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It is not the one.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, but kept with weaker parameters than today's: hash it again.
    RightButOld,
}

/// Hashes and checks passwords, a few at a time. Clones share the queue.
#[derive(Debug, Clone)]
pub struct Passwords {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    hashed: Arc<AtomicU64>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(AT_ONCE + WAITING)),
            hashed: Arc::default(),
        }
    }
}

impl Passwords {
    /// The password as it is to be stored (PHC string with its own salt).
    ///
    /// # Errors
    /// 429 where too many wait.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        self.run(move || hash(&password)).await?
    }

    /// Checks a password against what is stored. For an unknown user `stored` is `None`: it takes as
    /// long and is always wrong, so that the time does not tell who exists.
    ///
    /// # Errors
    /// 429 where too many wait; 500 where what is stored is no hash.
    pub async fn check(&self, password: String, stored: Option<String>) -> Result<Checked, Failure> {
        self.run(move || check(&password, stored.as_deref())).await?
    }

    /// How many hashes have been made or compared: what a refusal costs must not tell who exists.
    #[must_use]
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let full = Failure::RetryAfter { code: Code::TooManyAttempts, seconds: 1 };
        let place = Arc::clone(&self.queue).try_acquire_owned().map_err(|_| full)?;
        let closed = |error| Internal::caused("waiting to hash", &error);
        self.hashed.fetch_add(1, Ordering::Relaxed);
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(closed)?;
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also where the caller has gone away.
            let _held = (place, turn);
            work()
        });
        task.await.map_err(|error| Internal::caused("hashing", &error).into())
    }
}

fn hash(password: &str) -> Result<String, Failure> {
    let hashed = argon2()?.hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| Internal::caused("hashing a password", &error).into())
}

fn check(password: &str, stored: Option<&str>) -> Result<Checked, Failure> {
    let unknown = stored.is_none();
    let text = stored.unwrap_or(NOBODYS);
    let parsed = PasswordHash::new(text).map_err(|error| Internal::caused("a stored password", &error))?;
    let right = argon2()?.verify_password(password.as_bytes(), &parsed).is_ok();
    Ok(match (right && !unknown, is_current(text)) {
        (false, _) => Checked::Wrong,
        (true, true) => Checked::Right,
        (true, false) => Checked::RightButOld,
    })
}

/// What an unknown user's password is compared with, at today's cost; a test holds it to that.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$6V4lsSvsekPXX3MdW28olw$R/HYHxV7VIvnjCexHiroQyQwVH1u5NOKdbhxJ/RtgMo";

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None);
    let params = params.map_err(|error| Internal::caused("argon2 parameters", &error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn is_current(stored: &str) -> bool {
    stored.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
}

/// Whether this may be a password: long enough, and not one that is tried first. No rule asks for
/// digits or capitals: length is what helps.
///
/// # Errors
/// [`Code::Invalid`] at `pointer`.
pub fn acceptable(pointer: &str, password: &str, username: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let first = password.chars().next();
    let fault = if length < SHORTEST {
        Fault::TooShort
    } else if length > LONGEST {
        Fault::TooLong
    } else if password.chars().all(|c| Some(c) == first)
        || is_context(&lower, &username.to_lowercase())
        || COMMON.lines().any(|common| common == lower)
    {
        Fault::Weak
    } else {
        return Ok(());
    };
    Err(Refusal::field(Code::Invalid, pointer, fault))
}

/// Whether little but words of the place and the user's name is in it.
fn is_context(lower: &str, username: &str) -> bool {
    let words = CONTEXT.iter().copied().chain((!username.is_empty()).then_some(username));
    let rest = words.fold(lower.to_owned(), |rest, word| rest.replace(word, ""));
    rest.len() < lower.len() && rest.chars().count() < BESIDE_CONTEXT
}

/// A password for somebody to begin with: 80 bits, easy to read out.
///
/// # Errors
/// [`Failure::Internal`] where the machine has no randomness.
pub fn first_password() -> Result<String, Failure> {
    let bytes: [u8; 10] = ambient::random().map_err(|error| Internal::caused("a first password", &error))?;
    let text = crate::totp::base32(&bytes).to_lowercase();
    let groups: Vec<&str> = [0, 4, 8, 12].iter().filter_map(|at| text.get(*at..*at + 4)).collect();
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "$argon2id$v=19$m=4096,t=1,p=1$c29tZXNhbHRzb21l$";

    #[actix_web::test]
    async fn the_right_one_is_told_from_the_wrong() {
        let passwords = Passwords::default();
        let stored = passwords.hash("灯火可亲 2026".to_owned()).await.unwrap();
        assert!(is_current(&stored), "{stored}");
        assert_ne!(stored, passwords.hash("灯火可亲 2026".to_owned()).await.unwrap(), "each has its salt");
        let check = |password: &str, stored: Option<String>| passwords.check(password.to_owned(), stored);
        assert_eq!(check("灯火可亲 2026", Some(stored.clone())).await.unwrap(), Checked::Right);
        assert_eq!(check("灯火可亲 2027", Some(stored.clone())).await.unwrap(), Checked::Wrong);
        let nobodys = "\u{1}no such user";
        assert_eq!(
            check(nobodys, Some(NOBODYS.to_owned())).await.unwrap(),
            Checked::Right,
            "current, and a hash"
        );
        assert_eq!(check(nobodys, None).await.unwrap(), Checked::Wrong);
        assert!(check("x", Some("plain".to_owned())).await.unwrap_err().internal().is_some());
    }

    #[actix_web::test]
    async fn one_kept_under_older_parameters_is_hashed_again() {
        let params = Params::new(4096, 1, 1, None).unwrap();
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let stored = weak.hash_password(b"long enough").unwrap().to_string();
        assert!(stored.starts_with(&OLD[..30]));
        let checked = Passwords::default().check("long enough".to_owned(), Some(stored)).await.unwrap();
        assert_eq!(checked, Checked::RightButOld);
    }

    #[actix_web::test]
    async fn a_full_queue_says_come_back() {
        let passwords = Passwords::default();
        let _all = passwords.queue.acquire_many(u32::try_from(AT_ONCE + WAITING).unwrap()).await.unwrap();
        let failure = passwords.hash("x".to_owned()).await.unwrap_err();
        assert!(matches!(failure, Failure::RetryAfter { code: Code::TooManyAttempts, seconds: 1 }));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        let fault =
            |password: &str| acceptable("/password", password, "grid.worker").unwrap_err().fields[0].fault;
        assert_eq!(fault("seven77"), Fault::TooShort);
        assert_eq!(fault(&"长".repeat(129)), Fault::TooLong);
        for weak in [
            "12345678",
            "Password123",
            "WOAINI1314",
            "qq123456",
            "zzzzzzzzzz",
            "Grid.Worker",
            "grid.worker.2",
            "Wishlight26",
            "点亮微心愿点亮微心愿1",
            "sunshine1",
            "princess",
        ] {
            assert_eq!(fault(weak), Fault::Weak, "{weak}");
        }
        for fine in [
            "correct horse",
            "春风又绿江南岸",
            "grid.worker and a lamp",
            "wishlight for grandmother",
            &"长短".repeat(64),
        ] {
            let length = fine.chars().count();
            assert_eq!(acceptable("/p", fine, "grid.worker").is_ok(), length >= SHORTEST, "{fine}");
        }
        assert!(COMMON.lines().count() >= 3250 && COMMON.lines().all(|line| line == line.to_lowercase()));
    }
}
