use careplan::{
    OfficeNumber, Serial, Standard,
    exchange::{AckReason, TransferId, TransferKind, TransferState},
};
use jiff::Timestamp;
use ledger::{TransferAnswer, TransferFile, TransferList, TransferRow};
use serde::Serialize;
use utoipa::ToSchema;

/// A transfer as one of its two offices sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferView {
    #[schema(value_type = String)]
    id: TransferId,
    /// `sent` or `received`, by whose token asks.
    #[schema(value_type = String)]
    direction: &'static str,
    #[schema(value_type = String)]
    sender: OfficeNumber,
    #[schema(value_type = String)]
    receiver: OfficeNumber,
    /// `plan`, `schedule`, `actuals`, `delete`, `prevention`, `assessment` or `attachments`.
    #[schema(value_type = String)]
    kind: TransferKind,
    /// ファイル連番; none for attachments alone.
    #[schema(value_type = Option<String>)]
    serial: Option<Serial>,
    /// `v3` or `v4`; none for attachments alone.
    #[schema(value_type = Option<String>)]
    standard: Option<Standard>,
    /// `sending`, `delivered`, `notified`, `fetched`, `rejected`, `imported` or `withdrawn`.
    #[schema(value_type = String)]
    state: TransferState,
    /// 送信中, 配達済, 通知済, 取得済, 取込不可, 取込済 or 取消.
    #[schema(value_type = String)]
    state_name: &'static str,
    /// What the sender must know besides.
    #[schema(value_type = Option<String>)]
    state_note: Option<&'static str>,
    /// データ取得状況: 未, or 済 from 取得済 on.
    #[schema(value_type = String)]
    data_state: &'static str,
    /// Whether it lies in the inbox and nobody has fetched it: a direct read of the bucket is not seen.
    may_have_been_read: bool,
    /// To all destinations of the bundle.
    message: String,
    /// To this one.
    note: String,
    /// The first bundle it came in, for the sender alone.
    bundle: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    accepted_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    notified_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    fetched_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    withdrawn_at: Option<Timestamp>,
    /// When the sender was told that nobody had answered in time.
    #[schema(value_type = Option<String>, format = DateTime)]
    undelivered_at: Option<Timestamp>,
    /// What the receiver's software said last.
    answer: Option<AnswerView>,
    /// A newer transfer that covers all this one is about.
    #[schema(value_type = Option<String>)]
    superseded_by: Option<TransferId>,
    /// Whether the newer one came before it.
    is_late: bool,
    /// Those of the unit first.
    files: Vec<TransferFileView>,
}

/// What the receiver's software said.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Records taken in.
    rows: Option<u64>,
    /// What could not be taken in, and why.
    reasons: Vec<AnswerReasonView>,
}

/// Why something could not be taken in.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerReasonView {
    file: Option<String>,
    line: Option<u64>,
    column: Option<u64>,
    message: String,
}

/// A file of a transfer.
#[derive(Serialize, ToSchema)]
pub(crate) struct TransferFileView {
    /// In the inbox.
    name: String,
    /// As the sender called it.
    display_name: String,
    /// Bytes.
    size: u64,
    /// Of the content, lower-case hex.
    sha256: String,
    content_type: String,
}

const MAY_HAVE_BEEN_READ: &str = "読まれた可能性あり（バケットからの直接の読み出しは記録されません）";

impl TransferView {
    /// `row` as the office sees it that has it in `list`.
    pub(super) fn of(row: TransferRow, list: TransferList) -> Self {
        use TransferState::*;
        let is_sender = list == TransferList::Sent;
        let may_have_been_read = matches!(row.state, Delivered | Notified);
        let is_taken = matches!(row.state, Fetched | Rejected | Imported);
        Self {
            direction: if is_sender { "sent" } else { "received" },
            state_name: row.state.label(),
            state_note: (is_sender && may_have_been_read).then_some(MAY_HAVE_BEEN_READ),
            data_state: if is_taken { "済" } else { "未" },
            may_have_been_read,
            bundle: is_sender.then(|| row.bundle.as_str().to_owned()),
            answer: row.answer.map(AnswerView::from),
            files: row.files.into_iter().map(TransferFileView::from).collect(),
            id: row.id,
            sender: row.sender,
            receiver: row.receiver,
            kind: row.kind,
            serial: row.serial,
            standard: row.standard,
            state: row.state,
            message: row.message,
            note: row.note,
            accepted_at: row.accepted_at,
            delivered_at: row.delivered_at,
            notified_at: row.notified_at,
            fetched_at: row.fetched_at,
            withdrawn_at: row.withdrawn_at,
            undelivered_at: row.undelivered_at,
            superseded_by: row.superseded_by,
            is_late: row.is_late,
        }
    }
}

impl From<TransferAnswer> for AnswerView {
    fn from(TransferAnswer { at, rows, reasons }: TransferAnswer) -> Self {
        let reason = |AckReason { file, line, column, message }| AnswerReasonView { file, line, column, message };
        Self { at, rows, reasons: reasons.into_iter().map(reason).collect() }
    }
}

impl From<TransferFile> for TransferFileView {
    fn from(TransferFile { name, display_name, size, sha256, content_type }: TransferFile) -> Self {
        Self { name, display_name, size, sha256, content_type }
    }
}
