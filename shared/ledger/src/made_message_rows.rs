use anyhow::{Context as _, Result};
use delivery::{LinkToken, OutboxRow, PlanRow};

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
    /// The plan row that allowed it, as it is from now on, on the version that was read: nobody decided
    /// otherwise meanwhile.
    pub plan_row: Option<&'a Versioned<PlanRow>>,
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
    /// As [`put_message`](Self::put_message), with its text and the note that it was made in the same transaction:
    /// whoever reads the note knows of every message there is, and of none that is not.
    ///
    /// # Errors
    ///
    /// When the tables do not answer; a repeat is harmless.
    pub async fn make_message(&self, clinic: &ClinicId, new: &NewMessageRows<'_>) -> Result<Making> {
        let NewMessageRows { outbox, message, token, correspondence, plan_row } = new;
        // The link first, in its own table: without a message it opens nothing.
        let link = LinkRow {
            clinic: clinic.clone(),
            patient: message.patient.clone(),
            message: message.id.clone(),
            expires_at_s: message.opens_until.as_second(),
        };
        self.add_link(token, &link).await.context("adding a link")?;
        let key = Key::correspondence(clinic, &message.patient);
        let text = Key::thread_message(clinic, &message.patient, message.id.as_str());
        let mut others = vec![
            Write::put(key, &correspondence.row, Expect::of_version(correspondence.version))?,
            Write::put(text, message, Expect::Absent)?,
        ];
        if let Some(Versioned { row, version }) = plan_row {
            others.push(Write::put(Key::plan_row(clinic, &row.key()), row, Expect::of_version(*version))?);
        }
        // So that no note of somebody who is erased is left behind.
        others.push(Write::Check { key: Key::patient(clinic, &message.patient), expect: Expect::Present });
        if self.outbox_table()?.transact_with(vec![new_row(outbox)?], &self.core, others).await? {
            return Ok(Making::Made);
        }
        let is_there = self.outbox(&outbox.id).await?.is_some();
        Ok(if is_there { Making::Exists } else { Making::Raced })
    }
}
