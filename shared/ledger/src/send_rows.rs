use std::collections::BTreeMap;

use anyhow::Result;
use clinic::Status;
use delivery::{ReasonCode, TemplateText};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    Acted, Actor, AttachmentRef, ClinicId, Ledger, StaffActRow, Versioned,
    keys::{DUE_SEND_PARTITIONS, Key, due_sends, due_sk, send_pages, sends},
    store::{Expect, Range, Write},
};

/// A message to a list of patients or to one, sent once (一斉配信, 個別配信). The patients were fixed when it was
/// made: their ids are in the bucket, a page an object, at [`SendRow::page_key`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRow {
    /// Sorts by time ([`crate::timed_id`]). It is what its messages are due for, and their delivery.
    pub id: String,
    /// 件名 and 本文 with their tags.
    pub text: TemplateText,
    /// 返信あり.
    pub takes_reply: bool,
    /// Files that a mail carries.
    pub attachments: Vec<AttachmentRef>,
    /// What the patients were picked by.
    pub to: SendTo,
    /// How many there are.
    pub n_recipients: u32,
    /// Who wrote it.
    pub author: Actor,
    /// When.
    pub made_at: Timestamp,
    /// How far it is.
    pub state: SendState,
    /// Who approved it, and when.
    pub approved: Option<Acted>,
    /// Who stopped it, and when.
    pub stopped: Option<Acted>,
    /// Not sent before.
    pub send_after: Timestamp,
    /// Not sent at or after.
    pub send_before: Timestamp,
    /// When somebody must look whether all its messages are made; `None` where that is not to be done, not
    /// wanted or done.
    pub look_at: Option<Timestamp>,
}

/// How far a send is. What became of its messages is in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// 承認待ち.
    Waiting,
    /// 承認済み: its messages are made when its time comes.
    Approved,
    /// All its messages are made.
    Made,
    /// 中止: no message is made any more, and of those that were made none is sent.
    Stopped,
}

/// What the patients of a send were picked by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendTo {
    /// A list of a group.
    List {
        /// Which group.
        group: String,
        /// Members of which status.
        status: Status,
        /// On which day.
        as_of: Date,
    },
    /// One by one.
    Patients,
}

/// Only what says nothing of the patients.
impl std::fmt::Debug for SendRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendRow").field("id", &self.id).field("state", &self.state).finish_non_exhaustive()
    }
}

/// A page of a send whose messages are made: for whom none was, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPageRow {
    /// From 0.
    pub page: u32,
    /// By the patient's place in the page, from 0.
    pub refused: BTreeMap<u16, ReasonCode>,
    /// When.
    pub made_at: Timestamp,
}

/// A send somebody must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueSend {
    /// Of which clinic.
    pub clinic: ClinicId,
    /// Which.
    pub send: String,
}

impl SendRow {
    /// Patients on a page: as many as one message of the queue is for.
    pub const PAGE: usize = 500;

    /// How many pages its patients fill.
    pub fn n_pages(&self) -> u32 {
        self.n_recipients.div_ceil(Self::PAGE as u32)
    }

    /// Where the ids of the patients of `page` are, as a JSON array.
    pub fn page_key(clinic: &ClinicId, send: &str, page: u32) -> String {
        format!("sends/{clinic}/{send}/{page:05}.json")
    }

    fn due(&self, clinic: &ClinicId) -> Option<Key> {
        self.look_at.map(|at| Key::due_send(clinic, &self.id, at))
    }

    fn due_write(&self, clinic: &ClinicId) -> Result<Option<Write>> {
        let row = DueSend { clinic: clinic.clone(), send: self.id.clone() };
        self.due(clinic).map(|key| Write::put(key, &row, Expect::Anything)).transpose()
    }
}

impl Ledger {
    /// Makes a send, with who did it in the log. Returns `false`, and changes nothing, where there is one.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_send(&self, clinic: &ClinicId, row: &SendRow, act: &StaffActRow) -> Result<bool> {
        let mut writes = vec![Write::put(Key::send(clinic, &row.id), row, Expect::Absent)?, act.write(clinic)?];
        writes.extend(row.due_write(clinic)?);
        self.core.transact(writes).await
    }

    /// One send.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn send(&self, clinic: &ClinicId, id: &str) -> Result<Option<Versioned<SendRow>>> {
        self.core.get(Key::send(clinic, id)).await
    }

    /// Up to `limit` sends of a clinic, the newest first, before the one with the id `before`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn sends(
        &self,
        clinic: &ClinicId,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Versioned<SendRow>>> {
        let mut range = Range::all(sends(clinic));
        if let Some(before) = before {
            before.clone_into(&mut range.to);
        }
        // The range includes its end.
        let rows = self.core.query::<SendRow>(&range, limit.saturating_add(1), true).await?;
        let rows = rows.into_iter().map(|(_, it)| it).filter(|it| Some(it.row.id.as_str()) != before);
        Ok(rows.take(limit).collect())
    }

    /// Saves a send in the place of `before`, and when it is to be looked at, with who did it in the log where
    /// somebody did. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_send(
        &self,
        clinic: &ClinicId,
        before: &Versioned<SendRow>,
        row: &SendRow,
        act: Option<&StaffActRow>,
    ) -> Result<bool> {
        let mut writes = vec![Write::put(Key::send(clinic, &row.id), row, Expect::Version(before.version))?];
        writes.extend(act.map(|it| it.write(clinic)).transpose()?);
        if before.row.look_at != row.look_at {
            writes.extend(before.row.due(clinic).map(|key| Write::Delete { key }));
            writes.extend(row.due_write(clinic)?);
        }
        self.core.transact(writes).await
    }

    /// Up to `limit` sends of each partition that are to be looked at by `now`, the earliest first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn due_sends(&self, now: Timestamp, limit: usize) -> Result<Vec<DueSend>> {
        let mut due = Vec::new();
        for partition in 0..DUE_SEND_PARTITIONS {
            let range = Range { to: format!("{}#~", due_sk(now)), ..Range::all(due_sends(partition)) };
            let found = self.core.query::<DueSend>(&range, limit, false).await?;
            due.extend(found.into_iter().map(|it| it.1.row));
        }
        Ok(due)
    }

    /// Notes that the messages of a page are made. Returns `false`, and changes nothing, where that was noted.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_send_page(&self, clinic: &ClinicId, send: &str, row: &SendPageRow) -> Result<bool> {
        self.core.put(Key::send_page(clinic, send, row.page), row, Expect::Absent).await
    }

    /// The pages of a send whose messages are made.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn send_pages(&self, clinic: &ClinicId, send: &str) -> Result<Vec<SendPageRow>> {
        let rows = self.core.query(&Range::all(send_pages(clinic, send)), usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }
}
