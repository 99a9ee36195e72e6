use askama::Template;

use super::{shown, who::Who};
use crate::{CarePlan, LongGoal, ShortGoal, Support, UserNeed};

#[derive(Template)]
#[template(path = "sheet2.html")]
struct Sheet2<'a> {
    who: Who,
    planned_on: String,
    drawn_up_on: String,
    rows: Vec<Row<'a>>,
}

/// A row of the form, with the cells that begin in it.
#[derive(Default)]
struct Row<'a> {
    need: Option<(usize, &'a UserNeed)>,
    long_goal: Option<(usize, &'a LongGoal)>,
    short_goal: Option<(usize, &'a ShortGoal)>,
    support: Option<Cells>,
}

/// 援助内容 as the form shows it.
struct Cells {
    content: String,
    coverage: String,
    service: String,
    office: String,
    frequency: String,
    period: String,
}

/// 第2表, where the plan has it.
pub(super) fn render(plan: &CarePlan) -> Option<String> {
    if !plan.has_needs() {
        return None;
    }
    let sheet = Sheet2 {
        who: Who::of(&plan.person, plan.facts.as_ref()),
        planned_on: shown::day(&plan.planned_on),
        drawn_up_on: shown::day(&plan.needs_drawn_up_on),
        rows: plan.needs.iter().flat_map(rows_of_need).collect(),
    };
    Some(sheet.to_string())
}

fn rows_of_need(need: &UserNeed) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = need.long_goals.iter().flat_map(rows_of_long_goal).collect();
    if let Some(first) = rows.first_mut() {
        first.need = Some((need.n_rows(), need));
    }
    rows
}

fn rows_of_long_goal(goal: &LongGoal) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = goal.short_goals.iter().flat_map(rows_of_short_goal).collect();
    if let Some(first) = rows.first_mut() {
        first.long_goal = Some((goal.n_rows(), goal));
    }
    rows
}

fn rows_of_short_goal(goal: &ShortGoal) -> Vec<Row<'_>> {
    let row = |it| Row { support: Some(Cells::of(it)), ..Row::default() };
    let mut rows: Vec<Row<'_>> = goal.supports.iter().map(row).collect();
    if rows.is_empty() {
        rows.push(Row::default());
    }
    rows[0].short_goal = Some((goal.n_rows(), goal));
    rows
}

impl Cells {
    fn of(it: &Support) -> Self {
        Self {
            content: it.content().to_owned(),
            coverage: match it.coverage() {
                "Y" => "○".to_owned(),
                "N" => String::new(),
                unknown => unknown.to_owned(),
            },
            service: it.service().to_owned(),
            office: shown::joined(&[it.office_name(), it.office()], "\n"),
            frequency: it.frequency().to_owned(),
            period: it.period().to_owned(),
        }
    }
}
