//! The words that sheets use for what we have our own for, and what to tell somebody whose word is none of them.

use super::field::Field;
use crate::{beneficiary::Purpose, refusal::Text, wish::Unit};
use chrono::NaiveDate;

/// Each purpose has a column of its own.
pub(super) const PURPOSES: [(Field, Purpose); 5] = [
    (Field::Collect, Purpose::Collect),
    (Field::Publish, Purpose::Publish),
    (Field::Photo, Purpose::Photo),
    (Field::ShareWithClaimant, Purpose::ShareWithClaimant),
    (Field::ShareWithPlatform, Purpose::ShareWithPlatform),
];

/// The column that a rule's pointer is about.
pub(super) fn field_at(pointer: &str) -> Field {
    let first = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "name" => Field::Name,
        "phone" => Field::Phone,
        "address" => Field::Address,
        "id_number" => Field::IdNumber,
        "birth_date" => Field::BirthDate,
        "hardships" => Field::Hardships,
        "consents" => Field::Collect,
        "guardian_name" => Field::GuardianName,
        "relation" => Field::Relation,
        "given_on" => Field::ConsentOn,
        "details" => Field::Details,
        "public_summary" => Field::Summary,
        "category" => Field::Category,
        "skill" => Field::Skill,
        "quantity" => Field::Quantity,
        "estimated_cost_fen" => Field::Cost,
        "needed_by" => Field::NeededBy,
        "beneficiary_id" => Field::Place,
        _ => Field::Title,
    }
}

/// What to write in a column, in both languages.
pub(super) const fn advice(field: Field) -> Text {
    let (zh, en) = match field {
        Field::Name => (
            "写全名，1 到 40 个字，不要带星号；同名的请加电话或身份证号；两张表的编号要对得上。",
            "The full name, 1 to 40 characters, without stars. Add a phone or identity number where several have it; on two sheets the numbers must match.",
        ),
        Field::Phone => (
            "写 7 到 15 位数字，例如 13800005678；把这一列设成“文本”。",
            "7 to 15 digits, such as 13800005678. Format the column as text.",
        ),
        Field::IdNumber => (
            "写 18 位，最后一位可以是 X；把这一列设成“文本”再重填，末几位成了 0 的要补回来。姓名要和已登记的一致。",
            "18 characters, the last may be X. Format the column as text and type it again: a number loses its last digits. The name must be the one that is registered.",
        ),
        Field::BirthDate => (
            "写成 1950-03-02；未成年人必填，要和身份证号、年龄一致。",
            "As 1950-03-02. Required of minors; it must agree with identity number and age.",
        ),
        Field::Age => (
            "只写周岁数字，例如 76，要和出生日期一致。",
            "Whole years as a number, such as 76, in agreement with the date of birth.",
        ),
        Field::Address => ("不超过 120 个字，不要带星号。", "At most 120 characters, without stars."),
        Field::Place => (
            "写系统里的村（社区）全名，并且归您管；留空就算在导入的组织名下。",
            "The full name of the village or community as it is here, within your reach. Left blank, it is the importing organisation.",
        ),
        Field::Hardships => (
            "用顿号分开，每项不超过 20 个字，最多 10 项。",
            "Separated by commas, each at most 20 characters, ten at most.",
        ),
        Field::GuardianName => ("未满 18 岁要写监护人姓名。", "Name the guardian of who is under 18."),
        Field::Relation => {
            ("写监护人是孩子的什么人，例如 母亲。", "What the guardian is to the child, such as mother.")
        }
        Field::Collect => (
            "本人（未满 14 岁由监护人）同意登记了才写“是”；没同意的先不要导入。",
            "Write yes once the resident (under 14 the guardian) agreed to be noted. Leave out who did not.",
        ),
        Field::Publish | Field::Photo | Field::ShareWithClaimant | Field::ShareWithPlatform => {
            ("写“是”或“否”，留空算否。", "Yes or no; blank is no.")
        }
        Field::ConsentOn => ("写成 2026-11-20，不能晚于今天。", "As 2026-11-20, and not after today."),
        Field::Title => (
            "一句话写清要什么，2 到 60 个字；同一个人的同一个心愿只写一行。",
            "The wish in one line, 2 to 60 characters. Each wish of a person in one row alone.",
        ),
        Field::Summary => {
            ("2 到 500 个字，留空就用心愿那一列。", "2 to 500 characters; blank takes the wish itself.")
        }
        Field::Details => ("不超过 2000 个字。", "At most 2000 characters."),
        Field::Category => {
            ("从所在组织的类别里选一个，名称要一样。", "One of the organisation's categories, by its name.")
        }
        Field::Quantity => ("写 1 以上的整数，例如 2 或 2件。", "A whole number from 1, such as 2."),
        Field::Unit => ("写 件、人、小时、次、元 里的一个。", "One of item, person, hour, visit, yuan."),
        Field::Cost => ("只写元数，例如 120 或 120.50。", "An amount in yuan, such as 120 or 120.50."),
        Field::NeededBy => ("写成 2026-12-20，不能早于今天。", "As 2026-12-20, and not before today."),
        Field::Skill => (
            "从专长表里选；表里没有的请管理员先加。",
            "One of the list of skills. Ask an administrator to add what is missing.",
        ),
        Field::PersonKey => ("两张表的编号要对得上。", "The numbers on both sheets must match."),
    };
    Text { zh, en }
}

/// The unit of a word, and how many of it one is.
pub(super) fn unit(word: Option<&str>) -> Option<(Unit, i64)> {
    let Some(word) = word else { return Some((Unit::Item, 1)) };
    let found = match word.to_lowercase().as_str() {
        "人" | "位" | "名" | "person" => (Unit::Person, 1),
        "小时" | "个小时" | "时" | "hour" => (Unit::Hour, 1),
        "次" | "趟" | "回" | "visit" => (Unit::Visit, 1),
        "元" | "yuan" => (Unit::Fen, 100),
        "item" => (Unit::Item, 1),
        // Chinese has a measure word for each thing.
        word if word.chars().count() == 1 && word.chars().all(|c| c >= '\u{2e80}') => (Unit::Item, 1),
        _ => return None,
    };
    Some(found)
}

/// An amount in yuan with at most two places, in fen.
pub(super) fn fen(yuan: &str) -> Option<i64> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let part = part.trim_end_matches('0');
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let cents: i64 = format!("{part:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// The date of birth within an identity number.
pub(super) fn born(id_number: &str) -> Option<NaiveDate> {
    let digits = id_number.get(6..14)?;
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<u32>().ok();
    NaiveDate::from_ymd_opt(i32::try_from(part(0..4)?).ok()?, part(4..6)?, part(6..8)?)
}

/// The one of `names` that was probably meant: one holds the other, or two signs in three are the same.
pub(super) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let shared = |name: &str| word.chars().filter(|sign| name.contains(*sign)).count();
    let near = names.filter(|name| {
        let longer = word.chars().count().max(name.chars().count());
        name.contains(word) || word.contains(name) || shared(name) * 3 >= longer * 2
    });
    near.max_by_key(|name| (shared(name), std::cmp::Reverse(name.chars().count()), std::cmp::Reverse(*name)))
}
