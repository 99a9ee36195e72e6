use anyhow::Result;
use careplan::OfficeNumber;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Actor, ClinicId, Ledger, keys::Key, store::Expect};

/// SHA-256 of an API token in hex: all that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of `token`.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).iter().map(|it| format!("{it:02x}")).collect())
    }
}

/// The one tenant that a token opens, with everything in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    /// A clinic.
    Clinic(ClinicId),
    /// A care office.
    Office(OfficeNumber),
}

/// What an API token may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Where.
    #[serde(flatten)]
    pub opens: Opens,
    /// What people call it.
    pub label: String,
    /// The member of staff whose token it is, by a name that nobody else at the clinic has; `None` for a
    /// program's.
    #[serde(default)]
    pub person: Option<String>,
    /// When it stops working, in seconds since 1970. The table deletes it some time after.
    pub expires_at_s: i64,
}

impl TokenRow {
    /// Who acts by it.
    pub fn actor(&self) -> Actor {
        match &self.person {
            Some(name) => Actor::Person(name.clone()),
            None => Actor::Program(self.label.clone()),
        }
    }
}

impl Ledger {
    /// Keeps a token under its hash.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_token(&self, hash: &TokenHash, row: &TokenRow) -> Result<()> {
        self.auth.put(Key::token(&hash.0), row, Expect::Anything).await.map(|_| ())
    }

    /// What the token may do at `now`; `None` when it is unknown or has expired, whether or not the
    /// table has deleted it yet.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn token(&self, hash: &TokenHash, now: Timestamp) -> Result<Option<TokenRow>> {
        let found = self.auth.get::<TokenRow>(Key::token(&hash.0)).await?;
        Ok(found.map(|it| it.row).filter(|it| it.expires_at_s > now.as_second()))
    }
}
