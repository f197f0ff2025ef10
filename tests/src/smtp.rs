//! A small mail server (SMTP) on a free port of this machine, in threads of its own. It takes every letter unless it
//! is told to refuse, to fall silent, or to hang up.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use server::config::{Config, Hidden};
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// How it is minded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes what it is sent.
    Takes,
    /// Answers this command with this code, and the address of the letter.
    Says(&'static str, u16),
    /// Takes the connection and says nothing.
    Silent,
    /// Takes the letter and hangs up before it says so.
    HangsUp,
}

/// A letter that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The address it was sent to.
    pub to: String,
    /// Its head, as it came.
    pub head: String,
    /// Its text.
    pub text: String,
}

impl Taken {
    /// A line of the head.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.head))
    }

    /// The six digits of a letter with a code.
    #[track_caller]
    pub fn code(&self) -> String {
        let digits = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
        self.text.lines().map(str::trim).find(digits).expect("a code").to_owned()
    }
}

/// Has a server send its letters to `url`.
pub fn send_to(config: &mut Config, url: String) {
    config.smtp_url = Some(Hidden(url));
    config.mail_from = Some("点亮微心愿 <notices@wish.example.org>".to_owned());
    config.public_url = Some("https://wish.example.org".to_owned());
}

/// Shared by the server's threads and the test.
#[derive(Clone)]
pub struct Post {
    /// `127.0.0.1:port`
    pub host: String,
    inner: Arc<Mutex<(Mood, Vec<Taken>)>>,
}

impl Post {
    /// Opens; it is there until the process ends.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let host = listener.local_addr().expect("an address").to_string();
        let post = Self { host, inner: Arc::new(Mutex::new((Mood::Takes, Vec::new()))) };
        let own = post.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let post = own.clone();
                std::thread::spawn(move || post.talk(stream));
            }
        });
        post
    }

    /// Its address, without TLS.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.host)
    }

    /// From now on it is minded so.
    pub fn mood(&self, mood: Mood) {
        self.inner.lock().unwrap().0 = mood;
    }

    /// What it took since it was last asked.
    pub fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.inner.lock().unwrap().1)
    }

    fn talk(&self, stream: TcpStream) -> Option<()> {
        let mood = self.inner.lock().unwrap().0;
        if mood == Mood::Silent {
            std::thread::sleep(Duration::from_secs(60));
            return None;
        }
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes()).ok();
        say("220 post.example.org")?;
        let mut to = String::new();
        while let Some(Ok(line)) = lines.next() {
            let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            if command == "RCPT" {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            }
            match mood {
                Mood::Says(refused, code) if refused == command => say(&format!("{code} <{to}>: no"))?,
                _ if command == "EHLO" => say("250-post.example.org\r\n250 8BITMIME")?,
                _ if command == "DATA" => {
                    say("354 go on")?;
                    let letter: Vec<String> =
                        lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    self.inner.lock().unwrap().1.push(read(&to, &letter));
                    if mood == Mood::HangsUp {
                        return None;
                    }
                    say("250 taken")?;
                }
                _ if command == "QUIT" => return say("221 bye"),
                _ => say("250 well")?,
            }
        }
        None
    }
}

fn read(to: &str, letter: &[String]) -> Taken {
    let at = letter.iter().position(String::is_empty).unwrap_or(letter.len());
    let (head, body) = letter.split_at(at);
    let head = head.join("\n");
    let body: Vec<&str> = body.iter().map(|line| line.strip_prefix('.').unwrap_or(line)).collect();
    let bytes = match head.contains("Content-Transfer-Encoding: base64") {
        true => STANDARD.decode(body.concat()).expect("base64"),
        false if head.contains("quoted-printable") => printable(&body.join("\n")),
        false => body.join("\n").into_bytes(),
    };
    Taken { to: to.to_owned(), head, text: String::from_utf8(bytes).expect("UTF-8").replace('\r', "") }
}

/// RFC 2045, section 6.7.
fn printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'=').and_then(|two| std::str::from_utf8(two).ok());
        match code.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}
