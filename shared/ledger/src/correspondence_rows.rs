use anyhow::Result;
use delivery::{Made, PlanReason};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, correspondences},
    store::{Expect, Range},
};

/// Days after which a message that was made says nothing to planning any more: longer than anything is held,
/// caught up or corrected.
const KEPT_DAYS: i64 = 400;

/// What the clinic made for a patient already, and when the patient answered: what planning asks, kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrespondenceRow {
    /// The patient.
    pub patient: PatientId,
    /// The messages of step deliveries that have their outbox rows, the oldest first.
    pub made: Vec<Made>,
    /// The day each message goes out, of deliveries and of sends to lists; a day for each.
    pub sent_on: Vec<Date>,
    /// The day of the newest reply.
    pub replied_on: Option<Date>,
}

impl CorrespondenceRow {
    /// Of a patient to whom nothing was sent.
    pub fn new(patient: PatientId) -> Self {
        Self { patient, made: Vec::new(), sent_on: Vec::new(), replied_on: None }
    }

    /// Takes in a message that goes out on `sent_on`; `made` says for what, where it is of a step delivery. What
    /// is old goes, but the newest of each delivery stays: of one that comes once and never again it is the
    /// proof.
    pub fn add(&mut self, made: Option<Made>, sent_on: Date) {
        let oldest = sent_on.saturating_sub(KEPT_DAYS.days());
        self.made.extend(made);
        let newest_of = |index: usize| {
            let delivery = &self.made[index].delivery;
            !self.made[index + 1..].iter().any(|it| it.delivery == *delivery)
        };
        let is_kept: Vec<bool> = (0..self.made.len()).map(|it| self.made[it].on >= oldest || newest_of(it)).collect();
        let mut kept = is_kept.into_iter();
        self.made.retain(|_| kept.next().unwrap_or(true));
        self.sent_on.push(sent_on);
        self.sent_on.retain(|it| *it >= oldest);
    }

    /// Takes in that `made`, which was to go out on `sent_on`, was stopped before.
    pub fn withdraw(&mut self, made: &Made, reason: PlanReason, sent_on: Date) {
        if let Some(found) = self.made.iter_mut().find(|it| *it == made) {
            found.withdrawn = Some(reason);
            let day = self.sent_on.iter().position(|it| *it == sent_on);
            day.map(|it| self.sent_on.remove(it));
        }
    }
}

impl Ledger {
    /// What was made for every patient of a clinic to whom anything was.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn correspondences(&self, clinic: &ClinicId) -> Result<Vec<Versioned<CorrespondenceRow>>> {
        let rows = self.core.query(&Range::all(correspondences(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it).collect())
    }

    /// What was made for one patient; nothing, with version 0, where there is no row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn correspondence(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Versioned<CorrespondenceRow>> {
        let found = self.core.get(Key::correspondence(clinic, patient)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: CorrespondenceRow::new(patient.clone()), version: 0 }))
    }

    /// Saves what was made for a patient. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_correspondence(&self, clinic: &ClinicId, row: &CorrespondenceRow, version: u64) -> Result<bool> {
        self.core.put(Key::correspondence(clinic, &row.patient), row, Expect::of_version(version)).await
    }

    /// Notes that a patient answered on `day`, for exits: an older answer changes nothing. A note that meets
    /// others five times is not taken.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or the note was not taken; a repeat is harmless.
    pub async fn note_reply(&self, clinic: &ClinicId, patient: &PatientId, day: Date) -> Result<()> {
        for _ in 0..5 {
            let Versioned { mut row, version } = self.correspondence(clinic, patient).await?;
            if row.replied_on >= Some(day) {
                return Ok(());
            }
            row.replied_on = Some(day);
            if self.core.put(Key::correspondence(clinic, patient), &row, Expect::of_version(version)).await? {
                return Ok(());
            }
        }
        anyhow::bail!("a note of a reply met others five times")
    }
}

#[cfg(test)]
mod tests {
    use delivery::Trigger;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_old_goes_but_for_the_newest_of_each_delivery() {
        let mut row = CorrespondenceRow::new(PatientId::parse("p").unwrap());
        let made = |delivery: &str, on: Date| Made {
            delivery: delivery.to_owned(),
            trigger: Trigger { date: on, basis: on },
            repetition: 0,
            on,
            withdrawn: None,
        };
        for (delivery, on) in [
            ("ever", date(2020, 1, 1)),
            ("monthly", date(2020, 1, 2)),
            ("monthly", date(2020, 2, 2)),
            ("monthly", date(2026, 11, 2)),
        ] {
            row.add(Some(made(delivery, on)), on);
        }
        row.add(None, date(2026, 11, 23));
        let kept: Vec<String> = row.made.iter().map(|it| format!("{} {}", it.delivery, it.on)).collect();
        assert_eq!(kept, ["ever 2020-01-01", "monthly 2026-11-02"]);
        assert_eq!(row.sent_on, [date(2026, 11, 2), date(2026, 11, 23)]);
    }
}
