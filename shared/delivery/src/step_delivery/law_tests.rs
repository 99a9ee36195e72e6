//! Laws: planning twice, late, out of order, after lost or late days, or in parallel, makes no second message.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{test_patient::*, *};
use crate::MessageId;

const START: &str = "2026-01-01";

fn nth_day(n: i64) -> Date {
    day(START).saturating_add(n.days())
}

fn any_interval() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({"per": "trigger"})),
        Just(json!({"per": "ever"})),
        (1..20_u16, 1..6_u32).prop_map(|(days, max)| json!({"every": {"days": days}, "max": max})),
        (1..5_u32).prop_map(|max| json!({"every": {"months": 1}, "max": max})),
    ]
}

fn any_settings() -> impl Strategy<Value = Value> {
    let timing = prop::sample::select(vec![
        json!({"kind": "procedure_done", "codes": ["113707110"]}),
        json!({"kind": "drug_runs_out", "codes": ["620098801"]}),
        json!({"kind": "next_visit"}),
        json!({"kind": "became_at_risk", "group": "g"}),
        json!({"kind": "joined_group", "group": "g"}),
        json!({"kind": "answered_questionnaire"}),
    ]);
    let exit = prop::sample::subsequence(vec!["visited", "replied"], 0..=2);
    (timing, 0..15_i16, any_interval(), exit, 0..5_u16, any::<bool>()).prop_map(
        |(timing, days, interval, exit, grace_days, is_ahead)| {
            let can_be_ahead = matches!(timing["kind"].as_str(), Some("next_visit" | "drug_runs_out"));
            let days = if is_ahead && can_be_ahead { -days } else { days };
            let offset = json!({"days": days});
            json!({"timing": timing, "offset": offset, "interval": interval, "exit": exit, "grace_days": grace_days})
        },
    )
}

/// Facts that grow with the days: what lies after a day is not known on it.
#[derive(Debug, Clone)]
struct Course {
    visits: Vec<i64>,
    appointments: Vec<i64>,
    answers: Vec<i64>,
    joined_on: i64,
    data_through: i64,
}

fn any_course() -> impl Strategy<Value = Course> {
    let days = || prop::collection::vec(0..60_i64, 0..4);
    (days(), days(), days(), 0..30_i64, 0..90_i64).prop_map(
        |(visits, appointments, answers, joined_on, data_through)| Course {
            visits,
            appointments,
            answers,
            joined_on,
            data_through,
        },
    )
}

impl Course {
    fn facts(&self, today: Date) -> PatientFacts {
        let newest = |days: &[i64]| days.iter().map(|it| nth_day(*it)).filter(|it| *it <= today).max();
        let last_visit = newest(&self.visits);
        let days = last_visit.and_then(|last| {
            let month = japan::Month::of(last);
            let visits = self.visits.iter().map(|it| nth_day(*it));
            let of_month = visits.filter(|it| *it <= last && japan::Month::of(*it) == month);
            DaysOfMonth::new(month, of_month.fold(0, |bits, it| bits | 1 << (it.day() - 1)))
        });
        let mut appointments: Vec<Date> = self.appointments.iter().map(|it| nth_day(*it)).collect();
        appointments.sort_unstable();
        appointments.dedup();
        let membership = (nth_day(self.joined_on) <= today).then(|| Membership {
            group: "g".to_owned(),
            joined_on: Some(nth_day(self.joined_on)),
            at_risk_on: last_visit.unwrap_or(day(START)).saturating_add(20.days()),
        });
        PatientFacts {
            last_visits: days,
            procedures: days.map(|days| ProcedureDays { code: PROCEDURE, days }).into_iter().collect(),
            drugs: days.map(|days| DrugDays { code: 620_098_801, days, supply_days: 14 }).into_iter().collect(),
            appointments,
            answered_on: newest(&self.answers),
            memberships: membership.into_iter().collect(),
            ..PatientFacts::default()
        }
    }

    fn patient(&self, settings: &Value) -> TestPatient {
        let mut patient = TestPatient::new(settings.clone(), PatientFacts::default());
        patient.deliveries[0].start = day(START);
        patient.attendance.learn(day(START), Some(nth_day(self.data_through)));
        patient
    }

    /// With no date that takes the place of another: who came at the start, and comes again, is at risk later.
    fn standing_still(self, settings: &Value) -> Self {
        let n_visits = usize::from(settings["timing"]["kind"] != "became_at_risk");
        Self {
            visits: self.visits.into_iter().take(n_visits).collect(),
            answers: self.answers.into_iter().take(1).collect(),
            ..self
        }
    }

    fn on(&self, patient: &mut TestPatient, today: Date) {
        patient.facts = self.facts(today);
    }
}

fn ids(patient: &TestPatient, rows: &[PlanRow]) -> Vec<MessageId> {
    let due = rows.iter().filter(|it| it.state == PlanState::Due);
    due.map(|it| {
        let delivery = &patient.deliveries[0].delivery;
        MessageId::of(&delivery.message_key("c", &it.patient, it.trigger, it.repetition))
    })
    .collect()
}

