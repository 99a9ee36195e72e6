use anyhow::{Context as _, Result};
use careplan::{OfficeNumber, exchange::BundleId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Ledger,
    keys::{Key, office_messages},
    store::{Expect, Range, Write},
};

/// A message from one office to another, outside any transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeMessageRow {
    /// Chosen by the sender, so that a repeat is known: `[A-Za-z0-9_-]{1,64}`.
    pub id: BundleId,
    /// Who wrote it.
    pub from: OfficeNumber,
    /// To whom.
    pub to: OfficeNumber,
    /// What it says.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

impl Ledger {
    /// Sends a message, which both offices then see. One of its id and sender that was sent before stays
    /// and is returned.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn send_office_message(&self, row: OfficeMessageRow) -> Result<OfficeMessageRow> {
        let known_key = Key::office_message_of_id(&row.from, &row.id);
        let writes = vec![
            Write::put(known_key.clone(), &row, Expect::Absent)?,
            Write::put(Key::office_message(&row.from, &row.to, &row), &row, Expect::Anything)?,
            Write::put(Key::office_message(&row.to, &row.from, &row), &row, Expect::Anything)?,
        ];
        if self.core.transact(writes).await? {
            return Ok(row);
        }
        let known = self.core.get(known_key).await?.context("a message that was there is gone")?;
        Ok(known.row)
    }

    /// Up to `limit` messages between `office` and `partner`, newest first, older than `before`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn office_messages(
        &self,
        office: &OfficeNumber,
        partner: &OfficeNumber,
        before: Option<&OfficeMessageRow>,
        limit: usize,
    ) -> Result<Vec<OfficeMessageRow>> {
        let mut range = Range::all(office_messages(office, partner));
        let place = before.map(|it| Key::office_message(office, partner, it).sk);
        if let Some(place) = &place {
            range.to.clone_from(place);
        }
        // The message at the place itself is in the range.
        let found = self.core.query::<OfficeMessageRow>(&range, limit + 1, true).await?;
        let rows = found.into_iter().filter(|it| Some(&it.0.sk) != place.as_ref()).map(|it| it.1.row);
        Ok(rows.take(limit).collect())
    }

    /// The message that `from` sent under `id`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn office_message(&self, from: &OfficeNumber, id: &BundleId) -> Result<Option<OfficeMessageRow>> {
        Ok(self.core.get(Key::office_message_of_id(from, id)).await?.map(|it| it.row))
    }
}
