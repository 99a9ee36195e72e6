use serde::{Deserialize, Serialize};

/// How far a message is (`sending.md` §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waits for a worker.
    Pending,
    /// Leased by a worker, or (LINE) between two attempts with the same retry key.
    Sending,
    /// Nobody knows whether the provider took it: waits for an event, then for staff.
    Unknown,
    /// 送信済み: the provider took it, or staff say so. What became of it is in [`crate::OutboxRow::report`].
    Sent,
    /// 送信失敗: this channel certainly did not take it and will not.
    Failed,
    /// 取消: stopped before any call that may have been taken.
    Cancelled,
    /// 期限切れ: its time passed before any call that may have been taken.
    Expired,
}

impl Status {
    /// Whether only a provider's event can still change it: such a row is in no index.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Failed | Self::Cancelled | Self::Expired)
    }

    /// As rows write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}
