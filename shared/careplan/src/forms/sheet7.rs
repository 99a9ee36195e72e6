use askama::Template;

use super::{shown, who::Who};
use crate::{CostRow, CostRowKind, FileKind, MonthTable, Standard, layout};

/// The columns of the form, by the numbers of their items, with their units.
const COLUMNS: [(usize, &str); 17] = [
    (13, "単位"),
    (14, "%"),
    (15, "単位"),
    (16, "回・日"),
    (17, "単位・円"),
    (18, "単位"),
    (19, "単位"),
    (20, "単位"),
    (21, "単位"),
    (22, "単位"),
    (23, "円"),
    (24, "円"),
    (25, "%"),
    (26, "円"),
    (27, "円"),
    (28, "円"),
    (29, "円"),
];
/// 前月までの利用日数, 当月の計画利用日数, 累積利用日数: of short stays, in a table of their own.
const DAYS: [(usize, &str); 3] = [(30, "日"), (31, "日"), (32, "日")];

#[derive(Template)]
#[template(path = "sheet7.html")]
struct Sheet7 {
    who: Who,
    month: String,
    drawn_up_on: String,
    columns: Vec<Column>,
    lines: Vec<Line>,
    day_columns: Vec<Column>,
    day_lines: Vec<Line>,
}

struct Column {
    name: &'static str,
    unit: &'static str,
}

struct Line {
    class: &'static str,
    office: String,
    service: String,
    remarks: Vec<String>,
    cells: Vec<String>,
}

/// 第7表, where there are rows of it.
pub(super) fn render(table: &MonthTable) -> Option<String> {
    if table.costs.is_empty() {
        return None;
    }
    let headings = table.headings.iter().filter(|it| it.kind == FileKind::Sheet7);
    let drawn_up_on: Vec<String> = headings.map(|it| shown::day(&it.drawn_up_on)).collect();
    let has_days = |it: &&CostRow| DAYS.iter().any(|(number, _)| !it.text(*number).is_empty());
    let sheet = Sheet7 {
        who: Who::of(&table.person, table.facts.as_ref()),
        month: shown::month(&table.month),
        drawn_up_on: drawn_up_on.join("・"),
        columns: columns(&COLUMNS),
        lines: table.costs.iter().map(|it| Line::of(it, &COLUMNS)).collect(),
        day_columns: columns(&DAYS),
        day_lines: table.costs.iter().filter(has_days).map(|it| Line::of(it, &DAYS)).collect(),
    };
    Some(sheet.to_string())
}

fn columns(columns: &[(usize, &'static str)]) -> Vec<Column> {
    let items = layout(FileKind::Sheet7, Standard::V4).map_or(&[][..], |it| &it.items);
    let name = |number| items.iter().find(|it| it.number == number).map_or("", |it| it.name);
    columns.iter().map(|(number, unit)| Column { name: name(*number), unit }).collect()
}

impl Line {
    fn of(row: &CostRow, columns: &[(usize, &str)]) -> Self {
        let service = shown::service(row.service_type().as_ref(), row.code());
        let (class, service) = match row.kind() {
            CostRowKind::Service => ("", service),
            CostRowKind::Subtotal => ("subtotal", format!("小計 {service}")),
            CostRowKind::SubtotalOutsideLimit => ("subtotal", format!("小計（限度額対象外） {service}")),
            CostRowKind::SubtotalOver30Days => ("subtotal", format!("小計（30日超） {service}")),
            CostRowKind::Total => ("total", "合計".to_owned()),
        };
        let office = match row.kind() {
            CostRowKind::Total => row.office_name().to_owned(),
            _ => shown::joined(&[row.office_name(), row.office()], "\n"),
        };
        let cells = columns.iter().map(|(number, _)| shown::integer(row.text(*number))).collect();
        Self { class, office, service, remarks: remarks(row), cells }
    }
}

fn remarks(row: &CostRow) -> Vec<String> {
    let labels = [(12, ""), (10, "TAIS "), (11, "届出 "), (8, "サテライト ")];
    let labelled = labels.into_iter().map(|(number, label)| (label, row.text(number)));
    let mut remarks: Vec<String> =
        labelled.filter(|it| !it.1.is_empty()).map(|(label, value)| format!("{label}{value}")).collect();
    if row.over_30_days() == "1" {
        remarks.push("30日超".to_owned());
    }
    remarks
}
