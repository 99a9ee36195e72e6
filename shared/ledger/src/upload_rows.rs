use anyhow::{Context, Result, ensure};
use clinic::{PartRef, Replacement, Slot, SlotKey, SlotKind};
use japan::Month;
use jiff::Timestamp;
use receipt::{Kind, Payer};
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Generation, IssueRow, Ledger, SlotRow, Versioned,
    keys::{Key, upload_sk, uploads},
    store::{Expect, Range, Write},
};

/// Counts the uploads of a clinic from 1: what is newer. Taken once, when the row is made.
pub type UploadNumber = u64;

/// Which inbox a file arrives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inbox {
    /// `receipts/`: claim files.
    Receipts,
    /// `rosters/`: patient, appointment and questionnaire CSV.
    Rosters,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadStatus {
    /// 受付: a place was given; the file may not have arrived yet.
    Accepted,
    /// 検査.
    Checking,
    /// 取込.
    Importing,
    /// 集計: published, the lists follow.
    Refreshing,
    /// 完了.
    Done,
    /// 確認待ち: somebody must decide.
    Waiting,
    /// 失敗, with reasons.
    Failed,
    /// 取消: somebody decided against it, or took it back.
    Cancelled,
}

impl UploadStatus {
    /// What people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "受付",
            Self::Checking => "検査",
            Self::Importing => "取込",
            Self::Refreshing => "集計",
            Self::Done => "完了",
            Self::Waiting => "確認待ち",
            Self::Failed => "失敗",
            Self::Cancelled => "取消",
        }
    }

    /// Whether the import has nothing left to do with it.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Accepted | Self::Checking | Self::Importing)
    }
}

/// One upload, from the place that was given to the lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadRow {
    /// Its number.
    pub number: UploadNumber,
    /// Which inbox.
    pub inbox: Inbox,
    /// Where the file arrives. Keys that people chose may hold names; never logged.
    pub key: String,
    /// What people call the file.
    pub file_name: String,
    /// 点検用 or 提出用, where the uploader said so.
    pub stated_kind: Option<SlotKind>,
    /// How far it is.
    pub status: UploadStatus,
    /// When the row was made.
    pub created_at: Timestamp,
    /// The version of the object that is read.
    pub version_id: Option<String>,
    /// Orders the events of the key; the highest seen counts.
    pub sequencer: Option<String>,
    /// How often an import began that did not end yet.
    pub attempts: u32,
    /// What the file holds, in its order.
    pub parts: Vec<UploadPart>,
    /// Why it failed, for people.
    pub reasons: Vec<String>,
    /// The generation that its last publication made.
    pub generation: Option<u64>,
    /// What the refresh after it changed.
    pub changes: Option<Changes>,
    /// What became of a roster's rows.
    #[serde(default)]
    pub roster: Option<RosterReport>,
}

/// What became of the rows of a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterReport {
    /// What the file is about.
    pub kind: clinic::roster::RosterKind,
    /// Rows of chart numbers that were not known.
    pub n_new: u32,
    /// Rows that changed something known.
    pub n_changed: u32,
    /// Rows that changed nothing.
    pub n_unchanged: u32,
    /// Rows that were left out, with a reason each.
    pub n_rejected: u32,
    /// Columns that were not used, by their headers.
    pub unknown_columns: Vec<String>,
    /// Where the rejected rows are kept as CSV with their reasons.
    pub rejected_key: Option<String>,
}

impl UploadRow {
    /// The row of a file that arrives at `key`.
    pub fn new(inbox: Inbox, key: String, file_name: String, created_at: Timestamp) -> Self {
        Self {
            number: 0,
            inbox,
            key,
            file_name,
            stated_kind: None,
            status: UploadStatus::Accepted,
            created_at,
            version_id: None,
            sequencer: None,
            attempts: 0,
            parts: Vec::new(),
            reasons: Vec::new(),
            generation: None,
            changes: None,
            roster: None,
        }
    }

    /// Where the row stands once every part has its outcome: the lists follow where something was
    /// published, somebody must decide where a part waits, and it failed where every part was
    /// refused.
    pub fn settle(&mut self) {
        self.attempts = 0;
        let has = |is: fn(&PartOutcome) -> bool| self.parts.iter().any(|it| is(&it.outcome));
        self.status = if has(|it| matches!(it, PartOutcome::Waiting(_))) {
            UploadStatus::Waiting
        } else if has(|it| matches!(it, PartOutcome::Added | PartOutcome::Replaced(_))) {
            UploadStatus::Refreshing
        } else if !has(|it| matches!(it, PartOutcome::Unchanged | PartOutcome::Older | PartOutcome::Empty)) {
            if has(|it| matches!(it, PartOutcome::Cancelled)) { UploadStatus::Cancelled } else { UploadStatus::Failed }
        } else {
            UploadStatus::Done
        };
    }
}

/// One IR of an uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadPart {
    /// What people call the file; an entry of a ZIP as `a.zip!inner.UKE`.
    pub file: String,
    /// Counted from 1 in the file.
    pub part: u32,
    /// Where it belongs, if its header can be read.
    pub slot: Option<SlotKey>,
    /// As the content shows.
    pub content_kind: Option<Kind>,
    /// 審査支払機関.
    pub payer: Option<Payer>,
    /// 請求年月.
    pub claim_month: Option<Month>,
    /// RE records.
    pub n_receipts: u64,
    /// By the definition of GO.
    pub points: i64,
    /// The month object, if it may be imported.
    pub reference: Option<PartRef>,
    /// What was found: `行: コード: 説明`, at most as many as fit a row.
    pub issues: Vec<IssueRow>,
    /// What became of it.
    pub outcome: PartOutcome,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartOutcome {
    /// Not yet published.
    Pending,
    /// Not importable; its issues say why.
    Refused,
    /// An empty side: nothing to import.
    Empty,
    /// These bytes are current already.
    Unchanged,
    /// A newer upload is current.
    Older,
    /// Published beside other parts.
    Added,
    /// Published in the place of this part.
    Replaced(PartRef),
    /// Somebody must decide.
    Waiting(Waiting),
    /// Somebody decided against it, or took it back.
    Cancelled,
}

/// What somebody must decide about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What a replacement would mean.
    pub replacement: Replacement,
}

/// What somebody decides about a waiting part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// 追加.
    Add,
    /// 置き換え.
    Replace,
    /// 取消.
    Cancel,
}

/// What the refresh after an upload changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Patients who were not there before.
    pub new_patients: u32,
    /// Patients whom no file names any more.
    pub gone_patients: u32,
    /// Rows of lists that turned to 離脱予備群.
    pub newly_at_risk: u32,
}

/// A row that stands at the beginning of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once an import, and taken apart at once")]
pub enum Started {
    /// The import may go on.
    Go(Versioned<UploadRow>),
    /// A newer event of this key was seen, or this one is settled.
    Settled,
}

/// A publication: one transaction of slot, upload row and generation.
pub struct Publish<'a> {
    /// The slot as it was read.
    pub slot_before: &'a Versioned<SlotRow>,
    /// The slot as it becomes.
    pub slot: Slot,
    /// The upload as it was read.
    pub upload_before: &'a Versioned<UploadRow>,
    /// The upload as it becomes; its generation is filled in.
    pub upload: UploadRow,
    /// The generation as it was read.
    pub generation_before: &'a Versioned<Generation>,
}

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
