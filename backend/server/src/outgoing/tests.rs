//! What is never called. Every hostile URL names the port of a listener on this machine, at which
//! nobody may knock.

#[path = "hostile.rs"]
mod hostile;

use super::*;
use hostile::{HOSTILE_HOSTS, HOSTILE_URLS};
use reqwest::dns::{Addrs, Name, Resolving};
use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Says what it is told of every name, and counts how often it was asked.
#[derive(Clone)]
struct Stub(Arc<[Vec<SocketAddr>]>, Arc<AtomicUsize>);

impl Stub {
    fn of(answers: &[&[&str]]) -> Self {
        let at = |ip: &&str| SocketAddr::new(ip.parse().unwrap(), 0);
        Self(answers.iter().map(|ips| ips.iter().map(at).collect()).collect(), Arc::default())
    }
}

impl Resolve for Stub {
    fn resolve(&self, _: Name) -> Resolving {
        let turn = self.1.fetch_add(1, Ordering::SeqCst);
        let found = self.0[turn % self.0.len()].clone();
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

/// A listener that counts who knocks, and answers each with `response`.
async fn listener(response: Vec<u8>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, knocks) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&knocks);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&response).await;
        }
    });
    (port, knocks)
}

fn get(url: String) -> Request {
    Request { method: Method::GET, url, headers: HeaderMap::new(), body: Vec::new() }
}

fn plain(port: u16) -> Vec<Listed> {
    vec![format!("http://127.0.0.1:{port}").parse().unwrap()]
}

#[tokio::test]
async fn nothing_inside_is_called_however_it_is_written() {
    let (port, knocks) = listener(Vec::new()).await;
    // The port is let through, so that the address alone is what is refused. A name of this machine may
    // be known to its resolver or not: this one knows it.
    let outgoing = Outgoing::with(&[], Arc::new(Stub::of(&[&["127.0.0.1"]])), port);
    assert!(HOSTILE_HOSTS.len() + HOSTILE_URLS.len() >= 60);
    for host in HOSTILE_HOSTS {
        let answer = outgoing.send(get(format!("https://{host}:{port}/"))).await;
        assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{host}: {answer:?}");
    }
    let asked = Outgoing::with(&[], Arc::new(System), port);
    let answer = asked.send(get(format!("https://localhost:{port}/"))).await;
    assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{answer:?}");
    let strict = Outgoing::new(&[]);
    for url in HOSTILE_URLS {
        let answer = strict.send(get((*url).to_owned())).await;
        assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{url}: {answer:?}");
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_followed_whatever_it_said_before() {
    let (port, knocks) = listener(Vec::new()).await;
    let answers: [&[&str]; 6] = [
        &["127.0.0.1"],
        &["::ffff:127.0.0.1"],
        // One of them is enough.
        &["1.1.1.1", "127.0.0.1"],
        &["2606:4700::1111", "::1"],
        &["169.254.169.254"],
        &["64:ff9b::7f00:1"],
    ];
    let stub = Stub::of(&answers);
    let outgoing = Outgoing::with(&[], Arc::new(stub.clone()), port);
    for turn in 1..=answers.len() {
        let answer = outgoing.send(get(format!("https://rebind.example:{port}/"))).await;
        assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{answer:?}");
        // Asked once a request: there is no second answer that could be another.
        assert_eq!(stub.1.load(Ordering::SeqCst), turn);
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_listed_is_called_and_nothing_beside_it() {
    let (port, knocks) = listener(b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi".to_vec()).await;
    let outgoing = Outgoing::new(&plain(port));
    let answer = outgoing.send(get(format!("http://127.0.0.1:{port}/a?b"))).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"hi".as_slice()));
    assert_eq!(answer.headers["x-a"], "b");
    assert_eq!(knocks.load(Ordering::SeqCst), 1);
    let other = port.wrapping_add(1);
    for beside in [
        format!("https://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{other}/"),
        format!("http://127.0.0.2:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://a@127.0.0.1:{port}/"),
    ] {
        let answer = outgoing.send(get(beside.clone())).await;
        assert!(matches!(answer, Err(NoAnswer::Refused(_))), "{beside}: {answer:?}");
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_a_long_one_is_cut() {
    let (inside, knocks) = listener(Vec::new()).await;
    let moved =
        format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside}/\r\nContent-Length: 0\r\n\r\n");
    let (port, _) = listener(moved.into_bytes()).await;
    let outgoing = Outgoing::new(&plain(port));
    assert_eq!(outgoing.send(get(format!("http://127.0.0.1:{port}/"))).await.unwrap().status, 302);
    assert_eq!(knocks.load(Ordering::SeqCst), 0);
    for (length, fits) in [(BODY_CAP, true), (BODY_CAP + 1, false)] {
        let body = vec![b'x'; length];
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
        let (port, _) = listener([head.as_bytes(), &body].concat()).await;
        let answer = Outgoing::new(&plain(port)).send(get(format!("http://127.0.0.1:{port}/"))).await;
        match fits {
            true => assert_eq!(answer.unwrap().body.len(), length),
            false => assert!(matches!(answer, Err(NoAnswer::TooLong)), "{answer:?}"),
        }
    }
}

#[test]
fn public_addresses_are() {
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "223.255.255.255",
        "2606:4700::1111",
        "2400:3200::1",
        "2001:4860:4860::8888",
        "2001:200::1",
        "2a00::1",
        "3ffe::1",
    ] {
        assert!(is_global(public.parse().unwrap()), "{public}");
    }
}

#[test]
fn services_are_listed_by_host_and_port() {
    let listed = |text: &str| text.parse::<Listed>();
    assert_eq!(listed("id.example.org"), listed("https://id.example.org:443/"));
    assert_eq!(listed(" ID.example.org:8443 "), listed("https://id.example.org:8443"));
    assert_ne!(listed("http://10.0.0.5"), listed("10.0.0.5"));
    for bad in ["", "ftp://a", "a/b", "a?b", "https://u@a", "a:99999", "http://"] {
        assert!(listed(bad).is_err(), "{bad}");
    }
}
