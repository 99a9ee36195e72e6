use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use clinic::{Slot, SlotKey};
use ledger::{ClinicId, Generation, Ledger, SlotRow, UploadRow, Versioned};

/// The slots of an upload as they were read and as they become.
pub(super) struct SlotDrafts {
    generation: Versioned<Generation>,
    drafts: BTreeMap<SlotKey, (Versioned<SlotRow>, Slot)>,
}

impl SlotDrafts {
    /// Up to as many of the slots `keys` as one transaction takes.
    pub(super) async fn read(
        ledger: &Ledger,
        clinic: &ClinicId,
        keys: impl IntoIterator<Item = SlotKey>,
    ) -> Result<Self> {
        let generation = ledger.generation(clinic).await.context("reading the generation")?;
        let mut drafts = BTreeMap::new();
        for key in keys {
            if drafts.len() < Ledger::MAX_SLOTS && !drafts.contains_key(&key) {
                let read = ledger.slot(clinic, key).await.context("reading a slot")?;
                let slot = read.row.slot.clone();
                drafts.insert(key, (read, slot));
            }
        }
        Ok(Self { generation, drafts })
    }

    /// The slot at `key` as it becomes; `None` when it waits for the next transaction.
    pub(super) fn slot(&mut self, key: SlotKey) -> Option<&mut Slot> {
        self.drafts.get_mut(&key).map(|it| &mut it.1)
    }

    /// Publishes the slots that changed, with the upload as it becomes; without any, only the upload
    /// is saved. `None`, having changed nothing, when something was written since it was read.
    pub(super) async fn publish(
        &self,
        ledger: &Ledger,
        clinic: &ClinicId,
        before: &Versioned<UploadRow>,
        upload: UploadRow,
    ) -> Result<Option<Versioned<UploadRow>>> {
        let changed: Vec<(&Versioned<SlotRow>, Slot)> = self
            .drafts
            .values()
            .filter(|(read, slot)| read.row.slot != *slot)
            .map(|(read, slot)| (read, slot.clone()))
            .collect();
        if changed.is_empty() {
            return ledger.save_upload(clinic, upload, before.version).await.context("saving an upload");
        }
        ledger.publish_slots(clinic, &changed, before, upload, &self.generation).await.context("publishing")
    }
}
