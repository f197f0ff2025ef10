//! Places finer than a township: house numbers, groups of a village, buildings and rooms; and schools
//! with a name of their own.

use super::{
    Hit, Kind,
    text::{Folded, Span, pattern},
};
use regex::Regex;
use std::sync::LazyLock;

/// What may follow the house: building, unit, floor, room.
const INSIDE: &str =
    r"(?: ?(?:{D}{1,4}|[A-Za-z]) ?(?:号楼|号院|栋|幢|座|单元|层|楼|室|号|房))*(?: ?[0-9]{3,4}(?:室|号|房)?)?";

const ADDRESSES: &[&str] = &[
    r"{H}{1,8}?(?:路|街|大道|巷|弄|胡同|坊)(?:[东西南北中]段?)? ?[甲乙丙丁]?{D}{1,6} ?(?:号|弄){INSIDE}",
    r"{H}{1,8}?(?:村|寨|屯|庄|社区|大队|小组) ?第?{D}{1,3} ?(?:组|社|队|屯|号)(?: ?{D}{1,4} ?号)?{INSIDE}",
    r"第?{D}{1,3} ?(?:组|队|社) ?{D}{1,4} ?号{INSIDE}",
    r"{H}{2,8}?(?:小区|花园|公寓|家园|新村|苑|大院|家属院|宿舍|安置点|安置区) ?{D}{1,4} ?(?:期|区)? ?(?:号楼|栋|幢|座|号|楼|单元|室){INSIDE}",
    r"{D}{1,4} ?(?:栋|幢|号楼|号院|座) ?{D}{1,4} ?(?:单元|号楼|层|楼|室|号|房){INSIDE}",
    r"{D}{1,4} ?(?:栋|幢|号楼|座) ?[0-9]{3,4}",
    r"{D}{1,2} ?单元 ?(?:{D}{1,3} ?(?:层|楼) ?)?{D}{1,4} ?(?:室|号|房)?",
    r"门牌号?[是为:]? ?{D}{1,5}号?",
    r"[0-9]{1,3}-[0-9]{1,2}-[0-9]{3,4}",
];

const SCHOOL: &str = r"小学|中学|初中|高中|幼儿园|幼儿班|托儿所|学校|学院|大学|职高|职中|技校|中专|附小|附中|附幼|完小|中心校|教学点";
const NUMBERED: &str =
    r"(?:{H}{0,4}[县市区镇州旗]|在|读|上|念|考入|考取|进)(第?[一二三四五六七八九十]{1,2}[中小幼])";

fn expanded(text: &str) -> String {
    text.replace("{INSIDE}", INSIDE)
}

static ADDRESS_RES: LazyLock<Vec<Regex>> =
    LazyLock::new(|| ADDRESSES.iter().filter_map(|text| pattern(&expanded(text))).collect());
static SCHOOL_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(SCHOOL));
static NUMBERED_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(NUMBERED));

/// Addresses and schools.
pub(super) fn find(plain: &Folded) -> Vec<Hit> {
    let mut hits: Vec<Hit> = ADDRESS_RES
        .iter()
        .flat_map(|pattern| addresses(plain, pattern))
        .map(|span| Hit::must(Kind::Address, span))
        .collect();
    if let Some(pattern) = &*SCHOOL_RE {
        let named = plain.each(pattern, |captures| {
            let kind = captures.get(0)?;
            school(plain, kind.start(), kind.end())
        });
        hits.extend(named.into_iter().map(|span| Hit::must(Kind::School, span)));
    }
    if let Some(pattern) = &*NUMBERED_RE {
        let numbered = plain.each(pattern, |captures| {
            let (whole, number) = (captures.get(0)?, captures.get(1)?);
            let goes_on = plain
                .after(whole.end())
                .starts_with(|c| "学时午型组号间段块口心国等部年餐碗朋友孩伙份".contains(c));
            (!goes_on).then(|| plain.span(number.start(), number.end()))?
        });
        hits.extend(numbered.into_iter().map(|span| Hit::must(Kind::School, span)));
    }
    hits
}

/// Where a place's name cannot go on to the left: what is before says where somebody is.
const PLACE_STOPS: &str = "住在到至去往是来从给请于的了把就叫";

fn addresses(plain: &Folded, pattern: &Regex) -> Vec<Span> {
    plain.each(pattern, |captures| {
        let whole = captures.get(0)?;
        let (start, text) = (whole.start(), whole.as_str());
        if text.starts_with(|c: char| c.is_ascii_digit())
            && plain.before(start).is_some_and(|c| c.is_ascii_digit() || c == '-')
        {
            return None;
        }
        let number = text
            .find(|c: char| c.is_ascii_digit() || "一二三四五六七八九十百零〇两第".contains(c))
            .unwrap_or_default();
        let name = text.get(..number).unwrap_or_default();
        let skip = name.char_indices().rfind(|(_, c)| PLACE_STOPS.contains(*c));
        let cut = skip.map_or(0, |(at, c)| at + c.len_utf8());
        plain.span(start + cut, whole.end())
    })
}

/// Right before "school" these make it any school.
const SOFT_STOPS: &str = "个名位所家里间有和与及跟为让把被对向离了过着没不要想盼只就都也刚还已再又每这那该本我你他她它们年月日天岁级班外前后哥弟姐妹儿女孙子爸妈爷奶叔姨人娃您校边等或从、,;:。! ?";
/// A school's name does not reach over these.
const HARD_STOPS: &str = "在上读念到去进于是的了给来考入转往、,;:。!?()“”\"' ";
/// Words that say what sort of school it is, and not which one.
const SORTS: &str = "希望 中心 实验 民办 公办 公立 私立 农村 乡村 山村 山区 乡镇 县城 城里 本地 当地 附近 隔壁 老年 职业 特殊教育 特教 聋哑 盲人 \
    寄宿制 寄宿 九年制 九年一贯制 普通 重点 全日制 双语 国际 电视 开放 业余 技工 技术 医学 医科 师范 农业 高等 专科 专业 同一 毕业 今年 \
    明年 去年 马上 镇 乡 县 市 村 区 省 城 高级 初级 完全 音乐 艺术 体育 放学 开学 上学 孩子 周末 平时 附属 \
    新 老 旧 好 小学 中学 初中 高中 大学 幼儿园 学校 学前 各 全 多 几 两 一 二 三 回 离开 经过 感谢 \
    靠近 帮 请 由";

fn school(plain: &Folded, start: usize, end: usize) -> Option<Span> {
    if plain.after(end).starts_with(['生', '毕', '文']) {
        return None;
    }
    let before = plain.text.get(..start)?;
    let next = before.chars().next_back()?;
    if SOFT_STOPS.contains(next) || HARD_STOPS.contains(next) || !is_han(next) {
        return None;
    }
    let name: Vec<char> =
        before.chars().rev().take(8).take_while(|c| is_han(*c) && !HARD_STOPS.contains(*c)).collect();
    let name: String = name.into_iter().rev().collect();
    let mut own = name.as_str();
    while let Some(shorter) = SORTS.split(' ').find_map(|sort| own.strip_suffix(sort)) {
        own = shorter;
    }
    let last = own.chars().next_back()?;
    if SOFT_STOPS.contains(last) {
        return None;
    }
    plain.span(start - name.len(), end)
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3400}'..='\u{4dbf}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_reads() {
        assert_eq!(ADDRESS_RES.len(), ADDRESSES.len());
        assert!(SCHOOL_RE.is_some() && NUMBERED_RE.is_some());
    }
}
