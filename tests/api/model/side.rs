//! The application on one database, following the commands.

use super::{
    acts::{Saved, Work, by_whom, work},
    common::{Command, Life, Outcome, World},
    stage,
};
use domain::{
    access::Actor,
    claimant::Claimant,
    id::{ClaimantId, UserId, WishId},
    refusal::Code,
    time::Instant,
};
use server::{State, ambient::Clock, app::Context, jobs, problem::Failure};
use tests::{Kind, databases::Database};

/// The application over a database of its own.
pub struct Side {
    pub kind: Kind,
    /// The wishes of this sequence as they are stored, in the order in which they were collected.
    pub lives: Vec<Life>,
    /// The claimants of this sequence, in the world's order.
    pub claimants: Vec<ClaimantId>,
    state: State,
    _database: Database,
}

/// What came of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    Outcome(Outcome),
    /// No rule said no, and yet it did not go through.
    Broken(String),
}

impl Side {
    /// A new database with the organisations and people of the cast.
    pub async fn new(kind: Kind) -> Self {
        let database = Database::create(kind);
        let state = tests::open(&database, Clock::fixed(World::new().now));
        state.db.migrate().await.unwrap();
        let cx = Context::new(&state, Actor::default());
        state.db.write(move |tx| stage::set(tx, &cx)).await.unwrap();
        Self { kind, lives: Vec::new(), claimants: Vec::new(), state, _database: database }
    }

    /// Begins a sequence as the world begins: nothing collected yet, and claimants who hold nothing.
    /// What an earlier sequence left behind stays, and is nobody's here.
    pub async fn begin(&mut self, world: &World) {
        self.state.clock.set(world.now);
        self.lives.clear();
        let new = |claimant: &Claimant| Claimant { id: self.state.ids.make(), ..claimant.clone() };
        let claimants: Vec<Claimant> = world.claimants.iter().map(new).collect();
        self.claimants = claimants.iter().map(|claimant| claimant.id).collect();
        let enter = move |tx: &mut store::Conn| {
            claimants.iter().try_for_each(|claimant| Ok::<_, Failure>(store::claimant::insert(tx, claimant)?))
        };
        self.state.db.write(enter).await.unwrap();
    }

    /// Does what the command says at `now`, about what stands at `place`; then reads what is stored.
    pub async fn apply(&mut self, command: &Command, place: Option<(usize, usize)>, now: Instant) -> Said {
        let Some(place) = place else { return Said::Outcome(Outcome::NothingThere) };
        self.state.clock.set(now);
        let mut wishes: Vec<WishId> = self.lives.iter().map(|life| life.wish.id).collect();
        let said = match self.attempt(command, place).await {
            Ok(Saved::Wish(wish)) => {
                wishes.push(wish);
                Said::Outcome(Outcome::Done)
            }
            Ok(Saved::Change) => Said::Outcome(Outcome::Done),
            Ok(Saved::WrongCode) => Said::Outcome(Outcome::Refused(Code::WrongCode)),
            Err(Failure::Refused(refusal)) => Said::Outcome(Outcome::Refused(refusal.code)),
            Err(failure) => Said::Broken(failure.internal().unwrap_or_else(|| format!("{failure:?}"))),
        };
        let vault = self.state.vault.clone();
        let look = move |tx: &mut store::Conn| wishes.iter().map(|&wish| stored(tx, &vault, wish)).collect();
        self.lives = self.state.db.read_slow(look).await.unwrap();
        said
    }

    async fn attempt(&self, command: &Command, place: (usize, usize)) -> Result<Saved, Failure> {
        match command {
            Command::Pass { .. } => Ok(Saved::Change),
            Command::Sweep => jobs::sweep(&self.state, self.state.clock.now()).await.map(|_| Saved::Change),
            _ => self.act(by_whom(self, command, place), work(self, command, place)).await,
        }
    }

    /// One unit of work of somebody with the roles that are stored of them.
    async fn act(&self, by: UserId, work: Work) -> Result<Saved, Failure> {
        let cx = Context::new(&self.state, Actor::default());
        let unit = move |tx: &mut store::Conn| {
            let actor = Actor::person(by, store::user::roles(tx, by)?);
            work(tx, &cx.acting_as(actor))
        };
        self.state.db.write(unit).await
    }

    /// Nothing stored breaks an invariant.
    pub async fn assert_sound(&self) {
        let vault = self.state.vault.clone();
        let check = move |tx: &mut store::Conn| server::app::check::check(tx, &vault);
        let report = self.state.db.read_slow(check).await.unwrap();
        assert_eq!(report.findings, Vec::<String>::new(), "{:?}", self.kind);
    }
}

fn stored(tx: &mut store::Conn, vault: &vault::Vault, wish: WishId) -> Result<Life, Failure> {
    let mut life = Life {
        wish: server::app::found(store::wish::load(tx, wish)?)?,
        claims: store::claim::of_wish(tx, wish)?,
        escalations: store::escalation::of_wish(tx, wish)?,
    };
    let of = life.wish.beneficiary_id;
    store::wish::open_notes(tx, vault, &mut life.wish)?;
    store::claim::open_notes(tx, vault, life.claims.iter_mut().map(|claim| (claim, of)))?;
    store::escalation::open_notes(tx, vault, life.escalations.iter_mut().map(|up| (up, of)))?;
    Ok(life)
}
