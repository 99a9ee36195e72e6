use anyhow::{Result, ensure};
use jiff::civil::{Time, time};
use serde::{Deserialize, Serialize};

use crate::{ClinicId, Ledger, Versioned, keys::Key, store::Expect};

/// How a clinic plans its step deliveries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanningSettings {
    /// Days ahead that messages are shown as 送信予約.
    pub ahead_days: u16,
    /// When those go out that name no time of their own, civil in Asia/Tokyo.
    pub send_at: Time,
    /// Whether somebody else than the author of a delivery must approve its messages.
    pub needs_second_person: bool,
}

impl Default for PlanningSettings {
    /// A week ahead, at ten, one person.
    fn default() -> Self {
        Self { ahead_days: 7, send_at: time(10, 0, 0, 0), needs_second_person: false }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct PhaseRow {
    phase: u8,
}

/// What a clinic has that nothing else was agreed with.
const EVERYTHING: u8 = 3;

impl Ledger {
    /// How a clinic plans; the default, with version 0, where it has not said.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn planning_settings(&self, clinic: &ClinicId) -> Result<Versioned<PlanningSettings>> {
        let found = self.core.get(Key::planning_settings(clinic)).await?;
        Ok(found.unwrap_or_else(|| Versioned { row: PlanningSettings::default(), version: 0 }))
    }

    /// Saves how a clinic plans. Returns `false`, and changes nothing, when somebody else was first.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn save_planning_settings(
        &self,
        clinic: &ClinicId,
        row: &PlanningSettings,
        version: u64,
    ) -> Result<bool> {
        self.core.put(Key::planning_settings(clinic), row, Expect::of_version(version)).await
    }

    /// フェーズ, 1 to 3: what was agreed with a clinic (K-009). 3 where nothing was written down.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn phase(&self, clinic: &ClinicId) -> Result<u8> {
        Ok(self.core.get::<PhaseRow>(Key::phase(clinic)).await?.map_or(EVERYTHING, |it| it.row.phase))
    }

    /// Writes down what was agreed with a clinic: an operator's job.
    ///
    /// # Errors
    ///
    /// When there is no such phase, or the table does not answer; a repeat is harmless.
    pub async fn set_phase(&self, clinic: &ClinicId, phase: u8) -> Result<()> {
        ensure!((1..=EVERYTHING).contains(&phase), "phases are 1, 2 and 3");
        self.core.put(Key::phase(clinic), &PhaseRow { phase }, Expect::Anything).await.map(|_| ())
    }
}
