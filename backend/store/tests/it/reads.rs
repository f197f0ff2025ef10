//! What a read sees.

use std::sync::mpsc;
use std::time::Duration;

use store::{Options, StoreError};

use crate::common::{Fresh, create_notes, ids, insert, on_each, run, stored};

/// Reads twice, with a write by somebody else in between.
fn read_twice(
    conn: &mut store::Conn,
    between: &mpsc::SyncSender<()>,
    written: &mpsc::Receiver<()>,
) -> Result<(usize, usize), StoreError> {
    let first = ids(conn)?.len();
    between.send(()).unwrap();
    written.recv_timeout(Duration::from_secs(5)).unwrap();
    Ok((first, ids(conn)?.len()))
}

/// Writes when told to, from another thread, and tells when it is done.
fn writer_beside(fresh: &Fresh) -> (mpsc::SyncSender<()>, mpsc::Receiver<()>) {
    let (between, told) = mpsc::sync_channel(1);
    let (done, written) = mpsc::sync_channel(1);
    let db = fresh.open();
    std::thread::spawn(move || {
        told.recv().unwrap();
        run(db.write(|conn| insert(conn, "new"))).unwrap();
        done.send(()).unwrap();
    });
    (between, written)
}

#[test]
fn a_read_on_sqlite_sees_one_moment() {
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        db.write(|conn| insert(conn, "old")).await.unwrap();
        let (between, written) = writer_beside(&fresh);
        let counts = db.read(move |conn| read_twice(conn, &between, &written)).await.unwrap();
        assert_eq!(counts, (1, 1));
        assert_eq!(stored(&db).await.len(), 2);
    });
}

#[test]
fn a_slow_read_sees_one_moment() {
    on_each(Options::default(), |fresh, db| async move {
        db.write(|conn| insert(conn, "old")).await.unwrap();
        let (between, written) = writer_beside(&fresh);
        let counts = db.read_slow(move |conn| read_twice(conn, &between, &written)).await.unwrap();
        assert_eq!(counts, (1, 1));
        assert_eq!(stored(&db).await.len(), 2);
    });
}

#[test]
fn a_read_sees_what_was_answered_before() {
    on_each(Options::default(), |_, db| async move {
        for n in 0..50 {
            let id = format!("{n:02}");
            db.write(move |conn| insert(conn, &id)).await.unwrap();
            assert_eq!(stored(&db).await.len(), n + 1);
        }
    });
}

#[test]
fn a_failing_or_panicking_read_leaves_the_next_one_alone() {
    on_each(Options::default(), |_, db| async move {
        assert!(db.read(|_| Err::<(), _>(StoreError::Stale)).await.is_err());
        let reading = db.clone();
        let panicked = tokio::spawn(async move {
            reading.read(|_| -> Result<(), StoreError> { panic!("on purpose") }).await
        });
        assert!(!matches!(panicked.await, Ok(Ok(()))));
        assert!(stored(&db).await.is_empty());
    });
}

#[test]
fn slow_reads_go_to_the_replica() {
    for fresh in Fresh::each() {
        let replica = if fresh.is_postgres() { Fresh::postgres().unwrap() } else { Fresh::sqlite() };
        let options = Options { replica_url: Some(replica.url.clone()), ..Options::default() };
        run(async {
            create_notes(&replica.open()).await;
            let db = fresh.open_with(options);
            create_notes(&db).await;
            db.write(|conn| insert(conn, "a")).await.unwrap();
            assert_eq!(db.read(ids).await.unwrap().len(), 1);
            assert_eq!(db.read_slow(ids).await.unwrap().len(), 0);
        });
    }
}
