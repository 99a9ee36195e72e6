//! Once a night asks for the lists of every clinic in the directory, and nothing else.
//!
//! A tick that comes twice asks for the same again: the queue drops it, and a refresh that finds
//! nothing newer does nothing.

use anyhow::{Context as _, Result};
use clinic::Message;
use jiff::{Timestamp, civil::Date, tz};
use ledger::{Clock, Ledger};
use queue::{InOrder, Queue};
use serde::{Deserialize, Serialize};
use tracing::info;

/// What the function works with.
pub struct StartNightly {
    /// The tables.
    pub ledger: Ledger,
    /// Where refreshes are asked for: FIFO, a group a clinic.
    pub refreshes: Queue,
    /// Where today comes from when the tick does not say.
    pub clock: Clock,
}

/// What the schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {
    /// When the tick was meant to come, as the schedule fills it in. A scheduler that leaves its mark
    /// unfilled says nothing.
    pub scheduled_time: String,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The day the groups are evaluated for.
    pub as_of: Date,
    /// Clinics in the directory.
    pub n_clinics: usize,
}

/// Asks for a refresh of every clinic for the tick's day in Tokyo: a tick that comes late speaks of
/// its own day.
///
/// # Errors
///
/// When some clinics may not have been asked for; the schedule tries again.
pub async fn handle(deps: &StartNightly, tick: Tick) -> Result<Asked> {
    let as_of = match (deps.clock, tick.scheduled_time.parse::<Timestamp>()) {
        (Clock::System(_), Ok(at)) => tz::offset(9).to_datetime(at).date(),
        _ => deps.ledger.today(deps.clock).await?,
    };
    let clinics = deps.ledger.clinics().await.context("reading the directory")?;
    let messages: Vec<InOrder<Message>> = clinics
        .iter()
        .map(|clinic| {
            let body = Message::RefreshV1 { clinic: clinic.to_string(), generation: None, as_of };
            InOrder { group: body.group().to_owned(), deduplication_id: body.deduplication_id(), body }
        })
        .collect();
    deps.refreshes.send_fifo_batch(&messages).await.context("asking for refreshes")?;
    info!(n_clinics = clinics.len(), %as_of, "asked for the lists of {} clinics", clinics.len());
    Ok(Asked { as_of, n_clinics: clinics.len() })
}
