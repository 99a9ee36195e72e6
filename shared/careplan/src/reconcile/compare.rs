use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use japan::Month;
use jiff::civil::Date;

use super::{
    Finding, OfficeMonth, OutcomeCounts, PlannedAndDone, Service, ServiceLine, ServiceOutcome, ServiceTime, UserMonth,
    pairing::{Entry, Pair, pair},
};
use crate::{OfficeNumber, Person};

/// Compares the `planned` and the `done` lines of a user's table.
pub(super) fn compare(
    tables: &PlannedAndDone,
    person: &Person,
    month: Month,
    planned: &[&ServiceLine],
    done: &[&ServiceLine],
) -> UserMonth {
    let offices: BTreeSet<&OfficeNumber> = planned.iter().chain(done).map(|it| &it.service.office).collect();
    let mut findings = Vec::new();
    let offices = offices.into_iter().map(|office| {
        let of_office = |lines: &[&'_ ServiceLine]| -> Vec<_> {
            lines.iter().copied().filter(|it| it.service.office == *office).cloned().collect()
        };
        compare_office(tables, office, &of_office(planned), &of_office(done), &mut findings)
    });
    let offices = offices.collect();
    findings.sort_by(Finding::compare);
    UserMonth {
        person: person.clone(),
        name: tables.name_of(person, month).to_owned(),
        month,
        offices,
        limit_units: tables.limit_units_of(person, month),
        n_rows_without_units: planned.iter().chain(done).filter(|it| it.service.units.is_none()).count(),
        findings,
    }
}

/// Compares the lines of one office, and adds what is found to `findings`.
fn compare_office(
    tables: &PlannedAndDone,
    office: &OfficeNumber,
    planned: &[ServiceLine],
    done: &[ServiceLine],
    findings: &mut Vec<Finding>,
) -> OfficeMonth {
    let (reported, not_reported): (Vec<_>, Vec<_>) = planned.iter().partition(|it| tables.is_reported(it));
    let name = planned.iter().chain(done).map(|it| &*it.office_name).filter(|it| !it.is_empty()).min();
    let mut month = OfficeMonth {
        office: office.clone(),
        name: name.unwrap_or_default().to_owned(),
        counts: OutcomeCounts::default(),
        planned_units: sum_units(planned),
        done_units: sum_units(done),
        not_reported_units: sum_units(not_reported.iter().copied()),
    };
    for pair in pair_by_code(entries(reported), entries(done)) {
        month.counts.add(pair.outcome, pair.n_times);
        findings.extend(Finding::of_pair(&pair));
    }
    month.counts.add(ServiceOutcome::NotReported, not_reported.iter().map(|it| it.n_times).sum());
    findings.extend(Finding::of_not_reported(&month));
    month
}

fn sum_units<'a>(lines: impl IntoIterator<Item = &'a ServiceLine>) -> i64 {
    lines.into_iter().map(|it| it.service.units.unwrap_or_default() * i64::from(it.n_times)).sum()
}

/// The services of one office in their order, equal ones together.
fn entries<'a>(lines: impl IntoIterator<Item = &'a ServiceLine>) -> Vec<Entry<'a>> {
    let mut services: BTreeMap<&Service, u32> = BTreeMap::new();
    for line in lines {
        *services.entry(&line.service).or_default() += line.n_times;
    }
    let leaders = leading_codes(services.keys().copied());
    let entries = services.into_iter().map(|(service, n_left)| {
        let is_led = leaders.get(&(service.date, service.time)).is_some_and(|it| it.1.0 != service.code);
        let is_time_loose = is_led || service.time.is_none() || !service.billed_days.is_empty();
        Entry { service, n_left, is_time_loose }
    });
    entries.collect()
}

type TimeOfDay = (Date, Option<ServiceTime>);
/// Units and code.
type Rank<'a> = (Option<i64>, Reverse<&'a str>);

/// The service that others at the same time add to: additions (加算) carry the time of what they add to,
/// and no code tells them, so that it is taken for the one with the most units.
fn leading_codes<'a>(services: impl Iterator<Item = &'a Service>) -> BTreeMap<TimeOfDay, Rank<'a>> {
    let mut leaders = BTreeMap::new();
    for service in services {
        let rank = (service.units, Reverse(&*service.code));
        let leader = leaders.entry((service.date, service.time)).or_insert(rank);
        *leader = rank.max(*leader);
    }
    leaders
}

fn pair_by_code<'a>(planned: Vec<Entry<'a>>, done: Vec<Entry<'a>>) -> Vec<Pair<'a>> {
    let mut codes: BTreeMap<&str, [Vec<Entry<'a>>; 2]> = BTreeMap::new();
    for (side, entries) in [planned, done].into_iter().enumerate() {
        for entry in entries {
            codes.entry(&entry.service.code).or_default()[side].push(entry);
        }
    }
    codes.into_values().flat_map(|[planned, done]| pair(planned, done)).collect()
}
