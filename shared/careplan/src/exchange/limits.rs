/// How much may be sent at once. The defaults are those of the national system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all files of one send (1件の送信), attachments among them.
    pub send_max_bytes: u64,
    /// Offices that one bundle may go to.
    pub max_destinations: usize,
    /// Characters of a message or a note.
    pub message_max_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { send_max_bytes: 10 * 1024 * 1024, max_destinations: 50, message_max_chars: 2000 }
    }
}
