//! The rows of a list that is taken out: read with the reach of its asker, in stretches, at one moment.

mod columns;

use super::check_rows;
use crate::{
    app::{Context, campaign, directory::Key, filter, found, names::Names},
    problem::Failure,
    sheet::{Heading, Register},
};
use columns::{CLAIMS, RESIDENTS, WISHES, WISHES_WITH_RESIDENTS, coded, count, day, text, yuan};
use domain::{
    beneficiary::{Beneficiary, Purpose},
    claim::Claim,
    claimant::Kind as Claimant,
    export::{
        Export, claim_status, kind_of_claimant,
        list::{Claims, List, Residents, Subject, Wishes},
        route, unit, wish_status,
    },
    id::{BeneficiaryId, OrganisationId},
    import::cell::Cell,
    time::Instant,
    wish::{Status, Unit},
};
use std::collections::HashMap;
use store::{
    Conn, StoreError, beneficiary, claim,
    export::file::People,
    wish::{self, Listed},
};

/// So many rows are read at once.
const STRETCH: i64 = 500;

/// How many rows there would be, before those are left out who are not to be named.
pub(super) fn count_rows(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    list: &List,
) -> Result<i64, Failure> {
    Ok(match list {
        List::Wishes(asked) | List::WishesWithResidents(asked) => {
            let wanted = wanted_wishes(tx, cx, at, asked)?;
            store::wish::count(tx, &wanted)?
        }
        List::Claims(asked) => store::claim::count(tx, &wanted_claims(at, asked)?)?,
        List::Residents(asked) => store::beneficiary::count(tx, &wanted_residents(at, asked))?,
    })
}

fn wanted_wishes(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    asked: &Wishes,
) -> Result<wish::Filter, Failure> {
    if let Some(campaign) = asked.campaign_id {
        campaign::check_listed(tx, cx, campaign)?;
    }
    Ok(wish::Filter { roots: vec![at], own: true, ..filter::wishes(asked, cx.now, None)? })
}

fn wanted_claims(at: OrganisationId, asked: &Claims) -> Result<claim::Filter, Failure> {
    Ok(claim::Filter { roots: vec![at], ..filter::claims(asked)? })
}

fn wanted_residents(at: OrganisationId, asked: &Residents) -> beneficiary::Filter {
    beneficiary::Filter { roots: vec![at], ..filter::residents(asked) }
}

/// The whole table, and who is named in it.
pub(super) fn read(
    tx: &mut Conn,
    cx: &Context,
    export: &Export,
    list: &List,
    covers: &str,
) -> Result<(Register, People), Failure> {
    let mut table = Table::new(export.subject);
    let at = export.organisation_id;
    match list {
        List::Wishes(asked) => table.wishes(tx, cx, at, asked)?,
        List::WishesWithResidents(asked) => table.with_residents(tx, cx, at, asked)?,
        List::Claims(asked) => table.claims(tx, at, asked)?,
        List::Residents(asked) => table.residents(tx, cx, at, asked)?,
    }
    let place = Names::default().organisations(tx, [at])?;
    let people = Names::default().users(tx, [export.asked_by])?;
    let heading = Heading {
        title: export.subject.title(),
        organisation: place.organisation(at).map_or("", |(name, _)| name).to_owned(),
        covers: covers.to_owned(),
        compiler: people.user(export.asked_by).to_owned(),
        made_at: cx.now.date().to_string(),
        unit: export.subject.counted_in(),
        note: export.subject.is_personal().then_some(
            "表内有个人信息：只按申请的用途使用，用完销毁。未满 18 岁、收回同意和已删除的居民不在表内。",
        ),
    };
    Ok(table.finish(heading))
}

/// A table that is being put together.
struct Table {
    subject: Subject,
    rows: Vec<Vec<Cell>>,
    people: HashMap<BeneficiaryId, i64>,
    cost_fen: i64,
}

impl Table {
    fn new(subject: Subject) -> Self {
        Self { subject, rows: Vec::new(), people: HashMap::new(), cost_fen: 0 }
    }

    /// A row, behind its number.
    fn push(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), Failure> {
        let number = i64::try_from(self.rows.len()).unwrap_or(i64::MAX).saturating_add(1);
        check_rows(self.subject, number)?;
        self.rows.push(std::iter::once(count(number)).chain(cells).collect());
        Ok(())
    }

    fn finish(self, heading: Heading) -> (Register, People) {
        let sum = format!("{} {}", self.rows.len(), self.subject.counted_in());
        let mut sums = vec![(0, text("合计")), (1, Cell::Text(sum))];
        let columns = match self.subject {
            Subject::Wishes => {
                sums.push((columns::COST, yuan(self.cost_fen)));
                WISHES
            }
            Subject::Claims => CLAIMS,
            Subject::Residents => RESIDENTS,
            Subject::WishesWithResidents => WISHES_WITH_RESIDENTS,
        };
        (Register { heading, columns, rows: self.rows, sums }, self.people.into_iter().collect())
    }

