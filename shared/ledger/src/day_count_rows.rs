use std::{collections::BTreeSet, time::Duration};

use anyhow::{Result, bail};
use delivery::{Block, DayCap, MessageId};
use jiff::{ToSpan as _, civil::Date, tz};
use serde::{Deserialize, Serialize};

use crate::{ClinicId, Ledger, Versioned, keys::Key, store::Expect};

/// What a shard counted on a day.
#[derive(Default, Serialize, Deserialize)]
struct DayCountRow {
    messages: BTreeSet<MessageId>,
    /// Nobody asks for a day once it is over; the table deletes the row some time after.
    expires_at_s: i64,
}

/// How often a shard that others wrote meanwhile is asked again, the waits doubling from 5 to 80 ms.
const TRIES: u32 = 12;

impl Ledger {
    /// Which of `messages` the clinic may send on `day`: those that were counted before, and as many more as
    /// `cap` has room for, which are counted now. A message that is asked for again is not counted twice.
    ///
    /// # Errors
    ///
    /// When the table does not answer, or others were first every time. Some may then be counted.
    pub async fn take_of_day(
        &self,
        clinic: &ClinicId,
        day: Date,
        cap: DayCap,
        messages: &BTreeSet<MessageId>,
    ) -> Result<BTreeSet<MessageId>> {
        let mut go = BTreeSet::new();
        for block in cap.blocks(messages) {
            go.extend(self.take_block(clinic, day, cap, &block).await?);
        }
        Ok(go)
    }

    async fn take_block(&self, clinic: &ClinicId, day: Date, cap: DayCap, block: &Block<'_>) -> Result<Vec<MessageId>> {
        for tries in 0..TRIES {
            let key = Key::day_count(clinic, day, block.shard);
            let found = self.core.get::<DayCountRow>(key.clone()).await?;
            let Versioned { mut row, version } =
                found.unwrap_or_else(|| Versioned { row: DayCountRow::default(), version: 0 });
            let taken = cap.take(block, &row.messages);
            let (go, new) = (owned(&taken.go), owned(&taken.new));
            if new.is_empty() {
                return Ok(go);
            }
            row.messages.extend(new);
            row.expires_at_s = expires_at_s(day);
            if self.core.put(key, &row, Expect::of_version(version)).await? {
                return Ok(go);
            }
            tokio::time::sleep(Duration::from_millis(5 << tries.min(4))).await;
        }
        bail!("a shard of the day's cap was written by others {TRIES} times");
    }
}

fn owned(messages: &[&MessageId]) -> Vec<MessageId> {
    messages.iter().map(|it| (*it).clone()).collect()
}

/// Some days after `day` in Tokyo.
fn expires_at_s(day: Date) -> i64 {
    let over = day.saturating_add(8.days()).at(0, 0, 0, 0);
    tz::offset(9).to_timestamp(over).map_or(i64::MAX, |it| it.as_second())
}
