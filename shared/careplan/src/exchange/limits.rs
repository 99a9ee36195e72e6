use std::collections::BTreeSet;

use super::AttachmentKind;

/// What may be sent at once. The defaults are those of the national system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files of one send (1件の送信), attachments among them.
    pub send_max_bytes: u64,
    /// Offices that one bundle may go to.
    pub max_destinations: usize,
    /// What attachments may be; files of the standard always travel.
    pub attachments: BTreeSet<AttachmentKind>,
    /// Characters of a message or a note.
    pub message_max_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            send_max_bytes: 10 * 1024 * 1024,
            max_destinations: 50,
            attachments: AttachmentKind::ALL.into(),
            message_max_chars: 2000,
        }
    }
}
