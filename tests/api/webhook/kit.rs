//! The receivers of the kit, as they are committed: what they verify, and that they receive.

use super::*;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

const PYTHON: &str = "
import json, sys
sys.path.insert(0, 'docs/kit')
from receiver import verify
def good(case):
    try:
        return verify(case['secrets'], case['headers'], case['body'].encode(), case['now'])['type'] == 'wish_published'
    except ValueError:
        return False
print(json.dumps([good(case) for case in json.load(sys.stdin)]))";

const NODE: &str = "
import { readFileSync } from 'node:fs'
import { verify } from './docs/kit/receiver.ts'
const good = ({ secrets, headers, body, now }) => {
  try { return verify(secrets, headers, Buffer.from(body), now).type === 'wish_published' } catch { return false }
}
console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(good)))";

fn python() -> Command {
    let mut command = Command::new("python3");
    command.arg("-B");
    command
}

fn node() -> Command {
    Command::new(root().join("frontend/node_modules/.bin/node"))
}

/// What a program says of cases on its input.
fn judged(mut command: Command, cases: &[Value]) -> Vec<bool> {
    command.current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(cases).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

with_receiver! {
    async fn the_kit_verifies_what_is_sent_and_nothing_else(app, receiver) {
        let (w, platform, hook, old) = stage(app, receiver).await;
        let rotated = platform.post(&format!("/webhooks/{hook}/secrets"), json!({})).await;
        let new = rotated.expect(201).text("secret");
        w.published(json!({})).await;
        sweep(app).await;
        let got = receiver.got().remove(0);
        let now = app.state.clock.now().micros() / 1_000_000;
        let headers = json!(got.headers);
        let case = |secrets: &[&str], headers: &Value, body: &str, now: i64| {
            json!({ "secrets": secrets, "headers": headers, "body": body, "now": now })
        };
        let with = |name: &str, value: &str| {
            let mut headers = headers.clone();
            headers[name] = json!(value);
            headers
        };
        let turned = |text: &str| text.replacen(if text.contains("open") { "open" } else { "A" }, "opem", 1);
        let signature = got.headers["webhook-signature"].clone();
        let off_by_one: String = signature.split(' ').map(|one| {
            let last = if one.as_bytes()[5] == b'B' { 'C' } else { 'B' };
            format!("{}{last}{} ", &one[..5], &one[6..])
        }).collect();
        let other_id = uuid::Uuid::nil().to_string();
        let cases = [
            (true, case(&[&new], &headers, &got.body, now)),
            (true, case(&[&old], &headers, &got.body, now)),
            (true, case(&["whsec_AAAA", &old], &headers, &got.body, now + 299)),
            (true, case(&[&new], &headers, &got.body, now - 299)),
            (false, case(&[&new], &headers, &got.body, now + 360)),
            (false, case(&[&new], &headers, &got.body, now - 360)),
            (false, case(&[&new], &headers, &turned(&got.body), now)),
            (false, case(&[&new], &with("webhook-signature", off_by_one.trim()), &got.body, now)),
            (false, case(&[&new], &with("webhook-signature", ""), &got.body, now)),
            (false, case(&[&new], &with("webhook-signature", "v1,"), &got.body, now)),
            (false, case(&[&new], &with("webhook-id", &other_id), &got.body, now)),
            (false, case(&[&new], &with("webhook-timestamp", &(now + 1).to_string()), &got.body, now)),
            (false, case(&[&new], &with("webhook-timestamp", "soon"), &got.body, now)),
            (false, case(&["whsec_AAAA"], &headers, &got.body, now)),
            (false, case(&[], &headers, &got.body, now)),
        ];
        let (expected, cases): (Vec<bool>, Vec<Value>) = cases.into_iter().unzip();
        let mut in_python = python();
        in_python.args(["-c", PYTHON]);
        assert_eq!(judged(in_python, &cases), expected, "Python");
        let mut in_node = node();
        in_node.args(["--input-type=module", "-e", NODE]);
        assert_eq!(judged(in_node, &cases), expected, "Node");
    }
}

/// A receiver of the kit that runs.
struct Running(Child);

impl Running {
    fn start(mut command: Command, port: u16, secret: &str) -> (Self, impl FnMut() -> String) {
        command.current_dir(root()).env("PORT", port.to_string()).env("WEBHOOK_SECRET", secret);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = move || lines.next().unwrap().unwrap();
        assert_eq!(next(), format!("listening on http://127.0.0.1:{port}/"));
        (Self(child), next)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn the_receivers_of_the_kit_receive() {
    for (file, program) in
        [("docs/kit/receiver.py", python as fn() -> Command), ("docs/kit/receiver.ts", node)]
    {
        let port = free_port();
        let base = format!("http://127.0.0.1:{port}");
        let allow = base.clone();
        run_with(
            Kind::Sqlite,
            |config| config.outgoing_allow.push(allow.parse().unwrap()),
            async |app| {
                // Its clock is this machine's, so ours has to be.
                app.state.clock.set(server::ambient::Clock::system().now());
                let w = World::new(&app).await;
                let platform = Platform::new(&app, &w, &ALL).await;
                let (hook, secret) = platform.hook(&base).await;
                let mut command = program();
                command.arg(file);
                let (_running, mut line) = Running::start(command, port, &secret);
                platform.post(&format!("/webhooks/{hook}/pings"), json!({})).await.expect(201);
                assert_eq!(sweep(&app).await, 1, "{file}");
                assert_eq!(line(), "verified: ping {}");
                // Signed with something else, it is refused, and tried again.
                let at = format!("/platforms/{}/webhooks", platform.id);
                let other =
                    platform.post(&at, json!({ "url": base })).await.expect(201).body["webhook"]["id"]
                        .clone();
                let other = other.as_str().unwrap();
                platform.post(&format!("/webhooks/{other}/pings"), json!({})).await.expect(201);
                assert_eq!(sweep(&app).await, 0);
                assert!(line().starts_with("refused: not signed"));
                assert_eq!(platform.log(other).await[0]["attempts"][0]["status"], 401);
            },
        );
    }
}
