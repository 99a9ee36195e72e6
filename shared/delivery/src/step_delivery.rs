mod attendance;
mod decision;
mod exit;
mod interval;
mod joined;
mod offset;
mod patient_facts;
mod plan;
mod plan_reason;
mod plan_row;
mod send_window;
mod settings;
mod start;
mod timing;
mod trigger;
mod withdrawn;

#[cfg(test)]
mod days_tests;
#[cfg(test)]
mod decision_tests;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod plan_tests;
#[cfg(test)]
mod settings_tests;
#[cfg(test)]
mod test_patient;
#[cfg(test)]
mod timing_tests;

use std::collections::BTreeSet;

pub use attendance::Attendance;
pub use decision::{Decider, Decision, DecisionError, Verdict};
pub use exit::Exit;
pub use interval::{Interval, IntervalSettings, Per};
use jiff::civil::{Date, Time};
pub use joined::{Joined, REJOINS_AFTER_DAYS, remember};
pub use offset::Offset;
pub use patient_facts::{
    DaysOfMonth, DiseaseStart, DrugDays, Membership, PatientFacts, ProcedureDays, Wanted, WantedCodes,
};
pub use plan::{HELD_DAYS, PatientToPlan, PlanRules, Planner};
pub use plan_reason::PlanReason;
pub use plan_row::{PlanRow, PlanRowKey, PlanState};
pub use send_window::{SendTimes, SendWindow};
pub use settings::{ApprovedBy, DeliverySettings, Target, TimingSettings};
pub use start::{ClinicSources, StartRefusal, start_refusals};
pub use timing::{Timing, TimingKind, TimingSource};
pub use trigger::{Made, Trigger};
pub use withdrawn::Withdrawn;

use crate::Template;

/// ステップ配信, checked: a message that each patient gets when the patient's own day comes (K-071).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDelivery {
    /// Chosen by the clinic, unique within it.
    pub id: String,
    /// What staff call it.
    pub name: String,
    /// What sets it off.
    pub timing: Timing,
    /// How far from the trigger it is due.
    pub offset: Offset,
    /// Who gets it.
    pub target: Target,
    /// How often.
    pub interval: Interval,
    /// What ends it for a patient, beside what always does.
    pub exits: BTreeSet<Exit>,
    /// Nothing due before this day is ever sent; `None` for the day it is started.
    pub start: Option<Date>,
    /// Days for which a missed day is caught up.
    pub grace_days: u16,
    /// Whether who is in the group when the delivery starts counts as joining then.
    pub includes_existing: bool,
    /// Who approves each message.
    pub approved_by: ApprovedBy,
    /// 返信あり.
    pub takes_replies: bool,
    /// The message.
    pub template: Template,
}

impl StepDelivery {
    /// The time of day it names itself (送信予約); the others go out when the clinic sends.
    pub fn time(&self) -> Option<Time> {
        match &self.timing {
            Timing::ScheduledAt { at } => Some(at.time()),
            _ => None,
        }
    }
}

/// A step delivery that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningDelivery {
    /// The delivery.
    pub delivery: StepDelivery,
    /// Nothing due before this day is ever sent: what the delivery says, or the day it was started.
    pub start: Date,
    /// Counts the edits, so that an approval is of one text.
    pub revision: u32,
    /// Id of the user who wrote it.
    pub author: String,
    /// Stopped for good or for a while.
    pub is_stopped: bool,
}

/// Why a step delivery cannot be used, in Japanese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// An id that is empty, too long or has other characters.
    #[error("配信のID「{0}」は使えません。半角の英数字、ハイフン、下線で64文字までにしてください。")]
    Id(String),
    /// A name that is empty or too long.
    #[error("配信「{0}」の名前は1文字から60文字にしてください。")]
    Name(String),
    /// Anything else.
    #[error("配信「{id}」の設定が使えません。{reason}")]
    Unusable {
        /// The delivery.
        id: String,
        /// What to change.
        reason: String,
    },
}
