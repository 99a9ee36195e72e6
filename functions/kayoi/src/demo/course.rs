//! When a patient comes, and with what.

use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};

use super::{
    Window,
    chance::Chance,
    diseases::{ILLNESSES, Illness},
    people::Fate,
};

/// The visits of one patient within the window.
pub(super) struct Course {
    /// The day of the first visit ever, when it lies within the window.
    pub(super) since: Option<Date>,
    /// In order, one a day.
    pub(super) visits: Vec<Visit>,
    /// When the patient was to come next: after the window for those who still come.
    pub(super) next: Option<Date>,
    pub(super) died: bool,
}

/// One attendance.
pub(super) struct Visit {
    pub(super) date: Date,
    pub(super) reason: Reason,
}

/// What a patient comes with.
#[derive(Clone, Copy)]
pub(super) enum Reason {
    /// The chronic diseases; drugs are prescribed for so many days.
    Routine {
        n_days: u32,
    },
    Illness(&'static Illness),
    /// To be seen again after an illness; nothing is prescribed.
    Again,
}

impl Course {
    /// The course of someone of `fate`, walked backwards from the last visit.
    pub(super) fn of(fate: Fate, window: Window, chance: &mut Chance) -> Self {
        if fate == Fate::Passing {
            return Self::passing(window, chance);
        }
        let n_days = *chance.pick(&[28, 28, 28, 35, 42, 42, 56]);
        let end = window.last_day();
        let ago = match fate {
            Fate::AtRisk => chance.between(64, 150),
            Fate::DroppedOut => chance.between(190, 350),
            Fate::Died => chance.between(20, 250),
            _ => chance.between(0, n_days - 1),
        };
        let last = open_day(days_after(end, -ago));
        let begins = days_after(window.first_day(), chance.between(20, 300));
        let new = chance.percent(7) && begins <= last;
        let first = if new { begins } else { window.first_day() };

        let mut visits = Vec::new();
        let mut date = last;
        while date >= first {
            visits.push(Visit { date, reason: Reason::Routine { n_days: n_days.unsigned_abs() } });
            date = open_day(days_after(date, -n_days - chance.between(-2, 3)));
        }
        visits.reverse();
        let since = visits.first().filter(|_| new).map(|it| it.date);
        let next = (fate != Fate::Died).then(|| open_day(days_after(last, n_days)));
        let mut course = Self { since, visits, next, died: fate == Fate::Died };
        course.add_illnesses(chance);
        course
    }

    fn passing(window: Window, chance: &mut Chance) -> Self {
        let n_days = window.last_day().since(window.first_day()).map_or(0, |it| it.get_days());
        let date = open_day(days_after(window.first_day(), chance.between(6, n_days)));
        let mut visits = vec![Visit { date, reason: Reason::Illness(chance.pick(&ILLNESSES)) }];
        let again = open_day(days_after(date, chance.between(3, 7)));
        if chance.percent(40) && again > date && again <= date.last_of_month() {
            visits.push(Visit { date: again, reason: Reason::Again });
        }
        Self { since: Some(date), visits, next: None, died: false }
    }

    /// Now and then something that passes, between the routine visits.
    fn add_illnesses(&mut self, chance: &mut Chance) {
        for place in 1..self.visits.len() {
            let (before, after) = (self.visits[place - 1].date, self.visits[place].date);
            let date = open_day(days_after(before, chance.between(8, 20)));
            if chance.percent(5) && before < date && date < after {
                let illness = Reason::Illness(chance.pick(&ILLNESSES));
                self.visits.push(Visit { date, reason: illness });
            }
        }
        self.visits.sort_by_key(|it| it.date);
    }

    /// Another visit on `date` for something that passes, unless there is one on that day.
    pub(super) fn add_illness(&mut self, date: Date, chance: &mut Chance) {
        if self.visits.iter().all(|it| it.date != date) {
            self.visits.push(Visit { date, reason: Reason::Illness(chance.pick(&ILLNESSES)) });
            self.visits.sort_by_key(|it| it.date);
        }
    }
}

/// `date` moved by `n_days`.
pub(super) fn days_after(date: Date, n_days: i32) -> Date {
    date.saturating_add(i64::from(n_days).days())
}

/// `date`, or the last day before it on which the clinic is open.
pub(super) fn open_day(mut date: Date) -> Date {
    while is_closed(date) {
        date = days_after(date, -1);
    }
    date
}

/// Sundays and the turn of the year.
fn is_closed(date: Date) -> bool {
    let turn_of_year = matches!((date.month(), date.day()), (12, 29..=31) | (1, 1..=3));
    date.weekday() == Weekday::Sunday || turn_of_year
}
