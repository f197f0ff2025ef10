//! The store from outside: how it cuts Chinese text, what it makes of addresses and of what the databases say when
//! something fails.

use diesel::{
    RunQueryDsl,
    result::{DatabaseErrorKind, Error},
    sql_types::Text,
};
use store::{
    Conn, Db, OpenError, Options, StoreError,
    search::{Query, index_terms},
};
use tests::{Kind, databases::Database};

fn tokens(text: &str) -> Vec<String> {
    Query::parse(text).map(|query| query.tokens().to_vec()).unwrap_or_default()
}

#[test]
fn words_parts_of_words_and_characters_are_indexed_once() {
    let terms = index_terms("想要一双运动鞋，运动鞋要３８码！");
    let terms: Vec<&str> = terms.split(' ').collect();
    for wanted in ["运动鞋", "运动", "鞋", "38", "码"] {
        assert_eq!(terms.iter().filter(|term| **term == wanted).count(), 1, "{wanted} in {terms:?}");
    }
    assert!(!terms.contains(&""), "{terms:?}");
}

#[test]
fn a_query_keeps_its_words_whole_and_is_bounded() {
    assert_eq!(tokens("运动鞋"), ["运动鞋"]);
    assert_eq!(tokens("  ＬＥＤ 台灯 led"), ["led", "台灯"]);
    assert_eq!(tokens("“' OR 1=1 -- \" * NEAR("), ["or", "1", "near"]);
    for nothing in ["", "  ", "，。！", "\u{0}", "***", "\"\""] {
        assert_eq!(Query::parse(nothing), None, "{nothing:?}");
    }
    assert_eq!(index_terms("，。 !"), "");
    assert_eq!(tokens(&"a".repeat(10_000)).len(), 0);
    let many: String = (0..1000).map(|n| format!("w{n} ")).collect();
    assert_eq!(tokens(&many).len(), 16);
}

#[test]
fn the_scheme_of_an_address_chooses_the_database() {
    for refused in ["", "w.db", "sqlite:", "sqlite://", "sqlite::memory:", "mysql://h/d", "file:w.db"] {
        let opened = Db::open(refused, Options::default());
        assert!(matches!(opened.err(), Some(OpenError::BadUrl(_))), "{refused}");
    }
    let database = Database::create(Kind::Sqlite);
    let path = database.url.strip_prefix("sqlite://").unwrap();
    for (url, file) in [(format!("sqlite:{path}.1"), "1"), (format!("sqlite://{path}.2"), "2")] {
        Db::open(&url, Options::default()).unwrap();
        assert!(std::fs::exists(format!("{path}.{file}")).unwrap(), "{url}");
    }
}

#[actix_web::test]
async fn an_address_of_postgresql_keeps_what_it_says() {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let database = Database::create(Kind::Postgres);
    for (said, name) in [("", "wishlight"), ("?application_name=other&connect_timeout=9", "other")] {
        let db = Db::open(&format!("{}{said}", database.url), Options::default()).unwrap();
        let ask = |tx: &mut Conn| {
            let asked = diesel::sql_query("SELECT current_setting('application_name') AS name");
            Ok::<_, StoreError>(asked.get_result::<Setting>(tx)?)
        };
        assert_eq!(db.read(ask).await.unwrap().name, name, "{said}");
    }
}

fn said(kind: DatabaseErrorKind, text: &str) -> StoreError {
    Error::DatabaseError(kind, Box::new(text.to_owned())).into()
}

#[test]
fn what_a_database_says_becomes_one_of_few_kinds() {
    let read = |text| said(DatabaseErrorKind::Unknown, text);
    for full in ["database or disk is full", "could not extend file \"base/1\": No space left on device"] {
        assert!(matches!(read(full), StoreError::Full(_)), "{full}");
    }
    for busy in ["database is locked", "canceling statement due to lock timeout"] {
        assert!(matches!(read(busy), StoreError::Busy(_)), "{busy}");
    }
    for gone in [
        "canceling statement due to statement timeout",
        "terminating connection due to administrator command",
    ] {
        assert!(matches!(read(gone), StoreError::Unavailable(_)), "{gone}");
    }
    assert!(matches!(read("database disk image is malformed"), StoreError::Corrupt(_)));
    assert!(matches!(read("syntax error at or near \"x\""), StoreError::Other(_)));
}

#[test]
fn sqlite_names_table_and_columns_of_what_must_be_unique() {
    for (text, table, columns) in [
        ("UNIQUE constraint failed: users.username", "users", vec!["username"]),
        ("UNIQUE constraint failed: claims.wish_id, claims.number", "claims", vec!["wish_id", "number"]),
        ("UNIQUE constraint failed: index 'users_username_key'", "users", vec!["username"]),
    ] {
        let StoreError::Unique { table: of, columns: must } = said(DatabaseErrorKind::UniqueViolation, text)
        else {
            panic!("{text}")
        };
        assert_eq!((of.as_str(), must), (table, columns.iter().map(ToString::to_string).collect()));
    }
}
