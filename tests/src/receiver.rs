//! A small receiver of webhooks on a free port of this machine, in threads of its own. It takes every message unless it
//! is told to answer otherwise, to hang, or to hang up. It keeps what came, and answers nothing but a status.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use server::config::Config;
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How it is minded towards a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mood {
    /// Answers with this status.
    Says(u16),
    /// Answers with this status and one header more.
    SaysWith(u16, &'static str, String),
    /// Says nothing, for a minute.
    Hangs,
    /// Answers after so long.
    Slow(Duration),
    /// Hangs up.
    HangsUp,
}

/// A message that came.
#[derive(Debug, Clone)]
pub struct Got {
    /// Its path.
    pub path: String,
    /// Its headers, by their names in lower case.
    pub headers: HashMap<String, String>,
    /// Its body, as it came.
    pub body: String,
    /// When it came.
    pub at: Instant,
    /// It was answered with a 2xx.
    pub taken: bool,
}

impl Got {
    /// What it says.
    pub fn says(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The id of the message.
    pub fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// The wish that it is about.
    pub fn wish(&self) -> String {
        self.says()["data"]["wish_id"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether one of its signatures is that of `secret` (Standard Webhooks 1.0.0), reckoned here from RFC 2104 on.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
        let signed = format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body);
        let mac = hmac_sha256(&key, signed.as_bytes());
        let own = format!("v1,{}", STANDARD.encode(mac));
        self.headers["webhook-signature"].split(' ').any(|one| one == own)
    }
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    let inner = Sha256::digest([pad(0x36).as_slice(), text].concat());
    Sha256::digest([pad(0x5c).as_slice(), &inner].concat()).to_vec()
}

type Minding = dyn Fn(&Got) -> Mood + Send;

/// Shared by the receiver's threads and the test.
#[derive(Clone)]
pub struct Receiver {
    /// `http://127.0.0.1:port`
    pub base: String,
    inner: Arc<Mutex<(Box<Minding>, Vec<Got>)>>,
}

impl Receiver {
    /// Opens; it is there until the process ends.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let minding: Box<Minding> = Box::new(|_| Mood::Says(204));
        let receiver = Self { base, inner: Arc::new(Mutex::new((minding, Vec::new()))) };
        let own = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let receiver = own.clone();
                std::thread::spawn(move || receiver.answer(stream));
            }
        });
        receiver
    }

    /// Has a server call it, though it lies inside.
    pub fn allow(&self, config: &mut Config) {
        config.outgoing_allow.push(self.base.parse().expect("a service"));
    }

    /// Where it is told.
    pub fn url(&self) -> String {
        format!("{}/hook", self.base)
    }

    /// From now on it is minded so towards everything.
    pub fn mood(&self, mood: Mood) {
        self.minds(move |_| mood.clone());
    }

    /// From now on it is minded as this says.
    pub fn minds(&self, minding: impl Fn(&Got) -> Mood + Send + 'static) {
        self.inner.lock().unwrap().0 = Box::new(minding);
    }

    /// All that came so far.
    pub fn got(&self) -> Vec<Got> {
        self.inner.lock().unwrap().1.clone()
    }

    /// What it took, in the order in which it came.
    pub fn took(&self) -> Vec<Got> {
        self.got().into_iter().filter(|got| got.taken).collect()
    }

    fn answer(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let path = line.split(' ').nth(1)?.to_owned();
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(": ") else { break };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
        reader.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        let mut got = Got { path, headers, body, at: Instant::now(), taken: false };
        let mood = {
            let mut inner = self.inner.lock().unwrap();
            let mood = (inner.0)(&got);
            got.taken = matches!(mood, Mood::Says(200..=299) | Mood::Slow(_));
            inner.1.push(got);
            mood
        };
        let say = |status: u16, more: &str| {
            let head = format!("HTTP/1.1 {status} -\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n");
            (&stream).write_all(head.as_bytes()).ok()
        };
        match mood {
            Mood::Says(status) => say(status, ""),
            Mood::SaysWith(status, name, value) => say(status, &format!("{name}: {value}\r\n")),
            Mood::Hangs => {
                std::thread::sleep(Duration::from_secs(60));
                None
            }
            Mood::Slow(pause) => {
                std::thread::sleep(pause);
                say(204, "")
            }
            Mood::HangsUp => None,
        }
    }
}
