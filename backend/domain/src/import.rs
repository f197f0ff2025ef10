//! Imports: a sheet of wishes that somebody else made. It is checked row by row first; what reads well goes in when somebody says so,
//! what does not goes back with its reasons; and the same row never goes in twice.
//!
//! Owns the life of an import, and what a row means. Must not know files: their bytes are the server's business.

pub mod cell;
pub mod field;
pub mod row;
pub mod table;
mod words;

use crate::{
    id::{ImportId, OrganisationId, UserId},
    refusal::{Code, Refusal},
    time::Instant,
};
use field::Field;

words! {
    /// Where an import stands.
    #[schema(as = ImportStatus)]
    pub enum Status {
        /// 要先认列
        Draft = "draft",
        /// 查过了
        Checked = "checked",
        /// 正在导入
        Running = "running",
        /// 停下了
        Stopped = "stopped",
        /// 导完了
        Done = "done",
    }
}

words! {
    /// What came of a row.
    #[schema(as = ImportOutcome)]
    pub enum Outcome {
        /// 可以导入
        Ready = "ready",
        /// 要改
        Faulty = "faulty",
        /// 以前导过
        Known = "known",
        /// 导入了
        Done = "done",
    }
}

/// For so many days the rows that did not go in are kept; then all that they say is removed.
pub const KEEP_DAYS: i64 = 14;

/// The most rows of one sheet.
pub const MOST_ROWS: usize = 50_000;

/// The most columns.
pub const MOST_COLUMNS: usize = 80;

/// A sheet to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Counts its changes; rows that go in are not counted.
    pub version: i64,
    /// Where its rows belong: it or organisations below it.
    pub organisation_id: OrganisationId,
    /// What the file is called and the shape of its sheets, sealed; nothing once it is over.
    pub shape: Option<String>,
    /// What each column tells.
    pub columns: Vec<Option<Field>>,
    /// Where it stands.
    pub status: Status,
    /// Wishes are handed in for review as well, and not only written down.
    pub hand_in: bool,
    /// Who sent it.
    pub uploaded_by: UserId,
    /// Who let it go in: it goes in by their rights.
    pub started_by: Option<UserId>,
    /// It stopped by itself, since who started it may no longer do that.
    pub halted: bool,
    /// When it came.
    pub created_at: Instant,
    /// Until when the rows that did not go in are kept.
    pub keep_until: Instant,
}

impl Import {
    /// Whether the columns say whose wish it is, and what they wish.
    #[must_use]
    pub fn is_understood(columns: &[Option<Field>]) -> bool {
        [Field::Name, Field::Title].iter().all(|field| columns.contains(&Some(*field)))
    }

    fn kept(&self, now: Instant) -> Result<(), Refusal> {
        match self.shape.is_some() && now < self.keep_until {
            true => Ok(()),
            false => Err(Code::ImportOver.into()),
        }
    }

    /// Its columns tell something else; its rows are checked anew.
    ///
    /// # Errors
    /// `wrong_import_status` while it runs, or once it is done; `import_over`.
    pub fn remap(mut self, columns: Vec<Option<Field>>, now: Instant) -> Result<Self, Refusal> {
        self.kept(now)?;
        if matches!(self.status, Status::Running | Status::Done) {
            return Err(Code::WrongImportStatus.into());
        }
        self.status = if Self::is_understood(&columns) { Status::Checked } else { Status::Draft };
        self.columns = columns;
        Ok(self)
    }

    /// What reads well goes in.
    ///
    /// # Errors
    /// `import_not_mapped` before its columns are understood; `wrong_import_status`; `import_over`.
    pub fn start(mut self, hand_in: bool, by: UserId, now: Instant) -> Result<Self, Refusal> {
        self.kept(now)?;
        match self.status {
            Status::Checked | Status::Stopped => {}
            Status::Draft => return Err(Code::ImportNotMapped.into()),
            Status::Running | Status::Done => return Err(Code::WrongImportStatus.into()),
        }
        self.status = Status::Running;
        self.hand_in = hand_in;
        self.started_by = Some(by);
        self.halted = false;
        Ok(self)
    }

    /// No more rows go in. What went in stays; it can go on.
    ///
    /// # Errors
    /// `wrong_import_status` unless it runs.
    pub fn stop(mut self, halted: bool) -> Result<Self, Refusal> {
        if self.status != Status::Running {
            return Err(Code::WrongImportStatus.into());
        }
        self.status = Status::Stopped;
        self.halted = halted;
        Ok(self)
    }

    /// All rows that read well went in.
    ///
    /// # Errors
    /// `wrong_import_status` unless it runs.
    pub fn finish(self) -> Result<Self, Refusal> {
        let done = self.stop(false)?;
        Ok(Self { status: Status::Done, ..done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn import(status: Status) -> Import {
        Import {
            id: ImportId(Uuid::nil()),
            version: 1,
            organisation_id: OrganisationId(Uuid::nil()),
            shape: Some("sealed".into()),
            columns: vec![Some(Field::Name), Some(Field::Title)],
            status,
            hand_in: false,
            uploaded_by: UserId(Uuid::nil()),
            started_by: None,
            halted: false,
            created_at: Instant::from_micros(0),
            keep_until: Instant::from_micros(100),
        }
    }

    #[test]
    fn it_starts_stops_and_goes_on_and_ends_once() {
        let (by, now) = (UserId(Uuid::nil()), Instant::from_micros(5));
        let code = |refused: Result<Import, Refusal>| refused.unwrap_err().code;
        let running = import(Status::Checked).start(true, by, now).unwrap();
        assert_eq!((running.status, running.started_by), (Status::Running, Some(by)));
        assert_eq!(code(running.clone().start(true, by, now)), Code::WrongImportStatus);
        let again = running.stop(false).unwrap().start(false, by, now).unwrap();
        assert_eq!(code(import(Status::Stopped).stop(false)), Code::WrongImportStatus);
        let done = again.finish().unwrap();
        assert_eq!(code(done.clone().start(true, by, now)), Code::WrongImportStatus);
        assert_eq!(code(done.clone().finish()), Code::WrongImportStatus);
        assert_eq!(code(done.remap(Vec::new(), now)), Code::WrongImportStatus);
    }

    #[test]
    fn a_draft_waits_for_its_columns_and_what_is_over_stays_so() {
        let (by, now) = (UserId(Uuid::nil()), Instant::from_micros(5));
        let draft = import(Status::Checked).remap(vec![None, Some(Field::Title)], now).unwrap();
        assert_eq!(draft.status, Status::Draft);
        assert_eq!(draft.clone().start(true, by, now).unwrap_err().code, Code::ImportNotMapped);
        let columns = vec![Some(Field::Name), Some(Field::Title)];
        assert_eq!(draft.remap(columns, now).unwrap().status, Status::Checked);
        let late = Instant::from_micros(100);
        assert_eq!(import(Status::Checked).start(true, by, late).unwrap_err().code, Code::ImportOver);
        let empty = Import { shape: None, ..import(Status::Stopped) };
        assert_eq!(empty.start(true, by, now).unwrap_err().code, Code::ImportOver);
    }
}
