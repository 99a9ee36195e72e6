//! Takes in claim files: a notice from S3 arrives by SQS, the file is checked, kept as month objects,
//! and published to the slots they belong to. Then the clinic's lists are asked for again.
//!
//! Delivery is at least once and in any order. The upload's row carries what is done: a repeat goes
//! on where the last one ended, publishing is one transaction, and the number of the upload says
//! what is newer.

mod check;
mod publish;

use anyhow::{Context as _, Result};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use clinic::{Message, RECEIPT_FILE_MAX_BYTES};
use files::{Files, TooLarge};
use host::Notice;
use jiff::Timestamp;
use ledger::{Arrival, ClinicId, ClinicRow, Clock, Inbox, Ledger, Started, UploadRow, UploadStatus, Versioned};
use queue::Queue;
use tracing::{info, warn};

/// What the function works with.
pub struct ImportReceipts {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// Where refreshes are asked for: FIFO, a group a clinic.
    pub refreshes: Queue,
    /// Where today comes from.
    pub clock: Clock,
    /// The time, for rows of files that were dropped without asking.
    pub now: fn() -> Timestamp,
}

/// How often an import may begin before the file is given up: what kills the process three times
/// will kill it again.
const MAX_ATTEMPTS: u32 = 3;

/// Takes in the files a batch announces, and reports the messages to deliver again.
pub async fn handle(deps: &ImportReceipts, event: SqsEvent) -> SqsBatchResponse {
    host::each_message(event, async |body| {
        for notice in host::notices(body)? {
            if !notice.deleted {
                import(deps, &notice).await.with_context(|| format!("importing {}", host::key_hash(&notice.key)))?;
            }
        }
        Ok(())
    })
    .await
}

async fn import(deps: &ImportReceipts, notice: &Notice) -> Result<()> {
    let Some((clinic, row)) = clinic_of(deps, &notice.key).await? else {
        // No tenant's inbox: nobody to tell, and a retry would find none either.
        warn!(file.key_hash = host::key_hash(&notice.key), "a file in no clinic's inbox is left alone");
        return Ok(());
    };
    let upload = match begin(deps, &clinic, notice).await? {
        Started::Settled => return ask_for_refresh(deps, &clinic).await,
        Started::Go(upload) => upload,
    };
    let number = upload.row.number;
    let upload = if upload.row.attempts > MAX_ATTEMPTS {
        let reason = "取り込みが3回続けて途中で止まりました。ファイルを分けるか、サポートに連絡してください。";
        deps.ledger.fail_import(&clinic, &upload, reason).await?
    } else if upload.row.parts.is_empty() {
        match read(deps, &clinic, &row, notice, upload).await? {
            Ok(upload) => publish::publish_all(deps, &clinic, upload).await?,
            Err(failed) => failed,
        }
    } else {
        publish::publish_all(deps, &clinic, upload).await?
    };
    info!(upload.number = number, n_parts = upload.row.parts.len(), "upload {number} is {:?}", upload.row.status);
    ask_for_refresh(deps, &clinic).await
}

/// The row of the file a notice speaks of.
async fn begin(deps: &ImportReceipts, clinic: &ClinicId, notice: &Notice) -> Result<Started> {
    let file_name = notice.key.rsplit('/').next().unwrap_or_default().to_owned();
    let arrival = Arrival {
        row: UploadRow::new(Inbox::Receipts, notice.key.clone(), file_name, (deps.now)()),
        key_hash: host::key_hash(&notice.key),
        version_id: notice.version_id.clone(),
        sequencer: notice.sequencer.as_ref().map(ToString::to_string),
    };
    deps.ledger.begin_import(clinic, arrival).await
}

/// The clinic whose inbox `key` lies in.
async fn clinic_of(deps: &ImportReceipts, key: &str) -> Result<Option<(ClinicId, ClinicRow)>> {
    let id = key.strip_prefix("receipts/").and_then(|it| it.split_once('/')).and_then(|it| ClinicId::parse(it.0));
    let Some(id) = id else { return Ok(None) };
    let row = deps.ledger.clinic(&id).await.context("getting a clinic")?;
    Ok(row.map(|row| (id, row)))
}

/// Reads and checks the file and keeps what it holds. `Err` is the upload that failed as a whole.
async fn read(
    deps: &ImportReceipts,
    clinic: &ClinicId,
    row: &ClinicRow,
    notice: &Notice,
    upload: Versioned<UploadRow>,
) -> Result<Result<Versioned<UploadRow>, Versioned<UploadRow>>> {
    let got = match &notice.version_id {
        Some(version) => deps.files.get_version(&notice.key, version, RECEIPT_FILE_MAX_BYTES).await,
        None => deps.files.get(&notice.key, RECEIPT_FILE_MAX_BYTES).await,
    };
    let bytes = match got {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let reason = "ファイルが保管場所にありません。もう一度送ってください。";
            return Ok(Err(deps.ledger.fail_import(clinic, &upload, reason).await?));
        }
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => {
            let reason = "ファイルが100MBを超えています。月ごと、社保・国保ごとに分けて送ってください。";
            return Ok(Err(deps.ledger.fail_import(clinic, &upload, reason).await?));
        }
        Err(err) => return Err(err).context("getting a claim file"),
    };
    let today = deps.ledger.today(deps.clock).await?;
    let stated = upload.row.stated_kind;
    let file_name = upload.row.file_name.clone();
    match check::parts(deps, clinic, row, bytes, &file_name, stated, upload.row.number, today).await? {
        Ok(parts) => {
            let next = UploadRow { parts, status: UploadStatus::Importing, ..upload.row.clone() };
            Ok(Ok(deps.ledger.save_import(clinic, &upload, next).await?))
        }
        Err(refusal) => Ok(Err(deps.ledger.fail_import(clinic, &upload, refusal.code.advice()).await?)),
    }
}

/// Asks for the clinic's lists, also when nothing was new: a refresh that finds nothing newer does
/// nothing.
async fn ask_for_refresh(deps: &ImportReceipts, clinic: &ClinicId) -> Result<()> {
    let generation = deps.ledger.generation(clinic).await?.row.number;
    let as_of = deps.ledger.today(deps.clock).await?;
    let message = Message::RefreshV1 { clinic: clinic.to_string(), generation: Some(generation), as_of };
    deps.refreshes
        .send_fifo(&message, message.group(), &message.deduplication_id())
        .await
        .context("asking for a refresh")
}
