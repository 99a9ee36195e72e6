use anyhow::Result;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ClinicId, Ledger, PatientId, Versioned, keys::Key, store::Expect};

/// Whom LINE's account link is for: what the nonce that our page gave LINE stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonceRow {
    /// Of which clinic.
    pub clinic: ClinicId,
    /// Who passed the questions of the page.
    pub patient: PatientId,
    /// When it is over, in seconds since 1970. The table deletes it some time after.
    pub expires_at_s: i64,
    /// The event that used it; it works for no other.
    #[serde(default)]
    used_by: Option<String>,
}

impl NonceRow {
    /// A nonce that nobody has used.
    pub fn new(clinic: ClinicId, patient: PatientId, expires_at: Timestamp) -> Self {
        Self { clinic, patient, expires_at_s: expires_at.as_second(), used_by: None }
    }
}

#[derive(Serialize, Deserialize)]
struct SeenEventRow {
    /// Tells two that see it at once apart.
    seen_by: String,
    expires_at_s: i64,
}

impl Ledger {
    /// Keeps what a nonce stands for, under its hash.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_nonce(&self, nonce: &str, row: &NonceRow) -> Result<()> {
        self.auth.put(Key::link_nonce(&hex(&[nonce])), row, Expect::Anything).await.map(|_| ())
    }

    /// What a nonce of `clinic` stands for at `now`, used up for every event but the one with this id; `None`
    /// for one that is unknown, over or used, or another clinic's.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat for the same event gives the same.
    pub async fn use_nonce(
        &self,
        clinic: &ClinicId,
        nonce: &str,
        event: &str,
        now: Timestamp,
    ) -> Result<Option<NonceRow>> {
        let key = Key::link_nonce(&hex(&[nonce]));
        let Some(Versioned { row, version }) = self.auth.get::<NonceRow>(key.clone()).await? else { return Ok(None) };
        if row.clinic != *clinic || row.expires_at_s <= now.as_second() {
            return Ok(None);
        }
        match &row.used_by {
            Some(used_by) => Ok((used_by == event).then_some(row)),
            None => {
                let used = NonceRow { used_by: Some(event.to_owned()), ..row };
                Ok(self.auth.put(key, &used, Expect::Version(version)).await?.then_some(used))
            }
        }
    }

    /// Notes that an event of LINE was seen, by its id, until `expires_at`. Returns whether it was new: that is
    /// told once. `seen_by` is random.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat with the same `seen_by` is harmless.
    pub async fn see_event(
        &self,
        clinic: &ClinicId,
        event: &str,
        seen_by: &str,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let row = SeenEventRow { seen_by: seen_by.to_owned(), expires_at_s: expires_at.as_second() };
        self.auth.put(Key::seen_event(&hex(&[clinic.as_str(), event])), &row, Expect::Absent).await
    }
}

fn hex(parts: &[&str]) -> String {
    Sha256::digest(parts.join("\0")).iter().map(|it| format!("{it:02x}")).collect()
}
