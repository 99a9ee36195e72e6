use super::{ClinicId, Key, PatientId};

impl Key {
    pub(crate) fn consent(clinic: &ClinicId, patient: &PatientId, id: &str) -> Self {
        Self::new(consents(clinic, patient), id)
    }

    pub(crate) fn notice(clinic: &ClinicId, id: &str) -> Self {
        Self::new(notices(clinic), id)
    }

    pub(crate) fn picture(clinic: &ClinicId, id: &str) -> Self {
        Self::new(pictures(clinic), id)
    }

    /// In `auth`: a browser is no tenant.
    pub(crate) fn page_session(hash: &str) -> Self {
        Self::new(format!("S#{hash}"), "SESSION")
    }

    /// In `auth`: whoever tries is no tenant yet.
    pub(crate) fn tries(hash: &str) -> Self {
        Self::new(format!("Y#{hash}"), "TRIES")
    }

    /// In `auth`: LINE tells a nonce before it is known whose it is.
    pub(crate) fn link_nonce(hash: &str) -> Self {
        Self::new(format!("N#{hash}"), "NONCE")
    }

    /// In `auth`, beside the nonces.
    pub(crate) fn seen_event(hash: &str) -> Self {
        Self::new(format!("N#{hash}"), "EVENT")
    }
}

/// What a patient agreed to and refused, as a log.
pub(crate) fn consents(clinic: &ClinicId, patient: &PatientId) -> String {
    format!("C#{clinic}#B#{patient}")
}

/// What patients did that staff should look at.
pub(crate) fn notices(clinic: &ClinicId) -> String {
    format!("C#{clinic}#S")
}

/// Whose each picture is, by its id.
fn pictures(clinic: &ClinicId) -> String {
    format!("C#{clinic}#C")
}
