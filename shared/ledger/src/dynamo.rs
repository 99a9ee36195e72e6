mod get_many;

use std::{collections::HashMap, time::Duration};

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, ConditionCheck, Delete, DeleteRequest, Put, PutRequest, ReturnValue,
        ReturnValuesOnConditionCheckFailure, Select, TransactWriteItem, WriteRequest,
    },
};
use serde_json::Value;

use crate::{
    keys::Key,
    store::{Expect, Range, Stored, Write, next_version},
};

type Item = HashMap<String, AttributeValue>;

/// A table with `pk` and `sk`. A row's body is one map attribute, its version a number beside it.
pub(crate) struct Dynamo {
    client: Client,
    table: String,
}

/// The sparse index of what is due, of the tables that have one.
const DUE_INDEX: &str = "due";

/// DynamoDB takes 25 writes in a batch.
const BATCH: usize = 25;
/// How often unprocessed writes of a batch are tried again, the waits doubling from 50 ms to 3.2 s.
const BATCH_TRIES: u32 = 8;
/// How often a transaction that met another is tried, the waits doubling from 25 ms to 400 ms.
const TRANSACTION_TRIES: u32 = 5;

impl Dynamo {
    pub(crate) fn new(aws: &SdkConfig, table: String) -> Self {
        Self { client: Client::new(aws), table }
    }

