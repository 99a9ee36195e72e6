//! The upload's row: begun once, saved with its version, failed with a reason.

use anyhow::{Result, bail};
use host::Notice;
use ledger::{ClinicId, Inbox, Started, UploadRow, UploadStatus, Versioned};

use crate::ImportReceipts;

/// The row of the file a notice speaks of, with its attempt counted before anything is read.
///
/// A notice older than one that was seen, or of an upload that is settled, begins nothing.
pub(crate) async fn begin(deps: &ImportReceipts, clinic: &ClinicId, notice: &Notice) -> Result<Started> {
    let name = notice.key.rsplit('/').next().unwrap_or_default().to_owned();
    let row = UploadRow::new(Inbox::Receipts, notice.key.clone(), name, (deps.now)());
    let upload = deps.ledger.accept_upload(clinic, &host::key_hash(&notice.key), row).await?;
    let sequencer = notice.sequencer.as_ref().map(ToString::to_string);
    let seen = upload.row.sequencer.as_ref();
    let is_first = upload.row.status == UploadStatus::Accepted && upload.row.attempts == 0;
    let is_newer = is_first || sequencer.as_ref() > seen;
    // A file that was announced again for want of a notice has its version, but no place in order.
    let is_same_version = notice.version_id.is_some() && notice.version_id == upload.row.version_id;
    if upload.row.status.is_settled() && (!is_newer || is_same_version) || !is_newer && sequencer.as_ref() < seen {
        return Ok(Started::Settled);
    }
    let mut next = upload.row.clone();
    if is_newer {
        next.parts = Vec::new();
        next.reasons = Vec::new();
        next.attempts = 0;
        next.sequencer = sequencer;
        next.version_id.clone_from(&notice.version_id);
    }
    next.attempts += 1;
    if next.parts.is_empty() {
        next.status = UploadStatus::Checking;
    }
    Ok(Started::Go(save(deps, clinic, &upload, next).await?))
}

/// Saves the row as `next`.
///
/// # Errors
///
/// When somebody else wrote it since it was read: the message comes again and finds their row.
pub(crate) async fn save(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    before: &Versioned<UploadRow>,
    next: UploadRow,
) -> Result<Versioned<UploadRow>> {
    match deps.ledger.save_upload(clinic, next, before.version).await? {
        Some(saved) => Ok(saved),
        None => bail!("another import works on the same upload"),
    }
}

/// Ends the upload with the reason why nothing of it is imported.
pub(crate) async fn fail(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    upload: Versioned<UploadRow>,
    reason: &str,
) -> Result<Versioned<UploadRow>> {
    let next =
        UploadRow { status: UploadStatus::Failed, reasons: vec![reason.to_owned()], ..upload.row.clone() };
    save(deps, clinic, &upload, next).await
}
