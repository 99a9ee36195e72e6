//! Start, call, settle (`sending.md` §4.2, 4 and 5).

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use delivery::{
    Call, Closed, Counted, Effect, Event, Message, MessageId, OutboxRow, Outcome, ReasonCode, Refused, Report, Step,
    step,
};
use jiff::SignedDuration;
use ledger::{MessageRow, StepContext, Versioned, WithStep};
use tracing::{info, warn};

use crate::{
    letter::{compose, keep_link},
    prepare::Leased,
    row,
    worker::Worker,
};

/// How often a row that others write meanwhile, or a table that does not answer, is tried.
const TRIES: u32 = 5;
/// LINE's quota may only seem spent while another large delivery reserves it.
const QUOTA_CLOSED: SignedDuration = SignedDuration::from_hours(1);

/// Calls the provider once, if the row is still this worker's, and writes down what came of it.
pub(crate) async fn call_and_settle(worker: &Worker<'_>, leased: Leased) -> Result<()> {
    let Some(letter) = compose(worker, &leased).await? else {
        let reason = ReasonCode::parse("attachment-gone").unwrap_or_default();
        return cancel(worker, &leased.row, reason).await;
    };
    keep_link(worker, &leased).await?;
    note_address(worker, &leased).await?;
    wait_for_turn(worker, &leased).await;
    let Some((row, call)) = start(worker, &leased.row).await? else { return Ok(()) };
    let outcome = worker.deps.providers.send(call, &letter).await;
    info!(message.id = %row.row.id, channel = row.row.channel.as_str(), outcome = name(&outcome), "called");
    settle(worker, row, outcome).await
}

async fn cancel(worker: &Worker<'_>, row: &Versioned<OutboxRow>, reason: ReasonCode) -> Result<()> {
    let Ok(step) = step(&row.row, &Event::Cancel { reason }, worker.now(), worker.limits()) else {
        return Ok(());
    };
    if worker.deps.ledger.save_step(row.version, &step, &WithStep::default()).await.context("cancelling a message")? {
        row::count(&step);
    }
    Ok(())
}

/// Where it goes, for whoever learns later what became of it. The patient may read the message meanwhile.
async fn note_address(worker: &Worker<'_>, leased: &Leased) -> Result<()> {
    let mut message = Some(leased.message.clone());
    for _ in 0..TRIES {
        let Some(Versioned { row, version }) = message else { bail!("a message without its text") };
        if row.sent_to.as_ref() == Some(&leased.address_key) {
            return Ok(());
        }
        let row = MessageRow { sent_to: Some(leased.address_key.clone()), ..row };
        if worker.deps.ledger.save_message(&leased.clinic.id, &row, version).await.context("noting an address")? {
            return Ok(());
        }
        message = worker.deps.ledger.message(&leased.clinic.id, &row.patient, &row.id).await?;
    }
    bail!("a message's text was written by others {TRIES} times");
}

async fn wait_for_turn(worker: &Worker<'_>, leased: &Leased) {
    let wait = leased.turn_at.duration_since(worker.now());
    if let Ok(wait) = Duration::try_from(wait) {
        tokio::time::sleep(wait).await;
    }
}

/// The last write before the socket; `None` where the row is no longer this worker's.
async fn start(worker: &Worker<'_>, row: &Versioned<OutboxRow>) -> Result<Option<(Versioned<OutboxRow>, Call)>> {
    let event = Event::Start { attempt: row.row.attempt };
    let Ok(started) = step(&row.row, &event, worker.now(), worker.limits()) else { return Ok(None) };
    if !worker.deps.ledger.save_step(row.version, &started, &WithStep::default()).await.context("starting a message")? {
        return Ok(None);
    }
    let Step { row: after, effects } = started;
    let call = effects.into_iter().find_map(|it| if let Effect::Call(call) = it { Some(call) } else { None });
    Ok(call.map(|call| (Versioned { row: after, version: row.version + 1 }, call)))
}

/// What the provider answered is worth more than a failed write: it is tried for a while before the row is left
/// to the sweeper.
async fn settle(worker: &Worker<'_>, row: Versioned<OutboxRow>, outcome: Outcome) -> Result<()> {
    let (id, attempt) = (row.row.id.clone(), row.row.attempt);
    let mut row = row;
    let mut result = Ok(());
    for tries in 0..TRIES {
        if tries > 0 {
            tokio::time::sleep(worker.deps.settings.settle_again * (1 << (tries - 1))).await;
            match worker.deps.ledger.outbox(&id).await {
                Ok(Some(found)) => row = found,
                Ok(None) => return Ok(()),
                Err(err) => {
                    result = Err(err);
                    continue;
                }
            }
        }
        match try_settle(worker, &row, attempt, &outcome).await {
            Ok(true) => return Ok(()),
            Ok(false) => result = Ok(()),
            Err(err) => result = Err(err),
        }
    }
    result.context("settling a message")?;
    bail!("a message was written by others {TRIES} times while it was settled");
}

/// `false` where the row was written since it was read.
async fn try_settle(worker: &Worker<'_>, row: &Versioned<OutboxRow>, attempt: u32, outcome: &Outcome) -> Result<bool> {
    let (now, limits) = (worker.now(), worker.limits());
    let settled = step(&row.row, &Event::Settled { attempt, outcome: outcome.clone() }, now, limits);
    let settled = match (settled, outcome) {
        // Taken back meanwhile: that the provider took it is evidence all the same.
        (Err(Refused::Superseded), Outcome::Accepted { provider_id }) => {
            let provider_id = Some(provider_id.clone());
            step(&row.row, &Event::Reported { report: Report::Accepted, provider_id }, now, limits)
        }
        (settled, _) => settled,
    };
    let Ok(step) = settled else { return Ok(true) };
    let context = StepContext { identity_secret: &worker.deps.secrets.identity, today: worker.at.date(), now, limits };
    let with = worker.deps.ledger.with_step(&step, &context).await.context("getting what belongs to a step")?;
    if !worker.deps.ledger.save_step(row.version, &step, &with).await.context("saving a step")? {
        return Ok(false);
    }
    row::count(&step);
    row::announce_later(worker, &step.row).await?;
    if let Some((next, _)) = &with.next {
        announce(worker, &next.id).await;
    }
    if step.effects.contains(&Effect::Count(Counted::QuotaSpent)) {
        close_channel(worker, &step.row).await?;
    }
    Ok(true)
}

async fn announce(worker: &Worker<'_>, id: &MessageId) {
    if let Err(err) = worker.deps.announce.send(&Message::SendV1 { id: id.clone() }).await {
        // The row is there: the sweeper announces it in a few minutes.
        warn!(message.id = %id, "the next channel's message is not announced: {err:#}");
    }
}

/// The clinic's other messages need not each hear that the month is used up.
async fn close_channel(worker: &Worker<'_>, row: &OutboxRow) -> Result<()> {
    let clinic = ledger::ClinicId::parse(&row.clinic).context("a message of no clinic")?;
    let until = worker.now().saturating_add(QUOTA_CLOSED).unwrap_or(worker.now());
    worker.deps.ledger.close_channel(&clinic, row.channel, Closed::QuotaSpent, until).await.context("closing a channel")
}

fn name(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Accepted { .. } => "accepted",
        Outcome::AlreadyAccepted { .. } => "already accepted",
        Outcome::Refused { code } | Outcome::RefusedForGood { code } | Outcome::Unclear { code } => code.as_str(),
        Outcome::RateLimited { .. } => "rate limited",
        Outcome::QuotaSpent => "quota spent",
    }
}
