use careplan::{
    OfficeNumber, Serial, Standard,
    exchange::{AckReason, BundleId, TransferId, TransferKind, TransferState},
};
use japan::Month;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A transfer, with all that both sides may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRow {
    /// Made of what it carries.
    pub id: TransferId,
    /// 送信元.
    pub sender: OfficeNumber,
    /// 送信先.
    pub receiver: OfficeNumber,
    /// What it carries.
    pub kind: TransferKind,
    /// ファイル連番; none for attachments alone.
    pub serial: Option<Serial>,
    /// The version of its unit; none for attachments alone.
    pub standard: Option<Standard>,
    /// 対象年月, of units that have one.
    pub month: Option<Month>,
    /// Its files, those of the unit first.
    pub files: Vec<TransferFile>,
    /// To all destinations of the bundle.
    pub message: String,
    /// To this one.
    pub note: String,
    /// The first bundle it came in.
    pub bundle: BundleId,
    /// How far it is.
    pub state: TransferState,
    /// When the row was made, before anything was put into the inbox.
    pub accepted_at: Timestamp,
    /// When all files lay in the inbox.
    pub delivered_at: Option<Timestamp>,
    /// When the receiver was told.
    pub notified_at: Option<Timestamp>,
    /// When the receiver first fetched it through the API.
    pub fetched_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Steps taken because nobody had answered: reminders, then the report to the sender.
    #[serde(default)]
    pub n_chased: usize,
    /// When the sender was told that nobody had answered in time.
    #[serde(default)]
    pub undelivered_at: Option<Timestamp>,
    /// What the receiver's software said last.
    pub answer: Option<TransferAnswer>,
    /// What it is about: a short hash for each user and date or month, sorted.
    pub scope: Vec<String>,
    /// A transfer with a newer serial that covers all it is about.
    pub superseded_by: Option<TransferId>,
    /// Whether the one that supersedes it was delivered before it.
    pub is_late: bool,
}

/// A file of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferFile {
    /// In the inbox: the standard's name, or `a1.pdf`.
    pub name: String,
    /// As the sender called it; it may hold a user's name.
    pub display_name: String,
    /// Bytes.
    pub size: u64,
    /// Of the content, lower-case hex.
    pub sha256: String,
    /// What it is served as.
    pub content_type: String,
}

/// What the receiver's software said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferAnswer {
    /// When.
    pub at: Timestamp,
    /// Records taken in.
    pub rows: Option<u64>,
    /// What could not be, and why.
    pub reasons: Vec<AckReason>,
}

/// What was delivered when, between two offices: what tells newer from older.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredUnit {
    /// The transfer.
    pub id: TransferId,
    /// Its serial.
    pub serial: Serial,
    /// When its row was made: of two with one serial the later is a correction.
    pub accepted_at: Timestamp,
    /// 対象年月, of units that have one.
    #[serde(default)]
    pub month: Option<Month>,
    /// What it is about, sorted.
    pub scope: Vec<String>,
}

impl DeliveredUnit {
    /// Whether `newer` makes it outdated: it was put out later and is about everything this one is.
    pub fn is_superseded_by(&self, newer: &Self) -> bool {
        let order = |it: &Self| (it.serial.clone(), it.accepted_at, it.id.clone());
        order(self) < order(newer)
            && !self.scope.is_empty()
            && self.scope.iter().all(|it| newer.scope.binary_search(it).is_ok())
    }
}

impl TransferRow {
    /// The day in Tokyo on which it was accepted: deadlines count from it.
    pub fn accepted_on(&self) -> Date {
        tokyo_day(self.accepted_at)
    }

    /// The entry for [`DeliveredUnit`]; none for attachments and deletions, which supersede nothing, even
    /// where it was not delivered or was withdrawn.
    pub fn delivered_unit(&self) -> Option<DeliveredUnit> {
        let is_unit = !matches!(self.kind, TransferKind::Attachments | TransferKind::Delete);
        let serial = self.serial.clone().filter(|_| is_unit)?;
        let (id, scope) = (self.id.clone(), self.scope.clone());
        Some(DeliveredUnit { id, serial, accepted_at: self.accepted_at, month: self.month, scope })
    }

    /// When the last thing happened to it that belongs into the logs, after its delivery.
    pub(crate) fn last_event_at(&self) -> Option<Timestamp> {
        let answered_at = self.answer.as_ref().map(|it| it.at);
        [self.fetched_at, answered_at, self.withdrawn_at, self.undelivered_at].into_iter().flatten().max()
    }
}

/// The day in Tokyo, which has no summer time.
pub(crate) fn tokyo_day(at: Timestamp) -> Date {
    jiff::tz::offset(9).to_datetime(at).date()
}
