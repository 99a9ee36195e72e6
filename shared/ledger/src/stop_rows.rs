use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger,
    keys::{Key, stops},
    store::{Expect, Range, Write},
};

/// That a step delivery or a send to a list was stopped (送信中止): read again before each call, so that it holds
/// for messages that are already under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopRow {
    /// The id of the step delivery or of the send.
    pub delivery: String,
    /// Who stopped it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Ledger {
    /// Stops a delivery.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn stop_delivery(&self, clinic: &ClinicId, row: &StopRow) -> Result<()> {
        self.core.put(Key::stop(clinic, &row.delivery), row, Expect::Anything).await.map(|_| ())
    }

    /// Lets a delivery go on. What was cancelled meanwhile stays so.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn resume_delivery(&self, clinic: &ClinicId, delivery: &str) -> Result<()> {
        self.core.transact(vec![Write::Delete { key: Key::stop(clinic, delivery) }]).await.map(|_| ())
    }

    /// That a delivery was stopped, if it was.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn stop_of(&self, clinic: &ClinicId, delivery: &str) -> Result<Option<StopRow>> {
        Ok(self.core.get(Key::stop(clinic, delivery)).await?.map(|it| it.row))
    }

    /// Every delivery of a clinic that was stopped.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn stops(&self, clinic: &ClinicId) -> Result<Vec<StopRow>> {
        let rows = self.core.query(&Range::all(stops(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }
}
