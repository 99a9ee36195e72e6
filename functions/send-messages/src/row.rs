//! What is done with a row besides leasing and settling it.

use anyhow::{Context as _, Result};
use delivery::{Effect, Event, Message, OutboxRow, Status, Step, step};
use jiff::{SignedDuration, Timestamp, civil::DateTime};
use ledger::{Versioned, WithStep};
use tracing::info;

use crate::worker::Worker;

/// How long SQS keeps a message back at most. What must wait longer is left to the sweeper.
const DELAY_MAX_S: i64 = 900;

/// Sends the message to this function again when its time comes, if it waits for one and that is soon.
pub(crate) async fn announce_later(worker: &Worker<'_>, row: &OutboxRow) -> Result<()> {
    if row.is_decided() || row.lease_until.is_some() || row.status == Status::Unknown {
        return Ok(());
    }
    let at = row.send_after.max(row.not_before.unwrap_or(row.send_after));
    let wait = at.duration_since(worker.now());
    let wait_s = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    match u16::try_from(wait_s) {
        Ok(delay_s) if wait_s <= DELAY_MAX_S => {
            let message = Message::SendV1 { id: row.id.clone() };
            worker.deps.announce.send_later(&message, delay_s).await.context("announcing a message for later")
        }
        _ => Ok(()),
    }
}

/// When a message that is held until then is looked at again.
pub(crate) fn look_again_at(worker: &Worker<'_>, until: Option<DateTime>) -> Timestamp {
    let longest = worker.deps.settings.look_again;
    let wait = until.map_or(longest, |it| it.duration_since(worker.at));
    let wait = wait.clamp(SignedDuration::from_secs(1), longest.max(SignedDuration::from_secs(1)));
    worker.now().checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Puts a row off that nobody leased: it is leased and given back in one write. Returns `false` where it was
/// written since it was read.
pub(crate) async fn hold(worker: &Worker<'_>, row: &Versioned<OutboxRow>, not_before: Timestamp) -> Result<bool> {
    let (now, limits) = (worker.now(), worker.limits());
    let Ok(leased) = step(&row.row, &worker.lease(row.row.channel), now, limits) else { return Ok(true) };
    let release = Event::Release { attempt: leased.row.attempt, not_before, has_turn: false };
    let Ok(held) = step(&leased.row, &release, now, limits) else { return Ok(true) };
    save(worker, row.version, &held).await
}

/// Gives a leased row back that nobody was called for. Where it was written since, it is no longer this worker's.
pub(crate) async fn release(
    worker: &Worker<'_>,
    row: &Versioned<OutboxRow>,
    not_before: Timestamp,
    has_turn: bool,
) -> Result<()> {
    let event = Event::Release { attempt: row.row.attempt, not_before, has_turn };
    let Ok(step) = step(&row.row, &event, worker.now(), worker.limits()) else { return Ok(()) };
    save(worker, row.version, &step).await.map(|_| ())
}

async fn save(worker: &Worker<'_>, version: u64, step: &Step) -> Result<bool> {
    let is_saved = worker.deps.ledger.save_step(version, step, &WithStep::default()).await.context("saving a step")?;
    if is_saved {
        announce_later(worker, &step.row).await?;
    }
    Ok(is_saved)
}

/// Counts what a step says is to be counted.
pub(crate) fn count(step: &Step) {
    for effect in &step.effects {
        if let Effect::Count(counted) = effect {
            info!(message.id = %step.row.id, channel = step.row.channel.as_str(), ?counted, "counted a message");
        }
    }
}
