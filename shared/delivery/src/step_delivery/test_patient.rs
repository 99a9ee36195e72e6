//! A patient for tests, planned day after day as the functions would.

use jiff::{ToSpan as _, civil::Date};
use serde_json::{Value, json};

use super::*;
use crate::{
    PersonFacts, Reach,
    gate::tests::{nothing_against, reachable},
};

/// A day written `yyyy-mm-dd`.
pub(super) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The delivery `d` with `settings` over what most tests do not care for: nobody approves.
pub(super) fn delivery(settings: Value) -> StepDelivery {
    let mut all = json!({"id": "d", "name": "試験", "target": "everyone", "approval": "automatic"});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    StepDelivery::new(&serde_json::from_value(all).unwrap()).unwrap()
}

/// `delivery`, started long ago.
pub(super) fn running(delivery: StepDelivery) -> RunningDelivery {
    let start = delivery.start.unwrap_or(day("2000-01-01"));
    RunningDelivery { delivery, start, revision: 1, author: "author".to_owned(), is_stopped: false }
}

/// A patient of a clinic, with everything that planning knows.
pub(super) struct TestPatient {
    pub(super) deliveries: Vec<RunningDelivery>,
    pub(super) rules: PlanRules,
    pub(super) attendance: Attendance,
    pub(super) facts: PatientFacts,
    pub(super) person: PersonFacts,
    pub(super) reach: Reach,
    pub(super) made: Vec<Made>,
    pub(super) sent_on: Vec<Date>,
    pub(super) existing: Vec<PlanRow>,
}

impl TestPatient {
    /// Reachable by mail.
    pub(super) fn new(settings: Value, facts: PatientFacts) -> Self {
        let mut mail = reachable("m");
        if let Some(consent) = &mut mail.consent {
            consent.given_on = day("2000-01-01");
        }
        Self {
            deliveries: vec![running(delivery(settings))],
            rules: PlanRules::default(),
            attendance: Attendance::default(),
            facts,
            person: nothing_against(),
            reach: Reach { mail, ..Reach::default() },
            made: Vec::new(),
            sent_on: Vec::new(),
            existing: Vec::new(),
        }
    }

    /// What `ask` is answered by the planner of `today`.
    pub(super) fn with_planner<R>(&self, today: Date, ask: impl FnOnce(&Planner<'_>, &PatientToPlan<'_>) -> R) -> R {
        let planner = Planner { deliveries: &self.deliveries, rules: &self.rules, attendance: &self.attendance, today };
        let to_plan = PatientToPlan {
            id: "p",
            facts: &self.facts,
            person: &self.person,
            reach: &self.reach,
            made: &self.made,
            sent_on: &self.sent_on,
            existing: &self.existing,
        };
        ask(&planner, &to_plan)
    }

    /// The rows of `today`.
    pub(super) fn rows(&self, today: Date) -> Vec<PlanRow> {
        self.with_planner(today, |planner, to_plan| planner.rows(to_plan))
    }

    /// The rows of `today`, one a line.
    pub(super) fn shown(&self, today: &str) -> String {
        let shown = |it: &PlanRow| {
            let state = serde_json::to_value(it.state).unwrap();
            let (state, reason) = (state.as_str().unwrap(), it.reason.as_str());
            format!("{} {}#{} due {} {state} {reason}", it.delivery, it.trigger.date, it.repetition, it.due)
        };
        self.rows(day(today)).iter().map(shown).collect::<Vec<String>>().join("\n")
    }

    /// Plans `today`, keeps the rows and makes what is due.
    pub(super) fn plan(&mut self, today: Date) -> Vec<PlanRow> {
        let rows = self.rows(today);
        let due: Vec<PlanRow> = rows.iter().filter(|it| it.state == PlanState::Due).cloned().collect();
        for row in &due {
            let (delivery, trigger, repetition) = (row.delivery.clone(), row.trigger, row.repetition);
            self.made.push(Made { delivery, trigger, repetition, on: today, withdrawn: None });
            self.sent_on.push(today);
        }
        self.existing = rows;
        due
    }

    /// Plans every day from `from` to `to` and shows what was sent: the day, what for, and the repetition.
    pub(super) fn sent(&mut self, from: &str, to: &str) -> String {
        let (mut today, mut sent) = (day(from), Vec::new());
        while today <= day(to) {
            for row in self.plan(today) {
                sent.push(format!("{today} for {}#{}", row.trigger.date, row.repetition));
            }
            today = today.saturating_add(1.day());
        }
        sent.join("\n")
    }
}

/// A procedure that was done on `days`, all of one month.
pub(super) fn done(code: u32, days: &[&str]) -> PatientFacts {
    PatientFacts { procedures: vec![ProcedureDays { code, days: days_of(days) }], ..PatientFacts::default() }
}

/// Days of one month.
pub(super) fn days_of(days: &[&str]) -> DaysOfMonth {
    let days: Vec<Date> = days.iter().map(|it| day(it)).collect();
    let bits = days.iter().fold(0, |bits, it| bits | 1 << (it.day() - 1));
    DaysOfMonth::new(japan::Month::of(days[0]), bits).unwrap()
}

/// `procedure_done` with code 113707110 and what else `settings` say.
pub(super) fn after_procedure(settings: Value) -> Value {
    let mut all = json!({"timing": {"kind": "procedure_done", "codes": ["113707110"]}});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    all
}

pub(super) const PROCEDURE: u32 = 113_707_110;
