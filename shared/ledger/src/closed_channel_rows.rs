use std::collections::BTreeMap;

use anyhow::Result;
use delivery::{Channel, Closed};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ClinicId, Ledger, keys::Key, store::Expect};

/// Channels that take nothing of a clinic for a while.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ClosedChannelsRow {
    channels: BTreeMap<Channel, ClosedUntil>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ClosedUntil {
    because: Closed,
    until: Timestamp,
}

impl Ledger {
    /// The channels that take nothing of the clinic at `now`, and why.
    ///
    /// # Errors
    ///
    /// When the table does not answer.
    pub async fn closed_channels(&self, clinic: &ClinicId, now: Timestamp) -> Result<BTreeMap<Channel, Closed>> {
        let found = self.core.get::<ClosedChannelsRow>(Key::closed_channels(clinic)).await?;
        let channels = found.map(|it| it.row.channels).unwrap_or_default();
        Ok(channels.into_iter().filter(|(_, it)| now < it.until).map(|(channel, it)| (channel, it.because)).collect())
    }

    /// Closes a channel for the clinic's messages until then. Of two that close channels at once one may be
    /// lost: its provider says it again.
    ///
    /// # Errors
    ///
    /// When the table does not answer; a repeat is harmless.
    pub async fn close_channel(
        &self,
        clinic: &ClinicId,
        channel: Channel,
        because: Closed,
        until: Timestamp,
    ) -> Result<()> {
        let key = Key::closed_channels(clinic);
        let found = self.core.get::<ClosedChannelsRow>(key.clone()).await?;
        let mut row = found.map(|it| it.row).unwrap_or_default();
        row.channels.insert(channel, ClosedUntil { because, until });
        self.core.put(key, &row, Expect::Anything).await.map(|_| ())
    }
}
