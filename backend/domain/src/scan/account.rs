//! Ways to reach somebody other than a telephone, and the plates of vehicles: WeChat, QQ and the like
//! near their names, electronic mail (RFC 5322, the usual form), licence plates (GA 36).

use super::{
    Hit, Kind,
    text::{Folded, pattern},
};
use regex::Regex;
use std::sync::LazyLock;

const WECHAT: &str = r"(?i)(?:微\s?信|薇信|威信|维信|v\s?x|w\s?x|wechat|weixin|v信|加我?v|v:|微号)(?:号|id|名|是|为|叫|搜|加|[^a-z0-9\p{Han}]){0,6}([a-z][a-z0-9_\-]{4,19}|[0-9]{5,12})";
const QQ: &str =
    r"(?i)(?:q\s?q|扣扣|球球|企鹅|q号)(?:号|群|是|为|加|[^0-9a-z\p{Han}]){0,6}([1-9](?: ?[0-9]){4,11})";
const QQ_AFTER: &str = r"(?i)([1-9](?: ?[0-9]){4,11}) ?[(,]? ?(?:q\s?q|扣扣)";
const OTHER: &str = r"(?i)(?:抖音|快手|小红书|微博|支付宝|钉钉|淘宝|拼多多|b站)(?:号|账号|帐号|id|是|为|搜|找|叫|看|[^a-z0-9\p{Han}]){0,6}([a-z0-9_.\-]{5,20})";
const EMAIL: &str = r"[A-Za-z0-9._%+\-]+ ?@ ?[A-Za-z0-9\-]+(?: ?\. ?[A-Za-z0-9\-]+)+";
const PLATE: &str = r"(?i)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Z] ?[·•.\-]? ?([A-HJ-NP-Z0-9]{4,6}[挂学警港澳]?)";

#[cfg(test)]
const PATTERNS: &[&str] = &[WECHAT, QQ, QQ_AFTER, OTHER, EMAIL, PLATE];

static WECHAT_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(WECHAT));
static QQ_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(QQ));
static QQ_AFTER_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(QQ_AFTER));
static OTHER_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(OTHER));
static EMAIL_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(EMAIL));
static PLATE_RE: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(PLATE));

/// Accounts, addresses of mail and plates.
pub(super) fn find(plain: &Folded, digits: &Folded) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (pattern, text) in
        [(&*WECHAT_RE, plain), (&*QQ_RE, digits), (&*QQ_AFTER_RE, digits), (&*OTHER_RE, plain)]
    {
        hits.extend(groups(pattern.as_ref(), text, 1, Kind::Account));
    }
    hits.extend(groups(EMAIL_RE.as_ref(), plain, 0, Kind::Email));
    if let Some(pattern) = &*PLATE_RE {
        let spans = plain.each(pattern, |captures| {
            let (whole, number) = (captures.get(0)?, captures.get(1)?);
            let digits = number.as_str().bytes().filter(u8::is_ascii_digit).count();
            let goes_on = plain.after(whole.end()).starts_with(|c: char| c.is_ascii_alphanumeric());
            let long = number.as_str().chars().count() >= 5;
            (digits >= 2 && long && !goes_on).then(|| plain.span(whole.start(), whole.end()))?
        });
        hits.extend(spans.into_iter().map(|span| Hit::must(Kind::Plate, span)));
    }
    hits
}

fn groups(pattern: Option<&Regex>, text: &Folded, group: usize, kind: Kind) -> Vec<Hit> {
    let Some(pattern) = pattern else { return Vec::new() };
    let spans =
        text.each(pattern, |captures| captures.get(group).and_then(|m| text.span(m.start(), m.end())));
    spans.into_iter().map(|span| Hit::must(kind, span)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_reads() {
        assert!(super::super::text::all_read(PATTERNS));
    }
}
