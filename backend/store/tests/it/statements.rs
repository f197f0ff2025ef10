//! Statements that are said to both databases in one way.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use store::dialect::{self, Both};
use store::{Options, StoreError, on_each as each_connection};

use crate::common::{Fresh, insert, notes, on_each, outside, run, stored};

#[test]
fn insert_or_ignore_tells_whether_the_row_is_new() {
    on_each(Options::default(), |_, db| async move {
        let put = |conn: &mut store::Conn| {
            let row = (notes::id.eq("a"), notes::body.eq("x"), notes::pages.eq(1));
            let statement = diesel::insert_into(notes::table).values(row).on_conflict_do_nothing();
            let first = dialect::insert_or_ignore(conn, statement)?;
            // An ignored row must leave the transaction in order, on PostgreSQL too.
            insert(conn, "b")?;
            let second = dialect::insert_or_ignore(conn, statement)?;
            Ok::<_, StoreError>((first, second))
        };
        assert_eq!(db.write(put).await.unwrap(), (true, false));
        assert_eq!(stored(&db).await, ["a", "b"]);
    });
}

#[test]
fn an_upsert_can_return_the_row() {
    on_each(Options::default(), |_, db| async move {
        let add = |conn: &mut store::Conn| {
            let statement = diesel::insert_into(notes::table)
                .values((notes::id.eq("a"), notes::body.eq("x"), notes::pages.eq(5_i64)))
                .on_conflict(notes::id)
                .do_update()
                .set(notes::pages.eq(notes::pages + 1))
                .returning(notes::pages);
            Ok::<i64, StoreError>(Both(statement).get_result(conn)?)
        };
        assert_eq!(db.write(add).await.unwrap(), 5);
        assert_eq!(db.write(add).await.unwrap(), 6);
    });
}

#[test]
fn many_rows_go_in_at_once() {
    on_each(Options::default(), |_, db| async move {
        let many = |conn: &mut store::Conn| {
            let rows: Vec<_> = (0..50_i64)
                .map(|n| (notes::id.eq(format!("{n:02}")), notes::body.eq("x"), notes::pages.eq(n)))
                .collect();
            let done =
                each_connection!(conn, c => diesel::insert_into(notes::table).values(&rows).execute(c));
            Ok::<_, StoreError>(done?)
        };
        assert_eq!(db.write(many).await.unwrap(), 50);
        assert_eq!(stored(&db).await.len(), 50);
    });
}

#[test]
fn what_must_be_unique_is_told_alike() {
    on_each(Options::default(), |_, db| async move {
        db.write(|conn| insert(conn, "a")).await.unwrap();
        let again = db.write(|conn| insert(conn, "a")).await.unwrap_err();
        assert!(again.is_unique("notes", &["id"]), "{again:?}");
        let same_body = db.write(|conn| {
            for id in ["b", "c"] {
                let row = (notes::id.eq(id), notes::body.eq("x"), notes::pages.eq(1));
                diesel::insert_into(notes::table).values(row).execute(conn)?;
            }
            Ok::<_, StoreError>(())
        });
        let same_body = same_body.await.unwrap_err();
        assert!(same_body.is_unique("notes", &["body", "pages"]), "{same_body:?}");
        assert!(!same_body.is_unique("notes", &["id"]));
        let StoreError::Unique { columns, .. } = same_body else { panic!("another error") };
        assert_eq!(columns, ["body", "pages"]);
    });
}

/// The key of several columns, the partial index, and the index on an expression.
#[test]
fn other_kinds_of_unique_are_told_alike() {
    for fresh in Fresh::each() {
        let mut conn = outside(&fresh.url);
        conn.batch_execute(
            "CREATE TABLE pins (board TEXT, slot BIGINT, label TEXT, live BOOLEAN, PRIMARY KEY (board, slot));
             CREATE UNIQUE INDEX pins_label_key ON pins (label) WHERE live;
             CREATE UNIQUE INDEX pins_lower_board_slot_key ON pins (lower(board), slot);
             INSERT INTO pins VALUES ('a', 1, 'one', TRUE)",
        )
        .unwrap();
        let fails = |conn: &mut store::Conn, row: &str, columns: &[&str]| {
            let error = conn.batch_execute(&format!("INSERT INTO pins VALUES ({row})")).unwrap_err();
            let error = StoreError::from(error);
            assert!(error.is_unique("pins", columns), "{error:?} on {}", fresh.url);
        };
        fails(&mut conn, "'b', 1, 'one', TRUE", &["label"]);
        fails(&mut conn, "'A', 1, 'two', TRUE", &["lower", "board", "slot"]);
        conn.batch_execute("DROP INDEX pins_lower_board_slot_key").unwrap();
        fails(&mut conn, "'a', 1, 'two', TRUE", &["board", "slot"]);
    }
}

#[test]
fn a_lock_by_key_is_had_by_one() {
    for fresh in Fresh::each() {
        let (mut one, mut other) = (outside(&fresh.url), outside(&fresh.url));
        one.begin_test_transaction().unwrap();
        assert!(dialect::try_advisory_lock(&mut one, 7).unwrap());
        assert_eq!(dialect::try_advisory_lock(&mut other, 7).unwrap(), !fresh.is_postgres());
        assert!(dialect::try_advisory_lock(&mut other, 8).unwrap());
    }
}

/// Deadlock-free whatever the order asked, and kept until the end of the transaction.
#[test]
fn locked_wishes_are_kept_from_others() {
    let Some(fresh) = Fresh::postgres() else { return };
    fresh.execute("CREATE TABLE wishes (id TEXT PRIMARY KEY); INSERT INTO wishes VALUES ('a'), ('b')");
    run(async {
        let db = fresh
            .open_with(Options { lock_timeout: std::time::Duration::from_millis(100), ..Options::default() });
        let mut holder = outside(&fresh.url);
        holder.begin_test_transaction().unwrap();
        dialect::lock_wishes(&mut holder, &["b", "a"]).unwrap();
        let busy = db.write(|conn| dialect::lock_wishes(conn, &["a"])).await;
        assert!(matches!(busy, Err(StoreError::Busy(_))), "{busy:?}");
        drop(holder);
        let mut tries = 0;
        while db.write(|conn| dialect::lock_wishes(conn, &["a"])).await.is_err() {
            tries += 1;
            assert!(tries < 20);
        }
    });
}
