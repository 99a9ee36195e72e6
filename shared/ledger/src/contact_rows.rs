use anyhow::Result;
use clinic::roster::Contacts;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, Versioned,
    keys::{Key, contacts},
    store::{Expect, Range, Write},
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

    /// How every patient of a clinic can be reached, with the versions of the rows.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn versioned_contacts(&self, clinic: &ClinicId) -> Result<Vec<Versioned<ContactsRow>>> {
        let rows = self.core.query(&Range::all(contacts(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it).collect())
    }

    /// Saves many, each with the version that was read (0 for a new one). Returns `false` when
    /// somebody wrote one of them meanwhile: some may be saved then, and the caller reads again.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_all_contacts(&self, clinic: &ClinicId, rows: &[Versioned<ContactsRow>]) -> Result<bool> {
        let write = |it: &Versioned<ContactsRow>| {
            Write::put(Key::contacts(clinic, &it.row.chart_number), &it.row, Expect::of_version(it.version))
        };
        self.core.transact_all(rows.iter().map(write).collect::<Result<Vec<_>>>()?).await
    }
}
