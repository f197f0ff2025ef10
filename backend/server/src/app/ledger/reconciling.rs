//! Holding statements against the books: some rows at a time, by the platform's own numbers. What is missing here is booked by the
//! unit of work of reports, what differs is noted, and a part of the rows goes in the transaction that held it against the books: so a
//! server may die anywhere, any number of servers may help, and each row is booked once.

use super::{donation, statement::record};
use crate::{
    app::{Context, Step, found},
    problem::Failure,
};
use domain::{
    access::{Act, Actor, Program},
    event::Kind,
    id::{DonationId, StatementId},
    ledger::{
        Donation,
        statement::{Difference, Outcome, Row, RowKind, Statement, Status},
    },
    platform::Platform,
    refusal::{Code, Refusal},
    time::Instant,
};
use std::collections::{HashMap, HashSet};
use store::{
    Conn,
    ledger::{
        donation::{between, reported},
        journal,
        statement::{self as kept, Part},
    },
};

/// So many that the file passes over are noted in one transaction.
const AT_ONCE: i64 = 1000;

/// The statements that are being held against the books.
///
/// # Errors
/// When the database does not answer.
pub fn running(tx: &mut Conn) -> Result<Vec<StatementId>, Failure> {
    Ok(kept::running(tx)?)
}

/// Holds the next part of a statement against the books. It stands while its platform may not report.
///
/// # Errors
/// When the database refuses; then nothing of the part was done.
pub fn go_on(tx: &mut Conn, cx: &Context, id: StatementId) -> Result<Step, Failure> {
    let seen = found(kept::load(tx, id)?)?;
    // In the order in which whoever moves money holds what: the platform, the pool, and then the statement.
    let platform = found(store::platform::load_to_change(tx, seen.platform_id)?)?;
    found(store::ledger::pool::load_to_change(tx, seen.said.pool_id)?)?;
    let statement = found(kept::load_to_change(tx, id)?)?;
    if statement.status == Status::Done {
        return Ok(Step::Rests);
    }
    let Some(cx) = reporter(cx, &platform) else { return Ok(Step::Rests) };
    let version = statement.version;
    let Some(part) = kept::next_part(tx, id)? else {
        let done = statement.finish(cx.now);
        let done = Statement { version: version.saturating_add(1), ..done };
        kept::save(tx, &done, version, cx.now)?;
        record(tx, &cx, Kind::StatementReconciled, &done, version)?;
        return Ok(Step::Ended);
    };
    let mut found = Found { statement, differences: Vec::new() };
    match pass_over(tx, &mut found, &part)? {
        Some(upto) => kept::move_part(tx, id, part.number, &upto)?,
        None => {
            match part.kind {
                RowKind::Donation => gifts(tx, &cx, &mut found, &part.rows)?,
                RowKind::Refund => refunds(tx, &cx, &mut found, &part.rows)?,
            }
            kept::remove_part(tx, id, part.number)?;
        }
    }
    kept::difference::insert(tx, &found.differences)?;
    kept::save(tx, &found.statement, version, cx.now)?;
    Ok(Step::More)
}

/// The context of the platform's program, with what it may do now; none where it may not report any more.
fn reporter(cx: &Context, platform: &Platform) -> Option<Context> {
    let scopes = platform.profile.scopes.clone();
    let program = Program { id: platform.id, organisation_id: platform.organisation_id, scopes };
    let may = platform.profile.active && program.may(Act::CreateStatement);
    may.then(|| cx.acting_as(Actor { platform: Some(program), ..Actor::default() }))
}

/// What a part came to.
struct Found {
    statement: Statement,
    differences: Vec<Difference>,
}

/// What there is on this side of a row.
#[derive(Debug, Clone, Copy, Default)]
struct Here {
    donation_id: Option<DonationId>,
    amount_fen: Option<i64>,
}

impl Here {
    fn of(donation: &Donation) -> Self {
        Self { donation_id: Some(donation.id), amount_fen: Some(donation.amount.get()) }
    }
}

impl Found {
    /// A row came to something.
    fn note(&mut self, row: &Row, outcome: Outcome, here: Here, reason: Option<&str>) {
        self.statement.count(Some(row.kind), outcome, row.amount.get());
        if outcome != Outcome::Matched {
            self.differences.push(Difference {
                statement_id: self.statement.id,
                number: row.number,
                version: 1,
                kind: Some(row.kind),
                outcome,
                external_id: Some(row.external_id.clone()),
                amount_fen: Some(row.amount.get()),
                here_fen: here.amount_fen,
                donation_id: here.donation_id,
                column: None,
                reason: reason.map(str::to_owned),
                settled: None,
            });
        }
    }

    fn refused(&mut self, row: &Row, here: Here, refusal: &Refusal) {
        self.note(row, Outcome::Refused, here, Some(refusal.code.as_str()));
    }

