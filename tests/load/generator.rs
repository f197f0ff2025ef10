//! A small HTTP/1.1 load generator: so many connections, each sending its next request once the last one
//! was answered. Its own CPU time is nobody's measure.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What is sent, and for how long.
#[derive(Clone)]
pub struct Load {
    /// `host:port`
    pub address: String,
    /// Connections.
    pub clients: usize,
    /// How long.
    pub time: Duration,
    /// The status that counts.
    pub expects: u16,
    /// The next request, whole.
    pub next: Rc<dyn Fn() -> String>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Served {
    /// How long each answer took, in microseconds, in order of size.
    latencies: Vec<u32>,
    /// Sent away for now, with 503.
    pub busy: usize,
    took: Duration,
}

impl Served {
    /// How many were answered.
    pub fn count(&self) -> usize {
        self.latencies.len()
    }

    /// Answers per second.
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.took.as_secs_f64()
    }

    /// So many percent took at most so many milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent / 100).min(self.latencies.len().saturating_sub(1));
        self.latencies.get(place).map_or(0.0, |micros| f64::from(*micros) / 1000.0)
    }
}

/// Sends, and ends with the first answer that was neither expected nor 503.
pub async fn send(load: &Load) -> Result<Served, String> {
    let (began, latencies) = (Instant::now(), Rc::new(RefCell::new(Vec::with_capacity(1 << 18))));
    let (stopped, busy) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(0)));
    let clients: Vec<_> = (0..load.clients)
        .map(|_| {
            let (load, latencies) = (load.clone(), Rc::clone(&latencies));
            let (stopped, busy) = (Rc::clone(&stopped), Rc::clone(&busy));
            tokio::task::spawn_local(async move {
                let result = client(&load, began, &latencies, &stopped, &busy).await;
                if result.is_err() {
                    stopped.set(true);
                }
                result
            })
        })
        .collect();
    for client in clients {
        client.await.map_err(|error| error.to_string())??;
    }
    let took = began.elapsed();
    let mut latencies = latencies.take();
    latencies.sort_unstable();
    Ok(Served { latencies, busy: busy.get(), took })
}

async fn client(
    load: &Load,
    began: Instant,
    latencies: &RefCell<Vec<u32>>,
    stopped: &Cell<bool>,
    busy: &Cell<usize>,
) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("{}: {error}", load.address);
    let mut stream = TcpStream::connect(&load.address).await.map_err(broken)?;
    stream.set_nodelay(true).map_err(broken)?;
    let mut buffer = Vec::with_capacity(16 * 1024);
    while began.elapsed() < load.time && !stopped.get() {
        let request = (load.next)();
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).await.map_err(broken)?;
        let status = answer(&mut stream, &mut buffer).await.map_err(broken)?;
        if status == 503 {
            busy.set(busy.get() + 1);
            continue;
        }
        if status != load.expects {
            return Err(format!("not {} to {request}\n{}", load.expects, String::from_utf8_lossy(&buffer)));
        }
        latencies.borrow_mut().push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(())
}

/// Reads one answer whole, and gives its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<u16> {
    buffer.clear();
    let mut whole = usize::MAX;
    let mut status = 0;
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let head =
            if whole == usize::MAX { buffer.windows(4).position(|four| four == b"\r\n\r\n") } else { None };
        if let Some(end) = head {
            let text = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            status = text.get(9..12).and_then(|digits| digits.parse().ok()).unwrap_or_default();
            let length = text.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.lines().next());
            let length: Option<usize> = length.and_then(|digits| digits.parse().ok());
            // Both programs say how long an answer is; 204 and 304 are not asked for here.
            whole = end + 4 + length.ok_or(std::io::ErrorKind::InvalidData)?;
        }
    }
    Ok(status)
}
