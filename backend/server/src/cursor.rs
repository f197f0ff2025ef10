//! Where a list goes on: opaque, signed keyset cursors.
//!
//! A cursor holds the sort key of the last row shown and the filter it belongs to, signed so that
//! nobody makes one up. It grants nothing: the next page is read under the caller's own scope. Must
//! not know any noun.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::refusal::{Code, Refusal};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;
use subtle::ConstantTimeEq;

const FILTER: usize = 8;
const SIGNATURE: usize = 16;

/// What a cursor belongs to: a list and its filter. Another list or filter gives another hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter([u8; FILTER]);

impl Filter {
    /// Of a list's address and its query, in any order.
    #[must_use]
    pub fn of(path: &str, query: &[(String, String)]) -> Self {
        let mut pairs: Vec<_> = query.iter().collect();
        pairs.sort_unstable();
        let mut hash = <Sha256 as sha2::Digest>::new();
        for text in std::iter::once(path).chain(pairs.iter().flat_map(|(name, value)| [name.as_str(), value]))
        {
            // Lengths keep apart what would read the same when joined.
            sha2::Digest::update(&mut hash, (text.len() as u64).to_be_bytes());
            sha2::Digest::update(&mut hash, text);
        }
        let digest = sha2::Digest::finalize(hash);
        let mut short = [0; FILTER];
        short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(short)
    }
}

/// Makes and reads cursors.
#[derive(Debug, Clone)]
pub struct Cursors {
    /// Holds the key, already mixed in.
    keyed: Hmac<Sha256>,
}

impl Cursors {
    /// With the key that all nodes share.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        // A key shorter than a block is filled up with zeros (RFC 2104, section 2).
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        Self { keyed: Hmac::new(&block) }
    }

    /// A cursor that goes on after `key`: the sort keys and the id of the last row, as a tuple.
    pub fn seal<K: Serialize>(&self, filter: Filter, key: &K) -> Option<String> {
        let mut bytes = filter.0.to_vec();
        serde_json::to_writer(&mut bytes, key).ok()?;
        let signature = self.sign(&bytes);
        bytes.extend_from_slice(&signature);
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The key inside a cursor of this list and filter.
    ///
    /// # Errors
    /// [`Code::BadCursor`] where it is not ours, was changed, or belongs elsewhere.
    pub fn open<K: DeserializeOwned>(&self, filter: Filter, cursor: &str) -> Result<K, Refusal> {
        self.read(filter, cursor).ok_or_else(|| Code::BadCursor.into())
    }

    fn read<K: DeserializeOwned>(&self, filter: Filter, cursor: &str) -> Option<K> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (signed, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE)?)?;
        let ours = self.sign(signed);
        if !bool::from(ours.ct_eq(signature)) {
            return None;
        }
        let key = signed.strip_prefix(filter.0.as_slice())?;
        serde_json::from_slice(key).ok()
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature = self.keyed.clone().chain_update(bytes).finalize().into_bytes();
        signature.iter().copied().take(SIGNATURE).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = (i64, String);

    fn pairs(query: &[(&str, &str)]) -> Vec<(String, String)> {
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Code {
        result.unwrap_err().code
    }

    #[test]
    fn goes_on_where_it_stopped() {
        let cursors = Cursors::new([7; 32]);
        let filter = Filter::of("/wishes", &pairs(&[("q", "药"), ("status", "open")]));
        let cursor = cursors.seal(filter, &(42_i64, "id".to_owned())).unwrap();
        let same = Filter::of("/wishes", &pairs(&[("status", "open"), ("q", "药")]));
        assert_eq!(cursors.open::<Key>(same, &cursor).unwrap(), (42, "id".to_owned()));
    }

    #[test]
    fn of_another_list_filter_or_key_is_refused() {
        let cursors = Cursors::new([7; 32]);
        let filter = Filter::of("/wishes", &pairs(&[("q", "a")]));
        let cursor = cursors.seal(filter, &(42_i64, "id".to_owned())).unwrap();
        for other in [
            Filter::of("/claims", &pairs(&[("q", "a")])),
            Filter::of("/wishes", &pairs(&[("q", "b")])),
            Filter::of("/wishes", &[]),
            Filter::of("/wishesq", &pairs(&[("", "a")])),
        ] {
            assert_eq!(code(cursors.open::<Key>(other, &cursor)), Code::BadCursor);
        }
        assert_eq!(code(Cursors::new([8; 32]).open::<Key>(filter, &cursor)), Code::BadCursor);
        assert_eq!(code(cursors.open::<(String, String)>(filter, &cursor)), Code::BadCursor);
    }

    #[test]
    fn any_changed_character_is_refused() {
        let cursors = Cursors::new([7; 32]);
        let filter = Filter::of("/wishes", &[]);
        let cursor = cursors.seal(filter, &(42_i64, "id".to_owned())).unwrap();
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(code(cursors.open::<Key>(filter, &changed)), Code::BadCursor);
        }
        for bad in ["", "a", "!!!!", "AAAA", &cursor[1..], &format!("{cursor}A"), &cursor.repeat(2)] {
            assert_eq!(code(cursors.open::<Key>(filter, bad)), Code::BadCursor, "{bad}");
        }
    }
}
