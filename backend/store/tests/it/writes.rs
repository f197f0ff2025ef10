//! A unit of work is all or nothing, on both databases.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use store::{Options, StoreError};

use crate::common::{execute, ids, insert, notes, on_each, pause, stored};

#[test]
fn a_failing_unit_leaves_nothing() {
    on_each(Options::default(), |_, db| async move {
        let failed = db.write(|conn| {
            insert(conn, "a")?;
            Err::<(), _>(StoreError::Stale)
        });
        assert!(matches!(failed.await, Err(StoreError::Stale)));
        assert!(stored(&db).await.is_empty());
    });
}

#[test]
fn a_panicking_unit_leaves_nothing_and_the_next_one_works() {
    on_each(Options::default(), |_, db| async move {
        let panicked = db.write(|conn| {
            insert(conn, "a")?;
            // Also from within a transaction within.
            conn.transaction(|conn| {
                insert(conn, "b")?;
                panic!("on purpose");
                #[expect(unreachable_code, reason = "gives the closure its type")]
                Ok::<(), StoreError>(())
            })
        });
        let Err(StoreError::Panicked(text)) = panicked.await else { panic!("not told of the panic") };
        assert_eq!(text, "on purpose");
        db.write(|conn| insert(conn, "c")).await.unwrap();
        assert_eq!(stored(&db).await, ["c"]);
    });
}

#[test]
fn a_transaction_within_can_fail_by_itself() {
    on_each(Options::default(), |_, db| async move {
        let outer = db.write(|conn| {
            insert(conn, "a")?;
            let inner: Result<(), StoreError> = conn.transaction(|conn| {
                insert(conn, "b")?;
                insert(conn, "a")
            });
            assert!(inner.unwrap_err().is_unique("notes", &["id"]));
            insert(conn, "c")
        });
        outer.await.unwrap();
        assert_eq!(stored(&db).await, ["a", "c"]);
    });
}

/// PostgreSQL gives a transaction up at the first error, and answers COMMIT with a ROLLBACK that
/// Diesel takes for success. A unit that passes over an error must not be told that all is well.
#[test]
fn an_error_passed_over_is_never_success_without_effect() {
    on_each(Options::default(), |fresh, db| async move {
        db.write(|conn| insert(conn, "a")).await.unwrap();
        let passed_over = db.write(|conn| {
            insert(conn, "b")?;
            let _ = insert(conn, "a");
            Ok::<_, StoreError>(())
        });
        let answer = passed_over.await;
        assert_eq!(answer.is_err(), fresh.is_postgres(), "{answer:?}");
        assert_eq!(stored(&db).await.len(), if answer.is_ok() { 2 } else { 1 });
        db.write(|conn| insert(conn, "c")).await.unwrap();
    });
}

#[test]
fn a_caller_who_leaves_leaves_nothing_half_done() {
    on_each(Options::default(), |_, db| async move {
        let two_rows = |conn: &mut store::Conn| {
            insert(conn, "a")?;
            std::thread::sleep(Duration::from_millis(50));
            insert(conn, "b")
        };
        for wait in [0, 1, 10, 30, 60] {
            let left = tokio::time::timeout(Duration::from_millis(wait), db.write(two_rows));
            let _ = left.await;
            pause(120).await;
            let rows = stored(&db).await;
            assert!(rows.is_empty() || rows == ["a", "b"], "{rows:?} after {wait} ms");
            db.write(|conn| Ok::<_, StoreError>(diesel::delete(notes::table).execute(conn)?)).await.unwrap();
        }
    });
}

/// Two units that lock the same rows in opposite order; SQLite runs them one after the other.
#[test]
fn a_deadlock_is_tried_again() {
    on_each(Options::default(), |_, db| async move {
        db.write(|conn| insert(conn, "a").and_then(|()| insert(conn, "b"))).await.unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let unit = |first: &'static str, second: &'static str| {
            let (db, runs) = (db.clone(), Arc::clone(&runs));
            async move {
                let work = move |conn: &mut store::Conn| {
                    runs.fetch_add(1, SeqCst);
                    for id in [first, second] {
                        let row = notes::table.filter(notes::id.eq(id));
                        diesel::update(row).set(notes::pages.eq(notes::pages + 1)).execute(conn)?;
                        std::thread::sleep(Duration::from_millis(100));
                    }
                    Ok::<_, StoreError>(())
                };
                db.write(work).await
            }
        };
        let (one, other) = tokio::join!(unit("a", "b"), unit("b", "a"));
        one.unwrap();
        other.unwrap();
        let pages = db.read(|conn| Ok::<_, StoreError>(notes::table.select(notes::pages).load::<i64>(conn)?));
        assert_eq!(pages.await.unwrap(), [3, 3]);
        assert_eq!(runs.load(SeqCst), if db.commits().is_some() { 2 } else { 3 });
    });
}

