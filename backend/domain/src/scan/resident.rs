//! The names that are known: this resident's and the guardians', in full or in part. The surname alone
//! is no part that counts (王奶奶, 李某 are what a public text should say), nor is a name that was
//! masked already.

use super::{
    Hit, Kind, Known,
    surname::{ORDINARY_GIVEN, ORDINARY_TWICE, given_of, lists},
    text::{Folded, tight},
};

/// The names, wherever they stand, also with spaces or dots between their characters.
pub(super) fn find(text: &Folded, known: &Known) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut look = |part: &str, hit: &dyn Fn(super::Span) -> Hit| {
        if !part.is_empty() {
            let spans = text.text.match_indices(part).filter_map(|(at, part)| text.span(at, at + part.len()));
            hits.extend(spans.map(hit));
        }
    };
    let must = |span| Hit::must(Kind::ResidentName, span);
    let advice = |span| Hit::advice(Kind::ResidentName, span);
    for name in &known.names {
        let whole = tight(name);
        if whole.chars().count() < 2 || whole.contains(['某', '×', 'x', '○', '□', '*']) {
            continue;
        }
        look(&whole, &must);
        for part in parts(name) {
            match lists(ORDINARY_GIVEN, &part) {
                true => look(&part, &advice),
                false => look(&part, &must),
            }
        }
        for pet in pet_names(&whole) {
            look(&pet, &advice);
        }
    }
    hits
}

/// The given name, where it has two characters or more; the parts of a name that has a dot.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = name.split(['·', '•', '・', '‧', '.', ' ']).map(tight).collect();
    if let [_] = parts.as_slice() {
        parts = vec![given_of(&tight(name)).to_owned()];
    }
    parts.retain(|part| part.chars().count() >= 2);
    parts
}

/// 小军, 阿军, 军军 of 李小军: likely the same child, and perhaps not.
fn pet_names(whole: &str) -> Vec<String> {
    let given = given_of(whole);
    if given.chars().count() > 2 || !given.chars().all(|c| !c.is_ascii()) {
        return Vec::new();
    }
    let pets = given.chars().flat_map(|c| [format!("小{c}"), format!("阿{c}"), format!("{c}{c}")]);
    pets.filter(|pet| !lists(ORDINARY_TWICE, pet)).collect()
}
