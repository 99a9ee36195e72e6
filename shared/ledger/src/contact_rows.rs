use anyhow::Result;
use clinic::roster::Contacts;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, Versioned,
    keys::{Key, contacts},
    store::{Expect, Range},
};

/// How a patient can be reached: kept, never derived from claim files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactsRow {
    /// Normalised.
    pub chart_number: String,
    /// Each field with who wrote it last and when.
    pub contacts: Contacts,
}

impl Ledger {
    /// How every patient of a clinic can be reached.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn contacts(&self, clinic: &ClinicId) -> Result<Vec<ContactsRow>> {
        let rows = self.core.query(&Range::all(contacts(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// How the patient with `chart_number`, normalised, can be reached; nothing, with version 0,
    /// before anything was known.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn contacts_of(&self, clinic: &ClinicId, chart_number: &str) -> Result<Versioned<ContactsRow>> {
        let found = self.core.get(Key::contacts(clinic, chart_number)).await?;
        Ok(found.unwrap_or_else(|| Versioned {
            row: ContactsRow { chart_number: chart_number.to_owned(), contacts: Contacts::default() },
            version: 0,
        }))
    }

    /// Saves how a patient can be reached. Returns `false`, and changes nothing, when somebody else
    /// was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_contacts(&self, clinic: &ClinicId, row: &ContactsRow, version: u64) -> Result<bool> {
        let expect = if version == 0 { Expect::Absent } else { Expect::Version(version) };
        self.core.put(Key::contacts(clinic, &row.chart_number), row, expect).await
    }
}
