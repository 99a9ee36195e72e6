use anyhow::{Context, Result, ensure};
use clinic::Slot;

use crate::{
    ClinicId, Generation, Ledger, Publish, SlotRow, UploadNumber, UploadRow, Versioned,
    keys::{Key, upload_sk, uploads},
    store::{Expect, Range, Write},
};

impl Ledger {
    /// Gives the file at `row.key` a row; the one it has when the key is known. The row keeps its
    /// number where one was taken by [`next_upload_number`](Self::next_upload_number); with 0 it gets
    /// the next.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat gives the same row. When the number was given to
    /// another file.
    pub async fn accept_upload(
        &self,
        clinic: &ClinicId,
        key_hash: &str,
        row: UploadRow,
    ) -> Result<Versioned<UploadRow>> {
        let mut is_taken = false;
        loop {
            if let Some(known) = self.core.get::<UploadNumber>(Key::inbox(clinic, key_hash)).await? {
                return self.upload(clinic, known.row).await?.context("an inbox row without its upload");
            }
            ensure!(!is_taken, "an upload's number was given to another file");
            let number = match row.number {
                0 => self.next_upload_number(clinic).await?,
                number => number,
            };
            let numbered = UploadRow { number, ..row.clone() };
            let is_made = self
                .core
                .transact(vec![
                    Write::put(Key::inbox(clinic, key_hash), &number, Expect::Absent)?,
                    Write::put(Key::upload(clinic, number), &numbered, Expect::Absent)?,
                ])
                .await?;
            if is_made {
                return Ok(Versioned { row: numbered, version: 1 });
            }
            is_taken = row.number != 0;
        }
    }

    /// The upload of the file at a key with `key_hash`, if it has a row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn upload_of_key(&self, clinic: &ClinicId, key_hash: &str) -> Result<Option<Versioned<UploadRow>>> {
        match self.core.get::<UploadNumber>(Key::inbox(clinic, key_hash)).await? {
            Some(number) => self.upload(clinic, number.row).await,
            None => Ok(None),
        }
    }

    /// The next number of an upload whose key is chosen from it.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat skips a number.
    pub async fn next_upload_number(&self, clinic: &ClinicId) -> Result<UploadNumber> {
        self.core.next_number(Key::upload_counter(clinic)).await
    }

    /// The upload `number`, if there is one.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn upload(&self, clinic: &ClinicId, number: UploadNumber) -> Result<Option<Versioned<UploadRow>>> {
        self.core.get(Key::upload(clinic, number)).await
    }

    /// Up to `limit` uploads numbered below `before`, the newest first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn uploads(
        &self,
        clinic: &ClinicId,
        before: Option<UploadNumber>,
        limit: usize,
    ) -> Result<Vec<Versioned<UploadRow>>> {
        let mut range = Range::all(uploads(clinic));
        if let Some(before) = before {
            range.to = upload_sk(before.saturating_sub(1));
        }
        let rows = self.core.query(&range, limit, true).await?;
        Ok(rows.into_iter().map(|(_, it)| it).collect())
    }

    /// Saves an upload. Returns it with its new version, or `None`, having changed nothing, when
    /// somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_upload(
        &self,
        clinic: &ClinicId,
        row: UploadRow,
        version: u64,
    ) -> Result<Option<Versioned<UploadRow>>> {
        let is_saved = self.core.put(Key::upload(clinic, row.number), &row, Expect::Version(version)).await?;
        Ok(is_saved.then_some(Versioned { row, version: version + 1 }))
    }

    /// Publishes in one transaction: slot, upload row and the clinic's generation. `None`, having
    /// changed nothing, when any of them was written since it was read.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn publish(&self, clinic: &ClinicId, publish: Publish<'_>) -> Result<Option<Versioned<UploadRow>>> {
        let Publish { slot_before, slot, upload_before, upload, generation_before } = publish;
        self.publish_slots(clinic, &[(slot_before, slot)], upload_before, upload, generation_before).await
    }

    /// As [`publish`](Self::publish), of up to [`MAX_SLOTS`](Self::MAX_SLOTS) slots, each as it was
    /// read and as it becomes.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn publish_slots(
        &self,
        clinic: &ClinicId,
        slots: &[(&Versioned<SlotRow>, Slot)],
        upload_before: &Versioned<UploadRow>,
        upload: UploadRow,
        generation_before: &Versioned<Generation>,
    ) -> Result<Option<Versioned<UploadRow>>> {
        ensure!(slots.len() <= Self::MAX_SLOTS, "more slots than a transaction takes");
        let (generation, number) = Self::next_generation(clinic, generation_before, &[])?;
        let upload = UploadRow { generation: Some(number), ..upload };
        let version = upload_before.version;
        let mut writes = Vec::with_capacity(slots.len() + 2);
        for (before, slot) in slots {
            let row = SlotRow { key: before.row.key, slot: slot.clone() };
            let expect = if before.version == 0 { Expect::Absent } else { Expect::Version(before.version) };
            writes.push(Write::put(Key::slot(clinic, &row.key.to_string()), &row, expect)?);
        }
        writes.push(Write::put(Key::upload(clinic, upload.number), &upload, Expect::Version(version))?);
        writes.push(generation);
        let is_published = self.core.transact(writes).await?;
        Ok(is_published.then_some(Versioned { row: upload, version: version + 1 }))
    }

    /// How many slots one transaction publishes.
    pub const MAX_SLOTS: usize = 90;
}
