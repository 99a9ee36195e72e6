//! Looks after messages that nobody else does: announcements that were lost, leases whose worker died, calls that
//! stayed unclear, what waits in 要確認, and what is too late (`sending.md` §4.2, 2 and 7).
//!
//! Every row that is not final stands in an index by when it is to be looked at. A tick looks at what is due and
//! moves each row on by `delivery::step`; a tick that comes twice, or late, finds less or more.

use anyhow::{Context as _, Result, ensure};
use delivery::{Counted, Effect, Event, Limits, Message, MessageId, OutboxRow, step};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use ledger::{Ledger, Versioned, WithStep};
use queue::Queue;
use serde::{Deserialize, Serialize};
use tracing::{error, info};

/// What the function works with.
pub struct SweepMessages {
    /// The tables.
    pub ledger: Ledger,
    /// What feeds `send-messages`.
    pub announce: Queue,
    /// The spans of the protocol.
    pub limits: Limits,
    /// The time.
    pub now: fn() -> Timestamp,
}

/// What the schedule sends.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// What was done.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Swept {
    /// Messages that were to be looked at.
    pub n_due: usize,
    /// Of them, how many were announced again.
    pub n_announced: usize,
    /// How many came before people.
    pub n_in_review: usize,
    /// How many ended unsent as their time had passed.
    pub n_expired: usize,
    /// How many a worker had lost.
    pub n_leases_lost: usize,
}

/// How many of each of the index's 64 partitions are looked at by one tick. The next, a minute later, goes on.
const OF_PARTITION: usize = 200;
/// How many are written at once.
const AT_ONCE: usize = 32;

/// Looks at what is due.
///
/// # Errors
///
/// When something could not be done: the rest was done all the same, and the next tick finds it again.
pub async fn handle(deps: &SweepMessages, _tick: Tick) -> Result<Swept> {
    let now = (deps.now)();
    let due = deps.ledger.due_messages(now, OF_PARTITION).await.context("reading what is due")?;
    let mut swept = Swept { n_due: due.len(), ..Swept::default() };
    let mut announced: Vec<MessageId> = Vec::new();
    let mut n_failed = 0;
    let mut looks = stream::iter(due).map(|row| sweep(deps, row, now)).buffer_unordered(AT_ONCE);
    while let Some((id, effects)) = looks.next().await {
        match effects {
            Ok(effects) => {
                for effect in effects {
                    match effect {
                        Effect::Announce => announced.push(id.clone()),
                        Effect::Count(Counted::InReview) => swept.n_in_review += 1,
                        Effect::Count(Counted::Expired) => swept.n_expired += 1,
                        Effect::Count(Counted::LeaseLost) => swept.n_leases_lost += 1,
                        _ => {}
                    }
                }
            }
            Err(err) => {
                n_failed += 1;
                error!(message.id = %id, "a message that was due was not looked at: {err:#}");
            }
        }
    }
    swept.n_announced = announced.len();
    let messages: Vec<Message> = announced.into_iter().map(|id| Message::SendV1 { id }).collect();
    deps.announce.send_batch(&messages).await.context("announcing messages again")?;
    info!(?swept, n_failed, "looked at what was due");
    ensure!(n_failed == 0, "{n_failed} of {} messages due were not looked at", swept.n_due);
    Ok(swept)
}

/// Moves one row on; no effects where it was written since, or is not due by now.
async fn sweep(deps: &SweepMessages, row: Versioned<OutboxRow>, now: Timestamp) -> (MessageId, Result<Vec<Effect>>) {
    let id = row.row.id.clone();
    let Ok(step) = step(&row.row, &Event::Sweep, now, &deps.limits) else { return (id, Ok(Vec::new())) };
    let saved = deps.ledger.save_step(row.version, &step, &WithStep::default()).await.context("saving a step");
    (id, saved.map(|is_saved| if is_saved { step.effects } else { Vec::new() }))
}
