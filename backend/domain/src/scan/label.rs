//! Words that put a label on somebody, each with the reason why it does not stand on a wall.

use super::{Hit, Kind, Severity, text::Folded};
use crate::refusal::Text;
use Severity::{Advice, MustResolve};

/// Words of one sort.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The words.
    pub words: &'static [&'static str],
    /// How much they weigh.
    pub severity: Severity,
    /// Why, in both languages.
    pub reason: Text,
}

const fn label(
    severity: Severity,
    words: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
) -> Label {
    Label { words, severity, reason: Text { zh, en } }
}

impl Label {
    /// Whether this is one of its words, as written.
    #[must_use]
    pub fn holds(&self, written: &str) -> bool {
        let written = super::text::tight(written);
        self.words.iter().any(|word| *word == written)
    }
}

/// The table. What blocks is either a label that a child cannot take off again, or a word that insults,
/// or a fact whose publication harms by itself; the rest is pointed out.
pub const LABELS: &[Label] = &[
    label(
        MustResolve,
        &[
            "留守",
            "孤儿",
            "孤残",
            "弃婴",
            "弃儿",
            "事实无人抚养",
            "困境儿童",
            "流浪儿",
            "私生",
            "没爹没娘",
            "没人要",
            "捡来的",
            "捡的孩子",
            "抱来的",
            "抱养",
            "无人监护",
            "问题少年",
            "问题儿童",
            "问题学生",
            "坏孩子",
        ],
        "给孩子贴上身份标签，邻里一看就知道是谁，会跟着孩子一辈子（《未成年人保护法》第四条：保护隐私和个人信息）。写需要什么，不写是哪一类孩子。",
        "Labels a child for life, and neighbours know who it is (Law on the Protection of Minors, art. 4). Say what is needed, not what sort of child it is.",
    ),
    label(
        MustResolve,
        &["坐牢", "服刑", "劳改", "监狱", "判刑", "蹲牢", "吸毒", "戒毒", "贩毒", "逃犯", "刑满"],
        "家人违法犯罪的事不公开（《个人信息保护法》第二十八条：敏感个人信息），孩子会因此受歧视。",
        "A relative's offence is nobody's to publish (PIPL art. 28), and the child pays for it.",
    ),
    label(
        MustResolve,
        &["性侵", "强奸", "猥亵", "被拐", "拐卖", "家暴", "被虐待", "受虐"],
        "受过侵害的事一旦公开就是第二次伤害（《未成年人保护法》第一百零三条：不得披露可能识别出其身份的信息）。",
        "To publish what was done to somebody harms them again (Law on the Protection of Minors, art. 103).",
    ),
    label(
        MustResolve,
        &["艾滋", "hiv", "梅毒", "性病", "麻风", "精神病", "精神分裂", "疯子", "癫子", "神经病"],
        "这些病一说出来就让人受歧视，法律要求保密（《艾滋病防治条例》第三十九条、《精神卫生法》第四条）。",
        "Known, these illnesses bring discrimination; the law keeps them secret (AIDS regulations art. 39, Mental Health Law art. 4).",
    ),
    label(
        MustResolve,
        &[
            "残废", "傻子", "弱智", "智障", "白痴", "痴呆", "聋子", "哑巴", "瞎子", "瘸子", "跛子", "瘫子",
            "侏儒", "残次", "呆子", "疯婆",
        ],
        "伤人的叫法（《残疾人保障法》第三条：禁止侮辱和贬低）。写行动上需要什么帮助就够了。",
        "An insulting word (Law on the Protection of Disabled Persons, art. 3). Say what help is needed.",
    ),
    label(
        Advice,
        &[
            "癌",
            "白血病",
            "尿毒症",
            "肝炎",
            "结核",
            "抑郁",
            "自闭",
            "孤独症",
            "脑瘫",
            "癫痫",
            "肿瘤",
            "透析",
            "唐氏",
            "植物人",
            "瘫痪",
            "偏瘫",
        ],
        "病名是健康信息（《个人信息保护法》第二十八条）。能说“身体不好、出门不便”，就不写病名。",
        "The name of an illness is health data (PIPL art. 28). Say \"in poor health\" where that is enough.",
    ),
    label(
        Advice,
        &["残疾证", "级残疾", "残疾等级", "聋哑", "盲人", "智力残疾", "精神残疾", "肢体残疾"],
        "残疾的类别和等级是敏感信息。写需要什么便利，不写证件和等级。",
        "Sort and grade of a disability are sensitive. Say what would help, not the certificate.",
    ),
    label(
        Advice,
        &[
            "低保",
            "五保户",
            "特困",
            "贫困户",
            "贫困生",
            "建档立卡",
            "脱贫户",
            "单亲",
            "离异",
            "改嫁",
            "跑了",
            "失独",
            "孤寡",
            "绝户",
            "光棍",
        ],
        "身份和家事的标签，不写也能说清心愿，能免则免。",
        "A label of means or family; the wish can be told without it.",
    ),
];

/// Labels in a text without spaces.
pub(super) fn find(tight: &Folded) -> Vec<Hit> {
    let mut hits = Vec::new();
    for label in LABELS {
        for word in label.words {
            let spans =
                tight.text.match_indices(word).filter_map(|(at, word)| tight.span(at, at + word.len()));
            hits.extend(spans.map(|span| Hit { kind: Kind::Label, severity: label.severity, span }));
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_once_and_has_its_reason() {
        let mut words: Vec<&str> = LABELS.iter().flat_map(|label| label.words.iter().copied()).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(LABELS.iter().all(|label| !label.reason.zh.is_empty() && !label.reason.en.is_empty()));
    }
}
