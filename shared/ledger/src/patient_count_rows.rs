use anyhow::Result;
use delivery::{MessageId, PatientCap};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{ClinicId, Ledger, PatientId, Versioned, keys::Key};

/// The messages a patient was sent lately: what the patient's cap counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientCountRow {
    /// Who.
    pub patient: PatientId,
    /// Each message once, whatever channels it went by.
    pub counted: Vec<CountedMessage>,
}

/// A message and the day it counts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedMessage {
    /// The day in Tokyo.
    pub on: Date,
    /// Which: the id on its first channel.
    pub message: MessageId,
}

/// Days for which a message is remembered at least, so that a cap that is made wider knows what was sent.
const KEPT_DAYS: i64 = 31;

impl PatientCountRow {
    /// The days of the other messages.
    pub fn others(&self, message: &MessageId) -> Vec<Date> {
        self.counted.iter().filter(|it| it.message != *message).map(|it| it.on).collect()
    }

    /// With `message` counted for `on`, where it counts once, and without what no longer does.
    #[must_use]
    pub fn with(&self, message: &MessageId, on: Date, cap: PatientCap) -> Self {
        let kept = KEPT_DAYS.max(i64::from(cap.days)).days();
        let mut counted: Vec<CountedMessage> = self
            .counted
            .iter()
            .filter(|it| it.message != *message && it.on.saturating_add(kept) > on)
            .cloned()
            .collect();
        counted.push(CountedMessage { on, message: message.clone() });
        Self { patient: self.patient.clone(), counted }
    }
}

impl Ledger {
    /// What a patient was sent lately; nothing, with version 0, where there is no row. It is written with the
    /// [`lease`](Ledger::lease) of a message.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn patient_count(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Versioned<PatientCountRow>> {
        let found = self.core.get(Key::patient_count(clinic, patient)).await?;
        Ok(found.unwrap_or_else(|| Versioned {
            row: PatientCountRow { patient: patient.clone(), counted: Vec::new() },
            version: 0,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_message_counts_once_on_its_newest_day_and_old_ones_are_forgotten() {
        let message = |letter: &str| MessageId::parse(&letter.repeat(32)).unwrap();
        let cap = |days| PatientCap { max: NonZeroU16::MIN, days };
        let row = PatientCountRow { patient: PatientId::parse("p").unwrap(), counted: Vec::new() };
        let row = row.with(&message("a"), date(2026, 11, 1), cap(7)).with(&message("b"), date(2026, 11, 20), cap(7));
        let row = row.with(&message("b"), date(2026, 11, 21), cap(7));
        assert_eq!(row.others(&message("b")), [date(2026, 11, 1)]);
        assert_eq!(row.others(&message("c")), [date(2026, 11, 1), date(2026, 11, 21)]);
        let later = |days| row.with(&message("c"), date(2026, 12, 2), cap(days)).counted.len();
        assert_eq!((later(7), later(32)), (2, 3));
    }
}
