//! Whether what is being written down may be here already: the same resident, or the same wish of a
//! household. A hint for the person who writes, who decides; nothing is refused by it.

use crate::{beneficiary::Person, script::simplified};

words! {
    /// In what a resident agrees with what is being written down.
    pub enum Alike {
        /// 身份证号
        IdNumber = "id_number",
        /// 电话
        Phone = "phone",
        /// 姓名
        Name = "name",
        /// 出生日期
        BirthDate = "birth_date",
        /// 住址
        Address = "address",
    }
}

/// In what a known resident agrees with one that is being written down; empty where they are not to be taken for
/// one. `by` is what they were found by. One number is reason enough, although a household may share its
/// telephone; a name alone is one only where no date of birth and no identity number speaks against it.
#[must_use]
pub fn alike(new: &Person, known: &Person, by: &[Alike]) -> Vec<Alike> {
    let same_name = same_name(&new.name, &known.name);
    let differ = |a: &Option<String>, b: &Option<String>| matches!((a, b), (Some(a), Some(b)) if a != b);
    let others = differ(&new.id_number, &known.id_number)
        || matches!((new.birth_date, known.birth_date), (Some(a), Some(b)) if a != b);
    let number = |which| by.contains(&which);
    if !number(Alike::IdNumber) && !number(Alike::Phone) && (!same_name || others) {
        return Vec::new();
    }
    let address = |person: &Person| person.address.as_deref().map(key).unwrap_or_default();
    let (here, there) = (address(new), address(known));
    let near = !here.is_empty() && (there.contains(&here) || here.contains(&there)) && !there.is_empty();
    let agrees = |which: &Alike| match which {
        Alike::IdNumber | Alike::Phone => number(*which),
        Alike::Name => same_name,
        Alike::BirthDate => new.birth_date.is_some() && new.birth_date == known.birth_date,
        Alike::Address => near,
    };
    Alike::ALL.iter().copied().filter(agrees).collect()
}

/// In what two known residents agree who may be one; empty where they are not to be taken for one. More is asked than
/// of somebody who is being written down: those who share a household share its telephone, too.
#[must_use]
pub fn doubles(one: &Person, other: &Person) -> Vec<Alike> {
    let same = |a: &Option<String>, b: &Option<String>| {
        a.as_deref().is_some_and(|a| b.as_deref().is_some_and(|b| key(a) == key(b)))
    };
    let by: Vec<Alike> = [
        (Alike::IdNumber, same(&one.id_number, &other.id_number)),
        (Alike::Phone, same(&one.phone, &other.phone)),
    ]
    .into_iter()
    .filter_map(|(which, same)| same.then_some(which))
    .collect();
    let found = alike(one, other, &by);
    let person = [Alike::IdNumber, Alike::Name, Alike::BirthDate].iter().any(|which| found.contains(which));
    let numbers = one.id_number.is_some() && other.id_number.is_some() && !by.contains(&Alike::IdNumber);
    if person && !numbers { found } else { Vec::new() }
}

/// What residents who may be one have in common, at the least: their keys are looked up, and not each held
/// against each.
#[must_use]
pub fn keys(person: &Person) -> Vec<String> {
    [Some(&person.name), person.phone.as_ref(), person.id_number.as_ref()]
        .into_iter()
        .flatten()
        .map(|text| key(text))
        .collect()
}

/// Whether two names are one, however they are spaced, in simplified or in traditional characters; no name is nobody's.
#[must_use]
pub fn same_name(one: &str, other: &str) -> bool {
    let one = key(one);
    !one.is_empty() && one == key(other)
}