#[test]
fn a_read_cannot_write() {
    on_each(Options::default(), |_, db| async move {
        assert!(db.read(|conn| insert(conn, "a")).await.is_err());
        assert!(db.read_slow(|conn| insert(conn, "a")).await.is_err());
        db.write(|conn| insert(conn, "b")).await.unwrap();
        assert_eq!(stored(&db).await, ["b"]);
    });
}

#[test]
fn a_lock_is_not_waited_for_without_end() {
    let options = Options {
        lock_timeout: Duration::from_millis(200),
        busy_timeout: Duration::from_millis(200),
        ..Options::default()
    };
    on_each(options, |fresh, db| async move {
        let mut other = crate::common::outside(&fresh.url);
        let begin = if fresh.is_postgres() { "BEGIN; LOCK TABLE notes" } else { "BEGIN IMMEDIATE" };
        other.batch_execute(begin).unwrap();
        let busy = db.write(|conn| insert(conn, "a")).await;
        assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
        other.batch_execute("ROLLBACK").unwrap();
        db.write(|conn| insert(conn, "b")).await.unwrap();
        assert_eq!(stored(&db).await, ["b"]);
    });
}

#[test]
fn two_programs_share_one_database() {
    on_each(Options::default(), |fresh, db| async move {
        let other = fresh.open();
        let mut tasks = Vec::new();
        for n in 0..100 {
            let db = if n % 2 == 0 { db.clone() } else { other.clone() };
            tasks.push(tokio::spawn(async move { db.write(move |conn| insert(conn, &n.to_string())).await }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(stored(&db).await.len(), 100);
    });
}

/// A transaction that reads first must not find, when it writes, that another wrote in between.
#[test]
fn two_programs_may_read_before_they_write() {
    on_each(Options::default(), |fresh, db| async move {
        db.write(|conn| insert(conn, "a")).await.unwrap();
        let other = fresh.open();
        let add = |conn: &mut store::Conn| {
            let row = notes::table.filter(notes::id.eq("a"));
            row.select(notes::pages).first::<i64>(conn)?;
            std::thread::sleep(Duration::from_millis(1));
            diesel::update(row).set(notes::pages.eq(notes::pages + 1)).execute(conn)?;
            Ok::<_, StoreError>(())
        };
        let units = (0..100).map(|n| {
            let db = if n % 2 == 0 { db.clone() } else { other.clone() };
            tokio::spawn(async move { db.write(add).await })
        });
        for unit in units.collect::<Vec<_>>() {
            unit.await.unwrap().unwrap();
        }
        let pages = db.read(|conn| Ok::<i64, StoreError>(notes::table.select(notes::pages).first(conn)?));
        assert_eq!(pages.await.unwrap(), 101);
    });
}

#[test]
fn a_reference_that_does_not_hold_is_told_alike() {
    on_each(Options::default(), |fresh, db| async move {
        execute(&fresh.url, "CREATE TABLE pins (note_id TEXT NOT NULL REFERENCES notes (id))");
        let dangling = db.write(|conn| {
            conn.batch_execute("INSERT INTO pins (note_id) VALUES ('nobody')")?;
            Ok::<_, StoreError>(())
        });
        let dangling = dangling.await;
        assert!(matches!(dangling, Err(StoreError::ForeignKey(_))), "{dangling:?}");
    });
}

#[test]
fn what_was_answered_is_there_after_opening_again() {
    on_each(Options::default(), |fresh, db| async move {
        db.write(|conn| insert(conn, "a")).await.unwrap();
        drop(db);
        assert_eq!(ids(&mut crate::common::outside(&fresh.url)).unwrap(), ["a"]);
        assert_eq!(stored(&fresh.open()).await, ["a"]);
    });
}
