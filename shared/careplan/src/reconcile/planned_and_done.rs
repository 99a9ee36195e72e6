use std::collections::{BTreeMap, BTreeSet};

use japan::Month;

use super::{
    ServiceLine, Unread,
    line::{month, units},
};
use crate::{Document, Exchange, FileKind, FileName, NameMonth, OfficeNumber, Person, Record};

/// What the files of 予定 and 実績 say together. A table is always sent whole, 実績 whole for a user, an
/// office and a service type, so that what comes later stands in the place of the same from before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlannedAndDone {
    pub(super) planned: Vec<ServiceLine>,
    pub(super) done: Vec<ServiceLine>,
    /// Offices that sent 実績 of a service type, `None` of all they give.
    pub(super) senders: BTreeSet<(Month, OfficeNumber, Option<String>)>,
    /// 実績 that were taken back and not sent again.
    withdrawn: Vec<Part<String>>,
    users: BTreeMap<(Person, Month), Supplement>,
}

/// What 実績 are sent again and taken back by: a user's month, an office and a service type.
type Part<S> = (S, S, Month, S, S);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Supplement {
    name: String,
    /// 区分支給限度基準額, units a month.
    limit_units: Option<i64>,
}

impl PlannedAndDone {
    /// Takes a file of the schedule or of 実績; the oldest first, by their serials. Other kinds are left
    /// alone.
    ///
    /// # Errors
    ///
    /// Every row that cannot be read, with nothing taken.
    pub fn take(&mut self, name: &FileName, document: &Document) -> Result<(), Vec<Unread>> {
        match document.kind {
            FileKind::Schedule => self.plan(read_lines(document)?),
            FileKind::Actuals => self.report(name, read_lines(document)?),
            FileKind::Supplement => document.records.iter().for_each(|it| self.supplement(it)),
            FileKind::ScheduleDeletion => document.records.iter().for_each(|it| self.withdraw_plan(it)),
            FileKind::ActualsDeletion => document.records.iter().for_each(|it| self.withdraw_report(it)),
            _ => {}
        }
        Ok(())
    }

    /// The months that something is planned for.
    pub fn planned_months(&self) -> BTreeSet<Month> {
        self.planned.iter().map(|it| it.month).collect()
    }

    /// The months that something is reported for.
    pub fn reported_months(&self) -> BTreeSet<Month> {
        self.senders.iter().map(|it| it.0).chain(self.done.iter().map(|it| it.month)).collect()
    }

    /// The name of a user; `""` where no supplement says it.
    pub(super) fn name_of(&self, person: &Person, month: Month) -> &str {
        self.users.get(&(person.clone(), month)).map_or("", |it| &it.name)
    }

    /// 区分支給限度基準額, units a month; `None` where no supplement says it.
    pub(super) fn limit_units_of(&self, person: &Person, month: Month) -> Option<i64> {
        self.users.get(&(person.clone(), month))?.limit_units
    }

    /// Whether what was done of the planned `line` has been reported: its office sent 実績 of its type.
    pub(super) fn is_reported(&self, line: &ServiceLine) -> bool {
        let office = &line.service.office;
        let of = |it: Option<&str>| self.senders.contains(&(line.month, office.clone(), it.map(str::to_owned)));
        !self.withdrawn.iter().any(|it| borrowed(it) == part(line))
            && (of(None) || of(Some(line.service.service_type())))
    }

    fn plan(&mut self, lines: Vec<ServiceLine>) {
        let tables: BTreeSet<(&Person, Month)> = lines.iter().map(|it| (&it.person, it.month)).collect();
        self.planned.retain(|it| !tables.contains(&(&it.person, it.month)));
        self.planned.extend(lines);
    }

    fn report(&mut self, name: &FileName, lines: Vec<ServiceLine>) {
        let parts: BTreeSet<Part<&str>> = lines.iter().map(part).collect();
        self.done.retain(|it| !parts.contains(&part(it)));
        self.withdrawn.retain(|it| !parts.contains(&borrowed(it)));
        for line in &lines {
            let service_type = line.service.service_type().to_owned();
            self.senders.insert((line.month, line.service.office.clone(), Some(service_type)));
        }
        if let Some(NameMonth::Of(month)) = name.month {
            let has_rows = lines.iter().any(|it| it.service.office == name.sender);
            match name.sender_type.as_ref().filter(|it| it.exchange() != Some(Exchange::Sender)) {
                Some(service_type) => {
                    let service_type = Some(service_type.as_str().to_owned());
                    self.senders.insert((month, name.sender.clone(), service_type));
                }
                // Nothing at all was done at an office that sends a file without a row of its own.
                None if !has_rows => {
                    self.senders.insert((month, name.sender.clone(), None));
                }
                None => {}
            }
        }
        self.done.extend(lines);
    }

    fn supplement(&mut self, record: &Record) {
        let Some(month) = month(record.text(63)) else { return };
        let limit_units = units(record.text(19)).ok().flatten();
        let supplement = Supplement { name: record.text(6).to_owned(), limit_units };
        self.users.insert((Person::of(record), month), supplement);
    }

    fn withdraw_plan(&mut self, record: &Record) {
        let (person, month) = (Person::of(record), month(record.text(4)));
        self.planned.retain(|it| it.person != person || Some(it.month) != month);
    }

    fn withdraw_report(&mut self, record: &Record) {
        let Some(month) = month(record.text(4)) else { return };
        let text = |number| record.text(number).to_owned();
        let withdrawn = (text(2), text(3), month, text(5), text(6));
        self.done.retain(|it| part(it) != borrowed(&withdrawn));
        self.withdrawn.push(withdrawn);
    }
}

fn read_lines(document: &Document) -> Result<Vec<ServiceLine>, Vec<Unread>> {
    let (mut lines, mut unread) = (Vec::new(), Vec::new());
    for record in &document.records {
        match ServiceLine::of(record) {
            Ok(line) => lines.push(line),
            Err(err) => unread.push(err),
        }
    }
    if unread.is_empty() { Ok(lines) } else { Err(unread) }
}

fn part(line: &ServiceLine) -> Part<&str> {
    let (person, service) = (&line.person, &line.service);
    (&person.insurer, &person.insured, line.month, service.office.as_str(), service.service_type())
}

fn borrowed((insurer, insured, month, office, service_type): &Part<String>) -> Part<&str> {
    (insurer, insured, *month, office, service_type)
}
