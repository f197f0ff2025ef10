//! Applications (入圈申请): a person or a unit asks to join an organisation's circle of claimants.
//!
//! Owns what is said in one and its life: it waits, until staff approve or decline it with a reason that the applicant
//! reads. What would tell who asks is sealed before it comes here, and is carried as it is. Must not know what an
//! approval sets up.

use crate::{
    claimant::{Kind, Profile},
    id::{ApplicationId, ClaimantId, OrganisationId, UserId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use serde::{Deserialize, Serialize};

words! {
    /// Where an application stands.
    #[schema(as = ApplicationStatus)]
    pub enum Status {
        /// 等答复
        Waiting = "waiting",
        /// 已通过
        Approved = "approved",
        /// 没有通过
        Declined = "declined",
    }
}

/// So many may wait for one organisation: a flood is refused before it buries those who mean it.
pub const MOST_WAITING: i64 = 200;

/// Who asks, and how they are reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The name that others would see.
    pub display_name: String,
    /// Whom staff ask for.
    pub contact_name: String,
    /// By phone or mail.
    pub contact: String,
    /// What else they want to say.
    pub note: Option<String>,
}

/// What is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What they can do.
    pub skills: Vec<String>,
    /// Where they go, as division codes.
    pub region_codes: Vec<String>,
    /// The kinds of wish that they take.
    pub categories: Vec<String>,
    /// How many at once.
    pub capacity: i32,
}

/// How it was answered, by whom and when; the words are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who answered.
    pub by: UserId,
    /// When.
    pub at: Instant,
    /// What the applicant reads.
    pub words: Option<String>,
}

/// Where it stands, with that state's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Staff are to answer by then.
    Waiting {
        /// By when.
        due_at: Instant,
    },
    /// It made a claimant.
    Approved {
        /// Which.
        claimant_id: ClaimantId,
        /// By whom, when.
        answer: Answer,
    },
    /// It did not.
    Declined {
        /// Why, by whom, when.
        answer: Answer,
    },
}

/// Somebody asks to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Counts its changes.
    pub version: i64,
    /// Whose circle.
    pub organisation_id: OrganisationId,
    /// A person or a unit.
    pub kind: Kind,
    /// Who was signed in when they asked.
    pub user_id: Option<UserId>,
    /// What is offered.
    pub offered: Offered,
    /// [`Particulars`], sealed.
    pub particulars: String,
    /// The same for the same applicant, and no way back to them.
    pub applicant_key: String,
    /// What is stored of the code by which the applicant finds it again.
    pub code_digest: String,
    /// Where it stands.
    pub state: State,
    /// When it came.
    pub created_at: Instant,
}

impl Particulars {
    /// Checks what is said, with what is offered.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self, offered: &Offered) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults
            .text("/contact_name", &self.contact_name, 1, 40)
            .text("/contact", &self.contact, 5, 60)
            .optional_text("/note", self.note.as_deref(), 500);
        let (own, of_profile) = (faults.finish(), self.profile(offered).validate());
        let fields: Vec<_> = [of_profile, own]
            .into_iter()
            .filter_map(Result::err)
            .flat_map(|refusal| refusal.fields)
            .collect();
        match fields.is_empty() {
            true => Ok(()),
            false => Err(Refusal { code: Code::Invalid, fields, reached: None }),
        }
    }

    /// The claimant that it would make.
    #[must_use]
    pub fn profile(&self, offered: &Offered) -> Profile {
        Profile {
            display_name: self.display_name.clone(),
            skills: offered.skills.clone(),
            region_codes: offered.region_codes.clone(),
            categories: offered.categories.clone(),
            capacity: offered.capacity,
        }
    }
}

/// Checks the words of an answer, where some are required.
///
/// # Errors
/// `invalid` with the field at fault.
pub fn validate_words(pointer: &str, words: &str, required: bool) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.text(pointer, words, usize::from(required), 500);
    faults.finish()
}

impl Application {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Waiting { .. } => Status::Waiting,
            State::Approved { .. } => Status::Approved,
            State::Declined { .. } => Status::Declined,
        }
    }

    /// How it was answered.
    #[must_use]
    pub const fn answer(&self) -> Option<&Answer> {
        match &self.state {
            State::Waiting { .. } => None,
            State::Approved { answer, .. } | State::Declined { answer } => Some(answer),
        }
    }

    /// From then on its time is counted: the answer, or else when it came.
    #[must_use]
    pub fn rests_since(&self) -> Instant {
        self.answer().map_or(self.created_at, |answer| answer.at)
    }

    /// Says yes: it made a claimant.
    ///
    /// # Errors
    /// `application_answered`.
    pub fn approve(self, claimant_id: ClaimantId, answer: Answer) -> Result<Self, Refusal> {
        self.expect_waiting()?;
        Ok(Self { state: State::Approved { claimant_id, answer }, ..self })
    }

    /// Says no.
    ///
    /// # Errors
    /// `application_answered`.
    pub fn decline(self, answer: Answer) -> Result<Self, Refusal> {
        self.expect_waiting()?;
        if answer.words.is_none() {
            return Err(Refusal::field(Code::Invalid, "/reason", Fault::Required));
        }
        Ok(Self { state: State::Declined { answer }, ..self })
    }

    /// Refuses what was answered already.
    ///
    /// # Errors
    /// `application_answered`.
    pub fn expect_waiting(&self) -> Result<(), Refusal> {
        match self.state {
            State::Waiting { .. } => Ok(()),
            _ => Err(Code::ApplicationAnswered.into()),
        }
    }
}
