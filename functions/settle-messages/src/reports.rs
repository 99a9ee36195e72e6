//! What became of a message.

use anyhow::{Context as _, Result, bail};
use delivery::{Effect, Event, Message, MessageId, Report, Step, step};
use ledger::StepContext;
use tracing::{info, warn};

use crate::SettleMessages;

/// How often a row that others write meanwhile is read again.
const TRIES: usize = 6;

/// Writes down what a provider tells of a message.
pub(crate) async fn take_in(
    deps: &SettleMessages,
    message: Option<MessageId>,
    report: Option<Report>,
    provider_id: String,
) -> Result<()> {
    // Letters to offices have no message id, and some events tell nothing of what became of a message.
    let (Some(id), Some(report)) = (message, report) else { return Ok(()) };
    let today = deps.ledger.today(deps.clock).await.context("getting today")?;
    for _ in 0..TRIES {
        let Some(row) = deps.ledger.outbox(&id).await.context("getting a message's row")? else {
            warn!(message.id = %id, "an event of a message that has no row");
            return Ok(());
        };
        let event = Event::Reported { report, provider_id: Some(provider_id.clone()) };
        let now = (deps.now)();
        let Ok(step) = step(&row.row, &event, now, &deps.limits) else { return Ok(()) };
        let context = StepContext { identity_secret: &deps.identity_secret, today, now, limits: &deps.limits };
        let with = deps.ledger.with_step(&step, &context).await.context("getting what belongs to a step")?;
        if deps.ledger.save_step(row.version, &step, &with).await.context("saving a step")? {
            count(&step);
            if let Some((next, _)) = with.next {
                announce(deps, next.id).await;
            }
            return Ok(());
        }
    }
    bail!("a message was written by others {TRIES} times");
}

fn count(step: &Step) {
    for effect in &step.effects {
        if let Effect::Count(counted) = effect {
            info!(message.id = %step.row.id, channel = step.row.channel.as_str(), ?counted, "counted a message");
        }
    }
}

async fn announce(deps: &SettleMessages, id: MessageId) {
    if let Err(err) = deps.announce.send(&Message::SendV1 { id: id.clone() }).await {
        // The row is there: the sweeper announces it in a few minutes.
        warn!(message.id = %id, "the next channel's message is not announced: {err:#}");
    }
}
