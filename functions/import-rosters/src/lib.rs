//! Takes in roster files (patients, appointments, questionnaires as CSV): a notice from S3 arrives by
//! SQS, good rows are merged into what is known, rejected ones kept as a CSV with their reasons.
//!
//! Merging goes by the number of the upload, so a repeat changes nothing and the order of arrival
//! makes no difference. The rows are saved before the upload's row says so: an import that was
//! broken off is run again from the beginning.

mod merge;

use anyhow::{Context as _, Result, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use clinic::{
    Message,
    roster::{self, RosterFile},
};
use files::{Files, TooLarge};
use host::Notice;
use jiff::Timestamp;
use ledger::{Arrival, ClinicId, Clock, Inbox, Ledger, RosterReport, Started, UploadRow, UploadStatus, Versioned};
use queue::Queue;
use tracing::{info, warn};

/// What the function works with.
pub struct ImportRosters {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// Where refreshes are asked for: FIFO, a group a clinic.
    pub refreshes: Queue,
    /// Where today comes from.
    pub clock: Clock,
    /// What identities are hashed under: whom the clinic erased is known by it.
    pub identity_secret: Vec<u8>,
    /// The time, for rows of files that were dropped without asking.
    pub now: fn() -> Timestamp,
}

/// The largest roster: a row for every patient of a very large clinic.
const ROSTER_MAX_BYTES: u64 = 50 * 1024 * 1024;
/// How often an import may begin before the file is given up.
const MAX_ATTEMPTS: u32 = 3;

/// Takes in the files a batch announces, and reports the messages to deliver again.
pub async fn handle(deps: &ImportRosters, event: SqsEvent) -> SqsBatchResponse {
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

async fn import(deps: &ImportRosters, notice: &Notice) -> Result<()> {
    let Some(clinic) = clinic_of(deps, &notice.key).await? else {
        warn!(file.key_hash = host::key_hash(&notice.key), "a file in no clinic's inbox is left alone");
        return Ok(());
    };
    let Started::Go(upload) = begin(deps, &clinic, notice).await? else {
        return ask_for_refresh(deps, &clinic).await;
    };
    let number = upload.row.number;
    if upload.row.attempts > MAX_ATTEMPTS {
        let reason = "取り込みが3回続けて途中で止まりました。ファイルを分けるか、サポートに連絡してください。";
        deps.ledger.fail_import(&clinic, &upload, reason).await?;
        return Ok(());
    }
    let (bytes, file) = match read(deps, notice).await? {
        Ok(read) => read,
        Err(reason) => {
            deps.ledger.fail_import(&clinic, &upload, &reason).await?;
            return Ok(());
        }
    };
    let merged = merge::merge_all(deps, &clinic, &file.rows, number, &upload.row.file_name).await?;
    let report = RosterReport {
        kind: file.kind(),
        n_new: merged.n_new,
        n_changed: merged.n_changed,
        n_unchanged: merged.n_unchanged,
        n_rejected: file.rejected.len() as u32,
        unknown_columns: file.unknown_columns.clone(),
        rejected_key: keep_rejected(deps, &clinic, number, &bytes, &file).await?,
    };
    info!(
        upload.number = number,
        n_new = report.n_new,
        n_changed = report.n_changed,
        n_rejected = report.n_rejected,
        "upload {number} is merged"
    );
    publish(deps, &clinic, upload, report).await?;
    ask_for_refresh(deps, &clinic).await
}

/// The row of the file a notice speaks of.
async fn begin(deps: &ImportRosters, clinic: &ClinicId, notice: &Notice) -> Result<Started> {
    let file_name = notice.key.rsplit('/').next().unwrap_or_default().to_owned();
    let arrival = Arrival {
        row: UploadRow::new(Inbox::Rosters, notice.key.clone(), file_name, (deps.now)()),
        key_hash: host::key_hash(&notice.key),
        version_id: notice.version_id.clone(),
        sequencer: notice.sequencer.as_ref().map(ToString::to_string),
    };
    deps.ledger.begin_import(clinic, arrival).await
}

/// The clinic whose inbox `key` lies in.
async fn clinic_of(deps: &ImportRosters, key: &str) -> Result<Option<ClinicId>> {
    let id = key.strip_prefix("rosters/").and_then(|it| it.split_once('/')).and_then(|it| ClinicId::parse(it.0));
    let Some(id) = id else { return Ok(None) };
    let is_known = deps.ledger.clinic(&id).await.context("getting a clinic")?.is_some();
    Ok(is_known.then_some(id))
}

/// The file's bytes and rows. The inner `Err` says why it cannot be taken in, for people.
async fn read(deps: &ImportRosters, notice: &Notice) -> Result<Result<(Vec<u8>, RosterFile), String>> {
    let got = match &notice.version_id {
        Some(version) => deps.files.get_version(&notice.key, version, ROSTER_MAX_BYTES).await,
        None => deps.files.get(&notice.key, ROSTER_MAX_BYTES).await,
    };
    let bytes = match got {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(Err("ファイルが保管場所にありません。もう一度送ってください。".to_owned())),
        Err(err) if err.downcast_ref::<TooLarge>().is_some() => {
            return Ok(Err("ファイルが50MBを超えています。分けて送ってください。".to_owned()));
        }
        Err(err) => return Err(err).context("getting a roster"),
    };
    Ok(match roster::read(&bytes) {
        Ok(file) => Ok((bytes, file)),
        Err(err) => Err(err.to_string()),
    })
}

/// Keeps the rejected rows with their reasons, and returns where.
async fn keep_rejected(
    deps: &ImportRosters,
    clinic: &ClinicId,
    number: u64,
    bytes: &[u8],
    file: &RosterFile,
) -> Result<Option<String>> {
    if file.rejected.is_empty() {
        return Ok(None);
    }
    let csv = roster::rejected_csv(bytes, file).map_err(|_| anyhow::anyhow!("rejected rows cannot be written"))?;
    let key = format!("roster-results/{clinic}/{number:012}.csv");
    deps.files.put(&key, csv, "text/csv").await.context("keeping rejected rows")?;
    Ok(Some(key))
}

/// Ends the upload; where something changed, with a new generation, so that the lists follow.
async fn publish(
    deps: &ImportRosters,
    clinic: &ClinicId,
    upload: Versioned<UploadRow>,
    report: RosterReport,
) -> Result<()> {
    let is_changed = report.n_new + report.n_changed > 0;
    let status = if is_changed { UploadStatus::Refreshing } else { UploadStatus::Done };
    let row = UploadRow { status, attempts: 0, roster: Some(report), ..upload.row.clone() };
    if !is_changed {
        deps.ledger.save_import(clinic, &upload, row).await?;
        return Ok(());
    }
    for _ in 0..20 {
        if deps.ledger.publish_roster(clinic, row.clone(), upload.version).await?.is_some() {
            return Ok(());
        }
    }
    bail!("the clinic changed again and again while a roster was published")
}

/// Asks for the clinic's lists: a refresh that finds nothing newer does nothing.
async fn ask_for_refresh(deps: &ImportRosters, clinic: &ClinicId) -> Result<()> {
    let generation = deps.ledger.generation(clinic).await?.row.number;
    let as_of = deps.ledger.today(deps.clock).await?;
    let message = Message::RefreshV1 { clinic: clinic.to_string(), generation: Some(generation), as_of };
    let sent = deps.refreshes.send_fifo(&message, message.group(), &message.deduplication_id()).await;
    sent.context("asking for a refresh")
}
