//! Sends messages to patients: what a row of the outbox gives the right to, once.
//!
//! Messages of a batch go together: rows and facts are read; what may go is leased; the switches, the day's cap
//! and the providers' rates are asked for all that were leased; each is then marked as started, called once and
//! settled (`sending.md` §4.2, steps 3 to 5). What becomes of a row is decided by `delivery::step`, who may be
//! written to by `delivery::clearance`.
//!
//! **Invariant:** a provider is called with a [`delivery::Call`] alone, which is made when a leased row is
//! started, and only after that start was saved.

mod batch;
mod clinic;
mod letter;
mod permit;
mod prepare;
mod providers;
mod row;
mod settings;
mod settle;
mod worker;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use files::Files;
use jiff::Timestamp;
use ledger::{ChannelKey, Clock, Ledger};
use queue::Queue;

pub use crate::{providers::Providers, settings::Settings};

/// What the function works with.
pub struct SendMessages {
    /// The data bucket: files that a mail carries.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// The function's own queue: what must wait comes again by it.
    pub announce: Queue,
    /// LINE, SMS, mail.
    pub providers: Providers,
    /// What keys, links and channels are made and opened with.
    pub secrets: Secrets,
    /// What an operator may set.
    pub settings: Settings,
    /// Where today comes from.
    pub clock: Clock,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// The system's own secrets, as far as sending needs them.
pub struct Secrets {
    /// What address keys are made under.
    identity: Vec<u8>,
    /// What links to pages are made under.
    links: Vec<u8>,
    /// What clinics' LINE channels are sealed under.
    channels: ChannelKey,
}

impl Secrets {
    /// The secrets of patients' identities, of links, and of LINE channels.
    pub fn new(identity: impl Into<Vec<u8>>, links: impl Into<Vec<u8>>, channels: impl AsRef<[u8]>) -> Self {
        let channels = ChannelKey::of_secret(channels.as_ref());
        Self { identity: identity.into(), links: links.into(), channels }
    }
}

/// Sends the messages that a batch announces, and reports those to be delivered again.
pub async fn handle(deps: &SendMessages, event: SqsEvent) -> SqsBatchResponse {
    host::messages_together(event, async |bodies| batch::send(deps, &bodies).await).await
}
