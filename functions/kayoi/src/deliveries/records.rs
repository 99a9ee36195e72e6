use delivery::{Channel, PlanReason, PlanState, SmsParts};
use jiff::civil::Date;

/// What became of one planned message in the days that were let go by.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// The day it would be sent; of what is not sent the day it was due.
    pub(super) date: Date,
    /// Index of the delivery.
    pub(super) delivery: usize,
    pub(super) chart_number: Option<String>,
    pub(super) trigger_date: Date,
    pub(super) repetition: u32,
    pub(super) state: RecordState,
    pub(super) reason: PlanReason,
    /// Of what would be sent.
    pub(super) channel: Option<Channel>,
    /// Of a text message.
    pub(super) sms: Option<SmsParts>,
}

/// How far a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordState {
    Due,
    Held,
    Suppressed,
}

impl RecordState {
    /// Of a row whose day has come; `None` where that says nothing: it waits, or was made.
    pub(super) fn of(state: PlanState) -> Option<Self> {
        match state {
            PlanState::Due => Some(Self::Due),
            PlanState::Held => Some(Self::Held),
            PlanState::Suppressed | PlanState::Expired => Some(Self::Suppressed),
            PlanState::Planned | PlanState::Approved | PlanState::Cancelled | PlanState::Made => None,
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Held => "held",
            Self::Suppressed => "suppressed",
        }
    }
}
