use anyhow::{Context as _, Result};
use delivery::{Effect, MessageId, OutboxRow, Step};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AddressRow, ClinicId, Ledger, MessageRow, PatientCountRow, PatientId, ReachRow, StaffActRow, Versioned,
    keys::{DUE_PARTITIONS, Key, due_messages, due_sk, reviews},
    store::{Expect, Range, Store, Write},
};

/// A message that people must decide on (要確認): it may or may not have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// Which.
    pub message: MessageId,
    /// To whom.
    pub patient: PatientId,
    /// Since when it is on the list.
    pub since: Timestamp,
}

/// What is written together with a step, as [`Effect::is_with_row`] asks for it.
#[derive(Debug, Default)]
pub struct WithStep {
    /// The message on the next channel, for [`Effect::PutNextChannel`]: it is left where its row is there.
    pub next: Option<(OutboxRow, MessageRow)>,
    /// What is known of the address from now on, for [`Effect::Suppress`].
    pub address: Option<Versioned<AddressRow>>,
    /// What the patient said from now on, for [`Effect::Suppress`].
    pub reach: Option<Versioned<ReachRow>>,
    /// Who decided it, where staff did.
    pub act: Option<StaffActRow>,
}

/// What must still hold when a message is leased, besides its row.
#[derive(Debug)]
pub struct LeaseConditions<'a> {
    /// The version of what the patient said that the gate was asked with; 0 for no row.
    pub reach_version: u64,
    /// The address, with this message as its newest, and the version that was read.
    pub address: &'a Versioned<AddressRow>,
    /// What the patient was sent lately, this message counted, and the version that was read.
    pub counted: &'a Versioned<PatientCountRow>,
}

impl Ledger {
    pub(crate) fn outbox_table(&self) -> Result<&Store> {
        self.outbox.as_ref().context("this function has no outbox")
    }

    /// Makes the right to send a message, with the message itself; the only way to make one. Returns `false`,
    /// and changes nothing, where that message was made before, whatever became of it.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn put_message(&self, row: &OutboxRow, message: &MessageRow) -> Result<bool> {
        let clinic = clinic_of(row)?;
        // The text first: a row without its text could not be sent, a text without its row is only shown.
        self.add_message(&clinic, message).await?;
        self.outbox_table()?.transact(vec![new_row(row)?]).await
    }

    /// A message's row.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn outbox(&self, message: &MessageId) -> Result<Option<Versioned<OutboxRow>>> {
        self.outbox_table()?.get(Key::outbox(message)).await
    }

    /// The rows of those of `messages` that were made, each named once, in any order.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn outbox_rows(&self, messages: &[MessageId]) -> Result<Vec<OutboxRow>> {
        let keys: Vec<Key> = messages.iter().map(Key::outbox).collect();
        self.outbox_table()?.get_many(&keys).await
    }

    /// Saves a message's row after `step`, with what belongs to it. Returns `false`, and changes nothing, when
    /// the row was written since `version` was read.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_step(&self, version: u64, step: &Step, with: &WithStep) -> Result<bool> {
        let clinic = clinic_of(&step.row)?;
        let mut rows = vec![put_row(&step.row, Expect::Version(version))?];
        let mut others = Vec::new();
        for effect in &step.effects {
            match effect {
                Effect::ShowForReview => {
                    let patient = PatientId::parse(&step.row.body).context("a message without its patient")?;
                    let since = step.row.review_since.context("a message in review since no time")?;
                    let review = ReviewRow { message: step.row.id.clone(), patient, since };
                    others.push(Write::put(Key::review(&clinic, &review.message), &review, Expect::Anything)?);
                }
                Effect::HideFromReview => {
                    others.push(Write::Delete { key: Key::review(&clinic, &step.row.id) });
                }
                _ => {}
            }
        }
        if let Some((next, message)) = &with.next {
            // Made by an earlier step already, it stays as it is.
            if self.outbox(&next.id).await?.is_none() {
                rows.push(new_row(next)?);
            }
            let key = Key::thread_message(&clinic, &message.patient, message.id.as_str());
            others.push(Write::put(key, message, Expect::Anything)?);
        }
        if let Some(Versioned { row, version }) = &with.address {
            let key = Key::address(&clinic, row.key.channel, &row.key.hmac);
            others.push(Write::put(key, row, Expect::of_version(*version))?);
        }
        if let Some(Versioned { row, version }) = &with.reach {
            others.push(Write::put(Key::reach(&clinic, &row.patient), row, Expect::of_version(*version))?);
        }
        if let Some(act) = &with.act {
            others.push(act.write(&clinic)?);
        }
        self.outbox_table()?.transact_with(rows, &self.core, others).await
    }

    /// Saves a message's row after it was leased, on the condition that its patient is still there, was not
    /// taken out, and has said and been sent nothing since the gate was asked. Returns `false`, and changes
    /// nothing, otherwise.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn lease(&self, version: u64, step: &Step, conditions: &LeaseConditions<'_>) -> Result<bool> {
        let clinic = clinic_of(&step.row)?;
        let patient = PatientId::parse(&step.row.body).context("a message without its patient")?;
        let check = |key, expect| Write::Check { key, expect };
        let address = &conditions.address.row;
        let others = vec![
            check(Key::patient(&clinic, &patient), Expect::Present),
            check(Key::exclusion(&clinic, &patient), Expect::Absent),
            check(Key::reach(&clinic, &patient), Expect::of_version(conditions.reach_version)),
            Write::put(
                Key::address(&clinic, address.key.channel, &address.key.hmac),
                address,
                Expect::of_version(conditions.address.version),
            )?,
            Write::put(
                Key::patient_count(&clinic, &patient),
                &conditions.counted.row,
                Expect::of_version(conditions.counted.version),
            )?,
        ];
        let row = put_row(&step.row, Expect::Version(version))?;
        self.outbox_table()?.transact_with(vec![row], &self.core, others).await
    }

    /// Up to `limit` messages of each partition that are to be looked at by `now`, those due first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn due_messages(&self, now: Timestamp, limit: usize) -> Result<Vec<Versioned<OutboxRow>>> {
        let table = self.outbox_table()?;
        let mut due = Vec::new();
        for partition in 0..DUE_PARTITIONS {
            due.extend(table.query_due(&due_messages(partition), &format!("{}#~", due_sk(now)), limit).await?);
        }
        Ok(due)
    }

    /// The 要確認 list of a clinic.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reviews(&self, clinic: &ClinicId) -> Result<Vec<ReviewRow>> {
        let rows = self.core.query(&Range::all(reviews(clinic)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }
}

fn clinic_of(row: &OutboxRow) -> Result<ClinicId> {
    ClinicId::parse(&row.clinic).context("a message of no clinic")
}

pub(crate) fn new_row(row: &OutboxRow) -> Result<Write> {
    put_row(row, Expect::Absent)
}

fn put_row(row: &OutboxRow, expect: Expect) -> Result<Write> {
    let due = row.due.map(|it| Key::due_message(&row.id, it));
    Ok(Write::put(Key::outbox(&row.id), row, expect)?.due(due))
}
