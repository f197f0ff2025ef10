//! Exports (导出): a list as it was filtered, taken out as a sheet. One that names residents needs a purpose, a second person who
//! agrees, and a password, and can be taken only so often; every file goes after its time.
//!
//! Owns the life of an export, and how much one may hold. Must not know what stands in a file, nor how it is sealed.

pub mod list;
mod words;

pub use words::{claim_status, kind_of_claimant, route, unit, wish_status};

use crate::{
    id::{ExportId, OrganisationId, UserId},
    refusal::{Code, Faults, Refusal},
    time::Instant,
};
use list::Subject;

words! {
    /// Where an export stands.
    #[schema(as = ExportStatus)]
    pub enum Status {
        /// 等第二个人批准
        Pending = "pending",
        /// 正在生成
        Requested = "requested",
        /// 可以下载
        Ready = "ready",
        /// 没有生成
        Failed = "failed",
        /// 没有批准
        Declined = "declined",
        /// 已到期
        Expired = "expired",
        /// 已销毁
        Destroyed = "destroyed",
    }
}

/// So many days somebody has to agree.
pub const ANSWER_DAYS: i64 = 7;

/// So many days a file is kept that names nobody.
pub const KEEP_DAYS: i64 = 7;

/// So many hours one is kept that does.
pub const KEEP_PERSONAL_HOURS: i64 = 72;

/// The most rows.
pub const MOST_ROWS: i64 = 50_000;

/// The most rows of a file that names residents.
pub const MOST_PERSONAL_ROWS: i64 = 2_000;

/// So often a file that names residents is handed out.
pub const MOST_DOWNLOADS: i32 = 3;

/// The longest purpose, and the longest reason, in characters.
pub const MOST_CHARACTERS: usize = 200;

/// A purpose that says something has as many.
const LEAST_CHARACTERS: usize = 5;

/// A list that is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// Counts its changes.
    pub version: i64,
    /// Whose list: its subtree, and the name at its head.
    pub organisation_id: OrganisationId,
    /// Which list.
    pub subject: Subject,
    /// What narrows it down, and what it is for, sealed.
    pub asked: String,
    /// Who asked, and alone may take it.
    pub asked_by: UserId,
    /// Where it stands.
    pub status: Status,
    /// The second person, who agreed or did not.
    pub answered_by: Option<UserId>,
    /// Why they did not, sealed.
    pub answer: Option<String>,
    /// Why there is no file: a code.
    pub failure: Option<String>,
    /// How many rows the file has.
    pub rows: Option<i64>,
    /// Until when somebody may agree, or the file is kept.
    pub until: Option<Instant>,
    /// How often it was taken.
    pub downloads: i32,
    /// What opens the file, sealed, until it was shown.
    pub password: Option<String>,
    /// When it was asked for.
    pub created_at: Instant,
}

/// Whether a text says what a file is for.
///
/// # Errors
/// `invalid` at `pointer`.
pub fn check_words(text: &str, pointer: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.text(pointer, text, LEAST_CHARACTERS, MOST_CHARACTERS);
    faults.finish()
}

/// Whether so many rows fit into one file.
///
/// # Errors
/// `export_too_long`, which says how to narrow the list down.
pub fn check_rows(subject: Subject, rows: i64) -> Result<(), Refusal> {
    let most = subject.most_rows();
    if rows <= most { Ok(()) } else { Err(Refusal::limit(Code::ExportTooLong, most, rows)) }
}

impl Export {
    /// A new one: to be made at once, or to be agreed to.
    #[must_use]
    pub fn ask(
        id: ExportId,
        (organisation_id, subject): (OrganisationId, Subject),
        asked: String,
        asked_by: UserId,
        now: Instant,
    ) -> Self {
        let personal = subject.is_personal();
        Self {
            id,
            version: 1,
            organisation_id,
            subject,
            asked,
            asked_by,
            status: if personal { Status::Pending } else { Status::Requested },
            answered_by: None,
            answer: None,
            failure: None,
            rows: None,
            until: personal.then(|| now.plus_days(ANSWER_DAYS)),
            downloads: 0,
            password: None,
            created_at: now,
        }
    }

