use std::fmt;

use anyhow::Result;
use delivery::{MessageId, MessageKey, TriggerKey};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    AddressKey, ClinicId, Ledger, NoticeRow, PatientId, Versioned,
    keys::{Key, thread},
    store::{Expect, Range, Write},
    transfer_rows::tokyo_day,
};

/// A message of the clinic to a patient: what the channel carries and the page shows. Its outbox row says
/// whether it was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// Which.
    pub id: MessageId,
    /// To whom.
    pub patient: PatientId,
    /// What it belongs to: the id of a send to a list or of a step delivery.
    pub delivery: String,
    /// 件名, one line, filled in.
    pub subject: String,
    /// 本文, filled in, with the link to its page.
    pub body: String,
    /// 返信あり: whether the page takes an answer.
    pub takes_reply: bool,
    /// Keys of files in the bucket that a mail carries.
    pub attachments: Vec<AttachmentRef>,
    /// What it was due for, and how often: with the rest, what its id is made of.
    pub trigger: TriggerKey,
    /// Counts from 0 what a delivery repeats for one trigger.
    pub repetition: u32,
    /// 0 for the first channel, 1 and 2 after a definite failure of the one before.
    pub fallback: u8,
    /// Where the newest attempt went; `None` before the first.
    pub sent_to: Option<AddressKey>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when its link opens the page.
    pub opens_until: Timestamp,
    /// When the patient first read it, past the birth date.
    pub read_at: Option<Timestamp>,
}

impl MessageRow {
    /// The id of this message after `fallback` channels failed; 0 is the first.
    pub fn id_of(&self, clinic: &ClinicId, fallback: u8) -> MessageId {
        MessageId::of(&MessageKey {
            clinic: clinic.to_string(),
            delivery: self.delivery.clone(),
            patient: self.patient.to_string(),
            trigger: self.trigger.clone(),
            repetition: self.repetition,
            fallback,
        })
    }
}

/// A file that a mail carries.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Where it is.
    pub key: String,
    /// As the patient sees it.
    pub name: String,
    /// `application/pdf`, say.
    pub content_type: String,
}

/// What a patient answered on the page.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRow {
    /// Random; sorts by time within a thread (milliseconds first).
    pub id: String,
    /// Who.
    pub patient: PatientId,
    /// To which message.
    pub message: MessageId,
    /// What was written; may be empty where there are pictures.
    pub text: String,
    /// Pictures, in the order they were attached.
    pub pictures: Vec<PictureRef>,
    /// When.
    pub written_at: Timestamp,
    /// When staff first saw it; `None` is unread.
    pub seen_at: Option<Timestamp>,
}

/// A picture of a reply.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRef {
    /// Random: the last part of its key below `pictures/<clinic>/`.
    pub id: String,
    /// What became of it.
    pub state: PictureState,
}

/// Whether staff may see a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureState {
    /// It is being cleaned, or has not come yet.
    Waiting,
    /// Written anew without what a camera adds: staff may see it.
    Clean,
    /// No picture, or too large: nothing is shown.
    Refused,
}

macro_rules! hide_content {
    ($($row:ident { $($field:ident),* })*) => {
        $(/// Only what says nothing of the patient.
        impl fmt::Debug for $row {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($row))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        })*
    };
}

hide_content! {
    MessageRow { id, delivery, takes_reply, made_at }
    AttachmentRef { content_type }
    ReplyRow { id, message, written_at, seen_at }
    PictureRef { state }
}

/// What the clinic and one patient wrote each other, each in its own order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// By id.
    pub messages: Vec<MessageRow>,
    /// The oldest first.
    pub replies: Vec<ReplyRow>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ThreadRow {
    Message(MessageRow),
    Reply(ReplyRow),
}

impl Ledger {
    /// Adds a message to its patient's thread, unless it is there: it is made once and stays as it was made.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_message(&self, clinic: &ClinicId, row: &MessageRow) -> Result<bool> {
        self.core.put(Key::thread_message(clinic, &row.patient, row.id.as_str()), row, Expect::Absent).await
    }

    /// One message of a patient's thread.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn message(
        &self,
        clinic: &ClinicId,
        patient: &PatientId,
        message: &MessageId,
    ) -> Result<Option<Versioned<MessageRow>>> {
        self.core.get(Key::thread_message(clinic, patient, message.as_str())).await
    }

    /// Saves a message as read. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_message(&self, clinic: &ClinicId, row: &MessageRow, version: u64) -> Result<bool> {
        let key = Key::thread_message(clinic, &row.patient, row.id.as_str());
        self.core.put(key, row, Expect::of_version(version)).await
    }

    /// What the clinic and a patient wrote each other.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn thread(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Thread> {
        let rows = self.core.query::<ThreadRow>(&Range::all(thread(clinic, patient)), usize::MAX, false).await?;
        let mut thread = Thread::default();
        for (_, found) in rows {
            match found.row {
                ThreadRow::Message(row) => thread.messages.push(row),
                ThreadRow::Reply(row) => thread.replies.push(row),
            }
        }
        Ok(thread)
    }

    /// Adds a reply to its patient's thread, tells staff of it, and notes its day in Tokyo for what a reply ends,
    /// unless there is one of its id. Returns `false`, and adds nothing, where there is or the patient is gone.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn add_reply(&self, clinic: &ClinicId, row: &ReplyRow, notice: &NoticeRow) -> Result<bool> {
        let writes = vec![
            Write::Check { key: Key::patient(clinic, &row.patient), expect: Expect::Present },
            Write::put(Key::thread_reply(clinic, &row.patient, &row.id), row, Expect::Absent)?,
            Write::put(Key::notice(clinic, &notice.id), notice, Expect::Anything)?,
        ];
        let is_new = self.core.transact(writes).await?;
        // A repeat notes the day that a crash in between left out.
        if is_new || self.reply(clinic, &row.patient, &row.id).await?.is_some() {
            self.note_reply(clinic, &row.patient, tokyo_day(row.written_at)).await?;
        }
        Ok(is_new)
    }

    /// What a patient answered, the oldest first.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn replies(&self, clinic: &ClinicId, patient: &PatientId) -> Result<Vec<ReplyRow>> {
        let range = Range { from: "R#".to_owned(), to: "R#~".to_owned(), ..Range::all(thread(clinic, patient)) };
        let rows = self.core.query(&range, usize::MAX, false).await?;
        Ok(rows.into_iter().map(|(_, it)| it.row).collect())
    }

    /// One reply of a patient's thread.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn reply(
        &self,
        clinic: &ClinicId,
        patient: &PatientId,
        reply: &str,
    ) -> Result<Option<Versioned<ReplyRow>>> {
        self.core.get(Key::thread_reply(clinic, patient, reply)).await
    }

    /// Saves a reply as read. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_reply(&self, clinic: &ClinicId, row: &ReplyRow, version: u64) -> Result<bool> {
        let key = Key::thread_reply(clinic, &row.patient, &row.id);
        self.core.put(key, row, Expect::of_version(version)).await
    }
}
