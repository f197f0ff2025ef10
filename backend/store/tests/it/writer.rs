//! SQLite's writer: many units share a commit, and none suffers for another.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection as _, TransactionManager as _};
use diesel::prelude::*;
use store::{Conn, Db, StoreError, StoreResult};
use tokio::task::JoinHandle;

use crate::common::{Fresh, create_notes, ids, insert, notes, outside, pause, run, stored};

/// Work that waits until the sender is dropped, and no more from then on: it may be run again.
fn gate() -> (mpsc::Sender<()>, impl Fn(&mut Conn) -> StoreResult<()> + Send + 'static) {
    let (go_on, told) = mpsc::channel();
    let told = Mutex::new(told);
    let wait = move |_: &mut Conn| {
        let _ = told.lock().unwrap().recv_timeout(Duration::from_secs(10));
        Ok(())
    };
    (go_on, wait)
}

/// Holds the writer up, so that what comes next waits in one batch until [`Held::let_go`].
struct Held {
    unit: JoinHandle<StoreResult<()>>,
    go_on: mpsc::Sender<()>,
}

async fn hold(db: &Db) -> Held {
    let (go_on, wait) = gate();
    let unit = spawn(db, wait);
    pause(20).await;
    Held { unit, go_on }
}

impl Held {
    async fn let_go(self) {
        // What was spawned has its turn first, on the one thread of the runtime, and so is queued.
        pause(20).await;
        drop(self.go_on);
        self.unit.await.unwrap().unwrap();
    }
}

fn spawn<T, F>(db: &Db, work: F) -> JoinHandle<StoreResult<T>>
where
    F: Fn(&mut store::Conn) -> StoreResult<T> + Send + 'static,
    T: Send + 'static,
{
    let db = db.clone();
    tokio::spawn(async move { db.write(work).await })
}

#[test]
fn many_units_share_a_commit() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let before = db.commits().unwrap();
        let callers: Vec<_> = (0..64)
            .map(|caller| {
                let db = db.clone();
                tokio::spawn(async move {
                    for n in 0..50 {
                        let id = format!("{caller:02}-{n:02}");
                        let asked = id.clone();
                        db.write(move |conn| insert(conn, &asked)).await.unwrap();
                        // Whoever was answered can read it, also past the store.
                        if n == 49 {
                            assert!(stored(&db).await.contains(&id));
                        }
                    }
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
        let after = db.commits().unwrap();
        let (units, commits) = (after.units - before.units, after.commits - before.commits);
        assert_eq!(units, 64 * 50);
        assert!(units / commits >= 8, "only {units} units in {commits} commits");
        println!("{units} units in {commits} commits");
        assert_eq!(ids(&mut outside(&fresh.url)).unwrap().len(), 64 * 50);
    });
}

#[test]
fn nobody_is_answered_before_the_commit() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let (go_on, wait) = gate();
        let held = hold(&db).await;
        let first = spawn(&db, |conn| insert(conn, "a"));
        let slow = spawn(&db, move |conn| wait(conn).and_then(|()| insert(conn, "b")));
        pause(20).await;
        drop(held.go_on);
        pause(200).await;
        // The first has run by now, and waits for the commit that it shares.
        assert!(!first.is_finished());
        assert!(stored(&db).await.is_empty());
        drop(go_on);
        first.await.unwrap().unwrap();
        slow.await.unwrap().unwrap();
        held.unit.await.unwrap().unwrap();
    });
}

#[test]
fn failures_and_panics_in_a_batch_stay_with_their_units() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let held = hold(&db).await;
        let before = db.commits().unwrap();
        let units: Vec<_> = (0..90)
            .map(|n: u32| {
                spawn(&db, move |conn| {
                    insert(conn, &format!("{n:02}"))?;
                    match n % 3 {
                        0 => Ok(()),
                        1 => Err(StoreError::Stale),
                        _ => panic!("on purpose"),
                    }
                })
            })
            .collect();
        held.let_go().await;
        let mut kept = Vec::new();
        for (n, unit) in units.into_iter().enumerate() {
            match (n % 3, unit.await.unwrap()) {
                (0, Ok(())) => kept.push(format!("{n:02}")),
                (1, Err(StoreError::Stale)) | (2, Err(StoreError::Panicked(_))) => {}
                (_, other) => panic!("unit {n}: {other:?}"),
            }
        }
        assert_eq!(stored(&db).await, kept);
        assert!(db.commits().unwrap().commits - before.commits <= 2, "they did not share a commit");
    });
}

