//! What belongs to copied wishes so that `wishlight check` finds nothing wrong with them, and what is done
//! to claims so that it has to.

use super::{
    book::{Book, Fate},
    copies::{self, Sql, WISH},
};
use std::ops::RangeInclusive;

/// The ids of copied events begin so; three digits follow, the number of the event among its wish's, and
/// the wish's number.
const EVENT: &str = "01990000-0000-7000-9";

/// Copies the events of a wish to its copies.
pub fn copy_events(sql: &mut Sql, like: &str, numbers: RangeInclusive<u64>) {
    let number = match sql {
        Sql::Sqlite(_) => "printf('%03d', number)",
        Sql::Postgres(_) => "lpad(number::text, 3, '0')",
    };
    let id = sql.hex(&format!("{EVENT}' || {number} || '-"));
    let set = [("id", id), ("subject_id", sql.hex(WISH)), ("position", "NULL".to_owned())];
    sql.copy("events", &format!("subject_id = '{like}'"), numbers, "seq", &set);
}

/// Takes one acknowledged claim away, and gives the share of another to a second volunteer as well.
pub fn tamper(book: &Book, sql: &mut Sql) {
    let asks = book.asks();
    let lost = asks.iter().find(|ask| ask.fate == Fate::Refused).expect("a race that somebody lost");
    let others = asks.iter().filter(|ask| ask.wish != lost.wish);
    let mut won = others.filter_map(|ask| match &ask.fate {
        Fate::Acknowledged(id) => Some(id),
        _ => None,
    });
    let won = won.next().expect("a claim that was acknowledged");
    let taken = sql.run(&format!("DELETE FROM claims WHERE wish_id = '{}'", lost.wish));
    let second = [
        ("id", "'01990000-0000-7000-8002-000000000001'".to_owned()),
        ("claimant_id", format!("'{}'", copies::volunteer(book.volunteers))),
    ];
    let added = sql.copy("claims", &format!("id = '{won}'"), 1..=1, "", &second);
    assert_eq!((taken, added), (1, 1), "the tampering itself must work");
}
