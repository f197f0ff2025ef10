//! Changing the operator's key while everybody reads: stopped anywhere, resumed, and no read fails.

use super::{admin_of, read, residents};
use domain::id::BeneficiaryId;
use server::{
    State,
    app::rotation::{rewrap, versions},
    config::Config,
};
use std::{
    cell::Cell,
    fs::{DirBuilder, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::PathBuf,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
};
use tests::{App, KEK, Kind, opened, world::World};

/// As many data keys; `WISHLIGHT_TEST_KEYS=100000` for the whole measure.
fn count() -> usize {
    std::env::var("WISHLIGHT_TEST_KEYS").ok().and_then(|text| text.parse().ok()).unwrap_or(2000)
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A node whose keys lie in `folder`.
fn node(app: &App, folder: &Folder) -> State {
    let config = Config {
        key_encryption_keys: None,
        data_dir: folder.0.clone(),
        // For the check of 100,000 at the end, in a build for tests.
        slow_statement_timeout_seconds: 600,
        ..tests::config(&app.database)
    };
    opened(config, app.state.clock.clone())
}

async fn body(app: App) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("wishlight-keys-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = Folder(std::env::temp_dir().join(name));
    // It begins with the key under which the app made what the world needs.
    let secrets = folder.0.join("secrets");
    DirBuilder::new().recursive(true).mode(0o700).create(&secrets).unwrap();
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(secrets.join("keys")).unwrap();
    file.write_all(KEK.as_bytes()).unwrap();
    let w = World::new(&app).await;
    let me = w.admin.get("/me").await.expect(200).body["user"]["id"].as_str().unwrap().to_owned();
    let actor = admin_of(w.city.parse().unwrap(), &me);
    // Two nodes and the command, each with its own view of the folder.
    let (serving, other) = (node(&app, &folder), node(&app, &folder));
    let ids = residents(&serving, &actor, w.village.parse().unwrap(), count()).await;
    let sealed = count_of(&other).await;

    let command = node(&app, &folder);
    command.secrets.keys().add().unwrap();
    let reading = Rc::new(Cell::new(true));
    let reads = tokio::task::spawn_local(keep_reading(other.clone(), ids.clone(), Rc::clone(&reading)));
    // Stopped in the middle, three times, as kill -9 would: what is committed stays, the rest is not begun.
    for stop in 1..=3 {
        let running = command.clone();
        let task = tokio::task::spawn_local(async move { rewrap(&running, 20).await });
        let part = ids.len() * stop / 4;
        while moved(&serving).await < part && !task.is_finished() {
            tokio::task::yield_now().await;
        }
        task.abort();
        drop(task.await);
    }
    let (before, again) = (moved(&serving).await, node(&app, &folder));
    assert!(before < ids.len(), "it was stopped before the end");
    let rest = rewrap(&again, 200).await.unwrap();
    // One more than these: the resident of the world.
    let all = ids.len() + 1;
    // What was stopped may still have been committing when it was counted: three batches at most.
    let rest = usize::try_from(rest).unwrap();
    assert!((all - 60..=all).contains(&(rest + before)), "{rest} after {before} of {all}");
    assert_eq!(moved(&serving).await, all);
    reading.set(false);
    let (good, failed) = reads.await.unwrap();
    assert_eq!(failed, Vec::<String>::new());
    assert!(good > 0);

    // Both nodes heard of the key, and what was sealed was not touched.
    for state in [&serving, &other] {
        let all = read(state, &ids).await;
        assert!(all.iter().all(|one| one.as_ref().is_ok_and(|one| one.known().is_ok())));
    }
    assert_eq!(count_of(&serving).await, sealed, "only wrapped keys were rewritten");
    let left: Vec<u32> = versions(&again).await.unwrap().into_iter().map(|(version, _)| version).collect();
    assert_eq!(left, [2]);
    let vault = again.vault.clone();
    let report = again.db.read_slow(move |tx| server::app::check::check(tx, &vault)).await.unwrap();
    assert_eq!(report.findings, Vec::<String>::new());
}

/// How many keys are under the new version.
async fn moved(state: &State) -> usize {
    let found = versions(state).await.unwrap();
    found.iter().find(|(version, _)| *version == 2).map_or(0, |(_, count)| usize::try_from(*count).unwrap())
}

/// A sum over everything that is sealed: the same as long as nothing of it changed.
async fn count_of(state: &State) -> Vec<String> {
    use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let look = |tx: &mut store::Conn| {
        let rows = diesel::sql_query("SELECT name FROM beneficiaries ORDER BY id").load::<Name>(tx);
        Ok::<_, store::StoreError>(rows?.into_iter().map(|row| row.name).collect())
    };
    state.db.read_slow(look).await.unwrap()
}

async fn keep_reading(state: State, ids: Vec<BeneficiaryId>, on: Rc<Cell<bool>>) -> (usize, Vec<String>) {
    let (mut good, mut failed) = (0, Vec::new());
    let mut n = 0;
    while on.get() {
        let some: Vec<_> = (0..20).map(|k| ids[(n + k * 97) % ids.len()]).collect();
        n += 1;
        for one in read(&state, &some).await {
            match one {
                Ok(one) if one.known().is_ok() => good += 1,
                Ok(_) => failed.push("erased".to_owned()),
                Err(error) => failed.push(error),
            }
        }
        tokio::task::yield_now().await;
    }
    (good, failed)
}

#[test]
fn sqlite() {
    start(Kind::Sqlite);
}

#[test]
fn postgres() {
    start(Kind::Postgres);
}

/// Without the check at the end: the keys of the app itself are given, and never hear of a new one.
fn start(kind: Kind) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, async { body(App::start(kind).await).await });
}
