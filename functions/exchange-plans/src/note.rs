use careplan::{
    OfficeNumber, Serial, Standard,
    exchange::{TransferId, TransferKind},
};
use jiff::Timestamp;
use ledger::{OfficeRow, TransferFile, TransferRow};
use serde::Serialize;

/// `_transfer.json`: says that everything of a transfer lies beside it, and what it is.
#[derive(Debug, Serialize)]
pub(crate) struct TransferNote<'a> {
    transfer: &'a TransferId,
    from: &'a OfficeNumber,
    from_name: &'a str,
    to: &'a OfficeNumber,
    kind: TransferKind,
    serial: &'a Option<Serial>,
    standard: Option<Standard>,
    message: &'a str,
    note: &'a str,
    sent_at: Timestamp,
    /// Whether something newer about the same came before it.
    is_late: bool,
    superseded_by: &'a Option<TransferId>,
    files: &'a [TransferFile],
}

impl<'a> TransferNote<'a> {
    pub(crate) fn of(row: &'a TransferRow, sender: &'a OfficeRow) -> Self {
        Self {
            transfer: &row.id,
            from: &row.sender,
            from_name: &sender.name,
            to: &row.receiver,
            kind: row.kind,
            serial: &row.serial,
            standard: row.standard,
            message: &row.message,
            note: &row.note,
            sent_at: row.accepted_at,
            is_late: row.is_late,
            superseded_by: &row.superseded_by,
            files: &row.files,
        }
    }
}
