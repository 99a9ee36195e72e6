mod judge;

use jiff::{ToSpan as _, civil::Date};

pub(super) use self::judge::Judge;
use super::{
    Attendance, Interval, Made, PatientFacts, PlanReason, PlanRow, PlanState, RunningDelivery, Target, Trigger,
    offset::{repeated, repetitions_before},
};
use crate::{CapDecision, PassedOver, PatientCap, PersonFacts, Reach, Refusal, Ways};

/// Days for which a message is held because the patient may have come since.
pub const HELD_DAYS: i64 = 45;

/// Days for which a row that comes to nothing is shown beyond the last on which it could have been sent.
const SHOWN_DAYS: i64 = 15;

/// How a clinic plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRules {
    /// Days ahead that rows are planned, so that they can be approved.
    pub ahead_days: u16,
    /// Whether somebody else than the author must approve.
    pub needs_second_person: bool,
    /// The cap of each patient over all deliveries; `None` for no cap.
    pub patient_cap: Option<PatientCap>,
    /// What the clinic uses, and what is closed.
    pub ways: Ways,
}

impl Default for PlanRules {
    /// A week ahead, one person, no cap, every channel.
    fn default() -> Self {
        Self { ahead_days: 7, needs_second_person: false, patient_cap: None, ways: Ways::default() }
    }
}

/// A patient and everything that is known for planning.
#[derive(Debug, Clone, Copy)]
pub struct PatientToPlan<'a> {
    /// The patient's id.
    pub id: &'a str,
    /// What timings and exits look at.
    pub facts: &'a PatientFacts,
    /// What is known against writing to the patient.
    pub person: &'a PersonFacts,
    /// What is known of the patient's addresses.
    pub reach: &'a Reach,
    /// Messages that have their outbox rows. A row that is made and not named here is made with the same key
    /// again, and refused there.
    pub made: &'a [Made],
    /// The day of each message that the patient was or will be sent, over all deliveries and channels.
    pub sent_on: &'a [Date],
    /// The rows that are there. What people decided is taken from them; the rest only tells which rows have
    /// come to nothing since.
    pub existing: &'a [PlanRow],
}

/// Plans the step deliveries of a clinic for a day.
///
/// The rows are a function of the fields and of a patient's own facts, decisions and made messages: whatever
/// was computed before, in whatever order and however often, they are the same.
#[derive(Debug, Clone, Copy)]
pub struct Planner<'a> {
    /// What was started, the most important first: it wins where the cap leaves room for one.
    pub deliveries: &'a [RunningDelivery],
    /// How the clinic plans.
    pub rules: &'a PlanRules,
    /// Until when attendance is known.
    pub attendance: &'a Attendance,
    /// The day, civil in Asia/Tokyo.
    pub today: Date,
}

impl Planner<'_> {
    /// The rows of one patient: all that there are to be. A row that is there and not among them is to go.
    /// Those in [`PlanState::Due`] are to become outbox rows.
    pub fn rows(&self, patient: &PatientToPlan<'_>) -> Vec<PlanRow> {
        let mut rows = Vec::new();
        for running in self.deliveries {
            PlanOne { planner: self, patient, running }.add_to(&mut rows);
        }
        self.keep_to_cap(patient, &mut rows);
        rows
    }

    /// Holds what the cap has no room for. What was due first goes first.
    fn keep_to_cap(&self, patient: &PatientToPlan<'_>, rows: &mut [PlanRow]) {
        let Some(cap) = self.rules.patient_cap else { return };
        let mut due: Vec<usize> = (0..rows.len()).filter(|it| rows[*it].state == PlanState::Due).collect();
        due.sort_by_key(|it| rows[*it].due);
        let mut sent_on = patient.sent_on.to_vec();
        for index in due {
            match cap.decide(&sent_on, self.today) {
                CapDecision::Allowed => sent_on.push(self.today),
                CapDecision::Held { until } => {
                    let row = &mut rows[index];
                    (row.state, row.reason, row.until) = (PlanState::Held, PlanReason::PatientCap, Some(until));
                }
            }
        }
    }

    fn horizon(&self) -> Date {
        self.today.saturating_add(i64::from(self.rules.ahead_days).days())
    }
}

/// Plans one delivery for one patient.
pub(super) struct PlanOne<'p> {
    pub(super) planner: &'p Planner<'p>,
    pub(super) patient: &'p PatientToPlan<'p>,
    pub(super) running: &'p RunningDelivery,
}

