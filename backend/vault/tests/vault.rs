//! What is sealed opens where it belongs, and nowhere else.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use vault::{
    BlindIndex, Custody, Keyring, NoRandomness, Place, Vault, VaultError, looks_sealed, looks_sealed_bytes,
    normal_id_number, normal_phone,
};

thread_local!(static SEED: Cell<u64> = const { Cell::new(7) });

/// Repeatable, and never the same twice: xorshift.
fn random(bytes: &mut [u8]) -> Result<(), NoRandomness> {
    for byte in bytes {
        let mut x = SEED.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        SEED.set(x);
        *byte = x.to_be_bytes()[0];
    }
    Ok(())
}

fn vault() -> Vault {
    Vault::new(Arc::new(Arc::new(Keyring::draw(random).unwrap())), BlindIndex::new([3; 32]), random)
}

const HOME: Place =
    Place { table: "beneficiaries", column: "name", row: "r1", subject: "s1", key_version: 1 };

#[test]
fn a_text_opens_where_it_was_sealed() {
    let (key, wrapped) = vault().new_key("s1").unwrap();
    for text in ["", "谢某某", "a\0b", &"长".repeat(3000)] {
        let sealed = key.seal(&HOME, text, random).unwrap();
        assert!(looks_sealed(&sealed));
        assert!(text.is_empty() || !sealed.contains(text));
        assert_eq!(key.open(&HOME, &sealed).unwrap(), text);
        assert_ne!(sealed, key.seal(&HOME, text, random).unwrap(), "a nonce is never used twice");
    }
    assert!(!format!("{key:?} {wrapped:?}").contains("[0"));
}

#[test]
fn bytes_are_sealed_as_texts_are() {
    let (key, _) = vault().new_key("s1").unwrap();
    let picture = [0xFF, 0xD8, 0, 7, 0xFF, 0xD9].repeat(500);
    let sealed = key.seal_bytes(&HOME, &picture, random).unwrap();
    assert!(looks_sealed_bytes(&sealed) && !looks_sealed_bytes(&picture));
    assert_eq!(sealed.len(), picture.len() + 1 + 24 + 16, "no more than suite, nonce and tag");
    assert_eq!(*key.open_bytes(&HOME, &sealed).unwrap(), picture);
    let elsewhere = Place { column: "thumbnail", ..HOME };
    assert_eq!(key.open_bytes(&elsewhere, &sealed).unwrap_err(), VaultError::DoesNotOpen);
    let mut changed = sealed;
    changed[100] ^= 1;
    assert_eq!(key.open_bytes(&HOME, &changed).unwrap_err(), VaultError::DoesNotOpen);
    assert_eq!(key.open_bytes(&HOME, &[]).unwrap_err(), VaultError::Malformed);
}

#[test]
fn it_opens_in_no_other_place_and_with_no_other_key() {
    let vault = vault();
    let (key, _) = vault.new_key("s1").unwrap();
    let (other, _) = vault.new_key("s1").unwrap();
    let sealed = key.seal(&HOME, "谢某某", random).unwrap();
    for place in [
        Place { table: "consents", ..HOME },
        Place { column: "phone", ..HOME },
        Place { row: "r2", ..HOME },
        Place { subject: "s2", ..HOME },
        Place { key_version: 2, ..HOME },
        // The same characters, divided otherwise.
        Place { row: "r1s", subject: "1", ..HOME },
    ] {
        assert_eq!(key.open(&place, &sealed), Err(VaultError::DoesNotOpen), "{place:?}");
    }
    assert_eq!(other.open(&HOME, &sealed), Err(VaultError::DoesNotOpen));
}

#[test]
fn every_changed_character_is_noticed() {
    let (key, _) = vault().new_key("s1").unwrap();
    let sealed = key.seal(&HOME, "谢某某", random).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(key.open(&HOME, &changed).is_err(), "character {at}");
    }
    for text in ["", "A", "not base64!", &sealed[..40]] {
        assert!(key.open(&HOME, text).is_err(), "{text}");
        assert!(!looks_sealed(text) || text.len() == 40, "{text}");
    }
    // A suite that comes later.
    let later = format!("Ag{}", &sealed[2..]);
    assert!(matches!(key.open(&HOME, &later), Err(VaultError::UnknownSuite(_))));
}

