//! Posts and projects (公益岗位、公益项目) and their shifts, for those who hold them; what everybody sees is [`public`]'s, who
//! signs up [`super::sign_up`]'s.

mod public;
mod shifts;

pub use public::{Asked, Shown, page, shown};
pub use shifts::{add, cancel_shift, revise_shift};

use super::{
    Context, event,
    event::{About, Facts, facts},
    found, sign_up, skill,
    wish::{self, check_category},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    event::Kind,
    id::{OrganisationId, PostId, WishId},
    post::{self as rules, Content, Plan, Post, Source, Status},
    publication::may_be_named,
    refusal::{Code, Fault, Refusal},
    time::Instant,
    wish::{Status as WishStatus, Unit},
};
use serde_json::json;
use std::sync::Arc;
use store::{Conn, organisation::Line, post::Filter};

/// A post with whoever holds it.
#[derive(Debug)]
pub struct Held {
    /// The post.
    pub post: Post,
    pub(super) line: Arc<Line>,
}

impl Held {
    /// What the access table is asked about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { holder: self.line.ids(), known: self.post.status().is_public(), ..Subject::default() }
    }

    /// Who holds it, and its superiors.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The acts that the caller may do to it as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let status = self.post.status();
        let fits = |act: &Act| match act {
            Act::UpdatePost | Act::CancelPost | Act::CreateShift | Act::UpdateShift | Act::CancelShift => {
                matches!(status, Status::Draft | Status::Open)
            }
            Act::OpenPost => status == Status::Draft,
            _ => false,
        };
        let subject = self.subject();
        Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
    }

    /// The finest place that may be named of it: a county, or a level above.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        let profiles = self.line.nodes().iter().map(|node| &node.organisation.profile);
        profiles.filter(|profile| may_be_named(profile.level)).map(|profile| profile.name.as_str()).next()
    }
}

/// The names of places that no text for everybody may hold.
fn fine(line: &Line) -> Vec<&str> {
    let profiles = line.nodes().iter().map(|node| &node.organisation.profile);
    profiles.filter(|profile| !may_be_named(profile.level)).map(|profile| profile.name.as_str()).collect()
}

fn held_all(tx: &mut Conn, posts: Vec<Post>) -> Result<Vec<Held>, Failure> {
    let mut holders: Vec<OrganisationId> = posts.iter().map(|post| post.holder_id).collect();
    holders.sort_unstable();
    holders.dedup();
    let lines = store::organisation::lines(tx, &holders)?;
    let lines: std::collections::HashMap<_, _> =
        lines.into_iter().map(|(id, line)| (id, Arc::new(line))).collect();
    let held = |post: Post| {
        let line = found(lines.get(&post.holder_id).cloned())?;
        Ok(Held { post, line })
    };
    posts.into_iter().map(held).collect()
}

fn held(tx: &mut Conn, post: Post) -> Result<Held, Failure> {
    found(held_all(tx, vec![post])?.pop())
}

/// Some posts with whoever holds them, whoever asks.
pub(super) fn known(tx: &mut Conn, ids: &[PostId]) -> Result<Vec<Held>, Failure> {
    let posts = store::post::load_all(tx, ids)?;
    held_all(tx, posts)
}

/// A post, and the wish that it serves, held until the transaction ends; whoever asks.
pub(super) fn open_any(tx: &mut Conn, id: PostId) -> Result<(Held, Option<wish::Held>), Failure> {
    let wish = match store::post::serves(tx, id)? {
        Some(wish) => Some(wish::open_any(tx, wish)?),
        None => None,
    };
    let post = found(store::post::load_to_change(tx, id)?)?;
    Ok((held(tx, post)?, wish))
}

/// A post that the caller may change by `act`; it and the wish that it serves are held until the transaction ends.
fn opened(tx: &mut Conn, cx: &Context, act: Act, id: PostId, seen: &Seen) -> Result<Held, Failure> {
    cx.user()?;
    let (held, _) = open_any(tx, id)?;
    cx.allow(act, &held.subject())?;
    seen.check(held.post.version)?;
    Ok(held)
}

