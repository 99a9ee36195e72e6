use std::{collections::HashMap, time::Duration};

use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::{Dynamo, key_item, stored};
use crate::{keys::Key, store::Stored};

/// DynamoDB reads 100 rows in a batch.
const BATCH: usize = 100;
/// How often rows that a batch left are asked for again, the waits doubling from 50 ms to 3.2 s.
const TRIES: u32 = 8;

impl Dynamo {
    /// The rows at `keys` that are there, read consistently, in any order.
    pub(crate) async fn get_many(&self, keys: &[Key]) -> Result<Vec<Stored>> {
        let mut found = Vec::with_capacity(keys.len());
        for chunk in keys.chunks(BATCH) {
            found.extend(self.get_batch(chunk).await?);
        }
        Ok(found)
    }

    async fn get_batch(&self, keys: &[Key]) -> Result<Vec<Stored>> {
        let mut wanted: Vec<_> = keys.iter().map(key_item).collect();
        let (mut found, mut tries) = (Vec::new(), 0);
        while !wanted.is_empty() {
            if tries == TRIES {
                bail!("the table gave only part of a batch after {TRIES} tries");
            }
            if tries > 0 {
                tokio::time::sleep(Duration::from_millis(25 << tries)).await;
            }
            tries += 1;
            let asked = KeysAndAttributes::builder().consistent_read(true).set_keys(Some(std::mem::take(&mut wanted)));
            let got = self.client.batch_get_item().request_items(&self.table, asked.build()?).send().await;
            let got = got.context("getting a batch of rows")?;
            let rows = got.responses.and_then(|mut it: HashMap<_, _>| it.remove(&self.table)).unwrap_or_default();
            for item in rows {
                found.push(stored(item)?);
            }
            let rest = got.unprocessed_keys.and_then(|mut it| it.remove(&self.table));
            wanted = rest.map(|it| it.keys).unwrap_or_default();
        }
        Ok(found)
    }
}
