//! Private texts that people write about a resident: details, reasons, notes.
//!
//! They are kept sealed. The rules look at what somebody says now and carry along what was kept, so
//! most units of work, and every public read, open none of them; only a view that shows a text does.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error as _};

/// A private text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// As somebody says it now, or as it was opened to be shown.
    Said(String),
    /// As it was kept: sealed.
    Kept(String),
    /// The resident was erased, and this with them.
    Gone,
}

impl Note {
    /// What it says, where it is open.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Said(text) => Some(text),
            Self::Kept(_) | Self::Gone => None,
        }
    }
}

/// What an optional note says, where there is one and it is open.
#[must_use]
pub fn text(note: Option<&Note>) -> Option<&str> {
    note.and_then(Note::text)
}

impl From<&str> for Note {
    fn from(text: &str) -> Self {
        Self::Said(text.to_owned())
    }
}

impl From<String> for Note {
    fn from(text: String) -> Self {
        Self::Said(text)
    }
}

/// A value that holds private texts, each under a name that does not change.
pub trait Notes {
    /// All of them.
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)>;

    /// Forgets them all.
    fn forget_notes(&mut self) {
        self.notes().into_iter().for_each(|(_, note)| *note = Note::Gone);
    }
}

impl Serialize for Note {
    /// Written only as it is kept: what was not sealed cannot slip into a column.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Kept(sealed) => serializer.serialize_str(sealed),
            Self::Gone => serializer.serialize_str(""),
            Self::Said(_) => Err(S::Error::custom("a private text that is not sealed")),
        }
    }
}

impl<'de> Deserialize<'de> for Note {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if text.is_empty() { Self::Gone } else { Self::Kept(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_sealed_is_written() {
        assert!(serde_json::to_string(&Note::from("卧病在床")).is_err());
        for note in [Note::Kept("AbC".into()), Note::Gone] {
            let text = serde_json::to_string(&note).unwrap();
            assert_eq!(serde_json::from_str::<Note>(&text).unwrap(), note);
            assert_eq!(note.text(), None);
        }
        assert_eq!(text(Some(&Note::from("卧病在床"))), Some("卧病在床"));
    }
}
