//! What may still be called of what was leased: the switches, read last; the clinic's cap; the providers' rates.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use delivery::{Channel, Event, MessageId, Refusal, sms_parts, step};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp, civil::Date};
use ledger::{ClinicId, WithStep};
use tracing::info;

use crate::{batch::Failures, prepare::Leased, row, worker::Worker};

/// How long after its turn a message may still be called without asking for another.
const TURN_LASTS: SignedDuration = SignedDuration::from_secs(60);

/// Those that may be called, each with its turn; the others are given back or stopped.
pub(crate) async fn permit(worker: &Worker<'_>, leased: Vec<Leased>, failures: &mut Failures) -> Vec<Leased> {
    let mut of_clinics: BTreeMap<ClinicId, Vec<Leased>> = BTreeMap::new();
    for it in leased {
        of_clinics.entry(it.clinic.id.clone()).or_default().push(it);
    }
    let of_clinics = of_clinics.into_values().map(|it| of_clinic(worker, it));
    let mut permitted = Vec::new();
    for (kept, failed) in join_all(of_clinics).await {
        permitted.extend(kept);
        failures.extend(failed);
    }
    in_turn(worker, permitted, failures).await
}

/// Of one clinic's messages those that switches and cap let through.
async fn of_clinic(worker: &Worker<'_>, leased: Vec<Leased>) -> (Vec<Leased>, Failures) {
    let mut failures = Failures::new();
    let counted: BTreeSet<MessageId> = leased.iter().map(|it| it.first_id.clone()).collect();
    let Some(clinic) = leased.first().map(|it| it.clinic.clone()) else { return (leased, failures) };
    let deliveries: BTreeSet<String> = leased.iter().map(|it| it.message.row.delivery.clone()).collect();
    let read = async {
        let switches = switches(worker, &clinic.id, deliveries).await?;
        let go = match switches.paused {
            Some(_) => BTreeSet::new(),
            None => {
                worker.deps.ledger.take_of_day(&clinic.id, worker.at.date(), clinic.settings.day_cap, &counted).await?
            }
        };
        Ok::<_, anyhow::Error>((switches, go))
    };
    let (switches, go) = match read.await.context("asking the switches and the cap") {
        Ok(it) => it,
        Err(err) => {
            let why = format!("{err:#}");
            failures.extend(leased.iter().map(|it| (it.row.row.id.clone(), anyhow::anyhow!("{why}"))));
            return (Vec::new(), failures);
        }
    };
    let tomorrow = clinic.hours.next_allowed(day_after(worker.at.date()).at(0, 0, 0, 0));
    let mut permitted = Vec::new();
    for it in leased {
        let id = it.row.row.id.clone();
        let done = if let Some(paused) = switches.paused {
            give_back(worker, &it, row::look_again_at(worker, None), paused.as_str()).await
        } else if switches.stopped.contains(&it.message.row.delivery) {
            stop(worker, &it).await
        } else if !go.contains(&it.first_id) {
            give_back(worker, &it, row::look_again_at(worker, Some(tomorrow)), "day-cap").await
        } else {
            permitted.push(it);
            continue;
        };
        if let Err(err) = done {
            failures.insert(id, err);
        }
    }
    (permitted, failures)
}

struct Switches {
    /// Which switch is on.
    paused: Option<Refusal>,
    /// The deliveries that were stopped.
    stopped: BTreeSet<String>,
}

/// Read consistently, and last: whoever stops sending waits for no more than the calls under way.
async fn switches(worker: &Worker<'_>, clinic: &ClinicId, deliveries: BTreeSet<String>) -> Result<Switches> {
    let is_all_paused = worker.deps.ledger.is_all_paused().await?;
    let is_paused = worker.deps.ledger.message_settings(clinic).await?.row.is_paused;
    let mut stopped = BTreeSet::new();
    for delivery in deliveries {
        if worker.deps.ledger.stop_of(clinic, &delivery).await?.is_some() {
            stopped.insert(delivery);
        }
    }
    let all = is_all_paused.then_some(Refusal::AllPaused);
    Ok(Switches { paused: all.or(is_paused.then_some(Refusal::ClinicPaused)), stopped })
}

async fn give_back(worker: &Worker<'_>, it: &Leased, not_before: Timestamp, because: &str) -> Result<()> {
    info!(message.id = %it.row.row.id, because, "gave a message back");
    row::release(worker, &it.row, not_before, false).await
}

async fn stop(worker: &Worker<'_>, it: &Leased) -> Result<()> {
    let reason = Refusal::DeliveryStopped.reason_code();
    info!(message.id = %it.row.row.id, because = %reason, "stopped a message");
    let event = Event::Cancel { reason };
    let Ok(step) = step(&it.row.row, &event, worker.now(), worker.limits()) else { return Ok(()) };
    if worker.deps.ledger.save_step(it.row.version, &step, &WithStep::default()).await.context("stopping a message")? {
        row::count(&step);
    }
    Ok(())
}

/// Takes turns at the providers' rates; what is not due within the time that messages are kept in hand is given
/// back with its turn.
async fn in_turn(worker: &Worker<'_>, leased: Vec<Leased>, failures: &mut Failures) -> Vec<Leased> {
    let now = worker.now();
    let (mut permitted, mut asking): (Vec<Leased>, Vec<Leased>) = leased
        .into_iter()
        .partition(|it| it.turn_at <= now && now < it.turn_at.saturating_add(TURN_LASTS).unwrap_or(now));
    // LINE counts each clinic's channel, the others the account.
    let line = |it: &Leased| Some(it.clinic.id.clone()).filter(|_| it.row.row.channel == Channel::Line);
    asking.sort_by_key(|it| (it.row.row.channel, line(it)));
    let mut asking = asking.into_iter().peekable();
    while let Some(first) = asking.next() {
        let (channel, whose) = (first.row.row.channel, line(&first));
        let mut block = vec![first];
        while let Some(next) = asking.next_if(|it| it.row.row.channel == channel && line(it) == whose) {
            block.push(next);
        }
        let weights: Vec<(MessageId, u32)> = block.iter().map(|it| (it.row.row.id.clone(), weight(it))).collect();
        let rate = worker.deps.settings.rate(channel);
        let turns = worker.deps.ledger.take_turns(&block[0].clinic.id, channel, rate, &weights, now).await;
        match turns.context("taking turns at a provider's rate") {
            Ok(turns) => permitted.extend(due_soon(worker, block, turns, failures).await),
            Err(err) => {
                let why = format!("{err:#}");
                failures.extend(weights.into_iter().map(|(id, _)| (id, anyhow::anyhow!("{why}"))));
            }
        }
    }
    permitted
}

async fn due_soon(
    worker: &Worker<'_>,
    block: Vec<Leased>,
    turns: Vec<Timestamp>,
    failures: &mut Failures,
) -> Vec<Leased> {
    let in_hand_until = worker.now().saturating_add(worker.deps.settings.in_hand).unwrap_or(Timestamp::MAX);
    let mut soon = Vec::with_capacity(block.len());
    for (it, turn_at) in block.into_iter().zip(turns) {
        if turn_at <= in_hand_until {
            soon.push(Leased { turn_at, ..it });
        } else if let Err(err) = row::release(worker, &it.row, turn_at, true).await {
            failures.insert(it.row.row.id.clone(), err);
        }
    }
    soon
}

/// What a message counts at the provider's rate.
fn weight(it: &Leased) -> u32 {
    match it.row.row.channel {
        Channel::Sms => sms_parts(&it.message.row.body).map_or(1, |it| it.n_parts),
        Channel::Line | Channel::Mail => 1,
    }
}

fn day_after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}
