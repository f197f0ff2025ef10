//! Who is erased cannot be read again: not here, and not in a backup that was taken before.

use super::{admin_of, read, residents};
use domain::{beneficiary::Beneficiary, id::BeneficiaryId};
use reqwest::Method;
use serde_json::{Value, json};
use server::app::erasure::restore_all;
use std::{io::Write, process::Stdio};
use store::data_key;
use tests::{
    App, Kind,
    databases::{Database, pg_dump},
    on_both, opened,
    world::World,
};

const SUBJECTS: usize = 1000;

async fn erase(w: &World, id: &str) -> tests::client::Answer {
    let path = format!("/beneficiaries/{id}/erasure");
    w.admin.change(Method::POST, &path, "*", json!({ "reason": "requested" })).await
}

/// A copy of the database as it is now, without data keys, in a database of its own.
async fn backup(app: &App, kind: Kind) -> Database {
    let copy = Database::create(kind);
    match kind {
        Kind::Sqlite => {
            let path = copy.url.strip_prefix("sqlite://").unwrap();
            let keys = app.state.db.backup(std::path::Path::new(path)).await.unwrap();
            let bytes = std::fs::read(path).unwrap();
            assert!(keys.len() > SUBJECTS);
            for row in keys.iter().take(50) {
                let wrapped = row.wrapped.as_ref().unwrap().as_bytes();
                assert!(!holds(&bytes, wrapped), "a backup holds no data key");
            }
        }
        Kind::Postgres => {
            let dump = pg_dump(&app.database.url, &["--exclude-table-data=data_keys"]);
            let mut psql = std::process::Command::new("psql");
            psql.args(["--quiet", "--set=ON_ERROR_STOP=1", &copy.url])
                .stdin(Stdio::piped())
                .stdout(Stdio::null());
            let mut running = psql.spawn().unwrap();
            running.stdin.take().unwrap().write_all(&dump).unwrap();
            assert!(running.wait().unwrap().success());
        }
    }
    copy
}

pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn told(all: &[Result<Beneficiary, String>]) -> (usize, usize, usize) {
    let known = all.iter().filter(|one| one.as_ref().is_ok_and(|one| one.known().is_ok())).count();
    let erased = all.iter().filter(|one| one.as_ref().is_ok_and(|one| one.known().is_err())).count();
    (known, erased, all.len() - known - erased)
}

async fn a_hundred_of_a_thousand(app: &App, kind: Kind) {
    let w = World::new(app).await;
    let me = w.admin.get("/me").await.expect(200).body["user"]["id"].as_str().unwrap().to_owned();
    let actor = admin_of(w.city.parse().unwrap(), &me);
    let ids = residents(&app.state, &actor, w.village.parse().unwrap(), SUBJECTS).await;
    // Some of those who go and some who stay have had a wish.
    for id in ids.iter().step_by(50) {
        let wish =
            w.collector.post("/wishes", w.wish(json!({ "beneficiary_id": id }))).await.expect(201).id();
        w.coordinator
            .post(&format!("/wishes/{wish}/withdraw"), json!({ "reason": "家里买了" }))
            .await
            .expect(200);
    }
    let statistics = async || {
        w.admin.get(&format!("/statistics?organisation_id={}", w.city)).await.expect(200).body.clone()
    };
    let before = statistics().await;
    let copy = backup(app, kind).await;
    let (gone, stay): (Vec<_>, Vec<_>) = ids.iter().copied().enumerate().partition(|(n, _)| n % 10 == 0);
    let just = |list: Vec<(usize, BeneficiaryId)>| list.into_iter().map(|(_, id)| id).collect::<Vec<_>>();
    let (gone, stay) = (just(gone), just(stay));
    for id in &gone {
        erase(&w, &id.to_string()).await.expect(200);
    }
    assert_eq!(told(&read(&app.state, &gone).await), (0, 100, 0));
    assert_eq!(told(&read(&app.state, &stay).await), (900, 0, 0));
    assert_eq!(statistics().await, before, "figures stay");

    // The backup alone opens nothing; with the newest keys it opens who is still there, and no one else.
    let restored = opened(tests::config(&copy), app.state.clock.clone());
    assert_eq!(told(&read(&restored, &ids).await), (0, 0, 1000));
    let newest = app.state.db.read_slow(data_key::all).await.unwrap();
    let (back, erased, nobody) = restore_all(&restored, newest).await.unwrap();
    assert_eq!((back, erased, nobody), (901, 100, 0));
    assert_eq!(told(&read(&restored, &gone).await), (0, 100, 0));
    assert_eq!(told(&read(&restored, &stay).await), (900, 0, 0));
    let vault = restored.vault.clone();
    let report = restored.db.read_slow(move |tx| server::app::check::check(tx, &vault)).await.unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
}

