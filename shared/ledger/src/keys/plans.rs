use delivery::PlanRowKey;

use super::{ClinicId, Key, PatientId};

impl Key {
    pub(crate) fn phase(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "PHASE")
    }

    pub(crate) fn planning_settings(clinic: &ClinicId) -> Self {
        Self::new(format!("C#{clinic}"), "PLANNING")
    }

    /// The id of a delivery holds none of the key's marks.
    pub(crate) fn delivery(clinic: &ClinicId, delivery: &str) -> Self {
        Self::new(deliveries(clinic), delivery)
    }

    /// By patient, so that a patient's rows are one range: for planning page by page, and for erasure.
    pub(crate) fn plan_row(clinic: &ClinicId, row: &PlanRowKey) -> Self {
        let PlanRowKey { delivery, patient, trigger, repetition } = row;
        Self::new(plan_rows(clinic), format!("{patient}#{delivery}#{trigger}#{repetition}"))
    }

    pub(crate) fn correspondence(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(correspondences(clinic), patient.as_str())
    }

    pub(crate) fn memberships(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(memberships(clinic), patient.as_str())
    }
}

/// Step deliveries.
pub(crate) fn deliveries(clinic: &ClinicId) -> String {
    format!("C#{clinic}#O")
}

/// Messages that are planned, held, suppressed, approved, cancelled or expired.
pub(crate) fn plan_rows(clinic: &ClinicId) -> String {
    format!("C#{clinic}#J")
}

/// What the clinic made for each patient already, and when the patient last answered.
pub(crate) fn correspondences(clinic: &ClinicId) -> String {
    format!("C#{clinic}#T")
}

/// Since when each patient is in each group.
pub(crate) fn memberships(clinic: &ClinicId) -> String {
    format!("C#{clinic}#TG")
}
