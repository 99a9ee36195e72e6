use serde::{Deserialize, Serialize};

use super::{PatientFacts, Trigger};
use jiff::civil::Date;

/// What may end a delivery for a patient. Leaving the target, refusing messages, 対象外 and a paused clinic
/// always do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// The patient came after the trigger.
    Visited,
    /// An appointment lies on this day or later.
    Booked,
    /// The patient answered a message since the trigger, or since the first message where that comes before.
    Replied,
}

impl Exit {
    /// Whether it holds for a patient with `facts` on `today`. `first_due` is the first day of the trigger's
    /// messages.
    pub(super) fn holds(self, facts: &PatientFacts, trigger: Trigger, first_due: Date, today: Date) -> bool {
        match self {
            Self::Visited => facts.last_visit().is_some_and(|it| it > trigger.date),
            Self::Booked => facts.is_booked(today),
            Self::Replied => facts.replied_on.is_some_and(|it| it >= trigger.date.min(first_due)),
        }
    }
}
