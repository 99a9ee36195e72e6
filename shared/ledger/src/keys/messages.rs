use delivery::Channel;

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
