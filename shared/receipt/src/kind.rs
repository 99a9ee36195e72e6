use serde::{Deserialize, Serialize};

use crate::{Service, ServiceKind};

/// Whether a file was written to be checked or to be claimed. Both have the same layout; content
/// tells (receipt specification, 点検用 and 提出用).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 点検用: holds the drugs that pharmacies outside dispense, at 0 points.
    Inspection,
    /// 提出用: prescriptions are charged, and none of those drugs is named.
    Submission,
    /// Neither shows: nothing is prescribed outside.
    #[default]
    Unknown,
}

/// What the receipts of a part showed so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct KindEvidence {
    dispensed_outside: bool,
    prescription_fee: bool,
}

impl KindEvidence {
    pub(crate) fn see(&mut self, services: &[Service]) {
        if self.dispensed_outside && self.prescription_fee {
            return;
        }
        for service in services {
            self.dispensed_outside |= service.is_dispensed_outside;
            self.prescription_fee |=
                service.kind == ServiceKind::Procedure && service.code.is_some_and(codes::is_prescription_fee);
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match (self.dispensed_outside, self.prescription_fee) {
            (true, _) => Kind::Inspection,
            (false, true) => Kind::Submission,
            (false, false) => Kind::Unknown,
        }
    }
}
