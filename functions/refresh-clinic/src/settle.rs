//! Uploads whose lists are there are done.

use anyhow::{Context as _, Result};
use ledger::{ClinicId, UploadRow, UploadStatus};

use crate::RefreshClinic;

/// How far back uploads are looked at: a year of files, twice over.
const RECENT_UPLOADS: usize = 100;

/// Ends the uploads whose publication was applied. What the refresh changed is told to the newest of
/// them, which stands for all that were applied together.
pub(crate) async fn settle_uploads(deps: &RefreshClinic, clinic: &ClinicId, generation: u64) -> Result<()> {
    // From its row, so that a run broken off between applying and settling tells the same.
    let changes = deps.ledger.changes_of_refresh(clinic, generation).await.context("reading a refresh")?;
    let uploads = deps.ledger.uploads(clinic, None, RECENT_UPLOADS).await.context("reading uploads")?;
    let is_applied =
        |it: &UploadRow| it.status == UploadStatus::Refreshing && it.generation.is_some_and(|it| it <= generation);
    let applied: Vec<_> = uploads.into_iter().filter(|it| is_applied(&it.row)).collect();
    // The newest comes last: where the run is broken off, it is still there to be told.
    for (index, upload) in applied.into_iter().enumerate().rev() {
        let changes = if index == 0 { changes } else { upload.row.changes };
        let row = UploadRow { status: UploadStatus::Done, changes, ..upload.row };
        // Where somebody else wrote it first, their row counts, and the next refresh looks again.
        deps.ledger.save_upload(clinic, row, upload.version).await.context("ending an upload")?;
    }
    Ok(())
}
