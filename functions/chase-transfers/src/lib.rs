//! Goes after what nobody has answered: reminds receivers of transfers after 1 and 3 days, tells the
//! sender after 5, and asks partners for the 実績 of last month on the 3rd, 6th and 9th. Nothing is erased.
//! It also completes logs that a killed function left without an entry.
//!
//! What is due stands in an index by day; a step is taken, noted on its row, and only then the index
//! moves on. A tick that comes twice finds nothing due; after a kill a mail may come twice.

mod actuals;
mod letters;
mod transfer;

use anyhow::{Context as _, Result, ensure};
use careplan::exchange::Seal;
use files::Files;
use jiff::{Timestamp, civil::Date, tz};
use ledger::{Clock, Due, Ledger};
use mail::Mail;
use serde::{Deserialize, Serialize};
use tracing::{error, info};

/// What the function works with.
pub struct ChaseTransfers {
    /// The data bucket.
    pub files: Files,
    /// The tables.
    pub ledger: Ledger,
    /// How offices are told.
    pub mail: Mail,
    /// What evidence is signed with.
    pub seal: Seal,
    /// Where today comes from when the tick does not say.
    pub clock: Clock,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// What the schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {
    /// When the tick was meant to come, as the schedule fills it in. A scheduler that leaves its mark
    /// unfilled says nothing.
    pub scheduled_time: String,
}

/// What was done.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Chased {
    /// The day that deadlines were held against.
    pub today: Date,
    /// Things that were due.
    pub n_due: usize,
}

/// How much is done at a tick; the next, an hour later, goes on.
const DUE_AT_ONCE: usize = 2000;

/// Does what is due on the tick's day in Tokyo.
///
/// # Errors
///
/// When something could not be done: the rest was done all the same, and the schedule tries again.
pub async fn handle(deps: &ChaseTransfers, tick: Tick) -> Result<Chased> {
    let today = match (deps.clock, tick.scheduled_time.parse::<Timestamp>()) {
        (Clock::System(_), Ok(at)) => tz::offset(9).to_datetime(at).date(),
        _ => deps.ledger.today(deps.clock).await?,
    };
    let due = deps.ledger.due(today, DUE_AT_ONCE).await.context("reading what is due")?;
    let mut n_failed = 0;
    for row in &due {
        let next = match &row.what {
            Due::Transfer { receiver, id } => transfer::chase(deps, receiver, id, today).await,
            Due::Actuals { office, month } => actuals::chase(deps, office, *month, today).await,
        };
        let settled = match next {
            Ok(next) => deps.ledger.settle_due(row, next).await,
            Err(err) => Err(err),
        };
        if let Err(err) = settled {
            n_failed += 1;
            error!("something due was not done: {err:#}");
        }
    }
    info!(n_due = due.len(), n_failed, %today, "did what was due");
    ensure!(n_failed == 0, "{n_failed} of {} things due were not done", due.len());
    Ok(Chased { today, n_due: due.len() })
}
