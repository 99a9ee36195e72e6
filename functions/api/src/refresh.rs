use anyhow::{Context as _, Result};
use clinic::Message;
use jiff::civil::Date;
use ledger::ClinicId;

use crate::Api;

impl Api {
    pub(crate) async fn today(&self) -> Result<Date> {
        self.ledger.today(self.clock).await.context("asking for the day")
    }

    /// Asks for a refresh for today; one that was asked for already adds nothing.
    pub(crate) async fn ask_refresh(&self, clinic: &ClinicId, generation: u64) -> Result<()> {
        let as_of = self.today().await?;
        let message = Message::RefreshV1 { clinic: clinic.to_string(), generation: Some(generation), as_of };
        let sent = self.refresh.send_fifo(&message, message.group(), &message.deduplication_id()).await;
        sent.context("asking for a refresh")
    }
}

/// How often something is tried again that others are writing at the same time.
pub(crate) const TRIES: u32 = 5;
