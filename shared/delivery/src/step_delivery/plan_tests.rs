//! What becomes of planned messages: late, held, ended, repeated, replaced, corrected.

use std::num::NonZeroU16;

use serde_json::json;

use super::{test_patient::*, *};
use crate::{Closed, Consent, ConsentSource, PatientCap, TriggerKey};

#[test]
fn a_row_appears_a_week_ahead_and_goes_out_on_its_day() {
    let patient = TestPatient::new(after_procedure(json!({"offset": {"days": 30}})), done(PROCEDURE, &["2026-10-05"]));
    assert_eq!(patient.shown("2026-10-27"), "");
    assert_eq!(patient.shown("2026-10-28"), "d 2026-10-05#0 due 2026-11-04 approved waiting-for-day");
    assert_eq!(patient.shown("2026-11-04"), "d 2026-10-05#0 due 2026-11-04 due on-day");
}

#[test]
fn a_missed_day_is_caught_up_within_the_grace_and_then_expires() {
    let mut patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &["2026-11-04"]));
    for (today, expected) in [
        ("2026-11-05", "due caught-up"),
        ("2026-11-07", "due caught-up"),
        ("2026-11-08", "expired late"),
        ("2026-12-31", "expired late"),
    ] {
        assert_eq!(patient.shown(today), format!("d 2026-11-04#0 due 2026-11-04 {expected}"));
    }
    assert_eq!(patient.shown("2027-01-30"), "", "and is no longer shown some time later");
    patient.deliveries[0].delivery.grace_days = 0;
    assert_eq!(patient.shown("2026-11-05"), "d 2026-11-04#0 due 2026-11-04 expired late");
}

