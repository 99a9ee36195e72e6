use std::collections::BTreeMap;

use anyhow::Result;
use delivery::{Channel, Consent};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId, Versioned,
    keys::{Key, reaches},
    store::{Expect, Range},
};

/// What a patient said about being written to, and which LINE is the patient's: kept, never derived.
///
/// What is known of an address whoever has it is in [`crate::AddressRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachRow {
    /// The patient.
    pub patient: PatientId,
    /// The user id that LINE's account link gave; `None` where no LINE is tied to the patient.
    pub line_user: Option<String>,
    /// The newest consent to each channel, with its proof. That of a roster is in its contacts.
    pub consents: BTreeMap<Channel, Consent>,
    /// The day of the last 配信停止 for all channels.
    pub opted_out_on: Option<Date>,
    /// The day of the last 配信停止 for one.
    pub channels_opted_out_on: BTreeMap<Channel, Date>,
    /// A message of ours was reported as unwanted; until staff take it back.
    pub has_complained: bool,
    /// Entered by staff, where the files do not say it.
    pub is_dead: bool,
    /// 次回受診予定日 as staff typed it; it counts before that of a roster.
    #[serde(default)]
    pub next_visit: Option<Date>,
}

impl ReachRow {
    /// Of a patient who said nothing so far.
    pub fn new(patient: PatientId) -> Self {
        Self {
            patient,
            line_user: None,
            consents: BTreeMap::new(),
            opted_out_on: None,
            channels_opted_out_on: BTreeMap::new(),
            has_complained: false,
            is_dead: false,
            next_visit: None,
        }
    }
}

impl Ledger {
    /// What every patient of a clinic said; patients without a row said nothing.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reaches(&self, clinic: &ClinicId) -> Result<Vec<ReachRow>> {
        let rows = self.core.query(&Range::all(reaches(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// What one patient said; nothing, with version 0, where there is no row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reach_of(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Versioned<ReachRow>> {
        let found = self.core.get(Key::reach(clinic, patient)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: ReachRow::new(patient.clone()), version: 0 }))
    }

    /// Saves what a patient said. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_reach(&self, clinic: &ClinicId, row: &ReachRow, version: u64) -> Result<bool> {
        self.core.put(Key::reach(clinic, &row.patient), row, Expect::of_version(version)).await
    }
}