    /// Something was reported that the file passes over.
    fn missing_there(&mut self, kind: RowKind, external_id: String, here: Here) {
        let fen = here.amount_fen.unwrap_or_default();
        self.statement.count(Some(kind), Outcome::MissingThere, fen);
        self.statement.numbered = self.statement.numbered.saturating_add(1);
        self.differences.push(Difference {
            statement_id: self.statement.id,
            number: self.statement.numbered,
            version: 1,
            kind: Some(kind),
            outcome: Outcome::MissingThere,
            external_id: Some(external_id),
            amount_fen: None,
            here_fen: here.amount_fen,
            donation_id: here.donation_id,
            column: None,
            reason: None,
            settled: None,
        });
    }
}

/// Notes what was reported within the statement's days and between the numbers of a part, and is not in the file. Where there is
/// more of it than one transaction takes: up to which number it came.
fn pass_over(tx: &mut Conn, found: &mut Found, part: &Part) -> Result<Option<String>, Failure> {
    let said = &found.statement.said;
    let of = (said.pool_id, found.statement.platform_id);
    let within = (Instant::start_of(said.from), Instant::end_of(said.to));
    let numbers = (part.after.as_deref(), part.upto.as_deref());
    let here: Vec<(String, Here)> = match part.kind {
        RowKind::Donation => between(tx, of, within, numbers, AT_ONCE)?
            .into_iter()
            .filter(|one| one.reversed_at.is_none())
            .map(|one| (one.external_id.clone(), Here::of(&one)))
            .collect(),
        RowKind::Refund => journal::refunds_between(tx, of, within, numbers, AT_ONCE)?
            .into_iter()
            .map(|(number, one)| {
                let amount_fen = Some(one.amount.get());
                (number, Here { donation_id: one.movement.donation(), amount_fen })
            })
            .collect(),
    };
    let listed: HashSet<&str> = part.rows.iter().map(|row| row.external_id.as_str()).collect();
    let full = i64::try_from(here.len()).unwrap_or(AT_ONCE) == AT_ONCE;
    let upto = here.last().map(|(number, _)| number.clone()).filter(|_| full);
    for (number, here) in here {
        if !listed.contains(number.as_str()) {
            found.missing_there(part.kind, number, here);
        }
    }
    Ok(upto)
}

fn by_number(all: Vec<Donation>) -> HashMap<String, Donation> {
    all.into_iter().map(|one| (one.external_id.clone(), one)).collect()
}

/// Donations: those that nobody reported are, now.
fn gifts(tx: &mut Conn, cx: &Context, found: &mut Found, rows: &[Row]) -> Result<(), Failure> {
    let pool = found.statement.said.pool_id;
    let numbers: Vec<&str> = rows.iter().map(|row| row.external_id.as_str()).collect();
    let known = by_number(reported(tx, found.statement.platform_id, &numbers)?);
    let mut missing = Vec::new();
    for row in rows {
        match known.get(&row.external_id) {
            Some(here) => found.note(row, row.beside_donation(pool, here), Here::of(here), None),
            None => missing.push(row),
        }
    }
    let reports = missing.iter().map(|row| row.report(pool)).collect();
    let taken = donation::report(tx, cx, Act::CreateStatement, reports)?;
    for (row, taken) in missing.into_iter().zip(taken) {
        match taken {
            Ok(taken) => found.note(row, Outcome::MissingHere, Here::of(&taken.donation), None),
            Err(refusal) => found.refused(row, Here::default(), &refusal),
        }
    }
    Ok(())
}

/// Refunds: those that nobody reported are, now, of donations that are written down.
fn refunds(tx: &mut Conn, cx: &Context, found: &mut Found, rows: &[Row]) -> Result<(), Failure> {
    let (pool, by) = (found.statement.said.pool_id, found.statement.platform_id);
    let numbers: Vec<&str> = rows.iter().map(|row| row.external_id.as_str()).collect();
    let of: Vec<&str> = rows.iter().filter_map(|row| row.refund_of.as_deref()).collect();
    let known: HashMap<_, _> = journal::refunds(tx, by, &numbers)?.into_iter().collect();
    let given = by_number(reported(tx, by, &of)?);
    for row in rows {
        let gift = row.refund_of.as_ref().and_then(|of| given.get(of));
        let donation_id = gift.map(|gift| gift.id);
        if let Some(past) = known.get(&row.external_id) {
            let here = Here { donation_id, amount_fen: Some(past.amount.get()) };
            match row.beside_refund(pool, past, gift) {
                Ok(outcome) => found.note(row, outcome, here, None),
                Err(refusal) => found.refused(row, here, &refusal),
            }
            continue;
        }
        let here = Here { donation_id, amount_fen: None };
        match gift {
            None => found.refused(row, here, &Code::NotFound.into()),
            Some(gift) if gift.pool_id != pool => found.note(row, Outcome::OtherPool, here, None),
            Some(gift) => match donation::refund(tx, cx, gift.id, &row.external_id, row.amount.get()) {
                Ok(_) => found.note(row, Outcome::MissingHere, here, None),
                Err(Failure::Refused(refusal)) => found.refused(row, here, &refusal),
                Err(failure) => return Err(failure),
            },
        }
    }
    Ok(())
}
