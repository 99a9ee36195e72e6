use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use super::{PatientFacts, PlanReason, StepDelivery, Timing, TimingKind};
use crate::{MessageKey, TriggerKey};

/// What sets a delivery off for one patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// The day that offsets count from.
    pub date: Date,
    /// The day of the fact behind it: of a drug the prescription, of 離脱予備群 the last visit, else the same.
    pub basis: Date,
}

impl Trigger {
    fn on(date: Date) -> Self {
        Self { date, basis: date }
    }
}

impl Timing {
    /// The triggers of a patient with `facts`: where the timing takes the newest date, that one alone, so that
    /// a newer one takes the place of an older; of appointments each.
    ///
    /// Members of a group who were there before `start` count as joining on it, if `includes_existing`.
    pub fn triggers<'f>(
        &'f self,
        facts: &'f PatientFacts,
        start: Date,
        includes_existing: bool,
    ) -> impl Iterator<Item = Trigger> + 'f {
        let one = match self {
            Self::JoinedGroup { group } => {
                facts.membership(group).and_then(|it| joined(it.joined_on, start, includes_existing))
            }
            Self::AnsweredQuestionnaire => facts.answered_on.map(Trigger::on),
            Self::ProfileUpdated => facts.profile_updated_on.map(Trigger::on),
            Self::DiseaseStarted { codes } => {
                let started = facts.diseases.iter().filter(|it| codes.contains(&it.code)).map(|it| it.started);
                started.max().map(Trigger::on)
            }
            Self::ProcedureDone { codes } => {
                let done = facts.procedures.iter().filter(|it| codes.contains(&it.code)).map(|it| it.days.last());
                done.max().map(Trigger::on)
            }
            Self::DrugPrescribed { codes } => newest_prescription(facts, codes).map(|it| Trigger::on(it.0)),
            Self::DrugRunsOut { codes } => newest_prescription(facts, codes).map(|(basis, supply_days)| Trigger {
                date: basis.saturating_add(i64::from(supply_days).days()),
                basis,
            }),
            Self::FirstVisit => facts.first_visit.map(Trigger::on),
            Self::ScheduledAt { at } => Some(Trigger::on(at.date())),
            Self::BecameAtRisk { group } => facts
                .membership(group)
                .map(|it| Trigger { date: it.at_risk_on, basis: facts.last_visit().unwrap_or(it.at_risk_on) }),
            Self::NextVisit | Self::Manual => None,
        };
        let appointments: &[Date] = if *self == Self::NextVisit { &facts.appointments } else { &[] };
        one.into_iter().chain(appointments.iter().map(|it| Trigger::on(*it)))
    }

    /// Whether the facts still show the day that an earlier trigger stood on.
    fn still_shows(&self, facts: &PatientFacts, basis: Date) -> bool {
        match self {
            Self::DiseaseStarted { codes } => {
                facts.diseases.iter().any(|it| codes.contains(&it.code) && it.started == basis)
            }
            Self::ProcedureDone { codes } => {
                facts.procedures.iter().any(|it| codes.contains(&it.code) && it.days.contains(basis))
            }
            Self::DrugPrescribed { codes } | Self::DrugRunsOut { codes } => {
                facts.drugs.iter().any(|it| codes.contains(&it.code) && it.days.contains(basis))
            }
            Self::BecameAtRisk { .. } => facts.last_visits.is_some_and(|it| it.contains(basis)),
            // One day at most: where it is another, the former is gone.
            _ => false,
        }
    }
}

fn joined(joined_on: Option<Date>, start: Date, includes_existing: bool) -> Option<Trigger> {
    match joined_on {
        Some(day) if day >= start => Some(Trigger::on(day)),
        _ => includes_existing.then(|| Trigger::on(start)),
    }
}

/// The day of the newest prescription and its days of supply; of several on one day the longest.
fn newest_prescription(facts: &PatientFacts, codes: &[u32]) -> Option<(Date, u16)> {
    let of_codes = facts.drugs.iter().filter(|it| codes.contains(&it.code));
    of_codes.map(|it| (it.days.last(), it.supply_days)).max()
}

/// A message of a delivery to a patient that has its outbox row: it is made, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Id of the delivery.
    pub delivery: String,
    /// What it was due for.
    pub trigger: Trigger,
    /// From 0.
    pub repetition: u32,
    /// The day its outbox row was made.
    pub on: Date,
    /// Why it was stopped before it was sent, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<PlanReason>,
}

impl StepDelivery {
    /// `trigger`, or the one it corrects: a claim made again that moves a date inside its month is the same
    /// trigger, once a message was made for it. A day that is added beside the former is another trigger.
    pub(super) fn as_made(&self, trigger: Trigger, facts: &PatientFacts, made: &[&Made]) -> Trigger {
        let is_made = made.iter().any(|it| it.trigger.date == trigger.date);
        if is_made || !self.timing.kind().is_corrected_by_receipts() {
            return trigger;
        }
        let month = |date: Date| (date.year(), date.month());
        let corrected = made
            .iter()
            .map(|it| it.trigger)
            .find(|it| month(it.basis) == month(trigger.basis) && !self.timing.still_shows(facts, it.basis));
        corrected.unwrap_or(trigger)
    }

    /// What makes the message of a trigger and repetition this one and no other: the id of its outbox row is made
    /// of it. It depends on nothing that planning on another day would change.
    pub fn message_key(&self, clinic: &str, patient: &str, trigger: Trigger, repetition: u32) -> MessageKey {
        MessageKey {
            clinic: clinic.to_owned(),
            delivery: self.id.clone(),
            patient: patient.to_owned(),
            trigger: self.trigger_key(trigger.date),
            repetition,
            fallback: 0,
        }
    }

    fn trigger_key(&self, trigger: Date) -> TriggerKey {
        if self.interval.is_ever() { TriggerKey::Ever } else { TriggerKey::Date(trigger) }
    }

    /// Whether the message came too late: the appointment that it was to come before has gone by.
    pub(super) fn is_overtaken(&self, due: Date, trigger: Date, today: Date) -> bool {
        self.timing.kind() == TimingKind::NextVisit && due < trigger && trigger < today
    }
}
