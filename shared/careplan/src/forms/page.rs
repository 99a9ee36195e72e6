use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::{labelled, render_plan, render_table, who::Who};
use crate::{CarePlan, Document, FileKind, MonthTable, Person, UserFacts};

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    users: Vec<User>,
}

/// Everything there is of one user.
struct User {
    who: Who,
    forms: Vec<String>,
}

/// What `documents` hold as one page of HTML that needs nothing else: by user, in the order of the
/// files, each form on a page of its own when printed. What has no form (利用者補足情報, deletions) is a
/// list of its items. Where two documents hold the same sheet, the later one is shown.
pub fn render_document(documents: &[Document]) -> String {
    let mut users = Users::of(documents);
    for plan in CarePlan::all(documents) {
        users.add(&plan.person, render_plan(&plan));
    }
    for table in MonthTable::all(documents) {
        users.add(&table.person, render_table(&table));
    }
    for document in documents.iter().filter(|it| !has_form(it.kind)) {
        for record in &document.records {
            users.add(&Person::of(record), labelled::render(document.kind, record));
        }
    }
    Page { users: users.list }.to_string()
}

fn has_form(kind: FileKind) -> bool {
    use FileKind::{Actuals, Schedule, Sheet1, Sheet2, Sheet3, Sheet7};
    matches!(kind, Sheet1 | Sheet2 | Sheet3 | Schedule | Actuals | Sheet7)
}

struct Users {
    list: Vec<User>,
    places: BTreeMap<Person, usize>,
    /// A unit goes to several offices, each time with the same supplement: it is shown once.
    shown: BTreeSet<(usize, String)>,
}

impl Users {
    fn of(documents: &[Document]) -> Self {
        let mut facts: BTreeMap<Person, UserFacts> = BTreeMap::new();
        for document in documents.iter().filter(|it| it.kind == FileKind::Supplement) {
            facts.extend(document.records.iter().map(|it| (Person::of(it), UserFacts::of(it))));
        }
        let mut users = Self { list: Vec::new(), places: BTreeMap::new(), shown: BTreeSet::new() };
        for person in documents.iter().flat_map(|it| &it.records).map(Person::of) {
            if !users.places.contains_key(&person) {
                let who = Who::of(&person, facts.get(&person));
                users.list.push(User { who, forms: Vec::new() });
                users.places.insert(person, users.list.len() - 1);
            }
        }
        users
    }

    fn add(&mut self, person: &Person, form: String) {
        let Some(&place) = self.places.get(person) else { return };
        if self.shown.insert((place, form.clone())) {
            self.list[place].forms.push(form);
        }
    }
}
