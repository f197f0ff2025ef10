//! Migrations run once, whoever starts them.

use store::{OpenError, migrate};

use crate::common::Fresh;

#[test]
fn up_down_up() {
    for fresh in Fresh::each() {
        let all = migrate::pending(&fresh.url).unwrap();
        assert!(!all.is_empty());
        assert_eq!(migrate::run(&fresh.url).unwrap(), all);
        assert_eq!(migrate::run(&fresh.url).unwrap(), Vec::<String>::new());
        let mut undone = migrate::revert_all(&fresh.url).unwrap();
        undone.reverse();
        assert_eq!(undone, all);
        assert_eq!(migrate::run(&fresh.url).unwrap(), all);
        assert_eq!(migrate::pending(&fresh.url).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn several_nodes_may_migrate_at_once() {
    for fresh in Fresh::each() {
        let nodes: Vec<_> = (0..4)
            .map(|_| {
                let url = fresh.url.clone();
                std::thread::spawn(move || migrate::run(&url))
            })
            .collect();
        let done: Vec<_> = nodes.into_iter().map(|node| node.join().unwrap().unwrap()).collect();
        assert_eq!(done.iter().filter(|applied| !applied.is_empty()).count(), 1, "{done:?}");
    }
}

#[test]
fn a_migration_that_breaks_references_is_not_kept() {
    let fresh = Fresh::sqlite();
    fresh.execute(
        "PRAGMA foreign_keys = OFF;
         CREATE TABLE parents (id TEXT PRIMARY KEY);
         CREATE TABLE children (id TEXT REFERENCES parents (id));
         INSERT INTO children VALUES ('nobody')",
    );
    let refused = migrate::run(&fresh.url).unwrap_err();
    assert!(matches!(&refused, OpenError::Migration(text) if text.contains("children")), "{refused}");
    assert!(!migrate::pending(&fresh.url).unwrap().is_empty());
}
