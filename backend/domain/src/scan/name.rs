//! Names of people, found by what stands around them (叫…, …同学, …奶奶, 联系…, …，男), or by their own
//! characters. A surname with a
//! title alone (王奶奶) or with 某 is no name.

use super::{
    Hit, Kind,
    surname::{DOUBLE, GIVEN, SINGLE, WORDS},
    text::{Folded, Span, pattern},
};
use regex::Regex;
use std::sync::LazyLock;

/// Characters that hardly stand in a given name.
const NOT_GIVEN: &str = "的了在是有不没要想让到着过很就还把被对跟又再等能会可以去看听做吃穿用住走跑带送买卖拿放上下里外前后右多少几个位只岁们我你他她它这哪什么怎谁爷奶爸妈父母儿女孙姐弟姨婶舅姑某老家户口人钱号电话站坏车间屋里村镇乡县市省路街条件台辆张双本次些样哪吗呢吧啊呀嘛啦";

/// Naming words, after which even a name without a surname is one.
const NAMING: &str = r"(?:姓名|名字|大名|小名|乳名|本名|昵称|名叫|名为|叫做|叫作|我叫|她叫|他叫|孩子叫|娃叫|取名|人称)(?:是|叫|为)? ?[:“\x22「(]? ?";
/// Those who are named right after.
const PEOPLE: &str = r"(?:孩子|儿子|女儿|孙子|孙女|外孙女?|丈夫|妻子|老伴|父亲|母亲|爸爸|妈妈|爷爷|奶奶|弟弟|妹妹|哥哥|姐姐|同学|同桌|好友|朋友|网格员|村医|邻居|户主|监护人|联系人|联系|收件人|收货人|经手人|学生|志愿者|老师|医生|支书|书记|主任|队长|村长|组长|大姐|大哥|阿姨|叔叔|婶婶|隔壁的?|和|跟|与|找|送给|替|帮|照顾|照看|叫|是|由|给) ?[:“\x22「(]? ?";
/// What a name is followed by.
const AFTER: &str = r"(?:$|[^{H}]|今年|现年|已|想|在|的|说|患|就读|正|因|和|与|从|是|每|没|需|家|都|老人|同学|身|一直|也|要|喜|爱|成绩|写|替|把|给|为|天天|帮|来|去|常|一起|一块|带|陪|住|今|刚|又|总|会|能)";
/// What makes a name of what stands before it.
const TITLE: &str = r" ?(?:同学|奶奶|爷爷|大爷|大妈|大娘|阿姨|叔叔|伯伯|婆婆|公公|外婆|外公|老人家|老人|老太太|老太|大伯|大叔|大哥|大姐|大嫂|女士|先生|小朋友|师傅|老师|医生|婶|嫂|姐姐|哥哥|妹妹|弟弟|一家|家里|家的)";
/// What is said first of somebody named.
const FACTS: &str = r"(?:今年|现年|[,(、] ?[男女]|[,(] ?[0-9]{1,3} ?岁|[0-9]{1,3} ?岁|想|家里|一家|患|身患|独自|是一|希望|盼)";

struct Rules {
    naming: Option<Regex>,
    people: Option<Regex>,
    title: Option<Regex>,
    first: Option<Regex>,
    bare: Option<Regex>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let given = format!(r"[\p{{Han}}&&[^{NOT_GIVEN}]]");
    let name = format!(r"((?:{}){given}{{1,2}}|[{SINGLE}]{given}{{1,2}}?)", DOUBLE.join("|"));
    let surname = format!("(?:{}|[{SINGLE}])", DOUBLE.join("|"));
    Rules {
        bare: pattern(&format!("({surname}[{GIVEN}]{{2}})")),
        naming: pattern(&format!(
            r"{NAMING}((?:[{SINGLE}]|{given}){given}{{1,3}}?)(?:$|[^{{H}}]|今年|想|是|的|在|已|喜|爱|说|上|读|就|刚|,)"
        )),
        people: pattern(&format!("{PEOPLE}{name}{AFTER}")),
        title: pattern(&format!("{name}{TITLE}")),
        first: pattern(&format!(r"(?:^|[^{{H}}]){name}{FACTS}")),
    }
});

/// Names with a cue.
pub(super) fn find(plain: &Folded) -> Vec<Hit> {
    let rules = &*RULES;
    let mut spans = Vec::new();
    for pattern in [&rules.people, &rules.title, &rules.first, &rules.bare].into_iter().flatten() {
        spans.extend(plain.each(pattern, |captures| {
            let name = captures.get(1)?;
            (!is_word(name.as_str())).then(|| plain.span(name.start(), name.end()))?
        }));
    }
    if let Some(pattern) = &rules.naming {
        spans.extend(plain.each(pattern, |captures| named(plain, &captures.get(1)?)));
    }
    spans.into_iter().map(|span| Hit::must(Kind::PersonName, span)).collect()
}

fn named(plain: &Folded, name: &regex::Match<'_>) -> Option<Span> {
    (!is_word(name.as_str())).then(|| plain.span(name.start(), name.end()))?
}

fn is_word(name: &str) -> bool {
    WORDS.split(' ').any(|word| name.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_reads() {
        let rules = &*RULES;
        assert!(
            [&rules.naming, &rules.people, &rules.title, &rules.first, &rules.bare]
                .iter()
                .all(|rule| rule.is_some())
        );
    }
}
