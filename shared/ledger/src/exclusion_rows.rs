use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId,
    keys::{Key, exclusions},
    store::{Expect, Range, Write},
};

/// A patient whom staff took out of all lists (対象外).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionRow {
    /// The patient.
    pub patient: PatientId,
    /// In staff's words.
    pub note: String,
    /// When it was written.
    pub written_at: Timestamp,
}

impl Ledger {
    /// Every patient whom staff took out.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn exclusions(&self, clinic: &ClinicId) -> Result<Vec<ExclusionRow>> {
        let rows = self.core.query(&Range::all(exclusions(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// Why staff took out one patient, if they did.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn exclusion_of(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Option<ExclusionRow>> {
        Ok(self.core.get(Key::exclusion(clinic, patient)).await?.map(|it| it.row))
    }

    /// Takes a patient out of all lists, and makes a new generation in one transaction. Returns the
    /// generation, or `None`, having changed nothing, when something else was published meanwhile.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn exclude(&self, clinic: &ClinicId, row: &ExclusionRow) -> Result<Option<u64>> {
        self.change(clinic, vec![Write::put(Key::exclusion(clinic, &row.patient), row, Expect::Anything)?]).await
    }

    /// The reverse of [`exclude`](Self::exclude); nobody taken out is no error.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn include(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Option<u64>> {
        self.change(clinic, vec![Write::Delete { key: Key::exclusion(clinic, patient) }]).await
    }
}
