use std::time::Duration;

use anyhow::{Context, Result, bail};
use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;

use crate::memory::Sent;

/// What SQS takes in one call.
const MESSAGES_A_CALL: usize = 10;

/// The older of SQS's limits for one call, which the emulator and small quotas still have.
const BYTES_A_CALL: usize = 256 * 1024;

/// Tries for the messages that a call left behind.
const ATTEMPTS: u32 = 4;

pub(crate) struct Sqs {
    pub(crate) client: Client,
    pub(crate) url: String,
}

impl Sqs {
    pub(crate) fn new(aws: &SdkConfig, url: String) -> Self {
        Self { client: Client::new(aws), url }
    }

    pub(crate) async fn send_all(&self, messages: &[Sent]) -> Result<()> {
        for call in calls(messages) {
            self.send_call(call).await?;
        }
        Ok(())
    }

    async fn send_call(&self, messages: &[Sent]) -> Result<()> {
        let mut left = messages.iter().enumerate().map(|(index, it)| entry(index, it)).collect::<Result<Vec<_>>>()?;
        for attempt in 0..ATTEMPTS {
            let send = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(left.clone()));
            let sent = send.send().await.map_err(named).context("sending messages")?;
            if let Some(refused) = sent.failed().iter().find(|it| it.sender_fault()) {
                bail!("sending messages: SQS refused one: {}", refused.code());
            }
            if sent.failed().is_empty() {
                return Ok(());
            }
            left.retain(|entry| sent.failed().iter().any(|it| it.id() == entry.id()));
            tokio::time::sleep(Duration::from_millis(100 << attempt)).await;
        }
        bail!("sending messages: SQS left {} behind", left.len())
    }
}

/// Splits by the limits of one call, keeping the order. A message too large for any call goes
/// alone, and SQS refuses it.
fn calls(messages: &[Sent]) -> Vec<&[Sent]> {
    let mut calls = Vec::new();
    let mut start = 0;
    let mut n_bytes = 0;
    for (index, message) in messages.iter().enumerate() {
        let full = index - start == MESSAGES_A_CALL || n_bytes + message.body.len() > BYTES_A_CALL;
        if full && index > start {
            calls.push(&messages[start..index]);
            (start, n_bytes) = (index, 0);
        }
        n_bytes += message.body.len();
    }
    if start < messages.len() {
        calls.push(&messages[start..]);
    }
    calls
}

fn entry(index: usize, message: &Sent) -> Result<SendMessageBatchRequestEntry> {
    SendMessageBatchRequestEntry::builder()
        .id(index.to_string())
        .message_body(&message.body)
        .set_message_group_id(message.group.clone())
        .set_message_deduplication_id(message.deduplication_id.clone())
        .set_delay_seconds((message.delay_s > 0).then_some(i32::from(message.delay_s)))
        .build()
        .context("making a message")
}

/// The error's code alone: its text can quote the body.
pub(crate) fn named<E>(err: SdkError<E>) -> anyhow::Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match (err.code(), err.raw_response()) {
        (Some(code), _) => anyhow::anyhow!("SQS answered {code}"),
        (None, Some(answer)) if answer.status().is_success() => anyhow::anyhow!("SQS's answer cannot be read"),
        (None, Some(answer)) => anyhow::anyhow!("SQS answered {}", answer.status().as_u16()),
        // Nothing came back: the cause is the connection, time or credentials.
        (None, None) => anyhow::Error::new(err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(bodies: &[usize]) -> Vec<usize> {
        let sent = |n: &usize| Sent { body: "x".repeat(*n), group: None, deduplication_id: None, delay_s: 0 };
        let messages: Vec<Sent> = bodies.iter().map(sent).collect();
        calls(&messages).iter().map(|it| it.len()).collect()
    }

    #[test]
    fn calls_hold_ten_messages_and_a_quarter_megabyte() {
        assert_eq!(sizes(&[]), [] as [usize; 0]);
        assert_eq!(sizes(&[1; 10]), [10]);
        assert_eq!(sizes(&[1; 21]), [10, 10, 1]);
        assert_eq!(sizes(&[100 * 1024; 5]), [2, 2, 1]);
        assert_eq!(sizes(&[1, 300 * 1024, 1]), [1, 1, 1]);
    }
}
