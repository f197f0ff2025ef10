//! Which databases the program refuses.

use std::sync::{Arc, Barrier};

use store::{Db, OpenError, Options, StoreError, dialect, migrate};

use crate::common::{Fresh, create_notes, ids, insert, outside, run, unique};

fn refusal(fresh: &Fresh) -> OpenError {
    match Db::open(&fresh.url, Options::default()) {
        Ok(_) => panic!("{} was not refused", fresh.url),
        Err(error) => error,
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    for fresh in Fresh::each() {
        migrate::run(&fresh.url).unwrap();
        fresh.open();
        fresh.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')");
        for refused in [refusal(&fresh), migrate::run(&fresh.url).unwrap_err()] {
            let OpenError::NewerDatabase { versions } = refused else { panic!("{refused}") };
            assert_eq!(versions, ["99990101000000"]);
        }
    }
}

#[test]
fn unsafe_commits_of_postgres_are_refused() {
    let Some(fresh) = Fresh::postgres() else { return };
    let name = fresh.url.rsplit_once('/').unwrap().1.to_owned();
    fresh.execute(&format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    let OpenError::UnsafeSetting { name, found, .. } = refusal(&fresh) else { panic!("another refusal") };
    assert_eq!((name.as_str(), found.as_str()), ("synchronous_commit", "off"));
}

#[test]
fn a_server_of_another_encoding_is_refused() {
    let Some(mut fresh) = Fresh::postgres() else { return };
    let name = format!("latin_{}", unique());
    fresh.execute(&format!(
        "CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
    ));
    let base = fresh.url.clone();
    fresh.url = format!("{}/{name}", base.rsplit_once('/').unwrap().0);
    let refused = refusal(&fresh).to_string();
    crate::common::execute(&base, &format!("DROP DATABASE {name} WITH (FORCE)"));
    assert!(refused.contains("server_encoding is LATIN1"), "{refused}");
}

#[test]
fn unsafe_settings_of_sqlite_are_refused() {
    let fresh = Fresh::sqlite();
    fresh.open();
    let check = |sql: &str| {
        let mut conn = outside(&fresh.url);
        diesel::connection::SimpleConnection::batch_execute(&mut conn, sql).unwrap();
        dialect::check_settings(&mut conn)
    };
    check("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON").unwrap();
    for (bad, named) in [
        ("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON", "synchronous is 1"),
        ("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON", "synchronous is 0"),
        ("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF", "foreign_keys is 0"),
    ] {
        let refused = check(bad).unwrap_err().to_string();
        assert!(refused.starts_with(named), "{refused}");
    }
}

#[test]
fn a_url_is_refused_without_repeating_its_password() {
    let Err(error) = Db::open("mysql://root:secret@localhost/w", Options::default()) else {
        panic!("opened")
    };
    assert!(matches!(error, OpenError::BadUrl(_)));
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let Err(error) = Db::open("postgres://nobody@127.0.0.1:1/w", Options::default()) else {
        panic!("opened")
    };
    assert!(matches!(error, OpenError::Store(StoreError::Unavailable(_))), "{error:?}");
}

#[test]
fn several_programs_may_open_a_new_file_at_once() {
    for _ in 0..50 {
        let fresh = Fresh::sqlite();
        let start = Arc::new(Barrier::new(8));
        let programs: Vec<_> = (0..8)
            .map(|_| {
                let (url, start) = (fresh.url.clone(), Arc::clone(&start));
                std::thread::spawn(move || {
                    start.wait();
                    Db::open(&url, Options::default()).map(drop)
                })
            })
            .collect();
        for program in programs {
            program.join().unwrap().unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = Fresh::sqlite();
    run(async {
        let db = fresh.open();
        create_notes(&db).await;
        for file in ["w.db", "w.db-wal", "w.db-shm"] {
            let path = fresh.url.trim_start_matches("sqlite://").replace("w.db", file);
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
        }
    });
}

#[test]
fn a_backup_is_a_database() {
    for fresh in Fresh::each() {
        run(async {
            let db = fresh.open();
            db.migrate().await.unwrap();
            create_notes(&db).await;
            db.write(|conn| insert(conn, "a")).await.unwrap();
            let copy = std::env::temp_dir().join(format!("wishlight-copy-{}.db", unique()));
            let done = db.backup(&copy).await;
            if fresh.is_postgres() {
                let refused = done.unwrap_err().to_string();
                assert!(refused.contains("pg_dump"), "{refused}");
            } else {
                done.unwrap();
                assert_eq!(ids(&mut outside(&format!("sqlite://{}", copy.display()))).unwrap(), ["a"]);
                assert!(db.backup(&copy).await.is_err(), "a copy must not be overwritten");
                std::fs::remove_file(&copy).unwrap();
            }
        });
    }
}
