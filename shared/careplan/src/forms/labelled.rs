use askama::Template;

use super::shown;
use crate::{FileKind, Form, Item, Record, Standard, layout};

/// Items that stand in every record, or that software writes for itself.
const LEFT_OUT: [&str; 5] = ["CSVバージョン", "保険者番号", "被保険者番号", "更新業者コード", "識別子"];

#[derive(Template)]
#[template(path = "labelled.html")]
struct Labelled<'a> {
    title: &'static str,
    is_deletion: bool,
    insurer: &'a str,
    insured: &'a str,
    rows: Vec<(&'static str, String)>,
}

/// A record with the names of its items, but for those that are blank.
pub(super) fn render(kind: FileKind, record: &Record) -> String {
    let items = layout(kind, Standard::V4).map_or(&[][..], |it| &it.items);
    let is_written = |it: &&Item| match it.form {
        // All zeros: the date of a plan, or the month, that a supplement does not go with.
        Form::PlanDate | Form::TargetMonth => !record.text(it.number).bytes().all(|it| it == b'0'),
        _ => !record.text(it.number).is_empty() && !LEFT_OUT.contains(&it.name),
    };
    let written = items.iter().filter(is_written);
    let rows = written.map(|it| (it.name, shown::value(&it.form, record.text(it.number)))).collect();
    let [insurer, insured] = [2, 3].map(|it| record.text(it));
    Labelled { title: kind.title(), is_deletion: kind.is_deletion(), insurer, insured, rows }.to_string()
}
