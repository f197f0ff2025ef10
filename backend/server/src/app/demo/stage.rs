//! What the stories are told with: people who act on a day, and short words for what they do.

mod money;
mod ties;

pub(super) use money::Gift;

use crate::{
    ambient,
    app::{
        self, Context, beneficiary::NewBeneficiary, claim::NewClaim, claimant::NewClaimant, found,
        membership::NewMember, post::NewPost, wish::Verdict,
    },
    etag::Seen,
    problem::{Failure, Internal},
};
use chrono::{Datelike, Days, NaiveDate};
use domain::{
    access::Actor,
    beneficiary::{Consent, GivenBy, Person, Proof, Purpose},
    campaign,
    certificate::CertificateCode,
    claim::{Delivery, Item, Method},
    claimant,
    duty::{Asked, Obliged},
    honour::Span,
    id::{BeneficiaryId, CampaignId, ClaimId, ClaimantId, OrganisationId, ShiftId, SignUpId, UserId, WishId},
    membership::Role,
    organisation::{Kind, Level, Profile},
    pledge::Amount,
    policy::Policy,
    post::{self, Plan},
    sign_up::Turnout,
    time::Instant,
    wish::{Channel, Content, Decision, Share, ToldBy, Unit},
};
use std::collections::HashMap;
use store::Conn;

/// The stage: a database, a day, and the people.
pub(super) struct Stage<'a> {
    tx: &'a mut Conn,
    base: Context,
    cx: Context,
    password_hash: &'a str,
    people: HashMap<&'static str, UserId>,
}

/// A resident, and what the family agreed to.
pub(super) struct Resident {
    pub name: &'static str,
    pub age: i32,
    pub hardships: &'static [&'static str],
    pub guardian: Option<(&'static str, &'static str)>,
}

/// A wish in few words.
pub(super) struct Told {
    pub title: &'static str,
    pub summary: &'static str,
    pub details: &'static str,
    pub category: &'static str,
    pub quantity: i64,
    pub shares: &'static [&'static str],
    pub unit: Unit,
    pub cost_yuan: i64,
    pub channel: Channel,
    pub told_by: ToldBy,
}

impl<'a> Stage<'a> {
    pub(super) fn new(tx: &'a mut Conn, base: &Context, password_hash: &'a str) -> Self {
        Self { tx, base: base.clone(), cx: base.clone(), password_hash, people: HashMap::new() }
    }

    /// From now on it is so many days before today, and this person acts.
    pub(super) fn on(&mut self, days_ago: i64, who: &'static str) -> Result<&mut Self, Failure> {
        let user = *self.people.get(who).ok_or_else(|| Internal::new(format!("nobody called {who}")))?;
        let roles = store::user::roles(self.tx, user)?;
        self.cx = self.base.at(self.base.now.plus_days(-days_ago)).acting_as(Actor::person(user, roles));
        Ok(self)
    }

    fn today(&self) -> NaiveDate {
        self.cx.now.date()
    }

    /// A new tree and its administrator.
    pub(super) fn found(
        &mut self,
        days_ago: i64,
        name: &str,
        level: Level,
        admin: &'static str,
        who: &str,
    ) -> Result<OrganisationId, Failure> {
        self.cx = self.base.at(self.base.now.plus_days(-days_ago));
        let (root, user) =
            app::founding::found(self.tx, &self.cx, name, level, admin, who, self.password_hash)?;
        self.people.insert(admin, user);
        // A demo has few residents; with the usual number its wall would name no place.
        let few = Policy { wall_households: Some(1), ..Policy::default() };
        self.on(days_ago, admin)?;
        app::policy::put(self.tx, &self.cx, root, &Seen::Any, &few)?;
        Ok(root)
    }

