use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Turnstile, dynamo::Dynamo, keys::Key, memory::Memory};

/// One table: rows by partition and sort key, each with a version that counts its writes.
#[derive(Clone)]
pub(crate) struct Store {
    backend: Backend,
    writes: Arc<Mutex<WriteCount>>,
}

#[derive(Clone)]
enum Backend {
    Dynamo(Arc<Dynamo>),
    Memory(Arc<Memory>, Turnstile),
}

/// How many rows were written, by the kind that the key names (`P` patients, `L` members, …).
pub type WriteCount = BTreeMap<String, u64>;

/// A row as read, with the version that a conditional write must name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The row.
    pub row: T,
    /// Counts the writes of the row, from 1.
    pub version: u64,
}

/// A row of the table as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) key: Key,
    pub(crate) version: u64,
    pub(crate) body: Value,
}

/// What must hold for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Anything,
    Absent,
    Present,
    Version(u64),
}

impl Expect {
    /// The version that was read; 0 for a row that was not there.
    pub(crate) fn of_version(version: u64) -> Self {
        if version == 0 { Self::Absent } else { Self::Version(version) }
    }
}

/// DynamoDB takes 100 writes in a transaction.
const TRANSACTION: usize = 100;

/// One write.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Put {
        key: Key,
        body: Value,
        expect: Expect,
        /// Where the row stands in the table's sparse index; most rows of most tables stand nowhere.
        due: Option<Key>,
    },
    Delete {
        key: Key,
    },
    /// Changes nothing, and keeps the whole transaction from happening where it does not hold.
    Check {
        key: Key,
        expect: Expect,
    },
}

impl Write {
    pub(crate) fn put(key: Key, row: &impl Serialize, expect: Expect) -> Result<Self> {
        let body = serde_json::to_value(row).context("writing a row as JSON")?;
        Ok(Self::Put { key, body, expect, due: None })
    }

    /// The same put, with the row at `due` in the table's index.
    pub(crate) fn due(mut self, at: Option<Key>) -> Self {
        if let Self::Put { due, .. } = &mut self {
            *due = at;
        }
        self
    }

    /// Whether it is a put under a condition: by these a repeat is known. A check still holds, or does not,
    /// whoever wrote in between.
    pub(crate) fn is_conditional(&self) -> bool {
        matches!(self, Self::Put { expect: Expect::Absent | Expect::Version(_), .. })
    }

    pub(crate) fn key(&self) -> &Key {
        match self {
            Self::Put { key, .. } | Self::Delete { key } | Self::Check { key, .. } => key,
        }
    }
}

/// The version a row has after a put: versions of rows that are put unconditionally do not count.
pub(crate) fn next_version(expect: Expect) -> u64 {
    match expect {
        Expect::Anything | Expect::Absent | Expect::Present => 1,
        Expect::Version(version) => version + 1,
    }
}

/// A range of sort keys within a partition, both ends included.
#[derive(Debug, Clone)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Range {
    pub(crate) fn all(pk: String) -> Self {
        // DynamoDB refuses an empty sort key as a bound; every key of ours begins later than '!'.
        Self { pk, from: "!".to_owned(), to: "\u{FFFF}".to_owned() }
    }
}

impl Store {
    pub(crate) fn in_dynamodb(aws: &SdkConfig, table: String) -> Self {
        Self { backend: Backend::Dynamo(Arc::new(Dynamo::new(aws, table))), writes: Arc::default() }
    }

    pub(crate) fn in_memory(turnstile: Turnstile) -> Self {
        Self { backend: Backend::Memory(Arc::default(), turnstile), writes: Arc::default() }
    }

    pub(crate) fn writes(&self) -> WriteCount {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, writes: &[Write]) {
        let mut counts = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        for write in writes.iter().filter(|it| !matches!(it, Write::Check { .. })) {
            let key = write.key();
            let kind = key.pk.split('#').nth(2).unwrap_or(&key.sk).to_owned();
            *counts.entry(kind).or_default() += 1;
        }
    }

    /// The row at `key`, read consistently.
    pub(crate) async fn get<T: DeserializeOwned>(&self, key: Key) -> Result<Option<Versioned<T>>> {
        let stored = match &self.backend {
            Backend::Dynamo(table) => table.get(key).await?,
            Backend::Memory(table, turnstile) => turnstile.pass(false, || table.get(&key)).await?,
        };
        stored.map(typed).transpose()
    }

    /// The rows at `keys` that are there, each key named once, read consistently and in any order.
    pub(crate) async fn get_many<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<T>> {
        let rows = match &self.backend {
            Backend::Dynamo(table) => table.get_many(keys).await?,
            Backend::Memory(table, turnstile) => turnstile.pass(false, || table.get_many(keys)).await?,
        };
        rows.into_iter().map(|it| Ok(typed(it)?.row)).collect()
    }

    /// Writes one row. Returns whether what was expected held; a repeat of a write that was applied
    /// counts as held.
    pub(crate) async fn put(&self, key: Key, row: &impl Serialize, expect: Expect) -> Result<bool> {
        self.transact(vec![Write::put(key, row, expect)?]).await
    }

    /// Takes the row at `key` away; none is no error.
    pub(crate) async fn delete(&self, key: Key) -> Result<()> {
        self.transact(vec![Write::Delete { key }]).await.map(|_| ())
    }