#[test]
fn a_wrapped_key_opens_for_its_subject_and_under_its_version() {
    let ring = Keyring::draw(random).unwrap();
    let vault = Vault::new(Arc::new(Arc::new(ring.clone())), BlindIndex::new([3; 32]), random);
    let (key, wrapped) = vault.new_key("s1").unwrap();
    let sealed = key.seal(&HOME, "谢某某", random).unwrap();
    assert_eq!(ring.unwrap("s1", &wrapped).unwrap().open(&HOME, &sealed).unwrap(), "谢某某");
    assert!(matches!(ring.unwrap("s2", &wrapped), Err(VaultError::DoesNotOpen)));
    let newer = ring.with_new(random).unwrap();
    assert_eq!((ring.current(), newer.current(), newer.versions()), (1, 2, vec![1, 2]));
    let again = newer.wrap("s1", &newer.unwrap("s1", &wrapped).unwrap(), random).unwrap();
    assert_eq!(again.kek_version, 2);
    assert!(matches!(ring.unwrap("s1", &again), Err(VaultError::UnknownVersion(2))));
    assert_eq!(newer.unwrap("s1", &again).unwrap().open(&HOME, &sealed).unwrap(), "谢某某");
    let pretended = vault::WrappedKey { kek_version: 2, ..wrapped };
    assert!(matches!(newer.unwrap("s1", &pretended), Err(VaultError::DoesNotOpen)));
}

#[test]
fn a_keyring_is_read_as_it_is_written() {
    let ring = Keyring::draw(random).unwrap().with_new(random).unwrap();
    let read = Keyring::parse(&ring.write()).unwrap();
    assert_eq!((read.current(), read.versions()), (2, vec![1, 2]));
    assert_eq!(*read.write(), *ring.write());
    let text = ring.write();
    let line = text.lines().next().unwrap();
    for bad in ["", "x", "1:", "1:AAAA", "0:x", &format!("{line},{line}"), &format!("1:{}=", "A".repeat(43))]
    {
        assert!(matches!(Keyring::parse(bad), Err(VaultError::BadKeyring(_))), "{bad}");
    }
    assert!(!format!("{ring:?}").contains(line.split_once(':').unwrap().1));
}

struct Renewing(Mutex<Arc<Keyring>>, Arc<Keyring>, Arc<AtomicUsize>);

impl Custody for Renewing {
    fn keyring(&self) -> Arc<Keyring> {
        Arc::clone(&self.0.lock().unwrap())
    }

    fn renew(&self) -> Arc<Keyring> {
        self.2.fetch_add(1, Ordering::Relaxed);
        *self.0.lock().unwrap() = Arc::clone(&self.1);
        self.keyring()
    }
}

#[test]
fn a_version_that_another_process_added_is_looked_for_once() {
    let old = Arc::new(Keyring::draw(random).unwrap());
    let new = Arc::new(old.with_new(random).unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let custody = Renewing(Mutex::new(Arc::clone(&old)), Arc::clone(&new), Arc::clone(&asked));
    let vault = Vault::new(Arc::new(custody), BlindIndex::new([3; 32]), random);
    let (_, wrapped) = vault.new_key("s1").unwrap();
    let other = new.wrap("s1", &old.unwrap("s1", &wrapped).unwrap(), random).unwrap();
    assert!(vault.unwrap("s1", &other).is_ok());
    assert!(vault.unwrap("s1", &wrapped).is_ok());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let unknown = vault::WrappedKey { kek_version: 9, ..other.clone() };
    assert!(matches!(vault.unwrap("s1", &unknown), Err(VaultError::UnknownVersion(9))));
    assert_eq!(vault.rewrap("s1", &other).unwrap(), None);
    assert_eq!(vault.rewrap("s1", &wrapped).unwrap().unwrap().kek_version, 2);
}

#[test]
fn a_blind_index_matches_the_same_value_of_the_same_column_and_tree_alone() {
    let index = BlindIndex::new([3; 32]);
    let one = index.of("phone", "tree", "13800005678");
    assert_eq!(one.len(), 16);
    assert_eq!(one, index.of("phone", "tree", "13800005678"));
    for other in [
        index.of("phone", "tree", "13800005679"),
        index.of("phone", "other", "13800005678"),
        index.of("id_number", "tree", "13800005678"),
        BlindIndex::new([4; 32]).of("phone", "tree", "13800005678"),
    ] {
        assert_ne!(one, other);
    }
}

#[test]
fn what_is_written_differently_is_compared_alike() {
    for text in ["13800005678", "+86 138-0000-5678", "0086 13800005678", " 86 13800005678"] {
        assert_eq!(normal_phone(text), "13800005678", "{text}");
    }
    assert_eq!(normal_phone("0731-8860123"), "07318860123");
    assert_eq!(normal_phone("8612345"), "8612345");
    assert_eq!(normal_id_number(" 11010519491231002x "), "11010519491231002X");
}
