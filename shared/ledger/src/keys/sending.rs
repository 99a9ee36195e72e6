use delivery::Channel;
use jiff::civil::Date;

use super::{ClinicId, Key, PatientId, WebhookId};

impl Key {
    /// In `auth`: it holds secrets, sealed.
    pub(crate) fn line_channel(clinic: &ClinicId) -> Self {
        Self::new(format!("LC#{clinic}"), "CHANNEL")
    }

    /// In `auth`: whoever calls the address is no tenant yet.
    pub(crate) fn line_webhook(webhook: &WebhookId) -> Self {
        Self::new(format!("LW#{webhook}"), "WEBHOOK")
    }

    /// A shard of what a clinic sent on a day.
    pub(crate) fn day_count(clinic: &ClinicId, day: Date, shard: u32) -> Self {
        Self::new(format!("{}#{day}#{shard}", counts(clinic)), "DAY")
    }

    pub(crate) fn patient_count(clinic: &ClinicId, patient: &PatientId) -> Self {
        Self::new(counts(clinic), format!("PATIENT#{patient}"))
    }

    pub(crate) fn closed_channels(clinic: &ClinicId) -> Self {
        Self::new(counts(clinic), "CLOSED")
    }

    /// In `outbox`: a shard of the provider's rate. LINE counts each clinic's channel by itself, the others
    /// count the system's account.
    pub(crate) fn pace(clinic: &ClinicId, channel: Channel, shard: u32) -> Self {
        let whose = match channel {
            Channel::Line => format!("{}#PACE", counts(clinic)),
            Channel::Sms | Channel::Mail => "PACE".to_owned(),
        };
        Self::new(format!("{whose}#{}#{shard}", channel.as_str()), "PACE")
    }

    pub(crate) fn stop(clinic: &ClinicId, delivery: &str) -> Self {
        Self::new(stops(clinic), delivery)
    }
}

/// What caps count: a patient's messages, and closed channels. Days have partitions of their own.
pub(crate) fn counts(clinic: &ClinicId) -> String {
    format!("C#{clinic}#V")
}

/// Deliveries that were stopped.
pub(crate) fn stops(clinic: &ClinicId) -> String {
    format!("C#{clinic}#F")
}
