//! Chinese text as tokens, for finding it again.
//!
//! Owns how text is cut, for the index and for a query. Must not know a database: `dialect` turns
//! tokens into each database's own full-text search.
//!
//! The dictionary alone decides where words end (no guessing of unknown words by jieba's hidden
//! Markov model): what is not in it falls into single characters, in the text and in the query
//! alike, and single characters are indexed always. A guess would depend on the words around it,
//! and so differ between the two.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;

/// Takes a fifth of a second and some 50 MB: loaded beside the server's start, not before it.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// More would not narrow a search further, and costs the database an intersection each.
const MAX_QUERY_TOKENS: usize = 16;
/// No word is longer. PostgreSQL refuses lexemes of 2 KB.
const MAX_TOKEN_CHARS: usize = 64;

/// Loads the dictionary, so that nobody's first search waits for it. Blocks.
pub fn warm() {
    LazyLock::force(&JIEBA);
}

/// What to index for `text`: its words, the words within its words, and every single Han
/// character; each once, with one space between.
#[must_use]
pub fn index_terms(text: &str) -> String {
    let text = fold(text);
    let words = JIEBA.cut_for_search(&text, false).into_iter().map(|token| token.word.to_owned());
    let characters = text.chars().filter(|c| is_han(*c)).map(String::from);
    let terms: BTreeSet<String> = words.chain(characters).filter(|word| is_token(word)).collect();
    terms.into_iter().collect::<Vec<_>>().join(" ")
}

/// What somebody searches for: tokens of letters and digits, all of which must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    tokens: Vec<String>,
}

impl Query {
    /// Reads what somebody typed; `None` if nothing in it can be searched for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = fold(text);
        let mut tokens: Vec<String> = Vec::new();
        for token in JIEBA.cut(&text, false) {
            if tokens.len() < MAX_QUERY_TOKENS
                && is_token(token.word)
                && !tokens.iter().any(|t| t == token.word)
            {
                tokens.push(token.word.to_owned());
            }
        }
        if tokens.is_empty() { None } else { Some(Self { tokens }) }
    }

    /// The tokens, each once, in the order typed.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

/// One form for what looks alike: full-width forms become ASCII, capitals small, and whatever is
/// neither letter nor digit a space.
fn fold(text: &str) -> String {
    let narrow = text.chars().map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(' '),
        _ => c,
    });
    narrow.flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

fn is_token(word: &str) -> bool {
    !word.is_empty() && word.chars().all(char::is_alphanumeric) && word.chars().count() <= MAX_TOKEN_CHARS
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
