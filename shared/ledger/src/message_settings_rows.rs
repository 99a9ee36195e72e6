use std::num::NonZeroU16;

use anyhow::Result;
use delivery::{Channel, DayCap, DayOfWeek, HoursSettings, PatientCap, QuietHours};
use jiff::civil::time;
use serde::{Deserialize, Serialize};

use crate::{
    ClinicId, Ledger, StaffActRow, Versioned,
    keys::Key,
    store::{Expect, Write},
};

/// How a clinic sends messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageSettings {
    /// The channels it uses, best first.
    pub order: Vec<Channel>,
    /// When it sends.
    pub hours: HoursSettings,
    /// How often one patient may be written to, over all deliveries.
    pub patient_cap: PatientCap,
    /// How many messages it may send a day.
    pub day_cap: DayCap,
    /// Whom to ask, with address and telephone: shown on every page (特定電子メール法 §4).
    pub contact: String,
    /// Where answers to mail go, if anywhere.
    pub reply_to: Option<String>,
    /// Hosts of the clinic's own sites, which its messages may link to.
    #[serde(default)]
    pub sites: Vec<String>,
    /// The clinic's kill switch: nothing is sent.
    pub is_paused: bool,
    /// Above this many recipients somebody else than the author must approve; `None` asks for nobody.
    pub second_approver_above: Option<u32>,
}

impl Default for MessageSettings {
    /// What suits a clinic that has not set anything: 9:00 to 20:00, one message a patient and day.
    fn default() -> Self {
        let quiet = Some(QuietHours { from: time(20, 0, 0, 0), until: time(9, 0, 0, 0) });
        Self {
            order: Channel::ALL.to_vec(),
            hours: HoursSettings { quiet, closed_weekdays: [DayOfWeek::Sunday].into(), ..HoursSettings::default() },
            patient_cap: PatientCap { max: NonZeroU16::MIN, days: 1 },
            day_cap: DayCap(1000),
            contact: String::new(),
            reply_to: None,
            sites: Vec::new(),
            is_paused: false,
            second_approver_above: Some(200),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct SendingRow {
    is_paused: bool,
}

impl Ledger {
    /// How a clinic sends; the default, with version 0, where it has not said.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn message_settings(&self, clinic: &ClinicId) -> Result<Versioned<MessageSettings>> {
        let found = self.core.get(Key::message_settings(clinic)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: MessageSettings::default(), version: 0 }))
    }

    /// Saves how a clinic sends. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_message_settings(&self, clinic: &ClinicId, row: &MessageSettings, version: u64) -> Result<bool> {
        self.core.put(Key::message_settings(clinic), row, Expect::of_version(version)).await
    }

    /// As [`save_message_settings`](Self::save_message_settings), with who did it in the log.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn set_message_settings(
        &self,
        clinic: &ClinicId,
        row: &MessageSettings,
        version: u64,
        act: &StaffActRow,
    ) -> Result<bool> {
        let put = Write::put(Key::message_settings(clinic), row, Expect::of_version(version))?;
        self.core.transact(vec![put, act.write(clinic)?]).await
    }

    /// The operator's kill switch for all clinics.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn is_all_paused(&self) -> Result<bool> {
        Ok(self.core.get::<SendingRow>(Key::sending()).await?.is_some_and(|it| it.row.is_paused))
    }

    /// Pauses sending for all clinics, or lets it go on.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn pause_all(&self, is_paused: bool) -> Result<()> {
        self.core.put(Key::sending(), &SendingRow { is_paused }, Expect::Anything).await.map(|_| ())
    }
}
