use anyhow::{Result, bail};

use crate::{ClinicId, Ledger, Started, UploadRow, UploadStatus, Versioned};

/// A file that was announced.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The row to make where the key has none.
    pub row: UploadRow,
    /// The hash of the key.
    pub key_hash: String,
    /// Names the bytes meant.
    pub version_id: Option<String>,
    /// Orders the notices of the key, as text that sorts.
    pub sequencer: Option<String>,
}

impl Ledger {
    /// The row of a file that was announced, with its attempt counted before anything is read. A
    /// notice older than one that was seen, or of an upload that is settled, begins nothing; newer
    /// bytes under the same key begin afresh.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or another import works on the same upload.
    pub async fn begin_import(&self, clinic: &ClinicId, arrival: Arrival) -> Result<Started> {
        let Arrival { row, key_hash, version_id, sequencer } = arrival;
        let upload = self.accept_upload(clinic, &key_hash, row).await?;
        let seen = upload.row.sequencer.as_ref();
        let is_first = upload.row.status == UploadStatus::Accepted && upload.row.attempts == 0;
        let is_newer = is_first || sequencer.as_ref() > seen;
        // A file that was announced again for want of a notice has its version, but no place in order.
        let is_same_version = version_id.is_some() && version_id == upload.row.version_id;
        if upload.row.status.is_settled() && (!is_newer || is_same_version) || !is_newer && sequencer.as_ref() < seen {
            return Ok(Started::Settled);
        }
        let mut next = upload.row.clone();
        if is_newer {
            next.parts = Vec::new();
            next.reasons = Vec::new();
            next.roster = None;
            next.attempts = 0;
            next.sequencer = sequencer;
            next.version_id = version_id;
        }
        next.attempts += 1;
        if next.parts.is_empty() {
            next.status = UploadStatus::Checking;
        }
        Ok(Started::Go(self.save_import(clinic, &upload, next).await?))
    }

    /// Saves the row of an import as `next`.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or somebody else wrote the row since it was read: the message
    /// comes again and finds their row.
    pub async fn save_import(
        &self,
        clinic: &ClinicId,
        before: &Versioned<UploadRow>,
        next: UploadRow,
    ) -> Result<Versioned<UploadRow>> {
        match self.save_upload(clinic, next, before.version).await? {
            Some(saved) => Ok(saved),
            None => bail!("another import works on the same upload"),
        }
    }

    /// Ends an import with the reason, in Japanese, why nothing of the file is taken in.
    ///
    /// # Errors
    ///
    /// As [`save_import`](Self::save_import).
    pub async fn fail_import(
        &self,
        clinic: &ClinicId,
        before: &Versioned<UploadRow>,
        reason: &str,
    ) -> Result<Versioned<UploadRow>> {
        let reasons = vec![reason.to_owned()];
        let next = UploadRow { status: UploadStatus::Failed, attempts: 0, reasons, ..before.row.clone() };
        self.save_import(clinic, before, next).await
    }
}
