use super::{ClinicId, Key, WebhookId};

impl Key {
    /// In `auth`: it holds secrets, sealed.
    pub(crate) fn line_channel(clinic: &ClinicId) -> Self {
        Self::new(format!("LC#{clinic}"), "CHANNEL")
    }

    /// In `auth`: whoever calls the address is no tenant yet.
    pub(crate) fn line_webhook(webhook: &WebhookId) -> Self {
        Self::new(format!("LW#{webhook}"), "WEBHOOK")
    }
}
