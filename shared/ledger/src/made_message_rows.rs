use anyhow::{Context as _, Result};
use delivery::{LinkToken, OutboxRow};

use crate::{
    ClinicId, CorrespondenceRow, Ledger, LinkRow, MessageRow, Versioned,
    keys::Key,
    outbox_rows::new_row,
    store::{Expect, Write},
};

/// A message with everything that is written when it is made.
pub struct NewMessageRows<'a> {
    /// The right to send it.
    pub outbox: &'a OutboxRow,
    /// What it says.
    pub message: &'a MessageRow,
    /// The link in it.
    pub token: &'a LinkToken,
    /// What was made for its patient, this one among it, on the version that was read.
    pub correspondence: &'a Versioned<CorrespondenceRow>,
}

/// What came of making a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Making {
    /// It is made; so it was where this very try is repeated.
    Made,
    /// It was made before, whatever became of it: nothing was changed.
    Exists,
    /// Its patient was erased, or something else was written to the patient meanwhile: nothing was made, and the
    /// caller looks again.
    Raced,
}

impl Ledger {
    /// As [`put_message`](Self::put_message), with the note that it was made in the same transaction: whoever
    /// reads the note knows of every message there is, and of none that is not.
    ///
    /// # Errors
    ///
    /// When the tables do not answer; a repeat is harmless.
    pub async fn make_message(&self, clinic: &ClinicId, new: &NewMessageRows<'_>) -> Result<Making> {
        let NewMessageRows { outbox, message, token, correspondence } = new;
        // Text and link first: a right to send without them could not be used, they without it are only shown.
        let link = LinkRow {
            clinic: clinic.clone(),
            patient: message.patient.clone(),
            message: message.id.clone(),
            expires_at_s: message.opens_until.as_second(),
        };
        self.add_link(token, &link).await.context("adding a link")?;
        self.add_message(clinic, message).await.context("adding a message")?;
        let key = Key::correspondence(clinic, &message.patient);
        let note = Write::put(key, &correspondence.row, Expect::of_version(correspondence.version))?;
        // So that no note of somebody who is erased is left behind.
        let is_known = Write::Check { key: Key::patient(clinic, &message.patient), expect: Expect::Present };
        let row = vec![new_row(outbox)?];
        if self.outbox_table()?.transact_with(row, &self.core, vec![note, is_known]).await? {
            return Ok(Making::Made);
        }
        let is_there = self.outbox(&outbox.id).await?.is_some();
        Ok(if is_there { Making::Exists } else { Making::Raced })
    }
}
