use anyhow::Result;
use delivery::{Channel, Refusal};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Actor, ClinicId, Ledger, PatientId,
    keys::{Key, staff_acts},
    store::{Expect, Range, Write},
    timed_id,
};

/// Something that staff decided about messages: written with what it changed, and kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffActRow {
    /// Sorts by time ([`crate::timed_id`]).
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    pub act: StaffAct,
    /// In staff's words; often empty.
    pub note: String,
}

/// What staff can decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffAct {
    /// How the clinic sends was set.
    SettingsSaved,
    /// Sending was stopped for the clinic.
    Paused,
    /// Sending goes on.
    Resumed,
    /// A template was made or changed.
    TemplateSaved {
        /// Which.
        template: String,
    },
    /// A template was taken away.
    TemplateDeleted {
        /// Which.
        template: String,
    },
    /// A message to patients was made, to be approved.
    SendMade {
        /// Which.
        send: String,
    },
    /// It was approved.
    SendApproved {
        /// Which.
        send: String,
    },
    /// It was stopped.
    SendStopped {
        /// Which.
        send: String,
    },
    /// 再送 of a message in 要確認.
    Resent {
        /// Which.
        message: String,
    },
    /// 送信済みとみなす of a message in 要確認.
    ConsideredSent {
        /// Which.
        message: String,
    },
    /// A consent that the patient gave to staff was noted.
    ConsentRecorded {
        /// Whose.
        patient: PatientId,
        /// To which channel.
        channel: Channel,
    },
    /// A 配信停止 that the patient told to staff was noted.
    OptOutRecorded {
        /// Whose.
        patient: PatientId,
        /// Of which channel; `None` of all.
        channel: Option<Channel>,
    },
    /// What kept messages away was taken back.
    SuppressionLifted {
        /// Whose.
        patient: PatientId,
        /// What.
        refusal: Refusal,
        /// On which channel, where it was of an address.
        channel: Option<Channel>,
    },
}

impl StaffActRow {
    /// `act` by `by` at `at`; `random` makes its id one that nothing else has.
    pub fn new(act: StaffAct, by: Actor, at: Timestamp, random: &str) -> Self {
        Self { id: timed_id(at, random), at, by, act, note: String::new() }
    }

    pub(crate) fn write(&self, clinic: &ClinicId) -> Result<Write> {
        Write::put(Key::staff_act(clinic, &self.id), self, Expect::Absent)
    }
}

impl Ledger {
    /// Up to `limit` decisions of a clinic's staff, the newest first, before the one with the id `before`.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn staff_acts(&self, clinic: &ClinicId, before: Option<&str>, limit: usize) -> Result<Vec<StaffActRow>> {
        let mut range = Range::all(staff_acts(clinic));
        if let Some(before) = before {
            before.clone_into(&mut range.to);
        }
        // The range includes its end.
        let rows = self.core.query::<StaffActRow>(&range, limit.saturating_add(1), true).await?;
        let rows = rows.into_iter().map(|(_, it)| it.row).filter(|it| Some(it.id.as_str()) != before);
        Ok(rows.take(limit).collect())
    }
}