impl PlanOne<'_> {
    fn add_to(&self, rows: &mut Vec<PlanRow>) {
        let delivery = &self.running.delivery;
        let first = rows.len();
        if !self.running.is_stopped && self.is_in_target() {
            let made: Vec<&Made> = self.patient.made.iter().filter(|it| it.delivery == delivery.id).collect();
            let triggers = delivery.timing.triggers(self.patient.facts, self.running.start, delivery.includes_existing);
            for trigger in triggers {
                self.add_trigger(delivery.as_made(trigger, self.patient.facts, &made), &made, rows);
            }
            if delivery.interval.is_ever() {
                keep_first_live(rows, first);
            }
        }
        self.add_gone(rows, first);
    }

    pub(super) fn is_in_target(&self) -> bool {
        match &self.running.delivery.target {
            Target::Everyone => true,
            Target::Group(group) => self.patient.facts.membership(group).is_some(),
        }
    }

    fn add_trigger(&self, trigger: Trigger, made: &[&Made], rows: &mut Vec<PlanRow>) {
        let delivery = &self.running.delivery;
        let first_due = delivery.offset.from(trigger.date);
        let (oldest, horizon) = (self.oldest(), self.planner.horizon());
        let (every, n_messages) = match delivery.interval {
            Interval::Every { every, max } => (Some(every), max),
            Interval::Trigger | Interval::Ever => (None, 1),
        };
        let due = |repetition| every.map_or(first_due, |it| repeated(first_due, it, repetition));
        let begin = every.map_or(0, |it| repetitions_before(first_due, it, oldest));
        for repetition in begin..n_messages {
            let (due, next_due) = (due(repetition), due(repetition + 1));
            if due > horizon {
                break;
            }
            if due < oldest {
                continue;
            }
            let next_due = Some(next_due).filter(|_| repetition + 1 < n_messages);
            rows.push(self.row(Judge { one: self, trigger, repetition, first_due, due, next_due, made }));
        }
    }

    fn row(&self, judge: Judge<'_>) -> PlanRow {
        let existing = self.existing(judge.trigger, judge.repetition);
        let decision = existing.and_then(|it| it.decision.clone());
        let judged = judge.judged(decision.as_ref());
        // By which way it went, nothing but its row tells.
        let went_by = existing.filter(|_| judged.state == PlanState::Made).and_then(|it| it.channel);
        PlanRow {
            delivery: self.running.delivery.id.clone(),
            patient: self.patient.id.to_owned(),
            trigger: judge.trigger,
            repetition: judge.repetition,
            due: judge.due,
            state: judged.state,
            reason: judged.reason,
            channel: judged.channel.or(went_by),
            until: judged.until,
            decision,
        }
    }

    pub(super) fn existing(&self, trigger: Trigger, repetition: u32) -> Option<&PlanRow> {
        let mut existing = self.patient.existing.iter();
        existing.find(|it| {
            it.trigger.date == trigger.date && it.repetition == repetition && it.delivery == self.running.delivery.id
        })
    }

    /// Adds the rows that are there and have come to nothing since, so that people see why.
    fn add_gone(&self, rows: &mut Vec<PlanRow>, first: usize) {
        let oldest = self.oldest();
        for existing in self.patient.existing.iter().filter(|it| it.delivery == self.running.delivery.id) {
            let is_planned = rows[first..]
                .iter()
                .any(|it| it.trigger.date == existing.trigger.date && it.repetition == existing.repetition);
            if is_planned || existing.state == PlanState::Made || existing.due < oldest {
                continue;
            }
            let mut gone = existing.clone();
            if !matches!(gone.state, PlanState::Expired | PlanState::Cancelled) {
                let reason = self.why_gone(existing.trigger, existing.repetition, existing.due);
                (gone.state, gone.reason) = (PlanState::Suppressed, reason);
                (gone.channel, gone.until) = (None, None);
            }
            rows.push(gone);
        }
    }

    /// Judges a message that is none of those to come.
    pub(super) fn judge(&self, trigger: Trigger, repetition: u32, due: Date) -> Judge<'_> {
        let first_due = self.running.delivery.offset.from(trigger.date);
        Judge { one: self, trigger, repetition, first_due, due, next_due: None, made: &[] }
    }

    pub(super) fn why_gone(&self, trigger: Trigger, repetition: u32, due: Date) -> PlanReason {
        if self.running.is_stopped {
            return PlanReason::Unreachable(PassedOver::Refused(Refusal::DeliveryStopped));
        }
        if !self.is_in_target() {
            return PlanReason::LeftTarget;
        }
        // Coming moves the date of 離脱予備群: what people look for is that the patient came.
        self.judge(trigger, repetition, due).exit().unwrap_or(PlanReason::TriggerGone)
    }

    /// Rows due before this day are neither sent nor shown.
    fn oldest(&self) -> Date {
        let days = HELD_DAYS + SHOWN_DAYS + i64::from(self.running.delivery.grace_days);
        self.planner.today.saturating_sub(days.days()).max(self.running.start)
    }
}

/// Of the rows from `first` on, which all would be one message, keeps the first that can still be one.
fn keep_first_live(rows: &mut Vec<PlanRow>, first: usize) {
    let mut has_live = false;
    let mut index = 0;
    rows.retain(|row| {
        index += 1;
        if index <= first {
            return true;
        }
        let is_live = matches!(row.state, PlanState::Planned | PlanState::Approved | PlanState::Due | PlanState::Held);
        let is_kept = !is_live || !has_live;
        has_live |= is_live;
        is_kept
    });
}
