use std::fmt;

use anyhow::Result;
use delivery::{LinkToken, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ClinicId, Ledger, LinkRow, PatientId, keys::Key, store::Expect};

/// What a browser shows to have passed the birth date: random, only its hash is stored. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// The token written as `text`, as it is given out or comes back.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token as text: for the cookie alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> String {
        Sha256::digest(&self.0).iter().map(|it| format!("{it:02x}")).collect()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// A browser that passed the birth date of one message's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSessionRow {
    /// Of which clinic.
    pub clinic: ClinicId,
    /// To whom the message was written.
    pub patient: PatientId,
    /// Which message.
    pub message: MessageId,
    /// The hash of the link that it opens, and no other.
    link: String,
    /// When it ends, in seconds since 1970. The table deletes it some time after.
    expires_at_s: i64,
}

impl PageSessionRow {
    /// A session on the page that `link` opens, until `expires_at` or until the link ends.
    pub fn new(token: &LinkToken, link: &LinkRow, expires_at: Timestamp) -> Self {
        Self {
            clinic: link.clinic.clone(),
            patient: link.patient.clone(),
            message: link.message.clone(),
            link: token.hash(),
            expires_at_s: expires_at.as_second().min(link.expires_at_s),
        }
    }

    /// Whether it is one on the page of this link.
    pub fn is_of(&self, token: &LinkToken) -> bool {
        self.link == token.hash()
    }
}

impl Ledger {
    /// Begins a session under the hash of its token.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_page_session(&self, token: &SessionToken, row: &PageSessionRow) -> Result<()> {
        self.auth.put(Key::page_session(&token.hash()), row, Expect::Anything).await.map(|_| ())
    }

    /// The session at `now`; `None` when it is unknown or over, whether or not the table has deleted it yet.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn page_session(&self, token: &SessionToken, now: Timestamp) -> Result<Option<PageSessionRow>> {
        let found = self.auth.get::<PageSessionRow>(Key::page_session(&token.hash())).await?;
        Ok(found.map(|it| it.row).filter(|it| it.expires_at_s > now.as_second()))
    }
}
