use jiff::Timestamp;

use super::{ClinicId, Key, due_sk};

impl Key {
    pub(crate) fn template(clinic: &ClinicId, id: &str) -> Self {
        Self::new(templates(clinic), id)
    }

    pub(crate) fn send(clinic: &ClinicId, id: &str) -> Self {
        Self::new(sends(clinic), id)
    }

    pub(crate) fn send_page(clinic: &ClinicId, send: &str, page: u32) -> Self {
        Self::new(send_pages(clinic, send), format!("{page:05}"))
    }

    /// No tenant's: whoever looks for what is due knows no clinic yet.
    pub(crate) fn due_send(clinic: &ClinicId, send: &str, at: Timestamp) -> Self {
        // FNV-1a: stored rows stand where it says, so it must not change with a library.
        let hash = send
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
        Self::new(due_sends(hash % DUE_SEND_PARTITIONS), format!("{}#{clinic}#{send}", due_sk(at)))
    }

    pub(crate) fn staff_act(clinic: &ClinicId, id: &str) -> Self {
        Self::new(staff_acts(clinic), id)
    }
}

/// How many partitions the index of sends that are to be looked at has.
pub(crate) const DUE_SEND_PARTITIONS: u64 = 16;

/// Sends to lists.
pub(crate) fn sends(clinic: &ClinicId) -> String {
    format!("C#{clinic}#CA")
}

/// The pages of a send whose messages are made.
pub(crate) fn send_pages(clinic: &ClinicId, send: &str) -> String {
    format!("C#{clinic}#CA#{send}")
}

/// Of all clinics: sends whose time comes.
pub(crate) fn due_sends(partition: u64) -> String {
    format!("SENDS#{partition}")
}

/// Messages that staff keep to be sent again.
pub(crate) fn templates(clinic: &ClinicId) -> String {
    format!("C#{clinic}#TP")
}

/// What staff decided, by time.
pub(crate) fn staff_acts(clinic: &ClinicId) -> String {
    format!("C#{clinic}#LG")
}
