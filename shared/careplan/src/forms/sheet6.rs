mod lines;

use askama::Template;
use jiff::civil::Weekday;

use self::lines::{Line, lines};
use super::{shown, who::Who};
use crate::{FileKind, MonthTable, TableHeading, UserFacts};

#[derive(Template)]
#[template(path = "sheet6.html")]
struct Sheet6 {
    who: Who,
    month: String,
    care_level: String,
    limit_units: String,
    limit_span: String,
    short_stay_days: String,
    headings: Vec<Heading>,
    days: Vec<Day>,
    lines: Vec<Line>,
    unplaced: Vec<String>,
}

/// Who wrote the rows and when.
struct Heading {
    kind: &'static str,
    planner: String,
    drawn_up_on: String,
}

/// A column.
struct Day {
    number: i8,
    weekday: &'static str,
    class: &'static str,
}

/// 第6表, where there are rows of it.
pub(super) fn render(table: &MonthTable) -> Option<String> {
    if table.planned.is_empty() && table.actual.is_empty() {
        return None;
    }
    let text = |read: fn(&UserFacts) -> &str| table.facts.as_ref().map_or("", read);
    let (lines, unplaced) = lines(table);
    let sheet = Sheet6 {
        who: Who::of(&table.person, table.facts.as_ref()),
        month: shown::month(&table.month),
        care_level: shown::code_of("要介護状態区分", text(UserFacts::care_level)),
        limit_units: shown::integer(text(UserFacts::limit_units)),
        limit_span: shown::joined(
            &[&shown::day(text(UserFacts::limit_from)), &shown::day(text(UserFacts::limit_to))],
            "～",
        ),
        short_stay_days: short_stay_days(table),
        headings: table.headings.iter().filter(|it| it.kind != FileKind::Sheet7).map(heading).collect(),
        days: days(&table.month),
        lines,
        unplaced,
    };
    Some(sheet.to_string())
}

fn heading(it: &TableHeading) -> Heading {
    Heading {
        kind: if it.kind == FileKind::Actuals { "実績" } else { "予定" },
        planner: shown::joined(&[&it.planner_office, &it.planner], "　"),
        drawn_up_on: shown::day(&it.drawn_up_on),
    }
}

/// 前月までの短期入所利用日数, which the rows repeat.
fn short_stay_days(table: &MonthTable) -> String {
    let mut days: Vec<String> = Vec::new();
    for text in table.planned.iter().chain(&table.actual).map(|it| shown::integer(it.short_stay_days())) {
        if !text.is_empty() && !days.contains(&text) {
            days.push(text);
        }
    }
    days.join("・")
}

/// The days of `month`; 31 without weekdays where it cannot be read.
fn days(month: &str) -> Vec<Day> {
    let Some(month) = shown::read_month(month) else {
        return (1..=31).map(|number| Day { number, weekday: "", class: "" }).collect();
    };
    let weekday = |it| match it {
        Weekday::Monday => ("月", ""),
        Weekday::Tuesday => ("火", ""),
        Weekday::Wednesday => ("水", ""),
        Weekday::Thursday => ("木", ""),
        Weekday::Friday => ("金", ""),
        Weekday::Saturday => ("土", "saturday"),
        Weekday::Sunday => ("日", "sunday"),
    };
    let days = (1..=31).filter_map(|it| month.day(it));
    days.map(|it| {
        let (weekday, class) = weekday(it.weekday());
        Day { number: it.day(), weekday, class }
    })
    .collect()
}