/// A text without what people write now so, now so.
fn key(text: &str) -> String {
    simplified(text).chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What nearly every wish says of itself.
const SAID_BY_ALL: &str = "想要希望需求盼缺能有给我一个台件把张只双";
/// From how many per mille on two wishes are taken for one; less is enough within a category.
const ALIKE: usize = 600;
const ALIKE_IN_CATEGORY: usize = 400;

/// How much one wish in one line says the same as another, in per mille: the Sørensen–Dice coefficient of
/// their pairs of letters, without the words of all wishes. `None` where they are two.
#[must_use]
pub fn same_wish(title: &str, other: &str, one_category: bool) -> Option<usize> {
    let bare = |text: &str| key(text).replace(|letter| SAID_BY_ALL.contains(letter), "");
    let share = dice(&bare(title), &bare(other));
    (share >= if one_category { ALIKE_IN_CATEGORY } else { ALIKE }).then_some(share)
}

/// Where one text has no pair of letters, both must be the same. (The function of `strsim` divides by bytes, so that
/// Chinese never comes near the whole.)
fn dice(one: &str, other: &str) -> usize {
    let pairs = |text: &str| text.chars().zip(text.chars().skip(1)).collect::<Vec<_>>();
    let (ours, mut theirs) = (pairs(one), pairs(other));
    if ours.is_empty() || theirs.is_empty() {
        return if one == other && !one.is_empty() { 1000 } else { 0 };
    }
    let all = ours.len().saturating_add(theirs.len());
    let met =
        |pair: &(char, char)| theirs.iter().position(|own| own == pair).map(|at| theirs.swap_remove(at));
    let common = ours.iter().filter_map(met).count();
    common.saturating_mul(2000).checked_div(all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, address: Option<&str>, born: Option<&str>) -> Person {
        Person {
            name: name.to_owned(),
            phone: None,
            address: address.map(str::to_owned),
            id_number: None,
            birth_date: born.map(|born| born.parse().unwrap()),
        }
    }

    #[test]
    fn a_name_is_a_reason_unless_something_speaks_against_it() {
        let new = person("莫 示例", Some("示例村三组"), None);
        assert_eq!(
            alike(&new, &person("莫示例", Some("示例村三组2号"), None), &[]),
            [Alike::Name, Alike::Address]
        );
        assert_eq!(alike(&new, &person("莫示例", None, Some("1950-01-09")), &[]), [Alike::Name]);
        assert!(alike(&new, &person("莫某某", Some("示例村三组"), None), &[]).is_empty());
        let born = person("莫示例", None, Some("1950-01-09"));
        assert!(alike(&born, &person("莫示例", None, Some("1984-01-09")), &[]).is_empty());
        assert_eq!(alike(&born, &born, &[]), [Alike::Name, Alike::BirthDate]);
        assert_eq!(alike(&person("劉 示例", None, None), &person("刘示例", None, None), &[]), [Alike::Name]);
        let numbered = |number: &str| Person { id_number: Some(number.to_owned()), ..new.clone() };
        assert!(alike(&numbered("11010519491231002X"), &numbered("110105194912310038"), &[]).is_empty());
    }

    #[test]
    fn a_household_that_shares_its_telephone_is_not_one_resident() {
        let at = |name: &str, born: Option<&str>, number: Option<&str>| Person {
            phone: Some("138 0000 5678".to_owned()),
            id_number: number.map(str::to_owned),
            ..person(name, None, born)
        };
        let one = at("莫示例", Some("1950-01-09"), None);
        assert!(doubles(&one, &at("韦示例", Some("1952-02-02"), None)).is_empty());
        assert_eq!(doubles(&one, &at("莫 示例", None, None)), [Alike::Phone, Alike::Name]);
        assert_eq!(doubles(&one, &at("莫示列", Some("1950-01-09"), None)), [Alike::Phone, Alike::BirthDate]);
        let numbered = |number| at("莫示例", None, Some(number));
        assert!(doubles(&numbered("11010519491231002X"), &numbered("110105194912310038")).is_empty());
    }

    #[test]
    fn a_number_is_reason_enough() {
        let other = person("韦示例", None, Some("1984-01-09"));
        assert_eq!(
            alike(&person("莫示例", None, Some("1950-01-09")), &other, &[Alike::Phone]),
            [Alike::Phone]
        );
        assert_eq!(alike(&person("", None, None), &person("", None, None), &[]), []);
    }

    #[test]
    fn one_wish_in_other_words_is_found_and_two_wishes_are_two() {
        for (one, other, in_category) in [
            ("想要一台收音机", "收音机", false),
            ("想有一台老年收音机", "缺一台收音机", true),
            ("希望装一盏楼道灯", "楼道里想装盏灯", true),
        ] {
            assert!(same_wish(one, other, in_category).is_some(), "{one} {other}");
        }
        for (one, other) in
            [("想要一台收音机", "想要一床棉被"), ("想要一张书桌", "希望有人陪着说说话"), ("", "想要")]
        {
            assert!(same_wish(one, other, true).is_none(), "{one} {other}");
        }
    }
}
