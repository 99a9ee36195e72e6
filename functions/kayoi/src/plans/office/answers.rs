use std::collections::BTreeMap;

use careplan::{
    OfficeNumber, Serial,
    exchange::{AckReason, TransferId, TransferKind, TransferState},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where to post a form, and its fields; the file comes last.
#[derive(Debug, Deserialize)]
pub(in crate::plans) struct FormPlace {
    pub(in crate::plans) url: String,
    pub(in crate::plans) fields: BTreeMap<String, String>,
}

/// Where the files of a bundle go, and what closes it.
#[derive(Debug, Deserialize)]
pub(in crate::plans) struct BundlePlaces {
    pub(in crate::plans) files: Vec<NamedPlace>,
    pub(in crate::plans) marker: FormPlace,
}

#[derive(Debug, Deserialize)]
pub(in crate::plans) struct NamedPlace {
    pub(in crate::plans) name: String,
    #[serde(flatten)]
    pub(in crate::plans) place: FormPlace,
}

/// Where the files of a transfer lie.
#[derive(Debug, Deserialize)]
pub(in crate::plans) struct FetchPlaces {
    pub(in crate::plans) transfer: Transfer,
    pub(in crate::plans) files: Vec<FileAddress>,
    pub(in crate::plans) note_url: String,
}

#[derive(Debug, Deserialize)]
pub(in crate::plans) struct FileAddress {
    pub(in crate::plans) name: String,
    pub(in crate::plans) url: String,
}

/// A transfer as the API tells it to one side.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::plans) struct Transfer {
    pub(in crate::plans) id: TransferId,
    pub(in crate::plans) sender: OfficeNumber,
    pub(in crate::plans) receiver: OfficeNumber,
    pub(in crate::plans) kind: TransferKind,
    pub(in crate::plans) serial: Option<Serial>,
    pub(in crate::plans) state: TransferState,
    #[serde(default)]
    pub(in crate::plans) message: String,
    #[serde(default)]
    pub(in crate::plans) note: String,
    pub(in crate::plans) accepted_at: Timestamp,
    #[serde(default)]
    pub(in crate::plans) delivered_at: Option<Timestamp>,
    #[serde(default)]
    pub(in crate::plans) answer: Option<Answer>,
    #[serde(default)]
    pub(in crate::plans) superseded_by: Option<TransferId>,
    #[serde(default)]
    pub(in crate::plans) is_late: bool,
    #[serde(default)]
    pub(in crate::plans) may_have_been_read: bool,
    #[serde(default)]
    pub(in crate::plans) state_note: Option<String>,
    pub(in crate::plans) files: Vec<TransferFile>,
    /// What else the API tells: passed on, not looked at.
    #[serde(flatten)]
    pub(in crate::plans) more: Map<String, Value>,
}

/// A file of a transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::plans) struct TransferFile {
    /// The standard's name, or `a1.pdf`.
    pub(in crate::plans) name: String,
    /// As the sender called it: any text.
    pub(in crate::plans) display_name: String,
    pub(in crate::plans) size: u64,
    pub(in crate::plans) sha256: String,
    #[serde(flatten)]
    pub(in crate::plans) more: Map<String, Value>,
}

/// What the receiver's software said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::plans) struct Answer {
    pub(in crate::plans) at: Timestamp,
    pub(in crate::plans) rows: Option<u64>,
    #[serde(default)]
    pub(in crate::plans) reasons: Vec<AckReason>,
}

impl Transfer {
    /// 未: it lies in the inbox and nobody has fetched it through the API.
    pub(in crate::plans) fn is_unfetched(&self) -> bool {
        matches!(self.state, TransferState::Delivered | TransferState::Notified)
    }

    /// Whether the receiver may still fetch or answer it, and has not answered.
    pub(in crate::plans) fn is_unanswered(&self) -> bool {
        self.is_unfetched() || self.state == TransferState::Fetched
    }
}
