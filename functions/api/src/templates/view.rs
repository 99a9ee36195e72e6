use ledger::{MessageTemplateRow, Versioned};
use serde::Serialize;
use utoipa::ToSchema;

use super::check::CheckedText;
use crate::staff_log::ActorView;

/// A message that staff keep.
#[derive(Serialize, ToSchema)]
pub(crate) struct TemplateView {
    id: String,
    /// Names the version, as `ETag` does.
    version: u64,
    name: String,
    subject: String,
    body: String,
    takes_reply: bool,
    saved_by: ActorView,
    #[schema(format = DateTime)]
    saved_at: String,
}

/// A message that staff keep, and what is to be said of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedTemplate {
    #[serde(flatten)]
    template: TemplateView,
    #[serde(flatten)]
    checked: CheckedText,
}

impl CheckedTemplate {
    pub(super) fn new(found: Versioned<MessageTemplateRow>, checked: CheckedText) -> Self {
        Self { template: found.into(), checked }
    }
}

impl From<Versioned<MessageTemplateRow>> for TemplateView {
    fn from(found: Versioned<MessageTemplateRow>) -> Self {
        let Versioned { row, version } = found;
        let MessageTemplateRow { id, name, text, takes_reply, saved_by, saved_at } = row;
        Self {
            id,
            version,
            name,
            subject: text.subject,
            body: text.body,
            takes_reply,
            saved_by: saved_by.into(),
            saved_at: saved_at.to_string(),
        }
    }
}
