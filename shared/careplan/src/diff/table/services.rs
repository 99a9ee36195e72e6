use std::collections::BTreeMap;

use crate::{
    FileKind, ServiceRow,
    diff::{
        change::{ChangeKind, Changes, PlanChange},
        items::{differences, of_items, whole},
        pairing::pair,
    },
    forms::shown,
    model::RecordView as _,
};

/// What has changed in the rows of 第6表, planned or done.
pub(super) fn diff(kind: FileKind, old: &[ServiceRow], new: &[ServiceRow]) -> Vec<PlanChange> {
    let mut changes = Changes::of(kind);
    match (old.is_empty(), new.is_empty()) {
        (true, false) => changes.added(kind.title()),
        (false, true) => changes.removed(kind.title()),
        _ => rows(&mut changes, kind, old, new),
    }
    changes.finish()
}

fn rows(changes: &mut Changes, kind: FileKind, old: &[ServiceRow], new: &[ServiceRow]) {
    let rows = pair(
        old,
        new,
        // 10 サービス利用日, 12 and 13 the times, 15 サービスコード, 20 サービス事業者コード.
        &[
            |it| Some(whole(it)),
            |it| Some(of_items(it.record(), [10, 12, 13, 15, 20])),
            |it| Some(of_items(it.record(), [10, 15, 20])),
            |it| Some(of_items(it.record(), [10, 12, 13, 20])),
        ],
    );
    let mut told = Told::default();
    for it in &rows.removed {
        told.push(ChangeKind::Removed, it, &format!(" {}がなくなりました", name_of(it)));
    }
    for it in &rows.added {
        told.push(ChangeKind::Added, it, &format!(" {}が加わりました", name_of(it)));
    }
    for (old, new) in &rows.pairs {
        let differences = differences(*old, *new, &[], Some([12, 13]));
        if !differences.is_empty() {
            let has_new_time = (old.start(), old.end()) != (new.start(), new.end());
            let name = if has_new_time { service_of(old) } else { format!(" {}", name_of(old)) };
            let sentence = format!("{name}の{}変わりました", differences.join("、"));
            told.push(ChangeKind::Changed, old, &if has_new_time { format!("の{sentence}") } else { sentence });
        }
    }
    told.finish(changes, if kind == FileKind::Actuals { "実績 " } else { "" });
    if rows.is_reordered && changes.is_empty() {
        changes.push(ChangeKind::Reordered, &format!("{}の並び順が変わりました", kind.title()));
    }
}

/// `9:00-10:00 訪問介護（111211）・試験訪問介護`.
fn name_of(row: &ServiceRow) -> String {
    shown::joined(&[&shown::span(row.start(), row.end()), &service_of(row)], " ")
}

fn service_of(row: &ServiceRow) -> String {
    let service = shown::service(row.service_type().as_ref(), row.code());
    shown::joined(&[&service, row.office_name()], "・")
}

/// Sentences but for their days, in the order they were first told.
#[derive(Default)]
struct Told {
    sentences: Vec<(ChangeKind, String, Vec<String>)>,
    places: BTreeMap<(ChangeKind, String), usize>,
}

impl Told {
    fn push(&mut self, kind: ChangeKind, row: &ServiceRow, sentence: &str) {
        let place = *self.places.entry((kind, sentence.to_owned())).or_insert_with(|| {
            self.sentences.push((kind, sentence.to_owned(), Vec::new()));
            self.sentences.len() - 1
        });
        self.sentences[place].2.push(row.date().to_owned());
    }

    fn finish(self, changes: &mut Changes, prefix: &str) {
        for (kind, sentence, dates) in self.sentences {
            changes.push(kind, &format!("{prefix}{}{sentence}", days(dates)));
        }
    }
}

/// `5月4日・14日`: the month where it begins. A day that comes twice is told twice.
fn days(mut dates: Vec<String>) -> String {
    dates.sort();
    let mut month_before = None;
    let mut days = Vec::new();
    for date in dates {
        let Some(day) = shown::read_day(&date) else {
            days.push(if date.is_empty() { "日付なし".to_owned() } else { date });
            continue;
        };
        let month = (day.year(), day.month());
        if month_before.replace(month) == Some(month) {
            days.push(format!("{}日", day.day()));
        } else {
            days.push(format!("{}月{}日", day.month(), day.day()));
        }
    }
    days.join("・")
}
