use std::collections::BTreeMap;

use crate::{MonthTable, ServiceRow, forms::shown, model::RecordView as _};

/// A service at a time of day, with its days as planned and as done.
pub(super) struct Line {
    pub(super) time: String,
    pub(super) service: String,
    /// What tells it from others of the same code.
    pub(super) remarks: Vec<String>,
    pub(super) office: String,
    pub(super) units: String,
    pub(super) planned: Days,
    pub(super) actual: Days,
    pub(super) billed: Option<Days>,
}

/// A row of days.
pub(super) struct Days {
    /// By the days of the month: how often, or nothing.
    pub(super) cells: Vec<String>,
    pub(super) total: String,
}

/// What the rows of a [`Line`] have in common: the items other than day, days and times a day.
type LineKey = Vec<String>;

/// The items that differ between the rows of a line: 日割対象日, サービス利用日 and サービス回数.
const OF_DAYS: [usize; 3] = [10, 11, 14];

#[derive(Default)]
struct Rows<'a> {
    planned: Vec<&'a ServiceRow>,
    actual: Vec<&'a ServiceRow>,
}

/// The lines of the form, those of a code and an office together, and what has no day in the month.
pub(super) fn lines(table: &MonthTable) -> (Vec<Line>, Vec<String>) {
    let days = days_of(table);
    let mut lines: BTreeMap<(usize, usize), Rows<'_>> = BTreeMap::new();
    let mut services: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut places: BTreeMap<LineKey, (usize, usize)> = BTreeMap::new();
    let mut unplaced = Vec::new();
    let planned = table.planned.iter().map(|it| (it, false));
    for (row, is_done) in planned.chain(table.actual.iter().map(|it| (it, true))) {
        if !days.iter().any(|it| it == row.date()) {
            unplaced.push(unplaced_row(row, is_done));
            continue;
        }
        let n_services = services.len();
        let service = *services.entry((row.code(), row.office())).or_insert(n_services);
        let n_lines = places.len();
        let place = *places.entry(key_of(row)).or_insert((service, n_lines));
        let rows = lines.entry(place).or_default();
        if is_done { rows.actual.push(row) } else { rows.planned.push(row) }
    }
    (lines.values().filter_map(|it| Line::of(it, &days)).collect(), unplaced)
}

/// The days of the month as the rows write them.
fn days_of(table: &MonthTable) -> Vec<String> {
    let n_days = shown::read_month(&table.month).map_or(31, |it| it.last_day().day());
    (1..=n_days).map(|it| format!("{}{it:02}", table.month)).collect()
}

fn key_of(row: &ServiceRow) -> LineKey {
    row.items().filter(|(item, _)| !OF_DAYS.contains(&item.number)).map(|(_, value)| value.to_owned()).collect()
}

fn unplaced_row(row: &ServiceRow, is_done: bool) -> String {
    let service = shown::service(row.service_type().as_ref(), row.code());
    let with_unit = |text: String, unit| if text.is_empty() { text } else { format!("{text}{unit}") };
    let parts = [
        if is_done { "実績" } else { "予定" },
        &shown::day(row.date()),
        &shown::span(row.start(), row.end()),
        &service,
        row.office_name(),
        row.office(),
        &with_unit(shown::integer(row.units()), "単位"),
        &with_unit(row.times().to_owned(), "回"),
        row.billed_days(),
        &remarks(row).join(" "),
    ];
    shown::joined(&parts, " ")
}

impl Line {
    fn of(rows: &Rows<'_>, days: &[String]) -> Option<Self> {
        let row = rows.planned.first().or(rows.actual.first())?;
        let billed = rows.planned.iter().chain(&rows.actual).find(|it| !it.billed_days().is_empty());
        Some(Self {
            time: shown::span(row.start(), row.end()),
            service: shown::service(row.service_type().as_ref(), row.code()),
            remarks: remarks(row),
            office: shown::joined(&[row.office_name(), row.office()], "\n"),
            units: shown::integer(row.units()),
            planned: Days::of(&rows.planned, days),
            actual: Days::of(&rows.actual, days),
            billed: billed.map(|it| Days::billed(it.billed_days(), days.len())),
        })
    }
}

fn remarks(row: &ServiceRow) -> Vec<String> {
    let labels = [(18, ""), (16, "TAIS "), (17, "届出 "), (19, "明細 "), (22, "サテライト ")];
    let labelled = labels.into_iter().map(|(number, label)| (label, row.text(number)));
    let mut remarks: Vec<String> =
        labelled.filter(|it| !it.1.is_empty()).map(|(label, value)| format!("{label}{value}")).collect();
    if row.over_30_days() == "1" {
        remarks.push("30日超".to_owned());
    }
    remarks
}

impl Days {
    fn of(rows: &[&ServiceRow], days: &[String]) -> Self {
        let times_on = |day: &String| sum(rows.iter().filter(|it| it.date() == *day).map(|it| it.times()));
        let cells: Vec<String> = days.iter().map(times_on).collect();
        Self { cells, total: sum(rows.iter().map(|it| it.times())) }
    }

    /// 日割対象日: each day with its sign, but for the zeros.
    fn billed(signs: &str, n_days: usize) -> Self {
        let mut cells: Vec<String> =
            signs.chars().map(|it| if it == '0' { String::new() } else { it.to_string() }).collect();
        cells.resize(n_days, String::new());
        Self { total: cells.iter().filter(|it| !it.is_empty()).count().to_string(), cells }
    }
}

/// The sum of what services are counted by; side by side where one of them is no number.
fn sum<'a>(times: impl Iterator<Item = &'a str>) -> String {
    let times: Vec<&str> = times.collect();
    let numbers: Option<Vec<u32>> = times.iter().map(|it| it.parse().ok()).collect();
    match numbers {
        Some(numbers) if numbers.is_empty() => String::new(),
        Some(numbers) => numbers.into_iter().fold(0, u32::saturating_add).to_string(),
        None => times.join("+"),
    }
}
