//! A text as the rules read it: full-width letters and digits made plain, what cannot be seen left out;
//! and the way back from a place in it to the characters as they were written.

use regex::{Captures, Regex};

/// From one character to another, not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A text made plain.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) text: String,
    /// For each byte of `text`, the character of the source that it came from.
    origin: Vec<usize>,
}

impl Folded {
    /// Full-width forms, circled and Arabic digits made ASCII; invisible characters left out.
    pub(super) fn plain(source: &[char]) -> Self {
        Self::by(source, plain)
    }

    /// As [`Folded::plain`], with Chinese digits made ASCII too: 一三八 reads 138.
    pub(super) fn digits(source: &[char]) -> Self {
        Self::by(source, |c| plain(c).map(digit))
    }

    /// As [`Folded::plain`], in small letters, without the spaces and marks that are put between the
    /// characters of a name to hide it.
    pub(super) fn tight(source: &[char]) -> Self {
        let between = |c: &char| !(c.is_whitespace() || "·•・‧.-_*|/~".contains(*c));
        Self::by(source, |c| plain(c).filter(between).map(|c| c.to_ascii_lowercase()))
    }

    fn by(source: &[char], fold: impl Fn(char) -> Option<char>) -> Self {
        let mut folded = Self { text: String::new(), origin: Vec::new() };
        for (index, c) in source.iter().enumerate() {
            if let Some(c) = fold(*c) {
                folded.text.push(c);
                folded.origin.extend(std::iter::repeat_n(index, c.len_utf8()));
            }
        }
        folded
    }

    /// The source's characters for a range of bytes; none for an empty one.
    pub(super) fn span(&self, start: usize, end: usize) -> Option<Span> {
        let first = *self.origin.get(start)?;
        let last = *self.origin.get(end.checked_sub(1)?)?;
        (start < end).then_some(Span { start: first, end: last + 1 })
    }

    /// Every place where `take` makes something of a match, also where matches overlap one that it
    /// made nothing of.
    pub(super) fn each<T>(
        &self,
        pattern: &Regex,
        mut take: impl FnMut(&Captures<'_>) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(captures) = pattern.captures_at(&self.text, at) {
            let Some(whole) = captures.get(0) else { break };
            let step = whole.as_str().chars().next().map_or(1, char::len_utf8);
            at = match take(&captures) {
                Some(made) => {
                    found.push(made);
                    whole.end().max(whole.start() + step)
                }
                None => whole.start() + step,
            };
            if at > self.text.len() {
                break;
            }
        }
        found
    }

    /// The character before a byte.
    pub(super) fn before(&self, at: usize) -> Option<char> {
        self.text.get(..at)?.chars().next_back()
    }

    /// The text after a byte.
    pub(super) fn after(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or_default()
    }
}

/// A text as [`Folded::tight`] makes it.
pub(super) fn tight(text: &str) -> String {
    Folded::tight(&text.chars().collect::<Vec<_>>()).text
}

fn plain(c: char) -> Option<char> {
    let shifted = |from: char, to: char| {
        let offset = u32::from(c).checked_sub(u32::from(from))?;
        char::from_u32(u32::from(to).checked_add(offset)?)
    };
    match c {
        '\u{200b}'..='\u{200f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{fe0e}'
        | '\u{fe0f}' => None,
        '\u{3000}' | '\u{a0}' => Some(' '),
        '\u{ff01}'..='\u{ff5e}' => shifted('\u{ff01}', '!'),
        '\u{2460}'..='\u{2468}' => shifted('\u{2460}', '1'),
        '\u{2776}'..='\u{277e}' => shifted('\u{2776}', '1'),
        '\u{660}'..='\u{669}' => shifted('\u{660}', '0'),
        '\u{6f0}'..='\u{6f9}' => shifted('\u{6f0}', '0'),
        '\u{24ea}' => Some('0'),
        other => Some(other),
    }
}

const fn digit(c: char) -> char {
    match c {
        '零' | '〇' | '○' | '洞' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '两' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        other => other,
    }
}

/// A pattern in which `{D}` is a Chinese or ASCII digit, `{S}` what is written between digits, `{H}` a
/// Chinese character. None for a pattern that does not read, which a test rules out.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    let text = text
        .replace("{D}", "[0-9一二三四五六七八九十百零〇两]")
        .replace("{S}", r"[ .\-_,、()*·—–~/]")
        .replace("{H}", r"\p{Han}");
    Regex::new(&text).ok()
}

/// Whether each of these reads.
#[cfg(test)]
pub(super) fn all_read(patterns: &[&str]) -> bool {
    patterns.iter().all(|text| pattern(text).is_some())
}
