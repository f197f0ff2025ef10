//! Certificates: issued by an organisation's staff for what others confirmed, named by their claimant, taken back, and
//! checked by anybody.

use super::{
    Context,
    claim::claimant_and_line,
    claimant, event,
    event::{About, Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    certificate::{Certificate, CertificateCode, Ground, Identity, Mistyped, RevocationReason},
    claimant::{Claimant, Kind as ClaimantKind},
    event::Kind,
    honour::{Outcomes, Span},
    id::{CertificateId, ClaimId, ClaimantId, OrganisationId},
    publication::may_be_named,
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use std::sync::Arc;
use store::{Conn, StoreError, certificate::Whose, organisation::Line};

/// What is to be certified.
#[derive(Debug, Clone, Copy)]
pub enum Asked {
    /// What others confirmed of a claimant in a time.
    Span(ClaimantId, Span),
    /// One claim.
    Claim(ClaimId),
}

/// A certificate with what still holds of it.
#[derive(Debug)]
pub struct Held {
    /// The certificate.
    pub certificate: Certificate,
    /// What still holds.
    pub holds: Outcomes,
    /// The acts that the caller may do to it now.
    pub acts: Vec<Act>,
}

/// A certificate as everybody sees it who has its code.
#[derive(Debug)]
pub struct Checked {
    /// The certificate.
    pub certificate: Certificate,
    /// What still holds.
    pub holds: Outcomes,
    /// Who issued it, by the name of a county or a level above; none where there is no such.
    pub issuer: Option<String>,
}

/// What still holds: what was taken back is not confirmed any more, and what was confirmed again was so after it was issued.
fn holds(tx: &mut Conn, of: &Certificate) -> Result<Outcomes, Failure> {
    Ok(store::honour::outcomes(tx, of.claimant_id, &of.ground, of.issued_at)?)
}

fn held(tx: &mut Conn, cx: &Context, certificate: Certificate) -> Result<Held, Failure> {
    let (place, of, line) = around(tx, &certificate)?;
    let subject = subject(&place, &of, &line);
    let fits = |act: &Act| *act != Act::RevokeCertificate || check_other(cx, &of, &line).is_ok();
    let acts = [Act::UpdateCertificate, Act::RevokeCertificate].into_iter();
    let acts = acts.filter(|_| certificate.revoked.is_none()).filter(fits);
    let acts = acts.filter(|act| cx.allow(*act, &subject).is_ok()).collect();
    Ok(Held { holds: holds(tx, &certificate)?, certificate, acts })
}

/// Where it was issued, and of whom it is.
fn around(tx: &mut Conn, of: &Certificate) -> Result<(Line, Claimant, Arc<Line>), Failure> {
    let place = found(store::organisation::line(tx, of.organisation_id)?)?;
    let (claimant, line) = claimant_and_line(tx, of.claimant_id)?;
    Ok((place, claimant, line))
}

fn subject<'a>(place: &'a Line, of: &Claimant, line: &'a Line) -> Subject<'a> {
    Subject { holder: place.ids(), claimant: line.ids(), claimant_user: of.user_id, ..Subject::default() }
}

/// Whoever acts for a claimant, or belongs to the unit, neither issues nor revokes its certificates.
fn check_other(cx: &Context, of: &Claimant, line: &Line) -> Result<(), Failure> {
    let subject = Subject { claimant: line.ids(), claimant_user: of.user_id, ..Subject::default() };
    let of_unit = of.kind == ClaimantKind::Unit && cx.actor.is_member(of.organisation_id);
    match cx.actor.acts_for(&subject) || of_unit {
        true => Err(Code::OwnCertificate.into()),
        false => Ok(()),
    }
}

/// Certifies what others confirmed of a claimant below an organisation.
///
/// # Errors
/// As the access table says; `invalid` for a claimant or claim that is not below it; `own_certificate`; `nothing_confirmed`;
/// `already_issued`; what [`Certificate::issue`] refuses.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    asked: Asked,
    code: CertificateCode,
) -> Result<Held, Failure> {
    let by = cx.user()?;
    let place = found(store::organisation::line(tx, at)?)?;
    cx.allow(Act::CreateCertificate, &Subject { holder: place.ids(), ..Subject::default() })?;
    let (of, ground, pointer) = match asked {
        Asked::Span(of, span) => (of, Ground::Span(span), "/claimant_id"),
        Asked::Claim(id) => {
            let unknown = || Refusal::field(Code::Invalid, "/claim_id", Fault::Unknown);
            let claim = store::claim::load(tx, id)?.ok_or_else(unknown)?;
            (claim.claimant_id, Ground::Claim(id), "/claim_id")
        }
    };
    let (of, line) = claimant_and_line(tx, of)?;
    if !line.ids().contains(&at) {
        return Err(Refusal::field(Code::Invalid, pointer, Fault::Unknown).into());
    }
    check_other(cx, &of, &line)?;
    let outcomes = store::honour::outcomes(tx, of.id, &ground, cx.now)?;
    let identity = Identity { id: cx.ids.make(), organisation_id: at, code };
    let certificate = Certificate::issue(identity, &of, ground, outcomes, by, cx.now)?;
    store::certificate::insert(tx, &certificate).map_err(issued)?;
    let about = About::certificate(certificate.id, 0, at);
    event::of(tx, cx, Kind::CertificateIssued, about, told(&certificate))?;
    held(tx, cx, certificate)
}

fn issued(error: StoreError) -> Failure {
    let same = error.is_unique("certificates", &["claim_id"])
        || error.is_unique("certificates", &["organisation_id", "claimant_id", "from_on", "to_on"]);
    if same { Code::AlreadyIssued.into() } else { error.into() }
}

fn told(of: &Certificate) -> Facts {
    let (span, claim) = match of.ground {
        Ground::Span(span) => (Some(span), None),
        Ground::Claim(id) => (None, Some(id)),
    };
    facts([
        ("claimant_id", json!(of.claimant_id)),
        ("from", json!(span.map(|span| span.from))),
        ("to", json!(span.map(|span| span.to))),
        ("claim_id", json!(claim)),
        ("wishes", json!(of.wishes)),
        ("named", json!(of.named)),
        ("reason", json!(of.revoked.map(|revoked| revoked.reason))),
    ])
}

fn typed(code: &str) -> Result<CertificateCode, Failure> {
    code.parse().map_err(|Mistyped| Refusal::field(Code::MistypedCode, "code", Fault::Wrong).into())
}

/// A certificate that the caller may change by `act`, with its claimant.
fn opened(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    code: &str,
    seen: &Seen,
) -> Result<(Certificate, Claimant, Arc<Line>), Failure> {
    cx.user()?;
    let certificate = found(store::certificate::by_code(tx, typed(code)?)?)?;
    let (place, of, line) = around(tx, &certificate)?;
    cx.allow(act, &subject(&place, &of, &line))?;
    seen.check(certificate.version)?;
    Ok((certificate, of, line))
}

fn saved(tx: &mut Conn, cx: &Context, kind: Kind, mut of: Certificate) -> Result<Held, Failure> {
    store::certificate::save(tx, &of, cx.now)?;
    event::of(tx, cx, kind, About::certificate(of.id, of.version, of.organisation_id), told(&of))?;
    of.version = of.version.saturating_add(1);
    held(tx, cx, of)
}

/// Says whether its claimant is named on it; said by who acts for the claimant, and by nobody else.
///
/// # Errors
/// As the access table says; `mistyped_code`; `stale`; `certificate_revoked`.
pub fn name(tx: &mut Conn, cx: &Context, code: &str, seen: &Seen, named: bool) -> Result<Held, Failure> {
    let (certificate, ..) = opened(tx, cx, Act::UpdateCertificate, code, seen)?;
    let certificate = certificate.name(named)?;
    saved(tx, cx, Kind::CertificateChanged, certificate)
}

/// Takes a certificate back.
///
/// # Errors
/// As the access table says; `mistyped_code`; `stale`; `own_certificate`; `certificate_revoked`.
pub fn revoke(
    tx: &mut Conn,
    cx: &Context,
    code: &str,
    seen: &Seen,
    reason: RevocationReason,
) -> Result<Held, Failure> {
    let (certificate, of, line) = opened(tx, cx, Act::RevokeCertificate, code, seen)?;
    check_other(cx, &of, &line)?;
    let certificate = certificate.revoke(reason, cx.user()?, cx.now)?;
    saved(tx, cx, Kind::CertificateRevoked, certificate)
}

/// The certificate with a code, for anybody.
///
/// # Errors
/// `mistyped_code`; `not_found`.
pub fn check(tx: &mut Conn, cx: &Context, code: &str) -> Result<Checked, Failure> {
    cx.allow(Act::GetCertificate, &Subject::default())?;
    let certificate = found(store::certificate::by_code(tx, typed(code)?)?)?;
    let line = found(store::organisation::line(tx, certificate.organisation_id)?)?;
    let mut nodes = line.nodes().iter().map(|node| &node.organisation.profile);
    let issuer = nodes.find(|of| may_be_named(of.level)).map(|of| of.name.clone());
    Ok(Checked { holds: holds(tx, &certificate)?, certificate, issuer })
}

/// Certificates that an organisation and those below it issued, newest first.
///
/// # Errors
/// As the access table says.
pub fn issued_below(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    before: Option<CertificateId>,
    rows: i64,
) -> Result<Vec<Held>, Failure> {
    cx.user()?;
    let line = found(store::organisation::line(tx, at)?)?;
    cx.allow(Act::ListCertificates, &Subject { holder: line.ids(), ..Subject::default() })?;
    listed(tx, cx, Whose::IssuedBelow(at), before, rows)
}

/// The certificates of a claimant, newest first.
///
/// # Errors
/// As the access table says; who is the claimant may always look.
pub fn of_claimant(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimantId,
    before: Option<CertificateId>,
    rows: i64,
) -> Result<Vec<Held>, Failure> {
    let user = cx.user()?;
    let of = found(store::claimant::load(tx, id)?)?;
    if of.user_id != Some(user) {
        claimant::may(tx, cx, Act::ListClaimantCertificates, &of)?;
    }
    listed(tx, cx, Whose::Of(id), before, rows)
}

fn listed(
    tx: &mut Conn,
    cx: &Context,
    whose: Whose,
    before: Option<CertificateId>,
    rows: i64,
) -> Result<Vec<Held>, Failure> {
    store::certificate::list(tx, whose, before, rows)?.into_iter().map(|one| held(tx, cx, one)).collect()
}
