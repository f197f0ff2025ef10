//! Chinese text is found, alike on both databases, with the index as the migrations build it.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::QueryId;
use store::dialect::{self, Matches};
use store::search::{Query, index_terms};
use store::{Conn, StoreError};

use crate::common::{Fresh, outside};

diesel::table! {
    wishes (number) {
        number -> BigInt,
    }
}

const WISHES: [(i64, &str); 8] = [
    (1, "村里的爷爷想要一把轮椅"),
    (2, "给孩子一双３８码的红色运动鞋"),
    (3, "N95口罩两盒，LED台灯一盏"),
    (4, "老人想学用智能手机"),
    (5, "𠮷奶奶的门锁坏了"),
    (6, "A4纸、T恤和C++教材"),
    (7, "鿫鿪是新造的字"),
    (8, "𰻝𰻝面一碗，བོད་ཡིག དེབ، ئۇيغۇرچە كىتاب"),
];

/// The statements that the migration makes the index with.
fn index_of(fresh: &Fresh) -> String {
    let migration = if fresh.is_postgres() {
        include_str!("../../migrations/postgres/00000000000001_foundation/up.sql")
    } else {
        include_str!("../../migrations/sqlite/00000000000001_foundation/up.sql")
    };
    let lines: Vec<&str> = migration.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    let code = lines.join("\n");
    let mut statements: Vec<&str> = code.split_inclusive(';').filter(|s| s.contains("wish_search")).collect();
    statements.insert(0, "CREATE TABLE wishes (number BIGINT PRIMARY KEY);");
    statements.concat()
}

fn with_wishes() -> Vec<(Fresh, Conn)> {
    let each = Fresh::each().into_iter().map(|fresh| {
        let mut conn = outside(&fresh.url);
        conn.batch_execute(&index_of(&fresh)).unwrap();
        for (number, text) in WISHES {
            diesel::insert_into(wishes::table).values(wishes::number.eq(number)).execute(&mut conn).unwrap();
            dialect::index_wish(&mut conn, number, &index_terms(text)).unwrap();
        }
        (fresh, conn)
    });
    each.collect()
}

fn find(conn: &mut Conn, text: &str) -> Result<Vec<i64>, StoreError> {
    let Some(query) = Query::parse(text) else { return Ok(Vec::new()) };
    let select = wishes::table.select(wishes::number).order(wishes::number).into_boxed();
    Ok(select.filter(dialect::matches(&query)).load(conn)?)
}

#[test]
fn words_parts_and_characters_are_found() {
    for (fresh, mut conn) in with_wishes() {
        for (text, wanted) in [
            ("轮椅", &[1][..]),
            ("运动鞋", &[2]),
            ("运动", &[2]),
            ("鞋", &[2]),
            ("红色 鞋", &[2]),
            ("红色轮椅", &[]),
            ("n95", &[3]),
            ("Ｎ９５ 口罩", &[3]),
            ("led台灯", &[3]),
            ("手机", &[4]),
            ("𠮷", &[5]),
            ("a4纸", &[6]),
            ("t恤", &[6]),
            ("C++", &[6]),
            ("38码", &[2]),
            ("鿫", &[7]),
            ("老人", &[4]),
            ("𰻝", &[8]),
            ("𰻝 轮椅", &[]),
            ("كىتاب", &[8]),
        ] {
            assert_eq!(find(&mut conn, text).unwrap(), wanted, "{text} on {}", fresh.url);
        }
    }
}

/// Tibetan writes its vowels as marks, which FTS5's unicode61 takes for separators.
#[test]
fn letters_with_marks_are_found() {
    for (fresh, mut conn) in with_wishes() {
        assert_eq!(find(&mut conn, "ཡིག").unwrap(), [8], "on {}", fresh.url);
    }
}

#[test]
fn the_index_follows_changes() {
    for (_, mut conn) in with_wishes() {
        dialect::index_wish(&mut conn, 1, &index_terms("不要轮椅了，要拐杖")).unwrap();
        assert_eq!(find(&mut conn, "拐杖").unwrap(), [1]);
        assert_eq!(find(&mut conn, "爷爷").unwrap(), [0; 0]);
        dialect::index_wish(&mut conn, 1, "").unwrap();
        assert_eq!(find(&mut conn, "拐杖").unwrap(), [0; 0]);
        dialect::unindex_wish(&mut conn, 2).unwrap();
        assert_eq!(find(&mut conn, "运动鞋").unwrap(), [0; 0]);
        dialect::unindex_wish(&mut conn, 2).unwrap();
    }
}

#[test]
fn what_looks_like_an_operator_is_not_one() {
    for (fresh, mut conn) in with_wishes() {
        for text in [
            "\" OR 1=1 --",
            "') OR TRUE --",
            "轮椅\" OR \"鞋",
            "轮椅 OR 鞋",
            "轮椅 | 鞋",
            "NEAR(轮椅 鞋)",
            "轮椅 NOT 鞋",
            "terms : 鞋 轮椅",
            "^轮椅 鞋",
            "轮*",
            "'轮椅' <-> '鞋'",
            "!轮椅",
            "\\轮椅\\ 鞋",
            "$1",
            "?",
            "\u{0}轮椅 鞋",
            "😀",
            "{terms}: \"轮椅",
            "+ + +",
            "and or not near",
            "%",
            "_",
            "轮椅:*A鞋",
        ] {
            let found = find(&mut conn, text).unwrap_or_else(|e| panic!("{text} on {}: {e}", fresh.url));
            let harmless = text == "!轮椅" || text == "轮*";
            assert!(found.is_empty() || harmless && found == [1], "{text} found {found:?} on {}", fresh.url);
        }
        let long = "想要轮椅和鞋".repeat(5000);
        find(&mut conn, &long).unwrap();
        dialect::index_wish(&mut conn, 1, &index_terms(&long)).unwrap();
        assert_eq!(find(&mut conn, "轮椅").unwrap(), [1]);
    }
}

#[test]
fn the_condition_can_stay_in_the_statement_cache() {
    const { assert!(<Matches as QueryId>::HAS_STATIC_QUERY_ID) };
}
