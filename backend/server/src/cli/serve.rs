//! `wishlight serve`: listens, says where, and stops cleanly when told to.

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_web::dev::ServerHandle;
use tokio::{
    net::TcpSocket,
    signal::unix::{Signal, SignalKind, signal},
};

use super::{Failed, print};
use crate::{jobs, serve, state::State};

/// How many connections may wait to be accepted: a burst should wait here, not be sent away.
const BACKLOG: u32 = 1024;

/// Migrates and serves until SIGTERM or SIGINT, then lets running requests end.
pub(super) async fn serve(state: State) -> Result<(), Failed> {
    state.db.migrate().await?;
    let bind = state.config.bind;
    let listener = listen(bind).map_err(Failed::io(format!("bind {bind}")))?;
    let address = listener.local_addr().map_err(Failed::io("the address"))?;
    let signals = Signals::new().map_err(Failed::io("signals"))?;
    let server = serve::start(state.clone(), listener)?;
    print(&addresses(&state, address))?;
    let jobs = actix_web::rt::spawn(jobs::run(state.clone()));
    let mail = actix_web::rt::spawn(jobs::run_mail(state.clone()));
    let tally = actix_web::rt::spawn(jobs::run_tally(state.clone()));
    let webhooks = actix_web::rt::spawn(jobs::run_webhooks(state.clone()));
    let imports = actix_web::rt::spawn(jobs::run_imports(state.clone()));
    let statements = actix_web::rt::spawn(jobs::run_statements(state.clone()));
    let exports = actix_web::rt::spawn(jobs::run_exports(state.clone()));
    let patience = Duration::from_secs(u64::from(state.config.shutdown_timeout_seconds));
    actix_web::rt::task::spawn_blocking(store::search::warm);
    actix_web::rt::spawn(signals.stop(state, server.handle()));
    server.await.map_err(Failed::io("serving"))?;
    // What it has begun it ends; what it has only taken, another server takes when the lease runs out.
    let all = async { tokio::join!(jobs, mail, tally, webhooks, imports, statements, exports) };
    let _ = tokio::time::timeout(patience, all).await;
    Ok(())
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that was just stopped leaves its address behind for a minute.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

fn addresses(state: &State, address: SocketAddr) -> String {
    let host = state.config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let pages = match state.config.static_dir {
        Some(_) => format!("  心愿墙 the wall    {host}/\n  工作台 the console  {host}/console\n"),
        None => "  (without a front end: set WISHLIGHT_STATIC_DIR)\n".to_owned(),
    };
    format!("Wishlight serves at {address}\n{pages}  接口 the API        {host}/swagger-ui/\n")
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// The first signal lets what runs end; a second one does not.
    async fn stop(mut self, state: State, server: ServerHandle) {
        self.next().await;
        tracing::info!("stopping; running requests may end");
        state.drain();
        tokio::select! {
            () = server.stop(true) => {}
            () = self.next() => server.stop(false).await,
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
