use std::collections::BTreeMap;

use serde::Serialize;

use super::{ChangeKind, PlanChange, diff_plans, diff_tables};
use crate::{CarePlan, Document, FileKind, MonthTable, Person, forms::shown};

/// What has changed for one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserChanges {
    /// Who it is.
    pub person: Person,
    /// 利用者氏名, as the newer files write it; blank without a 利用者補足情報.
    pub name: String,
    /// Plans before tables.
    pub changes: Vec<PlanChange>,
}

/// What has changed between two sets of files, for each user in either of them, those of the old set
/// first. Plans are compared by their dates, and what is left over in the order of their dates, for a
/// new version mostly has a new date; tables by their months.
pub fn diff_documents(old: &[Document], new: &[Document]) -> Vec<UserChanges> {
    let mut users = Users::default();
    for (documents, is_new) in [(old, false), (new, true)] {
        for plan in CarePlan::all(documents) {
            users.sides(&plan.person, is_new).0.push(plan);
        }
        for table in MonthTable::all(documents) {
            users.sides(&table.person, is_new).1.push(table);
        }
    }
    users.list.into_iter().map(User::compare).collect()
}

#[derive(Default)]
struct Users {
    list: Vec<User>,
    places: BTreeMap<Person, usize>,
}

struct User {
    person: Person,
    old: (Vec<CarePlan>, Vec<MonthTable>),
    new: (Vec<CarePlan>, Vec<MonthTable>),
}

impl Users {
    fn sides(&mut self, person: &Person, is_new: bool) -> &mut (Vec<CarePlan>, Vec<MonthTable>) {
        let place = *self.places.entry(person.clone()).or_insert_with(|| {
            self.list.push(User { person: person.clone(), old: Default::default(), new: Default::default() });
            self.list.len() - 1
        });
        let user = &mut self.list[place];
        if is_new { &mut user.new } else { &mut user.old }
    }
}

impl User {
    fn compare(self) -> UserChanges {
        let name = name_in(&self.new).or_else(|| name_in(&self.old)).unwrap_or_default().to_owned();
        let mut changes = compare_plans(self.old.0, self.new.0);
        changes.extend(compare_tables(self.old.1, self.new.1));
        UserChanges { person: self.person, name, changes }
    }
}

fn name_in((plans, tables): &(Vec<CarePlan>, Vec<MonthTable>)) -> Option<&str> {
    let facts = plans.iter().map(|it| &it.facts).chain(tables.iter().map(|it| &it.facts));
    facts.flatten().map(|it| it.name()).find(|it| !it.is_empty())
}

fn compare_plans(mut old: Vec<CarePlan>, mut new: Vec<CarePlan>) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    old.retain(|old| match new.iter().position(|it| it.planned_on == old.planned_on) {
        Some(at) => {
            changes.extend(diff_plans(old, &new.remove(at)));
            false
        }
        None => true,
    });
    old.sort_by(|one, other| one.planned_on.cmp(&other.planned_on));
    new.sort_by(|one, other| one.planned_on.cmp(&other.planned_on));
    let n_pairs = old.len().min(new.len());
    for (old, new) in old.iter().zip(&new) {
        changes.extend(diff_plans(old, new));
    }
    changes.extend(old.iter().skip(n_pairs).map(|it| plan(ChangeKind::Removed, it)));
    changes.extend(new.iter().skip(n_pairs).map(|it| plan(ChangeKind::Added, it)));
    changes
}

fn compare_tables(old: Vec<MonthTable>, mut new: Vec<MonthTable>) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    for old in old {
        match new.iter().position(|it| it.month == old.month) {
            Some(at) => changes.extend(diff_tables(&old, &new.remove(at))),
            None => changes.push(table(ChangeKind::Removed, &old)),
        }
    }
    changes.extend(new.iter().map(|it| table(ChangeKind::Added, it)));
    changes
}

fn plan(kind: ChangeKind, plan: &CarePlan) -> PlanChange {
    whole(kind, FileKind::Sheet1, &format!("{} の居宅サービス計画", shown::day(&plan.planned_on)))
}

fn table(kind: ChangeKind, table: &MonthTable) -> PlanChange {
    whole(kind, FileKind::Schedule, &format!("{} のサービス利用票", shown::month(&table.month)))
}

fn whole(kind: ChangeKind, sheet: FileKind, what: &str) -> PlanChange {
    let happened = if kind == ChangeKind::Added { "加わりました" } else { "なくなりました" };
    PlanChange { sheet, kind, sentence: format!("{what}が{happened}") }
}
