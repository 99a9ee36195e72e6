use anyhow::Result;
use delivery::{LinkToken, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ClinicId, Ledger, PatientId, keys::Key, store::Expect};

/// Which message a link opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    /// Of which clinic.
    pub clinic: ClinicId,
    /// To whom it was written.
    pub patient: PatientId,
    /// Which message.
    pub message: MessageId,
    /// When it stops opening, in seconds since 1970. The table deletes it some time after.
    pub expires_at_s: i64,
}

impl Ledger {
    /// Keeps a link under the hash of its token.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_link(&self, token: &LinkToken, row: &LinkRow) -> Result<()> {
        self.auth.put(Key::link_token(&token.hash()), row, Expect::Anything).await.map(|_| ())
    }

    /// What the link opens at `now`; `None` when it is unknown or has expired, whether or not the table has
    /// deleted it yet.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn link(&self, token: &LinkToken, now: Timestamp) -> Result<Option<LinkRow>> {
        let found = self.auth.get::<LinkRow>(Key::link_token(&token.hash())).await?;
        Ok(found.map(|it| it.row).filter(|it| it.expires_at_s > now.as_second()))
    }
}
