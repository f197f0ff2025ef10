//! What goes in: some rows at a time, each by the same units of work as what somebody types in, and marked in the transaction that
//! makes its wish. So a server may die anywhere and any number of servers may help: each row goes in once. Also what goes away, once
//! its time is over.

use super::{known, may, save};
use crate::{
    app::{Context, Step, beneficiary, beneficiary::NewBeneficiary, event::Facts, event::facts, found, wish},
    etag::Seen,
    import_keys::ImportKeys,
    problem::Failure,
};
use domain::{
    access::Act,
    beneficiary::{Beneficiary, Consent, ConsentChannel, GivenBy, Proof},
    event::Kind,
    id::{BeneficiaryId, ImportId, WishId},
    import::{
        Import, Outcome, Status,
        field::Field,
        row::{Known, Proposal, RowFault, faults_of, read},
    },
    likeness::same_name,
    refusal::{Code, Fault},
};
use serde_json::json;
use std::collections::HashSet;
use store::{
    Conn,
    beneficiary::{Filter, Wanted as Number},
    import::{Kept, Wanted},
};

/// Residents of one village that are looked through for a name.
const MOST_NEIGHBOURS: i64 = 5000;

/// The imports that run.
///
/// # Errors
/// When the database does not answer.
pub fn running(tx: &mut Conn) -> Result<Vec<ImportId>, Failure> {
    Ok(store::import::running(tx)?)
}

/// Lets the next rows of an import in, at most so many.
///
/// # Errors
/// When the database refuses; then none of them went in.
pub fn go_on(tx: &mut Conn, cx: &Context, id: ImportId, most: i64) -> Result<Step, Failure> {
    let import = found(store::import::load_to_change(tx, id)?)?;
    if import.status != Status::Running {
        return Ok(Step::Rests);
    }
    let Some(cx) = starter(tx, cx, &import)? else {
        save(tx, cx, Kind::ImportStopped, import.stop(true)?, facts([("halted", json!(true))]))?;
        return Ok(Step::Ended);
    };
    let ready = Wanted { outcome: Some(Outcome::Ready), ..Wanted::default() };
    let rows = store::import::rows(tx, id, ready, most)?;
    if rows.is_empty() {
        save(tx, &cx, Kind::ImportFinished, import.finish()?, Facts::new())?;
        return Ok(Step::Ended);
    }
    let keys = cx.imports();
    let known = known(tx, import.organisation_id, cx.now, import.created_at)?;
    let mut batch = Vec::with_capacity(rows.len());
    for row in rows {
        batch.push(judged(&keys, &import, &known, row)?);
    }
    let asked: Vec<String> = batch.iter().filter_map(|(row, _)| row.fingerprint.clone()).collect();
    let mut done = store::import::known(tx, &asked)?;
    for (row, told) in batch {
        settle(tx, &cx, &import, &row, told, &mut done)?;
    }
    Ok(Step::More)
}

