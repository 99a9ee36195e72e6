use anyhow::Result;
use delivery::{Channel, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, PatientId,
    keys::{Key, notices},
    store::{Expect, Range},
};

/// What a patient did that staff should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    /// Sorts by time ([`crate::timed_id`]).
    pub id: String,
    /// Who.
    pub patient: PatientId,
    /// On the page of which message.
    pub message: MessageId,
    /// What.
    pub what: NoticeKind,
    /// When.
    pub at: Timestamp,
    /// When staff first saw it; `None` is unread.
    pub seen_at: Option<Timestamp>,
}

/// The kinds of notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A reply.
    Replied {
        /// Which ([`crate::ReplyRow::id`]).
        reply: String,
    },
    /// 「本人ではありません」: nothing goes to that address any more, until staff correct it.
    WrongPerson {
        /// Where the message had gone; `None` for one that went nowhere.
        channel: Option<Channel>,
    },
}

impl Ledger {
    /// Up to `limit` notices of a clinic, the newest first, before the one with the id `before`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn notices(&self, clinic: &ClinicId, before: Option<&str>, limit: usize) -> Result<Vec<NoticeRow>> {
        let mut range = Range::all(notices(clinic));
        if let Some(before) = before {
            before.clone_into(&mut range.to);
        }
        // The range includes its end.
        let rows = self.core.query::<NoticeRow>(&range, limit.saturating_add(1), true).await?;
        let rows = rows.into_iter().map(|(_, it)| it.row).filter(|it| Some(it.id.as_str()) != before);
        Ok(rows.take(limit).collect())
    }

    /// Notes that staff saw a notice; one that is gone is no error.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn see_notice(&self, clinic: &ClinicId, id: &str, seen_at: Timestamp) -> Result<()> {
        let key = Key::notice(clinic, id);
        let Some(mut found) = self.core.get::<NoticeRow>(key.clone()).await? else { return Ok(()) };
        if found.row.seen_at.is_none() {
            found.row.seen_at = Some(seen_at);
            // Somebody else who saw it first is as good.
            self.core.put(key, &found.row, Expect::Version(found.version)).await?;
        }
        Ok(())
    }
}
