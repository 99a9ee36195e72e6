use askama::Template;

use super::{shown, who::Who};
use crate::{CarePlan, CodeTable, WeekService};

/// Hours in a row of the grid.
const BAND_HOURS: usize = 2;
const N_BANDS: usize = 24 / BAND_HOURS;

#[derive(Template)]
#[template(path = "sheet3.html")]
struct Sheet3<'a> {
    who: Who,
    planned_on: String,
    drawn_up_on: String,
    weekdays: Vec<&'static str>,
    bands: Vec<Band>,
    unplaced: Vec<String>,
    others: &'a [String],
}

/// Two hours of every day.
struct Band {
    hours: String,
    /// By the days of the week, Monday first.
    services: Vec<Vec<Entry>>,
    activities: Vec<Entry>,
}

/// Something in a band: with its time where it begins, without where it goes on.
#[derive(Clone)]
struct Entry {
    time: String,
    content: String,
}

/// 第3表, where the plan has it.
pub(super) fn render(plan: &CarePlan) -> Option<String> {
    if !plan.has_week() {
        return None;
    }
    let weekdays = CodeTable::named("曜日");
    let mut sheet = Sheet3 {
        who: Who::of(&plan.person, plan.facts.as_ref()),
        planned_on: shown::day(&plan.planned_on),
        drawn_up_on: shown::day(&plan.week_drawn_up_on),
        weekdays: weekdays.into_iter().flat_map(|it| it.codes().filter_map(|code| it.name_of(code))).collect(),
        bands: (0..N_BANDS).map(Band::blank).collect(),
        unplaced: Vec::new(),
        others: &plan.week.others,
    };
    for service in &plan.week.services {
        sheet.place_service(service);
    }
    for it in &plan.week.activities {
        let placed = place(&mut sheet.bands, it.start(), it.end(), it.content(), |band| &mut band.activities);
        if !placed {
            sheet.unplaced.push(shown::joined(&[&shown::span(it.start(), it.end()), it.content()], " "));
        }
    }
    Some(sheet.to_string())
}

impl Sheet3<'_> {
    fn place_service(&mut self, it: &WeekService) {
        let weekday = it.weekday().parse().ok().and_then(|it: usize| it.checked_sub(1)).filter(|it| *it < 7);
        let placed = weekday.is_some_and(|day| {
            place(&mut self.bands, it.start(), it.end(), it.content(), |band| &mut band.services[day])
        });
        if !placed {
            let weekday = shown::code_of("曜日", it.weekday());
            let time = shown::span(it.start(), it.end());
            self.unplaced.push(shown::joined(&[&weekday, &time, it.content()], " "));
        }
    }
}

impl Band {
    fn blank(at: usize) -> Self {
        let hours = format!("{}:00-{}:00", at * BAND_HOURS, (at + 1) * BAND_HOURS);
        Self { hours, services: vec![Vec::new(); 7], activities: Vec::new() }
    }
}

/// Puts an entry into each band that it reaches into. Returns whether its time could be read.
fn place(
    bands: &mut [Band],
    start: &str,
    end: &str,
    content: &str,
    cell_of: impl Fn(&mut Band) -> &mut Vec<Entry>,
) -> bool {
    let (Some(from), Some(to)) = (shown::read_minutes(start), shown::read_minutes(end)) else { return false };
    let band_minutes = BAND_HOURS * 60;
    let first = (from as usize / band_minutes).min(bands.len() - 1);
    let last = match to.cmp(&from) {
        std::cmp::Ordering::Greater => (to as usize - 1) / band_minutes,
        std::cmp::Ordering::Equal => first,
        // Into the next day: the form shows it until midnight.
        std::cmp::Ordering::Less => bands.len() - 1,
    };
    for (at, band) in bands.iter_mut().enumerate().take(last + 1).skip(first) {
        let time = if at == first { shown::span(start, end) } else { String::new() };
        cell_of(band).push(Entry { time, content: content.to_owned() });
    }
    true
}