/// Saves a post as it is now, and records why.
fn record(tx: &mut Conn, cx: &Context, kind: Kind, post: &mut Post, data: Facts) -> Result<(), Failure> {
    store::post::save(tx, post, cx.now)?;
    let about = About::post(post.id, post.version, post.holder_id);
    event::of(tx, cx, kind, about, data)?;
    post.version = post.version.saturating_add(1);
    Ok(())
}

/// A post to prepare.
#[derive(Debug, Clone)]
pub struct NewPost {
    /// Who holds it.
    pub holder_id: OrganisationId,
    /// A post or a project.
    pub kind: rules::Kind,
    /// What it says; asked of the holder's own circle where nothing else is said.
    pub content: Content,
    /// The wish that it serves.
    pub wish_id: Option<WishId>,
    /// When it needs people; more can follow.
    pub shifts: Vec<Plan>,
}

/// Begins to prepare a post.
///
/// # Errors
/// As the access table says; `unknown_category`; `unknown_skill`; `invalid`, also for a circle that does not hold the
/// holder, or a wish that cannot be served; `findings_unresolved`.
pub fn prepare(tx: &mut Conn, cx: &Context, new: NewPost) -> Result<Held, Failure> {
    let by = cx.user()?;
    let line = found(store::organisation::line(tx, new.holder_id)?)?;
    cx.allow(Act::CreatePost, &Subject { holder: line.ids(), ..Subject::default() })?;
    let content = checked(tx, &line, new.content, None)?;
    if let Some(wish) = new.wish_id {
        check_wish(tx, wish, new.holder_id)?;
    }
    let NewPost { holder_id, kind, wish_id, .. } = new;
    let source = Source { id: cx.ids.make(), holder_id, kind, wish_id, by };
    let mut post = Post::prepare(source, content, &fine(&line), cx.now)?;
    for (at, plan) in new.shifts.into_iter().enumerate() {
        post = post
            .add(cx.ids.make(), plan, cx.now)
            .map_err(|refusal| refusal.within(&format!("/shifts/{at}")))?;
    }
    store::post::insert(tx, &post)?;
    for shift in &post.shifts {
        store::post::insert_shift(tx, shift, cx.now)?;
    }
    let data = facts([("wish_id", json!(post.wish_id)), ("shifts", json!(post.shifts.len()))]);
    event::of(tx, cx, Kind::PostCreated, About::post(post.id, 0, post.holder_id), data)?;
    Ok(Held { post, line: Arc::new(line) })
}

/// What a post says, as the holder's lists write it.
fn checked(
    tx: &mut Conn,
    line: &Line,
    mut content: Content,
    before: Option<&Content>,
) -> Result<Content, Failure> {
    let at = *found(line.ids().first())?;
    let was = before.and_then(|before| before.category.as_ref());
    if let Some(category) = content.category.as_ref().filter(|category| Some(*category) != was) {
        check_category(tx, at, category)?;
    }
    let was = before.and_then(|before| before.skill.as_ref());
    content.skill = skill::needed(tx, at, content.skill.as_ref(), was)?;
    match line.ids().contains(&content.audience_id) {
        true => Ok(content),
        false => Err(Refusal::field(Code::Invalid, "/audience_id", Fault::Unknown).into()),
    }
}

/// A post serves a wish for people that its holder holds, while it is on the wall.
fn check_wish(tx: &mut Conn, id: WishId, holder: OrganisationId) -> Result<(), Failure> {
    let serves = store::wish::load(tx, id)?.is_some_and(|wish| {
        let asks = wish.content.unit == Unit::Person && wish.holder_id == holder;
        asks && wish.is_listed() && wish.status() == WishStatus::Open
    });
    match serves {
        true => Ok(()),
        false => Err(Refusal::field(Code::Invalid, "/wish_id", Fault::Unknown).into()),
    }
}

