//! What platforms call things and people by, in their own books. Must not know what is called so.

/// A reference of a platform: nothing that a name could be written with.
pub(crate) fn is_reference(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

/// A telephone or identity number, by which everybody knows somebody.
pub(crate) fn is_personal_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let mobile = digits == 11 && text.len() == 11 && text.starts_with('1');
    let identity = text.len() == 18 && digits >= 17;
    mobile || identity
}