    /// Writes up to 100 rows, all or none. Returns whether everything expected held; a repeat of a
    /// write that was applied counts as held.
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<bool> {
        let written = match &self.backend {
            Backend::Dynamo(table) => table.transact(&writes).await?,
            Backend::Memory(table, turnstile) => turnstile.pass(has_row(&writes), || table.transact(&writes)).await?,
        };
        if written {
            self.count(&writes);
        }
        Ok(written)
    }

    /// Writes rows of this table and of `other` in one transaction; otherwise as [`transact`](Self::transact).
    /// Of two tables, the same one must always come first.
    pub(crate) async fn transact_with(&self, writes: Vec<Write>, other: &Self, others: Vec<Write>) -> Result<bool> {
        let is_written = match (&self.backend, &other.backend) {
            (Backend::Dynamo(table), Backend::Dynamo(second)) => table.transact_with(&writes, second, &others).await?,
            (Backend::Memory(table, turnstile), Backend::Memory(second, _)) => {
                turnstile.pass(has_row(&writes), || table.transact_with(&writes, second, &others)).await?
            }
            _ => anyhow::bail!("a transaction takes no tables of two kinds"),
        };
        if is_written {
            self.count(&writes);
            other.count(&others);
        }
        Ok(is_written)
    }

    /// Up to `limit` rows of the partition `pk` of the table's sparse index with a sort key up to `to`, the
    /// lowest first. It follows the table within moments, so a row may be missing or no longer be due.
    pub(crate) async fn query_due<T: DeserializeOwned>(
        &self,
        pk: &str,
        to: &str,
        limit: usize,
    ) -> Result<Vec<Versioned<T>>> {
        let rows = match &self.backend {
            Backend::Dynamo(table) => table.query_due(pk, to, limit).await?,
            Backend::Memory(table, turnstile) => turnstile.pass(false, || table.query_due(pk, to, limit)).await?,
        };
        rows.into_iter().map(typed).collect()
    }

    /// Writes any number of rows, up to 100 in each transaction. Returns whether everything expected
    /// held; when not, some transactions are written and the rest is not.
    pub(crate) async fn transact_all(&self, writes: Vec<Write>) -> Result<bool> {
        for chunk in writes.chunks(TRANSACTION) {
            if !self.transact(chunk.to_vec()).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes any number of rows unconditionally, in any order; after an `Err` some may be written.
    pub(crate) async fn batch(&self, writes: Vec<Write>) -> Result<()> {
        match &self.backend {
            Backend::Dynamo(table) => table.batch(&writes).await?,
            Backend::Memory(table, turnstile) => {
                turnstile.pass(false, || table.transact(&writes)).await?;
            }
        }
        self.count(&writes);
        Ok(())
    }

    /// Adds 1 to the counter at `key` and returns it. A repeat skips a number.
    pub(crate) async fn next_number(&self, key: Key) -> Result<u64> {
        match &self.backend {
            Backend::Dynamo(table) => table.next_number(key).await,
            Backend::Memory(table, turnstile) => turnstile.pass(false, || table.next_number(key)).await,
        }
    }

    /// Up to `limit` rows of `range`, from the last backwards when `is_backward`.
    pub(crate) async fn query<T: DeserializeOwned>(
        &self,
        range: &Range,
        limit: usize,
        is_backward: bool,
    ) -> Result<Vec<(Key, Versioned<T>)>> {
        let rows = match &self.backend {
            Backend::Dynamo(table) => table.query(range, limit, is_backward).await?,
            Backend::Memory(table, turnstile) => {
                turnstile.pass(false, || table.query(range, limit, is_backward)).await?
            }
        };
        rows.into_iter().map(|it| Ok((it.key.clone(), typed(it)?))).collect()
    }

    /// How many rows `range` has.
    pub(crate) async fn count_rows(&self, range: &Range) -> Result<u64> {
        match &self.backend {
            Backend::Dynamo(table) => table.count(range).await,
            Backend::Memory(table, turnstile) => {
                turnstile.pass(false, || table.query(range, usize::MAX, false).len() as u64).await
            }
        }
    }

    pub(crate) async fn dump(&self) -> Result<Vec<String>> {
        let rows = match &self.backend {
            Backend::Dynamo(table) => table.scan().await?,
            Backend::Memory(table, _) => table.scan(),
        };
        let mut shown: Vec<String> =
            rows.iter().map(|it| format!("{} {} v{} {}", it.key.pk, it.key.sk, it.version, it.body)).collect();
        shown.sort_unstable();
        Ok(shown)
    }
}

/// Whether a message's row is among them.
fn has_row(writes: &[Write]) -> bool {
    writes.iter().any(|it| it.key().sk == "OUTBOX")
}

fn typed<T: DeserializeOwned>(stored: Stored) -> Result<Versioned<T>> {
    // The error of serde may quote a value; only the kind of row may be told.
    let kind = stored.key.pk.split('#').nth(2).unwrap_or("").to_owned();
    let row =
        serde_json::from_value(stored.body).map_err(|_| anyhow::anyhow!("a row of kind {kind:?} is unreadable"))?;
    Ok(Versioned { row, version: stored.version })
}
