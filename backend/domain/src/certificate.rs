//! Certificates (荣誉证书): an organisation's word that a claimant fulfilled wishes, and a code by which anybody can check it.
//!
//! Owns what is certified, who is named on it, and what becomes of a certificate. What it says stays as it was issued; what
//! still holds of it is counted each time somebody asks, so that an outcome that was taken back is never certified.

mod code;

pub use code::{CertificateCode, DRAWN, Mistyped};

use crate::{
    claimant::{Claimant, Kind},
    honour::{Outcomes, Span},
    id::{CertificateId, ClaimId, ClaimantId, OrganisationId, UserId},
    refusal::{Code, Fault, Refusal},
    time::Instant,
};

words! {
    /// Why a certificate was taken back. Words and no text: nothing is said of anybody.
    pub enum RevocationReason {
        /// 开错了
        Mistake = "mistake",
        /// 成果存疑
        InDoubt = "in_doubt",
        /// 换发新证
        Replaced = "replaced",
        /// 持证方要求
        Asked = "asked",
    }
}

words! {
    /// What a certificate is worth now.
    pub enum Validity {
        /// 有效
        Valid = "valid",
        /// 部分成果已收回
        Reduced = "reduced",
        /// 成果已全部收回
        Void = "void",
        /// 已撤销
        Revoked = "revoked",
    }
}

/// What is certified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// What was confirmed in a time.
    Span(Span),
    /// One claim.
    Claim(ClaimId),
}

/// Who took a certificate back, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: UserId,
    /// Why.
    pub reason: RevocationReason,
}

/// An organisation's word that a claimant fulfilled wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Its id.
    pub id: CertificateId,
    /// Counts its changes.
    pub version: i64,
    /// Who says so.
    pub organisation_id: OrganisationId,
    /// Of whom.
    pub claimant_id: ClaimantId,
    /// By what it is found.
    pub code: CertificateCode,
    /// What for.
    pub ground: Ground,
    /// Wishes, as they were counted when it was issued.
    pub wishes: i64,
    /// Person-hours, in quarter hours, as they were counted when it was issued.
    pub quarter_hours: i64,
    /// A person or a unit.
    pub kind: Kind,
    /// The claimant's name when it was issued: who takes another name afterwards is not certified under it.
    pub name: String,
    /// Everybody who checks it reads the name. A unit's is shown unless it says otherwise, a person's where they agreed.
    pub named: bool,
    /// Who issued it.
    pub issued_by: UserId,
    /// When.
    pub issued_at: Instant,
    /// Whether it was taken back.
    pub revoked: Option<Revocation>,
}

/// What makes a certificate this one.
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    /// Its id.
    pub id: CertificateId,
    /// Who says so.
    pub organisation_id: OrganisationId,
    /// By what it is found.
    pub code: CertificateCode,
}

impl Certificate {
    /// Certifies what others confirmed.
    ///
    /// # Errors
    /// `invalid` for a time that is not over; `nothing_confirmed`.
    pub fn issue(
        Identity { id, organisation_id, code }: Identity,
        of: &Claimant,
        ground: Ground,
        outcomes: Outcomes,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        if let Ground::Span(span) = ground
            && span.to > now.date()
        {
            return Err(Refusal::field(Code::Invalid, "/to", Fault::InFuture));
        }
        if outcomes.wishes == 0 {
            return Err(Code::NothingConfirmed.into());
        }
        Ok(Self {
            id,
            version: 1,
            organisation_id,
            claimant_id: of.id,
            code,
            ground,
            wishes: outcomes.wishes,
            quarter_hours: outcomes.quarter_hours,
            kind: of.kind,
            name: of.profile.display_name.clone(),
            named: of.kind == Kind::Unit,
            issued_by: by,
            issued_at: now,
            revoked: None,
        })
    }

    /// Says whether its claimant is named on it.
    ///
    /// # Errors
    /// `certificate_revoked`.
    pub fn name(mut self, named: bool) -> Result<Self, Refusal> {
        self.expect_live()?;
        self.named = named;
        Ok(self)
    }

    /// Takes it back.
    ///
    /// # Errors
    /// `certificate_revoked`.
    pub fn revoke(mut self, reason: RevocationReason, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.expect_live()?;
        self.revoked = Some(Revocation { at: now, by, reason });
        Ok(self)
    }

    fn expect_live(&self) -> Result<(), Refusal> {
        if self.revoked.is_none() { Ok(()) } else { Err(Code::CertificateRevoked.into()) }
    }

    /// What it is worth, where so much of what it rests on still holds.
    #[must_use]
    pub const fn validity(&self, holds: Outcomes) -> Validity {
        match () {
            () if self.revoked.is_some() => Validity::Revoked,
            () if holds.wishes == 0 => Validity::Void,
            () if holds.wishes < self.wishes || holds.quarter_hours < self.quarter_hours => Validity::Reduced,
            () => Validity::Valid,
        }
    }
}
