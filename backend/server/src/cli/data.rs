//! Commands that work on the data: found a tree, load the demo, run what is due, check what is stored.

use super::{Failed, print};
use crate::{
    app::{self, Context, demo, founding, password_reset},
    jobs,
    password::{acceptable, first_password},
    problem::Failure,
    state::State,
};
use domain::{access::Actor, organisation::Level, time::Instant};
use std::io;

/// Founds a tree with its administrator.
pub(super) async fn create_admin(
    state: &State,
    username: String,
    password: String,
    organisation: String,
    level: Level,
) -> Result<(), Failed> {
    let password = match password.as_str() {
        "-" => {
            let mut line = String::new();
            io::stdin().read_line(&mut line).map_err(Failed::io("standard input"))?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
        _ => password,
    };
    acceptable("/password", &password, &username).map_err(|refusal| Failed::Refused(refusal.into()))?;
    state.db.migrate().await?;
    let hash = state.passwords.hash(password).await?;
    let cx = Context::new(state, Actor::default());
    let work = move |tx: &mut store::Conn| {
        founding::found(tx, &cx, &organisation, level, &username, &username, &hash)
    };
    let (organisation, user) = state.db.write(work).await?;
    print(&format!("Founded: organisation {organisation}, administrator {user}\n"))
}

/// Gives somebody a new first password, and tells it.
pub(super) async fn reset_password(
    state: &State,
    username: String,
    second_factor: bool,
) -> Result<(), Failed> {
    let password = first_password()?;
    let hash = state.passwords.hash(password.clone()).await?;
    let cx = Context::new(state, Actor::default());
    let work =
        move |tx: &mut store::Conn| password_reset::by_operator(tx, &cx, &username, &hash, second_factor);
    state.db.write(work).await?;
    app::event::place(state).await?;
    print(&format!("{password}\n"))
}

/// Loads the demo where there is nothing yet, and tells who can sign in.
pub(super) async fn demo(state: &State) -> Result<(), Failed> {
    state.db.migrate().await?;
    let hash = state.passwords.hash(demo::PASSWORD.to_owned()).await?;
    let cx = Context::new(state, Actor::default());
    let loaded = state.db.write(move |tx| demo::load(tx, &cx, &hash)).await?;
    app::event::place(state).await?;
    let what = if loaded {
        "演示数据已装好 the demo is loaded"
    } else {
        "已有数据，未改动 there is data already; nothing was changed"
    };
    let mut text = format!("{what}\n演示账号 demo accounts, password {}\n", demo::PASSWORD);
    for account in demo::ACCOUNTS {
        text.push_str(&format!("  {:<12} {} {}\n", account.username, account.who, account.who_en));
    }
    print(&text)
}

/// Does all that is due, once.
pub(super) async fn run_jobs(state: &State, as_of: Option<Instant>) -> Result<(), Failed> {
    let swept = jobs::sweep_as_of(state, as_of.unwrap_or_else(|| state.clock.now())).await?;
    print(&format!(
        "lapsed {}, gone further up {}, gone up {}, consents to ask anew {}, failed {}\n",
        swept.lapsed, swept.superseded, swept.escalated, swept.consents_due, swept.failed
    ))
}

/// Removes what is over its time, in every tree; or counts it.
pub(super) async fn retention(state: &State, dry_run: bool, as_of: Option<Instant>) -> Result<(), Failed> {
    let now = as_of.unwrap_or_else(|| state.clock.now());
    let periods = state.config.retention();
    let told = match dry_run {
        true => {
            let count = move |tx: &mut store::Conn| {
                let roots = store::retention::roots(tx)?;
                let one = |tree| Ok((tree, app::retention::due(tx, tree, &periods, now)?));
                roots.into_iter().map(one).collect::<Result<Vec<_>, Failure>>()
            };
            state.db.read_slow(count).await?
        }
        false => {
            let runs = app::retention::run(state, now, false).await?;
            app::event::place(state).await?;
            runs.into_iter().map(|run| (run.tree_id, run.counts)).collect()
        }
    };
    let verb = if dry_run { "due" } else { "removed" };
    for (tree, counts) in told {
        let counts: Vec<String> = counts.iter().map(|(class, count)| format!("{class} {count}")).collect();
        print(&format!("tree {tree}: {verb}: {}\n", counts.join(", ")))?;
    }
    Ok(())
}

/// Holds everything stored against the invariants.
pub(super) async fn check(state: &State) -> Result<(), Failed> {
    let vault = state.vault.clone();
    let mut report = state.db.read_slow(move |tx| app::check::check(tx, &vault)).await?;
    let secrets = std::sync::Arc::clone(&state.secrets);
    report.findings.extend(state.db.read_slow(move |tx| app::audit::check(tx, &secrets)).await?);
    for finding in &report.findings {
        print(&format!("{finding}\n"))?;
    }
    for note in &report.notes {
        print(&format!("note: {note}\n"))?;
    }
    print(&format!("{} wishes checked, {} findings\n", report.wishes, report.findings.len()))?;
    if report.findings.is_empty() { Ok(()) } else { Err(Failed::Unsound(report.findings.len())) }
}
