use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Decision, PlanReason, StepDelivery, Trigger};
use crate::Channel;

/// A message that is to be, or is not to be: one for each trigger and repetition. It may be computed again at
/// any time; only what a person decided about it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Id of the delivery.
    pub delivery: String,
    /// The patient's id.
    pub patient: String,
    /// What sets it off.
    pub trigger: Trigger,
    /// Counts from 0 what the delivery repeats for one trigger.
    pub repetition: u32,
    /// The day it is due.
    pub due: Date,
    /// How far it is.
    pub state: PlanState,
    /// Why.
    pub reason: PlanReason,
    /// The way it would take today; `None` where none leads to the patient or nobody asked yet.
    pub channel: Option<Channel>,
    /// The last day on which it can still be sent as things stand; of what the cap holds, the day it has room.
    pub until: Option<Date>,
    /// What a person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// How far a planned message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// 送信予約: waits for an approval.
    Planned,
    /// Waits for its day.
    Approved,
    /// To be made an outbox row today.
    Due,
    /// Its day has come, and something has to happen before it goes.
    Held,
    /// Not to be sent as things stand.
    Suppressed,
    /// 送信中止.
    Cancelled,
    /// Too late for good.
    Expired,
    /// It has its outbox row.
    Made,
}

/// What tells a row from all others of its clinic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlanRowKey {
    /// Id of the delivery.
    pub delivery: String,
    /// The patient's id.
    pub patient: String,
    /// The day of the trigger.
    pub trigger: Date,
    /// From 0.
    pub repetition: u32,
}

impl PlanRow {
    /// What tells this row from all others of its clinic.
    pub fn key(&self) -> PlanRowKey {
        PlanRowKey {
            delivery: self.delivery.clone(),
            patient: self.patient.clone(),
            trigger: self.trigger.date,
            repetition: self.repetition,
        }
    }

    /// Which trigger, which date, which rule, and what follows, in Japanese for staff.
    pub fn why(&self, delivery: &StepDelivery) -> String {
        let kind = delivery.timing.kind();
        let behind = if self.trigger.basis == self.trigger.date {
            String::new()
        } else {
            format!("、もとの日 {}", self.trigger.basis)
        };
        let repetition = match self.repetition {
            0 => String::new(),
            n => format!("、{}回目", n + 1),
        };
        format!(
            "きっかけ「{}」{}（{}{behind}）の{}{repetition}、予定日 {}。{}",
            kind.name(),
            self.trigger.date,
            kind.source().name(),
            delivery.offset.name(),
            self.due,
            self.reason.sentence(),
        )
    }
}