/// A full disk ends the transaction of the whole batch.
#[test]
fn a_full_disk_fails_only_what_does_not_fit() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        db.write(|conn| {
            conn.batch_execute("PRAGMA max_page_count = 20")?;
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
        let held = hold(&db).await;
        let before = spawn(&db, |conn| insert(conn, "a"));
        let too_much = spawn(&db, |conn| {
            let body = "x".repeat(1_000_000);
            let row = (notes::id.eq("b"), notes::body.eq(body), notes::pages.eq(1));
            diesel::insert_into(notes::table).values(row).execute(conn)?;
            Ok(())
        });
        let after = spawn(&db, |conn| insert(conn, "c"));
        held.let_go().await;
        let full = too_much.await.unwrap();
        assert!(matches!(full, Err(StoreError::Full(_))), "{full:?}");
        before.await.unwrap().unwrap();
        after.await.unwrap().unwrap();
        assert_eq!(stored(&db).await, ["a", "c"]);
    });
}

/// A reference that is checked at the commit fails the commit of the whole batch.
#[test]
fn a_commit_that_fails_for_one_is_made_for_the_others() {
    let fresh = Fresh::sqlite();
    fresh.execute(
        "CREATE TABLE parents (id TEXT PRIMARY KEY);
         CREATE TABLE children (id TEXT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
    );
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let held = hold(&db).await;
        let before = spawn(&db, |conn| insert(conn, "a"));
        let orphan = spawn(&db, |conn| Ok(conn.batch_execute("INSERT INTO children VALUES ('nobody')")?));
        let after = spawn(&db, |conn| insert(conn, "c"));
        held.let_go().await;
        let orphan = orphan.await.unwrap();
        assert!(matches!(orphan, Err(StoreError::ForeignKey(_))), "{orphan:?}");
        before.await.unwrap().unwrap();
        after.await.unwrap().unwrap();
        assert_eq!(stored(&db).await, ["a", "c"]);
    });
}

#[test]
fn what_nobody_waits_for_any_more_is_not_begun() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let held = hold(&db).await;
        let left = tokio::time::timeout(Duration::from_millis(10), db.write(|conn| insert(conn, "a")));
        assert!(left.await.is_err());
        held.let_go().await;
        db.write(|conn| insert(conn, "b")).await.unwrap();
        assert_eq!(stored(&db).await, ["b"]);
    });
}

/// A unit that leaves a savepoint open would take those after it along.
#[test]
fn a_unit_that_does_not_close_what_it_opens_fails_alone() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let held = hold(&db).await;
        let before = spawn(&db, |conn| insert(conn, "a"));
        let open = spawn(&db, |conn| {
            <Conn as Connection>::TransactionManager::begin_transaction(conn)?;
            insert(conn, "b")
        });
        let after = spawn(&db, |conn| insert(conn, "c"));
        held.let_go().await;
        assert!(open.await.unwrap().is_err());
        before.await.unwrap().unwrap();
        after.await.unwrap().unwrap();
        assert_eq!(stored(&db).await, ["a", "c"]);
    });
}

#[test]
fn a_full_queue_answers_at_once() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        let held = hold(&db).await;
        let waiting: Vec<_> = (0..5000).map(|_| spawn(&db, |_| Ok(()))).collect();
        pause(1000).await;
        held.let_go().await;
        let mut refused = 0;
        for unit in waiting {
            match unit.await.unwrap() {
                Ok(()) => {}
                Err(StoreError::Unavailable(_)) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(refused, 5000 - 4096);
        db.ping().await.unwrap();
    });
}

#[test]
fn the_thread_and_the_file_are_let_go_with_the_last_handle() {
    let fresh = Fresh::sqlite();
    let path = fresh.url.trim_start_matches("sqlite://").to_owned();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        db.read(ids).await.unwrap();
        db.read_slow(ids).await.unwrap();
        assert!(open_files(&path) > 0);
        drop(db);
        for _ in 0..50 {
            if open_files(&path) == 0 {
                return;
            }
            pause(20).await;
        }
        panic!("{} files still open", open_files(&path));
    });
}

fn open_files(path: &str) -> usize {
    let files = std::fs::read_dir("/proc/self/fd").unwrap();
    let names = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    names.filter(|name| name.to_string_lossy().starts_with(path)).count()
}
