use anyhow::{Context as _, Result};
use delivery::{Channel, Event, Limits};
use jiff::{Timestamp, civil::DateTime, tz};
use ledger::Clock;

use crate::SendMessages;

/// One run over a batch: what it works with, when, and who it is.
pub(crate) struct Worker<'a> {
    pub(crate) deps: &'a SendMessages,
    /// The moment that hours and caps are held against, civil in Asia/Tokyo. A day that stands still stands at
    /// noon.
    pub(crate) at: DateTime,
    /// For people who read rows.
    owner: String,
}

impl<'a> Worker<'a> {
    pub(crate) async fn begin(deps: &'a SendMessages) -> Result<Self> {
        let at = match deps.clock {
            Clock::System(_) => tz::offset(9).to_datetime((deps.now)()),
            Clock::Fixed => deps.ledger.today(deps.clock).await.context("getting today")?.at(12, 0, 0, 0),
        };
        Ok(Self { deps, at, owner: host::random_id() })
    }

    /// The time that leases and spans are held against: never one that stands still.
    pub(crate) fn now(&self) -> Timestamp {
        (self.deps.now)()
    }

    pub(crate) fn limits(&self) -> &'a Limits {
        &self.deps.settings.limits
    }

    pub(crate) fn lease(&self, channel: Channel) -> Event {
        Event::Lease { owner: self.owner.clone(), channel }
    }
}