    fn wishes(
        &mut self,
        tx: &mut Conn,
        cx: &Context,
        at: OrganisationId,
        asked: &Wishes,
    ) -> Result<(), Failure> {
        let mut filter = wanted_wishes(tx, cx, at, asked)?;
        loop {
            let (found, generation) = store::wish::list(tx, &filter, STRETCH)?;
            let Some(last) = found.last() else { return Ok(()) };
            filter.before = Some(parsed(&last.0.id)?);
            let names = Named::of(tx, cx, &found, generation)?;
            for (row, staff) in found {
                let status: Status = parsed(&row.status)?;
                let staff = staff.ok_or_else(|| StoreError::corrupt("a wish as the wall shows it"))?;
                let due = staff.due_at.map(Instant::from_micros);
                let late = due.is_some_and(|due| due < cx.now) || staff.red_listed_since.is_some();
                let (origin, holder) = names.places(&row.origin_id, &row.holder_id)?;
                let category = names.category(&row.origin_id, &row.category)?;
                let asked: Unit = parsed(&row.unit)?;
                self.cost_fen = self.cost_fen.saturating_add(row.estimated_cost_fen.unwrap_or_default());
                let [status_code, status_name] = coded(status.as_str(), wish_status(status));
                let [category_code, category_name] = coded(&row.category, &category);
                self.push([
                    Cell::Text(row.title),
                    category_code,
                    category_name,
                    count(row.quantity),
                    text(unit(asked)),
                    count(row.reserved),
                    count(row.delivered),
                    count(row.confirmed),
                    status_code,
                    status_name,
                    Cell::Text(origin),
                    Cell::Text(holder),
                    row.estimated_cost_fen.map_or(Cell::Empty, yuan),
                    row.needed_by.map_or(Cell::Empty, Cell::Text),
                    day(due),
                    text(if late && !status.has_ended() { "是" } else { "" }),
                    day(Some(Instant::from_micros(staff.created_at))),
                    day(row.fulfilled_at.map(Instant::from_micros)),
                    Cell::Text(row.id),
                ])?;
            }
        }
    }

    fn with_residents(
        &mut self,
        tx: &mut Conn,
        cx: &Context,
        at: OrganisationId,
        asked: &Wishes,
    ) -> Result<(), Failure> {
        let mut filter = wanted_wishes(tx, cx, at, asked)?;
        loop {
            let (found, generation) = store::wish::list(tx, &filter, STRETCH)?;
            let Some(last) = found.last() else { return Ok(()) };
            filter.before = Some(parsed(&last.0.id)?);
            let names = Named::of(tx, cx, &found, generation)?;
            let of = |one: &Listed| one.1.as_ref().map(|staff| parsed(&staff.beneficiary_id)).transpose();
            let ids: Vec<Option<BeneficiaryId>> = found.iter().map(of).collect::<Result<_, _>>()?;
            let residents = self.named(tx, cx, at, ids.iter().copied().flatten())?;
            for ((row, _), id) in found.into_iter().zip(ids) {
                let Some(resident) = id.and_then(|id| residents.get(&id)) else { continue };
                let status: Status = parsed(&row.status)?;
                let (_, holder) = names.places(&row.origin_id, &row.holder_id)?;
                let category = names.category(&row.origin_id, &row.category)?;
                let [status_code, status_name] = coded(status.as_str(), wish_status(status));
                let [name, phone, address] = who(resident)?;
                self.people.insert(resident.id, resident.version);
                self.push([
                    Cell::Text(row.title),
                    Cell::Text(category),
                    count(row.quantity),
                    text(unit(parsed(&row.unit)?)),
                    status_code,
                    status_name,
                    Cell::Text(holder),
                    name,
                    phone,
                    address,
                    Cell::Text(row.id),
                ])?;
            }
        }
    }

    /// Those of these residents who may be named: looked after in the subtree, of age, and agreed to be on record. A wish may be held
    /// where its resident is not looked after.
    fn named(
        &self,
        tx: &mut Conn,
        cx: &Context,
        at: OrganisationId,
        ids: impl Iterator<Item = BeneficiaryId>,
    ) -> Result<HashMap<BeneficiaryId, Beneficiary>, Failure> {
        let mut ids: Vec<BeneficiaryId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        let all = store::beneficiary::load_all(tx, &cx.vault, &ids)?;
        let places: Vec<OrganisationId> = all.iter().map(|one| one.organisation_id).collect();
        let within = store::organisation::within(tx, &[at], &places)?;
        let kept = all
            .into_iter()
            .filter(|one| within.contains(&one.organisation_id) && may_be_named(cx, one))
            .map(|one| (one.id, one));
        Ok(kept.collect())
    }

