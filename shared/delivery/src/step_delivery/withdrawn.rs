use jiff::ToSpan as _;

use super::{Decision, Made, PatientToPlan, PlanReason, Planner, plan::PlanOne};

/// Days after the grace in which a message may still wait: no clinic is closed for longer.
const CLOSED_DAYS: i64 = 14;

/// A message that has its outbox row and is wanted no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Which.
    pub made: Made,
    /// Why.
    pub reason: PlanReason,
}

impl Planner<'_> {
    /// Of the messages that were made lately, those that must not go any more as things stand: to be stopped
    /// where they were not sent yet.
    ///
    /// What is against the patient or the address, the sender asks by itself.
    pub fn withdrawn(&self, patient: &PatientToPlan<'_>) -> Vec<Withdrawn> {
        let mut withdrawn = Vec::new();
        for running in self.deliveries {
            let one = PlanOne { planner: self, patient, running };
            let days = i64::from(running.delivery.grace_days) + CLOSED_DAYS;
            let oldest = self.today.saturating_sub(days.days());
            let of_delivery = patient.made.iter().filter(|it| it.delivery == running.delivery.id);
            let is_waiting = |it: &&Made| it.withdrawn.is_none() && it.on >= oldest;
            for made in of_delivery.filter(is_waiting) {
                withdrawn.extend(one.why_withdrawn(made).map(|reason| Withdrawn { made: made.clone(), reason }));
            }
        }
        withdrawn
    }
}

impl PlanOne<'_> {
    fn why_withdrawn(&self, made: &Made) -> Option<PlanReason> {
        let decision = self.existing(made.trigger, made.repetition).and_then(|it| it.decision.as_ref());
        if decision.is_some_and(Decision::is_cancellation) {
            return Some(PlanReason::Cancelled);
        }
        let due = made.on;
        if self.is_wanted(made) {
            return self.judge(made.trigger, made.repetition, due).exit();
        }
        Some(self.why_gone(made.trigger, made.repetition, due))
    }

    /// Whether what set it off still does.
    fn is_wanted(&self, made: &Made) -> bool {
        if self.running.is_stopped || !self.is_in_target() {
            return false;
        }
        let delivery = &self.running.delivery;
        let all_made: Vec<&Made> = self.patient.made.iter().filter(|it| it.delivery == delivery.id).collect();
        let mut triggers = delivery.timing.triggers(self.patient.facts, self.running.start, delivery.includes_existing);
        // Of what comes once and never again there is no other that could take its place.
        let is_ever = delivery.interval.is_ever();
        triggers.any(|it| is_ever || delivery.as_made(it, self.patient.facts, &all_made).date == made.trigger.date)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;
    use serde_json::json;

    use super::super::{test_patient::*, *};
    use crate::{PassedOver, Refusal};

    /// A patient whose message was made on the first of February, after a procedure on the first of January.
    fn made(settings: serde_json::Value) -> TestPatient {
        let mut patient = TestPatient::new(after_procedure(settings), done(PROCEDURE, &["2026-01-01"]));
        let due = patient.plan(day("2026-02-01"));
        assert_eq!(due.len(), 1);
        patient
    }

    #[track_caller]
    fn check(patient: &TestPatient, today: &str, expected: Option<PlanReason>) {
        let found = patient.with_planner(day(today), |planner, to_plan| {
            planner.withdrawn(to_plan).iter().map(|it| it.reason).collect::<Vec<_>>()
        });
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
    }

    fn monthly() -> serde_json::Value {
        json!({"offset": {"months": 1}, "exit": ["visited", "booked"]})
    }

    #[test]
    fn nothing_is_withdrawn_while_everything_stands() {
        check(&made(json!({"offset": {"months": 1}})), "2026-02-01", None);
    }

    #[test]
    fn an_exit_withdraws_what_was_not_sent_yet() {
        let mut patient = made(json!({"offset": {"months": 1}, "exit": ["booked"]}));
        patient.facts.appointments = vec![day("2026-02-10")];
        check(&patient, "2026-02-01", Some(PlanReason::Booked));
        // Long after, it is sent or expired.
        check(&patient, "2026-03-01", None);
        patient.made[0].withdrawn = Some(PlanReason::Booked);
        check(&patient, "2026-02-01", None);
        assert_eq!(patient.shown("2026-02-01"), "d 2026-01-01#0 due 2026-02-01 suppressed booked");
    }

    #[test]
    fn a_stopped_delivery_a_target_that_is_left_and_a_trigger_that_is_gone_withdraw() {
        let mut patient = made(json!({"offset": {"months": 1}}));
        patient.deliveries[0].is_stopped = true;
        let stopped = PlanReason::Unreachable(PassedOver::Refused(Refusal::DeliveryStopped));
        check(&patient, "2026-02-01", Some(stopped));
        patient.deliveries[0].is_stopped = false;
        patient.facts = done(PROCEDURE, &["2026-01-20"]);
        // A claim made again that moves the day within its month is the same trigger.
        check(&patient, "2026-02-01", None);
        patient.facts = PatientFacts::default();
        check(&patient, "2026-02-01", Some(PlanReason::TriggerGone));
        patient.deliveries[0].delivery.target = Target::Group("g".to_owned());
        check(&patient, "2026-02-01", Some(PlanReason::LeftTarget));
    }

    #[test]
    fn what_comes_once_and_never_again_is_not_given_up_for_a_newer_day() {
        let mut patient = made(json!({"offset": {"months": 1}, "interval": {"per": "ever"}}));
        patient.facts = done(PROCEDURE, &["2026-02-01"]);
        check(&patient, "2026-02-01", None);
    }

    #[test]
    fn a_person_who_cancels_withdraws() {
        let mut patient = made(json!({"offset": {"months": 1}}));
        let row = patient.existing[0].clone();
        let by = Decider { user: "u", comment: None, expires: None };
        let cancel = |today: Date| Decision::cancel(&row, &patient.deliveries[0], by, today);
        patient.existing[0].decision = Some(cancel(day("2026-02-01")).unwrap());
        check(&patient, "2026-02-01", Some(PlanReason::Cancelled));
        patient.made[0].withdrawn = Some(PlanReason::Cancelled);
        assert_eq!(patient.shown("2026-02-01"), "d 2026-01-01#0 due 2026-02-01 cancelled cancelled");
    }

    #[test]
    fn who_came_since_is_not_asked_to_come() {
        let mut patient = TestPatient::new(after_procedure(monthly()), done(PROCEDURE, &["2026-01-01"]));
        patient.attendance.learn(day("2026-02-01"), Some(day("2026-02-28")));
        patient.plan(day("2026-02-01"));
        patient.facts.last_visits = Some(days_of(&["2026-02-01"]));
        check(&patient, "2026-02-01", Some(PlanReason::Visited));
    }
}
