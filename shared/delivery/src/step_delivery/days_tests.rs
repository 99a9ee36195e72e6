//! 20 years of days: month ends, leap days, year ends and holidays. The expected days are computed by counting,
//! not by the code under test.

use jiff::{ToSpan as _, civil::Date};
use serde_json::{Value, json};

use super::{test_patient::*, *};
use crate::holiday;

const FIRST: &str = "2016-01-01";
const AFTER_LAST: &str = "2036-01-01";

/// The day `n` months from `date`, by counting: the same day of that month, or its last.
fn months_later(date: Date, n: i32) -> Date {
    let months = i32::from(date.year()) * 12 + i32::from(date.month()) - 1 + n;
    let (year, month) = (months.div_euclid(12) as i16, (months.rem_euclid(12) + 1) as i8);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    Date::new(year, month, date.day().min(last)).unwrap()
}

/// Checks on every trigger day of 20 years that the message of `settings` is due on the expected day: approved
/// the day before, due on it, caught up through its grace, expired after.
fn on_every_day(settings: Value, expected: impl Fn(Date) -> Date, facts: impl Fn(Date) -> PatientFacts) -> u32 {
    let mut patient = TestPatient::new(settings, PatientFacts::default());
    let (mut trigger, mut n_days) = (day(FIRST), 0);
    while trigger < day(AFTER_LAST) {
        patient.facts = facts(trigger);
        let due = expected(trigger);
        for (days, state) in
            [(-1_i64, PlanState::Approved), (0, PlanState::Due), (3, PlanState::Due), (4, PlanState::Expired)]
        {
            let rows = patient.rows(due.saturating_add(days.days()));
            assert_eq!((rows.len(), rows[0].due, rows[0].state), (1, due, state), "{trigger} {days}");
        }
        trigger = trigger.saturating_add(1.day());
        n_days += 1;
    }
    n_days
}

#[test]
fn a_step_falls_on_its_day_for_every_trigger_of_20_years() {
    let done_on = |date: Date| PatientFacts {
        procedures: vec![ProcedureDays { code: PROCEDURE, days: DaysOfMonth::of(date) }],
        ..PatientFacts::default()
    };
    let mut n_cases = 0;
    for n in [0, 1, 30, 365] {
        let later = move |it: Date| it.saturating_add(i64::from(n).days());
        n_cases += on_every_day(after_procedure(json!({"offset": {"days": n}})), later, done_on);
    }
    for n in [1, 26] {
        let later = move |it: Date| it.saturating_add(i64::from(n * 7).days());
        n_cases += on_every_day(after_procedure(json!({"offset": {"weeks": n}})), later, done_on);
    }
    for n in [1, 6, 12, 13] {
        let later = move |it: Date| months_later(it, n);
        n_cases += on_every_day(after_procedure(json!({"offset": {"months": n}})), later, done_on);
    }
    assert_eq!(n_cases, 10 * 7305);
}

#[test]
fn a_supply_runs_out_on_its_day_for_every_prescription_of_20_years() {
    let settings = json!({"timing": {"kind": "drug_runs_out", "codes": ["620098801"]}, "offset": {"weeks": -1}});
    let expected = |it: Date| it.saturating_add((56 - 7).days());
    let n_days = on_every_day(settings, expected, |it| PatientFacts {
        drugs: vec![DrugDays { code: 620_098_801, days: DaysOfMonth::of(it), supply_days: 56 }],
        ..PatientFacts::default()
    });
    assert_eq!(n_days, 7305);
}

#[test]
fn a_reminder_comes_a_month_before_every_appointment_of_20_years() {
    let settings = json!({"timing": {"kind": "next_visit"}, "offset": {"months": -1}});
    let expected = |it: Date| months_later(it, -1);
    let facts = |it: Date| PatientFacts { appointments: vec![it], ..PatientFacts::default() };
    assert_eq!(on_every_day(settings, expected, facts), 7305);
}

#[test]
fn a_patient_who_is_planned_every_day_of_20_years_gets_one_message_a_month() {
    let every = json!({"interval": {"every": {"months": 1}, "max": 240}});
    for (first, n_short) in [("2016-01-29", 15), ("2016-01-30", 20), ("2016-01-31", 100)] {
        let mut patient = TestPatient::new(after_procedure(every.clone()), done(PROCEDURE, &[first]));
        let (mut today, mut n) = (day(first), 0);
        let mut n_on_an_earlier_day = 0;
        while today < day(AFTER_LAST) {
            // The caller keeps what planning still looks at.
            patient.made.retain(|it| it.on >= today.saturating_sub(100.days()));
            for row in patient.plan(today) {
                assert_eq!((today, row.repetition), (months_later(day(first), n), n as u32));
                n_on_an_earlier_day += u32::from(today.day() != day(first).day());
                n += 1;
            }
            today = today.saturating_add(1.day());
        }
        // Months that lack the day: 15 Februaries of 28 days, all 20 for the 30th, 5 months a year for the 31st.
        assert_eq!((n, n_on_an_earlier_day), (240, n_short), "{first}");
    }
}

#[test]
fn holidays_move_no_step() {
    // Closed days hold what is sent; the plan, and with it the key of the message, stays on its day.
    let mut n_holidays = 0;
    let mut date = day("2026-01-01");
    while date < day("2027-01-01") {
        let patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &[&date.to_string()]));
        assert_eq!(patient.rows(date)[0].due, date);
        n_holidays += u32::from(holiday(date).is_some());
        date = date.saturating_add(1.day());
    }
    assert!(n_holidays >= 16, "{n_holidays}");
}