    fn residents(
        &mut self,
        tx: &mut Conn,
        cx: &Context,
        at: OrganisationId,
        asked: &Residents,
    ) -> Result<(), Failure> {
        let mut filter = wanted_residents(at, asked);
        loop {
            let found = store::beneficiary::list(tx, &cx.vault, &filter, STRETCH)?;
            let Some(last) = found.last() else { return Ok(()) };
            filter.before = Some(last.id);
            let places = found.iter().map(|one| one.organisation_id);
            let names = Names::default().organisations(tx, places)?;
            for resident in found.iter().filter(|one| may_be_named(cx, one)) {
                let [name, phone, address] = who(resident)?;
                let place = names.organisation(resident.organisation_id).map_or("", |(name, _)| name);
                self.people.insert(resident.id, resident.version);
                self.push([name, phone, address, text(place), day(Some(resident.created_at))])?;
            }
        }
    }

    fn claims(&mut self, tx: &mut Conn, at: OrganisationId, asked: &Claims) -> Result<(), Failure> {
        let mut filter = wanted_claims(at, asked)?;
        loop {
            let found = store::claim::list(tx, &filter, STRETCH)?;
            let Some(last) = found.last() else { return Ok(()) };
            filter.before = Some(last.id);
            let ids: Vec<_> = found.iter().map(|one| one.wish_id).collect();
            let lines = store::wish::lines(tx, &ids)?;
            let lines: HashMap<String, wish::Line> =
                lines.into_iter().map(|line| (line.id.clone(), line)).collect();
            let names = Names::default().claimants(tx, found.iter().map(|one| one.claimant_id))?;
            for one in found {
                let line = found_line(&lines, &one)?;
                self.claim(one, line, &names)?;
            }
        }
    }

    /// Of a person who claims, that it is one: their name is nobody's to hand on.
    fn claim(&mut self, one: Claim, line: &wish::Line, names: &Names) -> Result<(), Failure> {
        let claimant = found(names.claimant(one.claimant_id))?;
        let name = match claimant.kind {
            Claimant::Unit => claimant.profile.display_name.clone(),
            Claimant::Person => String::new(),
        };
        let status = one.status();
        let [status_code, status_name] = coded(status.as_str(), claim_status(status));
        let [route_code, route_name] = coded(one.route.as_str(), route(one.route));
        self.push([
            Cell::Text(line.title.clone()),
            text(kind_of_claimant(claimant.kind)),
            Cell::Text(name),
            count(one.quantity),
            text(unit(parsed(&line.unit)?)),
            route_code,
            route_name,
            status_code,
            status_name,
            day(Some(one.created_at)),
            day(Some(one.updated_at)),
            Cell::Text(line.id.clone()),
            Cell::Text(one.id.to_string()),
        ])
    }
}

fn found_line<'a>(lines: &'a HashMap<String, wish::Line>, of: &Claim) -> Result<&'a wish::Line, Failure> {
    found(lines.get(&of.wish_id.to_string()))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(word: &str) -> Result<T, StoreError> {
    word.parse().map_err(StoreError::corrupt)
}

/// Whose name may leave in a file: of a child somebody has to look at each record, one by one.
fn may_be_named(cx: &Context, resident: &Beneficiary) -> bool {
    let today = cx.now.date();
    resident.agreed(Purpose::Collect, today) && !resident.identity.is_minor(today)
}

fn who(resident: &Beneficiary) -> Result<[Cell; 3], Failure> {
    let (person, _) = resident.known()?;
    let cell = |text: Option<&String>| text.map_or(Cell::Empty, |text| Cell::Text(text.clone()));
    Ok([Cell::Text(person.name.clone()), cell(person.phone.as_ref()), cell(person.address.as_ref())])
}

/// What organisations and categories of some wishes are called.
struct Named {
    places: Names,
    labels: HashMap<Key, String>,
}

impl Named {
    fn of(tx: &mut Conn, cx: &Context, of: &[Listed], generation: i64) -> Result<Self, Failure> {
        let (mut places, mut keys) = (Vec::new(), Vec::new());
        for (row, _) in of {
            let origin: OrganisationId = parsed(&row.origin_id)?;
            places.extend([origin, parsed(&row.holder_id)?]);
            keys.push((origin, row.category.clone()));
        }
        let lines = cx.directory.lines(tx, generation, places)?;
        let labels = cx.directory.labels(tx, generation, keys)?;
        let labels = labels.iter().map(|(key, label)| (key.clone(), label.name_zh.clone())).collect();
        Ok(Self { places: Names::default().lines(lines.values()), labels })
    }

    fn places(&self, origin: &str, holder: &str) -> Result<(String, String), Failure> {
        let name = |id: &str| -> Result<String, StoreError> {
            Ok(self.places.organisation(parsed(id)?).map_or("", |(name, _)| name).to_owned())
        };
        Ok((name(origin)?, name(holder)?))
    }

    /// What the nearest list calls it; else its code.
    fn category(&self, origin: &str, code: &str) -> Result<String, Failure> {
        let key: Key = (parsed(origin)?, code.to_owned());
        Ok(self.labels.get(&key).map_or(code, String::as_str).to_owned())
    }
}