    fn check_answer(&self, by: UserId, now: Instant) -> Result<(), Refusal> {
        match () {
            () if by == self.asked_by => Err(Code::OwnExport.into()),
            () if self.status != Status::Pending => Err(Code::WrongExportStatus.into()),
            () if self.until.is_none_or(|until| until <= now) => Err(Code::ExportOver.into()),
            () => Ok(()),
        }
    }

    /// A second person agrees: it is made.
    ///
    /// # Errors
    /// `own_export`; `wrong_export_status` unless it waits for that; `export_over`.
    pub fn approve(self, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.check_answer(by, now)?;
        Ok(Self { status: Status::Requested, answered_by: Some(by), until: None, ..self })
    }

    /// A second person does not agree, and says why.
    ///
    /// # Errors
    /// As [`Export::approve`].
    pub fn decline(self, by: UserId, answer: String, now: Instant) -> Result<Self, Refusal> {
        self.check_answer(by, now)?;
        Ok(Self {
            status: Status::Declined,
            answered_by: Some(by),
            answer: Some(answer),
            until: None,
            ..self
        })
    }

    /// There is a file, with a password where it names residents.
    ///
    /// # Errors
    /// `wrong_export_status` unless it is being made.
    pub fn made(self, rows: i64, password: Option<String>, now: Instant) -> Result<Self, Refusal> {
        self.check_status(Status::Requested)?;
        let until = match self.subject.is_personal() {
            true => now.plus_seconds(KEEP_PERSONAL_HOURS.saturating_mul(3600)),
            false => now.plus_days(KEEP_DAYS),
        };
        Ok(Self { status: Status::Ready, rows: Some(rows), until: Some(until), password, ..self })
    }

    /// There will be no file.
    ///
    /// # Errors
    /// `wrong_export_status` unless it is being made.
    pub fn fail(self, code: Code) -> Result<Self, Refusal> {
        self.check_status(Status::Requested)?;
        Ok(Self { status: Status::Failed, failure: Some(code.as_str().to_owned()), ..self })
    }

    fn check_status(&self, status: Status) -> Result<(), Refusal> {
        if self.status == status { Ok(()) } else { Err(Code::WrongExportStatus.into()) }
    }

    fn check_own_file(&self, by: UserId, now: Instant) -> Result<(), Refusal> {
        match () {
            () if by != self.asked_by => Err(Code::Forbidden.into()),
            () if self.is_over(now) => Err(Code::ExportOver.into()),
            () => self.check_status(Status::Ready),
        }
    }

    /// Its file is gone, or is no longer to be had.
    fn is_over(&self, now: Instant) -> bool {
        let late = self.status == Status::Ready && self.until.is_none_or(|until| until <= now);
        late || matches!(self.status, Status::Expired | Status::Destroyed)
    }

    /// Who asked takes the file.
    ///
    /// # Errors
    /// `forbidden` for others; `export_over`; `wrong_export_status` before there is one; `downloads_used`.
    pub fn take(self, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.check_own_file(by, now)?;
        if self.subject.is_personal() && self.downloads >= MOST_DOWNLOADS {
            return Err(Code::DownloadsUsed.into());
        }
        Ok(Self { downloads: self.downloads.saturating_add(1), ..self })
    }

    /// Who asked is shown the password, once; what is kept of it goes.
    ///
    /// # Errors
    /// As [`Export::take`]; `password_shown`, also for a file that has none.
    pub fn show_password(mut self, by: UserId, now: Instant) -> Result<(Self, String), Refusal> {
        self.check_own_file(by, now)?;
        let password = self.password.take().ok_or(Code::PasswordShown)?;
        Ok((self, password))
    }

    /// Its time is over: what waited for an answer gets none, and the file goes.
    #[must_use]
    pub fn expire(self) -> Self {
        Self { status: Status::Expired, password: None, ..self }
    }

    /// The file goes before its time: somebody in it is no longer to be in it.
    #[must_use]
    pub fn destroy(self) -> Self {
        Self { status: Status::Destroyed, password: None, ..self }
    }
}

#[cfg(test)]
mod tests;
