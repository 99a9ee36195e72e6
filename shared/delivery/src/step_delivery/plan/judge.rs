use jiff::{ToSpan as _, civil::Date};

use super::{HELD_DAYS, PlanOne};
use crate::{
    Channel, RefusedUntil, choose,
    step_delivery::{ApprovedBy, Decision, Exit, Made, PlanReason, PlanState, Trigger},
};

/// Judges one message: how far it is on the planner's day, and why.
pub(in super::super) struct Judge<'p> {
    pub(super) one: &'p PlanOne<'p>,
    pub(super) trigger: Trigger,
    pub(super) repetition: u32,
    /// The first day of the trigger's messages.
    pub(super) first_due: Date,
    pub(super) due: Date,
    /// The day of the next repetition, if there is one.
    pub(super) next_due: Option<Date>,
    pub(super) made: &'p [&'p Made],
}

/// What became of it.
pub(super) struct Judged {
    pub(super) state: PlanState,
    pub(super) reason: PlanReason,
    pub(super) channel: Option<Channel>,
    pub(super) until: Option<Date>,
}

impl Judged {
    fn ended(state: PlanState, reason: PlanReason) -> Self {
        Self { state, reason, channel: None, until: None }
    }
}

/// From which day the grace runs, or that the message is held.
enum Freshness {
    /// Nothing holds it.
    Free { grace_from: Date },
    /// The patient may have come since.
    Unknown,
    /// It was unknown for too long.
    TooLong,
}

impl Judge<'_> {
    /// What ended comes first, then what keeps it, then what it waits for.
    pub(super) fn judged(&self, decision: Option<&Decision>) -> Judged {
        if let Some(made) = self.found_made() {
            return match made.withdrawn {
                None => Judged::ended(PlanState::Made, PlanReason::Made),
                Some(PlanReason::Cancelled) => Judged::ended(PlanState::Cancelled, PlanReason::Cancelled),
                Some(reason) => Judged::ended(PlanState::Suppressed, reason),
            };
        }
        if decision.is_some_and(Decision::is_cancellation) {
            return Judged::ended(PlanState::Cancelled, PlanReason::Cancelled);
        }
        if let Some(reason) = self.exit() {
            return Judged::ended(PlanState::Suppressed, reason);
        }
        self.reachable(decision)
    }

    fn reachable(&self, decision: Option<&Decision>) -> Judged {
        let (patient, ways) = (self.one.patient, &self.one.planner.rules.ways);
        match choose(patient.person, patient.reach, ways, self.today()) {
            Ok(choice) => Judged { channel: Some(choice.channel), ..self.fresh(decision, None) },
            Err(unreachable) => {
                let reason = PlanReason::Unreachable(unreachable.reason());
                match unreachable.until() {
                    RefusedUntil::FactsChange => Judged::ended(PlanState::Suppressed, reason),
                    RefusedUntil::Resumed | RefusedUntil::Tomorrow => self.fresh(decision, Some(reason)),
                }
            }
        }
    }

    /// `held` is why it is held whatever is known of visits.
    fn fresh(&self, decision: Option<&Decision>, held: Option<PlanReason>) -> Judged {
        if self.one.running.delivery.is_overtaken(self.due, self.trigger.date, self.today()) {
            return Judged::ended(PlanState::Expired, PlanReason::AppointmentPassed);
        }
        let lacks = self.lacks(decision);
        let grace_from = match self.freshness(decision.filter(|_| lacks.is_none())) {
            Freshness::Free { grace_from } => grace_from,
            Freshness::TooLong => return Judged::ended(PlanState::Expired, PlanReason::HeldTooLong),
            Freshness::Unknown => {
                let until = Some(self.due.saturating_add(HELD_DAYS.days()));
                return Judged { state: PlanState::Held, reason: PlanReason::VisitUnknown, channel: None, until };
            }
        };
        let until = grace_from.saturating_add(i64::from(self.one.running.delivery.grace_days).days());
        let (state, reason) = match (lacks, held) {
            (Some(_), _) if self.today() > until => (PlanState::Expired, PlanReason::NotApproved),
            // Days that were missed, or held, must not end in several messages at once.
            (None, _) if self.next_due.is_some_and(|it| it <= self.today()) => {
                (PlanState::Expired, PlanReason::NextIsDue)
            }
            (None, _) if self.today() > until => (PlanState::Expired, PlanReason::Late),
            (_, Some(reason)) if self.today() >= self.due => (PlanState::Held, reason),
            (Some(reason), _) => (PlanState::Planned, reason),
            (None, _) if self.today() < self.due => (PlanState::Approved, PlanReason::WaitingForDay),
            (None, _) if grace_from > self.due => (PlanState::Due, PlanReason::Released),
            (None, _) if self.today() == self.due => (PlanState::Due, PlanReason::OnDay),
            (None, _) => (PlanState::Due, PlanReason::CaughtUp),
        };
        Judged { state, reason, channel: None, until: Some(until) }
    }

    /// A chosen exit that holds.
    pub(in super::super) fn exit(&self) -> Option<PlanReason> {
        let (facts, today) = (self.one.patient.facts, self.today());
        let holds = |it: &&Exit| it.holds(facts, self.trigger, self.first_due, today);
        self.one.running.delivery.exits.iter().find(holds).map(|it| match it {
            Exit::Visited => PlanReason::Visited,
            Exit::Booked => PlanReason::Booked,
            Exit::Replied => PlanReason::Replied,
        })
    }

    /// The message that has the key of this one.
    fn found_made(&self) -> Option<&Made> {
        let is_ever = self.one.running.delivery.interval.is_ever();
        let is_this = |it: &Made| it.trigger.date == self.trigger.date && it.repetition == self.repetition;
        self.made.iter().copied().find(|it| is_ever || is_this(it))
    }

    /// What is missing of an approval.
    fn lacks(&self, decision: Option<&Decision>) -> Option<PlanReason> {
        let (running, rules) = (self.one.running, self.one.planner.rules);
        match decision {
            _ if running.delivery.approved_by == ApprovedBy::Automatic => None,
            None => Some(PlanReason::WaitingForApproval),
            Some(decision) => decision.lacks(running, rules, self.today()),
        }
    }

    fn freshness(&self, approval: Option<&Decision>) -> Freshness {
        let (due, today) = (self.due, self.today());
        if !self.one.running.delivery.exits.contains(&Exit::Visited) || today < due {
            return Freshness::Free { grace_from: due };
        }
        let known_on = self.one.planner.attendance.known_on(due).filter(|it| *it <= today);
        let released_on = approval.filter(|it| it.releases).map(|it| it.on);
        let held_until = due.saturating_add(HELD_DAYS.days());
        match [known_on, released_on].into_iter().flatten().min() {
            Some(free_on) if free_on <= held_until => Freshness::Free { grace_from: free_on.max(due) },
            None if today <= held_until => Freshness::Unknown,
            _ => Freshness::TooLong,
        }
    }

    fn today(&self) -> Date {
        self.one.planner.today
    }
}