    pub(crate) async fn get(&self, key: Key) -> Result<Option<Stored>> {
        let got = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key_item(&key)))
            .consistent_read(true)
            .send()
            .await
            .context("getting a row")?;
        got.item.map(stored).transpose()
    }

    pub(crate) async fn transact(&self, writes: &[Write]) -> Result<bool> {
        self.transact_all(&writes.iter().map(|it| (self.table.as_str(), it)).collect::<Vec<_>>()).await
    }

    pub(crate) async fn transact_with(&self, writes: &[Write], other: &Self, others: &[Write]) -> Result<bool> {
        let own = writes.iter().map(|it| (self.table.as_str(), it));
        self.transact_all(&own.chain(others.iter().map(|it| (other.table.as_str(), it))).collect::<Vec<_>>()).await
    }

    async fn transact_all(&self, writes: &[(&str, &Write)]) -> Result<bool> {
        if writes.is_empty() {
            return Ok(true);
        }
        for tries in 0..TRANSACTION_TRIES {
            if let Some(is_written) = self.transact_once(writes).await? {
                return Ok(is_written);
            }
            tokio::time::sleep(Duration::from_millis(25 << tries)).await;
        }
        bail!("a transaction met others {TRANSACTION_TRIES} times");
    }

    /// `None` where it met another transaction on a row: nothing was written, and a repeat may well
    /// hold.
    async fn transact_once(&self, writes: &[(&str, &Write)]) -> Result<Option<bool>> {
        let items = writes.iter().map(|(table, it)| transact_item(table, it)).collect::<Result<Vec<_>>>()?;
        let sent = self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        let Err(err) = sent else { return Ok(Some(true)) };
        let err = err.into_service_error();
        let TransactWriteItemsError::TransactionCanceledException(cancelled) = &err else {
            return Err(err).context("writing rows in a transaction");
        };
        let reasons = cancelled.cancellation_reasons();
        if reasons.iter().any(|it| matches!(it.code(), Some("TransactionConflict" | "ThrottlingError"))) {
            return Ok(None);
        }
        // A repeat of a transaction whose answer was lost finds every row it put under a condition. A
        // part of them proves nothing: two publications write the same next generation.
        let conditional = writes.iter().zip(reasons).filter(|((_, write), _)| write.is_conditional());
        let mut n_conditional = 0;
        for ((_, write), reason) in conditional {
            n_conditional += 1;
            let found = reason.item().cloned().map(stored).transpose()?;
            if reason.code() != Some("ConditionalCheckFailed") || !found.is_some_and(|it| is_own(write, &it)) {
                return Ok(Some(false));
            }
        }
        Ok(Some(n_conditional > 0))
    }

    pub(crate) async fn batch(&self, writes: &[Write]) -> Result<()> {
        for chunk in writes.chunks(BATCH) {
            let mut requests = chunk.iter().map(write_request).collect::<Result<Vec<_>>>()?;
            let mut tries = 0;
            while !requests.is_empty() {
                if tries == BATCH_TRIES {
                    bail!("the table took only part of a batch after {BATCH_TRIES} tries");
                }
                if tries > 0 {
                    tokio::time::sleep(Duration::from_millis(25 << tries)).await;
                }
                tries += 1;
                let sent = self
                    .client
                    .batch_write_item()
                    .request_items(&self.table, std::mem::take(&mut requests))
                    .send()
                    .await
                    .context("writing a batch of rows")?;
                requests = sent.unprocessed_items.and_then(|mut it| it.remove(&self.table)).unwrap_or_default();
            }
        }
        Ok(())
    }

    pub(crate) async fn next_number(&self, key: Key) -> Result<u64> {
        let updated = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key_item(&key)))
            .update_expression("SET body = if_not_exists(body, :body) ADD version :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":body", AttributeValue::M(HashMap::new()))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .context("counting up")?;
        version(updated.attributes.as_ref().context("a counter without a number")?)
    }

    pub(crate) async fn query(&self, range: &Range, limit: usize, is_backward: bool) -> Result<Vec<Stored>> {
        let mut rows = Vec::new();
        let mut start = None;
        loop {
            let rest = i32::try_from(limit - rows.len()).ok();
            let page = self
                .range_query(range)
                .set_limit(rest)
                .scan_index_forward(!is_backward)
                .set_exclusive_start_key(start)
                .send()
                .await
                .context("querying rows")?;
            for item in page.items.unwrap_or_default() {
                rows.push(stored(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() || rows.len() >= limit {
                return Ok(rows);
            }
        }
    }

    pub(crate) async fn query_due(&self, pk: &str, to: &str, limit: usize) -> Result<Vec<Stored>> {
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(DUE_INDEX)
            .key_condition_expression("due_pk = :pk AND due_sk <= :to")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .expression_attribute_values(":to", AttributeValue::S(to.to_owned()))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .send()
            .await
            .context("querying what is due")?;
        page.items.unwrap_or_default().into_iter().map(stored).collect()
    }

    pub(crate) async fn count(&self, range: &Range) -> Result<u64> {
        let mut n_rows = 0;
        let mut start = None;
        loop {
            let page = self
                .range_query(range)
                .select(Select::Count)
                .set_exclusive_start_key(start)
                .send()
                .await
                .context("counting rows")?;
            n_rows += u64::try_from(page.count)?;
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(n_rows);
            }
        }
    }

    fn range_query(&self, range: &Range) -> aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder {
        self.client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
            .expression_attribute_values(":from", AttributeValue::S(range.from.clone()))
            .expression_attribute_values(":to", AttributeValue::S(range.to.clone()))
    }

    pub(crate) async fn scan(&self) -> Result<Vec<Stored>> {
        let mut rows = Vec::new();
        let mut start = None;
        loop {
            let scan = self.client.scan().table_name(&self.table).consistent_read(true);
            let page = scan.set_exclusive_start_key(start).send().await.context("scanning a table")?;
            for item in page.items.unwrap_or_default() {
                rows.push(stored(item)?);
            }
            start = page.last_evaluated_key;
            if start.is_none() {
                return Ok(rows);
            }
        }
    }
}

fn transact_item(table: &str, write: &Write) -> Result<TransactWriteItem> {
    let item = TransactWriteItem::builder();
    Ok(match write {
        Write::Delete { key } => {
            let delete = Delete::builder().table_name(table).set_key(Some(key_item(key))).build()?;
            item.delete(delete).build()
        }
        Write::Put { key, body, expect, due } => {
            let row = row_item(key, body, next_version(*expect), due.as_ref())?;
            let put = Put::builder()
                .table_name(table)
                .set_item(Some(row))
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .set_condition_expression(condition(*expect).map(str::to_owned))
                .set_expression_attribute_values(condition_values(*expect));
            item.put(put.build()?).build()
        }
        Write::Check { key, expect } => {
            let check = ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(key_item(key)))
                .condition_expression(condition(*expect).context("a check of nothing")?)
                .set_expression_attribute_values(condition_values(*expect));
            item.condition_check(check.build()?).build()
        }
    })
}

