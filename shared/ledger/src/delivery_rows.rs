use anyhow::Result;
use delivery::{DeliveryError, DeliverySettings, RunningDelivery, StepDelivery};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, Versioned,
    keys::{Key, deliveries},
    store::{Expect, Range},
};

/// A step delivery of a clinic, as staff wrote it and as far as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// What staff wrote; its id names the row.
    pub settings: DeliverySettings,
    /// Counts the edits of what staff wrote, from 1: an approval is of one.
    pub revision: u32,
    /// Id of the user who wrote this revision.
    pub author: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// Counts the clinic's deliveries as they were made: where the cap of a patient leaves room for one, the
    /// lower wins.
    pub position: u32,
    /// The day it was first started; it stays, so that a delivery that is stopped and started again knows whom
    /// it has met.
    pub started_on: Option<Date>,
    /// Stopped for good or for a while.
    pub is_stopped: bool,
}

impl DeliveryRow {
    /// The delivery as planning takes it; `None` while it was never started.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`] where a version of the program with other rules checked it.
    pub fn running(&self) -> Result<Option<RunningDelivery>, DeliveryError> {
        let Some(started_on) = self.started_on else { return Ok(None) };
        let delivery = StepDelivery::new(&self.settings)?;
        Ok(Some(RunningDelivery {
            start: delivery.start.map_or(started_on, |it| it.max(started_on)),
            delivery,
            revision: self.revision,
            author: self.author.clone(),
            is_stopped: self.is_stopped,
        }))
    }
}

impl Ledger {
    /// Every step delivery of a clinic, in the order they were made.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn deliveries(&self, clinic: &ClinicId) -> Result<Vec<Versioned<DeliveryRow>>> {
        let rows = self.core.query(&Range::all(deliveries(clinic)), usize::MAX, false).await?;
        let mut rows: Vec<Versioned<DeliveryRow>> = rows.into_iter().map(|(_, it)| it).collect();
        rows.sort_by(|one, other| {
            let place = |it: &Versioned<DeliveryRow>| (it.row.position, it.row.settings.id.clone());
            place(one).cmp(&place(other))
        });
        Ok(rows)
    }

    /// One step delivery.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn delivery(&self, clinic: &ClinicId, id: &str) -> Result<Option<Versioned<DeliveryRow>>> {
        self.core.get(Key::delivery(clinic, id)).await
    }

    /// Saves a step delivery; with version 0 one that is new. Returns `false`, and changes nothing, when
    /// somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_delivery(&self, clinic: &ClinicId, row: &DeliveryRow, version: u64) -> Result<bool> {
        self.core.put(Key::delivery(clinic, &row.settings.id), row, Expect::of_version(version)).await
    }
}
