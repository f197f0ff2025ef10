//! The built program `wishlight` as processes of their own, over a database of their own. They end with
//! whoever started them, however that ends.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};
use tests::{
    client::http,
    databases::{Database, Kind},
};

/// How long a node may take until it answers; much longer than any should.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database and a data folder, shared by all nodes over them.
#[derive(Debug)]
pub struct Home {
    /// The database.
    pub database: Database,
    /// The data folder.
    pub folder: PathBuf,
    program: PathBuf,
    settings: Vec<(&'static str, &'static str)>,
}

/// A running server.
#[derive(Debug)]
pub struct Node {
    /// Its process.
    pub child: Child,
    /// `127.0.0.1:port`
    pub address: String,
    started: Instant,
}

impl Home {
    /// A new, empty one. `settings` are configuration variables, without their prefix.
    pub fn new(kind: Kind, settings: &[(&'static str, &'static str)]) -> Self {
        let database = Database::create(kind);
        let folder = env::temp_dir().join(format!("wishlight-home-{}-{}", std::process::id(), number()));
        fs::DirBuilder::new().mode(0o700).create(&folder).expect("a folder");
        Self { database, folder, program: built("wishlight"), settings: settings.to_vec() }
    }

    /// The program with these arguments, configured.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = bound(&self.program);
        command.args(arguments);
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("WISHLIGHT_")) {
            command.env_remove(name);
        }
        command.current_dir(&self.folder);
        command.env("WISHLIGHT_DATABASE_URL", &self.database.url).env("WISHLIGHT_DATA_DIR", &self.folder);
        command.env("WISHLIGHT_WORKERS", "2").env("WISHLIGHT_LOG_LEVEL", "error");
        // One machine plays everybody here.
        for limit in ["PER_MINUTE", "ROUTE_PER_MINUTE", "AUTH_PER_MINUTE"] {
            command.env(format!("WISHLIGHT_RATE_LIMIT_{limit}"), "0");
        }
        for (name, value) in &self.settings {
            command.env(format!("WISHLIGHT_{name}"), value);
        }
        command
    }

    /// Runs a command of the program to its end: what it printed, or what went wrong.
    pub fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.command(arguments).output().expect("setpriv, of Debian's util-linux");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.success() {
            true => Ok(printed),
            false => Err(printed + &String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Starts a server on this port.
    pub fn start(&self, port: u16) -> Node {
        let address = format!("127.0.0.1:{port}");
        let mut command = self.command(&["serve"]);
        command.env("WISHLIGHT_BIND", &address).stdout(Stdio::null());
        if self.settings.iter().any(|(name, _)| *name == "LOG_LEVEL") {
            // Wanted for what writing it costs, not to be read.
            command.stderr(Stdio::null());
        }
        Node::spawn(command, address)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left of it lies in a temporary folder.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Node {
    /// Starts a program that serves at `address`.
    pub fn spawn(mut command: Command, address: String) -> Self {
        let started = Instant::now();
        let child = command.spawn().expect("setpriv, of Debian's util-linux");
        Self { child, address, started }
    }

    /// Waits until `path` is answered with 200; tells how long that took from the start of the process.
    pub async fn ready(&mut self, path: &str) -> Duration {
        let (http, url) = (http(), format!("http://{}{path}", self.address));
        loop {
            if http.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                return self.started.elapsed();
            }
            let ended = self.child.try_wait().expect("a child's state");
            assert!(ended.is_none(), "the server at {} ended: {ended:?}", self.address);
            assert!(self.started.elapsed() < PATIENCE, "the server at {} does not get ready", self.address);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// Ends it at once, as a crash would (SIGKILL), and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("a process that ended");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Where it was killed before, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn number() -> u16 {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

/// A port where nobody listens, below those that clients are given: none of them can take it while the
/// server is away, nor end up connected to itself.
pub fn free_port() -> u16 {
    let own = u16::try_from(std::process::id() % 1000).expect("below 1000") * 10;
    let mut ports = (0..1000).map(|_| 21_000 + (own + number()) % 10_000);
    ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a free port")
}

/// A program that is killed when the thread that starts it ends.
pub fn bound(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program).stdin(Stdio::null());
    command
}

/// A program built beside the one that runs now.
pub fn built(name: &str) -> PathBuf {
    let own = env::current_exe().expect("this program's path");
    let folder = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps")).expect("its folder");
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "{} is not there. Build it first, as `make test`, `make faults` and `make bench` do: \
         cargo build --workspace (and --release where this was built so)",
        program.display()
    );
    program
}