fn condition(expect: Expect) -> Option<&'static str> {
    match expect {
        Expect::Anything => None,
        Expect::Absent => Some("attribute_not_exists(pk)"),
        Expect::Present => Some("attribute_exists(pk)"),
        Expect::Version(_) => Some("version = :version"),
    }
}

fn condition_values(expect: Expect) -> Option<Item> {
    let Expect::Version(version) = expect else { return None };
    Some(Item::from([(":version".to_owned(), AttributeValue::N(version.to_string()))]))
}

/// Whether `found` is what `write` would have written.
fn is_own(write: &Write, found: &Stored) -> bool {
    match write {
        Write::Put { body, expect, .. } => found.version == next_version(*expect) && found.body == *body,
        Write::Delete { .. } | Write::Check { .. } => false,
    }
}

fn write_request(write: &Write) -> Result<WriteRequest> {
    Ok(match write {
        Write::Put { key, body, expect, due } => {
            let row = row_item(key, body, next_version(*expect), due.as_ref())?;
            let put = PutRequest::builder().set_item(Some(row)).build()?;
            WriteRequest::builder().put_request(put).build()
        }
        Write::Delete { key } => {
            let delete = DeleteRequest::builder().set_key(Some(key_item(key))).build()?;
            WriteRequest::builder().delete_request(delete).build()
        }
        Write::Check { .. } => bail!("a batch checks nothing"),
    })
}

fn key_item(key: &Key) -> Item {
    Item::from([
        ("pk".to_owned(), AttributeValue::S(key.pk.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sk.clone())),
    ])
}

fn row_item(key: &Key, body: &Value, version: u64, due: Option<&Key>) -> Result<Item> {
    let body: AttributeValue =
        serde_dynamo::to_attribute_value(body).map_err(|_| anyhow::anyhow!("a row cannot be written as an item"))?;
    let mut item = key_item(key);
    // Only rows that expire have it; the table deletes them some time after.
    if let AttributeValue::M(map) = &body
        && let Some(expires) = map.get("expires_at_s")
    {
        item.insert("expires_at_s".to_owned(), expires.clone());
    }
    if let Some(due) = due {
        item.insert("due_pk".to_owned(), AttributeValue::S(due.pk.clone()));
        item.insert("due_sk".to_owned(), AttributeValue::S(due.sk.clone()));
    }
    item.insert("body".to_owned(), body);
    item.insert("version".to_owned(), AttributeValue::N(version.to_string()));
    Ok(item)
}

fn stored(mut item: Item) -> Result<Stored> {
    let version = version(&item)?;
    let mut text = |name: &str| match item.remove(name) {
        Some(AttributeValue::S(text)) => Ok(text),
        _ => Err(anyhow::anyhow!("an item without {name}")),
    };
    let key = Key { pk: text("pk")?, sk: text("sk")? };
    let body = item.remove("body").context("an item without a body")?;
    let body = serde_dynamo::from_attribute_value(body).map_err(|_| anyhow::anyhow!("an item is unreadable"))?;
    Ok(Stored { key, version, body })
}

fn version(item: &Item) -> Result<u64> {
    match item.get("version") {
        Some(AttributeValue::N(number)) => number.parse().context("a version that is no number"),
        _ => bail!("an item without a version"),
    }
}
