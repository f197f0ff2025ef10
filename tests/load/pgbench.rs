//! The statements of a claim as the server sends them, sent by pgbench instead: what PostgreSQL itself can
//! do with them on this machine, with as many connections as the server has.
//!
//! Written down from PostgreSQL's log with `log_statement = all`. When the server comes to send others,
//! this has to follow.

use super::{report::Figures, stock::Stock};
use std::{env, fs, process::Command, time::Duration};

/// The server's `pool_size`.
const CONNECTIONS: u64 = 8;

/// Claims for as long as `time`, and tells how that went.
pub fn claims(url: &str, stock: &Stock, time: Duration) -> Figures {
    let path = env::temp_dir().join(format!("wishlight-claim-{}.sql", std::process::id()));
    fs::write(&path, script(stock)).expect("a temporary file");
    let output = Command::new("pgbench")
        .args(["-n", "-M", "prepared", "-j", "1", "-c", &CONNECTIONS.to_string(), "-D", "n=0"])
        .args(["-T", &time.as_secs().to_string()])
        .arg("-f")
        .arg(&path)
        .arg(url)
        .output()
        .expect("pgbench, of Debian's postgresql");
    // What is left of it lies in a temporary folder.
    let _ = fs::remove_file(&path);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "pgbench: {printed}{}", String::from_utf8_lossy(&output.stderr));
    let figure = |name: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(name));
        let word = line.and_then(|rest| rest.split_whitespace().find_map(|word| word.parse().ok()));
        word.unwrap_or_else(|| panic!("no {name} in {printed}"))
    };
    Figures { per_second: figure("tps"), p50: figure("latency average"), ..Figures::default() }
}

fn script(stock: &Stock) -> String {
    let (first, open, volunteers) = stock.reserve();
    let (user, organisation) = (&stock.claimer, &stock.organisation);
    let id = |prefix: &str, of: &str| format!("('{prefix}' || lpad(to_hex(:{of}::bigint), 12, '0'))");
    let wish = id("01990000-0000-7000-8000-", "w");
    let volunteer = id("01990000-0000-7000-8001-", "v");
    let claim = id("01990000-0000-7000-8003-", "k");
    let event = id("01990000-0000-7000-8004-", "k");
    let key = "(md5(:k::text) || md5('key ' || :k::text))";
    let at = 1_795_318_663_988_176_u64;
    let line = format!(
        "SELECT organisations.* FROM organisation_closure INNER JOIN organisations
         ON organisations.id = ancestor_id WHERE descendant_id = '{organisation}' ORDER BY depth;"
    );
    let body = "x".repeat(700);
    // Line breaks within a statement are as good as blanks to pgbench; each ends with its semicolon.
    format!(
        "\\set n :n + 1
\\set k {first} + :n * {CONNECTIONS} + :client_id
\\set w (:k % {open}) * 2 + 1
\\set v (:k % {volunteers} + :k / {open}) % {volunteers} + 1
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
INSERT INTO idempotency_keys (key, fingerprint, created_at)
    VALUES ({key}, md5(:k::text) || md5(:k::text), {at}) ON CONFLICT DO NOTHING;
SELECT id FROM wishes WHERE id = ANY(ARRAY[{wish}]) ORDER BY id FOR UPDATE;
SELECT * FROM wishes WHERE id = {wish};
{line}
SELECT * FROM claimants WHERE id = {volunteer};
{line}
SELECT wish_id FROM claims
    WHERE claimant_id = {volunteer} AND (status = 'proposed' OR status = 'active' OR status = 'delivered');
INSERT INTO claims (id, version, wish_id, claimant_id, quantity, route, made_by, note, created_at, status,
                    contact_by, deliver_by, lapses_at, value_fen, updated_at)
    VALUES ({claim}, 1, {wish}, {volunteer}, 1, 'self', '{user}', 'pgbench', {at}, 'active',
            {at} + 1, {at} + 1, {at} + 1, 0, {at});
UPDATE wishes SET version = version + 1, holder_id = holder_id, audience_id = audience_id, status = status,
    submitted_at = submitted_at, published_at = published_at, open_until = open_until,
    fulfilled_at = fulfilled_at, ended_at = ended_at, reserved = reserved + 1, delivered = delivered,
    confirmed = confirmed, review = review, ending = ending, pending_escalation_id = pending_escalation_id,
    red_listed_since = red_listed_since, due_at = due_at, card_hash = card_hash,
    card_tries_left = card_tries_left, rated = rated, updated_at = {at}
    WHERE id = {wish};
INSERT INTO events (id, subject, subject_id, number, kind, at, actor_id, organisation_id, origin_id,
                    from_status, to_status, data)
    VALUES ({event}, 'wish', {wish}, (SELECT version FROM wishes WHERE id = {wish}), 'wish_claimed', {at},
            '{user}', '{organisation}', '{organisation}', 'open', 'open', left('{body}', 150));
UPDATE idempotency_keys SET status = 201, body = '{body}', headers = left('{body}', 100) WHERE key = {key};
COMMIT;
"
    )
}
