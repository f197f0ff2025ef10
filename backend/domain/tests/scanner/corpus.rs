//! Texts with what must be found in them, as the files beside this one hold them.

use domain::scan::{Field, Finding, Kind, Known, scan};

/// One text.
#[derive(Debug)]
pub struct Text {
    /// The line as it stands in its file.
    pub line: String,
    /// The names that the server would know.
    pub known: Known,
    /// The text without the marks.
    pub text: String,
    /// What is planted: kind, first and last unit, words.
    pub planted: Vec<(Vec<Kind>, usize, usize, String)>,
}

/// Reads a file of texts.
pub fn read(file: &str) -> Vec<Text> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(one).collect()
}

fn one(line: &str) -> Text {
    let (names, marked) = line.split_once(" | ").unwrap_or_else(|| panic!("no names: {line}"));
    let names = names.split('、').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (mut text, mut planted, mut rest) = (String::new(), Vec::new(), marked);
    while let Some((before, after)) = rest.split_once('{') {
        let (plant, after) = after.split_once('}').unwrap_or_else(|| panic!("no end: {line}"));
        let (kind, words) = plant.split_once(':').unwrap_or_else(|| panic!("no kind: {line}"));
        text.push_str(before);
        let start = text.encode_utf16().count();
        text.push_str(words);
        planted.push((kinds(kind), start, text.encode_utf16().count(), words.to_owned()));
        rest = after;
    }
    text.push_str(rest);
    Text { line: line.to_owned(), known: Known { names }, text, planted }
}

/// A name is a name, whoever's.
fn kinds(word: &str) -> Vec<Kind> {
    match word {
        "own" | "name" => vec![Kind::ResidentName, Kind::PersonName],
        "phone" => vec![Kind::Phone],
        "account" => vec![Kind::Account],
        "email" => vec![Kind::Email],
        "id" => vec![Kind::IdNumber],
        "card" => vec![Kind::BankCard],
        "plate" => vec![Kind::Plate],
        "address" => vec![Kind::Address],
        "school" => vec![Kind::School],
        "label" => vec![Kind::Label],
        other => panic!("no kind {other}"),
    }
}

/// What came of looking through some texts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Texts looked through.
    pub texts: usize,
    /// Details planted, and how many of them were found as what they are.
    pub planted: usize,
    pub found: usize,
    /// Clean texts, and how many of them something was found in.
    pub clean: usize,
    pub alarmed: usize,
    /// Findings in all, and those that touch nothing planted.
    pub findings: usize,
    pub stray: usize,
    /// The lines that went wrong.
    pub wrong: Vec<String>,
}

impl Figures {
    pub fn of(texts: &[Text]) -> Self {
        let mut sum = Self::default();
        for text in texts {
            sum.add(text);
        }
        sum
    }

    fn add(&mut self, text: &Text) {
        let findings = scan(Field::PublicSummary, &text.text, &text.known);
        let touches =
            |finding: &Finding, start: usize, end: usize| finding.start < end && start < finding.end;
        self.texts += 1;
        self.findings += findings.len();
        for (kinds, start, end, words) in &text.planted {
            self.planted += 1;
            if findings.iter().any(|finding| kinds.contains(&finding.kind) && touches(finding, *start, *end))
            {
                self.found += 1;
            } else {
                self.wrong.push(format!("not found: {words} in {}", text.line));
            }
        }
        let planted =
            |finding: &&Finding| text.planted.iter().any(|(_, start, end, _)| touches(finding, *start, *end));
        for stray in findings.iter().filter(|finding| !planted(finding)) {
            self.stray += 1;
            self.wrong.push(format!("stray: {} {} in {}", stray.kind, stray.text, text.line));
        }
        if text.planted.is_empty() {
            self.clean += 1;
            self.alarmed += usize::from(!findings.is_empty());
        }
    }

    /// Of a hundred details planted, how many are found.
    pub fn recall(&self) -> f64 {
        percent(self.found, self.planted)
    }

    /// Of a hundred clean texts, how many raise an alarm.
    pub fn false_alarms(&self) -> f64 {
        percent(self.alarmed, self.clean)
    }
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a few hundred")]
fn percent(part: usize, whole: usize) -> f64 {
    part as f64 * 100.0 / whole.max(1) as f64
}
