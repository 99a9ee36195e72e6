use std::collections::BTreeMap;

use anyhow::Result;
use delivery::Joined;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId,
    keys::{Key, memberships},
    store::{Expect, Range, Write},
};

/// Since when a patient is in each group, as refreshes found it: kept, never derived, because no file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipsRow {
    /// The patient.
    pub patient: PatientId,
    /// By the id of the group.
    pub groups: BTreeMap<String, Joined>,
}

impl Ledger {
    /// What is remembered of every patient who is or was in a group.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn memberships(&self, clinic: &ClinicId) -> Result<Vec<MembershipsRow>> {
        let rows = self.core.query(&Range::all(memberships(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// Writes `changed` and removes `gone`, in any order; a refresh that failed half-way is run again.
    ///
    /// # Errors
    ///
    /// When some may not be written; a repeat is harmless.
    pub async fn write_memberships(
        &self,
        clinic: &ClinicId,
        changed: &[MembershipsRow],
        gone: &[PatientId],
    ) -> Result<()> {
        let mut writes = changed
            .iter()
            .map(|it| Write::put(Key::memberships(clinic, &it.patient), it, Expect::Anything))
            .collect::<Result<Vec<_>>>()?;
        writes.extend(gone.iter().map(|it| Write::Delete { key: Key::memberships(clinic, it) }));
        self.core.batch(writes).await
    }
}