#[test]
fn nothing_due_before_the_start_is_ever_sent() {
    let settings = after_procedure(json!({"start": "2026-11-06", "interval": {"every": {"days": 2}, "max": 4}}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-11-02"]));
    // Due on 2, 4, 6 and 8 November.
    assert_eq!(patient.sent("2026-11-01", "2026-11-30"), "2026-11-06 for 2026-11-02#2\n2026-11-08 for 2026-11-02#3");
}

#[test]
fn a_message_repeats_from_the_first_day_and_stops_at_its_maximum() {
    let every = json!({"offset": {"days": 1}, "interval": {"every": {"months": 1}, "max": 4}});
    let mut patient = TestPatient::new(after_procedure(every), done(PROCEDURE, &["2026-10-30"]));
    let sent = patient.sent("2026-10-01", "2027-12-31");
    let days: Vec<&str> = sent.lines().map(|it| &it[..10]).collect();
    assert_eq!(days, ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31"]);
}

#[test]
fn once_for_each_trigger_and_once_ever_differ_at_the_second_trigger() {
    let sent = |per: &str| {
        let mut patient =
            TestPatient::new(after_procedure(json!({"interval": {"per": per}})), done(PROCEDURE, &["2026-10-05"]));
        let first = patient.sent("2026-10-01", "2026-10-31");
        patient.facts = done(PROCEDURE, &["2026-11-05"]);
        format!("{first}; {}", patient.sent("2026-11-01", "2026-11-30"))
    };
    assert_eq!(sent("trigger"), "2026-10-05 for 2026-10-05#0; 2026-11-05 for 2026-11-05#0");
    assert_eq!(sent("ever"), "2026-10-05 for 2026-10-05#0; ");
}

#[test]
fn once_ever_makes_one_message_of_several_appointments() {
    let settings = json!({"timing": {"kind": "next_visit"}, "offset": {"days": -1}, "interval": {"per": "ever"}});
    let appointments = vec![day("2026-11-10"), day("2026-11-11"), day("2026-11-12")];
    let mut patient = TestPatient::new(settings, PatientFacts { appointments, ..PatientFacts::default() });
    let rows = patient.rows(day("2026-11-08"));
    assert_eq!(rows.len(), 1);
    let key = patient.deliveries[0].delivery.message_key("c", "p", rows[0].trigger, rows[0].repetition);
    assert_eq!(key.trigger, TriggerKey::Ever);
    assert_eq!(patient.sent("2026-11-08", "2026-11-30"), "2026-11-09 for 2026-11-10#0");
}

#[test]
fn a_newer_date_takes_the_place_of_one_that_is_not_yet_sent() {
    let mut patient =
        TestPatient::new(after_procedure(json!({"offset": {"days": 30}})), done(PROCEDURE, &["2026-10-05"]));
    patient.plan(day("2026-11-01"));
    patient.facts = done(PROCEDURE, &["2026-11-02"]);
    assert_eq!(patient.shown("2026-11-04"), "d 2026-10-05#0 due 2026-11-04 suppressed trigger-gone");
    assert_eq!(patient.sent("2026-11-04", "2026-12-31"), "2026-12-02 for 2026-11-02#0");
}

#[test]
fn a_claim_made_again_that_moves_a_date_within_its_month_is_the_same_trigger_once_sent() {
    let again = |first: &[&str], then: &[&str], is_sent_before: bool| {
        let mut patient = TestPatient::new(after_procedure(json!({"offset": {"days": 20}})), done(PROCEDURE, first));
        let until = if is_sent_before { "2026-10-31" } else { "2026-10-20" };
        patient.sent("2026-10-01", until);
        patient.facts = done(PROCEDURE, then);
        patient.sent("2026-11-01", "2026-12-31")
    };
    // Sent on the 25th for the 5th; not yet sent for the 20th.
    assert_eq!(again(&["2026-10-05"], &["2026-10-12"], true), "");
    assert_eq!(again(&["2026-10-05"], &["2026-10-12"], false), "2026-11-01 for 2026-10-12#0");
    // Beside the former day it is another.
    assert_eq!(again(&["2026-10-05"], &["2026-10-05", "2026-10-20"], true), "2026-11-09 for 2026-10-20#0");
    // And so it is in another month.
    assert_eq!(again(&["2026-10-05"], &["2026-11-02"], true), "2026-11-22 for 2026-11-02#0");
}

#[test]
fn a_correction_goes_on_counting_where_the_former_date_was() {
    let settings = after_procedure(json!({"interval": {"every": {"weeks": 2}, "max": 3}}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-10-05"]));
    assert_eq!(patient.sent("2026-10-01", "2026-10-10"), "2026-10-05 for 2026-10-05#0");
    patient.facts = done(PROCEDURE, &["2026-10-06"]);
    assert_eq!(patient.sent("2026-10-11", "2026-12-31"), "2026-10-19 for 2026-10-05#1\n2026-11-02 for 2026-10-05#2");
}

#[test]
fn a_corrected_last_visit_is_the_same_risk_and_a_new_visit_another() {
    let at_risk = |visits: &[&str], at_risk_on: &str| PatientFacts {
        last_visits: Some(days_of(visits)),
        memberships: vec![Membership { group: "g".to_owned(), joined_on: None, at_risk_on: day(at_risk_on) }],
        ..PatientFacts::default()
    };
    let again = |visits: &[&str], at_risk_on: &str| {
        let settings = json!({"timing": {"kind": "became_at_risk", "group": "g"}, "target": "g"});
        let mut patient = TestPatient::new(settings, at_risk(&["2026-10-02"], "2026-10-12"));
        assert_eq!(patient.sent("2026-10-01", "2026-10-15"), "2026-10-12 for 2026-10-12#0");
        patient.facts = at_risk(visits, at_risk_on);
        patient.sent("2026-10-16", "2026-12-31")
    };
    assert_eq!(again(&["2026-10-07"], "2026-10-17"), "");
    assert_eq!(again(&["2026-10-02", "2026-10-20"], "2026-10-30"), "2026-10-30 for 2026-10-30#0");
    assert_eq!(again(&["2026-11-03"], "2026-11-13"), "2026-11-13 for 2026-11-13#0");
}

#[test]
fn a_reminder_moves_with_its_appointment_and_never_comes_after_it() {
    let settings = json!({"timing": {"kind": "next_visit"}, "offset": {"days": -2}});
    let booked = |days: &[&str]| PatientFacts {
        appointments: days.iter().map(|it| day(it)).collect(),
        ..PatientFacts::default()
    };
    let mut patient = TestPatient::new(settings, booked(&["2026-11-10"]));
    patient.plan(day("2026-11-05"));
    patient.facts = booked(&["2026-11-17"]);
    assert_eq!(
        patient.shown("2026-11-10"),
        "d 2026-11-17#0 due 2026-11-15 approved waiting-for-day\nd 2026-11-10#0 due 2026-11-08 suppressed trigger-gone"
    );
    assert_eq!(patient.sent("2026-11-06", "2026-11-30"), "2026-11-15 for 2026-11-17#0");
    // Moved once more, after the first reminder went out: another day, another reminder.
    patient.facts = booked(&["2026-11-27"]);
    assert_eq!(patient.sent("2026-11-16", "2026-11-30"), "2026-11-25 for 2026-11-27#0");

    patient.facts = booked(&["2026-12-10"]);
    let state = |today| patient.shown(today).lines().next().unwrap_or_default().to_owned();
    assert_eq!(state("2026-12-10"), "d 2026-12-10#0 due 2026-12-08 due caught-up");
    assert_eq!(state("2026-12-11"), "d 2026-12-10#0 due 2026-12-08 expired appointment-passed");
}

#[test]
fn chosen_exits_end_a_delivery() {
    let check = |exit: &str, facts: PatientFacts, expected: &str| {
        let settings = after_procedure(json!({"offset": {"days": 10}, "exit": [exit]}));
        let mut patient = TestPatient::new(settings, facts);
        patient.attendance.learn(day("2026-11-01"), Some(day("2026-12-31")));
        assert_eq!(patient.shown("2026-11-14"), format!("d 2026-11-04#0 due 2026-11-14 {expected}"));
    };
    let facts = || done(PROCEDURE, &["2026-11-04"]);
    let visited = |on: &str| PatientFacts { last_visits: Some(days_of(&[on])), ..facts() };
    check("visited", facts(), "due on-day");
    check("visited", visited("2026-11-04"), "due on-day");
    check("visited", visited("2026-11-05"), "suppressed visited");
    check("booked", visited("2026-11-05"), "due on-day");
    let booked = |on: &str| PatientFacts { appointments: vec![day(on)], ..facts() };
    check("booked", booked("2026-11-13"), "due on-day");
    check("booked", booked("2026-11-14"), "suppressed booked");
    check("replied", booked("2026-11-14"), "due on-day");
    let replied = |on: &str| PatientFacts { replied_on: Some(day(on)), ..facts() };
    check("replied", replied("2026-11-03"), "due on-day");
    check("replied", replied("2026-11-04"), "suppressed replied");
}

#[test]
fn a_reply_ends_the_repetitions() {
    let settings = after_procedure(json!({"interval": {"every": {"weeks": 1}, "max": 5}, "exit": ["replied"]}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-11-04"]));
    assert_eq!(patient.sent("2026-11-01", "2026-11-12").lines().count(), 2);
    patient.facts.replied_on = Some(day("2026-11-12"));
    assert_eq!(patient.sent("2026-11-13", "2026-12-31"), "");
}

#[test]
fn leaving_the_target_ends_a_delivery_and_says_so() {
    let member = Membership { group: "g".to_owned(), joined_on: None, at_risk_on: day("2027-01-01") };
    let facts = PatientFacts { memberships: vec![member], ..done(PROCEDURE, &["2026-11-04"]) };
    let mut patient = TestPatient::new(after_procedure(json!({"offset": {"days": 10}, "target": "g"})), facts);
    patient.plan(day("2026-11-10"));
    patient.facts.memberships.clear();
    assert_eq!(patient.shown("2026-11-14"), "d 2026-11-04#0 due 2026-11-14 suppressed left-target");
    assert_eq!(patient.sent("2026-11-14", "2026-11-30"), "");
}

#[test]
fn who_may_not_be_written_to_is_shown_with_the_reason_and_not_left_out() {
    let mut patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &["2026-11-04"]));
    let state = |patient: &TestPatient| patient.shown("2026-11-04").split(' ').skip(4).collect::<Vec<&str>>().join(" ");
    patient.reach.mail.consent = None;
    assert_eq!(state(&patient), "suppressed no-consent");
    patient.reach.mail.address = None;
    assert_eq!(state(&patient), "suppressed no-address");
    patient.reach.mail = crate::gate::tests::reachable("m");
    patient.person.is_dead = true;
    assert_eq!(state(&patient), "suppressed died");
    patient.person.is_dead = false;
    patient.person.is_clinic_paused = true;
    assert_eq!(state(&patient), "held clinic-paused");
    patient.person.is_clinic_paused = false;
    patient.rules.ways.closed.insert(crate::Channel::Mail, Closed::BudgetSpent);
    assert_eq!(state(&patient), "suppressed budget-spent");
    patient.rules.ways.closed.clear();
    // A later refusal closes, a later consent opens again.
    patient.person.opted_out_on = Some(day("2026-10-01"));
    assert_eq!(state(&patient), "suppressed opted-out-of-all");
    let source = ConsentSource::Page;
    patient.reach.mail.consent = Some(Consent { given_on: day("2026-11-01"), source, record: "r".to_owned() });
    assert_eq!(state(&patient), "due on-day");
}

#[test]
fn a_paused_clinic_holds_and_what_became_too_late_meanwhile_expires() {
    let mut patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &["2026-11-04"]));
    patient.person.is_clinic_paused = true;
    assert_eq!(patient.shown("2026-11-07"), "d 2026-11-04#0 due 2026-11-04 held clinic-paused");
    patient.person.is_clinic_paused = false;
    assert_eq!(patient.shown("2026-11-07"), "d 2026-11-04#0 due 2026-11-04 due caught-up");
    assert_eq!(patient.shown("2026-11-08"), "d 2026-11-04#0 due 2026-11-04 expired late");
}

#[test]
fn what_is_due_before_attendance_is_known_is_held_until_it_is() {
    let settings = after_procedure(json!({"offset": {"days": 40}, "exit": ["visited"]}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-10-05"]));
    patient.attendance.learn(day("2026-11-10"), Some(day("2026-10-31")));
    let state =
        |patient: &TestPatient, today: &str| patient.shown(today).split(' ').skip(4).collect::<Vec<&str>>().join(" ");
    // Due on 14 November.
    assert_eq!(state(&patient, "2026-11-13"), "approved waiting-for-day");
    assert_eq!(state(&patient, "2026-11-14"), "held visit-unknown");
    assert_eq!(state(&patient, "2026-12-29"), "held visit-unknown", "45 days later");
    assert_eq!(state(&patient, "2026-12-30"), "expired held-too-long");
    // The claims of November come on 10 December: the grace runs from then.
    patient.attendance.learn(day("2026-12-10"), Some(day("2026-11-30")));
    assert_eq!(state(&patient, "2026-12-10"), "due released");
    assert_eq!(state(&patient, "2026-12-13"), "due released");
    assert_eq!(state(&patient, "2026-12-14"), "expired late");
    // And show that the patient came.
    patient.facts.last_visits = Some(days_of(&["2026-11-20"]));
    assert_eq!(state(&patient, "2026-12-10"), "suppressed visited");
}

#[test]
fn data_that_come_after_45_days_release_nothing() {
    let settings = after_procedure(json!({"exit": ["visited"]}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-10-05"]));
    patient.attendance.learn(day("2026-11-20"), Some(day("2026-10-31")));
    assert_eq!(patient.shown("2026-11-20"), "d 2026-10-05#0 due 2026-10-05 expired held-too-long");
}

#[test]
fn a_release_sends_the_newest_of_several_repetitions() {
    let settings = after_procedure(json!({"exit": ["visited"], "interval": {"every": {"days": 10}, "max": 9}}));
    let mut patient = TestPatient::new(settings, done(PROCEDURE, &["2026-11-01"]));
    assert_eq!(patient.sent("2026-11-01", "2026-11-25"), "");
    patient.attendance.learn(day("2026-11-26"), Some(day("2026-11-30")));
    assert_eq!(patient.sent("2026-11-26", "2026-11-30"), "2026-11-26 for 2026-11-01#2");
}

#[test]
fn two_deliveries_on_one_day_keep_to_the_cap_of_the_patient() {
    let mut patient = TestPatient::new(after_procedure(json!({})), done(PROCEDURE, &["2026-11-04"]));
    let other = delivery(json!({"id": "e", "timing": {"kind": "procedure_done", "codes": ["113707110"]}}));
    patient.deliveries.push(running(other));
    patient.rules.patient_cap = Some(PatientCap { max: NonZeroU16::MIN, days: 1 });
    assert_eq!(
        patient.shown("2026-11-04"),
        "d 2026-11-04#0 due 2026-11-04 due on-day\ne 2026-11-04#0 due 2026-11-04 held patient-cap"
    );
    assert_eq!(patient.sent("2026-11-04", "2026-11-30"), "2026-11-04 for 2026-11-04#0\n2026-11-05 for 2026-11-04#0");
    // What is not sent within the grace for want of room is not sent at all.
    patient.made.clear();
    patient.rules.patient_cap = Some(PatientCap { max: NonZeroU16::MIN, days: 30 });
    patient.sent_on = vec![day("2026-11-01")];
    assert_eq!(patient.sent("2026-11-04", "2026-11-30"), "");
}

#[test]
fn a_stopped_delivery_plans_nothing_and_its_rows_say_so() {
    let mut patient =
        TestPatient::new(after_procedure(json!({"offset": {"days": 3}})), done(PROCEDURE, &["2026-11-04"]));
    patient.plan(day("2026-11-04"));
    patient.deliveries[0].is_stopped = true;
    assert_eq!(patient.shown("2026-11-07"), "d 2026-11-04#0 due 2026-11-07 suppressed delivery-stopped");
    patient.deliveries[0].is_stopped = false;
    assert_eq!(patient.shown("2026-11-07"), "d 2026-11-04#0 due 2026-11-07 due on-day");
}

#[test]
fn a_row_says_which_trigger_which_date_and_which_rule() {
    let settings = json!({"timing": {"kind": "drug_runs_out", "codes": ["620098801"]}, "offset": {"days": -3}});
    let drugs = vec![DrugDays { code: 620_098_801, days: days_of(&["2026-11-01"]), supply_days: 28 }];
    let patient = TestPatient::new(settings, PatientFacts { drugs, ..PatientFacts::default() });
    let rows = patient.rows(day("2026-11-26"));
    assert_eq!(
        rows[0].why(&patient.deliveries[0].delivery),
        "きっかけ「薬がなくなる」2026-11-29（点検用レセプト、もとの日 2026-11-01）の3日前、予定日 2026-11-26。予定日に送ります。"
    );
}

#[test]
fn the_key_of_a_message_depends_neither_on_the_day_it_is_planned_nor_on_the_offset() {
    let key = |offset: i16, today: &str| {
        let settings = after_procedure(json!({"offset": {"days": offset}}));
        let patient = TestPatient::new(settings, done(PROCEDURE, &["2026-11-04"]));
        let row = &patient.rows(day(today))[0];
        patient.deliveries[0].delivery.message_key("c", "p", row.trigger, row.repetition)
    };
    assert_eq!(key(0, "2026-11-04"), key(0, "2026-11-06"));
    assert_eq!(key(0, "2026-11-04"), key(5, "2026-11-04"));
}
