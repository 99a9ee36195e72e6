use anyhow::Result;
use clinic::{Slot, SlotKey};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, Versioned,
    keys::{Key, slots},
    store::Range,
};

/// A slot with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotRow {
    /// 請求年月, payer and kind.
    pub key: SlotKey,
    /// The parts that are current.
    pub slot: Slot,
}

impl Ledger {
    /// The slot at `key`; empty, with version 0, where nothing was published.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn slot(&self, clinic: &ClinicId, key: SlotKey) -> Result<Versioned<SlotRow>> {
        let found = self.core.get(Key::slot(clinic, &key.to_string())).await?;
        Ok(found.unwrap_or(Versioned { row: SlotRow { key, slot: Slot::default() }, version: 0 }))
    }

    /// Every slot of the clinic, by 請求年月.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn slots(&self, clinic: &ClinicId) -> Result<Vec<SlotRow>> {
        let rows = self.core.query(&Range::all(slots(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }
}
