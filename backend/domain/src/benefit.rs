//! Benefits (惠民待遇): an organisation's own list of what a household in difficulty may be owed already, before charity
//! is asked. Data, not code; inherited down the tree, where the nearest list wins.

use crate::{
    id::OrganisationId,
    refusal::{Code, Fault, Faults, Refusal},
    skill::validate_word,
};

/// One benefit of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefit {
    /// 1 to 30 characters; never changes.
    pub word: String,
    /// Whose list it stands on.
    pub organisation_id: OrganisationId,
    /// Counts its changes.
    pub version: i64,
    /// What people set.
    pub terms: Terms,
}

/// What a person may set of a benefit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The English name.
    pub name_en: Option<String>,
    /// Who may be owed it, in words that a grid worker can ask.
    pub hint: String,
    /// Who answers for it.
    pub office: String,
    /// Place in the list, smallest first.
    pub sort: i32,
    /// It is asked about.
    pub active: bool,
}

impl Benefit {
    /// Checks what a person set.
    ///
    /// # Errors
    /// `invalid` with the field at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        validate_word(&self.word)?;
        let mut faults = Faults::default();
        faults
            .optional_text("/name_en", self.terms.name_en.as_deref(), 60)
            .text("/hint", &self.terms.hint, 2, 200)
            .text("/office", &self.terms.office, 2, 60);
        faults.finish()
    }
}

/// Checks that a benefit is on the list and in use.
///
/// # Errors
/// `invalid`, unknown.
pub fn listed(list: &[Benefit], word: &str) -> Result<(), Refusal> {
    match list.iter().any(|benefit| benefit.word == word && benefit.terms.active) {
        true => Ok(()),
        false => Err(Refusal::field(Code::Invalid, "/benefit", Fault::Unknown)),
    }
}

/// What a new tree begins with: the word, its English name, who may be owed it, and who answers.
///
/// After the State Council's Interim Measures for Social Assistance (社会救助暂行办法, 2014, revised 2019) and the
/// allowances that the Ministry of Civil Affairs and the Disabled Persons' Federation list; each county sets its own
/// lines, and so its own list.
pub const SEED: &[(&str, &str, &str, &str)] = &[
    ("低保", "Subsistence allowance", "全家人均月收入低于当地低保线，或有重病、重残的人", "民政部门"),
    ("特困供养", "Support for the destitute", "没有劳动能力、没有收入、没有人赡养或抚养", "民政部门"),
    ("临时救助", "Temporary assistance", "突发火灾、车祸、重病，一时过不下去", "乡镇（街道）"),
    ("医疗救助", "Medical assistance", "住院或长期吃药，报销后自付还是很重", "医保部门"),
    ("高龄津贴", "Old-age allowance", "年满 80 岁", "民政部门"),
    ("残疾人两项补贴", "Disability allowances", "低保家庭的残疾人，或一二级重度残疾人", "民政部门"),
    ("残疾人辅具", "Assistive devices", "持证残疾人需要轮椅、助听器、假肢", "残联"),
    (
        "困境儿童保障",
        "Support for children in difficulty",
        "父母重残、重病、失联、服刑，或孩子自己重病重残",
        "民政部门",
    ),
    ("教育资助", "Student aid", "家里有上学的孩子，学费、生活费有困难", "教育部门"),
    ("危房改造", "Repair of unsafe housing", "唯一的住房漏雨、开裂、被鉴定为危房", "住建部门"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn list() -> Vec<Benefit> {
        let entry = |(sort, (word, name_en, hint, office)): (i32, &(&str, &str, &str, &str))| Benefit {
            word: (*word).to_owned(),
            organisation_id: OrganisationId(Uuid::nil()),
            version: 1,
            terms: Terms {
                name_en: Some((*name_en).to_owned()),
                hint: (*hint).to_owned(),
                office: (*office).to_owned(),
                sort,
                active: sort > 0,
            },
        };
        (0..).zip(SEED).map(entry).collect()
    }

    #[test]
    fn the_seed_is_valid_and_says_nothing_twice() {
        let list = list();
        list.iter().for_each(|benefit| benefit.validate().unwrap());
        let words: BTreeSet<_> = list.iter().map(|benefit| &benefit.word).collect();
        assert_eq!(words.len(), SEED.len());
    }

    #[test]
    fn only_what_is_on_the_list_and_in_use_is_asked_for() {
        let list = list();
        listed(&list, "高龄津贴").unwrap();
        for other in ["低保", "中彩票"] {
            assert_eq!(listed(&list, other).unwrap_err().code, Code::Invalid, "{other}");
        }
    }
}
