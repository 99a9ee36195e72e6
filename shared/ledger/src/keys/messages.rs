use delivery::{Channel, MessageId};
use jiff::Timestamp;

use super::{ClinicId, Key, PatientId};

impl Key {
    pub(crate) fn message_settings(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "MESSAGES")
    }

    /// The operator's switch for all clinics.
    pub(crate) fn sending() -> Self {
        Self::new("SENDING".to_owned(), "SENDING")
    }

    pub(crate) fn reach(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(reaches(clinic), patient.as_str())
    }

    pub(crate) fn address(clinic: &ClinicId, channel: Channel, hmac: &str) -> Self {
        Self::new(addresses(clinic), format!("{}#{hmac}", channel.as_str()))
    }

    pub(crate) fn thread_message(clinic: &ClinicId, patient: &PatientId, message: &str) -> Self {
        Self::new(thread(clinic, patient), format!("M#{message}"))
    }

    pub(crate) fn thread_reply(clinic: &ClinicId, patient: &PatientId, reply: &str) -> Self {
        Self::new(thread(clinic, patient), format!("R#{reply}"))
    }

    /// In `outbox`: no tenant, so that no clinic's messages share a partition.
    pub(crate) fn outbox(message: &MessageId) -> Self {
        Self::new(format!("M#{message}"), "OUTBOX")
    }

    /// Where a message stands in the index of what is due, next looked at `at`.
    pub(crate) fn due_message(message: &MessageId, at: Timestamp) -> Self {
        // FNV-1a: stored rows stand where it says, so it must not change with a library.
        let hash = message
            .as_str()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, it| (hash ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
        Self::new(due_messages(hash % DUE_PARTITIONS), format!("{}#{message}", due_sk(at)))
    }

    pub(crate) fn review(clinic: &ClinicId, message: &MessageId) -> Self {
        Self::new(reviews(clinic), message.as_str())
    }

    /// In `auth`: whoever has the token is no tenant yet.
    pub(crate) fn link_token(hash: &str) -> Self {
        Self::new(format!("L#{hash}"), "LINK")
    }
}

/// What patients said about being written to.
pub(crate) fn reaches(clinic: &ClinicId) -> String {
    format!("C#{clinic}#W")
}

/// What is known of addresses, whoever has them.
pub(crate) fn addresses(clinic: &ClinicId) -> String {
    format!("C#{clinic}#Z")
}

/// What the clinic and one patient wrote each other.
pub(crate) fn thread(clinic: &ClinicId, patient: &PatientId) -> String {
    format!("C#{clinic}#H#{patient}")
}

/// The 要確認 list.
pub(crate) fn reviews(clinic: &ClinicId) -> String {
    format!("C#{clinic}#G")
}

/// How many partitions the index of due messages has (`reliability.md` §5.3).
pub(crate) const DUE_PARTITIONS: u64 = 64;

pub(crate) fn due_messages(partition: u64) -> String {
    format!("DUE#{partition}")
}

/// Milliseconds since 1970, padded so that text sorts as time does.
pub(crate) fn due_sk(at: Timestamp) -> String {
    format!("{:015}", at.as_millisecond().max(0))
}
