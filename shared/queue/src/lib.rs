//! Messages to one SQS queue, or to memory for tests.
//!
//! A standard queue delivers at least once and in any order, so whoever receives must bear a
//! repeat; sending again after an `Err` is therefore harmless.
//!
//! **Invariant:** no type of the SDK leaves this crate, and no body is in an error.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod memory;
mod sqs;

use std::sync::Arc;

use anyhow::{Context, Result};
use aws_config::SdkConfig;
use serde::Serialize;

pub use crate::memory::Sent;

use crate::memory::Memory;
use crate::sqs::Sqs;

/// Where messages are sent. Clones are the same queue.
#[derive(Clone)]
pub struct Queue(Backend);

#[derive(Clone)]
enum Backend {
    Sqs(Arc<Sqs>),
    Memory(Arc<Memory>),
}

/// A message for a FIFO queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InOrder<T> {
    /// What is sent.
    pub body: T,
    /// The messages of one group are delivered in order, one batch at a time.
    pub group: String,
    /// A message of the queue with this id is dropped for 5 minutes after the first.
    pub deduplication_id: String,
}

impl Queue {
    /// The queue at `url`.
    pub fn in_sqs(aws: &SdkConfig, url: impl Into<String>) -> Self {
        Self(Backend::Sqs(Arc::new(Sqs::new(aws, url.into()))))
    }

    /// Messages are kept until [`taken`](Self::take).
    pub fn in_memory() -> Self {
        Self(Backend::Memory(Arc::default()))
    }

    /// Sends `body` as JSON to a standard queue.
    ///
    /// # Errors
    ///
    /// When it is unknown whether the message was sent, or it was not.
    pub async fn send(&self, body: &impl Serialize) -> Result<()> {
        self.send_all(vec![Sent::new(body)?]).await
    }

    /// Sends `body` as JSON to a standard queue, which hands it out after `delay_s` seconds: at most
    /// 900. In memory it is there at once, with the delay told.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_later(&self, body: &impl Serialize, delay_s: u16) -> Result<()> {
        self.send_all(vec![Sent { delay_s, ..Sent::new(body)? }]).await
    }

    /// Sends `body` as JSON to a FIFO queue. A repeat with the same `deduplication_id` within
    /// 5 minutes adds nothing.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_fifo(&self, body: &impl Serialize, group: &str, deduplication_id: &str) -> Result<()> {
        self.send_all(vec![Sent::new(body)?.in_order(group, deduplication_id)]).await
    }

    /// Sends `bodies` as JSON to a standard queue, ten a call.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), for at least one of them; others may have been sent.
    pub async fn send_batch(&self, bodies: &[impl Serialize]) -> Result<()> {
        self.send_all(bodies.iter().map(Sent::new).collect::<Result<_>>()?).await
    }

    /// Sends `messages` to a FIFO queue, ten a call, each group in the order given.
    ///
    /// # Errors
    ///
    /// As [`send_batch`](Self::send_batch). Nothing is sent of the calls after the one that failed.
    pub async fn send_fifo_batch(&self, messages: &[InOrder<impl Serialize>]) -> Result<()> {
        let sent = |it: &InOrder<_>| Ok(Sent::new(&it.body)?.in_order(&it.group, &it.deduplication_id));
        self.send_all(messages.iter().map(sent).collect::<Result<_>>()?).await
    }

    /// What was sent since the last call, oldest first; for tests. Ids for deduplication are still
    /// remembered, here without end.
    ///
    /// # Panics
    ///
    /// On a queue that is not in memory.
    pub fn take(&self) -> Vec<Sent> {
        match &self.0 {
            Backend::Memory(memory) => memory.take(),
            Backend::Sqs(_) => panic!("only a queue in memory can be emptied by its sender"),
        }
    }

    async fn send_all(&self, messages: Vec<Sent>) -> Result<()> {
        match &self.0 {
            Backend::Sqs(sqs) => sqs.send_all(&messages).await,
            Backend::Memory(memory) => {
                memory.send_all(messages);
                Ok(())
            }
        }
    }
}

impl Sent {
    fn new(body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(body).ok().context("writing a message as JSON")?;
        Ok(Self { body, group: None, deduplication_id: None, delay_s: 0 })
    }

    fn in_order(mut self, group: &str, deduplication_id: &str) -> Self {
        self.group = Some(group.to_owned());
        self.deduplication_id = Some(deduplication_id.to_owned());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_keeps_the_contract() {
        contract::check(&Queue::in_memory()).await;
        contract::check_fifo(&Queue::in_memory()).await;
    }
}