    pub(super) fn organisation(
        &mut self,
        parent: OrganisationId,
        name: &str,
        level: Level,
        kind: Kind,
        region: Option<&str>,
    ) -> Result<OrganisationId, Failure> {
        let profile = Profile { name: name.to_owned(), kind, level, region_code: region.map(str::to_owned) };
        Ok(app::organisation::create(self.tx, &self.cx, parent, profile)?.id)
    }

    /// Somebody with a role. The password is everybody's, so it is hashed once.
    pub(super) fn member(
        &mut self,
        at: OrganisationId,
        username: &'static str,
        display_name: &str,
        role: Role,
    ) -> Result<(), Failure> {
        let new = NewMember {
            username: username.to_owned(),
            display_name: Some(display_name.to_owned()),
            password_hash: Some(self.password_hash.to_owned()),
            must_change_password: false,
            role,
        };
        let member = app::membership::create(self.tx, &self.cx, at, &Seen::Any, &new)?;
        self.people.insert(username, member.membership.user_id);
        Ok(())
    }

    pub(super) fn claimant(
        &mut self,
        at: OrganisationId,
        name: &str,
        skills: &[&str],
    ) -> Result<ClaimantId, Failure> {
        let profile = claimant::Profile {
            display_name: name.to_owned(),
            skills: skills.iter().map(|&skill| skill.to_owned()).collect(),
            region_codes: Vec::new(),
            categories: Vec::new(),
            capacity: 10,
        };
        let new = NewClaimant { kind: claimant::Kind::Unit, organisation_id: at, username: None, profile };
        Ok(app::claimant::create(self.tx, &self.cx, new)?.id)
    }

    /// A campaign that opens today and goes on for so many days: all open wishes below belong to it.
    pub(super) fn campaign(
        &mut self,
        at: OrganisationId,
        (title, theme): (&str, &str),
        days: u64,
        wishes: i64,
    ) -> Result<CampaignId, Failure> {
        let starts_on = self.today();
        let content = campaign::Content {
            title: title.to_owned(),
            theme: theme.to_owned(),
            starts_on,
            ends_on: starts_on.checked_add_days(Days::new(days)).unwrap_or(starts_on),
            rule: Some(campaign::Rule::default()),
            targets: campaign::Targets { wishes: Some(wishes), ..campaign::Targets::default() },
        };
        let id = app::campaign::prepare(self.tx, &self.cx, at, content, &[])?.campaign.id;
        app::campaign::open(self.tx, &self.cx, id, &Seen::Any)?;
        Ok(id)
    }

    pub(super) fn pledge(&mut self, to: CampaignId, by: ClaimantId, wishes: i64) -> Result<(), Failure> {
        let amount = Amount { wishes: Some(wishes), ..Amount::default() };
        app::pledge::create(self.tx, &self.cx, to, by, amount).map(|_| ())
    }

    /// What others confirmed of a claim, certified.
    pub(super) fn certificate(&mut self, at: OrganisationId, claim: ClaimId) -> Result<(), Failure> {
        let random = ambient::random().map_err(|error| Internal::caused("drawing a code", &error))?;
        let asked = app::certificate::Asked::Claim(claim);
        app::certificate::create(self.tx, &self.cx, at, asked, CertificateCode::drawn(random)).map(|_| ())
    }

    /// Each claiming unit below is to give two days of the year to wishes.
    pub(super) fn duty(&mut self, at: OrganisationId, title: &str) -> Result<(), Failure> {
        let year = self.base.now.date().year();
        let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        let span = Span { from: day(1, 1), to: day(12, 31) };
        let asked = Asked { title: title.to_owned(), obliged: Obliged::Claimants, span, times: 2 };
        app::duty::create(self.tx, &self.cx, at, asked).map(|_| ())
    }

