//! Waits have an end, and what breaks heals.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use store::{Options, StoreError};

use crate::common::{Fresh, create_notes, execute, ids, insert, on_each, pause, run, stored};

#[test]
fn a_full_pool_answers_in_time() {
    on_each(Options { pool_size: 2, ..Options::default() }, |fresh, db| async move {
        let holding = db.clone();
        let hold = |_: &mut store::Conn| {
            std::thread::sleep(Duration::from_secs(3));
            Ok::<_, StoreError>(())
        };
        let busy = if fresh.is_postgres() { 2 } else { 1 };
        let held: Vec<_> = (0..busy)
            .map(|_| {
                let (db, postgres) = (holding.clone(), fresh.is_postgres());
                tokio::spawn(
                    async move { if postgres { db.read(hold).await } else { db.read_slow(hold).await } },
                )
            })
            .collect();
        pause(50).await;
        let asked = Instant::now();
        let answer = if fresh.is_postgres() { db.read(ids).await } else { db.read_slow(ids).await };
        assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
        let waited = asked.elapsed();
        assert!(waited > Duration::from_millis(900) && waited < Duration::from_millis(1500), "{waited:?}");
        for one in held {
            one.await.unwrap().unwrap();
        }
        assert!(stored(&db).await.is_empty());
    });
}

#[test]
fn an_answer_that_does_not_come_is_not_waited_for() {
    on_each(
        Options { answer_timeout: Duration::from_millis(300), ..Options::default() },
        |_, db| async move {
            let asked = Instant::now();
            let slow = db.write(|conn| {
                std::thread::sleep(Duration::from_secs(2));
                insert(conn, "a")
            });
            let answer = slow.await;
            assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
            assert!(asked.elapsed() < Duration::from_millis(1500), "{:?}", asked.elapsed());
        },
    );
}

#[test]
fn a_slow_statement_is_cancelled() {
    let Some(fresh) = Fresh::postgres() else { return };
    run(async {
        let db =
            fresh.open_with(Options { statement_timeout: Duration::from_millis(200), ..Options::default() });
        let sleep = |conn: &mut store::Conn| Ok::<_, StoreError>(conn.batch_execute("SELECT pg_sleep(1)")?);
        assert!(matches!(db.read(sleep).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(db.write(sleep).await, Err(StoreError::Unavailable(_))));
        db.read_slow(sleep).await.unwrap();
    });
}

/// As after a restart of the server: every connection is dead. One caller finds out, or each who
/// was in the middle of something; those who come later are served.
#[test]
fn dead_connections_are_replaced_at_once() {
    let Some(fresh) = Fresh::postgres() else { return };
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        let hold = |conn: &mut store::Conn| Ok::<_, StoreError>(conn.batch_execute("SELECT pg_sleep(0.2)")?);
        let warm: Vec<_> = (0..8)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move { db.read(hold).await })
            })
            .collect();
        for one in warm {
            one.await.unwrap().unwrap();
        }
        execute(
            &std::env::var("TEST_DATABASE_URL").unwrap(),
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
                fresh.url.rsplit_once('/').unwrap().1
            ),
        );
        let lost = db.read(ids).await;
        assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
        for n in 0..8 {
            db.read(ids).await.unwrap();
            db.write(move |conn| insert(conn, &n.to_string())).await.unwrap();
        }
    });
}

#[test]
fn ping_tells_whether_the_database_answers() {
    on_each(Options::default(), |_, db| async move {
        db.ping().await.unwrap();
    });
}
