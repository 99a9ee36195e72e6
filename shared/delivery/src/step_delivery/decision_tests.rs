//! 承認 and 送信中止.

use serde_json::json;

use super::{test_patient::*, *};

/// A patient whose message is due on 14 November and asks for an approval.
fn patient(more: serde_json::Value) -> TestPatient {
    let mut settings = after_procedure(json!({"offset": {"days": 10}, "approval": "person"}));
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    TestPatient::new(settings, done(PROCEDURE, &["2026-11-04"]))
}

fn by(user: &str) -> Decider<'_> {
    Decider { user, comment: None, expires: None }
}

fn approve(patient: &mut TestPatient, by: Decider<'_>, today: &str) -> Result<(), DecisionError> {
    let rows = patient.rows(day(today));
    let decision = Decision::approve(&rows[0], &patient.deliveries[0], by, &patient.rules, day(today))?;
    patient.existing = rows;
    patient.existing[0].decision = Some(decision);
    Ok(())
}

fn state(patient: &TestPatient, today: &str) -> String {
    patient.shown(today).split(' ').skip(4).collect::<Vec<&str>>().join(" ")
}

#[test]
fn nothing_is_sent_that_nobody_approved() {
    let mut patient = patient(json!({}));
    assert_eq!(state(&patient, "2026-11-07"), "planned waiting-for-approval");
    assert_eq!(state(&patient, "2026-11-17"), "planned waiting-for-approval");
    assert_eq!(state(&patient, "2026-11-18"), "expired not-approved");
    approve(&mut patient, by("somebody"), "2026-11-08").unwrap();
    assert_eq!(state(&patient, "2026-11-08"), "approved waiting-for-day");
    assert_eq!(patient.sent("2026-11-08", "2026-11-30"), "2026-11-14 for 2026-11-04#0");
}

#[test]
fn an_approval_on_a_late_day_sends_within_the_grace() {
    let mut patient = patient(json!({}));
    approve(&mut patient, by("somebody"), "2026-11-16").unwrap();
    assert_eq!(state(&patient, "2026-11-16"), "due caught-up");
}

#[test]
fn who_wrote_a_delivery_may_cancel_it_but_where_two_are_asked_for_not_approve_it() {
    let mut patient = patient(json!({}));
    approve(&mut patient, by("author"), "2026-11-08").unwrap();
    assert_eq!(state(&patient, "2026-11-08"), "approved waiting-for-day");
    // The rule comes after the approval, and holds for it too.
    patient.rules.needs_second_person = true;
    assert_eq!(state(&patient, "2026-11-14"), "planned approver-is-author");
    assert_eq!(approve(&mut patient, by("author"), "2026-11-14"), Err(DecisionError::SamePerson));
    approve(&mut patient, by("other"), "2026-11-14").unwrap();
    assert_eq!(state(&patient, "2026-11-14"), "due on-day");

    let rows = patient.rows(day("2026-11-14"));
    let cancelled = Decision::cancel(&rows[0], &patient.deliveries[0], by("author"), day("2026-11-14")).unwrap();
    assert_eq!((cancelled.verdict, &*cancelled.author), (Verdict::Cancelled, "author"));
    patient.existing[0].decision = Some(cancelled);
    assert_eq!(state(&patient, "2026-11-14"), "cancelled cancelled");
    assert_eq!(patient.sent("2026-11-14", "2026-12-31"), "", "and stays so however often it is planned");
}

#[test]
fn an_approval_ends_on_its_day_and_with_the_text_it_was_for() {
    let mut patient = patient(json!({}));
    let expires = |text: &str| Decider { expires: Some(day(text)), ..by("somebody") };
    assert_eq!(approve(&mut patient, expires("2026-11-13"), "2026-11-08"), Err(DecisionError::ExpiresBefore));
    approve(&mut patient, expires("2026-11-14"), "2026-11-08").unwrap();
    assert_eq!(state(&patient, "2026-11-14"), "due on-day");
    assert_eq!(state(&patient, "2026-11-15"), "planned approval-over");
    patient.deliveries[0].revision = 2;
    assert_eq!(state(&patient, "2026-11-14"), "planned changed-since-approval");
}

#[test]
fn one_approval_of_the_days_list_releases_what_is_held_for_a_visit() {
    let mut patient = patient(json!({"exit": ["visited"]}));
    approve(&mut patient, by("somebody"), "2026-11-10").unwrap();
    assert_eq!(state(&patient, "2026-11-14"), "held visit-unknown", "approved ahead, when nothing was held yet");
    approve(&mut patient, by("somebody"), "2026-12-01").unwrap();
    assert_eq!(state(&patient, "2026-12-01"), "due released");
    assert_eq!(state(&patient, "2026-12-04"), "due released", "held days do not count against the grace");
    assert_eq!(state(&patient, "2026-12-05"), "expired late");
}

#[test]
fn nobody_decides_about_what_is_sent_or_too_late() {
    let mut patient = patient(json!({"approval": "automatic"}));
    patient.plan(day("2026-11-14"));
    assert_eq!(approve(&mut patient, by("somebody"), "2026-11-15"), Err(DecisionError::Final));
    patient.made.clear();
    assert_eq!(approve(&mut patient, by("somebody"), "2026-11-20"), Err(DecisionError::Final));
}

#[test]
fn a_comment_shows_in_no_log() {
    let mut patient = patient(json!({}));
    approve(&mut patient, Decider { comment: Some("検証一郎"), ..by("somebody") }, "2026-11-08").unwrap();
    assert!(!format!("{:?}", patient.existing).contains("検証"));
}
