//! What holds on one server must hold on several: two processes of the built program over one PostgreSQL
//! database, behind the nginx of `deploy/`, as docker-compose.yml starts them.

#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

#[path = "../faults/node.rs"]
pub mod node;
#[path = "../faults/village.rs"]
pub mod village;

use node::{Home, Node, free_port};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tests::{
    Kind,
    client::{Answer, Client, http},
};
use village::Village;

/// On a slow machine two hundred claims on one wish take a while; then they should wait, not be sent away.
const PATIENT: [(&str, &str); 4] = [
    ("REQUEST_TIMEOUT_SECONDS", "60"),
    ("POOL_TIMEOUT_SECONDS", "30"),
    ("STATEMENT_TIMEOUT_SECONDS", "30"),
    ("LOCK_TIMEOUT_SECONDS", "30"),
];

/// Two nodes and what stands in front of them.
struct Cluster {
    nodes: [Node; 2],
    proxy: Proxy,
    village: Village,
    _home: Home,
}

impl Cluster {
    async fn start() -> Self {
        let home = Home::new(Kind::Postgres, &PATIENT);
        home.run(&["migrate"]).expect("migrations");
        let mut nodes = [(); 2].map(|()| home.start(free_port()));
        for node in &mut nodes {
            node.ready("/healthz/ready").await;
        }
        let proxy = Proxy::start(&nodes);
        proxy.ready().await;
        let village = Village::found(&home, &proxy.base).await;
        Self { nodes, proxy, village, _home: home }
    }

    /// The village's manager, through the proxy.
    fn manager(&self) -> Client {
        Client::new(&self.proxy.base).with_token(&self.village.token)
    }

    /// The same at one node, past the proxy; the token was given at either.
    fn manager_at(&self, node: usize) -> Client {
        Client::new(&format!("http://{}", self.nodes[node].address)).with_token(&self.village.token)
    }
}

/// nginx as `deploy/web.sh` starts it.
struct Proxy {
    base: String,
    child: Child,
    folder: PathBuf,
}

impl Proxy {
    fn start(nodes: &[Node]) -> Self {
        let (script, port) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/web.sh"), free_port());
        let folder = std::env::temp_dir().join(format!("wishlight-proxy-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<!doctype html><title>点亮微心愿</title>").unwrap();
        let addresses: Vec<&str> = nodes.iter().map(|node| node.address.as_str()).collect();
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(script)
            .env("WEB_NODES", addresses.join(" "))
            .env("WEB_ROOT", &folder)
            .env("WEB_LISTEN", format!("127.0.0.1:{port}"))
            .env("WEB_RUN", folder.join("run"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("errors")).unwrap())
            .spawn()
            .expect("setpriv, of Debian's util-linux");
        Self { base: format!("http://127.0.0.1:{port}"), child, folder }
    }

    async fn ready(&self) {
        let (http, url, began) = (http(), format!("{}/healthz/ready", self.base), Instant::now());
        while http.get(&url).send().await.map_or(true, |answer| answer.status() != 200) {
            let errors = || fs::read_to_string(self.folder.join("errors")).unwrap();
            assert!(began.elapsed() < Duration::from_secs(20), "nginx does not get ready: {}", errors());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // With TERM its workers end too; they would outlive a KILL.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn on_two_nodes(body: impl AsyncFnOnce(Cluster)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { body(Cluster::start().await).await });
}

/// Sends all at once.
async fn claim_at_once(asks: Vec<(Client, String, String, Value)>) -> Vec<Answer> {
    let sent = asks.into_iter().map(|(who, wish, key, body)| {
        let path = format!("/wishes/{wish}/claims");
        tokio::task::spawn_local(async move { who.post_once(&path, &key, body).await })
    });
    let sent: Vec<_> = sent.collect();
    let mut answers = Vec::new();
    for answer in sent {
        answers.push(answer.await.unwrap());
    }
    answers
}

#[test]
fn two_hundred_claims_on_three_shares_through_the_proxy() {
    on_two_nodes(async |cluster| {
        let village = &cluster.village;
        let wish = village.published(3).await;
        let mut asks = Vec::new();
        for n in 0..200 {
            let volunteer = village.volunteer(&format!("志愿者{n}")).await;
            let body = json!({ "claimant_id": volunteer, "quantity": 1 });
            asks.push((cluster.manager(), wish.clone(), format!("race-{n}"), body));
        }
        let answers = claim_at_once(asks).await;
        let won = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(won, 3, "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.refused(409, "quantity_exceeds_remaining");
        }
        let seen = Client::new(&cluster.proxy.base).get(&format!("/wishes/{wish}")).await;
        assert_eq!((&seen.body["reserved"], &seen.body["status"]), (&json!(3), &json!("claimed")));
    });
}

#[test]
fn one_key_at_both_nodes_at_once_is_one_claim_and_one_answer() {
    on_two_nodes(async |cluster| {
        let wish = cluster.village.published(50).await;
        for n in 0..10 {
            let volunteer = cluster.village.volunteer(&format!("志愿者{n}")).await;
            let body = json!({ "claimant_id": volunteer, "quantity": 1 });
            let ask = |node| (cluster.manager_at(node), wish.clone(), format!("twice-{n}"), body.clone());
            let answers = claim_at_once(vec![ask(0), ask(1)]).await;
            let [first, second] = answers.as_slice() else { panic!("two answers") };
            assert_eq!(first.expect(201).body, second.expect(201).body);
            let replayed = answers.iter().filter(|one| one.headers.contains_key("idempotency-replayed"));
            assert_eq!(replayed.count(), 1, "one did it, the other repeats the answer");
        }
        let seen = Client::new(&cluster.proxy.base).get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.body["reserved"], 10);
    });
}

#[test]
fn a_token_is_good_at_each_node_and_one_node_is_enough() {
    on_two_nodes(async |mut cluster| {
        let wish = cluster.village.published(50).await;
        for node in 0..2 {
            cluster.manager_at(node).get("/me").await.expect(200);
        }
        cluster.nodes[0].kill();
        let manager = cluster.manager();
        for n in 0..20 {
            manager.get(&format!("/wishes/{wish}")).await.expect(200);
            let volunteer = cluster.village.volunteer(&format!("志愿者{n}")).await;
            let body = json!({ "claimant_id": volunteer, "quantity": 1 });
            manager
                .post_once(&format!("/wishes/{wish}/claims"), &format!("alone-{n}"), body)
                .await
                .expect(201);
        }
    });
}