    /// A project that is open, with a morning of so many places after each of so many days; gives its shifts.
    pub(super) fn project(
        &mut self,
        (holder_id, audience_id): (OrganisationId, OrganisationId),
        (title, summary): (&str, &str),
        mornings: &[(i64, i64)],
    ) -> Result<Vec<ShiftId>, Failure> {
        let morning = |&(days, places): &(i64, i64)| {
            let starts_at = Instant::start_of(self.today()).plus_days(days).plus_seconds(8 * 3600);
            let meet_at = "村委会门前".to_owned();
            Plan { starts_at, ends_at: starts_at.plus_seconds(4 * 3600), places, meet_at }
        };
        let (title, summary) = (title.to_owned(), summary.to_owned());
        let content = post::Content { title, summary, category: None, skill: None, audience_id };
        let shifts = mornings.iter().map(morning).collect();
        let new = NewPost { holder_id, kind: post::Kind::Project, content, wish_id: None, shifts };
        let made = app::post::prepare(self.tx, &self.cx, new)?.post;
        app::post::open(self.tx, &self.cx, made.id, &Seen::Any)?;
        Ok(made.shifts.iter().map(|shift| shift.id).collect())
    }

    pub(super) fn sign_up(&mut self, to: ShiftId, by: ClaimantId, places: i64) -> Result<SignUpId, Failure> {
        Ok(app::sign_up::create(self.tx, &self.cx, to, by, places)?.sign_up.id)
    }

    /// So many came, each for the whole morning.
    pub(super) fn mark(&mut self, sign_up: SignUpId, came: i64) -> Result<(), Failure> {
        let turnout = Turnout { came, quarter_hours: came * 16 };
        app::sign_up::mark(self.tx, &self.cx, sign_up, &Seen::Any, turnout, None).map(|_| ())
    }

    pub(super) fn resident(
        &mut self,
        at: OrganisationId,
        resident: &Resident,
    ) -> Result<BeneficiaryId, Failure> {
        // Of a child, platforms are told nothing.
        let platforms = resident.guardian.is_none().then_some(Purpose::ShareWithPlatform);
        let purposes = [Purpose::Collect, Purpose::Publish, Purpose::Photo, Purpose::ShareWithClaimant];
        let consent = |purpose| Consent {
            id: self.cx.ids.make(),
            purpose,
            given_by: if resident.guardian.is_some() { GivenBy::Guardian } else { GivenBy::Myself },
            guardian_name: resident.guardian.map(|(name, _)| name.to_owned()),
            relation: resident.guardian.map(|(_, relation)| relation.to_owned()),
            given_on: self.today(),
            withdrawn_on: None,
            proof: Proof::default(),
        };
        let born = NaiveDate::from_ymd_opt(self.today().year() - resident.age, 5, 12);
        let new = NewBeneficiary {
            organisation_id: at,
            household_id: None,
            person: Person {
                name: resident.name.to_owned(),
                phone: Some("07005550100".to_owned()),
                address: Some("示例路1号".to_owned()),
                id_number: None,
                birth_date: born,
            },
            hardships: resident.hardships.iter().map(|&word| word.to_owned()).collect(),
            consents: purposes.into_iter().chain(platforms).map(consent).collect(),
        };
        Ok(app::beneficiary::create(self.tx, &self.cx, new)?.id)
    }

    /// Writes a wish down and hands it in.
    pub(super) fn told(
        &mut self,
        of: BeneficiaryId,
        at: OrganisationId,
        told: &Told,
    ) -> Result<WishId, Failure> {
        let content = Content {
            title: told.title.to_owned(),
            details: Some(told.details).filter(|details| !details.is_empty()).map(Into::into),
            public_summary: told.summary.to_owned(),
            category: told.category.to_owned(),
            skill: None,
            quantity: told.quantity,
            shares: told.shares.iter().map(|title| Share::named(title)).collect(),
            unit: told.unit,
            estimated_cost_fen: (told.cost_yuan > 0).then_some(told.cost_yuan * 100),
            needed_by: None,
            channel: told.channel,
            told_by: told.told_by,
            told_by_note: None,
        };
        let wish = app::wish::create(self.tx, &self.cx, of, at, content)?.id;
        app::wish::submit(self.tx, &self.cx, wish, &Seen::Any)?;
        Ok(wish)
    }

