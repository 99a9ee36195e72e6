//! Takes in what providers tell of messages: events of SES and of SMS, and of LINE who follows a clinic's account.
//!
//! An event of SES or SMS is kept below `events/` as it came before anything is done: it is the evidence of what
//! was sent, and can be read again from there. Events come late, twice, out of order and before the answer to the
//! call they are of; `delivery::step` takes each from any state.

mod follows;
mod kept;
mod mail_event;
mod reports;
mod sms_event;

use anyhow::{Result, bail};
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use delivery::{Limits, Message};
use files::Files;
use jiff::Timestamp;
use ledger::{Clock, Ledger};
use queue::Queue;

use crate::{mail_event::MailEvent, sms_event::SmsEvent};

/// What the function works with.
pub struct SettleMessages {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// What feeds `send-messages`.
    pub announce: Queue,
    /// What address keys are made under.
    pub identity_secret: Vec<u8>,
    /// The spans of the protocol.
    pub limits: Limits,
    /// Where today comes from.
    pub clock: Clock,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// Takes in the events of a batch, and reports those to be delivered again.
pub async fn handle(deps: &SettleMessages, event: SqsEvent) -> SqsBatchResponse {
    host::each_message(event, async |body| take_in(deps, body).await).await
}

/// What SES writes to a topic when it is told to use it.
const TRIAL: &str = "Successfully validated SNS topic";

async fn take_in(deps: &SettleMessages, body: &str) -> Result<()> {
    if let Ok(Message::LineEventV1 { clinic, key }) = serde_json::from_str(body) {
        return follows::take_in(deps, &clinic, &key).await;
    }
    if body.starts_with(TRIAL) {
        return Ok(());
    }
    if let Ok(told) = MailEvent::read(body) {
        kept::keep(deps, "ses", body).await?;
        return reports::take_in(deps, told.message, told.report, told.provider_id).await;
    }
    if let Ok(told) = SmsEvent::read(body) {
        kept::keep(deps, "sms", body).await?;
        return reports::take_in(deps, told.message, told.report, told.provider_id).await;
    }
    // It goes to the dead-letter queue, where somebody looks at it.
    bail!("an event of no provider that is known")
}
