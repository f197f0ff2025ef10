//! Texts that everybody reads as soon as they are said, with nobody to review them.

use super::{Field, Known, Severity, scan};
use crate::refusal::{Code, FieldFault, Refusal};

/// Refuses what must not be public, in texts with their places in a request. Nothing of it can be dismissed.
///
/// # Errors
/// `findings_unresolved`, each fault once for a place.
pub fn check_public(texts: &[(&str, Field, &str)]) -> Result<(), Refusal> {
    let mut fields = Vec::new();
    for (pointer, field, text) in texts {
        let found = scan(*field, text, &Known::default());
        for finding in found.iter().filter(|one| one.severity == Severity::MustResolve) {
            let fault = FieldFault { pointer: (*pointer).to_owned(), fault: finding.kind.fault() };
            if !fields.contains(&fault) {
                fields.push(fault);
            }
        }
    }
    match fields.is_empty() {
        true => Ok(()),
        false => Err(Refusal { code: Code::FindingsUnresolved, fields, reached: None }),
    }
}