/// One post, for its holder.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: PostId) -> Result<Held, Failure> {
    cx.user()?;
    let held = found(known(tx, &[id])?.pop())?;
    cx.allow(Act::GetHeldPost, &held.subject())?;
    Ok(held)
}

/// Posts that an organisation of the caller's holds, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn all(
    tx: &mut Conn,
    cx: &Context,
    status: Option<Status>,
    before: Option<PostId>,
    rows: i64,
) -> Result<Vec<Held>, Failure> {
    cx.allow(Act::ListHeldPosts, &Subject::default())?;
    let roots = Some(cx.actor.reading_roots());
    let found = store::post::list(tx, &Filter { roots, status, before, ..Filter::default() }, rows)?;
    held_all(tx, found)
}

/// Says something else, or asks others.
///
/// # Errors
/// As the access table says; `stale`; what [`Post::revise`] refuses; `unknown_category`; `unknown_skill`.
pub fn revise(
    tx: &mut Conn,
    cx: &Context,
    id: PostId,
    seen: &Seen,
    change: impl FnOnce(&mut Content),
) -> Result<Held, Failure> {
    let Held { post, line } = opened(tx, cx, Act::UpdatePost, id, seen)?;
    let mut content = post.content.clone();
    change(&mut content);
    let content = checked(tx, &line, content, Some(&post.content))?;
    let mut post = post.revise(content, &fine(&line))?;
    record(tx, cx, Kind::PostUpdated, &mut post, Facts::new())?;
    Ok(Held { post, line })
}

/// Lets claimants sign up.
///
/// # Errors
/// As the access table says; `stale`; what [`Post::open`] refuses.
pub fn open(tx: &mut Conn, cx: &Context, id: PostId, seen: &Seen) -> Result<Held, Failure> {
    let Held { post, line } = opened(tx, cx, Act::OpenPost, id, seen)?;
    let mut post = post.open(cx.now)?;
    record(tx, cx, Kind::PostOpened, &mut post, Facts::new())?;
    Ok(Held { post, line })
}

/// Says that a post does not take place: who signed up for a shift that has not begun holds its places no more.
///
/// # Errors
/// As the access table says; `stale`; what [`Post::cancel`] refuses.
pub fn cancel(tx: &mut Conn, cx: &Context, id: PostId, seen: &Seen, reason: &str) -> Result<Held, Failure> {
    let Held { post, line } = opened(tx, cx, Act::CancelPost, id, seen)?;
    let mut post = post.cancel(reason, cx.user()?, cx.now)?;
    sign_up::drop_cancelled(tx, cx, &mut post)?;
    record(tx, cx, Kind::PostCancelled, &mut post, Facts::new())?;
    Ok(Held { post, line })
}

/// Posts whose last shift is over at the context's time.
///
/// # Errors
/// When the database does not answer.
pub fn to_end(
    tx: &mut Conn,
    cx: &Context,
    after: Option<(Instant, PostId)>,
    rows: i64,
) -> Result<Vec<(Instant, PostId)>, Failure> {
    Ok(store::post::due(tx, cx.now, after, rows)?)
}

/// Ends a post after its last shift. Early or double calls do nothing; tells whether it did.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut Conn, cx: &Context, id: PostId) -> Result<bool, Failure> {
    let post = found(store::post::load_to_change(tx, id)?)?;
    let Some(mut post) = post.end(cx.now) else { return Ok(false) };
    record(tx, cx, Kind::PostEnded, &mut post, Facts::new())?;
    Ok(true)
}

/// Empties the texts of the posts that served a wish.
///
/// # Errors
/// When the database refuses.
pub(super) fn forget_all(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<(), Failure> {
    for post in store::post::of_wish(tx, wish)? {
        let Some(mut post) = post.forget() else { continue };
        for shift in &post.shifts {
            store::post::save_shift(tx, shift, cx.now)?;
        }
        record(tx, cx, Kind::PostForgotten, &mut post, Facts::new())?;
    }
    Ok(())
}