/// The context of who let it in, with the rights that they have now; none where they have lost that one.
fn starter(tx: &mut Conn, cx: &Context, import: &Import) -> Result<Option<Context>, Failure> {
    let Some(user) = import.started_by else { return Ok(None) };
    let Some(cx) = cx.on_behalf(tx, user)? else { return Ok(None) };
    match may(tx, &cx, Act::StartImport, import.organisation_id) {
        Ok(()) => Ok(Some(cx)),
        Err(Failure::Refused(_)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// What a row says now: places and categories may have changed since it was checked.
fn judged(
    keys: &ImportKeys,
    import: &Import,
    known: &Known,
    row: Kept,
) -> Result<(Kept, Result<Proposal, Vec<RowFault>>), Failure> {
    let sealed = found(row.cells.as_ref())?;
    let cells = keys.open_cells(import.id, row.number, sealed)?;
    let told = read(&cells, &import.columns, known);
    let fingerprint = told.as_ref().ok().map(|told| keys.fingerprint(told));
    Ok((Kept { fingerprint, ..row }, told))
}

fn settle(
    tx: &mut Conn,
    cx: &Context,
    import: &Import,
    row: &Kept,
    told: Result<Proposal, Vec<RowFault>>,
    done: &mut HashSet<String>,
) -> Result<(), Failure> {
    let out = |tx: &mut Conn, outcome, faults: &[RowFault]| {
        Ok(store::import::stayed_out(tx, import.id, row, outcome, faults)?)
    };
    let told = match told {
        Ok(told) => told,
        Err(faults) => return out(tx, Outcome::Faulty, &faults),
    };
    if row.fingerprint.as_ref().is_some_and(|fingerprint| done.contains(fingerprint)) {
        return out(tx, Outcome::Known, &[]);
    }
    match store::whole(tx, |tx| make(tx, cx, import, row, told)) {
        Ok((resident, wish)) => {
            done.extend(row.fingerprint.clone());
            Ok(store::import::went_in(tx, import.id, row, resident, wish)?)
        }
        Err(failure) => match refused(&failure) {
            Some(faults) => out(tx, Outcome::Faulty, &faults),
            None => Err(failure),
        },
    }
}

/// What a rule refuses is a fault of the row; all else is none of its business.
fn refused(failure: &Failure) -> Option<Vec<RowFault>> {
    let refusal = match failure {
        Failure::Refused(refusal) => refusal,
        Failure::Existing { .. } => return Some(vec![RowFault::new(Field::IdNumber, Fault::Duplicate)]),
        _ => return None,
    };
    if !refusal.fields.is_empty() {
        return Some(faults_of(refusal));
    }
    let fault = match refusal.code {
        Code::ConsentMissing => RowFault::new(Field::Collect, Fault::Required),
        Code::BeneficiaryKnown | Code::BeneficiaryErased => RowFault::new(Field::IdNumber, Fault::Duplicate),
        Code::NotFound | Code::Forbidden => RowFault::new(Field::Place, Fault::Unknown),
        _ => RowFault::new(Field::Title, Fault::Wrong),
    };
    Some(vec![fault])
}

/// A row becomes a resident, who may be there already, and their wish.
fn make(
    tx: &mut Conn,
    cx: &Context,
    import: &Import,
    row: &Kept,
    told: Proposal,
) -> Result<(BeneficiaryId, WishId), Failure> {
    let consents = consents(cx, import, row, &told);
    let resident = match resident(tx, cx, &told)? {
        Some(resident) => {
            agree(tx, cx, &resident, consents)?;
            resident.id
        }
        None => {
            let new = NewBeneficiary {
                organisation_id: told.at,
                household_id: None,
                person: told.person,
                hardships: told.hardships,
                consents,
            };
            beneficiary::create(tx, cx, new)?.id
        }
    };
    let wish = wish::create(tx, cx, resident, told.at, told.content)?.id;
    if import.hand_in {
        wish::submit(tx, cx, wish, &Seen::Any)?;
    }
    Ok((resident, wish))
}

/// What the row says was agreed to; that it says so is the evidence, and which row of which import.
fn consents(cx: &Context, import: &Import, row: &Kept, told: &Proposal) -> Vec<Consent> {
    let evidence = format!("import {} · {}", import.id, row.sheet_row);
    let one = |(purpose, given_by): &(_, GivenBy)| {
        let guardian = told.guardian.clone().filter(|_| *given_by == GivenBy::Guardian);
        let (guardian_name, relation) = guardian.unzip();
        Consent {
            id: cx.ids.make(),
            purpose: *purpose,
            given_by: *given_by,
            guardian_name,
            relation,
            given_on: told.agreed_on,
            withdrawn_on: None,
            proof: Proof {
                channel: Some(ConsentChannel::Paper),
                evidence: Some(evidence.clone()),
                ..Proof::default()
            },
        }
    };
    told.consents.iter().map(one).collect()
}

/// Takes down what was not agreed to before. A consent that was taken back later than the sheet says stays taken back.
fn agree(tx: &mut Conn, cx: &Context, resident: &Beneficiary, consents: Vec<Consent>) -> Result<(), Failure> {
    for consent in consents {
        let settled = |given: &Consent| {
            let same = given.purpose == consent.purpose && given.given_by == consent.given_by;
            same && given.withdrawn_on.is_none_or(|day| day >= consent.given_on)
        };
        if !resident.consents.iter().any(settled) {
            beneficiary::create_consent(tx, cx, resident.id, &Seen::Any, consent)?;
        }
    }
    Ok(())
}

fn wrong(field: Field, fault: Fault) -> Failure {
    let pointer = format!("/{field}");
    domain::refusal::Refusal::field(Code::Invalid, &pointer, fault).into()
}

/// The resident, where there is one already: by the identity number, or by phone and name, or else by the name alone in the same
/// village. Where several could be meant nobody guesses.
fn resident(tx: &mut Conn, cx: &Context, told: &Proposal) -> Result<Option<Beneficiary>, Failure> {
    let person = &told.person;
    if let Some(number) = &person.id_number {
        let found = store::beneficiary::with_id_number(tx, &cx.vault, told.at, number)?;
        if let Some((id, _)) = found {
            let one = beneficiary::see(tx, cx, Act::GetBeneficiary, id)?;
            return match same_name(&one.known()?.0.name, &person.name) {
                true => Ok(Some(one)),
                false => Err(wrong(Field::Name, Fault::Wrong)),
            };
        }
    }
    let same = |one: &Beneficiary| {
        let Ok((known, _)) = one.known() else { return false };
        let agrees = |a: Option<&String>, b: Option<&String>| a.is_none() || b.is_none() || a == b;
        let born = known.birth_date.is_none()
            || person.birth_date.is_none()
            || known.birth_date == person.birth_date;
        same_name(&known.name, &person.name)
            && born
            && agrees(known.id_number.as_ref(), person.id_number.as_ref())
    };
    let mut found: Vec<Beneficiary> = match (&person.phone, &person.id_number) {
        (Some(phone), _) => {
            let wanted = Number { phone: Some(phone.clone()), id_number: None };
            let trees = store::beneficiary::trees_of(tx, &[told.at])?;
            store::beneficiary::find(tx, &cx.vault, &[told.at], &trees, &wanted)?
        }
        // Somebody else's number is another person.
        (None, Some(_)) => return Ok(None),
        (None, None) => {
            let here = Filter { roots: vec![told.at], organisation_id: Some(told.at), ..Filter::default() };
            store::beneficiary::list(tx, &cx.vault, &here, MOST_NEIGHBOURS)?
        }
    };
    found.retain(|one| one.organisation_id == told.at && same(one));
    match found.len() {
        0 | 1 => Ok(found.pop()),
        _ => Err(wrong(Field::Name, Fault::Duplicate)),
    }
}

/// Removes all that the rows say which did not go in, of the imports whose time is over. Tells whether there may be more.
///
/// # Errors
/// When the database refuses.
pub fn empty_next(tx: &mut Conn, cx: &Context, most: i64) -> Result<bool, Failure> {
    let over = store::import::over(tx, cx.now, most)?;
    for id in &over {
        let import = found(store::import::load_to_change(tx, *id)?)?;
        // Another server was there.
        if import.shape.is_none() {
            continue;
        }
        store::import::empty(tx, *id)?;
        let status = if import.status == Status::Running { Status::Stopped } else { import.status };
        save(tx, cx, Kind::ImportForgotten, Import { shape: None, status, ..import }, Facts::new())?;
    }
    Ok(!over.is_empty())
}
