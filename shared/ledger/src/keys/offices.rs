use careplan::{
    OfficeNumber, Serial,
    exchange::{BundleId, FactKind, TransferId, TransferKind},
};
use japan::Month;
use jiff::Timestamp;

use super::Key;
use crate::{Due, DueRow, OfficeMessageRow};

impl Key {
    pub(crate) fn office(office: &OfficeNumber) -> Self {
        Self::new(format!("O#{office}"), "OFFICE")
    }

    pub(crate) fn partner(office: &OfficeNumber, partner: &OfficeNumber) -> Self {
        Self::new(partners(office), partner.as_str())
    }

    pub(crate) fn transfer(receiver: &OfficeNumber, transfer: &TransferId) -> Self {
        Self::new(format!("O#{receiver}#T"), transfer.as_str())
    }

    pub(crate) fn received(receiver: &OfficeNumber, delivered_at: Timestamp, transfer: &TransferId) -> Self {
        Self::new(received(receiver), time_sk(delivered_at, transfer))
    }

    pub(crate) fn sent(sender: &OfficeNumber, accepted_at: Timestamp, transfer: &TransferId) -> Self {
        Self::new(sent(sender), time_sk(accepted_at, transfer))
    }

    pub(crate) fn sent_pointer(sender: &OfficeNumber, transfer: &TransferId) -> Self {
        Self::new(format!("O#{sender}#Y"), transfer.as_str())
    }

    pub(crate) fn delivered_unit(
        receiver: &OfficeNumber,
        sender: &OfficeNumber,
        kind: TransferKind,
        serial: &Serial,
        transfer: &TransferId,
    ) -> Self {
        let sk = format!("{}#{}#{transfer}", kind.as_str(), serial.as_str());
        Self::new(delivered_units(receiver, sender), sk)
    }

    pub(crate) fn evidence_end(office: &OfficeNumber) -> Self {
        Self::new(format!("O#{office}"), "EVIDENCE")
    }

    pub(crate) fn evidence(office: &OfficeNumber, number: u64) -> Self {
        Self::new(evidence(office), evidence_sk(number))
    }

    pub(crate) fn evidence_place(office: &OfficeNumber, transfer: &TransferId, event: FactKind) -> Self {
        Self::new(format!("O#{office}#F"), format!("{transfer}#{}", event.as_str()))
    }

    pub(crate) fn due(row: &DueRow) -> Self {
        let what = match &row.what {
            Due::Transfer { receiver, id } => format!("T#{receiver}#{id}"),
            Due::Actuals { office, month } => format!("A#{office}#{month}"),
        };
        let sum = what.bytes().fold(0_u64, |sum, it| sum.wrapping_mul(31).wrapping_add(u64::from(it)));
        Self::new(due(sum % DUE_PARTITIONS), format!("{}#{what}", row.due_on))
    }

    pub(crate) fn expected_actuals(office: &OfficeNumber, month: Month, partner: &OfficeNumber) -> Self {
        Self::new(expected_actuals(office, month), partner.as_str())
    }

    pub(crate) fn reported_actuals(office: &OfficeNumber, month: Month, partner: &OfficeNumber) -> Self {
        Self::new(reported_actuals(office, month), partner.as_str())
    }

    pub(crate) fn draft(office: &OfficeNumber, bundle: &BundleId) -> Self {
        Self::new(drafts(office), bundle.as_str())
    }

    pub(crate) fn office_message(office: &OfficeNumber, partner: &OfficeNumber, row: &OfficeMessageRow) -> Self {
        let sk = format!("{:012}#{}#{}", row.at.as_second(), row.from, row.id.as_str());
        Self::new(office_messages(office, partner), sk)
    }

    pub(crate) fn office_message_of_id(from: &OfficeNumber, id: &BundleId) -> Self {
        Self::new(format!("O#{from}#J"), id.as_str())
    }
}

pub(crate) fn partners(office: &OfficeNumber) -> String {
    format!("O#{office}#B")
}

pub(crate) fn received(office: &OfficeNumber) -> String {
    format!("O#{office}#I")
}

pub(crate) fn sent(office: &OfficeNumber) -> String {
    format!("O#{office}#S")
}

/// What one office delivered to another, in the order of kinds and serials.
pub(crate) fn delivered_units(receiver: &OfficeNumber, sender: &OfficeNumber) -> String {
    format!("O#{receiver}#W#{sender}")
}

/// Whom `office` expects 実績 of `month` from.
pub(crate) fn expected_actuals(office: &OfficeNumber, month: Month) -> String {
    format!("O#{office}#X#{month}")
}

/// Who has sent `office` 実績 of `month`.
pub(crate) fn reported_actuals(office: &OfficeNumber, month: Month) -> String {
    format!("O#{office}#Z#{month}")
}

/// How many partitions deadlines have.
const DUE_PARTITIONS: u64 = 64;

fn due(partition: u64) -> String {
    format!("DUE#{partition}")
}

pub(crate) fn due_partitions() -> impl Iterator<Item = String> {
    (0..DUE_PARTITIONS).map(due)
}

pub(crate) fn drafts(office: &OfficeNumber) -> String {
    format!("O#{office}#G")
}

pub(crate) fn office_messages(office: &OfficeNumber, partner: &OfficeNumber) -> String {
    format!("O#{office}#H#{partner}")
}

pub(crate) fn evidence(office: &OfficeNumber) -> String {
    format!("O#{office}#V")
}

pub(crate) fn evidence_sk(number: u64) -> String {
    format!("{number:012}")
}

/// Seconds, padded, so that text sorts as time does.
fn time_sk(at: Timestamp, transfer: &TransferId) -> String {
    format!("{:012}#{transfer}", at.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_an_office_begins_with_it() {
        let office = OfficeNumber::new("9970100013").unwrap();
        let other = OfficeNumber::new("9970200011").unwrap();
        let transfer = TransferId::parse(&"0a".repeat(16)).unwrap();
        let serial = Serial::new("20250425101500").unwrap();
        let at = Timestamp::UNIX_EPOCH;
        for key in [
            Key::office(&office),
            Key::partner(&office, &other),
            Key::transfer(&office, &transfer),
            Key::received(&office, at, &transfer),
            Key::sent(&office, at, &transfer),
            Key::sent_pointer(&office, &transfer),
            Key::delivered_unit(&office, &other, TransferKind::Plan, &serial, &transfer),
            Key::evidence_end(&office),
            Key::evidence(&office, 1),
            Key::evidence_place(&office, &transfer, FactKind::Delivered),
        ] {
            assert!(key.pk == "O#9970100013" || key.pk.starts_with("O#9970100013#"), "{key:?}");
        }
    }
}
