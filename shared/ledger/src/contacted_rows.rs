use anyhow::Result;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, contacted},
    store::{Expect, Range, Write},
};

/// What staff noted about reaching a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactedKind {
    /// 連絡済み.
    Contacted,
    /// 連絡不要.
    NotNeeded,
}

/// A note of staff on a patient's place in the lists. It changes no list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactedRow {
    /// The patient.
    pub patient: PatientId,
    /// 連絡済み or 連絡不要.
    pub kind: ContactedKind,
    /// In staff's words.
    pub note: String,
    /// The last day the note holds; for ever without one.
    pub until: Option<Date>,
    /// When it was written.
    pub written_at: Timestamp,
}

impl ContactedRow {
    /// Whether the note still holds on `day`.
    pub fn holds_on(&self, day: Date) -> bool {
        self.until.is_none_or(|it| day <= it)
    }
}

impl Ledger {
    /// Every note of a clinic on reaching a patient.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn contacted(&self, clinic: &ClinicId) -> Result<Vec<ContactedRow>> {
        let rows = self.core.query(&Range::all(contacted(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// The note on one patient, if there is one.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn contacted_of(
        &self,
        clinic: &ClinicId,
        patient: &PatientId,
    ) -> Result<Option<Versioned<ContactedRow>>> {
        self.core.get(Key::contacted(clinic, patient)).await
    }

    /// Notes that a patient was or need not be contacted. `version` is the one that was read, 0
    /// where there was no note. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn set_contacted(&self, clinic: &ClinicId, row: &ContactedRow, version: u64) -> Result<bool> {
        let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
        self.core.put(Key::contacted(clinic, &row.patient), row, expect).await
    }

    /// Takes the note on a patient away; none is no error.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn remove_contacted(&self, clinic: &ClinicId, patient: &PatientId) -> Result<()> {
        self.core.transact(vec![Write::Delete { key: Key::contacted(clinic, patient) }]).await.map(|_| ())
    }
}
