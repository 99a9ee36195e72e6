use clinic::{PartRef, Replacement, Slot, SlotKey, SlotKind};
use japan::Month;
use jiff::Timestamp;
use receipt::{Kind, Payer};
use serde::{Deserialize, Serialize};

use crate::{Generation, IssueRow, SlotRow, Versioned};

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
