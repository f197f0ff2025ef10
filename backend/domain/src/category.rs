//! Categories: an organisation's own list of what wishes ask for. Data, not code; inherited down the
//! tree. The seed is what a new tree begins with.

use crate::{
    id::OrganisationId,
    refusal::{Fault, Faults, Refusal},
};

/// One kind of wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// 2 to 30 lower-case letters, digits or `_`; never changes.
    pub code: String,
    /// Whose list it stands on.
    pub organisation_id: OrganisationId,
    /// Counts its changes.
    pub version: i64,
    /// What people set.
    pub label: Label,
}

/// What a person may set of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The name people see, 1 to 20 characters.
    pub name_zh: String,
    /// The English name.
    pub name_en: Option<String>,
    /// Place in the list, smallest first.
    pub sort: i32,
    /// New wishes may use it.
    pub active: bool,
}

impl Label {
    /// Checks the names.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/name_zh", &self.name_zh, 1, 20).optional_text("/name_en", self.name_en.as_deref(), 40);
        faults.finish()
    }
}

/// Checks a new code.
///
/// # Errors
/// `invalid` when it is not 2 to 30 lower-case letters, digits or `_`.
pub fn validate_code(code: &str) -> Result<(), Refusal> {
    let plain = code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let mut faults = Faults::default();
    faults.text("/code", code, 2, 30).check(plain, "/code", Fault::Format);
    faults.finish()
}

/// What a new tree begins with: code, Chinese, English.
pub const SEED: &[(&str, &str, &str)] = &[
    ("thing", "添一物", "A thing"),
    ("skill", "送一技", "A skill"),
    ("yard", "扫一院", "A clean yard"),
    ("company", "陪一程", "Company"),
    ("hand", "帮一把", "A hand"),
    ("study", "助一学", "Study"),
    ("health", "护一康", "Health"),
];
