//! The columns of each list, and how values stand in their cells.

use crate::sheet::Column;
use domain::{import::cell::Cell, time::Instant};

/// Wishes, without whose they are.
pub(super) const WISHES: &[Column] = &[
    ("序号", 6),
    ("心愿", 30),
    ("类别代码", 10),
    ("类别", 10),
    ("数量", 7),
    ("单位", 6),
    ("已认领", 7),
    ("已送达", 7),
    ("已确认", 7),
    ("状态代码", 10),
    ("状态", 9),
    ("征集组织", 16),
    ("责任组织", 16),
    ("预计费用（元）", 11),
    ("希望日期", 11),
    ("办理期限", 11),
    ("超期", 6),
    ("登记日期", 11),
    ("点亮日期", 11),
    ("心愿编号", 20),
];

/// Where the cost stands among them.
pub(super) const COST: u16 = 13;

/// Wishes with their residents.
pub(super) const WISHES_WITH_RESIDENTS: &[Column] = &[
    ("序号", 6),
    ("心愿", 30),
    ("类别", 10),
    ("数量", 7),
    ("单位", 6),
    ("状态代码", 10),
    ("状态", 9),
    ("责任组织", 18),
    ("姓名", 12),
    ("电话", 16),
    ("住址", 36),
    ("心愿编号", 20),
];

/// Residents.
pub(super) const RESIDENTS: &[Column] =
    &[("序号", 6), ("姓名", 14), ("电话", 18), ("住址", 44), ("组织", 20), ("登记日期", 12)];

/// Claims.
pub(super) const CLAIMS: &[Column] = &[
    ("序号", 6),
    ("心愿", 30),
    ("认领方类型", 10),
    ("认领单位", 20),
    ("数量", 7),
    ("单位", 6),
    ("方式代码", 10),
    ("方式", 10),
    ("状态代码", 10),
    ("状态", 9),
    ("认领日期", 11),
    ("最近变动", 11),
    ("心愿编号", 20),
    ("认领编号", 20),
];

/// Some words.
pub(super) fn text(words: &str) -> Cell {
    if words.is_empty() { Cell::Empty } else { Cell::Text(words.to_owned()) }
}

/// A word as the program knows it, and as people say it.
pub(super) fn coded(code: &str, words: &str) -> [Cell; 2] {
    [text(code), text(words)]
}

/// A number of things.
pub(super) fn count(number: i64) -> Cell {
    number.to_string().parse().map_or(Cell::Empty, Cell::Number)
}

/// Money, in yuan.
pub(super) fn yuan(fen: i64) -> Cell {
    format!("{}.{:02}", fen / 100, fen % 100).parse().map_or(Cell::Empty, Cell::Number)
}

/// A day in China.
pub(super) fn day(at: Option<Instant>) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Date(at.date()))
}
