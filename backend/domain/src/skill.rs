//! Skills (专长): an organisation's own list of what claimants can do and wishes may need. Data, not code; inherited
//! down the tree, where the nearest list wins. A skill is its word: what claimants and wishes hold stays readable, and
//! what they held before there was a list still counts.

use crate::{
    fit,
    id::OrganisationId,
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
};

/// One skill of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skill {
    /// 1 to 30 characters; never changes.
    pub word: String,
    /// Whose list it stands on.
    pub organisation_id: OrganisationId,
    /// Counts its changes.
    pub version: i64,
    /// What people set.
    pub label: Label,
}

/// What a person may set of a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The English name.
    pub name_en: Option<String>,
    /// Place in the list, smallest first.
    pub sort: i32,
    /// It may be chosen.
    pub active: bool,
}

impl Label {
    /// Checks the name.
    ///
    /// # Errors
    /// `invalid` with the field at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.optional_text("/name_en", self.name_en.as_deref(), 40);
        faults.finish()
    }
}

/// Checks a new word. It stands in addresses and is looked for in lists, so some signs are left out.
///
/// # Errors
/// `invalid` when it is not 1 to 30 characters in one line, without quotes and slashes.
pub fn validate_word(word: &str) -> Result<(), Refusal> {
    let plain = !word.chars().any(|c| c.is_control() || matches!(c, '"' | '/' | '\\' | '%' | '?' | '#'));
    let mut faults = Faults::default();
    faults.text("/word", word, 1, 30).check(plain, "/word", Fault::Format);
    faults.finish()
}

/// What was chosen, as the list writes it. What was there before stays, whether or not it is on the list.
///
/// # Errors
/// `unknown_skill` with the place of each word that is neither on the list nor was there before.
pub fn chosen(
    words: &[String],
    before: &[String],
    list: &[Skill],
    at: impl Fn(usize) -> String,
) -> Result<Vec<String>, Refusal> {
    let (mut chosen, mut fields): (Vec<String>, Vec<FieldFault>) = (Vec::new(), Vec::new());
    for (index, word) in words.iter().enumerate() {
        let same = |other: &&str| fit::skill(other) == fit::skill(word);
        let known = list.iter().filter(|skill| skill.label.active).map(|skill| skill.word.as_str());
        match known.chain(before.iter().map(String::as_str)).find(same) {
            // Said twice, it is one.
            Some(known) if chosen.iter().any(|one| one == known) => {}
            Some(known) => chosen.push(known.to_owned()),
            None => fields.push(FieldFault { pointer: at(index), fault: Fault::NotListed }),
        }
    }
    match fields.is_empty() {
        true => Ok(chosen),
        false => Err(Refusal { code: Code::UnknownSkill, fields, reached: None }),
    }
}

/// What a new tree begins with: the word, and its English name.
pub const SEED: &[(&str, &str)] = &[
    ("理发", "Haircuts"),
    ("义诊", "Medical advice"),
    ("护士", "Nurse"),
    ("护理", "Care"),
    ("心理疏导", "Counselling"),
    ("法律咨询", "Legal advice"),
    ("助学", "Tutoring"),
    ("走访", "Visits"),
    ("陪伴", "Company"),
    ("电工", "Electrician"),
    ("水管", "Plumber"),
    ("木工", "Carpenter"),
    ("家电", "Appliances"),
    ("手机电脑", "Phones and computers"),
    ("保洁", "Cleaning"),
    ("做饭", "Cooking"),
    ("缝补", "Sewing"),
    ("搬运", "Moving things"),
    ("运送", "Driving"),
    ("农活", "Farm work"),
    ("手语", "Sign language"),
    ("摄影", "Photography"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn list() -> Vec<Skill> {
        [("电工", true), ("Nurse", true), ("木工", false)]
            .map(|(word, active)| Skill {
                word: word.to_owned(),
                organisation_id: OrganisationId(Uuid::nil()),
                version: 1,
                label: Label { name_en: None, sort: 0, active },
            })
            .to_vec()
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn what_is_chosen_is_on_the_list_or_was_there_before() {
        let choose = |chosen_words: &[&str], before: &[&str]| {
            chosen(&words(chosen_words), &words(before), &list(), |index| format!("/skills/{index}"))
        };
        assert_eq!(
            choose(&[" 电工 ", "nurse", "电工"], &[]).unwrap(),
            ["电工", "Nurse"],
            "as the list writes it"
        );
        assert_eq!(
            choose(&["木工", "修钟表"], &["木工", "修钟表"]).unwrap(),
            ["木工", "修钟表"],
            "what was there stays"
        );
        let refused = choose(&["电工", "木工", "修钟表"], &[]).unwrap_err();
        assert_eq!(refused.code, Code::UnknownSkill);
        let at: Vec<_> = refused.fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(at, ["/skills/1", "/skills/2"], "what is not used any more is not chosen anew");
    }

    #[test]
    fn the_seed_is_valid_and_says_nothing_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for (word, name_en) in SEED {
            validate_word(word).unwrap();
            Label { name_en: Some((*name_en).to_owned()), sort: 0, active: true }.validate().unwrap();
            assert!(seen.insert(fit::skill(word)), "{word}");
        }
        for bad in ["", "  ", "a/b", "\"", "一行\n两行"] {
            assert!(validate_word(bad).is_err(), "{bad:?}");
        }
    }
}