#[test]
fn a_hundred_of_a_thousand_on_sqlite() {
    tests::run(Kind::Sqlite, async |app| a_hundred_of_a_thousand(&app, Kind::Sqlite).await);
}

#[test]
fn a_hundred_of_a_thousand_on_postgres() {
    tests::run(Kind::Postgres, async |app| a_hundred_of_a_thousand(&app, Kind::Postgres).await);
}

on_both! {
    async fn an_erasure_waits_for_the_wishes_and_leaves_their_figures(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({ "title": "想要一台唱戏机" })).await;
        let path = format!("/beneficiaries/{}", w.resident);
        let body = json!({ "reason": "requested" });
        let erasure = format!("{path}/erasure");
        w.admin.post(&erasure, body.clone()).await.refused(428, "precondition_required");
        w.collector.change(Method::POST, &erasure, "*", body.clone()).await.refused(403, "forbidden");
        w.stranger.change(Method::POST, &erasure, "*", body.clone()).await.refused(404, "not_found");
        w.admin.change(Method::POST, &erasure, "*", json!({ "reason": "谢某某不想留" })).await.refused(422, "invalid");
        w.admin.change(Method::POST, &erasure, "\"9-masked-zh\"", body.clone()).await.refused(412, "stale");
        w.admin.change(Method::POST, &erasure, "*", body.clone()).await.refused(409, "wishes_not_ended");

        let claim = w.delivered(&wish, 1).await;
        let confirm = json!({ "accepted": true, "method": "call" });
        w.coordinator.post(&format!("/claims/{claim}/confirmation"), confirm).await.expect(201);
        let rated = json!({ "satisfaction": 5, "comment": "谢谢" });
        w.collector.post(&format!("/wishes/{wish}/feedback"), rated).await.expect(201);
        assert_eq!(app.public().get("/wishes?q=唱戏机").await.items().len(), 1);
        let erased = w.admin.change(Method::POST, &erasure, "*", body.clone()).await;
        assert_eq!(erased.expect(200).body["name"], "");
        assert!(erased.body["erased_at"].is_string());

        // Reads of who was erased are clear, and changes are refused.
        let read = w.collector.get(&path).await;
        assert!(read.expect(200).body["erased_at"].is_string(), "{:#}", read.body);
        assert_eq!(read.body.get("phone"), None);
        let listed = w.collector.get("/beneficiaries").await;
        assert_eq!(listed.expect(200).items()[0]["name"], "");
        w.collector.post(&format!("{path}/reveal"), json!({ "purpose": "visit" })).await.refused(409, "beneficiary_erased");
        w.collector.change(Method::PATCH, &path, "*", json!({ "name": "谢某某" })).await.refused(409, "beneficiary_erased");
        w.admin.change(Method::POST, &erasure, "*", body).await.refused(409, "beneficiary_erased");
        w.collector.post("/wishes", w.wish(json!({}))).await.refused(409, "beneficiary_erased");
        let found = w.collector.post("/beneficiaries/search", json!({ "phone": "07005550199" })).await;
        assert_eq!(found.expect(200).items().len(), 0);

        // The wish keeps its figures and says nothing; nobody finds it by what it said.
        let seen = w.collector.get(&format!("/wishes/{wish}")).await;
        assert_eq!(seen.expect(200).body["status"], "fulfilled");
        assert_eq!(seen.body["title"], "（内容已删除）");
        assert_eq!((seen.body.get("details"), &seen.body["beneficiary"]["erased"]), (None, &json!(true)));
        assert_eq!(w.collector.get("/wishes").await.expect(200).items().len(), 1);
        assert_eq!(app.public().get("/wishes?q=唱戏机").await.items().len(), 0);
        w.manager.get(&format!("/claims/{claim}")).await.expect(200);
        let events = w.admin.get(&format!("/wishes/{wish}/events?limit=100")).await;
        let kinds: Vec<Value> = events.items().iter().map(|event| event["kind"].clone()).collect();
        assert_eq!(kinds.last(), Some(&json!("wish_forgotten")));
        for text in ["谢某某", "何家坪村三组", "按键要大", "07005550199"] {
            assert!(!holds(&app.database.bytes(), text.as_bytes()), "{text}");
        }
    }
}
