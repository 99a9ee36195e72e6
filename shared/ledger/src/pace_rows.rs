use std::time::Duration;

use anyhow::{Result, bail};
use delivery::{Block, Channel, MessageId, Pace, Rate};
use jiff::Timestamp;

use crate::{ClinicId, Ledger, keys::Key, store::Expect};

/// How often a shard that others wrote meanwhile is asked again, the waits doubling from 5 to 80 ms.
const TRIES: u32 = 12;

impl Ledger {
    /// The turns at the provider's `rate` of messages that a clinic sends on `channel`, each with what it
    /// counts, in their order.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or others were first every time. Some turns may then be lost.
    pub async fn take_turns(
        &self,
        clinic: &ClinicId,
        channel: Channel,
        rate: Rate,
        messages: &[(MessageId, u32)],
        now: Timestamp,
    ) -> Result<Vec<Timestamp>> {
        let mut turns = Vec::with_capacity(messages.len());
        for block in messages.chunks(Block::MAX) {
            let shard = rate.shard_of(&block[0].0);
            let weights: Vec<u32> = block.iter().map(|it| it.1).collect();
            turns.extend(self.take_of_shard(Key::pace(clinic, channel, shard), rate, &weights, now).await?);
        }
        Ok(turns)
    }

    async fn take_of_shard(&self, key: Key, rate: Rate, weights: &[u32], now: Timestamp) -> Result<Vec<Timestamp>> {
        let table = self.outbox_table()?;
        for tries in 0..TRIES {
            let found = table.get::<Pace>(key.clone()).await?;
            let (turns, pace) = rate.turns(found.as_ref().map(|it| it.row), weights, now);
            let version = found.map_or(0, |it| it.version);
            if table.put(key.clone(), &pace, Expect::of_version(version)).await? {
                return Ok(turns);
            }
            tokio::time::sleep(Duration::from_millis(5 << tries.min(4))).await;
        }
        bail!("a shard of a provider's rate was written by others {TRIES} times");
    }
}