    pub(super) fn publish(&mut self, wish: WishId, audience: Option<OrganisationId>) -> Result<(), Failure> {
        let verdict = Verdict {
            decision: Decision::Publish,
            urgent: true,
            feasible: true,
            practical: true,
            note: None,
            audience_id: audience,
            dismissed: Vec::new(),
        };
        app::wish::review(self.tx, &self.cx, wish, &Seen::Any, verdict).map(|_| ())
    }

    pub(super) fn claim(&mut self, wish: WishId, by: ClaimantId, quantity: i64) -> Result<ClaimId, Failure> {
        let new = NewClaim { claimant_id: by, quantity, shares: Vec::new(), note: None };
        let claim = app::claim::create(self.tx, &self.cx, wish, &Seen::Any, &new)?.claim.id;
        app::claim::contact(self.tx, &self.cx, claim, &Seen::Any)?;
        Ok(claim)
    }

    pub(super) fn dispatch(
        &mut self,
        wish: WishId,
        to: ClaimantId,
        quantity: i64,
        note: &str,
    ) -> Result<(), Failure> {
        let new = NewClaim { claimant_id: to, quantity, shares: Vec::new(), note: Some(note.into()) };
        app::claim::dispatch(self.tx, &self.cx, wish, &Seen::Any, &new).map(|_| ())
    }

    pub(super) fn deliver(
        &mut self,
        claim: ClaimId,
        note: &str,
        items: &[(&str, i64, i64)],
        hours: i32,
    ) -> Result<(), Failure> {
        let item = |&(name, quantity, yuan): &(&str, i64, i64)| Item {
            name: name.to_owned(),
            quantity,
            value_fen: (yuan > 0).then_some(yuan * 100),
        };
        let delivery = Delivery {
            note: Some(note.into()),
            items: items.iter().map(item).collect(),
            quarter_hours: (hours > 0).then_some(hours * 4),
            attachment_ids: Vec::new(),
            by: self.cx.user()?,
            at: self.cx.now,
        };
        app::delivery::deliver(self.tx, &self.cx, claim, &Seen::Any, delivery).map(|_| ())
    }

    /// The resident's word, by a call back.
    /// Who brought it saw more than was asked for.
    pub(super) fn need(&mut self, claim: ClaimId, need: &str) -> Result<(), Failure> {
        let at = app::referral::Where::Claim(claim);
        let asked = app::referral::Asked { at, benefit: None, need: need.to_owned(), handing: None };
        app::referral::create(self.tx, &self.cx, asked).map(|_| ())
    }

    pub(super) fn confirm(&mut self, claim: ClaimId) -> Result<(), Failure> {
        let word = app::delivery::Word { accepted: true, method: Method::Call, code: None, note: None };
        app::delivery::confirm(self.tx, &self.cx, claim, &Seen::Any, &word).map(|_| ())
    }

    pub(super) fn rate(&mut self, wish: WishId, satisfaction: i32, comment: &str) -> Result<(), Failure> {
        let comment = Some(comment.into());
        app::feedback::create(self.tx, &self.cx, wish, &Seen::Any, satisfaction, comment).map(|_| ())
    }

    pub(super) fn escalate(&mut self, wish: WishId, reason: &str) -> Result<(), Failure> {
        app::escalation::create(self.tx, &self.cx, wish, &Seen::Any, reason.to_owned()).map(|_| ())
    }

    /// The one who acts takes what waits for them of this wish.
    pub(super) fn accept(&mut self, wish: WishId) -> Result<(), Failure> {
        let hops = store::escalation::of_wish(self.tx, wish)?;
        let hop = found(hops.last())?;
        app::escalation::accept(self.tx, &self.cx, hop.id, &Seen::Any).map(|_| ())
    }
}
