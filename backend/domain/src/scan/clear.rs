//! Before a text is published each finding that must be resolved is gone, or dismissed as a false alarm.

use super::{Finding, Severity};
use crate::refusal::{Code, Fault, FieldFault, Refusal};

words! {
    /// Why a finding is no reason to rewrite. A word and not a text, so that no record of it can hold
    /// what the finding was about.
    #[schema(as = DismissalReason)]
    pub enum Reason {
        /// 不是个人信息（普通的词、型号、数量）
        NotPersonal = "not_personal",
        /// 公开的机构、地名或服务电话
        PublicBody = "public_body",
        /// 本人要求这样写，并已单独同意
        AskedFor = "asked_for",
    }
}

/// A false alarm, as a reviewer marked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dismissal {
    /// Which finding.
    pub finding_id: String,
    /// Why.
    pub reason: Reason,
}

/// Whether all that must be resolved is dismissed. `found` holds each finding under its id.
///
/// # Errors
/// `invalid` for a dismissal of what was not found, or of the same twice; `findings_unresolved` with
/// the texts at fault.
pub fn clear(found: &[(String, Finding)], dismissed: &[Dismissal]) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    for (index, one) in dismissed.iter().enumerate() {
        let pointer = format!("/dismissed/{index}/finding_id");
        let twice = dismissed.iter().take(index).any(|earlier| earlier.finding_id == one.finding_id);
        if twice {
            faults.push(FieldFault { pointer, fault: Fault::Duplicate });
        } else if !found.iter().any(|(id, _)| *id == one.finding_id) {
            faults.push(FieldFault { pointer, fault: Fault::Unknown });
        }
    }
    if !faults.is_empty() {
        return Err(Refusal { code: Code::Invalid, fields: faults, reached: None });
    }
    let fields = unresolved(found, dismissed);
    match fields.is_empty() {
        true => Ok(()),
        false => Err(Refusal { code: Code::FindingsUnresolved, fields, reached: None }),
    }
}

/// The texts and what each still holds, each pair once.
fn unresolved(found: &[(String, Finding)], dismissed: &[Dismissal]) -> Vec<FieldFault> {
    let mut fields: Vec<FieldFault> = Vec::new();
    for (id, finding) in found {
        let waits =
            finding.severity == Severity::MustResolve && !dismissed.iter().any(|one| one.finding_id == *id);
        let fault = FieldFault { pointer: format!("/{}", finding.field), fault: finding.kind.fault() };
        if waits && !fields.contains(&fault) {
            fields.push(fault);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::super::{Field, Known, scan};
    use super::*;

    fn found(text: &str) -> Vec<(String, Finding)> {
        let found = scan(Field::PublicSummary, text, &Known::default());
        found.into_iter().enumerate().map(|(index, finding)| (index.to_string(), finding)).collect()
    }

    fn no(id: &str) -> Dismissal {
        Dismissal { finding_id: id.to_owned(), reason: Reason::NotPersonal }
    }

    #[test]
    fn what_must_be_resolved_is_rewritten_or_dismissed() {
        let two = found("电话13800001234，身份证990102194603020015");
        let refused = clear(&two, &[]).unwrap_err();
        assert_eq!(refused.code, Code::FindingsUnresolved);
        assert_eq!(refused.fields.len(), 2);
        assert!(refused.fields.iter().all(|field| field.pointer == "/public_summary"));
        assert_eq!(clear(&two, &[no("0")]).unwrap_err().fields.len(), 1);
        assert_eq!(clear(&two, &[no("0"), no("1")]), Ok(()));
        assert_eq!(clear(&found("想要一台收音机"), &[]), Ok(()));
        assert_eq!(clear(&found("家里是低保"), &[]), Ok(()), "advice stands in nobody's way");
    }

    #[test]
    fn only_what_was_found_can_be_dismissed_and_once() {
        let one = found("电话13800001234");
        let refused = clear(&one, &[no("9")]).unwrap_err();
        assert_eq!((refused.code, refused.fields[0].fault), (Code::Invalid, Fault::Unknown));
        assert_eq!(clear(&one, &[no("0"), no("0")]).unwrap_err().fields[0].fault, Fault::Duplicate);
    }
}