/// The days of the messages, by id, of a clinic that is planned on `days` and whose outbox refuses what it has.
fn outbox(course: &Course, settings: &Value, days: &[i64], knows_made: bool) -> BTreeMap<MessageId, Date> {
    let mut patient = course.patient(settings);
    let mut outbox = BTreeMap::new();
    for n in days {
        let today = nth_day(*n);
        course.on(&mut patient, today);
        let rows = patient.rows(today);
        for id in ids(&patient, &rows) {
            outbox.entry(id).or_insert(today);
        }
        if knows_made {
            patient.plan(today);
        }
    }
    outbox
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_day_planned_twice_or_by_two_at_once_makes_the_same_messages(
        settings in any_settings(), course in any_course(),
    ) {
        let once: Vec<i64> = (0..90).collect();
        let twice: Vec<i64> = (0..90).flat_map(|it| [it, it]).collect();
        let expected = outbox(&course, &settings, &once, true);
        prop_assert_eq!(&outbox(&course, &settings, &twice, true), &expected);
    }

    #[test]
    fn nobody_gets_two_messages_for_one_trigger_and_repetition(
        settings in any_settings(), course in any_course(), days in prop::collection::vec(0..90_i64, 1..120),
    ) {
        // Any days in any order, late and repeated; each plan knows what was made before.
        let mut patient = course.patient(&settings);
        let mut all: Vec<MessageId> = Vec::new();
        let mut today = 0;
        for n in days {
            // Facts never go back, however late a message to plan comes.
            today = today.max(n);
            course.on(&mut patient, nth_day(today));
            let rows = patient.rows(nth_day(today));
            all.extend(ids(&patient, &rows));
            patient.plan(nth_day(today));
        }
        let n_all = all.len();
        all.sort();
        all.dedup();
        prop_assert_eq!(all.len(), n_all);
    }

    #[test]
    fn planning_that_does_not_know_what_was_made_names_it_with_the_same_key(
        settings in any_settings(), course in any_course(),
    ) {
        // Crash between the outbox rows and the cursor: the next run knows nothing of them. Repetitions apart,
        // where one that was sent makes place for the next.
        let mut settings = settings;
        if settings["interval"].get("every").is_some() {
            settings["interval"] = json!({"per": "ever"});
        }
        // That a date moved within its month, only who knows what was made can tell.
        let course = course.standing_still(&settings);
        let days: Vec<i64> = (0..90).collect();
        let known = outbox(&course, &settings, &days, true);
        let unknown = outbox(&course, &settings, &days, false);
        prop_assert_eq!(known.keys().collect::<Vec<_>>(), unknown.keys().collect::<Vec<_>>());
    }

    #[test]
    fn lost_days_within_the_grace_lose_no_message_and_make_none(
        settings in any_settings(), course in any_course(), lost in prop::collection::btree_set(0..90_i64, 0..30),
    ) {
        let mut settings = settings;
        (settings["interval"], settings["exit"]) = (json!({"per": "trigger"}), json!([]));
        if settings["timing"]["kind"] == "next_visit" {
            // Nothing comes after its appointment, whatever the grace.
            (settings["timing"], settings["offset"]) = (json!({"kind": "answered_questionnaire"}), json!({"days": 2}));
        }
        settings["grace_days"] = json!(30);
        // A newer date would take the place of one whose day was lost.
        let course = course.standing_still(&settings);
        let days: Vec<i64> = (0..90).collect();
        let some: Vec<i64> = days.iter().copied().filter(|it| !lost.contains(it)).collect();
        let (all, late) = (outbox(&course, &settings, &days, true), outbox(&course, &settings, &some, true));
        for (id, sent_on) in &all {
            let is_at_the_end = *sent_on > nth_day(59);
            prop_assert!(is_at_the_end || late.get(id).is_some_and(|it| it >= sent_on), "{:?}", sent_on);
        }
        prop_assert!(late.keys().all(|it| all.contains_key(it)));
    }

    #[test]
    fn rows_are_the_same_whatever_was_computed_before(
        settings in any_settings(), course in any_course(), before in prop::collection::vec(0..90_i64, 0..10), at in 0..90_i64,
    ) {
        let mut patient = course.patient(&settings);
        course.on(&mut patient, nth_day(at));
        let fresh = patient.rows(nth_day(at));
        for n in before {
            course.on(&mut patient, nth_day(n));
            patient.existing = patient.rows(nth_day(n));
        }
        course.on(&mut patient, nth_day(at));
        let again = patient.rows(nth_day(at));
        // What came to nothing may be shown besides.
        let is_shown_besides = |it: &PlanRow| matches!(it.state, PlanState::Suppressed | PlanState::Expired);
        prop_assert!(fresh.iter().all(|it| again.contains(it)));
        prop_assert!(again.iter().all(|it| fresh.contains(it) || is_shown_besides(it)));
    }

    #[test]
    fn nothing_goes_out_early_late_after_an_exit_or_to_whom_nothing_may(
        settings in any_settings(), course in any_course(), at in 0..90_i64, is_refused in any::<bool>(),
    ) {
        let mut patient = course.patient(&settings);
        patient.person.has_complained = is_refused;
        let today = nth_day(at);
        course.on(&mut patient, today);
        let visits = settings["exit"].as_array().unwrap().contains(&json!("visited"));
        let grace = settings["grace_days"].as_i64().unwrap();
        for row in patient.rows(today).iter().filter(|it| it.state == PlanState::Due) {
            prop_assert!(!is_refused);
            prop_assert!(row.due >= day(START) && row.due <= today && today <= row.due.saturating_add(grace.days()));
            prop_assert!(!visits || patient.facts.last_visit().is_none_or(|it| it <= row.trigger.date));
            prop_assert!(!visits || row.due <= nth_day(course.data_through));
        }
    }
}
