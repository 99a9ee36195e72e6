use super::{ClinicId, Key};

impl Key {
    pub(crate) fn template(clinic: &ClinicId, id: &str) -> Self {
        Self::new(templates(clinic), id)
    }

    pub(crate) fn staff_act(clinic: &ClinicId, id: &str) -> Self {
        Self::new(staff_acts(clinic), id)
    }
}

/// Messages that staff keep to be sent again.
pub(crate) fn templates(clinic: &ClinicId) -> String {
    format!("C#{clinic}#TP")
}

/// What staff decided, by time.
pub(crate) fn staff_acts(clinic: &ClinicId) -> String {
    format!("C#{clinic}#LG")
}
